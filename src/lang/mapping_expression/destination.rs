//! Destinations: the keys of mappings, and of the maps that declare parameters.

use super::{MappingPlace, RequestPart, is_name, parse};
use crate::lang::distance;

/// What a mapping writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Destination<'k> {
    /// The map in which the key is legal.
    pub place: MappingPlace,
    /// Which part of the request or response.
    pub part: RequestPart,
    /// The name there.
    pub name: &'k str,
}

impl<'k> Destination<'k> {
    /// Reads a key; `None` where no map takes it.
    pub fn parse(key: &'k str) -> Option<Self> {
        let places = [MappingPlace::IntegrationResponse, MappingPlace::IntegrationRequest, MappingPlace::GatewayResponse];
        let (place, prefix, name) = places.into_iter().find_map(|place| {
            let named = |prefix: &&'static str| key.strip_prefix(*prefix).map(|name| (place, *prefix, name));
            prefixes(place).iter().find_map(named)
        })?;
        let parts = [RequestPart::Header, RequestPart::Querystring, RequestPart::Path];
        let part = parts.into_iter().find(|part| prefix.trim_end_matches('.').ends_with(part.as_str()))?;
        is_name(name).then_some(Self { place, part, name })
    }

    /// The name of the header, where it is one.
    pub fn header(self) -> Option<&'k str> {
        match self.part {
            RequestPart::Header => Some(self.name),
            RequestPart::Path | RequestPart::Querystring => None,
        }
    }
}

/// What is wrong with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestinationFault {
    /// The key that was meant, where that is sure.
    pub suggestion: Option<String>,
}

/// The legal prefixes of a place.
fn prefixes(place: MappingPlace) -> &'static [&'static str] {
    match place {
        MappingPlace::IntegrationResponse => &["method.response.header."],
        MappingPlace::IntegrationRequest => {
            &["integration.request.header.", "integration.request.querystring.", "integration.request.path."]
        }
        MappingPlace::GatewayResponse => {
            &["gatewayresponse.header.", "gatewayresponse.querystring.", "gatewayresponse.path."]
        }
    }
}

/// Judges the key of a mapping; `None` when it is legal or not settled.
pub fn judge_destination(key: &str, place: MappingPlace) -> Option<DestinationFault> {
    // Undocumented and not known to be refused (open question 8).
    if key.starts_with("integration.request.multivalue") && place == MappingPlace::IntegrationRequest {
        return None;
    }
    judge(key, prefixes(place))
}

/// Whether key and value are swapped: the value is a destination of the place and the key something it can read.
pub fn is_swapped(key: &str, value: &str, place: MappingPlace) -> bool {
    judge_destination(value, place).is_none() && parse(key).is_ok_and(|source| source.is_legal_in(place))
}

/// Judges a key of a map that declares parameters: RequestParameters of a method, or ResponseParameters of
/// a method response.
pub fn judge_declaration(key: &str, response: bool) -> Option<DestinationFault> {
    let request = &["method.request.header.", "method.request.querystring.", "method.request.path."];
    judge(key, if response { &["method.response.header."] } else { request })
}

/// Whether a value holds what looks like another entry of the map: a destination and a colon. A quote that was not closed makes
/// the next entry a part of the text.
pub fn holds_an_entry(text: &str) -> bool {
    let places = [MappingPlace::IntegrationResponse, MappingPlace::IntegrationRequest, MappingPlace::GatewayResponse];
    let mut all = places.into_iter().flat_map(prefixes);
    all.any(|prefix| {
        text.match_indices(prefix).any(|(at, _)| {
            let rest = text.get(at + prefix.len()..).unwrap_or("");
            let name = rest.find([' ', '\t', '\n', '\r', '\'', '"', ':']).unwrap_or(rest.len());
            let behind = rest.get(name..).unwrap_or("").trim_start_matches(['\'', '"']);
            name > 0 && behind.trim_start().starts_with(':')
        })
    })
}

fn judge(key: &str, prefixes: &[&str]) -> Option<DestinationFault> {
    let named = prefixes.iter().find_map(|prefix| key.strip_prefix(prefix));
    if named.is_some_and(is_name) {
        return None;
    }
    let suggestion = match named {
        // Only blanks can be wrong for sure.
        Some(name) => {
            let prefix = key.strip_suffix(name).unwrap_or("");
            Some(format!("{prefix}{}", name.trim())).filter(|_| is_name(name.trim()))
        }
        None => repair(key, prefixes),
    };
    Some(DestinationFault { suggestion })
}

