//! # override-on-proxy
//! ## What it does
//! Reports a template that sets `$context.requestOverride` or `$context.responseOverride` on a proxy integration.
//! ## Why it matters
//! A proxy integration renders no templates, so nothing is overridden: the backend gets the request as it came, and the client gets the
//! backend's answer as it is.
//! Sources: [overrides](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: POST
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: https://pets.example.com
//!         RequestTemplates:
//!           application/json: |
//!             #set($context.requestOverride.header.X-Tenant = "a")
//!             $input.json('$')
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
//!       HttpMethod: POST
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: POST
//!         Uri: https://pets.example.com
//!         RequestTemplates:
//!           application/json: |
//!             #set($context.requestOverride.header.X-Tenant = "a")
//!             $input.json('$')
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! Nothing is reported where the type of the integration is not known.
//! ## Fix
//! None: either the type or the template is not what was meant.

use crate::api::{Integration, IntegrationType};
use crate::finding::{Category, Finding, Severity};
use crate::lang::velocity::{NodeKind, Span, Visited};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt};

/// The rule.
pub(super) struct OverrideOnProxy;

impl Rule for OverrideOnProxy {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, Span);

    const META: RuleMeta = RuleMeta {
        name: "override-on-proxy",
        summary: "override in a template of a proxy integration, which renders none",
        category: Category::Template,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html"],
    };

    fn detect<'a>(&self, at: TemplateAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let is_proxy = at.integration.and_then(Integration::integration_type).is_some_and(IntegrationType::is_proxy);
        let Ok(template) = at.parsed else { return Vec::new() };
        let mut found = Vec::new();
        if is_proxy {
            template.visit(&mut |visited| {
                if let Visited::Node(node) = visited
                    && let NodeKind::Set(set) = &node.kind
                    && matches!(set.target.path().as_slice(), ["context", "requestOverride" | "responseOverride", ..])
                {
                    found.push((at, set.target.own));
                }
            });
        }
        found.truncate(TemplateAt::MAX_HITS);
        found
    }

    fn describe<'a>(&self, (at, span): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let message = format!("the {} overrides a parameter, and its integration is a proxy{}", at.named(), at.when());
        let mut finding = at
            .finding(&Self::META, ctx, *span, message)
            .labelled("has no effect")
            .note("it deploys; a proxy integration renders no templates")
            .help("take AWS or HTTP as the type, or set the value in the backend");
        if let Some(kind) = at.integration.and_then(|integration| integration.kind.as_ref()) {
            finding = finding.with(ctx.span(kind.node), "a proxy integration");
        }
        finding
    }
}
