//! # missing-integration-method
//! ## What it does
//! Reports an integration of type AWS, AWS_PROXY, HTTP or HTTP_PROXY without an IntegrationHttpMethod.
//! ## Why it matters
//! The deploy fails: `Enumeration value for HttpMethod must be non-empty`. HttpMethod is what clients call the method with; how
//! the backend is called has to be said, too, and only MOCK has no backend.
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
//!         Type: AWS_PROXY
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//! ```
//! ```yaml,fixed
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
//! ```
//! ## When not to use it
//! There is no case in which the service takes such an integration. Nothing is reported where the type is not known here, where a
//! macro or a transform can add properties, or where only some branch of a condition leaves the method out.
//! ## Fix
//! Safe: writes POST where the Uri is a Lambda invocation. None for other backends: with which method they are called has to be
//! decided.

use crate::api::IntegrationType;
use crate::edit::{Applicability, Change, Fix, Fragment, Place};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta};

/// The rule.
pub(super) struct MissingIntegrationMethod;

impl Rule for MissingIntegrationMethod {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = (IntegrationAt<'a>, IntegrationType);

    const META: RuleMeta = RuleMeta {
        name: "missing-integration-method",
        summary: "integration with a backend but without an HTTP method to call it with",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Enumeration value for HttpMethod must be non-empty"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, _ctx: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let kind = at.integration.integration_type().filter(|kind| *kind != IntegrationType::Mock);
        let missing = match &at.integration.http_method {
            Some(property) => property.is_empty(),
            None => !at.integration.owner.open,
        };
        kind.filter(|_| missing).map(|kind| (at, kind)).into_iter().collect()
    }

    fn describe<'a>(&self, (at, kind): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let (id, kind) = (&at.method.owner.logical_id, kind.as_str());
        let place = at.integration.http_method.as_ref().map_or(at.integration.key, |property| property.key);
        let mut finding = Self::META
            .at(ctx, place, id, format!("the {kind} integration of {id} has no IntegrationHttpMethod"))
            .labelled("how the backend is called is missing")
            .note("the deploy fails: Enumeration value for HttpMethod must be non-empty")
            .help(if at.integration.calls_lambda() {
                "add IntegrationHttpMethod: POST, the only method that Lambda takes"
            } else {
                "add the IntegrationHttpMethod with which the backend is called"
            });
        if let Some(property) = &at.integration.kind {
            finding = finding.with(ctx.span(property.node), format!("{kind} integrations need it"));
        }
        finding
    }

    fn fix<'a>(&self, (at, _): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let owner = &at.integration.owner;
        if !at.integration.calls_lambda() || owner.scope.in_loop() || at.integration.http_method.is_some() {
            return None;
        }
        let beside = |key: &crate::syntax::NodeId| ctx.tree.parent(*key) == Some(owner.node);
        let after = at.integration.kind.as_ref().map(|kind| kind.key).filter(beside);
        let change = Change::Insert {
            parent: owner.node,
            key: "IntegrationHttpMethod".to_owned(),
            value: Fragment::Text("POST".to_owned()),
            place: after.map_or(Place::Last, Place::After),
        };
        Fix::new(ctx.tree, Applicability::Safe, "invoke the Lambda function with POST", vec![change])
    }
}
