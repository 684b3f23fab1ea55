//! # mock-without-status-code
//! ## What it does
//! Reports a MOCK integration whose request template does not give an integer `statusCode`: no template, an empty one, a text
//! instead of a number, another spelling of the key, braces or quotes that do not match.
//! ## Why it matters
//! The rendered request template is all that a MOCK integration has. Every call gets a 500; the log says `Unable to parse
//! statusCode. It should be an integer that is defined in the request template.` or `Execution failed due to configuration
//! error: statusCode should be an integer which defined in request template`. Without any template the documentation
//! promises the default response and users report the 500, so that is a warning.
//! Sources: [mock integrations](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html),
//! aws-cdk#5997, terraform#23988, openapix#37.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Options:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pets
//!       HttpMethod: OPTIONS
//!       Integration:
//!         Type: MOCK
//!         RequestTemplates:
//!           application/json: '{"statusCode": "204"}'
//!         IntegrationResponses:
//!           - StatusCode: "204"
//!       MethodResponses:
//!         - StatusCode: "204"
//! ```
//! ```yaml,fixed
//! Resources:
//!   Options:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pets
//!       HttpMethod: OPTIONS
//!       Integration:
//!         Type: MOCK
//!         RequestTemplates:
//!           application/json: '{"statusCode": 204}'
//!         IntegrationResponses:
//!           - StatusCode: "204"
//!       MethodResponses:
//!         - StatusCode: "204"
//! ```
//! ## When not to use it
//! The service reads the text leniently: `{statusCode: 200}` and a trailing comma are fine. Template language is followed as far
//! as it works on constants; where a condition is not known both branches count, and nothing is reported if one of them can give
//! an integer. A status code that no integration response has is fine when there is a default one.
//! ## Fix
//! Safe: makes the number a number, corrects the key, completes quotes and braces, or writes `{"statusCode": N}` where N is the
//! status code of the only integration response.

use crate::api::{Backend, Integration, MapEntry, StatusCode};
use crate::edit::{Applicability, Change, Fix, Fragment, Place};
use crate::finding::{Category, Finding, Severity};
use crate::lang::mock_template::{MockStatus, statuses};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta, when};
use crate::template::{Datum, Text, Value};

/// The rule.
pub(super) struct MockWithoutStatusCode;

/// A request template without a status code, or none at all.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    template: Option<(&'a MapEntry, &'a Value)>,
    status: MockStatus,
    /// Whether the status is what is written down, not what template language makes of it.
    written: bool,
}

