//! Evaluating a node to everything it can be.
//!
//! Source of the rules: AWS CloudFormation user guide, intrinsic function reference; what is not decided
//! by the template's own text stays a hole.

use std::rc::Rc;

use super::assembly::{Assembly, MAX_VALUES, TextBuilder};
use super::guard::{Fact, Guard};
use super::intrinsic::{Call, Function, SubPart, call, sub_parts};
use super::sections::Template;
use super::shape::Scope;
use super::to_json::JsonText;
use super::value::{Cause, Datum, Hole, Text, Value, Values};
use crate::syntax::{Kind, NodeId, ScalarType};

/// Functions inside functions.
const MAX_DEPTH: usize = 32;

/// Evaluates nodes of one template in one scope.
#[derive(Clone, Copy)]
pub(super) struct Evaluation<'e, 't> {
    pub(super) template: &'e Template<'t>,
    pub(super) scope: &'e Scope,
}

impl Evaluation<'_, '_> {
    pub(super) fn values(&self, node: NodeId) -> Values {
        self.node(node, &self.scope.when, 0, false)
    }

    pub(super) fn node(&self, node: NodeId, when: &Guard, depth: usize, by_tag: bool) -> Values {
        let tree = self.template.tree();
        let node = tree.target(node);
        if depth > MAX_DEPTH || !self.template.spend(1) {
            return vec![unknown(node, when)];
        }
        let values = match call(tree, node, by_tag) {
            Some(call) => self.call(node, call, when, depth + 1),
            None => vec![self.literal(node, when)],
        };
        if values.is_empty() || values.len() > MAX_VALUES { vec![unknown(node, when)] } else { values }
    }

    fn literal(&self, node: NodeId, when: &Guard) -> Value {
        let tree = self.template.tree();
        let datum = match &tree.node(node).kind {
            // `null`, `~` and nothing at all are the same.
            Kind::Scalar { .. } if tree.is_null(node) => Datum::Scalar(Text::default(), ScalarType::Null),
            Kind::Scalar { .. } => {
                let bare = tree.scalar_type(node).filter(|_| tree.tag(node).is_none_or(|tag| &*tag.name != "!!str"));
                Datum::Scalar(with_dynamic(tree.text(node).unwrap_or("")), bare.unwrap_or(ScalarType::String))
            }
            Kind::Sequence(..) => Datum::Sequence(node),
            Kind::Mapping(..) => Datum::Mapping(node),
            Kind::Alias(_) => Datum::Unknown,
        };
        Value { datum, when: when.clone(), causes: Vec::new(), node }
    }

    fn call(&self, node: NodeId, call: Call, when: &Guard, depth: usize) -> Values {
        let tree = self.template.tree();
        let argument = call.argument;
        match call.function {
            Function::Ref => match tree.text(argument) {
                Some(name) => self.reference(node, name, when),
                None => vec![unknown(node, when)],
            },
            Function::GetAtt => vec![scalar(node, when, Text::hole(self.attribute(argument)))],
            Function::Sub => self.sub(node, argument, when, depth),
            Function::Join => self.join(node, argument, when, depth),
            Function::If => self.branches(node, argument, when, depth),
            Function::FindInMap => self.find_in_map(node, argument, when, depth),
            Function::Select => self.select(node, argument, when, depth),
            Function::Split => self.split(node, argument, when, depth),
            Function::Length => self.length(node, call, when, depth),
            Function::ToJsonString => {
                let mut text = JsonText::default();
                let known = self.json(argument, when, depth, call.by_tag, &mut text);
                vec![scalar(node, when, if known { text.build() } else { Text::hole(Hole::Other) })]
            }
            Function::Opaque => vec![scalar(node, when, Text::hole(Hole::Other))],
            Function::Transform | Function::Equals | Function::Not | Function::And | Function::Or | Function::Condition => {
                vec![unknown(node, when)]
            }
        }
    }

    fn attribute(&self, argument: NodeId) -> Hole {
        let tree = self.template.tree();
        let parts: Vec<_> = tree.items(argument).iter().map(|part| tree.text(*part)).collect();
        match (tree.text(argument), parts.as_slice()) {
            (Some(dotted), _) => Hole::Resource(dotted.into()),
            (None, [Some(id), Some(attribute)]) => Hole::Resource(format!("{id}.{attribute}").into()),
            (None, _) => Hole::Other,
        }
    }

