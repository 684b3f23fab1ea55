//! Cuts a template into words, with the states and the oddities of the engine's own lexer.
//!
//! The lexer reads a word only when it is asked for one: the parser changes its state between two words.

use super::ast::Span;
use super::error::{Fault, Stop};
use super::token::{Ahead, Kind, State, candidates, run};

/// A word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Its bytes in the text of the lexer.
    pub(super) span: Span,
    /// Where what was passed over before it begins: a comment's text, signs that begin nothing.
    pub(super) from: usize,
}

struct Saved {
    state: State,
    opened: usize,
    closed: usize,
}

/// See the module.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    state: State,
    stack: Vec<Saved>,
    /// Parentheses opened and closed in this state.
    opened: usize,
    closed: usize,
    in_comment: bool,
    in_set: bool,
    /// Where the backslashes end that were counted last.
    backslashes_end: usize,
    /// What is printed before the words that start there: signs that turned out to begin nothing. In order.
    before: Vec<(usize, String)>,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            state: State::Text,
            stack: Vec::new(),
            opened: 0,
            closed: 0,
            in_comment: false,
            in_set: false,
            backslashes_end: 0,
            before: Vec::new(),
        }
    }

    /// The next word; [`Kind::End`] at the end, as often as asked for.
    pub(super) fn next(&mut self) -> Result<Token, Stop> {
        let mut before = String::new();
        let from = self.at;
        loop {
            let start = self.at;
            if start >= self.text.len() {
                return Ok(Token { kind: Kind::End, span: Span::new(start, start), from });
            }
            let kind = self.word(start)?;
            match kind {
                Kind::Skipped => {}
                Kind::ReferenceEnd | Kind::DirectiveEnd => {
                    // The character belongs to the next word; the signs before it begin nothing.
                    let signs = Span::new(start, self.at + self.char_length());
                    before.push_str(&printed_signs(signs.of(self.text)));
                }
                kind => {
                    if !before.is_empty() {
                        self.before.push((start, before));
                    }
                    return Ok(Token { kind, span: Span::new(start, self.at), from });
                }
            }
        }
    }

    /// What is printed before a word.
    pub(super) fn printed_before(&self, token: Token) -> &str {
        let found = self.before.binary_search_by_key(&token.span.start, |(start, _)| *start);
        found.ok().and_then(|at| self.before.get(at)).map_or("", |(_, printed)| printed)
    }

    /// Reads up to the end of a word that starts at `start`, and does what the word does to the state.
    fn word(&mut self, start: usize) -> Result<Kind, Stop> {
        loop {
            let Some((kind, length)) = self.longest() else { return Err(self.fault(start)) };
            let here = self.at;
            self.at += length;
            match kind {
                Kind::Dollar
                | Kind::DollarBang
                | Kind::RawOpen
                | Kind::FormalComment
                | Kind::BlockComment
                | Kind::Hash
                | Kind::Raw => {
                    self.begin(kind, here);
                    if self.at >= self.text.len() {
                        return Err(self.fault(start));
                    }
                }
                kind => {
                    self.finish(kind, here);
                    return Ok(kind);
                }
            }
        }
    }

    fn longest(&mut self) -> Option<(Kind, usize)> {
        let text = self.text.as_bytes().get(self.at..)?;
        if self.backslashes_end <= self.at {
            self.backslashes_end = self.at + run(text, |byte| byte == b'\\');
        }
        let ahead = Ahead { text, backslashes: self.backslashes_end - self.at };
        let mut longest = None;
        for kind in candidates(self.state, *text.first()?) {
            let length = ahead.length(kind);
            if length > longest.map_or(0, |(_, length)| length) {
                longest = Some((kind, length));
            }
        }
        let (kind, length) = longest?;
        // What is one character to the engine is as many bytes as it has.
        let single = matches!(kind, Kind::Skipped | Kind::Raw | Kind::ReferenceEnd | Kind::DirectiveEnd);
        let mut end = self.at + length;
        while single && !self.text.is_char_boundary(end) {
            end += 1;
        }
        Some((kind, end - self.at))
    }

    /// A sign that the word goes on behind.
    fn begin(&mut self, kind: Kind, here: usize) {
        if self.in_comment || kind == Kind::Raw {
            return;
        }
        match kind {
            Kind::RawOpen => self.comment(State::Raw),
            Kind::BlockComment => self.comment(State::BlockComment),
            Kind::FormalComment => {
                self.at = here + 3;
                self.comment(State::FormalComment);
            }
            Kind::Hash => {
                if matches!(self.state, State::Reference | State::Modifier) {
                    self.pop();
                }
                self.push(State::Word);
            }
            _ => {
                if self.state == State::Reference {
                    self.pop();
                }
                self.push(State::Reference);
            }
        }
    }

    /// A word is complete.
    fn finish(&mut self, kind: Kind, here: usize) {
        match kind {
            Kind::IndexOpen => self.push(State::Index),
            Kind::ParenOpen => {
                self.opened += usize::from(!self.in_comment);
                if self.state == State::Modifier {
                    self.state = State::Arguments;
                }
            }
            Kind::ParenClose => self.close(),
            Kind::ArgumentsClose => self.state = State::Reference,
            Kind::Set if !self.in_comment => {
                self.push(State::Directive);
                self.in_set = true;
                self.opened += 1;
            }
            Kind::LineComment if !self.in_comment => {
                if self.state == State::Reference {
                    self.pop();
                }
                self.comment(State::LineComment);
            }
            Kind::LineCommentEnd | Kind::FormalCommentEnd | Kind::BlockCommentEnd | Kind::RawEnd => {
                self.in_comment = false;
                self.pop();
            }
            Kind::Literal if self.state == State::Directive && !self.in_set && self.opened == 0 => self.pop(),
            Kind::EndDirective | Kind::Else | Kind::IndexClose | Kind::BraceClose => self.pop(),
            Kind::If | Kind::ElseIf => self.state = State::Directive,
            Kind::Integer => {
                if self.text.get(here..self.at).is_some_and(|number| number.ends_with("..")) {
                    self.at -= 2;
                }
                if self.opened == 0 && !self.in_set && !matches!(self.state, State::Arguments | State::Index) {
                    self.pop();
                }
            }
            Kind::Float if self.opened == 0 && !self.in_set && self.state != State::Arguments => self.pop(),
            Kind::Dot => {
                self.at -= 1;
                self.state = State::Modifier;
            }
            Kind::ReferenceEnd | Kind::DirectiveEnd => {
                self.at = here;
                self.pop();
            }
            _ => {}
        }
    }

    /// A `)`: leaves the innermost state that has an open parenthesis when that was its last.
    fn close(&mut self) {
        if self.in_comment {
            return;
        }
        while self.opened == 0 {
            if !self.pop_one() {
                return;
            }
        }
        if self.opened == self.closed + 1 {
            self.pop();
        } else {
            self.closed += 1;
        }
    }

    fn comment(&mut self, state: State) {
        self.in_comment = true;
        self.push(state);
    }

    fn push(&mut self, state: State) {
        self.stack.push(Saved { state: self.state, opened: self.opened, closed: self.closed });
        self.opened = 0;
        self.state = state;
    }

    /// Back to the state before; the parser does this too, where a `#word` is no directive.
    pub(super) fn pop(&mut self) {
        self.pop_one();
    }

    fn pop_one(&mut self) -> bool {
        let Some(saved) = self.stack.pop() else {
            self.opened = 0;
            self.state = State::Text;
            return false;
        };
        (self.state, self.opened, self.closed) = (saved.state, saved.opened, saved.closed);
        true
    }

    /// A `#word` was read: what follows is read as its parentheses.
    pub(super) fn enter_directive(&mut self) {
        self.state = State::Directive;
    }

    /// A `#set` ended.
    pub(super) fn leave_set(&mut self) {
        self.in_set = false;
    }

    /// Whether a parenthesis is next, behind white space.
    pub(super) fn sees_parenthesis(&self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or("");
        rest.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('(')
    }

    fn char_length(&self) -> usize {
        self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    }

    /// Nothing that the state knows begins here, or the text ends in the middle of a word.
    fn fault(&self, start: usize) -> Stop {
        let ends = self.at >= self.text.len();
        let end = if ends { self.at } else { self.at + self.char_length() };
        let found = Span::new(self.at, end).of(self.text);
        let (span, fault) = match self.state {
            State::Raw => (Span::new(start, (start + 3).min(end)), Fault::OpenRaw),
            _ if ends => (Span::new(start, end), Fault::LoneSign),
            _ if matches!(found, "\"" | "'") => (Span::new(self.at, end), Fault::OpenLiteral),
            _ => (Span::new(self.at, end), Fault::Unexpected(found.to_owned())),
        };
        Stop::fault(span, fault)
    }
}

/// What the engine prints of signs that begin nothing: dollar signs, hashes, and backslashes before a dollar sign.
fn printed_signs(signs: &str) -> String {
    let bytes = signs.as_bytes();
    let mut printed = String::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'$' => printed.push('$'),
            b'#' => printed.push('#'),
            b'\\' => {
                let length = run(bytes.get(at..).unwrap_or(b""), |byte| byte == b'\\');
                if bytes.get(at + length) == Some(&b'$') {
                    printed.push_str(signs.get(at..=at + length).unwrap_or(""));
                    // The engine passes over the character behind the dollar sign too.
                    at += length + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    printed
}
