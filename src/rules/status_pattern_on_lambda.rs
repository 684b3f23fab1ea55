//! # status-pattern-on-lambda
//! ## What it does
//! Reports a selection pattern for status codes (`404`, `4\d{2}`) on a Lambda integration that is no proxy.
//! ## Why it matters
//! For a Lambda function the pattern is matched against the whole error message, never against a status code; a call that succeeds has
//! no message at all. `200` therefore never matches, and when it is the only response every call gets a 500: `No match for output
//! mapping and no default output mapping configured`.
//! Sources: [Lambda errors](https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html),
//! aws-apigateway-importer#115, localstack#8940, serverless#5382.
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
//!         Type: AWS
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!           - StatusCode: "404"
//!             SelectionPattern: "404"
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
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
//!         Type: AWS
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!           - StatusCode: "404"
//!             SelectionPattern: '.*\[404\].*'
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
//! ```
//! ## When not to use it
//! Where the function throws the bare number as its message. The rule cannot see that, so it says "likely".
//! ## Fix
//! Safe for a 2xx response when no response is the default: the pattern goes and the response becomes the default. None for errors: which
//! text the function throws is not in the template.

use crate::api::IntegrationResponse;
use crate::edit::{Applicability, Change, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::pattern_repair::matches_only_statuses;
use crate::rule::{Ctx, FixPromise, PatternAt, Rule, RuleMeta, shown, when};

/// The rule.
pub(super) struct StatusPatternOnLambda;

impl Rule for StatusPatternOnLambda {
    type Node<'a> = PatternAt<'a>;
    type Hit<'a> = PatternAt<'a>;

    const META: RuleMeta = RuleMeta {
        name: "status-pattern-on-lambda",
        summary: "status code as the pattern of a Lambda integration",
        category: Category::Selection,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html"],
    };

    const MESSAGES: &'static [&'static str] = &["No match for output mapping and no default output mapping configured"];

    fn detect<'a>(&self, at: PatternAt<'a>, _: &Ctx<'a>) -> Vec<PatternAt<'a>> {
        let only_statuses = || at.parsed.result.as_ref().is_ok_and(matches_only_statuses);
        if at.sees_message() && only_statuses() { vec![at] } else { Vec::new() }
    }

    fn describe<'a>(&self, at: &PatternAt<'a>, ctx: &Ctx<'a>) -> Finding {
        let when = when(&at.value.when, at.response.owner.when());
        let id = &at.method.owner.logical_id;
        let message = format!("selection pattern {} is compared with the error message of the function, not with a status code{when}", shown(at.pattern));
        let help = if is_success(at.response) {
            "remove the pattern: the default response answers when the function succeeds".to_owned()
        } else {
            format!("throw an error whose message holds the code, and match it: {}", shown(&format!(r".*\[{}\].*", at.response.status().unwrap_or("404"))))
        };
        let mut finding = Self::META
            .at(ctx, at.value.node, id, message)
            .likely()
            .labelled("a function that succeeds has no message, one that fails has a longer one")
            .note("the response is never selected; the default one answers, or without a default each call gets a 500")
            .help(help);
        if let Some(uri) = &at.integration.uri {
            finding = finding.with(ctx.span(uri.node), "a Lambda function");
        }
        finding
    }

    fn fix<'a>(&self, at: &PatternAt<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let responses = &at.integration.responses;
        let lone = responses.items.iter().filter(|response| is_success(response)).count() == 1;
        let sure = !responses.open && responses.items.iter().all(IntegrationResponse::is_selective);
        let property = at.response.selection_pattern.as_ref()?;
        if !is_success(at.response) || !lone || !sure || property.values.len() != 1 || at.response.owner.scope.in_loop() {
            return None;
        }
        let changes = vec![Change::Delete { node: property.key }];
        Fix::new(ctx.tree, Applicability::Safe, "remove the pattern, so that the response is the default", changes)
    }
}

fn is_success(response: &IntegrationResponse) -> bool {
    response.status().and_then(crate::api::StatusCode::parse).is_some_and(crate::api::StatusCode::is_success)
}
