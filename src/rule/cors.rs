//! What browsers are told: the `Access-Control-*` headers of each response, and the methods of each path.
//!
//! Headers that only a template or a backend knows are no headers here; they make a response unknown.

use std::collections::HashMap;

use super::place::{MappingAt, Visit};
use super::{Ctx, ResponseAt};
use crate::api::{
    GatewayResponse, HttpMethod, Integration, IntegrationResponse, MapEntry, Method, Owner, Property, PropertyMap,
    StatusCode,
};
use crate::edit::{Change, Fragment, Place};
use crate::lang::mapping_expression::{MappingPlace, StaticText};
use crate::syntax::NodeId;
use crate::template::{Cause, Datum, Guard, Text, Value};

/// Methods of one path that are looked at. There are eight, each perhaps under some conditions.
const MAX_METHODS: usize = 40;

/// The header that names the origin which may read a response.
pub const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";
/// The header that names the methods of a path.
pub const ALLOW_METHODS: &str = "Access-Control-Allow-Methods";
/// The header that names the request headers that may be sent.
pub const ALLOW_HEADERS: &str = "Access-Control-Allow-Headers";
/// The header that lets credentials take part.
pub const ALLOW_CREDENTIALS: &str = "Access-Control-Allow-Credentials";

/// The headers that one response sets: an integration response that is consulted, or a gateway response.
#[derive(Clone, Copy)]
pub struct HeadersAt<'a> {
    /// Whose it is.
    pub owner: &'a Owner,
    /// Where its mappings stand.
    pub place: MappingPlace,
    /// Its mappings.
    pub map: &'a PropertyMap,
    /// Its method, unless it is a gateway response.
    pub method: Option<&'a Method>,
    /// Its integration, unless it is a gateway response.
    pub integration: Option<&'a Integration>,
    /// The integration response.
    pub response: Option<&'a IntegrationResponse>,
    /// The gateway response.
    pub gateway: Option<&'a GatewayResponse>,
}

/// A header in a possibility in which it is a static text.
#[derive(Clone, Debug)]
pub struct StaticHeader<'a> {
    /// The mapping.
    pub entry: &'a MapEntry,
    /// The possibility.
    pub value: &'a Value,
    /// What the browser sees.
    pub text: StaticText<'a>,
    /// When it is that.
    pub when: Guard,
}

impl<'a> HeadersAt<'a> {
    /// The headers of an integration response.
    pub fn of_response(at: ResponseAt<'a>) -> Self {
        let ResponseAt { method, integration, response } = at;
        Self {
            owner: &response.owner,
            place: MappingPlace::IntegrationResponse,
            map: &response.response_parameters,
            method: Some(method),
            integration: Some(integration),
            response: Some(response),
            gateway: None,
        }
    }

