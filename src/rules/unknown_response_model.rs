//! # unknown-response-model
//! ## What it does
//! Reports a ResponseModels entry of a method response whose value is no model of the REST API: a name that no `AWS::ApiGateway::Model` of
//! the template has, a mapping template that was put there.
//! ## Why it matters
//! The deploy fails: the service finds no model of this name. An API of a template begins with two models, `Empty` and `Error`; all others
//! are resources, and their names tell upper from lower case.
//! Sources: [MethodResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_MethodResponse.html),
//! serverless-aws-documentation#103.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: pets
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseModels:
//!             application/json: empty
//! ```
//! ```yaml,fixed
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: pets
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseModels:
//!             application/json: Empty
//! ```
//! ## When not to use it
//! Where models are made by other means before the methods. Nothing is reported of an API that is not in the template, has a Body or is a
//! copy of another one, nor where the name of a model or the value is not known here.
//! ## Fix
//! Safe where only the letter case of one model's name differs. None elsewhere: which model is meant, or which one is missing, is the
//! author's to say.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::api::{Api, Model, Property, RestApi};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::lang::distance;
use crate::rule::{Ctx, FixPromise, MethodResponseAt, Rule, RuleMeta, shown, when};
use crate::template::Value;

/// Models of every new API.
const OF_EVERY_API: [&str; 2] = ["Empty", "Error"];

/// The rule.
pub(super) struct UnknownResponseModel;

/// A value that is no model, and the models that there are.
pub(super) struct Hit<'a> {
    at: MethodResponseAt<'a>,
    property: &'a Property,
    value: &'a Value,
    name: &'a str,
    models: Rc<BTreeSet<&'a str>>,
}

impl Rule for UnknownResponseModel {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "unknown-response-model",
        summary: "response model that the API does not have",
        category: Category::Responses,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_MethodResponse.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, api: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        if ctx.template.is_open() {
            return Vec::new();
        }
        let models = models(api);
        let mut hits = Vec::new();
        for method in &api.methods {
            let known = method.rest_api.as_deref().and_then(|id| models.get(id)?.as_ref());
            let Some(models) = known else { continue };
            for response in &method.responses.items {
                let at = MethodResponseAt { method, response };
                let properties = response.response_models.entries.iter().map(|entry| &entry.property);
                for (property, value) in properties.flat_map(|property| property.values.iter().map(move |value| (property, value))) {
                    let name = value.known().filter(|name| !name.is_empty() && !models.contains(name));
                    hits.extend(name.map(|name| Hit { at, property, value, name, models: Rc::clone(models) }));
                }
            }
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, property, value, name, models } = hit;
        let when = when(&value.when, at.response.owner.when());
        let id = &at.method.owner.logical_id;
        let status = at.response.status().map_or_else(String::new, |status| format!(" for {status}"));
        let message = format!("{id} names a response model{status} that the API does not have: {}{when}", shown(name));
        let mut finding = Self::META
            .at(ctx, ctx.exact(property, value), id, message)
            .likely()
            .labelled("no model of this API")
            .note("the deploy fails: the service finds no model of this name")
            .help(match distance::nearest(name, models.iter().copied()) {
                Some(near) => format!("write {near}, if that is meant"),
                None => "write Empty, or refer to a model of the API: !Ref PetModel".to_owned(),
            });
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let mut same = hit.models.iter().filter(|model| model.eq_ignore_ascii_case(hit.name));
        let meant = same.next().filter(|_| same.next().is_none() && !hit.at.response.owner.scope.in_loop())?;
        let node = ctx.literal(hit.property, hit.value)?;
        let changes = vec![Change::Replace { node, with: Fragment::Text((*meant).to_owned()) }];
        Fix::new(ctx.tree, Applicability::Safe, format!("write {meant}"), changes)
    }
}

/// The names of the models of each API; `None` where there may be others.
fn models(api: &Api) -> BTreeMap<&str, Option<Rc<BTreeSet<&str>>>> {
    let mut of_any: Option<BTreeSet<&str>> = Some(BTreeSet::from(OF_EVERY_API));
    let mut of_one: BTreeMap<&str, Option<BTreeSet<&str>>> = BTreeMap::new();
    for model in &api.models {
        // A model of an API that is not known here may be of each.
        let names = match &model.rest_api {
            Some(id) => of_one.entry(id).or_insert_with(|| Some(BTreeSet::new())),
            None => &mut of_any,
        };
        match (names_of(model), &mut *names) {
            (Some(more), Some(names)) => names.extend(more),
            _ => *names = None,
        }
    }
    let mut found: BTreeMap<&str, Option<Rc<BTreeSet<&str>>>> = BTreeMap::new();
    for rest_api in &api.rest_apis {
        let id = &*rest_api.owner.logical_id;
        let own = of_one.get(id).cloned().unwrap_or_else(|| Some(BTreeSet::new()));
        let all = own.zip(of_any.clone()).map(|(mut own, any)| {
            own.extend(any);
            Rc::new(own)
        });
        // An API can have several bodies, one for each branch of a condition.
        let known = all.filter(|_| !is_imported(rest_api) && found.get(id).is_none_or(Option::is_some));
        found.insert(id, known);
    }
    found
}

fn is_imported(api: &RestApi) -> bool {
    api.owner.open || api.body.is_some() || api.body_location.is_some() || api.clone_from.is_some()
}

/// A model without a name gets one that nobody can know.
fn names_of(model: &Model) -> Option<Vec<&str>> {
    match &model.name {
        None => (!model.owner.open).then(Vec::new),
        Some(name) => name.all_known(),
    }
}
