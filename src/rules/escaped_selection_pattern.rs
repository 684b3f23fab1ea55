//! # escaped-selection-pattern
//! ## What it does
//! Reports a selection pattern whose backslashes are doubled or lost: `4\\d{2}` or `4d{2}` after YAML or JSON has read it.
//! ## Why it matters
//! Two backslashes are one backslash as a character, followed by the letter d: no status code matches, and the default response
//! answers instead. YAML reads a backslash as it is without quotes and in single quotes; only in double quotes, and in JSON, it is
//! written twice.
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
//!             SelectionPattern: 4\\d{2}
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
//! A Lambda function's messages can hold backslashes (a Windows path): there it is reported as likely, and only before a bracket, a dot
//! or a class letter.
//! ## Fix
//! Safe on HTTP, AWS service and MOCK integrations, where a status code holds no backslash; unsafe on Lambda functions.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::message_pattern::completed;
use crate::lang::pattern_repair::{message_backslashes, status_backslashes};
use crate::rule::{Ctx, FixPromise, PatternAt, Rule, RuleMeta, shown, when};

/// The rule.
pub(super) struct EscapedSelectionPattern;

impl Rule for EscapedSelectionPattern {
    type Node<'a> = PatternAt<'a>;
    type Hit<'a> = (PatternAt<'a>, String);

    const META: RuleMeta = RuleMeta {
        name: "escaped-selection-pattern",
        summary: "selection pattern with doubled or lost backslashes",
        category: Category::Selection,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: PatternAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let meant = if at.takes_statuses() {
            None
        } else if at.sees_status() {
            status_backslashes(at.pattern)
        } else if at.sees_message() {
            message_backslashes(at.pattern).map(completed)
        } else {
            None
        };
        meant.map(|meant| (at, meant)).into_iter().collect()
    }

    fn describe<'a>(&self, (at, meant): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let when = when(&at.value.when, at.response.owner.when());
        let doubled = at.pattern.contains("\\\\");
        let what = if doubled { "doubled" } else { "lost" };
        let message = format!("selection pattern {} has {what} backslashes{when}", shown(at.pattern));
        let finding = Self::META
            .at(ctx, at.value.node, &at.method.owner.logical_id, message)
            .labelled(if doubled { "`\\\\` is a backslash as a character" } else { "`d` is the letter d" })
            .note("the pattern does not match what it should, so the default response answers")
            .help(format!("after YAML or JSON has read it, it should be {}", shown(meant)));
        if at.sees_status() { finding } else { finding.likely() }
    }

    fn fix<'a>(&self, (at, meant): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let grade = if at.sees_status() { Applicability::Safe } else { Applicability::Unsafe };
        Fix::new(ctx.tree, grade, format!("make it {}", shown(meant)), at.replaced(ctx, meant)?)
    }

    fn wishes(&self, _: &(PatternAt<'_>, String), shown: usize) -> Option<Vec<usize>> {
        Some(vec![shown])
    }
}