    fn reference(&self, node: NodeId, name: &str, when: &Guard) -> Values {
        if let Some(bound) = self.scope.variable(name) {
            return vec![scalar(node, when, bound.clone())];
        }
        if name == "AWS::NoValue" {
            return vec![Value { datum: Datum::Absent, when: when.clone(), causes: Vec::new(), node }];
        }
        if let Some(given) = self.template.given(name) {
            let list = self.template.parameter(name).is_some_and(super::Parameter::is_list);
            let datum = if list { comma_list(given) } else { Datum::Scalar(Text::known(given), ScalarType::String) };
            return vec![Value { datum, when: when.clone(), causes: vec![Cause::GivenParameter(name.into())], node }];
        }
        if self.template.parameter(name).is_some() {
            return self.parameter(node, name, when);
        }
        let hole = if name.starts_with("AWS::") { Hole::Pseudo(name.into()) } else { Hole::Resource(name.into()) };
        vec![scalar(node, when, Text::hole(hole))]
    }

    /// A parameter is one of its allowed values, else its default. Not its default where that contradicts
    /// what is assumed, and not an empty default, which only marks "not given".
    fn parameter(&self, node: NodeId, name: &str, when: &Guard) -> Values {
        let tree = self.template.tree();
        let unknown = || vec![scalar(node, when, Text::hole(Hole::Parameter(name.into())))];
        let Some(parameter) = self.template.parameter(name).filter(|parameter| !parameter.is_lookup()) else {
            return unknown();
        };
        let name: Rc<str> = name.into();
        let choices: Vec<_> = if parameter.allowed.is_empty() {
            parameter.default.map(|at| (at, Cause::ParameterDefault(name.clone(), at))).into_iter().collect()
        } else {
            parameter.allowed.iter().map(|at| (*at, Cause::AllowedValue(name.clone(), *at))).collect()
        };
        let mut values = Values::new();
        for (at, cause) in choices {
            let Some(text) = tree.text(at) else { return unknown() };
            let here = when.with(Fact::Is(name.clone(), text.into()));
            if !self.template.conditions().possible(&here) {
                continue;
            }
            if text.is_empty() && matches!(cause, Cause::ParameterDefault(..)) {
                return unknown();
            }
            // A default is the value unless someone says otherwise; it is no branch to be told of.
            let here = if matches!(cause, Cause::ParameterDefault(..)) { when.clone() } else { here };
            let datum =
                if parameter.is_list() { comma_list(text) } else { Datum::Scalar(with_dynamic(text), ScalarType::String) };
            values.push(Value { datum, when: here, causes: vec![cause], node: at });
        }
        if values.is_empty() { unknown() } else { values }
    }

    fn sub(&self, node: NodeId, argument: NodeId, when: &Guard, depth: usize) -> Values {
        let tree = self.template.tree();
        let (text, variables) = match tree.items(argument) {
            [text, variables] => (tree.target(*text), Some(tree.target(*variables))),
            _ => (argument, None),
        };
        let Some(text) = tree.text(text) else { return vec![unknown(node, when)] };
        let mut assembly = Assembly::new(when);
        for part in sub_parts(text) {
            match part {
                SubPart::Literal(literal) => assembly.text(&with_dynamic(literal)),
                SubPart::Variable(name) => {
                    let given = variables.and_then(|variables| tree.get(variables, name));
                    assembly.part(|when| match given {
                        Some(value) => self.node(value, when, depth, false),
                        None if name.contains('.') => vec![scalar(node, when, Text::hole(Hole::Resource(name.into())))],
                        None => self.reference(node, name, when),
                    });
                }
            }
        }
        assembly.finish(node).collect()
    }

