//! # deployment-misses-gateway-response
//! ## What it does
//! Reports a deployment that does not wait for a gateway response of its API in the same template.
//! ## Why it matters
//! A deployment is a snapshot of the API. CloudFormation makes both at the same time, and a gateway response that is made
//! after the deployment is not live: callers get the service's own answer, without the CORS headers, until somebody
//! deploys again.
//! Sources: [Gateway responses](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html):
//! changes take effect when the API is deployed; ministack#1756.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       StatusCode: "404"
//!   Release20240131a7f3:
//!     Type: AWS::ApiGateway::Deployment
//!     DependsOn: Resources
//!     Properties:
//!       RestApiId: !Ref Api
//! ```
//! ```yaml,fixed
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       StatusCode: "404"
//!   Release20240131a7f3:
//!     Type: AWS::ApiGateway::Deployment
//!     DependsOn:
//!       - Resources
//!       - Denied
//!     Properties:
//!       RestApiId: !Ref Api
//! ```
//! ## When not to use it
//! If the deployment is made anew with each change (a logical ID with a hash), the next one has the gateway response.
//! Gateway responses of another API, or of one that is not known here, and those that conditions keep apart from the
//! deployment are not reported; where the template has macros or names that are put together, nothing is.
//! ## Fix
//! Safe: adds the gateway responses to `DependsOn`. None where one waits for the deployment itself, or comes from a loop, or
//! where `DependsOn` holds something that is no name.

use crate::api::Deployment;
use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Missed, Rule, RuleMeta};

/// The rule.
pub(super) struct DeploymentMissesGatewayResponse;

impl Rule for DeploymentMissesGatewayResponse {
    type Node<'a> = &'a Deployment;
    type Hit<'a> = Missed<'a>;

    const META: RuleMeta = RuleMeta {
        name: "deployment-misses-gateway-response",
        summary: "deployment that does not wait for a gateway response of its API",
        category: Category::Integration,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &[
            "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html",
        ],
    };

    fn detect<'a>(&self, deployment: &'a Deployment, ctx: &Ctx<'a>) -> Vec<Missed<'a>> {
        let responses = ctx.api.gateway_responses.iter().map(|response| &response.owner);
        ctx.missed_by(deployment, responses).into_iter().collect()
    }

    fn describe<'a>(&self, hit: &Missed<'a>, ctx: &Ctx<'a>) -> Finding {
        let (id, names) = (&hit.deployment.owner.logical_id, hit.names());
        let finding = Self::META
            .at(ctx, ctx.depends_on(hit.deployment), id, format!("{id} does not wait for {names}"))
            .labelled("made at the same time as the gateway response")
            .note("the deployment is a snapshot: a gateway response that is made later is not live")
            .likely();
        hit.described(ctx, finding, "the gateway response")
    }

    fn fix<'a>(&self, hit: &Missed<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let title = format!("let {} wait for {}", hit.deployment.owner.logical_id, hit.names());
        Fix::new(ctx.tree, Applicability::Safe, title, hit.waited_for(ctx)?)
    }
}
