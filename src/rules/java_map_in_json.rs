//! # java-map-in-json
//! ## What it does
//! Reports `$input.path('$')` in the place of a value in a JSON template.
//! ## Why it matters
//! `$input.path` gives an object of the engine, and an object prints as `{name=Rex, age=3}`, which is no JSON. `$input.json` gives the JSON
//! text.
//! Sources: [mapping template reference](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: POST
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: POST
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseTemplates:
//!               application/json: |
//!                 {"pet": $input.path('$')}
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ```yaml,good
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: POST
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: POST
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseTemplates:
//!               application/json: |
//!                 {"pet": $input.json('$')}
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! Only the whole body is reported, and a variable that was set to nothing else: what a longer path leads to can be a number, which
//! prints well. In quotes it can be meant for a body that is a text. Where the body is a list or a number it prints as JSON; turn the
//! rule off there.
//! ## Fix
//! Unsafe: takes `$input.json` instead.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::json_outline::Place;
use crate::lang::velocity::{ExpressionKind, NodeKind, Reference, Set, StepKind, Visited};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt};

/// The rule.
pub(super) struct JavaMapInJson;

impl Rule for JavaMapInJson {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, &'a Reference);

    const META: RuleMeta = RuleMeta {
        name: "java-map-in-json",
        summary: "object printed into JSON by `$input.path`",
        category: Category::Template,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Unsafe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: TemplateAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        printed(&at).into_iter().take(TemplateAt::MAX_HITS).map(|reference| (at, reference)).collect()
    }

    fn describe<'a>(&self, (at, reference): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let message = format!("the {} prints an object that is no JSON{}", at.named(), at.when());
        at.finding(&Self::META, ctx, reference.own, message)
            .likely()
            .labelled("prints as `{name=value}` where the body is an object")
            .note("what the backend or the client gets cannot be read as JSON")
            .help("take `$input.json('$')`")
    }

    fn fix<'a>(&self, (at, _): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let parts = printed(at).iter().map(|reference| (reference.own, "$input.json('$')".to_owned())).collect::<Vec<_>>();
        Fix::new(ctx.tree, Applicability::Unsafe, "take `$input.json`", at.replaced(ctx, &parts)?)
    }
}

/// The references that print the whole body where a value is awaited.
fn printed<'a>(at: &TemplateAt<'a>) -> Vec<&'a Reference> {
    if !at.text.contains("input.path(") {
        return Vec::new();
    }
    let (Some(outline), Some(template)) = (at.json(), at.template()) else { return Vec::new() };
    let mut sets: Vec<&Set> = Vec::new();
    template.visit(&mut |visited| {
        if let Visited::Node(node) = visited
            && let NodeKind::Set(set) = &node.kind
        {
            sets.push(set);
        }
    });
    // Set once, to the body and to nothing else, with no property of it changed.
    let holds_body = |name: &str| {
        let mut of_name = sets.iter().filter(|set| set.target.name == name);
        let only = of_name.next().filter(|_| of_name.next().is_none());
        only.is_some_and(|set| {
            set.target.steps.is_empty() && matches!(&set.value.kind, ExpressionKind::Reference(value) if is_body(value))
        })
    };
    let is_printed = |reference: &Reference| is_body(reference) || reference.steps.is_empty() && holds_body(&reference.name);
    let printed = outline.printed.iter().filter(|printed| printed.place == Place::Value && is_printed(&printed.reference));
    printed.map(|printed| &*printed.reference).collect()
}

/// `$input.path('$')`
fn is_body(reference: &Reference) -> bool {
    let [step] = reference.steps.as_slice() else { return false };
    let StepKind::Method(name, arguments) = &step.kind else { return false };
    let root = |kind: &ExpressionKind| matches!(kind, ExpressionKind::Text(text) if matches!(text.text.as_str(), "$" | "$."));
    reference.name == "input" && name == "path" && matches!(arguments.as_slice(), [argument] if root(&argument.kind))
}
