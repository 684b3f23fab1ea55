//! # default-shadowed
//! ## What it does
//! Reports a selection pattern that takes what the default response is for: `.*` beside a default, and on a Lambda integration `.*` for an
//! error status, which takes the successful calls too.
//! ## Why it matters
//! The default response answers only what no pattern takes. On a Lambda integration the pattern is matched against the error message, and
//! a call that succeeds has an empty one: `.*` matches that, `.+` does not. Every success is then answered with the error status.
//! Source: [Lambda errors](https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html).
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
//!           - StatusCode: "500"
//!             SelectionPattern: .*
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "500"
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
//!         Type: AWS
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!           - StatusCode: "500"
//!             SelectionPattern: ".+"
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "500"
//! ```
//! ## When not to use it
//! Where a response is there to be never selected. Patterns that cannot be judged, and responses that conditions keep apart, are never
//! reported, nor is `^$` for the success of a Lambda function beside a default for its errors.
//! ## Fix
//! Safe for an error status on a Lambda integration with a default: `.*` becomes `.+`. None elsewhere.

use crate::api::{IntegrationResponse, StatusCode};
use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::pattern_repair::message_glob;
use crate::lang::selection_pattern::{Pattern, Subject, parse};
use crate::rule::{Ctx, FixPromise, PatternAt, Rule, RuleMeta, shown, when};

/// The rule.
pub(super) struct DefaultShadowed;

/// A pattern that takes too much, and the default that it takes it from.
pub(super) struct Hit<'a> {
    at: PatternAt<'a>,
    default: Option<&'a IntegrationResponse>,
    /// Whether the successes of a Lambda function get an error status.
    success: bool,
}

impl Rule for DefaultShadowed {
    type Node<'a> = PatternAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "default-shadowed",
        summary: "selection pattern that takes what the default response is for",
        category: Category::Selection,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html"],
    };

    fn detect<'a>(&self, at: PatternAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let success = at.subject() == Some(Subject::Message) && is_error(at.response) && takes_success(&at);
        let default = default_beside(&at, ctx);
        let everything = || default.is_some() && at.takes_everything(ctx.patterns, true);
        if success || everything() { vec![Hit { at, default, success }] } else { Vec::new() }
    }

    fn describe<'a>(&self, Hit { at, default, success }: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let when = when(&at.value.when, at.response.owner.when());
        let pattern = shown(at.pattern);
        let status = at.response.status().unwrap_or("this status");
        let message = if *success {
            format!("selection pattern {pattern} takes successful calls too and answers them with {status}{when}")
        } else {
            format!("selection pattern {pattern} takes everything, so the default response is never selected{when}")
        };
        let mut finding = Self::META.at(ctx, at.value.node, &at.method.owner.logical_id, message);
        finding = if *success {
            finding
                .severity(Severity::Error)
                .labelled("matches the empty error message of a call that succeeds")
                .note("the default response answers only what no pattern takes")
                .help("match at least one character: `.+`")
        } else {
            finding
                .labelled("leaves nothing for the default response")
                .note("the default response answers only what no pattern takes")
                .help("write a pattern for what this response is for, or remove one of the two")
        };
        if let Some(code) = default.and_then(|default| default.status_code.as_ref()) {
            finding = finding.with(ctx.span(code.node), "the default response");
        }
        for (span, words) in ctx.causes(at.value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, Hit { at, default, success }: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let meant = at.parsed.result.as_ref().ok().and_then(not_empty)?;
        if !success || default.is_none_or(is_error) {
            return None;
        }
        Fix::new(ctx.tree, Applicability::Safe, format!("write {}", shown(&meant)), at.replaced(ctx, &meant)?)
    }
}

/// Whether the pattern matches the empty message. A wildcard of another language is not what it says.
fn takes_success(at: &PatternAt<'_>) -> bool {
    let pattern = at.parsed.result.as_ref().ok().filter(|pattern| !pattern.names_something());
    let matcher = pattern.and_then(Pattern::matcher);
    matcher.is_some_and(|matcher| matcher.is_match("") == Some(true)) && message_glob(at.pattern).is_none()
}

/// Another response that surely is the default in a case in which the pattern is there.
fn default_beside<'a>(at: &PatternAt<'a>, ctx: &Ctx<'a>) -> Option<&'a IntegrationResponse> {
    let here = at.response.owner.when().and(&at.value.when);
    let others = at.integration.responses.items.iter().filter(|other| !std::ptr::eq(*other, at.response));
    let together = |other: &&IntegrationResponse| other.default_when().iter().any(|there| ctx.compatible(&here, there));
    others.into_iter().find(together)
}

fn is_error(response: &IntegrationResponse) -> bool {
    response.status().and_then(StatusCode::parse).is_some_and(|status| status.get() >= 400)
}

/// The pattern for the same texts but the empty one: `.*` as `.+`.
fn not_empty(pattern: &Pattern) -> Option<String> {
    let (before, behind) = match pattern.source().strip_suffix('$') {
        Some(rest) => (rest.strip_suffix('*')?, "$"),
        None => (pattern.source().strip_suffix('*')?, ""),
    };
    let meant = format!("{before}+{behind}");
    let matcher = parse(&meant).ok()?.matcher()?;
    let works = matcher.is_match("") == Some(false) && matcher.is_match("a") == Some(true);
    works.then_some(meant)
}
