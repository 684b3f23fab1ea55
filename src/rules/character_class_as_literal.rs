//! # character-class-as-literal
//! ## What it does
//! Reports square brackets around a word in a selection pattern: `.*[InternalServiceError].*`, `.*[404].*`.
//! ## Why it matters
//! In a regular expression square brackets are a class: one character out of those between them. `.*[BadRequest].*` matches every text
//! that holds one of the letters B, a, d, R, e, q, u, s, t, which is nearly every message, so this response answers for errors that are
//! not its own.
//! Sources: [Lambda errors](https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html),
//! java.util.regex.Pattern, character classes.
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
//!         Type: AWS
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!           - StatusCode: "404"
//!             SelectionPattern: .*[NotFound].*
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
//! ```
//! ```yaml,good
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       Integration:
//!         Type: AWS
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!           - StatusCode: "404"
//!             SelectionPattern: '.*\[NotFound\].*'
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
//! ```
//! ## When not to use it
//! Classes with ranges, escapes or negation are never reported, nor are those whose characters spell no word or status code.
//! ## Fix
//! Unsafe: escapes the brackets (`\[NotFound\]`), for functions whose messages hold them. For messages without brackets, remove them.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::message_pattern::completed;
use crate::lang::pattern_repair::spelt_word;
use crate::rule::{Ctx, FixPromise, PatternAt, Rule, RuleMeta, shown, when};

/// The rule.
pub(super) struct CharacterClassAsLiteral;

/// A class that spells a word: its bytes in the pattern, and the word.
pub(super) struct Hit<'a> {
    at: PatternAt<'a>,
    start: usize,
    end: usize,
    word: String,
}

impl Rule for CharacterClassAsLiteral {
    type Node<'a> = PatternAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "character-class-as-literal",
        summary: "word in square brackets, which is a set of letters",
        category: Category::Selection,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Unsafe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: PatternAt<'a>, _: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Ok(pattern) = &at.parsed.result else { return Vec::new() };
        let lambda = at.sees_message();
        let found = pattern.classes().filter_map(|class| {
            let word = spelt_word(&class, lambda)?;
            Some(Hit { at, start: class.span.start, end: class.span.end, word })
        });
        found.collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, start, end, word } = hit;
        let when = when(&at.value.when, at.response.owner.when());
        let message = format!("`[{word}]` in selection pattern {} matches one of these characters, not the word{when}", shown(at.pattern));
        let mut finding = Self::META.at(ctx, at.value.node, &at.method.owner.logical_id, message);
        finding.span = at.span_of(ctx, *start, *end);
        let status = at.response.status().unwrap_or("this status");
        finding
            .labelled("a set of characters, any one of which is enough")
            .note(format!("nearly every error text holds one of them, so errors of other kinds are answered with {status}"))
            .help(format!("for a text with brackets write `\\[{word}\\]`, for the word alone `{word}`"))
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let mut pattern = hit.at.pattern.to_owned();
        pattern.replace_range(hit.start..hit.end, &format!("\\[{}\\]", hit.word));
        let pattern = if hit.at.sees_message() { completed(pattern) } else { pattern };
        Fix::new(ctx.tree, Applicability::Unsafe, "escape the brackets", hit.at.replaced(ctx, &pattern)?)
    }

    fn wishes(&self, _: &Hit<'_>, shown: usize) -> Option<Vec<usize>> {
        Some(vec![shown])
    }
}
