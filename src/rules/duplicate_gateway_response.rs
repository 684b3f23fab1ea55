//! # duplicate-gateway-response
//! ## What it does
//! Reports two gateway responses of one type in one REST API.
//! ## Why it matters
//! An API holds one gateway response for each type; putting another one replaces it as a whole. The one that is deployed last
//! wins, and deleting one of the two resources later removes what the other has put.
//! Source: [PutGatewayResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_PutGatewayResponse.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!   Cors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//! ```
//! ```yaml,good
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!   Cors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_5XX
//! ```
//! ## When not to use it
//! Nothing is reported where the API or the type is not known here, or where the two never exist together.
//! ## Fix
//! None: which of the two is meant is the author's to say.

use std::collections::BTreeMap;

use crate::api::{Api, GatewayResponse, Property};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta};
use crate::template::{Guard, Value};

/// Gateway responses of one type and API that are compared with each other.
const MAX_ALIKE: usize = 20;

/// The rule.
pub(super) struct DuplicateGatewayResponse;

/// A gateway response of a type in one possibility.
#[derive(Clone)]
pub(super) struct Entry<'a> {
    response: &'a GatewayResponse,
    property: &'a Property,
    value: &'a Value,
    when: Guard,
}

/// Two of one type.
pub(super) struct Hit<'a> {
    kind: &'a str,
    first: Entry<'a>,
    second: Entry<'a>,
}

impl Rule for DuplicateGatewayResponse {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "duplicate-gateway-response",
        summary: "two gateway responses of one type, of which one replaces the other",
        category: Category::Responses,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutGatewayResponse.html"],
    };

    fn detect<'a>(&self, api: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let mut seen: BTreeMap<(&str, &str), Vec<Entry<'a>>> = BTreeMap::new();
        let mut hits = Vec::new();
        for response in &api.gateway_responses {
            let (Some(rest_api), Some(property)) = (&response.rest_api, &response.response_type) else { continue };
            for value in &property.values {
                let Some(kind) = value.known().filter(|kind| !kind.is_empty()) else { continue };
                let second = Entry { response, property, value, when: response.owner.when().and(&value.when) };
                let others = seen.entry((rest_api, kind)).or_default();
                let other = |first: &&Entry<'a>| first.response.owner.logical_id != response.owner.logical_id;
                let both = |first: &&Entry<'a>| ctx.template.conditions().possible(&first.when.and(&second.when));
                if let Some(first) = others.iter().filter(other).find(both) {
                    hits.push(Hit { kind, first: first.clone(), second: second.clone() });
                }
                if others.len() < MAX_ALIKE {
                    others.push(second);
                }
            }
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { kind, first, second } = hit;
        let (id, other) = (&second.response.owner.logical_id, &first.response.owner.logical_id);
        Self::META
            .at(ctx, ctx.exact(second.property, second.value), id, format!("{id} and {other} are both the gateway response {kind}"))
            .labelled("replaces the other one, or is replaced")
            .with(ctx.span(ctx.exact(first.property, first.value)), "the same type")
            .note("an API holds one gateway response for each type; the one that is deployed last wins")
            .help("put both into one resource")
            .likely()
    }
}
