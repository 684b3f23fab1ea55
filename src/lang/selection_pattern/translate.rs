//! Writing a pattern's tree in the syntax of the `regex` crate, or of `fancy-regex` where it takes
//! look-around, back references, atomic groups or possessive repetition.
//!
//! Source of the meanings: the documentation of `java.util.regex.Pattern` (Java 17), "Line
//! terminators", "Predefined character classes" and the flags.

use std::fmt::Write;

use super::ast::{
    Assertion, Class, ClassItem, ClassItemKind, Flags, GroupKind, Literal, Node, NodeKind, Repeat, RepeatMode, Shorthand,
    ShorthandSet,
};
use super::property::{Meaning, UNICODE_WORD};

/// A pattern as one of the engines reads it, without the anchors for the whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Translation {
    pub(super) text: String,
    pub(super) needs_backtracking: bool,
}

/// Most bytes of text that a translation may grow to.
const MOST_BYTES: usize = 1 << 20;

/// Matches nothing at all.
const NEVER: &str = "[^\\s\\S]";

/// Writes a pattern with a number of capturing groups; none where it holds what is not translated.
pub(super) fn translate(root: &Node, groups: u32) -> Option<Translation> {
    let mut writer = Writer { text: String::new(), needs_backtracking: false, groups };
    writer.node(root, true)?;
    Some(Translation { text: writer.text, needs_backtracking: writer.needs_backtracking })
}

struct Writer {
    text: String,
    needs_backtracking: bool,
    groups: u32,
}

impl Writer {
    /// Writes a node. `is_last` tells that nothing behind it takes a character, so that a `$` in
    /// it, with the whole text to be matched, can only mean the text's end.
    fn node(&mut self, node: &Node, is_last: bool) -> Option<()> {
        if node.flags.canonical || self.text.len() > MOST_BYTES {
            return None;
        }
        match &node.kind {
            NodeKind::Empty | NodeKind::SetFlags => self.text.push_str("(?:)"),
            NodeKind::Literal(literal) => self.literal(*literal, node.flags)?,
            NodeKind::Dot => self.text.push_str(dot(node.flags)),
            NodeKind::Shorthand(shorthand) => {
                self.text.push_str(&shorthand_text(shorthand, node.flags)?);
            }
            NodeKind::Class(class) => self.class(class, node.flags)?,
            NodeKind::Assertion(assertion) => self.assertion(*assertion, node.flags, is_last)?,
            NodeKind::LineBreak => {
                self.text.push_str("(?:\\r\\n|[\\n-\\r\\x{85}\\x{2028}\\x{2029}])");
            }
            NodeKind::BackReference(number) => self.back_reference(*number, node.flags)?,
            NodeKind::Group(kind, inner) => self.group(kind, inner, is_last)?,
            NodeKind::Repeat(repeat) => self.repeat(repeat)?,
            NodeKind::Concat(nodes) => {
                let last = nodes.iter().rposition(takes_text).unwrap_or(0);
                for (index, node) in nodes.iter().enumerate() {
                    self.node(node, is_last && index >= last)?;
                }
            }
            NodeKind::Alternation(nodes) => {
                self.text.push_str("(?:");
                for (index, node) in nodes.iter().enumerate() {
                    if index > 0 {
                        self.text.push('|');
                    }
                    self.node(node, is_last)?;
                }
                self.text.push(')');
            }
            NodeKind::NamedCharacter(_) | NodeKind::Grapheme | NodeKind::Unread => return None,
        }
        Some(())
    }

    fn literal(&mut self, literal: Literal, flags: Flags) -> Option<()> {
        let found = literal.character()?;
        let escaped = code_text(found);
        if flags.case_insensitive && flags.unicode_case {
            let _ = write!(self.text, "(?i:{escaped})");
        } else if flags.case_insensitive && found.is_ascii_alphabetic() {
            let (lower, upper) = (found.to_ascii_lowercase(), found.to_ascii_uppercase());
            let _ = write!(self.text, "[{lower}{upper}]");
        } else {
            self.text.push_str(&escaped);
        }
        Some(())
    }

    fn class(&mut self, class: &Class, flags: Flags) -> Option<()> {
        let text = class_text(class)?;
        if flags.case_insensitive && flags.unicode_case {
            let _ = write!(self.text, "(?i:{text})");
        } else {
            self.text.push_str(&text);
        }
        Some(())
    }

    fn assertion(&mut self, assertion: Assertion, flags: Flags, is_last: bool) -> Option<()> {
        let text = match assertion {
            Assertion::LineStart if flags.multiline => {
                self.needs_backtracking = true;
                line_start(flags)
            }
            Assertion::LineStart | Assertion::TextStart | Assertion::PreviousMatchEnd => "\\A",
            Assertion::LineEnd | Assertion::TextEndBeforeTerminator if is_last => "\\z",
            Assertion::LineEnd if flags.multiline => {
                self.needs_backtracking = true;
                line_end(flags)
            }
            Assertion::LineEnd | Assertion::TextEndBeforeTerminator => {
                self.needs_backtracking = true;
                last_line_end(flags)
            }
            Assertion::TextEnd => "\\z",
            Assertion::WordBoundary => "\\b",
            Assertion::NotWordBoundary => "\\B",
            Assertion::GraphemeBoundary => return None,
        };
        self.text.push_str(text);
        Some(())
    }

