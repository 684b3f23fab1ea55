//! A broken clause as a finding: its place, its words, its repair.

use super::Bundled;
use super::canonical::Canonical;
use super::convention::{self, Message, Repair};
use super::evaluate::Violation;
use super::intern::interned;
use crate::edit::{Change, Fix, Place};
use crate::finding::{Category, Confidence, Finding, NoFix, Severity};
use crate::syntax::{NodeId, Tree};
use crate::text::Span;

/// What the crate says of a rule that failed because another one did, which is told by itself.
const DEPENDENT: &str = "Check was not compliant as dependent rule [";

/// The finding; none of a rule that was not asked for.
pub(super) fn of(
    broken: &Violation,
    bundled: Option<&'static Bundled>,
    tree: &Tree<'_>,
    json: &Canonical,
    only: &[String],
) -> Option<Finding> {
    let name = bundled.map_or_else(|| interned(&broken.rule), |rule| rule.meta.name);
    if !only.is_empty() && !only.iter().any(|only| only == name) {
        return None;
    }
    let words = convention::read(&broken.message);
    let at = At::find(broken, tree, json);
    let mut finding = Finding {
        rule: name,
        severity: words.severity.or(bundled.map(|rule| rule.meta.severity)).unwrap_or(Severity::Warning),
        confidence: Confidence::Certain,
        category: bundled.map_or(Category::Security, |rule| rule.meta.category),
        message: message(broken, &words, at.logical_id.as_deref(), name),
        span: at.span,
        label: String::new(),
        labels: Vec::new(),
        note: note(&words),
        help: words.help.clone(),
        docs: docs(&words, bundled),
        logical_id: at.logical_id.clone(),
        path: at.path.clone(),
        fix: None,
        no_fix: None,
        suppressed: None,
    };
    match repair(&words, tree, &at) {
        Ok(fix) => finding.fix = Some(fix),
        Err(reason) => finding.no_fix = Some(reason.unwrap_or_else(|| NoFix::Never(never(bundled)))),
    }
    Some(finding)
}

/// Where a clause is broken.
struct At {
    /// The value that is wrong, or the part that lacks one; none where the clause is about the whole template.
    node: Option<NodeId>,
    span: Span,
    path: String,
    logical_id: Option<String>,
}

impl At {
    fn find(broken: &Violation, tree: &Tree<'_>, json: &Canonical) -> Self {
        let found = broken.errors.iter().find_map(|error| located(error, tree, json));
        let root = tree.root();
        let fallback = || root.and_then(|root| Some(tree.entry(root, "Resources")?.value));
        let Some(node) = found.or_else(fallback).or(root) else {
            return Self { node: None, span: Span::at(0), path: String::new(), logical_id: None };
        };
        let path = tree.pointer(node);
        let step = path.strip_prefix("/Resources/").and_then(|rest| rest.split('/').next());
        let logical_id = step.map(|id| id.replace("~1", "/").replace("~0", "~"));
        Self { node: found, span: pointed(tree, node), path, logical_id }
    }
}

/// The node in `… [Path=/Resources/Stage/Properties[L:7,C:0] Value=…]`. What a template says can look like that as well,
/// so that the path before it has to be the line's.
fn located(error: &str, tree: &Tree<'_>, json: &Canonical) -> Option<NodeId> {
    error.match_indices("[L:").find_map(|(at, mark)| {
        let digits = error.get(at + mark.len()..)?.split(',').next()?;
        let line = digits.parse().ok()?;
        let path = json.path(tree, line);
        // The crate gives values of the rules themselves a place without a path.
        (!path.is_empty() && error.get(..at)?.ends_with(&path)).then(|| json.node(line)).flatten()
    })
}

/// The characters to point at: a scalar itself, a larger part by its key, an item of a list by its first key.
fn pointed(tree: &Tree<'_>, node: NodeId) -> Span {
    if tree.text(node).is_some() {
        let span = tree.span_with_tag(node);
        let key = || tree.entry_of(node).map(|entry| tree.span(entry.key));
        return if span.is_empty() { key().unwrap_or(span) } else { span };
    }
    if let Some(entry) = tree.entry_of(node) {
        return tree.span(entry.key);
    }
    let first = tree.entries(node).next().map(|entry| entry.key).or_else(|| tree.items(node).first().copied());
    tree.span(first.unwrap_or(node))
}

