//! # invalid-status-code
//! ## What it does
//! Reports a StatusCode of an integration response, a method response or a gateway response that is not three digits
//! from 100 to 599, and an integration response or method response without a StatusCode.
//! ## Why it matters
//! The deploy fails: `Value '4XX' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression
//! pattern: [1-5]\d\d`. There are no wildcards; `default` is a key of OpenAPI documents, not a status code.
//! Source: [MethodResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_MethodResponse.html).
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
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200 "
//!       MethodResponses:
//!         - StatusCode: "200"
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
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! There is no case in which the service takes such a code. Codes that come from a value that is not known here are
//! not reported; where only some branch of a condition is wrong, the finding names it.
//! ## Fix
//! Safe: removes blanks and quotes around three digits. Otherwise none: which status is meant has to be decided.

use crate::api::StatusCode;
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, StatusCodeAt, shown, when};
use crate::template::{Datum, Value};

/// The rule.
pub(super) struct InvalidStatusCode;

/// A response and what is wrong with its code.
pub(super) struct Hit<'a> {
    at: StatusCodeAt<'a>,
    /// The wrong value and its text; `None` where there is no code at all.
    wrong: Option<(&'a Value, &'a str)>,
}

impl Rule for InvalidStatusCode {
    type Node<'a> = StatusCodeAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "invalid-status-code",
        summary: "status code that is missing or not three digits from 100 to 599",
        category: Category::Responses,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_MethodResponse.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Value '…' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d"];

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: StatusCodeAt<'a>, _ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Some(property) = at.property else {
            let missing = at.required && !at.owner.open;
            return if missing { vec![Hit { at, wrong: None }] } else { Vec::new() };
        };
        if property.values.iter().all(is_nothing) {
            return if at.required { vec![Hit { at, wrong: None }] } else { Vec::new() };
        }
        let written = property.values.iter().filter(|value| !is_nothing(value));
        let wrong = written.filter_map(|value| {
            let text = value.known().filter(|text| StatusCode::parse(text).is_none())?;
            Some(Hit { at, wrong: Some((value, text)) })
        });
        wrong.collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let StatusCodeAt { owner, of, property, .. } = hit.at;
        let id = &owner.logical_id;
        let help = "write three digits from 100 to 599, such as \"404\"; there are no wildcards";
        let Some((value, text)) = hit.wrong else {
            let first = ctx.tree.entries(owner.node).next().map(|entry| entry.key);
            let node = property.map(|property| property.key).or(first).unwrap_or(owner.node);
            return Self::META
                .at(ctx, node, id, format!("{id} has no StatusCode in its {of}"))
                .labelled("this response has no status code")
                .note("the deploy fails: StatusCode is required")
                .help("add StatusCode");
        };
        let when = when(&value.when, owner.when());
        let part = if of == "gateway response" { String::new() } else { format!(" in its {of}") };
        let message = format!("{id} has status code {}{part}{when}", shown(text));
        let node = property.map_or(owner.node, |property| ctx.exact(property, value));
        let mut finding = Self::META
            .at(ctx, node, id, message)
            .labelled("not a status code")
            .note(format!(
                "the deploy fails: Value '{text}' at 'statusCode' failed to satisfy constraint: Member must satisfy \
                 regular expression pattern: [1-5]\\d\\d"
            ))
            .help(help);
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let (value, text) = hit.wrong?;
        let trimmed = text.trim();
        let quoted = ['"', '\''].iter().find_map(|quote| trimmed.strip_prefix(*quote)?.strip_suffix(*quote));
        let trimmed = quoted.map_or(trimmed, str::trim);
        StatusCode::parse(trimmed)?;
        if hit.at.owner.scope.in_loop() {
            return None;
        }
        let change = Change::Replace { node: ctx.literal(hit.at.property?, value)?, with: Fragment::Text(trimmed.to_owned()) };
        Fix::new(ctx.tree, Applicability::Safe, format!("write {trimmed} and nothing around it"), vec![change])
    }

    fn wishes(&self, _: &Hit<'_>, shown: usize) -> Option<Vec<usize>> {
        Some(vec![shown])
    }
}

/// Whether a value is as good as no property at all: `AWS::NoValue` or null.
fn is_nothing(value: &Value) -> bool {
    value.datum == Datum::Absent || value.is_null()
}
