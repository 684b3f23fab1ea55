//! # unescaped-apostrophe
//! ## What it does
//! Reports `"$util.escapeJavaScript(…)"` in a request template for JSON without the `.replaceAll("\\'","'")` that belongs to it.
//! ## Why it matters
//! `escapeJavaScript` writes an apostrophe as `\'`, and that is no escape of JSON. Every input with an apostrophe in it makes a text that
//! cannot be read; a Lambda function is not called: `Could not parse request body into json`. Six
//! projects have reported it.
//! Sources: [mapping template reference](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html),
//! serverless#2901, serverless-application-model#1895, serverless-offline#187.
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
//!         RequestTemplates:
//!           application/json: |
//!             {"comment": "$util.escapeJavaScript($input.path('$.comment'))"}
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
//!       HttpMethod: POST
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: POST
//!         Uri: https://pets.example.com
//!         RequestTemplates:
//!           application/json: |
//!             {"comment": "$util.escapeJavaScript($input.path('$.comment')).replaceAll("\\'","'")"}
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! Templates that are no JSON (JavaScript, form bodies) are passed over, as are values that another method is called on. Response templates are not
//! reported: how a client reads them is not known. A stage variable holds no
//! apostrophe. Where no other value can hold one nothing can happen.
//! ## Fix
//! Safe: adds `.replaceAll("\\'","'")`, everywhere in the template.

use std::collections::HashSet;

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::json_outline::Place;
use crate::lang::velocity::{ExpressionKind, NodeKind, Reference, Span, StepKind, Visited};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt, TemplateSide};

/// What turns `\'` back into an apostrophe.
const REPAIR: &str = r#".replaceAll("\\'","'")"#;

/// The rule.
pub(super) struct UnescapedApostrophe;

impl Rule for UnescapedApostrophe {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, &'a Reference);

    const META: RuleMeta = RuleMeta {
        name: "unescaped-apostrophe",
        summary: "`$util.escapeJavaScript` in JSON without its `.replaceAll`",
        category: Category::Template,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Could not parse request body into json"];

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: TemplateAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        escaped(&at).into_iter().take(TemplateAt::MAX_HITS).map(|reference| (at, reference)).collect()
    }

    fn describe<'a>(&self, (at, reference): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let message = format!("the {} escapes apostrophes in a way that is no JSON{}", at.named(), at.when());
        at.finding(&Self::META, ctx, reference.own, message)
            .likely()
            .labelled("writes an apostrophe as `\\'`")
            .note("an input with an apostrophe makes a text that is no JSON: Could not parse request body into json")
            .help(format!("add `{REPAIR}`"))
    }

    fn fix<'a>(&self, (at, _): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let parts: Vec<_> = escaped(at).iter().filter_map(|reference| call(reference)).map(|end| (Span::new(end, end), REPAIR.to_owned())).collect();
        Fix::new(ctx.tree, Applicability::Safe, format!("add `{REPAIR}`"), at.replaced(ctx, &parts)?)
    }
}

/// The calls of `escapeJavaScript` that are printed in a text in quotes, themselves or through a variable.
fn escaped<'a>(at: &TemplateAt<'a>) -> Vec<&'a Reference> {
    if at.side != TemplateSide::Request || !at.text.contains("escapeJavaScript") {
        return Vec::new();
    }
    let (Some(outline), Some(template)) = (at.json(), at.template()) else { return Vec::new() };
    let in_quotes = outline.printed.iter().filter(|printed| matches!(printed.place, Place::InString | Place::WholeString));
    let in_quotes: Vec<&Reference> = in_quotes.map(|printed| &*printed.reference).collect();
    let names: HashSet<&str> =
        in_quotes.iter().filter(|reference| reference.steps.is_empty()).map(|reference| reference.name.as_str()).collect();
    let mut found: Vec<&Reference> = in_quotes.into_iter().filter(|reference| call(reference).is_some()).collect();
    template.visit(&mut |visited| {
        if let Visited::Node(node) = visited
            && let NodeKind::Set(set) = &node.kind
            && let ExpressionKind::Reference(value) = &set.value.kind
            && set.target.steps.is_empty()
            && names.contains(set.target.name.as_str())
            && call(value).is_some()
        {
            found.push(value);
        }
    });
    found
}

/// The end of the call, if the reference is nothing but `$util.escapeJavaScript(…)`.
fn call(reference: &Reference) -> Option<usize> {
    let [step] = reference.steps.as_slice() else { return None };
    let StepKind::Method(name, arguments) = &step.kind else { return None };
    // A stage variable cannot hold an apostrophe.
    let harmless = arguments.iter().any(|argument| {
        matches!(&argument.kind, ExpressionKind::Reference(reference) if reference.name == "stageVariables")
    });
    (reference.name == "util" && name == "escapeJavaScript" && !harmless).then_some(step.span.end)
}
