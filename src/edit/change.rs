//! What a fix wants to become of a tree, without a word about bytes.

use super::guard::long_name;
use crate::syntax::{Entry, Kind, NodeId, ScalarType, Tree};
use crate::text::Span;

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

impl Fragment {
    /// What stands at a node, aliases followed, anchors and comments left out. `None` where a fragment does not say all of it
    /// (a merge key, an unknown tag, a null, a number that is not written as it is printed), where a text has several
    /// lines, which would have to be escaped, and past the budget of nodes.
    ///
    /// # Examples
    /// ```
    /// use cfn_igr::edit::Fragment;
    /// use cfn_igr::{syntax, text::Source};
    /// let source = Source::new("t.yaml", "a: &a !Sub x\nb: [*a]\n");
    /// let tree = syntax::parse(&source);
    /// let node = tree.root().and_then(|root| tree.get(root, "b")).unwrap();
    /// let sub = Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(Fragment::Text("x".to_owned())) };
    /// assert_eq!(Fragment::of(&tree, node, &mut 10), Some(Fragment::Sequence(vec![sub])));
    /// ```
    pub fn of(tree: &Tree<'_>, node: NodeId, budget: &mut usize) -> Option<Self> {
        let node = tree.target(node);
        *budget = budget.checked_sub(1)?;
        let Some(tag) = tree.tag(node) else { return Self::untagged(tree, node, budget) };
        if &*tag.name == "!!str" {
            return tree.text(node).map(|text| Self::Text(text.to_owned())).filter(Self::is_one_line);
        }
        let value = Box::new(Self::untagged(tree, node, budget)?);
        Some(Self::Tagged { function: long_name(&tag.name)?, value })
    }

    fn untagged(tree: &Tree<'_>, node: NodeId, budget: &mut usize) -> Option<Self> {
        match &tree.node(node).kind {
            Kind::Scalar { .. } => Self::scalar(tree.scalar_type(node)?, tree.text(node)?),
            Kind::Sequence(..) => {
                tree.items(node).iter().map(|item| Self::of(tree, *item, budget)).collect::<Option<_>>().map(Self::Sequence)
            }
            Kind::Mapping(..) => {
                let entry = |entry: Entry| Some((key_of(tree, entry.key)?, Self::of(tree, entry.value, budget)?));
                tree.entries(node).map(entry).collect::<Option<_>>().map(Self::Mapping)
            }
            Kind::Alias(_) => None,
        }
    }

    fn scalar(kind: ScalarType, text: &str) -> Option<Self> {
        match kind {
            ScalarType::String => Some(Self::Text(text.to_owned())).filter(Self::is_one_line),
            ScalarType::Bool => text.parse().ok().map(Self::Bool),
            ScalarType::Int => text.parse().ok().filter(|number: &i64| number.to_string() == text).map(Self::Int),
            ScalarType::Float | ScalarType::Null => None,
        }
    }

    /// How many nodes it was read from, or would be written as.
    pub(super) fn nodes(&self) -> usize {
        1 + match self {
            Self::Text(_) | Self::Bool(_) | Self::Int(_) => 0,
            Self::Mapping(entries) => entries.iter().map(|(_, value)| value.nodes()).sum(),
            Self::Sequence(items) => items.iter().map(Self::nodes).sum(),
            // The tag is on the node of its value.
            Self::Tagged { value, .. } => value.nodes(),
        }
    }

    fn is_one_line(&self) -> bool {
        !matches!(self, Self::Text(text) if text.contains(['\n', '\r']))
    }
}

/// A key that is a text and nothing else.
fn key_of(tree: &Tree<'_>, key: NodeId) -> Option<String> {
    let plain = tree.scalar_type(key) == Some(ScalarType::String) && tree.tag(key).is_none();
    tree.text(key).filter(|text| plain && *text != "<<").map(str::to_owned)
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
    /// Comments inside the old value stay.
    Replace {
        /// A value or an item, not a key; an alias only for what it stands for ([`Fragment::of`]).
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
    /// Adds, rewrites or removes a comment; the nodes stay as they are. [`super::comment`] finds the bytes.
    Comment {
        /// The node that it is about, so that it goes where that goes.
        near: NodeId,
        /// The bytes that go: empty, or a comment with the white space around it.
        span: Span,
        /// What comes: comments, white space and line ends.
        text: String,
    },
}

impl Change {
    /// The node that is touched: the parent for insertions, what moves for moves, the node beside a comment.
    pub fn node(&self) -> NodeId {
        match self {
            Self::Replace { node, .. } | Self::Delete { node } | Self::Move { node, .. } => *node,
            Self::Rename { key, .. } => *key,
            Self::Comment { near, .. } => *near,
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
            // A comment stands where it stands.
            Self::Comment { .. } => 1,
        }
    }
}
