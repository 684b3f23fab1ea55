//! Where bytes of a repaired text stood before.

use crate::edit::Edit;
use crate::text::Span;

/// The edits of several rounds, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    rounds: Vec<Vec<Piece>>,
}

/// One replacement: what went, and what came, each in the bytes of its own text.
#[derive(Clone, Debug)]
struct Piece {
    old: Span,
    new: Span,
    /// The bytes of the old text of which what came is a copy.
    copied: Option<Span>,
}

/// A place in the first text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin {
    pub(super) span: Span,
    /// Whether the place itself was there. What a repair wrote has only the place at which that happened.
    pub(super) known: bool,
}

impl Trail {
    /// Goes on behind a round. Aliases that became what they stand for are given as their own lines' bytes, from the alias on,
    /// with the bytes of what was copied there.
    pub(super) fn push(&mut self, edits: &[Edit], copies: &[(Span, Span)]) {
        let mut ordered: Vec<&Edit> = edits.iter().collect();
        ordered.sort_by_key(|edit| edit.span);
        let (mut before, mut after) = (0, 0);
        let mut pieces = Vec::with_capacity(ordered.len());
        for edit in ordered {
            let start = after + edit.span.start().saturating_sub(before);
            after = start + edit.text.len();
            before = edit.span.end();
            let here = |(alias, _): &&(Span, Span)| alias.contains(edit.span) || edit.span.contains(Span::at(alias.start()));
            // Of several aliases on one line it is the last that begins before.
            let from = copies.iter().rev().find(here).map(|(_, from)| *from);
            pieces.push(Piece { old: edit.span, new: Span::new(start, after), copied: from });
        }
        self.rounds.push(pieces);
    }

    /// Takes the last round back.
    pub(super) fn pop(&mut self) {
        self.rounds.pop();
    }

    /// Goes on with another trail.
    pub(super) fn extend(&mut self, other: Self) {
        self.rounds.extend(other.rounds);
    }

    /// Where bytes of the last text stood in the first.
    pub(super) fn origin(&self, span: Span) -> Origin {
        let (mut start, mut end, mut known) = (span.start(), span.end(), true);
        for pieces in self.rounds.iter().rev() {
            let (before, was_there) = start_before(pieces, start);
            end = end_before(pieces, end).max(before);
            start = before;
            known &= was_there;
        }
        Origin { span: Span::new(start, end), known }
    }

    /// Where in the first text the original of a copy stood in which these bytes of the last text are.
    pub(super) fn copied(&self, span: Span) -> Option<Span> {
        let (mut at, mut is_copy) = (span, false);
        for pieces in self.rounds.iter().rev() {
            let next = pieces.partition_point(|piece| piece.new.start() <= at.start());
            let piece = next.checked_sub(1).and_then(|last| pieces.get(last));
            let from = piece.filter(|piece| piece.new.contains(at)).and_then(|piece| piece.copied);
            is_copy |= from.is_some();
            at = from.unwrap_or_else(|| {
                let start = start_before(pieces, at.start()).0;
                Span::new(start, end_before(pieces, at.end()).max(start))
            });
        }
        is_copy.then_some(at)
    }
}

/// A first byte: what follows a piece belongs to the text behind it.
fn start_before(pieces: &[Piece], at: usize) -> (usize, bool) {
    let next = pieces.partition_point(|piece| piece.new.start() <= at);
    let Some(piece) = next.checked_sub(1).and_then(|last| pieces.get(last)) else { return (at, true) };
    match at.checked_sub(piece.new.end()) {
        Some(behind) => (piece.old.end() + behind, true),
        None if at == piece.new.start() && !piece.old.is_empty() => (piece.old.start(), true),
        None => (piece.old.start() + (at - piece.new.start()).min(piece.old.len()), false),
    }
}

/// One past a last byte: what ends where a piece begins belongs to the text before it.
fn end_before(pieces: &[Piece], at: usize) -> usize {
    let next = pieces.partition_point(|piece| piece.new.start() < at);
    let Some(piece) = next.checked_sub(1).and_then(|last| pieces.get(last)) else { return at };
    match at.checked_sub(piece.new.end()) {
        Some(behind) => piece.old.end() + behind,
        None => piece.old.start() + (at - piece.new.start()).min(piece.old.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { span: Span::new(start, end), text: text.to_owned() }
    }

    /// The old text under a part of the new one, and whether it was known.
    fn before<'o>(old: &'o str, edits: &[Edit], part: &str) -> (&'o str, bool) {
        let new = apply(old, edits).unwrap();
        let start = new.find(part).unwrap();
        let mut trail = Trail::default();
        trail.push(edits, &[]);
        let origin = trail.origin(Span::new(start, start + part.len()));
        (&old[origin.span.range()], origin.known)
    }

    #[test]
    fn what_was_not_edited_is_found_again() {
        let edits = [edit(6, 6, "NEW "), edit(2, 3, "LONG"), edit(9, 11, "")];
        assert_eq!(apply("a b c d e f g", &edits).unwrap(), "a LONG c NEW d e g");
        for part in ["a", "c", "d", "e", "g", "LONG"] {
            assert_eq!(before("a b c d e f g", &edits, part), (if part == "LONG" { "b" } else { part }, true));
        }
    }

    #[test]
    fn what_was_written_has_a_place_only() {
        assert_eq!(before("ab", &[edit(1, 1, "xyz")], "y"), ("", false));
        assert_eq!(before("abc", &[edit(1, 2, "xyz")], "z"), ("", false));
    }

    #[test]
    fn rounds_are_gone_back_one_by_one() {
        let mut trail = Trail::default();
        trail.push(&[edit(0, 0, "12")], &[]);
        trail.push(&[edit(0, 1, ""), edit(3, 3, "3")], &[]);
        assert_eq!(trail.origin(Span::new(3, 4)), Origin { span: Span::new(1, 2), known: true });
        trail.pop();
        assert_eq!(trail.origin(Span::new(3, 4)), Origin { span: Span::new(1, 2), known: true });
    }
    #[test]
    fn a_copy_is_known_by_its_original() {
        let mut trail = Trail::default();
        trail.push(&[edit(0, 0, "// ")], &[]);
        // "// &a X *a" becomes "// &a X X".
        trail.push(&[edit(8, 10, "X")], &[(Span::new(8, 10), Span::new(3, 7))]);
        assert_eq!(trail.copied(Span::new(8, 9)), Some(Span::new(0, 4)));
        assert_eq!(trail.copied(Span::new(6, 7)), None);
    }
}
