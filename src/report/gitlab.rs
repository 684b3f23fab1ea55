//! GitLab's code quality report: the part of Code Climate's format that GitLab reads.

use serde::Serialize;

use super::escape::escape_hidden;
use super::fingerprint::{Fingerprints, hash};
use super::json::to_json;
use super::{Input, uri, words};
use crate::finding::{Category, Finding, Severity};

pub(super) const BEGIN: &str = "[\n";
pub(super) const BETWEEN: &str = ",\n";
pub(super) const END: &str = "\n]\n";

#[derive(Serialize)]
struct Issue<'a> {
    r#type: &'static str,
    check_name: &'a str,
    description: String,
    content: Option<Content>,
    categories: [&'static str; 1],
    severity: &'static str,
    fingerprint: String,
    location: Location,
}

#[derive(Serialize)]
struct Content {
    body: String,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// The findings of one input that count, one on each line.
pub(super) fn input(input: &Input<'_>) -> String {
    let mut fingerprints = Fingerprints::new(input.source);
    let all = input.checked.findings.iter().map(|finding| (finding, fingerprints.next(finding)));
    // A suppressed finding takes its mark too: the marks of its equals do not change with it.
    let active = all.filter(|(finding, _)| finding.suppressed.is_none());
    active.map(|(finding, mark)| to_json(&issue(finding, mark, input))).collect::<Vec<_>>().join(BETWEEN)
}

fn issue<'a>(finding: &'a Finding, mark: (u128, usize), input: &Input<'_>) -> Issue<'a> {
    let source = input.source;
    let (start, end) = (source.position(finding.span.start()), source.position(finding.span.end()));
    let path = uri::from_root(input.folder, source.name());
    let body = words::remarks(finding).join("\n");
    Issue {
        r#type: "issue",
        check_name: finding.rule,
        description: escape_hidden(&finding.message).into_owned(),
        content: (!body.is_empty()).then_some(Content { body }),
        categories: [match finding.category {
            Category::Security => "Security",
            Category::Mapping
            | Category::Responses
            | Category::Selection
            | Category::Template
            | Category::Integration
            | Category::Cors
            | Category::Syntax => "Bug Risk",
        }],
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Info => "info",
        },
        // GitLab wants one that no other finding of the whole report has.
        fingerprint: format!("{:032x}", hash(&[&path, &format!("{:032x} {}", mark.0, mark.1)])),
        location: Location { path, lines: Lines { begin: start.line, end: end.line } },
    }
}
