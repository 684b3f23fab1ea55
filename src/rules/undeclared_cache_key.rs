//! # undeclared-cache-key
//! ## What it does
//! Reports a cache key that is neither a parameter of the method nor one that the integration sends.
//! ## Why it matters
//! The deploy fails: `Invalid cache key parameter specified`. An entry of CacheKeyParameters is the name of a request parameter
//! that the method declares, or of one in the RequestParameters of the integration.
//! Sources: serverless-api-gateway-caching#135, [PutIntegration](https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html).
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
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         CacheKeyParameters:
//!           - method.request.querystring.kind
//! ```
//! ```yaml,fixed
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       RequestParameters:
//!         method.request.querystring.kind: false
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         CacheKeyParameters:
//!           - method.request.querystring.kind
//! ```
//! ## When not to use it
//! Nothing is reported where the parameters or the list are not all known here, or where conditions keep the two apart.
//! ## Fix
//! Safe: declares a `method.request.…` parameter on the method. None for others: what they should be has to be decided.

use crate::api::{MapEntry, Property};
use crate::edit::{Applicability, Change, Fix, Fragment, Place};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta, shown, when};
use crate::template::{Datum, Guard, Value};

/// The rule.
pub(super) struct UndeclaredCacheKey;

/// A key that nothing declares.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    value: Value,
    name: String,
}

impl Rule for UndeclaredCacheKey {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "undeclared-cache-key",
        summary: "cache key that neither the method nor the integration declares",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid cache key parameter specified"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Some(keys) = &at.integration.cache_key_parameters else { return Vec::new() };
        let maps = [&at.method.request_parameters, &at.integration.request_parameters];
        if maps.iter().any(|map| map.open) {
            return Vec::new();
        }
        let declares = |name: &str, when: &Guard| {
            let present = |entry: &MapEntry| entry.present_when().any(|here| ctx.compatible(&here, when));
            maps.iter().any(|map| map.named(name).any(present))
        };
        let items = items(keys, at, ctx).into_iter();
        let named = items.filter_map(|value| Some((value.known()?.to_owned(), value)));
        let undeclared = named.filter(|(name, value)| !name.is_empty() && !declares(name, &value.when));
        undeclared.map(|(name, value)| Hit { at, value, name }).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, value, name } = hit;
        let id = &at.method.owner.logical_id;
        let when = when(&value.when, at.integration.owner.when());
        let mut finding = Self::META
            .at(ctx, value.node, id, format!("{id} uses the cache key {} that nothing declares{when}", shown(name)))
            .labelled("not declared")
            .note("the deploy fails: Invalid cache key parameter specified")
            .help(if declaration(name).is_some() {
                format!("add {name} to RequestParameters of the method")
            } else {
                "name a parameter of the method, or one in RequestParameters of the integration".to_owned()
            });
        if let Some((place, _)) = at.method.request_parameters.place {
            finding = finding.with(ctx.span(place), "these are declared");
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { at, name, .. } = hit;
        let (key, value) = (name.clone(), Fragment::Bool(declaration(name)?));
        let declared = &at.method.request_parameters;
        let other_case = |entry: &MapEntry| entry.name.eq_ignore_ascii_case(name);
        if at.method.owner.scope.in_loop() || at.integration.owner.scope.in_loop() || declared.entries.iter().any(other_case) {
            return None;
        }
        let beside = |key: &crate::syntax::NodeId| ctx.tree.parent(*key) == Some(at.method.owner.node);
        let before = Some(at.integration.key).filter(beside).map_or(Place::Last, Place::Before);
        let change = match (declared.place, declared.nodes.as_slice()) {
            (_, [map]) => Change::Insert { parent: *map, key, value, place: Place::Last },
            (Some(_), _) | (None, [_, ..]) => return None,
            (None, []) => Change::Insert {
                parent: at.method.owner.node,
                key: "RequestParameters".to_owned(),
                value: Fragment::Mapping(vec![(key, value)]),
                place: before,
            },
        };
        Fix::new(ctx.tree, Applicability::Safe, format!("declare {name} on the method"), vec![change])
    }
}

/// The possibilities of all items of the list.
fn items(keys: &Property, at: IntegrationAt<'_>, ctx: &Ctx<'_>) -> Vec<Value> {
    let lists = keys.values.iter().filter_map(|value| match value.datum {
        Datum::Sequence(list) => Some((list, &value.when)),
        Datum::Scalar(..) | Datum::Mapping(_) | Datum::List(_) | Datum::Absent | Datum::Unknown => None,
    });
    let items = lists.flat_map(|(list, when)| ctx.template.items(list, &at.integration.owner.scope.assuming(when)).items);
    items.flat_map(|item| ctx.template.values(item.node, &item.scope)).collect()
}

/// Whether the parameter of this name is required, where the method can declare one.
fn declaration(name: &str) -> Option<bool> {
    let (part, name) = name.strip_prefix("method.request.")?.split_once('.')?;
    let legal = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-$".contains(&byte));
    match part {
        "path" if legal => Some(true),
        "querystring" | "header" | "multivaluequerystring" | "multivalueheader" if legal => Some(false),
        _ => None,
    }
}
