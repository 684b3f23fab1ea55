//! # incomplete-allow-headers
//! ## What it does
//! Reports a preflight whose `Access-Control-Allow-Headers` lacks a request header without which a method of its path
//! refuses every request: the one that its authorizer reads, or `X-Api-Key`.
//! ## Why it matters
//! Browsers ask whether they may send the header, are not told so, and do not send the request: `Request header field
//! authorization is not allowed by Access-Control-Allow-Headers in preflight response`. `*` does not stand for
//! `Authorization`, and with credentials for no header at all.
//! Sources: [Fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), digital-go-jp/abr-geocoder#288.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   PetOptions:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: OPTIONS
//!       AuthorizationType: NONE
//!       Integration:
//!         Type: MOCK
//!         RequestTemplates: {application/json: '{"statusCode": 200}'}
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseParameters:
//!               method.response.header.Access-Control-Allow-Origin: "'*'"
//!               method.response.header.Access-Control-Allow-Headers: "'Content-Type'"
//!               method.response.header.Access-Control-Allow-Methods: "'GET,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//!   Users:
//!     Type: AWS::ApiGateway::Authorizer
//!     Properties:
//!       RestApiId: !Ref Api
//!       Name: users
//!       Type: COGNITO_USER_POOLS
//!       IdentitySource: method.request.header.Authorization
//!       ProviderARNs: [!Ref PoolArn]
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       AuthorizationType: COGNITO_USER_POOLS
//!       AuthorizerId: !Ref Users
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//! ```
//! ```yaml,fixed
//! Resources:
//!   PetOptions:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: OPTIONS
//!       AuthorizationType: NONE
//!       Integration:
//!         Type: MOCK
//!         RequestTemplates: {application/json: '{"statusCode": 200}'}
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseParameters:
//!               method.response.header.Access-Control-Allow-Origin: "'*'"
//!               method.response.header.Access-Control-Allow-Headers: "'Content-Type,Authorization'"
//!               method.response.header.Access-Control-Allow-Methods: "'GET,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//!   Users:
//!     Type: AWS::ApiGateway::Authorizer
//!     Properties:
//!       RestApiId: !Ref Api
//!       Name: users
//!       Type: COGNITO_USER_POOLS
//!       IdentitySource: method.request.header.Authorization
//!       ProviderARNs: [!Ref PoolArn]
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       AuthorizationType: COGNITO_USER_POOLS
//!       AuthorizerId: !Ref Users
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//! ```
//! ## When not to use it
//! For methods that no browser calls. What an authorizer outside the template reads is not known, nor whether a caller signs
//! with headers for `AWS_IAM`; that is never reported, and neither are cookies, lists that are not known here and responses
//! whose headers a template sets.
//! ## Fix
//! Safe: appends the headers to the list. None for `*` with credentials, which stands for headers that are not known.

use crate::api::{Method, Property};
use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{
    ALLOW_HEADERS, AskedHeader, Ctx, FixPromise, PathAt, Preflight, Rule, RuleMeta, StaticHeader, asked_headers,
};

/// The one header that `*` never stands for.
const AUTHORIZATION: &str = "authorization";

/// The rule.
pub(super) struct IncompleteAllowHeaders;

/// A preflight, its list, and the headers that methods of the path ask for and the list lacks.
pub(super) struct Hit<'a> {
    path: &'a str,
    preflight: Preflight<'a>,
    list: StaticHeader<'a>,
    credentials: bool,
    missing: Vec<AskedHeader<'a>>,
}

