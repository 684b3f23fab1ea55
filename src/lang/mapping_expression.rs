//! Parameter mappings of REST APIs: destinations (keys) and expressions (values).
//!
//! Source: API Gateway developer guide, "Parameter mapping source reference" (DG-MAP) and "Mapping
//! template reference" (DG-VTL). HTTP and WebSocket APIs have another language.

mod context;
mod destination;
mod judge;
mod spelling;

pub use context::is_context_variable;
pub use destination::{DestinationFault, is_swapped, judge_declaration, judge_destination};
pub use judge::{Quoting, Verdict, judge};

/// Which map a mapping stands in; that decides what it may read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MappingPlace {
    /// ResponseParameters of an integration response.
    IntegrationResponse,
    /// RequestParameters of an integration.
    IntegrationRequest,
    /// ResponseParameters of a gateway response.
    GatewayResponse,
}

impl MappingPlace {
    /// What the service calls the part.
    pub fn part(self) -> &'static str {
        match self {
            Self::IntegrationResponse => "integration response",
            Self::IntegrationRequest => "integration request",
            Self::GatewayResponse => "gateway response",
        }
    }
}

/// Where an expression reads from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'t> {
    /// `'text'`, without the quotes.
    Static(&'t str),
    /// `method.request.header.NAME` and its sisters: the part of the request, and the name.
    MethodRequest(&'t str, &'t str),
    /// `method.request.body`, with a JSON path without its dollar.
    MethodRequestBody(Option<&'t str>),
    /// `integration.response.header.NAME`; multi-value or not.
    IntegrationResponseHeader(&'t str),
    /// `integration.response.body`, with a JSON path without its dollar.
    IntegrationResponseBody(Option<&'t str>),
    /// `stageVariables.NAME`
    StageVariable(&'t str),
    /// `context.VARIABLE`
    Context(&'t str),
}

/// Reads an expression; `None` where it is in no grammar table.
pub fn parse(text: &str) -> Option<Source<'_>> {
    if let Some(inside) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some(Source::Static(inside));
    }
    if let Some(rest) = text.strip_prefix("method.request.") {
        if let Some(path) = body(rest) {
            return Some(Source::MethodRequestBody(path));
        }
        let (part, name) = rest.split_once('.')?;
        let known = matches!(part, "path" | "querystring" | "header" | "multivaluequerystring" | "multivalueheader");
        return (known && is_name(name)).then_some(Source::MethodRequest(part, name));
    }
    if let Some(rest) = text.strip_prefix("integration.response.") {
        if let Some(path) = body(rest) {
            return Some(Source::IntegrationResponseBody(path));
        }
        let name = rest.strip_prefix("header.").or_else(|| rest.strip_prefix("multivalueheader."))?;
        return is_name(name).then_some(Source::IntegrationResponseHeader(name));
    }
    if let Some(name) = text.strip_prefix("stageVariables.") {
        return is_name(name).then_some(Source::StageVariable(name));
    }
    let variable = text.strip_prefix("context.")?;
    is_variable(variable).then_some(Source::Context(variable))
}

impl Source<'_> {
    /// Whether the table of section 1.2 lets a place read this. What it leaves open counts as legal.
    pub fn is_legal_in(self, place: MappingPlace) -> bool {
        match self {
            Self::Static(_) | Self::StageVariable(_) | Self::Context(_) => true,
            Self::MethodRequest(..) | Self::MethodRequestBody(_) => match place {
                MappingPlace::IntegrationRequest | MappingPlace::GatewayResponse => true,
                MappingPlace::IntegrationResponse => false,
            },
            Self::IntegrationResponseHeader(_) | Self::IntegrationResponseBody(_) => match place {
                MappingPlace::IntegrationResponse => true,
                MappingPlace::IntegrationRequest | MappingPlace::GatewayResponse => false,
            },
        }
    }
}

/// `body` or `body.JSONPATH`, the path without a leading `$`.
#[expect(clippy::option_option, reason = "no body, the whole body, a path in it")]
fn body(rest: &str) -> Option<Option<&str>> {
    let tail = rest.strip_prefix("body")?;
    if tail.is_empty() {
        return Some(None);
    }
    let path = tail.strip_prefix('.').or(Some(tail).filter(|tail| tail.starts_with('[')))?;
    let legal = !path.is_empty() && !path.starts_with('$') && !path.contains(['\n', '\r']);
    legal.then_some(Some(path))
}

/// Names as the guide gives them: `^[a-zA-Z0-9._$-]+$`. Other characters of HTTP tokens are left open.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._$-!#%&'*+^`|~".contains(c))
}

fn is_variable(variable: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-$:['\"]/".contains(c);
    !variable.is_empty() && variable.chars().all(legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_sources() {
        assert_eq!(parse("'*'"), Some(Source::Static("*")));
        assert_eq!(parse("'default-src 'self''"), Some(Source::Static("default-src 'self'")));
        assert_eq!(parse("method.request.header.X.Y"), Some(Source::MethodRequest("header", "X.Y")));
        assert_eq!(parse("method.request.body.a[0].b"), Some(Source::MethodRequestBody(Some("a[0].b"))));
        assert_eq!(parse("integration.response.body"), Some(Source::IntegrationResponseBody(None)));
        assert_eq!(parse("integration.response.multivalueheader.X"), Some(Source::IntegrationResponseHeader("X")));
        assert_eq!(parse("context.identity.sourceIp"), Some(Source::Context("identity.sourceIp")));
        for refused in [
            "*",
            "'",
            "\"*\"",
            "$context.requestId",
            "integration.response.body.$.a",
            "context.",
            "a b",
            "method.request.headers.X",
        ] {
            assert_eq!(parse(refused), None, "{refused}");
        }
    }
}