    fn join(&self, node: NodeId, argument: NodeId, when: &Guard, depth: usize) -> Values {
        let tree = self.template.tree();
        let [delimiter, list] = tree.items(argument) else { return vec![unknown(node, when)] };
        let Some(delimiter) = tree.text(tree.target(*delimiter)) else { return vec![unknown(node, when)] };
        let mut values = Values::new();
        for list in self.node(*list, when, depth, false) {
            let mut assembly = Assembly::new(&list.when);
            match &list.datum {
                Datum::Sequence(sequence) => {
                    for item in tree.items(*sequence) {
                        assembly.item(delimiter, |when| self.node(*item, when, depth, false));
                    }
                }
                Datum::List(_) => assembly.item(delimiter, |_| vec![list.clone()]),
                Datum::Scalar(..) | Datum::Mapping(_) | Datum::Absent | Datum::Unknown => {
                    assembly.text(&Text::hole(Hole::Other));
                }
            }
            values.extend(assembly.finish(node));
        }
        values
    }

    fn branches(&self, node: NodeId, argument: NodeId, when: &Guard, depth: usize) -> Values {
        let tree = self.template.tree();
        let [condition, then, otherwise] = tree.items(argument) else { return vec![unknown(node, when)] };
        let Some(name) = tree.text(tree.target(*condition)) else { return vec![unknown(node, when)] };
        let name: Rc<str> = name.into();
        let mut values = Values::new();
        for (holds, branch) in [(true, *then), (false, *otherwise)] {
            let here = when.with(Fact::Condition(name.clone(), holds));
            if self.template.conditions().possible(&here) {
                let found = self.node(branch, &here, depth, false).into_iter().map(|mut value| {
                    value.causes.insert(0, Cause::Branch(name.clone(), holds));
                    value
                });
                values.extend(found);
            }
        }
        values
    }

    fn find_in_map(&self, node: NodeId, argument: NodeId, when: &Guard, depth: usize) -> Values {
        let tree = self.template.tree();
        let [map, first, second, rest @ ..] = tree.items(argument) else { return vec![unknown(node, when)] };
        let map = tree.text(tree.target(*map)).and_then(|name| self.template.mapping(name)).map(|map| tree.target(map));
        let Some(map) = map else { return vec![unknown(node, when)] };
        let fallback = rest.first().and_then(|options| tree.get(tree.target(*options), "DefaultValue"));
        let mut values = Values::new();
        let Some(entries) = self.lookup(map, *first, when, depth) else { return vec![unknown(node, when)] };
        for (entry, when) in entries {
            let Some(entry) = entry else {
                values.extend(self.fallback(node, fallback, &when, depth));
                continue;
            };
            let Some(inner) = self.lookup(entry, *second, &when, depth) else { return vec![unknown(node, &when)] };
            for (found, when) in inner {
                match found {
                    Some(found) => {
                        let mut value = self.literal(found, &when);
                        value.causes.push(Cause::MappingEntry(found));
                        values.push(value);
                    }
                    None => values.extend(self.fallback(node, fallback, &when, depth)),
                }
            }
        }
        values
    }

    fn fallback(&self, node: NodeId, fallback: Option<NodeId>, when: &Guard, depth: usize) -> Values {
        fallback.map_or_else(|| vec![unknown(node, when)], |value| self.node(value, when, depth, false))
    }

    /// The entries of a map that a key can name, none for a key that is not there; `None` where the key is not
    /// known. A key that is one unknown parameter names each entry.
    fn lookup(&self, map: NodeId, key: NodeId, when: &Guard, depth: usize) -> Option<Vec<(Option<NodeId>, Guard)>> {
        let tree = self.template.tree();
        let mut found = Vec::new();
        for value in self.node(key, when, depth, false) {
            let text = value.text()?;
            if let Some(known) = text.as_known() {
                found.push((tree.get(map, known).map(|node| tree.target(node)), value.when.clone()));
                continue;
            }
            let name = match text.as_hole() {
                Some(Hole::Parameter(name) | Hole::Pseudo(name)) => name.clone(),
                Some(Hole::Resource(_) | Hole::Dynamic(_) | Hole::Other) | None => return None,
            };
            for entry in tree.entries(map) {
                // More possibilities than are told apart are unknown, whatever the rest says.
                if found.len() > MAX_VALUES || !self.template.spend(1) {
                    return None;
                }
                let Some(key) = tree.text(entry.key) else { continue };
                let here = value.when.with(Fact::Is(name.clone(), key.into()));
                if self.template.conditions().possible(&here) {
                    found.push((Some(tree.target(entry.value)), here));
                }
            }
        }
        Some(found)
    }

