//! Which nodes may be edited at all.

use super::change::Change;
use crate::syntax::{Collection, Kind, NodeId, Tree};

/// Tags of the intrinsic functions whose meaning is known.
const KNOWN: [&str; 22] = [
    "!And",
    "!Base64",
    "!Cidr",
    "!Condition",
    "!Contains",
    "!Equals",
    "!FindInMap",
    "!GetAZs",
    "!GetAtt",
    "!If",
    "!ImportValue",
    "!Join",
    "!Length",
    "!Not",
    "!Or",
    "!Ref",
    "!Select",
    "!Split",
    "!Sub",
    "!ToJsonString",
    "!Transform",
    "!ForEach",
];

/// The short tag of an intrinsic function: `!Sub` for `Fn::Sub`.
pub(super) fn short_tag(function: &str) -> Option<String> {
    let name = match function {
        "Ref" | "Condition" => function,
        _ => function.strip_prefix("Fn::")?,
    };
    let tag = format!("!{name}");
    KNOWN.contains(&tag.as_str()).then_some(tag)
}

/// Whether a tag is that of an intrinsic function.
pub(super) fn is_known_tag(tag: &str) -> bool {
    KNOWN.contains(&tag)
}

/// Keeps edits out of text that serves several places and of values that are not understood.
pub(super) struct Guard<'t, 's> {
    tree: &'t Tree<'s>,
}

impl<'t, 's> Guard<'t, 's> {
    pub(super) fn new(tree: &'t Tree<'s>) -> Self {
        Self { tree }
    }

    pub(super) fn allows(&self, change: &Change) -> bool {
        if !self.tree.errors().is_empty() {
            return false;
        }
        let node = change.node();
        let shared = self.is_shared(node);
        let alias = matches!(self.tree.node(node).kind, Kind::Alias(_));
        let parent = self.tree.parent(node);
        match change {
            Change::Replace { .. } => {
                let unknown = self.tree.tag(node).is_some_and(|tag| !is_known_tag(&tag.name));
                let merged = self.tree.entry_of(node).is_some_and(|entry| self.tree.text(entry.key) == Some("<<"));
                !shared
                    && !alias
                    && !unknown
                    && !merged
                    && self.tree.anchor(node).is_none()
                    && !self.tree.holds_aliased(node)
            }
            Change::Rename { .. } => {
                let plain = self.tree.tag(node).is_none() && self.tree.scalar_style(node).is_some();
                !shared && plain && parent.is_some_and(|parent| !self.merges(parent))
            }
            Change::Insert { parent, .. } | Change::InsertItem { parent, .. } => {
                let scalar = self.tree.scalar_style(*parent).is_some();
                let marked = self.tree.tag(*parent).is_some() || self.tree.anchor(*parent).is_some();
                !(shared || alias || (scalar && marked) || self.is_bare(*parent) || self.merges(*parent))
            }
            Change::Delete { .. } => !shared && self.lets_go(node),
            Change::Move { parent, .. } => {
                let taken = self.is_shared(*parent) || self.is_bare(*parent) || self.merges(*parent);
                !shared && !taken && self.lets_go(node) && !self.is_marked(node)
            }
        }
    }

    /// Whether an alias stands for the node or one around it.
    fn is_shared(&self, node: NodeId) -> bool {
        std::iter::once(node).chain(ancestors(self.tree, node)).any(|node| self.tree.is_aliased(node))
    }

    /// Whether a child can go from its place.
    fn lets_go(&self, node: NodeId) -> bool {
        let value = self.tree.entry_of(node).map_or(node, |entry| entry.value);
        let closed = self.tree.parent(node).is_none_or(|parent| self.is_bare(parent) || self.merges(parent));
        !closed && !self.tree.holds_aliased(node) && !self.tree.holds_aliased(value)
    }

    /// Whether anchors or aliases are on an entry or item or inside it: they mean what stands before them.
    fn is_marked(&self, node: NodeId) -> bool {
        let tree = self.tree;
        let value = tree.entry_of(node).map_or(node, |entry| entry.value);
        let span = tree.span_with_tag(node).to(tree.span_with_tag(value));
        tree.anchors().iter().any(|(_, anchor)| span.contains(anchor.span))
            || tree.aliases().iter().any(|alias| span.contains(tree.span(*alias)))
    }

    /// Whether a mapping takes entries from another one, so that its keys are not all in sight.
    fn merges(&self, mapping: NodeId) -> bool {
        self.tree.has_anchors() && self.tree.get(mapping, "<<").is_some()
    }

    /// `[a: b]`: a second entry or none would need braces.
    fn is_bare(&self, node: NodeId) -> bool {
        self.tree.collection(node) == Some(Collection::Bare)
    }
}

fn ancestors(tree: &Tree<'_>, node: NodeId) -> impl Iterator<Item = NodeId> {
    std::iter::successors(tree.parent(node), |node| tree.parent(*node))
}
