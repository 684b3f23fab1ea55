//! # missing-preflight
//! ## What it does
//! Reports a path without OPTIONS, where another path of the same API has a preflight.
//! ## Why it matters
//! Before PUT, PATCH and DELETE, and before any request with a JSON body, a token or a key, browsers ask with OPTIONS. The
//! answer is `403 Missing Authentication Token`, and the request is not sent: `Response to preflight request doesn't pass
//! access control check: It does not have HTTP ok status.`
//! Source: [CORS for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html): an OPTIONS
//! method on each resource.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: pets
//!   Pet:
//!     Type: AWS::ApiGateway::Resource
//!     Properties:
//!       RestApiId: !Ref Api
//!       ParentId: !GetAtt Api.RootResourceId
//!       PathPart: pets
//!   Order:
//!     Type: AWS::ApiGateway::Resource
//!     Properties:
//!       RestApiId: !Ref Api
//!       ParentId: !GetAtt Api.RootResourceId
//!       PathPart: orders
//!   PetOptions:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
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
//!               method.response.header.Access-Control-Allow-Methods: "'GET,DELETE,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//!   DeletePet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: DELETE
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: DELETE
//!         Uri: https://pets.example.com
//!   DeleteOrder:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Order
//!       HttpMethod: DELETE
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: DELETE
//!         Uri: https://pets.example.com
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
//!   ServerErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_5XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
//! ```
//! ```yaml,good
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: pets
//!   Pet:
//!     Type: AWS::ApiGateway::Resource
//!     Properties:
//!       RestApiId: !Ref Api
//!       ParentId: !GetAtt Api.RootResourceId
//!       PathPart: pets
//!   Order:
//!     Type: AWS::ApiGateway::Resource
//!     Properties:
//!       RestApiId: !Ref Api
//!       ParentId: !GetAtt Api.RootResourceId
//!       PathPart: orders
//!   PetOptions:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
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
//!               method.response.header.Access-Control-Allow-Methods: "'GET,DELETE,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//!   OrderOptions:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Order
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
//!               method.response.header.Access-Control-Allow-Methods: "'GET,DELETE,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//!   DeletePet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: DELETE
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: DELETE
//!         Uri: https://pets.example.com
//!   DeleteOrder:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Order
//!       HttpMethod: DELETE
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: DELETE
//!         Uri: https://pets.example.com
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
//!   ServerErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_5XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
//! ```
//! ## When not to use it
//! For paths that no browser calls: it is only worth an info, unless the path's own methods answer with
//! `Access-Control-Allow-Origin` and need a preflight. Nothing is reported of paths with ANY or a method that is not known
//! here, nor where the API is private, has parts elsewhere or a
//! `{proxy+}` that takes OPTIONS.
//! ## Fix
//! None: what the path allows, and whether browsers call it at all, is for a person to say.

use std::collections::BTreeMap;

use crate::api::{Api, IntegrationType, Method, Property, RestApi};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{ALLOW_ORIGIN, Ctx, FixPromise, PathAt, Preflight, Rule, RuleMeta, asked_headers};

/// Methods that pages call.
const CALLED: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// APIs of one template that are looked at.
const MAX_APIS: usize = 50;

/// The rule.
pub(super) struct MissingPreflight;

/// A path without preflight, and the preflight of another path.
pub(super) struct Hit<'a> {
    path: PathAt<'a>,
    method: &'a Method,
    name: &'a str,
    sibling: Preflight<'a>,
    other: &'a str,
}

