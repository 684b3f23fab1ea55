//! # override-set-twice
//! ## What it does
//! Reports a second `#set` of the same override, such as `$context.responseOverride.status`, on one way through a template.
//! ## Why it matters
//! Each parameter can be overridden once. A call that comes by both `#set` gets a 5XX answer.
//! Sources: [overrides](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html).
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
//!                 #set($context.responseOverride.status = 200)
//!                 #if($input.path('$.error') != '')
//!                 #set($context.responseOverride.status = 502)
//!                 #end
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
//!       HttpMethod: POST
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: POST
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseTemplates:
//!               application/json: |
//!                 #if($input.path('$.error') != '')
//!                 #set($context.responseOverride.status = 502)
//!                 #else
//!                 #set($context.responseOverride.status = 200)
//!                 #end
//!                 $input.json('$')
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! Branches that exclude each other are told apart; two conditions of their own are not compared, and nothing is reported of them.
//! ## Fix
//! None: which of the two is meant is for a person to say.

use std::collections::BTreeMap;

use crate::finding::{Category, Finding, Severity};
use crate::lang::velocity::{Block, DirectiveKind, NodeKind, Reference, Span};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateAt};

/// The rule.
pub(super) struct OverrideSetTwice;

/// An override that was surely set before.
pub(super) struct Hit<'a> {
    at: TemplateAt<'a>,
    name: String,
    first: Span,
    second: Span,
}

impl Rule for OverrideSetTwice {
    type Node<'a> = TemplateAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "override-set-twice",
        summary: "override that is set twice on one way through a template",
        category: Category::Template,
        severity: Severity::Error,
        fix: FixPromise::Never,
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html"],
    };

    fn detect<'a>(&self, at: TemplateAt<'a>, _: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Some(template) = at.template().filter(|_| at.text.contains("Override")) else { return Vec::new() };
        let mut found = Vec::new();
        follow(&template.nodes, BTreeMap::new(), &mut |name, first, second| {
            found.push(Hit { at, name: name.to_owned(), first, second });
        });
        found.truncate(TemplateAt::MAX_HITS);
        found
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let at = &hit.at;
        at.finding(&Self::META, ctx, hit.second, format!("the {} sets {} twice{}", at.named(), hit.name, at.when()))
            .labelled("set again")
            .with(at.span_of(ctx, hit.first), "set here before")
            .note("each parameter can be overridden once; a call that comes by both gets a 5XX answer")
            .help("set a variable in the branches, and the override once at the end")
    }
}

/// Overrides that were set on every way to a place.
type Done = BTreeMap<String, Span>;

/// Goes through a block with what was surely set before it; gives what is surely set behind it.
fn follow(nodes: &Block, mut done: Done, twice: &mut dyn FnMut(&str, Span, Span)) -> Done {
    for node in nodes {
        match &node.kind {
            NodeKind::Set(set) => {
                let Some(name) = target(&set.target) else { continue };
                match done.get(&name) {
                    Some(first) => twice(&name, *first, set.target.own),
                    None => {
                        done.insert(name, set.target.own);
                    }
                }
            }
            NodeKind::If(found) => {
                let bodies = found.branches.iter().map(|branch| &branch.body).chain(&found.otherwise);
                let mut ways: Vec<Done> = bodies.map(|body| follow(body, done.clone(), twice)).collect();
                if found.otherwise.is_some()
                    && let Some(mut sure) = ways.pop()
                {
                    sure.retain(|name, _| ways.iter().all(|way| way.contains_key(name)));
                    done = sure;
                }
            }
            // A loop may not run at all; what a macro or a definition holds runs where it is used.
            NodeKind::Directive(directive) if directive.kind == DirectiveKind::Foreach => {
                directive.body.iter().for_each(|body| {
                    follow(body, done.clone(), twice);
                });
            }
            NodeKind::Directive(directive) if directive.kind == DirectiveKind::Stop => return done,
            NodeKind::Text(_) | NodeKind::Raw(_) | NodeKind::Comment(_) | NodeKind::Reference(_) | NodeKind::Directive(_) => {}
        }
    }
    done
}

/// `responseOverride.header.X-A`, if that is written to.
fn target(reference: &Reference) -> Option<String> {
    let path = reference.names()?;
    let is_override = matches!(path.as_slice(), ["context", "responseOverride" | "requestOverride", _, ..]);
    is_override.then(|| format!("`${}`", path.join(".")))
}
