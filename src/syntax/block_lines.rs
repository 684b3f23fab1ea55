//! Block scalars laid beside their lines: which bytes each part of the decoded text came from.

use std::ops::Range;
use std::rc::Rc;

use super::tree::{NodeId, ScalarStyle, Tree};
use crate::text::Span;

/// A part of a block scalar's text and the bytes that stand for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    decoded: Range<usize>,
    source: Span,
    /// Whether it is what is written on a line, byte for byte. Otherwise it is what stands between two lines, as a whole.
    written: bool,
}

/// The parts of a block scalar in order, those of empty lines included; `None` where text and lines do not fit together.
pub(super) type Pieces = Option<Rc<[Piece]>>;

/// The parts of a block scalar.
pub(super) fn pieces(tree: &Tree<'_>, id: NodeId) -> Pieces {
    if let Some((last, pieces)) = &*tree.beside.borrow()
        && *last == id
    {
        return pieces.clone();
    }
    let pieces: Pieces = laid(tree, id).map(Rc::from);
    *tree.beside.borrow_mut() = Some((id, pieces.clone()));
    pieces
}

fn laid(tree: &Tree<'_>, id: NodeId) -> Option<Vec<Piece>> {
    let text = tree.text(id)?;
    let source = tree.source().text();
    let header = tree.span(id).start();
    let first = header + source.get(header..)?.find('\n')? + 1;
    let indent = indentation(text, source.get(first..)?)?;
    let beside = Beside { text, source, indent, pieces: Vec::new() };
    match tree.scalar_style(id)? {
        ScalarStyle::Literal => beside.literal(first),
        ScalarStyle::Folded => beside.folded(first),
        ScalarStyle::Absent | ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => None,
    }
}

/// The byte at which a byte of the text stands; for the end of the text the end of the last part.
pub(super) fn offset(pieces: &[Piece], decoded: usize) -> Option<usize> {
    let Some(piece) = holding(pieces, decoded) else {
        return pieces.last().filter(|last| last.decoded.end == decoded).map(|last| last.source.end());
    };
    let inside = decoded - piece.decoded.start;
    Some(piece.source.start() + if piece.written { inside } else { inside.min(piece.source.len().saturating_sub(1)) })
}

/// The bytes that stand for a part of the text and for nothing else; `None` where it begins or ends inside of what
/// stands between two lines. For an empty part the place at which something can be put in.
pub(super) fn span(pieces: &[Piece], part: &Range<usize>) -> Option<Span> {
    if part.is_empty() {
        let at = part.start;
        let beside = pieces.get(pieces.partition_point(|piece| piece.decoded.end < at)..)?;
        let mut beside = beside.iter().take_while(|piece| piece.decoded.start <= at);
        return beside.find(|piece| piece.written).map(|piece| Span::at(piece.source.start() + at - piece.decoded.start));
    }
    let (first, last) = (holding(pieces, part.start)?, holding(pieces, part.end - 1)?);
    let start = if first.written {
        Some(first.source.start() + part.start - first.decoded.start)
    } else {
        (first.decoded.start == part.start).then_some(first.source.start())
    };
    let end = if last.written {
        Some(last.source.start() + part.end - last.decoded.start)
    } else {
        (last.decoded.end == part.end).then_some(last.source.end())
    };
    Some(Span::new(start?, end?))
}

/// The part with a byte of the text: the first one that ends behind it.
fn holding(pieces: &[Piece], decoded: usize) -> Option<&Piece> {
    pieces.get(pieces.partition_point(|piece| piece.decoded.end <= decoded))
}

/// Spaces before each line, which are none of the text's: what the first line with something on it has more of than its
/// text.
fn indentation(text: &str, lines: &str) -> Option<usize> {
    let is_blank = |line: &&str| line.trim_matches([' ', '\t', '\r']).is_empty();
    let (line, decoded) = (lines.lines().find(|line| !is_blank(line))?, text.lines().find(|line| !is_blank(line))?);
    let leading = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    leading(line).checked_sub(leading(decoded))
}

struct Beside<'a> {
    text: &'a str,
    source: &'a str,
    indent: usize,
    pieces: Vec<Piece>,
}

/// What a line says, and where the next one begins.
#[derive(Clone, Copy)]
struct Line<'a> {
    content: &'a str,
    start: usize,
    next: usize,
}

impl Line<'_> {
    fn end(&self) -> usize {
        self.start + self.content.len()
    }
}

