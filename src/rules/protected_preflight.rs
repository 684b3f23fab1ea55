//! # protected-preflight
//! ## What it does
//! Reports an OPTIONS method for browsers that asks for authorization or an API key.
//! ## Why it matters
//! A preflight carries neither credentials nor keys. The service answers 401 or 403, and browsers do not send the request
//! that was to follow: `Response to preflight request doesn't pass access control check: It does not have HTTP ok status.`
//! Sources: [CORS for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html),
//! aws/serverless-application-model#717, #957, #2136.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   PetOptions:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: OPTIONS
//!       AuthorizationType: AWS_IAM
//!       Integration:
//!         Type: MOCK
//!         RequestTemplates: {application/json: '{"statusCode": 200}'}
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseParameters:
//!               method.response.header.Access-Control-Allow-Origin: "'*'"
//!               method.response.header.Access-Control-Allow-Headers: "'Authorization'"
//!               method.response.header.Access-Control-Allow-Methods: "'GET,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//! ```
//! ```yaml,fixed
//! Resources:
//!   PetOptions:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: OPTIONS
//!       AuthorizationType: NONE
//!       Integration:
//!         Type: MOCK
//!         RequestTemplates: {application/json: '{"statusCode": 200}'}
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseParameters:
//!               method.response.header.Access-Control-Allow-Origin: "'*'"
//!               method.response.header.Access-Control-Allow-Headers: "'Authorization'"
//!               method.response.header.Access-Control-Allow-Methods: "'GET,OPTIONS'"
//!       MethodResponses:
//!         - StatusCode: "200"
//!           ResponseParameters:
//!             method.response.header.Access-Control-Allow-Origin: true
//!             method.response.header.Access-Control-Allow-Headers: true
//!             method.response.header.Access-Control-Allow-Methods: true
//! ```
//! ## When not to use it
//! OPTIONS methods without any `Access-Control-*` header, ANY, and private APIs are never reported, nor what is not known here.
//! ## Fix
//! Safe for a MOCK integration: takes authorization, authorizer and scopes away, or the need of an API key. Unsafe where
//! a backend answers.

use crate::api::{IntegrationType, MapEntry, Method, Property};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, when};
use crate::syntax::ScalarType;
use crate::template::Value;

/// What AuthorizationType can ask for.
const PROTECTED: [&str; 3] = ["AWS_IAM", "COGNITO_USER_POOLS", "CUSTOM"];

/// The rule.
pub(super) struct ProtectedPreflight;

/// A preflight and what it asks for.
pub(super) struct Hit<'a> {
    method: &'a Method,
    property: &'a Property,
    value: &'a Value,
    asks: Asks,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Authorization,
    Key,
}

impl Rule for ProtectedPreflight {
    type Node<'a> = &'a Method;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "protected-preflight",
        summary: "preflight that asks for authorization or an API key, which browsers do not send",
        category: Category::Cors,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"],
    };

    const MESSAGES: &'static [&'static str] =
        &["Response to preflight request doesn't pass access control check: It does not have HTTP ok status."];

    fn detect<'a>(&self, method: &'a Method, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let is_options = method.http_method.as_ref().and_then(Property::known) == Some("OPTIONS");
        if !is_options || !is_for_browsers(method) || ctx.may_be_private(method.rest_api.as_deref()) {
            return Vec::new();
        }
        let protects = |value: &Value| value.known().is_some_and(|kind| PROTECTED.contains(&kind));
        let needs_key = |value: &Value| value.known().is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let first = |property: &'a Option<Property>, asks: Asks, wrong: &dyn Fn(&Value) -> bool| {
            let property = property.as_ref()?;
            let value = property.values.iter().find(|value| wrong(value))?;
            Some(Hit { method, property, value, asks })
        };
        let authorization = first(&method.authorization_type, Asks::Authorization, &protects);
        let key = first(&method.api_key_required, Asks::Key, &needs_key);
        authorization.into_iter().chain(key).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { method, property, value, asks } = hit;
        let id = &method.owner.logical_id;
        let when = when(&value.when, method.owner.when());
        let (what, help) = match asks {
            Asks::Authorization => ("authorization", "set AuthorizationType of OPTIONS to NONE"),
            Asks::Key => ("an API key", "set ApiKeyRequired of OPTIONS to false"),
        };
        let mut finding = Self::META
            .at(ctx, ctx.exact(property, value), id, format!("preflight {id} asks for {what}{when}"))
            .labelled("browsers send preflights without it")
            .note("the preflight gets a 401 or 403, and browsers do not send the request that was to follow")
            .help(help);
        if let Some(property) = &method.http_method {
            finding = finding.with(ctx.span(property.node), "the preflight");
        }
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { method, property, value, asks } = hit;
        if method.owner.scope.in_loop() || property.values.len() > 1 {
            return None;
        }
        let node = ctx.literal(property, value)?;
        let is_mock = method.integrations.iter().all(|at| at.integration_type() == Some(IntegrationType::Mock));
        let grade = if is_mock { Applicability::Safe } else { Applicability::Unsafe };
        let (title, changes) = match asks {
            Asks::Authorization => {
                let mut changes = vec![Change::Replace { node, with: Fragment::Text("NONE".to_owned()) }];
                let others = ["AuthorizerId", "AuthorizationScopes"].iter();
                let others = others.filter_map(|name| ctx.tree.entry(method.owner.node, name));
                changes.extend(others.map(|entry| Change::Delete { node: entry.key }));
                ("let preflights pass without authorization", changes)
            }
            Asks::Key => {
                let text = ctx.tree.scalar_type(node) != Some(ScalarType::Bool);
                let with = if text { Fragment::Text("false".to_owned()) } else { Fragment::Bool(false) };
                ("let preflights pass without an API key", vec![Change::Replace { node, with }])
            }
        };
        Fix::new(ctx.tree, grade, title, changes)
    }
}

/// Whether some response maps or declares an `Access-Control-*` header.
fn is_for_browsers(method: &Method) -> bool {
    let cors = |entry: &MapEntry| entry.name.to_ascii_lowercase().starts_with("method.response.header.access-control-");
    let responses = method.integrations.iter().flat_map(|integration| &integration.responses.items);
    let mapped = responses.flat_map(|response| &response.response_parameters.entries);
    let declared = method.responses.items.iter().flat_map(|response| &response.response_parameters.entries);
    mapped.chain(declared).any(cors)
}
