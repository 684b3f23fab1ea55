//! # unquoted-number-pattern
//! ## What it does
//! Reports a selection pattern that is written as a number: `SelectionPattern: 404`.
//! ## Why it matters
//! CloudFormation makes a text of it, so nothing breaks there. Other tools that read the template refuse it: `Invalid type for parameter
//! selectionPattern, value: 404, type: <class 'int'>, valid types: <class 'str'>`.
//! Source: serverless-step-functions#694, [IntegrationResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html).
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
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!           - StatusCode: "404"
//!             SelectionPattern: 404
//!       MethodResponses: [{StatusCode: "200"}, {StatusCode: "404"}]
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
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!           - StatusCode: "404"
//!             SelectionPattern: "404"
//!       MethodResponses: [{StatusCode: "200"}, {StatusCode: "404"}]
//! ```
//! ## When not to use it
//! Where CloudFormation alone reads the template. A number from a parameter is a text and is not reported.
//! ## Fix
//! Unsafe only in so far as nobody needs it: puts the number in quotes.

use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, PatternAt, Rule, RuleMeta, when};
use crate::syntax::ScalarType;
use crate::template::Datum;

/// The rule.
pub(super) struct UnquotedNumberPattern;

impl Rule for UnquotedNumberPattern {
    type Node<'a> = PatternAt<'a>;
    type Hit<'a> = PatternAt<'a>;

    const META: RuleMeta = RuleMeta {
        name: "unquoted-number-pattern",
        summary: "selection pattern that is written as a number",
        category: Category::Selection,
        severity: Severity::Info,
        fix: FixPromise::Sometimes(Applicability::Unsafe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid type for parameter selectionPattern"];

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: PatternAt<'a>, ctx: &Ctx<'a>) -> Vec<PatternAt<'a>> {
        let number = match &at.value.datum {
            Datum::Scalar(_, kind) => matches!(kind, ScalarType::Int | ScalarType::Float),
            Datum::Mapping(_) | Datum::Sequence(_) | Datum::List(_) | Datum::Absent | Datum::Unknown => false,
        };
        let written = ctx.tree.text(at.value.node) == Some(at.pattern) && ctx.causes(at.value).is_empty();
        if number && written { vec![at] } else { Vec::new() }
    }

    fn describe<'a>(&self, at: &PatternAt<'a>, ctx: &Ctx<'a>) -> Finding {
        let when = when(&at.value.when, at.response.owner.when());
        Self::META
            .at(ctx, at.value.node, &at.method.owner.logical_id, format!("selection pattern {} is written as a number{when}", at.pattern))
            .labelled("a pattern is a text")
            .note("CloudFormation makes a text of it; other tools refuse the number")
            .help(format!("write \"{}\"", at.pattern))
    }

    fn fix<'a>(&self, at: &PatternAt<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let node = at.value.node;
        if at.response.owner.scope.in_loop() || ctx.tree.tag(node).is_some() {
            return None;
        }
        let changes = vec![Change::Replace { node, with: Fragment::Text(at.pattern.to_owned()) }];
        Fix::new(ctx.tree, Applicability::Unsafe, "put the number in quotes", changes)
    }
}
