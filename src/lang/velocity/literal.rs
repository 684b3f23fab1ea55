//! Texts in quotes.

use memchr::memchr2;

use super::ast::{Block, Literal, Span};
use super::error::{Fault, Stop, SyntaxError};
use super::origin::Origin;
use super::parser::Parser;

impl Parser<'_> {
    /// The text in quotes at these bytes.
    pub(super) fn literal(&mut self, span: Span) -> Result<Literal, Stop> {
        let image = span.of(self.text);
        let double = image.starts_with('"');
        let quote = if double { '"' } else { '\'' };
        let start = span.start + 1;
        let inside = image.get(1..image.len().saturating_sub(1)).unwrap_or("");
        let mut content = Content { text: inside.to_owned(), points: vec![(0, start)] };
        if double && inside.contains('\\') {
            content = match content.unescaped() {
                Ok(content) => content,
                Err((content, at)) => {
                    let place = self.origin.span(Span::new(start + at, (start + at + 2).min(span.end)));
                    self.note(SyntaxError { span: place, fault: Fault::UnicodeEscape, inside: None, in_preparation: true });
                    content
                }
            };
        }
        if inside.contains(quote) {
            content = content.with_single_quotes(quote);
        }
        let interpolated = double && memchr2(b'$', b'#', image.as_bytes()).is_some();
        let template = if interpolated { self.interpolated(&content)? } else { None };
        Ok(Literal { double, text: content.text, template })
    }

    /// The engine reads these texts after the whole template, so what is wrong in one is told if nothing else is.
    fn interpolated(&mut self, content: &Content) -> Result<Option<Block>, Stop> {
        let text = content.text.clone() + if content.text.contains("##") { "\n" } else { " " };
        let origin = Origin::inside(self.origin, &content.points);
        let depth = self.depth;
        let (looks, nodes) = self.deeper(|parser| {
            let mut inner = Parser::new(&text, &origin, depth + 1);
            inner.looks = parser.looks;
            let nodes = inner.template();
            Ok((inner.looks, nodes))
        })?;
        self.looks = looks;
        match nodes {
            Ok(nodes) => Ok(Some(nodes)),
            Err(Stop::Syntax(mut error)) => {
                error.in_preparation = true;
                self.note(*error);
                Ok(None)
            }
            Err(Stop::Beyond) => Err(Stop::Beyond),
        }
    }
}

/// The text, and where its parts stand in the text around it.
struct Content {
    text: String,
    points: Vec<(usize, usize)>,
}

impl Content {
    /// Without `\uXXXX`; an error is the text as it was and the byte of one that is none.
    fn unescaped(self) -> Result<Self, (Self, usize)> {
        let mut made = Self { text: String::new(), points: Vec::new() };
        let mut from = 0;
        while let Some(at) = self.text.get(from..).and_then(|rest| rest.find("\\u")).map(|at| from + at) {
            made.push(&self, from, at);
            let digits =
                self.text.get(at + 2..at + 6).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
            let Some(code) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else { return Err((self, at)) };
            made.points.push((made.text.len(), self.offset(at)));
            // Half of a pair of surrogates is no character here.
            made.text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            from = at + 6;
        }
        made.push(&self, from, self.text.len());
        Ok(made)
    }

    fn with_single_quotes(self, quote: char) -> Self {
        let doubled: String = [quote, quote].iter().collect();
        let mut made = Self { text: String::new(), points: Vec::new() };
        let mut from = 0;
        while let Some(at) = self.text.get(from..).and_then(|rest| rest.find(&doubled)).map(|at| from + at) {
            made.push(&self, from, at + 1);
            from = at + 2;
        }
        made.push(&self, from, self.text.len());
        made
    }

    fn push(&mut self, other: &Self, from: usize, to: usize) {
        self.points.push((self.text.len(), other.offset(from)));
        let inner = other.points.iter().filter(|(own, _)| (from + 1..to).contains(own));
        let shift = self.text.len();
        self.points.extend(inner.map(|(own, outer)| (own - from + shift, *outer)));
        self.text.push_str(other.text.get(from..to).unwrap_or(""));
    }

    fn offset(&self, at: usize) -> usize {
        let behind = self.points.partition_point(|(own, _)| *own <= at);
        let point = behind.checked_sub(1).and_then(|index| self.points.get(index));
        point.map_or(at, |(own, outer)| outer + (at - own))
    }
}
