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

use crate::api::{Method, Model, Property, RestApi};
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
    models: Vec<&'a str>,
}

impl Rule for UnknownResponseModel {
    type Node<'a> = MethodResponseAt<'a>;
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

    fn detect<'a>(&self, at: MethodResponseAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let entries = &at.response.response_models.entries;
        let Some(models) = (if entries.is_empty() { None } else { models(at.method, ctx) }) else { return Vec::new() };
        let named = entries.iter().flat_map(|entry| entry.property.values.iter().map(move |value| (&entry.property, value)));
        let unknown = named.filter_map(|(property, value)| {
            let name = value.known().filter(|name| !name.is_empty() && !models.contains(name))?;
            Some(Hit { at, property, value, name, models: models.clone() })
        });
        unknown.collect()
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

/// The names of all models of the method's API; `None` where there may be others.
fn models<'a>(method: &Method, ctx: &Ctx<'a>) -> Option<Vec<&'a str>> {
    let id = method.rest_api.as_deref()?;
    let mut apis = ctx.api.rest_apis.iter().filter(|api| &*api.owner.logical_id == id);
    let api = apis.next()?;
    let imported = |api: &RestApi| api.owner.open || api.body.is_some() || api.body_location.is_some() || api.clone_from.is_some();
    if imported(api) || apis.any(imported) || ctx.template.is_open() {
        return None;
    }
    let mut names = OF_EVERY_API.to_vec();
    for model in ctx.api.models.iter().filter(|model| model.rest_api.as_deref().is_none_or(|of| of == id)) {
        names.extend(names_of(model)?);
    }
    Some(names)
}

/// A model without a name gets one that nobody can know.
fn names_of(model: &Model) -> Option<Vec<&str>> {
    match &model.name {
        None => (!model.owner.open).then(Vec::new),
        Some(name) => name.all_known(),
    }
}
