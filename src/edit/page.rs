//! The text around nodes: lines, columns, comments, colons and dashes.

use crate::syntax::{Collection, Kind, NodeId, ScalarStyle, Tree, dash_before};
use crate::text::Span;

/// An entry of a mapping or an item of a sequence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    /// The key, or the item.
    pub(super) head: NodeId,
    /// The value, or the item.
    pub(super) tail: NodeId,
    /// First byte: of the key with its anchor, of the dash in a block sequence, else of the item.
    pub(super) start: usize,
    /// Behind the last byte of the value.
    pub(super) end: usize,
}

/// A tree with its text at hand.
#[derive(Clone, Copy)]
pub(super) struct Page<'t, 's> {
    pub(super) tree: &'t Tree<'s>,
    pub(super) text: &'s str,
}

impl<'t, 's> Page<'t, 's> {
    pub(super) fn new(tree: &'t Tree<'s>) -> Self {
        Self { tree, text: tree.source().text() }
    }

    pub(super) fn between(&self, start: usize, end: usize) -> &'s str {
        self.text.get(start..end).unwrap_or("")
    }

    /// First byte of the line of `at`, behind a byte order mark.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let lines = self.tree.source().lines();
        let start = lines.line_start(lines.line(at)).unwrap_or(0);
        if start == 0 { self.tree.source().bom_len().min(at) } else { start }
    }

    /// End of the line of `at`, before its line end.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.between(at, self.next_line(at));
        let line = rest.strip_suffix('\n').unwrap_or(rest);
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// First byte of the next line, or the end of the text.
    pub(super) fn next_line(&self, at: usize) -> usize {
        let lines = self.tree.source().lines();
        lines.line_start(lines.line(at) + 1).unwrap_or(self.text.len())
    }

    /// Bytes before `at` on its line; what stands there before a block node is ASCII.
    pub(super) fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// The line of `at` up to `at`.
    pub(super) fn prefix(&self, at: usize) -> &'s str {
        self.between(self.line_start(at), at)
    }

    /// The white space at the start of the line of `at`.
    pub(super) fn indent(&self, at: usize) -> &'s str {
        let line = self.between(self.line_start(at), self.line_end(at));
        line.get(..line.len() - line.trim_start().len()).unwrap_or("")
    }

    pub(super) fn first_on_line(&self, at: usize) -> bool {
        self.prefix(at).trim().is_empty()
    }

    pub(super) fn is_blank_line(&self, at: usize) -> bool {
        self.between(self.line_start(at), self.line_end(at)).trim().is_empty()
    }

    pub(super) fn comment_at(&self, at: usize) -> Option<Span> {
        let comments = self.tree.comments();
        let found = comments.binary_search_by_key(&at, |comment| comment.start()).ok()?;
        comments.get(found).copied()
    }

    /// The comment that follows on the line of `at` with only spaces between.
    pub(super) fn comment_behind(&self, at: usize) -> Option<Span> {
        let rest = self.between(at, self.line_end(at));
        self.comment_at(at + rest.len() - rest.trim_start().len())
    }

    /// Whether nothing but a comment follows on the line.
    pub(super) fn ends_line(&self, at: usize) -> bool {
        self.between(at, self.line_end(at)).trim().is_empty() || self.comment_behind(at).is_some()
    }

    /// The next byte that is no white space and in no comment.
    pub(super) fn next_token(&self, at: usize) -> usize {
        let mut at = at;
        loop {
            let rest = self.text.get(at..).unwrap_or("");
            at += rest.len() - rest.trim_start().len();
            match self.comment_at(at) {
                Some(comment) if !comment.is_empty() => at = comment.end(),
                Some(_) | None => return at,
            }
        }
    }

    /// Whether there are comments that begin in the range.
    pub(super) fn has_comments(&self, start: usize, end: usize) -> bool {
        !self.comments_in(start, end).is_empty()
    }

    /// The comments that begin in the range.
    pub(super) fn comments_in(&self, start: usize, end: usize) -> &'t [Span] {
        let comments = self.tree.comments();
        let first = comments.partition_point(|comment| comment.start() < start);
        let behind = comments.partition_point(|comment| comment.start() < end);
        comments.get(first..behind).unwrap_or_default()
    }

    /// Start of the topmost line of the own-line comments directly above `at` and at its column; `at` is the
    /// first on its line.
    pub(super) fn comments_above(&self, at: usize) -> usize {
        let column = self.column(at);
        let mut start = self.line_start(at);
        while let Some(above) = start.checked_sub(1).filter(|_| start > self.tree.source().bom_len()) {
            let line = self.line_start(above);
            let first = line + self.indent(above).len();
            if first - line != column || self.comment_at(first).is_none() {
                break;
            }
            start = line;
        }
        start
    }

    /// End of the last own-line comment that follows below and is indented deeper than `column`.
    pub(super) fn comments_below(&self, end: usize, column: usize) -> usize {
        let mut end = self.line_end(end);
        let mut at = self.next_line(end);
        while at < self.text.len() {
            let first = at + self.indent(at).len();
            if self.comment_at(first).is_some() && first - at > column {
                end = self.line_end(first);
            } else if !self.is_blank_line(at) {
                break;
            }
            at = self.next_line(at);
        }
        end
    }

    /// The scalar, alias or flow collection in which a node ends.
    pub(super) fn last_leaf(&self, node: NodeId) -> NodeId {
        let mut node = node;
        while self.tree.collection(node) == Some(Collection::Block) {
            let last = self.tree.entries(node).next_back().map(|entry| entry.value);
            match last.or_else(|| self.tree.items(node).last().copied()) {
                Some(child) => node = child,
                None => break,
            }
        }
        node
    }

    /// Whether blank lines below a node are, or may become, a part of it: a block scalar that keeps them.
    pub(super) fn keeps_blank_lines(&self, node: NodeId) -> bool {
        let leaf = self.last_leaf(node);
        if !self.is_block_scalar(leaf) {
            return false;
        }
        let text = self.tree.text(leaf).unwrap_or("");
        let tail = text.len() - text.trim_end().len();
        tail > 1 || (tail == 1 && !text.ends_with('\n')) || self.header(leaf).contains('+')
    }

    pub(super) fn is_block_scalar(&self, node: NodeId) -> bool {
        matches!(self.tree.scalar_style(node), Some(ScalarStyle::Literal | ScalarStyle::Folded))
    }

    /// Indicators of a block scalar: `|`, `>-`, `|2+`.
    pub(super) fn header(&self, node: NodeId) -> &'s str {
        let text = self.tree.source().slice(self.tree.span(node));
        let rest = text.trim_start_matches(['|', '>', '+', '-']).trim_start_matches(|c: char| c.is_ascii_digit());
        text.get(..text.len() - rest.trim_start_matches(['+', '-']).len()).unwrap_or("")
    }

    /// End of the blank lines that follow.
    pub(super) fn blank_lines_below(&self, end: usize) -> usize {
        let mut end = self.line_end(end);
        loop {
            let next = self.next_line(end);
            if next >= self.text.len() || !self.is_blank_line(next) {
                return end;
            }
            end = self.line_end(next);
        }
    }

    /// Behind the last byte of a node with all that belongs to it, at the end of a line.
    pub(super) fn settled_end(&self, node: NodeId, end: usize, column: usize) -> usize {
        let end = if self.keeps_blank_lines(node) { self.blank_lines_below(end) } else { self.line_end(end) };
        self.comments_below(end, column)
    }

    /// The children of a collection; `None` where a key is written with `?` or not at all.
    pub(super) fn children(&self, parent: NodeId) -> Option<Vec<Child>> {
        match self.tree.node(parent).kind {
            Kind::Mapping(..) => self.tree.entries(parent).map(|entry| self.entry(entry.key, entry.value)).collect(),
            Kind::Sequence(style, _) => {
                let block = style == Collection::Block;
                self.tree.items(parent).iter().map(|item| self.item(*item, block)).collect()
            }
            Kind::Scalar { .. } | Kind::Alias(_) => Some(Vec::new()),
        }
    }

    fn entry(&self, key: NodeId, value: NodeId) -> Option<Child> {
        let start = self.tree.span_with_tag(key).start();
        let before = self.between(self.line_start(start), start);
        if before.trim_end().ends_with('?') || matches!(self.tree.scalar_style(key), None | Some(ScalarStyle::Absent)) {
            return None;
        }
        let end = self.tree.span_with_tag(value).end().max(self.tree.span(key).end());
        Some(Child { head: key, tail: value, start, end })
    }

    fn item(&self, item: NodeId, block: bool) -> Option<Child> {
        let span = self.tree.span_with_tag(item);
        let start = if block { dash_before(self.text, span.start())? } else { span.start() };
        let end = span.end().max(if block { start + 1 } else { start });
        Some(Child { head: item, tail: item, start, end })
    }

    /// Behind the colon of a key; `None` where there is none or it is on another line (in YAML).
    pub(super) fn behind_colon(&self, key: NodeId) -> Option<usize> {
        let end = self.tree.span(key).end();
        let rest = self.text.get(end..)?;
        let colon = rest.trim_start_matches([' ', '\t']);
        colon.starts_with(':').then(|| end + rest.len() - colon.len() + 1)
    }

    /// Whether a node stands in brackets or braces of an outer node.
    pub(super) fn in_flow(&self, node: NodeId) -> bool {
        // A flow collection has only flow collections inside, so the parent tells.
        self.tree.parent(node).and_then(|parent| self.tree.collection(parent)).is_some_and(|c| c != Collection::Block)
    }

    /// The bytes that go with deleted children that stand side by side.
    pub(super) fn region(&self, parent: NodeId, first: &Child, last: &Child) -> Span {
        let own_line = self.first_on_line(first.start);
        let start = if own_line { self.comments_above(first.start) } else { first.start };
        if self.tree.collection(parent) == Some(Collection::Block) {
            let end = self.settled_end(last.tail, last.end, self.column(last.start));
            return Span::new(start, if own_line { self.next_line(end) } else { end });
        }
        let next = self.next_token(last.end);
        let comma = self.text.get(next..).is_some_and(|rest| rest.starts_with(','));
        let end = if comma { next + 1 } else { last.end };
        Span::new(start, self.comment_behind(end).map_or(end, Span::end))
    }
}
