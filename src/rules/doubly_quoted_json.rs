//! # doubly-quoted-json
//! ## What it does
//! Reports `"$input.json('$.x')"` in a JSON template: quotes around a value that is JSON already.
//! ## Why it matters
//! `$input.json` gives JSON text, so a string comes with its own quotes. `"$input.json('$.name')"` becomes `""Rex""`, which is no JSON,
//! and an object in quotes is none either.
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
//!                 {"name": "$input.json('$.name')"}
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
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseTemplates:
//!               application/json: |
//!                 {"name": $input.json('$.name')}
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! With a number in that place the quotes make a string of it; if that is meant, use `$input.path`.
//! ## Fix
//! Safe: takes the quotes away, everywhere in the template.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::json_outline::Place;
use crate::lang::velocity::{Reference, Span, StepKind};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt};

/// The rule.
pub(super) struct DoublyQuotedJson;

impl Rule for DoublyQuotedJson {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, Span);

    const META: RuleMeta = RuleMeta {
        name: "doubly-quoted-json",
        summary: "quotes around `$input.json`, which gives them itself",
        category: Category::Template,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: TemplateAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        quoted(&at).into_iter().take(TemplateAt::MAX_HITS).map(|span| (at, span)).collect()
    }

    fn describe<'a>(&self, (at, span): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let message = format!("the {} puts quotes around JSON{}", at.named(), at.when());
        at.finding(&Self::META, ctx, *span, message)
            .labelled("gives its own quotes where it is a string")
            .note("a string becomes `\"\"text\"\"`, which is no JSON")
            .help("take the quotes away")
    }

    fn fix<'a>(&self, (at, _): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        at.without_quotes(ctx, &quoted(at))
    }
}

/// The quoted references, quotes included.
fn quoted(at: &TemplateAt<'_>) -> Vec<Span> {
    if !at.text.contains("input.json(") {
        return Vec::new();
    }
    let printed = at.json().map(|outline| outline.printed.as_slice()).unwrap_or_default();
    let found = printed.iter().filter(|printed| printed.place == Place::WholeString && is_json(&printed.reference));
    let around = found.map(|printed| Span::new(printed.reference.span.start.saturating_sub(1), printed.reference.span.end + 1));
    around.filter(|span| span.of(at.text).len() > 2 && span.of(at.text).starts_with('"') && span.of(at.text).ends_with('"')).collect()
}

fn is_json(reference: &Reference) -> bool {
    let [step] = reference.steps.as_slice() else { return false };
    reference.name == "input" && matches!(&step.kind, StepKind::Method(name, _) if name == "json")
}
