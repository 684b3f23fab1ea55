//! # malformed-origin
//! ## What it does
//! Reports an `Access-Control-Allow-Origin` that no browser's origin can equal: without scheme, with a path or a slash at
//! the end, or with a wildcard for a part of the host.
//! ## Why it matters
//! Browsers compare the header with the origin of the page character by character. An origin is a scheme, a host and
//! perhaps a port: `https://app.example.com`.
//! Sources: [Fetch](https://fetch.spec.whatwg.org/#http-access-control-allow-origin), awsdocs/aws-sam-developer-guide#155.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'https://app.example.com/'"
//! ```
//! ```yaml,fixed
//! Resources:
//!   ClientErrors:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: DEFAULT_4XX
//!       ResponseParameters:
//!         gatewayresponse.header.Access-Control-Allow-Origin: "'https://app.example.com'"
//! ```
//! ## When not to use it
//! Of a value of which only a part is known, only that part is judged. `*` and `null` are never reported, nor is a text that
//! another program may fill in.
//! ## Fix
//! Safe: takes the slash away. None for the other forms: which origin is meant is the author's to say.

use crate::edit::{Applicability, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{ALLOW_ORIGIN, Ctx, FixPromise, HeadersAt, Rule, RuleMeta, StaticHeader, shown};
use crate::template::Text;

/// The rule.
pub(super) struct MalformedOrigin;

/// A response, its origin and what is wrong with it.
pub(super) struct Hit<'a> {
    at: HeadersAt<'a>,
    origin: StaticHeader<'a>,
    fault: Fault,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    Slash,
    Path,
    Wildcard,
    NoScheme,
}

impl Rule for MalformedOrigin {
    type Node<'a> = HeadersAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "malformed-origin",
        summary: "allowed origin that no browser's origin can equal",
        category: Category::Cors,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://fetch.spec.whatwg.org/#http-access-control-allow-origin"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: HeadersAt<'a>, _ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        if at.may_override() {
            return Vec::new();
        }
        let judged = |origin: StaticHeader<'a>| Some(Hit { at, fault: fault(&origin.text.with_holes())?, origin });
        at.statics(ALLOW_ORIGIN).filter_map(judged).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, origin, fault } = hit;
        let when = origin.when(at.owner);
        let (what, help) = match fault {
            Fault::Slash => ("a slash at the end", "take the slash away"),
            Fault::Path => ("a path", "leave scheme and host, such as https://app.example.com"),
            Fault::Wildcard => ("a wildcard for a part of the host", "name one origin, or all of them with '*'"),
            Fault::NoScheme => ("no scheme", "write the scheme, such as https://, in front of it"),
        };
        let text = origin.value.text().map_or(String::new(), ToString::to_string);
        let message = format!("{} allows an origin with {what}{when}", at.title());
        let mut finding = Self::META
            .at(ctx, origin.node(ctx), &at.owner.logical_id, message)
            .labelled(format!("no origin equals {}", shown(&text)))
            .note("browsers compare it with the page's origin character by character")
            .help(help);
        for (span, words) in ctx.causes(origin.value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { at, origin, fault } = hit;
        if *fault != Fault::Slash {
            return None;
        }
        let without = |text: &str| Some(format!("{}'", text.strip_suffix('\'')?.strip_suffix('/')?));
        let changes = at.mapping(origin.entry).rewritten(ctx, origin.value, without)?;
        Fix::new(ctx.tree, Applicability::Safe, "take the slash away", changes)
    }
}

/// What is wrong with an origin, as far as it is known.
fn fault(text: &str) -> Option<Fault> {
    let text = text.trim();
    // A list is another rule's, and what is in braces or the like may be filled in before the deploy.
    let odd = |c: char| c == ',' || c.is_whitespace() || "{}<>$%|;".contains(c);
    if matches!(text, "" | "*" | "null") || text.contains(odd) || text.matches("://").count() > 1 {
        return None;
    }
    let place = match text.split_once("://") {
        Some((_, place)) => place,
        None if text.contains(Text::HOLE) => text,
        None if text.starts_with("*.") => return Some(Fault::Wildcard),
        None => return looks_like_host(text).then_some(Fault::NoScheme),
    };
    let host = place.strip_suffix('/').unwrap_or(place);
    if host.contains('*') {
        Some(Fault::Wildcard)
    } else if host.contains(['/', '?', '#']) {
        Some(Fault::Path)
    } else if host != place && !host.is_empty() {
        Some(Fault::Slash)
    } else {
        None
    }
}

fn looks_like_host(text: &str) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || ".-:/".contains(c);
    let dotted = text.split('.').count() > 1 && text.split('.').all(|label| !label.is_empty());
    text.chars().all(name) && (dotted || text.starts_with("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for good in ["*", "null", "https://a.example.com", "http://localhost:3000", "https://\u{FFFC}", "\u{FFFC}", "app://x", "__ORIGIN__", "{{ o }}"] {
            assert!(fault(good).is_none(), "{good}");
        }
        assert!(fault("https://a.example.com/") == Some(Fault::Slash));
        assert!(fault("\u{FFFC}/") == Some(Fault::Slash));
        assert!(fault("https://a.example.com/app") == Some(Fault::Path));
        assert!(fault("https://*.example.com") == Some(Fault::Wildcard));
        assert!(fault("localhost:3000") == Some(Fault::NoScheme));
        assert!(fault("www.example.com/") == Some(Fault::NoScheme));
    }
}