    fn select(&self, node: NodeId, argument: NodeId, when: &Guard, depth: usize) -> Values {
        let tree = self.template.tree();
        let [index, list] = tree.items(argument) else { return vec![unknown(node, when)] };
        let mut values = Values::new();
        for index in self.node(*index, when, depth, false) {
            let Some(at) = index.known().and_then(|index| index.parse::<usize>().ok()) else {
                return vec![unknown(node, when)];
            };
            for list in self.node(*list, &index.when, depth, false) {
                match &list.datum {
                    Datum::Sequence(sequence) => match tree.items(*sequence).get(at) {
                        Some(item) => values.extend(self.node(*item, &list.when, depth, false)),
                        None => values.push(unknown(node, &list.when)),
                    },
                    Datum::List(texts) => match texts.get(at) {
                        Some(text) => {
                            values.push(Value { causes: list.causes.clone(), ..scalar(node, &list.when, text.clone()) });
                        }
                        None => values.push(unknown(node, &list.when)),
                    },
                    Datum::Scalar(..) | Datum::Mapping(_) | Datum::Absent | Datum::Unknown => {
                        values.push(scalar(node, &list.when, Text::hole(Hole::Other)));
                    }
                }
            }
        }
        values
    }

    fn split(&self, node: NodeId, argument: NodeId, when: &Guard, depth: usize) -> Values {
        let tree = self.template.tree();
        let [delimiter, text] = tree.items(argument) else { return vec![unknown(node, when)] };
        let Some(delimiter) = tree.text(tree.target(*delimiter)).filter(|delimiter| !delimiter.is_empty()) else {
            return vec![unknown(node, when)];
        };
        let pieces = |value: Value| match value.text() {
            // A hole may hold the delimiter itself, so only a known text has a known number of parts.
            Some(text) if text.as_known().is_some() => {
                let parts = text.as_known().unwrap_or("").split(delimiter).map(Text::known).collect();
                Value { datum: Datum::List(parts), node, ..value }
            }
            Some(_) | None => unknown(node, &value.when),
        };
        self.node(*text, when, depth, false).into_iter().map(pieces).collect()
    }

    fn length(&self, node: NodeId, call: Call, when: &Guard, depth: usize) -> Values {
        let count = |value: Value| {
            let length = match &value.datum {
                Datum::Sequence(sequence) => {
                    let items = self.template.items(*sequence, self.scope);
                    (!items.open).then_some(items.items.len())
                }
                Datum::List(texts) => Some(texts.len()),
                Datum::Scalar(..) | Datum::Mapping(_) | Datum::Absent | Datum::Unknown => None,
            };
            let text = length.map_or_else(|| Text::hole(Hole::Other), |length| Text::known(length.to_string()));
            Value { datum: Datum::Scalar(text, ScalarType::Int), node, ..value }
        };
        self.node(call.argument, when, depth, call.by_tag).into_iter().map(count).collect()
    }
}

fn scalar(node: NodeId, when: &Guard, text: Text) -> Value {
    Value { datum: Datum::Scalar(text, ScalarType::String), when: when.clone(), causes: Vec::new(), node }
}

fn unknown(node: NodeId, when: &Guard) -> Value {
    Value { datum: Datum::Unknown, when: when.clone(), causes: Vec::new(), node }
}

fn comma_list(text: &str) -> Datum {
    Datum::List(text.split(',').map(|item| Text::known(item.trim())).collect())
}

/// Dynamic references (`{{resolve:…}}`) are filled in by CloudFormation: holes.
fn with_dynamic(text: &str) -> Text {
    if !text.contains("{{resolve:") {
        return Text::known(text);
    }
    let mut result = TextBuilder::default();
    let mut rest = text;
    while let Some(at) = rest.find("{{resolve:") {
        let (before, from) = rest.split_at(at);
        let Some(end) = from.find("}}") else { break };
        let (reference, after) = from.split_at(end + 2);
        result.known(before);
        result.hole(Hole::Dynamic(reference.into()));
        rest = after;
    }
    result.known(rest);
    result.build()
}
