//! # overlapping-selection-patterns
//! ## What it does
//! Reports two selection patterns of one integration of which both take the same status, or of which one takes every error message that
//! the other takes: `4\d{2}` and `40[34]`, `.*Error.*` and `.*BadError.*`.
//! ## Why it matters
//! Which of several responses answers is not documented, and the order in the template has no meaning: the service keeps responses by status
//! code. For MOCK it was measured that the response whose own status code equals the status wins.
//! Sources: [IntegrationResponse](https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html), ministack#1756.
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
//!           - StatusCode: "400"
//!             SelectionPattern: 4\d{2}
//!           - StatusCode: "404"
//!             SelectionPattern: 40[34]
//!       MethodResponses: [{StatusCode: "200"}, {StatusCode: "400"}, {StatusCode: "404"}]
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
//!           - StatusCode: "400"
//!             SelectionPattern: 4\d{2}
//!           - StatusCode: "404"
//!             SelectionPattern: "404"
//!       MethodResponses: [{StatusCode: "200"}, {StatusCode: "400"}, {StatusCode: "404"}]
//! ```
//! ## When not to use it
//! Where both responses answer alike. A status that is the own status code of one of the two is not counted. Messages are compared
//! over all texts there are; patterns that merely can meet in one message are never reported, nor those that cannot be compared. One
//! that takes every message (`.+`) beside others is information only: it is the usual way to catch the rest.
//! ## Fix
//! None: which of the two is meant is the author's to say.

use crate::api::{IntegrationResponse, StatusCode};
use crate::finding::{Category, Finding, Severity};
use crate::lang::pattern_repair::{matches_only_statuses, spelt_word};
use crate::lang::selection_pattern::{Answer, StatusSet, Subject};
use crate::rule::{Ctx, FixPromise, IntegrationAt, PatternAt, Rule, RuleMeta, shown, when};
use crate::template::{Guard, Value};

/// The rule.
pub(super) struct OverlappingSelectionPatterns;

/// Two patterns and what they share.
pub(super) struct Hit<'a> {
    /// The one that is reported: the narrower, or the later.
    at: PatternAt<'a>,
    other: PatternAt<'a>,
    shared: Shared,
    when: Guard,
}

enum Shared {
    /// This status and perhaps others.
    Status(u16),
    /// All messages of the narrower pattern.
    Messages,
    /// All messages of both.
    Same,
    /// All messages of the narrower pattern, and the other one takes every message.
    Rest,
}

impl Rule for OverlappingSelectionPatterns {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "overlapping-selection-patterns",
        summary: "two selection patterns that take the same",
        category: Category::Selection,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_IntegrationResponse.html"],
    };

    fn detect<'a>(&self, at: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let patterns = patterns(at, ctx);
        let mut hits = Vec::new();
        for (place, later) in patterns.iter().enumerate() {
            let pairs = patterns.iter().take(place).filter_map(|earlier| hit(*earlier, *later, ctx));
            // One finding for each pattern, the worst.
            hits.extend(pairs.min_by_key(|hit| matches!(hit.shared, Shared::Rest)));
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, other, shared, .. } = hit;
        let when = when(&hit.when, at.integration.owner.when());
        let (pattern, wider) = (shown(at.pattern), shown(other.pattern));
        let message = match shared {
            Shared::Status(status) => format!("selection patterns {pattern} and {wider} both match {status}{when}"),
            Shared::Same => format!("selection patterns {pattern} and {wider} match the same messages{when}"),
            Shared::Messages | Shared::Rest => {
                format!("every message that selection pattern {pattern} matches is matched by {wider} too{when}")
            }
        };
        let status = |response: &IntegrationResponse| response.status().map_or(String::new(), |status| format!("answers with {status}"));
        let finding = Self::META
            .at(ctx, at.value.node, &at.method.owner.logical_id, message)
            .likely()
            .labelled(status(at.response))
            .with(ctx.span(other.value.node), status(other.response))
            .note("which of the two answers is not documented, and the order in the template has no meaning")
            .help("write patterns that exclude each other, for instance with a look-ahead: `(?!.*NotFound).*Error.*`");
        match shared {
            Shared::Status(_) => finding.help("write patterns that exclude each other"),
            Shared::Messages | Shared::Same => finding,
            Shared::Rest => finding.severity(Severity::Info),
        }
    }
}

