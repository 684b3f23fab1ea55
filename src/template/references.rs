//! Every place that uses a name.

use std::collections::HashMap;

use super::intrinsic::{Function, SubPart, call, sub_places, sub_variables};
use super::sections::Template;
use crate::syntax::{Entry, NodeId, Tree};

/// How a name is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// `Ref`: the value as it is.
    Ref,
    /// `${Name}` inside `Fn::Sub`.
    Sub,
    /// By name in another way: a `DependsOn`, a section key, `AWS::Include` parameters.
    Other,
}

/// One use of a name.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// The node that is the reference: the tagged scalar, the `{"Ref": …}` mapping, the text of `Fn::Sub`.
    pub node: NodeId,
    /// How it is used.
    pub how: Use,
}

/// All uses of names in one file, found in one walk.
#[derive(Debug, Default)]
pub(super) struct Uses {
    by_name: HashMap<String, Vec<Reference>>,
    /// The map named by each `Fn::FindInMap`, and its node.
    lookups: Vec<(Option<String>, NodeId)>,
    /// Whether a name is put together from a loop's variable, so that it can be any.
    computed: bool,
}

impl Uses {
    pub(super) fn find(tree: &Tree<'_>) -> Self {
        let mut uses = Self::default();
        for node in tree.ids() {
            let Some(call) = call(tree, node, false) else { continue };
            let text = tree.text(call.argument);
            let first =
                tree.items(call.argument).first().map(|item| tree.target(*item)).filter(|item| tree.tag(*item).is_none());
            let first = first.and_then(|item| tree.text(item));
            let mut note = |name: &str, how| {
                uses.computed |= name.contains("${") || name.contains("&{");
                uses.by_name.entry(name.to_owned()).or_default().push(Reference { node, how });
            };
            match call.function {
                Function::Ref => text.into_iter().for_each(|name| note(name, Use::Ref)),
                Function::Sub => text.or(first).into_iter().flat_map(sub_variables).for_each(|name| note(name, Use::Sub)),
                Function::GetAtt => first.into_iter().for_each(|name| note(name, Use::Other)),
                Function::FindInMap => uses.lookups.push((first.map(str::to_owned), node)),
                Function::Join
                | Function::If
                | Function::Select
                | Function::Split
                | Function::ToJsonString
                | Function::Length
                | Function::Equals
                | Function::Not
                | Function::And
                | Function::Or
                | Function::Condition
                | Function::Transform
                | Function::Opaque => {}
            }
        }
        uses
    }
}

/// A variable of `Fn::Sub` whose name nothing in the file has.
#[derive(Clone, Copy, Debug)]
pub struct UndefinedVariable<'t> {
    /// The scalar with the text of `Fn::Sub`.
    pub node: NodeId,
    /// What stands between `${` and `}`.
    pub name: &'t str,
    /// The first byte of `${` in the decoded text, and the byte behind `}`.
    pub bytes: (usize, usize),
}

impl<'t> Template<'t> {
    /// The variables of all `Fn::Sub` that are no parameter, no resource, no pseudo parameter, and not given beside the text.
    pub fn undefined_variables(&self) -> Vec<UndefinedVariable<'t>> {
        let tree = self.tree();
        let mut found = Vec::new();
        for call in tree.ids().filter_map(|node| call(tree, node, false)).filter(|call| call.function == Function::Sub) {
            let (text, given) = match tree.items(call.argument) {
                [text, given] => (tree.target(*text), Some(tree.target(*given))),
                _ => (call.argument, None),
            };
            for (range, part) in tree.text(text).map(sub_places).unwrap_or_default() {
                let SubPart::Variable(name) = part else { continue };
                let root = name.split('.').next().unwrap_or("");
                let defined = name.starts_with("AWS::")
                    || self.parameter(name).is_some()
                    || self.resource(root).is_some()
                    || given.is_some_and(|given| !tree.is_mapping(given) || tree.get(given, name).is_some());
                if !defined {
                    found.push(UndefinedVariable { node: text, name, bytes: (range.start, range.end) });
                }
            }
        }
        found
    }
}

