//! Changes checked against each other and indexed by node.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::change::{Change, Fragment, Place};
use super::guard::Guard;
use crate::syntax::{NodeId, ScalarType, Tree};
use crate::text::Span;

/// A child to come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Insertion<'c> {
    pub(super) content: Content<'c>,
    pub(super) place: Place,
}

/// What a child to come is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'c> {
    /// An entry with this key.
    Entry(&'c str, &'c Fragment),
    Item(&'c Fragment),
    /// A key or item that stands elsewhere.
    Moved(NodeId),
}

/// A child of a collection after the changes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slot<'c> {
    /// The child with this index, perhaps deleted.
    Old(usize),
    New(Insertion<'c>),
}

/// What is to become of each node.
#[derive(Default)]
pub(super) struct Intent<'c> {
    pub(super) replaced: BTreeMap<NodeId, &'c Fragment>,
    pub(super) renamed: BTreeMap<NodeId, &'c str>,
    /// With those that move.
    pub(super) deleted: HashSet<NodeId>,
    pub(super) moved: BTreeMap<NodeId, (NodeId, Place)>,
    pub(super) inserted: BTreeMap<NodeId, Vec<Insertion<'c>>>,
    /// Comments to come and go, each with the node that it is about.
    pub(super) comments: BTreeMap<Span, (NodeId, &'c str)>,
    /// Keys, values and items of what is deleted.
    gone: HashSet<NodeId>,
    /// New keys by mapping, from insertions and renaming.
    names: HashSet<(NodeId, &'c str)>,
    /// Keys that move into a mapping.
    moved_names: HashSet<(NodeId, String)>,
    /// Ancestors of every touched node, with the node itself for insertions.
    around: HashSet<NodeId>,
}

impl<'c> Intent<'c> {
    /// Takes all changes; `None` where two contradict or one cannot be made.
    pub(super) fn new(tree: &Tree<'_>, changes: &'c [Change]) -> Option<Self> {
        let guard = Guard::new(tree);
        let mut intent = Self::default();
        for change in changes {
            if !intent.has(change) {
                if !intent.agrees(tree, &guard, change) {
                    return None;
                }
                intent.record(tree, change);
            }
        }
        Some(intent)
    }

    /// Whether the same was taken before. Insertions may be wanted twice.
    pub(super) fn has(&self, change: &Change) -> bool {
        match change {
            Change::Replace { node, with } => self.replaced.get(node) == Some(&with),
            Change::Rename { key, to } => self.renamed.get(key) == Some(&to.as_str()),
            Change::Delete { node } => self.deleted.contains(node) && !self.moved.contains_key(node),
            Change::Move { node, parent, place } => self.moved.get(node) == Some(&(*parent, *place)),
            Change::Comment { span, text, .. } => self.comments.get(span).is_some_and(|(_, known)| known == text),
            Change::Insert { .. } | Change::InsertItem { .. } => false,
        }
    }

    /// Whether a change can be made together with those taken before.
    pub(super) fn agrees(&self, tree: &Tree<'_>, guard: &Guard<'_, '_>, change: &Change) -> bool {
        guard.allows(change)
            && self.is_free(tree, change.node())
            && match change {
                Change::Replace { node, .. } => self.may_replace(tree, *node),
                Change::Rename { key, to } => self.may_rename(tree, *key, to),
                Change::Insert { parent, key, place, .. } => self.may_insert(tree, *parent, Some(key), *place),
                Change::InsertItem { parent, place, .. } => self.may_insert(tree, *parent, None, *place),
                Change::Delete { node } => self.may_delete(tree, *node),
                Change::Move { node, parent, place } => self.may_move(tree, *node, (*parent, *place)),
                Change::Comment { span, text, .. } => {
                    !self.comments.contains_key(span) && super::comment::fits(tree, *span, text)
                }
            }
    }

    /// Takes a change that agrees.
    pub(super) fn record(&mut self, tree: &Tree<'_>, change: &'c Change) {
        match change {
            Change::Replace { node, with } => {
                self.replaced.insert(*node, with);
            }
            Change::Rename { key, to } => {
                self.renamed.insert(*key, to);
                self.names.extend(tree.parent(*key).map(|parent| (parent, to.as_str())));
            }
            Change::Insert { parent, key, value, place } => {
                self.names.insert((*parent, key));
                self.insert(*parent, Content::Entry(key, value), *place);
            }
            Change::InsertItem { parent, value, place } => {
                self.insert(*parent, Content::Item(value), *place);
            }
            Change::Delete { node } => self.delete(tree, *node),
            Change::Move { node, parent, place } => {
                self.moved.insert(*node, (*parent, *place));
                self.delete(tree, *node);
                self.insert(*parent, Content::Moved(*node), *place);
                self.moved_names.extend(tree.text(*node).map(|key| (*parent, key.to_owned())));
            }
            Change::Comment { near, span, text } => {
                self.comments.insert(*span, (*near, text));
            }
        }
        match change {
            Change::Insert { parent, .. } | Change::InsertItem { parent, .. } => self.note_around(tree, Some(*parent)),
            Change::Replace { .. } | Change::Rename { .. } | Change::Delete { .. } | Change::Comment { .. } => {
                self.note_around(tree, tree.parent(change.node()));
            }
            Change::Move { node, parent, .. } => {
                self.note_around(tree, tree.parent(*node));
                self.note_around(tree, Some(*parent));
            }
        }
    }

    fn insert(&mut self, parent: NodeId, content: Content<'c>, place: Place) {
        self.inserted.entry(parent).or_default().push(Insertion { content, place });
    }

    fn delete(&mut self, tree: &Tree<'_>, node: NodeId) {
        self.deleted.insert(node);
        self.gone.extend([node, tree.entry_of(node).map_or(node, |entry| entry.value)]);
    }

    fn note_around(&mut self, tree: &Tree<'_>, innermost: Option<NodeId>) {
        let mut at = innermost;
        while let Some(node) = at {
            if !self.around.insert(node) {
                break;
            }
            at = tree.parent(node);
        }
    }

    /// Whether no node around this one is replaced or deleted.
    fn is_free(&self, tree: &Tree<'_>, node: NodeId) -> bool {
        if self.replaced.is_empty() && self.deleted.is_empty() {
            return true;
        }
        let mut at = Some(node);
        while let Some(id) = at {
            if self.gone.contains(&id) || (id != node && self.replaced.contains_key(&id)) {
                return false;
            }
            at = tree.parent(id);
        }
        true
    }

    fn may_replace(&self, tree: &Tree<'_>, node: NodeId) -> bool {
        let is_key = tree.entry_of(node).is_some_and(|entry| entry.key == node);
        !is_key && !self.around.contains(&node) && !self.replaced.contains_key(&node)
    }

    fn may_rename(&self, tree: &Tree<'_>, key: NodeId, to: &'_ str) -> bool {
        tree.parent(key).is_some_and(|parent| {
            !self.renamed.contains_key(&key)
                && is_child(tree, parent, key)
                && tree.is_mapping(parent)
                && tree.entry(parent, to).is_none()
                && !self.is_named(parent, to)
        })
    }

    fn may_insert(&self, tree: &Tree<'_>, parent: NodeId, key: Option<&str>, place: Place) -> bool {
        let fits = if key.is_some() { tree.is_mapping(parent) } else { tree.is_sequence(parent) };
        let others = self.inserted.get(&parent);
        let is_key = tree.entry_of(parent).is_some_and(|entry| entry.key == parent);
        let becomes = tree.scalar_type(parent) == Some(ScalarType::Null)
            && tree.parent(parent).is_some()
            && !is_key
            && others.is_none_or(|others| {
                others.iter().all(|other| matches!(other.content, Content::Entry(..)) == key.is_some())
            });
        let placed = match place {
            Place::First | Place::Last => true,
            Place::Before(node) | Place::After(node) => is_child(tree, parent, node),
        };
        let free = key.is_none_or(|key| tree.entry(parent, key).is_none() && !self.is_named(parent, key));
        (fits || becomes) && placed && free && !self.replaced.contains_key(&parent)
    }

    fn may_delete(&self, tree: &Tree<'_>, node: NodeId) -> bool {
        let Some(parent) = tree.parent(node) else { return false };
        let touched = |node: NodeId| {
            self.around.contains(&node) || self.renamed.contains_key(&node) || self.replaced.contains_key(&node)
        };
        let value = tree.entry_of(node).map_or(node, |entry| entry.value);
        !touched(node) && !touched(value) && is_child(tree, parent, node)
    }

    fn may_move(&self, tree: &Tree<'_>, node: NodeId, (parent, place): (NodeId, Place)) -> bool {
        let Some(from) = tree.parent(node) else { return false };
        let value = tree.entry_of(node).map_or(node, |entry| entry.value);
        let inside = std::iter::successors(Some(parent), |node| tree.parent(*node)).any(|around| around == value);
        let fits = tree.is_mapping(from) == tree.is_mapping(parent) && tree.is_sequence(from) == tree.is_sequence(parent);
        let placed = match place {
            Place::First | Place::Last => true,
            Place::Before(sibling) | Place::After(sibling) => sibling != node && is_child(tree, parent, sibling),
        };
        let key = tree.text(node).filter(|_| tree.is_mapping(from));
        let free = key
            .is_none_or(|key| tree.entry(parent, key).is_none_or(|entry| entry.key == node) && !self.is_named(parent, key));
        let standing = self.is_free(tree, parent) && !self.replaced.contains_key(&parent);
        !inside && fits && placed && free && standing && self.may_delete(tree, node)
    }

    /// Whether the mapping gets an entry with this key.
    fn is_named(&self, mapping: NodeId, key: &str) -> bool {
        self.names.contains(&(mapping, key))
            || (!self.moved_names.is_empty() && self.moved_names.contains(&(mapping, key.to_owned())))
    }

    /// The children of a collection in their new order; deleted ones keep their place.
    pub(super) fn arrange(&self, parent: NodeId, heads: &[NodeId]) -> Vec<Slot<'c>> {
        let Some(inserted) = self.inserted.get(&parent) else {
            return (0..heads.len()).map(Slot::Old).collect();
        };
        let mut beside: HashMap<(NodeId, bool), Vec<Slot<'c>>> = HashMap::new();
        let (mut first, mut last) = (Vec::new(), Vec::new());
        for new in inserted {
            match new.place {
                Place::First => first.push(Slot::New(*new)),
                Place::Last => last.push(Slot::New(*new)),
                Place::Before(node) => beside.entry((node, false)).or_default().push(Slot::New(*new)),
                Place::After(node) => beside.entry((node, true)).or_default().push(Slot::New(*new)),
            }
        }
        for (index, head) in heads.iter().enumerate() {
            first.extend(beside.remove(&(*head, false)).unwrap_or_default());
            first.push(Slot::Old(index));
            first.extend(beside.remove(&(*head, true)).unwrap_or_default());
        }
        first.extend(last);
        first
    }
}

/// Whether `node` is a key of the mapping or an item of the sequence.
fn is_child(tree: &Tree<'_>, parent: NodeId, node: NodeId) -> bool {
    tree.parent(node) == Some(parent)
        && (tree.is_sequence(parent) || tree.entry_of(node).is_some_and(|entry| entry.key == node))
}
