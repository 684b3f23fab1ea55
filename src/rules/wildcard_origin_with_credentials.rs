//! # wildcard-origin-with-credentials
//! ## What it does
//! Reports a response that allows every origin and credentials at once.
//! ## Why it matters
//! Browsers refuse such a response to a request with credentials: `The value of the 'Access-Control-Allow-Origin' header
//! in the response must not be the wildcard '*' when the request's credentials mode is 'include'`. The service accepts it.
//! Sources: [Fetch](https://fetch.spec.whatwg.org/#cors-protocol-and-credentials), aws/serverless-application-model#464.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
//!         gatewayresponse.header.Access-Control-Allow-Credentials: "'true'"
//! ```
//! ```yaml,good
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'https://app.example.com'"
//!         gatewayresponse.header.Access-Control-Allow-Credentials: "'true'"
//! ```
//! ## When not to use it
//! Nothing is reported where one of the two values is not known here, or where a template sets headers itself.
//! ## Fix
//! None: which origin is to be allowed is the author's to say.

use crate::finding::{Category, Finding, Severity};
use crate::rule::{ALLOW_CREDENTIALS, ALLOW_ORIGIN, Ctx, FixPromise, HeadersAt, Rule, RuleMeta, StaticHeader};

/// The rule.
pub(super) struct WildcardOriginWithCredentials;

/// A response and the two headers that exclude each other.
pub(super) struct Hit<'a> {
    at: HeadersAt<'a>,
    origin: StaticHeader<'a>,
    credentials: StaticHeader<'a>,
}

impl Rule for WildcardOriginWithCredentials {
    type Node<'a> = HeadersAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "wildcard-origin-with-credentials",
        summary: "every origin allowed together with credentials, which browsers refuse",
        category: Category::Cors,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"],
    };

    const MESSAGES: &'static [&'static str] = &["The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'"];

    fn detect<'a>(&self, at: HeadersAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        if at.may_override() {
            return Vec::new();
        }
        let allows = |credentials: &StaticHeader<'a>, origin: &StaticHeader<'a>| {
            let said = credentials.known().is_some_and(|text| text.trim() == "true");
            said && ctx.compatible(&credentials.when, &origin.when)
        };
        let every = at.statics(ALLOW_ORIGIN).filter(|origin| origin.known().is_some_and(|text| text.trim() == "*"));
        every
            .filter_map(|origin| {
                let credentials = at.statics(ALLOW_CREDENTIALS).find(|credentials| allows(credentials, &origin))?;
                Some(Hit { at, origin, credentials })
            })
            .collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, origin, credentials } = hit;
        let when = origin.when(at.owner);
        let message = format!("{} allows every origin together with credentials{when}", at.title());
        let mut finding = Self::META
            .at(ctx, origin.node(ctx), &at.owner.logical_id, message)
            .labelled("every origin")
            .with(ctx.span(credentials.node(ctx)), "with credentials")
            .note("browsers refuse the wildcard for requests with credentials")
            .help("name the origin, or leave Access-Control-Allow-Credentials out");
        for (span, words) in ctx.causes(origin.value) {
            finding = finding.with(span, words);
        }
        finding
    }
}
