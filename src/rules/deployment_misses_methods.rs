//! # deployment-misses-methods
//! ## What it does
//! Reports a deployment that does not wait for the methods of its API in the same template.
//! ## Why it matters
//! CloudFormation makes the deployment as soon as the API exists, at the same time as the methods. If no method is ready,
//! the deploy fails: `The REST API doesn't contain any methods`. If some are, the deployment is a snapshot without the
//! others, and callers of these get 403 `Missing Authentication Token`.
//! Sources: [AWS::ApiGateway::Deployment](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html):
//! the deployment must depend on the API's methods; troposphere#496, aws-cdk#6165.
//! ## Example
//! ```yaml,bad
//! Resources:
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
//!   Release20240131a7f3:
//!     Type: AWS::ApiGateway::Deployment
//!     Properties:
//!       RestApiId: !Ref Api
//! ```
//! ```yaml,fixed
//! Resources:
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
//!   Release20240131a7f3:
//!     Type: AWS::ApiGateway::Deployment
//!     DependsOn:
//!       - GetPet
//!     Properties:
//!       RestApiId: !Ref Api
//! ```
//! ## When not to use it
//! A use of a method's logical ID counts like `DependsOn`, and so does a way through other resources. Methods of another
//! API, of an API that is not known here, and methods that conditions keep apart from the deployment are not reported.
//! Where the template has macros or names that are put together, nothing is. If the deployment waits for other methods
//! of the API, it is a warning: it succeeds, and whether the rest is in it is left to chance.
//! ## Fix
//! Safe: adds the methods to `DependsOn`. None where a method waits for the deployment itself, or comes from a loop, or where
//! `DependsOn` holds something that is no name.

use crate::api::Deployment;
use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Missed, Rule, RuleMeta};

/// The rule.
pub(super) struct DeploymentMissesMethods;

impl Rule for DeploymentMissesMethods {
    type Node<'a> = &'a Deployment;
    type Hit<'a> = Missed<'a>;

    const META: RuleMeta = RuleMeta {
        name: "deployment-misses-methods",
        summary: "deployment that does not wait for the methods of its API",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html",
        ],
    };

    const MESSAGES: &'static [&'static str] = &["The REST API doesn't contain any methods", "Missing Authentication Token"];

    fn detect<'a>(&self, deployment: &'a Deployment, ctx: &Ctx<'a>) -> Vec<Missed<'a>> {
        let methods = ctx.api.methods.iter().map(|method| &method.owner);
        ctx.missed_by(deployment, methods).into_iter().collect()
    }

    fn describe<'a>(&self, hit: &Missed<'a>, ctx: &Ctx<'a>) -> Finding {
        let (id, names) = (&hit.deployment.owner.logical_id, hit.names());
        let some = hit.some_are_waited_for;
        let finding = Self::META
            .at(ctx, ctx.depends_on(hit.deployment), id, format!("{id} does not wait for {names}"))
            .labelled("made at the same time as its methods")
            .note(if some {
                "the deployment is a snapshot: a method that is made later is not in it, and its callers get 403"
            } else {
                "the deploy can fail: The REST API doesn't contain any methods"
            })
            .severity(if some { Severity::Warning } else { Severity::Error });
        hit.described(ctx, finding, "the method")
    }

    fn fix<'a>(&self, hit: &Missed<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let title = format!("let {} wait for {}", hit.deployment.owner.logical_id, hit.names());
        Fix::new(ctx.tree, Applicability::Safe, title, hit.waited_for(ctx)?)
    }
}
