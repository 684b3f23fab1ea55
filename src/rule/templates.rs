//! Mapping templates, each read once however often it stands in the input.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::place::Visit;
use super::{Ctx, RuleMeta};
use crate::api::{Api, Backend, GatewayResponse, Integration, IntegrationResponse, MapEntry, Method, Owner, PropertyMap};
use crate::edit::{Applicability, Change, Fix, Fragment};
use crate::finding::Finding;
use crate::lang::json_outline::{Outline, outline};
use crate::lang::velocity::{self, Refusal, Template};
use crate::syntax::NodeId;
use crate::template::{Cause, Hole, Part, Value};
use crate::text::Span;

/// All mapping templates of one input.
#[derive(Debug, Default)]
pub struct Templates {
    /// Each text once.
    read: Vec<Read>,
    by_text: BTreeMap<Rc<str>, usize>,
    /// Which of them stands at each place, in order of the model.
    in_order: Vec<usize>,
}

/// What is known of a text as a template.
#[derive(Debug)]
struct Read {
    text: Rc<str>,
    parsed: Result<Template, Refusal>,
    /// What it says about JSON, found when first asked for.
    outline: OnceCell<Option<Outline>>,
}

impl Templates {
    /// Reads all templates of the model.
    pub fn new(api: &Api) -> Self {
        let mut templates = Self::default();
        for (_, _, value) in Place::values(api) {
            let Some(text) = value.text() else { continue };
            let text = text.with_holes();
            let known = templates.by_text.get(&*text).copied();
            let at = known.unwrap_or_else(|| {
                let text: Rc<str> = text.into();
                let parsed = velocity::parse(&text);
                templates.by_text.insert(Rc::clone(&text), templates.read.len());
                templates.read.push(Read { text, parsed, outline: OnceCell::new() });
                templates.read.len() - 1
            });
            templates.in_order.push(at);
        }
        templates
    }

    /// The text of a value, holes taken for [`crate::template::Text::HOLE`], and what it is as a template.
    pub fn get(&self, value: &Value) -> Option<(&str, &Result<Template, Refusal>)> {
        let read = self.by_text.get(&*value.text()?.with_holes()).and_then(|at| self.read.get(*at))?;
        Some((&read.text, &read.parsed))
    }
}

/// Where a mapping template stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateSide {
    /// Makes the request to the backend.
    Request,
    /// Makes the response of a method.
    Response,
    /// Makes the response of the gateway itself: variables are replaced, the rest of the language is not read.
    Gateway,
}

/// The templates of one part of the model.
#[derive(Clone, Copy)]
struct Place<'a> {
    owner: &'a Owner,
    side: TemplateSide,
    map: &'a PropertyMap,
    method: Option<&'a Method>,
    integration: Option<&'a Integration>,
    response: Option<&'a IntegrationResponse>,
    gateway: Option<&'a GatewayResponse>,
}

impl<'a> Place<'a> {
    /// All of them, in order of the model.
    fn all(api: &'a Api) -> impl Iterator<Item = Self> + use<'a> {
        let of_methods = api.methods.iter().flat_map(|method| {
            method.integrations.iter().flat_map(move |integration| Self::of_integration(method, integration))
        });
        let of_gateways = api.gateway_responses.iter().map(|gateway| Self {
            owner: &gateway.owner,
            side: TemplateSide::Gateway,
            map: &gateway.response_templates,
            method: None,
            integration: None,
            response: None,
            gateway: Some(gateway),
        });
        of_methods.chain(of_gateways)
    }

    /// What stands in all of them, in every possibility.
    fn values(api: &'a Api) -> impl Iterator<Item = (Self, &'a MapEntry, &'a Value)> + use<'a> {
        let entries = Self::all(api).flat_map(|place| place.map.entries.iter().map(move |entry| (place, entry)));
        entries.flat_map(|(place, entry)| entry.property.values.iter().map(move |value| (place, entry, value)))
    }

    fn of_integration(method: &'a Method, integration: &'a Integration) -> impl Iterator<Item = Self> + use<'a> {
        let at = move |owner, side, map, response| Self {
            owner,
            side,
            map,
            method: Some(method),
            integration: Some(integration),
            response,
            gateway: None,
        };
        let request = at(&integration.owner, TemplateSide::Request, &integration.request_templates, None);
        let responses =
            integration.responses.items.iter().map(move |response| {
                at(&response.owner, TemplateSide::Response, &response.response_templates, Some(response))
            });
        std::iter::once(request).chain(responses)
    }
}

/// An entry of RequestTemplates or ResponseTemplates, whatever its value is.
#[derive(Clone, Copy)]
pub struct TemplateEntryAt<'a> {
    /// Whose it is.
    pub owner: &'a Owner,
    /// What it is for.
    pub side: TemplateSide,
    /// The map it stands in.
    pub map: &'a PropertyMap,
    /// The content type (key) and the template (value).
    pub entry: &'a MapEntry,
}

