//! Sources: the expressions that stand as values of mappings.

use std::ops::Range;

use super::{MappingPlace, json_path};

/// Where an expression reads from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'t> {
    /// `'text'`, without the quotes.
    Static(&'t str),
    /// `method.request.header.NAME` and its sisters.
    MethodRequest {
        /// The part of the request.
        part: RequestPart,
        /// Whether all values of the name are read, not only one.
        multi: bool,
        /// The name.
        name: &'t str,
    },
    /// `method.request.body`, with a JSON path without its dollar.
    MethodRequestBody(Option<&'t str>),
    /// `integration.response.header.NAME`
    IntegrationResponseHeader {
        /// Whether all values of the name are read, not only one.
        multi: bool,
        /// The name.
        name: &'t str,
    },
    /// `integration.response.body`, with a JSON path without its dollar.
    IntegrationResponseBody(Option<&'t str>),
    /// `stageVariables.NAME`
    StageVariable(&'t str),
    /// `context.VARIABLE`
    Context(&'t str),
}

/// A part of a request that has names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestPart {
    /// A variable of the path.
    Path,
    /// A parameter behind the question mark.
    Querystring,
    /// A header.
    Header,
}

impl RequestPart {
    /// The name in expressions.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Querystring => "querystring",
            Self::Header => "header",
        }
    }
}

/// Why a text that begins like an expression is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFault {
    /// The bytes of the text that are wrong; none of them where something is missing.
    pub at: Range<usize>,
    /// What is wrong, for a label.
    pub what: &'static str,
}

/// Reads an expression.
///
/// # Errors
///
/// The text is in no grammar table: the fault, if it begins like an expression, else nothing.
pub fn parse(text: &str) -> Result<Source<'_>, Option<SourceFault>> {
    if let Some(inside) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Ok(Source::Static(inside));
    }
    let at = |rest: &str| text.len() - rest.len();
    if let Some(rest) = text.strip_prefix("method.request.") {
        if let Some(path) = body(rest, at(rest)) {
            return path.map(Source::MethodRequestBody).map_err(Some);
        }
        let (word, name) = rest.split_once('.').unwrap_or((rest, ""));
        let (part, multi) = match word {
            "path" => (RequestPart::Path, false),
            "querystring" => (RequestPart::Querystring, false),
            "header" => (RequestPart::Header, false),
            "multivaluequerystring" => (RequestPart::Querystring, true),
            "multivalueheader" => (RequestPart::Header, true),
            _ => return Err(Some(part_fault(at(rest), word, "path, querystring, header or body is read here"))),
        };
        let name = named(name, text)?;
        return Ok(Source::MethodRequest { part, multi, name });
    }
    if let Some(rest) = text.strip_prefix("integration.response.") {
        if let Some(path) = body(rest, at(rest)) {
            return path.map(Source::IntegrationResponseBody).map_err(Some);
        }
        let (word, name) = rest.split_once('.').unwrap_or((rest, ""));
        let multi = match word {
            "header" => false,
            "multivalueheader" => true,
            _ => return Err(Some(part_fault(at(rest), word, "header or body is read here"))),
        };
        let name = named(name, text)?;
        return Ok(Source::IntegrationResponseHeader { multi, name });
    }
    if let Some(name) = text.strip_prefix("stageVariables.") {
        return named(name, text).map(Source::StageVariable);
    }
    let variable = text.strip_prefix("context.").ok_or(None)?;
    match variable.char_indices().find(|(_, c)| !is_of_variable(*c)) {
        Some((found, c)) => {
            let start = at(variable) + found;
            Err(Some(SourceFault { at: start..start + c.len_utf8(), what: "this character cannot stand in a variable" }))
        }
        None if variable.is_empty() => {
            Err(Some(SourceFault { at: text.len()..text.len(), what: "a variable follows `context.`" }))
        }
        None => Ok(Source::Context(variable)),
    }
}

impl Source<'_> {
    /// Whether the table of section 1.2 lets a place read this. What it leaves open counts as legal.
    pub fn is_legal_in(self, place: MappingPlace) -> bool {
        match self {
            Self::Static(_) | Self::StageVariable(_) | Self::Context(_) => true,
            Self::MethodRequest { .. } | Self::MethodRequestBody(_) => match place {
                MappingPlace::IntegrationRequest | MappingPlace::GatewayResponse => true,
                MappingPlace::IntegrationResponse => false,
            },
            Self::IntegrationResponseHeader { .. } | Self::IntegrationResponseBody(_) => match place {
                MappingPlace::IntegrationResponse => true,
                MappingPlace::IntegrationRequest | MappingPlace::GatewayResponse => false,
            },
        }
    }
}

/// Names as the guide gives them: `^[a-zA-Z0-9._$-]+$`. Other characters of HTTP tokens are left open.
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_of_name)
}

/// `body`, `body.JSONPATH` or `body[…]`, the path without a leading `$`; `None` for another word.
fn body(rest: &str, start: usize) -> Option<Result<Option<&str>, SourceFault>> {
    let tail = rest.strip_prefix("body")?;
    if tail.is_empty() {
        return Some(Ok(None));
    }
    let path = tail.strip_prefix('.').or(Some(tail).filter(|tail| tail.starts_with('[')))?;
    let start = start + rest.len() - path.len();
    if path.starts_with('$') {
        return Some(Err(SourceFault { at: start..start + 1, what: "the path is written without `$`" }));
    }
    let fault = json_path::fault(path);
    let fault = fault.map(|fault| SourceFault { at: start + fault.at.start..start + fault.at.end, what: fault.what });
    Some(fault.map_or(Ok(Some(path)), Err))
}

