//! Block scalars that get another text: header, comments, indentation and the lines that stay are left as they are.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::plan::Planner;
use super::respell::{MAX_COMPARED, Part, compared, middle};
use super::scalar::is_special;
use super::{Edit, apply};
use crate::syntax::{self, NodeId, ScalarStyle, dash_before};
use crate::text::{Source, Span};

/// Bytes that go, and the text that comes.
type Splice = (Span, String);

impl Planner<'_, '_, '_> {
    /// Writes another text into a block scalar, changing as little as can be; `None`, and nothing done, where it cannot be
    /// written so that it is read as just this text.
    pub(super) fn write_block_scalar(&mut self, node: NodeId, text: &str) -> Option<()> {
        if !self.page.is_block_scalar(node) {
            return None;
        }
        let old = self.page.tree.text(node)?;
        let (before, after) = (old.trim_end_matches('\n'), text.trim_end_matches('\n'));
        let (end, wanted_end) = (old.get(before.len()..)?, text.get(after.len()..)?);
        if before.is_empty() || after.is_empty() {
            return None;
        }
        let parts = parts(before, after)?;
        let inside = self.changed_inside(node, &parts);
        let header = self.header_ending(node, end, wanted_end);
        // Of a long text with many repairs not each of them has to be read back.
        let sure = end == wanted_end && self.stay_in_their_lines(node, before, &parts);
        let kept = |splices: Vec<Splice>| Some(splices.into_iter().chain(header.clone()?).collect::<Vec<_>>());
        // Parsers disagree on whether a text has a line end that the file has not. Where its lines stay, that stays, too.
        let ended = wanted_end.is_empty() || self.page.text.ends_with('\n');
        let joined = parts.iter().any(|part| before.get(part.start..part.end).is_none_or(|old| old.contains('\n')));
        let says = |splices: &Vec<Splice>| self.is_read_as(node, splices, text);
        let inside = inside.and_then(kept).filter(|splices| sure || ((ended || !joined) && says(splices)));
        let lines = || self.changed_lines(node, before, after).and_then(kept).filter(|splices| ended && says(splices));
        let anew = || self.rewritten_lines(node, after, wanted_end).filter(|splices| ended && says(splices));
        for (span, text) in inside.or_else(lines).or_else(anew)? {
            self.splice(node, span.start(), span.end(), text);
        }
        Some(())
    }

    /// Whether parts of a literal text change behind the first visible character of a line and leave its end where it is, so
    /// that lines and indentation are the same.
    fn stay_in_their_lines(&self, node: NodeId, text: &str, parts: &[Part]) -> bool {
        let stays = |part: &Part| {
            let line = text.get(..part.start).and_then(|above| above.rsplit('\n').next());
            line.is_some_and(|before| !before.trim_matches([' ', '\t']).is_empty())
                && text.get(part.start..part.end).is_some_and(|old| !old.contains('\n'))
                && !part.text.chars().any(is_special)
        };
        self.page.tree.scalar_style(node) == Some(ScalarStyle::Literal) && parts.iter().all(stays)
    }

    /// What changes in the header so that the text ends in as many line ends as it should: nothing, or its last
    /// indicator. `None` where that is not enough.
    fn header_ending(&self, node: NodeId, end: &str, wanted: &str) -> Option<Vec<Splice>> {
        if end == wanted {
            return Some(Vec::new());
        }
        let (start, header) = (self.page.tree.span(node).start(), self.page.header(node));
        let kept: String = header.chars().filter(|c| !matches!(c, '+' | '-')).collect();
        Some(vec![(Span::new(start, start + header.len()), kept + ending(wanted)?)])
    }

    /// Splices inside of lines; lines may be joined, but none comes.
    fn changed_inside(&self, node: NodeId, parts: &[Part]) -> Option<Vec<Splice>> {
        if parts.iter().any(|part| part.text.contains(['\n', '\r'])) {
            return None;
        }
        let ranges: Vec<_> = parts.iter().map(|part| part.start..part.end).collect();
        let spans = self.page.tree.source_spans(node, &ranges)?;
        Some(spans.into_iter().zip(parts).map(|(span, part)| (span, part.text.clone())).collect())
    }

    /// Whole lines of a literal text that come, go or change.
    fn changed_lines(&self, node: NodeId, before: &str, after: &str) -> Option<Vec<Splice>> {
        if self.page.tree.scalar_style(node)? != ScalarStyle::Literal {
            return None;
        }
        let lines = self.lines_of(node, before)?;
        let indent = self.indent_of(node, before)?;
        let (old, new): (Vec<&str>, Vec<&str>) = (before.split('\n').collect(), after.split('\n').collect());
        if old.len().max(new.len()) > MAX_COMPARED {
            return None;
        }
        let line = |text: &&str| if text.is_empty() { String::new() } else { format!("{indent}{text}") };
        let newline = self.layout.newline;
        let changed = capture_diff_slices(Algorithm::Myers, &old, &new);
        let changed = changed.into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
        let splice = |op: DiffOp| {
            let come: Vec<String> = new.get(op.new_range())?.iter().map(line).collect();
            let go = lines.get(op.old_range())?;
            let start = |at: usize| lines.get(at).map(|(_, span)| self.page.line_start(span.start()));
            let behind = || op.old_range().start.checked_sub(1).and_then(|at| lines.get(at)).map(|(_, span)| span.end());
            Some(match (go.first().zip(go.last()), come.is_empty()) {
                (Some((first, last)), false) => {
                    (Span::new(self.page.line_start(first.1.start()), last.1.end()), come.join(newline))
                }
                (Some((first, last)), true) => match start(op.old_range().end) {
                    Some(next) => (Span::new(self.page.line_start(first.1.start()), next), String::new()),
                    None => (Span::new(behind()?, last.1.end()), String::new()),
                },
                (None, _) => match start(op.old_range().start) {
                    Some(next) => (Span::at(next), come.iter().flat_map(|line| [line.as_str(), newline]).collect()),
                    None => (Span::at(behind()?), come.iter().flat_map(|line| [newline, line.as_str()]).collect()),
                },
            })
        };
        changed.map(splice).collect()
    }

    /// The lines of a text with their bytes, behind the indentation.
    fn lines_of<'l>(&self, node: NodeId, text: &'l str) -> Option<Vec<(&'l str, Span)>> {
        let mut at = 0;
        let range = |line: &str| {
            let start = at;
            at += line.len() + 1;
            start..start + line.len()
        };
        let ranges: Vec<_> = text.split('\n').map(range).collect();
        Some(text.split('\n').zip(self.page.tree.source_spans(node, &ranges)?).collect())
    }

    /// What stands before the lines of a text.
    fn indent_of(&self, node: NodeId, text: &str) -> Option<&str> {
        let written = text.split('\n').find(|line| !line.trim_matches([' ', '\t']).is_empty())?;
        let at = text.find(written)?;
        let range = at..at + written.len();
        let spans = self.page.tree.source_spans(node, std::slice::from_ref(&range))?;
        Some(self.page.prefix(spans.first()?.start()))
    }

    /// All lines anew, several lines of a folded text as a literal one.
    fn rewritten_lines(&self, node: NodeId, text: &str, end: &str) -> Option<Vec<Splice>> {
        let page = self.page;
        let clean = |line: &str| !line.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'));
        if text.trim() != text || !text.split('\n').all(|line| clean(line) && (line.is_empty() || !line.trim().is_empty())) {
            return None;
        }
        let (span, header) = (page.tree.span(node), page.header(node));
        let folded = page.tree.scalar_style(node)? == ScalarStyle::Folded && !text.contains('\n');
        let header_to = format!("{}{}", if folded { ">" } else { "|" }, ending(end)?);
        let indent = self.indent_of(node, page.tree.text(node)?)?;
        let newline = self.layout.newline;
        let line = |line: &str| if line.is_empty() { newline.to_owned() } else { format!("{newline}{indent}{line}") };
        Some(vec![
            (Span::new(span.start(), span.start() + header.len()), header_to),
            (Span::new(page.line_end(span.start()), page.line_end(span.end())), text.split('\n').map(line).collect()),
        ])
    }

    /// Whether a block scalar with these splices made is read as this text, and its comments as comments. Told by a
    /// document that holds nothing else, so that a long one need not be read for each of its repairs.
    fn is_read_as(&self, node: NodeId, splices: &[Splice], text: &str) -> bool {
        self.alone(node, splices).is_some_and(|(document, comments)| {
            let source = Source::new("", document);
            let tree = syntax::parse(&source);
            let value = tree.root().and_then(|root| tree.get(root, "k"));
            let same = |value| {
                let block = matches!(tree.scalar_style(value), Some(ScalarStyle::Literal | ScalarStyle::Folded));
                block && tree.text(value) == Some(text)
            };
            value.is_some_and(same) && tree.len() == 3 && tree.errors().is_empty() && tree.comments().len() == comments
        })
    }

    /// A block scalar, its splices made, as the only value of a document, indented as it is; and how many comments it
    /// should have.
    fn alone(&self, node: NodeId, splices: &[Splice]) -> Option<(String, usize)> {
        let page = self.page;
        let start = page.tree.span(node).start();
        let head = match page.tree.entry_of(node) {
            Some(entry) => page.tree.span_with_tag(entry.key).start(),
            None => dash_before(page.text, page.tree.span_with_tag(node).start())?,
        };
        let end = page.next_line(page.blank_lines_below(page.tree.span(node).end()));
        let moved = |span: Span| Some(Span::new(span.start().checked_sub(start)?, span.end().checked_sub(start)?));
        let edit = |(span, text): &Splice| Some(Edit { span: moved(*span)?, text: text.clone() });
        let edits: Vec<Edit> = splices.iter().map(edit).collect::<Option<_>>()?;
        let alone = apply(page.between(start, end), &edits)?;
        Some((format!("{}k: {alone}", " ".repeat(page.column(head))), page.comments_in(start, end).len()))
    }
}

/// The parts in which two texts differ, as small as can be told.
fn parts(before: &str, after: &str) -> Option<Vec<Part>> {
    let middle = middle(before, after)?;
    Some(compared(before, &middle).unwrap_or_else(|| vec![middle]))
}

/// The indicator of a block scalar whose text ends so.
fn ending(end: &str) -> Option<&'static str> {
    match end {
        "" => Some("-"),
        "\n" => Some(""),
        _ => None,
    }
}
