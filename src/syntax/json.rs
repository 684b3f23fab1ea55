//! JSON into the arena, through the tokens of `jsonc-parser` in its strict mode.

use std::borrow::Cow;

use jsonc_parser::errors::ParseError;
use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use super::build::Builder;
use super::tree::{Children, Collection, Format, Kind, ScalarStyle, SyntaxError, Tree};
use crate::text::{Source, Span};

/// Deepest nesting that is read; CloudFormation's own limit is far lower.
const MAX_DEPTH: usize = 500;

const NONE: Children = Children { start: 0, len: 0 };

/// What the grammar allows next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrClose,
    Key,
    KeyOrClose,
    Colon,
    CommaOrClose,
    End,
}

/// Parses a source as JSON. Reading stops at the first error.
pub(super) fn parse(source: &Source) -> Tree<'_> {
    let bom = source.bom_len();
    let text = source.text().get(bom..).unwrap_or("");
    let options = ScannerOptions {
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let mut reader = Reader { builder: Builder::new(Tree::new(source, Format::Json)), expect: Expect::Value, bom };
    let mut scanner = Scanner::new(text, &options);
    let end = loop {
        let step = match scanner.scan() {
            Ok(Some(token)) => {
                let span = Span::new(scanner.token_start() + bom, scanner.token_end() + bom);
                reader.take(token, span)
            }
            Ok(None) => {
                let failed = reader.at_end(text.len() + bom);
                break finish_with(&mut reader, failed, text.len() + bom);
            }
            Err(error) => Err(reader.scan_error(&error)),
        };
        if let Err(error) = step {
            let at = error.span.start();
            break finish_with(&mut reader, Some(error), at);
        }
    };
    reader.builder.finish(end)
}

fn finish_with(reader: &mut Reader<'_>, error: Option<SyntaxError>, end: usize) -> usize {
    reader.builder.tree.errors.extend(error);
    end
}

struct Reader<'s> {
    builder: Builder<'s>,
    expect: Expect,
    bom: usize,
}

