//! # wrong-enum-case
//! ## What it does
//! Reports a name in the wrong letter case: HttpMethod of a method; Type, PassthroughBehavior and ConnectionType of an
//! integration.
//! ## Why it matters
//! The deploy fails: `Member must satisfy enum value set` or `Invalid HttpMethod specified`. CloudFormation takes these names in
//! upper case alone; the lower-case ones belong to OpenAPI documents.
//! Source: [PutIntegration](https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html).
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
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         PassthroughBehavior: when_no_match
//! ```
//! ```yaml,fixed
//! Resources:
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         PassthroughBehavior: WHEN_NO_MATCH
//! ```
//! ## When not to use it
//! There is no case in which the service takes another letter case. Values that are not known here and names that differ in more
//! than letter case are not reported; where only some branch of a condition is wrong, the finding names it. ContentHandling is for
//! `invalid-content-handling`.
//! ## Fix
//! Safe: writes the name in upper case.

use crate::api::{Method, Owner, Property};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, shown, when};
use crate::template::Value;

const METHODS: &[&str] = &["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];
const TYPES: &[&str] = &["AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"];
const PASSTHROUGH: &[&str] = &["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"];
const CONNECTIONS: &[&str] = &["INTERNET", "VPC_LINK"];

/// The rule.
pub(super) struct WrongEnumCase;

/// A name in the wrong letter case.
pub(super) struct Hit<'a> {
    owner: &'a Owner,
    of: &'static str,
    property: &'a Property,
    value: &'a Value,
    text: &'a str,
    name: &'static str,
}

impl Rule for WrongEnumCase {
    type Node<'a> = &'a Method;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "wrong-enum-case",
        summary: "name in a letter case that CloudFormation refuses",
        category: Category::Integration,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Member must satisfy enum value set", "Invalid HttpMethod specified"];

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, method: &'a Method, _ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let of_method = std::iter::once((&method.owner, "HttpMethod", &method.http_method, METHODS));
        let of_integrations = method.integrations.iter().flat_map(|integration| {
            let owner = &integration.owner;
            [
                (owner, "Type", &integration.kind, TYPES),
                (owner, "PassthroughBehavior", &integration.passthrough_behavior, PASSTHROUGH),
                (owner, "ConnectionType", &integration.connection_type, CONNECTIONS),
            ]
        });
        let all = of_method.chain(of_integrations);
        let written = all.filter_map(|(owner, of, property, names)| Some((owner, of, property.as_ref()?, names)));
        let wrong = written.flat_map(|(owner, of, property, names)| {
            property.values.iter().filter_map(move |value| {
                let text = value.known()?;
                let name = names.iter().copied().find(|name| name.eq_ignore_ascii_case(text) && *name != text)?;
                Some(Hit { owner, of, property, value, text, name })
            })
        });
        wrong.collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { owner, of, property, value, text, name } = hit;
        let id = &owner.logical_id;
        let when = when(&value.when, owner.when());
        let mut finding = Self::META
            .at(ctx, ctx.exact(property, value), id, format!("{id} has {of} {}{when}", shown(text)))
            .labelled("not in upper case")
            .note("the deploy fails: the name is only known in upper case")
            .help(format!("write {name}"));
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let node = ctx.literal(hit.property, hit.value).filter(|_| !hit.owner.scope.in_loop())?;
        let change = Change::Replace { node, with: Fragment::Text(hit.name.to_owned()) };
        Fix::new(ctx.tree, Applicability::Safe, format!("write {}", hit.name), vec![change])
    }
}
