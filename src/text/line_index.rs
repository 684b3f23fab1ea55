//! Lines and columns of byte offsets.

/// A place as people and editors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, 1-based. Lines end with a line feed.
    pub line: usize,
    /// Column, 1-based, counted in characters (Unicode scalar values), without a byte order mark.
    pub column: usize,
}

/// Bytes between two places at which the characters before them are known. A file can be one line of
/// megabytes, and its columns must not be counted from the start each time.
const STEP: usize = 1024;

/// Starts of all lines of one text.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Characters before every [`STEP`]th byte.
    characters: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = std::iter::once(0).chain(breaks.map(|at| at + 1));
        let mut before = 0;
        let characters = text.as_bytes().chunks(STEP).map(|step| {
            let here = before;
            before += count(step);
            here
        });
        Self { characters: characters.map(cut).collect(), starts: starts.map(cut).collect() }
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
        let mark = usize::from(start == 0 && text.starts_with('\u{feff}') && offset > 0);
        let column = self.before(text, offset).saturating_sub(self.before(text, start) + mark) + 1;
        Position { line, column }
    }

    /// Characters before a byte.
    fn before(&self, text: &str, offset: usize) -> usize {
        let offset = offset.min(text.len());
        let step = (offset / STEP).min(self.characters.len().saturating_sub(1));
        let known = self.characters.get(step).map_or(0, |known| usize::try_from(*known).unwrap_or(usize::MAX));
        known + count(text.as_bytes().get(step * STEP..offset).unwrap_or_default())
    }
}

/// Characters that begin in these bytes of UTF-8.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

fn cut(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
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

    #[test]
    fn columns_of_a_long_line_are_those_of_counting() {
        let text = "\u{feff}".to_owned() + &"a\u{e9}\u{1f600}\n".repeat(3) + &"\u{e9}\u{1f600}x".repeat(2000);
        let index = LineIndex::new(&text);
        for (at, _) in text.char_indices().skip(1) {
            let line = text[..at].matches('\n').count() + 1;
            let column = text[..at].trim_start_matches('\u{feff}').chars().rev().take_while(|c| *c != '\n').count() + 1;
            assert_eq!(index.position(&text, at), Position { line, column });
        }
    }
}
