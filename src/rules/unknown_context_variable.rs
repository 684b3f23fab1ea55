//! # unknown-context-variable
//! ## What it does
//! Reports a mapping or mapping template that reads a variable of `context` which no page lists, which only access logs have, which only gateway responses
//! have, or which is a group of variables.
//! ## Why it matters
//! The deploy succeeds, or fails with `Invalid mapping expression specified: context.status`; in the first case the header or parameter is missing or
//! empty in every call; a mapping template prints the reference as it is written. `context.integrationLatency` and `context.status` exist in access logs only, `context.error.message` in gateway
//! responses and access logs only, and `context.identity` is no value by itself.
//! Source: [variables of access logs](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html).
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.X-Latency: context.responseLatency
//! ```
//! ```yaml,good
//! Resources:
//!   Denied:
//!     Type: AWS::ApiGateway::GatewayResponse
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResponseType: ACCESS_DENIED
//!       ResponseParameters:
//!         gatewayresponse.header.X-Request-Id: context.requestId
//! ```
//! ## When not to use it
//! Where the service has got a new variable. What stands below `context.authorizer` is the authorizer's to choose and is never
//! reported, nor is a variable that is not known here. In a template a group is not reported, nor what a template assigns to, such
//! as `$context.responseOverride`. Another letter case in a mapping is `misspelt-mapping-expression`'s.
//! ## Fix
//! Safe where one letter makes it a documented variable, unsafe where more do. None elsewhere.

use crate::api::Api;
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::lang::distance;
use crate::lang::mapping_expression::{
    Availability, Reader, Source, Verdict, availability, judge, nearest_variable, parse,
};
use crate::lang::velocity::{Reference, Span, StepKind};
use crate::rule::{Ctx, FixPromise, MappingAt, Rule, RuleMeta, TemplateAt, TemplateSide, shown, when};
use crate::template::{Text, Value};

/// The rule.
pub(super) struct UnknownContextVariable;

/// A variable that gives nothing, and why.
pub(super) struct Hit<'a> {
    place: Place<'a>,
    variable: String,
    found: Availability,
}

/// Where a variable is read.
enum Place<'a> {
    Mapping(MappingAt<'a>, &'a Value),
    /// In a mapping template, at these bytes of it.
    Template(TemplateAt<'a>, Span),
}

impl Rule for UnknownContextVariable {
    type Node<'a> = &'a Api;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "unknown-context-variable",
        summary: "context variable that is not there to be read",
        category: Category::Mapping,
        severity: Severity::Warning,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid mapping expression specified: context.…"];

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, _: &'a Api, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let of_mapping = |at: MappingAt<'a>| {
            let hit = move |value: &'a Value| {
                let variable = read(&at, value)?;
                let found = availability(&variable, Reader::Mapping(at.place));
                (found != Availability::Available).then_some(Hit { place: Place::Mapping(at, value), variable, found })
            };
            at.entry.property.values.iter().filter_map(hit)
        };
        let mut hits: Vec<Hit<'a>> = ctx.mappings().flat_map(of_mapping).collect();
        hits.extend(ctx.mapping_templates().flat_map(of_template));
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { place, variable, found } = hit;
        let (what, label) = match found {
            Availability::AccessLog => ("exists in access logs only", "gives nothing here"),
            Availability::GatewayResponse => ("exists in gateway responses and access logs only", "gives nothing here"),
            Availability::Group => ("is a group of variables", "gives nothing by itself"),
            Availability::Unknown | Availability::Available => ("is no variable that is documented", "not documented"),
        };
        let written = |variable: &str| shown(&format!("{}context.{variable}", place.mark()));
        let name = written(variable);
        let (finding, note) = match place {
            Place::Mapping(at, value) => {
                let when = when(&value.when, at.owner.when());
                let message = format!("{name} {what}; {} gets nothing from it{when}", at.destination());
                let mut finding = Self::META.at(ctx, value.node, &at.owner.logical_id, message);
                for (span, words) in ctx.causes(value) {
                    finding = finding.with(span, words);
                }
                (finding, "the deploy fails, or the value is missing in every call")
            }
            Place::Template(at, span) => {
                let message = format!("{name} in the {} {what}{}", at.named(), at.when());
                (at.finding(&Self::META, ctx, *span, message), "the text is printed as it is written, in every call")
            }
        };
        finding.likely().labelled(label).note(note).help(match (found, nearest_variable(variable)) {
            (Availability::Unknown, Some(near)) => format!("write {}, if that is meant", written(near)),
            (Availability::Group, _) => format!("name one of its variables: {}", written(&format!("{variable}.NAME"))),
            _ => "read another variable, or leave it out".to_owned(),
        })
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let Hit { place, variable, found } = hit;
        let near = nearest_variable(variable).filter(|_| *found == Availability::Unknown)?;
        if availability(near, place.reader()) != Availability::Available {
            return None;
        }
        let meant = format!("context.{near}");
        let changes = match place {
            Place::Mapping(at, value) => {
                let node = ctx.literal(&at.entry.property, value).filter(|_| !at.owner.scope.in_loop())?;
                vec![Change::Replace { node, with: Fragment::Text(meant.clone()) }]
            }
            Place::Template(at, _) => at.replaced(ctx, &same_in(at, variable, &meant))?,
        };
        let sure = distance::between(variable, near) <= 1;
        let grade = if sure { Applicability::Safe } else { Applicability::Unsafe };
        Fix::new(ctx.tree, grade, format!("write {}", shown(&format!("{}{meant}", place.mark()))), changes)
    }
}