impl<'a> Visit<'a> for TemplateEntryAt<'a> {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        for Place { owner, side, map, .. } in Place::all(ctx.api) {
            map.entries.iter().for_each(|entry| show(Self { owner, side, map, entry }));
        }
    }
}

/// A mapping template in one possibility: a text, perhaps with holes.
#[derive(Clone, Copy)]
pub struct TemplateAt<'a> {
    /// Whose it is.
    pub owner: &'a Owner,
    /// What it is for.
    pub side: TemplateSide,
    /// The content type (key) and the template (value).
    pub entry: &'a MapEntry,
    /// Its method, unless it belongs to a gateway response.
    pub method: Option<&'a Method>,
    /// Its integration, unless it belongs to a gateway response.
    pub integration: Option<&'a Integration>,
    /// Its integration response, if it belongs to one.
    pub response: Option<&'a IntegrationResponse>,
    /// Its gateway response, if it belongs to one.
    pub gateway: Option<&'a GatewayResponse>,
    /// The possibility in which it is this text.
    pub value: &'a Value,
    /// The text, with [`crate::template::Text::HOLE`] for what is not known. Bytes of the template are bytes of this text.
    pub text: &'a str,
    /// The template, or why the engine refuses it. What a hole hides is taken for plain text.
    pub parsed: &'a Result<Template, Refusal>,
    outline: &'a OnceCell<Option<Outline>>,
}

impl<'a> Visit<'a> for TemplateAt<'a> {
    fn each(ctx: &'a Ctx<'a>, show: &mut dyn FnMut(Self)) {
        Self::all(ctx).for_each(show);
    }
}

impl<'a> TemplateAt<'a> {
    /// Findings of one rule in one template: what stands a thousand times in one text is told often enough. Repairs do all.
    pub const MAX_HITS: usize = 100;

    pub(super) fn all(ctx: &Ctx<'a>) -> impl Iterator<Item = Self> + use<'a> {
        let templates = ctx.templates;
        let texts = Place::values(ctx.api).filter(|(_, _, value)| value.text().is_some());
        texts.zip(&templates.in_order).filter_map(move |((place, entry, value), at)| {
            let Read { text, parsed, outline } = templates.read.get(*at)?;
            let Place { owner, side, method, integration, response, gateway, .. } = place;
            Some(Self { owner, side, entry, method, integration, response, gateway, value, text, parsed, outline })
        })
    }

    /// The template, where the engine renders it and does not refuse it.
    pub fn template(&self) -> Option<&'a Template> {
        self.parsed.as_ref().ok().filter(|_| self.is_rendered())
    }

    /// Whether the engine renders it: it belongs to an integration that surely is no proxy.
    pub fn is_rendered(&self) -> bool {
        self.integration.is_some_and(Integration::maps_responses)
    }

    /// Whether something of it is not known.
    pub fn has_holes(&self) -> bool {
        self.value.text().is_none_or(|text| text.as_known().is_none())
    }

    /// Whether what is not known cannot be template language: names, numbers and addresses that the deploy fills in.
    pub fn holes_are_words(&self, ctx: &Ctx<'_>) -> bool {
        // What a resource of one's own gives can be anything.
        let is_of_aws = |name: &str| {
            let id = name.split('.').next().unwrap_or("");
            let kind = ctx.template.resource(id).map_or("", |resource| resource.kind);
            kind.starts_with("AWS::") && !kind.starts_with("AWS::CloudFormation::")
        };
        self.value.text().is_some_and(|text| {
            text.parts().all(|part| match part {
                Part::Known(_) | Part::Hole(Hole::Pseudo(_)) => true,
                Part::Hole(Hole::Resource(name)) => is_of_aws(name),
                Part::Hole(Hole::Parameter(_) | Hole::Dynamic(_) | Hole::Other) => false,
            })
        })
    }

