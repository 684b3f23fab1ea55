//! # joined-set-cookie
//! ## What it does
//! Reports `integration.response.multivalueheader.Set-Cookie` as the value of a response header.
//! ## Why it matters
//! All cookies of the backend are joined with commas into one header. A date in `Expires` has a comma too, so browsers read one cookie, or
//! none. The plain `header.Set-Cookie` takes the last cookie only.
//! Source: [parameter mapping](https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html).
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
//!               method.response.header.Set-Cookie: integration.response.multivalueheader.Set-Cookie
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Set-Cookie: true
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
//!               method.response.header.Set-Cookie: integration.response.header.Set-Cookie
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Set-Cookie: true
//! ```
//! ## When not to use it
//! Where the backend sets one cookie. A value that is not known here is never reported.
//! ## Fix
//! None: several cookies need a proxy integration, which hands all of them on.

use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::{MappingPlace, Source, parse};
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta, when};
use crate::template::Value;

/// The rule.
pub(super) struct JoinedSetCookie;

impl Rule for JoinedSetCookie {
    type Node<'a> = MappingAt<'a>;
    type Hit<'a> = (MappingAt<'a>, &'a Value);

    const META: RuleMeta = RuleMeta {
        name: "joined-set-cookie",
        summary: "cookies of the backend joined into one header",
        category: Category::Mapping,
        severity: Severity::Info,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html"],
    };

    fn detect<'a>(&self, at: MappingAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let joined = |value: &&Value| match value.known().map(parse) {
            Some(Ok(Source::IntegrationResponseHeader { multi, name })) => multi && name.eq_ignore_ascii_case("Set-Cookie"),
            _ => false,
        };
        let here = at.place == MappingPlace::IntegrationResponse;
        at.entry.property.values.iter().filter(|_| here).filter(joined).map(|value| (at, value)).collect()
    }

    fn describe<'a>(&self, (at, value): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let when = when(&value.when, at.owner.when());
        Self::META
            .at(ctx, value.node, &at.owner.logical_id, format!("all cookies of the backend become one header{when}"))
            .likely()
            .labelled("joined with commas")
            .note("a browser reads one cookie of several, or none")
            .help("hand several cookies on with a proxy integration")
    }
}
