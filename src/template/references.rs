//! Every place that uses a name.

use super::intrinsic::{Function, SubPart, call, sub_parts};
use super::sections::Template;
use crate::syntax::NodeId;

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

impl Template<'_> {
    /// Every use of a parameter or logical ID in the file, found by walking all of it.
    pub fn references(&self, name: &str) -> Vec<Reference> {
        let tree = self.tree();
        let mut found = Vec::new();
        for node in tree.ids() {
            let Some(call) = call(tree, node, false) else { continue };
            let text = tree.text(call.argument);
            let first = tree.items(call.argument).first().and_then(|item| tree.text(*item));
            match call.function {
                Function::Ref if text == Some(name) => found.push(Reference { node, how: Use::Ref }),
                Function::Sub if text.or(first).is_some_and(|text| names_in(text).any(|part| part == name)) => {
                    found.push(Reference { node, how: Use::Sub });
                }
                Function::GetAtt if first == Some(name) => found.push(Reference { node, how: Use::Other }),
                Function::Ref
                | Function::Sub
                | Function::GetAtt
                | Function::Join
                | Function::If
                | Function::FindInMap
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
        found
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
        (tree.is_sequence(*items) && tree.tag(*items).is_none()).then_some((tree.text(*delimiter)?, *items))
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

    /// Every `Fn::FindInMap` of a map.
    pub fn map_lookups(&self, map: &str) -> Vec<NodeId> {
        let tree = self.tree();
        let looks_up = |node: &NodeId| {
            call(tree, *node, false).is_some_and(|call| {
                let named = tree.items(call.argument).first().and_then(|item| tree.text(*item));
                call.function == Function::FindInMap && named.is_none_or(|named| named == map)
            })
        };
        tree.ids().filter(looks_up).collect()
    }

    /// The map of the Mappings section that holds a node.
    pub fn map_of(&self, node: NodeId) -> Option<&str> {
        let tree = self.tree();
        let top = tree.parent(node).and_then(|second| tree.parent(second))?;
        tree.text(tree.entry_of(top)?.key)
    }
}

fn names_in(text: &str) -> impl Iterator<Item = &str> {
    sub_parts(text).into_iter().filter_map(|part| match part {
        SubPart::Variable(name) => Some(name),
        SubPart::Literal(_) => None,
    })
}
