//! Which nodes may be edited at all.

use super::change::{Change, Fragment};
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

/// The long name of an intrinsic function with this short tag: `Fn::Sub` for `!Sub`.
pub(super) fn long_name(tag: &str) -> Option<String> {
    let name = tag.strip_prefix('!').filter(|_| is_known_tag(tag))?;
    Some(if matches!(name, "Ref" | "Condition") { name.to_owned() } else { format!("Fn::{name}") })
}

/// Whether a tag is that of an intrinsic function.
pub(super) fn is_known_tag(tag: &str) -> bool {
    KNOWN.contains(&tag)
}

/// Keeps edits out of values that are not understood. Whether every place that a text serves wants an edit is asked
/// elsewhere.
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
        let alias = matches!(self.tree.node(node).kind, Kind::Alias(_));
        let parent = self.tree.parent(node);
        match change {
            Change::Replace { with, .. } => {
                let unknown = self.tree.tag(node).is_some_and(|tag| !is_known_tag(&tag.name) && !self.is_string(node));
                let marked = self.tree.anchor(node).is_some() || self.tree.holds_aliased(node);
                (!alias || self.is_expanded(node, with))
                    && !unknown
                    && !self.is_merged(node)
                    && (!marked || self.keeps_anchor(node, with))
            }
            Change::Rename { .. } => {
                let plain = self.tree.tag(node).is_none() && self.tree.scalar_style(node).is_some();
                plain && parent.is_some_and(|parent| !self.merges(parent))
            }
            Change::Insert { parent, .. } | Change::InsertItem { parent, .. } => {
                let scalar = self.tree.scalar_style(*parent).is_some();
                let marked = self.tree.tag(*parent).is_some() || self.tree.anchor(*parent).is_some();
                let call = match change {
                    Change::Insert { .. } => self.is_call(*parent),
                    // An item of a list that is joined is no argument.
                    _ => self.is_arguments(*parent),
                };
                !(alias || call || (scalar && marked) || self.is_bare(*parent) || self.merges(*parent))
            }
            Change::Delete { .. } => self.lets_go(node),
            Change::Comment { .. } => true,
            Change::Move { parent, .. } => {
                let shared = self.tree.places(node) > 1 || self.tree.places(*parent) > 1;
                let taken = shared || self.is_bare(*parent) || self.merges(*parent);
                !taken && self.lets_go(node) && !self.is_marked(node)
            }
        }
    }

    /// Whether a node is merged into the mapping around it, alone or in a list.
    fn is_merged(&self, node: NodeId) -> bool {
        let list = self.tree.parent(node).filter(|parent| self.tree.is_sequence(*parent));
        let mut entries = [Some(node), list].into_iter().flatten().filter_map(|node| self.tree.entry_of(node));
        entries.any(|entry| self.tree.text(entry.key) == Some("<<"))
    }

    /// Whether an alias becomes what it stands for.
    fn is_expanded(&self, alias: NodeId, with: &Fragment) -> bool {
        Fragment::of(self.tree, alias, &mut with.nodes()).as_ref() == Some(with)
    }

    /// Whether a scalar has YAML's own tag for strings: what replaces it needs no tag to be what it is.
    fn is_string(&self, node: NodeId) -> bool {
        self.tree.tag(node).is_some_and(|tag| &*tag.name == "!!str") && self.tree.scalar_style(node).is_some()
    }

    /// Whether a scalar becomes another one behind its anchor.
    fn keeps_anchor(&self, node: NodeId, with: &Fragment) -> bool {
        let tag = self.tree.tag(node).map(|tag| &*tag.name);
        let same_tag = match with {
            Fragment::Text(_) | Fragment::Bool(_) | Fragment::Int(_) => tag.is_none(),
            Fragment::Tagged { function, value } => {
                let scalar = matches!(**value, Fragment::Text(_) | Fragment::Bool(_) | Fragment::Int(_));
                scalar && tag.is_some() && short_tag(function).as_deref() == tag
            }
            Fragment::Mapping(_) | Fragment::Sequence(_) => false,
        };
        same_tag && self.tree.scalar_style(node).is_some()
    }

    /// Whether a child can go from its place.
    fn lets_go(&self, node: NodeId) -> bool {
        let value = self.tree.entry_of(node).map_or(node, |entry| entry.value);
        let closed = self.tree.parent(node).is_none_or(|parent| {
            self.is_bare(parent) || self.merges(parent) || self.is_call(parent) || self.is_arguments(parent)
        });
        !closed && !self.tree.holds_aliased(node) && !self.tree.holds_aliased(value)
    }

    /// Whether a node is an intrinsic function: `{Fn::If: …}`, or something behind its tag.
    fn is_call(&self, node: NodeId) -> bool {
        let mut entries = self.tree.entries(node);
        let only = entries.next().filter(|_| entries.next().is_none());
        let long = only.and_then(|entry| self.tree.text(entry.key)).is_some_and(|key| short_tag(key).is_some());
        long || self.tree.tag(node).is_some_and(|tag| is_known_tag(&tag.name))
    }

    /// Whether a node is all the arguments of an intrinsic function, so that their number means something.
    fn is_arguments(&self, node: NodeId) -> bool {
        let tagged = self.tree.tag(node).is_some_and(|tag| is_known_tag(&tag.name));
        let behind_key = || self.tree.entry_of(node).is_some_and(|entry| entry.value == node);
        tagged || behind_key() && self.tree.parent(node).is_some_and(|parent| self.is_call(parent))
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
