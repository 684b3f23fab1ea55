//! # lambda-integration-not-post
//! ## What it does
//! Reports an integration that invokes a Lambda function with another method than POST.
//! ## Why it matters
//! It deploys, and every call fails with `Internal server error`: Lambda's Invoke takes POST alone. The method with
//! which clients call (HttpMethod) has nothing to do with it.
//! Sources: terraform#9271, localstack#10473,
//! [PutIntegration](https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html).
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
//!         IntegrationHttpMethod: GET
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
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
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//! ```
//! ## When not to use it
//! There is no case in which another method works. Nothing is reported where the method, the type or the Uri comes from
//! a value that is not known here, or where the method is missing.
//! ## Fix
//! Safe: writes POST.

use crate::api::{IntegrationType, Property};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta, shown};
use crate::template::Value;

/// The rule.
pub(super) struct LambdaIntegrationNotPost;

/// An integration and its method, wrong in every possibility.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    property: &'a Property,
    value: &'a Value,
    method: &'a str,
}

impl Rule for LambdaIntegrationNotPost {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "lambda-integration-not-post",
        summary: "Lambda function invoked with another method than POST",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Internal server error"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, _ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Some(property) = at.integration.http_method.as_ref().filter(|_| invokes(at)) else { return Vec::new() };
        let wrong = |value: &Value| value.known().is_some_and(|method| !method.is_empty() && method != "POST");
        let Some(value) = property.values.first().filter(|_| property.values.iter().all(wrong)) else {
            return Vec::new();
        };
        value.known().map(|method| Hit { at, property, value, method }).into_iter().collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, property, value, method } = hit;
        let id = &at.method.owner.logical_id;
        let mut finding = Self::META
            .at(ctx, property.node, id, format!("{id} invokes a Lambda function with {} instead of POST", shown(method)))
            .labelled("must be POST")
            .note("it deploys, and every call fails with Internal server error: Lambda takes POST alone")
            .help("write IntegrationHttpMethod: POST; HttpMethod stays as it is");
        if let Some(uri) = &at.integration.uri {
            finding = finding.with(ctx.span(uri.node), "the Lambda function");
        }
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        if hit.at.integration.owner.scope.in_loop() {
            return None;
        }
        let literals = hit.property.values.iter().map(|value| ctx.literal(hit.property, value));
        let post = |node| Change::Replace { node, with: Fragment::Text("POST".to_owned()) };
        let changes = literals.map(|node| node.map(post)).collect::<Option<Vec<_>>>()?;
        Fix::new(ctx.tree, Applicability::Safe, "invoke the Lambda function with POST", changes)
    }
}

/// Whether the integration surely invokes a Lambda function.
fn invokes(at: IntegrationAt<'_>) -> bool {
    let aws = matches!(at.integration.integration_type(), Some(IntegrationType::Aws | IntegrationType::AwsProxy));
    aws && at.integration.calls_lambda()
}
