//! # quoted-list-items
//! ## What it does
//! Reports a static value that is a list whose items have single quotes of their own: `'GET','POST'`.
//! ## Why it matters
//! A static value begins and ends with a single quote, and only these two are taken off. The client gets `GET','POST`, and a browser
//! finds neither method in it. The deploy succeeds.
//! Source: [parameter mapping](https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Methods: "'GET','POST'"
//! ```
//! ```yaml,fixed
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Methods: "'GET,POST'"
//! ```
//! ## When not to use it
//! Quotes inside a text, as in `default-src 'self'`, are left alone: every item must be one word. Where a value is not known, its place
//! counts as a word. A list that does not begin and end with a quote is `unquoted-static-value`'s.
//! ## Fix
//! Safe: takes the quotes of the items away.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::{StaticText, merged_items};
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta, shown, when};
use crate::template::Value;

/// The rule.
pub(super) struct QuotedListItems;

impl Rule for QuotedListItems {
    type Node<'a> = MappingAt<'a>;
    type Hit<'a> = (MappingAt<'a>, &'a Value);

    const META: RuleMeta = RuleMeta {
        name: "quoted-list-items",
        summary: "static list with quotes around each item",
        category: Category::Mapping,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: MappingAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let wrong = |value: &&Value| value.text().is_some_and(|text| StaticText::read(text).is_some_and(|text| text.has_quoted_items()));
        at.entry.property.values.iter().filter(wrong).map(|value| (at, value)).collect()
    }

    fn describe<'a>(&self, (at, value): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let text = value.text().map(ToString::to_string).unwrap_or_default();
        let when = when(&value.when, at.owner.when());
        let message = format!("the items of {} in {} have single quotes of their own{when}", shown(&text), at.destination());
        let mut finding = Self::META
            .at(ctx, value.node, &at.owner.logical_id, message)
            .labelled("only the first and the last quote are taken off")
            .note(format!("the value becomes {}", shown(text.trim_matches('\''))))
            .help("put one pair of quotes around the whole list");
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, (at, value): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let changes = at.rewritten(ctx, value, merged_items)?;
        Fix::new(ctx.tree, Applicability::Safe, "put one pair of quotes around the list", changes)
    }
}
