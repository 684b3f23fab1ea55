//! Patterns and mapping expressions with random damage: nothing panics, and what is suggested is right.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests; clippy takes only the test functions themselves for tests"
)]

#[path = "harness/mapping_expression.rs"]
mod mapping_expression;
#[path = "harness/selection_pattern.rs"]
mod selection_pattern;
#[path = "generated/tape.rs"]
#[expect(dead_code, reason = "made for the generated templates, too")]
mod tape;

use tape::Tape;

const CASES: u64 = 20_000;

const EXPRESSIONS: [&str; 18] = [
    "method.request.header.X-A",
    "method.request.querystring.q",
    "method.request.body.a[0].b",
    "integration.response.header.X-A",
    "integration.response.body.$.a",
    "method.response.header.X-A",
    "gatewayresponse.header.X-A",
    "integration.request.path.id",
    "stageVariables.x",
    "context.identity.sourceIp",
    "$context.requestId",
    "'*'",
    "\"*\"",
    "'GET','POST'",
    "default-src 'self'",
    "'a\u{7}b'",
    " 'x'\n",
    "\u{2018}é\u{2019}",
];

const PATTERNS: [&str; 16] = [
    "4\\d{2}",
    "4XX",
    "5//d{2}",
    ".*\\[404\\].*\n.*Not Found.*",
    "[\\s\\S]*\\[(4|5)\\d\\d\\][\\s\\S]*\n.*\\[404\\].*",
    ".*\"status\":\\s*400.*\n.+",
    "(?i)error|fail(?:ure)?\nError",
    "[a-z&&[^bc]]+\n[^d]*",
    "(a+)+$\na*",
    "\\Q[x]\\E.*",
    "(?<=x)y(?!z)\n.*",
    "\\p{L}+\\b\n\\w*",
    "[NotFound]",
    "*Error*",
    "(a|b)\\1\n..",
    "40[0-9]|5..\n404|500",
];

/// A text with a few characters others, gone, doubled or taken from another one.
fn damaged(tape: &mut Tape, texts: &[&str]) -> String {
    let mut text: Vec<char> = texts[tape.pick(texts.len())].chars().collect();
    for _ in 0..tape.pick(5) {
        let other: Vec<char> = texts[tape.pick(texts.len())].chars().collect();
        let at = tape.pick(text.len() + 1);
        let end = (at + tape.pick(4)).min(text.len());
        let from = tape.pick(other.len());
        let to = (from + tape.pick(6)).min(other.len());
        match tape.pick(3) {
            0 => drop(text.drain(at..end)),
            1 => drop(text.splice(at..end, other[from..to].iter().copied())),
            _ => drop(text.splice(at..at, other[from..to].iter().copied())),
        }
    }
    text.into_iter().collect()
}

#[test]
fn damaged_mapping_expressions_are_read() {
    (0..CASES).for_each(|seed| mapping_expression::check(&damaged(&mut Tape::from_seed(seed), &EXPRESSIONS)));
}

#[test]
fn damaged_selection_patterns_are_read() {
    (0..CASES / 4).for_each(|seed| selection_pattern::check(&damaged(&mut Tape::from_seed(seed), &PATTERNS)));
}
