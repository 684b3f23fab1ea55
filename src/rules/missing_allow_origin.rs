//! # missing-allow-origin
//! ## What it does
//! Reports a response of a method without `Access-Control-Allow-Origin`, where the preflight of its path has it; also one
//! without `Access-Control-Allow-Credentials` where the preflight allows credentials.
//! ## Why it matters
//! The preflight passes and the request is sent, but the browser keeps the answer from the page: `No
//! 'Access-Control-Allow-Origin' header is present on the requested resource`. Of an error response not even the status
//! can be read.
//! Sources: [CORS for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html),
//! serverless/serverless#4681, #7575.
//! ## Example
//! ```yaml,bad
//! Resources:
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
//!               method.response.header.Access-Control-Allow-Methods: "'GET,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ```yaml,fixed
//! Resources:
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
//!               method.response.header.Access-Control-Allow-Methods: "'GET,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseParameters:
//!               method.response.header.Access-Control-Allow-Origin: "'*'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//! ```
//! ## When not to use it
//! For methods that no browser calls. Proxies, redirects, responses whose headers a template sets or that are not known here are
//! never reported; a header that is declared and not mapped is `unmapped-response-header`'s.
//! ## Fix
//! Safe: maps the header with the preflight's value, and declares it in the method response. None where the preflight's value
//! is not one and the same.

use crate::api::{Method, StatusCode};
use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{
    ALLOW_CREDENTIALS, ALLOW_ORIGIN, Ctx, FixPromise, HeadersAt, PathAt, Preflight, Rule, RuleMeta, StaticHeader,
};

/// The rule.
pub(super) struct MissingAllowOrigin;

/// A response, the header that it lacks, and the preflights that have it.
pub(super) struct Hit<'a> {
    path: &'a str,
    at: HeadersAt<'a>,
    method: &'a Method,
    lacks: &'static str,
    preflights: Vec<StaticHeader<'a>>,
}

impl Rule for MissingAllowOrigin {
    type Node<'a> = PathAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "missing-allow-origin",
        summary: "response that browsers keep from the page although the preflight passes",
        category: Category::Cors,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"],
    };

    const MESSAGES: &'static [&'static str] = &["No 'Access-Control-Allow-Origin' header is present on the requested resource"];

    fn detect<'a>(&self, path: PathAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let preflights = path.preflights();
        if preflights.iter().all(|preflight| preflight.origins().next().is_none()) {
            return Vec::new();
        }
        let mut hits = Vec::new();
        for (method, at) in responses(&path) {
            let together = |header: &StaticHeader<'_>| ctx.template.conditions().possible(&header.when.and(at.owner.when()));
            let origins: Vec<_> = preflights.iter().flat_map(Preflight::origins).filter(together).collect();
            let lacks = |header: &str| at.surely_lacks(header) && !at.may_declare(header, ctx);
            if origins.is_empty() {
                continue;
            }
            if lacks(ALLOW_ORIGIN) {
                hits.push(Hit { path: path.name(), at, method, lacks: ALLOW_ORIGIN, preflights: origins });
                continue;
            }
            let allowed = preflights.iter().flat_map(|preflight| preflight.headers.statics(ALLOW_CREDENTIALS));
            let allowed: Vec<_> = allowed.filter(|header| header.known() == Some("true") && together(header)).collect();
            let one = at.statics(ALLOW_ORIGIN).next().is_some()
                && at.statics(ALLOW_ORIGIN).all(|origin| origin.known() != Some("*"));
            if one && !allowed.is_empty() && lacks(ALLOW_CREDENTIALS) {
                hits.push(Hit { path: path.name(), at, method, lacks: ALLOW_CREDENTIALS, preflights: allowed });
            }
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { path, at, method, lacks, preflights } = hit;
        let id = &method.owner.logical_id;
        let place = at.response.and_then(|response| response.status_code.as_ref()).map_or(at.owner.node, |code| code.node);
        let mut finding = Self::META
            .at(ctx, place, id, format!("{} has no {lacks}, but the preflight of {path} has", at.title()))
            .labelled(format!("answers without {lacks}"))
            .note(if *lacks == ALLOW_ORIGIN {
                "browsers keep the answer from the page: No 'Access-Control-Allow-Origin' header is present"
            } else {
                "browsers keep the answer to a request with credentials from the page"
            })
            .help(format!("map method.response.header.{lacks} here and declare it in the method response"));
        for header in preflights.iter().take(2) {
            finding = finding.with(ctx.span(header.node(ctx)), "what the preflight says");
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let mut values = hit.preflights.iter().map(|header| header.copied(ctx));
        let first = values.next()??;
        if !values.all(|value| value.as_ref() == Some(&first)) {
            return None;
        }
        let changes = hit.at.adding(&[(hit.lacks.to_owned(), first)], ctx)?;
        Fix::new(ctx.tree, Applicability::Safe, format!("send {} as the preflight does", hit.lacks), changes)
    }
}

/// The responses of the path's methods that surely are not OPTIONS, but for redirects.
fn responses<'a>(path: &PathAt<'a>) -> impl Iterator<Item = (&'a Method, HeadersAt<'a>)> {
    let answers = path.answers().filter_map(|at| Some((at.method?, at.response?.status().and_then(StatusCode::parse)?, at)));
    let answers = answers.filter(|(_, status, _)| !(300..400).contains(&status.get()));
    answers.map(|(method, _, at)| (method, at))
}