impl Rule for MockWithoutStatusCode {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "mock-without-status-code",
        summary: "MOCK request template without an integer statusCode",
        category: Category::Template,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html"],
    };

    const MESSAGES: &'static [&'static str] = &[
        "Unable to parse statusCode. It should be an integer that is defined in the request template.",
        "Execution failed due to configuration error: statusCode should be an integer which defined in request template",
    ];

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let templates = &at.integration.request_templates;
        if at.integration.backend() != Backend::Mock || templates.open {
            return Vec::new();
        }
        if templates.entries.is_empty() {
            return vec![Hit { at, template: None, status: MockStatus::Missing, written: true }];
        }
        let mut hits = Vec::new();
        for entry in &templates.entries {
            for value in &entry.property.values {
                let Some((text, Ok(template))) = ctx.templates.get(value) else { continue };
                let statuses = statuses(text, template);
                if statuses.iter().any(|status| matches!(status, MockStatus::Integer(_) | MockStatus::Unknown)) {
                    continue;
                }
                // What a template makes has no bytes of its own; there are bytes only in what is written down.
                let written = !text.contains(['$', '#', Text::HOLE]);
                hits.extend(statuses.into_iter().next().map(|status| Hit { at, template: Some((entry, value)), status, written }));
            }
        }
        hits
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let id = &hit.at.method.owner.logical_id;
        let wanted = only_status(hit.at.integration).unwrap_or_else(|| "{\"statusCode\": 200}".to_owned());
        let help = format!("give the request template an integer: {wanted}");
        let Some((entry, value)) = hit.template else {
            let node = hit.at.integration.kind.as_ref().map_or(hit.at.integration.key, |kind| kind.node);
            return Self::META
                .at(ctx, node, id, format!("{id} is a MOCK integration without a request template"))
                .labelled("needs a request template with a statusCode")
                .severity(Severity::Warning)
                .likely()
                .note("calls get a 500: Unable to parse statusCode. It should be an integer that is defined in the request template")
                .help(help);
        };
        let when = when(&value.when, hit.at.integration.owner.when());
        let (fault, label) = match &hit.status {
            MockStatus::NotInteger(..) => ("has a statusCode that is no integer", "must be a number without quotes"),
            MockStatus::Misspelt(..) => ("has no `statusCode`", "the key is `statusCode`, exactly so"),
            MockStatus::Malformed => ("is no object: its quotes or braces do not match", "cannot be read"),
            MockStatus::Empty => ("is empty", "the caller's own body is read instead"),
            MockStatus::Missing | MockStatus::Integer(_) | MockStatus::Unknown => ("has no `statusCode`", "no statusCode in here"),
        };
        let mut finding = Self::META
            .at(ctx, value.node, id, format!("the request template of {id} for {} {fault}{when}", entry.name))
            .labelled(label)
            .note("every call gets a 500: Unable to parse statusCode. It should be an integer that is defined in the request template")
            .help(help);
        if let (MockStatus::NotInteger(range, _) | MockStatus::Misspelt(range, _), true) = (&hit.status, hit.written) {
            finding.span = ctx.part(value, range.start, range.end);
        }
        if hit.status == MockStatus::Empty { finding.severity(Severity::Warning) } else { finding }
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let integration = hit.at.integration;
        if integration.owner.scope.in_loop() || !hit.written {
            return None;
        }
        let Some((_, value)) = hit.template else {
            return Fix::new(ctx.tree, Applicability::Safe, "add a request template with a statusCode", vec![new_template(integration)?]);
        };
        let text = value.known()?;
        let sub = ctx.template.sub_text(value.node);
        let node = sub.unwrap_or(value.node);
        let own = ctx.tree.text(node) == Some(text) || value.is_null();
        if !own || sub.is_none() && ctx.tree.tag(node).is_some() || matches!(value.datum, Datum::List(_)) {
            return None;
        }
        let new = match &hit.status {
            MockStatus::NotInteger(range, Some(right)) | MockStatus::Misspelt(range, right) => {
                let mut new = text.to_owned();
                new.replace_range(range.clone(), right);
                new
            }
            MockStatus::Empty => only_status(integration)?,
            MockStatus::Missing if text.trim().trim_matches(['{', '}']).trim().is_empty() => only_status(integration)?,
            MockStatus::NotInteger(range, None) => {
                let mut new = text.to_owned();
                new.replace_range(range.clone(), &only_code(integration)?.to_string());
                new
            }
            MockStatus::Malformed => whole(text, integration)?,
            MockStatus::Missing | MockStatus::Integer(_) | MockStatus::Unknown => return None,
        };
        let new = Fragment::Text(new);
        // The short form's text carries the tag.
        let with = if ctx.tree.tag(node).is_some() {
            Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(new) }
        } else {
            new
        };
        let changes = vec![Change::Replace { node, with }];
        Fix::new(ctx.tree, Applicability::Safe, "make statusCode an integer", changes)
    }
}

/// `{"statusCode": N}` with the status code of the only integration response.
fn only_status(integration: &Integration) -> Option<String> {
    only_code(integration).map(|code| format!("{{\"statusCode\": {code}}}"))
}

fn only_code(integration: &Integration) -> Option<u16> {
    let [response] = integration.responses.items.as_slice() else { return None };
    let status = StatusCode::parse(response.status()?)?;
    (!integration.responses.open).then(|| status.get())
}

/// The whole template for a text in which only quotes, braces and the like are wrong: `{"statusCode": 204`, `204`.
fn whole(text: &str, integration: &Integration) -> Option<String> {
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let said = letters.to_lowercase();
    let code = said.strip_prefix("statuscode").unwrap_or(&said);
    if code.is_empty() || code == "null" {
        return only_status(integration);
    }
    StatusCode::parse(code).map(|code| format!("{{\"statusCode\": {}}}", code.get()))
}

fn new_template(integration: &Integration) -> Option<Change> {
    let template = Fragment::Text(only_status(integration)?);
    let key = "application/json".to_owned();
    match integration.request_templates.place {
        Some((_, parent)) => Some(Change::Insert { parent, key, value: template, place: Place::Last }),
        None => Some(Change::Insert {
            parent: integration.owner.node,
            key: "RequestTemplates".to_owned(),
            value: Fragment::Mapping(vec![(key, template)]),
            place: integration.kind.as_ref().map_or(Place::Last, |kind| Place::After(kind.key)),
        }),
    }
}