/// The key that was meant: another spelling of a legal prefix, a prefix of a sister map, or a header's
/// name alone where only headers can be written.
fn repair(key: &str, prefixes: &[&str]) -> Option<String> {
    let bare = key.trim().trim_start_matches('$').replace([':', '/'], ".");
    let bare = bare.as_str();
    let words: Vec<_> = bare.split('.').collect();
    for prefix in prefixes {
        let wanted: Vec<_> = prefix.trim_end_matches('.').split('.').collect();
        let name = words.get(wanted.len()..).map(|name| name.join("."));
        let near = words.iter().zip(&wanted).all(|(word, wanted)| near(word, wanted));
        if let Some(name) = name.filter(|name| near && is_name(name)) {
            return Some(format!("{prefix}{name}"));
        }
    }
    let header = prefixes.first()?;
    let sisters = [
        "method.response.header.",
        "method.response.multivalueheader.",
        "methodresponse.header.",
        "method.header.",
        "integration.response.header.",
        "gatewayresponse.header.",
        "gatewayresponse.headers.",
        "gateway.response.header.",
        "gateway.response.headers.",
        "gateway-response.header.",
        "gateway.header.",
        "method.request.header.",
        "integration.request.header.",
        "response.header.",
        "header.",
    ];
    if let Some(name) = sisters.iter().find_map(|sister| bare.strip_prefix(sister)) {
        return is_name(name).then(|| format!("{header}{name}"));
    }
    // Where headers are the only sensible destination, a bare name is a header.
    let only_headers = prefixes.len() == 1 || header.starts_with("gatewayresponse");
    // A header's name behind a prefix that lacks `header`: nothing else has a capital or a hyphen.
    let lacking = ["method.response.", "gatewayresponse.", "gateway.response.", "response."];
    let named = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase()) || name.contains('-');
    if let Some(name) = lacking.iter().find_map(|prefix| bare.strip_prefix(prefix)).filter(|_| only_headers) {
        return (named(name) && is_name(name) && !name.contains('.')).then(|| format!("{header}{name}"));
    }
    if bare.starts_with("method_") || bare.starts_with("gatewayresponse_") || bare.starts_with("integration_") {
        return None;
    }
    let bare_name = bare.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    (only_headers && bare_name && !bare.is_empty()).then(|| format!("{header}{bare}"))
}

fn near(word: &str, wanted: &str) -> bool {
    let lower = word.to_lowercase();
    let plural = lower.strip_suffix('s').unwrap_or(&lower) == wanted;
    let query = matches!(
        lower.as_str(),
        "query" | "queryparam" | "queryparams" | "queryparameter" | "queryparameters" | "query_string"
    );
    if query && wanted == "querystring" {
        return true;
    }
    plural || distance::within(&lower, wanted, 2.min(wanted.len() / 4)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(key: &str, place: MappingPlace) -> Option<String> {
        judge_destination(key, place).and_then(|fault| fault.suggestion)
    }

    #[test]
    fn wrong_keys_are_repaired() {
        let response = MappingPlace::IntegrationResponse;
        let gateway = MappingPlace::GatewayResponse;
        let wanted = Some("method.response.header.X-A".to_owned());
        for key in [
            "method.response.headers.X-A",
            "Method.Response.Header.X-A",
            "gatewayresponse.header.X-A",
            "X-A",
            "header.X-A",
            "integration.response.header.X-A",
            "method.respones.header.X-A",
            "$method.response.header.X-A",
            "method.response.header.X-A ",
            "method.response.header:X-A",
            "method.header.X-A",
            "method.response.X-A",
            "methodresponse.header.X-A",
            "gateway.response.header.X-A",
        ] {
            assert_eq!(meant(key, response), wanted, "{key}");
        }
        assert_eq!(meant("method.response.header.X", gateway).as_deref(), Some("gatewayresponse.header.X"));
        assert_eq!(meant("gatewayresponse.headers.X", gateway).as_deref(), Some("gatewayresponse.header.X"));
        assert_eq!(meant("gateway.response.headers.X", gateway).as_deref(), Some("gatewayresponse.header.X"));
        assert_eq!(meant("X", MappingPlace::IntegrationRequest), None);
        let query = meant("integration.request.query.q", MappingPlace::IntegrationRequest);
        assert_eq!(query.as_deref(), Some("integration.request.querystring.q"));
        for key in ["method.response.body.x", "method.response.status", "method_response_header_X-A"] {
            assert_eq!(meant(key, response), None, "{key}");
        }
    }

    #[test]
    fn the_table_of_destinations() {
        let read = |key| Destination::parse(key).map(|found| (found.place, found.part, found.name));
        let (response, request) = (MappingPlace::IntegrationResponse, MappingPlace::IntegrationRequest);
        assert_eq!(read("method.response.header.X.Y"), Some((response, RequestPart::Header, "X.Y")));
        assert_eq!(read("integration.request.path.id"), Some((request, RequestPart::Path, "id")));
        assert_eq!(read("integration.request.querystring.q"), Some((request, RequestPart::Querystring, "q")));
        assert_eq!(read("gatewayresponse.header.X"), Some((MappingPlace::GatewayResponse, RequestPart::Header, "X")));
        for key in [
            "method.response.body",
            "method.response.header.",
            "method.request.header.X",
            "X-A",
            "integration.request.header.a b",
        ] {
            assert_eq!(read(key), None, "{key}");
        }
    }

    #[test]
    fn entries_inside_of_a_text_are_seen() {
        for text in [
            "a method.response.header.B: a",
            "a\n'method.response.header.B' : a",
            "* integration.request.path.id:x",
            "a gatewayresponse.header.X-Y:",
        ] {
            assert!(holds_an_entry(text), "{text}");
        }
        for text in ["a: b", "method.response.header.B", "see method.response.header. : it", "https://a.example.com"] {
            assert!(!holds_an_entry(text), "{text}");
        }
    }

    #[test]
    fn legal_keys_are_left_alone() {
        assert_eq!(judge_destination("method.response.header.X.Y", MappingPlace::IntegrationResponse), None);
        assert_eq!(judge_destination("integration.request.path.id", MappingPlace::IntegrationRequest), None);
        assert_eq!(judge_declaration("method.request.querystring.q", false), None);
        assert!(judge_declaration("method.request.body.q", false).is_some());
    }
}
