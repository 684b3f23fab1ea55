//! What a fix wants to become of a tree, without a word about bytes.

use crate::syntax::{NodeId, Tree};

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// A string, whatever quotes it needs to be one.
    Text(String),
    /// `true` or `false`, bare.
    Bool(bool),
    /// A whole number, bare.
    Int(i64),
    /// Keys and values in this order.
    Mapping(Vec<(String, Fragment)>),
    /// Items in this order.
    Sequence(Vec<Fragment>),
    /// An intrinsic function, written as the author writes them: `!Sub x` in YAML when the file uses short
    /// tags or the value is a scalar, otherwise (and always in JSON) `Fn::Sub: x`.
    Tagged {
        /// The long name: `Ref`, `Condition` or `Fn::…`.
        function: String,
        /// Its argument.
        value: Box<Fragment>,
    },
}

/// Where an insertion goes among its siblings. Several insertions at one place keep their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before all that is there.
    First,
    /// Behind all that is there.
    Last,
    /// Before this key of the mapping or item of the sequence.
    Before(NodeId),
    /// Behind this key of the mapping or item of the sequence.
    After(NodeId),
}

/// One semantic change to a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Gives a value: the node's tag goes too, unless `with` is [`Fragment::Tagged`] with the same function,
    /// which keeps the author's spelling of the intrinsic. Scalars keep their quotes where they can.
    /// Comments inside the old value are lost.
    Replace {
        /// A value or an item, not a key.
        node: NodeId,
        /// What it becomes.
        with: Fragment,
    },
    /// Renames a key, in its quotes.
    Rename {
        /// The key.
        key: NodeId,
        /// Its new text; no sibling may have it.
        to: String,
    },
    /// Adds an entry.
    Insert {
        /// A mapping, or an absent or null value to become one.
        parent: NodeId,
        /// The key; no entry of the mapping may have it.
        key: String,
        /// The value.
        value: Fragment,
        /// Where among the entries.
        place: Place,
    },
    /// Adds an item.
    InsertItem {
        /// A sequence, or an absent or null value to become one.
        parent: NodeId,
        /// The item.
        value: Fragment,
        /// Where among the items.
        place: Place,
    },
    /// Removes an entry or item with its comments: those on its lines, those directly above at its column,
    /// and those below that are indented deeper. A collection that loses all it has stays as `{}` or `[]`.
    Delete {
        /// The key of the entry, or the item.
        node: NodeId,
    },
    /// Moves an entry or item as it is written, with its comments (see [`Change::Delete`]), to another place of
    /// its collection or of another one of the same kind and style. Its lines are indented anew.
    Move {
        /// The key of the entry, or the item.
        node: NodeId,
        /// The collection; a mapping has no other entry with the key.
        parent: NodeId,
        /// Where among its children, of which the moved one is not the reference.
        place: Place,
    },
}

impl Change {
    /// The node that is touched: the parent for insertions, what moves for moves.
    pub fn node(&self) -> NodeId {
        match self {
            Self::Replace { node, .. } | Self::Delete { node } | Self::Move { node, .. } => *node,
            Self::Rename { key, .. } => *key,
            Self::Insert { parent, .. } | Self::InsertItem { parent, .. } => *parent,
        }
    }

    /// In how many places of the document what it touches is read.
    pub(super) fn places(&self, tree: &Tree<'_>) -> usize {
        match self {
            Self::Move { node, parent, .. } => tree.places(*node).max(tree.places(*parent)),
            Self::Replace { .. }
            | Self::Rename { .. }
            | Self::Insert { .. }
            | Self::InsertItem { .. }
            | Self::Delete { .. } => tree.places(self.node()),
        }
    }
}
