//! Reads the model from `AWS::ApiGateway::*` resources.

use std::rc::Rc;

use super::integration::Classified;
use super::model::{
    Api, Deployment, DomainName, GatewayResponse, Integration, IntegrationResponse, List, MapEntry, Method, MethodResponse,
    Model, Owner, Property, PropertyMap, Resource, RestApi, Stage,
};
use super::paths;
use crate::syntax::NodeId;
use crate::template::{self, Datum, Entries, Hole, Scope, Template};

/// Responses of a method that are read; what follows counts as unknown. Methods have a handful, and rules compare
/// responses with each other.
const MAX_RESPONSES: usize = 200;

/// Reads everything of API Gateway's REST APIs from a template. A resource whose condition can never hold is never made.
pub fn read(template: &Template<'_>) -> Api {
    let mut api = Api::default();
    let reader = Reader { template };
    let is_made = |resource: &&template::Resource<'_>| {
        let when = &resource.scope.when;
        resource.kind.starts_with("AWS::ApiGateway::") && (when.is_always() || template.conditions().possible(when))
    };
    for resource in template.resources().iter().filter(is_made) {
        let logical_id: Rc<str> = resource.logical_id.as_ref().into();
        let scope = resource.scope.clone();
        let owner = Owner { logical_id, key: resource.key, node: resource.body, scope, open: false };
        for part in reader.bodies(resource.properties, &owner) {
            match resource.kind {
                "AWS::ApiGateway::RestApi" => api.rest_apis.push(part.rest_api()),
                "AWS::ApiGateway::Resource" => api.resources.push(part.resource()),
                "AWS::ApiGateway::Method" => api.methods.push(part.method()),
                "AWS::ApiGateway::GatewayResponse" => api.gateway_responses.push(part.gateway_response()),
                "AWS::ApiGateway::Deployment" => api.deployments.push(part.deployment()),
                "AWS::ApiGateway::Stage" => api.stages.push(part.stage()),
                "AWS::ApiGateway::DomainName" => api.domain_names.push(part.domain_name()),
                "AWS::ApiGateway::Model" => api.models.push(part.model()),
                _ => {}
            }
        }
    }
    paths::fill(template, &mut api);
    api
}

#[derive(Clone, Copy)]
struct Reader<'r, 't> {
    template: &'r Template<'t>,
}

/// A mapping of properties in its surroundings.
struct Part<'r, 't> {
    reader: Reader<'r, 't>,
    owner: Owner,
    entries: Entries<'t>,
}

impl<'r, 't> Reader<'r, 't> {
    /// The mappings a node can be. No node at all is one part without properties.
    fn bodies(self, node: Option<NodeId>, owner: &Owner) -> Vec<Part<'r, 't>> {
        let Some(node) = node else {
            return vec![Part { reader: self, owner: owner.clone(), entries: Entries::default() }];
        };
        let mut parts = Vec::new();
        for value in self.template.values(node, &owner.scope) {
            if let Datum::Mapping(mapping) = value.datum {
                let scope = owner.scope.assuming(&value.when);
                let entries = self.template.entries(mapping, &scope);
                let owner = Owner { node: mapping, scope, open: entries.open, ..owner.clone() };
                parts.push(Part { reader: self, owner, entries });
            }
        }
        parts
    }

    fn property(self, key: NodeId, node: NodeId, scope: &Scope) -> Property {
        Property { key, node, values: self.template.values(node, scope).into_boxed_slice() }
    }

    fn map(self, key: NodeId, node: NodeId, scope: &Scope) -> PropertyMap {
        let mut map = PropertyMap { place: Some((key, node)), ..PropertyMap::default() };
        for value in self.template.values(node, scope) {
            match value.datum {
                Datum::Mapping(mapping) => {
                    let here = scope.assuming(&value.when);
                    let entries = self.template.entries(mapping, &here);
                    map.open |= entries.open;
                    map.nodes.push(mapping);
                    map.entries.reserve_exact(entries.members.len());
                    for member in entries.members {
                        let property = self.property(member.key, member.value, &member.scope);
                        map.entries.push(MapEntry { name: member.name.into_owned(), property, when: member.scope.when });
                    }
                }
                Datum::Absent => {}
                Datum::Scalar(ref text, _) if text.as_known().is_some_and(|text| text.trim().is_empty()) => {}
                Datum::Scalar(..) | Datum::Sequence(_) | Datum::List(_) | Datum::Unknown => map.open = true,
            }
        }
        map
    }
}

impl<'r, 't> Part<'r, 't> {
    fn property(&self, name: &str) -> Option<Property> {
        let member = self.entries.get(name)?;
        Some(self.reader.property(member.key, member.value, &member.scope))
    }

    fn map(&self, name: &str) -> PropertyMap {
        match self.entries.get(name) {
            Some(member) => self.reader.map(member.key, member.value, &member.scope),
            None => PropertyMap { open: self.entries.open, ..PropertyMap::default() },
        }
    }

