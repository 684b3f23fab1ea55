//! The report as one JSON object, and as a JSON object a line: `docs/report.schema.json`, a promise to users.

use serde::Serialize;

use super::escape::escape_json;
use super::{Input, Repaired, Summary};
use crate::edit::Fix;
use crate::finding::{Finding, Label, Suppressed};
use crate::text::{Source, Span};

pub(super) const BEGIN: &str = "{\"version\":1,\"findings\":[\n";
pub(super) const BETWEEN: &str = ",\n";

pub(super) const BEGIN_LINES: &str = "{\"version\":1}\n";

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'a str,
    severity: &'a str,
    confidence: &'a str,
    category: &'a str,
    message: &'a str,
    file: &'a str,
    #[serde(flatten)]
    place: Place,
    logical_id: Option<&'a str>,
    path: &'a str,
    label: &'a str,
    labels: Vec<JsonLabel<'a>>,
    note: &'a str,
    help: &'a str,
    docs: &'a str,
    fix: Option<JsonFix<'a>>,
    no_fix: Option<String>,
    suppressed: Option<JsonSuppressed<'a>>,
}

#[derive(Serialize)]
struct JsonSuppressed<'a> {
    by: &'a str,
    reason: Option<&'a str>,
}

/// 1-based; columns count characters; the end is exclusive.
#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    #[serde(flatten)]
    place: Place,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    applicability: &'a str,
    title: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

/// Byte offsets into the file, 0-based; the end is exclusive.
#[derive(Serialize)]
struct JsonEdit<'a> {
    start: u32,
    end: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct End<'a> {
    repaired: Vec<JsonRepaired<'a>>,
    files: Files<'a>,
    summary: Counts,
}

/// A line of the report in lines.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Line<'a> {
    Finding(Box<JsonFinding<'a>>),
    Repaired(JsonRepaired<'a>),
    End { files: Files<'a>, summary: Counts },
}

#[derive(Serialize)]
struct JsonRepaired<'a> {
    rule: &'a str,
    message: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    title: &'a str,
}

#[derive(Serialize)]
struct Files<'a> {
    checked: usize,
    skipped: usize,
    unreadable: Vec<Failed<'a>>,
    unwritable: Vec<Failed<'a>>,
    not_fully_analysed: &'a [String],
}

#[derive(Serialize)]
pub(super) struct Failed<'a> {
    file: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
    infos: usize,
    fixable: usize,
    fixable_unsafe: usize,
    unfixable: usize,
    suppressed: usize,
    repaired: usize,
    not_fully_analysed: usize,
}

/// The findings of one input, one on each line.
pub(super) fn input(input: &Input<'_>) -> String {
    let findings = input.checked.findings.iter().map(|finding| to_json(&finding_of(finding, input.source)));
    findings.collect::<Vec<_>>().join(BETWEEN)
}

/// The findings of one input in the report in lines.
pub(super) fn input_lines(input: &Input<'_>) -> String {
    let finding = |finding| line(&Line::Finding(Box::new(finding_of(finding, input.source))));
    input.checked.findings.iter().map(finding).collect()
}

/// What follows the findings.
pub(super) fn end(summary: &Summary) -> String {
    let repaired = summary.repaired.iter().map(repaired_of).collect();
    let json = to_json(&End { repaired, files: files_of(summary), summary: counts_of(summary) });
    format!("\n],{}\n", json.strip_prefix('{').unwrap_or(&json))
}

/// What follows the findings in the report in lines. Without its last line a report is cut short.
pub(super) fn end_lines(summary: &Summary) -> String {
    let repaired = summary.repaired.iter().map(|repaired| line(&Line::Repaired(repaired_of(repaired))));
    let end = line(&Line::End { files: files_of(summary), summary: counts_of(summary) });
    repaired.chain([end]).collect()
}

fn line(line: &Line<'_>) -> String {
    to_json(line) + "\n"
}

fn repaired_of(repaired: &Repaired) -> JsonRepaired<'_> {
    JsonRepaired {
        rule: repaired.rule,
        message: &repaired.message,
        file: &repaired.file,
        line: repaired.line,
        column: repaired.column,
        title: &repaired.title,
    }
}

fn files_of(summary: &Summary) -> Files<'_> {
    Files {
        checked: summary.checked,
        skipped: summary.skipped,
        unreadable: summary.unreadable.iter().map(failed_of).collect(),
        unwritable: summary.unwritable.iter().map(failed_of).collect(),
        not_fully_analysed: &summary.not_fully_analysed,
    }
}

fn counts_of(summary: &Summary) -> Counts {
    Counts {
        errors: summary.errors,
        warnings: summary.warnings,
        infos: summary.infos,
        fixable: summary.fixable,
        fixable_unsafe: summary.fixable_unsafe,
        unfixable: summary.unfixable,
        suppressed: summary.suppressed,
        repaired: summary.repaired.len(),
        not_fully_analysed: summary.not_fully_analysed.len(),
    }
}

fn finding_of<'a>(finding: &'a Finding, source: &'a Source) -> JsonFinding<'a> {
    JsonFinding {
        rule: finding.rule,
        severity: finding.severity.as_str(),
        confidence: finding.confidence.as_str(),
        category: finding.category.as_str(),
        message: &finding.message,
        file: source.name(),
        place: place(finding.span, source),
        logical_id: finding.logical_id.as_deref(),
        path: &finding.path,
        label: &finding.label,
        labels: finding.labels.iter().map(|label| label_of(label, source)).collect(),
        note: &finding.note,
        help: &finding.help,
        docs: finding.docs,
        fix: finding.fix.as_ref().map(fix_of),
        no_fix: finding.no_fix.as_ref().map(ToString::to_string),
        suppressed: finding.suppressed.as_ref().map(suppressed_of),
    }
}

pub(super) fn failed_of(input: &super::Failed) -> Failed<'_> {
    Failed { file: &input.file, message: &input.message }
}

fn label_of<'a>(label: &'a Label, source: &Source) -> JsonLabel<'a> {
    JsonLabel { place: place(label.span, source), message: &label.text }
}

fn fix_of(fix: &Fix) -> JsonFix<'_> {
    let edits = fix.edits.iter().map(|edit| JsonEdit { start: edit.span.start, end: edit.span.end, text: &edit.text });
    JsonFix { applicability: fix.applicability.as_str(), title: &fix.title, edits: edits.collect() }
}

fn suppressed_of(suppressed: &Suppressed) -> JsonSuppressed<'_> {
    JsonSuppressed { by: suppressed.by.as_str(), reason: suppressed.reason.as_deref() }
}

fn place(span: Span, source: &Source) -> Place {
    let (start, end) = (source.position(span.start()), source.position(span.end()));
    Place { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
}

/// Structures of text and numbers always serialise.
pub(super) fn to_json(value: &impl Serialize) -> String {
    escape_json(serde_json::to_string(value).unwrap_or_default())
}
