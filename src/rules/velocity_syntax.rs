//! # velocity-syntax
//! ## What it does
//! Reports a mapping template that the template engine refuses: an `#if` or `#foreach` without its `#end`, a parenthesis, brace or
//! quote that is not closed, an `#else` that belongs to nothing. Also a misspelt directive (`#elsif($a)`, `#endif`, `#else if($a)`),
//! which the engine prints as text.
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
use crate::lang::distance::nearest;
use crate::lang::velocity::{
    DirectiveKind, Expression, ExpressionKind, Fault, Node, NodeKind, Refusal, Span, SyntaxError, Template, Visited,
};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt, TemplateSide};
use crate::template::Text;

/// Directives that can be meant by another word.
const DIRECTIVES: [&str; 8] = ["elseif", "else", "end", "foreach", "set", "define", "macro", "break"];

/// Words of other languages.
const FOREIGN: [(&str, &str); 9] = [
    ("endif", "end"),
    ("endfor", "end"),
    ("endforeach", "end"),
    ("fi", "end"),
    ("elif", "elseif"),
    ("elsif", "elseif"),
    ("elsef", "elseif"),
    ("for", "foreach"),
    ("each", "foreach"),
];

/// The rule.
pub(super) struct VelocitySyntax;

/// What is wrong with a template.
pub(super) enum Flaw<'a> {
    /// The engine refuses it.
    Refused(&'a SyntaxError),
    /// A word that is no directive, and the one that is meant.
    NoDirective(Span, &'static str),
}

impl Rule for VelocitySyntax {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = (TemplateAt<'a>, Flaw<'a>);

    const META: RuleMeta = RuleMeta {
        name: "velocity-syntax",
        summary: "mapping template that the template engine refuses",
        category: Category::Template,
        severity: Severity::Error,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Unable to transform request", "Unable to transform response"];

    fn detect<'a>(&self, at: TemplateAt<'a>, ctx: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        match at.parsed {
            _ if !at.is_rendered() => Vec::new(),
            Ok(template) => no_directives(template).into_iter().take(TemplateAt::MAX_HITS).map(|(span, meant)| (at, Flaw::NoDirective(span, meant))).collect(),
            Err(Refusal::Syntax(error)) => {
                let spared = at.has_holes() && (!at.holes_are_words(ctx) || error.span.of(at.text).contains(Text::HOLE));
                if spared { Vec::new() } else { vec![(at, Flaw::Refused(error))] }
            }
            Err(Refusal::NotAnalysed) => Vec::new(),
        }
    }

    fn describe<'a>(&self, (at, flaw): &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        match flaw {
            Flaw::Refused(error) => refused(at, error, ctx),
            Flaw::NoDirective(span, meant) => at
                .finding(&Self::META, ctx, *span, format!("the {} has a word that is no directive{}", at.named(), at.when()))
                .severity(Severity::Warning)
                .likely()
                .labelled("printed as text")
                .note("the engine knows no directive of this name and prints it; what should be left out is printed too")
                .help(format!("write `#{meant}`")),
        }
    }
}

fn refused(at: &TemplateAt<'_>, error: &SyntaxError, ctx: &Ctx<'_>) -> Finding {
    let message = format!("the {} is refused by the template engine{}", at.named(), at.when());
    let what = if at.side == TemplateSide::Request { "request" } else { "response" };
    // What is not closed in its line shows in a later one, and a misspelt directive at its `#end`; then the cause is told, and
    // the word there is a label.
    let opened = error.inside.filter(|inside| {
        Span::new(inside.start, error.span.start).of(at.text).contains('\n') && matches!(error.fault, Fault::Expected(..))
    });
    let misspelt = match &error.fault {
        Fault::Stray(_) => misspelt_before(at.text, error.span.start),
        _ => error.inside.and_then(|inside| Some((inside, meant(inside.of(at.text).strip_prefix('#')?)?))),
    };
    let (cause, label) = match (misspelt, opened) {
        (Some((span, meant)), _) => (Some(span), format!("no directive; `#{meant}` is one")),
        (None, Some(opened)) => (Some(opened), "not closed before the end of its line".to_owned()),
        (None, None) => (None, error.to_string()),
    };
    let mut finding = at
        .finding(&VelocitySyntax::META, ctx, cause.unwrap_or(error.span), message)
        .labelled(label)
        .note(format!("it deploys, and every call that needs it gets a 500: Unable to transform {what}"))
        .help(help(&error.fault));
    let (other, words) = match cause {
        Some(_) => (Some(error.span), error.to_string()),
        None => (error.inside, "in what begins here".to_owned()),
    };
    if let Some(other) = other.map(|other| at.span_of(ctx, other)).filter(|other| *other != finding.span) {
        finding = finding.with(other, words);
    }
    let doubtful = error.in_preparation || error.fault == Fault::LoneSign;
    if doubtful { finding.severity(Severity::Warning).likely() } else { finding }
}