fn message(broken: &Violation, words: &Message, logical_id: Option<&str>, name: &str) -> String {
    let error = broken.errors.first().map_or("", String::as_str);
    let own = || match (missing(error), error.strip_prefix(DEPENDENT).and_then(|rest| rest.split(']').next())) {
        (Some(property), _) => format!("{property} is missing, which the rule {name} asks for"),
        (None, Some(other)) => format!("the rule {name} needs the rule {other}, which fails"),
        (None, None) => format!("the rule {name} does not hold here"),
    };
    let text = if words.text.is_empty() { own() } else { words.text.clone() };
    match logical_id {
        Some(id) => format!("{id}: {text}"),
        None => text,
    }
}

/// The property that is missing, in the crate's words: `property [X] is missing. …`.
fn missing(error: &str) -> Option<&str> {
    let (_, rest) = error.split_once("property [")?;
    let (property, rest) = rest.split_once(']')?;
    let says = rest.starts_with(" is missing.") || rest.starts_with(" to compare from is missing.");
    (says && !property.is_empty() && property.len() < 100).then_some(property)
}

fn note(words: &Message) -> String {
    match (words.note.as_str(), words.controls.as_str()) {
        (note, "") => note.to_owned(),
        ("", controls) => format!("asked for by {controls}"),
        (note, controls) => format!("{note}; asked for by {controls}"),
    }
}

fn docs(words: &Message, bundled: Option<&Bundled>) -> &'static str {
    let own = bundled.and_then(|rule| rule.meta.sources.first().copied()).unwrap_or("");
    if words.docs.starts_with("https://") { interned(&words.docs) } else { own }
}

/// The edit that the rule names, where it can be made; without a reason where it names none.
fn repair(words: &Message, tree: &Tree<'_>, at: &At) -> Result<Fix, Option<NoFix>> {
    let repair = words.repair.as_ref().ok_or(None)?;
    let node = at.node.ok_or(Some(NoFix::NotHere))?;
    if !at.path.starts_with("/Resources/") {
        return Err(Some(NoFix::Elsewhere));
    }
    let change = change(repair, tree, node).ok_or(Some(NoFix::NotHere))?;
    let value = match &repair.value {
        crate::edit::Fragment::Text(text) => text.clone(),
        crate::edit::Fragment::Bool(value) => value.to_string(),
        crate::edit::Fragment::Int(value) => value.to_string(),
        crate::edit::Fragment::Mapping(_) | crate::edit::Fragment::Sequence(_) | crate::edit::Fragment::Tagged { .. } => {
            return Err(Some(NoFix::NotHere));
        }
    };
    let title = format!("set {} to {value}", repair.key);
    let fix = Fix::new(tree, repair.grade, title, vec![change]).ok_or(Some(NoFix::NotHere))?;
    // The rule spoke of one place; the others were not asked.
    if fix.places > 1 { Err(Some(NoFix::Shared)) } else { Ok(fix) }
}

/// Replaces the value of the property, or adds the property to the part that lacks it. A value that is made by a function is
/// not replaced: what it makes is not known.
fn change(repair: &Repair, tree: &Tree<'_>, node: NodeId) -> Option<Change> {
    let with = repair.value.clone();
    if tree.is_mapping(node) && tree.tag(node).is_none() {
        return match tree.entry(node, &repair.key) {
            Some(entry) => replaced(tree, entry.value, with),
            None => Some(Change::Insert { parent: node, key: repair.key.clone(), value: with, place: Place::Last }),
        };
    }
    let key = tree.entry_of(node).and_then(|entry| tree.text(entry.key));
    (key == Some(&repair.key)).then(|| replaced(tree, node, with)).flatten()
}

fn replaced(tree: &Tree<'_>, node: NodeId, with: crate::edit::Fragment) -> Option<Change> {
    let literal = tree.text(node).is_some() && tree.tag(node).is_none();
    literal.then_some(Change::Replace { node, with })
}

/// Why a rule has no repair: what its page says under "Fix" behind "None:".
fn never(bundled: Option<&Bundled>) -> String {
    let section = bundled.and_then(|rule| rule.page.split("\n## Fix\n").nth(1)).unwrap_or("");
    let paragraph = section.trim_start().split("\n\n").next().unwrap_or("").replace('\n', " ");
    let reason = paragraph.strip_prefix("None: ").and_then(|reason| reason.split(". ").next()).unwrap_or("");
    let reason = reason.trim_end_matches('.');
    if reason.is_empty() { "its rule file names no repair".to_owned() } else { reason.to_owned() }
}
