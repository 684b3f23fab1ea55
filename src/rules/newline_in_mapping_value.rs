//! # newline-in-mapping-value
//! ## What it does
//! Reports a line break in a mapping value: inside the quotes of a static value, or before or behind a value that is right without it.
//! ## Why it matters
//! A header cannot hold a line break. One behind the closing quote, as the block scalars `|` and `>` of YAML leave it, is part of the
//! value too, which then does not end with a quote: API Gateway takes it for no static value, or takes the blanks off; no page says which.
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
//!         gatewayresponse.header.Access-Control-Allow-Headers: >
//!           'Authorization,Content-Type'
//! ```
//! ```yaml,fixed
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Headers: >-
//!           'Authorization,Content-Type'
//! ```
//! ## When not to use it
//! A line break of a value that is not known here is never reported. A text without quotes is `unquoted-static-value`'s.
//! ## Fix
//! Safe: takes the line breaks away; between two words a blank takes their place.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::{MappingPlace, StaticText, Verdict, judge, without_line_breaks};
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta, shown, when};
use crate::template::{Text, Value};

/// The rule.
pub(super) struct NewlineInMappingValue;

impl Rule for NewlineInMappingValue {
    type Node<'a> = MappingAt<'a>;
    type Hit<'a> = (MappingAt<'a>, &'a Value);

    const META: RuleMeta = RuleMeta {
        name: "newline-in-mapping-value",
        summary: "line break in a mapping value",
        category: Category::Mapping,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: MappingAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let wrong = |value: &&Value| value.text().is_some_and(|text| is_broken(text, at.place));
        at.entry.property.values.iter().filter(wrong).map(|value| (at, value)).collect()
    }

    fn describe<'a>(&self, (at, value): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let text = value.text().map(ToString::to_string).unwrap_or_default();
        let when = when(&value.when, at.owner.when());
        let message = format!("{} of {} has a line break{when}", shown(&text), at.destination());
        let mut finding = Self::META
            .at(ctx, value.node, &at.owner.logical_id, message)
            .likely()
            .labelled(if is_around(&text) { "the text goes on behind or before the quotes" } else { "holds a line break" })
            .note("a header cannot hold a line break: the deploy or each call fails, or the value is cut")
            .help("write the value on one line, or fold it with `>-`");
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, (at, value): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let changes = at.rewritten(ctx, value, |text| Some(without_line_breaks(text)))?;
        Fix::new(ctx.tree, Applicability::Safe, "take the line breaks away", changes)
    }
}

fn is_broken(text: &Text, place: MappingPlace) -> bool {
    judge(text, place) == Verdict::LineBreaks || StaticText::read(text).is_some_and(|text| text.has_line_break())
}

fn is_around(text: &str) -> bool {
    !(text.starts_with('\'') && text.ends_with('\''))
}
