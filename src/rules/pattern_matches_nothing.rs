//! # pattern-matches-nothing
//! ## What it does
//! Reports a selection pattern on an HTTP, AWS service or MOCK integration that matches no status code: `"404 "` with a blank,
//! `'"404"'` with quotes inside, `HTTP 404`, `400-499`, `404,410`, `.*NotFound.*`, `4\d`.
//! ## Why it matters
//! There the pattern is compared with the status code, three digits and nothing else, and must match all of it. Not the body, not the
//! reason phrase. The response is never selected and the default one answers, usually with 200.
//! Sources: [IntegrationResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html),
//! [Integration responses](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html).
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
//!           - StatusCode: "404"
//!             SelectionPattern: "404 "
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
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
//!           - StatusCode: "404"
//!             SelectionPattern: "404"
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
//! ```
//! ## When not to use it
//! Patterns that cannot be judged, and patterns for integers beyond status codes on MOCK integrations (`1000`) or beyond 599 on HTTP
//! (`999`), are never reported. Wildcards and backslashes are `glob-as-selection-pattern`'s and `escaped-selection-pattern`'s.
//! ## Fix
//! Safe where blanks, quotes or slashes around a status pattern are all that is wrong. None where another text is meant.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::pattern_repair::{status_backslashes, status_glob, status_unwrapped};
use crate::lang::selection_pattern::Pattern;
use crate::rule::{Ctx, FixPromise, PatternAt, Rule, RuleMeta, shown, when};

/// The rule.
pub(super) struct PatternMatchesNothing;

/// A pattern and the one that was meant, if that is sure.
pub(super) struct Hit<'a> {
    at: PatternAt<'a>,
    meant: Option<String>,
}

impl Rule for PatternMatchesNothing {
    type Node<'a> = PatternAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "pattern-matches-nothing",
        summary: "selection pattern that no status code matches",
        category: Category::Selection,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html"],
    };

    fn detect<'a>(&self, at: PatternAt<'a>, _: &Ctx<'a>) -> Vec<Hit<'a>> {
        let never = at.sees_status() && at.parsed.statuses.is_some_and(|statuses| statuses.is_empty());
        if !never || matches_other_integers(at) {
            return Vec::new();
        }
        let other_rule = status_glob(at.pattern).is_some() || status_backslashes(at.pattern).is_some();
        if other_rule { Vec::new() } else { vec![Hit { at, meant: status_unwrapped(at.pattern) }] }
    }

    fn describe<'a>(&self, Hit { at, meant }: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let when = when(&at.value.when, at.response.owner.when());
        let message = format!("no status code matches selection pattern {}{when}", shown(at.pattern));
        let mut finding = Self::META
            .at(ctx, at.value.node, &at.method.owner.logical_id, message)
            .labelled("is compared with a status code such as 404, and nothing else")
            .note("this response is never selected and the default one answers")
            .help(match meant {
                Some(meant) => format!("write {}", shown(meant)),
                None => r"match the status code of the backend, all of it: `404`, `400|404`, `4\d{2}`".to_owned(),
            });
        for (span, words) in ctx.causes(at.value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let meant = hit.meant.as_deref()?;
        Fix::new(ctx.tree, Applicability::Safe, format!("write {}", shown(meant)), hit.at.replaced(ctx, meant)?)
    }

    fn wishes(&self, _: &Hit<'_>, shown: usize) -> Option<Vec<usize>> {
        Some(vec![shown])
    }
}

/// Whether it may match integers that a template or an unusual backend can give and that are no status codes.
fn matches_other_integers(at: PatternAt<'_>) -> bool {
    let Some(matcher) = at.parsed.result.as_ref().ok().and_then(Pattern::matcher) else { return true };
    let written = at.pattern.parse::<i64>().is_ok() && at.integration.backend() == crate::api::Backend::Mock;
    written || (600..1000).any(|status: u16| matcher.is_match(&status.to_string()) != Some(false))
}
