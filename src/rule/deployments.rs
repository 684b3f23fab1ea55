//! What a deployment is made too early for.

use std::collections::BTreeSet;

use super::Ctx;
use super::words::listed;
use crate::api::{Deployment, Owner};
use crate::edit::{Change, Fragment, Place};
use crate::finding::{Finding, NoFix};
use crate::syntax::{NodeId, ScalarType};
use crate::template::{Hole, Text};

/// Deployments of one template that are looked at; an API has one or two.
const MAX_DEPLOYMENTS: usize = 50;

/// Parts that a finding shows.
const MAX_LABELS: usize = 20;

/// Parts of an API that its deployment does not wait for.
pub struct Missed<'a> {
    /// The deployment.
    pub deployment: &'a Deployment,
    /// The parts, in order of the text.
    pub parts: Vec<&'a Owner>,
    /// Whether it waits for others of the kind.
    pub some_are_waited_for: bool,
}

impl<'a> Ctx<'a> {
    /// Those of the parts of the deployment's API that can be there together with it and that it does not wait for. Nothing
    /// where that cannot be told.
    pub fn missed_by(&self, deployment: &'a Deployment, parts: impl Iterator<Item = &'a Owner>) -> Option<Missed<'a>> {
        let parts = self.parts_of(deployment, parts);
        let waiting = self.template.waits_for(&deployment.owner.logical_id);
        let (mut missed, mut some_are_waited_for) = (Vec::new(), false);
        for part in parts.into_iter().filter(|_| !waiting.open) {
            if waiting.ids.contains(&*part.logical_id) {
                some_are_waited_for = true;
            } else {
                missed.push(part);
            }
        }
        (!missed.is_empty()).then_some(Missed { deployment, parts: missed, some_are_waited_for })
    }

    /// Lets every deployment of an API wait for resources that are to be added. `None` where one of them cannot be changed.
    pub fn deployed_after(&self, rest_api: &str, ids: &[&str]) -> Option<Vec<Change>> {
        let own = self.api.deployments.iter().take(MAX_DEPLOYMENTS);
        let own = own.filter(|deployment| deployment.rest_api.as_deref() == Some(rest_api) && self.is_first(deployment));
        let mut changes = Vec::new();
        for deployment in own {
            let id = Some(&*deployment.owner.logical_id).filter(|_| !deployment.owner.scope.in_loop())?;
            changes.extend(waiting_also(id, ids, self)?);
        }
        Some(changes)
    }

    /// Those of the parts that belong to the deployment's API and can be there together with it, each resource once.
    /// Nothing where that cannot be told, or for a later reading of the deployment.
    pub fn parts_of(&self, deployment: &'a Deployment, parts: impl Iterator<Item = &'a Owner>) -> Vec<&'a Owner> {
        if self.template.is_open() || deployment.owner.scope.in_loop() || !self.is_first(deployment) {
            return Vec::new();
        }
        let Some(api) = self.api_of(&deployment.owner) else { return Vec::new() };
        let mut seen = BTreeSet::new();
        let there = parts.filter(|part| self.compatible(part.when(), deployment.owner.when()));
        there.filter(|part| self.api_of(part).as_ref() == Some(&api) && seen.insert(&*part.logical_id)).collect()
    }

    /// Whether this is the first reading of a resource that has several, one for each branch of a condition.
    fn is_first(&self, deployment: &Deployment) -> bool {
        let id = &deployment.owner.logical_id;
        let first = self.api.deployments.iter().take(MAX_DEPLOYMENTS).find(|other| other.owner.logical_id == *id);
        first.is_some_and(|first| std::ptr::eq(first, deployment))
    }

    /// The API that a part says it belongs to, where that is one resource, parameter or name.
    pub fn api_of(&self, owner: &Owner) -> Option<Text> {
        let node = self.tree.get(owner.node, "RestApiId")?;
        match self.template.values(node, &owner.scope).as_slice() {
            [one] => one.text().filter(|text| text.as_known().is_some() || is_named(text)).cloned(),
            _ => None,
        }
    }

    /// What a deployment's `DependsOn` is written with, or its logical ID.
    pub fn depends_on(&self, deployment: &Deployment) -> NodeId {
        let resource = self.template.resource(&deployment.owner.logical_id);
        let written = resource.and_then(|resource| self.tree.entry(resource.body, "DependsOn"));
        written.map_or(deployment.owner.key, |entry| entry.value)
    }
}

