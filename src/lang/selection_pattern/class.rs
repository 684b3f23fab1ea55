//! Reading a class in brackets: union, nesting, intersection, negation, ranges.
//!
//! Source: the documentation of `java.util.regex.Pattern` (Java 17), "Character classes".

use super::ast::{Class, ClassItem, ClassItemKind, Literal, LiteralForm};
use super::escape::Escaped;
use super::parser::{Parser, Read};
use super::scan::code;

impl Parser {
    /// Reads a class, from its `[` to behind its `]`.
    pub(super) fn class(&mut self) -> Read<Class> {
        let start = self.scan.offset();
        let (negated, items) = self.class_body(true)?;
        Ok(Class { span: self.scan.span_from(start), negated, items })
    }

    /// Reads the inside of a class. Where it is what stands behind `&&`, its `]` is left unread.
    fn class_body(&mut self, closes: bool) -> Read<(bool, Vec<ClassItem>)> {
        self.enter()?;
        let mut negated = false;
        let mut items = Vec::new();
        let mut found = self.scan.next();
        loop {
            match char::from_u32(found) {
                Some('^') if items.is_empty() && self.follows_bracket() => {
                    negated = true;
                    found = self.scan.next();
                    continue;
                }
                Some('[') => {
                    items.push(self.nested_class()?);
                    found = self.scan.peek();
                    continue;
                }
                Some('&') => {
                    let start = self.scan.offset();
                    if self.scan.next() == code('&') {
                        let item = self.intersection(start, items.is_empty())?;
                        items.push(item);
                        found = self.scan.peek();
                        continue;
                    }
                    self.scan.unread();
                }
                Some('\0') if self.scan.is_at_end() => {
                    return Err(self.scan.error("Unclosed character class").into());
                }
                Some(']') if !items.is_empty() => {
                    if closes {
                        self.scan.at += 1;
                    }
                    self.leave();
                    return Ok((negated, items));
                }
                _ => {}
            }
            items.push(self.range()?);
            found = self.scan.peek();
        }
    }

    /// Tells whether the character before the current one is a `[`.
    fn follows_bracket(&self) -> bool {
        self.scan.at.checked_sub(1).is_some_and(|before| self.scan.raw(before) == code('['))
    }

    fn nested_class(&mut self) -> Read<ClassItem> {
        let start = self.scan.offset();
        let class = self.class()?;
        Ok(self.class_item(start, ClassItemKind::Class(class)))
    }

    /// Reads on behind the first `&` of `&&`, as long as the right side goes.
    fn intersection(&mut self, start: usize, is_first: bool) -> Read<ClassItem> {
        let mut found = self.scan.next();
        let mut right = Vec::new();
        while found != code(']') && found != code('&') {
            if found == code('[') {
                right.push(self.nested_class()?);
            } else {
                let start = self.scan.offset();
                self.scan.unread();
                let (negated, items) = self.class_body(false)?;
                let span = self.scan.span_from(start);
                let class = Class { span, negated, items };
                right.push(self.class_item(start, ClassItemKind::Class(class)));
            }
            found = self.scan.peek();
        }
        if right.is_empty() && is_first {
            return Err(self.scan.error("Bad class syntax").into());
        }
        Ok(self.class_item(start, ClassItemKind::Intersect(right)))
    }

    /// Reads one character, a range or a named set.
    fn range(&mut self) -> Read<ClassItem> {
        let start = self.scan.offset();
        let found = self.scan.peek();
        let first = if found == code('\\') {
            match self.escape_or_property(true)? {
                Escaped::Literal(literal) => Some(literal),
                Escaped::Shorthand(shorthand) => {
                    return Ok(self.class_item(start, ClassItemKind::Shorthand(shorthand)));
                }
                // Inside a class no other escape is read but a name.
                Escaped::Named(_) | Escaped::Other(_) => None,
            }
        } else {
            Some(self.plain_literal())
        };
        if self.scan.peek() == code('-') {
            let behind = self.scan.raw(self.scan.at + 1);
            if behind != code('[') && behind != code(']') {
                self.scan.next();
                return self.range_end(start, first);
            }
        }
        let kind = first.map_or(ClassItemKind::NamedCharacter, ClassItemKind::Literal);
        Ok(self.class_item(start, kind))
    }

    /// Reads the end of a range behind its hyphen.
    fn range_end(&mut self, start: usize, first: Option<Literal>) -> Read<ClassItem> {
        let last = if self.scan.peek() == code('\\') {
            match self.escape(true, true)? {
                Escaped::Literal(literal) => Some(literal),
                Escaped::Named(_) => None,
                Escaped::Shorthand(_) | Escaped::Other(_) => {
                    return Err(self.scan.error("Illegal character range").into());
                }
            }
        } else {
            Some(self.plain_literal())
        };
        let (Some(first), Some(last)) = (first, last) else {
            return Ok(self.class_item(start, ClassItemKind::NamedCharacter));
        };
        if last.code < first.code {
            return Err(self.scan.error("Illegal character range").into());
        }
        Ok(self.class_item(start, ClassItemKind::Range(first, last)))
    }

    fn plain_literal(&mut self) -> Literal {
        let code = self.scan.peek();
        let form = if self.scan.is_quoted(self.scan.at) { LiteralForm::Quoted } else { LiteralForm::Plain };
        self.scan.next();
        Literal { code, form }
    }

    fn class_item(&self, start: usize, kind: ClassItemKind) -> ClassItem {
        ClassItem { span: self.scan.span_from(start), flags: self.scan.flags, kind }
    }
}
