//! The arena and what can be asked of it.

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::OnceLock;

use super::block_lines::Pieces;
use super::plain::{self, Reading};
use super::sharing::Sharing;
use crate::text::{Source, Span};

/// A node of a [`Tree`]: an index into its arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Which language the file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.1 as CloudFormation reads it.
    Yaml,
    /// JSON (ECMA-404).
    Json,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Nothing is written at all: `key:` with no value. The span is empty.
    Absent,
    /// Without quotes; in JSON a number, `true`, `false` or `null`.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`, also every JSON string.
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// The type a scalar has by YAML 1.1's or JSON's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarType {
    /// Text.
    String,
    /// `true`, `false`, and in YAML 1.1 `yes`, `no`, `on`, `off`.
    Bool,
    /// A whole number.
    Int,
    /// A number with a point or an exponent.
    Float,
    /// `null`, `~`, or nothing at all.
    Null,
}

/// How a mapping or sequence is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// By indentation.
    Block,
    /// With brackets; every JSON object and array.
    Flow,
    /// A mapping of one entry inside a flow sequence, without braces: `[a: b]`.
    Bare,
}

/// What a node is.
#[derive(Debug)]
pub enum Kind {
    /// A scalar.
    Scalar {
        /// How it is written.
        style: ScalarStyle,
        /// The decoded text where it differs from the source bytes.
        decoded: Option<Box<str>>,
    },
    /// A sequence (JSON array).
    Sequence(Collection, Children),
    /// A mapping (JSON object).
    Mapping(Collection, Children),
    /// `*name`, with the node it stands for; `None` where that is the alias's own ancestor.
    Alias(Option<NodeId>),
}

/// A run in the tree's table of children.
#[derive(Clone, Copy, Debug)]
pub struct Children {
    pub(super) start: u32,
    pub(super) len: u32,
}

/// A node with its bytes.
#[derive(Debug)]
pub struct Node {
    /// What the node is.
    pub kind: Kind,
    /// The bytes of the value, quotes and brackets included, tag and anchor not. A block scalar's span
    /// begins at its header (`|-`) and ends with its last visible character. A block collection's span
    /// begins at its first key or dash and ends with its last value.
    pub span: Span,
    pub(super) parent: u32,
    /// Whether there is a tag in the table of tags.
    pub(super) tagged: bool,
}

/// A tag such as `!Sub`.
#[derive(Debug)]
pub struct Tag {
    /// As written, with the exclamation mark.
    pub name: Box<str>,
    /// Its bytes.
    pub span: Span,
}

/// An anchor such as `&name`.
#[derive(Debug)]
pub struct Anchor {
    /// The name without the ampersand.
    pub name: Box<str>,
    /// Its bytes, ampersand included.
    pub span: Span,
}

/// One key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key, nearly always a scalar.
    pub key: NodeId,
    /// The value.
    pub value: NodeId,
}

/// Why a text, or its rest, could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where reading stopped.
    pub span: Span,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do, if that is known.
    pub help: Option<String>,
}

/// One parsed file.
#[derive(Debug)]
pub struct Tree<'s> {
    pub(super) source: &'s Source,
    pub(super) format: Format,
    pub(super) nodes: Vec<Node>,
    pub(super) children: Vec<NodeId>,
    pub(super) root: Option<NodeId>,
    pub(super) tags: Vec<(NodeId, Tag)>,
    pub(super) anchors: Vec<(NodeId, Anchor)>,
    pub(super) aliases: Vec<NodeId>,
    pub(super) comments: Vec<Span>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) duplicates: Vec<(NodeId, NodeId)>,
    memo: OnceLock<Box<dyn Any + Send + Sync>>,
    /// Which text serves several places, found when first asked for.
    pub(super) sharing: OnceCell<Sharing>,
    /// Entries of large mappings in order of their keys, made when one is first searched.
    by_key: RefCell<BTreeMap<NodeId, Rc<[u32]>>>,
    /// The block scalar that was last laid beside its lines: a long one is asked for many of its bytes.
    pub(super) beside: RefCell<Option<(NodeId, Pieces)>>,
}

/// Entries from which on a mapping is searched through a table: a file can be one mapping that is asked for
/// each of its keys.
const LARGE: usize = 64;

const NO_PARENT: u32 = u32::MAX;

impl<'s> Tree<'s> {
    pub(super) fn new(source: &'s Source, format: Format) -> Self {
        Self {
            source,
            format,
            nodes: Vec::new(),
            children: Vec::new(),
            root: None,
            tags: Vec::new(),
            anchors: Vec::new(),
            aliases: Vec::new(),
            comments: Vec::new(),
            errors: Vec::new(),
            duplicates: Vec::new(),
            memo: OnceLock::new(),
            sharing: OnceCell::new(),
            by_key: RefCell::default(),
            beside: RefCell::default(),
        }
    }

