//! # reserved-request-header
//! ## What it does
//! Reports a mapping to a request header that API Gateway sets itself: `Content-Length` and `Transfer-Encoding` for every backend,
//! `Authorization`, `Connection`, `Expect`, `Proxy-Authenticate` and `TE` for AWS integrations too.
//! ## Why it matters
//! The deploy succeeds and every call gets a 500, `Internal server error`; the log says that the header is already present.
//! Source: [Important notes](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html), and calls that were
//! recorded from the service.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       RequestParameters:
//!         method.request.header.Authorization: true
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//!         RequestParameters:
//!           integration.request.header.Authorization: method.request.header.Authorization
//! ```
//! ```yaml,good
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       RequestParameters:
//!         method.request.header.Authorization: true
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//! ```
//! ## When not to use it
//! HTTP backends may be sent `Authorization`. MOCK integrations, which send nothing, and types that are not known here are never
//! reported, nor is `X-Amzn-Trace-Id`, which templates that are in use map. For AWS services other than Lambda nothing was recorded: those
//! are warnings.
//! ## Fix
//! Unsafe for `AWS_PROXY`, whose function gets the headers of the request anyway: removes the mapping. None elsewhere.

use crate::api::IntegrationType;
use crate::edit::{Applicability, Change, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mapping_expression::{Destination, MappingPlace};
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta};

const FOR_ALL: [&str; 2] = ["Content-Length", "Transfer-Encoding"];
const FOR_AWS: [&str; 5] = ["Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE"];

/// The rule.
pub(super) struct ReservedRequestHeader;

/// A mapping to such a header.
pub(super) struct Hit<'a> {
    at: MappingAt<'a>,
    header: &'a str,
    kind: IntegrationType,
    sure: bool,
}

impl Rule for ReservedRequestHeader {
    type Node<'a> = MappingAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "reserved-request-header",
        summary: "mapped request header that API Gateway sets itself",
        category: Category::Mapping,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Unsafe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Internal server error"];

    fn detect<'a>(&self, at: MappingAt<'a>, _: &Ctx<'a>) -> Vec<Hit<'a>> {
        let destination = Destination::parse(&at.entry.name).filter(|found| found.place == MappingPlace::IntegrationRequest);
        let header = destination.and_then(Destination::header);
        let (Some(header), Some(integration)) = (header, at.integration) else { return Vec::new() };
        let Some(kind) = integration.integration_type().filter(|kind| *kind != IntegrationType::Mock) else {
            return Vec::new();
        };
        let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(header));
        let aws = matches!(kind, IntegrationType::Aws | IntegrationType::AwsProxy) && is(&FOR_AWS);
        let sure = is(&FOR_ALL) || aws && integration.calls_lambda();
        let present = at.entry.present_when().next().is_some();
        if present && (sure || aws) { vec![Hit { at, header, kind, sure }] } else { Vec::new() }
    }

    fn describe<'a>(&self, Hit { at, header, kind, sure }: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &at.owner.logical_id;
        let message = format!("{id} maps request header {header}, which API Gateway sets itself for {}", kind.as_str());
        let finding = Self::META
            .at(ctx, at.entry.property.key, id, message)
            .labelled("already present when the mapping is made")
            .note("it deploys, and every call gets a 500: Internal server error")
            .help(match kind {
                IntegrationType::AwsProxy => "remove the mapping: the function gets the headers of the request anyway",
                _ => "send the value in a header of another name",
            });
        if *sure { finding } else { finding.severity(Severity::Warning).likely() }
    }

    fn fix<'a>(&self, Hit { at, header, kind, .. }: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let own = *kind == IntegrationType::AwsProxy && !at.owner.scope.in_loop();
        let changes = vec![Change::Delete { node: at.entry.property.key }];
        own.then(|| Fix::new(ctx.tree, Applicability::Unsafe, format!("remove the mapping of {header}"), changes))?
    }
}
