//! Reading what stands behind a backslash.
//!
//! Source: the documentation of `java.util.regex.Pattern` (Java 17), "Summary of regular-expression
//! constructs".

use super::ast::{Assertion, Literal, LiteralForm, NodeKind, Property, Shorthand, ShorthandSet};
use super::parser::{Parser, Read};
use super::property;
use super::scan::code;

/// What an escape stands for.
#[derive(Debug)]
pub(super) enum Escaped {
    /// One character.
    Literal(Literal),
    /// `\N{NAME}`
    Named(String),
    /// A named set.
    Shorthand(Shorthand),
    /// A place, a back reference, `\R` or `\X`; not inside a class.
    Other(NodeKind),
}

/// The greatest code point.
const MAX_CODE: u32 = 0x10_FFFF;

impl Parser {
    /// Reads an escape, from its backslash on.
    pub(super) fn escape_or_property(&mut self, in_class: bool) -> Read<Escaped> {
        let letter = self.scan.next_raw();
        if letter == code('p') || letter == code('P') {
            let has_braces = self.scan.next() == code('{');
            if !has_braces {
                self.scan.unread();
            }
            return self.property(has_braces, letter == code('P'));
        }
        let before_hyphen = in_class && self.scan.raw(self.scan.at + 1) == code('-');
        self.scan.unread();
        self.escape(in_class, before_hyphen)
    }

    /// Reads an escape other than `\p`, from its backslash on. As the end of a range, `\v` is one
    /// character still.
    pub(super) fn escape(&mut self, in_class: bool, in_range: bool) -> Read<Escaped> {
        let quoted = self.scan.is_quoted(self.scan.at);
        let found = self.scan.skip();
        let letter = char::from_u32(found).unwrap_or('\u{FFFD}');
        if let Some(control) = control_character(letter) {
            return Ok(literal(control, LiteralForm::Code));
        }
        if letter == 'v' && in_range {
            return Ok(literal(0x0B, LiteralForm::Code));
        }
        if let Some(shorthand) = shorthand(letter) {
            return Ok(Escaped::Shorthand(shorthand));
        }
        let number = match letter {
            '0' => self.octal()?,
            'x' => self.hexadecimal()?,
            'u' => self.unicode()?,
            'c' => self.control()?,
            'N' => return self.character_name(),
            _ => {
                if let Some(kind) = self.place_or_reference(letter, in_class)? {
                    return Ok(Escaped::Other(kind));
                }
                if letter.is_ascii_alphanumeric() {
                    let message = "Illegal/unsupported escape sequence";
                    return Err(self.scan.error(message).into());
                }
                let form = if quoted { LiteralForm::Quoted } else { LiteralForm::Escaped };
                return Ok(literal(found, form));
            }
        };
        let form = if quoted { LiteralForm::Quoted } else { LiteralForm::Code };
        Ok(literal(number, form))
    }

    fn place_or_reference(&mut self, letter: char, in_class: bool) -> Read<Option<NodeKind>> {
        if in_class {
            return Ok(None);
        }
        let kind = match letter {
            '1'..='9' => NodeKind::BackReference(self.group_number(letter)),
            'k' => NodeKind::BackReference(self.group_by_name()?),
            'A' => NodeKind::Assertion(Assertion::TextStart),
            'B' => NodeKind::Assertion(Assertion::NotWordBoundary),
            'G' => NodeKind::Assertion(Assertion::PreviousMatchEnd),
            'Z' => NodeKind::Assertion(Assertion::TextEndBeforeTerminator),
            'z' => NodeKind::Assertion(Assertion::TextEnd),
            'b' => NodeKind::Assertion(self.boundary()?),
            'R' => NodeKind::LineBreak,
            'X' => NodeKind::Grapheme,
            _ => return Ok(None),
        };
        Ok(Some(kind))
    }

    /// Reads on behind `\b`: `\b{g}` is another boundary; other braces are left to be read as a
    /// repetition.
    fn boundary(&mut self) -> Read<Assertion> {
        if self.scan.peek() != code('{') {
            return Ok(Assertion::WordBoundary);
        }
        if self.scan.skip() == code('g') {
            if self.scan.read() == code('}') {
                return Ok(Assertion::GraphemeBoundary);
            }
            let message = "Illegal/unsupported escape sequence";
            return Err(self.scan.error(message).into());
        }
        self.scan.unread();
        self.scan.unread();
        Ok(Assertion::WordBoundary)
    }

    /// Reads further digits of a back reference as long as there is a group of that number.
    fn group_number(&mut self, first: char) -> u32 {
        let mut number = first.to_digit(10).unwrap_or(0);
        while let Some(digit) = char::from_u32(self.scan.peek()).and_then(|found| found.to_digit(10)) {
            let longer = number.saturating_mul(10).saturating_add(digit);
            if longer > self.groups {
                break;
            }
            number = longer;
            self.scan.read();
        }
        number
    }

    fn group_by_name(&mut self) -> Read<u32> {
        if self.scan.read() != code('<') {
            let message = "\\k is not followed by '<' for named capturing group";
            return Err(self.scan.error(message).into());
        }
        let first = self.scan.read();
        let name = self.group_name(first)?;
        let known = self.names.iter().find(|(known, _)| *known == name);
        if let Some(&(_, number)) = known {
            return Ok(number);
        }
        let message = format!("named capturing group <{name}> does not exist");
        Err(self.scan.error(message).into())
    }