    fn back_reference(&mut self, number: u32, flags: Flags) -> Option<()> {
        if number > self.groups {
            self.text.push_str(NEVER);
            return Some(());
        }
        self.needs_backtracking = true;
        match (flags.case_insensitive, flags.unicode_case) {
            (false, _) => write!(self.text, "(?:\\{number})").ok(),
            (true, true) => write!(self.text, "(?i:\\{number})").ok(),
            (true, false) => None,
        }
    }

    fn group(&mut self, kind: &GroupKind, inner: &Node, is_last: bool) -> Option<()> {
        let (open, is_plain) = match kind {
            GroupKind::Capture { .. } => ("(", true),
            GroupKind::Plain => ("(?:", true),
            GroupKind::Atomic => ("(?>", false),
            GroupKind::LookAhead { negated: false } => ("(?=", false),
            GroupKind::LookAhead { negated: true } => ("(?!", false),
            GroupKind::LookBehind { counted: false, .. } => return None,
            GroupKind::LookBehind { negated: false, .. } => ("(?<=", false),
            GroupKind::LookBehind { negated: true, .. } => ("(?<!", false),
        };
        self.needs_backtracking |= !is_plain;
        self.text.push_str(open);
        self.node(inner, is_last && is_plain)?;
        self.text.push(')');
        Some(())
    }

    fn repeat(&mut self, repeat: &Repeat) -> Option<()> {
        let is_possessive = repeat.mode == RepeatMode::Possessive;
        self.needs_backtracking |= is_possessive;
        if is_possessive {
            self.text.push_str("(?>");
        }
        self.text.push_str("(?:");
        if takes_text(&repeat.node) {
            self.repeat_text(repeat)?;
        } else {
            self.repeat_place(repeat)?;
        }
        if is_possessive {
            self.text.push(')');
        }
        Some(())
    }

    /// Writes a repetition behind its `(?:`.
    fn repeat_text(&mut self, repeat: &Repeat) -> Option<()> {
        if repeat.node.kind == NodeKind::LineBreak {
            // Repeated, `\R` never gives back half of `\r\n`.
            self.needs_backtracking = true;
            self.text.push_str("(?>");
            self.node(&repeat.node, false)?;
            self.text.push(')');
        } else {
            self.node(&repeat.node, false)?;
        }
        self.text.push(')');
        match (repeat.min, repeat.max) {
            (0, None) => self.text.push('*'),
            (1, None) => self.text.push('+'),
            (0, Some(1)) => self.text.push('?'),
            (min, None) => write!(self.text, "{{{min},}}").ok()?,
            (min, Some(max)) => write!(self.text, "{{{min},{max}}}").ok()?,
        }
        if repeat.mode == RepeatMode::Lazy {
            self.text.push('?');
        }
        Some(())
    }

    /// Writes the repetition of a place behind its `(?:`. To be at a place twice is to be there
    /// once, and the engines refuse to repeat a look-around.
    fn repeat_place(&mut self, repeat: &Repeat) -> Option<()> {
        let is_optional = repeat.min == 0;
        if is_optional && repeat.mode == RepeatMode::Lazy {
            self.text.push('|');
        }
        if repeat.max == Some(0) {
            // The groups inside keep their numbers, and match nothing.
            self.text.push_str(NEVER);
        }
        self.node(&repeat.node, false)?;
        if is_optional && repeat.mode != RepeatMode::Lazy {
            self.text.push('|');
        }
        self.text.push(')');
        Some(())
    }
}

/// Tells whether a node can take a character of the text.
fn takes_text(node: &Node) -> bool {
    !matches!(
        node.kind,
        NodeKind::Empty
            | NodeKind::SetFlags
            | NodeKind::Assertion(_)
            | NodeKind::Group(GroupKind::LookAhead { .. } | GroupKind::LookBehind { .. }, _)
    )
}

/// Writes a character so that it stands for itself in and out of a class.
fn code_text(found: char) -> String {
    if found.is_ascii_alphanumeric() {
        return found.to_string();
    }
    format!("\\x{{{:X}}}", u32::from(found))
}

fn dot(flags: Flags) -> &'static str {
    match (flags.dot_all, flags.unix_lines) {
        (true, _) => "[\\s\\S]",
        (false, true) => "[^\\n]",
        (false, false) => "[^\\n\\r\\x{85}\\x{2028}\\x{2029}]",
    }
}

