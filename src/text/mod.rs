//! Source text: bytes decoded to UTF-8, byte spans into it, and lines and columns for people.
//!
//! This module does no I/O and knows no syntax.

mod line_index;
mod source;
mod span;

pub use line_index::{LineIndex, Position};
pub use source::{LineEnding, MAX_BYTES, ReadError, Source};
pub use span::Span;
