//! # missing-integration
//! ## What it does
//! Reports a method without an Integration.
//! ## Why it matters
//! The method itself is made, and the deployment of its API fails: `No integration defined for method`.
//! Sources: serverless#11748, terraform-provider-aws#21210,
//! [CreateDeployment](https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDeployment.html).
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
//!         IntegrationResponses:
//!           - StatusCode: "200"
//! ```
//! ## When not to use it
//! A method that gets its integration in another way, by a script or a custom resource, is complete after all. Nothing is
//! reported where a macro or a transform can add properties, or where the Integration is a value that is not known here.
//! ## Fix
//! None: where the requests should go has to be decided.

use crate::api::Method;
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta};

/// The rule.
pub(super) struct MissingIntegration;

impl Rule for MissingIntegration {
    type Node<'a> = &'a Method;
    type Hit<'a> = &'a Method;

    const META: RuleMeta = RuleMeta {
        name: "missing-integration",
        summary: "method without an integration",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDeployment.html"],
    };

    const MESSAGES: &'static [&'static str] = &["No integration defined for method"];

    fn detect<'a>(&self, method: &'a Method, ctx: &Ctx<'a>) -> Vec<&'a Method> {
        let owner = &method.owner;
        let written = || ctx.template.entries(owner.node, &owner.scope).get("Integration").is_some();
        // A method without any property is not finished in other ways, too.
        let found = method.http_method.is_some() && method.integrations.is_empty() && !owner.open && !ctx.template.is_open();
        if found && !written() { vec![method] } else { Vec::new() }
    }

    fn describe<'a>(&self, method: &&'a Method, ctx: &Ctx<'a>) -> Finding {
        let id = &method.owner.logical_id;
        Self::META
            .at(ctx, method.owner.key, id, format!("{id} has no integration"))
            .labelled("nothing answers its requests")
            .note("the deployment of the API fails: No integration defined for method")
            .help("add an Integration")
    }
}
