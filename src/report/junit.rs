//! `JUnit` XML: a test suite for each input, a test case for each finding.
//!
//! An error or a warning is a failed test, an info a passed one with something to say, since a failed test stops most
//! pipelines. A suppressed finding is a skipped test, and an input without findings one that passes.

use std::fmt::Write as _;

use super::escape::escape_hidden;
use super::xml::{attribute, content};
use super::{Failed, Input, Summary, words};
use crate::finding::{Finding, Severity, Suppressed};
use crate::text::Source;

pub(super) const BEGIN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cfn-igr\">\n";

/// The test suite of one input.
pub(super) fn input(input: &Input<'_>) -> String {
    let name = attribute(input.source.name());
    let findings = &input.checked.findings;
    if findings.is_empty() {
        return suite(&name, [0; 4], &format!("    <testcase name=\"cfn-igr\" classname=\"{name}\"/>\n"));
    }
    let count = |kind: fn(&Finding) -> bool| findings.iter().filter(|finding| kind(finding)).count();
    let cases: String = findings.iter().map(|finding| case(finding, &name, input.source)).collect();
    suite(&name, [findings.len(), count(fails), 0, count(|finding| finding.suppressed.is_some())], &cases)
}

/// What could not be checked, and the end.
pub(super) fn end(summary: &Summary) -> String {
    let failed = summary.unreadable.iter().chain(&summary.unwritable);
    let mut out: String = failed.map(failed_of).collect();
    out.push_str("</testsuites>\n");
    out
}

/// A test suite: tests, failures, errors and skipped tests are counted.
fn suite(name: &str, [tests, failures, errors, skipped]: [usize; 4], cases: &str) -> String {
    let tests = tests.max(1);
    format!(
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">\n{cases}  </testsuite>\n"
    )
}

fn failed_of(failed: &Failed) -> String {
    let (name, message) = (attribute(&failed.file), attribute(&failed.message));
    let case = format!(
        "    <testcase name=\"cfn-igr\" classname=\"{name}\">\n      <error type=\"unreadable\" message=\"{message}\"/>\n    </testcase>\n"
    );
    suite(&name, [1, 0, 1, 0], &case)
}

fn fails(finding: &Finding) -> bool {
    finding.suppressed.is_none()
        && match finding.severity {
            Severity::Error | Severity::Warning => true,
            Severity::Info => false,
        }
}

/// A test case. Its name has no line, so that its history goes on when lines move.
fn case(finding: &Finding, file: &str, source: &Source) -> String {
    let (rule, severity, message) = (finding.rule, finding.severity.as_str(), attribute(&finding.message));
    let mut out = format!("    <testcase name=\"{rule}: {message}\" classname=\"{file}\">\n");
    let text = content(&text_of(finding, source));
    let _ = match &finding.suppressed {
        Some(suppressed) => writeln!(out, "      <skipped message=\"{}\"/>", attribute(&reason(suppressed))),
        None if fails(finding) => {
            writeln!(out, "      <failure type=\"{severity}\" message=\"{message}\">{text}</failure>")
        }
        None => writeln!(out, "      <system-out>{text}</system-out>"),
    };
    out.push_str("    </testcase>\n");
    out
}

fn reason(suppressed: &Suppressed) -> String {
    let by = suppressed.by.as_str();
    suppressed
        .reason
        .as_ref()
        .map_or_else(|| format!("suppressed by {by}"), |reason| format!("suppressed by {by}: {reason}"))
}

fn text_of(finding: &Finding, source: &Source) -> String {
    let at = source.position(finding.span.start());
    let place = format!(
        "{}:{}:{}: {}[{}]",
        escape_hidden(source.name()),
        at.line,
        at.column,
        finding.severity.as_str(),
        finding.rule
    );
    format!("{place} {}", words::paragraphs(finding))
}
