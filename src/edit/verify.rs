//! Compares an edited tree with what was intended.

use std::collections::BTreeMap;

use super::change::{Change, Fragment};
use super::guard::short_tag;
use super::intent::{Content, Intent, Slot};
use super::page::{Child, Page};
use crate::syntax::{Collection, Kind, NodeId, ScalarType, Tree};
use crate::text::Span;

/// Whether `new` is exactly `old` with the changes made: keys, values, their order, tags, anchors and the
/// types of scalars are those intended, and every comment outside deleted text is still there.
/// A collection whose children were all deleted must be there and empty.
///
/// # Examples
/// ```
/// use cfn_igr::edit::{Change, is_as_intended};
/// use cfn_igr::{syntax, text::Source};
///
/// let (old, new) = (Source::new("t", "a: 1 # one\nb: 2\n"), Source::new("t", "a: 1\n"));
/// let (old, new) = (syntax::parse(&old), syntax::parse(&new));
/// let key = old.root().and_then(|root| old.entry(root, "b")).unwrap().key;
/// // The comment of an entry that stays is gone.
/// assert!(!is_as_intended(&old, &[Change::Delete { node: key }], &new));
/// ```
pub fn is_as_intended(old: &Tree<'_>, changes: &[Change], new: &Tree<'_>) -> bool {
    let Some(intent) = Intent::new(old, changes) else { return false };
    let check = Check { old: Page::new(old), new, intent: &intent };
    let roots = match (old.root(), new.root()) {
        (Some(before), Some(after)) => check.fits(before, after),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    // The format is not compared: an emptied document is `{}`, which is JSON as well.
    roots && new.errors().is_empty() && check.keeps_comments()
}

struct Check<'c, 'o, 's, 'n, 'm> {
    old: Page<'o, 's>,
    new: &'n Tree<'m>,
    intent: &'c Intent<'c>,
}

