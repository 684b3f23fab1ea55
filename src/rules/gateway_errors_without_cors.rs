//! # gateway-errors-without-cors
//! ## What it does
//! Reports a REST API that answers browsers with `Access-Control-Allow-Origin`, but not where it answers by itself: it has no
//! gateway response `DEFAULT_4XX` or `DEFAULT_5XX` with that header.
//! ## Why it matters
//! Errors that no method answers (401 and 403 of authorizers, 413, 429, 504) have no CORS headers of their own. The browser
//! keeps them from the page, which sees `No 'Access-Control-Allow-Origin' header is present` and not even the status.
//! Sources: aws/serverless-application-model#1178, serverless/serverless#3191, #6176,
//! [CORS for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: pets
//!   PetOptions:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: OPTIONS
//!       AuthorizationType: NONE
//!       Integration:
//!         Type: MOCK
//!         RequestTemplates: {application/json: '{"statusCode": 200}'}
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseParameters:
//!               method.response.header.Access-Control-Allow-Origin: "'*'"
//!               method.response.header.Access-Control-Allow-Headers: "'Content-Type'"
//!               method.response.header.Access-Control-Allow-Methods: "'GET,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//! ```
//! ```yaml,fixed
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: pets
//!   PetOptions:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: OPTIONS
//!       AuthorizationType: NONE
//!       Integration:
//!         Type: MOCK
//!         RequestTemplates: {application/json: '{"statusCode": 200}'}
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseParameters:
//!               method.response.header.Access-Control-Allow-Origin: "'*'"
//!               method.response.header.Access-Control-Allow-Headers: "'Content-Type'"
//!               method.response.header.Access-Control-Allow-Methods: "'GET,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//!   ApiDefault4XX:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
//!   ApiDefault5XX:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_5XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
//! ```
//! ## When not to use it
//! Where the gateway responses are made elsewhere. Nothing is reported of an API that is not in the template, that is
//! described by a document, made by a loop or private, whose name other stacks are told (an export, a nested stack), or that has a
//! gateway response of which the type or the headers are not known here.
//! ## Fix
//! Safe: adds the two gateway responses, or the header to those that are there, and lets deployments wait for them. None
//! unless every response of the API has the header with one and the same static value.

use crate::api::{Api, default_of};
use crate::edit::{Applicability, Change, Fix, Fragment, Place};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{ALLOW_ORIGIN, BrowserApi, Ctx, FixPromise, HeadersAt, Rule, RuleMeta, meant_types};

/// APIs of one template that are looked at.
const MAX_APIS: usize = 50;

/// The rule.
pub(super) struct GatewayErrorsWithoutCors;

/// An API, and which of the two gateway responses do not have the header.
pub(super) struct Hit<'a> {
    browser: BrowserApi<'a>,
    silent: Vec<&'static str>,
}

impl Rule for GatewayErrorsWithoutCors {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "gateway-errors-without-cors",
        summary: "errors of the gateway itself that browsers keep from the page",
        category: Category::Cors,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"],
    };

    const MESSAGES: &'static [&'static str] = &["No 'Access-Control-Allow-Origin' header is present"];

    fn detect<'a>(&self, all: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let apis = all.rest_apis.iter().take(MAX_APIS).filter_map(|api| BrowserApi::read(api, ctx));
        let hits = apis.map(|browser| Hit { silent: browser.silent_defaults(), browser });
        hits.filter(|hit| !hit.silent.is_empty()).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { browser, silent } = hit;
        let (id, kinds) = (&browser.api.owner.logical_id, silent.join(" and "));
        let mut finding = Self::META
            .at(ctx, browser.api.owner.key, id, format!("{id} sends {ALLOW_ORIGIN}, but not with {kinds}"))
            .labelled("its own errors have no CORS headers")
            .note("browsers keep errors that no method answers, such as 401, 403, 429 and 504, from the page")
            .help(format!("add the header to the gateway responses {kinds}"))
            .likely();
        for gateway in silent.iter().flat_map(|kind| browser.of_type(kind)) {
            finding = finding.with(ctx.span(gateway.owner.key), format!("has no {ALLOW_ORIGIN}"));
        }
        for entry in browser.answers.iter().take(2).flat_map(|at| at.mentioning(ALLOW_ORIGIN)) {
            finding = finding.with(ctx.span(entry.property.node), "what browsers are told here");
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { browser, silent } = hit;
        let always = |at: &HeadersAt<'_>| at.owner.when() == browser.api.owner.when();
        let headers = browser.headers(ctx).filter(|_| browser.answers.iter().any(always))?;
        let (mut changes, mut added) = (Vec::new(), Vec::new());
        for kind in silent {
            let own: Vec<_> = browser.of_type(kind).collect();
            if own.is_empty() {
                let (id, change) = added_response(browser, kind, &headers, ctx)?;
                added.push(id);
                changes.push(change);
            }
            // What has a gateway response of its own would not get the header from the new one.
            for at in own.iter().chain(&served(browser, kind)) {
                changes.extend(completed(at, &headers, ctx)?);
            }
        }
        let ids: Vec<&str> = added.iter().map(String::as_str).collect();
        if !ids.is_empty() {
            changes.extend(ctx.deployed_after(&browser.api.owner.logical_id, &ids)?);
        }
        Fix::new(ctx.tree, Applicability::Safe, format!("send {ALLOW_ORIGIN} with {}", silent.join(" and ")), changes)
    }
}