    /// The headers of a method's integration responses, where those are consulted.
    pub fn of_method(method: &'a Method) -> impl Iterator<Item = Self> + use<'a> {
        let mapped = method.integrations.iter().filter(|integration| integration.maps_responses());
        mapped.flat_map(move |integration| {
            let at = move |response| Self::of_response(ResponseAt { method, integration, response });
            integration.responses.items.iter().map(at)
        })
    }

    /// The headers of a gateway response.
    pub fn of_gateway(gateway: &'a GatewayResponse) -> Self {
        Self {
            owner: &gateway.owner,
            place: MappingPlace::GatewayResponse,
            map: &gateway.response_parameters,
            method: None,
            integration: None,
            response: None,
            gateway: Some(gateway),
        }
    }

    /// The mappings of a header. Names of headers have no letter case.
    pub fn named(&self, header: &'static str) -> impl Iterator<Item = &'a MapEntry> + use<'a> {
        let same = move |entry: &&MapEntry| header_of(&entry.name).is_some_and(|name| name.eq_ignore_ascii_case(header));
        self.map.entries.iter().filter(same)
    }

    /// The static texts of a header.
    pub fn statics(&self, header: &'static str) -> impl Iterator<Item = StaticHeader<'a>> + use<'a> {
        let owner = self.owner;
        self.named(header).flat_map(move |entry| {
            entry.property.values.iter().filter_map(move |value| {
                let text = StaticText::read(value.text()?)?;
                Some(StaticHeader { entry, value, text, when: owner.when().and(&entry.when).and(&value.when) })
            })
        })
    }

    /// Whether a template can set or replace headers.
    pub fn may_override(&self) -> bool {
        let silent = |text: &Text| text.as_known().is_some_and(|text| !text.contains("responseOverride"));
        let rendered = self.response.map(|response| &response.response_templates);
        rendered.is_some_and(|templates| {
            let mut values = templates.entries.iter().flat_map(|entry| &entry.property.values);
            templates.open || !values.all(|value| matches!(value.datum, Datum::Absent) || value.text().is_some_and(silent))
        })
    }

    /// Whether a header is surely not sent: nothing here can be a mapping of it, however it is misspelt.
    pub fn surely_lacks(&self, header: &str) -> bool {
        !self.owner.open && !self.map.open && !self.may_override() && self.mentioning(header).next().is_none()
    }

    /// What is a mapping of a header, or would be one without a mistake in its key or its value.
    pub fn mentioning(&self, header: &str) -> impl Iterator<Item = &'a MapEntry> + use<'a> {
        let header = header.to_ascii_lowercase();
        let mentions = move |text: &str| text.to_ascii_lowercase().contains(&header);
        let of_entry = move |entry: &&MapEntry| {
            mentions(&entry.name) || entry.property.values.iter().any(|value| value.known().is_some_and(&mentions))
        };
        self.map.entries.iter().filter(of_entry)
    }

    /// Whether a method response of its status declares a header, or may do so.
    pub fn may_declare(&self, header: &str, ctx: &Ctx<'_>) -> bool {
        let (Some(method), Some(response)) = (self.method, self.response) else { return false };
        let Some(status) = response.status() else { return true };
        let declared = method.responses_for(status, self.owner.when(), ctx.template.conditions());
        let header = header.to_ascii_lowercase();
        let names = |entry: &MapEntry| entry.name.to_ascii_lowercase().contains(&header);
        let has = |map: &PropertyMap| map.open || map.entries.iter().any(names);
        declared.uncertain || declared.responses.iter().any(|response| has(&response.response_parameters))
    }

    /// One of its mappings, as rules about mappings see it.
    pub fn mapping(&self, entry: &'a MapEntry) -> MappingAt<'a> {
        let Self { owner, place, map, method, integration, response, .. } = *self;
        MappingAt { owner, place, map, entry, method, integration, response }
    }

    /// Its method and status, or its type, for messages.
    pub fn title(&self) -> String {
        let id = &self.owner.logical_id;
        match (self.response, self.gateway.and_then(|gateway| gateway.response_type.as_ref()?.known())) {
            (Some(response), _) => format!("{id}{}", response.status().map_or(String::new(), |status| format!(" {status}"))),
            (None, Some(kind)) => format!("gateway response {id} ({kind})"),
            (None, None) => format!("gateway response {id}"),
        }
    }

    /// The changes that make it send headers, with their declarations; `None` where one of them cannot be made surely.
    pub fn adding(&self, headers: &[(String, Fragment)], ctx: &Ctx<'_>) -> Option<Vec<Change>> {
        let prefix = match self.place {
            MappingPlace::IntegrationResponse => "method.response.header.",
            MappingPlace::GatewayResponse => "gatewayresponse.header.",
            MappingPlace::IntegrationRequest => return None,
        };
        let mut entries = headers.iter().map(|(name, value)| (format!("{prefix}{name}"), value.clone()));
        let mut changes = inserted(self.owner, self.map, &mut entries)?;
        if let (Some(method), Some(response)) = (self.method, self.response) {
            let declared = method.responses_for(response.status()?, self.owner.when(), ctx.template.conditions());
            if declared.uncertain || declared.responses.is_empty() {
                return None;
            }
            for of_status in declared.responses {
                let known = &of_status.response_parameters;
                if known.open {
                    return None;
                }
                let lacks = |name: &str| !known.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name));
                let names = headers.iter().map(|(name, _)| format!("{prefix}{name}")).filter(|name| lacks(name));
                let mut entries = names.map(|name| (name, Fragment::Bool(true))).peekable();
                if entries.peek().is_some() {
                    changes.extend(inserted(&of_status.owner, known, &mut entries)?);
                }
            }
        }
        Some(changes)
    }
}

/// New entries of ResponseParameters.
fn inserted(owner: &Owner, map: &PropertyMap, entries: &mut dyn Iterator<Item = (String, Fragment)>) -> Option<Vec<Change>> {
    if owner.scope.in_loop() {
        return None;
    }
    match (map.place, map.nodes.as_slice()) {
        (_, [node]) => {
            Some(entries.map(|(key, value)| Change::Insert { parent: *node, key, value, place: Place::Last }).collect())
        }
        (None, []) => {
            let value = Fragment::Mapping(entries.collect());
            Some(vec![Change::Insert {
                parent: owner.node,
                key: "ResponseParameters".to_owned(),
                value,
                place: Place::Last,
            }])
        }
        (Some(_), []) | (_, [_, _, ..]) => None,
    }
}

