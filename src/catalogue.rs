//! All rules under one roof: the native ones and the bundled Guard rules.

use crate::guard::BUNDLED;
use crate::rule::RuleMeta;
use crate::rules::RULES;

/// A rule as lists and pages show it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its metadata.
    pub meta: &'static RuleMeta,
    /// Its page: Markdown.
    pub page: &'static str,
    /// Its file, from the root of the repository.
    pub file: String,
    /// Whether it runs unless something else is said.
    pub on: bool,
    /// Whether it is written in the Guard language.
    pub is_guard: bool,
}

/// All rules: first the native ones, then the bundled Guard rules, each by name.
pub fn all() -> impl Iterator<Item = Entry> {
    let native = RULES.iter().map(|registered| {
        let meta = registered.rule.meta();
        let file = format!("src/rules/{}.rs", meta.name.replace('-', "_"));
        Entry { meta, page: registered.page, file, on: true, is_guard: false }
    });
    let guard = BUNDLED.iter().map(|rule| Entry {
        meta: &rule.meta,
        page: rule.page,
        file: rule.file.to_owned(),
        on: rule.on,
        is_guard: true,
    });
    native.chain(guard)
}

/// The rule with this name.
pub fn find(name: &str) -> Option<Entry> {
    all().find(|entry| entry.meta.name == name)
}
