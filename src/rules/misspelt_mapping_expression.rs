//! # misspelt-mapping-expression
//! ## What it does
//! Reports a mapping value that was meant as an expression and is misspelt: `integration.response.headers.X`,
//! `$context.requestId`, `stagevariables.x`, `integration.response.body.$.id`, `context.requestid`.
//! ## Why it matters
//! The deploy fails: `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping
//! expression specified: integration.response.headers.X]`. Putting such a value in quotes would turn the loud error into a
//! silently wrong header. The leading `$` belongs to mapping templates; one page of the documentation prints it in mappings
//! and another forbids it, so that case, like a context variable in another letter case or a blank beside the expression, is a
//! warning.
//! Sources: [parameter mapping](https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html),
//! aws-cdk#23073.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.X-Origin: method.request.headers.Origin
//!         gatewayresponse.header.X-Request: $context.requestId
//! ```
//! ```yaml,fixed
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.X-Origin: method.request.header.Origin
//!         gatewayresponse.header.X-Request: context.requestId
//! ```
//! ## When not to use it
//! A text that only looks like an expression, and is meant as a static value, needs its quotes: then nothing is reported.
//! ## Fix
//! Safe where one repair is the only near one (a plural, a letter case, a `$`, one letter); unsafe where two letters differ.

use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::{Verdict, judge};
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta, shown, when};
use crate::template::Value;

/// The rule.
pub(super) struct MisspeltMappingExpression;

/// A misspelt value and what was meant.
pub(super) struct Hit<'a> {
    at: MappingAt<'a>,
    value: &'a Value,
    suggestion: String,
    sure: bool,
    lenient: bool,
}

impl Rule for MisspeltMappingExpression {
    type Node<'a> = MappingAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "misspelt-mapping-expression",
        summary: "mapping value that is nearly an expression",
        category: Category::Mapping,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid mapping expression specified: integration.response.…"];

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: MappingAt<'a>, _: &Ctx<'a>) -> Vec<Hit<'a>> {
        let judged = at.entry.property.values.iter().filter_map(|value| Some((value, judge(value.text()?, at.place))));
        let hit = |(value, verdict)| match verdict {
            Verdict::Misspelt { suggestion, sure, lenient } => Some(Hit { at, value, suggestion, sure, lenient }),
            Verdict::Legal | Verdict::Unknown | Verdict::IllegalSource { .. } | Verdict::Unquoted { .. } | Verdict::LineBreaks => None,
        };
        judged.filter_map(hit).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let text = hit.value.known().unwrap_or("");
        let when = when(&hit.value.when, hit.at.owner.when());
        let message = format!("{} of {} is no mapping expression{when}", shown(text), hit.at.destination());
        let finding = Self::META
            .at(ctx, hit.value.node, &hit.at.owner.logical_id, message)
            .labelled(format!("nearly {}", shown(&hit.suggestion)))
            .note(format!("the deploy fails: Invalid mapping expression specified: {text}"))
            .help(format!("write {}, or put a static value in single quotes", shown(&hit.suggestion)));
        if hit.lenient {
            let note = "mapping expressions are written without `$` or blanks and are case-sensitive: the deploy fails, or the value is empty";
            finding.severity(Severity::Warning).note(note)
        } else {
            finding
        }
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let node = hit.value.node;
        if hit.at.owner.scope.in_loop() || ctx.tree.text(node) != hit.value.known() || ctx.tree.tag(node).is_some() {
            return None;
        }
        let grade = if hit.sure { Applicability::Safe } else { Applicability::Unsafe };
        let changes = vec![Change::Replace { node, with: Fragment::Text(hit.suggestion.clone()) }];
        Fix::new(ctx.tree, grade, format!("write {}", shown(&hit.suggestion)), changes)
    }

    fn wishes(&self, _: &Hit<'_>, shown: usize) -> Option<Vec<usize>> {
        Some(vec![shown])
    }
}