impl Check<'_, '_, '_, '_, '_> {
    fn fits(&self, before: NodeId, after: NodeId) -> bool {
        let old = self.old.tree;
        if old.anchor(before).map(|anchor| &anchor.name) != self.new.anchor(after).map(|anchor| &anchor.name) {
            return false;
        }
        if let Some(with) = self.intent.replaced.get(&before) {
            return self.is_fragment(with, after, None);
        }
        if old.tag(before).map(|tag| &tag.name) != self.new.tag(after).map(|tag| &tag.name) {
            return false;
        }
        match (&old.node(before).kind, &self.new.node(after).kind) {
            (Kind::Scalar { .. }, Kind::Scalar { .. }) => {
                old.text(before) == self.new.text(after)
                    && old.scalar_type(before) == self.new.scalar_type(after)
                    && !self.intent.inserted.contains_key(&before)
            }
            (Kind::Alias(_), Kind::Alias(_)) => {
                old.source().slice(old.span(before)) == self.new.source().slice(self.new.span(after))
            }
            (Kind::Mapping(..) | Kind::Scalar { .. }, Kind::Mapping(..)) => self.is_mapping(before, after),
            (Kind::Sequence(..) | Kind::Scalar { .. }, Kind::Sequence(..)) => self.is_sequence(before, after),
            (Kind::Scalar { .. } | Kind::Sequence(..) | Kind::Mapping(..) | Kind::Alias(_), _) => false,
        }
    }

    /// What a collection should hold now, without what is deleted.
    fn expected(&self, parent: NodeId, heads: &[NodeId]) -> Vec<Slot<'_>> {
        let mut slots = self.intent.arrange(parent, heads);
        slots.retain(|slot| match slot {
            Slot::Old(index) => heads.get(*index).is_some_and(|head| !self.intent.deleted.contains(head)),
            Slot::New(_) => true,
        });
        slots
    }

    fn is_mapping(&self, before: NodeId, after: NodeId) -> bool {
        let entries: Vec<_> = self.old.tree.entries(before).collect();
        let heads: Vec<_> = entries.iter().map(|entry| entry.key).collect();
        let slots = self.expected(before, &heads);
        let now = self.new.entries(after);
        slots.len() == now.len()
            && slots.iter().zip(now).all(|(slot, now)| match slot {
                Slot::Old(index) => entries.get(*index).is_some_and(|entry| {
                    let same_key = match self.intent.renamed.get(&entry.key) {
                        Some(to) => self.new.text(now.key) == Some(to),
                        None => self.fits(entry.key, now.key),
                    };
                    same_key && self.fits(entry.value, now.value)
                }),
                Slot::New(new) => match new.content {
                    Content::Entry(key, value) => self.new.text(now.key) == Some(key) && self.is_new(value, now.value),
                    Content::Item(_) => false,
                    Content::Moved(node) => {
                        let entry = self.old.tree.entry_of(node);
                        entry.is_some_and(|entry| self.fits(entry.key, now.key) && self.fits(entry.value, now.value))
                    }
                },
            })
    }

    fn is_sequence(&self, before: NodeId, after: NodeId) -> bool {
        let items = self.old.tree.items(before);
        let slots = self.expected(before, items);
        let now = self.new.items(after);
        slots.len() == now.len()
            && slots.iter().zip(now).all(|(slot, now)| match slot {
                Slot::Old(index) => items.get(*index).is_some_and(|item| self.fits(*item, *now)),
                Slot::New(new) => match new.content {
                    Content::Entry(..) => false,
                    Content::Item(value) => self.is_new(value, *now),
                    Content::Moved(node) => self.fits(node, *now),
                },
            })
    }

    /// Whether a node that was not there is what a fragment says.
    fn is_new(&self, fragment: &Fragment, node: NodeId) -> bool {
        self.new.anchor(node).is_none() && self.is_fragment(fragment, node, None)
    }

    /// Whether a node is what a fragment says, with the tag that was already accounted for.
    fn is_fragment(&self, fragment: &Fragment, node: NodeId, tag: Option<&str>) -> bool {
        let new = self.new;
        let scalar = |kind: ScalarType, text: &str| new.scalar_type(node) == Some(kind) && new.text(node) == Some(text);
        if let Fragment::Tagged { function, value } = fragment {
            let short = short_tag(function);
            if tag.is_none() && short.is_some() && new.tag(node).map(|tag| &*tag.name) == short.as_deref() {
                return self.is_fragment(value, node, short.as_deref());
            }
            let mut entries = new.entries(node);
            return new.tag(node).map(|tag| &*tag.name) == tag
                && matches!((entries.next(), entries.next()), (Some(entry), None)
                    if new.text(entry.key) == Some(function) && self.is_new(value, entry.value));
        }
        new.tag(node).map(|tag| &*tag.name) == tag
            && match fragment {
                Fragment::Text(text) => scalar(ScalarType::String, text),
                Fragment::Bool(value) => scalar(ScalarType::Bool, if *value { "true" } else { "false" }),
                Fragment::Int(value) => scalar(ScalarType::Int, &value.to_string()),
                Fragment::Mapping(wanted) => {
                    let entries = new.entries(node);
                    new.is_mapping(node)
                        && wanted.len() == entries.len()
                        && wanted
                            .iter()
                            .zip(entries)
                            .all(|((key, value), entry)| new.text(entry.key) == Some(key) && self.is_new(value, entry.value))
                }
                Fragment::Sequence(wanted) => {
                    let items = new.items(node);
                    new.is_sequence(node)
                        && wanted.len() == items.len()
                        && wanted.iter().zip(items).all(|(value, item)| self.is_new(value, *item))
                }
                Fragment::Tagged { .. } => false,
            }
    }

    /// Whether no comment is new, and only comments of deleted text are gone.
    fn keeps_comments(&self) -> bool {
        let old = self.old.tree;
        if old.comments().is_empty() && self.new.comments().is_empty() {
            return true;
        }
        let Some(mut removed) = self.removed() else { return false };
        let begins = |span: &Span, comment: &Span| span.start <= comment.start && comment.start < span.end;
        let rewritten = |comment: &Span| self.intent.comments.keys().any(|span| begins(span, comment));
        removed.extend(old.comments().iter().filter(|comment| !self.intent.comments.is_empty() && rewritten(comment)));
        let removed = joined(removed);
        let mut may: BTreeMap<&str, isize> = BTreeMap::new();
        let mut must: BTreeMap<&str, isize> = BTreeMap::new();
        for comment in old.comments() {
            let text = old.source().slice(*comment).trim_end();
            // A comment that was to go may not stay, for what it says would still hold.
            *may.entry(text).or_default() += isize::from(self.intent.comments.is_empty() || !rewritten(comment));
            let gone = lies_in(&removed, *comment);
            *must.entry(text).or_default() += isize::from(!gone);
        }
        for comment in self.intent.comments.values().flat_map(|(_, text)| super::comment::comments_of(text)) {
            *may.entry(comment).or_default() += 1;
            *must.entry(comment).or_default() += 1;
        }
        for comment in self.new.comments() {
            let text = self.new.source().slice(*comment).trim_end();
            *may.entry(text).or_default() -= 1;
            *must.entry(text).or_default() -= 1;
        }
        may.values().all(|left| *left >= 0) && must.values().all(|left| *left <= 0)
    }

    /// Text whose comments may go.
    fn removed(&self) -> Option<Vec<Span>> {
        let old = self.old.tree;
        let mut removed: Vec<Span> = Vec::new();
        let mut parents: Vec<NodeId> = self.intent.deleted.iter().filter_map(|node| old.parent(*node)).collect();
        parents.sort_unstable();
        parents.dedup();
        for parent in parents {
            let children = self.old.children(parent)?;
            // What moves takes its comments along.
            let gone =
                |child: &Child| self.intent.deleted.contains(&child.head) && !self.intent.moved.contains_key(&child.head);
            if children.iter().all(gone) && old.collection(parent) != Some(Collection::Block) {
                removed.push(old.span(parent));
            }
            for run in children.chunk_by(|left, right| gone(left) == gone(right)) {
                if let (Some(first), Some(last)) = (run.first(), run.last())
                    && gone(first)
                {
                    removed.push(self.old.region(parent, first, last));
                }
            }
        }
        Some(joined(removed))
    }
}

