//! The parts of a REST API.

use std::rc::Rc;

use super::integration::Classified;
use crate::syntax::NodeId;
use crate::template::{Conditions, Datum, Guard, Scope, Value};

/// What stands before a header's name where a method response declares it or an integration response maps to it.
const RESPONSE_HEADER: &str = "method.response.header.";

/// Who a part belongs to: names and place for messages.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The logical ID of the resource.
    pub logical_id: Rc<str>,
    /// The node of the logical ID.
    pub key: NodeId,
    /// The node that holds the part's properties.
    pub node: NodeId,
    /// The surroundings in which it was read; its guard tells when the part exists.
    pub scope: Scope,
    /// Whether the part may have more properties than can be seen.
    pub open: bool,
}

impl Owner {
    /// When the part exists.
    pub fn when(&self) -> &Guard {
        &self.scope.when
    }
}

/// A property that is written down.
#[derive(Clone, Debug)]
pub struct Property {
    /// The node of its name.
    pub key: NodeId,
    /// The node of its value, before conditions and functions.
    pub node: NodeId,
    /// What it can be; never empty.
    pub values: Box<[Value]>,
}

impl Property {
    /// The text, if there is just one possibility and it is known.
    pub fn known(&self) -> Option<&str> {
        match &*self.values {
            [value] => value.known(),
            _ => None,
        }
    }

    /// The known texts, if every possibility is a known text.
    pub fn all_known(&self) -> Option<Vec<&str>> {
        self.values.iter().map(Value::known).collect()
    }

    /// Whether in every possibility there is nothing: `AWS::NoValue`, null, or the empty text.
    pub fn is_empty(&self) -> bool {
        self.values.iter().all(|value| matches!(value.datum, Datum::Absent) || value.known() == Some(""))
    }

    /// Whether some possibility is unknown or absent, so that "is" cannot be said.
    pub fn is_uncertain(&self) -> bool {
        self.values.iter().any(|value| value.known().is_none())
    }
}

/// An entry of a map property such as ResponseParameters.
#[derive(Clone, Debug)]
pub struct MapEntry {
    /// The key's text.
    pub name: String,
    /// The key and the value.
    pub property: Property,
    /// When the entry exists.
    pub when: Guard,
}

impl MapEntry {
    /// The header's name, where the key is `method.response.header.NAME`.
    pub fn response_header(&self) -> Option<&str> {
        self.name.strip_prefix(RESPONSE_HEADER).filter(|name| !name.is_empty())
    }

    /// When the entry has a value: nothing of it is left where the value is `AWS::NoValue`.
    pub fn present_when(&self) -> impl Iterator<Item = Guard> {
        let present = self.property.values.iter().filter(|value| !matches!(value.datum, Datum::Absent));
        present.map(|value| self.when.and(&value.when))
    }
}

/// A map property such as ResponseParameters.
#[derive(Clone, Debug, Default)]
pub struct PropertyMap {
    /// The nodes of the property's name and value, if it is written down.
    pub place: Option<(NodeId, NodeId)>,
    /// The mapping nodes that hold the entries: several where `Fn::If` chooses.
    pub nodes: Vec<NodeId>,
    /// The entries.
    pub entries: Vec<MapEntry>,
    /// Whether there may be more entries than can be seen.
    pub open: bool,
}

impl PropertyMap {
    /// The entries of this name.
    pub fn named<'m>(&'m self, name: &str) -> impl Iterator<Item = &'m MapEntry> {
        let name = name.to_owned();
        self.entries.iter().filter(move |entry| entry.name == name)
    }

    /// Whether there is surely no entry.
    pub fn is_surely_empty(&self) -> bool {
        self.entries.is_empty() && !self.open
    }
}

/// A list property such as IntegrationResponses.
#[derive(Clone, Debug)]
pub struct List<T> {
    /// The nodes of the property's name and value, if it is written down.
    pub place: Option<(NodeId, NodeId)>,
    /// The sequence nodes that hold the items: several where `Fn::If` chooses.
    pub nodes: Vec<NodeId>,
    /// The items.
    pub items: Vec<T>,
    /// Whether there may be more items than can be seen.
    pub open: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { place: None, nodes: Vec::new(), items: Vec::new(), open: false }
    }
}

impl<T> List<T> {
    /// Whether there is surely no item.
    pub fn is_surely_empty(&self) -> bool {
        self.items.is_empty() && !self.open
    }
}

/// A status code as API Gateway takes it: `[1-5]\d\d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusCode(u16);

impl StatusCode {
    /// Reads the three digits; `None` for anything the service refuses.
    pub fn parse(text: &str) -> Option<Self> {
        let [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] = text.as_bytes() else { return None };
        text.parse().ok().map(Self)
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }

    /// Whether it is 2xx.
    pub fn is_success(self) -> bool {
        (200..300).contains(&self.0)
    }
}

/// An HTTP method as API Gateway takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the methods of HTTP, and ANY for all of them")]
pub enum HttpMethod {
    Get,
    Put,
    Post,
    Delete,
    Patch,
    Options,
    Head,
    Any,
}

