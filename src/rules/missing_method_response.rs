//! # missing-method-response
//! ## What it does
//! Reports an integration response whose status code has no method response.
//! ## Why it matters
//! With ResponseParameters the deploy fails: `Invalid mapping expression specified: Validation Result: warnings : [],
//! errors : [No method response exists for method.]`. Without them it deploys, and every call that selects the response
//! gets a 500; the log says `Output mapping refers to an invalid method response: 404`.
//! Sources: [PutIntegrationResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html),
//! aws-apigateway-importer#121.
//! ## Example
//! ```yaml,bad
//! Resources:
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
//!           - StatusCode: "404"
//!             SelectionPattern: "404"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ```yaml,fixed
//! Resources:
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
//!           - StatusCode: "404"
//!             SelectionPattern: "404"
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
//! ```
//! ## When not to use it
//! Where a macro adds the method responses. Lists and status codes that come from a value that is not known here are
//! never reported; integration responses of a proxy are `integration-response-on-proxy`'s.
//! ## Fix
//! Safe: adds the method response with the headers that the integration responses of this status code map. None beside a method response whose own
//! status code is wrong.

use crate::api::{IntegrationResponse, Method, Property, StatusCode};
use crate::edit::{Applicability, Change, Fix, Fragment, Place};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::judge_declaration;
use crate::rule::{Ctx, FixPromise, ResponseAt, Rule, RuleMeta, when};
use crate::template::Value;

/// The rule.
pub(super) struct MissingMethodResponse;

/// A status code that only the integration response has.
pub(super) struct Hit<'a> {
    at: ResponseAt<'a>,
    code: &'a Property,
    value: &'a Value,
    status: &'a str,
}

impl Rule for MissingMethodResponse {
    type Node<'a> = ResponseAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "missing-method-response",
        summary: "integration response whose status code has no method response",
        category: Category::Responses,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html"],
    };

    const MESSAGES: &'static [&'static str] = &["No method response exists for method.", "Output mapping refers to an invalid method response: …"];

    fn detect<'a>(&self, at: ResponseAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Some(code) = at.response.status_code.as_ref() else { return Vec::new() };
        if !at.integration.maps_responses() {
            return Vec::new();
        }
        let declares = |value: &Value, status: &str| {
            let declared = at.method.responses_for(status, &value.when, ctx.template.conditions());
            declared.uncertain || !declared.responses.is_empty()
        };
        let known = code.values.iter().filter_map(|value| Some((value, value.known()?)));
        known
            .filter(|(value, status)| StatusCode::parse(status).is_some() && !declares(value, status))
            .map(|(value, status)| Hit { at, code, value, status })
            .collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, code, status, .. } = hit;
        let id = &at.method.owner.logical_id;
        let when = when(&hit.value.when, at.response.owner.when());
        let mapped = !at.response.response_parameters.entries.is_empty();
        let mut finding = Self::META
            .at(ctx, code.node, id, format!("{id} answers with {status} but has no method response for {status}{when}"))
            .labelled(format!("no method response has status code {status}"))
            .note(if mapped {
                "the deploy fails: Invalid mapping expression specified: … [No method response exists for method.]".to_owned()
            } else {
                format!("it deploys, and each such call gets a 500: Output mapping refers to an invalid method response: {status}")
            })
            .help(format!("add a method response with StatusCode {status} to MethodResponses"));
        if let Some((key, _)) = at.method.responses.place {
            finding = finding.with(ctx.span(key), "the method responses of this method");
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let at = &hit.at;
        if at.response.owner.scope.in_loop() || hit.code.values.len() != 1 || !at.response.owner.when().beyond(at.method.owner.when()).is_always() {
            return None;
        }
        // A method response whose status code is wrong may be the one that is missing.
        let codes = at.method.responses.items.iter().filter_map(|response| response.status_code.as_ref());
        let mut texts = codes.flat_map(|code| &code.values).filter_map(Value::known);
        if texts.any(|text| StatusCode::parse(text).is_none()) {
            return None;
        }
        let mut headers: Vec<(String, Fragment)> = Vec::new();
        for name in headers_for(at, hit.status) {
            if headers.iter().all(|(known, _)| known != name) {
                headers.push((name.to_owned(), Fragment::Bool(true)));
            }
        }
        let mut entries = vec![("StatusCode".to_owned(), Fragment::Text(hit.status.to_owned()))];
        if !headers.is_empty() {
            entries.push(("ResponseParameters".to_owned(), Fragment::Mapping(headers)));
        }
        let response = Fragment::Mapping(entries);
        let change = match (at.method.responses.place, at.method.responses.nodes.as_slice()) {
            (Some(_), [list]) => Change::InsertItem { parent: *list, value: response, place: Place::Last },
            (Some((_, value)), []) => Change::InsertItem { parent: value, value: response, place: Place::Last },
            (Some(_), [_, _, ..]) => return None,
            (None, _) => Change::Insert {
                parent: at.method.owner.node,
                key: "MethodResponses".to_owned(),
                value: Fragment::Sequence(vec![response]),
                place: Place::Last,
            },
        };
        Fix::new(ctx.tree, Applicability::Safe, format!("add a method response for {}", hit.status), vec![change])
    }
}

/// The headers that the integration responses of a status code map: one method response serves all of them.
fn headers_for<'a>(at: &ResponseAt<'a>, status: &str) -> impl Iterator<Item = &'a str> {
    let Method { integrations, owner, .. } = at.method;
    let alike = |response: &&IntegrationResponse| {
        let always = response.owner.when().beyond(owner.when()).is_always();
        response.status() == Some(status) && always && !response.owner.scope.in_loop()
    };
    let responses = integrations.iter().filter(|integration| integration.maps_responses());
    let responses = responses.flat_map(|integration| &integration.responses.items).filter(alike);
    let names = responses.flat_map(|response| &response.response_parameters.entries).map(|entry| entry.name.as_str());
    names.filter(|name| judge_declaration(name, true).is_none())
}
