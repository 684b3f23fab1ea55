//! The words of a cell. All text of a template is escaped here.

use annotate_snippets::renderer::Style as Paint;

use super::grid::{Cell, Paragraph};
use crate::report::escape::escape;
use crate::report::text::{BOLD, CYAN, GREEN, RED, YELLOW, count};
use crate::routes::{
    Authorization, Backend, Counts, GatewayResponse, Header, HeaderKind, Integration, Method, Possibility, Response,
    Selection, SelectionKind, Sent, Template, Value,
};

/// Longest text of a template that is shown; the JSON has all of it.
const MAX_SHOWN: usize = 300;
/// Ranges of statuses that are written out.
const MAX_RANGES: usize = 4;
/// What stands for something unknown.
const UNKNOWN: &str = "?";

/// A text of the template on one line, cut where it is long.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((at, _)) => format!("{}…", escape(text.get(..at).unwrap_or(""))),
        None => escape(text).into_owned(),
    }
}

/// A value with all its possibilities; nothing where there is none.
pub(super) fn value(of: &Value) -> String {
    values(of).join(" | ")
}

/// The possibilities of a value.
fn values(of: &Value) -> Vec<String> {
    match of {
        Value::Absent => Vec::new(),
        Value::Known(text) => vec![shown(text)],
        Value::Possible { possible } => {
            let mut each: Vec<_> = possible.iter().map(|one| possibility(one, possible.len() > 1)).collect();
            each.dedup();
            each
        }
    }
}

/// The same, each on a line; something else where there is none.
fn values_or(of: &Value, absent: &str) -> Vec<String> {
    let values = values(of);
    if values.is_empty() { vec![absent.to_owned()] } else { values }
}

/// One of the possibilities; its condition in brackets where more follows.
pub(super) fn possibility(of: &Possibility, brackets: bool) -> String {
    let text = match (&of.text, of.known) {
        (Some(text), _) => shown(text),
        (None, true) => "none".to_owned(),
        (None, false) => UNKNOWN.to_owned(),
    };
    format!("{text}{}", when(of.when.as_ref(), brackets))
}

/// " when IsProd", in brackets where more follows.
fn when(of: Option<&String>, brackets: bool) -> String {
    match of {
        None => String::new(),
        Some(words) if brackets => format!(" (when {})", shown(words)),
        Some(words) => format!(" when {}", shown(words)),
    }
}

/// A condition as a text of its own.
fn condition(of: Option<&String>) -> Option<Paragraph> {
    of.map(|words| Paragraph::plain(format!("when {}", shown(words))))
}

/// The HTTP method.
pub(super) fn method(of: &Method) -> Cell {
    values_or(&of.http_method, UNKNOWN).into_iter().map(|name| Paragraph::painted(name, CYAN)).collect()
}

/// The logical ID, the condition and the findings of a method.
pub(super) fn resource(logical_id: &str, when: Option<&String>, findings: &Counts) -> Cell {
    let id = Paragraph::plain(shown(logical_id));
    std::iter::once(id).chain(condition(when)).chain(severities(findings)).collect()
}

/// "2 errors, 1 warning" in the colour of the worst.
pub(super) fn counts(of: &Counts) -> Option<(String, Paint)> {
    let found = each(of);
    let words: Vec<_> = found.iter().map(|(words, _)| words.as_str()).collect();
    found.first().map(|(_, paint)| (words.join(", "), *paint))
}

/// The same, each severity on a line.
fn severities(of: &Counts) -> Cell {
    each(of).into_iter().map(|(words, paint)| Paragraph::painted(words, paint)).collect()
}

fn each(of: &Counts) -> Vec<(String, Paint)> {
    let each = [(of.errors, "error", RED), (of.warnings, "warning", YELLOW), (of.infos, "info", CYAN)];
    let found = each.into_iter().filter(|(number, _, _)| *number > 0);
    found.map(|(number, word, paint)| (count(number, word), paint)).collect()
}

/// Who may call.
pub(super) fn authorization(of: &Authorization) -> Vec<String> {
    let kind = match &of.kind {
        Value::Absent => "no authorization set".to_owned(),
        Value::Known(kind) if kind == "COGNITO_USER_POOLS" => "COGNITO".to_owned(),
        Value::Known(_) | Value::Possible { .. } => value(&of.kind),
    };
    let key = match of.api_key {
        Some(true) => Some("API key".to_owned()),
        Some(false) => None,
        None => Some("API key?".to_owned()),
    };
    let who = format!("{kind} {}", value(&of.authorizer));
    std::iter::once(who.trim_end().to_owned()).chain(key).collect()
}

