//! The routes as they are shown: words and numbers, no nodes. The JSON of `docs/routes.schema.json` is made of exactly this.

use serde::Serialize;

/// The REST APIs of one input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Routes {
    /// In order of the text; those that are elsewhere last.
    pub apis: Vec<Api>,
    /// What cannot be seen, in words.
    pub notes: Vec<String>,
    /// What `check` finds in the whole input.
    pub findings: Counts,
}

/// A REST API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Api {
    /// Its logical ID, if it is in this input.
    pub logical_id: Option<String>,
    /// How its methods refer to it, where it is elsewhere and that is known.
    pub reference: Option<String>,
    /// Name.
    pub name: Value,
    /// The types of its endpoint, as far as they are written down.
    pub endpoint_types: Vec<Possibility>,
    /// The condition under which it exists.
    pub when: Option<String>,
    /// What of it cannot be seen, in words.
    pub notes: Vec<String>,
    /// Its methods by path.
    pub methods: Vec<Method>,
    /// Its gateway responses, in order of the text.
    pub gateway_responses: Vec<GatewayResponse>,
}

/// A method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Method {
    /// Its logical ID.
    pub logical_id: String,
    /// The line of the logical ID, 1-based.
    pub line: usize,
    /// The condition under which it exists.
    pub when: Option<String>,
    /// Its path; `…` stands for an unknown beginning and `?` for an unknown part.
    pub path: String,
    /// Whether every part of the path is known.
    pub path_known: bool,
    /// HttpMethod.
    pub http_method: Value,
    /// Who may call it.
    pub authorization: Authorization,
    /// None, one, or one for each branch of a condition.
    pub integrations: Vec<Integration>,
    /// What `check` finds in it.
    pub findings: Counts,
}

/// Who may call a method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Authorization {
    /// AuthorizationType.
    #[serde(rename = "type")]
    pub kind: Value,
    /// The authorizer: its logical ID, or what refers to it.
    pub authorizer: Value,
    /// Whether an API key is required, if that is known.
    pub api_key: Option<bool>,
}

/// What a method calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Integration {
    /// When it is this one.
    pub when: Option<String>,
    /// Type.
    #[serde(rename = "type")]
    pub kind: Value,
    /// What answers.
    pub backend: Backend,
    /// Whether the answer goes to the client as it is, if that is known.
    pub proxy: Option<bool>,
    /// The function, the action or path of a service, or the address.
    pub target: Value,
    /// IntegrationHttpMethod.
    pub http_method: Value,
    /// Uri.
    pub uri: Value,
    /// The VPC link that it goes through.
    pub vpc_link: Value,
    /// What clients get, in order of the text; nothing for a proxy.
    pub responses: Vec<Response>,
    /// Whether there may be more responses than can be seen.
    pub more_responses: bool,
}

/// What answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Backend {
    /// A Lambda function.
    Lambda,
    /// Another AWS service.
    Service,
    /// An HTTP backend.
    Http,
    /// API Gateway itself.
    Mock,
    /// Cannot be told.
    Unknown,
}

/// What a client gets for some answers of the backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Response {
    /// The condition under which it exists.
    pub when: Option<String>,
    /// The answers that it is for.
    pub selection: Selection,
    /// What is sent.
    #[serde(flatten)]
    pub sent: Sent,
}

/// What is sent to a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// StatusCode.
    pub status: Value,
    /// The headers that are set.
    pub headers: Vec<Header>,
    /// Whether there may be more headers than can be seen.
    pub more_headers: bool,
    /// The templates of the body; without any, the body is passed through.
    pub templates: Vec<Template>,
    /// Whether there may be more templates than can be seen.
    pub more_templates: bool,
}

/// Which answers of the backend a response is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Selection {
    /// What the pattern is held against.
    pub kind: SelectionKind,
    /// SelectionPattern.
    pub pattern: Value,
    /// The statuses that the pattern takes, as ranges with both ends; where it is held against statuses and is known.
    pub statuses: Option<Vec<(u16, u16)>>,
    /// Whether the pattern is no regular expression, so that it selects nothing.
    pub invalid: bool,
}

/// What a pattern is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SelectionKind {
    /// There is no pattern: the response is for everything that no other takes.
    Default,
    /// The status of the backend's answer.
    Status,
    /// The error message of a Lambda function.
    Message,
    /// Cannot be told.
    Unknown,
}

/// A header that a response sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Header {
    /// Its name; the whole key where that names no header.
    pub name: String,
    /// What its value is.
    pub kind: HeaderKind,
    /// The text that is sent, or the expression that makes it.
    pub value: Value,
    /// When it is set.
    pub when: Option<String>,
}

/// What the value of a header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeaderKind {
    /// A text.
    Static,
    /// An expression that API Gateway evaluates.
    Expression,
    /// What API Gateway refuses, or never sends.
    Invalid,
    /// Cannot be told.
    Unknown,
}

/// A mapping template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Template {
    /// Its content type.
    pub content_type: String,
    /// How many lines it has, if that is known.
    pub lines: Option<usize>,
    /// When it is there.
    pub when: Option<String>,
}

/// What API Gateway answers by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GatewayResponse {
    /// Its logical ID.
    pub logical_id: String,
    /// The line of the logical ID, 1-based.
    pub line: usize,
    /// The condition under which it exists.
    pub when: Option<String>,
    /// ResponseType.
    #[serde(rename = "type")]
    pub kind: Value,
    /// What is sent.
    #[serde(flatten)]
    pub sent: Sent,
    /// What `check` finds in it.
    pub findings: Counts,
}

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Of severity error.
    pub errors: usize,
    /// Of severity warning.
    pub warnings: usize,
    /// Of severity info.
    pub infos: usize,
}

/// A property: nothing, a text, or what it can be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// It is not there.
    #[default]
    Absent,
    /// In every possibility this text.
    Known(String),
    /// Anything else.
    Possible {
        /// Each possibility.
        possible: Vec<Possibility>,
    },
}

/// One possibility of a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Possibility {
    /// The text, `${Name}` where a part is only known at the deploy; nothing where nothing is known, or nothing is there.
    pub text: Option<String>,
    /// Whether that is all of it.
    pub known: bool,
    /// When it is that.
    pub when: Option<String>,
}
