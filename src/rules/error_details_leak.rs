//! # error-details-leak
//! ## What it does
//! Reports a response template of a Lambda integration that prints the function's stack trace, and one for errors that prints the whole error.
//! ## Why it matters
//! The error of a function holds `errorMessage`, `errorType` and `stackTrace`: names of files, lines and libraries that help an attacker and
//! no caller.
//! Sources: [errors of Lambda functions](https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html).
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
//!         Type: AWS
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!           - StatusCode: "500"
//!             SelectionPattern: (.|\n)+
//!             ResponseTemplates:
//!               application/json: |
//!                 {"message": "$input.path('$.errorMessage')", "trace": $input.json('$.stackTrace')}
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "500"
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
//!         Type: AWS
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!           - StatusCode: "500"
//!             SelectionPattern: (.|\n)+
//!             ResponseTemplates:
//!               application/json: |
//!                 {"message": "$input.path('$.errorMessage')"}
//!       MethodResponses:
//!         - StatusCode: "200"
//!         - StatusCode: "500"
//! ```
//! ## When not to use it
//! The whole error in the template of a response with a selection pattern is for your information: a function can wrap its errors so that
//! nothing else is in them.
//! ## Fix
//! None: what callers may read is for a person to say.

use crate::api::{Backend, IntegrationResponse, Property};
use crate::finding::{Category, Finding, Severity};
use crate::lang::velocity::{Block, ExpressionKind, NodeKind, Reference, Span, StepKind};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt, TemplateSide};

/// The rule.
pub(super) struct ErrorDetailsLeak;

/// What is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    StackTrace,
    WholeError,
}

impl Rule for ErrorDetailsLeak {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, Span, What);

    const META: RuleMeta = RuleMeta {
        name: "error-details-leak",
        summary: "response template that prints the inside of an error",
        category: Category::Security,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html"],
    };

    fn detect<'a>(&self, at: TemplateAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let from_lambda = at.integration.is_some_and(|integration| integration.backend() == Backend::Lambda);
        let Some(template) = at.template().filter(|_| from_lambda && at.side == TemplateSide::Response) else { return Vec::new() };
        // A pattern that takes the empty text takes successes too.
        let for_errors = at.response.filter(|response| response.is_selective()).is_some_and(takes_errors_only);
        let mut found = Vec::new();
        printed(&template.nodes, &mut |reference| {
            if names_stack_trace(reference) {
                found.push((at, reference.own, What::StackTrace));
            } else if for_errors && is_whole_body(reference) {
                found.push((at, reference.own, What::WholeError));
            }
        });
        found.truncate(TemplateAt::MAX_HITS);
        found
    }

    fn describe<'a>(&self, (at, span, what): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let inside = if *what == What::StackTrace { "a stack trace" } else { "the whole error" };
        let finding = at
            .finding(&Self::META, ctx, *span, format!("the {} prints {inside}{}", at.named(), at.when()))
            .labelled("reaches the client")
            .note("the error of a function holds errorMessage, errorType and stackTrace")
            .help("print `$input.path('$.errorMessage')`, or a text of your own");
        if *what == What::StackTrace { finding } else { finding.severity(Severity::Info).likely() }
    }
}

fn takes_errors_only(response: &IntegrationResponse) -> bool {
    let patterns = response.selection_pattern.as_ref().and_then(Property::all_known).unwrap_or_default();
    !patterns.is_empty() && patterns.iter().all(|pattern| !matches!(*pattern, ".*" | "(.|\\n)*" | "(\\n|.)*" | "[\\s\\S]*"))
}

/// Shows the references that are printed, wherever they stand.
fn printed<'t>(nodes: &'t Block, show: &mut dyn FnMut(&'t Reference)) {
    for node in nodes {
        match &node.kind {
            NodeKind::Reference(reference) => show(reference),
            NodeKind::If(found) => {
                let bodies = found.branches.iter().map(|branch| &branch.body).chain(&found.otherwise);
                bodies.for_each(|body| printed(body, show));
            }
            NodeKind::Directive(directive) => directive.body.iter().for_each(|body| printed(body, show)),
            NodeKind::Text(_) | NodeKind::Raw(_) | NodeKind::Comment(_) | NodeKind::Set(_) => {}
        }
    }
}

/// `$input.path('$.stackTrace[0]')`, `$error.stackTrace`
fn names_stack_trace(reference: &Reference) -> bool {
    reference.is_live()
        && reference.steps.iter().any(|step| match &step.kind {
            StepKind::Property(name) => name == "stackTrace",
            StepKind::Method(name, arguments) => {
                let of_input = reference.name == "input" && (name == "path" || name == "json");
                of_input && arguments.iter().any(|path| matches!(&path.kind, ExpressionKind::Text(text) if text.text.starts_with("$.stackTrace")))
            }
            StepKind::Index(_) => false,
        })
}

/// `$input.json('$')`, `$input.body`
fn is_whole_body(reference: &Reference) -> bool {
    let [step] = reference.steps.as_slice() else { return false };
    let root = |kind: &ExpressionKind| matches!(kind, ExpressionKind::Text(text) if text.text == "$");
    reference.is_live()
        && reference.name == "input"
        && match &step.kind {
            StepKind::Property(name) => name == "body",
            StepKind::Method(name, arguments) => {
                (name == "json" || name == "path") && matches!(arguments.as_slice(), [path] if root(&path.kind))
            }
            StepKind::Index(_) => false,
        }
}
