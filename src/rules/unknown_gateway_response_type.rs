//! # unknown-gateway-response-type
//! ## What it does
//! Reports a gateway response whose type is none of the 21 that the service knows.
//! ## Why it matters
//! The deploy fails: `1 validation error detected: Value 'DEFAULT_4xx' at 'responseType' failed to satisfy constraint: Member
//! must satisfy enum value set`. CloudFormation takes any text before that.
//! Source: [Gateway response types](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4xx
//! ```
//! ```yaml,fixed
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//! ```
//! ## When not to use it
//! Nothing is reported where the type is not known here.
//! ## Fix
//! Safe where only letter case, blanks or separators differ. None for other words.

use crate::api::{GatewayResponse, Property, gateway_response_types, meant_gateway_response_type};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::lang::distance::nearest;
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, shown, when};
use crate::template::Value;

/// The rule.
pub(super) struct UnknownGatewayResponseType;

/// A gateway response and the type that there is not.
pub(super) struct Hit<'a> {
    response: &'a GatewayResponse,
    property: &'a Property,
    value: &'a Value,
    kind: &'a str,
}

impl Rule for UnknownGatewayResponseType {
    type Node<'a> = &'a GatewayResponse;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "unknown-gateway-response-type",
        summary: "gateway response of a type that the service does not know",
        category: Category::Responses,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Value '…' at 'responseType' failed to satisfy constraint: Member must satisfy enum value set"];

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, response: &'a GatewayResponse, _ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Some(property) = &response.response_type else { return Vec::new() };
        let known = property.values.iter().filter_map(|value| Some((value, value.known()?)));
        let unknown = known.filter(|(_, kind)| !kind.is_empty() && !gateway_response_types().any(|known| known == *kind));
        unknown.map(|(value, kind)| Hit { response, property, value, kind }).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { response, property, value, kind } = hit;
        let id = &response.owner.logical_id;
        let when = when(&value.when, response.owner.when());
        let message = format!("{id} is a gateway response of the unknown type {}{when}", shown(kind));
        let mut finding = Self::META
            .at(ctx, ctx.exact(property, value), id, message)
            .labelled("no such type")
            .note("the deploy fails: Value at 'responseType' failed to satisfy constraint: Member must satisfy enum value set")
            .help(match nearest(kind, gateway_response_types()) {
                Some(meant) => format!("write {meant}"),
                None => "write one of the types, such as DEFAULT_4XX or UNAUTHORIZED".to_owned(),
            });
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let meant = meant_gateway_response_type(hit.kind)?;
        let node = ctx.literal(hit.property, hit.value).filter(|_| !hit.response.owner.scope.in_loop())?;
        let changes = vec![Change::Replace { node, with: Fragment::Text(meant.to_owned()) }];
        Fix::new(ctx.tree, Applicability::Safe, format!("write {meant}"), changes)
    }
}
