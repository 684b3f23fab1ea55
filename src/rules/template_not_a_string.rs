//! # template-not-a-string
//! ## What it does
//! Reports a mapping template that is written as an object or a list instead of a text.
//! ## Why it matters
//! `RequestTemplates` and `ResponseTemplates` map content types to strings, and the deploy fails at anything else. A number or a
//! boolean becomes a string by itself.
//! Sources: [Integration](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-method-integration.html),
//! serverless#537.
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
//!         Type: MOCK
//!         RequestTemplates:
//!           application/json:
//!             statusCode: 200
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
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
//!         Type: MOCK
//!         RequestTemplates:
//!           application/json: '{"statusCode":200}'
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! Intrinsic functions are no objects here: what they give is looked at.
//! ## Fix
//! Safe: writes the object as JSON text, numbers as JSON has them: `0x1F` becomes 31. There is none where a value in it is not
//! written down there, where readers of YAML differ about one (`010`), where a comment would be lost, or where the object holds
//! template language, which would stand in quotes.

use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateEntryAt, when};
use crate::syntax::NodeId;
use crate::template::{Datum, Value};

/// The rule.
pub(super) struct TemplateNotAString;

/// A template that is no text.
pub(super) struct Hit<'a> {
    at: TemplateEntryAt<'a>,
    value: &'a Value,
    node: NodeId,
    kind: &'static str,
}

impl Rule for TemplateNotAString {
    type Node<'a> = TemplateEntryAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "template-not-a-string",
        summary: "mapping template that is an object or a list",
        category: Category::Template,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-method-integration.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: TemplateEntryAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let found = at.entry.property.values.iter().filter_map(|value| {
            let (node, kind) = match value.datum {
                Datum::Mapping(node) => (node, "an object"),
                Datum::Sequence(node) => (node, "a list"),
                Datum::Scalar(..) | Datum::List(_) | Datum::Absent | Datum::Unknown => return None,
            };
            // Something that is not understood, such as a macro's own function.
            let function = ctx.tree.entries(node).any(|entry| {
                ctx.tree.text(entry.key).is_none_or(|key| key.starts_with("Fn::") || matches!(key, "Ref" | "Condition"))
            });
            (!function).then_some(Hit { at, value, node, kind })
        });
        found.collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let (owner, content) = (hit.at.owner, &hit.at.entry.name);
        let when = when(&hit.value.when, owner.when());
        let message = format!("the template of {} for {content} is {}{when}", owner.logical_id, hit.kind);
        let mut finding = Self::META
            .at(ctx, hit.node, &owner.logical_id, message)
            .labelled("must be a string")
            .note("the deploy is rejected: a template is a string")
            .help("write it as text, for instance behind `|`");
        // The whole object would be many lines.
        finding.span = ctx.span(hit.at.entry.property.key);
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let span = ctx.span(hit.node);
        let has_comments = ctx.tree.comments().iter().any(|comment| span.contains(*comment));
        let scope = &hit.at.owner.scope;
        let text = ctx.template.json_text(hit.node, scope).filter(|text| !text.contains(['$', '#']))?;
        if scope.in_loop() || has_comments || ctx.holds_anchor(hit.node) {
            return None;
        }
        let changes = vec![Change::Replace { node: hit.node, with: Fragment::Text(text) }];
        Fix::new(ctx.tree, Applicability::Safe, "write it as JSON text", changes)
    }
}
