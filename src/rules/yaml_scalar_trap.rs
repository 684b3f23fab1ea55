//! # yaml-scalar-trap
//! ## What it does
//! Reports a value without quotes in a property of an API Gateway resource that is a text, where YAML 1.1 reads something else
//! than what is written: `on`, `off`, `yes`, `no`; digits behind a zero, such as account IDs; `12:30:45`; `1.10`, `1e3`, `1_000`,
//! `0x1F`.
//! ## Why it matters
//! The template is read as YAML 1.1, and the text is made of what was read: `on` becomes `true`, `1.10` becomes `1.1`, and
//! an account ID with a zero in front becomes another number. Nothing is refused; a stage variable or an ARN
//! has another value than the file shows.
//! Sources: [Template formats](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html): YAML 1.1;
//! [YAML 1.1 types](https://yaml.org/type/); cloudformation-coverage-roadmap#745, aws-cli#6908 and cfn-language-discussion#31:
//! account IDs that lost their zero.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Live:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: !Ref Release20240131
//!       StageName: live
//!       Variables:
//!         tracing: on
//! ```
//! ```yaml,fixed
//! Resources:
//!   Live:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: !Ref Release20240131
//!       StageName: live
//!       Variables:
//!         tracing: 'on'
//! ```
//! ## When not to use it
//! Where `true` is meant and `on` is written for it. `true`, `false` and numbers that are printed as they are written stay the
//! same text and are not reported; neither are dates and `y` and `n`, which CloudFormation reads as texts. Nothing is
//! said of mapping expressions, status codes and numbers as selection patterns, which other rules read, nor of documents
//! inside the template (`Body`, `Policy`, `Schema`), where booleans and numbers are usual. A JSON template has no such traps.
//! ## Fix
//! Safe: puts the value in quotes, so that it is the text that is written. Unsafe for a parameter's default or allowed values and
//! for entries of Mappings, which are used in other places, too, and may be compared there. None in loops.

use std::collections::BTreeMap;

use crate::api::Api;
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, shown};
use crate::syntax::{NodeId, Reading};
use crate::template::{Cause, Datum, Member, Resource, Scope};

/// Properties of API Gateway resources, at any depth, that are texts of the author's own.
const TEXTS: [&str; 24] = [
    "AuthorizerCredentials",
    "AuthorizerUri",
    "BasePath",
    "CacheNamespace",
    "ConnectionId",
    "Credentials",
    "CustomerId",
    "Description",
    "DestinationArn",
    "DocumentationVersion",
    "DomainName",
    "Format",
    "IdentitySource",
    "IdentityValidationExpression",
    "Key",
    "Name",
    "OperationName",
    "PathPart",
    "SelectionPattern",
    "Stage",
    "StageName",
    "Uri",
    "UsagePlanName",
    "Value",
];

/// Properties whose entries are such texts.
const MAPS: [&str; 4] = ["Variables", "StageVariableOverrides", "RequestModels", "ResponseModels"];

/// Properties that hold other documents, or mapping expressions and booleans.
const CLOSED: [&str; 5] = ["Body", "Policy", "Schema", "RequestParameters", "ResponseParameters"];

/// Properties inside properties.
const MAX_DEPTH: usize = 12;

/// The rule.
pub(super) struct YamlScalarTrap;

/// A value that is read as something else than what is written.
pub(super) struct Hit<'a> {
    logical_id: &'a str,
    /// The property's name for messages, and its value's node.
    property: String,
    place: NodeId,
    /// The scalar.
    node: NodeId,
    reading: Reading,
    in_loop: bool,
}

impl Rule for YamlScalarTrap {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "yaml-scalar-trap",
        summary: "value without quotes that YAML 1.1 reads as another one",
        category: Category::Syntax,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html",
            "https://yaml.org/type/",
        ],
    };

    const REPAIRS_CAUSES: bool = true;

    fn detect<'a>(&self, _: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        // Hardly any template has one, and looking is cheap.
        if !ctx.tree.ids().any(|node| ctx.tree.reads_otherwise(node).is_some()) {
            return Vec::new();
        }
        let mut found = BTreeMap::new();
        for resource in ctx.template.resources().iter().filter(|resource| resource.kind.starts_with("AWS::ApiGateway::")) {
            let mut search = Search { ctx, resource, found: &mut found };
            resource.properties.into_iter().for_each(|node| search.properties(node, &resource.scope, 0));
        }
        found.into_values().collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let text = ctx.tree.text(hit.node).unwrap_or_default();
        let (read, certain) = match &hit.reading {
            Reading::Bool(value) => (format!("`{value}`"), true),
            Reading::LeadingZero => ("a number and loses its zero".to_owned(), true),
            Reading::Number(number) => (format!("the number {number}"), false),
        };
        let finding = Self::META
            .at(ctx, hit.node, hit.logical_id, format!("{} of {} is read as {read}", shown(text), hit.property))
            .labelled("no text for YAML 1.1 without quotes")
            .note("nothing is refused; the deployed value is another one than the template shows")
            .help(format!("write \"{text}\""));
        let finding = if certain { finding } else { finding.likely() };
        if hit.is_elsewhere(ctx) { finding.with(ctx.span(hit.place), format!("used for {}", hit.property)) } else { finding }
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let text = ctx.tree.text(hit.node).filter(|_| !hit.in_loop)?.to_owned();
        let grade = if hit.is_elsewhere(ctx) { Applicability::Unsafe } else { Applicability::Safe };
        let changes = vec![Change::Replace { node: hit.node, with: Fragment::Text(text) }];
        Fix::new(ctx.tree, grade, "put the value in quotes", changes)
    }
}

