//! `Fn::ToJsonString`: a value of the template as JSON text.

use super::assembly::TextBuilder;
use super::eval::Evaluation;
use super::guard::Guard;
use super::sections::Template;
use super::shape::Scope;
use super::value::{Datum, Part};
use crate::syntax::{NodeId, ScalarType};

impl Template<'_> {
    /// A mapping or sequence as compact JSON, if everything in it is known.
    pub fn json_text(&self, node: NodeId, scope: &Scope) -> Option<String> {
        let mut text = TextBuilder::default();
        let known = Evaluation { template: self, scope }.json(node, &scope.when, 0, false, &mut text);
        text.build().as_known().filter(|_| known).map(str::to_owned)
    }
}

impl Evaluation<'_, '_> {
    /// Writes a value as compact JSON, holes as they are; false where branches or shapes are not settled.
    pub(super) fn json(&self, node: NodeId, when: &Guard, depth: usize, by_tag: bool, into: &mut TextBuilder) -> bool {
        let tree = self.template.tree();
        let values = self.node(node, when, depth, by_tag);
        let [value] = values.as_slice() else { return false };
        match &value.datum {
            Datum::Scalar(text, kind) => {
                let quote = if *kind == ScalarType::String { "\"" } else { "" };
                into.known(quote);
                for part in text.parts() {
                    match part {
                        Part::Known(text) => into.known(&json_scalar(text, *kind)),
                        Part::Hole(hole) => into.hole(hole.clone()),
                    }
                }
                into.known(quote);
                true
            }
            Datum::Mapping(mapping) => {
                into.known("{");
                let entries = self.template.entries(*mapping, self.scope);
                let all = entries.members.iter().enumerate().all(|(at, member)| {
                    let comma = if at == 0 { "" } else { "," };
                    into.known(&format!("{comma}\"{}\":", json_escaped(&member.name)));
                    self.json(member.value, when, depth + 1, false, into)
                });
                into.known("}");
                all && !entries.open
            }
            Datum::Sequence(sequence) => {
                into.known("[");
                let all = tree.items(*sequence).iter().enumerate().all(|(at, item)| {
                    into.known(if at == 0 { "" } else { "," });
                    self.json(*item, when, depth + 1, false, into)
                });
                into.known("]");
                all
            }
            Datum::List(_) | Datum::Absent | Datum::Unknown => false,
        }
    }
}

/// A scalar as JSON has it, a string without its quotes.
fn json_scalar(text: &str, kind: ScalarType) -> String {
    match kind {
        ScalarType::Bool => matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "y").to_string(),
        ScalarType::Null => "null".to_owned(),
        ScalarType::String | ScalarType::Int | ScalarType::Float => json_escaped(text),
    }
}

/// The inside of a JSON string.
fn json_escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("").to_owned()
}
