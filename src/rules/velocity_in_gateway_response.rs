//! # velocity-in-gateway-response
//! ## What it does
//! Reports template language in the template of a gateway response.
//! ## Why it matters
//! Such templates know `$context` and `$stageVariables` variables and `method.request` parameters and nothing else. Directives and
//! `$input` or `$util` go to the client as they are written.
//! Source: [Gateway response templates](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.responseTemplates.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseTemplates:
//!         application/json: |
//!           #set($id = $context.requestId)
//!           {"message": "no", "id": "$id"}
//! ```
//! ```yaml,good
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseTemplates:
//!         application/json: |
//!           {"message": "no", "id": "$context.requestId"}
//! ```
//! ## When not to use it
//! A number sign in plain text is never reported.
//! ## Fix
//! None: what the template should say without the language is the author's to say.

use crate::finding::{Category, Finding, Severity};
use crate::lang::velocity::Span;
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt, TemplateSide, shown};

/// Directives that have parentheses behind them.
const DIRECTIVES: [&str; 4] = ["#set", "#if", "#elseif", "#foreach"];

/// Variables that only mapping templates have, each with what follows its name.
const VARIABLES: [&str; 8] =
    ["$input.", "$!input.", "${input.", "$!{input.", "$util.", "$!util.", "${util.", "$!{util."];

/// The rule.
pub(super) struct VelocityInGatewayResponse;

impl Rule for VelocityInGatewayResponse {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, Span);

    const META: RuleMeta = RuleMeta {
        name: "velocity-in-gateway-response",
        summary: "template language in a gateway response, which is sent as it is written",
        category: Category::Template,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &[
            "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.responseTemplates.html",
        ],
    };

    fn detect<'a>(&self, at: TemplateAt<'a>, _ctx: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let found = (at.side == TemplateSide::Gateway).then(|| first(at.text)).flatten();
        found.map(|span| (at, span)).into_iter().collect()
    }

    fn describe<'a>(&self, (at, span): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let what = shown(span.of(at.text).trim_end_matches('.'));
        at.finding(&Self::META, ctx, *span, format!("the {} uses template language: {what}{}", at.named(), at.when()))
            .labelled("sent as it is written")
            .note("templates of gateway responses know variables such as $context.requestId and nothing else")
            .help("write the text without it; for more than variables answer from a Lambda authorizer or the backend")
    }
}

/// The first directive or variable of template language.
fn first(text: &str) -> Option<Span> {
    let directives = DIRECTIVES.iter().filter_map(|word| {
        let mut places = text.match_indices(word).map(|(at, _)| (at, at + word.len()));
        places.find(|(_, end)| text.get(*end..).is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with('(')))
    });
    let variables = VARIABLES.iter().filter_map(|word| text.find(word).map(|at| (at, at + word.len())));
    directives.chain(variables).min().map(|(start, end)| Span::new(start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_no_language() {
        for text in ["item #1", "#if only", "color #set", "$context.requestId", "$inputs"] {
            assert!(first(text).is_none(), "{text}");
        }
        assert!(first("a #if ($x)").is_some() && first("$input.body").is_some());
    }
}
