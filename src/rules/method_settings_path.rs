//! # method-settings-path
//! ## What it does
//! Reports a ResourcePath in MethodSettings without the leading slash, or with another slash that is not written as `~1`.
//! ## Why it matters
//! The deploy fails: `Invalid method setting path`. The path begins with a slash, and the slashes of the resource itself are
//! written `~1`: `/~1pets~1{id}`.
//! Source: [MethodSetting](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Live:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: !Ref Release20240131a7f3
//!       StageName: live
//!       MethodSettings:
//!         - ResourcePath: /pets/{id}
//!           HttpMethod: GET
//!           ThrottlingRateLimit: 10
//! ```
//! ```yaml,fixed
//! Resources:
//!   Live:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: !Ref Release20240131a7f3
//!       StageName: live
//!       MethodSettings:
//!         - ResourcePath: /~1pets~1{id}
//!           HttpMethod: GET
//!           ThrottlingRateLimit: 10
//! ```
//! ## When not to use it
//! Nothing is reported where the path is not known here. `/*` for all resources and `/` for the root are as they should be, and a
//! path of one part such as `/pets` is not reported.
//! ## Fix
//! Safe: writes the path with `~1`. None where it has an asterisk among its parts or ends with a slash.

use crate::api::{Owner, Property};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, shown, when};
use crate::syntax::NodeId;
use crate::template::{Datum, Scope, Template, Value};

/// Settings of one stage that are looked at.
const MAX_SETTINGS: usize = 1_000;

/// The rule.
pub(super) struct MethodSettingsPath;

/// A wrong path.
pub(super) struct Hit<'a> {
    owner: &'a Owner,
    property: Property,
    value: Value,
    path: String,
}

impl Rule for MethodSettingsPath {
    type Node<'a> = &'a crate::api::Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "method-settings-path",
        summary: "path in MethodSettings that the service refuses",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid method setting path"];

    fn detect<'a>(&self, api: &'a crate::api::Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let of_stages = api.stages.iter().map(|stage| (&stage.owner, stage.method_settings.clone()));
        let of_deployments = api.deployments.iter().flat_map(|deployment| {
            let inside = deployment.stage_description.iter().flat_map(|property| &property.values);
            inside.filter_map(|value| match value.datum {
                Datum::Mapping(node) => {
                    let scope = deployment.owner.scope.assuming(&value.when);
                    Some((&deployment.owner, property_of(ctx.template, node, "MethodSettings", &scope)))
                }
                Datum::Scalar(..) | Datum::Sequence(_) | Datum::List(_) | Datum::Absent | Datum::Unknown => None,
            })
        });
        let lists = of_stages.chain(of_deployments).filter_map(|(owner, list)| Some((owner, list?)));
        lists.flat_map(|(owner, list)| hits(owner, &list, ctx)).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { owner, property, value, path } = hit;
        let id = &owner.logical_id;
        let when = when(&value.when, owner.when());
        let mut finding = Self::META
            .at(ctx, ctx.exact(property, value), id, format!("{id} has method settings for the path {}{when}", shown(path)))
            .labelled(if path.starts_with('/') { "a slash that is not written as ~1" } else { "begins without a slash" })
            .note("the deploy fails: Invalid method setting path")
            .help(match meant(path) {
                Some(meant) => format!("write {meant}"),
                None => "write a slash, and then the path of the resource with ~1 for each of its slashes".to_owned(),
            });
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let text = meant(&hit.path).filter(|_| !hit.owner.scope.in_loop())?;
        let node = ctx.literal(&hit.property, &hit.value)?;
        let title = format!("write {text}");
        Fix::new(ctx.tree, Applicability::Safe, title, vec![Change::Replace { node, with: Fragment::Text(text) }])
    }
}

fn hits<'a>(owner: &'a Owner, list: &Property, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
    let mut hits = Vec::new();
    for value in &list.values {
        let Datum::Sequence(sequence) = value.datum else { continue };
        let items = ctx.template.items(sequence, &owner.scope.assuming(&value.when)).items;
        for item in items.into_iter().take(MAX_SETTINGS) {
            let Some(property) = property_of(ctx.template, item.node, "ResourcePath", &item.scope) else { continue };
            let wrong = property.values.iter().filter_map(|value| {
                let path = value.known().filter(|path| is_wrong(path))?.to_owned();
                Some(Hit { owner, property: property.clone(), value: value.clone(), path })
            });
            hits.extend(wrong);
        }
    }
    hits
}

fn property_of(template: &Template<'_>, mapping: NodeId, name: &str, scope: &Scope) -> Option<Property> {
    let entries = template.entries(mapping, scope);
    let member = entries.get(name)?;
    let values = template.values(member.value, &member.scope).into_boxed_slice();
    Some(Property { key: member.key, node: member.value, values })
}

fn is_wrong(path: &str) -> bool {
    !path.is_empty() && path.strip_prefix('/').is_none_or(|rest| rest.contains('/'))
}

/// The path as it is surely meant.
fn meant(path: &str) -> Option<String> {
    let plain = path.replace("~1", "/");
    let inside = plain.trim_start_matches('/');
    match inside {
        "*" => Some("/*".to_owned()),
        "" => None,
        _ if inside.contains('*') || inside.ends_with('/') || inside.contains("//") || inside.contains(char::is_whitespace) => None,
        _ => Some(format!("/~1{}", inside.replace('/', "~1"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_become_escapes() {
        for (path, wanted) in [("*", "/*"), ("pets", "/~1pets"), ("/pets/{id}", "/~1pets~1{id}"), ("~1pets~1{id}", "/~1pets~1{id}")] {
            assert!(is_wrong(path), "{path}");
            assert_eq!(meant(path).as_deref(), Some(wanted), "{path}");
            assert!(!is_wrong(wanted), "{wanted}");
        }
        for path in ["/*/*", "/pets/"] {
            assert_eq!(meant(path), None, "{path}");
        }
        for path in ["/", "/*", "/pets", "/~1pets~1{id}"] {
            assert!(!is_wrong(path), "{path}");
        }
    }
}
