//! # duplicate-status-code
//! ## What it does
//! Reports a status code that stands twice among the integration responses or the method responses of a method.
//! ## Why it matters
//! Identical items fail the deploy: `Property MethodResponses contains duplicate values.` Different items with one
//! status code deploy, and one of them is silently lost, because the service keeps one response per status code: of
//! two patterns for 500 one never applies, and of two header lists one is gone.
//! Sources: aws-cdk#26586, aws-cdk#26718,
//! [PutIntegrationResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html).
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
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! Nothing is reported where a status code comes from a value that is not known here or where conditions keep the two
//! apart. Different integration responses of a proxy integration are not reported: the service ignores them all.
//! Two default responses with one status code are reported here and not as `duplicate-default-response`.
//! ## Fix
//! Safe: deletes an item that says the same as an earlier one (`200` is `"200"` to the service). None where the two differ; often their patterns can
//! be joined with `|`.

use std::collections::BTreeMap;

use crate::api::{Method, Owner, Property};
use crate::edit::{Applicability, Change, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, when};
use crate::syntax::NodeId;

/// Items of one status code with which later ones are compared.
const MAX_COMPARED: usize = 32;

/// The rule.
pub(super) struct DuplicateStatusCode;

/// An item of a list of responses, with its one known status code.
#[derive(Clone, Copy)]
struct Item<'a> {
    owner: &'a Owner,
    place: NodeId,
    code: &'a Property,
    status: &'a str,
}

/// Two items with one status code.
pub(super) struct Hit<'a> {
    method: &'a Method,
    of: &'static str,
    list: &'static str,
    first: Item<'a>,
    later: Item<'a>,
    identical: bool,
}

impl Rule for DuplicateStatusCode {
    type Node<'a> = &'a Method;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "duplicate-status-code",
        summary: "status code that stands twice in a list of responses",
        category: Category::Responses,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Property MethodResponses contains duplicate values."];

    fn detect<'a>(&self, method: &'a Method, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let mut hits = Vec::new();
        for integration in &method.integrations {
            let items = integration.responses.items.iter();
            let items = items.filter_map(|response| item(&response.owner, response.place, response.status_code.as_ref()));
            for (first, later, identical) in pairs(items, ctx) {
                if identical || integration.maps_responses() {
                    let (of, list) = ("integration response", "IntegrationResponses");
                    hits.push(Hit { method, of, list, first, later, identical });
                }
            }
        }
        let items = method.responses.items.iter();
        let items = items.filter_map(|response| item(&response.owner, response.place, response.status_code.as_ref()));
        for (first, later, identical) in pairs(items, ctx) {
            hits.push(Hit { method, of: "method response", list: "MethodResponses", first, later, identical });
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { of, list, first, later, .. } = hit;
        let (id, status) = (&hit.method.owner.logical_id, later.status);
        let when = when(&first.owner.when().and(later.owner.when()), hit.method.owner.when());
        let (message, severity, note, help) = if hit.identical {
            (
                format!("{id} has the same {of} for {status} twice{when}"),
                Severity::Error,
                format!("the deploy fails: Property {list} contains duplicate values"),
                "delete one of the two".to_owned(),
            )
        } else {
            (
                format!("{id} has two different {of}s for {status}{when}"),
                Severity::Warning,
                "it deploys, and one of the two is lost: the service keeps one for each status code".to_owned(),
                if *of == "integration response" {
                    "make one of the two, with the patterns joined by |, or give one another status code".to_owned()
                } else {
                    "make one of the two, with the headers and models of both".to_owned()
                },
            )
        };
        // An alias of the first item has no status code of its own to point at.
        let place = if first.owner.node == later.owner.node { later.place } else { later.code.node };
        Self::META
            .at(ctx, place, id, message)
            .severity(severity)
            .labelled(format!("{status} again"))
            .with(ctx.span(first.code.node), format!("the first {of} for {status}"))
            .note(note)
            .help(help)
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { first, later, .. } = hit;
        let same_guard = first.owner.when() == later.owner.when();
        let plain = ctx.tree.target(later.place) == later.owner.node && ctx.tree.tag(later.place).is_none();
        // An anchor inside the copy may be needed elsewhere; the list itself may serve several methods.
        let entangled = later.owner.scope.in_loop() || ctx.is_shared(later.place) || ctx.holds_anchor(later.place);
        if !hit.identical || !same_guard || !plain || entangled {
            return None;
        }
        let title = format!("delete the second {} for {}", hit.of, later.status);
        Fix::new(ctx.tree, Applicability::Safe, title, vec![Change::Delete { node: later.place }])
    }
}

fn item<'a>(owner: &'a Owner, place: NodeId, code: Option<&'a Property>) -> Option<Item<'a>> {
    Some(Item { owner, place, code: code?, status: code?.known().filter(|status| !status.is_empty())? })
}

/// Each later item with the first earlier one of its status code that can exist with it; whether the two are the same.
fn pairs<'a>(items: impl Iterator<Item = Item<'a>>, ctx: &Ctx<'a>) -> Vec<(Item<'a>, Item<'a>, bool)> {
    let mut by_status: BTreeMap<&str, Vec<Item<'a>>> = BTreeMap::new();
    let mut pairs = Vec::new();
    for later in items {
        let earlier = by_status.entry(later.status).or_default();
        let together = |first: &&Item<'a>| ctx.compatible(first.owner.when(), later.owner.when());
        let same = |first: &&Item<'a>| {
            ctx.template.same((first.owner.node, &first.owner.scope), (later.owner.node, &later.owner.scope))
        };
        // A copy fails the deploy whatever else there is, so it is looked for first.
        let copied = earlier.iter().filter(together).find(same);
        if let Some(first) = copied.or_else(|| earlier.iter().find(together)) {
            pairs.push((*first, later, copied.is_some()));
        }
        if earlier.len() < MAX_COMPARED {
            earlier.push(later);
        }
    }
    pairs
}
