//! What stands in for Guard rules in a build without the feature `guard`: there are none.

use crate::rule::RuleMeta;
use crate::syntax::Tree;

#[path = "told.rs"]
mod told;

pub use told::{Difference, Fault, GuardError, Ran, THREAD, TestError, Tested};

/// The Guard rules of a run: none.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    _none: (),
}

impl Guard {
    /// Whether this build can run Guard rules.
    pub const AVAILABLE: bool = false;

    /// No rule.
    pub fn bundled() -> Self {
        Self::default()
    }

    /// Does nothing.
    pub fn add_bundled(&mut self, _: &str) {}

    /// Does nothing.
    pub fn add(&mut self, _: RuleFile) {}

    /// None.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        std::iter::empty()
    }

    /// No.
    pub fn has(&self, _: &str) -> bool {
        false
    }
}

/// A bundled rule; there is none.
#[derive(Debug)]
pub struct Bundled {
    /// Its metadata.
    pub meta: RuleMeta,
    /// Its page.
    pub page: &'static str,
    /// Its file.
    pub file: &'static str,
    /// Whether it runs unless something else is said.
    pub on: bool,
}

/// No rule.
pub static BUNDLED: &[Bundled] = &[];

/// A rule file; there is none.
#[derive(Debug)]
pub struct RuleFile;

const NOT_HERE: &str = "this build of cfn-igr cannot run Guard rules; build it with the feature `guard`";

impl RuleFile {
    /// Refuses every file.
    ///
    /// # Errors
    /// Always.
    pub fn read(name: &str, _: String) -> Result<Self, GuardError> {
        Err(GuardError { file: name.to_owned(), place: None, message: NOT_HERE.to_owned() })
    }
}

/// Runs nothing.
pub fn run(_: &Guard, trees: &[Option<&Tree<'_>>], _: &[String]) -> Vec<Ran> {
    trees.iter().map(|_| Ran::default()).collect()
}

/// Refuses every test.
///
/// # Errors
/// Always.
pub fn test(_: &RuleFile, _: &crate::text::Source) -> Result<Tested, TestError> {
    Err(TestError { line: 1, message: NOT_HERE.to_owned() })
}
