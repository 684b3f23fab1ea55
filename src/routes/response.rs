//! What clients get.

use std::collections::BTreeSet;

use super::model::{Header, HeaderKind, Response, Selection, SelectionKind, Sent, Template};
use super::value::{spelt, value, when};
use crate::api::{Backend, GatewayResponse, Integration, IntegrationResponse, MapEntry, Owner, Property, PropertyMap};
use crate::lang::mapping_expression::{Destination, MappingPlace, StaticText, Verdict, judge};
use crate::lang::selection_pattern::{self, StatusSet};
use crate::template::{Datum, Guard, Text};

/// An integration response.
pub(super) fn read(of: &IntegrationResponse, integration: &Integration) -> Response {
    let place = MappingPlace::IntegrationResponse;
    Response {
        when: when(of.owner.when(), integration.owner.when()),
        selection: selection(of, integration.backend()),
        sent: sent(&of.owner, of.status_code.as_ref(), (&of.response_parameters, place), &of.response_templates),
    }
}

/// What a gateway response sends.
pub(super) fn of_gateway(of: &GatewayResponse) -> Sent {
    let place = MappingPlace::GatewayResponse;
    sent(&of.owner, of.status_code.as_ref(), (&of.response_parameters, place), &of.response_templates)
}

fn sent(
    owner: &Owner,
    status: Option<&Property>,
    (headers, place): (&PropertyMap, MappingPlace),
    templates: &PropertyMap,
) -> Sent {
    let guard = owner.when();
    Sent {
        status: value(status, owner.open, guard),
        headers: present(headers).map(|entry| header(entry, place, guard)).collect(),
        more_headers: headers.open,
        templates: present(templates).map(|entry| template(entry, guard)).collect(),
        more_templates: templates.open,
    }
}

fn selection(of: &IntegrationResponse, backend: Backend) -> Selection {
    let pattern = value(of.selection_pattern.as_ref(), of.owner.open, of.owner.when());
    let kind = match backend {
        _ if of.is_default() => SelectionKind::Default,
        Backend::Lambda => SelectionKind::Message,
        Backend::Http | Backend::Service | Backend::Mock => SelectionKind::Status,
        Backend::Proxy | Backend::Unknown => SelectionKind::Unknown,
    };
    let known = of.selection_pattern.as_ref().and_then(Property::known).filter(|_| kind != SelectionKind::Default);
    let parsed = known.map(selection_pattern::parse);
    let taken = parsed.as_ref().and_then(|parsed| parsed.as_ref().ok()).filter(|_| kind == SelectionKind::Status);
    let statuses = taken.and_then(selection_pattern::Pattern::statuses).as_ref().map(ranges);
    Selection { kind, pattern, statuses, invalid: parsed.is_some_and(|parsed| parsed.is_err()) }
}

fn ranges(statuses: &StatusSet) -> Vec<(u16, u16)> {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for status in statuses.iter() {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == status => *last = status,
            _ => ranges.push((status, status)),
        }
    }
    ranges
}

/// The entries of a map without those that are nothing in every possibility.
fn present(map: &PropertyMap) -> impl Iterator<Item = &MapEntry> {
    map.entries.iter().filter(|entry| entry.present_when().next().is_some())
}

fn header(entry: &MapEntry, place: MappingPlace, owner: &Guard) -> Header {
    let name = Destination::parse(&entry.name).filter(|to| to.place == place).and_then(Destination::header);
    let texts = entry.property.values.iter().filter(|value| value.datum != Datum::Absent).map(|value| value.text());
    let kinds: BTreeSet<_> = texts.map(|text| text.map_or(HeaderKind::Unknown, |text| header_kind(text, place))).collect();
    let kind = match (name, kinds.len(), kinds.first()) {
        (None, _, _) => HeaderKind::Invalid,
        (Some(_), 1, Some(kind)) => *kind,
        (Some(_), _, _) => HeaderKind::Unknown,
    };
    let sent = |text: &Text| {
        let inside = || text.to_string().strip_prefix('\'')?.strip_suffix('\'').map(str::to_owned);
        Some(text).filter(|_| kind == HeaderKind::Static).and_then(|_| inside()).unwrap_or_else(|| text.to_string())
    };
    Header {
        name: name.unwrap_or(&entry.name).to_owned(),
        kind,
        value: spelt(Some(&entry.property), owner, sent),
        when: when(&entry.when, owner),
    }
}

fn header_kind(text: &Text, place: MappingPlace) -> HeaderKind {
    match judge(text, place) {
        Verdict::Legal | Verdict::Unknown | Verdict::LineBreaks if StaticText::read(text).is_some() => HeaderKind::Static,
        Verdict::Legal | Verdict::LineBreaks => HeaderKind::Expression,
        // That the service refuses a wrong letter case, or blanks around a value, is not settled.
        Verdict::Unknown | Verdict::Misspelt { lenient: true, .. } | Verdict::Unquoted { padded: true, .. } => {
            HeaderKind::Unknown
        }
        Verdict::Misspelt { .. } | Verdict::IllegalSource { .. } | Verdict::Unquoted { .. } => HeaderKind::Invalid,
    }
}

fn template(entry: &MapEntry, owner: &Guard) -> Template {
    let texts = entry.property.values.iter().filter(|value| value.datum != Datum::Absent).map(|value| value.text());
    let mut lines = texts.map(|text| text.map(|text| text.with_holes().lines().count()));
    let first = lines.next().flatten();
    Template {
        content_type: entry.name.clone(),
        lines: first.filter(|_| lines.all(|next| next == first)),
        when: when(&entry.when, owner),
    }
}
