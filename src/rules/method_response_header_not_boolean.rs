//! # method-response-header-not-boolean
//! ## What it does
//! Reports a header of a method response whose value is a text other than `true` and `false`.
//! ## Why it matters
//! A method response only declares its headers; the value says whether the header is called required in generated
//! clients. A header value there fails the deploy with a validation error, and would not be sent if it did not: the
//! value of a header is mapped in the integration response.
//! Sources: serverless-apigateway-service-proxy#198, #206,
//! [MethodResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_MethodResponse.html).
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
//!             method.response.header.Cache-Control: "'no-store'"
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
//!             ResponseParameters:
//!               method.response.header.Cache-Control: "'no-store'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Cache-Control: true
//! ```
//! ## When not to use it
//! There is no case in which the service takes such a value. Booleans, the texts `"true"` and `"false"`, numbers and
//! values that are not known here are not reported.
//! ## Fix
//! Safe: writes `true` where the integration response maps the header or is not consulted; a legal mapping
//! expression moves to the only integration response of that status code if the header is not mapped there. Unsafe where the
//! value would be lost.

use crate::api::{IntegrationType, IntegrationResponse, MapEntry, MethodResponse};
use crate::edit::{Applicability, Change, Fix, Fragment, Place};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::{MappingPlace, judge_declaration, parse};
use crate::rule::{Ctx, FixPromise, MethodResponseAt, Rule, RuleMeta, shown, when};
use crate::syntax::ScalarType;
use crate::template::{Datum, Value};

/// The rule.
pub(super) struct MethodResponseHeaderNotBoolean;

/// A header and its wrong value.
pub(super) struct Hit<'a> {
    at: MethodResponseAt<'a>,
    entry: &'a MapEntry,
    header: &'a str,
    value: &'a Value,
}

impl Rule for MethodResponseHeaderNotBoolean {
    type Node<'a> = MethodResponseAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "method-response-header-not-boolean",
        summary: "method response that gives a header a value instead of declaring it",
        category: Category::Responses,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_MethodResponse.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: MethodResponseAt<'a>, _ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let headers = at.response.response_parameters.entries.iter();
        let headers = headers.filter_map(|entry| Some((entry, entry.response_header()?)));
        let wrong = headers.flat_map(|(entry, header)| {
            let values = entry.property.values.iter().filter(|value| is_no_boolean(value));
            values.map(move |value| Hit { at, entry, header, value })
        });
        wrong.collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, entry, header, value } = hit;
        let id = &at.method.owner.logical_id;
        let when = when(&value.when, &entry.when);
        let status = at.response.status().map_or_else(String::new, |status| format!(" {status}"));
        let text = value.text().map(ToString::to_string).unwrap_or_default();
        let message = format!("{id} gives header {header} the value {} in its method response{status}{when}", shown(&text));
        let mut finding = Self::META
            .at(ctx, ctx.exact(&entry.property, value), id, message)
            .labelled("neither true nor false")
            .note("the deploy fails with a validation error: a method response only declares which headers there are")
            .help("write true here and map the value in ResponseParameters of the integration response");
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { at, entry, header, value } = hit;
        if at.response.owner.scope.in_loop() {
            return None;
        }
        let declare = Change::Replace { node: ctx.literal(&entry.property, value)?, with: Fragment::Bool(true) };
        let declared = format!("declare {header} with true");
        let legal = |text: &&str| parse(text).is_ok_and(|source| source.is_legal_in(MappingPlace::IntegrationResponse));
        let one = entry.property.values.len() == 1 && judge_declaration(&entry.name, true).is_none();
        let text = value.known().filter(legal).filter(|_| one);
        match (counterpart(at, entry, ctx), text) {
            (Counterpart::Mapped, _) => Fix::new(ctx.tree, Applicability::Safe, declared, vec![declare]),
            (Counterpart::Lacks(response), Some(text)) => {
                let title = format!("{declared} and map its value in the integration response");
                let moved = mapping(response, &entry.name, text, ctx)?;
                Fix::new(ctx.tree, Applicability::Safe, title, vec![moved, declare])
            }
            (Counterpart::Lacks(_), None) | (Counterpart::Unknown, _) => {
                Fix::new(ctx.tree, Applicability::Unsafe, declared, vec![declare])
            }
        }
    }
}

/// A text that is surely neither `true` nor `false`.
fn is_no_boolean(value: &Value) -> bool {
    let Datum::Scalar(text, ScalarType::String) = &value.datum else { return false };
    match text.as_known() {
        Some(known) => !known.is_empty() && !known.eq_ignore_ascii_case("true") && !known.eq_ignore_ascii_case("false"),
        // Whatever the holes are, a quote makes it a static value.
        None => text.mentions("'"),
    }
}

/// What the integration responses do with the header.
enum Counterpart<'a> {
    /// It is mapped, or no integration response is consulted.
    Mapped,
    /// This one surely does not map it, and there is no other.
    Lacks(&'a IntegrationResponse),
    Unknown,
}

fn counterpart<'a>(at: &MethodResponseAt<'a>, entry: &MapEntry, ctx: &Ctx<'a>) -> Counterpart<'a> {
    let [integration] = at.method.integrations.as_slice() else { return Counterpart::Unknown };
    if integration.integration_type().is_some_and(IntegrationType::is_proxy) {
        return Counterpart::Mapped;
    }
    let (Some(status), false) = (at.response.status(), integration.responses.open) else { return Counterpart::Unknown };
    let may = |response: &&IntegrationResponse| response.status().is_none_or(|other| other == status);
    let responses: Vec<_> = integration.responses.items.iter().filter(may).collect();
    let [response] = responses.as_slice() else { return Counterpart::Unknown };
    let certain = response.status().is_some() && unconditional(response, at.response) && integration.maps_responses();
    let parameters = &response.response_parameters;
    let certain = certain && !response.owner.scope.in_loop() && !ctx.is_shared(response.owner.node);
    match (parameters.named(&entry.name).next(), parameters.open) {
        (Some(_), _) => Counterpart::Mapped,
        (None, false) if certain => Counterpart::Lacks(response),
        (None, _) => Counterpart::Unknown,
    }
}

fn unconditional(response: &IntegrationResponse, declared: &MethodResponse) -> bool {
    response.owner.when() == declared.owner.when()
}

/// The mapping that the integration response gets.
fn mapping(response: &IntegrationResponse, name: &str, text: &str, ctx: &Ctx<'_>) -> Option<Change> {
    let (key, value, place) = (name.to_owned(), Fragment::Text(text.to_owned()), Place::Last);
    let parameters = &response.response_parameters;
    match (parameters.place, parameters.nodes.as_slice()) {
        (_, [map]) => Some(Change::Insert { parent: *map, key, value, place }),
        (Some((_, empty)), []) if ctx.tree.is_null(empty) => {
            Some(Change::Insert { parent: empty, key, value, place })
        }
        (Some(_), _) | (None, [_, ..]) => None,
        (None, []) => Some(Change::Insert {
            parent: response.owner.node,
            key: "ResponseParameters".to_owned(),
            value: Fragment::Mapping(vec![(key, value)]),
            place,
        }),
    }
}
