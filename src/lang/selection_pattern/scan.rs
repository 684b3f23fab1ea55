//! Walking over a pattern character by character, the way Java reads it: `\Q…\E` quotes are taken
//! apart first, and with the flag `x` blanks and comments are stepped over.
//!
//! Source of the rules: the documentation of `java.util.regex.Pattern` (Java 17), and the answers
//! of the engine itself for what the documentation leaves open (where in the pattern an error is
//! reported). Past the end the pattern reads as character 0, without end.

use super::SyntaxError;
use super::ast::{Flags, Span};

/// One character as the engine sees it.
#[derive(Debug, Clone, Copy)]
struct Unit {
    code: u32,
    start: usize,
    end: usize,
    quoted: bool,
}

/// A place in a pattern, and the flags in force there.
#[derive(Debug)]
pub(super) struct Scanner {
    units: Vec<Unit>,
    pattern_bytes: usize,
    /// Index of the current character, 0-based, in characters.
    pub(super) at: usize,
    /// The flags in force.
    pub(super) flags: Flags,
    /// Character that the end of the pattern reads as: 0 but while a property name is read.
    pub(super) end_mark: u32,
}

/// Gives the code point of a character.
pub(super) fn code(character: char) -> u32 {
    u32::from(character)
}

impl Scanner {
    /// Starts at the first character of a pattern.
    pub(super) fn new(pattern: &str) -> Self {
        Self { units: unquote(pattern), pattern_bytes: pattern.len(), at: 0, flags: Flags::default(), end_mark: 0 }
    }

    /// Gives the number of characters.
    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    /// Tells whether the place is at the end or behind it.
    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.units.len()
    }

    /// Reads a character at an index, blanks or not.
    pub(super) fn raw(&self, index: usize) -> u32 {
        match self.units.get(index) {
            Some(unit) => unit.code,
            None if index == self.units.len() => self.end_mark,
            None => 0,
        }
    }

    /// Tells whether the character at an index came from between `\Q` and `\E`.
    pub(super) fn is_quoted(&self, index: usize) -> bool {
        self.units.get(index).is_some_and(|unit| unit.quoted)
    }

    /// Reads the current character, after any blanks; stays on it.
    pub(super) fn peek(&mut self) -> u32 {
        self.settle()
    }

    /// Steps one character on and reads the one there, after any blanks; stays on it.
    pub(super) fn next(&mut self) -> u32 {
        self.at += 1;
        self.settle()
    }

    /// Steps one character on and reads the one there, even a blank; stays on it.
    pub(super) fn next_raw(&mut self) -> u32 {
        self.at += 1;
        self.raw(self.at)
    }

    /// Reads the current character, after any blanks, and steps behind it.
    pub(super) fn read(&mut self) -> u32 {
        let found = self.settle();
        self.at += 1;
        found
    }

    /// Steps behind the next character and gives it, even a blank.
    pub(super) fn skip(&mut self) -> u32 {
        let found = self.raw(self.at + 1);
        self.at += 2;
        found
    }

    /// Steps one character back.
    pub(super) fn unread(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    /// Gives the byte offset where the current character starts.
    pub(super) fn offset(&self) -> usize {
        self.offset_of(self.at)
    }

    /// Gives the span from a byte offset to the end of the last character stepped over.
    pub(super) fn span_from(&self, start: usize) -> Span {
        let last = self.at.checked_sub(1).map(|index| self.units.get(index));
        let end = match last {
            None => 0,
            Some(None) => self.pattern_bytes,
            Some(Some(unit)) => unit.end,
        };
        Span { start: start.min(end), end }
    }

    /// Gives the text of the characters from one index to another, the end exclusive.
    pub(super) fn text(&self, from: usize, to: usize) -> String {
        self.units
            .get(from..to.min(self.units.len()))
            .unwrap_or_default()
            .iter()
            .filter_map(|unit| char::from_u32(unit.code))
            .collect()
    }

    /// Makes an error at the character before the current one, which is where Java reports.
    pub(super) fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError { offset: self.offset_of(self.at.saturating_sub(1)), message: message.into() }
    }

    fn offset_of(&self, index: usize) -> usize {
        self.units.get(index).map_or(self.pattern_bytes, |unit| unit.start)
    }

    /// With the flag `x`, steps over blanks and comments; reads the character there.
    fn settle(&mut self) -> u32 {
        let mut found = self.raw(self.at);
        if !self.flags.comments {
            return found;
        }
        loop {
            if is_blank(found) {
                self.at += 1;
            } else if found == code('#') {
                self.skip_line();
            } else {
                return found;
            }
            found = self.raw(self.at);
        }
    }

    /// Steps from a `#` to the end of its line; the line's end itself is a blank, or else it is
    /// stepped over by the caller as one.
    fn skip_line(&mut self) {
        loop {
            self.at += 1;
            let found = self.raw(self.at);
            if found == 0 || self.is_line_end(found) {
                return;
            }
        }
    }

    fn is_line_end(&self, found: u32) -> bool {
        if self.flags.unix_lines {
            return found == code('\n');
        }
        matches!(found, 0x0A | 0x0D | 0x85 | 0x2028 | 0x2029)
    }
}

/// Tells whether the flag `x` steps over a character: ASCII's white space only.
fn is_blank(found: u32) -> bool {
    matches!(found, 0x09..=0x0D | 0x20)
}

/// Takes `\Q…\E` quotes apart: what is quoted becomes escaped characters. ASCII letters stay bare,
/// and a digit that opens a quote becomes `\x3…`, so that it cannot join an escape before it: this
/// is how Java does it, and it can be seen from outside, as in `\x\Q41\E`.
fn unquote(pattern: &str) -> Vec<Unit> {
    let mut units = Vec::with_capacity(pattern.len());
    let mut chars = pattern.char_indices().peekable();
    while let Some((start, found)) = chars.next() {
        let end = start + found.len_utf8();
        if found != '\\' {
            units.push(Unit { code: code(found), start, end, quoted: false });
            continue;
        }
        match chars.next_if(|_| true) {
            Some((_, 'Q')) => read_quote(&mut chars, &mut units),
            Some((next, second)) => {
                units.push(Unit { code: code('\\'), start, end, quoted: false });
                let end = next + second.len_utf8();
                units.push(Unit { code: code(second), start: next, end, quoted: false });
            }
            None => units.push(Unit { code: code('\\'), start, end, quoted: false }),
        }
    }
    units
}

fn read_quote(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>, units: &mut Vec<Unit>) {
    let mut is_first = true;
    while let Some((start, found)) = chars.next() {
        if found == '\\' && chars.next_if(|&(_, next)| next == 'E').is_some() {
            return;
        }
        let end = start + found.len_utf8();
        let prefix = if !found.is_ascii() || found.is_ascii_alphabetic() {
            ""
        } else if !found.is_ascii_digit() {
            "\\"
        } else if is_first {
            "\\x3"
        } else {
            ""
        };
        for code in prefix.chars().chain(Some(found)).map(code) {
            units.push(Unit { code, start, end, quoted: true });
        }
        is_first = false;
    }
}
