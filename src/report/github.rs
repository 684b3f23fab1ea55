//! Workflow commands of GitHub Actions: one annotation for each finding.

use std::fmt::Write as _;

use super::Input;
use super::escape::escape_lines;
use crate::edit::Applicability;
use crate::finding::{Finding, Severity};
use crate::text::Source;

/// One command for each finding.
pub(super) fn input(input: &Input<'_>) -> String {
    input.checked.active().map(|finding| command(finding, input.source)).collect()
}

fn command(finding: &Finding, source: &Source) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let (start, end) = (source.position(finding.span.start()), source.position(finding.span.end()));
    let mut out = format!("::{level} file={},line={},endLine={}", property(source.name()), start.line, end.line);
    // GitHub takes columns only where they are of one line.
    if start.line == end.line {
        let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
    }
    let _ = writeln!(out, ",title={}::{}", property(finding.rule), data(&words(finding)));
    out
}

fn words(finding: &Finding) -> String {
    let mut lines = vec![finding.message.clone()];
    if !finding.note.is_empty() {
        lines.push(format!("note: {}", finding.note));
    }
    if !finding.help.is_empty() {
        lines.push(format!("help: {}", finding.help));
    }
    match &finding.fix {
        Some(fix) if fix.applicability == Applicability::Safe => lines.push(format!("fix: --fix can {}", fix.title)),
        Some(fix) if fix.applicability == Applicability::Unsafe => {
            lines.push(format!("fix: --fix=unsafe can {}", fix.title));
        }
        Some(_) | None => {}
    }
    lines.join("\n")
}

/// Text behind the last `::`.
fn data(text: &str) -> String {
    escape_lines(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property, which also ends at a colon or a comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_begin_a_command_of_its_own() {
        assert_eq!(data("100%\r\n::error::x\u{1b}"), "100%25\\r%0A::error::x\\u{1b}");
        assert_eq!(property("a:b,c%d"), "a%3Ab%2Cc%25d");
    }
}
