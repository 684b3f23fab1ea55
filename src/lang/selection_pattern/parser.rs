//! Reading a pattern into its tree: branches, groups, repetitions. Escapes are in
//! [`escape`](super::escape), classes in [`class`](super::class).
//!
//! Source: the documentation of `java.util.regex.Pattern` (Java 17); the words of the errors and
//! where they are reported follow the engine's own answers.

use super::SyntaxError;
use super::ast::{Assertion, GroupKind, Literal, LiteralForm, Node, NodeKind, Repeat, RepeatMode, Span};
use super::behind;
use super::escape::Escaped;
use super::scan::{Scanner, code};

/// How deep groups and classes may be nested before a pattern is left unread.
pub(super) const MAX_DEPTH: usize = 100;

/// Why reading a pattern ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// Java refuses the pattern.
    Syntax(SyntaxError),
    /// Groups or classes are nested more than [`MAX_DEPTH`] deep.
    TooDeep,
}

/// What reading a piece of a pattern gives.
pub(super) type Read<T> = Result<T, Stop>;

impl From<SyntaxError> for Stop {
    fn from(error: SyntaxError) -> Self {
        Self::Syntax(error)
    }
}

/// The state of reading one pattern.
#[derive(Debug)]
pub(super) struct Parser {
    pub(super) scan: Scanner,
    /// Number of capturing groups opened so far.
    pub(super) groups: u32,
    /// The named groups opened so far, with their numbers.
    pub(super) names: Vec<(String, u32)>,
    depth: usize,
}

impl Parser {
    /// Makes ready to read a pattern.
    pub(super) fn new(pattern: &str) -> Self {
        Self { scan: Scanner::new(pattern), groups: 0, names: Vec::new(), depth: 0 }
    }

    /// Reads the whole pattern.
    pub(super) fn parse(&mut self) -> Read<Node> {
        let root = self.alternatives()?;
        if self.scan.at == self.scan.len() {
            return Ok(root);
        }
        let message = match char::from_u32(self.scan.peek()) {
            Some(')') => "Unmatched closing ')'",
            // A backslash that ends the pattern; the words are Java's.
            _ => "Unexpected internal error",
        };
        Err(self.scan.error(message).into())
    }

    /// Makes a node of what was read since a byte offset.
    pub(super) fn node(&self, start: usize, kind: NodeKind) -> Node {
        Node { span: self.scan.span_from(start), flags: self.scan.flags, kind }
    }

