//! Collections as CloudFormation sees them: after conditions, merge keys and loops.

use std::borrow::Cow;
use std::collections::HashSet;
use std::rc::Rc;

use super::eval::Evaluation;
use super::guard::Guard;
use super::intrinsic::{Function, call};
use super::sections::Template;
use super::value::{Datum, Text};
use crate::syntax::NodeId;

/// The key that takes the entries of another mapping in.
const MERGE: &str = "<<";

/// In which surroundings a node is read: what is assumed, and the loop variables.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Facts assumed here.
    pub when: Guard,
    pub(super) variables: Option<Rc<Variable>>,
}

/// A variable of `Fn::ForEach` and the ones around it.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: Rc<str>,
    pub(super) value: Text,
    pub(super) outer: Option<Rc<Variable>>,
}

impl Scope {
    /// The same surroundings with more facts.
    #[must_use]
    pub fn assuming(&self, when: &Guard) -> Self {
        Self { when: self.when.and(when), variables: self.variables.clone() }
    }

    /// Whether the node is read once for each round of a loop, so that one text serves several resources.
    pub fn in_loop(&self) -> bool {
        self.variables.is_some()
    }

    pub(super) fn variable(&self, name: &str) -> Option<&Text> {
        let mut at = self.variables.as_deref();
        while let Some(variable) = at {
            if &*variable.name == name {
                return Some(&variable.value);
            }
            at = variable.outer.as_deref();
        }
        None
    }

    pub(super) fn binding(&self, name: &str, value: Text) -> Self {
        let variable = Variable { name: name.into(), value, outer: self.variables.clone() };
        Self { when: self.when.clone(), variables: Some(Rc::new(variable)) }
    }
}

/// An entry of a mapping.
#[derive(Clone, Debug)]
pub struct Member<'t> {
    /// The key as CloudFormation reads it, loop variables filled in.
    pub name: Cow<'t, str>,
    /// The key's node.
    pub key: NodeId,
    /// The value's node.
    pub value: NodeId,
    /// The surroundings in which the value is read.
    pub scope: Scope,
}

/// The entries of a mapping.
#[derive(Clone, Debug, Default)]
pub struct Entries<'t> {
    /// Those that are known, in order of the text.
    pub members: Vec<Member<'t>>,
    /// Whether there may be more: a transform, an unreadable merge or loop.
    pub open: bool,
}

impl<'t> Entries<'t> {
    /// The last member of this name: later keys win where a key stands twice.
    pub fn get(&self, name: &str) -> Option<&Member<'t>> {
        self.members.iter().rev().find(|member| member.name == name)
    }
}

/// An item of a list.
#[derive(Clone, Debug)]
pub struct Item {
    /// The item's node, conditions resolved.
    pub node: NodeId,
    /// Its node in the list itself: the `Fn::If`, where there is one.
    pub place: NodeId,
    /// The surroundings in which it is read; its guard tells when the item is there.
    pub scope: Scope,
}

/// The items of a list.
#[derive(Clone, Debug, Default)]
pub struct Items {
    /// Those that are known.
    pub items: Vec<Item>,
    /// Whether there may be more.
    pub open: bool,
}