/// Whether a text is the value of something with a name, which is the same wherever the name stands.
fn is_named(text: &Text) -> bool {
    match text.as_hole() {
        Some(Hole::Parameter(_) | Hole::Resource(_)) => true,
        Some(Hole::Pseudo(_) | Hole::Dynamic(_) | Hole::Other) | None => false,
    }
}

impl Missed<'_> {
    /// The parts in a sentence, whatever their order in the text: "A, B and 3 more".
    pub fn names(&self) -> String {
        listed(self.parts.iter().map(|part| &*part.logical_id))
    }

    /// The finding with the help, and a label at each part, up to a number of them.
    pub fn described(&self, ctx: &Ctx<'_>, finding: Finding, words: &str) -> Finding {
        let (id, names) = (&self.deployment.owner.logical_id, self.names());
        let circular = self.circular(ctx);
        let labels = self.parts.iter().take(MAX_LABELS).map(|part| {
            let waits = circular.contains(&&*part.logical_id);
            (part.key, if waits { format!("{words}, which waits for {id} itself") } else { words.to_owned() })
        });
        let mut finding = labels.fold(finding, |finding, (key, words)| finding.with(ctx.span(key), words));
        if circular.is_empty() {
            return finding.help(format!("add {names} to DependsOn of {id}"));
        }
        finding.no_fix = Some(NoFix::Circular);
        let circular = listed(circular.into_iter());
        let finding = finding.labelled(format!("made before {circular}"));
        finding.help(format!("first let {circular} wait for {id} no longer, then add {names} to DependsOn of {id}"))
    }

    /// The logical IDs of the parts that surely wait for the deployment themselves.
    fn circular(&self, ctx: &Ctx<'_>) -> Vec<&str> {
        let deployment = &*self.deployment.owner.logical_id;
        let behind = ctx.template.waited_for_by(deployment);
        let ids = self.parts.iter().map(|part| &*part.logical_id).filter(|id| behind.contains(id));
        ids.filter(|id| ctx.template.waits_for(id).ids.contains(deployment)).collect()
    }

    /// Lets the deployment wait for all of them. `None` where one of them waits for the deployment.
    pub fn waited_for(&self, ctx: &Ctx<'_>) -> Option<Vec<Change>> {
        let deployment = &*self.deployment.owner.logical_id;
        let behind = ctx.template.waited_for_by(deployment);
        if self.parts.iter().any(|part| part.scope.in_loop() || behind.contains(&*part.logical_id)) {
            return None;
        }
        let ids: Vec<&str> = self.parts.iter().map(|part| &*part.logical_id).collect();
        waiting_also(deployment, &ids, ctx)
    }
}

/// Lets a deployment wait for more resources, by their logical IDs.
fn waiting_also(deployment: &str, ids: &[&str], ctx: &Ctx<'_>) -> Option<Vec<Change>> {
    let resource = ctx.template.resource(deployment)?;
    let ids = || ids.iter().map(|id| Fragment::Text((*id).to_owned()));
    let Some(node) = ctx.tree.get(resource.body, "DependsOn") else {
        let after = ctx.tree.entry(resource.body, "Type")?;
        return Some(vec![Change::Insert {
            parent: resource.body,
            key: "DependsOn".to_owned(),
            value: Fragment::Sequence(ids().collect()),
            place: Place::After(after.key),
        }]);
    };
    if ctx.tree.is_sequence(node) {
        let item = |value| Change::InsertItem { parent: node, value, place: Place::Last };
        let named = ctx.tree.tag(node).is_none() && ctx.tree.items(node).iter().all(|item| name_at(*item, ctx).is_some());
        return named.then(|| ids().map(item).collect());
    }
    if ctx.tree.is_null(node) || ctx.tree.tag(node).is_none() && ctx.tree.text(node) == Some("") {
        return Some(vec![Change::Replace { node, with: Fragment::Sequence(ids().collect()) }]);
    }
    let first = Fragment::Text(name_at(node, ctx)?.to_owned());
    let all = std::iter::once(first).chain(ids()).collect();
    Some(vec![Change::Replace { node, with: Fragment::Sequence(all) }])
}

/// The logical ID that stands at a node. CloudFormation refuses the whole template for anything else, and what was meant cannot
/// be told.
fn name_at<'a>(node: NodeId, ctx: &Ctx<'a>) -> Option<&'a str> {
    let node = ctx.tree.target(node);
    let is_text = ctx.tree.scalar_type(node) == Some(ScalarType::String) && ctx.tree.tag(node).is_none();
    ctx.tree.text(node).filter(|text| is_text && !text.trim().is_empty())
}
