//! Changes of several fixes put together.

use std::collections::HashMap;

use super::change::{Change, Fragment};
use super::guard::Guard;
use super::intent::Intent;
use super::plan::plan;
use crate::syntax::{NodeId, Tree};

/// What [`merge`] made of several fixes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The changes of all fixes that are in, each once.
    pub changes: Vec<Change>,
    /// Indices, 0-based and ascending, of the fixes that are in.
    pub fixes: Vec<usize>,
}

/// Puts fixes together, each of them wholly or not at all.
///
/// Equal changes become one. Insertions of the same key in the same mapping become one when they are equal
/// or both mappings, whose entries are then merged in the same way. A fix that contradicts an earlier one
/// (another value or name for the same node, an edit inside deleted or replaced text, a key that is there)
/// is left out; so is one whose splices cannot be planned together with the others'.
///
/// # Examples
/// ```
/// use cfn_igr::edit::{Change, Fragment, merge};
/// use cfn_igr::{syntax, text::Source};
///
/// let source = Source::new("t", "a: 1\n");
/// let tree = syntax::parse(&source);
/// let node = tree.root().and_then(|root| tree.get(root, "a")).unwrap();
/// let to = |number| [Change::Replace { node, with: Fragment::Int(number) }];
/// assert_eq!(merge(&[&to(2), &to(3), &to(2)], &tree).fixes, [0, 2]);
/// ```
pub fn merge(fixes: &[&[Change]], tree: &Tree<'_>) -> Merged {
    let guard = Guard::new(tree);
    let wanted: Vec<usize> = (0..fixes.len()).collect();
    let all = agree(tree, &guard, fixes, &wanted);
    if plan(tree, &all.changes).is_some() {
        return all;
    }
    let mut kept = Vec::new();
    keep_plannable(tree, &guard, fixes, &all.fixes, &mut kept);
    agree(tree, &guard, fixes, &kept)
}

/// Adds what can be planned with those kept already, halving where it cannot.
fn keep_plannable(tree: &Tree<'_>, guard: &Guard<'_, '_>, fixes: &[&[Change]], wanted: &[usize], kept: &mut Vec<usize>) {
    let before = kept.len();
    kept.extend(wanted);
    if plan(tree, &agree(tree, guard, fixes, kept).changes).is_some() {
        return;
    }
    kept.truncate(before);
    let (left, right) = wanted.split_at(wanted.len() / 2);
    if !left.is_empty() {
        keep_plannable(tree, guard, fixes, left, kept);
        keep_plannable(tree, guard, fixes, right, kept);
    }
}

/// The fixes, in order, that do not contradict an earlier one.
fn agree(tree: &Tree<'_>, guard: &Guard<'_, '_>, fixes: &[&[Change]], wanted: &[usize]) -> Merged {
    let mut agreed = Agreed::default();
    for index in wanted {
        if fixes.get(*index).is_some_and(|fix| agreed.takes(tree, guard, fix)) {
            agreed.merged.fixes.push(*index);
        }
    }
    agreed.merged
}

/// Changes that agree, with the insertions of entries by parent and key.
#[derive(Default)]
struct Agreed<'c> {
    intent: Intent<'c>,
    entries: HashMap<(NodeId, &'c str), usize>,
    items: HashMap<NodeId, Vec<&'c Fragment>>,
    merged: Merged,
}

impl<'c> Agreed<'c> {
    /// Takes a fix as a whole; false, and nothing taken, where it contradicts.
    ///
    /// Contradictions are between two changes, so changes that agree among themselves and each with all
    /// those taken before agree together.
    fn takes(&mut self, tree: &Tree<'_>, guard: &Guard<'_, '_>, fix: &'c [Change]) -> bool {
        if Intent::new(tree, fix).is_none() {
            return false;
        }
        let (mut new, mut grown) = (Vec::new(), Vec::new());
        for change in fix {
            let known = match change {
                Change::Insert { parent, key, value, .. } => match self.entries.get(&(*parent, key.as_str())) {
                    Some(at) => {
                        let Some(both) = self.combined(*at, value) else { return false };
                        grown.push(both);
                        true
                    }
                    None => false,
                },
                Change::InsertItem { parent, value, .. } => {
                    self.items.get(parent).is_some_and(|items| items.contains(&value))
                }
                Change::Replace { .. }
                | Change::Rename { .. }
                | Change::Delete { .. }
                | Change::Move { .. }
                | Change::Comment { .. } => self.intent.has(change),
            };
            if !known {
                if !self.intent.agrees(tree, guard, change) {
                    return false;
                }
                new.push(change);
            }
        }
        for (at, both) in grown {
            if let Some(Change::Insert { value, .. }) = self.merged.changes.get_mut(at) {
                *value = both;
            }
        }
        for change in new {
            self.record(tree, change);
        }
        true
    }

