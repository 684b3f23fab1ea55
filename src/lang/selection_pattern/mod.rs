//! The selection pattern of an integration response: a Java regular expression, matched against
//! the whole text (`Matcher.matches`, no flags), with the meaning it has in Java 17.
//!
//! [`parse`] accepts what `java.util.regex.Pattern.compile` accepts and gives a tree with byte
//! spans; [`Pattern::matcher`] answers whether a text matches; [`Pattern::statuses`] answers which
//! HTTP statuses match as text.
//!
//! # What is left unknown
//!
//! - A pattern nested more than 100 groups or classes deep is not read: [`Pattern::is_read`] is
//!   false, and every other question is answered as "unknown".
//! - Whether the name in `\N{NAME}` exists is not looked up.
//!
//! [`Pattern::matcher`] is `None` where a pattern holds
//! - `\X`, `\b{g}` or `\N{NAME}`,
//! - a lone surrogate, such as `\uD800`,
//! - the flag `c`,
//! - a back reference under the flag `i` without `u`,
//! - a class in which something stands behind an intersection other than its right side, or in
//!   which nothing stands behind `&&`: Java answers these oddly, or not at all,
//! - a look-behind whose length runs over 32 bits,
//! - a property with no counterpart in the `regex` crate: `javaMirrored`,
//!   `javaUnicodeIdentifierStart`, `javaUnicodeIdentifierPart`, `Cs`, the script `Unknown`, a block
//!   of surrogates,
//! - more than the engines' size limits allow.
//!
//! `\b` is Unicode's word boundary, as in Java before 19; letter numbers and a few marks may be
//! taken for word characters where Java does not. Properties follow the Unicode version of the
//! `regex` crate, which is newer than Java 17's.

mod ast;
mod behind;
mod blocks;
mod class;
mod escape;
mod matcher;
mod overlap;
mod parser;
mod property;
mod scan;
mod scripts;
mod sets;
mod statuses;
mod translate;

pub use ast::{
    Assertion, Class, ClassItem, ClassItemKind, Flags, GroupKind, Literal, LiteralForm, Node, NodeKind, Property, Repeat,
    RepeatMode, Shorthand, ShorthandSet, Span,
};
pub use matcher::Matcher;
pub use overlap::{Answer, Subject};
pub use statuses::StatusSet;

use std::sync::OnceLock;

use parser::{Parser, Stop};

/// Why Java refuses a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where Java reports it: a byte offset in the pattern, 0-based, at most the pattern's length.
    /// Where Java's own index is -1, this is 0.
    pub offset: usize,
    /// Java's description, in its words.
    pub message: String,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} at byte {}", self.message, self.offset)
    }
}

impl std::error::Error for SyntaxError {}

/// A pattern that Java accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    source: String,
    root: Node,
    groups: u32,
    compiled: Compiled,
}

/// The matcher, made when it is first asked for: that takes longer than all else.
#[derive(Debug, Clone, Default)]
struct Compiled(OnceLock<Option<Matcher>>);

impl PartialEq for Compiled {
    /// It follows from the pattern, so it tells no two apart.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Compiled {}

/// A class in brackets, where it stands in its pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BracketClass<'a> {
    /// The bytes from `[` to `]`.
    pub span: Span,
    /// Whether it starts with `^`.
    pub negated: bool,
    /// The text from `[` to `]`, as written.
    pub source: &'a str,
    /// What is in it.
    pub class: &'a Class,
}

/// Reads a selection pattern.
///
/// # Errors
///
/// The error that `Pattern.compile` of Java 17 reports.
pub fn parse(pattern: &str) -> Result<Pattern, SyntaxError> {
    let mut parser = Parser::new(pattern);
    let root = match parser.parse() {
        Ok(root) => root,
        Err(Stop::Syntax(error)) => return Err(error),
        Err(Stop::TooDeep) => {
            Node { span: Span { start: 0, end: pattern.len() }, flags: Flags::default(), kind: NodeKind::Unread }
        }
    };
    Ok(Pattern { source: pattern.to_string(), root, groups: parser.groups, compiled: Compiled::default() })
}

