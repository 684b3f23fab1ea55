//! SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! The results come first and what is known only at the end, the rules and the failures, behind them.

mod objects;

use std::collections::BTreeMap;

use super::escape::{escape_hidden, escape_hidden_lines};
use super::fingerprint::Fingerprints;
use super::json::to_json;
use super::{Input, Summary, uri, words};
use crate::catalogue::{self, Entry};
use crate::edit::{Edit, Fix};
use crate::finding::{Finding, Label, Severity, Suppressed, SuppressedBy};
use crate::text::{Source, Span};
use objects::Text;

pub(super) const BEGIN: &str =
    "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"results\":[\n";
pub(super) const BETWEEN: &str = ",\n";

/// The key of our fingerprints. Another way to make them is another version.
const FINGERPRINT: &str = "cfnIgr/v1";

/// The results of one input, suppressed ones too, one on each line.
pub(super) fn input(input: &Input<'_>) -> String {
    let mut fingerprints = Fingerprints::new(input.source);
    let file = File { source: input.source, uri: uri::reference(input.folder, input.source.name()) };
    let results = input.checked.findings.iter().map(|finding| {
        let (mark, before) = fingerprints.next(finding);
        to_json(&result(finding, &file, format!("{mark:032x}:{before}")))
    });
    results.collect::<Vec<_>>().join(BETWEEN)
}

/// A file, and where it is.
struct File<'a> {
    source: &'a Source,
    uri: String,
}

/// The rules of these results, and what could not be checked.
pub(super) fn end(summary: &Summary) -> String {
    let failed = || summary.unreadable.iter().chain(&summary.unwritable);
    let place = |name: &str| uri::reference(&summary.folder, name);
    let failures = failed().map(|failed| notification("error", &failed.message, place(&failed.file)));
    let broken = summary.failed_rules.iter().map(|(rule, file)| {
        notification("error", &format!("the rule {rule} failed, a defect of cfn-igr itself"), place(file))
    });
    let refused = summary.failed_guard.iter().map(|(fault, file)| {
        notification("error", &format!("the rules of {} cannot be evaluated: {}", fault.file, fault.message), place(file))
    });
    let partly = summary
        .not_fully_analysed
        .iter()
        .map(|file| notification("note", "some values were taken as unknown, since a budget ran out", place(file)));
    let tail = objects::Tail {
        column_kind: "unicodeCodePoints",
        tool: objects::Tool {
            driver: objects::Driver {
                name: "cfn-igr",
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: summary.rules.iter().filter_map(|name| catalogue::find(name)).map(|entry| rule(&entry)).collect(),
            },
        },
        invocations: [objects::Invocation {
            execution_successful: failed().next().is_none()
                && summary.failed_rules.is_empty()
                && summary.failed_guard.is_empty(),
            tool_execution_notifications: failures.chain(broken).chain(refused).chain(partly).collect(),
        }],
    };
    let json = to_json(&tail);
    format!("\n],{}]}}\n", json.strip_prefix('{').unwrap_or(&json))
}

fn rule(entry: &Entry) -> objects::Rule<'static> {
    let (meta, page) = (entry.meta, entry.page);
    objects::Rule {
        id: meta.name,
        short_description: Text { text: meta.summary.to_owned() },
        full_description: Text { text: what_it_does(page) },
        help_uri: meta.sources.first().copied(),
        help: objects::Help { text: page, markdown: markdown(page) },
        default_configuration: objects::Configuration { level: level(meta.severity) },
        properties: objects::RuleProperties { tags: ["api-gateway", meta.category.as_str()] },
    }
}

/// A page whose code says only its language: readers know `yaml`, and do not know `yaml,bad`.
fn markdown(page: &str) -> String {
    let line = |line: &str| match line.strip_prefix("```").and_then(|language| language.split_once(',')) {
        Some((language, _)) => format!("```{language}\n"),
        None => format!("{line}\n"),
    };
    page.lines().map(line).collect()
}