impl Rule for IncompleteAllowHeaders {
    type Node<'a> = PathAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "incomplete-allow-headers",
        summary: "preflight that does not allow a request header that its path asks for",
        category: Category::Cors,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://fetch.spec.whatwg.org/#cors-preflight-fetch"],
    };

    const MESSAGES: &'static [&'static str] = &["Request header field … is not allowed by Access-Control-Allow-Headers in preflight response"];

    fn detect<'a>(&self, path: PathAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let preflights = path.preflights();
        if preflights.is_empty() {
            return Vec::new();
        }
        let asked: Vec<_> = path
            .methods
            .iter()
            .filter(|method| !may_be_options(method))
            .flat_map(|method| asked_headers(method, ctx))
            .collect();
        let mut hits = Vec::new();
        for preflight in preflights.into_iter().filter(|preflight| !preflight.headers.may_override()) {
            for list in preflight.headers.statics(ALLOW_HEADERS) {
                let credentials = preflight.allows_credentials(&list.when, ctx);
                let missing = missing(&list, &asked, credentials, ctx);
                if !missing.is_empty() {
                    hits.push(Hit { path: path.name(), preflight, list, credentials, missing });
                }
            }
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { path, preflight, list, credentials, missing } = hit;
        let id = &preflight.method.owner.logical_id;
        let when = list.when(preflight.headers.owner);
        let names = hit.names();
        let message = format!("preflight {id} does not allow the header {names} that {path} asks for{when}");
        let mut finding = Self::META
            .at(ctx, list.node(ctx), id, message)
            .labelled(format!("lacks {names}"))
            .help(format!("add {names} to the list"))
            .likely();
        for header in missing {
            finding = finding.with(ctx.span(header.property.node), format!("asks for {}", header.name));
        }
        for (span, words) in ctx.causes(list.value) {
            finding = finding.with(span, words);
        }
        if !list.known().is_some_and(|text| items(text).any(|item| item == "*")) {
            return finding
                .note("browsers refuse the request: Request header field is not allowed by Access-Control-Allow-Headers");
        }
        finding.note(if *credentials { "with credentials, * is no wildcard" } else { "* does not stand for Authorization" })
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { preflight, list, credentials, .. } = hit;
        let names = hit.names();
        let changes =
            preflight.headers.mapping(list.entry).rewritten(ctx, list.value, |text| appended(text, &names, *credentials))?;
        Fix::new(ctx.tree, Applicability::Safe, format!("allow {names}"), changes)
    }
}

impl Hit<'_> {
    fn names(&self) -> String {
        self.missing.iter().map(|header| header.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

fn may_be_options(method: &Method) -> bool {
    let names = method.http_method.as_ref().and_then(Property::all_known);
    names.is_none_or(|names| names.contains(&"OPTIONS"))
}

/// The headers that the list lacks, each once.
fn missing<'a>(
    list: &StaticHeader<'a>,
    asked: &[AskedHeader<'a>],
    credentials: bool,
    ctx: &Ctx<'a>,
) -> Vec<AskedHeader<'a>> {
    let Some(text) = list.known() else { return Vec::new() };
    let wildcard = !credentials && items(text).any(|item| item == "*");
    let allows = |name: &str| {
        wildcard && !name.eq_ignore_ascii_case(AUTHORIZATION) || items(text).any(|item| item.eq_ignore_ascii_case(name))
    };
    let mut missing: Vec<AskedHeader<'a>> = Vec::new();
    for header in asked.iter().filter(|header| !allows(&header.name)) {
        let known = missing.iter().any(|known| known.name.eq_ignore_ascii_case(&header.name));
        if !known && ctx.template.conditions().possible(&list.when.and(&header.when)) {
            missing.push(header.clone());
        }
    }
    missing.sort_by_key(|header| header.name.to_ascii_lowercase());
    missing
}

fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

/// The quoted list with these names behind it. `None` where it is no plain list of names.
fn appended(quoted: &str, names: &str, credentials: bool) -> Option<String> {
    let list = quoted.strip_prefix('\'')?.strip_suffix('\'')?;
    let is_name = |item: &str| {
        !item.is_empty() && item.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if !items(list).all(|item| is_name(item) || item == "*" && !credentials) {
        return None;
    }
    let spaced = list.contains(", ");
    let names = if spaced { names.to_owned() } else { names.replace(", ", ",") };
    Some(format!("'{list}{}{names}'", if spaced { ", " } else { "," }))
}

#[cfg(test)]
mod tests {
    use super::appended;

    #[test]
    fn names_are_appended_as_the_list_is_written() {
        assert_eq!(appended("'A,B'", "C, D", false).as_deref(), Some("'A,B,C,D'"));
        assert_eq!(appended("'A, B'", "C, D", false).as_deref(), Some("'A, B, C, D'"));
        assert_eq!(appended("'*'", "Authorization", false).as_deref(), Some("'*,Authorization'"));
        assert_eq!(appended("'*'", "Authorization", true), None);
        assert_eq!(appended("'${All}'", "Authorization", false), None);
    }
}
