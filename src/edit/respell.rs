//! Texts that change in part: the rest keeps the author's escapes and line breaks.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::plan::Planner;
use super::scalar::{self, Context};
use crate::syntax::{self, Format, NodeId, ScalarStyle, ScalarType};
use crate::text::Source;

/// Characters or words between the common beginning and end that are compared one by one; more of them are written anew.
pub(super) const MAX_COMPARED: usize = 2_000;

/// Parts between quotes that are looked for one by one, each from the beginning of the text.
const MAX_PARTS: usize = 64;

/// A part of the old text, in bytes, and what it becomes.
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
}

impl Planner<'_, '_, '_> {
    /// How a text that is not in a block scalar is written with another content, in its own quotes or without; `None` where
    /// nothing would be gained, or where it is not sure that the result says the same.
    pub(super) fn respelt(&self, node: NodeId, to: &str) -> Option<String> {
        let tree = self.page.tree;
        let (old, span) = (tree.text(node)?, tree.span(node));
        let style = tree.scalar_style(node)?;
        let quote = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => 1,
            ScalarStyle::Plain => 0,
            ScalarStyle::Absent | ScalarStyle::Literal | ScalarStyle::Folded => return None,
        };
        let raw = tree.source().slice(span);
        if raw.get(quote..raw.len().checked_sub(quote)?)? == old {
            return None;
        }
        let written = |parts: &[Part]| {
            let mut out = String::with_capacity(raw.len() + to.len());
            let mut at = span.start();
            let ranges: Vec<_> = parts.iter().map(|part| part.start..part.end).collect();
            for (part, bytes) in parts.iter().zip(tree.source_spans(node, &ranges)?) {
                out.push_str(tree.source().text().get(at..bytes.start())?);
                out.push_str(&self.written_inside(&part.text, style)?);
                at = bytes.end();
            }
            out.push_str(tree.source().text().get(at..span.end())?);
            self.says(&out, node, to).then_some(out)
        };
        let middle = middle(old, to)?;
        let parts = compared(old, &middle).filter(|parts| parts.len() <= MAX_PARTS);
        parts.and_then(|parts| written(&parts)).or_else(|| written(&[middle]))
    }

    /// A part of a text between quotes, or without any; `None` where the style has no way to write it.
    fn written_inside(&self, part: &str, style: ScalarStyle) -> Option<String> {
        match style {
            ScalarStyle::DoubleQuoted => {
                let text = scalar::write(part, style, Context::Flow, self.layout);
                text.get(1..text.len().checked_sub(1)?).map(str::to_owned)
            }
            ScalarStyle::SingleQuoted if !part.chars().any(scalar::is_special) => Some(part.replace('\'', "''")),
            ScalarStyle::Plain if !part.chars().any(scalar::is_special) => Some(part.to_owned()),
            ScalarStyle::SingleQuoted
            | ScalarStyle::Plain
            | ScalarStyle::Absent
            | ScalarStyle::Literal
            | ScalarStyle::Folded => None,
        }
    }

    /// Whether a spelling is read as this text where the node stands, and as a text in the same style.
    fn says(&self, spelling: &str, node: NodeId, text: &str) -> bool {
        let flow = self.layout.is_json() || self.page.in_flow(node);
        let list = if flow { format!("[{spelling}]") } else { format!("- {spelling}\n") };
        let source = Source::new("", list);
        let tree = syntax::parse(&source);
        let item = tree.root().and_then(|root| match tree.items(root) {
            [one] => Some(*one),
            [] | [_, ..] => None,
        });
        let same = |item| {
            tree.text(item) == Some(text)
                && tree.scalar_style(item) == self.page.tree.scalar_style(node)
                && tree.scalar_type(item) == Some(ScalarType::String)
        };
        // What is JSON must stay it; anything in brackets may be.
        let readable = !self.layout.is_json() || tree.format() == Format::Json;
        item.is_some_and(same) && tree.errors().is_empty() && tree.comments().is_empty() && readable
    }
}

/// What lies between the common beginning and the common end of two texts.
pub(super) fn middle(old: &str, new: &str) -> Option<Part> {
    let start = old.chars().zip(new.chars()).take_while(|(one, other)| one == other).map(|(c, _)| c.len_utf8()).sum();
    let (old_rest, new_rest) = (old.get(start..)?, new.get(start..)?);
    let backwards = old_rest.chars().rev().zip(new_rest.chars().rev());
    let tail: usize = backwards.take_while(|(one, other)| one == other).map(|(c, _)| c.len_utf8()).sum();
    Some(Part { start, end: old.len() - tail, text: new_rest.get(..new_rest.len() - tail)?.to_owned() })
}

/// The parts of a part that really change, told character by character, of a long text only where words differ; `None`
/// where it is too long for that.
pub(super) fn compared(old: &str, part: &Part) -> Option<Vec<Part>> {
    if let Some(parts) = by_character(old, part) {
        return Some(parts);
    }
    let words = |text| few(str::split_inclusive(text, [' ', '\t', '\n']));
    let words = differing(part.start, &words(old.get(part.start..part.end)?)?, &words(&part.text)?)?;
    Some(words.into_iter().flat_map(|words| by_character(old, &words).unwrap_or_else(|| vec![words])).collect())
}

fn by_character(old: &str, part: &Part) -> Option<Vec<Part>> {
    let characters = |text| few(str::split_inclusive(text, |_| true));
    differing(part.start, &characters(old.get(part.start..part.end)?)?, &characters(&part.text)?)
}

/// Tokens, if there are so few that they can be compared.
fn few<'t>(tokens: impl Iterator<Item = &'t str>) -> Option<Vec<&'t str>> {
    let tokens: Vec<&str> = tokens.take(MAX_COMPARED + 1).collect();
    (tokens.len() <= MAX_COMPARED).then_some(tokens)
}

/// The tokens that go and come, those that stand side by side together. The first old one begins at byte `start`.
fn differing(start: usize, before: &[&str], after: &[&str]) -> Option<Vec<Part>> {
    let bytes = |range: &[&str]| range.iter().map(|token| token.len()).sum::<usize>();
    let part = |op: DiffOp| {
        let start = start + bytes(before.get(..op.old_range().start)?);
        let end = start + bytes(before.get(op.old_range())?);
        Some(Part { start, end, text: after.get(op.new_range())?.concat() })
    };
    let changed = capture_diff_slices(Algorithm::Myers, before, after).into_iter();
    changed.filter(|op| !matches!(op, DiffOp::Equal { .. })).map(part).collect()
}
