//! Test files in cfn-guard's own format: a list of inputs with what each rule should say of them.
//!
//! ```yaml
//! - name: encrypted cache
//!   input:
//!     Resources: {}
//!   expectations:
//!     rules:
//!       cache_not_encrypted: SKIP
//! ```

use super::canonical::{self, Canonical};
use super::evaluate::{self, Evaluated, Part};
use super::{Difference, RuleFile, TestError, Tested};
use crate::syntax::{self, NodeId, Tree};
use crate::text::Source;

/// One input with its expectations: rule, status, node of the status.
struct Case<'t> {
    name: &'t str,
    input: Canonical,
    expected: Vec<(&'t str, &'t str, NodeId)>,
}

/// Runs the tests of a file.
///
/// # Errors
/// Where the file is no list of tests, or an input cannot be evaluated.
pub fn test(rules: &RuleFile, tests: &Source) -> Result<Tested, TestError> {
    let tree = syntax::parse(tests);
    if let Some(error) = tree.errors().first() {
        return Err(TestError { line: tests.position(error.span.start()).line, message: error.message.clone() });
    }
    let root = tree.root().filter(|root| tree.is_sequence(*root));
    let root = root.ok_or_else(|| TestError { line: 1, message: "a list of tests is expected".to_owned() })?;
    let cases = tree.items(root).iter().map(|item| case(&tree, *item)).collect::<Result<Vec<_>, _>>()?;
    let inputs: Vec<&str> = cases.iter().map(|case| case.input.text.as_str()).collect();
    let evaluated = evaluate::all(&[Part { group: 0, text: rules.text() }], &inputs);
    let mut tested = Tested::default();
    for (case, evaluated) in cases.iter().zip(&evaluated) {
        for (rule, expected, node) in &case.expected {
            let line = tests.position(tree.span(*node).start()).line;
            if let Some((_, message)) = evaluated.failed.first() {
                return Err(TestError { line, message: format!("the rules cannot be evaluated: {message}") });
            }
            tested.expectations += 1;
            let actual = status(evaluated, rule);
            if actual != *expected {
                let owned = |text: &str| text.to_owned();
                let (test, rule) = (owned(case.name), owned(rule));
                tested.differences.push(Difference { line, test, rule, expected: owned(expected), actual: owned(actual) });
            }
        }
    }
    Ok(tested)
}

fn case<'t>(tree: &'t Tree<'_>, item: NodeId) -> Result<Case<'t>, TestError> {
    let item = tree.target(item);
    let line = tree.source().position(tree.span(item).start()).line;
    let error = |message: &str| TestError { line, message: message.to_owned() };
    let part = |key: &str| tree.get(item, key).map(|node| tree.target(node));
    let input = part("input").ok_or_else(|| error("the test has no `input`"))?;
    let input = canonical::write_from(tree, input).ok_or_else(|| error("the input is too large"))?;
    let rules = part("expectations").and_then(|node| tree.get(node, "rules")).map(|node| tree.target(node));
    let rules =
        rules.filter(|node| tree.is_mapping(*node)).ok_or_else(|| error("the test has no `expectations: rules:`"))?;
    let expected =
        tree.entries(rules).filter_map(|entry| Some((tree.text(entry.key)?, tree.text(entry.value)?, entry.value)));
    let name = part("name").and_then(|name| tree.text(name)).unwrap_or("");
    Ok(Case { name, input, expected: expected.collect() })
}

fn status(evaluated: &Evaluated, rule: &str) -> &'static str {
    let among = |names: &[String]| names.iter().any(|name| name == rule);
    if among(&evaluated.failed_rules) {
        "FAIL"
    } else if among(&evaluated.passed) {
        "PASS"
    } else if among(&evaluated.skipped) {
        "SKIP"
    } else {
        "no such rule"
    }
}
