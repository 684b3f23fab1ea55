//! The syntax tree: YAML and JSON in one arena, every key, scalar, tag and comment with its bytes.
//!
//! The tree is built for one file, never changed, and never printed: edits are splices of the text.
//! This module does no I/O and knows neither CloudFormation nor API Gateway.

mod block_lines;
mod build;
mod json;
mod offsets;
mod plain;
mod sharing;
mod tree;
mod yaml;

pub use plain::{Reading, json_number};
pub use tree::{Anchor, Collection, Entry, Format, Kind, Node, NodeId, ScalarStyle, ScalarType, SyntaxError, Tag, Tree};

pub(crate) use yaml::dash_before;

use crate::text::Source;

/// Parses a source as JSON or YAML, whichever it is.
///
/// A text that begins with `{` or `[` is JSON when JSON takes it; otherwise it is YAML, of which JSON
/// is nearly a subset. CloudFormation decides by content too, not by the file's name.
/// The tree is always usable; what could not be read is in [`Tree::errors`].
pub fn parse(source: &Source) -> Tree<'_> {
    let text = source.text().get(source.bom_len()..).unwrap_or("");
    if !text.trim_start().starts_with(['{', '[']) {
        return yaml::parse(source);
    }
    let json = json::parse(source);
    if json.errors().is_empty() {
        return json;
    }
    let yaml = yaml::parse(source);
    if yaml.errors().is_empty() || !looks_like_json(text) { yaml } else { json }
}

/// Whether the author meant JSON: an object whose first key is in double quotes, or a JSON file name
/// would tell; flow YAML rarely quotes its keys.
fn looks_like_json(text: &str) -> bool {
    let inside = text.trim_start().trim_start_matches(['{', '[']).trim_start();
    inside.starts_with(['"', '}', ']', '{', '['])
        || inside.is_empty()
        || inside.starts_with("//")
        || inside.starts_with("/*")
}
