//! # glob-as-selection-pattern
//! ## What it does
//! Reports a selection pattern written with the wildcards of another language: `4XX`, `5xx`, `4**`, `40x`, `5//d{2}` for status
//! codes, `*`, `*Error*`, `Invalid*` for messages.
//! ## Why it matters
//! The pattern is a Java regular expression that must match the whole text. `4XX` matches only the letters 4XX, so the default
//! response answers instead, usually with 200. `4*` matches `4`, `44` and the empty text. `*Error` is refused: `Invalid regex pattern
//! specified`.
//! Sources: [IntegrationResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html),
//! aws-apigateway-importer#56.
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
//!           - StatusCode: "200"
//!           - StatusCode: "400"
//!             SelectionPattern: 4XX
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "400"
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
//!           - StatusCode: "400"
//!             SelectionPattern: 4\d{2}
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "400"
//! ```
//! ## When not to use it
//! A pattern that matches some status code is never reported on HTTP, AWS service and MOCK integrations. On a Lambda function a
//! message may end with a repeated letter on purpose (`Goo*`); that is reported as likely only.
//! ## Fix
//! Safe for status codes: `4XX` becomes `4\d{2}`. Unsafe for messages: `*Error*` becomes `.*Error.*`.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::message_pattern::completed;
use crate::lang::pattern_repair::{message_glob, status_glob};
use crate::rule::{Ctx, FixPromise, PatternAt, Rule, RuleMeta, shown, when};

/// The rule.
pub(super) struct GlobAsSelectionPattern;

/// A wildcard and the regular expression that says the same.
pub(super) struct Hit<'a> {
    at: PatternAt<'a>,
    meant: String,
    refused: bool,
}

impl Rule for GlobAsSelectionPattern {
    type Node<'a> = PatternAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "glob-as-selection-pattern",
        summary: "wildcard where a regular expression is wanted",
        category: Category::Selection,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid regex pattern specified"];

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: PatternAt<'a>, _: &Ctx<'a>) -> Vec<Hit<'a>> {
        let meant = if at.takes_statuses() {
            None
        } else if at.sees_status() {
            status_glob(at.pattern)
        } else if at.sees_message() {
            message_glob(at.pattern).map(completed).or_else(|| status_glob(at.pattern))
        } else {
            None
        };
        let meant = meant.or_else(|| (at.pattern == "*").then(|| ".*".to_owned()));
        meant.map(|meant| Hit { at, meant, refused: at.parsed.result.is_err() }).into_iter().collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, meant, refused } = hit;
        let when = when(&at.value.when, at.response.owner.when());
        let message = format!("selection pattern {} is a wildcard, not a regular expression{when}", shown(at.pattern));
        let finding = Self::META.at(ctx, at.value.node, &at.method.owner.logical_id, message);
        if *refused {
            return finding
                .severity(Severity::Error)
                .labelled("Java refuses this")
                .note("the deploy fails: Invalid regex pattern specified")
                .help(format!("write {}", shown(meant)));
        }
        let finding = finding.note("the whole text must match, so this response is not selected and the default one answers");
        if at.sees_status() {
            finding.labelled("matches no status code").help(format!("write {}", shown(meant)))
        } else {
            let help = format!("write {} for any text there", shown(meant));
            finding.likely().labelled("`*` repeats the letter before it").help(help)
        }
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        if !hit.at.sees_status() && message_glob(hit.at.pattern).is_none() {
            return None;
        }
        let grade = if hit.at.sees_status() && hit.at.pattern != "*" { Applicability::Safe } else { Applicability::Unsafe };
        Fix::new(ctx.tree, grade, format!("write {}", shown(&hit.meant)), hit.at.replaced(ctx, &hit.meant)?)
    }

    fn wishes(&self, _: &Hit<'_>, shown: usize) -> Option<Vec<usize>> {
        Some(vec![shown])
    }
}
