//! # duplicate-default-response
//! ## What it does
//! Reports a second integration response without a selection pattern, or with an empty one.
//! ## Why it matters
//! A response without a pattern is the default, and an integration has one default. The service refuses the second:
//! `ConflictException: Integration response with selection pattern default already exists`; or the stack deploys and
//! some of the responses are missing afterwards. Listing one response per status code is not enough: each but one
//! needs a pattern that says when it is meant.
//! Sources: hashicorp/terraform#5893, aws-cdk#23758,
//! [Integration responses](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html).
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
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
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
//!           - StatusCode: "404"
//!             SelectionPattern: "404"
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
//! ```
//! ## When not to use it
//! Where a macro adds the patterns. Nothing is reported where the type, the list or a pattern comes from a value that
//! is not known here, where conditions keep the responses apart, or under a proxy integration. Two defaults with the
//! same status code are `duplicate-status-code`'s.
//! ## Fix
//! Unsafe, for HTTP backends and AWS services: the only 2xx response stays the default, each other one gets its own
//! status code as pattern. None for Lambda functions and MOCK, where patterns match something else.

use crate::api::{Backend, IntegrationResponse, StatusCode};
use crate::edit::{Applicability, Change, Fix, Fragment, Place};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta, when};
use crate::template::Guard;

/// The rule.
pub(super) struct DuplicateDefaultResponse;

/// Defaults that exist together, in order of the text, and when they do.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    first: &'a IntegrationResponse,
    second: &'a IntegrationResponse,
    further: Vec<&'a IntegrationResponse>,
    when: Guard,
}

impl Rule for DuplicateDefaultResponse {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "duplicate-default-response",
        summary: "more than one integration response without a selection pattern",
        category: Category::Selection,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Unsafe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Integration response with selection pattern default already exists"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        if !at.integration.maps_responses() {
            return Vec::new();
        }
        let items = &at.integration.responses.items;
        let defaults: Vec<_> = items.iter().flat_map(|item| item.default_when().into_iter().map(move |when| (item, when))).collect();
        for (place, (first, when)) in defaults.iter().enumerate() {
            let others = |(other, there): &&(&'a IntegrationResponse, Guard)| {
                let distinct = !std::ptr::eq(*first, *other) && (first.status().is_none() || first.status() != other.status());
                distinct && ctx.compatible(when, there)
            };
            let mut later = defaults.iter().skip(place + 1).filter(others);
            if let Some((second, there)) = later.next() {
                let further = later.map(|(other, _)| *other).collect();
                return vec![Hit { at, first, second, further, when: when.and(there) }];
            }
        }
        Vec::new()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &hit.at.method.owner.logical_id;
        let when = when(&hit.when, hit.at.integration.owner.when());
        let node = |response: &IntegrationResponse| response.status_code.as_ref().map_or(response.owner.node, |code| code.node);
        let name = |response: &IntegrationResponse| response.status().map_or_else(String::new, |status| format!(" ({status})"));
        let message = format!("{id} has more than one integration response without SelectionPattern{when}");
        let mut finding = Self::META
            .at(ctx, node(hit.second), id, message)
            .labelled("also a default response")
            .with(ctx.span(node(hit.first)), format!("the first default response{}", name(hit.first)))
            .note(
                "the service keeps one: ConflictException: Integration response with selection pattern default already \
                 exists, or the others are missing after the deploy",
            )
            .help("give each response but one a SelectionPattern that says when it is meant");
        for response in &hit.further {
            finding = finding.with(ctx.span(node(response)), format!("another default response{}", name(response)));
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        if !matches!(hit.at.integration.backend(), Backend::Http | Backend::Service) {
            return None;
        }
        let mut others = Vec::new();
        let mut keeps = 0;
        for response in [hit.first, hit.second].into_iter().chain(hit.further.iter().copied()) {
            let status = StatusCode::parse(response.status()?)?;
            if response.owner.scope.in_loop() || !response.is_default() || ctx.is_shared(response.owner.node) {
                return None;
            }
            if status.is_success() {
                keeps += 1;
            } else {
                others.push(response);
            }
        }
        let changes: Option<Vec<_>> = others.into_iter().map(|response| selected_by_its_status(response, ctx)).collect();
        let title = "select each response but the 2xx one by its own status";
        if keeps == 1 { Fix::new(ctx.tree, Applicability::Unsafe, title, changes?) } else { None }
    }
}

fn selected_by_its_status(response: &IntegrationResponse, ctx: &Ctx<'_>) -> Option<Change> {
    let status = Fragment::Text(response.status()?.to_owned());
    match &response.selection_pattern {
        Some(pattern) => Some(Change::Replace { node: ctx.literal(pattern, pattern.values.first()?)?, with: status }),
        None => Some(Change::Insert {
            parent: response.owner.node,
            key: "SelectionPattern".to_owned(),
            value: status,
            place: Place::After(response.status_code.as_ref()?.key),
        }),
    }
}