    /// Whether its content type is JSON.
    pub fn is_json(&self) -> bool {
        let media_type = self.entry.name.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        matches!(media_type.as_str(), "application/json" | "text/json") || media_type.ends_with("+json")
    }

    /// " when IsProd" where it is this text only sometimes.
    pub fn when(&self) -> String {
        super::when(&self.entry.when.and(&self.value.when), self.owner.when())
    }

    /// A finding at a part of the template.
    pub fn finding(&self, meta: &RuleMeta, ctx: &Ctx<'_>, part: velocity::Span, message: impl Into<String>) -> Finding {
        let mut finding = meta.at(ctx, self.value.node, &self.owner.logical_id, message);
        finding.span = self.span_of(ctx, part);
        finding
    }

    /// What it says about the JSON it prints; `None` where it is no template for JSON, or its text does not begin like one. A MOCK
    /// integration reads its request template more leniently, so that one is none either.
    pub fn json(&self) -> Option<&'a Outline> {
        let lenient = self.side == TemplateSide::Request && self.integration.is_none_or(|at| at.backend() == Backend::Mock);
        let template = self.template().filter(|_| self.is_json() && !lenient)?;
        self.outline.get_or_init(|| outline(self.text, template)).as_ref()
    }

    /// "request template of Get for application/json", for messages.
    pub fn named(&self) -> String {
        let (id, content) = (&self.owner.logical_id, &self.entry.name);
        match self.side {
            TemplateSide::Request => format!("request template of {id} for {content}"),
            TemplateSide::Response => {
                let status =
                    self.response.and_then(IntegrationResponse::status).map_or(String::new(), |status| format!(" {status}"));
                format!("response template of {id}{status} for {content}")
            }
            TemplateSide::Gateway => format!("response template of {id} for {content}"),
        }
    }

    /// The bytes of a part of the template in the file.
    pub fn span_of(&self, ctx: &Ctx<'_>, part: velocity::Span) -> Span {
        ctx.part(self.value, part.start, part.end)
    }

    /// Takes the quotes away that stand at both ends of these parts.
    pub fn without_quotes(&self, ctx: &Ctx<'_>, quoted: &[velocity::Span]) -> Option<Fix> {
        let inside = |span: &velocity::Span| velocity::Span::new(span.start + 1, span.end - 1).of(self.text).to_owned();
        let parts: Vec<_> = quoted.iter().map(|span| (*span, inside(span))).collect();
        Fix::new(ctx.tree, Applicability::Safe, "take the quotes away", self.replaced(ctx, &parts)?)
    }

    /// Other texts for parts of the template, where it stands in the file; `None` where that is not one text of its own.
    pub fn replaced(&self, ctx: &Ctx<'_>, parts: &[(velocity::Span, String)]) -> Option<Vec<Change>> {
        if self.owner.scope.in_loop() || !self.value.causes.iter().all(|cause| matches!(cause, Cause::Branch(..))) {
            return None;
        }
        let mut edits: Vec<(NodeId, Range<usize>, Cow<'_, str>)> = Vec::new();
        for (part, new) in parts {
            let origin = ctx.template.origin(self.value, part.start, part.end)?;
            let new = if origin.is_sub { new.replace("${", "${!").into() } else { Cow::from(new.as_str()) };
            edits.push((origin.node, origin.start..origin.end, new));
        }
        edits.sort_by_key(|(node, range, _)| (*node, range.start));
        let mut changes = Vec::new();
        for of_node in edits.chunk_by(|(one, ..), (other, ..)| one == other) {
            let node = of_node.first()?.0;
            let mut text = ctx.tree.text(node)?.to_owned();
            for (_, range, new) in of_node.iter().rev() {
                text.get(range.clone())?;
                text.replace_range(range.clone(), new);
            }
            let text = Fragment::Text(text);
            let with = match ctx.tree.tag(node) {
                // The short form's text carries the tag.
                Some(_) => Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(text) },
                None => text,
            };
            changes.push(Change::Replace { node, with });
        }
        Some(changes)
    }
}
