//! Reports: findings in, text out.
//!
//! This module does no I/O and reads no environment. Every format is made of pieces, so that a long run
//! needs no more memory than a short one: the beginning, a piece for each input, the end.

mod checkstyle;
pub mod diff;
pub mod escape;
mod fingerprint;
mod github;
mod gitlab;
mod job_summary;
mod json;
mod junit;
pub mod reference;
pub mod routes;
mod sarif;
mod snippet;
mod summary;
mod text;
mod uri;
mod window;
mod words;
mod wrap;
mod xml;

pub use job_summary::job_summary;
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
    /// The working folder below the root of the repository, with slashes; empty where they are the same, or nobody knows.
    /// What other programs read names files from there.
    pub folder: &'a str,
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
    /// One JSON object on each line; the same schema describes them.
    JsonLines,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// Workflow commands of GitHub Actions.
    GitHub,
    /// Rows for [`job_summary`].
    JobSummary,
    /// GitLab's code quality report.
    GitLab,
    /// `JUnit` XML.
    JUnit,
    /// Checkstyle XML.
    Checkstyle,
}

impl Format {
    /// What stands before the first input.
    pub fn begin(&self) -> &'static str {
        match self {
            Self::Json => json::BEGIN,
            Self::JsonLines => json::BEGIN_LINES,
            Self::Sarif => sarif::BEGIN,
            Self::GitLab => gitlab::BEGIN,
            Self::JUnit => junit::BEGIN,
            Self::Checkstyle => checkstyle::BEGIN,
            Self::Text(_) | Self::Short | Self::GitHub | Self::JobSummary => "",
        }
    }

    /// One input; empty where there is nothing to say.
    pub fn input(&self, input: &Input<'_>) -> String {
        match self {
            Self::Text(style) => text::input(input, style),
            Self::Short => text::short(input),
            Self::Json => json::input(input),
            Self::JsonLines => json::input_lines(input),
            Self::Sarif => sarif::input(input),
            Self::GitHub => github::input(input),
            Self::JobSummary => job_summary::rows(input),
            Self::GitLab => gitlab::input(input),
            Self::JUnit => junit::input(input),
            Self::Checkstyle => checkstyle::input(input),
        }
    }

    /// What stands between two inputs that are not empty.
    pub fn between(&self) -> &'static str {
        match self {
            Self::Json => json::BETWEEN,
            Self::Sarif => sarif::BETWEEN,
            Self::GitLab => gitlab::BETWEEN,
            Self::Text(_)
            | Self::Short
            | Self::JsonLines
            | Self::GitHub
            | Self::JobSummary
            | Self::JUnit
            | Self::Checkstyle => "",
        }
    }

    /// What stands behind the last input.
    pub fn end(&self, summary: &Summary) -> String {
        match self {
            Self::Text(style) => text::end(summary, style),
            Self::Json => json::end(summary),
            Self::JsonLines => json::end_lines(summary),
            Self::Sarif => sarif::end(summary),
            Self::GitHub => github::end(summary),
            Self::GitLab => gitlab::END.to_owned(),
            Self::JUnit => junit::end(summary),
            Self::Checkstyle => checkstyle::end(summary),
            Self::Short | Self::JobSummary => String::new(),
        }
    }
}