impl Pattern {
    /// Gives the pattern as written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Gives the text at a span of this pattern; empty for a span of another pattern that does not
    /// fit.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.source.get(span.start..span.end).unwrap_or_default()
    }

    /// Gives the tree.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Gives the pieces that stand one after the other at the top; one piece where the top is
    /// anything else.
    #[must_use]
    pub fn pieces(&self) -> &[Node] {
        match &self.root.kind {
            NodeKind::Concat(nodes) => nodes,
            _ => std::slice::from_ref(&self.root),
        }
    }

    /// Tells whether the pattern was read; false where it is nested too deeply, so that nothing is
    /// known of it, not even whether Java accepts it.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.root.kind != NodeKind::Unread
    }

    /// Gives the one text that the pattern matches where it is only literal characters, in no
    /// group and under no flag `i`.
    #[must_use]
    pub fn literal(&self) -> Option<String> {
        self.pieces()
            .iter()
            .filter(|node| node.kind != NodeKind::Empty)
            .map(|node| match &node.kind {
                NodeKind::Literal(literal) if !node.flags.case_insensitive => literal.character(),
                _ => None,
            })
            .collect()
    }

    /// Tells whether some literal character stands in every text that matches, as far as that is seen at once.
    #[must_use]
    pub fn names_something(&self) -> bool {
        self.pieces().iter().any(|node| matches!(node.kind, NodeKind::Literal(_)))
    }

    /// Gives the classes in brackets in the order they stand; a class inside another is found in
    /// the items of the outer one.
    pub fn classes(&self) -> impl Iterator<Item = BracketClass<'_>> {
        self.root.walk().filter_map(|node| match &node.kind {
            NodeKind::Class(class) => {
                Some(BracketClass { span: class.span, negated: class.negated, source: self.text(class.span), class })
            }
            _ => None,
        })
    }

    /// Tells whether the first piece is `.*` or `.+`.
    #[must_use]
    pub fn starts_with_wildcard(&self) -> bool {
        self.pieces().first().is_some_and(Node::is_wildcard)
    }

    /// Tells whether the last piece is `.*` or `.+`.
    #[must_use]
    pub fn ends_with_wildcard(&self) -> bool {
        self.pieces().last().is_some_and(Node::is_wildcard)
    }

    /// Makes a matcher; none where the pattern holds something that is not translated (see the
    /// list above).
    #[must_use]
    pub fn matcher(&self) -> Option<Matcher> {
        let compile = || Matcher::new(&translate::translate(&self.root, self.groups)?);
        self.compiled.0.get_or_init(compile).clone()
    }

    /// Gives a text that both patterns match, of the texts that they are matched against.
    #[must_use]
    pub fn overlap(&self, other: &Self, subject: Subject) -> Answer {
        overlap::search(self, other, subject, |here, there| here && there)
    }

    /// Gives a text that this pattern matches and the other does not, of the texts that they are matched against. There is
    /// none where the other takes everything that this one takes.
    #[must_use]
    pub fn beyond(&self, other: &Self, subject: Subject) -> Answer {
        overlap::search(self, other, subject, |here, there| here && !there)
    }

    /// Gives the statuses from 100 to 599 whose three digits the pattern matches; none where that
    /// is not known.
    #[must_use]
    pub fn statuses(&self) -> Option<StatusSet> {
        if !self.is_read() {
            return None;
        }
        if let Some(found) = sets::matched(&self.root) {
            return Some(found);
        }
        let matcher = self.matcher()?;
        let mut found = StatusSet::EMPTY;
        for status in StatusSet::FULL.iter() {
            if matcher.is_match(&status.to_string())? {
                found.insert(status);
            }
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str) -> Pattern {
        parse(pattern).unwrap()
    }

    #[test]
    fn literal_text_is_given_only_where_all_is_literal() {
        assert_eq!(read("404").literal().as_deref(), Some("404"));
        assert_eq!(read(r"a\.\Qb*\E").literal().as_deref(), Some("a.b*"));
        assert_eq!(read("").literal().as_deref(), Some(""));
        assert_eq!(read("40.").literal(), None);
        assert_eq!(read("(?i)a").literal(), None);
    }

    #[test]
    fn classes_are_given_in_order_with_their_source() {
        let pattern = read(".*[InternalServiceError].*([^a-c]|[x[yz]])");
        let found: Vec<_> = pattern.classes().map(|c| (c.source, c.negated)).collect();
        let expected = [("[InternalServiceError]", false), ("[^a-c]", true), ("[x[yz]]", false)];
        assert_eq!(found, expected);
        assert!(pattern.starts_with_wildcard());
        assert!(!pattern.ends_with_wildcard());
    }

    #[test]
    fn an_escaped_backslash_is_told_from_an_escape() {
        let pattern = read(r"4\\d{2}");
        let forms: Vec<_> = pattern
            .root()
            .walk()
            .filter_map(|node| match &node.kind {
                NodeKind::Literal(literal) => Some((literal.character(), literal.form)),
                _ => None,
            })
            .collect();
        let plain = LiteralForm::Plain;
        let escaped = (Some('\\'), LiteralForm::Escaped);
        assert_eq!(forms, [(Some('4'), plain), escaped, (Some('d'), plain)]);
        assert!(pattern.statuses().unwrap().is_empty());
    }

    #[test]
    fn spans_are_byte_offsets() {
        let pattern = read("é[x]+");
        let spans: Vec<_> = pattern.pieces().iter().map(|node| node.span).collect();
        assert_eq!(spans, [Span { start: 0, end: 2 }, Span { start: 2, end: 6 }]);
        assert_eq!(parse("é*(").unwrap_err().offset, 4);
    }

    #[test]
    fn deep_nesting_is_left_unread() {
        for text in ["(", "[", "(?:", "(?=", "[a&&", "(?<=", "a|(", "(?i:"] {
            let pattern = read(&text.repeat(100_000));
            assert!(!pattern.is_read());
            assert!(pattern.matcher().is_none() && pattern.statuses().is_none());
            assert_eq!(pattern.literal(), None);
        }
        assert!(read(&format!("{}a{}", "(".repeat(90), ")".repeat(90))).is_read());
    }
}
