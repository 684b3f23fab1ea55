//! # doubly-quoted-message
//! ## What it does
//! Reports quotes around `$context.error.messageString` in the template of a gateway response.
//! ## Why it matters
//! The variable gives its own quotes, so the body becomes `{"message": ""Forbidden""}`, which is no JSON.
//! `$context.error.message` is the same text without quotes.
//! Source: [Variables of mapping templates](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseTemplates:
//!         application/json: '{"message": "$context.error.messageString"}'
//! ```
//! ```yaml,fixed
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseTemplates:
//!         application/json: '{"message": $context.error.messageString}'
//! ```
//! ## When not to use it
//! Only templates for JSON are looked at. Quotes around `$context.error.message` are right and never reported.
//! ## Fix
//! Safe: takes the quotes away, everywhere in the template.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::velocity::Span;
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt, TemplateSide};

/// The rule.
pub(super) struct DoublyQuotedMessage;

impl Rule for DoublyQuotedMessage {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, Span);

    const META: RuleMeta = RuleMeta {
        name: "doubly-quoted-message",
        summary: "quotes around `$context.error.messageString`, which gives them itself",
        category: Category::Template,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: TemplateAt<'a>, _ctx: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        quoted(&at).into_iter().take(TemplateAt::MAX_HITS).map(|span| (at, span)).collect()
    }

    fn describe<'a>(&self, (at, span): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let message = format!("the {} puts quotes around a text that has quotes{}", at.named(), at.when());
        at.finding(&Self::META, ctx, *span, message)
            .labelled("gives its own quotes")
            .note("the body becomes {\"message\": \"\"text\"\"}, which is no JSON")
            .help("take the quotes away")
    }

    fn fix<'a>(&self, (at, _): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        at.without_quotes(ctx, &quoted(at))
    }
}

/// The variables in quotes, quotes included.
fn quoted(at: &TemplateAt<'_>) -> Vec<Span> {
    if at.side != TemplateSide::Gateway || !at.is_json() {
        return Vec::new();
    }
    let found = at.text.match_indices("\"$context.error.messageString\"");
    let spans = found.map(|(start, form)| Span::new(start, start + form.len()));
    // An escaped quote belongs to a text around it.
    let own = |span: &Span| !at.text.get(..span.start).is_some_and(|before| before.ends_with('\\'));
    spans.filter(own).collect()
}
