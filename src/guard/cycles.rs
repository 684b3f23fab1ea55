//! Rules that would never end: looked for in the parse tree, as evaluating them overflows the stack.
//!
//! A rule leads to the rules and variables that it names, a variable to those in its value. Where scopes would have to be told
//! apart for an exact answer, a name counts as the one of the file: a cycle too many is a file that is refused, one too few
//! an aborted process.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Rules or variables that may lead on to each other, one after the other. The crate goes down several calls for each.
const MAX_STEPS: usize = 100;

/// A way that ends where it began, or is too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    /// The names on it, the first one again at the end; only the first where the way is too long.
    pub(super) names: Vec<String>,
    /// Line and column, 1-based, where the first one names the next.
    pub(super) place: Option<(usize, usize)>,
    pub(super) too_long: bool,
}

/// The names that each name leads to.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// The first cycle among rules or variables.
pub(super) fn find(tree: &Value) -> Option<Cycle> {
    let mut graph = Graph::new();
    add_variables(tree.get("assignments"), &mut graph);
    for rule in list(tree.get("guard_rules")) {
        add_rule(rule, &mut graph);
    }
    for rule in list(tree.get("parameterized_rules")).iter().filter_map(|rule| rule.get("rule")) {
        add_rule(rule, &mut graph);
    }
    let cycle = in_graph(&graph).or_else(|| in_blocks(tree))?;
    let place = cycle.names.first().zip(cycle.names.get(1)).and_then(|(from, to)| {
        let parameterized = list(tree.get("parameterized_rules")).iter().filter_map(|rule| rule.get("rule"));
        let mut rules = list(tree.get("guard_rules")).iter().chain(parameterized);
        let rule = rules.find(|rule| rule.get("rule_name").and_then(Value::as_str) == Some(from))?;
        place_of(rule, to)
    });
    Some(Cycle { place, ..cycle })
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn add_rule(rule: &Value, graph: &mut Graph) {
    let Some(name) = rule.get("rule_name").and_then(Value::as_str) else { return };
    let mut to = BTreeSet::new();
    names_in(rule, &mut to);
    graph.entry(name.to_owned()).or_default().extend(to);
}

fn add_variables(assignments: Option<&Value>, graph: &mut Graph) {
    for assignment in list(assignments) {
        let Some(name) = assignment.get("var").and_then(Value::as_str) else { continue };
        let mut to = BTreeSet::new();
        assignment.get("value").into_iter().for_each(|value| names_in(value, &mut to));
        graph.entry(format!("%{name}")).or_default().extend(to);
    }
}

/// Rules and variables that are named anywhere in a part of the tree.
fn names_in(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| names_in(item, names)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match (key.as_str(), value) {
                    ("dependent_rule", Value::String(name)) => {
                        names.insert(name.clone());
                    }
                    ("Key", Value::String(name)) if name.starts_with('%') => {
                        names.insert(name.clone());
                    }
                    _ => names_in(value, names),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Variables of a block see each other; a variable of the same name outside does not make an end.
fn in_blocks(value: &Value) -> Option<Cycle> {
    match value {
        Value::Array(items) => items.iter().find_map(in_blocks),
        Value::Object(entries) => {
            let mut graph = Graph::new();
            add_variables(entries.get("assignments"), &mut graph);
            in_graph(&graph).or_else(|| entries.values().find_map(in_blocks))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Walks the graph, each name once. The way down is a list and no recursion, as it may be long.
fn in_graph(graph: &Graph) -> Option<Cycle> {
    let mut done: BTreeMap<&str, usize> = BTreeMap::new();
    for start in graph.keys() {
        let mut way: Vec<(&str, Vec<&str>)> = vec![(start, ends(graph, start))];
        while let Some((name, left)) = way.last_mut() {
            let name: &str = name;
            let Some(next) = left.pop() else {
                let below = ends(graph, name).iter().filter_map(|end| done.get(end)).max().copied().unwrap_or(0);
                if below >= MAX_STEPS {
                    return Some(Cycle { names: vec![name.to_owned()], place: None, too_long: true });
                }
                done.insert(name, below + 1);
                way.pop();
                continue;
            };
            if way.len() > MAX_STEPS {
                return Some(Cycle { names: vec![name.to_owned()], place: None, too_long: true });
            }
            if let Some(at) = way.iter().position(|(name, _)| *name == next) {
                let names = way.iter().skip(at).map(|(name, _)| *name).chain([next]).map(str::to_owned).collect();
                return Some(Cycle { names, place: None, too_long: false });
            }
            if !done.contains_key(next) {
                way.push((next, ends(graph, next)));
            }
        }
    }
    None
}

fn ends<'g>(graph: &'g Graph, name: &str) -> Vec<&'g str> {
    graph.get(name).into_iter().flatten().map(String::as_str).filter(|end| graph.contains_key(*end)).collect()
}

/// Where a rule is named, in a part of the tree.
fn place_of(value: &Value, name: &str) -> Option<(usize, usize)> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| place_of(item, name)),
        Value::Object(entries) => {
            if entries.get("dependent_rule").and_then(Value::as_str) == Some(name) {
                let number = |key: &str| usize::try_from(entries.get("location")?.get(key)?.as_u64()?).ok();
                return Some((number("line")?, number("column")?));
            }
            entries.values().find_map(|value| place_of(value, name))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
