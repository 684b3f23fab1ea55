//! # undeclared-request-parameter
//! ## What it does
//! Reports a mapping of an integration request that reads `method.request.path.NAME`, `.querystring.NAME` or `.header.NAME` where the
//! method does not declare that parameter in RequestParameters.
//! ## Why it matters
//! The deploy fails: `Invalid mapping expression parameter specified: method.request.path.proxy`. A variable in the path of the resource,
//! `{proxy+}` too, declares nothing: the method has to. Names are compared as they are written.
//! Sources: [proxy path parameter](https://repost.aws/knowledge-center/api-gateway-proxy-path-parameter-error), lambda-tools#56.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Proxy
//!       HttpMethod: ANY
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: ANY
//!         Uri: https://pets.example.com/{proxy}
//!         RequestParameters:
//!           integration.request.path.proxy: method.request.path.proxy
//! ```
//! ```yaml,fixed
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Proxy
//!       HttpMethod: ANY
//!       RequestParameters:
//!         method.request.path.proxy: true
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: ANY
//!         Uri: https://pets.example.com/{proxy}
//!         RequestParameters:
//!           integration.request.path.proxy: method.request.path.proxy
//! ```
//! ## When not to use it
//! Where a macro declares the parameters. Nothing is reported where the source or the declared names come from a value that is not
//! known here, nor in gateway responses, which take undeclared parameters. A name that is declared in other letter case, and any
//! on a MOCK integration, which does not use the mapping, is a warning.
//! ## Fix
//! Safe: declares the parameter, as required in a path and as optional elsewhere. None where the known path of the resource has no such
//! variable. Unsafe where only the letter case differs: the mapping reads the declared name.

use crate::api::{Backend, MapEntry, Method};
use crate::edit::{Applicability, Change, Fix, Fragment, Place};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::{
    MappingPlace, RequestPart, Source, Verdict, is_swapped, judge, judge_declaration, parse,
};
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta, when};
use crate::template::{Guard, Value};

/// The rule.
pub(super) struct UndeclaredRequestParameter;

/// A mapping and the parameter that it reads.
pub(super) struct Hit<'a> {
    at: MappingAt<'a>,
    method: &'a Method,
    value: &'a Value,
    part: RequestPart,
    name: String,
    key: String,
    when: Guard,
}

impl Rule for UndeclaredRequestParameter {
    type Node<'a> = MappingAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "undeclared-request-parameter",
        summary: "mapped request parameter that the method does not declare",
        category: Category::Mapping,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://repost.aws/knowledge-center/api-gateway-proxy-path-parameter-error"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid mapping expression parameter specified: method.request.…"];

