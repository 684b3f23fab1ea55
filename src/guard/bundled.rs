//! The rules of `guard-rules/`, as the build script lists them.

use std::collections::BTreeSet;

use memchr::{memchr_iter, memchr2_iter};

use crate::edit::Applicability;
use crate::finding::{Category, Severity};
use crate::rule::{FixPromise, RuleMeta};
use crate::syntax::Tree;

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
    /// The types of resources that it looks at; all others can be left out.
    pub(super) types: &'static [&'static str],
    /// Where none of these words stands in a template, in any letter case, the rule cannot fail; empty for what is missing
    /// where nothing is written.
    pub(super) words: &'static [&'static str],
    /// The rule's name in the Guard language.
    pub(super) guard_name: &'static str,
    /// The rule without the page.
    pub(super) text: &'static str,
}

impl Bundled {
    /// Whether the rule can fail on a template with these types of resources.
    pub(super) fn can_fail(&self, tree: &Tree<'_>, types: &BTreeSet<&str>) -> bool {
        let text = tree.source().text().as_bytes();
        // A text in double quotes can spell a word in other bytes: \u0043, \x43, \/.
        let spells = |at: usize| text.get(at + 1).is_some_and(|next| matches!(next, b'u' | b'U' | b'x' | b'/'));
        let has = |word: &&str| contains_in_any_case(text, word.as_bytes()) || memchr_iter(b'\\', text).any(spells);
        self.types.iter().any(|kind| types.contains(kind)) && (self.words.is_empty() || self.words.iter().any(has))
    }
}

/// Looks for the word's first letter in both cases, then compares.
fn contains_in_any_case(text: &[u8], word: &[u8]) -> bool {
    let Some(first) = word.first() else { return true };
    let mut starts = memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text);
    starts.any(|at| text.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word)))
}

include!(concat!(env!("OUT_DIR"), "/guard_table.rs"));