impl Rule for MissingPreflight {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "missing-preflight",
        summary: "path without OPTIONS in an API that answers preflights elsewhere",
        category: Category::Cors,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"],
    };

    const MESSAGES: &'static [&'static str] = &[
        "Missing Authentication Token",
        "Response to preflight request doesn't pass access control check: It does not have HTTP ok status.",
    ];

    fn detect<'a>(&self, all: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let looked_at = |api: &&RestApi| {
            let id = &*api.owner.logical_id;
            ctx.is_all_here(api) && !ctx.may_be_private(Some(id)) && !has_strays(all, id)
        };
        let apis = all.rest_apis.iter().take(MAX_APIS).filter(looked_at);
        let mut paths: BTreeMap<&str, Vec<PathAt<'a>>> = apis.map(|api| (&*api.owner.logical_id, Vec::new())).collect();
        for path in PathAt::all(ctx) {
            if let Some(of_api) = path.rest_api.and_then(|id| paths.get_mut(id)) {
                of_api.push(path);
            }
        }
        paths.into_values().flat_map(|paths| hits(paths, ctx)).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { path, method, name, sibling, other } = hit;
        let place = method.http_method.as_ref().map_or(method.owner.key, |property| property.node);
        let message = format!("{} has {name} but no OPTIONS, while {other} answers preflights", path.name());
        let mut finding = Self::META
            .at(ctx, place, &method.owner.logical_id, message)
            .labelled("no preflight before this")
            .help(format!("add an OPTIONS method like {} to the path", sibling.method.owner.logical_id))
            .likely();
        if let Some(property) = &sibling.method.http_method {
            finding = finding.with(ctx.span(property.node), format!("the preflight of {other}"));
        }
        let answers = path.answers().any(|at| at.mentioning(ALLOW_ORIGIN).next().is_some());
        if answers && path.others().any(|(method, name, _)| asks_first(method, name, ctx)) {
            return finding
                .note("browsers get 403 Missing Authentication Token instead of a preflight, and do not send the request");
        }
        finding
            .severity(Severity::Info)
            .note("pages can send only plain GET and POST requests here, without JSON, tokens and keys")
    }
}

/// Whether a method of the API may belong to any path.
fn has_strays(all: &Api, rest_api: &str) -> bool {
    all.methods.iter().any(|method| method.resource.is_none() && method.rest_api.as_deref().is_none_or(|id| id == rest_api))
}

/// The paths of one API that have no preflight, if others have.
fn hits<'a>(paths: Vec<PathAt<'a>>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
    let preflights = |path: &PathAt<'a>| path.preflights().into_iter().find(is_mock).map(|found| (found, path.name()));
    let Some((sibling, other)) = paths.iter().find_map(preflights) else { return Vec::new() };
    if paths.iter().any(|path| path.name().contains("+}") && takes_options(path)) {
        return Vec::new();
    }
    let mut hits = Vec::new();
    for path in paths.into_iter().filter(|path| !path.open && !takes_options(path)) {
        let together = |method: &Method| ctx.compatible(method.owner.when(), sibling.headers.owner.when());
        let mut called = path.others().filter(|(method, name, _)| CALLED.contains(name) && together(method));
        let first = called.next();
        let Some((method, name, _)) = called.find(|(method, name, _)| asks_first(method, name, ctx)).or(first) else {
            continue;
        };
        hits.push(Hit { method, name, sibling, other, path: path.clone() });
    }
    hits
}

/// Whether the path answers OPTIONS itself, or may do so.
fn takes_options(path: &PathAt<'_>) -> bool {
    let may = |method: &&Method| {
        let names = method.http_method.as_ref().and_then(Property::all_known);
        names.is_none_or(|names| names.iter().any(|name| matches!(*name, "OPTIONS" | "ANY")))
    };
    path.methods.iter().any(may)
}

/// Whether browsers surely ask before they call the method.
fn asks_first(method: &Method, name: &str, ctx: &Ctx<'_>) -> bool {
    matches!(name, "PUT" | "PATCH" | "DELETE") || !asked_headers(method, ctx).is_empty()
}

fn is_mock(preflight: &Preflight<'_>) -> bool {
    preflight.headers.integration.is_some_and(|at| at.integration_type() == Some(IntegrationType::Mock))
}
