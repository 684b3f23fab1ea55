//! Findings recognized in another text, and those that are new in it.

use std::collections::{BTreeMap, BTreeSet};

use super::trail::{Origin, Trail};
use crate::finding::Finding;
use crate::text::Span;

/// What makes a finding the same in two rounds: its rule and where it stood in the first text. What a repair wrote
/// stands at no place of its own; there the words count, too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    rule: &'static str,
    origin: Origin,
    words: Option<String>,
}

impl Key {
    pub(super) fn of(finding: &Finding, trail: &Trail) -> Self {
        let origin = trail.origin(finding.span);
        Self { rule: finding.rule, origin, words: (!origin.known).then(|| finding.message.clone()) }
    }

    pub(super) fn origin(&self) -> Origin {
        self.origin
    }
}

/// Findings that are repaired: a repair after which one of them stands there in the same words is none.
pub(super) struct Repaired(BTreeSet<(Key, String)>);

impl Repaired {
    /// Of findings in the last text of the trail.
    pub(super) fn new<'f>(findings: impl IntoIterator<Item = &'f Finding>, trail: &Trail) -> Self {
        Self(findings.into_iter().map(|finding| (Key::of(finding, trail), finding.message.clone())).collect())
    }

    /// Looks for them in the text after the repair, where the trail now ends.
    pub(super) fn check(&self, after: &[Finding], trail: &Trail) -> Result<(), Spoilt> {
        let stays = |finding: &&Finding| {
            let key = Key::of(finding, trail);
            key.origin.known && self.0.contains(&(key, finding.message.clone()))
        };
        let reason = |finding: &Finding| format!("the finding would still be there: {}", finding.message);
        Spoilt::by(after.iter().filter(stays), reason)
    }
}

/// The findings that count. A suppressed one is not among them, so that it is new where a repair takes it away from what
/// suppresses it.
fn active(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.suppressed.is_none())
}

/// Whether a finding tells of a suppression whose finding is gone, as it is where a repair does good beyond its own finding.
fn is_leftover(finding: &Finding) -> bool {
    finding.rule == "unused-suppression"
}

/// Rule, resource, and words or text.
type Seen = (&'static str, Option<String>, String);

fn words(finding: &Finding) -> Seen {
    (finding.rule, finding.logical_id.clone(), finding.message.clone())
}

/// With the text that a finding points at.
fn text_of(finding: &Finding, text: &str) -> Seen {
    let pointed = text.get(finding.span.range()).unwrap_or_default();
    (finding.rule, finding.logical_id.clone(), pointed.to_owned())
}

fn count(seen: impl Iterator<Item = Seen>) -> BTreeMap<Seen, usize> {
    let mut counts = BTreeMap::new();
    for key in seen {
        *counts.entry(key).or_insert(0) += 1;
    }
    counts
}

/// The findings of a text. Each is recognized by its words, its text or its place: the words may name a key that is
/// corrected, the text may hold a value that is, or both at once, and of several resources that share a text another one
/// may be named.
pub(super) struct Known {
    words: BTreeMap<Seen, usize>,
    texts: BTreeMap<Seen, usize>,
    places: BTreeSet<Key>,
}

impl Known {
    pub(super) fn new(findings: &[Finding], text: &str) -> Self {
        let place = |finding: &Finding| Key::of(finding, &Trail::default());
        Self { places: active(findings).map(place).collect(), ..Self::counted(findings, text) }
    }

    fn counted(findings: &[Finding], text: &str) -> Self {
        let texts = count(active(findings).map(|finding| text_of(finding, text)));
        Self { words: count(active(findings).map(words)), texts, places: BTreeSet::new() }
    }

    /// Whether a rule found something inside a text, so that it finds that in a copy, too.
    fn is_inside(&self, rule: &str, text: Span) -> bool {
        self.places.iter().any(|key| key.rule == rule && text.contains(key.origin.span))
    }

    /// What is wrong with a text that came about on this trail: its new findings, of those that count.
    pub(super) fn check(
        &self,
        findings: &[Finding],
        text: &str,
        trail: &Trail,
        counts: impl Fn(&Finding) -> bool,
    ) -> Result<(), Spoilt> {
        let now = Self::counted(findings, text);
        let more = |now: &BTreeMap<Seen, usize>, before: &BTreeMap<Seen, usize>, key: &Seen| now.get(key) > before.get(key);
        let is_new = |finding: &&Finding| {
            more(&now.words, &self.words, &words(finding))
                && more(&now.texts, &self.texts, &text_of(finding, text))
                && !self.places.contains(&Key::of(finding, trail))
                && !trail.copied(finding.span).is_some_and(|from| self.is_inside(finding.rule, from))
        };
        let reason = |new: &Finding| format!("the result would have a new finding: {}: {}", new.rule, new.message);
        Spoilt::by(active(findings).filter(|finding| counts(finding) && !is_leftover(finding)).filter(is_new), reason)
    }
}

/// Why a text is not right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spoilt {
    /// The first reason.
    pub(super) reason: String,
    /// The sections of the template in which something is wrong, each with its first reason; empty where that is not known.
    pub(super) blamed: BTreeMap<String, String>,
}

impl Spoilt {
    pub(super) fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), blamed: BTreeMap::new() }
    }

    /// An error if there are findings that should not be there, blamed on where they stand.
    fn by<'f>(findings: impl Iterator<Item = &'f Finding>, reason: impl Fn(&Finding) -> String) -> Result<(), Self> {
        let mut spoilt: Option<Self> = None;
        for finding in findings {
            let reason = reason(finding);
            let spoilt = spoilt.get_or_insert_with(|| Self::because(reason.clone()));
            for section in sections(finding) {
                spoilt.blamed.entry(section).or_insert_with(|| reason.clone());
            }
        }
        spoilt.map_or(Ok(()), Err)
    }
}

/// The sections of the template that a finding is about: where it stands, and its resource.
pub(super) fn sections(finding: &Finding) -> BTreeSet<String> {
    let resource = finding.logical_id.as_ref().map(|id| format!("/Resources/{}", id.replace('~', "~0").replace('/', "~1")));
    section(&finding.path).map(str::to_owned).into_iter().chain(resource).collect()
}

/// The first two steps of a pointer: `/Resources/GetPet`, `/Parameters/Origin`.
pub(super) fn section(pointer: &str) -> Option<&str> {
    let end = pointer.match_indices('/').nth(2).map_or(pointer.len(), |(at, _)| at);
    pointer.get(..end).filter(|section| !section.is_empty())
}

#[cfg(test)]
mod tests {
    use super::section;

    #[test]
    fn a_section_is_two_steps_deep() {
        assert_eq!(section("/Resources/M/Properties"), Some("/Resources/M"));
        assert_eq!(section("/Resources/M"), Some("/Resources/M"));
        assert_eq!(section("/Transform"), Some("/Transform"));
        assert_eq!(section(""), None);
    }
}
