//! Suppressions under Metadata, for JSON, which has no comments, and for files that a program writes:
//!
//! ```yaml
//! Metadata:
//!   cfn-igr:
//!     ignore:
//!       - missing-preflight
//!       - rule: raw-lambda-arn
//!         reason: made by the framework
//!         until: 2027-01-31
//! ```

use super::{Date, Fault, MAX, Name, Reach, Suppression, Written, nearest};
use crate::syntax::{NodeId, Tree};
use crate::text::Span;

const SECTION: &str = "cfn-igr";
const KEY: &str = "ignore";
const KEYS: [&str; 4] = ["rule", "rules", "reason", "until"];
/// Loops within loops that are looked into.
const DEPTH: usize = 8;

/// What the Metadata of the template and of its resources says.
pub(super) fn read(tree: &Tree<'_>) -> Vec<Suppression> {
    let Some(root) = tree.root().map(|root| tree.target(root)) else { return Vec::new() };
    let mut found = Vec::new();
    section(tree, root, &Reach::File, &mut found);
    if let Some(resources) = tree.get(root, "Resources") {
        each(tree, resources, DEPTH, &mut found);
    }
    found.truncate(MAX);
    found
}

/// The resources of a mapping, and those in its loops.
fn each(tree: &Tree<'_>, resources: NodeId, depth: usize, found: &mut Vec<Suppression>) {
    for entry in tree.entries(tree.target(resources)) {
        let (key, value) = (tree.text(entry.key).unwrap_or(""), tree.target(entry.value));
        if key.starts_with("Fn::ForEach::") {
            if let (Some(made), Some(depth)) = (tree.items(value).get(2), depth.checked_sub(1)) {
                each(tree, *made, depth, found);
            }
            continue;
        }
        let span = tree.span_with_tag(entry.key).to(tree.span_with_tag(entry.value));
        section(tree, value, &Reach::Resource(span, key.to_owned()), found);
    }
}

/// What the Metadata of one mapping says.
fn section(tree: &Tree<'_>, owner: NodeId, reach: &Reach, found: &mut Vec<Suppression>) {
    let metadata = tree.get(owner, "Metadata").map(|node| tree.target(node));
    let Some(entry) = metadata.and_then(|metadata| tree.entry(metadata, SECTION)) else { return };
    let own = tree.target(entry.value);
    if !tree.is_mapping(own) {
        let fault = Fault::at(tree.span_with_tag(entry.value), format!("`{SECTION}` is a mapping with `{KEY}` in it"));
        found.push(broken(entry.value, fault, tree));
        return;
    }
    for entry in tree.entries(own) {
        match tree.text(entry.key) {
            Some(KEY) => list(tree, entry.value, reach, found),
            key => found.push(broken(entry.value, unknown_key(tree, entry.key, key, &[KEY]), tree)),
        }
    }
}

fn broken(element: NodeId, fault: Fault, tree: &Tree<'_>) -> Suppression {
    let mut suppression = Suppression::new(tree.span_with_tag(element), Written::Metadata(element));
    suppression.fault = Some(fault);
    suppression
}

fn unknown_key(tree: &Tree<'_>, node: NodeId, key: Option<&str>, known: &[&str]) -> Fault {
    let message = format!("there is no key `{}` here; there is `{}`", key.unwrap_or("?"), known.join("`, `"));
    let rename = key.and_then(|key| nearest(key, known));
    Fault { rename, node: Some(node), ..Fault::at(tree.span_with_tag(node), message) }
}

/// The value of `ignore`: one rule, or a list of rules and of mappings.
fn list(tree: &Tree<'_>, value: NodeId, reach: &Reach, found: &mut Vec<Suppression>) {
    let target = tree.target(value);
    let items = tree.items(target);
    if tree.is_sequence(target) && !items.is_empty() {
        found.extend(items.iter().map(|item| element(tree, *item, reach)));
    } else {
        found.push(element(tree, value, reach));
    }
}

fn element(tree: &Tree<'_>, node: NodeId, reach: &Reach) -> Suppression {
    let mut suppression = Suppression::new(tree.span_with_tag(node), Written::Metadata(node));
    suppression.reach = reach.clone();
    let target = tree.target(node);
    let empty = tree.is_null(target) || tree.is_sequence(target) && tree.items(target).is_empty();
    let read = if tree.is_mapping(target) {
        detailed(tree, target, &mut suppression)
    } else if empty {
        Ok(())
    } else {
        names(tree, node, &mut suppression.names)
    };
    suppression.fault = read.err();
    suppression
}

/// A mapping with the rule, the reason and the day.
fn detailed(tree: &Tree<'_>, mapping: NodeId, suppression: &mut Suppression) -> Result<(), Fault> {
    for entry in tree.entries(mapping) {
        let text = tree.text(tree.target(entry.value)).filter(|_| tree.tag(entry.value).is_none());
        let wrong = |what: &str| Fault::at(tree.span_with_tag(entry.value), what);
        match tree.text(entry.key) {
            Some("rule" | "rules") => names(tree, entry.value, &mut suppression.names)?,
            Some("reason") => suppression.reason = Some(text.ok_or_else(|| wrong("a reason is a text"))?.to_owned()),
            Some("until") => {
                let day: Result<Date, _> = text.unwrap_or("").parse();
                suppression.until = Some(day.map_err(wrong)?);
            }
            key => return Err(unknown_key(tree, entry.key, key, &KEYS)),
        }
    }
    if suppression.names.is_empty() {
        return Err(Fault::at(tree.span_with_tag(mapping), "the rule is missing, as in `rule: missing-preflight`"));
    }
    Ok(())
}

/// One name, or a list of names.
fn names(tree: &Tree<'_>, node: NodeId, found: &mut Vec<Name>) -> Result<(), Fault> {
    let target = tree.target(node);
    let items = if tree.is_sequence(target) { tree.items(target) } else { &[node] };
    for item in items {
        let span: Span = tree.span_with_tag(*item);
        let text = tree.text(tree.target(*item)).filter(|text| !text.is_empty() && tree.tag(*item).is_none());
        let text = text.ok_or_else(|| Fault::at(span, "this is no name of a rule"))?;
        found.push(Name { text: text.to_owned(), span, node: Some(*item) });
    }
    Ok(())
}