/// `^` under the flag `m`: behind a line terminator, but not within `\r\n`, nor at the text's end.
fn line_start(flags: Flags) -> &'static str {
    if flags.unix_lines {
        "(?:\\A|(?<=\\n))(?!\\z)"
    } else {
        "(?:\\A|(?<=[\\n\\x{85}\\x{2028}\\x{2029}])|(?<=\\r)(?!\\n))(?!\\z)"
    }
}

/// `$` under the flag `m`: before a line terminator, but not within `\r\n`, or at the text's end.
fn line_end(flags: Flags) -> &'static str {
    if flags.unix_lines { "(?:\\z|(?=\\n))" } else { "(?:\\z|(?=[\\r\\x{85}\\x{2028}\\x{2029}])|(?<!\\r)(?=\\n))" }
}

/// `$` and `\Z`: at the text's end, or before the line terminator that ends it.
fn last_line_end(flags: Flags) -> &'static str {
    if flags.unix_lines {
        "(?:\\z|(?=\\n\\z))"
    } else {
        "(?:\\z|(?=(?:\\r\\n|[\\r\\x{85}\\x{2028}\\x{2029}])\\z)|(?<!\\r)(?=\\n\\z))"
    }
}

fn shorthand_text(shorthand: &Shorthand, flags: Flags) -> Option<String> {
    let text = match &shorthand.set {
        ShorthandSet::Digit if flags.unicode_class => "\\p{Nd}",
        ShorthandSet::Digit => "[0-9]",
        ShorthandSet::HorizontalSpace => "[ \\t\\x{A0}\\x{1680}\\x{180E}\\x{2000}-\\x{200A}\\x{202F}\\x{205F}\\x{3000}]",
        ShorthandSet::Space if flags.unicode_class => "\\p{White_Space}",
        ShorthandSet::Space => "[\\t-\\r ]",
        ShorthandSet::VerticalSpace => "[\\n-\\r\\x{85}\\x{2028}\\x{2029}]",
        ShorthandSet::Word if flags.unicode_class => UNICODE_WORD,
        ShorthandSet::Word => "[0-9a-zA-Z_]",
        ShorthandSet::Property(property) => match &property.meaning {
            Meaning::Set(text) => text,
            Meaning::Untold => return None,
        },
    };
    Some(if shorthand.negated { format!("[^{text}]") } else { text.to_string() })
}

fn class_text(class: &Class) -> Option<String> {
    let items = items_text(&class.items)?;
    Some(if class.negated { format!("[^{items}]") } else { items })
}

/// Writes things in a class as a class of their own.
fn items_text(items: &[ClassItem]) -> Option<String> {
    let mut text = String::new();
    let mut rights = Vec::new();
    for item in items {
        if let ClassItemKind::Intersect(right) = &item.kind {
            if right.is_empty() {
                return None;
            }
            rights.push(items_text(right)?);
        } else if rights.is_empty() {
            text.push_str(&item_text(item)?);
        } else {
            return None;
        }
    }
    let mut rights = rights.into_iter();
    let mut whole = if text.is_empty() { rights.next()? } else { format!("[{text}]") };
    for right in rights {
        whole = format!("[{whole}&&{right}]");
    }
    Some(whole)
}

fn item_text(item: &ClassItem) -> Option<String> {
    match &item.kind {
        ClassItemKind::Literal(literal) => range_text(*literal, *literal, item.flags),
        ClassItemKind::Range(first, last) => range_text(*first, *last, item.flags),
        ClassItemKind::Shorthand(shorthand) => shorthand_text(shorthand, item.flags),
        ClassItemKind::Class(class) => class_text(class),
        ClassItemKind::Intersect(_) | ClassItemKind::NamedCharacter => None,
    }
}

/// Writes a range, with the other case of its ASCII letters under the flag `i`.
fn range_text(first: Literal, last: Literal, flags: Flags) -> Option<String> {
    let (start, end) = (first.character()?, last.character()?);
    let mut text = code_text(start);
    if start != end {
        text.push('-');
        text.push_str(&code_text(end));
    }
    if flags.case_insensitive {
        let others = ('a'..='z').chain('A'..='Z').filter(|letter| (start..=end).contains(letter)).map(|letter| {
            if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
        });
        text.extend(others);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    fn matches(pattern: &str, text: &str) -> bool {
        parse(pattern).unwrap().matcher().unwrap().is_match(text).unwrap()
    }

    #[test]
    fn line_terminators_are_java_s() {
        for terminator in ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"] {
            assert!(!matches("a.b", &format!("a{terminator}b")));
            assert!(matches("(?s)a.b", &format!("a{terminator}b")));
        }
        assert!(matches("a.b", "a\u{0B}b"));
        assert!(matches("a$\\s", "a\n"));
        assert!(!matches("a\\r$\\n", "a\r\n"));
    }

    #[test]
    fn shorthands_are_ascii() {
        assert!(!matches("\\d", "\u{663}"));
        assert!(matches("(?U)\\d", "\u{663}"));
        assert!(!matches("(?i)é", "É"));
        assert!(matches("(?iu)é", "É"));
    }
}