/// The header's name in the key of a mapping.
fn header_of(key: &str) -> Option<&str> {
    ["method.response.header.", "gatewayresponse.header."].iter().find_map(|prefix| key.strip_prefix(prefix))
}

impl StaticHeader<'_> {
    /// The text, if it is known.
    pub fn known(&self) -> Option<&str> {
        self.text.known()
    }

    /// " when IsProd" where it is this text only sometimes.
    pub fn when(&self, owner: &Owner) -> String {
        super::when(&self.when, owner.when())
    }

    /// The node to point at.
    pub fn node(&self, ctx: &Ctx<'_>) -> NodeId {
        ctx.exact(&self.entry.property, self.value)
    }

    /// The same value for another place, if it is written so that it can stand there: a literal, a `Ref`, a `Fn::Sub`.
    pub fn copied(&self, ctx: &Ctx<'_>) -> Option<Fragment> {
        let node = self.entry.property.node;
        if !self.value.causes.iter().all(|cause| !matches!(cause, Cause::Branch(..))) {
            return None;
        }
        let tagged = |function: &str, text: &str| Fragment::Tagged {
            function: function.to_owned(),
            value: Box::new(Fragment::Text(text.to_owned())),
        };
        let whole = |text: &NodeId| {
            ctx.tree.parent(*text).is_none_or(|around| !ctx.tree.is_sequence(around) || ctx.tree.tag(around).is_none())
        };
        if let Some(name) = ctx.template.ref_name(node) {
            return Some(tagged("Ref", name));
        }
        if let Some(text) = ctx.template.sub_text(node).filter(whole) {
            return Some(tagged("Fn::Sub", ctx.tree.text(text)?));
        }
        (ctx.tree.tag(node).is_none()).then(|| ctx.tree.text(node).map(|text| Fragment::Text(text.to_owned())))?
    }
}

impl<'a> Visit<'a> for HeadersAt<'a> {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        ResponseAt::each(ctx, &mut |at| {
            if at.integration.maps_responses() {
                show(Self::of_response(at));
            }
        });
        ctx.api.gateway_responses.iter().for_each(|gateway| show(Self::of_gateway(gateway)));
    }
}

/// The one static value that a header has wherever these responses set it, if it can be written elsewhere too. `None` where
/// one of them may set it in a way that is not known.
pub fn common_value<'a>(
    responses: impl IntoIterator<Item = HeadersAt<'a>>,
    header: &'static str,
    ctx: &Ctx<'_>,
) -> Option<Fragment> {
    let mut common: Option<Fragment> = None;
    for at in responses {
        if at.named(header).next().is_none() && at.surely_lacks(header) {
            continue;
        }
        let plain = !at.may_override() && !at.map.open && !at.owner.scope.in_loop();
        let entries: Vec<_> = at.named(header).filter(|_| plain).collect();
        if entries.is_empty() {
            return None;
        }
        for (entry, value) in
            entries.into_iter().flat_map(|entry| entry.property.values.iter().map(move |value| (entry, value)))
        {
            let text = StaticText::read(value.text()?)?;
            let copy = StaticHeader { entry, value, text, when: Guard::default() }.copied(ctx)?;
            if *common.get_or_insert_with(|| copy.clone()) != copy {
                return None;
            }
        }
    }
    common
}

/// A path of a REST API with its methods.
#[derive(Clone, Debug)]
pub struct PathAt<'a> {
    /// The logical ID of its REST API, if it is in the same input.
    pub rest_api: Option<&'a str>,
    /// The logical ID of its resource; that of the API for the root.
    pub resource: &'a str,
    /// Its methods, in order of the text.
    pub methods: Vec<&'a Method>,
    /// Whether it may have more methods than can be seen.
    pub open: bool,
}

/// The answer of an OPTIONS method that browsers take for a preflight: it succeeds, and maps some `Access-Control-*` header.
#[derive(Clone, Copy)]
pub struct Preflight<'a> {
    /// The OPTIONS method.
    pub method: &'a Method,
    /// What its response sets.
    pub headers: HeadersAt<'a>,
}

