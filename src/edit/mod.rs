//! Edits: byte-range splices of the text, planned on the tree and never on values.
//!
//! A fix says what should become of nodes ([`Change`]); [`plan`] finds the splices that do it in the author's
//! own layout, [`merge`] puts the changes of several fixes together, [`apply`] makes the new text, and
//! [`is_as_intended`] compares the parsed result with the intention. This module does no I/O. It knows the
//! syntax tree, not API Gateway.

mod apply;
mod block;
mod block_scalar;
mod change;
pub mod comment;
mod flow;
mod guard;
mod intent;
mod layout;
mod merge;
mod moved;
mod page;
mod plan;
mod render;
mod replace;
mod respell;
mod scalar;
mod verify;

pub use apply::apply;
pub use change::{Change, Fragment, Place};
pub use layout::keep_habits;
pub use merge::{Merged, merge};
pub use plan::plan;
pub use verify::is_as_intended;

use crate::syntax::Tree;
use crate::text::Span;

/// One replacement. Insertions have an empty span.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The bytes that go.
    pub span: Span,
    /// The text that comes.
    pub text: String,
}

/// How far a fix can be trusted, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// A sketch for the reader, never applied.
    Display,
    /// The result is valid, but what the author meant is guessed.
    Unsafe,
    /// The deployed behaviour becomes what the title says and nothing else changes.
    Safe,
}

impl Applicability {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// Changes that belong together: all of them or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// How far it can be trusted.
    pub applicability: Applicability,
    /// What it does, imperative, without a full stop.
    pub title: String,
    /// What should become of the tree.
    pub changes: Vec<Change>,
    /// The splices that do it, in order of the text, not overlapping.
    pub edits: Vec<Edit>,
    /// In how many places of the document the text is read that changes, at most; more than 1 where aliases stand
    /// for it. All of these places change.
    pub places: usize,
}

impl Fix {
    /// Plans a fix; `None` where the place cannot be edited surely.
    ///
    /// # Examples
    /// ```
    /// use cfn_igr::edit::{Applicability, Change, Fix, Fragment, apply};
    /// use cfn_igr::{syntax, text::Source};
    ///
    /// let source = Source::new("t.yaml", "Origin: \"*\" # all\n");
    /// let tree = syntax::parse(&source);
    /// let node = tree.root().and_then(|root| tree.get(root, "Origin")).unwrap();
    /// let change = Change::Replace { node, with: Fragment::Text("'*'".to_owned()) };
    /// let fix = Fix::new(&tree, Applicability::Safe, "Quote the value", vec![change]).unwrap();
    /// assert_eq!(apply(source.text(), &fix.edits).unwrap(), "Origin: \"'*'\" # all\n");
    /// ```
    pub fn new(
        tree: &Tree<'_>,
        applicability: Applicability,
        title: impl Into<String>,
        changes: Vec<Change>,
    ) -> Option<Self> {
        let edits = plan(tree, &changes)?;
        let places = changes.iter().map(|change| change.places(tree)).max().unwrap_or(1);
        Some(Self { applicability, title: title.into(), changes, edits, places })
    }
}
