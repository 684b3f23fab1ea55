//! What a rule may look at.

use super::patterns::Patterns;
use super::place::MappingAt;
use super::templates::{TemplateAt, Templates};
use crate::api::{Api, Property};
use crate::suppress::Verdict;
use crate::syntax::{NodeId, Tree};
use crate::template::{Cause, Guard, Template, Value};
use crate::text::Span;

/// One input, read to the end.
#[derive(Clone, Copy)]
pub struct Ctx<'a> {
    /// Its syntax.
    pub tree: &'a Tree<'a>,
    /// Its values.
    pub template: &'a Template<'a>,
    /// Its REST APIs.
    pub api: &'a Api,
    /// Its selection patterns.
    pub patterns: &'a Patterns<'a>,
    /// Its mapping templates.
    pub templates: &'a Templates,
    /// What came of its suppressions; nothing before all other rules have run.
    pub suppressions: &'a [Verdict],
}

impl<'a> Ctx<'a> {
    /// All parameter mappings, in order of the text.
    pub fn mappings(&self) -> impl Iterator<Item = MappingAt<'a>> + use<'a> {
        MappingAt::all(self.api)
    }

    /// All mapping templates, in every possibility.
    pub fn mapping_templates(&self) -> impl Iterator<Item = TemplateAt<'a>> + use<'a> {
        TemplateAt::all(self)
    }

    /// Whether two parts can exist in one deployment.
    pub fn compatible(&self, one: &Guard, other: &Guard) -> bool {
        self.template.conditions().compatible(one, other)
    }

    /// The bytes of a node with its tag.
    pub fn span(&self, node: NodeId) -> Span {
        self.tree.span_with_tag(node)
    }

    /// The bytes in the file of a part of a value's text (bytes of the decoded text, 0-based); of the whole value where the part
    /// cannot be found in one piece.
    pub fn part(&self, value: &Value, start: usize, end: usize) -> Span {
        let found = self.template.origin(value, start, end);
        let ends = found.map(|at| [at.start, at.end].map(|offset| self.tree.source_offset(at.node, offset)));
        match ends {
            Some([Some(start), Some(end)]) if start <= end => Span::new(start, end),
            _ => self.span(value.node),
        }
    }

    /// The node to point at for one possibility of a property: the literal or function that makes it, where that stands
    /// at the property, else the whole value.
    pub fn exact(&self, property: &Property, value: &Value) -> NodeId {
        if self.span(property.node).contains(self.span(value.node)) { value.node } else { property.node }
    }

    /// The scalar at the property that is this possibility, so that another text can be put in its place.
    pub fn literal(&self, property: &Property, value: &Value) -> Option<NodeId> {
        let node = self.exact(property, value);
        let written = node == value.node && self.tree.text(node).is_some() && self.tree.tag(node).is_none();
        let own = value.causes.iter().all(|cause| matches!(cause, Cause::Branch(..)));
        let same = self.tree.text(node) == value.known() || self.tree.is_null(node) && value.is_null();
        (written && own && same).then_some(node)
    }

    /// The logical ID of the resource around a node, or nothing.
    pub fn logical_id_around(&self, node: NodeId) -> String {
        let pointer = self.tree.pointer(node);
        let inside = pointer.strip_prefix("/Resources/").and_then(|rest| rest.split_once('/'));
        let id = inside.map(|(id, _)| id).filter(|id| self.template.resource(id).is_some());
        id.unwrap_or("").to_owned()
    }

    /// Whether one text serves several places here.
    pub fn is_shared(&self, node: NodeId) -> bool {
        self.tree.places(node) > 1
    }

    /// Whether an anchor stands on the node or inside it, so that something else may need it.
    pub fn holds_anchor(&self, node: NodeId) -> bool {
        self.tree.holds_anchor(node)
    }

    /// The places where a value's text comes from, if that is not the property itself, with words for a label.
    pub fn causes(&self, value: &Value) -> Vec<(Span, String)> {
        let words = |cause: &Cause| match cause {
            Cause::ParameterDefault(name, node) => Some((self.span(*node), format!("default of parameter {name}"))),
            Cause::AllowedValue(name, node) => Some((self.span(*node), format!("allowed value of parameter {name}"))),
            Cause::MappingEntry(node) => Some((self.span(*node), "value from the Mappings section".to_owned())),
            Cause::GivenParameter(_) | Cause::Branch(..) => None,
        };
        value.causes.iter().filter_map(words).collect()
    }
}
