//! # specific-gateway-response-without-cors
//! ## What it does
//! Reports a gateway response of one type, such as `UNAUTHORIZED`, without `Access-Control-Allow-Origin`, where the
//! `DEFAULT_4XX` or `DEFAULT_5XX` of the same API has it.
//! ## Why it matters
//! The service takes the most specific gateway response and nothing of the default one: this error reaches the page as
//! `No 'Access-Control-Allow-Origin' header is present`, while all others can be read.
//! Sources: ministackorg/ministack#1756,
//! [Gateway responses](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html).
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
//!   Unauthorized:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: UNAUTHORIZED
//!       StatusCode: "401"
//! ```
//! ```yaml,fixed
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
//!   Unauthorized:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: UNAUTHORIZED
//!       StatusCode: "401"
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
//! ```
//! ## When not to use it
//! For errors that no browser meets. Nothing is reported where the API, the type or the headers are not known here, or where
//! conditions keep the two apart.
//! ## Fix
//! Safe: copies the `Access-Control-*` headers that this one lacks. None where a value cannot be written in another place.

use crate::api::{Api, GatewayResponse, MapEntry, default_of};
use crate::edit::{Applicability, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{ALLOW_ORIGIN, Ctx, FixPromise, HeadersAt, Rule, RuleMeta, common_value, meant_types};

/// The headers that are copied, those that a page needs to read an answer.
const COPIED: [&str; 5] = [
    ALLOW_ORIGIN,
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Expose-Headers",
];

/// The rule.
pub(super) struct SpecificGatewayResponseWithoutCors;

/// A gateway response, and the default one that has the header.
pub(super) struct Hit<'a> {
    specific: HeadersAt<'a>,
    default: HeadersAt<'a>,
    kind: &'static str,
    origin: &'a MapEntry,
}

impl Rule for SpecificGatewayResponseWithoutCors {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "specific-gateway-response-without-cors",
        summary: "gateway response without the CORS headers that the default one has",
        category: Category::Cors,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &[
            "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html",
        ],
    };

    const MESSAGES: &'static [&'static str] = &["No 'Access-Control-Allow-Origin' header is present"];

    fn detect<'a>(&self, _: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        ctx.gateway_responses().filter_map(|gateway| hit(gateway, ctx)).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { specific, default, kind, origin } = hit;
        let place = specific.gateway.and_then(|gateway| gateway.response_type.as_ref());
        let place = place.map_or(specific.owner.key, |property| property.node);
        let message = format!("{} has no {ALLOW_ORIGIN}, but {kind} has", specific.title());
        Self::META
            .at(ctx, place, &specific.owner.logical_id, message)
            .labelled("takes nothing from the default one")
            .with(ctx.span(origin.property.node), format!("what {} sends", default.owner.logical_id))
            .note("browsers keep this error from the page, while they show it the others")
            .help(format!("map gatewayresponse.header.{ALLOW_ORIGIN} here, too"))
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let mut headers: Vec<(String, Fragment)> = Vec::new();
        for name in COPIED {
            if hit.default.named(name).next().is_some() && hit.specific.surely_lacks(name) {
                headers.push((name.to_owned(), common_value([hit.default], name, ctx)?));
            }
        }
        let changes = hit.specific.adding(&headers, ctx)?;
        Fix::new(ctx.tree, Applicability::Safe, format!("send the CORS headers of {}", hit.kind), changes)
    }
}

fn hit<'a>(gateway: &'a GatewayResponse, ctx: &Ctx<'a>) -> Option<Hit<'a>> {
    let specific = HeadersAt::of_gateway(gateway);
    let kind = *meant_types(gateway)?.first()?;
    let kind = default_of(kind).filter(|_| specific.surely_lacks(ALLOW_ORIGIN))?;
    let api = ctx.api_of(&gateway.owner)?;
    let others = ctx.gateway_responses().filter(|other| ctx.compatible(other.owner.when(), gateway.owner.when()));
    let defaults = others.filter(|other| meant_types(other).is_some_and(|types| types == [kind]));
    let mut of_api = defaults.filter(|other| ctx.api_of(&other.owner).as_ref() == Some(&api)).map(HeadersAt::of_gateway);
    let sending = |default: HeadersAt<'a>| Some((default, default.statics(ALLOW_ORIGIN).next()?.entry));
    of_api.find_map(sending).map(|(default, origin)| Hit { specific, default, kind, origin })
}