    /// Counts one level of nesting in.
    pub(super) fn enter(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Stop::TooDeep) } else { Ok(()) }
    }

    /// Counts one level of nesting out.
    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn alternatives(&mut self) -> Read<Node> {
        self.enter()?;
        let start = self.scan.offset();
        let first = self.sequence()?;
        if self.scan.peek() != code('|') {
            self.leave();
            return Ok(first);
        }
        let mut branches = vec![first];
        while self.scan.peek() == code('|') {
            self.scan.next();
            branches.push(self.sequence()?);
        }
        self.leave();
        Ok(self.node(start, NodeKind::Alternation(branches)))
    }

    fn sequence(&mut self) -> Read<Node> {
        let start = self.scan.offset();
        let mut nodes = Vec::new();
        while let Some(node) = self.piece()? {
            nodes.push(node);
        }
        let kind = match nodes.len() {
            0 => NodeKind::Empty,
            1 => return Ok(nodes.remove(0)),
            _ => NodeKind::Concat(nodes),
        };
        let mut node = self.node(start, kind);
        if node.kind == NodeKind::Empty {
            node.span = Span { start, end: start };
        }
        Ok(node)
    }

    /// Reads one piece with its repetition; none at the end of a branch.
    fn piece(&mut self) -> Read<Option<Node>> {
        let found = self.scan.peek();
        let start = self.scan.offset();
        let node = match char::from_u32(found) {
            Some('|' | ')') => return Ok(None),
            Some('\0') if self.scan.is_at_end() => return Ok(None),
            Some('(') => {
                let group = self.group(start)?;
                if group.kind == NodeKind::SetFlags {
                    return Ok(Some(group));
                }
                group
            }
            Some('[') => {
                let class = self.class()?;
                self.node(start, NodeKind::Class(class))
            }
            Some('\\') => self.escaped_piece(start)?,
            Some('^') => self.single(start, NodeKind::Assertion(Assertion::LineStart)),
            Some('$') => self.single(start, NodeKind::Assertion(Assertion::LineEnd)),
            Some('.') => self.single(start, NodeKind::Dot),
            Some(dangling @ ('?' | '*' | '+')) => {
                self.scan.next();
                let message = format!("Dangling meta character '{dangling}'");
                return Err(self.scan.error(message).into());
            }
            // Nothing stands before it: Java repeats the empty text, `{2}`, or refuses.
            Some('{') => Node { span: Span { start, end: start }, flags: self.scan.flags, kind: NodeKind::Empty },
            _ => {
                let form = if self.scan.is_quoted(self.scan.at) { LiteralForm::Quoted } else { LiteralForm::Plain };
                self.single(start, NodeKind::Literal(Literal { code: found, form }))
            }
        };
        self.repeated(start, node).map(Some)
    }

    /// Makes a node of the current character and steps behind it.
    fn single(&mut self, start: usize, kind: NodeKind) -> Node {
        self.scan.at += 1;
        let node = self.node(start, kind);
        self.scan.peek();
        node
    }

    fn escaped_piece(&mut self, start: usize) -> Read<Node> {
        let kind = match self.escape_or_property(false)? {
            Escaped::Literal(literal) => NodeKind::Literal(literal),
            Escaped::Named(name) => NodeKind::NamedCharacter(name),
            Escaped::Shorthand(shorthand) => NodeKind::Shorthand(shorthand),
            Escaped::Other(kind) => kind,
        };
        Ok(self.node(start, kind))
    }

    /// Reads a repetition behind a node, if one stands there.
    fn repeated(&mut self, start: usize, node: Node) -> Read<Node> {
        let (min, max) = match char::from_u32(self.scan.peek()) {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => {
                let counts = self.counts()?;
                // One back, so that all four end on their last character.
                self.scan.unread();
                counts
            }
            _ => return Ok(node),
        };
        self.scan.at += 1;
        let mode = match char::from_u32(self.scan.peek()) {
            Some('?') => RepeatMode::Lazy,
            Some('+') => RepeatMode::Possessive,
            _ => RepeatMode::Greedy,
        };
        if mode != RepeatMode::Greedy {
            self.scan.at += 1;
        }
        let repeat = Repeat { node: Box::new(node), min, max, mode };
        let node = self.node(start, NodeKind::Repeat(repeat));
        self.scan.peek();
        Ok(node)
    }

    /// Reads `{n}`, `{n,}` or `{n,m}`, up to behind the `}`.
    fn counts(&mut self) -> Read<(u32, Option<u32>)> {
        let mut found = self.scan.skip();
        if !is_digit(found) {
            return Err(self.scan.error("Illegal repetition").into());
        }
        let min = self.count(&mut found)?;
        let mut max = Some(min);
        if found == code(',') {
            found = self.scan.read();
            max = None;
            if found != code('}') {
                max = Some(self.count(&mut found)?);
            }
        }
        if found != code('}') {
            return Err(self.scan.error("Unclosed counted closure").into());
        }
        if max.is_some_and(|max| max < min) {
            return Err(self.scan.error("Illegal repetition range").into());
        }
        Ok((min, max))
    }

    /// Reads a number that fits Java's `int`; `found` goes to the character behind it.
    fn count(&mut self, found: &mut u32) -> Read<u32> {
        let mut count: i32 = 0;
        while is_digit(*found) {
            let digit = i32::try_from(*found - code('0')).unwrap_or(0);
            count = count
                .checked_mul(10)
                .and_then(|count| count.checked_add(digit))
                .ok_or_else(|| self.scan.error("Illegal repetition range"))?;
            *found = self.scan.read();
        }
        Ok(count.unsigned_abs())
    }

    /// Reads a group, from its `(` to behind its `)`.
    fn group(&mut self, start: usize) -> Read<Node> {
        let outer_flags = self.scan.flags;
        let kind = if self.scan.next() == code('?') {
            match self.group_kind()? {
                Some(kind) => kind,
                None => return Ok(self.node(start, NodeKind::SetFlags)),
            }
        } else {
            self.groups += 1;
            GroupKind::Capture { index: self.groups, name: None }
        };
        let inner = self.alternatives()?;
        let kind = match kind {
            GroupKind::LookBehind { negated, .. } => {
                let Some(counted) = behind::length(&inner) else {
                    let message = "Look-behind group does not have an obvious maximum length";
                    return Err(self.scan.error(message).into());
                };
                GroupKind::LookBehind { negated, counted }
            }
            other => other,
        };
        if self.scan.read() != code(')') {
            return Err(self.scan.error("Unclosed group").into());
        }
        self.scan.flags = outer_flags;
        Ok(self.node(start, NodeKind::Group(kind, Box::new(inner))))
    }

    /// Reads what stands behind `(?`; none where the whole group only sets flags.
    fn group_kind(&mut self) -> Read<Option<GroupKind>> {
        let kind = match char::from_u32(self.scan.skip()) {
            Some(':') => GroupKind::Plain,
            Some('=') => GroupKind::LookAhead { negated: false },
            Some('!') => GroupKind::LookAhead { negated: true },
            Some('>') => GroupKind::Atomic,
            Some('<') => match char::from_u32(self.scan.read()) {
                Some('=') => GroupKind::LookBehind { negated: false, counted: true },
                Some('!') => GroupKind::LookBehind { negated: true, counted: true },
                first => self.named_group(first.map_or(0, code))?,
            },
            Some('$' | '@') => return Err(self.scan.error("Unknown group type").into()),
            _ => {
                self.scan.unread();
                self.set_flags();
                match char::from_u32(self.scan.read()) {
                    Some(')') => return Ok(None),
                    Some(':') => GroupKind::Plain,
                    _ => return Err(self.scan.error("Unknown inline modifier").into()),
                }
            }
        };
        Ok(Some(kind))
    }

    fn named_group(&mut self, first: u32) -> Read<GroupKind> {
        let name = self.group_name(first)?;
        if self.names.iter().any(|(known, _)| *known == name) {
            let message = format!("Named capturing group <{name}> is already defined");
            return Err(self.scan.error(message).into());
        }
        self.groups += 1;
        self.names.push((name.clone(), self.groups));
        Ok(GroupKind::Capture { index: self.groups, name: Some(name) })
    }

    /// Reads a group's name, of which the first character is read already, up to behind its `>`.
    pub(super) fn group_name(&mut self, first: u32) -> Read<String> {
        let mut name = String::new();
        let mut found = char::from_u32(first).unwrap_or('\0');
        if !found.is_ascii_alphabetic() {
            let message = "capturing group name does not start with a Latin letter";
            return Err(self.scan.error(message).into());
        }
        while found.is_ascii_alphanumeric() {
            name.push(found);
            found = char::from_u32(self.scan.read()).unwrap_or('\0');
        }
        if found == '>' {
            return Ok(name);
        }
        let message = "named capturing group is missing trailing '>'";
        Err(self.scan.error(message).into())
    }

    /// Reads letters of flags, and after a `-` those to take away.
    fn set_flags(&mut self) {
        let mut value = true;
        let mut found = self.scan.peek();
        loop {
            let flags = &mut self.scan.flags;
            match char::from_u32(found) {
                Some('i') => flags.case_insensitive = value,
                Some('m') => flags.multiline = value,
                Some('s') => flags.dot_all = value,
                Some('d') => flags.unix_lines = value,
                Some('u') => flags.unicode_case = value,
                Some('c') => flags.canonical = value,
                Some('x') => flags.comments = value,
                Some('U') => {
                    flags.unicode_class = value;
                    // `U` brings `u` with it, and takes it along.
                    flags.unicode_case = value;
                }
                Some('-') if value => value = false,
                _ => return,
            }
            found = self.scan.next();
        }
    }
}

fn is_digit(found: u32) -> bool {
    (code('0')..=code('9')).contains(&found)
}
