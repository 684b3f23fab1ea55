//! Which resource waits for which: by `DependsOn`, and by every use of another one's logical ID.

use std::collections::BTreeSet;

use super::intrinsic::{Function, call, sub_variables};
use super::sections::Template;
use crate::syntax::NodeId;

/// Aliases that are followed; with more, nobody's dependencies are known.
const MAX_ALIASES: usize = 50;

/// What each resource waits for directly.
#[derive(Debug, Default)]
pub struct Dependencies {
    waits: Vec<Wait>,
}

/// What one resource waits for.
#[derive(Clone, Debug, Default)]
struct Wait {
    /// Numbers of resources.
    on: BTreeSet<usize>,
    /// Whether it may wait for more than can be seen.
    open: bool,
}

/// The resources that one resource waits for, directly or through others.
#[derive(Clone, Debug)]
pub struct Waiting<'a> {
    /// Their logical IDs.
    pub ids: BTreeSet<&'a str>,
    /// Whether there may be others: a name that is put together, an alias inside an alias.
    pub open: bool,
}

impl Template<'_> {
    /// What the resource with this logical ID is made after, in every possibility together.
    pub fn waits_for(&self, logical_id: &str) -> Waiting<'_> {
        let waits = &self.dependencies().waits;
        let (mut seen, mut open) = (BTreeSet::new(), false);
        let mut next: Vec<usize> = self.index(logical_id).into_iter().collect();
        while let Some(wait) = next.pop().and_then(|at| waits.get(at)) {
            open |= wait.open;
            next.extend(wait.on.iter().filter(|on| seen.insert(**on)));
        }
        let ids = seen.into_iter().filter_map(|at| Some(&*self.resources().get(at)?.logical_id)).collect();
        Waiting { ids, open }
    }
}

impl Template<'_> {
    /// The logical IDs of the resources that are made after this one, or may be.
    pub fn waited_for_by(&self, logical_id: &str) -> BTreeSet<&str> {
        let waits = &self.dependencies().waits;
        let mut behind = vec![Vec::new(); waits.len()];
        for (at, wait) in waits.iter().enumerate() {
            for on in &wait.on {
                behind.get_mut(*on).into_iter().for_each(|list: &mut Vec<usize>| list.push(at));
            }
        }
        let open = waits.iter().enumerate().filter(|(_, wait)| wait.open).map(|(at, _)| at);
        let mut seen: BTreeSet<usize> = open.collect();
        let mut next: Vec<usize> = seen.iter().copied().chain(self.index(logical_id)).collect();
        while let Some(list) = next.pop().and_then(|at| behind.get(at)) {
            next.extend(list.iter().filter(|at| seen.insert(**at)));
        }
        seen.into_iter().filter_map(|at| Some(&*self.resources().get(at)?.logical_id)).collect()
    }
}

impl Dependencies {
    pub(super) fn find(template: &Template<'_>) -> Self {
        let tree = template.tree();
        let mut found = Self { waits: vec![Wait::default(); template.resources().len()] };
        let mut bodies: Vec<(NodeId, usize)> =
            template.resources().iter().enumerate().map(|(at, resource)| (resource.body, at)).collect();
        bodies.sort_unstable();
        for (body, at) in &bodies {
            if let Some(wait) = found.waits.get_mut(*at) {
                wait.read_depends_on(template, *body);
            }
        }
        for node in tree.ids() {
            for name in names_of(template, node) {
                found.note(template, &bodies, node, &name);
            }
        }
        let followed = tree.aliases().len() <= MAX_ALIASES;
        found.waits.iter_mut().for_each(|wait| wait.open |= !followed);
        for alias in tree.aliases().iter().copied().filter(|_| followed) {
            let place = tree.span(tree.target(alias));
            let inside = |node: &NodeId| place.contains(tree.span(*node));
            let open = tree.aliases().iter().any(&inside);
            found.each_owner(template, &bodies, alias, |wait| wait.open |= open);
            for name in
                tree.ids().filter(inside).take(if open { 0 } else { tree.len() }).flat_map(|node| names_of(template, node))
            {
                found.note(template, &bodies, alias, &name);
            }
        }
        found
    }

    /// Notes that the resources around a node use a name.
    fn note(&mut self, template: &Template<'_>, bodies: &[(NodeId, usize)], node: NodeId, name: &str) {
        let computed = name.contains(['$', '&']);
        let target = template.index(name);
        self.each_owner(template, bodies, node, |wait| {
            wait.open |= computed;
            wait.on.extend(target);
        });
    }

    /// The resources in whose body a node stands: several where a loop makes them.
    fn each_owner(
        &mut self,
        template: &Template<'_>,
        bodies: &[(NodeId, usize)],
        node: NodeId,
        mut act: impl FnMut(&mut Wait),
    ) {
        let tree = template.tree();
        let behind = bodies.partition_point(|(body, _)| *body <= node);
        let Some((nearest, _)) = behind.checked_sub(1).and_then(|at| bodies.get(at)).copied() else { return };
        if !tree.span_with_tag(nearest).contains(tree.span(node)) {
            return;
        }
        let first = bodies.partition_point(|(body, _)| *body < nearest);
        for (_, at) in bodies.get(first..behind).unwrap_or_default() {
            if let Some(wait) = self.waits.get_mut(*at) {
                act(wait);
            }
        }
    }
}

impl Wait {
    fn read_depends_on(&mut self, template: &Template<'_>, body: NodeId) {
        let tree = template.tree();
        let Some(node) = tree.get(body, "DependsOn").map(|node| tree.target(node)) else { return };
        let own = [node];
        let items = if tree.is_sequence(node) { tree.items(node) } else { &own };
        for item in items.iter().map(|item| tree.target(*item)) {
            match tree.text(item).filter(|_| tree.tag(item).is_none()) {
                Some(name) => {
                    self.open |= name.contains(['$', '&']);
                    self.on.extend(template.index(name));
                }
                None => self.open = true,
            }
        }
    }
}

/// The logical IDs that a function refers to.
fn names_of(template: &Template<'_>, node: NodeId) -> Vec<String> {
    let tree = template.tree();
    let Some(call) = call(tree, node, false) else { return Vec::new() };
    let text = tree.text(call.argument);
    let first = tree.items(call.argument).first().and_then(|item| tree.text(tree.target(*item)));
    let id = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
    match call.function {
        Function::Ref | Function::GetAtt => text.or(first).map(id).into_iter().collect(),
        Function::Sub => text.or(first).into_iter().flat_map(sub_variables).map(id).collect(),
        Function::Join
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
        | Function::Opaque => Vec::new(),
    }
}