    fn record(&mut self, tree: &Tree<'_>, change: &'c Change) {
        match change {
            Change::Insert { parent, key, .. } => {
                self.entries.insert((*parent, key), self.merged.changes.len());
            }
            Change::InsertItem { parent, value, .. } => self.items.entry(*parent).or_default().push(value),
            Change::Replace { .. }
            | Change::Rename { .. }
            | Change::Delete { .. }
            | Change::Move { .. }
            | Change::Comment { .. } => {}
        }
        self.intent.record(tree, change);
        self.merged.changes.push(change.clone());
    }

    /// The insertion taken before with the entries of another one added.
    fn combined(&self, at: usize, other: &Fragment) -> Option<(usize, Fragment)> {
        match self.merged.changes.get(at) {
            Some(Change::Insert { value, .. }) => Some((at, combine(value, other)?)),
            Some(
                Change::InsertItem { .. }
                | Change::Replace { .. }
                | Change::Rename { .. }
                | Change::Delete { .. }
                | Change::Move { .. }
                | Change::Comment { .. },
            )
            | None => None,
        }
    }
}

/// One value that holds what two hold; `None` where they contradict.
fn combine(one: &Fragment, other: &Fragment) -> Option<Fragment> {
    let (Fragment::Mapping(entries), Fragment::Mapping(others)) = (one, other) else {
        return (one == other).then(|| one.clone());
    };
    let mut entries = entries.clone();
    for (key, value) in others {
        match entries.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = combine(known, value)?,
            None => entries.push((key.clone(), value.clone())),
        }
    }
    Some(Fragment::Mapping(entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Place, apply};
    use crate::syntax;
    use crate::text::Source;

    fn text(text: &str) -> Fragment {
        Fragment::Text(text.to_owned())
    }

    fn insert(parent: NodeId, key: &str, value: Fragment) -> Change {
        Change::Insert { parent, key: key.to_owned(), value, place: Place::Last }
    }

    fn merged(file: &str, fixes: impl Fn(&Tree<'_>, NodeId) -> Vec<Vec<Change>>) -> (String, Vec<usize>) {
        let source = Source::new("t", file);
        let tree = syntax::parse(&source);
        let fixes = fixes(&tree, tree.root().unwrap());
        let fixes: Vec<&[Change]> = fixes.iter().map(Vec::as_slice).collect();
        let merged = merge(&fixes, &tree);
        let edits = plan(&tree, &merged.changes).unwrap();
        (apply(file, &edits).unwrap(), merged.fixes)
    }

    #[test]
    fn insertions_of_one_mapping_become_one() {
        let headers = |keys: &[&str]| Fragment::Mapping(keys.iter().map(|key| ((*key).to_owned(), text("x"))).collect());
        let (out, fixes) = merged("a: 1\n", |_, root| {
            vec![vec![insert(root, "P", headers(&["b", "c"]))], vec![insert(root, "P", headers(&["c", "d"]))]]
        });
        assert_eq!((out.as_str(), fixes), ("a: 1\nP:\n  b: x\n  c: x\n  d: x\n", vec![0, 1]));
    }

    #[test]
    fn a_fix_that_contradicts_waits_as_a_whole() {
        let (out, fixes) = merged("a: 1\nb: 2\n", |tree, root| {
            let key = tree.entry(root, "a").unwrap().key;
            vec![
                vec![Change::Rename { key, to: "c".to_owned() }],
                vec![insert(root, "d", text("x")), insert(root, "c", text("x"))],
                vec![Change::Delete { node: key }],
                vec![Change::Rename { key, to: "c".to_owned() }, insert(root, "e", text("x"))],
            ]
        });
        assert_eq!((out.as_str(), fixes), ("c: 1\nb: 2\ne: x\n", vec![0, 3]));
    }

    #[test]
    fn nothing_is_edited_inside_deleted_text() {
        let (out, fixes) = merged("a:\n  b: 1\nc: 2\n", |tree, root| {
            let entry = tree.entry(root, "a").unwrap();
            let node = tree.get(entry.value, "b").unwrap();
            vec![
                vec![Change::Delete { node: entry.key }],
                vec![Change::Replace { node, with: text("x") }],
                vec![insert(entry.value, "d", text("x"))],
                vec![Change::Delete { node: entry.key }],
            ]
        });
        assert_eq!((out.as_str(), fixes), ("c: 2\n", vec![0, 3]));
    }
}
