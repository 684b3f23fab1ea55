//! # reflected-origin
//! ## What it does
//! Reports `Access-Control-Allow-Origin` that is copied from the request without any comparison: mapped from
//! `method.request.header.origin` in a gateway response, or set by a template to `$input.params('origin')`.
//! ## Why it matters
//! Every page is allowed, as with `*`; but `*` is refused together with credentials, and this is not: with
//! `Access-Control-Allow-Credentials` any page reads what the user is shown. Without `Vary: Origin` a cache gives the answer for
//! one page to another one, whose browser refuses it.
//! Sources: [Fetch](https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches), aws/aws-cdk#23105.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: method.request.header.origin
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
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'https://shop.example.com'"
//!         gatewayresponse.header.Access-Control-Allow-Credentials: "'true'"
//! ```
//! ## When not to use it
//! For an API that is meant for every page and takes no credentials. A template is not reported where it compares the
//! origin, stops, changes the variable that holds it, or has parts that are not known here.
//! ## Fix
//! None: which origins are allowed is for a person to say.

use crate::api::{Api, MapEntry, PropertyMap};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::{RequestPart, Source, parse};
use crate::lang::velocity::{DirectiveKind, Expression, NodeKind, Reference, Span, Template, Visited};
use crate::rule::{ALLOW_CREDENTIALS, ALLOW_ORIGIN, Ctx, FixPromise, HeadersAt, Rule, RuleMeta, TemplateAt, when};
use crate::template::Value;

/// How a template reads the request header, in small letters without quotes, blanks and braces.
const READS: [&str; 4] = [
    "$input.params(origin)",
    "$input.params().header.origin",
    "$input.params().header.get(origin)",
    "$input.params().get(header).get(origin)",
];

/// The rule.
pub(super) struct ReflectedOrigin;

/// Where the header takes the request's origin.
pub(super) enum Hit<'a> {
    /// A mapping of a gateway response.
    Mapped(HeadersAt<'a>, &'a MapEntry, &'a Value),
    /// A `#set` of a template.
    Set(TemplateAt<'a>, Span),
}

impl Rule for ReflectedOrigin {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "reflected-origin",
        summary: "origin that is allowed because the request names it",
        category: Category::Security,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches"],
    };

    fn detect<'a>(&self, api: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let gateways = api.gateway_responses.iter().map(HeadersAt::of_gateway);
        let entries = gateways.flat_map(|at| at.named(ALLOW_ORIGIN).map(move |entry| (at, entry)));
        let values = entries.flat_map(|(at, entry)| entry.property.values.iter().map(move |value| (at, entry, value)));
        let mapped = values.filter(|(_, _, value)| value.known().is_some_and(is_origin));
        let mut hits: Vec<_> = mapped.map(|(at, entry, value)| Hit::Mapped(at, entry, value)).collect();
        for at in ctx.mapping_templates().filter(|at| !at.has_holes() || at.holes_are_words(ctx)) {
            hits.extend(at.template().and_then(|template| reflection(at.text, template)).map(|span| Hit::Set(at, span)));
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let finding = match hit {
            Hit::Mapped(at, entry, value) => {
                let when = when(&entry.when.and(&value.when), at.owner.when());
                let message = format!("{} allows whatever origin the request names{when}", at.title());
                Self::META.at(ctx, ctx.exact(&entry.property, value), &at.owner.logical_id, message)
            }
            Hit::Set(at, span) => {
                let message = format!("the {} allows whatever origin the request names{}", at.named(), at.when());
                at.finding(&Self::META, ctx, *span, message)
            }
        };
        let effect = if hit.mentions(ALLOW_CREDENTIALS) {
            "every page can read what the service shows to the user"
        } else {
            "every page is allowed, as with *"
        };
        let varies =
            if hit.mentions("Vary") { "" } else { "; without Vary: Origin caches give the answer to other pages, too" };
        finding
            .labelled("taken from the request")
            .note(format!("{effect}{varies}"))
            .help("compare the origin with those that are allowed, or name the one that is; send Vary: Origin with it")
    }
}

impl Hit<'_> {
    /// Whether the response sends a header beside the origin, or may do so.
    fn mentions(&self, header: &str) -> bool {
        let name = header.to_ascii_lowercase();
        let maps = |map: &PropertyMap| {
            map.open || map.entries.iter().any(|entry| entry.name.to_ascii_lowercase().ends_with(&format!(".{name}")))
        };
        match self {
            Self::Mapped(at, ..) => maps(at.map),
            Self::Set(at, _) => {
                let set = at.text.to_ascii_lowercase().contains(&format!("header.{name}"));
                set || at.response.is_some_and(|response| maps(&response.response_parameters))
            }
        }
    }
}

fn is_origin(text: &str) -> bool {
    match parse(text) {
        Ok(Source::MethodRequest { part: RequestPart::Header, name, .. }) => name.eq_ignore_ascii_case("origin"),
        Ok(_) | Err(_) => false,
    }
}

/// The value of the `#set` that surely writes the request's origin into the header, uncompared.
fn reflection(text: &str, template: &Template) -> Option<Span> {
    let plain = |expression: &Expression| -> String {
        let kept = |c: &char| !c.is_whitespace() && !matches!(c, '"' | '\'' | '{' | '}' | '!');
        expression.span.of(text).chars().filter(kept).map(|c| c.to_ascii_lowercase()).collect()
    };
    let (mut sets, mut conditions, mut stops) = (Vec::new(), Vec::new(), false);
    template.visit(&mut |visited| {
        let Visited::Node(node) = visited else { return };
        match &node.kind {
            NodeKind::Set(set) => sets.push((set.target.name.as_str(), plain(&set.value))),
            NodeKind::If(found) => conditions.extend(found.branches.iter().map(|branch| plain(&branch.condition))),
            NodeKind::Directive(directive) => stops |= directive.kind != DirectiveKind::Foreach,
            NodeKind::Text(_) | NodeKind::Raw(_) | NodeKind::Comment(_) | NodeKind::Reference(_) => {}
        }
    });
    // Variables that hold the origin and nothing else at any time.
    let once = |name: &str| sets.iter().filter(|(target, _)| *target == name).count() == 1;
    let holding = sets.iter().filter(|(name, value)| once(name) && READS.contains(&value.as_str()));
    let mut sources: Vec<String> = holding.map(|(name, _)| format!("${}", name.to_ascii_lowercase())).collect();
    let compared =
        |condition: &String| condition.contains("origin") || sources.iter().any(|name| condition.contains(name.as_str()));
    if stops || conditions.iter().any(compared) {
        return None;
    }
    sources.extend(READS.map(str::to_owned));
    template.nodes.iter().find_map(|node| match &node.kind {
        NodeKind::Set(set) if writes_origin(&set.target) && sources.contains(&plain(&set.value)) => Some(set.value.span),
        // What stands in an `#if` or a loop is not surely written.
        NodeKind::Set(_)
        | NodeKind::If(_)
        | NodeKind::Directive(_)
        | NodeKind::Text(_)
        | NodeKind::Raw(_)
        | NodeKind::Comment(_)
        | NodeKind::Reference(_) => None,
    })
}

fn writes_origin(target: &Reference) -> bool {
    let names = target.names();
    let of_header = |names: Vec<&str>| match names.as_slice() {
        ["context", "responseOverride", "header", header] => header.eq_ignore_ascii_case(ALLOW_ORIGIN),
        _ => false,
    };
    names.is_some_and(of_header)
}
