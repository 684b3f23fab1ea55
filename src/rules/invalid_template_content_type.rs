//! # invalid-template-content-type
//! ## What it does
//! Reports a mapping template whose key is no content type: `json`, or `application/json; charset=utf-8`.
//! ## Why it matters
//! A key without a slash is rejected: `Invalid content type specified: json`. With a parameter behind it the key deploys and is
//! never found, because the service looks for type and subtype only: the body passes through as it is.
//! Sources: [mapping templates](https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html).
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
//!               application/json; charset=utf-8: $input.json('$.pet')
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
//!       HttpMethod: GET
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: https://pets.example.com
//!         IntegrationResponses:
//!           - StatusCode: "200"
//!             ResponseTemplates:
//!               application/json: $input.json('$.pet')
//!       MethodResponses:
//!         - StatusCode: "200"
//! ```
//! ## When not to use it
//! `$default` is taken by the service and not reported. Parameters are a warning, because only the documentation says so.
//! ## Fix
//! Safe: takes the parameters off the key, where no other template has that key.

use crate::edit::{Applicability, Change, Fix};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, Rule, RuleMeta, TemplateEntryAt, shown};

/// The rule.
pub(super) struct InvalidTemplateContentType;

impl Rule for InvalidTemplateContentType {
    type Node<'a> = TemplateEntryAt<'a>;
    type Hit<'a> = TemplateEntryAt<'a>;

    const META: RuleMeta = RuleMeta {
        name: "invalid-template-content-type",
        summary: "mapping template under a key that is no content type",
        category: Category::Template,
        severity: Severity::Error,
        fix: FixPromise::Sometimes(Applicability::Safe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html"],
    };

    const MESSAGES: &'static [&'static str] = &["Invalid content type specified: …"];

    fn detect<'a>(&self, at: TemplateEntryAt<'a>, _: &Ctx<'a>) -> Vec<Self::Hit<'a>> {
        let key = at.entry.name.as_str();
        let open = key.contains("${") || key.contains("&{");
        let wrong = !key.contains('/') || key.contains(';');
        if wrong && !open && key != "$default" { vec![at] } else { Vec::new() }
    }

    fn describe<'a>(&self, at: &Self::Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let (id, key) = (&at.owner.logical_id, &at.entry.name);
        let finding = |message: String| Self::META.at(ctx, at.entry.property.key, id, message);
        match plain(key) {
            Some(plain) => finding(format!("a template of {id} has a content type with parameters: {}", shown(key)))
                .severity(Severity::Warning)
                .likely()
                .labelled("type and subtype only")
                .note("it deploys, and the template is never chosen: parameters are not compared")
                .help(format!("write `{plain}`")),
            None => finding(format!("a template of {id} stands under {}, which is no content type", shown(key)))
                .labelled("no content type")
                .note(format!("the deploy is rejected: Invalid content type specified: {key}"))
                .help("write type and subtype, such as `application/json`"),
        }
    }

    fn fix<'a>(&self, at: &Self::Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let plain = plain(&at.entry.name)?;
        if at.map.named(plain).next().is_some() || at.map.open || at.owner.scope.in_loop() {
            return None;
        }
        let changes = vec![Change::Rename { key: at.entry.property.key, to: plain.to_owned() }];
        Fix::new(ctx.tree, Applicability::Safe, format!("make it `{plain}`"), changes)
    }
}

/// Type and subtype of a content type with parameters.
fn plain(key: &str) -> Option<&str> {
    let (plain, _) = key.split_once(';')?;
    Some(plain.trim()).filter(|plain| plain.contains('/'))
}
