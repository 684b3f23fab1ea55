//! `Fn::ToJsonString`: a value of the template as JSON text.

use std::collections::HashSet;

use super::assembly::TextBuilder;
use super::eval::Evaluation;
use super::guard::Guard;
use super::sections::Template;
use super::shape::Scope;
use super::value::{Datum, Part, Text};
use crate::syntax::{NodeId, ScalarType, json_number};

/// JSON text that grows.
#[derive(Default)]
pub(super) struct JsonText {
    text: TextBuilder,
    /// Whether only what is written down in the document itself may go in, not what a parameter happens to be.
    written_only: bool,
}

impl JsonText {
    /// The text; unknown where it got too long.
    pub(super) fn build(self) -> Text {
        self.text.build()
    }
}

impl Template<'_> {
    /// A mapping or sequence as compact JSON, if everything in it is written down there and means one thing.
    pub fn json_text(&self, node: NodeId, scope: &Scope) -> Option<String> {
        let mut text = JsonText { written_only: true, ..JsonText::default() };
        let known = Evaluation { template: self, scope }.json(node, &scope.when, 0, false, &mut text);
        text.build().as_known().filter(|_| known).map(str::to_owned)
    }
}

impl Evaluation<'_, '_> {
    /// Writes a value as compact JSON, holes as they are; false where branches or shapes are not settled.
    pub(super) fn json(&self, node: NodeId, when: &Guard, depth: usize, by_tag: bool, into: &mut JsonText) -> bool {
        let values = self.node(node, when, depth, by_tag);
        let [value] = values.as_slice() else { return false };
        if into.written_only && !value.causes.is_empty() {
            return false;
        }
        match &value.datum {
            Datum::Scalar(text, kind) => self.json_scalar(value.node, text, *kind, &mut into.text),
            Datum::Mapping(mapping) => self.json_object(*mapping, when, depth, into),
            Datum::Sequence(sequence) => self.json_array(*sequence, when, depth, into),
            Datum::List(_) | Datum::Absent | Datum::Unknown => false,
        }
    }

    fn json_object(&self, mapping: NodeId, when: &Guard, depth: usize, into: &mut JsonText) -> bool {
        let tree = self.template.tree();
        let entries = self.template.entries(mapping, self.scope);
        let mut names = HashSet::new();
        into.text.known("{");
        let all = entries.members.iter().enumerate().all(|(at, member)| {
            // Readers differ in what they make of such a key, or keep of two.
            let means_itself = !tree.is_doubtful(member.key)
                && tree.reads_otherwise(member.key).is_none()
                && tree.scalar_type(member.key) != Some(ScalarType::Null);
            let comma = if at == 0 { "" } else { "," };
            into.text.known(&format!("{comma}\"{}\":", json_escaped(&member.name)));
            means_itself && names.insert(&*member.name) && self.json(member.value, when, depth + 1, false, into)
        });
        into.text.known("}");
        all && !entries.open
    }

    fn json_array(&self, sequence: NodeId, when: &Guard, depth: usize, into: &mut JsonText) -> bool {
        into.text.known("[");
        let all = self.template.tree().items(sequence).iter().enumerate().all(|(at, item)| {
            into.text.known(if at == 0 { "" } else { "," });
            self.json(*item, when, depth + 1, false, into)
        });
        into.text.known("]");
        all
    }

    /// Writes a scalar; false where it is a number that JSON does not have, or that readers of YAML do not agree about.
    fn json_scalar(&self, node: NodeId, text: &Text, kind: ScalarType, into: &mut TextBuilder) -> bool {
        let tree = self.template.tree();
        // Behind a tag of YAML's own the type is another than that of the bare text.
        let typed = tree.tag(node).is_some_and(|tag| tag.name.starts_with("!!"));
        let is_text = tree.tag(node).is_some_and(|tag| &*tag.name == "!!str");
        match kind {
            _ if typed && !is_text => return false,
            ScalarType::Bool if !is_text => {
                let lower = text.as_known().unwrap_or("").to_ascii_lowercase();
                into.known(if matches!(lower.as_str(), "true" | "yes" | "on" | "y") { "true" } else { "false" });
            }
            ScalarType::Null if !is_text => into.known("null"),
            ScalarType::Int | ScalarType::Float if !is_text => match text.as_known() {
                Some(written) => {
                    let Some(number) = json_number(written) else { return false };
                    into.known(&number);
                }
                None => text.parts().for_each(|part| match part {
                    Part::Known(known) => into.known(known),
                    Part::Hole(hole) => into.hole(hole.clone()),
                }),
            },
            ScalarType::String | ScalarType::Bool | ScalarType::Null | ScalarType::Int | ScalarType::Float => {
                if tree.is_doubtful(node) {
                    return false;
                }
                into.known("\"");
                for part in text.parts() {
                    match part {
                        Part::Known(known) => into.known(&json_escaped(known)),
                        Part::Hole(hole) => into.hole(hole.clone()),
                    }
                }
                into.known("\"");
            }
        }
        true
    }
}

/// The inside of a JSON string.
fn json_escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("").to_owned()
}
