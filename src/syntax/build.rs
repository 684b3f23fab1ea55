//! Grows a tree while a parser reads.

use std::collections::HashMap;

use super::tree::{Children, Kind, Node, NodeId, Tag, Tree};
use crate::text::Span;

/// A tree under construction: open collections on a stack, their children not yet in the table.
pub(super) struct Builder<'s> {
    pub(super) tree: Tree<'s>,
    open: Vec<NodeId>,
    pending: Vec<NodeId>,
    marks: Vec<usize>,
}

impl<'s> Builder<'s> {
    pub(super) fn new(tree: Tree<'s>) -> Self {
        Self { tree, open: Vec::new(), pending: Vec::new(), marks: Vec::new() }
    }

    /// How many collections are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The innermost open collection, and how many of its children are there.
    pub(super) fn innermost(&self) -> Option<(NodeId, usize)> {
        Some((*self.open.last()?, self.pending.len() - self.marks.last()?))
    }

    /// Whether a node is one of the open collections.
    pub(super) fn is_open(&self, id: NodeId) -> bool {
        self.open.contains(&id)
    }

    /// The child added last to the innermost open collection.
    pub(super) fn last_child(&self) -> Option<NodeId> {
        self.pending.get(*self.marks.last()?..)?.last().copied()
    }

    /// Adds a node; a collection is then open until [`Builder::close`].
    pub(super) fn add(&mut self, kind: Kind, span: Span) -> NodeId {
        let id = NodeId(u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX));
        let parent = self.open.last().map_or(u32::MAX, |parent| parent.0);
        let opens = matches!(kind, Kind::Sequence(..) | Kind::Mapping(..));
        if matches!(kind, Kind::Alias(_)) {
            self.tree.aliases.push(id);
        }
        self.tree.nodes.push(Node { kind, span, parent, tagged: false });
        match self.open.last() {
            Some(_) => self.pending.push(id),
            None if self.tree.root.is_none() => self.tree.root = Some(id),
            None => {}
        }
        if opens {
            self.open.push(id);
            self.marks.push(self.pending.len());
        }
        id
    }

    /// Gives the node that was added last a tag.
    pub(super) fn tag(&mut self, id: NodeId, tag: Tag) {
        if let Some(node) = self.tree.nodes.last_mut() {
            node.tagged = true;
        }
        self.tree.tags.push((id, tag));
    }

    /// Closes the innermost collection; `end` is its last byte's successor.
    pub(super) fn close(&mut self, end: usize) -> Option<NodeId> {
        let (id, mark) = (self.open.pop()?, self.marks.pop()?);
        let children = Children {
            start: u32::try_from(self.tree.children.len()).unwrap_or(u32::MAX),
            len: u32::try_from(self.pending.len() - mark).unwrap_or(0),
        };
        self.tree.children.extend(self.pending.drain(mark..));
        if let Some(node) = self.tree.nodes.get_mut(usize::try_from(id.0).unwrap_or(usize::MAX)) {
            match &mut node.kind {
                Kind::Sequence(_, run) | Kind::Mapping(_, run) => *run = children,
                Kind::Scalar { .. } | Kind::Alias(_) => {}
            }
            node.span = Span::new(node.span.start(), end);
        }
        self.note_duplicates(id);
        Some(id)
    }

    /// Closes what is still open where reading stopped, so that the tree is whole.
    pub(super) fn finish(mut self, end: usize) -> Tree<'s> {
        while self.close(end).is_some() {}
        self.tree.comments.sort_unstable();
        self.tree.duplicates.sort_unstable_by_key(|(_, later)| *later);
        self.tree
    }

    fn note_duplicates(&mut self, id: NodeId) {
        let mut found = Vec::new();
        let entries = self.tree.entries(id);
        if entries.len() <= 8 {
            let keys: Vec<_> = entries.map(|entry| entry.key).collect();
            for (at, later) in keys.iter().enumerate() {
                let text = self.tree.text(*later);
                let first = keys.iter().take(at).find(|key| text.is_some() && self.tree.text(**key) == text);
                found.extend(first.map(|first| (*first, *later)));
            }
        } else {
            let mut seen = HashMap::with_capacity(entries.len());
            for entry in entries {
                let Some(text) = self.tree.text(entry.key) else { continue };
                match seen.get(text) {
                    Some(first) => found.push((*first, entry.key)),
                    None => {
                        seen.insert(text, entry.key);
                    }
                }
            }
        }
        // A merge key may stand several times; YAML merges each.
        found.retain(|(first, _)| self.tree.text(*first) != Some("<<"));
        self.tree.duplicates.extend(found);
    }
}
