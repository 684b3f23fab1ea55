//! The words of the language. Which of them there are depends on the state of the lexer; the longest one is taken, of equally
//! long ones the first in the list.

use std::sync::LazyLock;

use memchr::memchr3;

/// Makes the enum and the list of its variants.
macro_rules! kinds {
    ($($name:ident)*) => {
        /// What a word is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind { $($name),* }

        impl Kind {
            /// All kinds; of two words of the same length the first in this order is taken.
            pub(super) const IN_ORDER: &[Self] = &[$(Self::$name),*];
        }
    };
}

kinds! {
    End IndexOpen IndexClose BracketOpen BracketClose Comma DoubleDot Colon MapOpen MapClose ParenOpen ParenClose
    ArgumentsClose EscapedDirective Set Dollar DollarBang RawOpen FormalComment BlockComment Hash LineComment
    DoubleEscape Escape Text LineCommentEnd FormalCommentEnd BlockCommentEnd RawEnd Skipped Raw Space Literal True
    False Minus Plus Times Divide Modulo And Or Less LessOrEqual Greater GreaterOrEqual Equal NotEqual Not Assign
    EndDirective If ElseIf Else Integer Float Word BracedWord Identifier Dot BraceOpen BraceClose ReferenceEnd
    DirectiveEnd EmptyIndex
}

/// States of the lexer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Outside of everything.
    Text,
    /// Behind `$name`.
    Reference,
    /// Behind `$name.`.
    Modifier,
    /// In the arguments of a method.
    Arguments,
    /// In `$name[`.
    Index,
    /// Behind `#`.
    Word,
    /// In the parentheses of a directive.
    Directive,
    /// In `#[[`.
    Raw,
    /// In `#*`.
    BlockComment,
    /// In `#**`.
    FormalComment,
    /// In `##`.
    LineComment,
}

impl State {
    /// All states, each at its own number.
    const ALL: [Self; 11] = [
        Self::Text,
        Self::Reference,
        Self::Modifier,
        Self::Arguments,
        Self::Index,
        Self::Word,
        Self::Directive,
        Self::Raw,
        Self::BlockComment,
        Self::FormalComment,
        Self::LineComment,
    ];

    /// Whether the state is inside a comment or a raw block.
    pub(super) fn is_comment(self) -> bool {
        matches!(self, Self::Raw | Self::BlockComment | Self::FormalComment | Self::LineComment)
    }
}

