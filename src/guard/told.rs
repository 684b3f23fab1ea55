//! What is told of Guard rules, whether this build can run them or not.

use crate::finding::Finding;

/// The name of the threads on which rules are evaluated, by which a panic there is told from one of the program.
pub const THREAD: &str = "guard";

/// Why a rule file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardError {
    /// Name of the file.
    pub file: String,
    /// Line and column, 1-based, where that is known.
    pub place: Option<(usize, usize)>,
    /// Why, and what to do.
    pub message: String,
}

/// What came of one template.
#[derive(Debug, Default)]
pub struct Ran {
    /// What the rules found, in no order.
    pub findings: Vec<Finding>,
    /// Rules that could not be evaluated on it.
    pub faults: Vec<Fault>,
    /// Whether it is too large or nested too deeply, so that no rule was run.
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

/// One expectation that was not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where the expectation stands in the test file, 1-based.
    pub line: usize,
    /// Name of the test; empty where it has none.
    pub test: String,
    /// The rule.
    pub rule: String,
    /// What was expected.
    pub expected: String,
    /// What the rule says.
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
