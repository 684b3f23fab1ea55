//! # missing-integration-response
//! ## What it does
//! Reports an integration of type AWS, HTTP or MOCK that has no integration response at all.
//! ## Why it matters
//! It deploys, and every call gets a 500. The log says `Execution failed due to configuration error: No match for
//! output mapping and no default output mapping configured`. Method responses alone do not help.
//! Sources: serverless-application-model#2459,
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
//!       MethodResponses:
//!         - StatusCode: "200"
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
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! Where a macro adds the integration responses. Nothing is reported where the type or the list comes from a value
//! that is not known here, or where some branch of a condition has an integration response.
//! ## Fix
//! None: which status codes and headers the method should answer with has to be decided.

use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta};

/// The rule.
pub(super) struct MissingIntegrationResponse;

impl Rule for MissingIntegrationResponse {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = IntegrationAt<'a>;

    const META: RuleMeta = RuleMeta {
        name: "missing-integration-response",
        summary: "non-proxy integration without any integration response",
        category: Category::Responses,
        severity: Severity::Error,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html"],
    };

    const MESSAGES: &'static [&'static str] = &["No match for output mapping and no default output mapping configured"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, _ctx: &Ctx<'a>) -> Vec<IntegrationAt<'a>> {
        let found = at.integration.maps_responses() && at.integration.responses.is_surely_empty();
        if found { vec![at] } else { Vec::new() }
    }

    fn describe<'a>(&self, at: &IntegrationAt<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &at.method.owner.logical_id;
        let kind = at.integration.integration_type().map_or("", |kind| kind.as_str());
        let (node, label) = match at.integration.responses.place {
            Some((key, _)) => (key, "the list is empty"),
            None => (at.integration.key, "IntegrationResponses is missing"),
        };
        let mut finding = Self::META
            .at(ctx, node, id, format!("the {kind} integration of {id} has no integration response"))
            .labelled(label)
            .note("it deploys, and every call gets a 500: No match for output mapping and no default output mapping configured")
            .help("add an IntegrationResponses list whose first item has a StatusCode and no SelectionPattern");
        if let Some(property) = &at.integration.kind {
            finding = finding.with(ctx.span(property.node), format!("{kind} integrations take their answer from it"));
        }
        finding
    }
}
