//! Variables of `context`: `context.NAME` in mappings, `$context.NAME` in mapping templates (DG-VTL, DG-TLS; section
//! 1.6 of the reference).

use super::MappingPlace;
use crate::lang::distance;

/// Who reads a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A parameter mapping.
    Mapping(MappingPlace),
    /// The mapping template of an integration request or response.
    Template,
    /// The body of a gateway response.
    GatewayTemplate,
}

/// What a reader gets from a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Its value.
    Available,
    /// Nothing: only access logs have it.
    AccessLog,
    /// Nothing: only gateway responses and access logs have it.
    GatewayResponse,
    /// Nothing: it is a group of variables.
    Group,
    /// No page knows it.
    Unknown,
}

/// Variables that mappings and templates can use, without those that are open at the end.
pub(super) const VARIABLES: &[&str] = &[
    "accountId",
    "apiId",
    "authorizer.principalId",
    "awsEndpointRequestId",
    "cipherSuite",
    "deploymentId",
    "domainName",
    "domainPrefix",
    "error.message",
    "error.messageString",
    "error.responseType",
    "error.validationErrorString",
    "extendedRequestId",
    "httpMethod",
    "identity.accountId",
    "identity.apiKey",
    "identity.apiKeyId",
    "identity.caller",
    "identity.clientCert.clientCertPem",
    "identity.clientCert.issuerDN",
    "identity.clientCert.serialNumber",
    "identity.clientCert.subjectDN",
    "identity.clientCert.validity.notAfter",
    "identity.clientCert.validity.notBefore",
    "identity.cognitoAuthenticationProvider",
    "identity.cognitoAuthenticationType",
    "identity.cognitoIdentityId",
    "identity.cognitoIdentityPoolId",
    "identity.principalOrgId",
    "identity.sourceIp",
    "identity.user",
    "identity.userAgent",
    "identity.userArn",
    "identity.vpcId",
    "identity.vpceId",
    "isCanaryRequest",
    "path",
    "protocol",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "resourceId",
    "resourcePath",
    "stage",
    "tlsVersion",
    "wafResponseCode",
    "webaclArn",
];

/// Variables that only access logs have. Those below `authorizer` are left out: an authorizer can set the same names.
const ACCESS_LOG: &[&str] = &[
    "authenticate.error",
    "authenticate.latency",
    "authenticate.status",
    "authorize.error",
    "authorize.latency",
    "authorize.status",
    "customDomain.basePathMatched",
    "endpointType",
    "integration.error",
    "integration.integrationStatus",
    "integration.latency",
    "integration.requestId",
    "integration.status",
    "integrationErrorMessage",
    "integrationLatency",
    "integrationStatus",
    "responseLatency",
    "responseLength",
    "status",
    "waf.error",
    "waf.latency",
    "waf.status",
];

/// The page lists it for access logs only, but templates that are in use map it to the backend.
const USED_ANYWAY: &str = "xrayTraceId";

/// Words below which names are not listed by any page: what an authorizer sets, and the overrides.
const OPEN: &[&str] = &["authorizer", "requestOverride", "responseOverride"];

/// What a reader gets from a variable, `context.` left out.
pub fn availability(variable: &str, reader: Reader) -> Availability {
    let below = |group: &str| variable.strip_prefix(group).is_some_and(|rest| rest.starts_with(['.', '[']));
    if VARIABLES.contains(&variable) || variable == USED_ANYWAY {
        let gateway = match reader {
            Reader::GatewayTemplate | Reader::Mapping(MappingPlace::GatewayResponse) => true,
            Reader::Template | Reader::Mapping(MappingPlace::IntegrationRequest | MappingPlace::IntegrationResponse) => {
                false
            }
        };
        let of_errors = variable.starts_with("error.") && !gateway;
        return if of_errors { Availability::GatewayResponse } else { Availability::Available };
    }
    if OPEN.iter().any(|group| below(group)) {
        // `authorizer.claims` is null by itself, the guide says.
        return if variable == "authorizer.claims" { Availability::Group } else { Availability::Available };
    }
    if ACCESS_LOG.contains(&variable) {
        return Availability::AccessLog;
    }
    let group = |known: &&str| known.strip_prefix(variable).is_some_and(|rest| rest.starts_with('.'));
    if OPEN.contains(&variable) || VARIABLES.iter().chain(ACCESS_LOG).any(group) {
        return Availability::Group;
    }
    Availability::Unknown
}

/// The variable that an unknown one may have been meant to be.
pub fn nearest_variable(variable: &str) -> Option<&'static str> {
    let last = |name: &'static str| name.rsplit('.').next().unwrap_or(name);
    let whole = distance::nearest(variable, VARIABLES.iter().copied());
    whole.or_else(|| {
        // `clientIp.sourceIp`, `sourceIP`: the last word alone, where one variable has it.
        let word = variable.rsplit('.').next().unwrap_or(variable);
        let mut same = VARIABLES.iter().copied().filter(|known| last(known).eq_ignore_ascii_case(word));
        same.next().filter(|_| same.next().is_none())
    })
}

/// Whether a page lists the variable, for mappings or for access logs, or it is open at the end.
pub(super) fn is_listed(variable: &str) -> bool {
    availability(variable, Reader::GatewayTemplate) != Availability::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_get_different_variables() {
        let template = |variable| availability(variable, Reader::Template);
        assert_eq!(template("requestId"), Availability::Available);
        assert_eq!(template("authorizer.claims.email"), Availability::Available);
        assert_eq!(template("authorizer.claims['custom:role']"), Availability::Available);
        assert_eq!(template("authorizer.latency"), Availability::Available);
        assert_eq!(template("responseOverride.status"), Availability::Available);
        assert_eq!(template("integrationLatency"), Availability::AccessLog);
        assert_eq!(template("status"), Availability::AccessLog);
        assert_eq!(template("xrayTraceId"), Availability::Available);
        assert_eq!(template("identity"), Availability::Group);
        assert_eq!(template("authorizer.claims"), Availability::Group);
        assert_eq!(template("identity.clientCert"), Availability::Group);
        assert_eq!(template("identity.ip"), Availability::Unknown);
        assert_eq!(template("error.message"), Availability::GatewayResponse);
        assert_eq!(availability("error.message", Reader::GatewayTemplate), Availability::Available);
        let mapping = Reader::Mapping(MappingPlace::GatewayResponse);
        assert_eq!(availability("error.responseType", mapping), Availability::Available);
    }

    #[test]
    fn near_variables_are_found() {
        assert_eq!(nearest_variable("requestsId"), Some("requestId"));
        assert_eq!(nearest_variable("client.sourceIp"), Some("identity.sourceIp"));
        assert_eq!(nearest_variable("weather"), None);
    }
}
