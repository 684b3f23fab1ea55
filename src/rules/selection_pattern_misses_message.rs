//! # selection-pattern-misses-message
//! ## What it does
//! Reports a selection pattern on a Lambda integration that names a part of the error message and takes nothing beside it:
//! `\[404\]`, `"status":404`, `NotFound:`, `Task timed out`, `NotFound`.
//! ## Why it matters
//! The pattern must match the whole error message of the function, as `Matcher.matches` of Java does. `\[404\]` matches the message
//! `[404]` and not `[404] no such pet`. The response is never selected, and the default one answers the error, usually with 200.
//! Sources: [Lambda errors](https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html),
//! serverless#5382, localstack#8940.
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
//!             SelectionPattern: \[404\]
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
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
//!         Type: AWS
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!           - StatusCode: "404"
//!             SelectionPattern: .*\[404\].*
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
//! ```
//! ## When not to use it
//! Where the function throws exactly this text. Words therefore say "likely"; a sentence, and a tag behind a wildcard, is reported
//! only if a pattern beside it has wildcards at both ends; words and sentences not where the template holds code with that text in
//! quotes. A pattern with `^` and `$` around it, and other ones with a wildcard at an end, are taken as meant, unless they name what the
//! runtime says.
//! ## Fix
//! Safe for a part that is never a whole message, and where a pattern beside it has wildcards at both ends: adds them, spelt
//! like those of the patterns beside it. Unsafe for other texts, which can be a whole message.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::message_pattern::{Incomplete, Names, incomplete, takes_any_text};
use crate::lang::pattern_repair::{message_backslashes, message_glob};
use crate::lang::selection_pattern::Pattern;
use crate::rule::{Ctx, FixPromise, PatternAt, Rule, RuleMeta, shown, when};
use crate::syntax::NodeId;

/// The rule.
pub(super) struct SelectionPatternMissesMessage;

/// A pattern and what it should be.
pub(super) struct Hit<'a> {
    at: PatternAt<'a>,
    found: Incomplete,
    /// Whether a pattern beside it has wildcards at both ends.
    stands_out: bool,
}

impl Rule for SelectionPatternMissesMessage {
    type Node<'a> = PatternAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "selection-pattern-misses-message",
        summary: "pattern of a Lambda integration that takes only a part of the message",
        category: Category::Selection,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html"],
    };

    fn detect<'a>(&self, at: PatternAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let other_rule = message_glob(at.pattern).is_some() || message_backslashes(at.pattern).is_some();
        let Some(pattern) = at.parsed.result.as_ref().ok().filter(|_| at.sees_message() && !other_rule) else {
            return Vec::new();
        };
        let beside = beside(at, ctx);
        let others: Vec<&str> = beside.iter().map(|pattern| pattern.source()).collect();
        let Some(found) = incomplete(pattern, &others) else { return Vec::new() };
        let stands_out = beside.iter().any(|other| has_wildcards_around(other));
        let whole = match found.names {
            Names::Part | Names::RuntimePart => false,
            Names::Word => is_in_code(at, ctx),
            Names::Sentence => !stands_out || is_in_code(at, ctx),
            Names::Ending => !stands_out,
        };
        if whole { Vec::new() } else { vec![Hit { at, found, stands_out }] }
    }

    fn describe<'a>(&self, Hit { at, found, .. }: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let when = when(&at.value.when, at.response.owner.when());
        let message = match found.names {
            Names::Part => format!("selection pattern {} matches a part of the error message, and the whole must match{when}", shown(at.pattern)),
            Names::RuntimePart => format!("selection pattern {} does not match what the Lambda runtime says{when}", shown(at.pattern)),
            Names::Ending => format!("selection pattern {} matches only an error message that ends with this text{when}", shown(at.pattern)),
            Names::Word | Names::Sentence => {
                format!("selection pattern {} matches only an error message that is this text and no more{when}", shown(at.pattern))
            }
        };
        let status = at.response.status().map(|status| format!(" with {status}")).unwrap_or_default();
        let mut finding = Self::META
            .at(ctx, at.value.node, &at.method.owner.logical_id, message)
            .labelled("nothing may stand beside it in the message")
            .note(format!("other messages are not answered{status}, the default response answers them"))
            .help(format!("write {} for messages that hold the text", shown(&found.meant)));
        match found.names {
            Names::Part => {}
            Names::RuntimePart => finding = finding.note("the runtime puts its request ID before the text, or a duration behind it"),
            Names::Word | Names::Sentence | Names::Ending => finding = finding.likely(),
        }
        for (span, words) in ctx.causes(at.value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, Hit { at, found, stands_out }: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let sure = match found.names {
            Names::Part | Names::RuntimePart => true,
            Names::Word | Names::Sentence | Names::Ending => *stands_out,
        };
        let grade = if sure { Applicability::Safe } else { Applicability::Unsafe };
        Fix::new(ctx.tree, grade, format!("write {}", shown(&found.meant)), at.replaced(ctx, &found.meant)?)
    }
}

/// The patterns of the other responses that can be read.
fn beside<'a>(at: PatternAt<'a>, ctx: &Ctx<'a>) -> Vec<&'a Pattern> {
    let others = at.integration.responses.items.iter().filter(|other| !std::ptr::eq(*other, at.response));
    let values = others.filter_map(|other| other.selection_pattern.as_ref()).flat_map(|pattern| &pattern.values);
    let known = values.filter_map(|value| ctx.patterns.get(value.known()?)?.result.as_ref().ok());
    known.filter(|pattern| takes_any_text(pattern)).collect()
}

fn has_wildcards_around(pattern: &Pattern) -> bool {
    let Some(matcher) = pattern.matcher() else { return false };
    // Some text of its own between wildcards; a pattern for all texts says nothing.
    let bare = pattern.source().starts_with(['.', '[', '(']) && pattern.source().ends_with(['*', '+']);
    bare && matcher.is_match("x") == Some(false)
}

/// Whether the code of a function in the template holds the text in quotes, so that it may throw it as it is.
fn is_in_code(at: PatternAt<'_>, ctx: &Ctx<'_>) -> bool {
    let quoted = ['"', '\'', '`'].map(|quote| format!("{quote}{}{quote}", at.pattern));
    let functions = ctx.template.resources().iter().filter(|resource| resource.kind.ends_with("::Function"));
    let codes = functions.filter_map(|function| {
        let properties = function.properties?;
        let archive = ctx.tree.get(properties, "Code").and_then(|code| ctx.tree.get(code, "ZipFile"));
        archive.or_else(|| ctx.tree.get(properties, "InlineCode"))
    });
    // Code that a function puts together may hold it too.
    let may_hold = |code: NodeId| match ctx.tree.text(ctx.template.sub_text(code).unwrap_or(code)) {
        Some(text) => quoted.iter().any(|quoted| text.contains(quoted)),
        None => true,
    };
    codes.into_iter().any(may_hold)
}
