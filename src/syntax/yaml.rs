//! YAML into the arena, through the events of `granit-parser`.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScanError, Span as ParserSpan, StructureStyle, Tag as ParserTag};

use super::build::Builder;
use super::tree::{Anchor, Children, Collection, Format, Kind, NodeId, ScalarStyle, SyntaxError, Tag, Tree, quote_len};
use crate::text::{Source, Span};

const NONE: Children = Children { start: 0, len: 0 };

/// Parses a source as YAML. Reading stops at the first error.
pub(super) fn parse(source: &Source) -> Tree<'_> {
    let bom = source.bom_len();
    let text = source.text().get(bom..).unwrap_or("");
    let mut options = Options::default();
    options.emit_anchor_events = true;
    options.emit_unresolved_aliases = false;
    let mut reader = Reader {
        builder: Builder::new(Tree::new(source, Format::Yaml)),
        bom,
        anchors: HashMap::new(),
        last: None,
        documents: 0,
    };
    for item in Parser::new_from_str_with_options(text, options) {
        match item {
            Ok((event, span)) => {
                if !reader.take(event, &span) {
                    break;
                }
            }
            Err(failed) => {
                let error = reader.scan_error(&failed);
                reader.builder.tree.errors.push(error);
                break;
            }
        }
    }
    let end = source.text().len();
    reader.builder.finish(end)
}

struct Reader<'s> {
    builder: Builder<'s>,
    bom: usize,
    /// Anchored nodes by the parser's identifiers; a name defined twice has two.
    anchors: HashMap<usize, NodeId>,
    last: Option<NodeId>,
    documents: usize,
}

