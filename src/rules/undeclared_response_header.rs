//! # undeclared-response-header
//! ## What it does
//! Reports a header that an integration response maps and the method response of that status code does not declare.
//! ## Why it matters
//! The deploy fails: `Invalid mapping expression parameter specified: method.response.header.Cache-Control`.
//! Names are compared as they are written: a declared `cache-control` does not declare `Cache-Control`, because API
//! Gateway processes header names in a case-sensitive way.
//! Sources: aws-solutions-constructs#1130,
//! [Important notes](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html).
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
//!               method.response.header.Cache-Control: "'no-store'"
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
//!             ResponseParameters:
//!               method.response.header.Cache-Control: "'no-store'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Cache-Control: true
//! ```
//! ## When not to use it
//! Where a macro declares the headers. Nothing is reported where the status code, the list of method responses or
//! their headers come from a value that is not known here. A status code without any method response is
//! `missing-method-response`'s; a key that is not `method.response.header.` and a legal name is
//! `wrong-mapping-destination`'s.
//! ## Fix
//! Safe: adds the header to the method response. Where only the letter case differs and no mapping uses the declared
//! name, one of the two takes the other's letters: those that begin each word with a capital, or else the declared ones; clients do
//! not tell the two apart. None where several spellings are mapped and none of them is declared.

use crate::api::{IntegrationResponse, MapEntry, MethodResponse, PropertyMap, StatusCode};
use crate::edit::{Applicability, Change, Fix, Fragment, Place};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::judge_declaration;
use crate::rule::{Ctx, FixPromise, ResponseAt, Rule, RuleMeta, when};
use crate::template::{Guard, Value};

/// The rule.
pub(super) struct UndeclaredResponseHeader;

/// A mapped header and the method response that lacks it.
pub(super) struct Hit<'a> {
    at: ResponseAt<'a>,
    entry: &'a MapEntry,
    header: &'a str,
    status: &'a str,
    lacking: &'a MethodResponse,
    when: Guard,
}

impl Rule for UndeclaredResponseHeader {
    type Node<'a> = ResponseAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "undeclared-response-header",
        summary: "mapped header that the method response does not declare",
        category: Category::Responses,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid mapping expression parameter specified: method.response.…"];

