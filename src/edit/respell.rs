//! Texts in double quotes that change in part: the rest keeps the author's escapes and line breaks.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::plan::Planner;
use super::scalar::{self, Context};
use crate::syntax::{self, NodeId, ScalarStyle};
use crate::text::Source;

/// Characters between the common beginning and end that are compared one by one; longer ones are written anew.
const MAX_COMPARED: usize = 2_000;

/// A part of the old text, in bytes, and what it becomes.
struct Part {
    start: usize,
    end: usize,
    text: String,
}

impl Planner<'_, '_, '_> {
    /// How a text in double quotes is written with another content; `None` where nothing would be gained, or where it is not
    /// sure that the result says the same.
    pub(super) fn respelt(&self, node: NodeId, to: &str) -> Option<String> {
        let tree = self.page.tree;
        let span = tree.span(node);
        let (old, raw) = (tree.text(node)?, tree.source().slice(span));
        if tree.scalar_style(node)? != ScalarStyle::DoubleQuoted || raw.get(1..raw.len().checked_sub(1)?)? == old {
            return None;
        }
        let written = |parts: &[Part]| {
            let mut out = String::with_capacity(raw.len() + to.len());
            let mut at = span.start();
            for part in parts {
                let (start, end) = (tree.source_offset(node, part.start)?, tree.source_offset(node, part.end)?);
                let text = scalar::write(&part.text, ScalarStyle::DoubleQuoted, Context::Flow, self.layout);
                out.push_str(tree.source().text().get(at..start)?);
                out.push_str(text.get(1..text.len().checked_sub(1)?)?);
                at = end;
            }
            out.push_str(tree.source().text().get(at..span.end())?);
            self.says(&out, to).then_some(out)
        };
        let middle = middle(old, to)?;
        compared(old, &middle).and_then(|parts| written(&parts)).or_else(|| written(&[middle]))
    }

    /// Whether a spelling is read as this text.
    fn says(&self, spelling: &str, text: &str) -> bool {
        let list = if self.layout.is_json() { format!("[{spelling}]") } else { format!("- {spelling}\n") };
        let source = Source::new("", list);
        let tree = syntax::parse(&source);
        let item = tree.root().and_then(|root| match tree.items(root) {
            [one] => Some(*one),
            [] | [_, ..] => None,
        });
        let right = item
            .is_some_and(|item| tree.text(item) == Some(text) && tree.scalar_style(item) == Some(ScalarStyle::DoubleQuoted));
        right && tree.errors().is_empty() && tree.format() == self.layout.format
    }
}

/// What lies between the common beginning and the common end of two texts.
fn middle(old: &str, new: &str) -> Option<Part> {
    let start = old.chars().zip(new.chars()).take_while(|(one, other)| one == other).map(|(c, _)| c.len_utf8()).sum();
    let (old_rest, new_rest) = (old.get(start..)?, new.get(start..)?);
    let backwards = old_rest.chars().rev().zip(new_rest.chars().rev());
    let tail: usize = backwards.take_while(|(one, other)| one == other).map(|(c, _)| c.len_utf8()).sum();
    Some(Part { start, end: old.len() - tail, text: new_rest.get(..new_rest.len() - tail)?.to_owned() })
}

/// The parts of a part that really change; `None` where it is too long to tell.
fn compared(old: &str, part: &Part) -> Option<Vec<Part>> {
    let text = old.get(part.start..part.end)?;
    let (before, after): (Vec<char>, Vec<char>) = (text.chars().collect(), part.text.chars().collect());
    if before.len().max(after.len()) > MAX_COMPARED {
        return None;
    }
    let bytes = |range: &[char]| range.iter().map(|c| c.len_utf8()).sum::<usize>();
    let changed =
        capture_diff_slices(Algorithm::Myers, &before, &after).into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed
        .map(|op| {
            let start = part.start + bytes(before.get(..op.old_range().start)?);
            let end = start + bytes(before.get(op.old_range())?);
            Some(Part { start, end, text: after.get(op.new_range())?.iter().collect() })
        })
        .collect()
}
