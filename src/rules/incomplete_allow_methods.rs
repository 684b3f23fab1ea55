//! # incomplete-allow-methods
//! ## What it does
//! Reports a preflight whose `Access-Control-Allow-Methods` lacks a method of its path, or has it in lower case.
//! ## Why it matters
//! Browsers refuse the request: `Method DELETE is not allowed by Access-Control-Allow-Methods in preflight response`. They
//! compare letter case, and with credentials `*` is no wildcard. GET, HEAD and POST pass without being listed.
//! Source: [Fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch).
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
//!   DeletePet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: DELETE
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: DELETE
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
//!               method.response.header.Access-Control-Allow-Headers: "'Content-Type'"
//!               method.response.header.Access-Control-Allow-Methods: "'GET,DELETE,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//!   DeletePet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: DELETE
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: DELETE
//!         Uri: https://pets.example.com
//! ```
//! ## When not to use it
//! For methods that no browser calls. A list without GET or POST is only worth an info. `*` without credentials, ANY, lists
//! that are not known here and responses whose headers a template sets are never reported.
//! ## Fix
//! Safe: writes the methods in capitals and adds those that are missing, before OPTIONS where that is the last one.

use crate::api::Method;
use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{ALLOW_METHODS, Ctx, FixPromise, PathAt, Preflight, Rule, RuleMeta, StaticHeader};

/// Methods that browsers let pass without being listed.
const PASS_ANYWAY: [&str; 3] = ["GET", "HEAD", "POST"];

/// The rule.
pub(super) struct IncompleteAllowMethods;

/// A preflight, its list, and the methods of the path that the list lacks.
pub(super) struct Hit<'a> {
    path: &'a str,
    preflight: Preflight<'a>,
    list: StaticHeader<'a>,
    missing: Vec<(&'a Method, &'a str)>,
}

impl Rule for IncompleteAllowMethods {
    type Node<'a> = PathAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "incomplete-allow-methods",
        summary: "preflight that does not allow a method of its path",
        category: Category::Cors,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://fetch.spec.whatwg.org/#cors-preflight-fetch"],
    };

    const MESSAGES: &'static [&'static str] = &["Method … is not allowed by Access-Control-Allow-Methods in preflight response"];

    fn detect<'a>(&self, path: PathAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let mut hits = Vec::new();
        for preflight in path.preflights().into_iter().filter(|preflight| !preflight.headers.may_override()) {
            for list in preflight.headers.statics(ALLOW_METHODS) {
                let Some(text) = list.known() else { continue };
                let listed = |name: &str| items(text).any(|item| item == name);
                if listed("*") && !preflight.allows_credentials(&list.when, ctx) {
                    continue;
                }
                let lacks = |name: &str| name != "HEAD" && !listed(name);
                let mut missing: Vec<(&Method, &str)> = Vec::new();
                for (method, name, when) in path.others().filter(|(_, name, _)| lacks(name)) {
                    let together = ctx.template.conditions().possible(&list.when.and(&when));
                    if together && missing.iter().all(|(_, known)| *known != name) {
                        missing.push((method, name));
                    }
                }
                missing.sort_by_key(|(_, name)| *name);
                if !missing.is_empty() {
                    hits.push(Hit { path: path.name(), preflight, list, missing });
                }
            }
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { path, preflight, list, missing } = hit;
        let id = &preflight.method.owner.logical_id;
        let names: Vec<_> = missing.iter().map(|(_, name)| *name).collect();
        let when = list.when(preflight.headers.owner);
        let message = format!("preflight {id} does not allow {} on {path}{when}", names.join(", "));
        let mut finding = Self::META
            .at(ctx, list.node(ctx), id, message)
            .labelled(format!("lacks {}", names.join(", ")))
            .help(format!("list the methods of the path in capitals: add {}", names.join(", ")));
        for (method, name) in missing {
            let place = method.http_method.as_ref().map_or(method.owner.key, |property| property.node);
            finding = finding.with(ctx.span(place), format!("{name} of the same path"));
        }
        for (span, words) in ctx.causes(list.value) {
            finding = finding.with(span, words);
        }
        if names.iter().all(|name| PASS_ANYWAY.contains(name)) {
            return finding.severity(Severity::Info).note("browsers let GET, HEAD and POST pass without being listed");
        }
        finding.note("browsers refuse the request: Method is not allowed by Access-Control-Allow-Methods in preflight response")
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { preflight, list, missing, .. } = hit;
        let names: Vec<&str> = missing.iter().map(|(_, name)| *name).collect();
        let changes = preflight.headers.mapping(list.entry).rewritten(ctx, list.value, |text| completed(text, &names))?;
        Fix::new(ctx.tree, Applicability::Safe, format!("allow {}", names.join(", ")), changes)
    }
}

fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

/// The quoted list with these methods. `None` where it is no plain list of names.
fn completed(quoted: &str, missing: &[&str]) -> Option<String> {
    let list = quoted.strip_prefix('\'')?.strip_suffix('\'')?;
    if !items(list).all(|item| !item.is_empty() && item.bytes().all(|byte| byte.is_ascii_alphabetic())) {
        return None;
    }
    let capitals = |item: &str| missing.iter().find(|name| name.eq_ignore_ascii_case(item)).map_or(item, |name| *name).to_owned();
    let mut all: Vec<String> = items(list).map(capitals).collect();
    for name in missing {
        if !all.iter().any(|known| known == name) {
            let before = all.len() > 1 && all.last().is_some_and(|last| last == "OPTIONS");
            all.insert(all.len() - usize::from(before), (*name).to_owned());
        }
    }
    let separator = if list.contains(", ") { ", " } else { "," };
    Some(format!("'{}'", all.join(separator)))
}

#[cfg(test)]
mod tests {
    use super::completed;

    #[test]
    fn lists_are_completed_as_they_are_written() {
        assert_eq!(completed("'GET,OPTIONS'", &["PUT"]).as_deref(), Some("'GET,PUT,OPTIONS'"));
        assert_eq!(completed("'OPTIONS, GET'", &["PUT", "DELETE"]).as_deref(), Some("'OPTIONS, GET, PUT, DELETE'"));
        assert_eq!(completed("'get,put'", &["PUT"]).as_deref(), Some("'get,PUT'"));
        assert_eq!(completed("'OPTIONS'", &["PUT"]).as_deref(), Some("'OPTIONS,PUT'"));
        assert_eq!(completed("'*'", &["PUT"]), None);
    }
}
