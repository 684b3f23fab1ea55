//! What stands in for Guard rules in a build without the feature `guard`: there are none.

use crate::finding::Finding;
use crate::rule::RuleMeta;
use crate::syntax::Tree;

/// The name of the threads on which rules are evaluated, by which a panic there is told from one of the program.
pub const THREAD: &str = "guard";

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

/// Why a rule file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardError {
    /// The file.
    pub file: String,
    /// Where, 1-based, if that is known.
    pub place: Option<(usize, usize)>,
    /// Why.
    pub message: String,
}

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

/// What came of one template: nothing.
#[derive(Debug, Default)]
pub struct Ran {
    /// Nothing.
    pub findings: Vec<Finding>,
    /// Nothing.
    pub faults: Vec<Fault>,
    /// No.
    pub exhausted: bool,
}

/// A rule file that could not be evaluated on a template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Name of the rule file.
    pub file: String,
    /// Name of the bundled rule, whose failure is a defect of this program.
    pub bundled: Option<&'static str>,
    /// What the crate says.
    pub message: String,
}

/// Runs nothing.
pub fn run(_: &Guard, trees: &[Option<&Tree<'_>>], _: &[String]) -> Vec<Ran> {
    trees.iter().map(|_| Ran::default()).collect()
}

/// One expectation that was not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where in the test file, 1-based.
    pub line: usize,
    /// Name of the test.
    pub test: String,
    /// The rule.
    pub rule: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub actual: String,
}

/// What came of a test file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tested {
    /// How many expectations there are.
    pub expectations: usize,
    /// Those that were not met.
    pub differences: Vec<Difference>,
}

/// Why a test file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestError {
    /// Where, 1-based.
    pub line: usize,
    /// Why.
    pub message: String,
}

/// Refuses every test.
///
/// # Errors
/// Always.
pub fn test(_: &RuleFile, _: &crate::text::Source) -> Result<Tested, TestError> {
    Err(TestError { line: 1, message: NOT_HERE.to_owned() })
}
