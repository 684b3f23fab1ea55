//! The sections of a template.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::conditions::Conditions;
use super::dependencies::Dependencies;
use super::guard::Fact;
use super::references::Uses;
use super::shape::Scope;
use crate::syntax::{NodeId, Tree};

/// Values given for parameters: names as in the template, or pseudo parameters such as `AWS::Region`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Parameter values by name.
    pub parameters: BTreeMap<String, String>,
}

/// A declared parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its type, `String` where none is given.
    pub kind: String,
    /// The node of its default.
    pub default: Option<NodeId>,
    /// The nodes of its allowed values.
    pub allowed: Vec<NodeId>,
    /// Whether its type, a pattern or a length can refuse another value.
    pub constrained: bool,
}

impl Parameter {
    /// Whether the value is a list written as one text with commas.
    pub fn is_list(&self) -> bool {
        self.kind == "CommaDelimitedList" || self.kind.starts_with("List<")
    }

    /// Whether the parameter's value is a name under which CloudFormation looks the real value up.
    pub fn is_lookup(&self) -> bool {
        self.kind.starts_with("AWS::SSM::Parameter::Value")
    }
}

/// A resource; one made by `Fn::ForEach` for each round.
#[derive(Clone, Debug)]
pub struct Resource<'t> {
    /// The logical ID.
    pub logical_id: Cow<'t, str>,
    /// The node of the logical ID.
    pub key: NodeId,
    /// The resource's mapping.
    pub body: NodeId,
    /// The node of its Type, and the type.
    pub kind: &'t str,
    /// The node of its Properties, if it has any.
    pub properties: Option<NodeId>,
    /// The surroundings in which it is read: its Condition is assumed.
    pub scope: Scope,
}

/// One template.
#[derive(Debug)]
pub struct Template<'t> {
    tree: &'t Tree<'t>,
    inputs: &'t Inputs,
    parameters: BTreeMap<&'t str, Parameter>,
    mappings: BTreeMap<&'t str, NodeId>,
    conditions: Conditions<'t>,
    resources: Vec<Resource<'t>>,
    by_id: HashMap<Cow<'t, str>, usize>,
    transforms: Vec<String>,
    open: bool,
    budget: Cell<usize>,
    uses: OnceCell<Uses>,
    dependencies: OnceCell<Dependencies>,
}

impl<'t> Template<'t> {
    /// Whether a tree is a CloudFormation template: a mapping with Resources that have types, or with the
    /// format version.
    pub fn is_template(tree: &Tree<'_>) -> bool {
        let Some(root) = tree.root().map(|root| tree.target(root)) else { return false };
        if tree.get(root, "AWSTemplateFormatVersion").is_some() {
            return true;
        }
        let Some(resources) = tree.get(root, "Resources").map(|node| tree.target(node)) else { return false };
        tree.entries(resources).any(|entry| {
            let loops = tree.text(entry.key).is_some_and(|key| key.starts_with("Fn::ForEach::"));
            let kind = tree.get(tree.target(entry.value), "Type").and_then(|kind| tree.text(kind));
            loops || kind.is_some_and(|kind| kind.contains("::"))
        })
    }

    /// Reads the sections of a tree.
    pub fn new(tree: &'t Tree<'t>, inputs: &'t Inputs) -> Self {
        let root = tree.root().map(|root| tree.target(root));
        let section = |name: &str| root.and_then(|root| tree.get(root, name)).map(|node| tree.target(node));
        let parameters = read_parameters(tree, section("Parameters"));
        let conditions = Conditions::new(tree, section("Conditions"), domains(tree, &parameters, inputs));
        let mappings = section("Mappings").into_iter().flat_map(|node| tree.entries(node));
        let mut template = Self {
            tree,
            inputs,
            parameters,
            mappings: mappings.filter_map(|entry| Some((tree.text(entry.key)?, entry.value))).collect(),
            conditions,
            resources: Vec::new(),
            by_id: HashMap::new(),
            transforms: read_transforms(tree, section("Transform")),
            open: false,
            // Enough for every real template, and linear in its size.
            budget: Cell::new(100_000 + tree.len().saturating_mul(50)),
            uses: OnceCell::new(),
            dependencies: OnceCell::new(),
        };
        template.open = template.transforms.iter().any(|name| !is_known_transform(name));
        if let Some(resources) = section("Resources") {
            template.read_resources(resources);
        }
        template
    }

    fn read_resources(&mut self, section: NodeId) {
        let entries = self.entries(section, &Scope::default());
        self.open |= entries.open;
        self.resources.reserve(entries.members.len());
        self.by_id.reserve(entries.members.len());
        for member in entries.members {
            let body = self.tree.target(member.value);
            let Some(kind) = self.tree.get(body, "Type").and_then(|kind| self.tree.text(self.tree.target(kind))) else {
                continue;
            };
            let mut scope = member.scope;
            if let Some(name) = self.tree.get(body, "Condition").and_then(|name| self.tree.text(name)) {
                scope.when = scope.when.with(Fact::Condition(name.into(), true));
            }
            let properties = self.tree.get(body, "Properties").map(|node| self.tree.target(node));
            let logical_id = member.name;
            self.by_id.insert(logical_id.clone(), self.resources.len());
            self.resources.push(Resource { logical_id, key: member.key, body, kind, properties, scope });
        }
    }

