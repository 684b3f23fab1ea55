//! # unknown-context-variable
//! ## What it does
//! Reports a mapping that reads a variable of `context` which no page lists, which only access logs have, which only gateway responses
//! have, or which is a group of variables.
//! ## Why it matters
//! The deploy succeeds, or fails with `Invalid mapping expression specified`; in the first case the header or parameter is missing or
//! empty in every call. `context.integrationLatency` and `context.status` exist in access logs only, `context.error.message` in gateway
//! responses and access logs only, and `context.identity` is no value by itself.
//! Source: [variables of access logs](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.X-Latency: context.responseLatency
//! ```
//! ```yaml,good
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.X-Request-Id: context.requestId
//! ```
//! ## When not to use it
//! Where the service has got a new variable. What stands below `context.authorizer` is the authorizer's to choose and is never
//! reported, nor is a variable that is not known here. Another letter case is `misspelt-mapping-expression`'s.
//! ## Fix
//! Safe where one letter makes it a documented variable, unsafe where more do. None elsewhere.

use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::lang::distance;
use crate::lang::mapping_expression::{
    Availability, Reader, Source, Verdict, availability, judge, nearest_variable, parse,
};
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta, shown, when};
use crate::template::Value;

/// The rule.
pub(super) struct UnknownContextVariable;

/// A variable that gives nothing, and why.
pub(super) struct Hit<'a> {
    at: MappingAt<'a>,
    value: &'a Value,
    variable: String,
    found: Availability,
}

impl Rule for UnknownContextVariable {
    type Node<'a> = MappingAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "unknown-context-variable",
        summary: "context variable that is not there to be read",
        category: Category::Mapping,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html"],
    };

    fn detect<'a>(&self, at: MappingAt<'a>, _: &Ctx<'a>) -> Vec<Hit<'a>> {
        let hit = |value: &'a Value| {
            let variable = read(&at, value)?;
            let found = availability(&variable, Reader::Mapping(at.place));
            (found != Availability::Available).then_some(Hit { at, value, variable, found })
        };
        at.entry.property.values.iter().filter_map(hit).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, value, variable, found } = hit;
        let when = when(&value.when, at.owner.when());
        let (what, label) = match found {
            Availability::AccessLog => ("exists in access logs only", "gives nothing here"),
            Availability::GatewayResponse => ("exists in gateway responses and access logs only", "gives nothing here"),
            Availability::Group => ("is a group of variables", "gives nothing by itself"),
            Availability::Unknown | Availability::Available => ("is no variable that is documented", "not documented"),
        };
        let name = shown(&format!("context.{variable}"));
        let mut finding = Self::META
            .at(ctx, value.node, &at.owner.logical_id, format!("{name} {what}; {} gets nothing from it{when}", at.destination()))
            .likely()
            .labelled(label)
            .note("the deploy fails, or the value is missing in every call")
            .help(match (found, nearest_variable(variable)) {
                (Availability::Unknown, Some(near)) => format!("write {}, if that is meant", shown(&format!("context.{near}"))),
                (Availability::Group, _) => format!("name one of its variables: {}", shown(&format!("context.{variable}.NAME"))),
                _ => "read another variable, or leave the mapping out".to_owned(),
            });
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { at, value, variable, found } = hit;
        let near = nearest_variable(variable).filter(|_| *found == Availability::Unknown)?;
        if at.owner.scope.in_loop() || availability(near, Reader::Mapping(at.place)) != Availability::Available {
            return None;
        }
        let node = ctx.literal(&at.entry.property, value)?;
        let meant = format!("context.{near}");
        let title = format!("write {}", shown(&meant));
        let sure = distance::between(variable, near) <= 1;
        let grade = if sure { Applicability::Safe } else { Applicability::Unsafe };
        Fix::new(ctx.tree, grade, title, vec![Change::Replace { node, with: Fragment::Text(meant) }])
    }
}

/// The variable that a value reads, or will read once its spelling is right.
fn read(at: &MappingAt<'_>, value: &Value) -> Option<String> {
    let text = value.known()?;
    let suggestion = match judge(value.text()?, at.place) {
        Verdict::Misspelt { suggestion, .. } => Some(suggestion),
        Verdict::LineBreaks => Some(text.trim().to_owned()),
        Verdict::Legal | Verdict::Unknown | Verdict::IllegalSource { .. } | Verdict::Unquoted { .. } => None,
    };
    match parse(suggestion.as_deref().unwrap_or(text)) {
        Ok(Source::Context(variable)) => Some(variable.to_owned()),
        _ => None,
    }
}
