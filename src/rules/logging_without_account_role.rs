//! # logging-without-account-role
//! ## What it does
//! Reports a stage with access logs or execution logs that does not wait for the `AWS::ApiGateway::Account` of the same template.
//! ## Why it matters
//! The deploy fails until the account of the region has a role with which API Gateway writes logs: `CloudWatch Logs role ARN must be
//! set in account settings to enable logging`.
//! Sources: [AWS::ApiGateway::Account](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html), sst#1556.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Account:
//!     Type: AWS::ApiGateway::Account
//!     Properties:
//!       CloudWatchRoleArn: !GetAtt Role.Arn
//!   Live:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: !Ref Release20240131a7f3
//!       StageName: live
//!       MethodSettings:
//!         - {ResourcePath: "/*", HttpMethod: "*", LoggingLevel: INFO}
//! ```
//! ```yaml,good
//! Resources:
//!   Account:
//!     Type: AWS::ApiGateway::Account
//!     Properties:
//!       CloudWatchRoleArn: !GetAtt Role.Arn
//!   Live:
//!     Type: AWS::ApiGateway::Stage
//!     DependsOn: Account
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: !Ref Release20240131a7f3
//!       StageName: live
//!       MethodSettings:
//!         - {ResourcePath: "/*", HttpMethod: "*", LoggingLevel: INFO}
//! ```
//! ## When not to use it
//! The account is made in a moment, and the role may be there already, so this is no more than information. A template without an
//! account is not reported: the role is set once for the account and region, often by another stack. Nothing is reported where
//! the settings are not known here, or where conditions keep stage and account apart. Access logs that go to Firehose need no role.
//! ## Fix
//! None: whether the role is there already cannot be seen, and with it nothing has to be waited for.

use crate::api::{Property, Stage};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta};
use crate::syntax::NodeId;
use crate::template::{Datum, Hole, Resource, Text, Value};

/// Stages of one template that are looked at.
const MAX_STAGES: usize = 50;

/// The rule.
pub(super) struct LoggingWithoutAccountRole;

/// A stage with logs, where they are switched on, and the account that it should wait for.
pub(super) struct Hit<'a> {
    stage: &'a Stage,
    at: NodeId,
    account: &'a Resource<'a>,
}

impl Rule for LoggingWithoutAccountRole {
    type Node<'a> = &'a crate::api::Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "logging-without-account-role",
        summary: "stage with logs that does not wait for the role to write them",
        category: Category::Integration,
        severity: Severity::Info,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html"],
    };

    const MESSAGES: &'static [&'static str] = &["CloudWatch Logs role ARN must be set in account settings to enable logging"];

    fn detect<'a>(&self, api: &'a crate::api::Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let stages = api.stages.iter().take(MAX_STAGES).filter(|_| !ctx.template.is_open());
        stages.filter_map(|stage| hit(stage, ctx)).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &hit.stage.owner.logical_id;
        let account = &hit.account.logical_id;
        Self::META
            .at(ctx, hit.at, id, format!("{id} writes logs, but does not wait for {account}"))
            .labelled("needs the role of the account")
            .with(ctx.span(hit.account.key), "sets the role")
            .note("without the role the deploy fails: CloudWatch Logs role ARN must be set in account settings to enable logging")
            .help(format!("add {account} to DependsOn of {id}"))
            .likely()
    }
}

fn hit<'a>(stage: &'a Stage, ctx: &Ctx<'a>) -> Option<Hit<'a>> {
    let at = logs(stage, ctx)?;
    let accounts = ctx.template.resources().iter().filter(|resource| resource.kind == "AWS::ApiGateway::Account");
    let accounts: Vec<_> = accounts.filter(|account| ctx.compatible(&account.scope.when, stage.owner.when())).collect();
    let waiting = ctx.template.waits_for(&stage.owner.logical_id);
    let behind = ctx.template.waited_for_by(&stage.owner.logical_id);
    if waiting.open || accounts.iter().any(|account| waiting.ids.contains(&*account.logical_id) || behind.contains(&*account.logical_id)) {
        return None;
    }
    accounts.first().map(|account| Hit { stage, at, account })
}

/// Where logs are surely switched on.
fn logs(stage: &Stage, ctx: &Ctx<'_>) -> Option<NodeId> {
    let one = |property: &Property| match &*property.values {
        [Value { datum: Datum::Mapping(node) | Datum::Sequence(node), .. }] => Some(*node),
        _ => None,
    };
    if let Some(setting) = &stage.access_log_setting
        && let Some(destination) = one(setting).and_then(|node| ctx.tree.get(node, "DestinationArn"))
        && ctx.template.values(destination, &stage.owner.scope).iter().all(|value| value.text().is_some_and(|text| is_log_group(text, ctx)))
    {
        return Some(setting.key);
    }
    let settings = ctx.template.items(one(stage.method_settings.as_ref()?)?, &stage.owner.scope).items;
    let levels = settings.iter().filter_map(|item| Some((ctx.tree.get(item.node, "LoggingLevel")?, &item.scope)));
    let on = |value: &Value| matches!(value.known(), Some("INFO" | "ERROR"));
    levels.filter(|(node, scope)| ctx.template.values(*node, scope).iter().all(on)).map(|(node, _)| node).next()
}

fn is_log_group(text: &Text, ctx: &Ctx<'_>) -> bool {
    let own = text.parts().next().is_some_and(|part| match part {
        crate::template::Part::Hole(Hole::Resource(name)) => {
            let id = name.split('.').next().unwrap_or("");
            ctx.template.resource(id).is_some_and(|resource| resource.kind == "AWS::Logs::LogGroup")
        }
        crate::template::Part::Hole(_) | crate::template::Part::Known(_) => false,
    });
    own || text.mentions(":log-group:")
}
