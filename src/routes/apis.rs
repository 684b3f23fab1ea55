//! Groups methods and gateway responses by their REST API.

use std::collections::HashMap;

use super::model::{Api, Authorization, Counts, GatewayResponse, Method, Possibility, Routes, Value};
use super::value::{named, possibility, value, when};
use super::{integration, response};
use crate::api::{self, HttpMethod, Owner, Paths, Property, RestApi};
use crate::finding::{Finding, Severity};
use crate::template::{self, Datum, Guard, Hole, Template, Text};

/// Longest reference to an API elsewhere that is shown as it is written.
const MAX_REFERENCE: usize = 60;

/// Reads the routes of one input.
pub(super) struct Reader<'a> {
    template: &'a Template<'a>,
    api: &'a api::Api,
    paths: Paths<'a>,
    findings: HashMap<&'a str, Counts>,
    total: Counts,
}

/// Whose something is: the REST API of this logical ID, or one elsewhere that is referred to so.
#[derive(PartialEq, Eq, Hash)]
enum Group {
    Here(String),
    Elsewhere(Option<String>),
}

impl<'a> Reader<'a> {
    pub(super) fn new(template: &'a Template<'a>, api: &'a api::Api, found: &'a [Finding]) -> Self {
        let (mut findings, mut total) = (HashMap::new(), Counts::default());
        for finding in found.iter().filter(|finding| finding.suppressed.is_none()) {
            total.add(finding.severity);
            if let Some(id) = finding.logical_id.as_deref() {
                findings.entry(id).or_insert_with(Counts::default).add(finding.severity);
            }
        }
        Self { template, api, paths: Paths::new(template, &api.resources), findings, total }
    }

    pub(super) fn routes(&self) -> Routes {
        let mut apis: Vec<Api> = self.api.rest_apis.iter().map(|api| self.rest_api(api)).collect();
        let mut known: HashMap<Group, usize> = HashMap::new();
        for (at, api) in self.api.rest_apis.iter().enumerate() {
            known.entry(Group::Here(api.owner.logical_id.to_string())).or_insert(at);
        }
        for method in &self.api.methods {
            let group = self.group(method.rest_api.as_deref(), &method.owner);
            if let Some(api) = api_of(group, &mut known, &mut apis) {
                api.methods.push(self.method(method));
            }
        }
        for gateway in &self.api.gateway_responses {
            let group = self.group(gateway.rest_api.as_deref(), &gateway.owner);
            if let Some(api) = api_of(group, &mut known, &mut apis) {
                api.gateway_responses.push(self.gateway_response(gateway));
            }
        }
        for api in &mut apis {
            api.methods.sort_by_cached_key(|method| (path_key(&method.path), order(&method.http_method)));
        }
        Routes { apis, notes: self.notes(), findings: self.total }
    }

    fn rest_api(&self, of: &RestApi) -> Api {
        let owner = of.owner.when();
        Api {
            logical_id: Some(of.owner.logical_id.to_string()),
            reference: None,
            name: value(of.name.as_ref(), of.owner.open, owner),
            endpoint_types: self.endpoint_types(of),
            when: when(owner, &Guard::default()),
            notes: notes_of(of),
            methods: Vec::new(),
            gateway_responses: Vec::new(),
        }
    }

    fn endpoint_types(&self, of: &RestApi) -> Vec<Possibility> {
        let mut types = Vec::new();
        let values = of.endpoint_configuration.iter().flat_map(|property| &property.values);
        for configuration in values {
            let Datum::Mapping(node) = configuration.datum else { continue };
            let scope = of.owner.scope.assuming(&configuration.when);
            let entries = self.template.entries(node, &scope);
            let Some(member) = entries.get("Types") else { continue };
            for list in self.template.values(member.value, &scope) {
                let Datum::Sequence(sequence) = list.datum else { continue };
                let scope = scope.assuming(&list.when);
                for item in self.template.items(sequence, &scope).items {
                    let values = self.template.values(item.node, &item.scope);
                    let with = |value: template::Value| template::Value { when: item.scope.when.and(&value.when), ..value };
                    let values = values.into_iter().map(with);
                    types.extend(values.map(|value| possibility(&value, of.owner.when())));
                }
            }
        }
        types
    }

    fn method(&self, of: &api::Method) -> Method {
        let (owner, open) = (of.owner.when(), of.owner.open);
        Method {
            logical_id: of.owner.logical_id.to_string(),
            line: self.line(&of.owner),
            when: when(owner, &Guard::default()),
            path: of.path.clone().unwrap_or_else(|| self.paths.shown(of.resource.as_deref())),
            path_known: of.path.is_some(),
            http_method: value(of.http_method.as_ref(), open, owner),
            authorization: Authorization {
                kind: value(of.authorization_type.as_ref(), open, owner),
                authorizer: named(of.authorizer_id.as_ref(), owner, str::to_owned),
                api_key: api_key(of.api_key_required.as_ref(), open),
            },
            integrations: of.integrations.iter().map(|integration| integration::read(integration, owner)).collect(),
            findings: self.counts(&of.owner),
        }
    }

