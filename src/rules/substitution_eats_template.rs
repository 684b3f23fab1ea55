//! # substitution-eats-template
//! ## What it does
//! Reports `${stageVariables.x}` and the like in the text of `Fn::Sub`: a variable of the template engine that `Fn::Sub` takes for one of its own.
//! ## Why it matters
//! `Fn::Sub` looks for a parameter or a resource of that name, and the deploy is rejected because there is none. `${!stageVariables.x}` keeps
//! it for the engine.
//! Sources: [Fn::Sub](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html).
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
//!           application/json: !Sub |
//!             {"region": "${AWS::Region}", "table": "${stageVariables.table}"}
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ```yaml,fixed
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
//!           application/json: !Sub |
//!             {"region": "${AWS::Region}", "table": "${!stageVariables.table}"}
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! Only names of the service (`stageVariables`, `context`, `input`, `util`) and of variables that the same text sets are reported, and only where
//! the file has no parameter, resource or value of that name.
//! ## Fix
//! Safe: adds the exclamation mark, everywhere in the text.

use crate::api::Api;
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta};
use crate::syntax::NodeId;
use crate::template::UndefinedVariable;
use crate::text::Span;

/// Names that the engine has without being told.
const OF_THE_SERVICE: [&str; 4] = ["stageVariables", "context", "input", "util"];

/// The rule.
pub(super) struct SubstitutionEatsTemplate;

impl Rule for SubstitutionEatsTemplate {
    type Node<'a> = &'a Api;
    type Hit<'a> = UndefinedVariable<'a>;

    const META: RuleMeta = RuleMeta {
        name: "substitution-eats-template",
        summary: "variable of the template engine that `Fn::Sub` takes for its own",
        category: Category::Template,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html"],
    };

    fn detect<'a>(&self, _: &'a Api, ctx: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let undefined = ctx.template.undefined_variables().into_iter();
        undefined.filter(|variable| is_of_the_engine(variable, ctx.tree.text(variable.node).unwrap_or(""))).collect()
    }

    fn describe<'a>(&self, variable: &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let name = variable.name;
        let message = format!("Fn::Sub looks for a parameter or a resource of the name `{name}`");
        let mut finding = Self::META.at(ctx, variable.node, "", message);
        let ends = [variable.bytes.0, variable.bytes.1].map(|at| ctx.tree.source_offset(variable.node, at));
        if let [Some(start), Some(end)] = ends {
            finding.span = Span::new(start, end);
        }
        finding
            .labelled("nothing here has that name")
            .note("the deploy is rejected: the name cannot be resolved")
            .help(format!("write `${{!{name}}}`, which leaves it to the template engine"))
    }

    fn fix<'a>(&self, variable: &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let with = Fragment::Text(marked(variable.node, ctx)?);
        let with = match ctx.tree.tag(variable.node) {
            // The short form's text carries the tag.
            Some(_) => Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(with) },
            None => with,
        };
        let changes = vec![Change::Replace { node: variable.node, with }];
        Fix::new(ctx.tree, Applicability::Safe, "leave it to the template engine", changes)
    }
}

/// The text with an exclamation mark in all such variables.
fn marked(node: NodeId, ctx: &Ctx<'_>) -> Option<String> {
    let mut text = ctx.tree.text(node)?.to_owned();
    let undefined = ctx.template.undefined_variables();
    let mine = undefined.iter().filter(|variable| variable.node == node && is_of_the_engine(variable, ctx.tree.text(node).unwrap_or("")));
    let mut places: Vec<usize> = mine.map(|variable| variable.bytes.0 + 2).collect();
    places.sort_unstable();
    places.dedup();
    for at in places.into_iter().rev() {
        text.get(at..)?;
        text.insert(at, '!');
    }
    Some(text)
}

fn is_of_the_engine(variable: &UndefinedVariable<'_>, text: &str) -> bool {
    let name = variable.name.split(['.', '[', '(']).next().unwrap_or("");
    let set = |word: &str| {
        text.match_indices(word).any(|(at, word)| {
            let rest = text.get(at + word.len()..).unwrap_or("").trim_start_matches([' ', '(', '$', '{']);
            rest.strip_prefix(name).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))
        })
    };
    !name.is_empty() && (OF_THE_SERVICE.contains(&name) || set("#set") || set("#foreach"))
}
