//! Paths of resources, put together from their chain of parents.

use std::collections::HashMap;

use super::model::{Api, Property, Resource};
use crate::template::Template;

/// Longest chain of parents that is followed for a path.
const MAX_PATH_PARTS: usize = 100;

/// Longest path; the service takes far shorter ones, and a chain of long parts would cost memory for each of its resources.
const MAX_PATH_BYTES: usize = 8_000;

/// What stands for a part of a path that is not known, and for all parts before the first known one.
const UNKNOWN_PART: &str = "?";
const UNKNOWN_BEGINNING: &str = "…";

/// The resources of one input by logical ID, so that their paths can be told.
pub struct Paths<'a> {
    template: &'a Template<'a>,
    resources: HashMap<&'a str, &'a Resource>,
}

impl<'a> Paths<'a> {
    /// Of an input's resources.
    pub fn new(template: &'a Template<'a>, resources: &'a [Resource]) -> Self {
        let by_id = resources.iter().map(|resource| (&*resource.owner.logical_id, resource));
        Self { template, resources: by_id.collect() }
    }

    /// The full path of a resource, if every part of it is known. A REST API stands for its root.
    pub fn known(&self, logical_id: &str) -> Option<String> {
        let part = |resource: &'a Resource| resource.path_part.as_ref()?.known().map(str::to_owned);
        let (path, is_whole) = self.follow(logical_id, part);
        is_whole.then_some(path)
    }

    /// The path of a resource as far as it is known: `…/pets` where the parent is not in this input, `/?/pets` where a part is
    /// unknown, `/${Name}/pets` where a parameter tells it.
    pub fn shown(&self, logical_id: Option<&str>) -> String {
        let part = |resource: &'a Resource| Some(resource.path_part.as_ref().map_or(UNKNOWN_PART.to_owned(), shown_part));
        let Some(id) = logical_id else { return UNKNOWN_BEGINNING.to_owned() };
        match self.follow(id, part) {
            (path, true) => path,
            (path, false) => format!("{UNKNOWN_BEGINNING}{path}"),
        }
    }

    /// The parts from this resource up, as long as there are any, and whether they reach the root.
    fn follow(&self, logical_id: &str, part: impl Fn(&'a Resource) -> Option<String>) -> (String, bool) {
        let (mut at, mut path) = (logical_id, String::new());
        for _ in 0..MAX_PATH_PARTS {
            if self.is_api(at) {
                return (if path.is_empty() { "/".to_owned() } else { path }, true);
            }
            let Some(resource) = self.resources.get(at) else { break };
            let Some(part) = part(resource).filter(|part| part.len() + path.len() < MAX_PATH_BYTES) else { break };
            path = format!("/{part}{path}");
            let Some(parent) = resource.parent.as_deref() else { break };
            at = parent;
        }
        (path, false)
    }

    fn is_api(&self, id: &str) -> bool {
        self.template.resource(id).is_some_and(|found| found.kind == "AWS::ApiGateway::RestApi")
    }
}

fn shown_part(part: &Property) -> String {
    let texts = part.values.iter().map(|value| match value.text() {
        Some(text) if !value.is_unknown() => text.to_string(),
        Some(_) | None => UNKNOWN_PART.to_owned(),
    });
    texts.collect::<Vec<_>>().join("|")
}

/// Tells the model its full paths, once all resources are known.
pub(super) fn fill(template: &Template<'_>, api: &mut Api) {
    let paths = Paths::new(template, &api.resources);
    let of_resources: Vec<_> = api.resources.iter().map(|resource| paths.known(&resource.owner.logical_id)).collect();
    let by_id: HashMap<&str, &Option<String>> =
        api.resources.iter().map(|resource| &*resource.owner.logical_id).zip(&of_resources).collect();
    // A method of the root refers to the API itself.
    let known = |id: &str| by_id.get(id).map_or_else(|| paths.known(id), |path| (*path).clone());
    let of_methods: Vec<_> = api.methods.iter().map(|method| method.resource.as_deref().and_then(known)).collect();
    for (method, path) in api.methods.iter_mut().zip(of_methods) {
        method.path = path;
    }
    for (resource, path) in api.resources.iter_mut().zip(of_resources) {
        resource.path = path;
    }
}