/// The last word before a place that looks like the beginning of a block and is none.
fn misspelt_before(text: &str, end: usize) -> Option<(Span, &'static str)> {
    let before = text.get(..end)?;
    before.rmatch_indices('#').find_map(|(at, _)| {
        let rest = before.get(at + 1..)?;
        let word = rest.get(..rest.find(|c: char| !c.is_ascii_alphabetic())?)?;
        let called = rest.get(word.len()..)?.trim_start().starts_with('(');
        let meant = meant(word).filter(|meant| called && matches!(*meant, "foreach" | "define" | "macro" | "if" | "elseif"))?;
        Some((Span::new(at, at + 1 + word.len()), meant))
    })
}

/// The directive that a word stands for, if it is none itself.
fn meant(word: &str) -> Option<&'static str> {
    if !word.bytes().all(|byte| byte.is_ascii_alphabetic()) || DIRECTIVES.contains(&word) || matches!(word, "if" | "stop" | "parse" | "include" | "evaluate" | "literal") {
        return None;
    }
    if matches!(word.to_ascii_lowercase().as_str(), "if" | "iff" | "fi") && !FOREIGN.iter().any(|(foreign, _)| *foreign == word) {
        return Some("if");
    }
    FOREIGN.iter().find(|(foreign, _)| *foreign == word).map(|(_, meant)| *meant).or_else(|| nearest(word, DIRECTIVES))
}

/// Calls of macros that are not there and that look like directives, and `#else if`.
fn no_directives(template: &Template) -> Vec<(Span, &'static str)> {
    let mut found = Vec::new();
    let mut macros: Vec<&str> = Vec::new();
    template.visit(&mut |visited| {
        let Visited::Node(node) = visited else { return };
        match &node.kind {
            NodeKind::Directive(directive) => {
                if let (DirectiveKind::Macro, Some(ExpressionKind::Word(name))) =
                    (directive.kind, directive.arguments.iter().flatten().next().map(|name| &name.kind))
                {
                    macros.push(name);
                }
                let uses = |argument: &Expression| matches!(argument.kind, ExpressionKind::Reference(_) | ExpressionKind::Binary(..));
                // Without parentheses it can be any word behind a hash, such as an anchor.
                let meant = match &directive.arguments {
                    Some(arguments) if arguments.iter().any(uses) => meant(&directive.name),
                    Some(_) => None,
                    None => FOREIGN.iter().find(|(name, _)| name.len() > 3 && *name == directive.name).map(|(_, meant)| *meant),
                };
                if let Some(meant) = meant.filter(|_| directive.kind == DirectiveKind::Call) {
                    found.push((directive.name.as_str(), directive.name_span, meant));
                }
            }
            NodeKind::If(branches) => {
                let first = branches.otherwise.as_ref().and_then(|body| body.first());
                if let Some(Node { span, kind: NodeKind::Text(text) }) = first
                    && text.trim_start_matches(' ').strip_prefix("if").is_some_and(|rest| rest.trim_start().starts_with('('))
                {
                    let start = span.start + text.find("if").unwrap_or(0);
                    found.push(("", Span::new(start, start + 2), "elseif"));
                }
            }
            NodeKind::Text(_) | NodeKind::Raw(_) | NodeKind::Comment(_) | NodeKind::Reference(_) | NodeKind::Set(_) => {}
        }
    });
    found.into_iter().filter(|(name, ..)| !macros.contains(name)).map(|(_, span, meant)| (span, meant)).collect()
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
