//! # timeout-out-of-range
//! ## What it does
//! Reports a TimeoutInMillis below 50 or above what the service allows: 29,000, or 900,000 where the answer is streamed.
//! ## Why it matters
//! The deploy fails: `Timeout should be between 50 ms and 29000 ms`. For regional and private APIs the upper limit is a quota that
//! can be raised, so more than 29,000 is a warning there, and where the kind of the API's endpoint is not known.
//! Sources: aws-cdk#31063, terraform-provider-aws#37859, [PutIntegration](https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: pets
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         TimeoutInMillis: 30000
//! ```
//! ```yaml,fixed
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: pets
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         TimeoutInMillis: 29000
//! ```
//! ## When not to use it
//! If the quota of the account is raised, allow it. A value that is not a known whole number is not reported; where only some
//! branch of a condition is wrong, the finding names it.
//! ## Fix
//! Safe: writes 29000 for an API whose endpoint is surely for the edge. None in other cases: the quota may be raised, and a small
//! number can mean seconds.

use crate::api::{Property, RestApi};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta, when};
use crate::template::{Datum, Value};

const LEAST: i64 = 50;
const MOST: i64 = 29_000;
const MOST_STREAMED: i64 = 900_000;

/// The rule.
pub(super) struct TimeoutOutOfRange;

/// A wrong number.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    property: &'a Property,
    value: &'a Value,
    number: i64,
    most: i64,
    /// Whether the upper limit is surely no quota.
    fixed: bool,
}

impl Rule for TimeoutOutOfRange {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "timeout-out-of-range",
        summary: "TimeoutInMillis outside of what the service allows",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Timeout should be between 50 ms and …"];

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Some(property) = &at.integration.timeout else { return Vec::new() };
        let transfer = ctx.tree.get(at.integration.owner.node, "ResponseTransferMode");
        let buffered = transfer.is_none_or(|node| ctx.tree.text(node) == Some("BUFFERED"));
        let most = if buffered { MOST } else { MOST_STREAMED };
        let hits = property.values.iter().filter_map(|value| {
            let number = value.known()?.trim().parse::<i64>().ok().filter(|number| !(LEAST..=most).contains(number))?;
            let fixed = number < LEAST || !buffered || has_edge_endpoint(at, ctx);
            Some(Hit { at, property, value, number, most, fixed })
        });
        hits.collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, property, value, number, most, fixed } = hit;
        let id = &at.method.owner.logical_id;
        let when = when(&value.when, at.integration.owner.when());
        let mut finding = Self::META
            .at(ctx, ctx.exact(property, value), id, format!("{id} has a timeout of {number} ms{when}"))
            .labelled(if *number < LEAST { format!("less than {LEAST}") } else { format!("more than {most}") })
            .help(format!("write a number from {LEAST} to {most}"));
        finding = if *fixed {
            finding.note(format!("the deploy fails: Timeout should be between {LEAST} ms and {most} ms"))
        } else {
            let note = "the deploy fails unless the account's quota for the integration timeout is raised";
            finding.note(note).severity(Severity::Warning).likely()
        };
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { at, property, value, number, most, fixed } = hit;
        if !fixed || number < most || at.integration.owner.scope.in_loop() {
            return None;
        }
        let node = ctx.literal(property, value)?;
        let quoted = ctx.tree.scalar_type(node) == Some(crate::syntax::ScalarType::String);
        let with = if quoted { Fragment::Text(most.to_string()) } else { Fragment::Int(*most) };
        Fix::new(ctx.tree, Applicability::Safe, format!("wait {most} ms"), vec![Change::Replace { node, with }])
    }
}

/// Whether the method's API surely has an endpoint for the edge, for which the limit cannot be raised: the kind that an
/// API has that names none.
fn has_edge_endpoint(at: IntegrationAt<'_>, ctx: &Ctx<'_>) -> bool {
    let Some(id) = at.method.rest_api.as_deref() else { return false };
    let mut found = ctx.api.rest_apis.iter().filter(|api| &*api.owner.logical_id == id).peekable();
    found.peek().is_some() && found.all(|api| is_edge(api, ctx))
}

fn is_edge(api: &RestApi, ctx: &Ctx<'_>) -> bool {
    let Some(configuration) = &api.endpoint_configuration else {
        // An OpenAPI document can say it as well.
        return !api.owner.open && api.body.is_none() && api.body_location.is_none() && api.clone_from.is_none();
    };
    let [Value { datum: Datum::Mapping(mapping), .. }] = &*configuration.values else { return false };
    let Some(types) = ctx.tree.get(*mapping, "Types").map(|types| ctx.tree.target(types)) else { return false };
    matches!(ctx.tree.items(types), [one] if ctx.tree.text(*one) == Some("EDGE"))
}
