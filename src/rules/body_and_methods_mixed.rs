//! # body-and-methods-mixed
//! ## What it does
//! Reports a REST API that has both an OpenAPI document and resources or methods in the same template.
//! ## Why it matters
//! Both describe the same tree of paths. Each update of the document replaces the definition, with the methods that
//! CloudFormation made beside it and still counts as there: calls of them get 403 until somebody makes them anew.
//! Source: [AWS::ApiGateway::RestApi](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html): Mode.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Body:
//!         openapi: 3.0.1
//!         info: {title: pets, version: "1"}
//!         paths: {}
//!   Pets:
//!     Type: AWS::ApiGateway::Resource
//!     Properties:
//!       RestApiId: !Ref Api
//!       ParentId: !GetAtt Api.RootResourceId
//!       PathPart: pets
//! ```
//! ```yaml,good
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: pets
//!   Pets:
//!     Type: AWS::ApiGateway::Resource
//!     Properties:
//!       RestApiId: !Ref Api
//!       ParentId: !GetAtt Api.RootResourceId
//!       PathPart: pets
//! ```
//! ## When not to use it
//! With `Mode: merge` the document is added to what is there; that is not reported, and neither is a Mode that is not known here.
//! Nor are parts that conditions keep apart from the document.
//! ## Fix
//! None: which of the two describes the API has to be decided.

use crate::api::{Owner, Property, RestApi};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta};
use crate::template::{Datum, Guard};

/// Parts that a finding shows.
const MAX_LABELS: usize = 20;

/// APIs of one template that are looked at.
const MAX_APIS: usize = 50;

/// The rule.
pub(super) struct BodyAndMethodsMixed;

/// An API that is described twice.
pub(super) struct Hit<'a> {
    api: &'a RestApi,
    document: &'a Property,
    parts: Vec<&'a Owner>,
}

impl Rule for BodyAndMethodsMixed {
    type Node<'a> = &'a crate::api::Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "body-and-methods-mixed",
        summary: "REST API with an OpenAPI document and methods beside it",
        category: Category::Integration,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html"],
    };

    fn detect<'a>(&self, all: &'a crate::api::Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        all.rest_apis.iter().take(MAX_APIS).filter_map(|api| hit(api, all, ctx)).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &hit.api.owner.logical_id;
        let finding = Self::META
            .at(ctx, hit.document.key, id, format!("{id} is described by a document and by resources of the template"))
            .labelled("replaces the definition of the API")
            .note("an update of the document removes what the template made beside it")
            .help("describe all of the API in one of the two ways, or set Mode: merge")
            .likely();
        let parts = hit.parts.iter().take(MAX_LABELS);
        parts.fold(finding, |finding, part| finding.with(ctx.span(part.key), "beside the document"))
    }
}

fn hit<'a>(api: &'a RestApi, all: &'a crate::api::Api, ctx: &Ctx<'a>) -> Option<Hit<'a>> {
    let document = [&api.body, &api.body_location].into_iter().flatten().find(|property| !property.is_empty())?;
    let overwrites = ctx.tree.get(api.owner.node, "Mode").is_none_or(|mode| ctx.tree.text(mode) == Some("overwrite"));
    let present: Vec<Guard> = document.values.iter().filter(|value| !matches!(value.datum, Datum::Absent)).map(|value| value.when.clone()).collect();
    if !overwrites || api.owner.open {
        return None;
    }
    let of_resources = all.resources.iter().map(|resource| (&resource.rest_api, &resource.owner));
    let of_methods = all.methods.iter().map(|method| (&method.rest_api, &method.owner));
    let own = of_resources.chain(of_methods).filter(|(id, _)| id.as_deref() == Some(&*api.owner.logical_id));
    let mut parts: Vec<_> = own.map(|(_, owner)| owner).collect();
    parts.retain(|part| present.iter().any(|when| ctx.compatible(part.when(), &api.owner.when().and(when))));
    parts.sort_by_key(|part| part.key);
    parts.dedup_by_key(|part| part.key);
    (!parts.is_empty()).then_some(Hit { api, document, parts })
}
