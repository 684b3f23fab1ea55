//! One decoded input.

use std::fmt;
use std::sync::OnceLock;

use super::{LineIndex, Position, Span};

/// Largest input that is read, in bytes. CloudFormation takes 1 MB; this bounds memory, not templates.
pub const MAX_BYTES: usize = 256 * 1024 * 1024;

/// Why bytes are not a text that can be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// Larger than [`MAX_BYTES`].
    TooLarge {
        /// Size in bytes.
        bytes: usize,
    },
    /// UTF-16, told by its byte order mark or its zero bytes.
    Utf16,
    /// UTF-32, told by its byte order mark.
    Utf32,
    /// A zero byte, so no text at all.
    Binary {
        /// Offset of the first zero byte, 0-based.
        offset: usize,
    },
    /// Lines that end with a carriage return alone, as on a Macintosh before 2001.
    CarriageReturns,
    /// Bytes that are not UTF-8.
    InvalidUtf8 {
        /// Offset of the first bad byte, 0-based.
        offset: usize,
        /// Its line, 1-based.
        line: usize,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes } => {
                write!(
                    f,
                    "the file has {bytes} bytes, more than the {MAX_BYTES} that are read; CloudFormation itself takes 1 MB"
                )
            }
            Self::Utf16 => write!(f, "the file is UTF-16; save it as UTF-8, the only encoding CloudFormation reads"),
            Self::Utf32 => write!(f, "the file is UTF-32; save it as UTF-8, the only encoding CloudFormation reads"),
            Self::Binary { offset } => write!(f, "the file is binary (zero byte at offset {offset}), not a template"),
            Self::CarriageReturns => {
                write!(f, "its lines end with a carriage return alone; save it with line feeds (LF or CRLF) as line ends")
            }
            Self::InvalidUtf8 { offset, line } => {
                write!(f, "the file is not UTF-8 (line {line}, byte offset {offset}); save it as UTF-8")
            }
        }
    }
}

impl std::error::Error for ReadError {}

/// How lines end in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnding {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
}

impl LineEnding {
    /// The characters of the line end.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// A named text with its lines. Byte offsets everywhere refer to `text`, a byte order mark included.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// Takes a text that is already decoded.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// Decodes bytes, which must be UTF-8 with or without a byte order mark.
    ///
    /// # Errors
    /// What the bytes are instead.
    pub fn decode(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, ReadError> {
        if bytes.len() > MAX_BYTES {
            return Err(ReadError::TooLarge { bytes: bytes.len() });
        }
        // The mark of UTF-32 begins with one of UTF-16.
        if bytes.starts_with(&[0xff, 0xfe, 0, 0]) || bytes.starts_with(&[0, 0, 0xfe, 0xff]) {
            return Err(ReadError::Utf32);
        }
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(ReadError::Utf16);
        }
        if let Some(offset) = memchr::memchr(0, &bytes) {
            return Err(if looks_like_utf16(&bytes) { ReadError::Utf16 } else { ReadError::Binary { offset } });
        }
        if memchr::memchr(b'\n', &bytes).is_none() && memchr::memchr(b'\r', bytes.trim_ascii()).is_some() {
            return Err(ReadError::CarriageReturns);
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text)),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let before = error.as_bytes().get(..offset).unwrap_or_default();
                Err(ReadError::InvalidUtf8 { offset, line: memchr::memchr_iter(b'\n', before).count() + 1 })
            }
        }
    }

    /// The name shown to people: a path as it was given, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, a byte order mark included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Length of the byte order mark in bytes: 3 or 0.
    pub fn bom_len(&self) -> usize {
        if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }

    /// The text of a span; empty where the span does not fit.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The lines, found once.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// How most lines end, judged by the first line end.
    pub fn line_ending(&self) -> LineEnding {
        let first = self.lines().line_start(2).and_then(|next| self.text.get(..next));
        if first.is_some_and(|line| line.ends_with("\r\n")) { LineEnding::CrLf } else { LineEnding::Lf }
    }
}

/// ASCII in UTF-16 has a zero in every second byte, and none in the others.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(64)).unwrap_or_default();
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let mostly = |some: usize, others: usize| others == 0 && some * 4 >= head.len();
    head.len() >= 4 && (mostly(zeros(0), zeros(1)) || mostly(zeros(1), zeros(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8]) -> ReadError {
        Source::decode("t", bytes.to_vec()).map(|_| ()).unwrap_err()
    }

    #[test]
    fn other_encodings_are_told_apart() {
        assert_eq!(refusal(b"\xff\xfeA\0"), ReadError::Utf16);
        assert_eq!(refusal(b"\xff\xfe\0\0A\0\0\0"), ReadError::Utf32);
        assert_eq!(refusal(b"\0\0\xfe\xff\0\0\0A"), ReadError::Utf32);
        assert_eq!(refusal(b"A\0B\0C\0"), ReadError::Utf16);
        assert_eq!(refusal(b"\x7fELF\x02\x01\x01\0"), ReadError::Binary { offset: 7 });
        assert_eq!(refusal(b"\x7fELF\x01\0\0\0\0\0\0\0"), ReadError::Binary { offset: 5 });
        assert_eq!(refusal(b"a\nb\xe9c"), ReadError::InvalidUtf8 { offset: 3, line: 2 });
    }

    #[test]
    fn carriage_returns_alone_are_no_line_ends() {
        assert_eq!(refusal(b"a: 1\rb: 2\r"), ReadError::CarriageReturns);
        for text in ["a: 1\r\nb: 2\r\n", "a: 1\r\r\nb: 2\n", "{}\r", "\r", ""] {
            assert!(Source::decode("t", text.into()).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn the_first_line_end_decides() {
        assert_eq!(Source::new("t", "a\r\nb\n").line_ending(), LineEnding::CrLf);
        assert_eq!(Source::new("t", "a\nb\r\n").line_ending(), LineEnding::Lf);
    }
}
