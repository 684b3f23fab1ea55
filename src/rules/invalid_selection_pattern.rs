//! # invalid-selection-pattern
//! ## What it does
//! Reports a selection pattern that is no regular expression of Java, the language API Gateway uses for it.
//! ## Why it matters
//! The deploy fails with `Invalid regex pattern specified`, without saying where. The commonest cause is a brace that begins no
//! repetition (`{"a":1}`, `.*{.*`): Java wants it escaped. The message and the place are those that Java 17 gives.
//! Sources: [IntegrationResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html),
//! cdk-preflight (measured on the service).
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
//!             SelectionPattern: '.*{"code":404}.*'
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
//!             SelectionPattern: '.*\{"code":404\}.*'
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
//! ```
//! ## When not to use it
//! What only Java knows (possessive repetition, `\p{javaLowerCase}`, look-around) is accepted. Wildcards such as `*` and `4**` are
//! `glob-as-selection-pattern`'s.
//! ## Fix
//! None: what was meant is the author's to say.

use crate::finding::{Category, Finding, Severity};
use crate::lang::selection_pattern::SyntaxError;
use crate::lang::pattern_repair::{message_glob, status_glob};
use crate::rule::{Ctx, FixPromise, PatternAt, Rule, RuleMeta, shown, when};

/// The rule.
pub(super) struct InvalidSelectionPattern;

impl Rule for InvalidSelectionPattern {
    type Node<'a> = PatternAt<'a>;
    type Hit<'a> = (PatternAt<'a>, &'a SyntaxError);

    const META: RuleMeta = RuleMeta {
        name: "invalid-selection-pattern",
        summary: "selection pattern that Java's regular expressions refuse",
        category: Category::Selection,
        severity: Severity::Error,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid regex pattern specified"];

    fn detect<'a>(&self, at: PatternAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let Err(error) = &at.parsed.result else { return Vec::new() };
        let is_glob = at.pattern == "*" || status_glob(at.pattern).is_some() || message_glob(at.pattern).is_some();
        if is_glob { Vec::new() } else { vec![(at, error)] }
    }

    fn describe<'a>(&self, (at, error): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let when = when(&at.value.when, at.response.owner.when());
        let message = format!("selection pattern {} is no regular expression: {}{when}", shown(at.pattern), error.message);
        let mut finding = Self::META.at(ctx, at.value.node, &at.method.owner.logical_id, message);
        let next = at.pattern.get(error.offset..).and_then(|rest| rest.chars().next());
        finding.span = at.span_of(ctx, error.offset, error.offset + next.map_or(0, char::len_utf8));
        let help = match next {
            Some('{') => "escape a brace that is meant as it is: \\{",
            Some('*' | '+' | '?') => "a repetition follows something: `.*` for any text",
            Some(_) | None => "write a regular expression of Java; the whole text must match",
        };
        finding.labelled("Java stops reading here").note("the deploy fails: Invalid regex pattern specified").help(help)
    }
}
