//! # velocity-syntax
//! ## What it does
//! Reports a mapping template that the template engine refuses: an `#if` or `#foreach` without its `#end`, a parenthesis, brace or
//! quote that is not closed, an `#else` that belongs to nothing.
//! ## Why it matters
//! The template is not read when the API is deployed. The first call that needs it gets a 500; the log says `Unable to transform
//! request` or `Unable to transform response`. The engine is Apache Velocity 1.7, which prints some mistakes as text instead:
//! `$input.json('$'` without its parenthesis is not refused.
//! Sources: [mapping templates](https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html), aws-cdk#34777,
//! aws-simple#167.
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
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseTemplates:
//!               application/json: |
//!                 #if($input.path('$.error') != '')
//!                 #set($context.responseOverride.status = 502)
//!                 $input.json('$')
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
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseTemplates:
//!               application/json: |
//!                 #if($input.path('$.error') != '')
//!                 #set($context.responseOverride.status = 502)
//!                 #end
//!                 $input.json('$')
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! Gateway responses and proxy integrations render no templates and are passed over. Where `Fn::Sub` or `Fn::Join` fill in what is not
//! known here, only names and addresses that the deploy gives are taken for harmless; with anything else nothing is reported.
//! What the engine refuses only when it prepares to render (a broken text in double quotes) is a warning, as is a `$` or `#` at the
//! very end.
//! ## Fix
//! None: where the missing part belongs is for a person to say.

use crate::finding::{Category, Finding, Severity};
use crate::lang::velocity::{Fault, Refusal, Span, SyntaxError};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt, TemplateSide};
use crate::template::Text;

/// The rule.
pub(super) struct VelocitySyntax;

impl Rule for VelocitySyntax {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, &'a SyntaxError);

    const META: RuleMeta = RuleMeta {
        name: "velocity-syntax",
        summary: "mapping template that the template engine refuses",
        category: Category::Template,
        severity: Severity::Error,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html"],
    };

    fn detect<'a>(&self, at: TemplateAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let Err(Refusal::Syntax(error)) = at.parsed else { return Vec::new() };
        let spared = at.has_holes() && (!at.holes_are_words() || error.span.of(at.text).contains(Text::HOLE));
        if at.is_rendered() && !spared { vec![(at, error)] } else { Vec::new() }
    }

    fn describe<'a>(&self, (at, error): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let message = format!("the {} is refused by the template engine{}", at.named(), at.when());
        let what = if at.side == TemplateSide::Request { "request" } else { "response" };
        // What is not closed in its line shows in a later one; then the line is told, and the word there is a label.
        let opened = error.inside.filter(|inside| {
            Span::new(inside.start, error.span.start).of(at.text).contains('\n') && matches!(error.fault, Fault::Expected(..))
        });
        let mut finding = at
            .finding(&Self::META, ctx, opened.unwrap_or(error.span), message)
            .labelled(if opened.is_some() { "not closed before the end of its line".to_owned() } else { error.to_string() })
            .note(format!("it deploys, and every call that needs it gets a 500: Unable to transform {what}"))
            .help(help(&error.fault));
        let other = if opened.is_some() { Some(error.span) } else { error.inside };
        if let Some(other) = other.map(|other| at.span_of(ctx, other)).filter(|other| *other != finding.span) {
            let words = if opened.is_some() { error.to_string() } else { "in what begins here".to_owned() };
            finding = finding.with(other, words);
        }
        let doubtful = error.in_preparation || error.fault == Fault::LoneSign;
        if doubtful { finding.severity(Severity::Warning).likely() } else { finding }
    }
}

fn help(fault: &Fault) -> &'static str {
    match fault {
        Fault::NoEnd(_) => "close it with `#end`, or with `#{end}` where a letter follows",
        Fault::Stray(_) => "remove it, or open the `#if` that it belongs to",
        Fault::OpenLiteral => "close the quotes",
        Fault::OpenRaw => "close the raw text with `]]#`",
        Fault::LoneSign => "set a variable to the sign and print that: `#set($sign = '$')$sign`",
        Fault::MacroName => "write `#macro(name $argument)`",
        Fault::WordArgument(_) => "put a text into quotes, and `$` before the name of a variable",
        Fault::UnicodeEscape => "write the character itself",
        Fault::NoArguments(_) => "add the parentheses, or write `\\#` for the word as text",
        Fault::Expected(..) | Fault::Unexpected(_) => {
            "look for a parenthesis, brace or quote that is not closed; a `-` needs blanks around it"
        }
    }
}