impl HttpMethod {
    /// Reads the upper-case name, the only spelling the service takes.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "GET" => Self::Get,
            "PUT" => Self::Put,
            "POST" => Self::Post,
            "DELETE" => Self::Delete,
            "PATCH" => Self::Patch,
            "OPTIONS" => Self::Options,
            "HEAD" => Self::Head,
            "ANY" => Self::Any,
            _ => return None,
        })
    }
}

/// One entry of IntegrationResponses.
#[derive(Clone, Debug)]
pub struct IntegrationResponse {
    /// Whose it is, where it stands and when it exists.
    pub owner: Owner,
    /// Its node in the list: the `Fn::If` where there is one.
    pub place: NodeId,
    /// StatusCode.
    pub status_code: Option<Property>,
    /// SelectionPattern; absent or empty makes this the default response.
    pub selection_pattern: Option<Property>,
    /// ContentHandling.
    pub content_handling: Option<Property>,
    /// ResponseParameters: destination to mapping expression.
    pub response_parameters: PropertyMap,
    /// ResponseTemplates: content type to template.
    pub response_templates: PropertyMap,
}

impl IntegrationResponse {
    /// Whether this is surely the default response: no pattern in any possibility.
    pub fn is_default(&self) -> bool {
        self.selection_pattern.as_ref().map_or(!self.owner.open, Property::is_empty)
    }

    /// When this surely is the default response: where there is no pattern, or an empty one.
    pub fn default_when(&self) -> Vec<Guard> {
        let Some(pattern) = &self.selection_pattern else {
            return if self.owner.open { Vec::new() } else { vec![self.owner.when().clone()] };
        };
        let empty = |value: &&Value| matches!(value.datum, Datum::Absent) || value.known() == Some("");
        pattern.values.iter().filter(empty).map(|value| self.owner.when().and(&value.when)).collect()
    }

    /// Whether this surely is not the default response: a pattern in every possibility.
    pub fn is_selective(&self) -> bool {
        self.selection_pattern.as_ref().is_some_and(|pattern| {
            pattern
                .values
                .iter()
                .all(|value| value.text().is_some_and(|text| text.as_known().is_some_and(|known| !known.is_empty())))
        })
    }

    /// The one known status code.
    pub fn status(&self) -> Option<&str> {
        self.status_code.as_ref().and_then(Property::known)
    }
}

/// One entry of MethodResponses.
#[derive(Clone, Debug)]
pub struct MethodResponse {
    /// Whose it is, where it stands and when it exists.
    pub owner: Owner,
    /// Its node in the list: the `Fn::If` where there is one.
    pub place: NodeId,
    /// StatusCode.
    pub status_code: Option<Property>,
    /// ResponseParameters: header to "is it required".
    pub response_parameters: PropertyMap,
    /// ResponseModels: content type to model.
    pub response_models: PropertyMap,
}

impl MethodResponse {
    /// The one known status code.
    pub fn status(&self) -> Option<&str> {
        self.status_code.as_ref().and_then(Property::known)
    }
}

/// The Integration of a method; several where `Fn::If` chooses.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Whose it is, where it stands and when it exists.
    pub owner: Owner,
    /// The node of the property's name on the method.
    pub key: NodeId,
    /// Type.
    pub kind: Option<Property>,
    /// IntegrationHttpMethod.
    pub http_method: Option<Property>,
    /// Uri.
    pub uri: Option<Property>,
    /// Credentials.
    pub credentials: Option<Property>,
    /// ConnectionType.
    pub connection_type: Option<Property>,
    /// ConnectionId.
    pub connection_id: Option<Property>,
    /// PassthroughBehavior.
    pub passthrough_behavior: Option<Property>,
    /// ContentHandling.
    pub content_handling: Option<Property>,
    /// TimeoutInMillis.
    pub timeout: Option<Property>,
    /// CacheKeyParameters.
    pub cache_key_parameters: Option<Property>,
    /// RequestParameters: destination to mapping expression.
    pub request_parameters: PropertyMap,
    /// RequestTemplates: content type to template.
    pub request_templates: PropertyMap,
    /// IntegrationResponses.
    pub responses: List<IntegrationResponse>,
    pub(super) classified: Classified,
}

/// A method of a resource.
#[derive(Clone, Debug)]
pub struct Method {
    /// Whose it is, where it stands and when it exists.
    pub owner: Owner,
    /// The logical ID of its REST API, if it is in the same input.
    pub rest_api: Option<String>,
    /// The logical ID of its resource; `None` for the root or an unknown one.
    pub resource: Option<String>,
    /// The full path, if every part of it is known.
    pub path: Option<String>,
    /// HttpMethod.
    pub http_method: Option<Property>,
    /// AuthorizationType.
    pub authorization_type: Option<Property>,
    /// AuthorizerId.
    pub authorizer_id: Option<Property>,
    /// ApiKeyRequired.
    pub api_key_required: Option<Property>,
    /// RequestParameters: name to "is it required".
    pub request_parameters: PropertyMap,
    /// Integration: none, one, or one for each branch of a condition.
    pub integrations: Vec<Integration>,
    /// MethodResponses.
    pub responses: List<MethodResponse>,
}

