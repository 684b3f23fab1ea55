//! The kinds of gateway responses.

/// All types, each with the one that serves where there is none of its own.
const TYPES: [(&str, Option<&str>); 21] = [
    ("ACCESS_DENIED", Some(DEFAULT_4XX)),
    ("API_CONFIGURATION_ERROR", Some(DEFAULT_5XX)),
    ("AUTHORIZER_CONFIGURATION_ERROR", Some(DEFAULT_5XX)),
    ("AUTHORIZER_FAILURE", Some(DEFAULT_5XX)),
    ("BAD_REQUEST_BODY", Some(DEFAULT_4XX)),
    ("BAD_REQUEST_PARAMETERS", Some(DEFAULT_4XX)),
    (DEFAULT_4XX, None),
    (DEFAULT_5XX, None),
    ("EXPIRED_TOKEN", Some(DEFAULT_4XX)),
    ("INTEGRATION_FAILURE", Some(DEFAULT_5XX)),
    ("INTEGRATION_TIMEOUT", Some(DEFAULT_5XX)),
    ("INVALID_API_KEY", Some(DEFAULT_4XX)),
    ("INVALID_SIGNATURE", Some(DEFAULT_4XX)),
    ("MISSING_AUTHENTICATION_TOKEN", Some(DEFAULT_4XX)),
    ("QUOTA_EXCEEDED", Some(DEFAULT_4XX)),
    ("REQUEST_TOO_LARGE", Some(DEFAULT_4XX)),
    ("RESOURCE_NOT_FOUND", Some(DEFAULT_4XX)),
    ("THROTTLED", Some(DEFAULT_4XX)),
    ("UNAUTHORIZED", Some(DEFAULT_4XX)),
    ("UNSUPPORTED_MEDIA_TYPE", Some(DEFAULT_4XX)),
    ("WAF_FILTERED", Some(DEFAULT_4XX)),
];

/// The type that serves all errors of the client that have none of their own.
pub const DEFAULT_4XX: &str = "DEFAULT_4XX";
/// The type that serves all errors of the server that have none of their own.
pub const DEFAULT_5XX: &str = "DEFAULT_5XX";

/// The types of gateway responses that the service knows.
pub fn gateway_response_types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(name, _)| *name)
}

/// The type that serves a type that has no gateway response of its own; nothing for the two that serve others.
pub fn default_of(kind: &str) -> Option<&'static str> {
    TYPES.iter().find(|(name, _)| *name == kind).and_then(|(_, default)| *default)
}

/// The type that a text means, whatever its letter case and whatever stands between its words.
pub fn meant_gateway_response_type(text: &str) -> Option<&'static str> {
    let bare = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
    };
    let text = bare(text);
    gateway_response_types().find(|known| bare(known) == text)
}