/// The first part of a page, on one line.
fn what_it_does(page: &str) -> String {
    let lines = page.lines().skip_while(|line| !line.starts_with("## ")).skip(1);
    let lines: Vec<_> = lines.take_while(|line| !line.starts_with("## ")).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

fn result<'a>(finding: &'a Finding, file: &File<'_>, mark: String) -> objects::Finding<'a> {
    let logical = |id: &str| objects::Logical {
        name: escape_hidden(id).into_owned(),
        fully_qualified_name: escape_hidden(&finding.path).into_owned(),
        kind: "resource",
    };
    objects::Finding {
        rule_id: finding.rule,
        level: level(finding.severity),
        message: message(&words::paragraphs(finding)),
        locations: [objects::Location {
            physical_location: physical(finding.span, file),
            logical_locations: finding.logical_id.as_deref().map(|id| [logical(id)]),
        }],
        related_locations: finding.labels.iter().enumerate().map(|(id, label)| related(id, label, file)).collect(),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, mark)]),
        fixes: finding.fix.iter().filter(|fix| !fix.edits.is_empty()).map(|fix| fix_of(fix, file)).collect(),
        suppressions: finding.suppressed.iter().map(suppression).collect(),
        properties: objects::FindingProperties { confidence: finding.confidence.as_str() },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn related(id: usize, label: &Label, file: &File<'_>) -> objects::Related {
    objects::Related { id, message: message(&label.text), physical_location: physical(label.span, file) }
}

fn physical(span: Span, file: &File<'_>) -> objects::Physical {
    objects::Physical { artifact_location: artifact(file), region: region(span, file.source) }
}

fn artifact(file: &File<'_>) -> objects::Artifact {
    objects::Artifact { uri: file.uri.clone() }
}

fn region(span: Span, source: &Source) -> objects::Region {
    let (start, end) = (source.position(span.start()), source.position(span.end()));
    objects::Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        byte_offset: span.start(),
        byte_length: span.len(),
    }
}

fn fix_of<'a>(fix: &'a Fix, file: &File<'_>) -> objects::Fix<'a> {
    let replacement = |edit: &'a Edit| objects::Replacement {
        deleted_region: region(edit.span, file.source),
        inserted_content: (!edit.text.is_empty()).then_some(objects::Content { text: &edit.text }),
    };
    objects::Fix {
        description: message(&fix.title),
        artifact_changes: [objects::Change {
            artifact_location: artifact(file),
            replacements: fix.edits.iter().map(replacement).collect(),
        }],
        properties: objects::FixProperties { applicability: fix.applicability.as_str() },
    }
}

fn suppression(suppressed: &Suppressed) -> objects::Suppression {
    objects::Suppression {
        kind: match suppressed.by {
            SuppressedBy::Comment | SuppressedBy::Metadata => "inSource",
            SuppressedBy::Baseline => "external",
        },
        status: "accepted",
        justification: suppressed.reason.as_deref().map(|reason| escape_hidden_lines(reason).into_owned()),
    }
}

fn notification(level: &'static str, text: &str, uri: String) -> objects::Notification {
    let physical_location = objects::File { artifact_location: objects::Artifact { uri } };
    objects::Notification { level, message: message(text), locations: [objects::FileLocation { physical_location }] }
}

/// A plain text message. Readers make a link of `[text](target)`, and put an argument for `{0}`, which no text of a template
/// may bring about (sections 3.11.5 and 3.11.6). The standard wants all braces doubled; where there is no such `{0}` they stay
/// single, since most readers show messages as they are, and paths like `/{petId}` are frequent.
fn message(text: &str) -> Text {
    let text = escape_hidden_lines(text).replace("](", "\\](");
    let has_placeholder = text.split('{').skip(1).any(|behind| {
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && behind.get(digits..).is_some_and(|behind| behind.starts_with('}'))
    });
    Text { text: if has_placeholder { text.replace('{', "{{").replace('}', "}}") } else { text } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_neither_links_nor_placeholders() {
        assert_eq!(message("a [x](http://y) /{petId} {").text, "a [x\\](http://y) /{petId} {");
        assert_eq!(message("{{12}} /{petId}").text, "{{{{12}}}} /{{petId}}");
        assert_eq!(message("a\u{1b}]0;x\u{202e}\nb").text, "a\\u{1b}]0;x\\u{202e}\nb");
    }

    #[test]
    fn pages_tell_what_a_rule_does_on_one_line() {
        for entry in catalogue::all() {
            let text = what_it_does(entry.page);
            let name = entry.meta.name;
            assert!(!text.is_empty() && !text.contains('\n') && !text.contains("## "), "{name}");
            // GitHub cuts longer ones.
            assert!(text.chars().count() <= 1024, "{name}");
        }
    }
}
