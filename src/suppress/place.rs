//! Writes suppressions: as comments where YAML has room for them, else under Metadata.

use std::collections::{BTreeMap, BTreeSet};

use super::{Date, comment};
use crate::edit::{Change, Fragment, Place, comment as edit};
use crate::finding::Finding;
use crate::syntax::{Format, NodeId, ScalarStyle, Tree};
use crate::text::Span;

/// Why findings are suppressed, and how long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The reason, one line.
    pub reason: Option<String>,
    /// The last day.
    pub until: Option<Date>,
}

impl Words {
    fn comment(&self, rules: &BTreeSet<&str>) -> String {
        let rules: Vec<&str> = rules.iter().copied().collect();
        let until = self.until.map_or_else(String::new, |until| format!(" until={until}"));
        let reason = self.reason.as_ref().map_or_else(String::new, |reason| format!(" -- {reason}"));
        format!("# cfn-igr: ignore[{}]{until}{reason}", rules.join(", "))
    }

    /// The items of a list under Metadata.
    fn items(&self, rules: &BTreeSet<&str>) -> Vec<Fragment> {
        let text = |text: &str| Fragment::Text(text.to_owned());
        if self.reason.is_none() && self.until.is_none() {
            return rules.iter().map(|rule| text(rule)).collect();
        }
        let listed: Vec<Fragment> = rules.iter().map(|rule| text(rule)).collect();
        let named = match listed.as_slice() {
            [one] => ("rule".to_owned(), one.clone()),
            _ => ("rules".to_owned(), Fragment::Sequence(listed)),
        };
        let reason = self.reason.as_ref().map(|reason| ("reason".to_owned(), text(reason)));
        let until = self.until.map(|until| ("until".to_owned(), text(&until.to_string())));
        vec![Fragment::Mapping([Some(named), reason, until].into_iter().flatten().collect())]
    }
}

/// What is to be written.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// The changes that suppress the findings.
    pub changes: Vec<Change>,
    /// Indices of the findings for which there is no place, 0-based.
    pub left: Vec<usize>,
}

/// Where a comment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    /// On a line of its own above the line of this byte.
    Above(usize),
    /// Behind what stands on the line of this byte.
    Behind(usize),
}

/// Plans suppressions for findings; with `comments` off all of them go under Metadata.
pub fn place(tree: &Tree<'_>, findings: &[&Finding], words: &Words, comments: bool) -> Placed {
    let mut placed = Placed::default();
    let mut spots: BTreeMap<Spot, BTreeSet<&str>> = BTreeMap::new();
    let mut owners: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for finding in findings {
        let spot = if comments && tree.format() == Format::Yaml { spot(tree, finding.span.start()) } else { None };
        match spot {
            Some(spot) => spots.entry(spot).or_default().insert(finding.rule),
            None => owners.entry(owner_of(tree, finding)).or_default().insert(finding.rule),
        };
    }
    for (spot, rules) in &spots {
        let text = words.comment(rules);
        placed.changes.extend(match spot {
            Spot::Above(at) => edit::above(tree, *at, &text),
            Spot::Behind(at) => edit::behind(tree, *at, &text),
        });
    }
    for (owner, rules) in &owners {
        if let Some(mut changes) = metadata(tree, owner, &words.items(rules)) {
            placed.changes.append(&mut changes);
        } else {
            let lost = |(index, finding): (usize, &&Finding)| (owner_of(tree, finding) == *owner).then_some(index);
            placed.left.extend(findings.iter().enumerate().filter_map(lost));
        }
    }
    placed
}

