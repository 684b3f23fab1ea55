//! # appsync-helper
//! ## What it does
//! Reports a function of AppSync in a mapping template of API Gateway: `$util.toJson`, `$util.error`, `$util.qr`, `$ctx.args`.
//! ## Why it matters
//! Both services call their language VTL, and share only a few functions of `$util`. What API Gateway does not know prints nothing,
//! and `#set` of it sets nothing: the rest of the template runs on an empty value.
//! Sources: [mapping template reference](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html).
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
//!         RequestTemplates:
//!           application/json: |
//!             {"pet": $util.toJson($input.path('$'))}
//!         IntegrationResponses:
//!           - StatusCode: "200"
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
//!         RequestTemplates:
//!           application/json: |
//!             {"pet": $input.json('$')}
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! A variable of that name that the template itself sets is left alone. Any other function of `$util` that API Gateway does not have is
//! reported as well.
//! ## Fix
//! None: what stands for it depends on what was meant.

use std::collections::HashSet;

use crate::finding::{Category, Finding, Severity};
use crate::lang::velocity::{ExpressionKind, NodeKind, Reference, Span, StepKind, Template, Visited};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt};

/// All functions of `$util` in API Gateway.
const FUNCTIONS: [&str; 6] = ["escapeJavaScript", "parseJson", "urlEncode", "urlDecode", "base64Encode", "base64Decode"];

/// Methods that every value of the engine has.
const OF_ALL: [&str; 4] = ["getClass", "toString", "hashCode", "equals"];

/// The rule.
pub(super) struct AppsyncHelper;

impl Rule for AppsyncHelper {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, Span, String);

    const META: RuleMeta = RuleMeta {
        name: "appsync-helper",
        summary: "function of AppSync that API Gateway does not have",
        category: Category::Template,
        severity: Severity::Warning,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html"],
    };

    fn detect<'a>(&self, at: TemplateAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let Some(template) = at.template() else { return Vec::new() };
        let own = own_names(template);
        let references = template.references().into_iter();
        let foreign = references.filter(|reference| reference.is_live() && !own.contains(reference.name.as_str()));
        foreign.filter_map(|reference| unknown(reference, at.text)).take(TemplateAt::MAX_HITS).map(|(span, name)| (at, span, name)).collect()
    }

    fn describe<'a>(&self, (at, span, name): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        at.finding(&Self::META, ctx, *span, format!("the {} uses {name}, which API Gateway does not have{}", at.named(), at.when()))
            .labelled("gives nothing here")
            .note(format!("API Gateway knows these of `$util`: {}", FUNCTIONS.join(", ")))
            .help(match name.as_str() {
                "`$util.toJson`" => "`$input.json('$.name')` gives JSON text",
                "`$util.error`" | "`$util.appendError`" | "`$util.unauthorized`" => {
                    "set `$context.responseOverride.status` and print the message"
                }
                "`$util.qr`" | "`$util.quiet`" => "write `#set($nothing = …)` around the call",
                "`$ctx`" => "write `$context`, and `$input.path('$.name')` for arguments",
                _ => "compute it in the backend, or with the methods of texts and lists",
            })
    }
}

/// The part that is not known, and its name for messages.
fn unknown(reference: &Reference, text: &str) -> Option<(Span, String)> {
    if matches!(reference.name.as_str(), "ctx" | "utils") {
        return Some((reference.name_span, format!("`${}`", reference.name)));
    }
    let step = reference.steps.first().filter(|_| reference.name == "util")?;
    let name = match &step.kind {
        StepKind::Property(name) | StepKind::Method(name, _) => name,
        StepKind::Index(_) => return None,
    };
    let is_known = FUNCTIONS.contains(&name.as_str()) || OF_ALL.contains(&name.as_str());
    // What stands next to something that is not known may go on there.
    let open = text.get(step.span.end..).is_some_and(|rest| rest.starts_with(crate::template::Text::HOLE));
    let span = Span::new(reference.name_span.start, step.span.start + 1 + name.len());
    (!is_known && !open).then(|| (span, format!("`$util.{name}`")))
}

/// The names to which the template gives values of its own: by `#set`, as variables of loops and arguments of macros.
fn own_names(template: &Template) -> HashSet<&str> {
    let mut names = HashSet::new();
    template.visit(&mut |visited| {
        let Visited::Node(node) = visited else { return };
        match &node.kind {
            NodeKind::Set(set) => {
                names.insert(set.target.name.as_str());
            }
            NodeKind::Directive(directive) if directive.kind.is_built_in() => {
                let arguments = directive.arguments.iter().flatten();
                names.extend(arguments.filter_map(|argument| match &argument.kind {
                    ExpressionKind::Reference(reference) if reference.steps.is_empty() => Some(reference.name.as_str()),
                    _ => None,
                }));
            }
            NodeKind::Text(_)
            | NodeKind::Raw(_)
            | NodeKind::Comment(_)
            | NodeKind::Reference(_)
            | NodeKind::If(_)
            | NodeKind::Directive(_) => {}
        }
    });
    names
}
