//! Findings about suppressions.

use super::{Ctx, RuleMeta};
use crate::finding::Finding;
use crate::suppress::{Verdict, Written};
use crate::text::Span;

/// A finding at a part of a suppression.
pub fn about(meta: &RuleMeta, ctx: &Ctx<'_>, verdict: &Verdict, span: Span, message: String) -> Finding {
    let node = match verdict.suppression.written {
        Written::Comment => ctx.tree.innermost(span).or_else(|| ctx.tree.root()),
        Written::Metadata(element) => Some(element),
    };
    let mut finding = meta.at_span(span, message);
    if let Some(node) = node {
        let id = ctx.logical_id_around(node);
        finding.path = ctx.tree.pointer(node);
        finding.logical_id = (!id.is_empty()).then_some(id);
    }
    finding
}

/// The names of a suppression with these indices, as code.
pub fn named(verdict: &Verdict, indices: impl IntoIterator<Item = usize>) -> String {
    let names = indices.into_iter().filter_map(|index| verdict.suppression.names.get(index));
    names.map(|name| format!("`{}`", name.text)).collect::<Vec<_>>().join(", ")
}
