//! Variables of `context` (DG-VTL, DG-TLS; section 1.6 of the reference).

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

/// Whether a variable is documented for mappings; `authorizer.*` and the overrides are open at the end.
pub fn is_context_variable(variable: &str) -> bool {
    let open = ["authorizer.", "requestOverride.", "responseOverride."];
    VARIABLES.contains(&variable) || open.iter().any(|prefix| variable.starts_with(prefix))
}
