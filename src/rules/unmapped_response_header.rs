//! # unmapped-response-header
//! ## What it does
//! Reports a header that a method response declares and no integration response of that status code maps.
//! ## Why it matters
//! A declaration sends nothing: `true` does not make API Gateway send the header or ask for it. In an integration that is no proxy only
//! mapped headers reach the client. For the headers of cross-origin requests that means that the browser refuses the answer.
//! Sources: terraform-provider-aws#28760,
//! [Important notes](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html).
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
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//! ```
//! ```yaml,good
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
//!             ResponseParameters:
//!               method.response.header.Access-Control-Allow-Origin: "'*'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//! ```
//! ## When not to use it
//! Where the declaration serves documentation or an SDK: it is information only, but for `Access-Control-*`. Headers that the service sends
//! by itself, such as `Content-Type` and `Date`, are never reported, nor is anything where the
//! type, a status code, a list or a map comes from a value that is not known here, where a response template sets `responseOverride`, for
//! a status without integration response, or under a proxy integration.
//! ## Fix
//! None: which value the header is to have is the author's to say.

use crate::api::{Api, IntegrationResponse, MapEntry, PropertyMap, StatusCode};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::{judge_declaration, parse};
use crate::rule::{Ctx, FixPromise, MethodResponseAt, Rule, RuleMeta, when};
use crate::template::{Guard, Text, Value};

/// Headers that the service sends by itself, so that their declaration is right without a mapping.
const SENT_ANYWAY: [&str; 8] = [
    "Connection",
    "Content-Length",
    "Content-Type",
    "Date",
    "Via",
    "X-Amz-Apigw-Id",
    "X-Amzn-RequestId",
    "X-Amzn-Trace-Id",
];

/// Methods that are searched for the same header.
const MAX_METHODS: usize = 200;

/// The rule.
pub(super) struct UnmappedResponseHeader;

/// A declared header, the status code, and the integration responses that do not map it.
pub(super) struct Hit<'a> {
    at: MethodResponseAt<'a>,
    entry: &'a MapEntry,
    header: &'a str,
    status: &'a str,
    lacking: Vec<&'a IntegrationResponse>,
    when: Guard,
}

impl Rule for UnmappedResponseHeader {
    type Node<'a> = MethodResponseAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "unmapped-response-header",
        summary: "declared response header that no integration response maps",
        category: Category::Responses,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html"],
    };

    fn detect<'a>(&self, at: MethodResponseAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Some(status) = at.response.status().filter(|status| StatusCode::parse(status).is_some()) else {
            return Vec::new();
        };
        let mut hits = Vec::new();
        for entry in &at.response.response_parameters.entries {
            let legal = judge_declaration(&entry.name, true).is_none();
            let Some(header) = entry.response_header().filter(|name| legal && !is_sent_anyway(name) && !will_be_mapped(entry)) else { continue };
            for when in entry.present_when().filter(|when| ctx.template.conditions().possible(when)).take(1) {
                if let Some(lacking) = lacking(at, status, header, &when, ctx) {
                    hits.push(Hit { at, entry, header, status, lacking, when });
                }
            }
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, entry, header, status, lacking, .. } = hit;
        let id = &at.method.owner.logical_id;
        let when = when(&hit.when, at.response.owner.when());
        let message = format!("{id} declares header {header} for {status}, but no integration response maps it{when}");
        let key = &entry.name;
        let mut finding = Self::META
            .at(ctx, entry.property.key, id, message)
            .labelled("never sent")
            .note("a declaration sends nothing; only mapped headers reach the client")
            .help(match elsewhere(key, ctx.api) {
                Some(value) => format!("map it in the integration response, elsewhere it is {key}: {value}"),
                None => format!("map it in the integration response: {key}: \"'value'\", or remove the declaration"),
            });
        for code in lacking.iter().take(3).filter_map(|response| response.status_code.as_ref()) {
            finding = finding.with(ctx.span(code.node), "this integration response does not map it");
        }
        let cors = header.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("access-control-"));
        if cors { finding } else { finding.severity(Severity::Info) }
    }
}

fn is_sent_anyway(header: &str) -> bool {
    SENT_ANYWAY.iter().any(|sent| sent.eq_ignore_ascii_case(header))
}

/// Whether the value is a mapping's, which another rule moves to where it belongs.
fn will_be_mapped(entry: &MapEntry) -> bool {
    let is_boolean = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    entry.property.values.iter().any(|value| value.known().is_none_or(|text| !is_boolean(text) && parse(text).is_ok()))
}

/// The integration responses of a status, if there are some, all of them are known, and none sets the header.
fn lacking<'a>(
    at: MethodResponseAt<'a>,
    status: &str,
    header: &str,
    when: &Guard,
    ctx: &Ctx<'a>,
) -> Option<Vec<&'a IntegrationResponse>> {
    let mut found = Vec::new();
    for integration in &at.method.integrations {
        if integration.responses.open || !integration.maps_responses() {
            return None;
        }
        for response in &integration.responses.items {
            let values = &response.status_code.as_ref()?.values;
            if values.iter().any(|value| value.known().is_none()) {
                return None;
            }
            let same = values.iter().any(|value| value.known().map(str::trim) == Some(status));
            if !same || !ctx.compatible(response.owner.when(), when) {
                continue;
            }
            if response.owner.open || may_set(response, header) {
                return None;
            }
            found.push(response);
        }
    }
    Some(found).filter(|found| !found.is_empty())
}

/// Whether a response maps the header, in any letter case and spelling of the key, or may set it in a template.
fn may_set(response: &IntegrationResponse, header: &str) -> bool {
    let maps = |entry: &MapEntry| {
        // A swapped entry has the header as its value.
        let swapped = || entry.property.values.iter().any(|value| value.known().is_some_and(|text| ends_with(text, header)));
        ends_with(&entry.name, header) && !entry.property.values.iter().all(Value::is_null) || swapped()
    };
    let parameters = &response.response_parameters;
    parameters.open || parameters.entries.iter().any(maps) || overrides(&response.response_templates)
}

/// Whether a key ends with the whole name of a header.
fn ends_with(key: &str, header: &str) -> bool {
    let key = key.trim();
    let split = key.len().checked_sub(header.len()).and_then(|at| Some((key.get(..at)?, key.get(at..)?)));
    split.is_some_and(|(before, name)| name.eq_ignore_ascii_case(header) && !before.ends_with(|c: char| c.is_alphanumeric() || c == '-'))
}

fn overrides(templates: &PropertyMap) -> bool {
    let silent = |text: &Text| text.as_known().is_some_and(|text| !text.contains("responseOverride"));
    let values = templates.entries.iter().flat_map(|entry| &entry.property.values);
    templates.open || !values.into_iter().all(|value| value.text().is_some_and(silent))
}

/// The static value that the same header has wherever else it is mapped.
fn elsewhere<'a>(key: &str, api: &'a Api) -> Option<&'a str> {
    let methods = api.methods.iter().take(MAX_METHODS);
    let responses = methods.flat_map(|method| &method.integrations).flat_map(|integration| &integration.responses.items);
    let entries = responses.flat_map(|response| response.response_parameters.named(key));
    let mut values = entries.map(|entry| entry.property.known());
    let first = values.next()??;
    (first.starts_with('\'') && values.all(|value| value == Some(first))).then_some(first)
}
