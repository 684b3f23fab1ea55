//! From changes to splices.

use super::Edit;
use super::change::{Change, Fragment};
use super::intent::{Content, Insertion, Intent, Slot};
use super::layout::Layout;
use super::page::{Child, Page};
use super::render::Writer;
use super::scalar::{self, Context};
use crate::syntax::{Collection, NodeId, ScalarStyle, ScalarType, Tree};
use crate::text::Span;

/// The splices that make the changes, in order of the text and not overlapping; `None` where two changes
/// contradict or a place cannot be edited surely:
///
/// * the tree has errors;
/// * the node is an alias that should become anything but what it stands for, or its mapping takes entries through a merge key;
/// * the node to be replaced has a tag that is not an intrinsic function's, or an anchor, unless a scalar
///   becomes another one;
/// * what an alias elsewhere stands for would go;
/// * a key is written with `?`, or the colon is not on the key's line;
/// * entries would come to or go from a mapping without braces in a flow sequence (`[a: b]`);
/// * an anchor or alias should move, or something into or out of text that serves several places, or text between block and flow style;
/// * a block scalar ends the file without a line end and something should come behind it;
/// * a comment inside of a value in brackets would go with it.
///
/// A node that is read in several places ([`Tree::places`]) changes in all of them.
///
/// # Examples
/// ```
/// use cfn_igr::edit::{Change, Fragment, Place, apply, plan};
/// use cfn_igr::{syntax, text::Source};
///
/// let source = Source::new("t.yaml", "- StatusCode: 200 # fine\n");
/// let tree = syntax::parse(&source);
/// let parent = tree.root().and_then(|root| tree.items(root).first().copied()).unwrap();
/// let value = Fragment::Text("x".to_owned());
/// let change = Change::Insert { parent, key: "SelectionPattern".to_owned(), value, place: Place::Last };
/// let edits = plan(&tree, &[change]).unwrap();
/// let expected = "- StatusCode: 200 # fine\n  SelectionPattern: x\n";
/// assert_eq!(apply(source.text(), &edits).unwrap(), expected);
/// ```
pub fn plan(tree: &Tree<'_>, changes: &[Change]) -> Option<Vec<Edit>> {
    let intent = Intent::new(tree, changes)?;
    let layout = tree.memo(|| Layout::of(tree))?;
    let mut planner = Planner { page: Page::new(tree), layout, intent: &intent, drafts: Vec::new() };
    planner.run()?;
    planner.into_edits()
}

pub(super) struct Draft {
    span: Span,
    text: String,
    /// Number of ancestors of the node: what is inside comes before what follows it outside.
    depth: usize,
}

pub(super) struct Planner<'p, 't, 's> {
    pub(super) page: Page<'t, 's>,
    pub(super) layout: &'p Layout,
    pub(super) intent: &'p Intent<'p>,
    pub(super) drafts: Vec<Draft>,
}

/// Neighbouring slots between two children that stay.
#[derive(Default)]
pub(super) struct Gap<'c> {
    pub(super) left: Option<Child>,
    pub(super) deleted: Vec<Child>,
    pub(super) new: Vec<Insertion<'c>>,
    pub(super) right: Option<Child>,
}