impl<'a> PathAt<'a> {
    /// All paths, in order of their first methods.
    pub fn all(ctx: &Ctx<'a>) -> Vec<Self> {
        let mut paths: Vec<Self> = Vec::new();
        let mut by_resource: HashMap<(Option<&str>, &str), usize> = HashMap::new();
        for method in &ctx.api.methods {
            let Some(resource) = method.resource.as_deref() else { continue };
            let rest_api = method.rest_api.as_deref();
            let at = *by_resource.entry((rest_api, resource)).or_insert_with(|| {
                paths.push(Self { rest_api, resource, methods: Vec::new(), open: ctx.template.is_open() });
                paths.len() - 1
            });
            let Some(path) = paths.get_mut(at) else { continue };
            path.open |= path.methods.len() == MAX_METHODS;
            if path.methods.len() < MAX_METHODS {
                path.methods.push(method);
            }
        }
        paths
    }

    /// What it is called in messages: the path, if it is known, else the resource.
    pub fn name(&self) -> &'a str {
        self.methods.first().and_then(|method| method.path.as_deref()).unwrap_or(self.resource)
    }

    /// Its methods that surely are OPTIONS.
    pub fn options(&self) -> impl Iterator<Item = &'a Method> + '_ {
        let is_options = |method: &&Method| method.http_method.as_ref().and_then(Property::known) == Some("OPTIONS");
        self.methods.iter().copied().filter(is_options)
    }

    /// What its OPTIONS methods answer to browsers.
    pub fn preflights(&self) -> Vec<Preflight<'a>> {
        let responses = self.options().flat_map(|method| HeadersAt::of_method(method).map(move |headers| (method, headers)));
        let preflights = responses.map(|(method, headers)| Preflight { method, headers });
        preflights.filter(Preflight::answers_browsers).collect()
    }

    /// What its methods answer that surely are no OPTIONS.
    pub fn answers(&self) -> impl Iterator<Item = HeadersAt<'a>> + '_ {
        let other = |name: &&str| HttpMethod::parse(name).is_some_and(|method| method != HttpMethod::Options);
        let names = |method: &'a Method| method.http_method.as_ref().and_then(Property::all_known);
        let others = move |method: &&'a Method| names(method).is_some_and(|names| names.iter().all(other));
        self.methods.iter().copied().filter(others).flat_map(HeadersAt::of_method)
    }

    /// Its methods that surely are this one or another of HTTP's, each with what it is and when. Neither OPTIONS nor ANY.
    pub fn others(&self) -> impl Iterator<Item = (&'a Method, &'a str, Guard)> + '_ {
        self.methods.iter().copied().flat_map(|method| {
            let values = method.http_method.iter().flat_map(|property| &property.values);
            values.filter_map(move |value| {
                let name = value.known()?;
                let counts = !matches!(HttpMethod::parse(name)?, HttpMethod::Options | HttpMethod::Any);
                counts.then(|| (method, name, method.owner.when().and(&value.when)))
            })
        })
    }
}

impl<'a> Preflight<'a> {
    /// Whether a method response of its status declares a header, or may do so.
    pub fn may_declare(&self, header: &str, ctx: &Ctx<'_>) -> bool {
        self.headers.may_declare(header, ctx)
    }

    /// Whether it surely lets credentials take part at some time with `when`.
    pub fn allows_credentials(&self, when: &Guard, ctx: &Ctx<'_>) -> bool {
        let allows = |header: &StaticHeader<'_>| header.known() == Some("true") && ctx.compatible(&header.when, when);
        self.headers.statics(ALLOW_CREDENTIALS).any(|header| allows(&header))
    }

    /// The origins that it allows, where they are static texts.
    pub fn origins(&self) -> impl Iterator<Item = StaticHeader<'a>> + use<'a> {
        let known = !self.headers.may_override();
        self.headers.statics(ALLOW_ORIGIN).filter(move |_| known)
    }

    fn answers_browsers(&self) -> bool {
        let success = self.headers.response.and_then(IntegrationResponse::status).and_then(StatusCode::parse);
        let maps = |entry: &MapEntry| {
            header_of(&entry.name)
                .and_then(|name| name.get(..15))
                .is_some_and(|start| start.eq_ignore_ascii_case("Access-Control-"))
        };
        success.is_some_and(StatusCode::is_success) && self.headers.map.entries.iter().any(maps)
    }
}

/// Shows each path of the input.
impl<'a> Visit<'a> for PathAt<'a> {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        Self::all(ctx).into_iter().for_each(show);
    }
}
