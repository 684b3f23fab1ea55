//! # integration-response-on-proxy
//! ## What it does
//! Reports integration responses under a proxy integration (`AWS_PROXY`, `HTTP_PROXY`).
//! ## Why it matters
//! The service ignores them: the answer of the backend goes to the client as it is. Headers that are mapped there,
//! usually for CORS, are never sent, templates are not applied and patterns select nothing. The function or backend
//! itself has to send the headers.
//! Sources: serverless#2968, aws-cdk#11337,
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
//!         Type: HTTP_PROXY
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
//! ```yaml,fixed
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//! ```
//! ## When not to use it
//! Generators often write a single bare `StatusCode: 200`; that is harmless and only worth an info. Nothing is
//! reported where the type comes from a value that is not known here.
//! ## Fix
//! Safe where the responses carry headers, templates or patterns: deletes the list, which changes nothing of what is
//! deployed. Unsafe where they carry nothing, or set ContentHandling.

use crate::api::{Integration, IntegrationResponse, PropertyMap};
use crate::edit::{Applicability, Change, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta};
use crate::syntax::NodeId;

/// The rule.
pub(super) struct IntegrationResponseOnProxy;

/// A proxy integration with responses.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    kind: &'static str,
    key: NodeId,
    /// What the responses are meant to do, in the author's words.
    meant: Vec<&'static str>,
}

impl Rule for IntegrationResponseOnProxy {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "integration-response-on-proxy",
        summary: "integration responses that a proxy integration ignores",
        category: Category::Integration,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html"],
    };

    fn detect<'a>(&self, at: IntegrationAt<'a>, _ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let kind = at.integration.integration_type().filter(|kind| kind.is_proxy());
        let written = at.integration.responses.place.filter(|_| !at.integration.responses.items.is_empty());
        let (Some(kind), Some((key, _))) = (kind, written) else { return Vec::new() };
        vec![Hit { at, kind: kind.as_str(), key, meant: meant(at.integration) }]
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &hit.at.method.owner.logical_id;
        let (severity, label) = match hit.meant.as_slice() {
            [] => (Severity::Info, "never consulted".to_owned()),
            meant => (Severity::Warning, format!("never consulted; {} in here without effect", meant.join(", "))),
        };
        let mut finding = Self::META
            .at(ctx, hit.key, id, format!("the {} integration of {id} ignores its integration responses", hit.kind))
            .severity(severity)
            .labelled(label)
            .note("a proxy integration passes the answer of the backend through: no mapped header is sent, no template applied")
            .help("let the backend send the headers and delete IntegrationResponses");
        if let Some(property) = &hit.at.integration.kind {
            finding = finding.with(ctx.span(property.node), "a proxy integration");
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let owner = &hit.at.integration.owner;
        let own = ctx.tree.parent(hit.key) == Some(owner.node);
        let anchored = hit.at.integration.responses.place.is_some_and(|(_, list)| ctx.holds_anchor(list));
        if !own || anchored || owner.scope.in_loop() || ctx.is_shared(hit.key) {
            return None;
        }
        let converts = hit.at.integration.responses.items.iter().any(|response| response.content_handling.is_some());
        let grade = if hit.meant.is_empty() || converts { Applicability::Unsafe } else { Applicability::Safe };
        Fix::new(ctx.tree, grade, "delete the ignored integration responses", vec![Change::Delete { node: hit.key }])
    }
}

/// What the responses carry beyond status codes.
fn meant(integration: &Integration) -> Vec<&'static str> {
    let any = |has: fn(&IntegrationResponse) -> bool| integration.responses.items.iter().any(has);
    let mut meant = Vec::new();
    if any(|response| !response.response_parameters.entries.is_empty()) {
        meant.push("ResponseParameters");
    }
    if any(|response| has_text(&response.response_templates)) {
        meant.push("ResponseTemplates");
    }
    if any(|response| response.selection_pattern.as_ref().is_some_and(|pattern| !pattern.is_empty())) {
        meant.push("SelectionPattern");
    }
    meant
}

fn has_text(templates: &PropertyMap) -> bool {
    templates.entries.iter().any(|entry| !entry.property.is_empty())
}
