//! Reports of routes: what the model knows in, text out.
//!
//! Like the reports of findings it is made of pieces, and does no I/O.

mod grid;
mod json;
mod text;
mod words;

use serde::Serialize;

use super::text::count;
use super::{Style, Summary};
use crate::routes::Routes;

/// A format of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text(Style),
    /// One JSON object; `docs/routes.schema.json` describes it.
    Json,
}

/// An input that cannot be read to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Its name.
    pub file: String,
    /// The line at which it breaks, 1-based.
    pub line: usize,
    /// The column, 1-based, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl Format {
    /// What stands before the first input.
    pub fn begin(&self) -> &'static str {
        match self {
            Self::Text(_) => "",
            Self::Json => json::BEGIN,
        }
    }

    /// The routes of one input.
    pub fn input(&self, routes: &Routes, name: &str) -> String {
        match self {
            Self::Text(style) => text::input(routes, name, style),
            Self::Json => json::input(routes, name),
        }
    }

    /// What stands between two inputs.
    pub fn between(&self) -> &'static str {
        match self {
            Self::Text(_) => "",
            Self::Json => json::BETWEEN,
        }
    }

    /// What stands behind the last input; `shown` is how many there were.
    pub fn end(&self, summary: &Summary, broken: &[Broken], shown: usize) -> String {
        let nothing = shown == 0 && broken.is_empty() && summary.unreadable.is_empty();
        match self {
            Self::Text(_) if nothing && summary.skipped > 0 => {
                format!("no routes: none of {} has a REST API\n", count(summary.skipped, "file"))
            }
            Self::Text(_) if nothing => "no routes: no file is named like a template\n".to_owned(),
            Self::Text(_) => String::new(),
            Self::Json => json::end(summary, broken),
        }
    }
}
