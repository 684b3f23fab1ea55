//! Checkstyle XML, which many services read: an `error` for each finding, by file.

use std::fmt::Write as _;

use super::xml::attribute;
use super::{Failed, Input, Summary};
use crate::finding::Finding;
use crate::text::Source;

/// The version is that of the format as its readers ask for it.
pub(super) const BEGIN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";

/// The findings of one input; one without findings is an empty `file`.
pub(super) fn input(input: &Input<'_>) -> String {
    let errors: String = input.checked.active().map(|finding| error(finding, input.source)).collect();
    file(input.source.name(), &errors)
}

/// What could not be checked, and the end.
pub(super) fn end(summary: &Summary) -> String {
    let failed = summary.unreadable.iter().chain(&summary.unwritable);
    let mut out: String = failed.map(failed_of).collect();
    out.push_str("</checkstyle>\n");
    out
}

fn file(name: &str, errors: &str) -> String {
    format!("  <file name=\"{}\">\n{errors}  </file>\n", attribute(name))
}

fn error(finding: &Finding, source: &Source) -> String {
    let at = source.position(finding.span.start());
    let (severity, rule) = (finding.severity.as_str(), finding.rule);
    let mut out = format!("    <error line=\"{}\" column=\"{}\" severity=\"{severity}\" ", at.line, at.column);
    let _ = writeln!(out, "message=\"{}\" source=\"cfn-igr.{rule}\"/>", attribute(&finding.message));
    out
}

/// Readers want a line for everything.
fn failed_of(failed: &Failed) -> String {
    let message = attribute(&failed.message);
    file(&failed.file, &format!("    <error line=\"1\" severity=\"error\" message=\"{message}\" source=\"cfn-igr\"/>\n"))
}
