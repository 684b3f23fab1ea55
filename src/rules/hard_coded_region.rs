//! # hard-coded-region
//! ## What it does
//! Reports a region in the Uri of an integration that is written out, beside a function of the same template.
//! ## Why it matters
//! The function is made in the region of the stack. In any other region than the written one the Uri names a region in which the
//! function is not, and the deploy or the calls fail.
//! Source: [Pseudo parameters](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html): `AWS::Region`.
//! ## Example
//! ```yaml,bad
//! Resources:
//!   Fn:
//!     Type: AWS::Lambda::Function
//!     Properties: {Code: {ZipFile: x}, Role: !GetAtt Role.Arn}
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//! ```
//! ```yaml,good
//! Resources:
//!   Fn:
//!     Type: AWS::Lambda::Function
//!     Properties: {Code: {ZipFile: x}, Role: !GetAtt Role.Arn}
//!   GetPet:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Pet
//!       HttpMethod: GET
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations
//! ```
//! ## When not to use it
//! A template that is only ever used in one region works. Functions that are not in the template are not reported: they can be in that
//! region on purpose.
//! ## Fix
//! Unsafe: writes `${AWS::Region}` where the Uri is one `Fn::Sub`.

use crate::api::Property;
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::{Category, Finding, Severity};
use crate::rule::{Ctx, FixPromise, IntegrationAt, Rule, RuleMeta};
use crate::template::{Hole, Part, Text, Value};

/// The rule.
pub(super) struct HardCodedRegion;

/// A Uri with a region, and the function beside it.
pub(super) struct Hit<'a> {
    at: IntegrationAt<'a>,
    property: &'a Property,
    value: &'a Value,
    region: &'a str,
}

impl Rule for HardCodedRegion {
    type Node<'a> = IntegrationAt<'a>;
    type Hit<'a> = Hit<'a>;

    const META: RuleMeta = RuleMeta {
        name: "hard-coded-region",
        summary: "region written out beside a function of the stack",
        category: Category::Integration,
        severity: Severity::Info,
        fix: FixPromise::Sometimes(Applicability::Unsafe),
        since: "0.1.0",
        sources: &["https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html"],
    };

    const REWRITES_VALUES: bool = true;

    fn detect<'a>(&self, at: IntegrationAt<'a>, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let Some(property) = &at.integration.uri else { return Vec::new() };
        let texts = property.values.iter().filter_map(|value| Some((value, value.text()?)));
        let regions = texts.filter_map(|(value, text)| Some((value, region(text)?, text)));
        let found = regions.filter(|(_, _, text)| names_own_function(text, ctx));
        found.map(|(value, region, _)| Hit { at, property, value, region }).collect()
    }

    fn describe<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Finding {
        let Hit { at, property, value, region } = hit;
        let id = &at.method.owner.logical_id;
        let mut finding = Self::META
            .at(ctx, ctx.exact(property, value), id, format!("the Uri of {id} names the region {region}"))
            .labelled("the function is in the region of the stack")
            .note("in another region the Uri leads to where the function is not")
            .help("write AWS::Region");
        for (span, words) in ctx.causes(value) {
            finding = finding.with(span, words);
        }
        finding
    }

    fn fix<'a>(&self, hit: &Hit<'a>, ctx: &Ctx<'a>) -> Option<Fix> {
        let node = ctx.template.sub_text(ctx.exact(hit.property, hit.value)).filter(|node| !ctx.is_shared(*node))?;
        let (wrong, right) = (format!(":apigateway:{}:", hit.region), ":apigateway:${AWS::Region}:");
        let text = ctx.tree.text(node).filter(|text| text.contains(&wrong) && !hit.at.integration.owner.scope.in_loop())?;
        let with = Fragment::Text(text.replacen(&wrong, right, 1));
        // In its short form the function is the text's own tag, which must stay.
        let short = ctx.tree.tag(node).is_some();
        let with = if short { Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(with) } } else { with };
        Fix::new(ctx.tree, Applicability::Unsafe, "write the region of the stack", vec![Change::Replace { node, with }])
    }
}

/// The region in `arn:…:apigateway:eu-west-1:…`.
fn region(text: &Text) -> Option<&str> {
    let behind = text.parts().find_map(|part| match part {
        Part::Known(known) => known.split_once(":apigateway:"),
        Part::Hole(_) => None,
    })?;
    let (region, _) = behind.1.split_once(':')?;
    let looks = region.split('-').count() >= 3 && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    looks.then_some(region)
}

fn names_own_function(text: &Text, ctx: &Ctx<'_>) -> bool {
    text.parts().any(|part| match part {
        Part::Hole(Hole::Resource(name)) => {
            let id = name.split('.').next().unwrap_or("");
            let kind = ctx.template.resource(id).map(|resource| resource.kind);
            matches!(kind, Some("AWS::Lambda::Function" | "AWS::Serverless::Function" | "AWS::Lambda::Alias"))
        }
        Part::Hole(_) | Part::Known(_) => false,
    })
}