impl Hit<'_> {
    /// Whether the text stands in the section of parameters or mappings, where others may use it.
    fn is_elsewhere(&self, ctx: &Ctx<'_>) -> bool {
        !ctx.template.is_in_resources(self.node)
    }
}

/// Looks through the properties of one resource.
struct Search<'s, 'a> {
    ctx: &'s Ctx<'a>,
    resource: &'a Resource<'a>,
    found: &'s mut BTreeMap<NodeId, Hit<'a>>,
}

impl Search<'_, '_> {
    fn properties(&mut self, node: NodeId, scope: &Scope, depth: usize) {
        let template = self.ctx.template;
        for value in template.values(node, scope).into_iter().filter(|_| depth < MAX_DEPTH) {
            let scope = scope.assuming(&value.when);
            match value.datum {
                Datum::Mapping(mapping) => {
                    template.entries(mapping, &scope).members.iter().for_each(|member| self.property(member, depth + 1));
                }
                Datum::Sequence(list) => {
                    let items = template.items(list, &scope).items;
                    for item in &items {
                        self.properties(item.node, &item.scope, depth + 1);
                    }
                }
                Datum::Scalar(..) | Datum::List(_) | Datum::Absent | Datum::Unknown => {}
            }
        }
    }

    fn property(&mut self, member: &Member<'_>, depth: usize) {
        let name = &*member.name;
        if TEXTS.contains(&name) {
            self.text(name, member);
        } else if MAPS.contains(&name) {
            self.texts(member);
        } else if !CLOSED.contains(&name) {
            self.properties(member.value, &member.scope, depth);
        }
    }

    fn texts(&mut self, map: &Member<'_>) {
        for value in self.ctx.template.values(map.value, &map.scope) {
            if let Datum::Mapping(mapping) = value.datum {
                let entries = self.ctx.template.entries(mapping, &map.scope.assuming(&value.when));
                entries.members.iter().for_each(|member| self.text(&format!("{} {}", map.name, member.name), member));
            }
        }
    }

    /// The scalars that a property's text is, or is put together from.
    fn text(&mut self, name: &str, member: &Member<'_>) {
        let Ctx { tree, template, .. } = self.ctx;
        for value in template.values(member.value, &member.scope) {
            let joined = template.join_parts(value.node).map(|(_, items)| tree.items(items)).unwrap_or_default();
            let mut nodes: Vec<NodeId> = joined.iter().map(|item| tree.target(*item)).collect();
            let mut given = false;
            for cause in &value.causes {
                match cause {
                    Cause::ParameterDefault(name, node) | Cause::AllowedValue(name, node) => {
                        given |= *node == value.node;
                        let parameter = template.parameter(name).filter(|parameter| parameter.kind == "String");
                        nodes.extend(parameter.iter().flat_map(|parameter| parameter.default.iter().chain(&parameter.allowed)));
                    }
                    Cause::MappingEntry(node) => nodes.push(*node),
                    Cause::GivenParameter(_) | Cause::Branch(..) => {}
                }
            }
            nodes.extend(Some(value.node).filter(|_| !given));
            for node in nodes {
                self.scalar(node, name, member);
            }
        }
    }

    fn scalar(&mut self, node: NodeId, name: &str, member: &Member<'_>) {
        // A number as a pattern is another rule's.
        let reading = self.ctx.tree.reads_otherwise(node);
        let Some(reading) = reading.filter(|reading| name != "SelectionPattern" || matches!(reading, Reading::Bool(_))) else { return };
        self.found.entry(node).or_insert_with(|| Hit {
            logical_id: &self.resource.logical_id,
            property: name.to_owned(),
            place: member.value,
            node,
            reading,
            in_loop: member.scope.in_loop(),
        });
    }
}
