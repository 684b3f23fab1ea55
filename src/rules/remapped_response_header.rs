//! # remapped-response-header
//! ## What it does
//! Reports a mapping to a response header that API Gateway renames or drops: `Date`, `Server`, `WWW-Authenticate`, `Authorization` and some
//! more.
//! ## Why it matters
//! In a response of an HTTP or AWS integration these headers reach the client as `x-amzn-Remapped-WWW-Authenticate` and so on, and
//! `Transfer-Encoding` not at all. A browser does not ask for a password, and a cache does not see the date.
//! Source: [Important notes](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html).
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
//!             ResponseParameters:
//!               method.response.header.Server: "'pets'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Server: true
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
//!             ResponseParameters:
//!               method.response.header.X-Server: "'pets'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.X-Server: true
//! ```
//! ## When not to use it
//! Where the clients know the other name. Gateway responses send `WWW-Authenticate` under its own name and are never reported, nor are
//! MOCK integrations, of which nothing was measured, and types that are not known here.
//! ## Fix
//! None: another name, or a gateway response in its place, is the author's choice.

use crate::api::{Integration, IntegrationType};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::MappingPlace;
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta};

/// Headers that get `x-amzn-Remapped-` before their name (section 7 of the reference).
const RENAMED: [&str; 14] = [
    "Authorization",
    "Connection",
    "Content-Length",
    "Content-MD5",
    "Date",
    "Expect",
    "Host",
    "Max-Forwards",
    "Proxy-Authenticate",
    "Server",
    "Trailer",
    "Upgrade",
    "User-Agent",
    "WWW-Authenticate",
];

/// The header that is dropped.
const DROPPED: &str = "Transfer-Encoding";

/// The rule.
pub(super) struct RemappedResponseHeader;

impl Rule for RemappedResponseHeader {
    type Node<'a> = MappingAt<'a>;
    /// A mapping, and the new name of its header.
    type Hit<'a> = (MappingAt<'a>, Option<&'static str>);

    const META: RuleMeta = RuleMeta {
        name: "remapped-response-header",
        summary: "mapped response header that reaches the client under another name",
        category: Category::Mapping,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html"],
    };

    fn detect<'a>(&self, at: MappingAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let kind = at.integration.and_then(Integration::integration_type);
        let measured = matches!(kind, Some(IntegrationType::Http | IntegrationType::Aws));
        let Some(header) = at.entry.response_header().filter(|_| measured && at.place == MappingPlace::IntegrationResponse) else {
            return Vec::new();
        };
        let renamed = RENAMED.into_iter().find(|known| known.eq_ignore_ascii_case(header));
        let wrong = renamed.is_some() || header.eq_ignore_ascii_case(DROPPED);
        let present = at.entry.present_when().next().is_some();
        if wrong && present { vec![(at, renamed)] } else { Vec::new() }
    }

    fn describe<'a>(&self, (at, renamed): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let header = at.entry.response_header().unwrap_or("");
        let message = match renamed {
            Some(known) => format!("header {header} reaches the client as x-amzn-Remapped-{known}"),
            None => format!("header {header} does not reach the client"),
        };
        Self::META
            .at(ctx, at.entry.property.key, &at.owner.logical_id, message)
            .labelled(if renamed.is_some() { "renamed by API Gateway" } else { "dropped by API Gateway" })
            .help("send it under a name of your own, or from a gateway response, which keeps the name")
    }
}
