//! Misspelt expressions: what was meant.

use super::context::{VARIABLES, is_listed};
use super::{MappingPlace, is_name, parse};
use crate::lang::distance;

/// Fixed first words of the expressions that take a name or a path behind them.
const HEADS: &[&[&str]] = &[
    &["method", "request", "path"],
    &["method", "request", "querystring"],
    &["method", "request", "header"],
    &["method", "request", "multivaluequerystring"],
    &["method", "request", "multivalueheader"],
    &["method", "request", "body"],
    &["integration", "response", "header"],
    &["integration", "response", "multivalueheader"],
    &["integration", "response", "body"],
    &["stageVariables"],
    &["context"],
];

/// The one expression that a text was meant to be: the expression, whether that is sure, and whether only
/// a leading dollar was wrong.
pub(super) fn repair(text: &str, place: MappingPlace) -> Option<(String, bool, bool)> {
    let trimmed = text.trim();
    let bare = trimmed.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let bare = bare.or_else(|| trimmed.strip_prefix('$')).unwrap_or(trimmed);
    if bare != trimmed && is_legal(bare, place) {
        return Some((bare.to_owned(), true, true));
    }
    let looks = bare.chars().all(|c| c.is_ascii_alphanumeric() || "._$-[]'\"@*?():".contains(c)) && bare.contains('.');
    if !looks {
        return None;
    }
    let mut best: Option<(usize, String)> = None;
    let mut ties = 0;
    for head in HEADS {
        let Some((distance, meant)) = nearest_form(bare, head).filter(|(_, meant)| is_legal(meant, place)) else { continue };
        match &best {
            Some((least, _)) if distance > *least => {}
            Some((least, known)) if distance == *least && meant != *known => ties += 1,
            Some(_) | None => {
                ties = if best.as_ref().is_some_and(|(least, _)| *least == distance) { ties } else { 0 };
                best = Some((distance, meant));
            }
        }
    }
    let (distance, meant) = best.filter(|_| ties == 0)?;
    (meant != text).then_some((meant, distance <= 1, false))
}

/// The documented spelling of a context variable that is written in another letter case.
pub(super) fn context_case(variable: &str) -> Option<&'static str> {
    if is_listed(variable) {
        return None;
    }
    let mut same = VARIABLES.iter().filter(|known| known.eq_ignore_ascii_case(variable));
    if let (Some(known), None) = (same.next(), same.next()) {
        return Some(known);
    }
    // `request_id`, and `sourceIp` without `identity`.
    let letters = |name: &str| name.to_ascii_lowercase().replace(['.', '_', '-'], "");
    let tail = |name: &str| name.rsplit_once('.').map(|(_, tail)| letters(tail));
    let wanted = letters(variable);
    let mut near = VARIABLES.iter().filter(|known| letters(known) == wanted || tail(known).as_deref() == Some(&*wanted));
    near.next().copied().filter(|_| near.next().is_none())
}

/// The text with its first words replaced by `head`, and how many letters that changes. A plural, another
/// letter case and a stray `$` in the path count nothing: they have no other meaning.
fn nearest_form(text: &str, head: &[&str]) -> Option<(usize, String)> {
    let mut words = text.splitn(head.len() + 1, '.');
    let mut total = 0;
    for wanted in head {
        let word = words.next()?;
        total += word_distance(word, wanted)?;
    }
    let tail = words.next();
    let joined = head.join(".");
    let body = head.last() == Some(&"body");
    match tail {
        None => body.then_some((total, joined)),
        Some(tail) if body => {
            let path = tail.strip_prefix("$.").or_else(|| tail.strip_prefix('$')).unwrap_or(tail);
            Some((
                total,
                if path.is_empty() {
                    joined
                } else if path.starts_with('[') {
                    joined + path
                } else {
                    joined + "." + path
                },
            ))
        }
        Some(tail) if head == ["context"] => {
            let known = VARIABLES.iter().find(|known| known.eq_ignore_ascii_case(tail)).copied();
            let known = known.or_else(|| is_listed(tail).then_some(tail))?;
            Some((total, format!("context.{known}")))
        }
        Some(tail) => is_name(tail).then(|| (total, format!("{joined}.{tail}"))),
    }
}

fn word_distance(word: &str, wanted: &str) -> Option<usize> {
    let (lower, target) = (word.to_lowercase(), wanted.to_lowercase());
    let plural = lower.strip_suffix('s').unwrap_or(&lower) == target || lower == target.strip_suffix('s').unwrap_or(&target);
    let short = target == "querystring"
        && matches!(
            lower.as_str(),
            "query" | "querystrings" | "queryparam" | "queryparams" | "queryparameter" | "queryparameters" | "query_string"
        );
    if plural || short {
        return Some(0);
    }
    distance::within(&lower, &target, 2.min(target.len() / 3))
}

fn is_legal(text: &str, place: MappingPlace) -> bool {
    parse(text).is_ok_and(|source| source.is_legal_in(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(text: &str) -> Option<String> {
        repair(text, MappingPlace::IntegrationResponse).map(|(meant, _, _)| meant)
    }

    #[test]
    fn near_misses_are_repaired() {
        for (text, wanted) in [
            ("$context.requestId", "context.requestId"),
            ("${context.requestId}", "context.requestId"),
            ("integration.response.headers.Location", "integration.response.header.Location"),
            ("Integration.Response.Header.Location", "integration.response.header.Location"),
            ("integration.response.body.$.id", "integration.response.body.id"),
            ("integration.response.body.$[0].id", "integration.response.body[0].id"),
            ("integration.reponse.header.X", "integration.response.header.X"),
            ("stagevariables.x", "stageVariables.x"),
            ("stageVariable.x", "stageVariables.x"),
            ("$stageVariables.x", "stageVariables.x"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn static_texts_are_not_repaired() {
        for text in ["www.example.com", "content.type", "text/html", "max-age=600", "a.b.c", "1.5"] {
            assert_eq!(meant(text), None, "{text}");
        }
    }
}
