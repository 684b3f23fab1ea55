//! Children of flow collections and JSON: commas and brackets.

use super::intent::{Content, Insertion};
use super::page::Child;
use super::plan::{Gap, Planner};
use super::render::Writer;
use super::scalar::Context;
use crate::syntax::NodeId;
use crate::text::Span;

/// Bytes up to which a new child beside one on one line is written on one line.
const MAX_ONE_LINE: usize = 100;

impl Planner<'_, '_, '_> {
    pub(super) fn flow_gap(&mut self, parent: NodeId, gap: &Gap<'_>, writer: Writer<'_>) -> Option<()> {
        let near = gap.left.or(gap.right).or_else(|| gap.deleted.first().copied())?;
        let own_line = self.page.first_on_line(near.start);
        let indent = own_line.then(|| self.page.prefix(near.start));
        let around = self.page.indent(near.start);
        let new = gap.new.iter().map(|new| {
            let short = self.written_flow(new, writer, None, around).filter(|text| text.len() <= MAX_ONE_LINE);
            short.filter(|_| self.is_one_line_collection(near)).or_else(|| self.written_flow(new, writer, indent, around))
        });
        let new: Vec<String> = new.collect::<Option<_>>()?;
        let line = indent.map(|indent| format!("{}{indent}", self.layout.newline));
        match (gap.deleted.first().zip(gap.deleted.last()), new.is_empty()) {
            (Some((first, last)), false) => {
                let text = new.join(&line.map_or(self.layout.comma.to_owned(), |line| format!(",{line}")));
                self.splice(parent, first.start, last.end, text);
            }
            (Some((first, last)), true) => self.delete_between(parent, gap, first, last)?,
            (None, false) => match (&gap.left, &gap.right) {
                (Some(left), None) => self.append(parent, left, &new, line.as_deref()),
                (left, Some(right)) => self.insert_between(parent, left.as_ref(), right, &new),
                (None, None) => {}
            },
            (None, true) => {}
        }
        Some(())
    }

    /// Whether a child is, or has as its value, a collection with children on one line.
    fn is_one_line_collection(&self, child: Child) -> bool {
        let text = self.page.between(child.start, child.end);
        !text.contains('\n') && text.ends_with(['}', ']']) && !text.ends_with("{}") && !text.ends_with("[]")
    }

    fn written_flow(&self, new: &Insertion<'_>, writer: Writer<'_>, indent: Option<&str>, around: &str) -> Option<String> {
        match new.content {
            Content::Entry(key, value) => Some(writer.flow_entry(key, value, indent)),
            Content::Item(value) => Some(writer.flow(value, Context::Flow, indent)),
            Content::Moved(node) => self.moved_flow(node, around),
        }
    }

    /// The comma behind a child, if there is one.
    fn comma(&self, end: usize) -> Option<usize> {
        let next = self.page.next_token(end);
        self.page.text.get(next..)?.starts_with(',').then_some(next)
    }

    fn append(&mut self, parent: NodeId, left: &Child, new: &[String], line: Option<&str>) {
        let trailing = self.comma(left.end);
        let from = trailing.map_or(left.end, |comma| comma + 1);
        match (line, trailing) {
            (Some(line), None) => {
                let at = if self.page.ends_line(from) { self.page.line_end(from) } else { from };
                self.splice(parent, from, from, ",");
                self.splice(parent, at, at, format!("{line}{}", new.join(&format!(",{line}"))));
            }
            (Some(line), Some(_)) if self.page.ends_line(from) => {
                let at = self.page.line_end(from);
                let text: String = new.iter().flat_map(|new| [line, new, ","]).collect();
                self.splice(parent, at, at, text);
            }
            (Some(_) | None, Some(_)) => {
                let text: String = new.iter().flat_map(|new| [" ", new, ","]).collect();
                self.splice(parent, from, from, text);
            }
            (None, None) => {
                let text: String = new.iter().flat_map(|new| [self.layout.comma, new]).collect();
                self.splice(parent, from, from, text);
            }
        }
    }

    fn insert_between(&mut self, parent: NodeId, left: Option<&Child>, right: &Child, new: &[String]) {
        if !self.page.first_on_line(right.start) {
            let text: String = new.iter().flat_map(|new| [new, self.layout.comma]).collect();
            self.splice(parent, right.start, right.start, text);
            return;
        }
        let line = format!("{}{}", self.layout.newline, self.page.prefix(right.start));
        // Behind the comma or the opener, at the end of its line.
        let opener = self.page.tree.span(parent).start() + 1;
        let from = left.map_or(Some(opener), |left| Some(self.comma(left.end)? + 1));
        if let Some(from) = from.filter(|from| self.page.ends_line(*from)) {
            let at = self.page.line_end(from);
            let text: String = new.iter().flat_map(|new| [&line, new.as_str(), ","]).collect();
            self.splice(parent, at, at, text);
        } else {
            let text: String = new.iter().flat_map(|new| [new.as_str(), ",", &line]).collect();
            self.splice(parent, right.start, right.start, text);
        }
    }

    fn delete_between(&mut self, parent: NodeId, gap: &Gap<'_>, first: &Child, last: &Child) -> Option<()> {
        match (self.comma(last.end), &gap.left, &gap.right) {
            (None, None, None) => {
                let span = self.page.tree.span(parent);
                let empty = if self.page.tree.is_mapping(parent) { "{}" } else { "[]" };
                self.splice(parent, span.start(), span.end(), empty);
            }
            (Some(_), None, None) => {
                let span = self.page.tree.span(parent);
                self.splice(parent, span.start() + 1, span.end().checked_sub(1)?, "");
            }
            (Some(comma), _, right) => self.delete_forward(parent, (first, last), comma, right.as_ref())?,
            (None, Some(left), _) => self.delete_backward(parent, left, first, last)?,
            (None, None, Some(_)) => return None,
        }
        Some(())
    }

    /// Removes children with the comma behind the last one.
    fn delete_forward(
        &mut self,
        parent: NodeId,
        (first, last): (&Child, &Child),
        comma: usize,
        right: Option<&Child>,
    ) -> Option<()> {
        if self.page.has_comments(last.end, comma) {
            return None;
        }
        let behind = comma + 1;
        if self.page.first_on_line(first.start) && self.page.ends_line(behind) {
            let start = self.page.comments_above(first.start);
            self.splice(parent, start, self.page.next_line(behind), "");
            return Some(());
        }
        let same_line = right.filter(|right| !self.page.between(behind, right.start).contains('\n'));
        if let Some(right) = same_line {
            self.splice(parent, first.start, right.start, "");
        } else {
            let before = self.page.prefix(first.start);
            let end = self.page.comment_behind(behind).map_or(behind, Span::end);
            let start = first.start - (before.len() - before.trim_end().len());
            self.splice(parent, start, end, "");
        }
        Some(())
    }

    /// Removes the last children with the comma before them.
    fn delete_backward(&mut self, parent: NodeId, left: &Child, first: &Child, last: &Child) -> Option<()> {
        let comma = self.comma(left.end)?;
        let comment = self.page.comment_behind(last.end);
        let end = comment.map_or(last.end, Span::end);
        if !self.page.has_comments(left.end, first.start) {
            self.splice(parent, comma, end, "");
            return Some(());
        }
        self.splice(parent, comma, comma + 1, "");
        if self.page.first_on_line(first.start) && self.page.ends_line(last.end) {
            self.splice(parent, self.page.comments_above(first.start), self.page.next_line(last.end), "");
        } else {
            self.splice(parent, first.start, end, "");
        }
        Some(())
    }
}
