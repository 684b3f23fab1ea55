//! # request-parameters-on-lambda-proxy
//! ## What it does
//! Reports a parameter mapping of an AWS_PROXY integration with a Lambda function.
//! ## Why it matters
//! It deploys, and the mapping has no effect: the function gets the event with the request as it came, and nothing else. What the
//! mapping should add is missing there. `X-Amz-Invocation-Type` works on AWS integrations alone, so the call is not asynchronous.
//! Source: [PutIntegration](https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html); [Lambda proxy integration](https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html).
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
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//!         RequestParameters:
//!           integration.request.header.X-Stage: context.stage
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
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//! ```
//! ## When not to use it
//! A mapping of a parameter to itself changes nothing and is not reported, because the event has the parameter. Nor are mappings that
//! a cache key names, or any if the type, the Uri or the cache keys are not known here.
//! ## Fix
//! Unsafe: deletes RequestParameters where all of them are without effect.

use crate::api::{IntegrationType, MapEntry};
use crate::edit::{Applicability, Change, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta};
use crate::syntax::NodeId;

/// The rule.
pub(super) struct RequestParametersOnLambdaProxy;

/// The key of the property, and the mappings that should have an effect.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    key: NodeId,
    first: &'a MapEntry,
}

impl Rule for RequestParametersOnLambdaProxy {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "request-parameters-on-lambda-proxy",
        summary: "parameter mapping that a Lambda proxy integration ignores",
        category: Category::Integration,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Unsafe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html"],
    };

    fn detect<'a>(&self, at: IntegrationAt<'a>, _ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let integration = at.integration;
        let proxy = integration.integration_type() == Some(IntegrationType::AwsProxy) && integration.calls_lambda();
        let cached = integration.cache_key_parameters.is_some() || integration.owner.open;
        let Some((key, _)) = integration.request_parameters.place.filter(|_| proxy && !cached) else { return Vec::new() };
        let first = integration.request_parameters.entries.iter().find(|entry| !is_mirror(entry));
        first.map(|first| Hit { at, key, first }).into_iter().collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &hit.at.method.owner.logical_id;
        let mut finding = Self::META
            .at(ctx, hit.key, id, format!("the AWS_PROXY integration of {id} ignores its parameter mappings"))
            .labelled("not in the event of the function")
            .note("it deploys; the function gets the request as it came, without what the mapping should add")
            .help("read the value from the event in the function, and delete RequestParameters of the integration");
        finding = finding.with(ctx.span(hit.first.property.key), "has no effect");
        if let Some(kind) = &hit.at.integration.kind {
            finding = finding.with(ctx.span(kind.node), "passes the request as it came");
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let owner = &hit.at.integration.owner;
        let (_, map) = hit.at.integration.request_parameters.place?;
        let own = ctx.tree.parent(hit.key) == Some(owner.node);
        if !own || owner.scope.in_loop() || ctx.is_shared(hit.key) || ctx.holds_anchor(map) {
            return None;
        }
        let change = Change::Delete { node: hit.key };
        Fix::new(ctx.tree, Applicability::Unsafe, "delete the ignored parameter mappings", vec![change])
    }
}

/// Whether a mapping sends a parameter on under its own name, or is not known.
fn is_mirror(entry: &MapEntry) -> bool {
    let name = entry.name.strip_prefix("integration.request.");
    entry.property.values.iter().any(|value| match (value.known(), name) {
        (Some(source), Some(name)) => source.strip_prefix("method.request.") == Some(name),
        (None, _) | (_, None) => true,
    })
}
