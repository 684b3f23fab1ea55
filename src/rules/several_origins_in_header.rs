//! # several-origins-in-header
//! ## What it does
//! Reports an `Access-Control-Allow-Origin` that lists several origins.
//! ## Why it matters
//! The header holds one origin or `*`. Browsers refuse a list: `The 'Access-Control-Allow-Origin' header contains multiple
//! values, but only one is allowed`. The service accepts it.
//! Sources: [Fetch](https://fetch.spec.whatwg.org/#http-access-control-allow-origin), serverless/serverless#2476,
//! aws/serverless-application-model#3769.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'https://a.example.com,https://b.example.com'"
//! ```
//! ```yaml,good
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'https://a.example.com'"
//! ```
//! ## When not to use it
//! What a value that is not known here holds is not guessed; nothing is reported where a template sets headers itself.
//! ## Fix
//! None: a choice among origins needs a template that compares the request's origin with a list, and answers `Vary: Origin`.

use crate::finding::{Category, Finding, Severity};
use crate::rule::{ALLOW_ORIGIN, Ctx, FixPromise, HeadersAt, Rule, RuleMeta, StaticHeader, shown};

/// The rule.
pub(super) struct SeveralOriginsInHeader;

impl Rule for SeveralOriginsInHeader {
    type Node<'a> = HeadersAt<'a>;
    type Hit<'a> = (HeadersAt<'a>, StaticHeader<'a>);

    const META: RuleMeta = RuleMeta {
        name: "several-origins-in-header",
        summary: "several origins in one header, which browsers refuse",
        category: Category::Cors,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://fetch.spec.whatwg.org/#http-access-control-allow-origin"],
    };

    const MESSAGES: &'static [&'static str] = &["The 'Access-Control-Allow-Origin' header contains multiple values, but only one is allowed"];

    fn detect<'a>(&self, at: HeadersAt<'a>, _ctx: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        if at.may_override() {
            return Vec::new();
        }
        let several = |origin: &StaticHeader<'_>| are_several(&origin.text.with_holes());
        at.statics(ALLOW_ORIGIN).filter(several).map(|origin| (at, origin)).collect()
    }

    fn describe<'a>(&self, (at, origin): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let when = origin.when(at.owner);
        let message = format!("{} allows several origins in one header{when}", at.title());
        let text = origin.value.text().map_or(String::new(), ToString::to_string);
        let mut finding = Self::META
            .at(ctx, origin.node(ctx), &at.owner.logical_id, message)
            .labelled(format!("browsers refuse {}", shown(&text)))
            .note("the header holds one origin or `*`")
            .help("name one origin; for a choice among several let a template compare the request's with a list, and answer Vary: Origin");
        for (span, words) in ctx.causes(origin.value) {
            finding = finding.with(span, words);
        }
        finding
    }
}

/// Whether a text is a list: parts between commas or blanks, or two schemes. What is in braces or the like may be filled in
/// before the deploy.
fn are_several(text: &str) -> bool {
    if text.contains(|c| "{}<>$%".contains(c)) {
        return false;
    }
    let parts = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty());
    parts.count() > 1 || text.matches("://").count() > 1
}
