//! What a method calls.

use super::model::{Backend, Integration, Possibility, Value};
use super::response;
use super::value::{named, spelt, value, when};
use crate::api::{self, IntegrationType, Property};
use crate::template::Guard;

/// An integration as it is shown.
pub(super) fn read(of: &api::Integration, method: &Guard) -> Integration {
    let (owner, open) = (of.owner.when(), of.owner.open);
    let backend = backend(of);
    let maps = of.integration_type().is_none_or(|kind| !kind.is_proxy());
    let responses = of.responses.items.iter().filter(|_| maps);
    Integration {
        when: when(owner, method),
        kind: value(of.kind.as_ref(), open, owner),
        backend,
        proxy: of.integration_type().map(IntegrationType::is_proxy),
        target: target(of, backend),
        http_method: value(of.http_method.as_ref(), open, owner),
        uri: value(of.uri.as_ref(), open, owner),
        vpc_link: named(of.connection_id.as_ref(), owner, str::to_owned),
        responses: responses.map(|response| response::read(response, of)).collect(),
        more_responses: maps && of.responses.open,
    }
}

fn backend(of: &api::Integration) -> Backend {
    match (of.integration_type(), of.backend()) {
        (Some(IntegrationType::Mock), _) => Backend::Mock,
        (Some(IntegrationType::Http | IntegrationType::HttpProxy), _) => Backend::Http,
        (Some(IntegrationType::Aws | IntegrationType::AwsProxy), api::Backend::Lambda) => Backend::Lambda,
        (Some(IntegrationType::Aws | IntegrationType::AwsProxy), api::Backend::Service) => Backend::Service,
        (Some(IntegrationType::AwsProxy), _) if of.calls_lambda() => Backend::Lambda,
        (Some(IntegrationType::AwsProxy), _) if of.service().is_some() => Backend::Service,
        (Some(IntegrationType::Aws | IntegrationType::AwsProxy) | None, _) => Backend::Unknown,
    }
}

fn target(of: &api::Integration, backend: Backend) -> Value {
    let (uri, owner) = (of.uri.as_ref(), of.owner.when());
    match backend {
        // The ARN around the function has the region and the account, which are known at the deploy only.
        Backend::Lambda => spelt_functions(uri, owner),
        Backend::Service => spelt(uri, owner, |text| call(&text.to_string())),
        Backend::Http | Backend::Unknown => value(uri, of.owner.open, owner),
        // A MOCK integration drops its Uri.
        Backend::Mock => Value::Absent,
    }
}

/// The functions that are called. A name is known if nothing is left open in it.
fn spelt_functions(uri: Option<&Property>, owner: &Guard) -> Value {
    let mut value = named(uri, owner, function);
    if let Value::Possible { possible } = &mut value {
        let whole = |text: &String| !text.contains("${");
        for one in possible.iter_mut() {
            one.known |= one.text.as_ref().is_some_and(whole);
        }
        if let [Possibility { text: Some(text), known: true, .. }] = possible.as_slice() {
            return Value::Known(text.clone());
        }
    }
    value
}

/// The function in `…/functions/{arn}/invocations`: its name where the ARN is written out.
fn function(uri: &str) -> String {
    let behind = uri.split_once("/functions/").map_or(uri, |(_, behind)| behind);
    let arn = behind.rsplit_once('/').map_or(behind, |(arn, _)| arn);
    let name = if arn.starts_with("arn:") { arn.split_once(":function:").map(|(_, name)| name) } else { None };
    name.unwrap_or(arn).to_owned()
}

/// `sqs:SendMessage` of `arn:aws:apigateway:eu-west-1:sqs:action/SendMessage`; of `…:sqs:path/1234/queue` the path behind the service.
fn call(uri: &str) -> String {
    let short = || {
        let behind = uri.strip_prefix("arn:")?.split_once(":apigateway:")?.1;
        // A region such as ${AWS::Region} has colons of its own.
        let region = if behind.starts_with("${") { behind.find('}')? } else { 0 };
        let (_, call) = behind.get(region..)?.split_once(':')?;
        let (service, what) = call.split_once(':')?;
        Some(
            what.strip_prefix("action/").map_or_else(|| format!("{service} {what}"), |action| format!("{service}:{action}")),
        )
    };
    short().unwrap_or_else(|| uri.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_shown_by_their_name() {
        let uri =
            |arn: &str| format!("arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{arn}/invocations");
        assert_eq!(function(&uri("GetPet")), "GetPet");
        assert_eq!(function(&uri("GetPet:live")), "GetPet:live");
        assert_eq!(function(&uri("arn:aws:lambda:eu-west-1:123456789012:function:pets:1")), "pets:1");
        assert_eq!(
            function(&uri("arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${stageVariables.f}")),
            "${stageVariables.f}"
        );
        assert_eq!(function("arn:aws:lambda:eu-west-1:123456789012:function:pets"), "pets");
    }

    #[test]
    fn calls_of_services_are_shown_without_the_region() {
        assert_eq!(call("arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/q"), "sqs path/${AWS::AccountId}/q");
        assert_eq!(call("arn:${AWS::Partition}:apigateway:eu-west-1:dynamodb:action/Query"), "dynamodb:Query");
        assert_eq!(call("arn:aws:apigateway:${Region"), "arn:aws:apigateway:${Region");
    }
}
