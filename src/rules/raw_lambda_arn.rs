//! # raw-lambda-arn
//! ## What it does
//! Reports the ARN of a Lambda function as the Uri of an integration.
//! ## Why it matters
//! The deploy fails: `AWS ARN for integration must contain path or action`. The Uri of a REST API names the invocation of the
//! function as a call of API Gateway; only HTTP APIs take the function's own ARN.
//! Source: [PutIntegration](https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html): the form of the Uri.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Fn:
//!     Type: AWS::Lambda::Function
//!     Properties: {Code: {ZipFile: x}, Role: !GetAtt Role.Arn}
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !GetAtt Fn.Arn
//! ```
//! ```yaml,fixed
//! Resources:
//!   Fn:
//!     Type: AWS::Lambda::Function
//!     Properties: {Code: {ZipFile: x}, Role: !GetAtt Role.Arn}
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//! ```
//! ## When not to use it
//! There is no case in which the service takes such a Uri. Nothing is reported where the Uri or the type is not known here;
//! where only some branch of a condition is wrong, the finding names it.
//! ## Fix
//! Safe: puts the ARN into the Uri of an invocation, with POST where another method was written. None where the ARN is put together by
//! other functions than `Fn::Sub`.

use crate::api::{IntegrationType, Property};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta, when};
use crate::template::{Cause, Hole, Part, Text, Value};

/// The rule.
pub(super) struct RawLambdaArn;

/// A Uri that is the ARN of a function.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    property: &'a Property,
    value: &'a Value,
    text: &'a Text,
}

impl Rule for RawLambdaArn {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "raw-lambda-arn",
        summary: "ARN of a Lambda function as Uri of an integration",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html"],
    };

    const MESSAGES: &'static [&'static str] = &["AWS ARN for integration must contain path or action"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let aws = matches!(at.integration.integration_type(), Some(IntegrationType::Aws | IntegrationType::AwsProxy));
        let Some(property) = at.integration.uri.as_ref().filter(|_| aws) else { return Vec::new() };
        let texts = property.values.iter().filter_map(|value| Some((value, value.text()?)));
        let raw = texts.filter(|(_, text)| is_function_arn(text, ctx));
        raw.map(|(value, text)| Hit { at, property, value, text }).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, property, value, .. } = hit;
        let id = &at.method.owner.logical_id;
        let when = when(&value.when, at.integration.owner.when());
        let mut finding = Self::META
            .at(ctx, ctx.exact(property, value), id, format!("the Uri of {id} is the ARN of a Lambda function{when}"))
            .labelled("not the Uri of an invocation")
            .note("the deploy fails: AWS ARN for integration must contain path or action")
            .help(format!("write {}", uri("ARN-OF-THE-FUNCTION")));
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { at, property, value, text } = hit;
        if at.integration.owner.scope.in_loop() || !value.causes.iter().all(|cause| matches!(cause, Cause::Branch(..))) {
            return None;
        }
        let node = ctx.exact(property, value);
        let sub = |text: String| Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(Fragment::Text(text)) };
        let change = if let Some(node) = ctx.literal(property, value) {
            Change::Replace { node, with: sub(uri(&ctx.tree.text(node)?.replace("${", "${!"))) }
        } else if let Some(inside) = ctx.template.sub_text(node) {
            let text = uri(ctx.tree.text(inside)?);
            // In its short form the function is the text's own tag, which must stay.
            let with = if ctx.tree.tag(inside).is_some() { sub(text) } else { Fragment::Text(text) };
            Change::Replace { node: inside, with }
        } else {
            let Hole::Resource(name) = text.as_hole().filter(|_| node == value.node)? else { return None };
            Change::Replace { node, with: sub(uri(&format!("${{{name}}}"))) }
        };
        let mut changes = vec![change];
        if let Some(method) = &at.integration.http_method
            && method.known().is_some_and(|known| known != "POST")
        {
            let node = ctx.literal(method, method.values.first()?)?;
            changes.push(Change::Replace { node, with: Fragment::Text("POST".to_owned()) });
        }
        Fix::new(ctx.tree, Applicability::Safe, "write the Uri of the function's invocation", changes)
    }
}

/// The Uri with which a function is invoked, as text of `Fn::Sub`.
fn uri(arn: &str) -> String {
    format!("arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{arn}/invocations")
}

/// Whether a text is the ARN of a function of this template or any, perhaps with a version or alias.
fn is_function_arn(text: &Text, ctx: &Ctx<'_>) -> bool {
    let mut parts = text.parts();
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Part::Hole(Hole::Resource(name))), behind, None) => {
            let qualifier = match behind {
                None => true,
                Some(Part::Known(behind)) => behind.starts_with(':') && !behind.contains('/'),
                Some(Part::Hole(_)) => false,
            };
            qualifier && is_arn_of_function(name, ctx)
        }
        (Some(Part::Known(first)), ..) => {
            let whole = text.with_holes();
            first.starts_with("arn:") && whole.contains(":lambda:") && whole.contains(":function:") && !whole.contains("apigateway")
        }
        (Some(Part::Hole(_)) | None, ..) => false,
    }
}

/// Whether a reference gives the ARN of a function, its alias or its version.
fn is_arn_of_function(name: &str, ctx: &Ctx<'_>) -> bool {
    let (id, attribute) = name.split_once('.').unwrap_or((name, ""));
    match ctx.template.resource(id).map(|resource| resource.kind) {
        Some("AWS::Lambda::Function" | "AWS::Serverless::Function") => attribute == "Arn",
        Some("AWS::Lambda::Alias" | "AWS::Lambda::Version") => attribute.is_empty(),
        _ => false,
    }
}
