//! # missing-default-response
//! ## What it does
//! Reports an integration of type AWS, HTTP or MOCK in which every integration response has a selection pattern and
//! the patterns leave something out: a status of the backend, or the success of a Lambda function.
//! ## Why it matters
//! What no pattern takes ends as a 500: `Execution failed due to configuration error: No match for output mapping and
//! no default output mapping configured. Endpoint Response Status Code: 302`. A Lambda function that succeeds has no
//! error message, and no pattern takes that but one that matches the empty text: every success becomes a 500.
//! Sources: serverless-application-model#2459, aws-apigateway-importer#115,
//! [Integration responses](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html).
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
//!             SelectionPattern: "200"
//!           - StatusCode: "404"
//!             SelectionPattern: "404"
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
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
//!           - StatusCode: "404"
//!             SelectionPattern: "404"
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "404"
//! ```
//! ## When not to use it
//! Where the backend never answers with another status. Nothing is reported where the patterns take every status from
//! 100 to 599, where they take every constant status that a MOCK template can make, where a pattern takes the empty text (Lambda),
//! or where the backend or a pattern is not known here. If only 1xx and 3xx are left out it is a warning.
//! ## Fix
//! Unsafe: removes the pattern from the only integration response with a 2xx status, which then takes the rest too.

use std::borrow::Cow;

use crate::api::{Backend, Integration, IntegrationResponse, StatusCode};
use crate::edit::{Applicability, Change, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mock_template::{MockStatus, statuses};
use crate::lang::pattern_repair::{message_glob, status_glob};
use crate::lang::selection_pattern::{StatusSet, parse};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta};

/// The rule.
pub(super) struct MissingDefaultResponse;

/// An integration and what its patterns leave out.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    left: LeftOut,
}

enum LeftOut {
    /// The success of a Lambda function.
    Success,
    /// The constant status of a MOCK template.
    Constant(i64),
    /// Some statuses of a backend.
    Statuses(StatusSet),
}

impl Rule for MissingDefaultResponse {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "missing-default-response",
        summary: "every integration response has a pattern and none takes the rest",
        category: Category::Selection,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Unsafe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html"],
    };

    const MESSAGES: &'static [&'static str] = &["No match for output mapping and no default output mapping configured"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let left = patterns(at.integration).and_then(|patterns| left_out(at.integration, &patterns, ctx));
        left.map(|left| Hit { at, left }).into_iter().collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &hit.at.method.owner.logical_id;
        let (what, severity) = match &hit.left {
            LeftOut::Success => ("a successful call of the Lambda function".to_owned(), Severity::Error),
            LeftOut::Constant(status) => (format!("status {status}, which its request template makes"), Severity::Error),
            LeftOut::Statuses(statuses) => {
                let mild = statuses.iter().all(|status| matches!(status, 100..=199 | 300..=399));
                (named(*statuses), if mild { Severity::Warning } else { Severity::Error })
            }
        };
        let message = format!("{id} has no default integration response");
        let node = hit.at.integration.responses.place.map_or(hit.at.integration.key, |(key, _)| key);
        let mut finding = Self::META
            .at(ctx, node, id, message)
            .severity(severity)
            .labelled(format!("each of these has a SelectionPattern, and none takes {what}"))
            .note("such a call gets a 500: No match for output mapping and no default output mapping configured")
            .help("leave out SelectionPattern in the integration response for everything else");
        if let Some(pattern) = success(hit.at.integration).and_then(|response| response.selection_pattern.as_ref()) {
            finding = finding.with(ctx.span(pattern.node), "without this pattern the response would be the default");
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let response = success(hit.at.integration)?;
        let pattern = response.selection_pattern.as_ref()?;
        let own = ctx.tree.parent(pattern.key) == Some(response.owner.node) && !ctx.is_shared(pattern.key);
        if !own || response.owner.scope.in_loop() || response.owner.when() != hit.at.integration.owner.when() {
            return None;
        }
        let title = format!("make {} the default response", response.status()?);
        Fix::new(ctx.tree, Applicability::Unsafe, title, vec![Change::Delete { node: pattern.key }])
    }
}

/// The patterns, if there are responses, all of them are known, and each has a pattern in every possibility. For a wildcard
/// that Java refuses, what is meant: it lacks a default response whether it is repaired or not.
fn patterns(integration: &Integration) -> Option<Vec<Cow<'_, str>>> {
    let responses = &integration.responses;
    if responses.open || responses.items.is_empty() || !responses.items.iter().all(IntegrationResponse::is_selective) {
        return None;
    }
    let known = responses.items.iter().map(|response| response.selection_pattern.as_ref()?.all_known());
    Some(known.collect::<Option<Vec<_>>>()?.concat().into_iter().map(meant).collect())
}

fn meant(pattern: &str) -> Cow<'_, str> {
    let wildcard = || status_glob(pattern).or_else(|| message_glob(pattern));
    if parse(pattern).is_ok() { Cow::from(pattern) } else { wildcard().map_or(Cow::from(pattern), Cow::from) }
}

fn left_out(integration: &Integration, patterns: &[Cow<'_, str>], ctx: &Ctx<'_>) -> Option<LeftOut> {
    let taken = |subject: &str| -> Option<bool> {
        let takes = patterns.iter().map(|pattern| parse(pattern).ok()?.matcher()?.is_match(subject));
        takes.collect::<Option<Vec<_>>>().map(|takes| takes.contains(&true))
    };
    match integration.backend() {
        Backend::Lambda => (!taken("")?).then_some(LeftOut::Success),
        Backend::Mock => {
            let templates = integration.request_templates.entries.iter().filter(|_| !integration.request_templates.open);
            let values = templates.flat_map(|entry| &entry.property.values);
            let read = values.filter_map(|value| match ctx.templates.get(value)? {
                (text, Ok(template)) => Some(statuses(text, template)),
                (_, Err(_)) => None,
            });
            let mut constants = read.flatten().filter_map(|status| match status {
                MockStatus::Integer(status) => Some(status),
                _ => None,
            });
            let status = constants.find(|status| taken(&status.to_string()) == Some(false))?;
            Some(LeftOut::Constant(status))
        }
        Backend::Http | Backend::Service => {
            let left = patterns.iter().try_fold(StatusSet::FULL, |left, pattern| Some(left.without(parse(pattern).ok()?.statuses()?)))?;
            (!left.is_empty()).then_some(LeftOut::Statuses(left))
        }
        Backend::Proxy | Backend::Unknown => None,
    }
}

/// Statuses for a message: those that backends give most come first.
fn named(statuses: StatusSet) -> String {
    let usual = [200, 201, 204, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504, 301, 302, 304];
    let examples: Vec<_> = usual.iter().filter(|status| statuses.contains(**status)).take(3).map(u16::to_string).collect();
    match (examples.as_slice(), statuses.iter().next()) {
        ([], Some(first)) => format!("status {first}"),
        (examples, _) => format!("other statuses such as {}", examples.join(", ")),
    }
}

/// The only integration response with a 2xx status.
fn success(integration: &Integration) -> Option<&IntegrationResponse> {
    let is_success = |code: &str| StatusCode::parse(code).is_some_and(StatusCode::is_success);
    let mut found = integration.responses.items.iter().filter(|response| response.status().is_some_and(is_success));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