/// The regions in order, those that overlap as one.
fn joined(mut regions: Vec<Span>) -> Vec<Span> {
    regions.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(regions.len());
    for region in regions {
        match out.last_mut() {
            Some(last) if region.start < last.end => *last = Span { end: last.end.max(region.end), ..*last },
            Some(_) | None => out.push(region),
        }
    }
    out
}

/// Whether one of the regions, in order and apart, has it inside.
fn lies_in(regions: &[Span], inside: Span) -> bool {
    let behind = regions.partition_point(|region| region.start <= inside.start);
    behind.checked_sub(1).and_then(|at| regions.get(at)).is_some_and(|region| region.contains(inside))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;
    use crate::text::Source;

    fn accepts(before: &str, make: impl Fn(&Tree<'_>) -> Vec<Change>, after: &str) -> bool {
        let (old, new) = (Source::new("old", before), Source::new("new", after));
        let (old, new) = (syntax::parse(&old), syntax::parse(&new));
        is_as_intended(&old, &make(&old), &new)
    }

    fn nothing(_: &Tree<'_>) -> Vec<Change> {
        Vec::new()
    }

    fn delete_b(tree: &Tree<'_>) -> Vec<Change> {
        vec![Change::Delete { node: tree.entry(tree.root().unwrap(), "b").unwrap().key }]
    }

    #[test]
    fn any_other_value_is_noticed() {
        let before = "a: !Sub '1' # c\nb: &x [1, 2]\nd: *x\n";
        assert!(accepts(before, nothing, before));
        assert!(accepts(before, nothing, "a: !Sub \"1\" # c\n\nb: &x\n- 1\n- 2\nd: *x\n"));
        for after in [
            "a: !Sub '2' # c\nb: &x [1, 2]\nd: *x\n",
            "a: !Ref '1' # c\nb: &x [1, 2]\nd: *x\n",
            "a: !Sub 1 # c\nb: &x [1, 2]\nd: *x\n",
            "a: !Sub '1' # c\nb: &x [2, 1]\nd: *x\n",
            "a: !Sub '1' # c\nb: &x [1, 2]\nd: [1, 2]\n",
            "b: &x [1, 2]\na: !Sub '1' # c\nd: *x\n",
            "a: !Sub '1' # c\nb: &x [1, 2]\nd: *x\ne:\n",
            "a: !Sub '1'\nb: &x [1, 2]\nd: *x\n",
            "a: !Sub '1' # d\nb: &x [1, 2]\nd: *x\n",
            "a: !Sub '1' # c\nb: &x [1, 2]\nd: *x\nd: [\n",
        ] {
            assert!(!accepts(before, nothing, after), "{after}");
        }
    }

    #[test]
    fn only_comments_of_the_deleted_entry_may_go() {
        let before = "a: 1 # a\n# b\nb: 2 # b2\n# c\nc: 3\n";
        assert!(accepts(before, delete_b, "a: 1 # a\n# c\nc: 3\n"));
        assert!(accepts(before, delete_b, "a: 1 # a\n# b\n# c\nc: 3\n"));
        assert!(!accepts(before, delete_b, "a: 1\n# c\nc: 3\n"));
        assert!(!accepts(before, delete_b, "a: 1 # a\nc: 3\n"));
        assert!(!accepts(before, delete_b, "a: 1 # a\n# c\n# c\nc: 3\n"));
    }

    #[test]
    fn a_collection_that_lost_all_is_there_and_empty() {
        assert!(accepts("b: 1\n", delete_b, "{}\n"));
        assert!(!accepts("b: 1\n", delete_b, ""));
        assert!(!accepts("b: 1\n", delete_b, "[]\n"));
    }
}