impl Kind {
    /// Whether a word of this kind can begin with a byte; true where that takes a closer look.
    fn may_begin(self, byte: u8) -> bool {
        use Kind as K;
        match self {
            K::End => false,
            K::IndexOpen | K::BracketOpen => byte == b'[',
            K::IndexClose | K::BracketClose | K::RawEnd => byte == b']',
            K::Comma => byte == b',',
            K::DoubleDot | K::Dot => byte == b'.',
            K::Colon => byte == b':',
            K::MapOpen | K::BraceOpen | K::BracedWord => byte == b'{',
            K::MapClose | K::BraceClose => byte == b'}',
            K::ParenOpen => byte == b'(',
            K::ParenClose | K::ArgumentsClose => byte == b')',
            K::EscapedDirective | K::DoubleEscape | K::Escape => byte == b'\\',
            K::Set => matches!(byte, b'#' | b' ' | b'\t'),
            K::Dollar | K::DollarBang => matches!(byte, b'$' | b'\\'),
            K::RawOpen | K::FormalComment | K::BlockComment | K::Hash | K::LineComment => byte == b'#',
            K::Text => !matches!(byte, b'$' | b'#' | b'\\'),
            K::LineCommentEnd => matches!(byte, b'\r' | b'\n'),
            K::FormalCommentEnd | K::BlockCommentEnd | K::Times => byte == b'*',
            K::Space => matches!(byte, b' ' | b'\t' | b'\n' | b'\r'),
            K::Literal => matches!(byte, b'"' | b'\''),
            K::True => byte == b't',
            K::False => byte == b'f',
            K::Minus => byte == b'-',
            K::Plus => byte == b'+',
            K::Divide => byte == b'/',
            K::Modulo => byte == b'%',
            K::And => matches!(byte, b'&' | b'a'),
            K::Or => matches!(byte, b'|' | b'o'),
            K::Less | K::LessOrEqual => matches!(byte, b'<' | b'l'),
            K::Greater | K::GreaterOrEqual => matches!(byte, b'>' | b'g'),
            K::Equal => matches!(byte, b'=' | b'e'),
            K::NotEqual | K::Not => matches!(byte, b'!' | b'n'),
            K::Assign => byte == b'=',
            K::EndDirective | K::ElseIf | K::Else => matches!(byte, b'e' | b'{'),
            K::If => matches!(byte, b'i' | b'{'),
            K::Integer | K::Float => byte.is_ascii_digit() || matches!(byte, b'-' | b'.'),
            K::Word => byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'@'),
            K::EmptyIndex => byte == b'$',
            K::Identifier | K::Skipped | K::Raw | K::ReferenceEnd | K::DirectiveEnd => true,
        }
    }

    /// Whether there is such a word in a state.
    pub(super) fn is_in(self, state: State) -> bool {
        use State as S;
        match self {
            Self::End => false,
            // Signs that can stand everywhere.
            Self::Dollar | Self::DollarBang | Self::RawOpen | Self::FormalComment | Self::BlockComment | Self::Hash => true,
            Self::LineComment => matches!(state, S::Text | S::Word | S::Directive | S::Reference),
            Self::IndexOpen | Self::BraceOpen | Self::BraceClose | Self::ReferenceEnd => {
                matches!(state, S::Reference | S::Modifier)
            }
            Self::IndexClose => state == S::Index,
            Self::BracketOpen
            | Self::BracketClose
            | Self::Comma
            | Self::DoubleDot
            | Self::Colon
            | Self::MapOpen
            | Self::MapClose => {
                matches!(state, S::Directive | S::Arguments)
            }
            Self::ParenOpen => matches!(state, S::Directive | S::Modifier),
            Self::ArgumentsClose => state == S::Arguments,
            Self::Set => matches!(state, S::Text | S::Reference | S::Modifier | S::Arguments),
            Self::EscapedDirective | Self::DoubleEscape | Self::Escape | Self::Text => state == S::Text,
            Self::LineCommentEnd => state == S::LineComment,
            Self::FormalCommentEnd => state == S::FormalComment,
            Self::BlockCommentEnd => state == S::BlockComment,
            Self::RawEnd | Self::Raw => state == S::Raw,
            Self::Skipped => state.is_comment() && state != S::Raw,
            Self::Space | Self::Literal => matches!(state, S::Directive | S::Arguments | S::Index),
            Self::True | Self::False => {
                matches!(state, S::Reference | S::Directive | S::Modifier | S::Arguments | S::Index)
            }
            Self::EndDirective | Self::If | Self::ElseIf | Self::Else | Self::DirectiveEnd => state == S::Word,
            Self::Integer | Self::Float => matches!(state, S::Word | S::Directive | S::Arguments | S::Index),
            Self::Word | Self::BracedWord => matches!(state, S::Word | S::Directive),
            Self::Identifier | Self::Dot => matches!(state, S::Reference | S::Modifier | S::Arguments),
            Self::EmptyIndex => matches!(state, S::Text | S::Reference),
            // The operators.
            _ => state == S::Directive,
        }
    }
}

/// Kinds, a bit each in their order.
type Kinds = u128;

