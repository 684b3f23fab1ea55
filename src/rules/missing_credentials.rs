//! # missing-credentials
//! ## What it does
//! Reports an integration with an AWS service other than Lambda that has no Credentials.
//! ## Why it matters
//! The deploy fails: `Role ARN must be specified for AWS integrations`. API Gateway calls the service in the name of a role; only
//! Lambda functions can permit the call themselves.
//! Source: [PutIntegration](https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: POST
//!       MethodResponses:
//!         - StatusCode: "200"
//!       Integration:
//!         Type: AWS
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/pets
//!         IntegrationResponses:
//!           - StatusCode: "200"
//! ```
//! ```yaml,good
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: POST
//!       MethodResponses:
//!         - StatusCode: "200"
//!       Integration:
//!         Type: AWS
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/pets
//!         Credentials: !GetAtt Role.Arn
//!         IntegrationResponses:
//!           - StatusCode: "200"
//! ```
//! ## When not to use it
//! There is no case in which the service takes such an integration. Nothing is reported where the type or the service in the Uri
//! is not known here, where a macro or a transform can add properties, or where only some branch of a condition leaves the role
//! out.
//! ## Fix
//! None: which role may call the service has to be decided.

use crate::api::IntegrationType;
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta, shown};

/// The rule.
pub(super) struct MissingCredentials;

impl Rule for MissingCredentials {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = (IntegrationAt<'a>, String);

    const META: RuleMeta = RuleMeta {
        name: "missing-credentials",
        summary: "integration with an AWS service that names no role",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Role ARN must be specified for AWS integrations"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, _ctx: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let aws = at.integration.integration_type() == Some(IntegrationType::Aws);
        let missing = match &at.integration.credentials {
            Some(property) => property.is_empty(),
            None => !at.integration.owner.open,
        };
        let service = at.integration.service().filter(|service| aws && missing && service != "lambda");
        service.map(|service| (at, service)).into_iter().collect()
    }

    fn describe<'a>(&self, (at, service): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &at.method.owner.logical_id;
        let place = at.integration.credentials.as_ref().map_or(at.integration.key, |property| property.key);
        let finding = Self::META
            .at(ctx, place, id, format!("{id} calls the service {} without Credentials", shown(service)))
            .labelled("no role is named")
            .note("the deploy fails: Role ARN must be specified for AWS integrations")
            .help("add Credentials: the ARN of a role that API Gateway can assume and that may call the service");
        at.naming_service(ctx, finding)
    }
}