    fn detect<'a>(&self, at: ResponseAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Some(code) = at.response.status_code.as_ref().filter(|_| at.integration.maps_responses()) else {
            return Vec::new();
        };
        let mut hits = Vec::new();
        for value in &code.values {
            let Some(status) = value.known().filter(|status| StatusCode::parse(status).is_some()) else { continue };
            for entry in &at.response.response_parameters.entries {
                // A key that cannot be declared is wrong itself, and an entry without a value maps nothing.
                let legal = judge_declaration(&entry.name, true).is_none() && !entry.property.values.iter().all(Value::is_null);
                let Some(header) = entry.response_header().filter(|_| legal) else { continue };
                let lacking = entry.present_when().find_map(|when| lacking(at, entry, status, &when.and(&value.when), ctx));
                hits.extend(lacking.map(|(lacking, when)| Hit { at, entry, header, status, lacking, when }));
            }
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, entry, header, status, lacking, .. } = hit;
        let id = &at.method.owner.logical_id;
        let when = when(&hit.when, at.response.owner.when());
        let message = format!("{id} maps header {header} for {status}, but its method response {status} does not declare it{when}");
        let variants = variants(&lacking.response_parameters, header);
        let mut finding = Self::META
            .at(ctx, entry.property.key, id, message)
            .labelled("not declared")
            .note(format!("the deploy fails: Invalid mapping expression parameter specified: {}", entry.name))
            .help(if variants.is_empty() {
                format!("add {}: true to ResponseParameters of method response {status}", entry.name)
            } else {
                "write the name with the same letter case in both places".to_owned()
            });
        if let Some(code) = &lacking.status_code {
            finding = finding.with(ctx.span(code.node), "this method response does not declare it");
        }
        // Names are compared with their letter case, by the documentation; that the deploy fails is inferred from it.
        if !variants.is_empty() {
            finding = finding.severity(Severity::Warning).likely();
        }
        for variant in variants {
            finding = finding.with(ctx.span(variant.property.key), "declared in another letter case");
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { at, entry, header, status, lacking, .. } = hit;
        if at.response.owner.scope.in_loop() || lacking.owner.scope.in_loop() {
            return None;
        }
        let declared = &lacking.response_parameters;
        // A misspelt key that means this header becomes the declaration.
        let meant = |name: &str| judge_declaration(name, true).and_then(|fault| fault.suggestion);
        if declared.entries.iter().any(|other| meant(&other.name).is_some_and(|name| name.eq_ignore_ascii_case(&entry.name))) {
            return None;
        }
        if let [variant] = variants(declared, header).as_slice()
            && !maps(at, status, |other| other.name == variant.name)
            && !ctx.is_shared(entry.property.key)
        {
            // Of several spellings that are mapped, each would ask for its own.
            let differs = |other: &MapEntry| {
                other.name != entry.name && other.response_header().is_some_and(|other| other.eq_ignore_ascii_case(header))
            };
            if maps(at, status, differs) {
                return None;
            }
            if is_usual(header) && !variant.response_header().is_some_and(is_usual) && !ctx.is_shared(variant.property.key) {
                let title = format!("declare {header} as it is mapped");
                let change = Change::Rename { key: variant.property.key, to: entry.name.clone() };
                return Fix::new(ctx.tree, Applicability::Safe, title, vec![change]);
            }
            let title = format!("map {} as it is declared", variant.name);
            let change = Change::Rename { key: entry.property.key, to: variant.name.clone() };
            return Fix::new(ctx.tree, Applicability::Safe, title, vec![change]);
        }
        let (key, value, place) = (entry.name.clone(), Fragment::Bool(true), Place::Last);
        let change = match (declared.place, declared.nodes.as_slice()) {
            (_, [map]) => Change::Insert { parent: *map, key, value, place },
            (Some((_, empty)), []) if ctx.tree.is_null(empty) => {
                Change::Insert { parent: empty, key, value, place }
            }
            (Some(_), _) | (None, [_, ..]) => return None,
            (None, []) => Change::Insert {
                parent: lacking.owner.node,
                key: "ResponseParameters".to_owned(),
                value: Fragment::Mapping(vec![(key, value)]),
                place,
            },
        };
        Fix::new(ctx.tree, Applicability::Safe, format!("declare {header} in method response {status}"), vec![change])
    }
}

/// A method response that surely lacks the header, and when.
fn lacking<'a>(at: ResponseAt<'a>, entry: &MapEntry, status: &str, when: &Guard, ctx: &Ctx<'a>) -> Option<(&'a MethodResponse, Guard)> {
    let conditions = ctx.template.conditions();
    if !conditions.possible(when) {
        return None;
    }
    let candidates = at.method.responses_for(status, when, conditions);
    let declares = |response: &MethodResponse, when: &Guard| {
        let headers = &response.response_parameters;
        headers.open || headers.named(&entry.name).any(|header| header.present_when().any(|here| ctx.compatible(&here, when)))
    };
    candidates.responses.iter().filter(|_| !candidates.uncertain).find_map(|response| {
        let together = when.and(response.owner.when());
        let others = at.method.responses_for(status, &together, conditions).responses;
        let lacks = !others.iter().any(|other| declares(other, &together));
        lacks.then_some((*response, together))
    })
}

/// The declared headers of the same name in other letter case.
fn variants<'a>(declared: &'a PropertyMap, header: &str) -> Vec<&'a MapEntry> {
    let same = |entry: &&MapEntry| entry.response_header().is_some_and(|name| name.eq_ignore_ascii_case(header));
    declared.entries.iter().filter(same).collect()
}

/// Whether each word of a header's name begins with a capital, as they are usually written.
fn is_usual(header: &str) -> bool {
    header.split('-').all(|word| word.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()))
}

/// Whether some integration response that can have this status has such a mapping, or perhaps has.
fn maps(at: &ResponseAt<'_>, status: &str, is_it: impl Fn(&MapEntry) -> bool) -> bool {
    let has = |response: &IntegrationResponse| {
        let parameters = &response.response_parameters;
        let may = response.status().is_none_or(|other| other == status);
        may && (parameters.open || parameters.entries.iter().any(&is_it))
    };
    at.method.integrations.iter().any(|integration| integration.responses.items.iter().any(has))
}
