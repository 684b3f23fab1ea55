//! # access-log-format
//! ## What it does
//! Reports an access log format without the ID of the request.
//! ## Why it matters
//! The deploy fails: `Access Log format must include either $context.requestId or $context.extendedRequestId`.
//! Source: [Logging](https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Live:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: !Ref Release20240131a7f3
//!       StageName: live
//!       AccessLogSetting:
//!         DestinationArn: !GetAtt Logs.Arn
//!         Format: '{"status":"$context.status"}'
//! ```
//! ```yaml,fixed
//! Resources:
//!   Live:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: !Ref Release20240131a7f3
//!       StageName: live
//!       AccessLogSetting:
//!         DestinationArn: !GetAtt Logs.Arn
//!         Format: '{"status":"$context.status","requestId":"$context.requestId"}'
//! ```
//! ## When not to use it
//! Nothing is reported where a part of the format is not known here; where only some branch of a condition is wrong, the finding
//! names it.
//! ## Fix
//! Safe: adds the ID to a format in JSON, in CSV or in the common log format. None for others, and where a format in JSON has the key
//! already.

use crate::api::{Api, Owner, Property};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, when};
use crate::syntax::NodeId;
use crate::template::{Datum, Scope, Template, Value};

/// The rule.
pub(super) struct AccessLogFormat;

/// A format without an ID.
pub(super) struct Hit<'a> {
    owner: &'a Owner,
    property: Property,
    value: Value,
    format: String,
}

impl Rule for AccessLogFormat {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "access-log-format",
        summary: "access log format without the ID of the request",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Access Log format must include either $context.requestId or $context.extendedRequestId"];

    fn detect<'a>(&self, api: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let of_stages = api.stages.iter().filter_map(|stage| Some((&stage.owner, stage.access_log_setting.clone()?)));
        let of_deployments = api.deployments.iter().flat_map(|deployment| {
            let owner = &deployment.owner;
            let inside = deployment.stage_description.iter();
            inside.flat_map(move |property| inner(owner, property, "AccessLogSetting", ctx)).map(move |found| (owner, found))
        });
        let settings = of_stages.chain(of_deployments);
        let formats = settings.flat_map(|(owner, setting)| {
            inner(owner, &setting, "Format", ctx).into_iter().map(move |property| (owner, property))
        });
        let wrong = formats.flat_map(|(owner, property)| {
            let values = property.values.to_vec();
            values.into_iter().filter_map(move |value| {
                let format = value.known().filter(|format| !format.trim().is_empty() && !has_id(format))?.to_owned();
                Some(Hit { owner, property: property.clone(), value, format })
            })
        });
        wrong.collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { owner, property, value, .. } = hit;
        let id = &owner.logical_id;
        let when = when(&value.when, owner.when());
        let message = format!("the access log format of {id} has no request ID{when}");
        let mut finding = Self::META
            .at(ctx, ctx.exact(property, value), id, message)
            .labelled("neither $context.requestId nor $context.extendedRequestId")
            .note("the deploy fails: Access Log format must include either $context.requestId or $context.extendedRequestId")
            .help("add $context.requestId to the format");
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let text = completed(&hit.format).filter(|_| !hit.owner.scope.in_loop())?;
        let node = ctx.literal(&hit.property, &hit.value)?;
        let change = Change::Replace { node, with: Fragment::Text(text) };
        Fix::new(ctx.tree, Applicability::Safe, "add $context.requestId to the format", vec![change])
    }
}

/// A property of the mappings that a property can be.
fn inner(owner: &Owner, property: &Property, name: &str, ctx: &Ctx<'_>) -> Vec<Property> {
    let mappings = property.values.iter().filter_map(|value| match value.datum {
        Datum::Mapping(node) => Some((node, owner.scope.assuming(&value.when))),
        Datum::Scalar(..) | Datum::Sequence(_) | Datum::List(_) | Datum::Absent | Datum::Unknown => None,
    });
    mappings.filter_map(|(node, scope)| property_of(ctx.template, node, name, &scope)).collect()
}

fn property_of(template: &Template<'_>, mapping: NodeId, name: &str, scope: &Scope) -> Option<Property> {
    let entries = template.entries(mapping, scope);
    let member = entries.get(name)?;
    let values = template.values(member.value, &member.scope).into_boxed_slice();
    Some(Property { key: member.key, node: member.value, values })
}

fn has_id(format: &str) -> bool {
    ["$context.requestId", "$context.extendedRequestId"].iter().any(|name| format.contains(name))
}

/// The format with the ID at its end, where it is of a kind that is known.
fn completed(format: &str) -> Option<String> {
    let text = format.trim_end();
    let behind = format.get(text.len()..)?;
    if let Some(inside) = text.strip_suffix('}').filter(|_| text.trim_start().starts_with('{')) {
        let before = inside.trim_end();
        let comma = if before.ends_with(['{', ',']) { "" } else { "," };
        let space = if before.contains(": \"") || before.contains("\", \"") { " " } else { "" };
        let blank = if comma.is_empty() { "" } else { space };
        let rest = inside.get(before.len()..)?;
        let fresh = !text.contains("\"requestId\"") && !rest.contains('\n') && text.contains('"');
        return fresh.then(|| format!("{before}{comma}{blank}\"requestId\":{space}\"$context.requestId\"{rest}}}{behind}"));
    }
    let is_line = !text.contains(['\n', '<', '{', '}']) && text.contains("$context.") && behind.is_empty();
    let is_csv = text.split(',').all(|part| part.trim().starts_with("$context.") && !part.trim().contains(' '));
    match (is_line, is_csv) {
        (false, _) => None,
        (true, true) => Some(format!("{text},$context.requestId")),
        (true, false) => Some(format!("{text} $context.requestId")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_comes_last() {
        let cases = [
            (r#"{"a":"$context.status"}"#, r#"{"a":"$context.status","requestId":"$context.requestId"}"#),
            (r#"{ "a": "$context.status" }"#, r#"{ "a": "$context.status", "requestId": "$context.requestId" }"#),
            ("$context.status,$context.path", "$context.status,$context.path,$context.requestId"),
            (r#"$context.path [x] "$context.status""#, r#"$context.path [x] "$context.status" $context.requestId"#),
        ];
        for (format, wanted) in cases {
            assert_eq!(completed(format).as_deref(), Some(wanted), "{format}");
        }
        for format in ["<a>$context.status</a>", r#"{"requestId":"$context.path"}"#] {
            assert_eq!(completed(format), None, "{format}");
        }
    }
}
