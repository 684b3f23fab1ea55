//! Children of block collections: whole lines come and go.

use super::intent::{Content, Insertion};
use super::page::Child;
use super::plan::{Gap, Planner};
use super::render::Writer;
use crate::syntax::{Collection, NodeId, dash_before};

impl Planner<'_, '_, '_> {
    pub(super) fn block_gap(&mut self, parent: NodeId, gap: &Gap<'_>, writer: Writer<'_>) -> Option<()> {
        let column = self.page.column(gap.left.or(gap.right).as_ref().or(gap.deleted.first())?.start);
        if self.tears_comments(parent, gap) {
            return None;
        }
        let written = gap.new.iter().map(|new| self.written(new, writer, column, gap.right.is_none()));
        let written: Vec<String> = written.collect::<Option<_>>()?;
        let line = writer.line(column);
        match (&gap.left, gap.deleted.first().zip(gap.deleted.last()), &gap.right) {
            (Some(left), _, _) => {
                if !written.is_empty() {
                    let at = self.end_of(left, column)?;
                    if self.swallows_comments(gap, left) {
                        return None;
                    }
                    self.splice(parent, at, at, written.iter().fold(String::new(), |text, new| text + &line + new));
                }
                self.delete_lines(parent, gap);
            }
            (None, Some((first, last)), _) if !written.is_empty() => {
                // White space at the end of a block scalar is its own and would be that of what comes.
                let scalar = self.page.is_block_scalar(self.page.last_leaf(last.tail));
                let end = if scalar { self.page.line_end(last.end) } else { last.end };
                self.splice(parent, first.start, end, written.join(&line));
            }
            (None, Some((first, last)), Some(right)) => self.delete_first(parent, gap, (first, last), right),
            (None, Some((first, last)), None) => {
                let empty = if self.page.tree.is_mapping(parent) { "{}" } else { "[]" };
                let region = self.page.region(parent, first, last);
                self.write_inline(parent, empty, true, Some(region))?;
            }
            (None, None, Some(right)) => {
                let own_line = self.page.first_on_line(right.start) && self.page.tree.parent(parent).is_some();
                if own_line {
                    let at = self.page.comments_above(right.start);
                    let indent = " ".repeat(column);
                    let text: String = written.iter().flat_map(|new| [indent.as_str(), new, self.layout.newline]).collect();
                    self.splice(parent, at, at, text);
                } else {
                    let text: String = written.iter().flat_map(|new| [new.as_str(), &line]).collect();
                    self.splice(parent, right.start, right.start, text);
                }
            }
            (None, None, None) => {}
        }
        Some(())
    }

    fn written(&self, new: &Insertion<'_>, writer: Writer<'_>, column: usize, last: bool) -> Option<String> {
        match new.content {
            Content::Entry(key, value) => Some(writer.block_entry(key, value, column)),
            Content::Item(value) => Some(writer.block_item(value, column)),
            Content::Moved(node) => self.moved_lines(node, column, last),
        }
    }

    /// Removes the lines of deleted children, and blank lines that would then be doubled.
    fn delete_lines(&mut self, parent: NodeId, gap: &Gap<'_>) {
        // What it ends in may be another scalar than before.
        let ends_in = |left: &Child| self.last_byte(left.tail).and_then(|last| last.leaf).unwrap_or(left.tail);
        let keeps = gap.left.as_ref().is_some_and(|left| self.page.keeps_blank_lines(ends_in(left)));
        let mut done = 0;
        for child in &gap.deleted {
            let region = self.page.region(parent, child, child);
            let start = region.start().max(done);
            let above_blank = start.checked_sub(1).is_some_and(|above| self.page.is_blank_line(above));
            let mut end = region.end();
            while (keeps || above_blank) && end < self.page.text.len() && self.page.is_blank_line(end) {
                end = self.page.next_line(end);
            }
            if end > start {
                self.splice(parent, start, end, "");
            }
            done = end.max(done);
        }
    }

    /// Removes the first children where one stays behind them, which may have to move to the dash's line.
    fn delete_first(&mut self, parent: NodeId, gap: &Gap<'_>, (first, last): (&Child, &Child), right: &Child) {
        if self.page.first_on_line(first.start) {
            self.delete_lines(parent, gap);
            return;
        }
        let region = self.page.region(parent, first, last);
        let left_over = self.page.has_comments(region.end(), right.start);
        if left_over {
            let before = self.page.prefix(first.start);
            let start = first.start - (before.len() - before.trim_end().len());
            self.splice(parent, start, region.end(), "");
        } else {
            self.splice(parent, first.start, right.start, "");
        }
    }

    /// End of the line behind a child that stays, with all that will still belong to it.
    fn end_of(&self, child: &Child, column: usize) -> Option<usize> {
        let last = self.last_byte(child.tail)?;
        let end = last.end.max(self.head_end(child));
        let Some(leaf) = last.leaf else { return Some(self.page.line_end(end)) };
        // Without a line end the scalar has none either; one more line would give it one.
        let unfinished = self.page.next_line(end) >= self.page.text.len() && !self.page.text.ends_with('\n');
        if unfinished && self.page.is_block_scalar(leaf) {
            return None;
        }
        if leaf == self.page.last_leaf(child.tail) {
            return Some(self.page.settled_end(leaf, end, column));
        }
        // A comment below belongs to what goes or to what stays, and something inside may come behind it.
        if self.grows(child.tail) && self.page.comments_below(end, column) > self.page.line_end(end) {
            return None;
        }
        Some(if self.page.keeps_blank_lines(leaf) { self.page.blank_lines_below(end) } else { self.page.line_end(end) })
    }

    /// Whether a collection at a node or inside it gets children.
    fn grows(&self, node: NodeId) -> bool {
        let span = self.page.tree.span(node);
        self.intent.inserted.range(node..).next().is_some_and(|(parent, _)| span.contains(self.page.tree.span(*parent)))
    }

    fn head_end(&self, child: &Child) -> usize {
        if child.head == child.tail { child.start + 1 } else { self.page.tree.span(child.head).end() }
    }

    /// Behind the last byte of a node that the changes leave.
    pub(super) fn last_byte(&self, node: NodeId) -> Option<LastByte> {
        let tree = self.page.tree;
        let own_lines = self.page.first_on_line(tree.span(node).start());
        if let Some(with) = self.intent.replaced.get(&node) {
            let end = match self.leaves_lines(node, with) {
                Some(head) => head,
                None => self.end_with_blank_lines(self.target_of(node, with).0),
            };
            return Some(LastByte { end, leaf: None });
        }
        if tree.collection(node) != Some(Collection::Block) {
            return Some(LastByte { end: tree.span_with_tag(node).end(), leaf: Some(node) });
        }
        let children = self.page.children(node)?;
        match children.iter().rev().find(|child| !self.intent.deleted.contains(&child.head)) {
            Some(child) => {
                let last = self.last_byte(child.tail)?;
                Some(LastByte { end: last.end.max(self.head_end(child)), leaf: last.leaf })
            }
            None if own_lines && !self.intent.inserted.contains_key(&node) => {
                Some(LastByte { end: self.front(node)?, leaf: None })
            }
            None => Some(LastByte { end: tree.span(node).end(), leaf: None }),
        }
    }

    /// Behind the last byte of a node that is replaced where it stands. The blank lines of a block scalar that keeps them may
    /// still be its own.
    fn end_with_blank_lines(&self, node: NodeId) -> usize {
        let end = self.page.tree.span_with_tag(node).end();
        let kept = self.page.is_block_scalar(node) && self.page.keeps_blank_lines(node);
        if kept { self.page.blank_lines_below(end) } else { end }
    }

    /// Behind the colon or dash that announces a value, and behind its tag and anchor.
    pub(super) fn front(&self, node: NodeId) -> Option<usize> {
        let tag = self.page.tree.tag(node).map_or(0, |tag| tag.span.end());
        let anchor = self.page.tree.anchor(node).map_or(0, |anchor| anchor.span.end());
        Some(self.announced(node)?.max(tag).max(anchor))
    }

    /// Behind the colon or dash that announces a value.
    pub(super) fn announced(&self, node: NodeId) -> Option<usize> {
        if let Some(entry) = self.page.tree.entry_of(node) {
            return self.page.behind_colon(entry.key);
        }
        self.page.tree.parent(node)?;
        Some(dash_before(self.page.text, self.page.tree.span_with_tag(node).start())? + 1)
    }
}

/// Where a node will end.
pub(super) struct LastByte {
    end: usize,
    /// The node that ends there, unless it is replaced.
    pub(super) leaf: Option<NodeId>,
}