impl<'p, 's> Planner<'p, '_, 's> {
    fn run(&mut self) -> Option<()> {
        let intent = self.intent;
        for (node, with) in &intent.replaced {
            self.replace(*node, with)?;
        }
        for (key, to) in &intent.renamed {
            self.rename(*key, to)?;
        }
        let mut parents: Vec<NodeId> = intent.inserted.keys().copied().collect();
        parents.extend(intent.deleted.iter().filter_map(|node| self.page.tree.parent(*node)));
        parents.sort_unstable();
        parents.dedup();
        for parent in parents {
            self.collection(parent)?;
        }
        for (span, (near, text)) in &intent.comments {
            self.splice(*near, span.start(), span.end(), *text);
        }
        Some(())
    }

    fn into_edits(mut self) -> Option<Vec<Edit>> {
        self.drafts.sort_by_key(|draft| (draft.span.start, !draft.span.is_empty(), std::cmp::Reverse(draft.depth)));
        let mut edits: Vec<Edit> = Vec::with_capacity(self.drafts.len());
        for draft in self.drafts {
            match edits.last_mut() {
                Some(last) if last.span.end > draft.span.start => return None,
                Some(last) if last.span.is_empty() && last.span == draft.span => last.text.push_str(&draft.text),
                Some(_) | None => edits.push(Edit { span: draft.span, text: draft.text }),
            }
        }
        Some(edits)
    }

    /// Notes a splice made for a node.
    pub(super) fn splice(&mut self, node: NodeId, start: usize, end: usize, text: impl Into<String>) {
        let depth = std::iter::successors(self.page.tree.parent(node), |node| self.page.tree.parent(*node)).count();
        let text = text.into();
        if start < end || !text.is_empty() {
            self.drafts.push(Draft { span: Span::new(start, end), text, depth });
        }
    }

    /// The comments that go with the splices noted since there were `before`.
    pub(super) fn lost_comments(&self, before: usize) -> Vec<&'s str> {
        let mut lost = Vec::new();
        for draft in self.drafts.iter().skip(before) {
            let inside = self.page.comments_in(draft.span.start(), draft.span.end());
            let texts = inside.iter().map(|span| self.page.tree.source().slice(*span).trim_end());
            lost.extend(texts.filter(|text| !draft.text.contains(text)));
        }
        lost
    }

    fn rename(&mut self, key: NodeId, to: &str) -> Option<()> {
        let style = self.page.tree.scalar_style(key)?;
        let span = self.page.tree.span(key);
        let context = if self.is_flow_parent(self.page.tree.parent(key)?) { Context::Flow } else { Context::Block };
        if span.is_empty() || self.page.is_block_scalar(key) {
            return None;
        }
        let written = self.respelt(key, to).unwrap_or_else(|| scalar::write(to, style, context, self.layout));
        self.splice(key, span.start(), span.end(), written);
        Some(())
    }

    pub(super) fn is_flow_parent(&self, parent: NodeId) -> bool {
        self.page.tree.collection(parent).is_some_and(|style| style != Collection::Block)
    }

    fn collection(&mut self, parent: NodeId) -> Option<()> {
        let children = self.page.children(parent)?;
        if children.is_empty() {
            return self.fill(parent);
        }
        let heads: Vec<NodeId> = children.iter().map(|child| child.head).collect();
        let slots = self.intent.arrange(parent, &heads);
        let gaps = self.gaps(&children, &slots);
        let writer = self.writer(parent);
        for gap in gaps {
            if self.is_flow_parent(parent) {
                self.flow_gap(parent, &gap, writer)?;
            } else {
                self.block_gap(parent, &gap, writer)?;
            }
        }
        Some(())
    }

    /// Gives a collection or null that has no children its first ones.
    fn fill(&mut self, parent: NodeId) -> Option<()> {
        let new: Vec<Insertion<'_>> = self.intent.arrange(parent, &[]).into_iter().filter_map(inserted).collect();
        let (mut entries, mut items) = (Vec::new(), Vec::new());
        for new in new {
            match new.content {
                Content::Entry(key, value) => entries.push((key.to_owned(), value.clone())),
                Content::Item(value) => items.push(value.clone()),
                // In brackets or a value still to come it would stand in another style.
                Content::Moved(_) => return None,
            }
        }
        let with = if items.is_empty() { Fragment::Mapping(entries) } else { Fragment::Sequence(items) };
        let span = self.page.tree.span(parent);
        if self.page.has_comments(span.start(), span.end()) {
            return self.fill_before_comment(parent, &with);
        }
        self.rewrite(parent, &with, true)
    }

    fn gaps(&self, children: &[Child], slots: &[Slot<'p>]) -> Vec<Gap<'p>> {
        let mut gaps = Vec::new();
        let mut gap = Gap::default();
        for slot in slots {
            match slot {
                Slot::New(new) => gap.new.push(*new),
                Slot::Old(index) => {
                    let Some(child) = children.get(*index) else { continue };
                    if self.intent.deleted.contains(&child.head) {
                        gap.deleted.push(*child);
                    } else {
                        gap.right = Some(*child);
                        gaps.push(std::mem::replace(&mut gap, Gap { left: Some(*child), ..Gap::default() }));
                    }
                }
            }
        }
        gaps.push(gap);
        gaps.retain(|gap| !gap.deleted.is_empty() || !gap.new.is_empty());
        gaps
    }

    /// A writer that copies the quotes of the children's keys and strings.
    pub(super) fn writer(&self, parent: NodeId) -> Writer<'p> {
        let tree = self.page.tree;
        let mut writer = Writer::new(self.layout);
        let (mut keys, mut strings) = (Vec::new(), Vec::new());
        // The habit shows in the first few.
        for entry in tree.entries(parent).take(32) {
            keys.extend(tree.scalar_style(entry.key));
            strings.push(entry.value);
        }
        strings.extend(tree.items(parent).iter().take(32));
        let strings = strings.into_iter().filter(|node| {
            tree.scalar_type(*node) == Some(ScalarType::String)
                && tree.tag(*node).is_none()
                && !self.page.is_block_scalar(*node)
        });
        writer.keys = commonest(keys.into_iter()).unwrap_or(ScalarStyle::Plain);
        writer.strings = commonest(strings.filter_map(|node| tree.scalar_style(node))).unwrap_or(self.layout.string);
        writer
    }
}

pub(super) fn inserted(slot: Slot<'_>) -> Option<Insertion<'_>> {
    match slot {
        Slot::New(new) => Some(new),
        Slot::Old(_) => None,
    }
}

fn commonest(styles: impl Iterator<Item = ScalarStyle>) -> Option<ScalarStyle> {
    const CANDIDATES: [ScalarStyle; 3] = [ScalarStyle::DoubleQuoted, ScalarStyle::SingleQuoted, ScalarStyle::Plain];
    let mut counts = [0_usize; 3];
    for style in styles {
        for (candidate, count) in CANDIDATES.iter().zip(counts.iter_mut()) {
            *count += usize::from(*candidate == style);
        }
    }
    CANDIDATES
        .into_iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .max_by_key(|(_, count)| *count)
        .map(|(style, _)| style)
}