/// The narrowest place for a comment about what begins at a byte.
fn spot(tree: &Tree<'_>, at: usize) -> Option<Spot> {
    let source = tree.source();
    let start_of = |at: usize| source.lines().line_start(source.lines().line(at)).unwrap_or(0);
    let end_of = |at: usize| source.lines().line_start(source.lines().line(at) + 1).unwrap_or(source.text().len());
    let above = |line: usize| {
        let may = edit::above(tree, line, "#").is_some();
        comment::area_below(tree, line).filter(|area| may && area.start() <= at && at <= area.end())
    };
    let behind = |at: usize| edit::behind(tree, at, "#").map(|_| Spot::Behind(at));
    if above(start_of(at)).is_some_and(|area| area.end() <= end_of(at)) {
        return Some(Spot::Above(at));
    }
    let node = tree.innermost(Span::at(at)).or_else(|| tree.root())?;
    let text = std::iter::successors(Some(node), |node| tree.parent(*node))
        .find(|node| tree.scalar_style(*node).is_some_and(|style| style != ScalarStyle::Absent));
    let ends = text.map(|node| tree.span_with_tag(node)).map(|span| [span.start(), span.end()]);
    if let Some(spot) = behind(at).or_else(|| ends.and_then(|ends| ends.into_iter().find_map(behind))) {
        return Some(spot);
    }
    let around = std::iter::successors(Some(node), |node| tree.parent(*node));
    let heads =
        around.map(|node| tree.entry_of(node).map_or(node, |entry| entry.key)).map(|head| tree.span_with_tag(head).start());
    std::iter::once(at).chain(heads).find(|at| above(start_of(*at)).is_some()).map(Spot::Above)
}

/// The pointer to the mapping that gets the Metadata: that of the resource around the finding, else the template's.
fn owner_of(tree: &Tree<'_>, finding: &Finding) -> String {
    let mut steps = finding.path.split('/').skip(1);
    let (section, id) = (steps.next(), steps.next());
    let owner = id.filter(|_| section == Some("Resources")).map(|id| format!("/Resources/{id}")).unwrap_or_default();
    // Of two resources with one name the pointer names the first.
    let around = owner.rsplit('/').next().and_then(|id| {
        let resources = tree.target(tree.get(tree.target(tree.root()?), "Resources")?);
        let entry = tree.entry(resources, &id.replace("~1", "/").replace("~0", "~"))?;
        Some(tree.span_with_tag(entry.key).to(tree.span_with_tag(entry.value)))
    });
    if around.is_some_and(|around| around.contains(Span::at(finding.span.start()))) { owner } else { String::new() }
}

/// Adds items to the list under the Metadata of a mapping.
fn metadata(tree: &Tree<'_>, owner: &str, items: &[Fragment]) -> Option<Vec<Change>> {
    let mut at = tree.target(tree.root()?);
    for step in owner.split('/').skip(1) {
        at = tree.target(tree.get(at, &step.replace("~1", "/").replace("~0", "~"))?);
    }
    if !tree.is_mapping(at) {
        return None;
    }
    let mut keys = ["Metadata", "cfn-igr", "ignore"].into_iter();
    while let Some(key) = keys.next() {
        let Some(value) = tree.get(at, key) else {
            let list = Fragment::Sequence(items.to_vec());
            let value = keys.rev().fold(list, |value, key| Fragment::Mapping(vec![(key.to_owned(), value)]));
            let kind = tree.entry(at, "Type").or_else(|| tree.entry(at, "AWSTemplateFormatVersion"));
            let place =
                kind.map_or(if owner.is_empty() { Place::First } else { Place::Last }, |entry| Place::After(entry.key));
            return Some(vec![Change::Insert { parent: at, key: key.to_owned(), value, place }]);
        };
        at = tree.target(value);
    }
    append(tree, at, items)
}

fn append(tree: &Tree<'_>, list: NodeId, items: &[Fragment]) -> Option<Vec<Change>> {
    if let Some(text) = tree.text(list) {
        let mut all = vec![Fragment::Text(text.to_owned())];
        all.extend(items.iter().cloned());
        return Some(vec![Change::Replace { node: list, with: Fragment::Sequence(all) }]);
    }
    let add = |value: &Fragment| Change::InsertItem { parent: list, value: value.clone(), place: Place::Last };
    tree.is_sequence(list).then(|| items.iter().map(add).collect())
}
