//! The tree that a selection pattern is read into. Every node knows its bytes in the pattern and
//! the flags in force where it stands.

use super::property::Meaning;

/// Where something stands in a pattern: byte offsets, 0-based, the end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just behind the last byte.
    pub end: usize,
}

/// The flags in force at a place, set by `(?i)` and the like; a selection pattern starts with none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(clippy::struct_excessive_bools, reason = "eight independent switches, as in Java")]
pub struct Flags {
    /// `i`: letters match in either case (ASCII only, unless `unicode_case`).
    pub case_insensitive: bool,
    /// `m`: `^` and `$` also match at line ends.
    pub multiline: bool,
    /// `s`: `.` also matches line terminators.
    pub dot_all: bool,
    /// `d`: only `\n` ends a line.
    pub unix_lines: bool,
    /// `u`: `i` looks at all of Unicode.
    pub unicode_case: bool,
    /// `x`: white space and `#` comments in the pattern mean nothing.
    pub comments: bool,
    /// `U`: `\d`, `\w`, `\s`, `\b` and the POSIX names take Unicode's meaning.
    pub unicode_class: bool,
    /// `c`: canonical equivalence (not in Java's documentation, but accepted).
    pub canonical: bool,
}

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The bytes it was read from; with the flag `x`, blanks behind it may be inside.
    pub span: Span,
    /// The flags in force.
    pub flags: Flags,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// Nothing: an empty branch, or the empty text that a stray `{2}` repeats.
    Empty,
    /// `(?i)` and the like, that only set flags.
    SetFlags,
    /// One character that stands for itself.
    Literal(Literal),
    /// `\N{NAME}`: a character by its Unicode name, which is not looked up.
    NamedCharacter(String),
    /// `.`
    Dot,
    /// `\d` and the like, or `\p{…}`.
    Shorthand(Shorthand),
    /// `[…]`
    Class(Class),
    /// A place, not a character: `^`, `\b` and the like.
    Assertion(Assertion),
    /// `\R`: any line break.
    LineBreak,
    /// `\X`: a character as a reader sees it, with its marks.
    Grapheme,
    /// `\1` or `\k<name>`: the number of the group referred to; it may not exist.
    BackReference(u32),
    /// `(…)` in all its forms.
    Group(GroupKind, Box<Node>),
    /// `*`, `+`, `?`, `{n,m}` and what they repeat.
    Repeat(Repeat),
    /// Pieces one after the other.
    Concat(Vec<Node>),
    /// Branches parted by `|`.
    Alternation(Vec<Node>),
    /// A pattern nested too deeply to be read; only ever the root.
    Unread,
}

/// A character that stands for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Literal {
    /// Its code point. Java lets `\uD800` be a lone surrogate, which no `char` can be.
    pub code: u32,
    /// How it is written.
    pub form: LiteralForm,
}

/// How a literal character is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LiteralForm {
    /// As itself: `a`.
    Plain,
    /// As itself behind a backslash: `\.`, `\\`.
    Escaped,
    /// By a code: `\n`, `\x41`, `\u0041`, `\07`, `\cA`.
    Code,
    /// Between `\Q` and `\E`.
    Quoted,
}

/// A named set of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shorthand {
    /// Which set.
    pub set: ShorthandSet,
    /// Whether the characters outside the set are meant: `\D`, `\P{L}`.
    pub negated: bool,
}

/// The named sets of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShorthandSet {
    /// `\d`
    Digit,
    /// `\h`
    HorizontalSpace,
    /// `\s`
    Space,
    /// `\v`
    VerticalSpace,
    /// `\w`
    Word,
    /// `\p{…}`
    Property(Property),
}

/// A character property, `\p{…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The name between the braces, as written.
    pub name: String,
    pub(super) meaning: Meaning,
}

/// A class in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The bytes from `[` to `]`.
    pub span: Span,
    /// Whether it starts with `^`.
    pub negated: bool,
    /// What is in it, in order.
    pub items: Vec<ClassItem>,
}

