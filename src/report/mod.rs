//! Reports: findings in, text out.
//!
//! This module does no I/O and reads no environment. Every format is made of pieces, so that a long run
//! needs no more memory than a short one: the beginning, a piece for each input, the end.

pub mod diff;
pub mod escape;
mod github;
mod json;
pub mod reference;
pub mod routes;
mod snippet;
mod summary;
mod text;
mod window;
mod wrap;

pub use summary::{Failed, Repaired, Summary};
pub use text::Style;
pub use wrap::wrap;

use crate::engine::Checked;
use crate::fix::{Applied, Dropped};
use crate::text::Source;

/// One input with what was found in it.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The text to which the findings belong.
    pub source: &'a Source,
    /// The findings.
    pub checked: &'a Checked,
    /// What was repaired before; empty without `--fix`.
    pub repaired: &'a [Applied],
    /// What was to be repaired and was not.
    pub dropped: &'a [Dropped],
}

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text(Style),
    /// One line for each finding.
    Short,
    /// One JSON object; `docs/report.schema.json` describes it.
    Json,
    /// Workflow commands of GitHub Actions.
    GitHub,
}

impl Format {
    /// What stands before the first input.
    pub fn begin(&self) -> &'static str {
        match self {
            Self::Json => json::BEGIN,
            Self::Text(_) | Self::Short | Self::GitHub => "",
        }
    }

    /// One input; empty where there is nothing to say.
    pub fn input(&self, input: &Input<'_>) -> String {
        match self {
            Self::Text(style) => text::input(input, style),
            Self::Short => text::short(input),
            Self::Json => json::input(input),
            Self::GitHub => github::input(input),
        }
    }

    /// What stands between two inputs that are not empty.
    pub fn between(&self) -> &'static str {
        match self {
            Self::Json => json::BETWEEN,
            Self::Text(_) | Self::Short | Self::GitHub => "",
        }
    }

    /// What stands behind the last input.
    pub fn end(&self, summary: &Summary) -> String {
        match self {
            Self::Text(style) => text::end(summary, style),
            Self::Json => json::end(summary),
            Self::Short | Self::GitHub => String::new(),
        }
    }
}