/// The patterns of an integration that can be compared.
fn patterns<'a>(IntegrationAt { method, integration }: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Vec<PatternAt<'a>> {
    let values = integration.responses.items.iter().flat_map(|response| {
        response.selection_pattern.iter().flat_map(|pattern| &pattern.values).map(move |value| (response, value))
    });
    let read = |(response, value): (&'a IntegrationResponse, &'a Value)| {
        let pattern = value.known().filter(|pattern| !pattern.is_empty())?;
        let parsed = ctx.patterns.get(pattern)?;
        Some(PatternAt { method, integration, response, value, pattern, parsed })
    };
    // What a status code is written for never matches a message, and that is another rule's.
    let idle = |at: &PatternAt<'_>| at.sees_message() && at.parsed.result.as_ref().is_ok_and(matches_only_statuses);
    // A class that spells a word takes nearly every message, and that is another rule's, too.
    let spells = |at: &PatternAt<'_>| {
        let pattern = at.parsed.result.as_ref();
        pattern.is_ok_and(|pattern| pattern.classes().any(|class| spelt_word(&class, at.sees_message()).is_some()))
    };
    values.filter_map(read).filter(|at| at.subject().is_some() && !idle(at) && !spells(at)).collect()
}

fn hit<'a>(earlier: PatternAt<'a>, later: PatternAt<'a>, ctx: &Ctx<'a>) -> Option<Hit<'a>> {
    let apart = !std::ptr::eq(earlier.response, later.response);
    let code = |at: &PatternAt<'a>| at.response.status();
    // Two of one status answer alike, or are another rule's.
    if !apart || code(&earlier)? == code(&later)? {
        return None;
    }
    let guard = |at: &PatternAt<'a>| at.response.owner.when().and(&at.value.when);
    let when = guard(&earlier).and(&guard(&later));
    if !ctx.template.conditions().possible(&when) {
        return None;
    }
    if earlier.subject()? == Subject::Status {
        let status = undecided(&earlier, &later)?;
        return Some(Hit { at: later, other: earlier, shared: Shared::Status(status), when });
    }
    let (one, two) = (earlier.parsed.result.as_ref().ok()?, later.parsed.result.as_ref().ok()?);
    let inside = |one, two| ctx.patterns.beyond(one, two, Subject::Message) == Answer::None;
    let (at, other, same) = match (inside(two, one), inside(one, two)) {
        (true, same) => (later, earlier, same),
        (false, true) => (earlier, later, false),
        (false, false) => return None,
    };
    let shared = match same {
        true => Shared::Same,
        false if other.takes_everything(ctx.patterns, false) => Shared::Rest,
        false => Shared::Messages,
    };
    Some(Hit { at, other, shared, when })
}

/// A status that both take and that is neither's own; or any where one of them is never left anything.
fn undecided(one: &PatternAt<'_>, two: &PatternAt<'_>) -> Option<u16> {
    let (first, second) = (one.parsed.statuses?, two.parsed.statuses?);
    let common = first.and(second);
    let code = |at: &PatternAt<'_>| at.response.status().and_then(StatusCode::parse).map(StatusCode::get);
    let (first_code, second_code) = (code(one), code(two));
    let open = common.iter().find(|status| Some(*status) != first_code && Some(*status) != second_code);
    let starved = |taken: StatusSet, by: Option<u16>| {
        !taken.is_empty() && taken.without(common).is_empty() && taken.iter().all(|status| Some(status) == by)
    };
    open.or_else(|| common.iter().next().filter(|_| starved(first, second_code) || starved(second, first_code)))
}
