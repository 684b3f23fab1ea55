//! # unescaped-user-input
//! ## What it does
//! Reports what a caller sends, printed into a text in quotes of a JSON template as it is: `"$input.params('x')"`, and in a request template
//! `"$input.path('$.x')"`.
//! ## Why it matters
//! A quote in the value ends the text, and what follows is read as JSON: a caller can add members or make the request fail.
//! Sources: [mapping template reference](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html), fluct#33.
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
//!             {"id": "$input.params('id')"}
//!         IntegrationResponses:
//!           - StatusCode: "200"
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
//!         RequestTemplates:
//!           application/json: |
//!             {"id": "$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")"}
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! It is for your information: where a model or a pattern admits numbers and plain words only, nothing can happen.
//! ## Fix
//! Unsafe, because the backend gets another text than before: wraps the value, everywhere in the template.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::json_outline::Place;
use crate::lang::velocity::{Reference, StepKind};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt, TemplateSide};

/// The rule.
pub(super) struct UnescapedUserInput;

impl Rule for UnescapedUserInput {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, &'a Reference);

    const META: RuleMeta = RuleMeta {
        name: "unescaped-user-input",
        summary: "caller's text in a JSON template without escapes",
        category: Category::Security,
        severity: Severity::Info,
        fix: FixPromise::Sometimes(Applicability::Unsafe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: TemplateAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        printed(&at).into_iter().take(TemplateAt::MAX_HITS).map(|reference| (at, reference)).collect()
    }

    fn describe<'a>(&self, (at, reference): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let message = format!("the {} prints what the caller sends without escapes{}", at.named(), at.when());
        at.finding(&Self::META, ctx, reference.own, message)
            .likely()
            .labelled("may hold a quote")
            .note("a quote in the value ends the text, and what follows is read as JSON")
            .help(format!("write `{}`", wrapped(at, reference)))
    }

    fn fix<'a>(&self, (at, _): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let parts: Vec<_> = printed(at).into_iter().map(|reference| (reference.own, wrapped(at, reference))).collect();
        Fix::new(ctx.tree, Applicability::Unsafe, "escape it", at.replaced(ctx, &parts)?)
    }
}

/// The references that print the caller's text into a text in quotes.
fn printed<'a>(at: &TemplateAt<'a>) -> Vec<&'a Reference> {
    if !at.text.contains("input.p") {
        return Vec::new();
    }
    let printed = at.json().map(|outline| outline.printed.as_slice()).unwrap_or_default();
    let in_quotes = printed.iter().filter(|printed| matches!(printed.place, Place::InString | Place::WholeString));
    in_quotes.map(|printed| &*printed.reference).filter(|reference| is_input(reference, at.side)).collect()
}

/// `$input.params('x')`, `$input.path('$.x')`; in responses the path is one of the backend's answer.
fn is_input(reference: &Reference, side: TemplateSide) -> bool {
    let [step] = reference.steps.as_slice() else { return false };
    let StepKind::Method(name, arguments) = &step.kind else { return false };
    let known = name == "params" || name == "path" && side == TemplateSide::Request;
    reference.name == "input" && known && arguments.len() == 1
}

fn wrapped(at: &TemplateAt<'_>, reference: &Reference) -> String {
    format!(r#"$util.escapeJavaScript({}).replaceAll("\\'","'")"#, reference.own.of(at.text))
}
