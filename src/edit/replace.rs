//! Values that become others.

use super::change::Fragment;
use super::guard::short_tag;
use super::plan::Planner;
use super::render::{Lowered, Writer, lower_long};
use super::scalar::{self, Context};
use crate::syntax::{Collection, Entry, NodeId, ScalarStyle, ScalarType};
use crate::text::Span;

impl<'p> Planner<'p, '_, '_> {
    pub(super) fn replace(&mut self, node: NodeId, with: &Fragment) -> Option<()> {
        if let Some((entry, function)) = self.other_call(node, with) {
            let style = self.page.tree.scalar_style(entry.key)?;
            let span = self.page.tree.span(entry.key);
            let context = if self.is_flow_parent(node) { Context::Flow } else { Context::Block };
            self.splice(entry.key, span.start(), span.end(), scalar::write(function, style, context, self.layout));
        }
        let (target, with, keeps_tag) = self.target_of(node, with);
        let before = self.drafts.len();
        self.rewrite(target, with, keeps_tag)?;
        self.keep_comments(target, with, before)
    }

    /// An intrinsic in its long form that has comments inside and becomes another one with a scalar: key and argument
    /// change where they stand, and no comment has to move.
    fn other_call<'f>(&self, node: NodeId, with: &'f Fragment) -> Option<(Entry, &'f str)> {
        let tree = self.page.tree;
        let Fragment::Tagged { function, value } = with else { return None };
        let mut entries = tree.entries(node);
        let entry = entries.next().filter(|_| entries.next().is_none())?;
        let span = tree.span(node);
        let scalar = matches!(**value, Fragment::Text(_)) && tree.scalar_style(entry.value).is_some();
        let unmarked = |node| tree.tag(node).is_none() && tree.anchor(node).is_none();
        let fits = scalar
            && [node, entry.key, entry.value].into_iter().all(unmarked)
            && tree.text(entry.key).is_some_and(|key| key != function && short_tag(key).is_some())
            && short_tag(function).is_some()
            && self.page.has_comments(span.start(), self.page.line_end(span.end()));
        fits.then_some((entry, function))
    }

    /// The node whose text changes: the argument where the intrinsic stays the same, so that it stays in the
    /// author's spelling. Also tells whether the node's tag stays.
    pub(super) fn target_of<'f>(&self, node: NodeId, with: &'f Fragment) -> (NodeId, &'f Fragment, bool) {
        let tree = self.page.tree;
        if let (Fragment::Tagged { value, .. }, Some((entry, _))) = (with, self.other_call(node, with)) {
            return (entry.value, value, false);
        }
        if let Fragment::Tagged { function, value } = with {
            if tree.tag(node).is_some_and(|tag| short_tag(function).as_deref() == Some(&*tag.name)) {
                return (node, value, true);
            }
            let mut entries = tree.entries(node);
            if let (Some(entry), None) = (entries.next(), entries.next())
                && tree.text(entry.key) == Some(function)
                && tree.tag(node).is_none()
                && tree.tag(entry.value).is_none()
                && tree.anchor(entry.value).is_none()
                && tree.target(entry.value) == entry.value
            {
                return (entry.value, value, false);
            }
        }
        (node, with, false)
    }

    /// Whether the lines of a block collection are given up for a value on the line of the colon or dash.
    /// Tells the byte behind which the new value stands.
    pub(super) fn leaves_lines(&self, node: NodeId, with: &Fragment) -> Option<usize> {
        let (target, with, keeps_tag) = self.target_of(node, with);
        let tree = self.page.tree;
        let own_lines =
            tree.collection(target) == Some(Collection::Block) && self.page.first_on_line(tree.span(target).start());
        let leaves = own_lines && !lowered(Writer::new(self.layout), with, keeps_tag).is_block();
        self.head_of(target, keeps_tag).filter(|_| leaves).map(Span::end)
    }

    /// What stands between the colon or dash and a value on lines of its own, and goes: a tag, unless it
    /// stays or is on a line of its own, too.
    fn head_of(&self, node: NodeId, keeps_tag: bool) -> Option<Span> {
        let announced = self.announced(node)?;
        if keeps_tag {
            return Some(Span::at(self.front(node)?));
        }
        let tag = self.page.tree.tag(node).filter(|tag| !self.page.first_on_line(tag.span.start()));
        Some(Span::new(announced, tag.map_or(announced, |tag| tag.span.end())))
    }

    /// Writes a new value for a node, behind its tag or instead of it.
    pub(super) fn rewrite(&mut self, node: NodeId, with: &Fragment, keeps_tag: bool) -> Option<()> {
        let keeps_tag = keeps_tag && self.page.tree.tag(node).is_some();
        let writer = self.writer_for(node);
        let lowered = lowered(writer, with, keeps_tag);
        let is_block = lowered.is_block();
        if let Fragment::Text(text) = &*lowered.value
            && let Some(tag) = self.other_tag(node, lowered.tag.as_deref(), keeps_tag)
            && self.write_in_part(node, text, !tag.is_empty()).is_some()
        {
            for (span, tag) in tag {
                self.splice(node, span.start(), span.end(), tag);
            }
            return Some(());
        }
        if self.layout.is_json() || self.page.in_flow(node) {
            return self.write_flow(node, &lowered, writer, keeps_tag);
        }
        if is_block {
            return self.write_block(node, &lowered, writer, keeps_tag);
        }
        let body = writer.inline(&lowered.value, Context::Block);
        self.write_inline(node, &with_tag(lowered.tag.as_deref(), &body), keeps_tag, None)
    }

    /// What goes and comes so that a text has another tag before it: nothing where it stays. `None` where tag and text are
    /// not on one line, or an anchor stands between.
    fn other_tag(&self, node: NodeId, to: Option<&str>, keeps_tag: bool) -> Option<Vec<(Span, String)>> {
        let start = self.page.tree.span(node).start();
        let tag = self.page.tree.tag(node).filter(|_| !keeps_tag);
        if tag.is_none() && to.is_none() {
            return Some(Vec::new());
        }
        let from = tag.map_or(start, |tag| tag.span.start());
        let blank = self.page.between(tag.map_or(start, |tag| tag.span.end()), start).chars().all(|c| c == ' ');
        blank.then(|| vec![(Span::new(from, start), to.map_or(String::new(), |to| format!("{to} ")))])
    }

    /// Changes as little as can be of how a text is written; `None`, and nothing done, where it is to be written anew.
    fn write_in_part(&mut self, node: NodeId, text: &str, retagged: bool) -> Option<()> {
        if let Some(spelling) = self.respelt(node, text) {
            let span = self.page.tree.span(node);
            self.splice(node, span.start(), span.end(), spelling);
            return Some(());
        }
        // A short text is as well on the line of its new tag, unless a comment is in between.
        let span = self.page.tree.span(node);
        if retagged && !text.contains('\n') && !self.page.has_comments(span.start(), span.end()) {
            return None;
        }
        self.write_block_scalar(node, text)
    }

    /// A writer that keeps the quotes of the old scalar.
    fn writer_for(&self, node: NodeId) -> Writer<'p> {
        let mut writer = match self.page.tree.parent(node) {
            Some(parent) => self.writer(parent),
            None => Writer::new(self.layout),
        };
        match self.page.tree.scalar_style(node) {
            Some(style @ (ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted)) => writer.strings = style,
            Some(ScalarStyle::Plain) if self.page.tree.scalar_type(node) == Some(ScalarType::String) => {
                writer.strings = ScalarStyle::Plain;
            }
            Some(ScalarStyle::Plain | ScalarStyle::Absent | ScalarStyle::Literal | ScalarStyle::Folded) | None => {}
        }
        // The siblings' keys say nothing about keys one level deeper, except in JSON.
        writer.keys = ScalarStyle::Plain;
        writer
    }

    /// What goes: not the tag where it stays, and not the anchor, which only scalars without another tag have here.
    fn old_span(&self, node: NodeId, keeps_tag: bool) -> Span {
        if keeps_tag || self.page.tree.anchor(node).is_some() {
            self.page.tree.span(node)
        } else {
            self.page.tree.span_with_tag(node)
        }
    }

    fn write_flow(&mut self, node: NodeId, new: &Lowered<'_>, writer: Writer<'_>, keeps_tag: bool) -> Option<()> {
        let parent = self.page.tree.parent(node);
        let start = self.page.tree.span(node).start();
        let broken = parent.is_none_or(|parent| {
            let children = self.page.children(parent).unwrap_or_default();
            children.first().is_some_and(|first| self.page.first_on_line(first.start))
        });
        let indent = broken.then(|| self.page.indent(start));
        let body = writer.flow(&new.value, Context::Flow, indent);
        let text = with_tag(new.tag.as_deref(), &body);
        let span = self.old_span(node, keeps_tag);
        if span.is_empty() {
            let front = self.front(node)?;
            let rest = self.page.between(front, self.page.line_end(front));
            let mark = rest.trim_start();
            let spaces = if mark.starts_with([',', '}']) { rest.len() - mark.len() } else { 0 };
            self.splice(node, front, front + spaces, format!(" {text}"));
        } else {
            self.splice(node, span.start(), span.end(), text);
        }
        Some(())
    }

    /// Puts a text on the line of the colon or dash. With a region the value's comments go too.
    pub(super) fn write_inline(&mut self, node: NodeId, text: &str, keeps_tag: bool, region: Option<Span>) -> Option<()> {
        let span = self.page.tree.span(node);
        let old = self.old_span(node, keeps_tag);
        let own_lines = self.page.tree.collection(node) == Some(Collection::Block)
            && self.page.first_on_line(span.start())
            && self.page.tree.parent(node).is_some();
        if own_lines {
            let head = self.head_of(node, keeps_tag)?;
            self.splice(node, head.start(), head.end(), format!(" {text}"));
            let first = if self.page.first_on_line(old.start()) { old.start() } else { span.start() };
            match region {
                Some(region) => self.splice(node, region.start(), region.end(), ""),
                None => self.give_up_lines(node, first),
            }
            return Some(());
        }
        if old.is_empty() {
            let front = self.front(node)?;
            self.splice(node, front, front, format!(" {text}"));
            return Some(());
        }
        let end = if span.is_empty() { old.end() } else { span.end() };
        // White space that was a block scalar's own would be tabs between other lines, which are not allowed there.
        let below = if self.page.is_block_scalar(node) { self.page.blank_lines_below(end) } else { end };
        let end = if self.page.between(end, below).contains('\t') { below } else { end };
        // A value in dashes or keys that begin on the dash's line takes its last comment along.
        let end = region.map_or(end, |region| {
            let text = self.page.tree.source().slice(region);
            (region.start() + text.trim_end().len()).max(end)
        });
        self.splice(node, old.start(), end, text);
        Some(())
    }

    /// Removes the lines of a block collection but for its comments, which stay, each on a line of its own.
    fn give_up_lines(&mut self, node: NodeId, first: usize) {
        let page = self.page;
        let end = page.tree.span(node).end();
        let indent = page.prefix(first);
        let comments: Vec<&str> = page.comments_in(first, end).iter().map(|span| page.tree.source().slice(*span)).collect();
        let newline = self.layout.newline;
        if let Some(last) = page.comment_behind(end) {
            let lines: String = comments.iter().flat_map(|comment| [comment.trim_end(), newline, indent]).collect();
            self.splice(node, first, last.start(), lines);
        } else {
            let lines: String = comments.iter().flat_map(|comment| [indent, comment.trim_end(), newline]).collect();
            let unfinished = !page.between(end, page.next_line(end)).ends_with('\n');
            let lines = if unfinished { lines.trim_end_matches(newline).to_owned() } else { lines };
            self.splice(node, page.line_start(first), page.next_line(end), lines);
        }
    }

    /// Writes the comments anew that went with a value: a single one behind the new value, others on lines below it. `None`
    /// in brackets, where there are no such places.
    fn keep_comments(&mut self, node: NodeId, with: &Fragment, before: usize) -> Option<()> {
        let page = self.page;
        let lost = self.lost_comments(before);
        if lost.is_empty() {
            return Some(());
        }
        if self.layout.is_json() || page.in_flow(node) {
            return None;
        }
        let end = page.tree.span(node).end();
        let at = page.line_end(end);
        let block = lowered(Writer::new(self.layout), with, true).is_block();
        if let ([only], false, true) = (lost.as_slice(), block, page.between(end, at).trim().is_empty()) {
            self.splice(node, end, end, format!(" {only}"));
            return Some(());
        }
        let column = match page.tree.entry_of(node) {
            _ if page.tree.collection(node) == Some(Collection::Block) => page.column(page.tree.span(node).start()),
            Some(entry) => page.column(page.tree.span_with_tag(entry.key).start()) + self.layout.step,
            None => self.announced(node).map_or(0, |dash| page.column(dash) + 1),
        };
        let line = Writer::new(self.layout).line(column);
        self.splice(node, at, at, lost.iter().flat_map(|comment| [line.as_str(), comment]).collect::<String>());
        Some(())
    }

    /// Writes a block collection where a value stands.
    fn write_block(&mut self, node: NodeId, new: &Lowered<'_>, writer: Writer<'_>, keeps_tag: bool) -> Option<()> {
        let span = self.page.tree.span(node);
        let same_kind = match &*new.value {
            Fragment::Mapping(_) => self.page.tree.is_mapping(node),
            Fragment::Sequence(_) => self.page.tree.is_sequence(node),
            Fragment::Text(_) | Fragment::Bool(_) | Fragment::Int(_) | Fragment::Tagged { .. } => false,
        };
        let block = self.page.tree.collection(node) == Some(Collection::Block);
        let retagged = new.tag.is_some() || (!keeps_tag && self.page.tree.tag(node).is_some());
        if block && same_kind && !retagged {
            let body = writer.lines(&new.value, self.page.column(span.start()));
            self.splice(node, span.start(), span.end(), body);
            return Some(());
        }
        if block && self.page.first_on_line(span.start()) && self.page.tree.entry_of(node).is_none() {
            return self.write_block_below(node, new, writer, (self.page.column(span.start()), keeps_tag));
        }
        match self.page.tree.entry_of(node) {
            Some(entry) => {
                let column = self.page.column(self.page.tree.span_with_tag(entry.key).start());
                let tagged = new.tag.is_some() || keeps_tag;
                let column = writer.indent_under(&new.value, column, tagged);
                self.write_block_below(node, new, writer, (column, keeps_tag))
            }
            None => self.write_block_item(node, new, writer, keeps_tag),
        }
    }

    /// On the lines below a key.
    fn write_block_below(
        &mut self,
        node: NodeId,
        new: &Lowered<'_>,
        writer: Writer<'_>,
        (column, keeps_tag): (usize, bool),
    ) -> Option<()> {
        let span = self.page.tree.span(node);
        let body = writer.lines(&new.value, column);
        let tag = new.tag.as_ref().map_or(String::new(), |tag| format!(" {tag}"));
        let old = self.old_span(node, keeps_tag);
        let own_line = !old.is_empty() && self.page.first_on_line(old.start());
        if own_line || self.page.tree.collection(node) == Some(Collection::Block) {
            let head = self.head_of(node, keeps_tag)?;
            self.splice(node, head.start(), head.end(), tag);
            let first = if own_line { old.start() } else { span.start() };
            let start = self.page.line_start(first);
            self.splice(node, start, old.end().max(span.end()), format!("{}{body}", " ".repeat(column)));
            return Some(());
        }
        let front = if keeps_tag { self.front(node)? } else { self.announced(node)? };
        let end = old.end().max(front);
        self.splice(node, front, end, tag);
        let line_end = self.page.line_end(end);
        self.splice(node, line_end, line_end, format!("{}{body}", writer.line(column)));
        Some(())
    }

    /// Behind a dash.
    fn write_block_item(&mut self, node: NodeId, new: &Lowered<'_>, writer: Writer<'_>, keeps_tag: bool) -> Option<()> {
        let announced = self.announced(node)?;
        let old = self.page.tree.span_with_tag(node);
        let own_line = !old.is_empty() && self.page.first_on_line(old.start());
        let column = if own_line { self.page.column(old.start()) } else { self.page.column(announced) + 1 };
        let body = writer.lines(&new.value, column);
        let line = writer.line(column);
        if keeps_tag {
            let span = self.page.tree.span(node);
            let front = self.front(node)?;
            self.splice(node, front, span.end().max(front), format!("{line}{body}"));
        } else if old.is_empty() && self.page.comment_behind(announced).is_some() {
            let at = self.page.line_end(announced);
            self.splice(node, announced, announced, new.tag.as_ref().map_or(String::new(), |tag| format!(" {tag}")));
            self.splice(node, at, at, format!("{line}{body}"));
        } else {
            let text = new.tag.as_ref().map_or(body.clone(), |tag| format!("{tag}{line}{body}"));
            let (start, space) = if own_line { (old.start(), "") } else { (announced, " ") };
            self.splice(node, start, old.end().max(start), format!("{space}{text}"));
        }
        Some(())
    }

    /// Puts first children behind the opener of empty brackets that hold a comment.
    pub(super) fn fill_before_comment(&mut self, parent: NodeId, with: &Fragment) -> Option<()> {
        let start = self.page.tree.span(parent).start();
        let whole = Writer::new(self.layout).inline(with, Context::Flow);
        let inside = whole.get(1..whole.len().checked_sub(1)?)?.trim();
        self.splice(parent, start + 1, start + 1, inside);
        Some(())
    }
}

/// How a value is written, behind a tag that stays or free to have its own.
fn lowered<'f>(writer: Writer<'_>, with: &'f Fragment, keeps_tag: bool) -> Lowered<'f> {
    match with {
        Fragment::Tagged { function, value } if keeps_tag => lower_long(function, value),
        Fragment::Tagged { .. }
        | Fragment::Text(_)
        | Fragment::Bool(_)
        | Fragment::Int(_)
        | Fragment::Mapping(_)
        | Fragment::Sequence(_) => writer.lower(with),
    }
}

fn with_tag(tag: Option<&str>, body: &str) -> String {
    tag.map_or(body.to_owned(), |tag| format!("{tag} {body}"))
}
