//! What becomes of a suppression that is unused, expired or misspelt.

use super::{Suppression, Verdict, Written};
use crate::edit::{Applicability, Change, Fix, Fragment, comment};
use crate::syntax::{NodeId, Tree};
use crate::text::Span;

impl Suppression {
    /// Takes all of it away.
    pub fn removal(&self, tree: &Tree<'_>, grade: Applicability) -> Option<Fix> {
        let (title, change) = match self.written {
            Written::Comment => ("delete the comment", comment::removal(tree, self.span)?),
            Written::Metadata(element) => ("delete the suppression", Change::Delete { node: outermost(tree, element)? }),
        };
        Fix::new(tree, grade, title, vec![change])
    }

    /// Takes some of its names away, or all of it where no name would be left.
    pub fn without(&self, tree: &Tree<'_>, gone: &[usize]) -> Option<Fix> {
        if gone.len() >= self.names.len() {
            return self.removal(tree, Applicability::Safe);
        }
        let changes = match self.written {
            Written::Comment => {
                let is_kept = |index: &usize| !gone.contains(index);
                let kept = self.names.iter().enumerate().filter(|(index, _)| is_kept(index));
                let kept: Vec<&str> = kept.map(|(_, name)| name.text.as_str()).collect();
                let span = self.names.first()?.span.to(self.names.last()?.span);
                vec![self.rewritten(tree, span, &kept.join(", "))?]
            }
            Written::Metadata(_) => {
                let nodes = gone.iter().map(|index| self.names.get(*index)?.node);
                nodes.map(|node| Some(Change::Delete { node: node? })).collect::<Option<_>>()?
            }
        };
        let names: Vec<_> = gone.iter().filter_map(|index| self.names.get(*index)).map(|name| name.text.as_str()).collect();
        Fix::new(tree, Applicability::Safe, format!("take `{}` out of the list", names.join("`, `")), changes)
    }

    /// Another word in place of one in a comment.
    fn rewritten(&self, tree: &Tree<'_>, span: Span, word: &str) -> Option<Change> {
        let text = tree.source().slice(self.span);
        let before = text.get(..span.start().checked_sub(self.span.start())?)?;
        let behind = text.get(span.end().checked_sub(self.span.start())?..)?;
        comment::replacement(tree, self.span, &format!("{before}{word}{behind}"))
    }

    fn renamed(&self, tree: &Tree<'_>, span: Span, node: Option<NodeId>, to: &str) -> Option<Fix> {
        let is_key = |node: NodeId| tree.entry_of(node).is_some_and(|entry| entry.key == node);
        let change = match (self.written, node) {
            (Written::Comment, _) => self.rewritten(tree, span, to)?,
            (Written::Metadata(_), Some(key)) if is_key(key) => Change::Rename { key, to: to.to_owned() },
            (Written::Metadata(_), Some(node)) => Change::Replace { node, with: Fragment::Text(to.to_owned()) },
            (Written::Metadata(_), None) => return None,
        };
        Fix::new(tree, Applicability::Unsafe, format!("write `{to}`"), vec![change])
    }
}

impl Verdict {
    /// Writes the word that is meant, where one is near enough.
    pub fn corrected(&self, tree: &Tree<'_>, index: Option<usize>) -> Option<Fix> {
        let suppression = &self.suppression;
        let Some(index) = index else {
            let fault = suppression.fault.as_ref()?;
            return suppression.renamed(tree, fault.span, fault.node, fault.rename.as_ref()?);
        };
        let near = self.unknown.iter().find(|(unknown, _)| *unknown == index)?.1.as_ref()?;
        let name = suppression.names.get(index)?;
        suppression.renamed(tree, name.span, name.node, near)
    }
}

/// The outermost entry or item that would be empty without an element, up to `Metadata`.
fn outermost(tree: &Tree<'_>, element: NodeId) -> Option<NodeId> {
    let head_of = |node: NodeId| tree.entry_of(node).map_or(node, |entry| entry.key);
    let mut head = head_of(element);
    while tree.text(head) != Some("Metadata") || tree.entry_of(head).is_none() {
        let parent = tree.parent(head)?;
        if tree.entries(parent).len() + tree.items(parent).len() != 1 {
            break;
        }
        head = head_of(parent);
    }
    Some(head)
}