/// The kinds that there are in each state, and those that can begin with each byte.
static TABLE: LazyLock<([Kinds; State::ALL.len()], [Kinds; 256])> = LazyLock::new(|| {
    let all = |is_one: &dyn Fn(Kind) -> bool| {
        let bits = Kind::IN_ORDER.iter().enumerate().filter(|(_, kind)| is_one(**kind));
        bits.fold(0, |kinds, (at, _)| kinds | 1 << at)
    };
    let of_state = State::ALL.map(|state| all(&|kind| kind.is_in(state)));
    let of_byte = std::array::from_fn(|byte| all(&|kind| u8::try_from(byte).is_ok_and(|byte| kind.may_begin(byte))));
    (of_state, of_byte)
});

/// The kinds of words in a state that can begin with a byte, in order.
pub(super) fn candidates(state: State, byte: u8) -> impl Iterator<Item = Kind> {
    let (of_state, of_byte) = &*TABLE;
    let of_state = of_state.get(state as usize).copied().unwrap_or(0);
    let mut left = of_state & of_byte.get(usize::from(byte)).copied().unwrap_or(0);
    std::iter::from_fn(move || {
        let at = usize::try_from(left.trailing_zeros()).unwrap_or(usize::MAX);
        left &= left.wrapping_sub(1);
        Kind::IN_ORDER.get(at).copied()
    })
}

/// What lies ahead of the lexer.
#[derive(Clone, Copy)]
pub(super) struct Ahead<'t> {
    /// The text.
    pub(super) text: &'t [u8],
    /// How many backslashes it begins with.
    pub(super) backslashes: usize,
}

impl Ahead<'_> {
    /// How long the word of this kind is that the text begins with; 0 where it does not begin with one.
    pub(super) fn length(self, kind: Kind) -> usize {
        use Kind as K;
        let text = self.text;
        let one =
            |words: &[&[u8]]| words.iter().filter(|word| text.starts_with(word)).map(|word| word.len()).max().unwrap_or(0);
        match kind {
            K::End => 0,
            K::IndexOpen | K::BracketOpen => one(&[b"["]),
            K::IndexClose | K::BracketClose => one(&[b"]"]),
            K::Comma => one(&[b","]),
            K::DoubleDot => one(&[b".."]),
            K::Colon => one(&[b":"]),
            K::MapOpen | K::BraceOpen => one(&[b"{"]),
            K::MapClose | K::BraceClose => one(&[b"}"]),
            K::ParenOpen => one(&[b"("]),
            K::ParenClose => with_line_end(text, one(&[b")"])),
            K::ArgumentsClose => one(&[b")"]),
            K::EscapedDirective => self.escaped_directive(),
            K::Set => set(text),
            K::Dollar => self.dollar(),
            K::DollarBang => self.dollar_bang(),
            K::RawOpen => one(&[b"#[["]),
            K::FormalComment => formal_comment(text),
            K::BlockComment => one(&[b"#*"]),
            K::Hash => one(&[b"#"]),
            K::LineComment => one(&[b"##"]),
            K::DoubleEscape => one(&[b"\\\\"]),
            K::Escape => one(&[b"\\"]),
            K::Text => memchr3(b'$', b'#', b'\\', text).unwrap_or(text.len()),
            K::LineCommentEnd => line_end(text),
            K::FormalCommentEnd | K::BlockCommentEnd => one(&[b"*#"]),
            K::RawEnd => one(&[b"]]#"]),
            // One character after the other; those that begin nothing else are passed over at once.
            K::Skipped | K::Raw => run(text, |byte| !b"$#*]\\\n\r".contains(&byte)).max(text.len().min(1)),
            K::Space => run(text, |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')),
            K::Literal => literal(text),
            K::True => one(&[b"true"]),
            K::False => one(&[b"false"]),
            K::Minus => one(&[b"-"]),
            K::Plus => one(&[b"+"]),
            K::Times => one(&[b"*"]),
            K::Divide => one(&[b"/"]),
            K::Modulo => one(&[b"%"]),
            K::And => one(&[b"&&", b"and"]),
            K::Or => one(&[b"||", b"or"]),
            K::Less => one(&[b"<", b"lt"]),
            K::LessOrEqual => one(&[b"<=", b"le"]),
            K::Greater => one(&[b">", b"gt"]),
            K::GreaterOrEqual => one(&[b">=", b"ge"]),
            K::Equal => one(&[b"==", b"eq"]),
            K::NotEqual => one(&[b"!=", b"ne"]),
            K::Not => one(&[b"!", b"not"]),
            K::Assign => one(&[b"="]),
            K::EndDirective => with_line_end(text, one(&[b"end", b"{end}"])),
            K::If => one(&[b"if", b"{if}"]),
            K::ElseIf => one(&[b"elseif", b"{elseif}"]),
            K::Else => with_line_end(text, one(&[b"else", b"{else}"])),
            K::Integer => integer(text),
            K::Float => float(text),
            K::Word => word(text),
            K::BracedWord => braced_word(text),
            K::Identifier => identifier(text),
            K::Dot => match text {
                [b'.', letter, ..] if letter.is_ascii_alphabetic() => 2,
                _ => 0,
            },
            K::ReferenceEnd | K::DirectiveEnd => text.len().min(1),
            K::EmptyIndex => one(&[b"$[", b"$![", b"$\\![", b"$."]),
        }
    }

    /// `(\\)*\#word`
    fn escaped_directive(self) -> usize {
        let rest = self.text.get(self.backslashes..).unwrap_or(b"");
        let (true, Some(name)) = (self.backslashes % 2 == 1, rest.strip_prefix(b"#")) else { return 0 };
        match word(name).max(braced_word(name)) {
            0 => 0,
            length => self.backslashes + 1 + length,
        }
    }

    fn dollar(self) -> usize {
        if self.text.get(self.backslashes) == Some(&b'$') { self.backslashes + 1 } else { 0 }
    }

    /// `$!`, `$\!`
    fn dollar_bang(self) -> usize {
        let start = self.dollar();
        if start == 0 {
            return 0;
        }
        let rest = self.text.get(start..).unwrap_or(b"");
        let escapes = run(rest, |byte| byte == b'\\');
        if rest.get(escapes) == Some(&b'!') { start + escapes + 1 } else { 0 }
    }
}

