//! What an integration talks to.

use super::model::{Integration, Property};
use crate::template::{Part, Text};

/// Type of an integration (`Integration` of `AWS::ApiGateway::Method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntegrationType {
    /// `AWS`: an AWS service or a Lambda function, with mappings.
    Aws,
    /// `AWS_PROXY`: a Lambda function that gets the whole request.
    AwsProxy,
    /// `HTTP`: an HTTP backend, with mappings.
    Http,
    /// `HTTP_PROXY`: an HTTP backend that gets the whole request.
    HttpProxy,
    /// `MOCK`: no backend.
    Mock,
}

impl IntegrationType {
    /// Reads the upper-case name, the only spelling CloudFormation takes.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "AWS" => Self::Aws,
            "AWS_PROXY" => Self::AwsProxy,
            "HTTP" => Self::Http,
            "HTTP_PROXY" => Self::HttpProxy,
            "MOCK" => Self::Mock,
            _ => return None,
        })
    }

    /// The name as CloudFormation spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::AwsProxy => "AWS_PROXY",
            Self::Http => "HTTP",
            Self::HttpProxy => "HTTP_PROXY",
            Self::Mock => "MOCK",
        }
    }

    /// Whether the backend's answer goes to the client as it is, so that integration responses are ignored.
    pub fn is_proxy(self) -> bool {
        match self {
            Self::AwsProxy | Self::HttpProxy => true,
            Self::Aws | Self::Http | Self::Mock => false,
        }
    }
}

/// What decides which integration response is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A Lambda function called through `AWS`: patterns match the error message.
    Lambda,
    /// Another AWS service: patterns match the HTTP status of its answer.
    Service,
    /// An HTTP backend: patterns match its status.
    Http,
    /// `MOCK`: patterns match the status code that the request template makes.
    Mock,
    /// A proxy integration: nothing is selected.
    Proxy,
    /// Cannot be told.
    Unknown,
}

/// What an integration is, read once from its Type and Uri.
#[derive(Clone, Copy, Debug)]
pub(super) struct Classified {
    integration_type: Option<IntegrationType>,
    backend: Backend,
}

impl Classified {
    pub(super) fn new(kind: Option<&Property>, uri: Option<&Property>) -> Self {
        let integration_type = kind.and_then(type_of);
        let backend = match integration_type {
            None => Backend::Unknown,
            Some(IntegrationType::Mock) => Backend::Mock,
            Some(IntegrationType::Http) => Backend::Http,
            Some(IntegrationType::AwsProxy | IntegrationType::HttpProxy) => Backend::Proxy,
            Some(IntegrationType::Aws) => uri.map_or(Backend::Unknown, aws_backend),
        };
        Self { integration_type, backend }
    }
}

impl Integration {
    /// The type, if it is the same in every possibility.
    pub fn integration_type(&self) -> Option<IntegrationType> {
        self.classified.integration_type
    }

    /// What the integration talks to.
    pub fn backend(&self) -> Backend {
        self.classified.backend
    }

    /// Whether integration responses are consulted: the type is known and is no proxy.
    pub fn maps_responses(&self) -> bool {
        self.integration_type().is_some_and(|kind| !kind.is_proxy())
    }

    /// The AWS service that the Uri names, in every possibility the same: "sqs" of
    /// `arn:aws:apigateway:eu-west-1:sqs:path/…`.
    pub fn service(&self) -> Option<String> {
        let mut services = self.uri.as_ref()?.values.iter().map(|value| value.text().and_then(service_of));
        let first = services.next()??;
        services.all(|next| next.as_ref() == Some(&first)).then_some(first)
    }

    /// Whether the Uri is a Lambda invocation, in every possibility and for any type.
    pub fn calls_lambda(&self) -> bool {
        self.uri.as_ref().is_some_and(|uri| aws_backend(uri) == Backend::Lambda)
    }
}

fn type_of(kind: &Property) -> Option<IntegrationType> {
    let mut types = kind.values.iter().map(|value| value.known().and_then(IntegrationType::parse));
    let first = types.next()??;
    types.all(|next| next == Some(first)).then_some(first)
}

fn aws_backend(uri: &Property) -> Backend {
    let mut kinds = uri.values.iter().map(|value| value.text().map_or(Backend::Unknown, aws_backend_of));
    let first = kinds.next().unwrap_or(Backend::Unknown);
    if kinds.all(|next| next == first) { first } else { Backend::Unknown }
}

/// `arn:…:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations`, or another service in its
/// place.
fn aws_backend_of(uri: &Text) -> Backend {
    if uri.mentions(":lambda:path/") || uri.mentions("/functions/") && uri.mentions("/invocations") {
        return Backend::Lambda;
    }
    let is_service = uri.parts().any(|part| match part {
        Part::Known(text) => names_service(text),
        Part::Hole(_) => false,
    });
    if is_service { Backend::Service } else { Backend::Unknown }
}

/// The service in `arn:…:apigateway:{region}:{service}:path/…`, without what may stand before it as a subdomain.
fn service_of(uri: &Text) -> Option<String> {
    let text = uri.with_holes();
    let behind = text.strip_prefix("arn:")?.split_once(":apigateway:")?.1;
    let mut parts = behind.splitn(3, ':');
    let (_region, service, call) = (parts.next()?, parts.next()?, parts.next()?);
    let service = service.rsplit('.').next().filter(|name| !name.is_empty() && !name.contains(Text::HOLE))?;
    (call.starts_with("path/") || call.starts_with("action/")).then(|| service.to_owned())
}

/// Whether a text has a service's name between a colon and `:path/` or `:action/`.
fn names_service(text: &str) -> bool {
    let at = text.find(":path/").or_else(|| text.find(":action/"));
    let service = at.and_then(|at| text.get(..at)?.rsplit_once(':'));
    service.is_some_and(|(_, service)| !service.is_empty() && service != "lambda")
}
