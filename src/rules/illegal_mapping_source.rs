//! # illegal-mapping-source
//! ## What it does
//! Reports a mapping value that reads something its place cannot read: `method.request.*` in an integration response,
//! `integration.response.*` in a request or in a gateway response, `route.request.*` in a REST API. Also a value that begins as
//! an expression and goes on as none: a name with a blank, a JSON path with a bracket left open.
//! ## Why it matters
//! An integration response sees the backend's answer, not the request; a gateway response has no integration. The value is in
//! none of the documented tables, and the deploy fails with `Invalid mapping expression specified: method.request.header.Origin`.
//! The tables are documented and the refusal follows from them, so this is a warning.
//! Source: [parameter mapping](https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.X-Backend: integration.response.header.X-Backend
//! ```
//! ```yaml,good
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.X-Origin: method.request.header.Origin
//! ```
//! ## When not to use it
//! Sources that the documentation leaves open (`method.request.body` in a gateway response) are not reported.
//! ## Fix
//! None: where the value should come from is the author's to say. To answer with a part of the request, set it in the
//! response template: `#set($context.responseOverride.header.X = $input.params('x'))`.

use crate::finding::{Category, Confidence, Finding, Severity};
use crate::lang::mapping_expression::{MappingPlace, SourceFault, Verdict, is_swapped, judge};
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta, shown, when};
use crate::template::Value;
use crate::text::Span;

/// The rule.
pub(super) struct IllegalMappingSource;

/// A value that cannot be read, and where it breaks the rules of the language, if it does.
pub(super) struct Hit<'a> {
    at: MappingAt<'a>,
    value: &'a Value,
    fault: Option<SourceFault>,
}

impl Rule for IllegalMappingSource {
    type Node<'a> = MappingAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "illegal-mapping-source",
        summary: "mapping value that its place cannot read",
        category: Category::Mapping,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid mapping expression specified: method.request.…"];

    fn detect<'a>(&self, at: MappingAt<'a>, _: &Ctx<'a>) -> Vec<Hit<'a>> {
        let hit = |value: &'a Value| match judge(value.text()?, at.place) {
            Verdict::IllegalSource { fault } => Some(Hit { at, value, fault }),
            Verdict::Legal | Verdict::Unknown | Verdict::Misspelt { .. } | Verdict::Unquoted { .. } | Verdict::LineBreaks => None,
        };
        // Key and value swapped is one defect, and the key's.
        let swapped = |hit: &Hit<'a>| hit.value.known().is_some_and(|text| is_swapped(&at.entry.name, text, at.place));
        at.entry.property.values.iter().filter_map(hit).filter(|hit| !swapped(hit)).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, value, fault } = hit;
        let text = value.known().unwrap_or("");
        let when = when(&value.when, at.owner.when());
        let part = at.place.part();
        let message = match fault {
            Some(_) => format!("{} of {} is no mapping expression{when}", shown(text), at.destination()),
            None => format!("{} of {} cannot be read in an {part}{when}", shown(text), at.destination()).replace("an gateway", "a gateway"),
        };
        let readable = match at.place {
            MappingPlace::IntegrationResponse => "integration.response.header.NAME, integration.response.body.PATH",
            MappingPlace::IntegrationRequest => "method.request.{path,querystring,header}.NAME, method.request.body.PATH",
            MappingPlace::GatewayResponse => "method.request.{path,querystring,header}.NAME",
        };
        let mut finding = Self::META
            .at(ctx, value.node, &at.owner.logical_id, message)
            .labelled("not available here")
            .note(format!("the deploy fails: Invalid mapping expression specified: {text}"))
            .help(format!("read {readable}, context.VARIABLE, stageVariables.NAME or a 'static value'"));
        if let Some(fault) = fault {
            finding.span = exact(hit, fault, ctx).unwrap_or(finding.span);
            finding = finding.labelled(fault.what);
        } else if at.place == MappingPlace::IntegrationResponse && text.starts_with("method.request.") {
            finding = finding.help("to answer with a part of the request, set it in the response template: #set($context.responseOverride.header.NAME = $input.params('name'))");
        }
        finding.confidence = Confidence::Likely;
        for (span, text) in ctx.causes(value) {
            finding = finding.with(span, text);
        }
        finding
    }
}

/// The characters at fault; where something is missing, those before.
fn exact(hit: &Hit<'_>, fault: &SourceFault, ctx: &Ctx<'_>) -> Option<Span> {
    let node = hit.value.node;
    let text = ctx.tree.text(node).filter(|text| Some(*text) == hit.value.known())?;
    let start = if fault.at.is_empty() { text.get(..fault.at.start)?.char_indices().next_back()?.0 } else { fault.at.start };
    Some(Span::new(ctx.tree.source_offset(node, start)?, ctx.tree.source_offset(node, fault.at.end)?))
}
