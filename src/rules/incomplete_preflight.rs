//! # incomplete-preflight
//! ## What it does
//! Reports the answer of an OPTIONS method with MOCK integration that lacks `Access-Control-Allow-Origin`, `-Methods` or
//! `-Headers`: neither mapped nor declared.
//! ## Why it matters
//! Browsers take the preflight for refused and do not send the request. Without the origin that is so for every request,
//! without the methods for all but GET, HEAD and POST, without the headers for those with a JSON body, a token or a key.
//! Sources: [CORS for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html), which asks for
//! the three.
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
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
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
//!               method.response.header.Access-Control-Allow-Methods: "'DELETE,OPTIONS'"
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
//! ```
//! ## When not to use it
//! For methods that no browser calls. Proxies, whose backend answers, responses whose headers a template sets and lists that are
//! not known here are never reported. Where no method of the path needs what is missing, it is only worth an info. A
//! header that is declared and not mapped is `unmapped-response-header`'s.
//! ## Fix
//! Safe: maps and declares what is missing, if all of it follows from the template: the methods of the path, the origin of its
//! other answers, and the request headers that all other preflights of the API allow.

use std::collections::BTreeMap;

use crate::api::{Api, IntegrationResponse, IntegrationType, Property, StatusCode};
use crate::edit::{Applicability, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{
    ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, Ctx, FixPromise, HeadersAt, PathAt, Rule, RuleMeta, asked_headers,
    common_value,
};

/// The methods as they are listed.
const ORDER: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// The rule.
pub(super) struct IncompletePreflight;

/// An answer to preflights, and the headers that it lacks.
pub(super) struct Hit<'a> {
    path: PathAt<'a>,
    at: HeadersAt<'a>,
    lacks: Vec<&'static str>,
    /// What all preflights of the API allow as request headers.
    request_headers: Option<Fragment>,
}

impl Rule for IncompletePreflight {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "incomplete-preflight",
        summary: "preflight without one of the three headers that browsers look for",
        category: Category::Cors,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"],
    };

    fn detect<'a>(&self, _: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let mut hits: Vec<Hit<'a>> = Vec::new();
        let mut of_api: BTreeMap<Option<&str>, Vec<HeadersAt<'a>>> = BTreeMap::new();
        for path in PathAt::all(ctx) {
            for at in preflights(&path) {
                let lacks = |header: &&'static str| at.surely_lacks(header) && !at.may_declare(header, ctx);
                let lacks: Vec<_> = [ALLOW_ORIGIN, ALLOW_METHODS, ALLOW_HEADERS].into_iter().filter(lacks).collect();
                if lacks.is_empty() {
                    of_api.entry(path.rest_api).or_default().push(at);
                } else {
                    hits.push(Hit { path: path.clone(), at, lacks, request_headers: None });
                }
            }
        }
        let known = of_api.into_iter().map(|(id, all)| (id, common_value(all, ALLOW_HEADERS, ctx)));
        let known: BTreeMap<_, _> = known.filter(|(id, _)| id.is_some()).collect();
        for hit in &mut hits {
            hit.request_headers = known.get(&hit.path.rest_api).cloned().flatten();
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { path, at, lacks, .. } = hit;
        let names = lacks.join(", ");
        let place = at.response.and_then(|response| response.status_code.as_ref()).map_or(at.owner.node, |code| code.node);
        let mut finding = Self::META
            .at(ctx, place, &at.owner.logical_id, format!("preflight {} of {} has no {names}", at.title(), path.name()))
            .labelled("browsers refuse the request that is to follow")
            .help(format!("map {names} here and declare it in the method response"));
        if let Some(property) = at.method.and_then(|method| method.http_method.as_ref()) {
            finding = finding.with(ctx.span(property.node), "the preflight");
        }
        if lacks.iter().any(|header| hit.is_needed(header, ctx)) {
            return finding
                .note("a preflight answers with the origin, the methods and the request headers that are allowed");
        }
        finding
            .severity(Severity::Info)
            .note("no method of the path surely needs it; the developer guide asks for all three")
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let value = |header: &&'static str| Some(((*header).to_owned(), hit.value(header, ctx)?));
        let headers: Vec<(String, Fragment)> = hit.lacks.iter().map(value).collect::<Option<_>>()?;
        let changes = hit.at.adding(&headers, ctx)?;
        Fix::new(ctx.tree, Applicability::Safe, format!("answer preflights with {}", hit.lacks.join(", ")), changes)
    }
}

impl<'a> Hit<'a> {
    /// Whether some method of the path surely cannot be called by a page without the header.
    fn is_needed(&self, header: &str, ctx: &Ctx<'a>) -> bool {
        let has = |names: &[&str]| self.path.others().any(|(_, name, _)| names.contains(&name));
        match header {
            ALLOW_METHODS => has(&["PUT", "PATCH", "DELETE"]),
            ALLOW_HEADERS => has(&["POST", "PUT", "PATCH"]) || self.asks(ctx).next().is_some(),
            _ => true,
        }
    }

    /// The request headers that methods of the path ask for.
    fn asks<'s>(&'s self, ctx: &'s Ctx<'a>) -> impl Iterator<Item = String> + use<'s, 'a> {
        let methods = self.path.others().map(|(method, ..)| method);
        methods.flat_map(|method| asked_headers(method, ctx)).map(|header| header.name)
    }

    /// The header's value, if it follows from the template.
    fn value(&self, header: &'static str, ctx: &Ctx<'a>) -> Option<Fragment> {
        match header {
            ALLOW_ORIGIN => common_value(self.path.answers(), ALLOW_ORIGIN, ctx),
            ALLOW_METHODS => self.methods().map(|list| Fragment::Text(format!("'{list}'"))),
            _ => {
                let allowed = self.request_headers.clone()?;
                // A list that is not written here, or lacks what this path asks for, is none to copy.
                let Fragment::Text(list) = &allowed else { return None };
                let lists =
                    |name: String| list.trim_matches('\'').split(',').any(|item| item.trim().eq_ignore_ascii_case(&name));
                self.asks(ctx).all(lists).then_some(allowed)
            }
        }
    }

    /// The methods of the path, if all of them are known.
    fn methods(&self) -> Option<String> {
        let names = self.path.methods.iter().map(|method| method.http_method.as_ref().and_then(Property::all_known));
        let known: Vec<_> = names.collect::<Option<_>>()?;
        let known: Vec<&str> = known.into_iter().flatten().collect();
        let all = !self.path.open && known.iter().all(|name| ORDER.contains(name));
        let listed: Vec<&str> = ORDER.into_iter().filter(|name| known.contains(name)).collect();
        (all && listed.len() > 1).then(|| listed.join(","))
    }
}

/// What its OPTIONS methods answer without a backend, if that is meant for browsers: by a header, or by what its other methods
/// answer.
fn preflights<'a>(path: &PathAt<'a>) -> Vec<HeadersAt<'a>> {
    let succeeds = |at: &HeadersAt<'_>| {
        let status = at.response.and_then(IntegrationResponse::status).and_then(StatusCode::parse);
        status.is_some_and(StatusCode::is_success)
    };
    let is_mock = |at: &HeadersAt<'_>| at.integration.is_some_and(|at| at.integration_type() == Some(IntegrationType::Mock));
    let answers: Vec<_> = path.options().flat_map(HeadersAt::of_method).filter(|at| is_mock(at) && succeeds(at)).collect();
    if answers.is_empty() {
        return answers;
    }
    let mut all = answers.iter().copied().chain(path.answers());
    if all.any(|at| at.mentioning("access-control-allow-").next().is_some()) { answers } else { Vec::new() }
}
