//! Workflow commands of GitHub Actions: one annotation for each finding.

use std::fmt::Write as _;

use super::escape::escape_hidden_lines;
use super::{Failed, Input, Summary, uri, words};
use crate::finding::{Finding, Severity};

/// One command for each finding.
pub(super) fn input(input: &Input<'_>) -> String {
    input.checked.active().map(|finding| command(finding, input)).collect()
}

/// One command for each input that could not be checked or written.
pub(super) fn end(summary: &Summary) -> String {
    summary.unreadable.iter().chain(&summary.unwritable).map(|failed| failed_of(failed, summary)).collect()
}

fn command(finding: &Finding, input: &Input<'_>) -> String {
    let source = input.source;
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let (start, end) = (source.position(finding.span.start()), source.position(finding.span.end()));
    let file = property(&uri::from_root(input.folder, source.name()));
    let mut out = format!("::{level} file={file},line={},endLine={}", start.line, end.line);
    // GitHub takes columns only where they are of one line.
    if start.line == end.line {
        let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
    }
    let _ = writeln!(out, ",title={}::{}", property(finding.rule), data(&words::paragraphs(finding)));
    out
}

fn failed_of(failed: &Failed, summary: &Summary) -> String {
    let file = property(&uri::from_root(&summary.folder, &failed.file));
    format!("::error file={file},title=cfn-igr::{}\n", data(&failed.message))
}

/// Text behind the last `::`.
fn data(text: &str) -> String {
    escape_hidden_lines(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
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
