//! The rules of `guard-rules/`, as the build script lists them.

use crate::edit::Applicability;
use crate::finding::{Category, Severity};
use crate::rule::{FixPromise, RuleMeta};

/// A rule that comes with the program. Its file holds its page as a comment and works with the stock command as it is.
#[derive(Debug)]
pub struct Bundled {
    /// Its metadata; the name is the rule's in kebab-case.
    pub meta: RuleMeta,
    /// The page: Markdown, taken from the file's leading comment.
    pub page: &'static str,
    /// The file, from the root of the repository.
    pub file: &'static str,
    /// Whether it runs unless something else is said. The others are a matter of opinion, or native rules tell more.
    pub on: bool,
    /// The rule's name in the Guard language.
    pub(super) guard_name: &'static str,
    /// The rule without the page.
    pub(super) text: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/guard_table.rs"));
