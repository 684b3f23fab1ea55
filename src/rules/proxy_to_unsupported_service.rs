//! # proxy-to-unsupported-service
//! ## What it does
//! Reports an integration of type AWS_PROXY whose Uri names another service than Lambda and Firehose.
//! ## Why it matters
//! The deploy fails: `Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.`
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
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:states:action/StartExecution
//!         Credentials: !GetAtt Role.Arn
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
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:states:action/StartExecution
//!         Credentials: !GetAtt Role.Arn
//!         IntegrationResponses:
//!           - StatusCode: "200"
//! ```
//! ## When not to use it
//! There is no case in which the service takes such an integration. Nothing is reported where the type or the service in the Uri
//! is not known here.
//! ## Fix
//! None: an AWS integration has integration responses and method responses, which have to be decided.

use crate::api::IntegrationType;
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta, shown};

/// The rule.
pub(super) struct ProxyToUnsupportedService;

impl Rule for ProxyToUnsupportedService {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = (IntegrationAt<'a>, String);

    const META: RuleMeta = RuleMeta {
        name: "proxy-to-unsupported-service",
        summary: "AWS_PROXY integration with another service than Lambda and Firehose",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations"];

    fn detect<'a>(&self, at: IntegrationAt<'a>, _ctx: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let proxy = at.integration.integration_type() == Some(IntegrationType::AwsProxy);
        let service = at.integration.service().filter(|service| proxy && service != "lambda" && service != "firehose");
        service.map(|service| (at, service)).into_iter().collect()
    }

    fn describe<'a>(&self, (at, service): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &at.method.owner.logical_id;
        let place = at.integration.kind.as_ref().map_or(at.integration.key, |kind| kind.node);
        let finding = Self::META
            .at(ctx, place, id, format!("{id} calls the service {} as AWS_PROXY", shown(service)))
            .labelled("only for Lambda and Firehose")
            .note("the deploy fails: Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations")
            .help("write Type: AWS, and add integration responses and method responses");
        at.naming_service(ctx, finding)
    }
}