impl Reader<'_> {
    /// Takes one event; false ends the reading.
    fn take(&mut self, event: Event<'_>, span: &ParserSpan) -> bool {
        let bytes = self.span(span);
        match event {
            Event::Comment(..) => self.builder.tree.comments.push(bytes),
            Event::DocumentStart(..) => self.documents += 1,
            Event::Scalar(..) | Event::Alias(_) | Event::MappingStart(..) | Event::SequenceStart(..)
                if self.documents > 1 =>
            {
                return self.second_document(&event, bytes);
            }
            Event::Scalar(text, style, anchor, tag) => {
                let bytes = if bytes.is_empty() { self.absent(bytes) } else { bytes };
                let kind = self.scalar(text, style, bytes);
                self.add(kind, bytes, anchor, tag.as_deref(), span);
            }
            Event::Alias(anchor) => {
                let target = self.anchors.get(&anchor).copied().filter(|node| !self.builder.is_open(*node));
                self.add(Kind::Alias(target), bytes, 0, None, span);
            }
            Event::MappingStart(style, anchor, tag) => {
                let kind = Kind::Mapping(self.collection(style, bytes, '{'), NONE);
                self.add(kind, bytes, anchor, tag.as_deref(), span);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let kind = Kind::Sequence(self.collection(style, bytes, '['), NONE);
                self.add(kind, bytes, anchor, tag.as_deref(), span);
            }
            Event::Anchor(_, name) => {
                if let Some(id) = self.last {
                    self.builder.tree.anchors.push((id, Anchor { name: name.as_ref().into(), span: bytes }));
                }
            }
            Event::MappingEnd | Event::SequenceEnd => self.close(bytes),
            // Stream and document marks, and whatever a later parser adds, hold no node.
            _ => {}
        }
        true
    }

    fn add(&mut self, kind: Kind, bytes: Span, anchor: usize, tag: Option<&ParserTag>, span: &ParserSpan) {
        let tag = tag.zip(span.tag_span()).map(|(tag, at)| Tag { name: tag.original().into(), span: self.span(&at) });
        let bytes = match &kind {
            Kind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. } => {
                self.block_scalar(bytes, tag.as_ref().map_or(0, |tag| tag.span.end()))
            }
            Kind::Scalar { .. } | Kind::Alias(_) | Kind::Mapping(..) | Kind::Sequence(..) => bytes,
        };
        let id = self.builder.add(kind, bytes);
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        if let Some(tag) = tag {
            self.builder.tag(id, tag);
        }
        self.last = Some(id);
    }

    /// Closes the innermost collection. Block collections end, for the parser, at the next token; here
    /// they end with their last value, and a block sequence begins at its first dash.
    fn close(&mut self, bytes: Span) {
        let Some((id, _)) = self.builder.innermost() else { return };
        let block = self.builder.tree.collection(id) == Some(Collection::Block);
        let end = if block { self.last_end(id) } else { bytes.end() };
        let Some(id) = self.builder.close(end) else { return };
        let first = match self.builder.tree.node(id).kind {
            Kind::Sequence(Collection::Block, _) => self.builder.tree.items(id).first().map(|item| self.dash_before(*item)),
            Kind::Mapping(Collection::Block, _) => {
                self.builder.tree.entries(id).next().map(|entry| self.builder.tree.span_with_tag(entry.key).start())
            }
            Kind::Sequence(..) | Kind::Mapping(..) | Kind::Scalar { .. } | Kind::Alias(_) => None,
        };
        if let (Some(start), Some(node)) =
            (first, self.builder.tree.nodes.get_mut(usize::try_from(id.0).unwrap_or(usize::MAX)))
        {
            node.span = Span::new(start, end);
        }
    }

    /// End of the last child that has any bytes.
    fn last_end(&self, id: NodeId) -> usize {
        let start = self.builder.tree.span(id).end();
        self.builder.last_child().map_or(start, |child| {
            let span = self.builder.tree.span_with_tag(child);
            if !span.is_empty() {
                return span.end();
            }
            // An absent value: the collection ends behind the colon or dash that announces it.
            let before = self.builder.tree.source().text().get(..span.start()).unwrap_or("");
            before.trim_end().len()
        })
    }

    /// Where an absent value would begin: behind its key's colon or its dash; the parser tells the next
    /// token, or the end of the key.
    fn absent(&self, bytes: Span) -> Span {
        let text = self.builder.tree.source().text();
        let key = self.builder.innermost().filter(|(id, count)| self.builder.tree.is_mapping(*id) && count % 2 == 1);
        let after_key = key.and_then(|_| self.builder.last_child()).map(|key| self.builder.tree.span(key).end());
        let colon = after_key.and_then(|from| {
            let rest = text.get(from..)?;
            let colon = rest.trim_start();
            colon.starts_with(':').then(|| from + rest.len() - colon.len() + 1)
        });
        Span::at(colon.unwrap_or_else(|| text.get(..bytes.start()).unwrap_or("").trim_end().len()))
    }

    fn dash_before(&self, item: NodeId) -> usize {
        let at = self.builder.tree.span_with_tag(item).start();
        dash_before(self.builder.tree.source().text(), at).unwrap_or(at)
    }

    fn scalar(&self, text: Cow<'_, str>, style: granit_parser::ScalarStyle, bytes: Span) -> Kind {
        let style = match style {
            granit_parser::ScalarStyle::Plain if bytes.is_empty() => {
                return Kind::Scalar { style: ScalarStyle::Absent, decoded: Some("".into()) };
            }
            granit_parser::ScalarStyle::Plain => ScalarStyle::Plain,
            granit_parser::ScalarStyle::SingleQuoted => ScalarStyle::SingleQuoted,
            granit_parser::ScalarStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
            granit_parser::ScalarStyle::Literal => ScalarStyle::Literal,
            granit_parser::ScalarStyle::Folded => ScalarStyle::Folded,
        };
        let quote = quote_len(style);
        let raw = self.builder.tree.source().text().get(bytes.start() + quote..bytes.end().saturating_sub(quote));
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let decoded = (block || raw != Some(text.as_ref())).then(|| text.into_owned().into_boxed_str());
        Kind::Scalar { style, decoded }
    }

    /// `[ a: b ]` is a mapping in flow style without braces; the byte decides.
    fn collection(&self, style: StructureStyle, bytes: Span, opener: char) -> Collection {
        match style {
            StructureStyle::Block => Collection::Block,
            StructureStyle::Flow => {
                let rest = self.builder.tree.source().text().get(bytes.start()..).unwrap_or("");
                if rest.starts_with(opener) { Collection::Flow } else { Collection::Bare }
            }
        }
    }

    /// From the header (`|-`) to the last visible character; the parser's span begins at the content and
    /// runs on to the next token.
    fn block_scalar(&self, bytes: Span, tag_end: usize) -> Span {
        let text = self.builder.tree.source().text();
        let line_start = |at: usize| text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let indent = text.get(line_start(bytes.start())..bytes.start()).unwrap_or("");
        // The parser's span of a scalar without content is on the line of the header or of the next token.
        let nothing = text.get(bytes.range()).unwrap_or("").trim().is_empty() || !indent.trim().is_empty();
        let header_end = if nothing {
            // Without content the parser's span is empty and may stand lines behind the header.
            self.empty_header_end(bytes.start())
        } else {
            text.get(..line_start(bytes.start())).unwrap_or("").trim_end().len()
        };
        let from = tag_end.max(line_start(header_end)).min(header_end);
        let head = text.get(from..header_end).unwrap_or("");
        let head = head.find(" #").and_then(|at| head.get(..at)).unwrap_or(head);
        let start = from + head.rfind(['|', '>']).unwrap_or(0);
        let content = if nothing { 0 } else { text.get(bytes.range()).unwrap_or("").trim_end().len() };
        let end =
            if content == 0 { start + head.trim_end().len().saturating_sub(start - from) } else { bytes.start() + content };
        Span::new(start, end.max(start + 1))
    }

    /// End of the header of a block scalar without content: the line of `at` where something stands before
    /// it, otherwise the nearest line above that is neither blank nor a comment.
    fn empty_header_end(&self, at: usize) -> usize {
        let text = self.builder.tree.source().text();
        let line_start = |at: usize| text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        if !text.get(line_start(at)..at).unwrap_or("").trim().is_empty() {
            let rest = text.get(at..).unwrap_or("");
            return at + rest.lines().next().unwrap_or("").trim_end().len();
        }
        let mut end = line_start(at);
        loop {
            let start = line_start(end.saturating_sub(1));
            let line = text.get(start..end).unwrap_or("").trim();
            if start == 0 || !(line.is_empty() || line.starts_with('#')) {
                return text.get(..end).unwrap_or("").trim_end().len();
            }
            end = start;
        }
    }

    fn second_document(&mut self, event: &Event<'_>, bytes: Span) -> bool {
        let nothing = matches!(event, Event::Scalar(..)) && bytes.is_empty();
        if !nothing {
            self.builder.tree.errors.push(SyntaxError {
                span: bytes,
                message: "a second YAML document begins here".to_owned(),
                help: Some(
                    "CloudFormation reads one document: remove the `---`, or put the second document into a file of its own"
                        .to_owned(),
                ),
            });
        }
        nothing
    }

    fn scan_error(&self, failed: &ScanError) -> SyntaxError {
        let text = self.builder.tree.source().text();
        let at = failed.marker().byte_offset().unwrap_or(0) + self.bom;
        // Reading often stops behind a line end; people look at the last thing that was written.
        let at = if at >= text.len() { text.trim_end().len() } else { at };
        SyntaxError { span: Span::at(at), message: failed.info(), help: help_for(text.get(at..).unwrap_or("")) }
    }

    fn span(&self, span: &ParserSpan) -> Span {
        span.byte_range().map_or(Span::default(), |range| Span::new(range.start + self.bom, range.end + self.bom))
    }
}