impl<'t> Template<'t> {
    /// The entries of a mapping node, merge keys (`<<`) and `Fn::ForEach` expanded.
    pub fn entries(&self, mapping: NodeId, scope: &Scope) -> Entries<'t> {
        let mut entries = Entries::default();
        self.collect_entries(mapping, scope, &mut entries, (0, &mut HashSet::new()));
        entries
    }

    /// Keys that are `taken` stand for other entries: those of the mapping that merges this one, or of an earlier merge.
    fn collect_entries(
        &self,
        mapping: NodeId,
        scope: &Scope,
        into: &mut Entries<'t>,
        (depth, taken): (usize, &mut HashSet<&'t str>),
    ) {
        let tree = self.tree();
        let mapping = tree.target(mapping);
        let start = into.members.len();
        let mut merges = Vec::new();
        into.members.reserve(tree.entries(mapping).len());
        for entry in tree.entries(mapping) {
            let Some(key) = tree.text(entry.key) else {
                into.open = true;
                continue;
            };
            if !self.spend(1) || depth > 20 {
                into.open = true;
                break;
            }
            if key == MERGE {
                merges.push(entry.value);
            } else if taken.contains(key) {
                // Another entry stands for it.
            } else if key.starts_with("Fn::ForEach::") {
                self.expand_loop(entry.value, scope, into, depth);
            } else if key == "Fn::Transform" {
                into.open = true;
            } else {
                let name = Self::fill_key(key, scope);
                into.members.push(Member { name, key: entry.key, value: entry.value, scope: scope.clone() });
            }
        }
        if merges.is_empty() && depth == 0 {
            return;
        }
        // Only now, since a key that stands twice in one mapping is there twice.
        taken.extend(tree.entries(mapping).filter_map(|entry| tree.text(entry.key)).filter(|key| *key != MERGE));
        let mut taken_in = Vec::new();
        for value in merges {
            let entries = self.merge(value, scope, (depth, taken));
            into.open |= entries.open;
            taken_in.push(entries.members);
        }
        into.members.splice(start..start, taken_in.into_iter().flatten());
    }

    /// The entries that a merge key takes in.
    fn merge(&self, value: NodeId, scope: &Scope, (depth, taken): (usize, &mut HashSet<&'t str>)) -> Entries<'t> {
        let tree = self.tree();
        let value = tree.target(value);
        let mut merged = Entries::default();
        if tree.is_sequence(value) {
            for item in tree.items(value) {
                let mut entries = Entries::default();
                self.collect_entries(*item, scope, &mut entries, (depth + 1, taken));
                merged.open |= entries.open;
                merged.members.append(&mut entries.members);
            }
        } else if tree.is_mapping(value) {
            self.collect_entries(value, scope, &mut merged, (depth + 1, taken));
        } else {
            merged.open = true;
        }
        merged
    }

    /// `Fn::ForEach::Name: [Variable, [values], {key: body}]` (`AWS::LanguageExtensions`).
    fn expand_loop(&self, value: NodeId, scope: &Scope, into: &mut Entries<'t>, depth: usize) {
        let tree = self.tree();
        let [variable, collection, body] = tree.items(tree.target(value)) else {
            into.open = true;
            return;
        };
        let (Some(variable), Some(rounds)) = (tree.text(*variable), self.texts(*collection, scope)) else {
            into.open = true;
            return;
        };
        for round in rounds {
            let mut taken = HashSet::new();
            self.collect_entries(*body, &scope.binding(variable, round), into, (depth + 1, &mut taken));
        }
    }

    /// The texts of a list, if every one is known.
    fn texts(&self, list: NodeId, scope: &Scope) -> Option<Vec<Text>> {
        let values = self.values(list, scope);
        let [value] = values.as_slice() else { return None };
        match &value.datum {
            Datum::List(texts) => texts.iter().all(|text| text.as_known().is_some()).then(|| texts.clone()),
            Datum::Sequence(node) => {
                let items = self.items(*node, scope);
                let mut texts = Vec::new();
                for item in items.items.iter().filter(|_| !items.open) {
                    match self.values(item.node, scope).as_slice() {
                        [one] if one.known().is_some() => texts.extend(one.text().cloned()),
                        _ => return None,
                    }
                }
                (!items.open).then_some(texts)
            }
            Datum::Scalar(..) | Datum::Mapping(_) | Datum::Absent | Datum::Unknown => None,
        }
    }

    /// Loop variables in keys: `${Name}`, and `&{Name}` which keeps only letters and digits.
    fn fill_key(key: &'t str, scope: &Scope) -> Cow<'t, str> {
        if scope.variables.is_none() {
            return Cow::Borrowed(key);
        }
        let mut name = key.to_owned();
        let mut at = scope.variables.as_deref();
        while let Some(variable) = at {
            let value = variable.value.as_known().unwrap_or("");
            name = name.replace(&format!("${{{}}}", variable.name), value);
            let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
            name = name.replace(&format!("&{{{}}}", variable.name), &plain);
            at = variable.outer.as_deref();
        }
        Cow::Owned(name)
    }

    /// The items of a sequence node; items under `Fn::If` appear with their guard, `AWS::NoValue` not at all.
    pub fn items(&self, sequence: NodeId, scope: &Scope) -> Items {
        let tree = self.tree();
        let mut result = Items::default();
        for place in tree.items(tree.target(sequence)) {
            let node = tree.target(*place);
            if call(tree, node, false).is_none_or(|call| !matches!(call.function, Function::If | Function::Ref)) {
                let unknown = call(tree, node, false).is_some() && tree.text(node).is_none() && !tree.is_mapping(node);
                result.open |= unknown;
                result.items.push(Item { node, place: *place, scope: scope.clone() });
                continue;
            }
            for value in self.values(node, scope) {
                match value.datum {
                    Datum::Absent => {}
                    Datum::Unknown | Datum::List(_) => result.open = true,
                    Datum::Scalar(..) | Datum::Mapping(_) | Datum::Sequence(_) => {
                        result.items.push(Item { node: value.node, place: *place, scope: scope.assuming(&value.when) });
                    }
                }
            }
        }
        result
    }

    /// What a node can be in these surroundings. Never empty; past the budget it is unknown.
    pub fn values(&self, node: NodeId, scope: &Scope) -> super::Values {
        Evaluation { template: self, scope }.values(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;
    use crate::template::Inputs;
    use crate::text::Source;

    /// Names and values of the mapping under `m`.
    fn members(text: &str) -> Vec<String> {
        let source = Source::new("t.yaml", text);
        let tree = syntax::parse(&source);
        let inputs = Inputs::default();
        let template = Template::new(&tree, &inputs);
        let mapping = tree.root().and_then(|root| tree.get(root, "m")).unwrap();
        let entries = template.entries(mapping, &Scope::default());
        assert!(!entries.open);
        entries.members.iter().map(|member| format!("{}={}", member.name, tree.text(member.value).unwrap())).collect()
    }

    #[test]
    fn own_keys_and_earlier_merges_win() {
        assert_eq!(members("a: &a {x: 1, y: 2}\nm: {x: 3, <<: *a}\n"), ["y=2", "x=3"]);
        assert_eq!(members("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nm: {<<: [*a, *b]}\n"), ["x=1", "y=2", "z=4"]);
        assert_eq!(members("a: &a {x: 1}\nb: &b {x: 2, <<: *a}\nc: &c {x: 3}\nm: {<<: [*b, *c]}\n"), ["x=2"]);
        assert_eq!(
            members("a: &a {x: 1, y: 5}\nb: &b {<<: *a}\nc: &c {x: 3, z: 1}\nm: {<<: [*b, *c], y: 6}\n"),
            ["x=1", "z=1", "y=6"]
        );
    }

    #[test]
    fn a_key_that_stands_twice_is_there_twice() {
        assert_eq!(members("a: &a {x: 1, x: 2}\nm: {<<: *a, y: 3, y: 4}\n"), ["x=1", "x=2", "y=3", "y=4"]);
    }
}