/// The method responses that belong to a status code.
#[derive(Clone, Debug)]
pub struct Declared<'m> {
    /// Those that surely have it, in order of the text.
    pub responses: Vec<&'m MethodResponse>,
    /// Whether there may be others: unknown items or codes.
    pub uncertain: bool,
}

impl Method {
    /// The method responses that belong to a status code and can exist together with `when`.
    pub fn responses_for(&self, status: &str, when: &Guard, conditions: &Conditions<'_>) -> Declared<'_> {
        let mut declared = Declared { responses: Vec::new(), uncertain: self.responses.open };
        for response in &self.responses.items {
            if !conditions.compatible(response.owner.when(), when) {
                continue;
            }
            let Some(code) = &response.status_code else {
                declared.uncertain = true;
                continue;
            };
            // A code with blanks around it means this status once they are gone.
            let blank = |known: &str| known != status && known.trim() == status;
            declared.uncertain |= code.values.iter().any(|value| value.known().is_none_or(blank));
            let same = |value: &Value| value.known() == Some(status) && conditions.compatible(&value.when, when);
            if code.values.iter().any(same) {
                declared.responses.push(response);
            }
        }
        declared
    }
}

/// A REST API.
#[derive(Clone, Debug)]
pub struct RestApi {
    /// Whose it is, where it stands and when it exists.
    pub owner: Owner,
    /// Name.
    pub name: Option<Property>,
    /// Body: an OpenAPI document inside the input.
    pub body: Option<Property>,
    /// BodyS3Location.
    pub body_location: Option<Property>,
    /// `CloneFrom`: the API that it begins as a copy of.
    pub clone_from: Option<Property>,
    /// BinaryMediaTypes.
    pub binary_media_types: Option<Property>,
    /// EndpointConfiguration.
    pub endpoint_configuration: Option<Property>,
}

/// A path of a REST API.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Whose it is, where it stands and when it exists.
    pub owner: Owner,
    /// The logical ID of its REST API, if it is in the same input.
    pub rest_api: Option<String>,
    /// The logical ID of its parent resource; `None` where the parent is the root or unknown.
    pub parent: Option<String>,
    /// PathPart.
    pub path_part: Option<Property>,
    /// The full path with a leading slash, if every part of it is known.
    pub path: Option<String>,
}

/// A gateway response.
#[derive(Clone, Debug)]
pub struct GatewayResponse {
    /// Whose it is, where it stands and when it exists.
    pub owner: Owner,
    /// The logical ID of its REST API, if it is in the same input.
    pub rest_api: Option<String>,
    /// ResponseType.
    pub response_type: Option<Property>,
    /// StatusCode.
    pub status_code: Option<Property>,
    /// ResponseParameters: destination to mapping expression.
    pub response_parameters: PropertyMap,
    /// ResponseTemplates: content type to template.
    pub response_templates: PropertyMap,
}

/// A deployment: a snapshot of a REST API.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Whose it is, where it stands and when it exists.
    pub owner: Owner,
    /// The logical ID of its REST API, if it is in the same input.
    pub rest_api: Option<String>,
    /// StageName: the stage it makes by itself.
    pub stage_name: Option<Property>,
    /// StageDescription.
    pub stage_description: Option<Property>,
}

/// A stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Whose it is, where it stands and when it exists.
    pub owner: Owner,
    /// The logical ID of its REST API, if it is in the same input.
    pub rest_api: Option<String>,
    /// The logical ID of its deployment, if it is in the same input.
    pub deployment: Option<String>,
    /// StageName.
    pub stage_name: Option<Property>,
    /// MethodSettings.
    pub method_settings: Option<Property>,
    /// AccessLogSetting.
    pub access_log_setting: Option<Property>,
    /// Variables.
    pub variables: Option<Property>,
}

/// A custom domain name.
#[derive(Clone, Debug)]
pub struct DomainName {
    /// Whose it is, where it stands and when it exists.
    pub owner: Owner,
    /// DomainName.
    pub name: Option<Property>,
    /// SecurityPolicy.
    pub security_policy: Option<Property>,
    /// EndpointConfiguration.
    pub endpoint_configuration: Option<Property>,
}

/// A model of a REST API.
#[derive(Clone, Debug)]
pub struct Model {
    /// Whose it is, where it stands and when it exists.
    pub owner: Owner,
    /// The logical ID of its REST API, if it is in the same input.
    pub rest_api: Option<String>,
    /// Name.
    pub name: Option<Property>,
}

/// Everything of API Gateway's REST APIs in one input, each kind in order of the text.
#[derive(Clone, Debug, Default)]
pub struct Api {
    /// REST APIs.
    pub rest_apis: Vec<RestApi>,
    /// Paths.
    pub resources: Vec<Resource>,
    /// Methods.
    pub methods: Vec<Method>,
    /// Gateway responses.
    pub gateway_responses: Vec<GatewayResponse>,
    /// Deployments.
    pub deployments: Vec<Deployment>,
    /// Stages.
    pub stages: Vec<Stage>,
    /// Custom domain names.
    pub domain_names: Vec<DomainName>,
    /// Models.
    pub models: Vec<Model>,
}
