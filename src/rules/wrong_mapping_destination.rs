//! # wrong-mapping-destination
//! ## What it does
//! Reports a key of ResponseParameters or RequestParameters that its map does not take: a misspelt prefix, the prefix of
//! another map, a header's bare name, a name with characters that cannot stand in it, key and value swapped.
//! ## Why it matters
//! The deploy fails and the message names the key: `Invalid mapping expression specified: method.response.headers.X`.
//! Keys are `method.response.header.NAME` in integration responses and method responses,
//! `integration.request.{header,querystring,path}.NAME` in integrations, `method.request.{header,querystring,path}.NAME` in
//! methods and `gatewayresponse.header.NAME` in gateway responses.
//! Sources: [parameter mapping](https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html),
//! aws-cli#2879, serverless-apigateway-service-proxy#115.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         method.response.header.Access-Control-Allow-Origin: "'*'"
//! ```
//! ```yaml,fixed
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'*'"
//! ```
//! ## When not to use it
//! SAM and OpenAPI take bare header names in places of their own; those are not looked at here.
//! ## Fix
//! Safe: writes the prefix that the map takes, or swaps key and value, unless that key is there already.

use crate::api::{Api, MapEntry, Owner, PropertyMap};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::{MappingPlace, is_swapped, judge_declaration, judge_destination};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, shown};

/// The rule.
pub(super) struct WrongMappingDestination;

/// A key that its map does not take.
pub(super) struct Hit<'a> {
    /// Which of all keys it is.
    number: usize,
    owner: &'a Owner,
    map: &'a PropertyMap,
    entry: &'a MapEntry,
    wanted: &'static str,
    suggestion: Option<String>,
    /// The value is the destination and the key the source.
    swapped: bool,
}

impl Rule for WrongMappingDestination {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "wrong-mapping-destination",
        summary: "mapping key that its map does not take",
        category: Category::Mapping,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid mapping expression specified: method.response.…"];

    fn detect<'a>(&self, api: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let mut hits = Vec::new();
        for at in ctx.mappings() {
            let Some(fault) = judge_destination(&at.entry.name, at.place) else { continue };
            let value = at.entry.property.known().unwrap_or("");
            let swapped = is_swapped(&at.entry.name, value, at.place);
            let suggestion = if swapped { Some(value.to_owned()) } else { fault.suggestion };
            hits.push(Hit { number: hits.len(), owner: at.owner, map: at.map, entry: at.entry, wanted: wanted(at.place), suggestion, swapped });
        }
        for method in &api.methods {
            declared(&mut hits, &method.owner, &method.request_parameters, false);
            for response in &method.responses.items {
                declared(&mut hits, &response.owner, &response.response_parameters, true);
            }
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let name = &hit.entry.name;
        let help = match (&hit.suggestion, hit.swapped) {
            (Some(key), true) => format!("swap them: {}: {name}", shown(key)),
            (Some(key), false) => format!("write {}", shown(key)),
            (None, _) => format!("write {}", hit.wanted),
        };
        let label = if hit.swapped { "key and value are swapped".to_owned() } else { format!("this map takes {}", hit.wanted) };
        Self::META
            .at(ctx, hit.entry.property.key, &hit.owner.logical_id, format!("{} is no destination that can be mapped here", shown(name)))
            .labelled(label)
            .note(format!("the deploy fails: Invalid mapping expression specified: {name}"))
            .help(help)
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let to = hit.suggestion.clone()?;
        if hit.owner.scope.in_loop() || hit.map.open || hit.map.named(&to).next().is_some() {
            return None;
        }
        // A second misspelt key can mean the same header.
        let alike = hit.map.entries.iter().filter(|entry| entry.name.ends_with(to.rsplit('.').next().unwrap_or(&to)));
        if alike.count() > 1 {
            return None;
        }
        let mut changes = vec![Change::Rename { key: hit.entry.property.key, to: to.clone() }];
        if hit.swapped {
            let [value] = &*hit.entry.property.values else { return None };
            let node = ctx.literal(&hit.entry.property, value)?;
            changes.push(Change::Replace { node, with: Fragment::Text(hit.entry.name.clone()) });
        }
        Fix::new(ctx.tree, Applicability::Safe, format!("write {}", shown(&to)), changes)
    }

    fn wishes(&self, hit: &Hit<'_>, _: usize) -> Option<Vec<usize>> {
        Some(vec![hit.number])
    }
}

fn wanted(place: MappingPlace) -> &'static str {
    match place {
        MappingPlace::IntegrationResponse => "method.response.header.NAME",
        MappingPlace::IntegrationRequest => "integration.request.{header,querystring,path}.NAME",
        MappingPlace::GatewayResponse => "gatewayresponse.header.NAME",
    }
}

fn declared<'a>(hits: &mut Vec<Hit<'a>>, owner: &'a Owner, map: &'a PropertyMap, response: bool) {
    let wanted = if response { "method.response.header.NAME" } else { "method.request.{header,querystring,path}.NAME" };
    for entry in &map.entries {
        if let Some(fault) = judge_declaration(&entry.name, response) {
            hits.push(Hit { number: hits.len(), owner, map, entry, wanted, suggestion: fault.suggestion, swapped: false });
        }
    }
}