impl Place<'_> {
    fn reader(&self) -> Reader {
        match self {
            Self::Mapping(at, _) => Reader::Mapping(at.place),
            Self::Template(at, _) if at.side == TemplateSide::Gateway => Reader::GatewayTemplate,
            Self::Template(..) => Reader::Template,
        }
    }

    /// What stands before a variable.
    fn mark(&self) -> &'static str {
        match self {
            Self::Mapping(..) => "",
            Self::Template(..) => "$",
        }
    }
}

fn of_template(at: TemplateAt<'_>) -> impl Iterator<Item = Hit<'_>> {
    let hit = move |(variable, span): (String, Span)| {
        let place = Place::Template(at, span);
        let found = availability(&variable, place.reader());
        // A group can be printed, or handed on.
        let nothing = !matches!(found, Availability::Available | Availability::Group);
        nothing.then_some(Hit { place, variable, found })
    };
    variables(&at).into_iter().filter_map(hit).take(TemplateAt::MAX_HITS)
}

/// The variables of `$context` that a template reads, with their bytes from `context` on.
fn variables(at: &TemplateAt<'_>) -> Vec<(String, Span)> {
    let template = match at.side {
        TemplateSide::Gateway => at.parsed.as_ref().ok(),
        TemplateSide::Request | TemplateSide::Response => at.template(),
    };
    let references = template.map(|template| template.references()).unwrap_or_default();
    let live = references.into_iter().filter(|reference| reference.is_live() && reference.name == "context");
    live.filter_map(|reference| variable(reference, at.text)).collect()
}

fn variable(reference: &Reference, text: &str) -> Option<(String, Span)> {
    let properties = reference.steps.iter().map_while(|step| match &step.kind {
        StepKind::Property(name) => Some((name.as_str(), step.span.end)),
        StepKind::Method(..) | StepKind::Index(_) => None,
    });
    let (names, ends): (Vec<_>, Vec<_>) = properties.unzip();
    let end = ends.last().copied()?;
    // What is not known may go on the name.
    let open = text.get(end..).is_some_and(|rest| rest.starts_with(Text::HOLE));
    let override_of = names.first().is_some_and(|name| name.ends_with("Override"));
    (!open && !override_of).then(|| (names.join("."), Span::new(reference.name_span.start, end)))
}

/// Every place of a template that reads the variable, with what is meant: one repair does all.
fn same_in(at: &TemplateAt<'_>, wanted: &str, meant: &str) -> Vec<(Span, String)> {
    let same = variables(at).into_iter().filter(|(variable, _)| variable == wanted);
    same.map(|(_, span)| (span, meant.to_owned())).collect()
}

/// The variable that a value reads, or will read once its spelling is right.
fn read(at: &MappingAt<'_>, value: &Value) -> Option<String> {
    let text = value.known()?;
    let suggestion = match judge(value.text()?, at.place) {
        Verdict::Misspelt { suggestion, .. } => Some(suggestion),
        Verdict::LineBreaks => Some(text.trim().to_owned()),
        Verdict::Legal | Verdict::Unknown | Verdict::IllegalSource { .. } | Verdict::Unquoted { .. } => None,
    };
    match parse(suggestion.as_deref().unwrap_or(text)) {
        Ok(Source::Context(variable)) => Some(variable.to_owned()),
        _ => None,
    }
}
