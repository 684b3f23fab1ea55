//! Fragments as text, in block and in flow style.

use std::borrow::Cow;

use super::change::Fragment;
use super::guard::short_tag;
use super::layout::Layout;
use super::scalar::{self, Context};
use crate::syntax::ScalarStyle;

/// A fragment as it will be written: an optional short tag before a value that is not [`Fragment::Tagged`].
pub(super) struct Lowered<'f> {
    pub(super) tag: Option<String>,
    pub(super) value: Cow<'f, Fragment>,
}

impl Lowered<'_> {
    /// Whether the value takes lines of its own in block style.
    pub(super) fn is_block(&self) -> bool {
        match &*self.value {
            Fragment::Mapping(entries) => !entries.is_empty(),
            Fragment::Sequence(items) => !items.is_empty(),
            Fragment::Text(_) | Fragment::Bool(_) | Fragment::Int(_) | Fragment::Tagged { .. } => false,
        }
    }
}

/// Writes fragments with the habits of a file, keys and strings in the style of their neighbours.
#[derive(Clone, Copy)]
pub(super) struct Writer<'l> {
    pub(super) layout: &'l Layout,
    /// Style of keys.
    pub(super) keys: ScalarStyle,
    /// Style of strings.
    pub(super) strings: ScalarStyle,
}

impl<'l> Writer<'l> {
    pub(super) fn new(layout: &'l Layout) -> Self {
        Self { layout, keys: ScalarStyle::Plain, strings: layout.string }
    }

    /// Decides between the short and the long form of an intrinsic.
    pub(super) fn lower<'f>(&self, fragment: &'f Fragment) -> Lowered<'f> {
        let Fragment::Tagged { function, value } = fragment else {
            return Lowered { tag: None, value: Cow::Borrowed(fragment) };
        };
        let short = match **value {
            Fragment::Tagged { .. } => false,
            Fragment::Text(_) | Fragment::Bool(_) | Fragment::Int(_) => true,
            Fragment::Mapping(_) | Fragment::Sequence(_) => self.layout.short_tags,
        };
        match short_tag(function).filter(|_| short && !self.layout.is_json()) {
            Some(tag) => Lowered { tag: Some(tag), value: Cow::Borrowed(&**value) },
            None => lower_long(function, value),
        }
    }

    pub(super) fn key(&self, key: &str, context: Context) -> String {
        scalar::write(key, self.keys, context, self.layout)
    }

    /// Whether a value takes lines of its own in block style.
    pub(super) fn is_block(&self, fragment: &Fragment) -> bool {
        self.lower(fragment).is_block()
    }

    /// `key: value`, its further lines indented for a key at `column`.
    pub(super) fn block_entry(&self, key: &str, value: &Fragment, column: usize) -> String {
        format!("{}:{}", self.key(key, Context::Block), self.behind_key(value, column))
    }

    /// `- value`, its further lines indented for a dash at `column`.
    pub(super) fn block_item(&self, value: &Fragment, column: usize) -> String {
        if !self.is_block(value) {
            return format!("- {}", self.inline(value, Context::Block));
        }
        let lowered = self.lower(value);
        let body = self.lines(&lowered.value, column + 2);
        match lowered.tag {
            Some(tag) => format!("- {tag}{}{body}", self.line(column + 2)),
            None => format!("- {body}"),
        }
    }

    /// What follows the colon of a key at `column`.
    fn behind_key(&self, value: &Fragment, column: usize) -> String {
        if !self.is_block(value) {
            return format!(" {}", self.inline(value, Context::Block));
        }
        let lowered = self.lower(value);
        let indent = self.indent_under(&lowered.value, column, lowered.tag.is_some());
        let tag = lowered.tag.map_or(String::new(), |tag| format!(" {tag}"));
        format!("{tag}{}{}", self.line(indent), self.lines(&lowered.value, indent))
    }

    /// Column of a block collection under a key at `column`.
    pub(super) fn indent_under(&self, value: &Fragment, column: usize, tagged: bool) -> usize {
        let dashes = matches!(value, Fragment::Sequence(_)) && !tagged;
        column + if dashes { self.layout.dash } else { self.layout.step }
    }

    /// The lines of a block collection whose first begins at `column`, which is not written.
    pub(super) fn lines(&self, value: &Fragment, column: usize) -> String {
        let written: Vec<String> = match value {
            Fragment::Mapping(entries) => entries.iter().map(|(key, value)| self.block_entry(key, value, column)).collect(),
            Fragment::Sequence(items) => items.iter().map(|item| self.block_item(item, column)).collect(),
            Fragment::Text(_) | Fragment::Bool(_) | Fragment::Int(_) | Fragment::Tagged { .. } => {
                vec![self.inline(value, Context::Block)]
            }
        };
        written.join(&self.line(column))
    }

    /// A line end and the indentation of the next line.
    pub(super) fn line(&self, column: usize) -> String {
        format!("{}{}", self.layout.newline, " ".repeat(column))
    }

    /// A value on one line.
    pub(super) fn inline(&self, value: &Fragment, context: Context) -> String {
        self.flow(value, context, None)
    }

    /// A value in flow style; in JSON on several lines if the indentation of its line is given.
    pub(super) fn flow(&self, value: &Fragment, context: Context, indent: Option<&str>) -> String {
        let lowered = self.lower(value);
        let body = match &*lowered.value {
            Fragment::Text(text) => scalar::write(text, self.strings, context, self.layout),
            Fragment::Bool(value) => value.to_string(),
            Fragment::Int(value) => value.to_string(),
            Fragment::Mapping(entries) => {
                let inner = self.deeper(indent);
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| self.flow_entry(key, value, inner.as_deref())).collect();
                self.enclosed("{", &entries, "}", indent)
            }
            Fragment::Sequence(items) => {
                let inner = self.deeper(indent);
                let items: Vec<String> = items.iter().map(|item| self.flow(item, Context::Flow, inner.as_deref())).collect();
                self.enclosed("[", &items, "]", indent)
            }
            // Lowering leaves none.
            Fragment::Tagged { .. } => String::new(),
        };
        lowered.tag.map_or(body.clone(), |tag| format!("{tag} {body}"))
    }

    pub(super) fn flow_entry(&self, key: &str, value: &Fragment, indent: Option<&str>) -> String {
        format!("{}{}{}", self.key(key, Context::Flow), self.layout.colon, self.flow(value, Context::Flow, indent))
    }

    fn deeper(&self, indent: Option<&str>) -> Option<String> {
        indent.filter(|_| self.layout.is_json()).map(|indent| format!("{indent}{}", self.layout.unit))
    }

    fn enclosed(&self, open: &str, parts: &[String], close: &str, indent: Option<&str>) -> String {
        if parts.is_empty() {
            return format!("{open}{close}");
        }
        if let Some((inner, outer)) = self.deeper(indent).zip(indent) {
            let newline = self.layout.newline;
            let body = parts.join(&format!(",{newline}{inner}"));
            return format!("{open}{newline}{inner}{body}{newline}{outer}{close}");
        }
        let pad = if self.layout.padded && open == "{" { " " } else { "" };
        format!("{open}{pad}{}{pad}{close}", parts.join(self.layout.comma))
    }
}

/// The long form: a mapping of one entry.
pub(super) fn lower_long<'f>(function: &str, value: &Fragment) -> Lowered<'f> {
    Lowered { tag: None, value: Cow::Owned(Fragment::Mapping(vec![(function.to_owned(), value.clone())])) }
}