    /// The tree the template was read from.
    pub fn tree(&self) -> &'t Tree<'t> {
        self.tree
    }

    /// The resources in order of the text.
    pub fn resources(&self) -> &[Resource<'t>] {
        &self.resources
    }

    /// The resource with this logical ID.
    pub fn resource(&self, logical_id: &str) -> Option<&Resource<'t>> {
        self.resources.get(self.index(logical_id)?)
    }

    /// The number of the resource with this logical ID.
    pub(super) fn index(&self, logical_id: &str) -> Option<usize> {
        self.by_id.get(logical_id).copied()
    }

    /// A declared parameter.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.get(name)
    }

    /// The value given for a parameter from outside.
    pub fn given(&self, name: &str) -> Option<&'t str> {
        self.inputs.parameters.get(name).map(String::as_str)
    }

    /// A map of the Mappings section.
    pub fn mapping(&self, name: &str) -> Option<NodeId> {
        self.mappings.get(name).copied()
    }

    /// The Conditions section, ready to be asked.
    pub fn conditions(&self) -> &Conditions<'t> {
        &self.conditions
    }

    /// The template's transforms, macros included.
    pub fn transforms(&self) -> &[String] {
        &self.transforms
    }

    /// Whether there may be resources that cannot be seen: a macro, an unreadable loop.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether a node stands in the Resources section, and not where it is defined for several uses by name.
    pub fn is_in_resources(&self, node: NodeId) -> bool {
        let around = std::iter::successors(Some(node), |node| self.tree.parent(*node));
        let Some(section) = around.filter_map(|node| self.tree.entry_of(node)).last() else { return false };
        self.tree.text(section.key) == Some("Resources")
    }

    /// Whether the budget ran out, so that some values were taken as unknown.
    pub fn is_exhausted(&self) -> bool {
        self.budget.get() == 0
    }

    /// All uses of names, found once.
    pub(super) fn uses(&self) -> &Uses {
        self.uses.get_or_init(|| Uses::find(self.tree))
    }

    /// What waits for what, found once.
    pub(super) fn dependencies(&self) -> &Dependencies {
        self.dependencies.get_or_init(|| Dependencies::find(self))
    }

    /// Takes from the budget; false once it is empty.
    pub(super) fn spend(&self, steps: usize) -> bool {
        self.budget.set(self.budget.get().saturating_sub(steps));
        self.budget.get() > 0
    }
}

fn read_parameters<'t>(tree: &'t Tree<'t>, section: Option<NodeId>) -> BTreeMap<&'t str, Parameter> {
    let entries = section.into_iter().flat_map(|node| tree.entries(node));
    let read = entries.filter_map(|entry| {
        let body = tree.target(entry.value);
        let kind = tree.get(body, "Type").and_then(|kind| tree.text(kind)).unwrap_or("String").to_owned();
        let default = tree.get(body, "Default").map(|node| tree.target(node)).filter(|node| !tree.is_null(*node));
        let allowed = tree.get(body, "AllowedValues").map(|node| tree.target(node));
        let allowed = allowed.into_iter().flat_map(|node| tree.items(node)).map(|node| tree.target(*node));
        let allowed = allowed.filter(|node| !tree.is_null(*node)).collect();
        let limits = ["AllowedPattern", "MinLength", "MaxLength", "MinValue", "MaxValue"];
        let constrained = kind != "String" || limits.iter().any(|limit| tree.get(body, limit).is_some());
        Some((tree.text(entry.key)?, Parameter { kind, default, allowed, constrained }))
    });
    read.collect()
}

fn read_transforms(tree: &Tree<'_>, section: Option<NodeId>) -> Vec<String> {
    let Some(node) = section else { return Vec::new() };
    let items = if tree.is_sequence(node) { tree.items(node).to_vec() } else { vec![node] };
    let name = |node: NodeId| {
        let node = tree.target(node);
        let named = tree.get(node, "Name").and_then(|name| tree.text(name));
        tree.text(node).or(named).unwrap_or("?").to_owned()
    };
    items.into_iter().map(name).collect()
}

/// Transforms that AWS hosts. Any other name is a macro of the account, which may rewrite everything.
fn is_known_transform(name: &str) -> bool {
    name.starts_with("AWS::") && name != "AWS::Include"
}

/// What parameters can be, where that is limited.
fn domains(tree: &Tree<'_>, parameters: &BTreeMap<&str, Parameter>, inputs: &Inputs) -> BTreeMap<Rc<str>, Vec<Rc<str>>> {
    let mut domains = BTreeMap::new();
    for (name, parameter) in parameters {
        let allowed: Vec<Rc<str>> = parameter.allowed.iter().filter_map(|node| Some(tree.text(*node)?.into())).collect();
        if !allowed.is_empty() && allowed.len() == parameter.allowed.len() {
            domains.insert((*name).into(), allowed);
        }
    }
    for (name, value) in &inputs.parameters {
        domains.insert(name.as_str().into(), vec![value.as_str().into()]);
    }
    domains
}