/// The gateway responses of the types that a default serves where they have none.
fn served<'a>(browser: &BrowserApi<'a>, default: &str) -> Vec<HeadersAt<'a>> {
    let is_served = |types: Vec<&'static str>| types.iter().any(|kind| default_of(kind) == Some(default));
    let served = browser.gateways.iter().filter(|gateway| meant_types(gateway).is_some_and(is_served));
    served.map(|gateway| HeadersAt::of_gateway(gateway)).filter(|at| at.surely_lacks(ALLOW_ORIGIN)).collect()
}

/// The changes that add the headers that a gateway response lacks. `None` where it has several types, or its type is misspelt.
fn completed(at: &HeadersAt<'_>, headers: &[(&'static str, Fragment)], ctx: &Ctx<'_>) -> Option<Vec<Change>> {
    let kind = at.gateway.and_then(|gateway| gateway.response_type.as_ref()?.known())?;
    if meant_types(at.gateway?)?.as_slice() != [kind] {
        return None;
    }
    let lacking = headers.iter().filter(|(name, _)| at.surely_lacks(name));
    let lacking: Vec<_> = lacking.map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    at.adding(&lacking, ctx)
}

/// A new gateway response behind the last resource, and its logical ID. `None` where the name is taken.
fn added_response(
    browser: &BrowserApi<'_>,
    kind: &str,
    headers: &[(&'static str, Fragment)],
    ctx: &Ctx<'_>,
) -> Option<(String, Change)> {
    let api = &*browser.api.owner.logical_id;
    let id = format!("{api}Default{}", kind.rsplit('_').next()?);
    if ctx.template.resource(&id).is_some() || ctx.template.parameter(&id).is_some() {
        return None;
    }
    let text = |text: &str| Fragment::Text(text.to_owned());
    let header = |(name, value): &(&str, Fragment)| (format!("gatewayresponse.header.{name}"), value.clone());
    let reference = Fragment::Tagged { function: "Ref".to_owned(), value: Box::new(text(api)) };
    let properties = vec![
        ("RestApiId".to_owned(), reference),
        ("ResponseType".to_owned(), text(kind)),
        ("ResponseParameters".to_owned(), Fragment::Mapping(headers.iter().map(header).collect())),
    ];
    let mut resource = vec![("Type".to_owned(), text("AWS::ApiGateway::GatewayResponse"))];
    let body = ctx.template.resource(api)?.body;
    if let Some(condition) = ctx.tree.get(body, "Condition") {
        resource.push(("Condition".to_owned(), text(ctx.tree.text(condition)?)));
    }
    resource.push(("Properties".to_owned(), Fragment::Mapping(properties)));
    let parent = ctx.tree.parent(browser.api.owner.key)?;
    Some((id.clone(), Change::Insert { parent, key: id, value: Fragment::Mapping(resource), place: Place::Last }))
}
