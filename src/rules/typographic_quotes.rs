//! # typographic-quotes
//! ## What it does
//! Reports curly quotes, no-break spaces and characters without width inside a static value.
//! ## Why it matters
//! They look like the quotes and blanks of the keyboard and come with text that was copied from a page. A header is sent as it stands:
//! `default-src ’self’` allows nothing, and a list with a no-break space has an item that no browser knows.
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
//!         gatewayresponse.header.Content-Security-Policy: "'default-src ’self’'"
//! ```
//! ```yaml,fixed
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.Content-Security-Policy: "'default-src 'self''"
//! ```
//! ## When not to use it
//! Where a header means these characters: then send them in an encoding that headers know. Curly quotes in place of the outer quotes
//! are `unquoted-static-value`'s. A value that is not known here is never reported.
//! ## Fix
//! Safe: puts the quotes and blanks of the keyboard in their place and takes characters without width away.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::{StaticText, merged_items, with_plain_characters};
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta, shown, when};
use crate::template::Value;

/// The rule.
pub(super) struct TypographicQuotes;

impl Rule for TypographicQuotes {
    type Node<'a> = MappingAt<'a>;
    type Hit<'a> = (MappingAt<'a>, &'a Value);

    const META: RuleMeta = RuleMeta {
        name: "typographic-quotes",
        summary: "curly quotes or odd blanks in a static value",
        category: Category::Mapping,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: MappingAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let wrong = |value: &&Value| value.text().is_some_and(|text| StaticText::read(text).is_some_and(|text| text.odd_character().is_some()));
        at.entry.property.values.iter().filter(wrong).map(|value| (at, value)).collect()
    }

    fn describe<'a>(&self, (at, value): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let text = value.text().map(ToString::to_string).unwrap_or_default();
        let when = when(&value.when, at.owner.when());
        let odd = value.text().and_then(StaticText::read).and_then(|text| text.odd_character()).unwrap_or(' ');
        let what = if matches!(odd, '\u{2018}'..='\u{201f}') { "curly quotes" } else { "blanks or marks that are not of the keyboard" };
        let message = format!("{} has {what} in its value{when}", at.destination());
        let mut finding = Self::META
            .at(ctx, value.node, &at.owner.logical_id, message)
            .labelled(format!("holds U+{:04X}", u32::from(odd)))
            .note("the header is sent with these characters, which readers of headers do not take for quotes and blanks")
            .help(format!("write {}", shown(&plain(&text))));
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, (at, value): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let changes = at.rewritten(ctx, value, |text| Some(plain(text)))?;
        Fix::new(ctx.tree, Applicability::Safe, "write plain quotes and blanks", changes)
    }
}

/// The text with plain characters; curly quotes around the items of a list, or around all of it, go.
fn plain(text: &str) -> String {
    let plain = with_plain_characters(text);
    let bare = plain.strip_prefix("''").and_then(|rest| rest.strip_suffix("''")).filter(|bare| !bare.is_empty() && !bare.contains('\''));
    merged_items(&plain).unwrap_or_else(|| bare.map_or_else(|| plain.clone(), |bare| format!("'{bare}'")))
}