impl<'a> Beside<'a> {
    /// The line that begins at a byte, without its indentation; `None` behind the last one.
    fn line(&self, at: usize) -> Option<Line<'a>> {
        let rest = self.source.get(at..).filter(|rest| !rest.is_empty())?;
        let whole = rest.split_inclusive('\n').next()?;
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let spaces = (line.len() - line.trim_start_matches(' ').len()).min(self.indent);
        Some(Line { content: line.get(spaces..)?, start: at + spaces, next: at + whole.len() })
    }

    /// Takes the next part of the text, if it is this one.
    fn take(&mut self, part: &str, source: Span, written: bool) -> Option<()> {
        let at = self.at();
        self.text.get(at..).filter(|rest| rest.starts_with(part))?;
        self.pieces.push(Piece { decoded: at..at + part.len(), source, written });
        Some(())
    }

    fn take_line(&mut self, line: Line<'_>) -> Option<()> {
        self.take(line.content, Span::new(line.start, line.end()), true)
    }

    /// How much of the text was taken.
    fn at(&self) -> usize {
        self.pieces.last().map_or(0, |piece| piece.decoded.end)
    }

    fn literal(mut self, first: usize) -> Option<Vec<Piece>> {
        let mut line = self.line(first)?;
        loop {
            self.take_line(line)?;
            let rest = self.text.get(self.at()..)?;
            if rest.is_empty() {
                return Some(self.pieces);
            }
            if rest == "\n" {
                self.take("\n", Span::new(line.end(), line.next), false)?;
                return Some(self.pieces);
            }
            // A text may end with line ends for which there are no lines to be seen.
            let next = self.line(line.next)?;
            self.take("\n", Span::new(line.end(), next.start), false)?;
            line = next;
        }
    }

    /// One line end is a space, further ones are line feeds; beside lines that are indented deeper each of them is one
    /// (YAML 1.2, 8.1.3).
    fn folded(mut self, first: usize) -> Option<Vec<Piece>> {
        let (mut from, mut at, mut blank) = (first, first, 0);
        let mut before: Option<bool> = None;
        while self.text.get(self.at()..)?.contains(|c| c != '\n') {
            let line = self.line(at)?;
            at = line.next;
            if line.content.is_empty() {
                blank += 1;
                continue;
            }
            let deeper = line.content.starts_with([' ', '\t']);
            let between = match before {
                None => "\n".repeat(blank),
                Some(false) if !deeper && blank == 0 => " ".to_owned(),
                Some(false) if !deeper => "\n".repeat(blank),
                Some(_) => "\n".repeat(blank + 1),
            };
            self.take(&between, Span::new(from, line.start), false)?;
            self.take_line(line)?;
            (before, from, blank) = (Some(deeper), line.end(), 0);
        }
        let tail = self.text.get(self.at()..)?;
        if !tail.is_empty() {
            self.take(tail, Span::new(from, at.max(from)), false)?;
        }
        Some(self.pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::text::Source;

    /// Puts a bar where each byte of the value of `k` that is on a line begins, by the table.
    fn parts(text: &str) -> Vec<String> {
        let source = Source::new("t", text);
        let tree = parse(&source);
        let value = tree.root().and_then(|root| tree.get(root, "k")).unwrap();
        let decoded = tree.text(value).unwrap();
        let pieces = pieces(&tree, value).unwrap();
        assert_eq!(pieces.iter().map(|piece| &decoded[piece.decoded.clone()]).collect::<String>(), decoded);
        pieces.iter().filter(|piece| piece.written).map(|piece| text[piece.source.range()].to_owned()).collect()
    }

    #[test]
    fn every_header_maps_to_its_lines() {
        assert_eq!(parts("k: | # c\n  one\n   two\n\n  three\nl: 1\n"), ["one", " two", "", "three"]);
        assert_eq!(parts("k: |\n\n  one\n"), ["", "one"]);
        assert_eq!(parts("k: |2-\n    one\n  two"), ["  one", "two"]);
        assert_eq!(parts("k: |+\r\n  one\r\n\r\n\r\n"), ["one", "", ""]);
        assert_eq!(parts("k: |\n  \tone\n    \n  two\n"), ["\tone", "  ", "two"]);
        assert_eq!(parts("k: >\n  one\n  two\n\n  three\n    four\n\n  five\n"), ["one", "two", "three", "  four", "five"]);
        assert_eq!(parts("k: >2+\r\n\r\n    one\r\n  two\r\n\r\n"), ["  one", "two"]);
    }

    #[test]
    fn what_stands_between_lines_is_changed_as_a_whole() {
        let source = Source::new("t", "k: >\n  one\n\n\n  two\n");
        let tree = parse(&source);
        let value = tree.root().and_then(|root| tree.get(root, "k")).unwrap();
        assert_eq!(tree.text(value), Some("one\n\ntwo\n"));
        let slice =
            |part: Range<usize>| tree.source_spans(value, std::slice::from_ref(&part)).map(|spans| source.slice(spans[0]));
        assert_eq!(slice(1..3), Some("ne"));
        assert_eq!(slice(3..5), Some("\n\n\n  "));
        assert_eq!(slice(2..6), Some("e\n\n\n  t"));
        assert_eq!(slice(3..4), None);
        assert_eq!(slice(4..4), None);
        assert_eq!(slice(5..5), Some(""));
    }
}
