//! The parts of the model that a rule can ask to be shown, one after the other.

use super::Ctx;
use crate::api::{
    Api, GatewayResponse, Integration, IntegrationResponse, MapEntry, Method, MethodResponse, Owner, Property, PropertyMap,
    RestApi,
};
use crate::lang::mapping_expression::MappingPlace;
use crate::syntax::Tree;

/// A part that the engine can loop over.
pub trait Visit<'a>: Sized {
    /// Whether the part is there even when the file's syntax is broken.
    const READS_BROKEN_FILES: bool = false;

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

impl<'a> Visit<'a> for MappingAt<'a> {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        IntegrationAt::each(ctx, &mut |IntegrationAt { method, integration }| {
            let (method, integration) = (Some(method), Some(integration));
            let Some(reading) = integration else { return };
            for entry in &reading.request_parameters.entries {
                let (owner, map) = (&reading.owner, &reading.request_parameters);
                show(Self {
                    owner,
                    place: MappingPlace::IntegrationRequest,
                    map,
                    entry,
                    method,
                    integration,
                    response: None,
                });
            }
            for response in &reading.responses.items {
                for entry in &response.response_parameters.entries {
                    let (owner, map) = (&response.owner, &response.response_parameters);
                    let place = MappingPlace::IntegrationResponse;
                    show(Self { owner, place, map, entry, method, integration, response: Some(response) });
                }
            }
        });
        for gateway in &ctx.api.gateway_responses {
            for entry in &gateway.response_parameters.entries {
                let (owner, map) = (&gateway.owner, &gateway.response_parameters);
                let place = MappingPlace::GatewayResponse;
                show(Self { owner, place, map, entry, method: None, integration: None, response: None });
            }
        }
    }
}