/// The name at the end of a text.
fn named<'t>(name: &'t str, text: &str) -> Result<&'t str, Option<SourceFault>> {
    let start = text.len() - name.len();
    match name.char_indices().find(|(_, c)| !is_of_name(*c)) {
        Some((at, c)) => {
            let at = start + at..start + at + c.len_utf8();
            Err(Some(SourceFault { at, what: "this character cannot stand in a name" }))
        }
        None if name.is_empty() => Err(Some(SourceFault { at: start..start, what: "a name is missing here" })),
        None => Ok(name),
    }
}

fn part_fault(start: usize, word: &str, what: &'static str) -> SourceFault {
    SourceFault { at: start..start + word.len(), what }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._$-!#%&'*+^`|~".contains(c)
}

fn is_of_variable(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._-$:['\"]/".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(part: RequestPart, multi: bool, name: &str) -> Source<'_> {
        Source::MethodRequest { part, multi, name }
    }

    #[test]
    fn the_table_of_sources() {
        assert_eq!(parse("'*'"), Ok(Source::Static("*")));
        assert_eq!(parse("''"), Ok(Source::Static("")));
        assert_eq!(parse("'default-src 'self''"), Ok(Source::Static("default-src 'self'")));
        assert_eq!(parse("method.request.path.proxy"), Ok(request(RequestPart::Path, false, "proxy")));
        assert_eq!(parse("method.request.querystring.q"), Ok(request(RequestPart::Querystring, false, "q")));
        assert_eq!(parse("method.request.header.X.Y"), Ok(request(RequestPart::Header, false, "X.Y")));
        assert_eq!(parse("method.request.multivaluequerystring.q"), Ok(request(RequestPart::Querystring, true, "q")));
        assert_eq!(parse("method.request.multivalueheader.X"), Ok(request(RequestPart::Header, true, "X")));
        assert_eq!(parse("method.request.body"), Ok(Source::MethodRequestBody(None)));
        assert_eq!(parse("method.request.body.a[0].b"), Ok(Source::MethodRequestBody(Some("a[0].b"))));
        assert_eq!(parse("integration.response.body"), Ok(Source::IntegrationResponseBody(None)));
        assert_eq!(parse("integration.response.body[0].id"), Ok(Source::IntegrationResponseBody(Some("[0].id"))));
        let header = |multi| Ok(Source::IntegrationResponseHeader { multi, name: "X" });
        assert_eq!(parse("integration.response.header.X"), header(false));
        assert_eq!(parse("integration.response.multivalueheader.X"), header(true));
        assert_eq!(parse("stageVariables.host"), Ok(Source::StageVariable("host")));
        assert_eq!(parse("context.identity.sourceIp"), Ok(Source::Context("identity.sourceIp")));
        assert_eq!(
            parse("context.authorizer.claims['custom:role']"),
            Ok(Source::Context("authorizer.claims['custom:role']"))
        );
    }

    #[test]
    fn each_place_reads_its_own() {
        use MappingPlace::{GatewayResponse, IntegrationRequest, IntegrationResponse};
        for (text, places) in [
            ("'a'", [true, true, true]),
            ("stageVariables.a", [true, true, true]),
            ("context.requestId", [true, true, true]),
            ("method.request.path.a", [true, false, true]),
            ("method.request.multivalueheader.a", [true, false, true]),
            ("method.request.body.a", [true, false, true]),
            ("integration.response.header.a", [false, true, false]),
            ("integration.response.multivalueheader.a", [false, true, false]),
            ("integration.response.body", [false, true, false]),
        ] {
            let source = parse(text).unwrap();
            let found = [IntegrationRequest, IntegrationResponse, GatewayResponse].map(|place| source.is_legal_in(place));
            assert_eq!(found, places, "{text}");
        }
    }

    #[test]
    fn other_texts_are_none() {
        for text in ["*", "'", "\"*\"", "$context.requestId", "a b", "", "method.response.header.X", "route.request.body"] {
            assert_eq!(parse(text), Err(None), "{text}");
        }
    }

    #[test]
    fn faults_have_their_place() {
        let found = |text: &str| match parse(text) {
            Err(Some(fault)) => text.get(fault.at).map(str::to_owned),
            _ => None,
        };
        assert_eq!(found("method.request.headers.X").as_deref(), Some("headers"));
        assert_eq!(found("method.request.header").as_deref(), Some(""));
        assert_eq!(found("method.request.header.X Y").as_deref(), Some(" "));
        assert_eq!(found("integration.response.status").as_deref(), Some("status"));
        assert_eq!(found("integration.response.body.$.a").as_deref(), Some("$"));
        assert_eq!(found("integration.response.body.a[0").as_deref(), Some("["));
        assert_eq!(found("integration.response.header.Zähler").as_deref(), Some("ä"));
        assert_eq!(found("stageVariables.").as_deref(), Some(""));
        assert_eq!(found("context.").as_deref(), Some(""));
        assert_eq!(found("context.a + context.b").as_deref(), Some(" "));
    }
}
