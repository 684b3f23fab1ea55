//! What a fix changes, said on nodes of the tree it was planned on.

use crate::syntax::NodeId;

/// A value to be written in the author's own style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// A string; quoted where the language or the author's habit asks for it.
    Text(String),
    /// `true` or `false`, never quoted.
    Bool(bool),
    /// A number, never quoted.
    Int(i64),
    /// A mapping.
    Mapping(Vec<(String, Fragment)>),
    /// A sequence.
    Sequence(Vec<Fragment>),
    /// A call of an intrinsic function.
    Tagged {
        /// Its long name: `Fn::Sub`, `Ref`.
        function: String,
        /// Its argument.
        value: Box<Fragment>,
    },
}

/// Where an insertion goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before all others.
    First,
    /// Behind all others.
    Last,
    /// Before this key or item.
    Before(NodeId),
    /// Behind this key's value or this item.
    After(NodeId),
}

/// One change of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A value becomes another.
    Replace {
        /// The value.
        node: NodeId,
        /// What it becomes.
        with: Fragment,
    },
    /// A key gets another text.
    Rename {
        /// The key.
        key: NodeId,
        /// Its new text.
        to: String,
    },
    /// A mapping gets an entry.
    Insert {
        /// The mapping, or an absent, null or empty value that becomes one.
        parent: NodeId,
        /// The new key.
        key: String,
        /// Its value.
        value: Fragment,
        /// Where.
        place: Place,
    },
    /// A sequence gets an item.
    InsertItem {
        /// The sequence, or an absent, null or empty value that becomes one.
        parent: NodeId,
        /// The new item.
        value: Fragment,
        /// Where.
        place: Place,
    },
    /// An entry or item goes.
    Delete {
        /// The key of the entry, or the item.
        node: NodeId,
    },
}
