//! # empty-static-value
//! ## What it does
//! Reports `''` as the value of a mapping.
//! ## Why it matters
//! The header or parameter is sent without a value, or not at all; no page says which. Most often the value was forgotten.
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
//!         gatewayresponse.header.X-Note: "''"
//! ```
//! ```yaml,good
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.X-Note: "'denied'"
//! ```
//! ## When not to use it
//! Where an empty header is meant. A value that is not known here is never reported.
//! ## Fix
//! None: whether a value was forgotten or the header is to go is the author's to say.

use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::StaticText;
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta, when};
use crate::template::Value;

/// The rule.
pub(super) struct EmptyStaticValue;

impl Rule for EmptyStaticValue {
    type Node<'a> = MappingAt<'a>;
    type Hit<'a> = (MappingAt<'a>, &'a Value);

    const META: RuleMeta = RuleMeta {
        name: "empty-static-value",
        summary: "static value with nothing between its quotes",
        category: Category::Mapping,
        severity: Severity::Info,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html"],
    };

    fn detect<'a>(&self, at: MappingAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let empty = |value: &&Value| value.text().and_then(StaticText::read).is_some_and(|text| text.is_empty());
        at.entry.property.values.iter().filter(empty).map(|value| (at, value)).collect()
    }

    fn describe<'a>(&self, (at, value): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let when = when(&value.when, at.owner.when());
        let mut finding = Self::META
            .at(ctx, value.node, &at.owner.logical_id, format!("{} is mapped to an empty value{when}", at.destination()))
            .likely()
            .labelled("nothing stands between the quotes")
            .help("give it a value, or remove the entry");
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }
}