    /// A list property, each item read by `item` from its own mapping.
    fn list<T>(&self, name: &str, item: impl Fn(&Part<'r, 't>, NodeId) -> T) -> List<T> {
        let Some(member) = self.entries.get(name) else {
            return List { open: self.entries.open, ..List::default() };
        };
        let mut list = List { place: Some((member.key, member.value)), ..List::default() };
        for value in self.reader.template.values(member.value, &member.scope) {
            match value.datum {
                Datum::Sequence(sequence) => {
                    list.nodes.push(sequence);
                    let items = self.reader.template.items(sequence, &member.scope.assuming(&value.when));
                    list.open |= items.open;
                    list.open |= items.items.len() > MAX_RESPONSES;
                    for found in items.items.into_iter().take(MAX_RESPONSES) {
                        let owner = Owner { node: found.node, scope: found.scope, ..self.owner.clone() };
                        let parts = self.reader.bodies(Some(found.node), &owner);
                        list.open |= parts.is_empty();
                        list.items.extend(parts.iter().map(|part| item(part, found.place)));
                    }
                }
                Datum::Absent => {}
                Datum::Scalar(ref text, _) if text.as_known().is_some_and(|text| text.trim().is_empty()) => {}
                Datum::Scalar(..) | Datum::Mapping(_) | Datum::List(_) | Datum::Unknown => list.open = true,
            }
        }
        list
    }

    /// The logical ID that a property's value refers to, in every possibility the same.
    fn reference(&self, name: &str) -> Option<String> {
        let property = self.property(name)?;
        let mut targets = property.values.iter().map(|value| match value.text()?.as_hole()? {
            Hole::Resource(id) => Some(id.split('.').next().unwrap_or_default().to_owned()),
            Hole::Parameter(_) | Hole::Pseudo(_) | Hole::Dynamic(_) | Hole::Other => None,
        });
        let first = targets.next()??;
        targets.all(|next| next.as_deref() == Some(first.as_str())).then_some(first)
    }

    fn rest_api(&self) -> RestApi {
        RestApi {
            owner: self.owner.clone(),
            name: self.property("Name"),
            body: self.property("Body"),
            body_location: self.property("BodyS3Location"),
            clone_from: self.property("CloneFrom"),
            binary_media_types: self.property("BinaryMediaTypes"),
            endpoint_configuration: self.property("EndpointConfiguration"),
        }
    }

    fn resource(&self) -> Resource {
        Resource {
            owner: self.owner.clone(),
            rest_api: self.reference("RestApiId"),
            parent: self.reference("ParentId"),
            path_part: self.property("PathPart"),
            path: None,
        }
    }

    fn method(&self) -> Method {
        let integrations = self.entries.get("Integration").map(|member| {
            let owner = Owner { scope: member.scope.clone(), ..self.owner.clone() };
            let parts = self.reader.bodies(Some(member.value), &owner);
            parts.iter().map(|part| part.integration(member.key)).collect()
        });
        Method {
            owner: self.owner.clone(),
            rest_api: self.reference("RestApiId"),
            resource: self.reference("ResourceId"),
            path: None,
            http_method: self.property("HttpMethod"),
            authorization_type: self.property("AuthorizationType"),
            authorizer_id: self.property("AuthorizerId"),
            api_key_required: self.property("ApiKeyRequired"),
            request_parameters: self.map("RequestParameters"),
            integrations: integrations.unwrap_or_default(),
            responses: self.list("MethodResponses", |part, place| MethodResponse {
                owner: part.owner.clone(),
                place,
                status_code: part.property("StatusCode"),
                response_parameters: part.map("ResponseParameters"),
                response_models: part.map("ResponseModels"),
            }),
        }
    }

    fn integration(&self, key: NodeId) -> Integration {
        let (kind, uri) = (self.property("Type"), self.property("Uri"));
        Integration {
            owner: self.owner.clone(),
            key,
            classified: Classified::new(kind.as_ref(), uri.as_ref()),
            kind,
            http_method: self.property("IntegrationHttpMethod"),
            uri,
            credentials: self.property("Credentials"),
            connection_type: self.property("ConnectionType"),
            connection_id: self.property("ConnectionId"),
            passthrough_behavior: self.property("PassthroughBehavior"),
            content_handling: self.property("ContentHandling"),
            timeout: self.property("TimeoutInMillis"),
            cache_key_parameters: self.property("CacheKeyParameters"),
            request_parameters: self.map("RequestParameters"),
            request_templates: self.map("RequestTemplates"),
            responses: self.list("IntegrationResponses", |part, place| IntegrationResponse {
                owner: part.owner.clone(),
                place,
                status_code: part.property("StatusCode"),
                selection_pattern: part.property("SelectionPattern"),
                content_handling: part.property("ContentHandling"),
                response_parameters: part.map("ResponseParameters"),
                response_templates: part.map("ResponseTemplates"),
            }),
        }
    }

    fn gateway_response(&self) -> GatewayResponse {
        GatewayResponse {
            owner: self.owner.clone(),
            rest_api: self.reference("RestApiId"),
            response_type: self.property("ResponseType"),
            status_code: self.property("StatusCode"),
            response_parameters: self.map("ResponseParameters"),
            response_templates: self.map("ResponseTemplates"),
        }
    }

    fn deployment(&self) -> Deployment {
        Deployment {
            owner: self.owner.clone(),
            rest_api: self.reference("RestApiId"),
            stage_name: self.property("StageName"),
            stage_description: self.property("StageDescription"),
        }
    }

    fn stage(&self) -> Stage {
        Stage {
            owner: self.owner.clone(),
            rest_api: self.reference("RestApiId"),
            deployment: self.reference("DeploymentId"),
            stage_name: self.property("StageName"),
            method_settings: self.property("MethodSettings"),
            access_log_setting: self.property("AccessLogSetting"),
            variables: self.property("Variables"),
        }
    }

    fn domain_name(&self) -> DomainName {
        DomainName {
            owner: self.owner.clone(),
            name: self.property("DomainName"),
            security_policy: self.property("SecurityPolicy"),
            endpoint_configuration: self.property("EndpointConfiguration"),
        }
    }

    fn model(&self) -> Model {
        Model { owner: self.owner.clone(), rest_api: self.reference("RestApiId"), name: self.property("Name") }
    }
}