/// One thing in a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassItem {
    /// The bytes it was read from.
    pub span: Span,
    /// The flags in force.
    pub flags: Flags,
    /// What it is.
    pub kind: ClassItemKind,
}

/// What a thing in a class is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClassItemKind {
    /// One character.
    Literal(Literal),
    /// Characters from the first to the last, both included.
    Range(Literal, Literal),
    /// `\N{NAME}`, or a range with such an end.
    NamedCharacter,
    /// `\d` and the like, or `\p{…}`.
    Shorthand(Shorthand),
    /// A class inside.
    Class(Class),
    /// `&&…`: of all that stands before, only what is also in one of these. Empty where nothing
    /// stands behind `&&`.
    Intersect(Vec<ClassItem>),
}

/// A place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Assertion {
    /// `^`
    LineStart,
    /// `$`
    LineEnd,
    /// `\A`
    TextStart,
    /// `\z`
    TextEnd,
    /// `\Z`
    TextEndBeforeTerminator,
    /// `\G`
    PreviousMatchEnd,
    /// `\b`
    WordBoundary,
    /// `\B`
    NotWordBoundary,
    /// `\b{g}`
    GraphemeBoundary,
}

/// The forms of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupKind {
    /// `(…)` or `(?<name>…)`.
    Capture {
        /// The group's number, from 1.
        index: u32,
        /// Its name, if it has one.
        name: Option<String>,
    },
    /// `(?:…)` or `(?i:…)`.
    Plain,
    /// `(?>…)`
    Atomic,
    /// `(?=…)`, negated `(?!…)`.
    LookAhead {
        /// Whether the text must not follow.
        negated: bool,
    },
    /// `(?<=…)`, negated `(?<!…)`.
    LookBehind {
        /// Whether the text must not stand before.
        negated: bool,
        /// Whether Java's 32-bit count of the length is of use; where it ran over, the look-behind
        /// may not do what it says.
        counted: bool,
    },
}

/// A repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// What is repeated.
    pub node: Box<Node>,
    /// The least number of times.
    pub min: u32,
    /// The greatest number of times; none for no bound.
    pub max: Option<u32>,
    /// Which number is tried first.
    pub mode: RepeatMode,
}

/// How a repetition chooses its number of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RepeatMode {
    /// The most first: `*`.
    Greedy,
    /// The least first: `*?`.
    Lazy,
    /// The most, and never fewer: `*+`.
    Possessive,
}

impl Literal {
    /// Gives the character, unless it is a lone surrogate.
    #[must_use]
    pub fn character(&self) -> Option<char> {
        char::from_u32(self.code)
    }
}

impl Node {
    /// Goes through this node and all below it, in the order of the pattern.
    pub fn walk(&self) -> impl Iterator<Item = &Node> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let node = waiting.pop()?;
            waiting.extend(node.children().iter().rev());
            Some(node)
        })
    }

    /// Gives the nodes directly inside this one, in the order of the pattern.
    #[must_use]
    pub fn children(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Concat(nodes) | NodeKind::Alternation(nodes) => nodes,
            NodeKind::Group(_, inner) => std::slice::from_ref(inner),
            NodeKind::Repeat(repeat) => std::slice::from_ref(&repeat.node),
            NodeKind::Empty
            | NodeKind::SetFlags
            | NodeKind::Literal(_)
            | NodeKind::NamedCharacter(_)
            | NodeKind::Dot
            | NodeKind::Shorthand(_)
            | NodeKind::Class(_)
            | NodeKind::Assertion(_)
            | NodeKind::LineBreak
            | NodeKind::Grapheme
            | NodeKind::BackReference(_)
            | NodeKind::Unread => &[],
        }
    }

    /// Tells whether the node is `.*`, `.+` or the like: any text, of any length.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        match &self.kind {
            NodeKind::Repeat(repeat) => repeat.max.is_none() && repeat.min <= 1 && matches!(repeat.node.kind, NodeKind::Dot),
            _ => false,
        }
    }
}
