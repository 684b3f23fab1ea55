//! Entries and items that move: the text as it stands, indented anew.

use super::intent::Content;
use super::page::Child;
use super::plan::{Gap, Planner};
use crate::syntax::{Collection, NodeId};

impl Planner<'_, '_, '_> {
    /// The lines of a block child with its comments for a place at `column`, the first without its indentation.
    /// `last` tells that nothing of its new collection comes behind it.
    pub(super) fn moved_lines(&self, node: NodeId, column: usize, last: bool) -> Option<String> {
        let page = self.page;
        let parent = page.tree.parent(node).filter(|parent| page.tree.collection(*parent) == Some(Collection::Block))?;
        let child = self.child(parent, node)?;
        let leaf = page.last_leaf(child.tail);
        let unfinished = !page.text.ends_with('\n') && (last || page.next_line(child.end) >= page.text.len());
        // The end of such a scalar depends on what stands behind it.
        if page.keeps_blank_lines(child.tail) || (unfinished && page.is_block_scalar(leaf)) {
            return None;
        }
        let from = page.column(child.start);
        let own_line = page.first_on_line(child.start);
        let start = if own_line { page.comments_above(child.start) + from } else { child.start };
        shifted(page.between(start, page.settled_end(child.tail, child.end, from)), from, column)
    }

    /// The text of a child in brackets for a place on lines that begin with `indent`; `None` where comments are
    /// near, since commas stand between them and what they belong to.
    pub(super) fn moved_flow(&self, node: NodeId, indent: &str) -> Option<String> {
        let page = self.page;
        let parent = page.tree.parent(node).filter(|parent| self.is_flow_parent(*parent))?;
        let (child, around) = (self.child(parent, node)?, page.tree.span(parent));
        if page.has_comments(around.start(), around.end()) {
            return None;
        }
        let (from, text) = (page.indent(child.start), page.between(child.start, child.end));
        if from == indent {
            return Some(text.to_owned());
        }
        let mut lines = text.split('\n');
        let mut out = lines.next()?.to_owned();
        for line in lines {
            out.push('\n');
            if line.trim().is_empty() {
                out.push_str(line);
            } else {
                out.push_str(indent);
                out.push_str(line.strip_prefix(from)?);
            }
        }
        Some(out)
    }

    /// Whether comments stand where what goes and what comes cannot share them: between children that go, of
    /// which one moves, or around text whose place another takes.
    pub(super) fn tears_comments(&self, parent: NodeId, gap: &Gap<'_>) -> bool {
        let (Some(first), Some(last)) = (gap.deleted.first(), gap.deleted.last()) else { return false };
        let moves = gap.deleted.iter().any(|child| self.intent.moved.contains_key(&child.head))
            || gap.new.iter().any(|new| matches!(new.content, Content::Moved(_)));
        let region = self.page.region(parent, first, last);
        let together = gap.left.is_none() && (gap.deleted.len() > 1 || !gap.new.is_empty());
        moves && together && self.page.has_comments(region.start(), region.end())
    }

    /// Whether a block scalar would come behind a child that ends in another way than it did: a comment that it
    /// leaves below could become the scalar's text.
    pub(super) fn swallows_comments(&self, gap: &Gap<'_>, left: &Child) -> bool {
        let ends_in_lines = gap.new.iter().any(|new| match new.content {
            Content::Moved(node) => {
                let tail = self.page.tree.entry_of(node).map_or(node, |entry| entry.value);
                self.page.is_block_scalar(self.page.last_leaf(tail))
            }
            Content::Entry(..) | Content::Item(_) => false,
        });
        let as_written = || self.last_byte(left.tail).is_some_and(|last| last.leaf == Some(self.page.last_leaf(left.tail)));
        ends_in_lines && !as_written()
    }

    fn child(&self, parent: NodeId, node: NodeId) -> Option<Child> {
        self.page.children(parent)?.into_iter().find(|child| child.head == node)
    }
}

/// Lines moved from one column to another; `None` where a line has too few spaces for that.
fn shifted(text: &str, from: usize, to: usize) -> Option<String> {
    let mut lines = text.split('\n');
    let mut out = lines.next()?.to_owned();
    for line in lines {
        out.push('\n');
        let words = line.trim_start_matches(' ');
        let spaces = line.len() - words.len();
        let blank = words.trim().is_empty();
        let shift = if blank && spaces == 0 { 0 } else { to.saturating_sub(from) };
        let cut = from.saturating_sub(to);
        if cut > spaces && !blank {
            return None;
        }
        out.push_str(&" ".repeat(shift));
        out.push_str(line.get(cut.min(spaces)..)?);
    }
    Some(out)
}
