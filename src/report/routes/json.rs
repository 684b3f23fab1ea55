//! The routes as one JSON object: `docs/routes.schema.json`, a promise to users.

use serde::Serialize;

use super::Broken;
use crate::report::Summary;
use crate::report::json::{Failed as JsonFailed, failed_of, to_json};
use crate::routes::Routes;

pub(super) const BEGIN: &str = "{\"version\":1,\"files\":[\n";
pub(super) const BETWEEN: &str = ",\n";

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    #[serde(flatten)]
    routes: &'a Routes,
}

#[derive(Serialize)]
struct End<'a> {
    broken: &'a [Broken],
    unreadable: Vec<JsonFailed<'a>>,
    skipped: usize,
    not_fully_analysed: &'a [String],
}

/// The routes of one input, on one line.
pub(super) fn input(routes: &Routes, name: &str) -> String {
    to_json(&File { file: name, routes })
}

/// What follows the inputs.
pub(super) fn end(summary: &Summary, broken: &[Broken]) -> String {
    let json = to_json(&End {
        broken,
        unreadable: summary.unreadable.iter().map(failed_of).collect(),
        skipped: summary.skipped,
        not_fully_analysed: &summary.not_fully_analysed,
    });
    format!("\n],{}\n", json.strip_prefix('{').unwrap_or(&json))
}