    /// Keeps what a later stage finds out about the whole tree, so that it looks only once. There is room for
    /// one type; for any other there is `None`.
    pub(crate) fn memo<T: Any + Send + Sync>(&self, look: impl FnOnce() -> T) -> Option<&T> {
        self.memo.get_or_init(|| Box::new(look())).downcast_ref()
    }

    /// The text that was parsed.
    pub fn source(&self) -> &'s Source {
        self.source
    }

    /// The language of the file.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The document, or `None` for an empty file.
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// Why reading stopped, or nothing. With an error the tree holds what stands before it.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// Keys that stand twice in one mapping: the first and each later one, in order of the text.
    pub fn duplicates(&self) -> &[(NodeId, NodeId)] {
        &self.duplicates
    }

    /// Bytes of the comments, number signs included, in order of the text.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes in order of the text.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// The node itself. An identifier of another tree gives some node of this one.
    pub fn node(&self, id: NodeId) -> &Node {
        static NOTHING: Node = Node {
            kind: Kind::Scalar { style: ScalarStyle::Absent, decoded: None },
            span: Span { start: 0, end: 0 },
            parent: NO_PARENT,
            tagged: false,
        };
        self.nodes.get(id.index()).unwrap_or(&NOTHING)
    }

    /// The bytes of a node: see [`Node::span`].
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// The bytes of a node with its tag and anchor in front.
    pub fn span_with_tag(&self, id: NodeId) -> Span {
        let mut span = self.span(id);
        for front in [self.tag(id).map(|tag| tag.span), self.anchor(id).map(|anchor| anchor.span)].into_iter().flatten() {
            span = if span.is_empty() { front } else { front.to(span) };
        }
        span
    }

    /// The outermost node with exactly these bytes, its tag and anchor among them.
    pub fn node_at(&self, place: Span) -> Option<NodeId> {
        let first = self.nodes.partition_point(|node| node.span.start() < place.start());
        // An empty value stands where the next one begins.
        let mut near = (first..self.nodes.len()).take(4).filter_map(|at| u32::try_from(at).ok().map(NodeId));
        near.find(|id| self.span_with_tag(*id) == place)
    }

    /// The nodes that begin at a byte or behind it, tags and anchors aside, in order of the text.
    pub fn ids_from(&self, at: usize) -> impl Iterator<Item = NodeId> + use<> {
        let first = self.nodes.partition_point(|node| node.span.start() < at);
        let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        (index(first)..index(self.nodes.len())).map(NodeId)
    }

    /// The innermost node around some bytes.
    pub fn innermost(&self, place: Span) -> Option<NodeId> {
        let behind = self.nodes.partition_point(|node| node.span.start() <= place.start());
        let last = NodeId(u32::try_from(behind.checked_sub(1)?).ok()?);
        std::iter::successors(Some(last), |node| self.parent(*node)).find(|node| self.span_with_tag(*node).contains(place))
    }

    /// The node of which this one is a key, a value or an item.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.node(id).parent;
        (parent != NO_PARENT).then_some(NodeId(parent))
    }

    /// The node that an alias stands for, or the node itself.
    pub fn target(&self, id: NodeId) -> NodeId {
        match self.node(id).kind {
            Kind::Alias(Some(target)) => target,
            Kind::Alias(None) | Kind::Scalar { .. } | Kind::Sequence(..) | Kind::Mapping(..) => id,
        }
    }

    /// The tag of a node.
    pub fn tag(&self, id: NodeId) -> Option<&Tag> {
        if !self.node(id).tagged {
            return None;
        }
        let at = self.tags.binary_search_by_key(&id, |(node, _)| *node).ok()?;
        self.tags.get(at).map(|(_, tag)| tag)
    }

    /// The style of a scalar, `None` for anything else.
    pub fn scalar_style(&self, id: NodeId) -> Option<ScalarStyle> {
        match self.node(id).kind {
            Kind::Scalar { style, .. } => Some(style),
            Kind::Sequence(..) | Kind::Mapping(..) | Kind::Alias(_) => None,
        }
    }

    /// The decoded text of a scalar (not through an alias), `None` for anything else.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        let node = self.node(id);
        match &node.kind {
            Kind::Scalar { decoded: Some(decoded), .. } => Some(decoded),
            Kind::Scalar { style, decoded: None } => {
                let quote = quote_len(*style);
                self.source.text().get(node.span.start() + quote..node.span.end().checked_sub(quote)?)
            }
            Kind::Sequence(..) | Kind::Mapping(..) | Kind::Alias(_) => None,
        }
    }

    /// The type of a scalar, `None` for anything else. A tag is not considered.
    pub fn scalar_type(&self, id: NodeId) -> Option<ScalarType> {
        Some(match self.scalar_style(id)? {
            ScalarStyle::Absent => ScalarType::Null,
            ScalarStyle::Plain => plain::plain_type(self.text(id)?),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted | ScalarStyle::Literal | ScalarStyle::Folded => {
                ScalarType::String
            }
        })
    }

    /// Whether a node is null, in any spelling: `null`, `~`, nothing at all.
    pub fn is_null(&self, id: NodeId) -> bool {
        self.scalar_type(id) == Some(ScalarType::Null) && self.tag(id).is_none()
    }

    /// Whether a text without quotes and tag is a number or another thing than a text to some reader of YAML.
    pub fn is_doubtful(&self, id: NodeId) -> bool {
        let plain = self.scalar_style(id) == Some(ScalarStyle::Plain) && self.tag(id).is_none();
        plain && self.text(id).is_some_and(plain::is_number_elsewhere)
    }

    /// How YAML 1.1 reads a scalar without quotes and tag, where that is another text than the one that is written. Nothing for
    /// JSON, whose numbers are meant to be some.
    pub fn reads_otherwise(&self, id: NodeId) -> Option<Reading> {
        let plain = self.scalar_style(id) == Some(ScalarStyle::Plain) && self.tag(id).is_none();
        plain::reading(self.text(id).filter(|_| plain && self.format == Format::Yaml)?)
    }

    /// How a mapping or sequence is written.
    pub fn collection(&self, id: NodeId) -> Option<Collection> {
        match self.node(id).kind {
            Kind::Sequence(style, _) | Kind::Mapping(style, _) => Some(style),
            Kind::Scalar { .. } | Kind::Alias(_) => None,
        }
    }

    /// Whether the node is a mapping (not through an alias).
    pub fn is_mapping(&self, id: NodeId) -> bool {
        matches!(self.node(id).kind, Kind::Mapping(..))
    }

    /// Whether the node is a sequence (not through an alias).
    pub fn is_sequence(&self, id: NodeId) -> bool {
        matches!(self.node(id).kind, Kind::Sequence(..))
    }

    /// The items of a sequence; nothing for anything else.
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        match self.node(id).kind {
            Kind::Sequence(_, children) => self.run(children),
            Kind::Mapping(..) | Kind::Scalar { .. } | Kind::Alias(_) => &[],
        }
    }

    /// The entries of a mapping in order of the text; nothing for anything else.
    pub fn entries(&self, id: NodeId) -> impl DoubleEndedIterator<Item = Entry> + ExactSizeIterator + '_ {
        let run = match self.node(id).kind {
            Kind::Mapping(_, children) => self.run(children),
            Kind::Sequence(..) | Kind::Scalar { .. } | Kind::Alias(_) => &[],
        };
        let (pairs, _) = run.as_chunks::<2>();
        pairs.iter().map(|[key, value]| Entry { key: *key, value: *value })
    }

    /// The entry with this index, 0-based; taken from the table, since an iterator would walk to it.
    fn entry_at(&self, mapping: NodeId, index: usize) -> Option<Entry> {
        let Kind::Mapping(_, children) = self.node(mapping).kind else { return None };
        match self.run(children).get(index.checked_mul(2)?..)? {
            [key, value, ..] => Some(Entry { key: *key, value: *value }),
            [] | [_] => None,
        }
    }

    /// The first entry of a mapping with this key.
    pub fn entry(&self, mapping: NodeId, key: &str) -> Option<Entry> {
        let mut entries = self.entries(mapping);
        if entries.len() < LARGE {
            return entries.find(|entry| self.text(entry.key) == Some(key));
        }
        let order = self.order_of(mapping);
        let entry = |at: &u32| self.entry_at(mapping, usize::try_from(*at).ok()?);
        let text = |at: &u32| entry(at).and_then(|entry| self.text(entry.key));
        let first = order.partition_point(|at| text(at).cmp(&Some(key)) == Ordering::Less);
        order.get(first).filter(|at| text(at) == Some(key)).and_then(entry)
    }

    /// The entries of a mapping in order of their keys, equal keys in order of the text.
    fn order_of(&self, mapping: NodeId) -> Rc<[u32]> {
        if let Some(order) = self.by_key.borrow().get(&mapping) {
            return Rc::clone(order);
        }
        let mut keyed: Vec<_> = (0_u32..).zip(self.entries(mapping)).map(|(at, entry)| (self.text(entry.key), at)).collect();
        keyed.sort_unstable();
        let order: Rc<[u32]> = keyed.into_iter().map(|(_, at)| at).collect();
        self.by_key.borrow_mut().insert(mapping, Rc::clone(&order));
        order
    }

    /// The value of the first entry with this key.
    pub fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        self.entry(mapping, key).map(|entry| entry.value)
    }

    /// The entry of which this node is the key or the value.
    pub fn entry_of(&self, id: NodeId) -> Option<Entry> {
        let parent = self.parent(id).filter(|parent| self.is_mapping(*parent))?;
        self.entry_at(parent, self.position(parent, id)? / 2)
    }

    /// Which child of its parent a node is, 0-based; keys and values count each. Children stand in order
    /// of their identifiers.
    fn position(&self, parent: NodeId, id: NodeId) -> Option<usize> {
        match self.node(parent).kind {
            Kind::Sequence(_, children) | Kind::Mapping(_, children) => self.run(children).binary_search(&id).ok(),
            Kind::Scalar { .. } | Kind::Alias(_) => None,
        }
    }

    /// Whether two nodes say the same: texts, types, tags and items alike, in any order of keys, through aliases.
    /// Past a budget of comparisons, which only nested aliases reach, they are not the same.
    pub fn same(&self, one: NodeId, other: NodeId) -> bool {
        let mut budget = 100_000;
        self.same_within(one, other, &mut budget)
    }

    fn same_within(&self, one: NodeId, other: NodeId, budget: &mut usize) -> bool {
        let (one, other) = (self.target(one), self.target(other));
        if one == other {
            return true;
        }
        let tag = |node| self.tag(node).map(|tag| &tag.name);
        *budget = budget.saturating_sub(1);
        if *budget == 0 || tag(one) != tag(other) {
            return false;
        }
        match (&self.node(one).kind, &self.node(other).kind) {
            (Kind::Scalar { .. }, Kind::Scalar { .. }) => {
                self.text(one) == self.text(other) && self.scalar_type(one) == self.scalar_type(other)
            }
            (Kind::Sequence(..), Kind::Sequence(..)) => {
                let (one, other) = (self.items(one), self.items(other));
                one.len() == other.len() && one.iter().zip(other).all(|(a, b)| self.same_within(*a, *b, budget))
            }
            (Kind::Mapping(..), Kind::Mapping(..)) => {
                let mut matches = |entry: Entry| {
                    let found = self.text(entry.key).and_then(|key| self.get(other, key));
                    found.is_some_and(|value| self.same_within(entry.value, value, budget))
                };
                self.entries(one).len() == self.entries(other).len() && self.entries(one).all(&mut matches)
            }
            (Kind::Scalar { .. } | Kind::Sequence(..) | Kind::Mapping(..) | Kind::Alias(_), _) => false,
        }
    }

    /// The place of a node as a JSON pointer (RFC 6901) from the document's root.
    pub fn pointer(&self, id: NodeId) -> String {
        let mut steps = Vec::new();
        let mut at = id;
        while let Some(parent) = self.parent(at) {
            if let Some(entry) = self.entry_of(at) {
                steps.push(self.text(entry.key).unwrap_or("?").replace('~', "~0").replace('/', "~1"));
            } else if let Some(index) = self.position(parent, at) {
                steps.push(index.to_string());
            }
            at = parent;
        }
        steps.iter().rev().fold(String::new(), |path, step| path + "/" + step)
    }

    /// The byte of the source at which a byte of the decoded text of a scalar stands.
    ///
    /// `decoded` is a 0-based byte offset into [`Tree::text`]; its length gives the end of the content.
    /// `None` where the two texts cannot be laid side by side.
    pub fn source_offset(&self, id: NodeId, decoded: usize) -> Option<usize> {
        super::offsets::source_offset(self, id, decoded)
    }

    /// The bytes of the source that stand for parts of the decoded text of a scalar, each to be replaced with its part.
    ///
    /// For an empty part the place at which something can be put in. `None` where no bytes stand for just one of the parts,
    /// and where the two texts cannot be laid side by side.
    pub fn source_spans(&self, id: NodeId, parts: &[Range<usize>]) -> Option<Vec<Span>> {
        super::offsets::source_spans(self, id, parts)
    }

    fn run(&self, children: Children) -> &[NodeId] {
        let start = usize::try_from(children.start).unwrap_or(usize::MAX);
        let len = usize::try_from(children.len).unwrap_or(0);
        self.children.get(start..start.saturating_add(len)).unwrap_or_default()
    }
}

/// Bytes of one quote of a style.
pub(super) fn quote_len(style: ScalarStyle) -> usize {
    match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => 1,
        ScalarStyle::Absent | ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => 0,
    }
}