    fn detect<'a>(&self, at: MappingAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Some(method) = at.method.filter(|_| at.place == MappingPlace::IntegrationRequest) else { return Vec::new() };
        let declared = &method.request_parameters;
        let mut hits = Vec::new();
        for value in at.entry.property.values.iter().filter(|_| !declared.open) {
            let Some((part, name)) = read(&at, value) else { continue };
            let key = format!("method.request.{}.{name}", part.as_str());
            let when = at.entry.when.and(&value.when);
            let present = |entry: &MapEntry| entry.present_when().any(|here| ctx.compatible(&here, &when));
            let possible = ctx.template.conditions().possible(&when);
            if possible && !declared.named(&key).any(present) {
                hits.push(Hit { at, method, value, part, name, key, when });
            }
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, method, value, part, name, key, .. } = hit;
        let id = &at.owner.logical_id;
        let when = when(&hit.when, at.owner.when());
        let part = part.as_str();
        let message = format!("{id} maps {part} parameter {name}, but the method does not declare it{when}");
        let mut finding = Self::META
            .at(ctx, value.node, id, message)
            .labelled("not declared")
            .note(format!("the deploy fails: Invalid mapping expression parameter specified: {key}"))
            .help(format!("add {key}: {} to RequestParameters of the method", hit.part == RequestPart::Path));
        if let Some((place, _)) = method.request_parameters.place {
            finding = finding.with(ctx.span(place), "these are declared");
        }
        if !may_be_in_path(hit) {
            let path = method.path.as_deref().unwrap_or("");
            finding = finding.help(format!("read a variable that the path {path} has, and declare it"));
        }
        let variants = variants(hit);
        for variant in &variants {
            finding = finding.with(ctx.span(variant.property.key), "declared in another letter case");
        }
        // Names are compared with their letter case, by the documentation; that the deploy fails is inferred from it.
        if !variants.is_empty() {
            finding = finding.severity(Severity::Warning).likely().help("write the name with the same letter case in both places");
        }
        if at.integration.is_some_and(|integration| integration.backend() == Backend::Mock) {
            finding = finding.severity(Severity::Warning).likely();
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { at, method, value, key, name, .. } = hit;
        if at.owner.scope.in_loop() || method.owner.scope.in_loop() || !may_be_in_path(hit) {
            return None;
        }
        let declared = &method.request_parameters;
        if let [variant, ..] = variants(hit).as_slice() {
            let node = ctx.literal(&at.entry.property, value).filter(|node| ctx.tree.text(*node) == Some(key))?;
            let changes = vec![Change::Replace { node, with: Fragment::Text(variant.name.clone()) }];
            return Fix::new(ctx.tree, Applicability::Unsafe, format!("read {}", variant.name), changes);
        }
        // A misspelt key that means this parameter becomes the declaration.
        let meant = |name: &str| judge_declaration(name, false).and_then(|fault| fault.suggestion);
        if declared.entries.iter().any(|entry| meant(&entry.name).is_some_and(|name| name.eq_ignore_ascii_case(key))) {
            return None;
        }
        let (key, value) = (key.clone(), Fragment::Bool(hit.part == RequestPart::Path));
        let change = match (declared.place, declared.nodes.as_slice()) {
            (_, [map]) => Change::Insert { parent: *map, key, value, place: Place::Last },
            (Some((_, empty)), []) if ctx.tree.is_null(empty) => {
                Change::Insert { parent: empty, key, value, place: Place::Last }
            }
            (Some(_), _) | (None, [_, ..]) => return None,
            (None, []) => Change::Insert {
                parent: method.owner.node,
                key: "RequestParameters".to_owned(),
                value: Fragment::Mapping(vec![(key, value)]),
                place: before_integration(hit, ctx),
            },
        };
        Fix::new(ctx.tree, Applicability::Safe, format!("declare {name} on the method"), vec![change])
    }
}

/// The parameter that a value reads, or will read once its spelling is right.
fn read(at: &MappingAt<'_>, value: &Value) -> Option<(RequestPart, String)> {
    let text = value.known()?;
    let suggestion = match judge(value.text()?, at.place) {
        Verdict::Misspelt { suggestion, .. } => Some(suggestion),
        Verdict::LineBreaks => Some(text.trim().to_owned()),
        Verdict::Unknown | Verdict::IllegalSource { .. } if is_swapped(&at.entry.name, text, at.place) => Some(at.entry.name.clone()),
        Verdict::Legal | Verdict::Unknown | Verdict::IllegalSource { .. } | Verdict::Unquoted { .. } => None,
    };
    match parse(suggestion.as_deref().unwrap_or(text)) {
        Ok(Source::MethodRequest { part, name, .. }) => Some((part, name.to_owned())),
        _ => None,
    }
}

/// Whether the resource's path has the variable, as far as the path is known.
fn may_be_in_path(hit: &Hit<'_>) -> bool {
    let has = |path: &str| [format!("{{{}}}", hit.name), format!("{{{}+}}", hit.name)].iter().any(|variable| path.contains(variable));
    hit.part != RequestPart::Path || hit.method.path.as_deref().is_none_or(has)
}

/// The declared parameters of the same name in other letter case.
fn variants<'a>(hit: &Hit<'a>) -> Vec<&'a MapEntry> {
    let entries = hit.method.request_parameters.entries.iter();
    entries.filter(|entry| entry.name != hit.key && entry.name.eq_ignore_ascii_case(&hit.key)).collect()
}

fn before_integration(hit: &Hit<'_>, ctx: &Ctx<'_>) -> Place {
    let key = hit.at.integration.map(|integration| integration.key);
    let beside = |key: &crate::syntax::NodeId| ctx.tree.parent(*key) == Some(hit.method.owner.node);
    key.filter(beside).map_or(Place::Last, Place::Before)
}