    /// Reads a property behind `\p`, on its `{` or on the `p` itself.
    fn property(&mut self, has_braces: bool, negated: bool) -> Read<Escaped> {
        self.scan.next();
        let from = self.scan.at;
        let name = if has_braces {
            self.scan.end_mark = code('}');
            while self.scan.at <= self.scan.len() && self.scan.read() != code('}') {}
            self.scan.end_mark = 0;
            if self.scan.at > self.scan.len() {
                return Err(self.scan.error("Unclosed character family").into());
            }
            if from + 1 >= self.scan.at {
                return Err(self.scan.error("Empty character family").into());
            }
            self.scan.text(from, self.scan.at - 1)
        } else {
            let letter = char::from_u32(self.scan.raw(from)).unwrap_or('\u{FFFD}');
            self.scan.read();
            letter.to_string()
        };
        let Some(meaning) = property::find(&name, self.scan.flags) else {
            return Err(self.scan.error(unknown_property(&name)).into());
        };
        let set = ShorthandSet::Property(Property { name, meaning });
        Ok(Escaped::Shorthand(Shorthand { set, negated }))
    }

    fn character_name(&mut self) -> Read<Escaped> {
        if self.scan.read() != code('{') {
            let message = "Illegal character name escape sequence";
            return Err(self.scan.error(message).into());
        }
        let from = self.scan.at;
        while self.scan.read() != code('}') {
            if self.scan.is_at_end() {
                let message = "Unclosed character name escape sequence";
                return Err(self.scan.error(message).into());
            }
        }
        let name = self.scan.text(from, self.scan.at.saturating_sub(1));
        let is_plausible = |letter: char| letter.is_ascii_alphanumeric() || " -_()".contains(letter);
        if name.trim().is_empty() || !name.chars().all(is_plausible) {
            let message = format!("Unknown character name [{name}]");
            return Err(self.scan.error(message).into());
        }
        Ok(Escaped::Named(name))
    }

    /// `\0n`, `\0nn`, `\0mnn` with m at most 3.
    fn octal(&mut self) -> Read<u32> {
        let Some(mut number) = self.read_digit(8) else {
            return Err(self.scan.error("Illegal octal escape sequence").into());
        };
        let most_digits = if number <= 3 { 2 } else { 1 };
        for _ in 0..most_digits {
            let Some(digit) = self.read_digit(8) else {
                self.scan.unread();
                break;
            };
            number = number * 8 + digit;
        }
        Ok(number)
    }

    /// Reads a character; gives its value if it is a digit.
    fn read_digit(&mut self, radix: u32) -> Option<u32> {
        char::from_u32(self.scan.read()).and_then(|found| found.to_digit(radix))
    }

    /// `\xhh` or `\x{h…h}`
    fn hexadecimal(&mut self) -> Read<u32> {
        let first = self.scan.read();
        if let Some(high) = hex_digit(first) {
            if let Some(low) = self.read_digit(16) {
                return Ok(high * 16 + low);
            }
        } else if first == code('{') && hex_digit(self.scan.peek()).is_some() {
            return self.long_hexadecimal();
        }
        Err(self.scan.error("Illegal hexadecimal escape sequence").into())
    }

    fn long_hexadecimal(&mut self) -> Read<u32> {
        let mut number: u32 = 0;
        loop {
            let found = self.scan.read();
            let Some(digit) = hex_digit(found) else {
                if found == code('}') {
                    return Ok(number);
                }
                let message = "Unclosed hexadecimal escape sequence";
                return Err(self.scan.error(message).into());
            };
            number = number * 16 + digit;
            if number > MAX_CODE {
                return Err(self.scan.error("Hexadecimal codepoint is too big").into());
            }
        }
    }

    /// `\uhhhh`; two that make a surrogate pair are one character.
    fn unicode(&mut self) -> Read<u32> {
        let first = self.four_digits()?;
        if !(0xD800..=0xDBFF).contains(&first) {
            return Ok(first);
        }
        let behind_first = self.scan.at;
        if self.scan.read() == code('\\') && self.scan.read() == code('u') {
            let second = self.four_digits()?;
            if (0xDC00..=0xDFFF).contains(&second) {
                return Ok(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            }
        }
        self.scan.at = behind_first;
        Ok(first)
    }

    fn four_digits(&mut self) -> Read<u32> {
        let mut number = 0;
        for _ in 0..4 {
            let Some(digit) = self.read_digit(16) else {
                return Err(self.scan.error("Illegal Unicode escape sequence").into());
            };
            number = number * 16 + digit;
        }
        Ok(number)
    }

    /// `\cX`
    fn control(&mut self) -> Read<u32> {
        if self.scan.is_at_end() {
            return Err(self.scan.error("Illegal control escape sequence").into());
        }
        Ok(self.scan.read() ^ 64)
    }
}

fn literal(code: u32, form: LiteralForm) -> Escaped {
    Escaped::Literal(Literal { code, form })
}

fn hex_digit(found: u32) -> Option<u32> {
    char::from_u32(found).and_then(|found| found.to_digit(16))
}

fn unknown_property(name: &str) -> String {
    match name.split_once('=') {
        Some((key, value)) => {
            let key = key.to_lowercase();
            format!("Unknown Unicode property {{name=<{key}>, value=<{value}>}}")
        }
        None => format!("Unknown character property name {{{name}}}"),
    }
}

fn control_character(letter: char) -> Option<u32> {
    match letter {
        'a' => Some(0x07),
        'e' => Some(0x1B),
        'f' => Some(0x0C),
        'n' => Some(0x0A),
        'r' => Some(0x0D),
        't' => Some(0x09),
        _ => None,
    }
}

fn shorthand(letter: char) -> Option<Shorthand> {
    let set = match letter.to_ascii_lowercase() {
        'd' => ShorthandSet::Digit,
        'h' => ShorthandSet::HorizontalSpace,
        's' => ShorthandSet::Space,
        'v' => ShorthandSet::VerticalSpace,
        'w' => ShorthandSet::Word,
        _ => return None,
    };
    Some(Shorthand { set, negated: letter.is_ascii_uppercase() })
}
