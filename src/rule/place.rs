//! The parts of the model that a rule can ask to be shown, one after the other.

use super::{Ctx, Parsed};
use crate::api::{
    Api, Backend, Deployment, GatewayResponse, Integration, IntegrationResponse, MapEntry, Method, MethodResponse, Owner,
    Property, PropertyMap, RestApi, Stage,
};
use crate::edit::{Change, Fragment};
use crate::finding::Finding;
use crate::lang::mapping_expression::MappingPlace;
use crate::suppress::Verdict;
use crate::syntax::Tree;
use crate::template::{Cause, Value};
use crate::text::Span;

/// A part that the engine can loop over.
pub trait Visit<'a>: Sized {
    /// Whether the part is there even when the file's syntax is broken.
    const READS_BROKEN_FILES: bool = false;
    /// Whether the part comes of what the other rules find, so that the rule runs behind them.
    const READS_FINDINGS: bool = false;

    /// Shows each part, in order of the text.
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self));
}

/// The text and its tree, for rules about syntax.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    /// The tree; with errors it holds what stands before them.
    pub tree: &'a Tree<'a>,
}

/// An integration and its method.
#[derive(Clone, Copy)]
pub struct IntegrationAt<'a> {
    /// The method.
    pub method: &'a Method,
    /// The integration.
    pub integration: &'a Integration,
}

impl IntegrationAt<'_> {
    /// Shows the service that is called beside what is wrong with the call.
    pub fn naming_service(&self, ctx: &Ctx<'_>, finding: Finding) -> Finding {
        match &self.integration.uri {
            Some(uri) => finding.with(ctx.span(uri.node), "the service"),
            None => finding,
        }
    }
}

/// An integration response, its integration and its method.
#[derive(Clone, Copy)]
pub struct ResponseAt<'a> {
    /// The method.
    pub method: &'a Method,
    /// The integration.
    pub integration: &'a Integration,
    /// The integration response.
    pub response: &'a IntegrationResponse,
}

/// A method response and its method.
#[derive(Clone, Copy)]
pub struct MethodResponseAt<'a> {
    /// The method.
    pub method: &'a Method,
    /// The method response.
    pub response: &'a MethodResponse,
}

/// A status code of any kind of response.
#[derive(Clone, Copy)]
pub struct StatusCodeAt<'a> {
    /// Whose it is.
    pub owner: &'a Owner,
    /// "integration response", "method response" or "gateway response".
    pub of: &'static str,
    /// Whether the response must have one.
    pub required: bool,
    /// The property, if it is written down.
    pub property: Option<&'a Property>,
}

/// A selection pattern that is known and not empty, of an integration that is no proxy.
#[derive(Clone, Copy)]
pub struct PatternAt<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its integration.
    pub integration: &'a Integration,
    /// Its integration response.
    pub response: &'a IntegrationResponse,
    /// The possibility in which it is this pattern.
    pub value: &'a Value,
    /// The pattern.
    pub pattern: &'a str,
    /// The pattern as a regular expression.
    pub parsed: &'a Parsed,
}

impl PatternAt<'_> {
    /// Whether the pattern is matched against a status code: HTTP, AWS services, MOCK.
    pub fn sees_status(&self) -> bool {
        match self.integration.backend() {
            Backend::Http | Backend::Service | Backend::Mock => true,
            Backend::Lambda | Backend::Proxy | Backend::Unknown => false,
        }
    }

    /// Whether the pattern is matched against status codes and works for that: it is a status code itself, or
    /// takes more than one.
    pub fn takes_statuses(&self) -> bool {
        let taken = self.parsed.statuses.map_or(0, |statuses| statuses.len());
        let is_code = || self.pattern.bytes().all(|byte| byte.is_ascii_digit());
        self.sees_status() && (taken > 1 || taken == 1 && is_code())
    }

    /// Whether the pattern is matched against the error message of a Lambda function.
    pub fn sees_message(&self) -> bool {
        self.integration.backend() == Backend::Lambda
    }

    /// The bytes of a part of the pattern (0-based bytes of the decoded text) in the file; of all of it
    /// where it does not stand there as one text.
    pub fn span_of(&self, ctx: &Ctx<'_>, start: usize, end: usize) -> Span {
        ctx.part(self.value, start, end)
    }

    /// Replaces the pattern where it stands; `None` where that is not one text of its own.
    pub fn replaced(&self, ctx: &Ctx<'_>, pattern: &str) -> Option<Vec<Change>> {
        let node = self.value.node;
        let own = ctx.tree.text(node) == Some(self.pattern) && ctx.tree.tag(node).is_none();
        let stays = own && !self.response.owner.scope.in_loop() && self.value.causes.iter().all(is_branch);
        stays.then(|| vec![Change::Replace { node, with: Fragment::Text(pattern.to_owned()) }])
    }
}

fn is_branch(cause: &Cause) -> bool {
    match cause {
        Cause::Branch(..) => true,
        Cause::ParameterDefault(..) | Cause::AllowedValue(..) | Cause::MappingEntry(_) | Cause::GivenParameter(_) => false,
    }
}

impl<'a> Visit<'a> for &'a Verdict {
    const READS_FINDINGS: bool = true;

    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        ctx.suppressions.iter().for_each(show);
    }
}

