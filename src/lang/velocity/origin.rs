//! Where the characters of a text in quotes stand in the template around it.

use super::ast::Span;

/// From bytes of one text to bytes of the whole template.
pub(super) struct Origin<'o> {
    parent: Option<&'o Origin<'o>>,
    /// Own byte and the parent's byte, wherever the distance changes; in order.
    points: &'o [(usize, usize)],
}

impl Origin<'_> {
    /// The template itself.
    pub(super) fn whole() -> Self {
        Self { parent: None, points: &[] }
    }
}

impl<'o> Origin<'o> {
    pub(super) fn inside(parent: &'o Origin<'o>, points: &'o [(usize, usize)]) -> Self {
        Self { parent: Some(parent), points }
    }

    /// The byte of the template.
    pub(super) fn offset(&self, at: usize) -> usize {
        let Some(parent) = self.parent else { return at };
        let behind = self.points.partition_point(|(own, _)| *own <= at);
        let point = behind.checked_sub(1).and_then(|index| self.points.get(index));
        parent.offset(point.map_or(at, |(own, outer)| outer + (at - own)))
    }

    /// The bytes of the template.
    pub(super) fn span(&self, span: Span) -> Span {
        Span::new(self.offset(span.start), self.offset(span.end))
    }
}
