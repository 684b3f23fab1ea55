//! # yaml-alias
//! ## What it does
//! Reports YAML aliases (`*name`), also behind merge keys (`<<: *name`): one finding for each anchor that they stand for.
//! ## Why it matters
//! CloudFormation does not take aliases: a template that is sent to it as it is is refused with `Template error: YAML aliases
//! are not allowed in CloudFormation templates.` `sam build`, `sam package` and `aws cloudformation package` expand them
//! before they send the template. So it is a warning where the template needs such a step in any case (`Transform:
//! AWS::Serverless-2016-10-31`, local paths of code or of nested templates), and an error elsewhere.
//! Sources: [Template formats](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html): aliases
//! and hash merges are not supported; aws-cloudformation-templates#1 (the message); aws-cli#3827 (package expands them);
//! cfn-language-discussion#49 (the request for them is open).
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
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: &uri !Sub https://${Host}/pets
//!   HeadPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: HEAD
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: HEAD
//!         Uri: *uri
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
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: &uri !Sub https://${Host}/pets
//!   HeadPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: HEAD
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: HEAD
//!         Uri: !Sub https://${Host}/pets
//! ```
//! ## When not to use it
//! Where the template always goes through a step that expands aliases. Anchors without an alias, and merge keys without one, are
//! not reported: how the service takes them is not known.
//! ## Fix
//! Safe: writes the value in place of each alias; the anchor and its comments stay. None where an alias stands behind a
//! merge key, in or for what it is a part of, or for a value with a text of several lines, a null or an unusual number in it.

use std::collections::BTreeMap;

use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, NoFix, Severity};
use crate::rule::{Ctx, Document, FixPromise, Rule, RuleMeta, shown};
use crate::syntax::{Kind, NodeId, Tree};

/// Nodes that are written in place of the aliases of one file, at most.
const MAX_NODES: usize = 50_000;

/// Aliases of one file that are expanded; with more, somebody has other plans.
const MAX_ALIASES: usize = 500;

/// Aliases that a finding shows.
const MAX_LABELS: usize = 20;

/// Properties that may be a local path, which is replaced when the template is packaged.
const LOCAL_PATHS: [(&str, &str); 4] = [
    ("AWS::ApiGateway::RestApi", "BodyS3Location"),
    ("AWS::CloudFormation::Stack", "TemplateURL"),
    ("AWS::Lambda::Function", "Code"),
    ("AWS::Lambda::LayerVersion", "Content"),
];

/// The rule.
pub(super) struct YamlAlias;

/// An anchored node and what stands for it.
pub(super) struct Hit {
    anchored: NodeId,
    first: NodeId,
    others: Vec<NodeId>,
    /// Whether the template is expanded before it is deployed, as far as it shows.
    is_packaged: bool,
    /// Nodes that may be written.
    budget: usize,
}

impl Rule for YamlAlias {
    type Node<'a> = Document<'a>;
    type Hit<'a> = Hit;

    const META: RuleMeta = RuleMeta {
        name: "yaml-alias",
        summary: "YAML alias, which CloudFormation does not take",
        category: Category::Syntax,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Template error: YAML aliases are not allowed in CloudFormation templates."];

    // No value becomes another one, so no use has to be asked.
    const REPAIRS_CAUSES: bool = true;

    fn detect<'a>(&self, Document { tree }: Document<'a>, ctx: &Ctx<'a>) -> Vec<Hit> {
        if tree.aliases().is_empty() || !tree.errors().is_empty() {
            return Vec::new();
        }
        let mut by_anchor: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for alias in tree.aliases() {
            by_anchor.entry(anchored(tree, *alias)).or_default().push(*alias);
        }
        let budget = if tree.aliases().len() > MAX_ALIASES { 0 } else { MAX_NODES / by_anchor.len().max(1) };
        let is_packaged = is_packaged(ctx);
        let hit = |(anchored, aliases): (NodeId, Vec<NodeId>)| {
            let (first, others) = aliases.split_first()?;
            Some(Hit { anchored, first: *first, others: others.to_vec(), is_packaged, budget })
        };
        by_anchor.into_iter().filter_map(hit).collect()
    }

    fn describe(&self, hit: &Hit, ctx: &Ctx<'_>) -> Finding {
        let name = shown(ctx.tree.source().slice(ctx.tree.span(hit.first)));
        let what = match hit.others.len() {
            0 => format!("{name} is a YAML alias"),
            1 => format!("{name} is a YAML alias, here and once more"),
            more => format!("{name} is a YAML alias, here and {more} more times"),
        };
        let mut finding = Self::META
            .at(ctx, hit.first, &ctx.logical_id_around(hit.first), what)
            .labelled("CloudFormation does not take it")
            .note(if hit.is_packaged {
                "the deploy is refused unless the template is packaged first, which expands aliases"
            } else {
                "the deploy is refused: Template error: YAML aliases are not allowed in CloudFormation templates"
            })
            .help("write the value itself, or send the template through `aws cloudformation package`")
            .severity(if hit.is_packaged { Severity::Warning } else { Severity::Error })
            .likely();
        if let Some(anchor) = ctx.tree.anchor(hit.anchored) {
            finding = finding.with(anchor.span, "stands for this value");
        }
        finding.no_fix = self.fix(hit, ctx).is_none().then_some(NoFix::NotHere);
        let others = hit.others.iter().take(MAX_LABELS);
        others.fold(finding, |finding, alias| finding.with(ctx.span(*alias), "and here"))
    }

    fn fix(&self, hit: &Hit, ctx: &Ctx<'_>) -> Option<Fix> {
        let mut fix = Fix::new(ctx.tree, Applicability::Safe, "write the value in place of the alias", changes(hit, ctx.tree)?)?;
        // An alias in a text that serves several places means the same in each of them.
        fix.places = 1;
        Some(fix)
    }
}

/// The node that an alias stands for; the nearest one with an anchor where that is around it.
fn anchored(tree: &Tree<'_>, alias: NodeId) -> NodeId {
    match tree.node(alias).kind {
        Kind::Alias(Some(target)) => target,
        Kind::Alias(None) | Kind::Scalar { .. } | Kind::Sequence(..) | Kind::Mapping(..) => {
            let mut around = std::iter::successors(tree.parent(alias), |node| tree.parent(*node));
            around.find(|node| tree.anchor(*node).is_some()).unwrap_or(alias)
        }
    }
}

/// The values in place of all aliases for a node.
fn changes(hit: &Hit, tree: &Tree<'_>) -> Option<Vec<Change>> {
    let mut budget = hit.budget;
    let aliases = std::iter::once(&hit.first).chain(&hit.others);
    let expanded = aliases.map(|alias| Some(Change::Replace { node: *alias, with: Fragment::of(tree, *alias, &mut budget)? }));
    expanded.collect()
}

/// Whether the template shows that something reads it before CloudFormation does.
fn is_packaged(ctx: &Ctx<'_>) -> bool {
    let local = |path: &str| !path.starts_with("s3://") && !path.starts_with("http");
    let is_local = |kind: &str, properties: NodeId| {
        LOCAL_PATHS.iter().filter(|(of, _)| *of == kind).any(|(_, name)| {
            let node = ctx.tree.get(properties, name).filter(|node| ctx.tree.tag(*node).is_none());
            node.and_then(|node| ctx.tree.text(node)).is_some_and(local)
        })
    };
    let mut resources = ctx.template.resources().iter();
    ctx.template.transforms().iter().any(|name| name.starts_with("AWS::Serverless"))
        || resources.any(|resource| resource.properties.is_some_and(|properties| is_local(resource.kind, properties)))
}