impl<'a> Visit<'a> for PatternAt<'a> {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        ResponseAt::each(ctx, &mut |ResponseAt { method, integration, response }| {
            if integration.backend() == Backend::Proxy {
                return;
            }
            for value in response.selection_pattern.iter().flat_map(|pattern| &pattern.values) {
                let pattern = value.known().filter(|pattern| !pattern.is_empty());
                if let Some((pattern, parsed)) = pattern.and_then(|pattern| Some((pattern, ctx.patterns.get(pattern)?))) {
                    show(Self { method, integration, response, value, pattern, parsed });
                }
            }
        });
    }
}

/// One parameter mapping: destination and expression.
#[derive(Clone, Copy)]
pub struct MappingAt<'a> {
    /// Whose it is.
    pub owner: &'a Owner,
    /// Where it stands.
    pub place: MappingPlace,
    /// The map it stands in.
    pub map: &'a PropertyMap,
    /// The destination (key) and the expression (value).
    pub entry: &'a MapEntry,
    /// Its method, unless it belongs to a gateway response.
    pub method: Option<&'a Method>,
    /// Its integration, unless it belongs to a gateway response.
    pub integration: Option<&'a Integration>,
    /// Its integration response, if it belongs to one.
    pub response: Option<&'a IntegrationResponse>,
}

impl MappingAt<'_> {
    /// What is written to, for messages: "header X-A", or the whole key where it is no legal one.
    pub fn destination(&self) -> String {
        let name = &self.entry.name;
        for prefix in ["method.response.", "integration.request.", "gatewayresponse."] {
            if let Some((part, name)) = name.strip_prefix(prefix).and_then(|rest| rest.split_once('.')) {
                return format!("{part} {name}");
            }
        }
        format!("`{name}`")
    }
}

impl<'a> Visit<'a> for Document<'a> {
    const READS_BROKEN_FILES: bool = true;

    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        show(Self { tree: ctx.tree });
    }
}

impl<'a> Visit<'a> for &'a Api {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        show(ctx.api);
    }
}

impl<'a> Visit<'a> for &'a RestApi {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        ctx.api.rest_apis.iter().for_each(show);
    }
}

impl<'a> Visit<'a> for &'a Method {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        ctx.api.methods.iter().for_each(show);
    }
}

impl<'a> Visit<'a> for &'a GatewayResponse {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        ctx.api.gateway_responses.iter().for_each(show);
    }
}

impl<'a> Visit<'a> for &'a Deployment {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        ctx.api.deployments.iter().for_each(show);
    }
}

impl<'a> Visit<'a> for &'a Stage {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        ctx.api.stages.iter().for_each(show);
    }
}

impl<'a> Visit<'a> for IntegrationAt<'a> {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        for method in &ctx.api.methods {
            for integration in &method.integrations {
                show(Self { method, integration });
            }
        }
    }
}

impl<'a> Visit<'a> for ResponseAt<'a> {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        IntegrationAt::each(ctx, &mut |IntegrationAt { method, integration }| {
            for response in &integration.responses.items {
                show(Self { method, integration, response });
            }
        });
    }
}

impl<'a> Visit<'a> for MethodResponseAt<'a> {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        for method in &ctx.api.methods {
            for response in &method.responses.items {
                show(Self { method, response });
            }
        }
    }
}

impl<'a> Visit<'a> for StatusCodeAt<'a> {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        ResponseAt::each(ctx, &mut |ResponseAt { response, .. }| {
            let property = response.status_code.as_ref();
            show(Self { owner: &response.owner, of: "integration response", required: true, property });
        });
        MethodResponseAt::each(ctx, &mut |MethodResponseAt { response, .. }| {
            let property = response.status_code.as_ref();
            show(Self { owner: &response.owner, of: "method response", required: true, property });
        });
        for response in &ctx.api.gateway_responses {
            let property = response.status_code.as_ref();
            show(Self { owner: &response.owner, of: "gateway response", required: false, property });
        }
    }
}

impl<'a> MappingAt<'a> {
    pub(super) fn all(api: &'a Api) -> impl Iterator<Item = Self> + use<'a> {
        let of_methods = api.methods.iter().flat_map(|method| {
            method.integrations.iter().flat_map(move |integration| Self::of_integration(method, integration))
        });
        let of_gateways = api.gateway_responses.iter().flat_map(|gateway| {
            let map = &gateway.response_parameters;
            let (owner, place) = (&gateway.owner, MappingPlace::GatewayResponse);
            map.entries.iter().map(move |entry| Self {
                owner,
                place,
                map,
                entry,
                method: None,
                integration: None,
                response: None,
            })
        });
        of_methods.chain(of_gateways)
    }

    fn of_integration(method: &'a Method, integration: &'a Integration) -> impl Iterator<Item = Self> + use<'a> {
        let at = move |owner, place, map, entry, response| Self {
            owner,
            place,
            map,
            entry,
            method: Some(method),
            integration: Some(integration),
            response,
        };
        let map = &integration.request_parameters;
        let request =
            map.entries.iter().map(move |entry| at(&integration.owner, MappingPlace::IntegrationRequest, map, entry, None));
        let responses = integration.responses.items.iter().flat_map(move |response| {
            let map = &response.response_parameters;
            map.entries
                .iter()
                .map(move |entry| at(&response.owner, MappingPlace::IntegrationResponse, map, entry, Some(response)))
        });
        request.chain(responses)
    }
}

impl<'a> Visit<'a> for MappingAt<'a> {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        ctx.mappings().for_each(show);
    }
}
