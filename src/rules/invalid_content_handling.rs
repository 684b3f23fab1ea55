//! # invalid-content-handling
//! ## What it does
//! Reports a ContentHandling of an integration or an integration response that is neither CONVERT_TO_BINARY nor
//! CONVERT_TO_TEXT.
//! ## Why it matters
//! The deploy fails: `Member must satisfy enum value set: [CONVERT_TO_BINARY, CONVERT_TO_TEXT]`. Without the property
//! the payload passes through as it is; there is no name for that.
//! Source: [PutIntegrationResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html).
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
//!             ContentHandling: convert_to_text
//!       MethodResponses:
//!         - StatusCode: "200"
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
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ContentHandling: CONVERT_TO_TEXT
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! There is no case in which the service takes another value. A missing, null or empty value and one that is not known
//! here are not reported; where only some branch of a condition is wrong, the finding names it.
//! ## Fix
//! Safe where one of the two names is clearly meant: another letter case, blanks or other separators, a part of the
//! name such as `TO_TEXT`, or a name that begins like one and is nearer to it than to the other.

use crate::api::{Owner, Property};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::lang::distance;
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta, shown, when};
use crate::template::Value;

const BINARY: &str = "CONVERT_TO_BINARY";
const TEXT: &str = "CONVERT_TO_TEXT";

/// The rule.
pub(super) struct InvalidContentHandling;

/// A wrong value.
pub(super) struct Hit<'a> {
    owner: &'a Owner,
    property: &'a Property,
    value: &'a Value,
    text: &'a str,
}

impl Rule for InvalidContentHandling {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "invalid-content-handling",
        summary: "ContentHandling other than CONVERT_TO_BINARY and CONVERT_TO_TEXT",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Member must satisfy enum value set: [CONVERT_TO_BINARY, CONVERT_TO_TEXT]"];

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: IntegrationAt<'a>, _ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let of_responses = at.integration.responses.items.iter().map(|response| (&response.owner, &response.content_handling));
        let all = std::iter::once((&at.integration.owner, &at.integration.content_handling)).chain(of_responses);
        let written = all.filter_map(|(owner, property)| Some((owner, property.as_ref()?)));
        let wrong = written.flat_map(|(owner, property)| {
            property.values.iter().filter_map(move |value| {
                let text = value.known().filter(|text| !text.is_empty() && *text != BINARY && *text != TEXT)?;
                Some(Hit { owner, property, value, text })
            })
        });
        wrong.collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { owner, property, value, text } = hit;
        let id = &owner.logical_id;
        let when = when(&value.when, owner.when());
        let mut finding = Self::META
            .at(ctx, ctx.exact(property, value), id, format!("{id} has ContentHandling {}{when}", shown(text)))
            .labelled("not a way of content handling")
            .note("the deploy fails: Member must satisfy enum value set: [CONVERT_TO_BINARY, CONVERT_TO_TEXT]")
            .help(match meant(text) {
                Some(name) => format!("write {name}"),
                None => "write CONVERT_TO_BINARY or CONVERT_TO_TEXT, or leave ContentHandling out".to_owned(),
            });
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let name = meant(hit.text).filter(|_| !hit.owner.scope.in_loop())?;
        let change = Change::Replace { node: ctx.literal(hit.property, hit.value)?, with: Fragment::Text(name.to_owned()) };
        Fix::new(ctx.tree, Applicability::Safe, format!("write {name}"), vec![change])
    }
}

/// The legal name that is clearly meant.
fn meant(text: &str) -> Option<&'static str> {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let text = plain(text);
    let begins = text.starts_with("CONVERT");
    let what = text.strip_prefix("CONVERT").unwrap_or(&text);
    match what.strip_prefix("TO").unwrap_or(what) {
        "BINARY" => return Some(BINARY),
        "TEXT" => return Some(TEXT),
        "BASE64" | "BASE" | "BYTES" | "BYTE" | "BIN" | "BINARIES" | "BLOB" if begins => return Some(BINARY),
        "STRING" | "STR" | "TXT" | "UTF8" | "PLAIN" | "PLAINTEXT" if begins => return Some(TEXT),
        _ => {}
    }
    let (to_binary, to_text) = (distance::between(&text, &plain(BINARY)), distance::between(&text, &plain(TEXT)));
    match to_binary.cmp(&to_text) {
        std::cmp::Ordering::Less if to_binary <= 3 => Some(BINARY),
        std::cmp::Ordering::Greater if to_text <= 3 => Some(TEXT),
        std::cmp::Ordering::Less | std::cmp::Ordering::Greater | std::cmp::Ordering::Equal => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_meant() {
        for text in ["convert_to_text", "ConvertToText", "CONVERT-TO-TEXT", " CONVERT_TO_TEXT ", "TO_TEXT", "TEXT", "CONVERT_TO_TXT"] {
            assert_eq!(meant(text), Some("CONVERT_TO_TEXT"), "{text}");
        }
        for text in ["CONVERT_TO_BINRAY", "binary", "CONVERT_TO_BASE64", "ConvertToBinary", "CONVERT_TO_BYTES"] {
            assert_eq!(meant(text), Some("CONVERT_TO_BINARY"), "{text}");
        }
        for text in ["PASSTHROUGH", "NONE", "BASE64", "CONVERT"] {
            assert_ne!(meant(text), Some("CONVERT_TO_BINARY"), "{text}");
        }
        for text in ["PASSTHROUGH", "CONVERT_TO_JSON"] {
            assert_eq!(meant(text), None, "{text}");
        }
    }
}
