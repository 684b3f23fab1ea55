//! # duplicate-mapping-key
//! ## What it does
//! Reports a header that is mapped twice in one map under names that differ in upper and lower case only.
//! ## Why it matters
//! For clients and backends both are one header. Whether it is sent twice, or which of the two values is sent, no page says.
//! Source: [parameter mapping](https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html),
//! [HTTP](https://www.rfc-editor.org/rfc/rfc9110#section-5.1): names of headers are compared without regard to case.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.Cache-Control: "'no-store'"
//!         gatewayresponse.header.cache-control: "'max-age=60'"
//! ```
//! ```yaml,good
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.Cache-Control: "'no-store'"
//! ```
//! ## When not to use it
//! `Set-Cookie` in several spellings is an old way to set several cookies and is not reported. Names of query parameters tell case
//! apart. The same name twice is `duplicate-key`'s. Entries that conditions keep apart are never reported.
//! ## Fix
//! None: which of the two is meant cannot be known.

use crate::api::MapEntry;
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::Destination;
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta};

/// Entries of one map that are compared with each other.
const MAX_ENTRIES: usize = 500;

/// The rule.
pub(super) struct DuplicateMappingKey;

impl Rule for DuplicateMappingKey {
    type Node<'a> = MappingAt<'a>;
    /// A mapping, and the earlier one of the same header.
    type Hit<'a> = (MappingAt<'a>, &'a MapEntry);

    const META: RuleMeta = RuleMeta {
        name: "duplicate-mapping-key",
        summary: "one header mapped twice, in different letter case",
        category: Category::Mapping,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://www.rfc-editor.org/rfc/rfc9110#section-5.1"],
    };

    fn detect<'a>(&self, at: MappingAt<'a>, ctx: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let Some(header) = header(&at.entry.name).filter(|header| !header.eq_ignore_ascii_case("Set-Cookie")) else {
            return Vec::new();
        };
        let before = at.map.entries.iter().take(MAX_ENTRIES).take_while(|other| !std::ptr::eq(*other, at.entry));
        let same = |other: &&MapEntry| {
            let together = || at.entry.present_when().any(|here| other.present_when().any(|there| ctx.compatible(&here, &there)));
            other.name != at.entry.name
                && self::header(&other.name).is_some_and(|other| other.eq_ignore_ascii_case(header))
                && together()
        };
        before.into_iter().find(same).map(|other| (at, other)).into_iter().collect()
    }

    fn describe<'a>(&self, (at, other): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let mut names = [&other.name, &at.entry.name].map(|name| header(name).unwrap_or(""));
        names.sort_unstable();
        let [one, two] = names;
        Self::META
            .at(ctx, at.entry.property.key, &at.owner.logical_id, format!("{one} and {two} are one header, mapped twice"))
            .likely()
            .labelled("the same header in other letter case")
            .with(ctx.span(other.property.key), "mapped here too")
            .note("whether the header is sent twice, or with which value, is not documented")
            .help("keep the one that is meant and remove the other")
    }
}

fn header(key: &str) -> Option<&str> {
    Destination::parse(key).and_then(Destination::header)
}
