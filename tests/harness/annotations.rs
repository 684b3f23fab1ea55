//! Findings as lines of a fixture.
//!
//! The line below a finding underlines it: `#   ^^^^^ rule-name`, in JSON `//  ^^^^^ rule-name`. A severity other than
//! the rule's own stands before the name: `#  ^^^^ info rule-name`. A finding of several lines is underlined to the end
//! of its first; one of no characters has one caret.

use std::fmt::Write as _;

use cfn_igr::{Finding, Source, catalogue};

/// A finding at its place: 1-based line, 0-based columns in characters.
pub(crate) struct Underline {
    line: usize,
    columns: (usize, usize),
    words: String,
}

/// The underlines of findings that count.
pub(crate) fn of(source: &Source, findings: &[Finding]) -> Vec<Underline> {
    let underline = |finding: &Finding| {
        let (start, end) = (source.position(finding.span.start()), source.position(finding.span.end()));
        let line = source.text().lines().nth(start.line - 1).unwrap_or("");
        let last = if end.line == start.line { end.column } else { line.chars().count() + 1 };
        let own = catalogue::find(finding.rule).map(|entry| entry.meta.severity);
        let severity = if own == Some(finding.severity) { String::new() } else { format!("{} ", finding.severity.as_str()) };
        let columns = (start.column - 1, last.max(start.column + 1) - 1);
        Underline { line: start.line, columns, words: severity + finding.rule }
    };
    findings.iter().filter(|finding| finding.suppressed.is_none()).map(underline).collect()
}

/// A text with underlines in it.
pub(crate) fn render(text: &str, underlines: &[Underline]) -> String {
    let comment = if is_json(text) { "//" } else { "#" };
    let mut out = String::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        out.push_str(line);
        for underline in underlines.iter().filter(|underline| underline.line == index + 1) {
            let (start, end) = underline.columns;
            let blanks = " ".repeat(start.saturating_sub(comment.len()));
            let carets = "^".repeat(end - start);
            let _ = writeln!(out, "{comment}{blanks}{carets} {}", underline.words);
        }
    }
    out
}

/// A text without underlines.
pub(crate) fn strip(text: &str) -> String {
    let is_underline = |line: &str| {
        let inside = line.strip_prefix("//").or_else(|| line.strip_prefix('#'));
        inside.is_some_and(|inside| inside.trim_start().starts_with('^'))
    };
    text.split_inclusive('\n').filter(|line| !is_underline(line)).collect()
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}