    fn gateway_response(&self, of: &api::GatewayResponse) -> GatewayResponse {
        let owner = of.owner.when();
        GatewayResponse {
            logical_id: of.owner.logical_id.to_string(),
            line: self.line(&of.owner),
            when: when(owner, &Guard::default()),
            kind: value(of.response_type.as_ref(), of.owner.open, owner),
            sent: response::of_gateway(of),
            findings: self.counts(&of.owner),
        }
    }

    fn line(&self, owner: &Owner) -> usize {
        let tree = self.template.tree();
        tree.source().position(tree.span(owner.key).start()).line
    }

    fn counts(&self, owner: &Owner) -> Counts {
        self.findings.get(&*owner.logical_id).copied().unwrap_or_default()
    }

    /// The group of something that refers to this API.
    fn group(&self, rest_api: Option<&str>, owner: &Owner) -> Group {
        let is_here = |id: &&str| self.template.resource(id).is_some_and(|found| found.kind == "AWS::ApiGateway::RestApi");
        rest_api.filter(is_here).map_or_else(|| Group::Elsewhere(self.reference(owner)), |id| Group::Here(id.to_owned()))
    }

    /// How an API elsewhere is referred to: its text with names, or the function as it is written.
    fn reference(&self, owner: &Owner) -> Option<String> {
        let tree = self.template.tree();
        let node = tree.get(owner.node, "RestApiId")?;
        let values = self.template.values(node, &owner.scope);
        let named = |text: &&Text| !matches!(text.as_hole(), Some(Hole::Other));
        if let [only] = values.as_slice()
            && let Some(text) = only.text().filter(named)
        {
            return Some(text.to_string());
        }
        let written = tree.source().slice(tree.span_with_tag(node));
        (written.len() <= MAX_REFERENCE && !written.contains('\n')).then(|| written.to_owned())
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.template.is_exhausted() {
            notes
                .push("not fully analysed: values have more combinations than are followed, the rest is unknown".to_owned());
        }
        if self.template.is_open() {
            notes.push("a macro, or a loop that cannot be read, may add resources that are not shown".to_owned());
        }
        if self.template.resources().iter().any(|resource| resource.kind.starts_with("AWS::Serverless::")) {
            notes.push("what SAM makes of AWS::Serverless resources is not shown".to_owned());
        }
        notes
    }
}

/// The API of a group; one elsewhere is added when it is first referred to.
fn api_of<'r>(group: Group, known: &mut HashMap<Group, usize>, apis: &'r mut Vec<Api>) -> Option<&'r mut Api> {
    let reference = match &group {
        Group::Here(_) => None,
        Group::Elsewhere(reference) => reference.clone(),
    };
    let at = *known.entry(group).or_insert_with(|| {
        apis.push(Api { reference, ..Api::default() });
        apis.len() - 1
    });
    apis.get_mut(at)
}

fn notes_of(of: &RestApi) -> Vec<String> {
    let sources = [(&of.body, "OpenAPI document (Body)"), (&of.body_location, "OpenAPI document (BodyS3Location)")];
    let mut notes: Vec<_> = sources
        .into_iter()
        .filter(|(property, _)| property.as_ref().is_some_and(|property| !property.is_empty()))
        .map(|(_, what)| format!("the methods of its {what} are not shown"))
        .collect();
    if of.clone_from.as_ref().is_some_and(|property| !property.is_empty()) {
        notes.push("the methods of the API that it is cloned from are not shown".to_owned());
    }
    notes
}

/// Whether an API key is required, if that is known. By default it is not.
fn api_key(property: Option<&Property>, open: bool) -> Option<bool> {
    let Some(property) = property else { return (!open).then_some(false) };
    if property.is_empty() {
        return Some(false);
    }
    match property.known()? {
        known if known.eq_ignore_ascii_case("true") => Some(true),
        known if known.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Paths by their parts, so that `/pets/{id}` stands right behind `/pets`; unknown beginnings last.
fn path_key(path: &str) -> (bool, Vec<String>) {
    (!path.starts_with('/'), path.split('/').map(str::to_owned).collect())
}

/// Methods in the order in which they are thought of: reading, writing, all others, what browsers ask.
fn order(method: &Value) -> (usize, Option<String>) {
    let Value::Known(name) = method else { return (9, None) };
    let place = HttpMethod::parse(name).map_or(8, |method| match method {
        HttpMethod::Get => 0,
        HttpMethod::Head => 1,
        HttpMethod::Post => 2,
        HttpMethod::Put => 3,
        HttpMethod::Patch => 4,
        HttpMethod::Delete => 5,
        HttpMethod::Any => 6,
        HttpMethod::Options => 7,
    });
    (place, Some(name.clone()))
}

impl Counts {
    fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => self.infos += 1,
        }
    }
}