/// How many bytes at the start are such ones.
pub(super) fn run(text: &[u8], is_one: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|byte| !is_one(*byte)).unwrap_or(text.len())
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn line_end(text: &[u8]) -> usize {
    match text {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// A word of this length, and the blanks and the line break behind it if there is one.
fn with_line_end(text: &[u8], length: usize) -> usize {
    if length == 0 {
        return 0;
    }
    let rest = text.get(length..).unwrap_or(b"");
    let blanks = run(rest, is_blank);
    match line_end(rest.get(blanks..).unwrap_or(b"")) {
        0 => length,
        end => length + blanks + end,
    }
}

/// Blanks, `#set`, blanks, a parenthesis.
fn set(text: &[u8]) -> usize {
    let before = run(text, is_blank);
    let rest = text.get(before..).unwrap_or(b"");
    let word = [&b"#set"[..], b"#{set}"].into_iter().find(|word| rest.starts_with(word)).map_or(0, <[u8]>::len);
    let rest = rest.get(word..).unwrap_or(b"");
    let behind = run(rest, |byte| byte == b' ');
    if word > 0 && rest.get(behind) == Some(&b'(') { before + word + behind + 1 } else { 0 }
}

/// `#**` and a character that is no `#`.
fn formal_comment(text: &[u8]) -> usize {
    let next = text.strip_prefix(b"#**").and_then(<[u8]>::first);
    match next {
        Some(b'#') | None => 0,
        // The lexer goes back before this character, so how long it is does not matter.
        Some(_) => 4,
    }
}

/// A text in quotes; a doubled quote is part of the text where another quote follows somewhere.
fn literal(text: &[u8]) -> usize {
    let Some(quote @ (b'"' | b'\'')) = text.first().copied() else { return 0 };
    let (mut at, mut longest) = (1, 0);
    while let Some(next) = text.get(at..).and_then(|rest| memchr::memchr(quote, rest)) {
        longest = at + next + 1;
        if text.get(longest) != Some(&quote) {
            break;
        }
        at = longest + 1;
    }
    longest
}

fn integer(text: &[u8]) -> usize {
    let sign = usize::from(text.first() == Some(&b'-'));
    let digits = run(text.get(sign..).unwrap_or(b""), |byte| byte.is_ascii_digit());
    let rest = text.get(sign + digits..).unwrap_or(b"");
    match digits {
        0 => 0,
        _ => sign + digits + if rest.starts_with(b"..") { 2 } else { 0 },
    }
}

fn float(text: &[u8]) -> usize {
    let digits_at = |at: usize| run(text.get(at..).unwrap_or(b""), |byte| byte.is_ascii_digit());
    let sign = usize::from(text.first() == Some(&b'-'));
    let whole = digits_at(sign);
    let point = sign + whole;
    let has_point = text.get(point) == Some(&b'.');
    let fraction = if has_point { digits_at(point + 1) } else { 0 };
    let end = point + usize::from(has_point) + fraction;
    let exponent = exponent(text.get(end..).unwrap_or(b""));
    match (whole, has_point, fraction, exponent) {
        (0, _, 0, _) | (_, false, _, 0) => 0,
        _ => end + exponent,
    }
}

fn exponent(text: &[u8]) -> usize {
    let [b'e' | b'E', rest @ ..] = text else { return 0 };
    let sign = usize::from(matches!(rest.first(), Some(b'+' | b'-')));
    match run(rest.get(sign..).unwrap_or(b""), |byte| byte.is_ascii_digit()) {
        0 => 0,
        digits => 1 + sign + digits,
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@')
}

fn word(text: &[u8]) -> usize {
    match text.first() {
        Some(byte) if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'@') => run(text, is_word_byte),
        _ => 0,
    }
}

fn braced_word(text: &[u8]) -> usize {
    let inside = text.strip_prefix(b"{").unwrap_or(b"");
    let length = word(inside);
    if length > 0 && !inside.starts_with(b"@") && inside.get(length) == Some(&b'}') { length + 2 } else { 0 }
}

fn identifier(text: &[u8]) -> usize {
    match text.first() {
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            run(text, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_begins_with_a_byte_that_it_may_begin_with() {
        let words = [
            "[", "]", "]]#", ",", "..", ".a", ".5", ":", "{", "{x}", "{else}", "}", "(", ")\n", "\\", "\\\\", "\\#if",
            "\\$a", "$", "$!x", "$[", "#", "#[[", "#*", "#**x", "##", " #set (", "#set(", "#{set}(", "a b", "\n", "\r\n",
            "*#", "*", " ", "'x'", "\"x\"", "true", "false", "-1", "1", "1.5", "1e5", "-", "+", "/", "%", "&&", "and", "||",
            "or", "<", "lt", "<=", "le", ">", "gt", ">=", "ge", "==", "eq", "!=", "ne", "!", "not", "=", "end", "{end}\n",
            "if", "{if}", "elseif", "{elseif}", "else", "word", "_w", "@w", "é", "\t",
        ];
        for word in words {
            let text = word.as_bytes();
            let ahead = Ahead { text, backslashes: run(text, |byte| byte == b'\\') };
            for kind in Kind::IN_ORDER.iter().filter(|kind| ahead.length(**kind) > 0) {
                assert!(text.first().is_some_and(|byte| kind.may_begin(*byte)), "{kind:?} of {word:?}");
            }
        }
        assert!(Kind::IN_ORDER.len() <= 128);
        assert!(State::ALL.iter().enumerate().all(|(at, state)| at == *state as usize));
    }
}
