//! The request headers that a method asks browsers for.

use super::Ctx;
use crate::api::{Method, Property};
use crate::lang::mapping_expression::{RequestPart, Source, parse};
use crate::template::{Guard, Hole, Text, Value};

/// Headers that browsers send by themselves, or without asking first.
const SENT_ANYWAY: [&str; 9] =
    ["accept", "accept-language", "content-language", "content-type", "cookie", "host", "origin", "referer", "user-agent"];

/// A request header without which the method refuses the request.
#[derive(Clone, Debug)]
pub struct AskedHeader<'a> {
    /// The header's name.
    pub name: String,
    /// The property of the method that asks for it.
    pub property: &'a Property,
    /// When it does.
    pub when: Guard,
}

/// The headers that a method surely asks for, but for those that browsers send anyway: where its authorizer looks for the
/// caller's identity, and the one with the API key.
pub fn asked_headers<'a>(method: &'a Method, ctx: &Ctx<'a>) -> Vec<AskedHeader<'a>> {
    let mut asked = identity(method, ctx);
    let needs = |value: &&Value| value.known().is_some_and(|text| text.eq_ignore_ascii_case("true"));
    if let Some(property) = method.api_key_required.as_ref().filter(|_| takes_key_from_header(method, ctx)) {
        asked.extend(property.values.iter().filter(needs).take(1).map(|value| AskedHeader {
            name: "X-Api-Key".to_owned(),
            property,
            when: method.owner.when().and(&value.when),
        }));
    }
    asked
}

/// The headers in which the method's authorizer looks for the caller's identity.
fn identity<'a>(method: &'a Method, ctx: &Ctx<'a>) -> Vec<AskedHeader<'a>> {
    let kind = method.authorization_type.as_ref().and_then(Property::known);
    let reads_identity = matches!(kind, Some("CUSTOM" | "COGNITO_USER_POOLS"));
    let Some(property) = method.authorizer_id.as_ref().filter(|_| reads_identity) else { return Vec::new() };
    let mut asked = Vec::new();
    for value in &property.values {
        let Some(Hole::Resource(id)) = value.text().and_then(Text::as_hole) else { continue };
        let when = method.owner.when().and(&value.when);
        let names = identity_headers(id.split('.').next().unwrap_or(""), ctx);
        asked.extend(names.into_iter().map(|name| AskedHeader { name, property, when: when.clone() }));
    }
    asked
}

/// The headers in the one known `IdentitySource` of an authorizer.
fn identity_headers(authorizer: &str, ctx: &Ctx<'_>) -> Vec<String> {
    let resource = ctx.template.resource(authorizer).filter(|found| found.kind == "AWS::ApiGateway::Authorizer");
    let source = resource.and_then(|found| Some((ctx.tree.get(found.properties?, "IdentitySource")?, &found.scope)));
    let Some((node, scope)) = source else { return Vec::new() };
    let values = ctx.template.values(node, scope);
    let [only] = values.as_slice() else { return Vec::new() };
    let header = |part: &str| match parse(part.trim()) {
        Ok(Source::MethodRequest { part: RequestPart::Header, name, .. }) => Some(name.to_owned()),
        _ => None,
    };
    let names = only.known().into_iter().flat_map(|text| text.split(',')).filter_map(header);
    names.filter(|name| !SENT_ANYWAY.contains(&name.to_ascii_lowercase().as_str())).collect()
}

/// Whether the API surely reads its keys from the header, which it does unless it is told otherwise.
fn takes_key_from_header(method: &Method, ctx: &Ctx<'_>) -> bool {
    let api = method.rest_api.as_deref().and_then(|id| ctx.template.resource(id));
    let Some(api) = api.filter(|found| found.kind == "AWS::ApiGateway::RestApi") else { return false };
    let Some(properties) = api.properties else { return true };
    let plain = ctx.tree.is_mapping(properties) && !ctx.template.entries(properties, &api.scope).open;
    plain && ctx.tree.get(properties, "ApiKeySourceType").is_none_or(|node| ctx.tree.text(node) == Some("HEADER"))
}