impl Reader<'_> {
    fn take(&mut self, token: Token<'_>, span: Span) -> Result<(), SyntaxError> {
        match token {
            Token::CommentLine(_) | Token::CommentBlock(_) => {
                Err(error(span, "JSON has no comments", Some("remove the comment, or write the template in YAML")))
            }
            Token::OpenBrace => self.open(Kind::Mapping(Collection::Flow, NONE), span, Expect::KeyOrClose),
            Token::OpenBracket => self.open(Kind::Sequence(Collection::Flow, NONE), span, Expect::ValueOrClose),
            Token::CloseBrace => self.close(span, true),
            Token::CloseBracket => self.close(span, false),
            Token::Comma => self.comma(span),
            Token::Colon if self.expect == Expect::Colon => {
                self.expect = Expect::Value;
                Ok(())
            }
            Token::Colon => Err(self.unexpected(span, "`:`")),
            Token::String(text) => self.string(text, span),
            Token::Number(_) | Token::Boolean(_) | Token::Null => self.plain(span),
            Token::Word(word) => {
                Err(error(span, &format!("`{}` is no JSON value", shorten(word)), Some("put text in double quotes")))
            }
        }
    }

    fn open(&mut self, kind: Kind, span: Span, next: Expect) -> Result<(), SyntaxError> {
        self.value_allowed(span)?;
        if self.builder.depth() >= MAX_DEPTH {
            return Err(error(span, &format!("nested more than {MAX_DEPTH} levels deep"), None));
        }
        self.builder.add(kind, span);
        self.expect = next;
        Ok(())
    }

    fn close(&mut self, span: Span, brace: bool) -> Result<(), SyntaxError> {
        let shown = if brace { "`}`" } else { "`]`" };
        let fits = match self.builder.innermost() {
            Some((id, _)) => self.builder.tree.is_mapping(id) == brace,
            None => false,
        };
        match self.expect {
            Expect::KeyOrClose | Expect::ValueOrClose | Expect::CommaOrClose if fits => {
                self.builder.close(span.end());
                self.after_value();
                Ok(())
            }
            Expect::Key | Expect::Value if fits && self.after_comma() => {
                Err(error(span, &format!("a comma stands before {shown}"), Some("JSON has no trailing commas: remove it")))
            }
            Expect::Key
            | Expect::Value
            | Expect::Colon
            | Expect::End
            | Expect::KeyOrClose
            | Expect::ValueOrClose
            | Expect::CommaOrClose => Err(self.unexpected(span, shown)),
        }
    }

    fn comma(&mut self, span: Span) -> Result<(), SyntaxError> {
        match (self.expect, self.builder.innermost()) {
            (Expect::CommaOrClose, Some((id, _))) => {
                self.expect = if self.builder.tree.is_mapping(id) { Expect::Key } else { Expect::Value };
                Ok(())
            }
            _ => Err(self.unexpected(span, "`,`")),
        }
    }

    fn string(&mut self, text: Cow<'_, str>, span: Span) -> Result<(), SyntaxError> {
        let decoded = match text {
            Cow::Borrowed(_) => None,
            Cow::Owned(owned) => Some(owned.into()),
        };
        let kind = Kind::Scalar { style: ScalarStyle::DoubleQuoted, decoded };
        if matches!(self.expect, Expect::Key | Expect::KeyOrClose) {
            self.builder.add(kind, span);
            self.expect = Expect::Colon;
            return Ok(());
        }
        self.value_allowed(span)?;
        self.builder.add(kind, span);
        self.after_value();
        Ok(())
    }

    fn plain(&mut self, span: Span) -> Result<(), SyntaxError> {
        self.value_allowed(span)?;
        self.builder.add(Kind::Scalar { style: ScalarStyle::Plain, decoded: None }, span);
        self.after_value();
        Ok(())
    }

    fn value_allowed(&self, span: Span) -> Result<(), SyntaxError> {
        match self.expect {
            Expect::Value | Expect::ValueOrClose => Ok(()),
            Expect::CommaOrClose => Err(error(Span::at(self.last_end()), "a comma is missing here", None)),
            Expect::Key | Expect::KeyOrClose => Err(error(span, "a key in double quotes should stand here", None)),
            Expect::Colon => Err(error(span, "a `:` should stand between key and value", None)),
            Expect::End => Err(error(span, "text follows the end of the document", Some("a template is one JSON object"))),
        }
    }

    fn after_value(&mut self) {
        self.expect = if self.builder.depth() == 0 { Expect::End } else { Expect::CommaOrClose };
    }

    /// `Key` follows only a comma; `Value` follows a comma in an array.
    fn after_comma(&self) -> bool {
        match (self.expect, self.builder.innermost()) {
            (Expect::Key, _) => true,
            (_, Some((id, count))) => self.builder.tree.is_sequence(id) && count > 0,
            (_, None) => false,
        }
    }

    fn unexpected(&self, span: Span, shown: &str) -> SyntaxError {
        match self.expect {
            Expect::Value | Expect::ValueOrClose => error(span, &format!("{shown} stands where a value should be"), None),
            Expect::Key | Expect::KeyOrClose => error(span, &format!("{shown} stands where a key should be"), None),
            Expect::Colon => error(span, &format!("{shown} stands where a `:` should be"), None),
            Expect::CommaOrClose => error(span, &format!("{shown} does not close what is open here"), None),
            Expect::End => {
                error(span, &format!("{shown} follows the end of the document"), Some("a template is one JSON object"))
            }
        }
    }

    fn at_end(&self, end: usize) -> Option<SyntaxError> {
        let (id, _) = self.builder.innermost()?;
        let opener = self.builder.tree.span(id);
        let line = self.builder.tree.source().position(opener.start()).line;
        let shown = if self.builder.tree.is_mapping(id) { "{" } else { "[" };
        Some(error(
            Span::at(end),
            &format!("the text ends before the `{shown}` of line {line} is closed"),
            Some("is the file cut off?"),
        ))
    }

    fn last_end(&self) -> usize {
        self.builder.last_child().map_or(0, |id| self.builder.tree.span(id).end())
    }

    fn scan_error(&self, failed: &ParseError) -> SyntaxError {
        let range = failed.range();
        let mut message = failed.kind().to_string();
        if let Some(first) = message.get(..1) {
            message = first.to_ascii_lowercase() + message.get(1..).unwrap_or("");
        }
        error(Span::new(range.start + self.bom, range.end + self.bom), &message, None)
    }
}

fn error(span: Span, message: &str, help: Option<&str>) -> SyntaxError {
    SyntaxError { span, message: message.to_owned(), help: help.map(str::to_owned) }
}

fn shorten(word: &str) -> &str {
    word.char_indices().nth(20).map_or(word, |(at, _)| word.get(..at).unwrap_or(word))
}
