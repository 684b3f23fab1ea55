//! Lines and columns of byte offsets.

/// A place as people and editors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, 1-based. Lines end with a line feed.
    pub line: usize,
    /// Column, 1-based, counted in characters (Unicode scalar values), without a byte order mark.
    pub column: usize,
}

/// Starts of all lines of one text.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = std::iter::once(0).chain(breaks.map(|at| at + 1));
        Self { starts: starts.map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect() }
    }

    /// Number of lines; a text that ends with a line feed has an empty last line.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never true: even an empty text has one line.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Byte offset of the start of a 1-based line, if there is one.
    pub fn line_start(&self, line: usize) -> Option<usize> {
        let start = self.starts.get(line.checked_sub(1)?)?;
        usize::try_from(*start).ok()
    }

    /// The 1-based line of a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        self.starts.partition_point(|start| *start <= offset)
    }

    /// Line and column of a byte offset of `text`, the text this index was made from.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.line(offset);
        let start = self.line_start(line).unwrap_or(0);
        let before = text.get(start..offset.min(text.len())).unwrap_or("");
        Position { line, column: before.chars().filter(|c| *c != '\u{feff}').count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_start_at_one() {
        let text = "a\u{e9}b\r\nc";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(index.position(text, 3), Position { line: 1, column: 3 });
        assert_eq!(index.position(text, 6), Position { line: 2, column: 1 });
        assert_eq!(index.position(text, 7), Position { line: 2, column: 2 });
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let text = "\u{feff}a";
        assert_eq!(LineIndex::new(text).position(text, 3), Position { line: 1, column: 1 });
    }
}
