//! # binary-media-type-breaks-mock
//! ## What it does
//! Reports a MOCK integration that does not convert to text, of an API for which all media types are binary (`*/*`).
//! ## Why it matters
//! It deploys, and every call gets a 500: the service takes the request for binary, to which it cannot apply the request template.
//! The log has `Execution failed due to configuration error: Unable to transform request`. It mostly hits the preflight of browsers.
//! Sources: aws-simple#167, chalice#1310, serverless#11010, [Content type conversions](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: pets
//!       BinaryMediaTypes: ["*/*"]
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: OPTIONS
//!       MethodResponses:
//!         - StatusCode: "200"
//!       Integration:
//!         Type: MOCK
//!         RequestTemplates:
//!           application/json: '{"statusCode": 200}'
//!         IntegrationResponses:
//!           - StatusCode: "200"
//! ```
//! ```yaml,fixed
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: pets
//!       BinaryMediaTypes: ["*/*"]
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: OPTIONS
//!       MethodResponses:
//!         - StatusCode: "200"
//!       Integration:
//!         Type: MOCK
//!         ContentHandling: CONVERT_TO_TEXT
//!         RequestTemplates:
//!           application/json: '{"statusCode": 200}'
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ContentHandling: "CONVERT_TO_TEXT"
//! ```
//! ## When not to use it
//! Nothing is reported where the media types, the type or ContentHandling are not known here, where the API is not in the same
//! template, or where conditions keep `*/*` and the method apart. Some reports needed ContentHandling on the integration responses
//! as well; where it is missing there alone, nothing is reported.
//! ## Fix
//! Safe: adds `ContentHandling: CONVERT_TO_TEXT` to the integration and to its integration responses. None where another way is
//! written.

use crate::api::{IntegrationType, RestApi};
use crate::edit::{Applicability, Change, Fix, Fragment, Place};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta};
use crate::syntax::NodeId;
use crate::template::{Datum, Guard, Value};

const TEXT: &str = "CONVERT_TO_TEXT";

/// Media types of an API that are looked at; the service takes far fewer.
const MAX_TYPES: usize = 200;

/// The rule.
pub(super) struct BinaryMediaTypeBreaksMock;

/// An integration, and where all types are made binary.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    all_types: NodeId,
}

impl Rule for BinaryMediaTypeBreaksMock {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "binary-media-type-breaks-mock",
        summary: "MOCK integration that gets binary requests",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Execution failed due to configuration error: Unable to transform request"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let integration = at.integration;
        let mock = integration.integration_type() == Some(IntegrationType::Mock) && !integration.owner.open;
        let Some(id) = at.method.rest_api.as_deref().filter(|_| mock) else { return Vec::new() };
        let wrong = |value: &Value| matches!(value.datum, Datum::Absent) || value.known().is_some_and(|known| known != TEXT);
        if integration.content_handling.as_ref().is_some_and(|property| !property.values.iter().all(wrong)) {
            return Vec::new();
        }
        let mut apis = ctx.api.rest_apis.iter().filter(|api| &*api.owner.logical_id == id);
        let all_types = apis.find_map(|api| all_types(api, integration.owner.when(), ctx));
        all_types.map(|all_types| Hit { at, all_types }).into_iter().collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let integration = hit.at.integration;
        let id = &hit.at.method.owner.logical_id;
        let place = integration.content_handling.as_ref().map_or(integration.key, |property| property.node);
        Self::META
            .at(ctx, place, id, format!("the MOCK integration of {id} gets its requests as binary"))
            .labelled("does not convert to text")
            .with(ctx.span(hit.all_types), "all media types are binary")
            .note("it deploys, and every call gets a 500: Unable to transform request")
            .help("add ContentHandling: CONVERT_TO_TEXT to the integration and to its integration responses")
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let integration = hit.at.integration;
        if integration.content_handling.is_some() || integration.owner.scope.in_loop() {
            return None;
        }
        let insert = |parent: NodeId, after: Option<NodeId>| Change::Insert {
            parent,
            key: "ContentHandling".to_owned(),
            value: Fragment::Text(TEXT.to_owned()),
            place: after.filter(|key| ctx.tree.parent(*key) == Some(parent)).map_or(Place::Last, Place::After),
        };
        let mut changes = vec![insert(integration.owner.node, integration.kind.as_ref().map(|kind| kind.key))];
        for response in &integration.responses.items {
            if response.content_handling.is_none() && !response.owner.open {
                let after = response.status_code.as_ref().map(|code| code.key);
                changes.push(insert(response.owner.node, after));
            }
        }
        Fix::new(ctx.tree, Applicability::Safe, "convert requests and answers to text", changes)
    }
}

/// The item that makes all media types binary, in every possibility of the property that can be there together with `when`.
fn all_types(api: &RestApi, when: &Guard, ctx: &Ctx<'_>) -> Option<NodeId> {
    let property = api.binary_media_types.as_ref().filter(|_| ctx.compatible(api.owner.when(), when))?;
    let mut found = None;
    for value in property.values.iter().filter(|value| ctx.compatible(&value.when, when)) {
        let Datum::Sequence(list) = value.datum else { return None };
        let items = ctx.template.items(list, &api.owner.scope.assuming(&value.when)).items;
        let always = items.iter().take(MAX_TYPES).find(|item| {
            let values = ctx.template.values(item.node, &item.scope);
            item.scope.when.beyond(&value.when).beyond(api.owner.when()).is_always()
                && values.iter().all(|value| matches!(value.known(), Some("*/*" | "*~1*")))
        });
        found = Some(always?.place);
    }
    found
}
