//! # passthrough-rejects-requests
//! ## What it does
//! Reports a PassthroughBehavior that lets no request through: NEVER without any request template, and on a MOCK integration NEVER or
//! WHEN_NO_TEMPLATES without a template for `application/json`.
//! ## Why it matters
//! It deploys, and the requests get 415 `Unsupported Media Type`. A request without a content type counts as `application/json`, and
//! the requests that a MOCK integration answers rarely have one.
//! Source: [Passthrough behaviors](https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       MethodResponses:
//!         - StatusCode: "200"
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         PassthroughBehavior: NEVER
//!         IntegrationResponses:
//!           - StatusCode: "200"
//! ```
//! ```yaml,good
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       MethodResponses:
//!         - StatusCode: "200"
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         PassthroughBehavior: NEVER
//!         RequestTemplates:
//!           application/json: $input.json('$')
//!         IntegrationResponses:
//!           - StatusCode: "200"
//! ```
//! ## When not to use it
//! Templates for other content types alone are taken for a gate that is meant, except on MOCK. Proxy integrations ignore the property.
//! Nothing is reported where the property or the templates are not all known here.
//! ## Fix
//! None: what the template should make of the requests has to be decided.

use crate::api::{Integration, IntegrationType, Property};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta};
use crate::template::Value;

/// The rule.
pub(super) struct PassthroughRejectsRequests;

impl Rule for PassthroughRejectsRequests {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = (IntegrationAt<'a>, &'a Property);

    const META: RuleMeta = RuleMeta {
        name: "passthrough-rejects-requests",
        summary: "PassthroughBehavior that lets no request through",
        category: Category::Integration,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Unsupported Media Type"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, _ctx: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let Some(property) = &at.integration.passthrough_behavior else { return Vec::new() };
        if rejects(at.integration, property) { vec![(at, property)] } else { Vec::new() }
    }

    fn describe<'a>(&self, (at, property): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &at.method.owner.logical_id;
        let mut finding = Self::META
            .at(ctx, property.node, id, format!("{id} rejects requests: it has no template for application/json"))
            .labelled("lets none of them through")
            .note("it deploys, and requests get 415 Unsupported Media Type; without a content type they count as application/json")
            .help("add a request template for application/json, or write WHEN_NO_MATCH")
            .likely();
        if let Some((place, _)) = at.integration.request_templates.place {
            finding = finding.with(ctx.span(place), "the templates");
        }
        finding
    }
}

fn rejects(integration: &Integration, property: &Property) -> bool {
    let templates = &integration.request_templates;
    let json = |name: &str| name.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json");
    if templates.open || templates.entries.iter().any(|entry| json(&entry.name)) {
        return false;
    }
    let all = |wanted: &[&str]| property.values.iter().all(|value: &Value| value.known().is_some_and(|known| wanted.contains(&known)));
    match integration.integration_type() {
        Some(IntegrationType::Mock) if templates.entries.is_empty() => all(&["NEVER"]),
        Some(IntegrationType::Mock) => all(&["NEVER", "WHEN_NO_TEMPLATES"]),
        Some(IntegrationType::Aws | IntegrationType::Http) => templates.entries.is_empty() && all(&["NEVER"]),
        Some(IntegrationType::AwsProxy | IntegrationType::HttpProxy) | None => false,
    }
}
