//! # stale-deployment
//! ## What it does
//! Reports a deployment that a stage shows, whose methods are in the same template, and whose logical ID has nothing in it
//! that could change when they do.
//! ## Why it matters
//! A deployment is a snapshot of the API. CloudFormation makes a new one only when the logical ID of the deployment changes,
//! so an update of the stack that changes a method succeeds, and the stage goes on with the old one. Frameworks put
//! a hash of the methods into the logical ID for that reason.
//!
//! It is an information and no warning because one template does not show whether it goes stale: the first deploy is right, and
//! many a team deploys the stage in its pipeline after each update.
//! Sources: serverless#1761, StockFlux#1258 (the stage keeps what it had);
//! [AWS::ApiGateway::Deployment](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html):
//! after updates the API has to be deployed again.
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
//!   Deployment:
//!     Type: AWS::ApiGateway::Deployment
//!     DependsOn: GetPet
//!     Properties:
//!       RestApiId: !Ref Api
//!   Live:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: !Ref Deployment
//!       StageName: live
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
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!   Deployment20240131a7f3:
//!     Type: AWS::ApiGateway::Deployment
//!     DependsOn: GetPet
//!     Properties:
//!       RestApiId: !Ref Api
//!   Live:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: !Ref Deployment20240131a7f3
//!       StageName: live
//! ```
//! ## When not to use it
//! Where something else deploys the stage after each update. A logical ID with a digit is taken for one with a hash, a date
//! or a number that changes. Deployments with a description that is put together, or that are kept when their logical ID
//! goes (`DeletionPolicy`), are taken for ones that somebody cares about. APIs with a `Body`, without methods in the template,
//! and templates with macros or names that are put together are not reported.
//! ## Fix
//! None: a new logical ID helps once, and only the author can let it change with each release.

use crate::api::{Deployment, Owner, Stage};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, listed};

/// Stages that a finding shows.
const MAX_LABELS: usize = 20;

/// The rule.
pub(super) struct StaleDeployment;

/// A deployment that is made once.
pub(super) struct Hit<'a> {
    deployment: &'a Deployment,
    /// The methods in it.
    methods: Vec<&'a Owner>,
    /// The stages that show it.
    stages: Vec<&'a Stage>,
}

impl Rule for StaleDeployment {
    type Node<'a> = &'a Deployment;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "stale-deployment",
        summary: "deployment that later changes of its methods do not reach",
        category: Category::Integration,
        severity: Severity::Info,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html",
        ],
    };

    fn detect<'a>(&self, deployment: &'a Deployment, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let id = &*deployment.owner.logical_id;
        if !is_fixed(id) || is_cared_for(deployment, ctx) {
            return Vec::new();
        }
        let shows = |stage: &&Stage| {
            stage.deployment.as_deref() == Some(id) && ctx.compatible(stage.owner.when(), deployment.owner.when())
        };
        let methods = ctx.parts_of(deployment, ctx.api.methods.iter().map(|method| &method.owner));
        if methods.is_empty() {
            return Vec::new();
        }
        let stages: Vec<_> = ctx.api.stages.iter().filter(shows).collect();
        if stages.is_empty() { Vec::new() } else { vec![Hit { deployment, methods, stages }] }
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Owner { logical_id: id, key, .. } = &hit.deployment.owner;
        let methods = listed(hit.methods.iter().map(|method| &*method.logical_id));
        let finding = Self::META
            .at(ctx, *key, id, format!("{id} is made once, so a later change of {methods} is not deployed"))
            .labelled("a snapshot that is made anew only under a new logical ID")
            .note("an update of the stack succeeds and the stage stays as it is, unless something else deploys it")
            .help(format!(
                "put something into the logical ID that changes with the methods ({id}20240131), or deploy the stage after each update"
            ))
            .likely();
        let stages = hit.stages.iter().take(MAX_LABELS);
        stages.fold(finding, |finding, stage| finding.with(ctx.span(stage.owner.key), "the stage that keeps it"))
    }
}

/// Whether nothing in a logical ID can be a hash, a date, a number or a placeholder.
fn is_fixed(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether something else about the deployment changes, or is meant to outlive its logical ID.
fn is_cared_for(deployment: &Deployment, ctx: &Ctx<'_>) -> bool {
    let Owner { node, scope, logical_id, .. } = &deployment.owner;
    let description = ctx.tree.get(*node, "Description");
    let computed = description.is_some_and(|node| ctx.tree.text(node).is_none() || ctx.tree.tag(node).is_some());
    let resource = ctx.template.resource(logical_id);
    let kept = resource.is_some_and(|resource| ctx.tree.get(resource.body, "DeletionPolicy").is_some());
    computed || kept || scope.in_loop() || deployment.owner.open
}