/// The dash that announces a block sequence item which begins at byte `at`, comments and blank lines
/// between the two skipped.
pub(crate) fn dash_before(text: &str, at: usize) -> Option<usize> {
    let mut end = at;
    loop {
        let start = text.get(..end)?.rfind('\n').map_or(0, |line| line + 1);
        let line = text.get(start..end)?;
        let content = line.trim_start_matches([' ', '\t', '\u{feff}']);
        if !content.trim_end().is_empty() && !content.starts_with('#') {
            let marks = line.len() - line.trim_start_matches([' ', '\t', '\u{feff}', '-', '?', ':']).len();
            return line.get(..marks)?.rfind('-').map(|dash| start + dash);
        }
        end = start.checked_sub(1)?;
    }
}

/// What to do about the commonest mistakes, told by the character at which reading stopped.
fn help_for(rest: &str) -> Option<String> {
    let help = match rest.chars().next()? {
        '\t' => "YAML is indented with spaces, never with tabs",
        '*' => "an unquoted `*` is a YAML alias; for the text itself write \"'*'\"",
        '@' | '`' | '%' => "a plain value cannot begin with this character: put it in quotes",
        _ => return None,
    };
    Some(help.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::syntax;
    use crate::text::Source;

    fn slices(text: &str) -> Vec<String> {
        let source = Source::new("t", text);
        let tree = syntax::parse(&source);
        tree.ids().map(|id| source.slice(tree.span(id)).to_owned()).collect()
    }

    #[test]
    fn a_block_scalar_without_content_is_its_header() {
        assert_eq!(slices("a: |+\n\n# x-y | z\nb: >-\nc: 1\n")[2], "|+");
        assert_eq!(slices("a: |+\n\n# x-y | z\nb: >-\nc: 1\n")[4], ">-");
        assert_eq!(slices("a:\n  b: 1\nc: |-")[6], "|-");
        assert_eq!(slices("a: |\n  b\nc:\n  - |\n  -\n")[5], "|");
        assert_eq!(slices("- |\n- !Sub >-\n\n- x\n")[1..], ["|", ">-", "x"]);
    }

    #[test]
    fn a_dash_in_a_comment_announces_nothing() {
        assert_eq!(slices("a:\n  - # co-mment\n    # x-y\n    b: 1\n")[2], "- # co-mment\n    # x-y\n    b: 1");
    }

    #[test]
    fn a_last_absent_value_stands_behind_its_colon() {
        assert_eq!(slices("a:\n  b: # c\n")[2], "b:");
    }
}