impl Template<'_> {
    /// Every use of a parameter or logical ID in the file.
    pub fn references(&self, name: &str) -> &[Reference] {
        self.uses().by_name.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether some use names a parameter or resource with a loop's variable, so that it can be any of them.
    pub fn has_computed_references(&self) -> bool {
        self.uses().computed
    }

    /// The node of the text of a `Fn::Sub`.
    pub fn sub_text(&self, node: NodeId) -> Option<NodeId> {
        let tree = self.tree();
        let found = call(tree, node, false).filter(|call| call.function == Function::Sub)?;
        let text = tree.items(found.argument).first().copied().unwrap_or(found.argument);
        tree.text(text).map(|_| text)
    }

    /// The delimiter and the items of a `Fn::Join` whose list is written out.
    pub fn join_parts(&self, node: NodeId) -> Option<(&str, NodeId)> {
        let tree = self.tree();
        let found = call(tree, node, false).filter(|call| call.function == Function::Join)?;
        let [delimiter, items] = tree.items(found.argument) else { return None };
        (tree.is_sequence(*items) && tree.tag(*items).is_none()).then_some((tree.text(tree.target(*delimiter))?, *items))
    }

    /// The name that a `Ref` refers to.
    pub fn ref_name(&self, node: NodeId) -> Option<&str> {
        let found = call(self.tree(), node, false).filter(|call| call.function == Function::Ref)?;
        self.tree().text(found.argument)
    }

    /// The property's value that a node is as a whole: the node itself, or the outermost `Fn::If` that has
    /// it as a branch.
    pub fn whole_value(&self, node: NodeId) -> NodeId {
        let tree = self.tree();
        let mut at = node;
        while let Some(list) = tree.parent(at).filter(|parent| tree.is_sequence(*parent)) {
            // `!If [c, a, b]` is the tagged list; `Fn::If: [c, a, b]` is the mapping around it.
            let around = [Some(list), tree.parent(list)].into_iter().flatten();
            let is_if = |node: &NodeId| {
                call(tree, *node, false).is_some_and(|call| call.function == Function::If && call.argument == list)
            };
            match around.into_iter().find(is_if) {
                Some(outer) => at = outer,
                None => break,
            }
        }
        at
    }

    /// Every `Fn::FindInMap` that can read a map: those that name it, and those whose name is not written out.
    pub fn map_lookups(&self, map: &str) -> impl Iterator<Item = NodeId> {
        let uses = self.uses();
        uses.lookups
            .iter()
            .filter(move |(named, _)| named.as_deref().is_none_or(|named| named == map || named.contains(['$', '&'])))
            .map(|(_, node)| *node)
    }

    /// Every value that a `Fn::FindInMap` can give whatever the values of its keys; those that are written out are heeded. `None`
    /// where that is not all, or the node is none.
    pub fn looked_up(&self, node: NodeId) -> Option<Vec<NodeId>> {
        let tree = self.tree();
        let found = call(tree, node, false).filter(|call| call.function == Function::FindInMap)?;
        // A fourth item gives a value for keys that are not there.
        let [map, first, second] = tree.items(found.argument) else { return None };
        let map = tree.target(self.mapping(tree.text(*map).filter(|_| tree.tag(*map).is_none())?)?);
        let outer = self.below(map, *first)?;
        let inner: Option<Vec<_>> = outer.into_iter().map(|entry| self.below(entry, *second)).collect();
        Some(inner?.into_iter().flatten().collect())
    }

    /// The values in a map that a key can name.
    fn below(&self, map: NodeId, key: NodeId) -> Option<Vec<NodeId>> {
        let tree = self.tree();
        let known = tree.text(key).filter(|_| tree.tag(key).is_none());
        let names = |entry: &Entry| tree.text(entry.key).map(|name| known.is_none_or(|known| known == name));
        let computed = |entry: &Entry| tree.text(entry.key).is_none_or(|name| name.contains(':') || name == "<<");
        if !tree.is_mapping(map) || tree.entries(map).any(|entry| computed(&entry)) {
            return None;
        }
        Some(tree.entries(map).filter(|entry| names(entry) == Some(true)).map(|entry| tree.target(entry.value)).collect())
    }

    /// The map of the Mappings section that holds a node.
    pub fn map_of(&self, node: NodeId) -> Option<&str> {
        let tree = self.tree();
        let top = tree.parent(node).and_then(|second| tree.parent(second))?;
        tree.text(tree.entry_of(top)?.key)
    }
}
