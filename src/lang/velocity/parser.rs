//! Reads statements: text, references, directives and comments.
//!
//! The order in which words are asked for is the engine's own, because the lexer's state depends on it.

use std::collections::HashSet;
use std::rc::Rc;

use super::ast::{Block, Branch, Directive, DirectiveKind, Expression, ExpressionKind, If, Node, NodeKind, Set, Span};
use super::error::{Fault, Stop, SyntaxError};
use super::lexer::{Lexer, Token};
use super::origin::Origin;
use super::token::Kind;

/// Blocks, brackets, parentheses and texts in each other.
const MAX_DEPTH: usize = 100;

/// Words looked at to decide what follows. A list in a method's arguments in a list is looked at twice as often on each level.
const MAX_LOOKS: usize = 1_000_000;

/// A guess, to make room for the words of a text at once.
const BYTES_OF_A_WORD: usize = 6;

/// Reads one text; the texts in quotes inside it have parsers of their own.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) origin: &'t Origin<'t>,
    lexer: Lexer<'t>,
    tokens: Vec<Token>,
    /// The next word that was not taken.
    pub(super) at: usize,
    pub(super) depth: usize,
    pub(super) looks: usize,
    /// Macros defined so far: `\#name` prints without its backslash.
    macros: HashSet<String>,
    /// The first thing that the engine finds only when it prepares to render.
    later_error: Option<SyntaxError>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, origin: &'t Origin<'t>, depth: usize) -> Self {
        let (lexer, tokens) = (Lexer::new(text), Vec::with_capacity(text.len().div_ceil(BYTES_OF_A_WORD)));
        Self { text, origin, lexer, tokens, at: 0, depth, looks: 0, macros: HashSet::new(), later_error: None }
    }

    /// The whole text.
    pub(super) fn template(&mut self) -> Result<Block, Stop> {
        let nodes = self.block()?;
        if self.kind()? != Kind::End {
            return Err(self.stray()?);
        }
        match self.later_error.take() {
            Some(error) => Err(Stop::Syntax(Box::new(error))),
            None => Ok(nodes),
        }
    }

    /// Something that the engine finds only when it prepares to render.
    pub(super) fn note(&mut self, error: SyntaxError) {
        self.later_error.get_or_insert(error);
    }

    /// Statements, up to a word that begins none.
    fn block(&mut self) -> Result<Block, Stop> {
        self.deeper(|parser| {
            let mut nodes = Block::new();
            while begins_statement(parser.kind()?) {
                let node = parser.statement()?;
                nodes.push(node);
            }
            Ok(nodes)
        })
    }

    fn statement(&mut self) -> Result<Node, Stop> {
        if self.kind()? == Kind::If {
            return self.if_statement();
        }
        if self.sees_reference(2)? {
            let from = self.peek(0)?.from;
            let reference = self.reference()?;
            return Ok(self.node(from, NodeKind::Reference(Rc::new(reference))));
        }
        match self.kind()? {
            Kind::LineComment | Kind::FormalCommentEnd | Kind::BlockCommentEnd => self.comment(),
            Kind::RawEnd => {
                let token = self.next()?;
                let raw = token.span.of(self.text);
                // A `##` inside cuts the block in two; the engine then loses three characters on either side.
                let inside = raw.char_indices().nth(3).map_or("", |(start, _)| raw.get(start..).unwrap_or(""));
                let inside = inside.strip_suffix("]]#").unwrap_or("").to_owned();
                Ok(self.node(token.from, NodeKind::Raw(inside)))
            }
            Kind::Set => self.set(),
            Kind::EscapedDirective => {
                let token = self.next()?;
                let printed = self.escaped_directive(token.span.of(self.text));
                Ok(self.node(token.from, NodeKind::Text(printed)))
            }
            Kind::DoubleEscape => self.escape(),
            Kind::Word | Kind::BracedWord => self.directive(),
            _ => {
                let token = self.next()?;
                let own = token.span.of(self.text);
                // Before a property that belongs to no reference the engine forgets what stood before the dot.
                let printed = if token.kind == Kind::Dot { "." } else { own };
                Ok(self.node(token.from, NodeKind::Text(self.lexer.printed_before(token).to_owned() + printed)))
            }
        }
    }

    fn comment(&mut self) -> Result<Node, Stop> {
        let token = self.next()?;
        let image = token.span.of(self.text);
        let sign = image.find("##").or_else(|| image.find("#*"));
        let printed = self.lexer.printed_before(token).to_owned() + sign.and_then(|sign| image.get(..sign)).unwrap_or("");
        if token.kind == Kind::LineComment && self.kind()? == Kind::LineCommentEnd {
            self.next()?;
        }
        let mut node = self.node(token.from, NodeKind::Comment(printed));
        if self.kind()? == Kind::End {
            // A comment without an end goes to the end.
            node.span.end = self.origin.offset(self.peek(0)?.span.end);
        }
        Ok(node)
    }

    /// `\#word`: half of the backslashes go where the word is a directive or a macro.
    fn escaped_directive(&self, image: &str) -> String {
        let Some((escapes, word)) = image.split_once('#') else { return image.to_owned() };
        let name = word.trim_start_matches('{').trim_end_matches('}');
        let is_known = DirectiveKind::of(name).is_built_in()
            || self.macros.contains(name)
            || matches!(name, "if" | "end" | "set" | "else" | "elseif");
        if !is_known {
            return image.to_owned();
        }
        format!("{}#{word}", escapes.get(..(escapes.len() - 1) / 2).unwrap_or(""))
    }

    /// `\\` in pairs: before a directive one of two is printed.
    fn escape(&mut self) -> Result<Node, Stop> {
        let first = self.next()?;
        let mut pairs = 1;
        while self.kind()? == Kind::DoubleEscape {
            self.next()?;
            pairs += 1;
        }
        let next = self.peek(0)?;
        let name = next.span.of(self.text);
        let name = name.get(1..).unwrap_or("");
        let control = matches!(next.kind, Kind::EndDirective | Kind::If | Kind::ElseIf | Kind::Else)
            || DirectiveKind::of(name).is_built_in()
            || self.macros.contains(name);
        let printed = if control { "\\" } else { "\\\\" }.repeat(pairs);
        Ok(self.node(first.from, NodeKind::Text(printed)))
    }

    fn set(&mut self) -> Result<Node, Stop> {
        let from = self.peek(0)?.from;
        let opener = self.next()?.span;
        let inside = |stop| within(stop, self.origin.span(opener));
        let set = self.set_inside().map_err(inside)?;
        Ok(self.node(from, NodeKind::Set(Box::new(set))))
    }

    fn set_inside(&mut self) -> Result<Set, Stop> {
        self.skip_space()?;
        if !matches!(self.kind()?, Kind::Identifier | Kind::BraceOpen) {
            return Err(self.expected("a reference such as `$name`")?);
        }
        let target = self.reference()?;
        self.skip_space()?;
        self.expect(Kind::Assign, "`=`")?;
        let value = self.expression()?;
        self.expect(Kind::ParenClose, "`)`")?;
        self.lexer.leave_set();
        Ok(Set { target, value })
    }

    fn if_statement(&mut self) -> Result<Node, Stop> {
        let from = self.peek(0)?.from;
        let opener = self.peek(0)?.span;
        let mut branches = vec![self.branch()?];
        while self.kind()? == Kind::ElseIf {
            branches.push(self.branch()?);
        }
        let mut otherwise = None;
        if self.kind()? == Kind::Else {
            self.next()?;
            otherwise = Some(self.block()?);
        }
        self.end(opener)?;
        Ok(self.node(from, NodeKind::If(If { branches, otherwise })))
    }

    fn branch(&mut self) -> Result<Branch, Stop> {
        let opener = self.next()?.span;
        let origin = self.origin;
        let condition = self.condition().map_err(|stop| within(stop, origin.span(opener)))?;
        let body = self.block()?;
        Ok(Branch { condition, body })
    }

    fn condition(&mut self) -> Result<Expression, Stop> {
        self.skip_space()?;
        self.expect(Kind::ParenOpen, "`(`")?;
        let condition = self.expression()?;
        self.expect(Kind::ParenClose, "`)`")?;
        Ok(condition)
    }

    /// `#word`, with parentheses and a body or without.
    fn directive(&mut self) -> Result<Node, Stop> {
        let token = self.next()?;
        let name = token.span.of(self.text).get(1..).unwrap_or("");
        let name = if token.kind == Kind::BracedWord { name.get(1..name.len() - 1).unwrap_or("") } else { name };
        // A `$` before the `#` is part of the word's own text and of its name.
        let kind = DirectiveKind::of(name);
        let mut directive =
            Directive { kind, name: name.to_owned(), name_span: self.origin.span(token.span), arguments: None, body: None };
        self.lexer.enter_directive();
        if !self.lexer.sees_parenthesis() {
            if kind == DirectiveKind::Macro {
                return Err(Stop::fault(self.origin.span(token.span), Fault::MacroName));
            }
            self.lexer.pop();
            if matches!(kind, DirectiveKind::Foreach | DirectiveKind::Define) {
                let (span, fault) = (self.origin.span(token.span), Fault::NoArguments(format!("#{name}")));
                self.note(SyntaxError { span, fault, inside: None, in_preparation: true });
            }
            return Ok(self.node(token.from, NodeKind::Directive(Box::new(directive))));
        }
        let origin = self.origin;
        let inside = |stop| within(stop, origin.span(token.span));
        let arguments = self.directive_arguments(kind, token.span).map_err(inside)?;
        if kind.has_body() {
            let body = self.block()?;
            self.end(token.span)?;
            if kind == DirectiveKind::Macro && arguments.is_empty() {
                return Err(Stop::fault(self.origin.span(token.span), Fault::MacroName));
            }
            if let (DirectiveKind::Macro, Some(ExpressionKind::Word(name))) =
                (kind, arguments.first().map(|name| &name.kind))
            {
                self.macros.insert(name.clone());
            }
            directive.body = Some(body);
        }
        directive.arguments = Some(arguments);
        Ok(self.node(token.from, NodeKind::Directive(Box::new(directive))))
    }

    fn directive_arguments(&mut self, kind: DirectiveKind, name: Span) -> Result<Vec<Expression>, Stop> {
        self.skip_space()?;
        self.expect(Kind::ParenOpen, "`(`")?;
        let mut arguments = Vec::new();
        while self.sees_argument()? {
            self.skip_space()?;
            if self.kind()? == Kind::Comma {
                self.next()?;
                self.skip_space()?;
            }
            let argument = self.argument()?;
            let is_word = matches!(argument.kind, ExpressionKind::Word(_));
            let word_fits = match kind {
                DirectiveKind::Macro => is_word == arguments.is_empty(),
                DirectiveKind::Foreach => !is_word || arguments.len() == 1,
                DirectiveKind::Call | DirectiveKind::BlockCall => true,
                _ => !is_word,
            };
            if !word_fits {
                let first = kind == DirectiveKind::Macro && arguments.is_empty();
                let fault = if first { Fault::MacroName } else { Fault::WordArgument(name.of(self.text).to_owned()) };
                if is_word || first {
                    return Err(Stop::fault(argument.span, fault));
                }
            }
            arguments.push(argument);
        }
        self.skip_space()?;
        self.expect(Kind::ParenClose, "`)`")?;
        Ok(arguments)
    }

    fn end(&mut self, opener: Span) -> Result<(), Stop> {
        let place = self.origin.span(opener);
        match self.kind()? {
            Kind::EndDirective => self.next().map(|_| ()),
            Kind::End => {
                let name = opener.of(self.text).trim_start_matches(|c| c != '#');
                Err(Stop::fault(place, Fault::NoEnd(name.to_owned())))
            }
            _ => Err(within(self.stray()?, place)),
        }
    }

    /// What to say of a word that begins no statement.
    fn stray(&mut self) -> Result<Stop, Stop> {
        let token = self.peek(0)?;
        let found = token.span.of(self.text).trim_end().to_owned();
        let fault = match token.kind {
            Kind::EndDirective | Kind::Else | Kind::ElseIf => Fault::Stray(found),
            _ => Fault::Unexpected(found),
        };
        let end = token.span.start + token.span.of(self.text).trim_end().len();
        let span = Span::new(token.span.start, end);
        Ok(Stop::fault(self.origin.span(span), fault))
    }

    /// A part from `from` to the last word taken.
    pub(super) fn node(&self, from: usize, kind: NodeKind) -> Node {
        Node { span: self.span_from(from), kind }
    }

    /// The bytes from `from` to the last word taken.
    pub(super) fn span_from(&self, from: usize) -> Span {
        let last = self.at.checked_sub(1).and_then(|last| self.tokens.get(last));
        self.origin.span(Span::new(from, last.map_or(from, |token| token.span.end)))
    }

    /// Reads something one level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        self.enter()?;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Goes one level deeper; the caller comes back.
    pub(super) fn enter(&mut self) -> Result<(), Stop> {
        if self.depth >= MAX_DEPTH {
            return Err(Stop::Beyond);
        }
        self.depth += 1;
        Ok(())
    }

    /// Counts a look at a word ahead.
    pub(super) fn look(&mut self, index: usize) -> Result<Kind, Stop> {
        self.looks += 1;
        if self.looks > MAX_LOOKS {
            return Err(Stop::Beyond);
        }
        Ok(self.peek(index)?.kind)
    }

    /// The word that stands `ahead` words behind the next one.
    pub(super) fn peek(&mut self, ahead: usize) -> Result<Token, Stop> {
        let index = self.at + ahead;
        while self.tokens.len() <= index {
            let token = self.lexer.next().map_err(|stop| self.placed(stop))?;
            self.tokens.push(token);
        }
        self.tokens.get(index).copied().ok_or(Stop::Beyond)
    }

    pub(super) fn kind(&mut self) -> Result<Kind, Stop> {
        Ok(self.peek(0)?.kind)
    }

    pub(super) fn next(&mut self) -> Result<Token, Stop> {
        let token = self.peek(0)?;
        self.at += 1;
        Ok(token)
    }

    pub(super) fn skip_space(&mut self) -> Result<(), Stop> {
        if self.kind()? == Kind::Space {
            self.next()?;
        }
        Ok(())
    }

    pub(super) fn expect(&mut self, kind: Kind, words: &'static str) -> Result<Token, Stop> {
        if self.kind()? == kind { self.next() } else { Err(self.expected(words)?) }
    }

    pub(super) fn expected(&mut self, words: &'static str) -> Result<Stop, Stop> {
        let token = self.peek(0)?;
        let (span, found) = (token.span, token.span.of(self.text).to_owned());
        let last = self.at.checked_sub(1).and_then(|last| self.tokens.get(last));
        if let Some(literal) = last.filter(|last| last.kind == Kind::Literal) {
            // A text that runs over the end of its line was most likely meant to end before.
            let line = literal.span.of(self.text).find(['\n', '\r']);
            if let Some(end) = line.map(|length| literal.span.start + length) {
                return Ok(Stop::fault(self.origin.span(Span::new(literal.span.start, end)), Fault::OpenLiteral));
            }
        }
        Ok(Stop::fault(self.origin.span(span), Fault::Expected(words, found)))
    }

    fn placed(&self, stop: Stop) -> Stop {
        match stop {
            Stop::Syntax(mut error) => {
                error.span = self.origin.span(error.span);
                Stop::Syntax(error)
            }
            Stop::Beyond => Stop::Beyond,
        }
    }
}

/// An error in something that was opened before.
fn within(stop: Stop, opener: Span) -> Stop {
    match stop {
        Stop::Syntax(mut error) => {
            error.inside = error.inside.or(Some(opener));
            Stop::Syntax(error)
        }
        Stop::Beyond => Stop::Beyond,
    }
}

fn begins_statement(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ParenOpen
            | Kind::ParenClose
            | Kind::EscapedDirective
            | Kind::Set
            | Kind::LineComment
            | Kind::DoubleEscape
            | Kind::Escape
            | Kind::Text
            | Kind::FormalCommentEnd
            | Kind::BlockCommentEnd
            | Kind::RawEnd
            | Kind::Literal
            | Kind::If
            | Kind::Integer
            | Kind::Float
            | Kind::Word
            | Kind::BracedWord
            | Kind::Identifier
            | Kind::Dot
            | Kind::BraceOpen
            | Kind::BraceClose
            | Kind::EmptyIndex
    )
}
