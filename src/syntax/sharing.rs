//! Anchors and aliases: which text serves several places.

use std::collections::BTreeMap;

use super::tree::{Anchor, Kind, NodeId, Tree};
use crate::text::Span;

/// Which text serves several places, found in one walk.
#[derive(Debug, Default)]
pub(super) struct Sharing {
    /// Nodes for which aliases stand, and in how many places these are read.
    aliased: BTreeMap<NodeId, usize>,
    /// Aliases and the outermost nodes for which one stands, in order of the text.
    spans: Vec<Span>,
}

impl Sharing {
    fn of(tree: &Tree<'_>) -> Self {
        let mut sharing = Self::default();
        // An alias stands behind its anchor, so that all aliases for what is around it are counted before it.
        for alias in tree.aliases.iter().rev().copied() {
            let places = sharing.places(tree, alias);
            let mut add = |node, more| {
                let places: &mut usize = sharing.aliased.entry(node).or_insert(0);
                *places = places.saturating_add(more);
            };
            match tree.node(alias).kind {
                Kind::Alias(Some(target)) => add(target, places),
                // It stands for one of its ancestors, which then is read without end.
                Kind::Alias(None) => {
                    let around = std::iter::successors(tree.parent(alias), |node| tree.parent(*node));
                    around.filter(|node| tree.anchor(*node).is_some()).for_each(|node| add(node, usize::MAX));
                }
                Kind::Scalar { .. } | Kind::Sequence(..) | Kind::Mapping(..) => {}
            }
        }
        let anchored = sharing.aliased.keys().map(|node| tree.span_with_tag(*node));
        sharing.spans = anchored.chain(tree.aliases.iter().map(|alias| tree.span(*alias))).collect();
        // Spans nest or lie apart: what lies in an inner one lies in the outermost, which sorts first.
        sharing.spans.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        sharing.spans.dedup_by(|inner, outer| outer.contains(*inner));
        sharing
    }

    fn places(&self, tree: &Tree<'_>, node: NodeId) -> usize {
        if self.aliased.is_empty() {
            return 1;
        }
        let around = std::iter::successors(Some(node), |node| tree.parent(*node));
        around.filter_map(|node| self.aliased.get(&node)).fold(1, |sum: usize, more| sum.saturating_add(*more))
    }
}

impl Tree<'_> {
    /// The anchor of a node.
    pub fn anchor(&self, id: NodeId) -> Option<&Anchor> {
        if self.anchors.is_empty() {
            return None;
        }
        let at = self.anchors.binary_search_by_key(&id, |(node, _)| *node).ok()?;
        self.anchors.get(at).map(|(_, anchor)| anchor)
    }

    /// Whether any node has an anchor, so that one text can serve several places.
    pub fn has_anchors(&self) -> bool {
        !self.anchors.is_empty()
    }

    /// The nodes that have an anchor, with it, in order of the text.
    pub fn anchors(&self) -> &[(NodeId, Anchor)] {
        &self.anchors
    }

    /// The nodes that stand for an anchored one, in order of the text.
    pub fn aliases(&self) -> &[NodeId] {
        &self.aliases
    }

    /// In how many places of the document a node is read: where it stands, and wherever aliases stand for it or for
    /// what is around it. At least 1; the largest number for what an alias inside it stands for.
    ///
    /// # Examples
    /// ```
    /// use cfn_igr::{syntax, text::Source};
    /// let source = Source::new("t.yaml", "a: &a {b: &b 1}\nc: *a\nd: [*a, *b]\n");
    /// let tree = syntax::parse(&source);
    /// let a = tree.root().and_then(|root| tree.get(root, "a")).unwrap();
    /// assert_eq!(tree.places(a), 3);
    /// assert_eq!(tree.places(tree.get(a, "b").unwrap()), 4);
    /// ```
    pub fn places(&self, id: NodeId) -> usize {
        if self.aliases.is_empty() { 1 } else { self.sharing().places(self, id) }
    }

    /// Whether bytes are an alias, or lie in a node for which one stands.
    pub fn is_shared(&self, place: Span) -> bool {
        let spans = &self.sharing().spans;
        let behind = spans.partition_point(|span| span.start <= place.start);
        behind.checked_sub(1).and_then(|at| spans.get(at)).is_some_and(|span| span.contains(place))
    }

    /// Whether an anchor stands on the node or inside it.
    pub fn holds_anchor(&self, id: NodeId) -> bool {
        let span = self.span_with_tag(id);
        // Nodes are numbered in order of the text, so what is inside of a node follows it.
        let first = self.anchors.partition_point(|(node, _)| *node < id);
        self.anchors.get(first).is_some_and(|(_, anchor)| span.contains(anchor.span))
    }

    /// Whether an alias stands for the node or for one inside it.
    pub fn holds_aliased(&self, id: NodeId) -> bool {
        let span = self.span_with_tag(id);
        self.sharing().aliased.range(id..).next().is_some_and(|(node, _)| span.contains(self.span(*node)))
    }

    fn sharing(&self) -> &Sharing {
        self.sharing.get_or_init(|| Sharing::of(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;
    use crate::text::Source;

    const TEXT: &str = "a: &a\n  b: &b {c: 1}\n  d: 2\ne: *a\nf: [*b, 3]\ng: &g 4\n";

    /// Asks about the bytes of each of these texts, by the node that has them.
    fn each<T>(text: &str, parts: &[&str], ask: impl Fn(&Tree<'_>, NodeId) -> T) -> Vec<T> {
        let source = Source::new("t.yaml", text);
        let tree = syntax::parse(&source);
        let node = |part: &str| tree.ids().find(|id| source.slice(tree.span(*id)) == part).unwrap();
        parts.iter().map(|part| ask(&tree, node(part))).collect()
    }

    fn places(tree: &Tree<'_>, node: NodeId) -> usize {
        tree.places(node)
    }

    fn holds_anchor(tree: &Tree<'_>, node: NodeId) -> bool {
        tree.holds_anchor(node)
    }

    fn holds_aliased(tree: &Tree<'_>, node: NodeId) -> bool {
        tree.holds_aliased(node)
    }

    #[test]
    fn places_add_up_through_aliases_of_what_is_around() {
        assert_eq!(each(TEXT, &["1", "2", "3", "4"], places), [3, 2, 1, 1]);
        let nested = "a: &a 1\nb: &b [*a, *a]\nc: [*b, *b]\n";
        assert_eq!(each(nested, &["1", "[*a, *a]"], places), [7, 3]);
    }

    #[test]
    fn what_stands_for_its_own_ancestor_has_no_end() {
        assert_eq!(each("a: &a\n  b: *a\n  c: 1\nd: 2\n", &["1", "2"], places), [usize::MAX, 1]);
    }

    #[test]
    fn aliases_and_what_they_stand_for_are_shared() {
        let shared = |tree: &Tree<'_>, node: NodeId| tree.is_shared(tree.span(node));
        assert_eq!(each(TEXT, &["1", "2", "*a", "*b", "3", "4"], shared), [true, true, true, true, false, false]);
        assert_eq!(each("a: 1\n", &["1"], shared), [false]);
    }

    #[test]
    fn anchors_inside_are_seen_from_outside() {
        assert_eq!(each(TEXT, &["{c: 1}", "1", "4", "[*b, 3]"], holds_anchor), [true, false, true, false]);
        assert_eq!(each(TEXT, &["{c: 1}", "2", "4"], holds_aliased), [true, false, false]);
    }
}
