//! From a byte of a scalar's decoded text to the byte of the source it came from.

use std::ops::Range;

use super::block_lines;
use super::tree::{NodeId, ScalarStyle, Tree, quote_len};
use crate::text::Span;

/// See [`Tree::source_offset`].
///
/// Decoded text and source are walked side by side: escapes are read, doubled quotes counted once, and
/// a run of white space stands for a run of white space, whatever folding and indentation made of it.
pub(super) fn source_offset(tree: &Tree<'_>, id: NodeId, decoded: usize) -> Option<usize> {
    let style = tree.scalar_style(id)?;
    let text = tree.text(id)?;
    let span = tree.span(id);
    if !text.is_char_boundary(decoded) {
        return None;
    }
    let (start, end) = match style {
        ScalarStyle::Absent => return Some(span.start()),
        ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            (span.start() + quote_len(style), span.end().saturating_sub(quote_len(style)))
        }
        ScalarStyle::Literal | ScalarStyle::Folded => {
            if let Some(pieces) = block_lines::pieces(tree, id) {
                // Line ends and white space behind the last visible character are no place to point at.
                return block_lines::offset(&pieces, decoded).map(|at| at.min(span.end()));
            }
            let header = tree.source().slice(span).find('\n')?;
            (span.start() + header + 1, span.end())
        }
    };
    let raw = tree.source().text().get(start..end)?;
    if raw == text {
        return Some(start + decoded);
    }
    Walk { text, raw, style }.find(decoded).map(|at| start + at)
}

/// See [`Tree::source_spans`].
pub(super) fn source_spans(tree: &Tree<'_>, id: NodeId, parts: &[Range<usize>]) -> Option<Vec<Span>> {
    match tree.scalar_style(id)? {
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let pieces = block_lines::pieces(tree, id)?;
            parts.iter().map(|part| block_lines::span(&pieces, part)).collect()
        }
        ScalarStyle::Absent | ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            let span = |part: &Range<usize>| {
                let (start, end) = (source_offset(tree, id, part.start)?, source_offset(tree, id, part.end)?);
                (start <= end).then(|| Span::new(start, end))
            };
            parts.iter().map(span).collect()
        }
    }
}

struct Walk<'a> {
    text: &'a str,
    raw: &'a str,
    style: ScalarStyle,
}

impl Walk<'_> {
    fn find(&self, wanted: usize) -> Option<usize> {
        let (mut at, mut from) = (0, 0);
        if matches!(self.style, ScalarStyle::Literal | ScalarStyle::Folded) {
            from = space_run(self.raw);
        }
        while at < wanted {
            let text = self.text.get(at..)?;
            let raw = self.raw.get(from..)?;
            let (text_step, raw_step) = self.step(text, raw)?;
            if at + text_step > wanted {
                let inside = wanted - at;
                return Some(from + if text_step == raw_step { inside } else { inside.min(raw_step.saturating_sub(1)) });
            }
            at += text_step;
            from += raw_step;
        }
        // An escaped line break stands for nothing and belongs to what follows it.
        while let Some(length) = self.raw.get(from..).and_then(|raw| self.line_continuation(raw)) {
            from += length;
        }
        Some(from)
    }

    /// Bytes of decoded text and of source that stand for each other next.
    fn step(&self, text: &str, raw: &str) -> Option<(usize, usize)> {
        if let Some(length) = self.line_continuation(raw) {
            return Some((0, length));
        }
        if self.style == ScalarStyle::DoubleQuoted && raw.starts_with('\\') {
            return Some((text.chars().next()?.len_utf8(), escape_length(raw, text.chars().next()?)));
        }
        let (text_run, raw_run) = (space_run(text), space_run(raw));
        if text_run > 0 && raw_run > 0 && self.style == ScalarStyle::DoubleQuoted {
            return Some(folded_step(raw.get(..raw_run)?));
        }
        if text_run > 0 && raw_run > 0 {
            return Some((text_run, raw_run));
        }
        let c = text.chars().next()?;
        if self.style == ScalarStyle::SingleQuoted && c == '\'' && raw.starts_with("''") {
            return Some((1, 2));
        }
        // White space that the source does not show (a final line feed) ends the walk where it is.
        if raw.is_empty() && text_run > 0 {
            return Some((text_run, 0));
        }
        raw.starts_with(c).then_some((c.len_utf8(), c.len_utf8()))
    }

    fn line_continuation(&self, raw: &str) -> Option<usize> {
        let rest = raw.strip_prefix('\\').filter(|_| self.style == ScalarStyle::DoubleQuoted)?;
        rest.starts_with(['\n', '\r']).then(|| 1 + space_run(rest))
    }
}

/// In double quotes the decoded white space next to a run may come from escapes, so the run is read by
/// itself: one line break is one space, each further one a line feed (YAML 1.2, 6.5 line folding).
fn folded_step(run: &str) -> (usize, usize) {
    match run.matches('\n').count() {
        0 => (1, 1),
        1 => (1, run.len()),
        breaks => (breaks - 1, run.len()),
    }
}

fn space_run(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t', '\n', '\r']).len()
}

/// Length of the escape at the start of `raw`, which decodes to `c`.
fn escape_length(raw: &str, c: char) -> usize {
    match raw.as_bytes().get(1) {
        Some(b'x') => 4,
        Some(b'U') => 10,
        // A character outside the basic plane is a pair of escapes in JSON.
        Some(b'u') if c.len_utf16() == 2 => 12,
        Some(b'u') => 6,
        Some(_) | None => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use crate::text::Source;

    /// The source text at each decoded offset of the value of `k`.
    fn at(source: &str, needle: &str) -> String {
        let source = Source::new("t", source);
        let tree = parse(&source);
        let value = tree.root().and_then(|root| tree.get(root, "k")).unwrap();
        let decoded = tree.text(value).unwrap().find(needle).unwrap();
        let offset = tree.source_offset(value, decoded).unwrap();
        source.text()[offset..].chars().take(6).collect()
    }

    #[test]
    fn every_style_maps_back() {
        assert_eq!(at("k: a bcdefgh\n", "cde"), "cdefgh");
        assert_eq!(at("k: 'it''s here'\n", "here"), "here'\n");
        assert_eq!(at("k: \"a\\tb\\x41\\u00e9cdefgh\"\n", "cde"), "cdefgh");
        assert_eq!(at("{\"k\": \"\\ud83d\\ude00 \\\"cdefgh\"}", "cde"), "cdefgh");
        assert_eq!(at("k: |\n    one\n      two\n\n    three7\n", "three"), "three7");
        assert_eq!(at("k: >-\n  one\n  two\n\n  three7\n", "three"), "three7");
        assert_eq!(at("k: one\n  two\n  three7\n", "three"), "three7");
        assert_eq!(at("k: \"one\\n  two \\n\n   end three7\"\n", "three"), "three7");
        assert_eq!(at("k: \"one \\\n   two three7\"\n", "three"), "three7");
    }
}
