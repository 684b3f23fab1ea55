//! # incomplete-vpc-link
//! ## What it does
//! Reports a ConnectionType VPC_LINK without a ConnectionId, and a ConnectionId without ConnectionType VPC_LINK.
//! ## Why it matters
//! Without the link the deploy fails: `ConnectionId should be set to the vpcLinkId or stage variable on connection type
//! VPC_LINK`. Without the type the connection is INTERNET, and the link is not used: the service looks for the backend in the
//! public network.
//! Source: [PutIntegration](https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html).
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
//!         ConnectionType: VPC_LINK
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
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         ConnectionType: VPC_LINK
//!         ConnectionId: ${stageVariables.link}
//! ```
//! ## When not to use it
//! A stage variable as ConnectionId is complete. Nothing is reported where the type is not known here, or where a macro or a
//! transform can add properties.
//! ## Fix
//! None: which link is meant has to be decided.

use crate::api::{Integration, Property};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta};
use crate::syntax::NodeId;

/// The rule.
pub(super) struct IncompleteVpcLink;

/// Half of a connection.
pub(super) enum Hit<'a> {
    /// The type, and where it says so.
    WithoutLink(IntegrationAt<'a>, NodeId),
    /// The link.
    WithoutType(IntegrationAt<'a>, NodeId),
}

impl Rule for IncompleteVpcLink {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "incomplete-vpc-link",
        summary: "ConnectionType VPC_LINK without ConnectionId, or the reverse",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html"],
    };

    const MESSAGES: &'static [&'static str] = &["ConnectionId should be set to the vpcLinkId or stage variable on connection type VPC_LINK"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, _ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Integration { connection_type: kind, connection_id: link, owner, .. } = at.integration;
        if owner.open {
            return Vec::new();
        }
        let links = |kind: &&Property| kind.values.iter().all(|value| value.known() == Some("VPC_LINK"));
        let no_link = link.as_ref().is_none_or(Property::is_empty);
        let hit = match (kind, link) {
            (Some(kind), _) if no_link && links(&kind) => Some(Hit::WithoutLink(at, kind.node)),
            (None, Some(link)) if link.values.iter().all(|value| value.text().is_some_and(|text| !text.is_empty())) => {
                Some(Hit::WithoutType(at, link.key))
            }
            (Some(_) | None, _) => None,
        };
        hit.into_iter().collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        match hit {
            Hit::WithoutLink(at, node) => {
                let id = &at.method.owner.logical_id;
                Self::META
                    .at(ctx, *node, id, format!("{id} connects through a VPC link that is not named"))
                    .labelled("ConnectionId is missing")
                    .note("the deploy fails: ConnectionId should be set to the vpcLinkId or stage variable on connection type VPC_LINK")
                    .help("add ConnectionId: the link, or a stage variable with it")
            }
            Hit::WithoutType(at, node) => {
                let id = &at.method.owner.logical_id;
                Self::META
                    .at(ctx, *node, id, format!("{id} names a VPC link but does not connect through it"))
                    .labelled("not used")
                    .note("without a ConnectionType the connection is INTERNET")
                    .help("add ConnectionType: VPC_LINK, or delete ConnectionId")
                    .severity(Severity::Warning)
                    .likely()
            }
        }
    }
}
