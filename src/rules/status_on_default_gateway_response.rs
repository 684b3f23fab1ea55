//! # status-on-default-gateway-response
//! ## What it does
//! Reports a status code on the gateway response `DEFAULT_4XX` or `DEFAULT_5XX`.
//! ## Why it matters
//! It replaces the status of every error that has no gateway response of its own: with 400 on `DEFAULT_4XX` a missing
//! token (403), an unknown path (404) and throttling (429) all become 400, and clients can tell them apart no more.
//! Source: [Gateway response types](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       StatusCode: "400"
//! ```
//! ```yaml,good
//! Resources:
//!   BadBody:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: BAD_REQUEST_BODY
//!       StatusCode: "400"
//! ```
//! ## When not to use it
//! Where one code for all errors is wanted, to tell attackers less. On `DEFAULT_5XX` a code of the 5xx class is only worth an
//! info: callers treat those alike.
//! ## Fix
//! None: one code for all errors can be meant.

use crate::api::{DEFAULT_4XX, DEFAULT_5XX, GatewayResponse, Property};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, when};
use crate::template::Value;

/// The rule.
pub(super) struct StatusOnDefaultGatewayResponse;

/// A gateway response for a class of errors, and its code.
pub(super) struct Hit<'a> {
    response: &'a GatewayResponse,
    kind: &'a str,
    code: &'a Property,
    value: &'a Value,
    status: &'a str,
}

impl Rule for StatusOnDefaultGatewayResponse {
    type Node<'a> = &'a GatewayResponse;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "status-on-default-gateway-response",
        summary: "one status code for every error of a class",
        category: Category::Responses,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html"],
    };

    fn detect<'a>(&self, response: &'a GatewayResponse, _ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let kind = response.response_type.as_ref().and_then(Property::known);
        let Some(kind) = kind.filter(|kind| [DEFAULT_4XX, DEFAULT_5XX].contains(kind)) else { return Vec::new() };
        let Some(code) = &response.status_code else { return Vec::new() };
        let known = code.values.iter().filter_map(|value| Some((value, value.known().filter(|status| !status.is_empty())?)));
        known.map(|(value, status)| Hit { response, kind, code, value, status }).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { response, kind, code, value, status } = hit;
        let id = &response.owner.logical_id;
        let when = when(&value.when, response.owner.when());
        let finding = Self::META
            .at(ctx, ctx.exact(code, value), id, format!("{id} answers every error of {kind} with {status}{when}"))
            .labelled("instead of each error's own status")
            .note("every error without a gateway response of its own gets this status")
            .help("leave StatusCode out, and give single types, such as BAD_REQUEST_BODY, one of their own");
        let alike = *kind == DEFAULT_5XX && status.starts_with('5');
        if alike { finding.severity(Severity::Info) } else { finding }
    }
}
