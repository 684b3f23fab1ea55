//! What an API answers by itself, when no method does.

use super::{ALLOW_CREDENTIALS, ALLOW_ORIGIN, Ctx, HeadersAt, common_value};
use crate::api::{
    DEFAULT_4XX, DEFAULT_5XX, GatewayResponse, Property, RestApi, default_of, gateway_response_types,
    meant_gateway_response_type,
};
use crate::edit::Fragment;
use crate::template::{Datum, Use};

/// Gateway responses of one template that are looked at; there are 21 types.
const MAX_RESPONSES: usize = 200;

/// Uses of an API's name that are looked at.
const MAX_USES: usize = 1_000;

/// An API whose methods answer browsers, and what it answers by itself. All of it stands in the template.
pub struct BrowserApi<'a> {
    /// The API.
    pub api: &'a RestApi,
    /// What its methods answer with `Access-Control-Allow-Origin`, in order of the text.
    pub answers: Vec<HeadersAt<'a>>,
    /// Its gateway responses.
    pub gateways: Vec<&'a GatewayResponse>,
}

impl<'a> BrowserApi<'a> {
    /// The API, if some method of it answers browsers and nothing of it can be elsewhere.
    pub fn read(api: &'a RestApi, ctx: &Ctx<'a>) -> Option<Self> {
        let id = Some(&*api.owner.logical_id);
        if !ctx.is_all_here(api) || ctx.may_be_private(id) {
            return None;
        }
        let methods = ctx.api.methods.iter().filter(|method| method.rest_api.as_deref() == id);
        let answers: Vec<_> = methods
            .flat_map(HeadersAt::of_method)
            .filter(|at| sends_origin(at) && ctx.compatible(at.owner.when(), api.owner.when()))
            .collect();
        if answers.is_empty() {
            return None;
        }
        let mut gateways = Vec::new();
        for gateway in ctx.gateway_responses() {
            // One whose API cannot be told may be of this one.
            if gateway.rest_api.is_none() && ctx.api_of(&gateway.owner).is_none() {
                return None;
            }
            if gateway.rest_api.as_deref() == id {
                gateways.push(gateway);
            }
        }
        Some(Self { api, answers, gateways })
    }

    /// Which of the two that serve all others do not send `Access-Control-Allow-Origin`.
    pub fn silent_defaults(&self) -> Vec<&'static str> {
        let covers = |kind: &str| self.of_type(kind).any(|at| !at.surely_lacks(ALLOW_ORIGIN));
        let covered = |default: &&'static str| {
            let mut served = gateway_response_types().filter(|kind| default_of(kind) == Some(*default));
            covers(default) || served.all(covers)
        };
        [DEFAULT_4XX, DEFAULT_5XX].into_iter().filter(|default| !covered(default)).collect()
    }

    /// Its gateway responses that are, or may be, of a type.
    pub fn of_type<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = HeadersAt<'a>> + use<'s, 'a> {
        let meant = move |gateway: &&&GatewayResponse| meant_types(gateway).is_none_or(|types| types.contains(&kind));
        self.gateways.iter().filter(meant).map(|gateway| HeadersAt::of_gateway(gateway))
    }

    /// The CORS headers that every answer to a browser carries, if their values are the same everywhere. Credentials only
    /// beside a named origin, since browsers refuse them with `*`.
    pub fn headers(&self, ctx: &Ctx<'a>) -> Option<Vec<(&'static str, Fragment)>> {
        let all = || self.answers.iter().copied().chain(self.gateways.iter().map(|gateway| HeadersAt::of_gateway(gateway)));
        let mut headers = vec![(ALLOW_ORIGIN, common_value(all(), ALLOW_ORIGIN, ctx)?)];
        let every = |at: HeadersAt<'_>| at.statics(ALLOW_ORIGIN).any(|origin| origin.known() == Some("*"));
        if !all().any(every) && !all().all(|at| at.surely_lacks(ALLOW_CREDENTIALS)) {
            headers.push((ALLOW_CREDENTIALS, common_value(all(), ALLOW_CREDENTIALS, ctx)?));
        }
        Some(headers)
    }
}

impl<'a> Ctx<'a> {
    /// The gateway responses of the input, up to a number of them.
    pub fn gateway_responses(&self) -> impl Iterator<Item = &'a GatewayResponse> + use<'a> {
        self.api.gateway_responses.iter().take(MAX_RESPONSES)
    }

    /// Whether nothing of an API can be elsewhere: in a document, in a loop, in another stack that is told its name.
    pub fn is_all_here(&self, api: &RestApi) -> bool {
        let id = &api.owner.logical_id;
        let elsewhere = [&api.body, &api.body_location, &api.clone_from];
        let alone = self.api.rest_apis.iter().filter(|other| other.owner.logical_id == *id).count() == 1;
        let few = self.api.gateway_responses.len() <= MAX_RESPONSES;
        let visible = !self.template.is_open() && !api.owner.open && !api.owner.scope.in_loop();
        visible
            && alone
            && few
            && elsewhere.iter().all(|property| property.as_ref().is_none_or(Property::is_empty))
            && !self.is_handed_on(id)
    }

    /// Whether an API is private, or may be so: no page of the internet calls it.
    pub fn may_be_private(&self, rest_api: Option<&str>) -> bool {
        let apis = self.api.rest_apis.iter().filter(|api| rest_api == Some(&*api.owner.logical_id));
        let mut endpoints = apis.filter_map(|api| api.endpoint_configuration.as_ref());
        endpoints.any(|property| self.tree.source().slice(self.span(property.node)).contains("PRIVATE"))
    }

    /// Whether other stacks are told the name of a resource, so that they can add to it.
    fn is_handed_on(&self, id: &str) -> bool {
        let uses = self.template.references(id);
        uses.len() > MAX_USES
            || uses.iter().filter(|at| at.how != Use::Sub).any(|at| {
                let pointer = self.tree.pointer(at.node);
                let mut parts = pointer.split('/').skip(1);
                match (parts.next(), parts.next()) {
                    (Some("Outputs"), Some(name)) => self.is_exported(name),
                    (Some("Resources"), Some(name)) => self.template.resource(name).is_none_or(|resource| {
                        resource.kind.starts_with("AWS::CloudFormation::") || resource.kind.starts_with("Custom::")
                    }),
                    _ => false,
                }
            })
    }

    fn is_exported(&self, output: &str) -> bool {
        let section = self.tree.root().and_then(|root| self.tree.get(root, "Outputs"));
        let output = section.and_then(|section| self.tree.get(section, output));
        output.is_none_or(|output| self.tree.get(output, "Export").is_some())
    }
}

/// The types that a gateway response has in its possibilities, misspelt ones as they are meant. `None` where one is not known.
pub fn meant_types(gateway: &GatewayResponse) -> Option<Vec<&'static str>> {
    let Some(property) = &gateway.response_type else { return (!gateway.owner.open).then(Vec::new) };
    let names = property.all_known()?;
    Some(names.into_iter().filter_map(meant_gateway_response_type).collect())
}

fn sends_origin(at: &HeadersAt<'_>) -> bool {
    at.mentioning(ALLOW_ORIGIN).any(|entry| entry.property.values.iter().any(|value| !matches!(value.datum, Datum::Absent)))
}
