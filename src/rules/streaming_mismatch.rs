//! # streaming-mismatch
//! ## What it does
//! Reports an integration whose ResponseTransferMode does not fit: STREAM with a type that is no proxy, STREAM with the Uri of an
//! ordinary invocation of a Lambda function, and the Uri of a streaming invocation without STREAM.
//! ## Why it matters
//! Only proxy integrations can stream, and a function that streams is invoked with a Uri of its own. The service refuses the
//! integration, or calls get a 5XX.
//! Sources: [Response transfer mode](https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html), terraform-provider-aws#45482.
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
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//!         ResponseTransferMode: STREAM
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
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2021-11-15/functions/${Fn.Arn}/response-streaming-invocations
//!         ResponseTransferMode: STREAM
//! ```
//! ## When not to use it
//! Nothing is reported where the type, the mode or the Uri is not known here, or where a macro or a transform can add properties.
//! ## Fix
//! None: whether the answer should be streamed has to be decided.

use crate::api::Integration;
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta};
use crate::syntax::NodeId;
use crate::template::Value;

/// The rule.
pub(super) struct StreamingMismatch;

/// What does not fit, and where it is written.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    node: NodeId,
    what: &'static str,
    help: &'static str,
}

impl Rule for StreamingMismatch {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "streaming-mismatch",
        summary: "ResponseTransferMode that does not fit the integration",
        category: Category::Integration,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html"],
    };

    fn detect<'a>(&self, at: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        mismatch(at, ctx).into_iter().collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &hit.at.method.owner.logical_id;
        let mut finding = Self::META
            .at(ctx, hit.node, id, format!("{id} {}", hit.what))
            .labelled("does not fit")
            .note("only proxy integrations stream, and a function that streams has a Uri with 2021-11-15 and response-streaming-invocations")
            .help(hit.help)
            .likely();
        if let Some(kind) = &hit.at.integration.kind {
            finding = finding.with(ctx.span(kind.node), "the type of the integration");
        }
        finding
    }
}

fn mismatch<'a>(at: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Option<Hit<'a>> {
    let integration = at.integration;
    let owner = &integration.owner;
    let kind = integration.integration_type().filter(|_| !owner.open)?;
    let entries = ctx.template.entries(owner.node, &owner.scope);
    let mode = entries.get("ResponseTransferMode").map(|member| (member.value, ctx.template.values(member.value, &member.scope)));
    let is = |values: &[Value], name: &str| values.iter().all(|value| value.known() == Some(name));
    let hit = |node, what, help| Some(Hit { at, node, what, help });
    match (&mode, uri_streams(integration)) {
        (Some((node, values)), _) if is(values, "STREAM") && !kind.is_proxy() => {
            hit(*node, "streams the answer of an integration that is no proxy", "write the type with _PROXY, or ResponseTransferMode: BUFFERED")
        }
        (Some((node, values)), Some(false)) if is(values, "STREAM") => {
            hit(*node, "streams, but invokes its function without streaming", "write the Uri of a streaming invocation")
        }
        (Some((node, values)), Some(true)) if is(values, "BUFFERED") => {
            hit(*node, "does not stream, but invokes its function with streaming", "write ResponseTransferMode: STREAM")
        }
        (None, Some(true)) => {
            let node = integration.uri.as_ref()?.node;
            hit(node, "does not stream, but invokes its function with streaming", "add ResponseTransferMode: STREAM")
        }
        (Some(_), _) | (None, Some(false) | None) => None,
    }
}

/// Whether the Uri is a streaming invocation of a function, or an ordinary one; `None` where it is neither.
fn uri_streams(integration: &Integration) -> Option<bool> {
    let mut kinds = integration.uri.as_ref()?.values.iter().map(|value| {
        let text = value.text()?;
        let ordinary = text.mentions(":lambda:path/2015-03-31/functions/");
        let streams = text.mentions(":lambda:path/2021-11-15/functions/") && text.mentions("/response-streaming-invocations");
        (ordinary || streams).then_some(streams)
    });
    let first = kinds.next()??;
    kinds.all(|next| next == Some(first)).then_some(first)
}