/// What is called.
pub(super) fn integration(of: &Integration) -> Cell {
    let (verb, target) = (value(&of.http_method), values_or(&of.target, UNKNOWN).join(" | "));
    let proxy = if of.proxy == Some(true) { " proxy" } else { "" };
    let kind = values_or(&of.kind, UNKNOWN).join(" | ");
    let words = match of.backend {
        Backend::Mock => "MOCK".to_owned(),
        Backend::Lambda => format!("Lambda{proxy} {target}"),
        Backend::Service => format!("AWS service{proxy} {target}"),
        Backend::Http if verb.is_empty() => format!("HTTP{proxy} {target}"),
        Backend::Http => format!("HTTP{proxy} {verb} {target}"),
        Backend::Unknown if kind == UNKNOWN && target == UNKNOWN => "unknown integration".to_owned(),
        Backend::Unknown => format!("{kind} {target}"),
    };
    let link = value(&of.vpc_link);
    let link = (!link.is_empty()).then(|| Paragraph::plain(format!("through VPC link {link}")));
    std::iter::once(Paragraph::plain(words)).chain(link).chain(condition(of.when.as_ref())).collect()
}

/// What stands in the place of responses, or below them, where there are none or more than can be seen.
pub(super) fn no_responses(of: &Integration) -> Option<&'static str> {
    match (of.proxy, of.backend) {
        (Some(true), Backend::Lambda) => Some("the function's own answers"),
        (Some(true), _) => Some("the backend's own answers"),
        (Some(false) | None, _) if of.more_responses => Some("? more responses than can be seen"),
        (Some(false), _) if of.responses.is_empty() => Some("no integration response"),
        (Some(false) | None, _) => None,
    }
}

/// Which answers of the backend a response is for.
pub(super) fn selection(of: &Response) -> Cell {
    let Selection { kind, pattern, statuses, invalid } = &of.selection;
    let pattern = value(pattern);
    let words = match kind {
        SelectionKind::Default => "default".to_owned(),
        SelectionKind::Status => format!("status {pattern}"),
        SelectionKind::Message => format!("error matching {pattern}"),
        SelectionKind::Unknown if pattern.is_empty() => UNKNOWN.to_owned(),
        SelectionKind::Unknown => format!("matching {pattern}"),
    };
    let taken = statuses.as_deref().map(statuses_taken).filter(|taken| *taken != pattern);
    let first = match (invalid, statuses, taken) {
        (true, _, _) => Paragraph::painted(format!("{words} (no regular expression)"), RED),
        (false, Some(statuses), Some(taken)) if statuses.is_empty() => {
            Paragraph::painted(format!("{words} ({taken})"), YELLOW)
        }
        (false, _, Some(taken)) => Paragraph::plain(format!("{words} ({taken})")),
        (false, _, None) => Paragraph::plain(words),
    };
    std::iter::once(first).chain(condition(of.when.as_ref())).collect()
}

fn statuses_taken(ranges: &[(u16, u16)]) -> String {
    let range = |(first, last): &(u16, u16)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    let mut words: Vec<_> = ranges.iter().take(MAX_RANGES).map(range).collect();
    if ranges.len() > MAX_RANGES {
        words.push("…".to_owned());
    }
    if words.is_empty() { "no status".to_owned() } else { words.join(", ") }
}

/// The status that the client gets.
pub(super) fn status(of: &Value, absent: &str) -> Cell {
    let painted = |text: String| match text.as_bytes() {
        [b'2' | b'3', _, _, ..] => Paragraph::painted(text, GREEN),
        [b'4', _, _, ..] => Paragraph::painted(text, YELLOW),
        [b'5', _, _, ..] => Paragraph::painted(text, RED),
        _ => Paragraph::plain(text),
    };
    values_or(of, absent).into_iter().map(painted).collect()
}

/// The headers, each on a line.
pub(super) fn headers(of: &Sent) -> Cell {
    let mut cell: Cell = of.headers.iter().map(header).collect();
    if of.more_headers {
        cell.push(Paragraph::plain("? more headers than can be seen"));
    }
    cell
}

fn header(of: &Header) -> Paragraph {
    let (name, value) = (shown(&of.name), value(&of.value));
    let when = when(of.when.as_ref(), false);
    match of.kind {
        HeaderKind::Static => Paragraph::plain(format!("{name}: {value}{when}")),
        HeaderKind::Expression | HeaderKind::Unknown => Paragraph::plain(format!("{name} ← {value}{when}")),
        HeaderKind::Invalid => Paragraph::painted(format!("{name} ← {value}{when} (invalid)"), RED),
    }
}

/// Where the body comes from.
pub(super) fn body(of: &Sent, without: &str) -> Cell {
    let mut cell: Cell = of.templates.iter().map(template).collect();
    if of.more_templates {
        cell.push(Paragraph::plain("? more templates than can be seen"));
    } else if cell.is_empty() && !without.is_empty() {
        cell.push(Paragraph::plain(without));
    }
    cell
}

fn template(of: &Template) -> Paragraph {
    let lines = match of.lines {
        None => UNKNOWN.to_owned(),
        Some(0) => "empty".to_owned(),
        Some(lines) => count(lines, "line"),
    };
    Paragraph::plain(format!("{} ({lines}){}", shown(&of.content_type), when(of.when.as_ref(), false)))
}

/// The type of a gateway response.
pub(super) fn gateway(of: &GatewayResponse) -> Cell {
    let kinds = values_or(&of.kind, UNKNOWN).into_iter();
    let mut cell: Cell = kinds.map(|kind| Paragraph::painted(kind, BOLD)).collect();
    cell.extend(condition(of.when.as_ref()));
    cell.extend(severities(&of.findings));
    cell
}
