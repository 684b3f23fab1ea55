//! # malformed-json-template
//! ## What it does
//! Reports a mapping template for JSON whose literal text cannot become JSON, whatever its variables hold: a comma or a bracket is
//! missing, or something stands behind the end.
//! ## Why it matters
//! The template deploys. The backend or the client gets a text that it cannot read; a Lambda function is not called and the caller
//! gets an error: `Could not parse request body into json`. AWS's own libraries had two such templates for years.
//! Sources: [mapping template reference](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html),
//! aws-cdk#34777, aws-cdk#19252.
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
//!         Type: HTTP
//!         IntegrationHttpMethod: POST
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseTemplates:
//!               application/json: |
//!                 {
//!                   "name": "$input.path('$.name')"
//!                   "tags": $input.json('$.tags')
//!                 }
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ```yaml,good
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: POST
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: POST
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseTemplates:
//!               application/json: |
//!                 {
//!                   "name": "$input.path('$.name')",
//!                   "tags": $input.json('$.tags')
//!                 }
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! All branches are followed at once, and a loop any number of times; only what no branch can make right is reported. A variable
//! that the template sets can be a comma or anything else, and so can what `Fn::Sub` fills in. Templates whose text does not begin
//! with `{`, `[` or `"` are no JSON (a form body, for instance) and are passed over; so are request templates of MOCK integrations,
//! which are read leniently. Words without quotes and single quotes are not reported.
//! ## Fix
//! None: what is missing is for a person to say.

use crate::api::Backend;
use crate::finding::{Category, Finding, Severity};
use crate::lang::json_outline::Malformed;
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt, TemplateSide};

/// The rule.
pub(super) struct MalformedJsonTemplate;

impl Rule for MalformedJsonTemplate {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, Malformed);

    const META: RuleMeta = RuleMeta {
        name: "malformed-json-template",
        summary: "JSON template whose text cannot become JSON",
        category: Category::Template,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Could not parse request body into json"];

    fn detect<'a>(&self, at: TemplateAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        // A request to a service can be a form body or a bare text, whatever the caller sends.
        let text = at.side == TemplateSide::Request && at.text.trim_start().starts_with('"');
        let fault = at.json().and_then(|outline| outline.fault).filter(|_| !text);
        fault.map(|fault| (at, fault)).into_iter().collect()
    }

    fn describe<'a>(&self, (at, fault): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let finding = at
            .finding(&Self::META, ctx, fault.span, format!("the {} cannot become JSON{}", at.named(), at.when()))
            .labelled(format!("{} expected", fault.awaited))
            .help("complete the text so that it is JSON with any value in the place of each reference");
        let to_lambda = at.integration.is_some_and(|integration| integration.backend() == Backend::Lambda);
        match at.side {
            TemplateSide::Request if to_lambda => finding
                .severity(Severity::Error)
                .note("the function is not called: Could not parse request body into json"),
            TemplateSide::Request => finding.note("it deploys, and the backend gets a text that is no JSON"),
            TemplateSide::Response | TemplateSide::Gateway => {
                finding.note("it deploys, and the client gets a text that is no JSON, with the status of a success")
            }
        }
    }
}
