//! Which texts two patterns share, with one such text as the proof.
//!
//! Over statuses every one of them is tried. Over messages texts that the patterns spell out are tried first. Then both
//! patterns run side by side, as automata, through all texts there are, the shortest first. That is exact; a pattern that no automaton can be (look-around, back references,
//! word boundaries) or a search beyond its budget gives "unknown".

use std::collections::{HashMap, VecDeque};

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};

use super::{ClassItemKind, GroupKind, Node, NodeKind, Pattern, ShorthandSet, StatusSet, translate};

/// Most bytes that a compiled pattern may take.
const SIZE_LIMIT: usize = 1 << 18;

/// Most bytes of states that one automaton may remember: a search that needs more is given up.
const CACHE_LIMIT: usize = 1 << 22;

/// Most pairs of states that a search comes to.
const MOST_PAIRS: usize = 1_000;

/// Most bytes of a text that is spelt out, and most times that a part of it is repeated.
const MOST_EXAMPLE: usize = 1_000;
const MOST_TIMES: u32 = 50;

/// What patterns are matched against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The status of a backend, three digits: HTTP, AWS services, MOCK.
    Status,
    /// The error message of a Lambda function; the empty text where it succeeds.
    Message,
}

/// What is known of a text that was searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// There is one, and this is it.
    Text(String),
    /// There is none.
    None,
    /// Cannot be told.
    Unknown,
}

/// Searches a text of which the patterns say what is wanted.
pub(super) fn search(one: &Pattern, other: &Pattern, subject: Subject, wanted: fn(bool, bool) -> bool) -> Answer {
    match subject {
        Subject::Status => match (one.statuses(), other.statuses()) {
            (Some(one), Some(other)) => {
                let found = StatusSet::FULL.iter().find(|status| wanted(one.contains(*status), other.contains(*status)));
                found.map_or(Answer::None, |status| Answer::Text(status.to_string()))
            }
            _ => Answer::Unknown,
        },
        Subject::Message => message(one, other, wanted).unwrap_or(Answer::Unknown),
    }
}

/// `None` where it cannot be told.
fn message(one: &Pattern, other: &Pattern, wanted: fn(bool, bool) -> bool) -> Option<Answer> {
    // The engines that match in earnest have the last word on every text.
    let (first, second) = (one.matcher()?, other.matcher()?);
    let proves = |text: &str| Some(wanted(first.is_match(text)?, second.is_match(text)?));
    for text in [one, other].into_iter().flat_map(examples) {
        if proves(&text)? {
            return Some(Answer::Text(text));
        }
    }
    let (mut here, mut there) = (Automaton::new(one)?, Automaton::new(other)?);
    let bytes = distinct_bytes(&here.dfa, &there.dfa);
    let first = (here.start()?, there.start()?);
    let mut came_from: HashMap<Pair, Option<(Pair, u8)>> = HashMap::from([(first, None)]);
    let mut waiting = VecDeque::from([first]);
    while let Some(pair) = waiting.pop_front() {
        if wanted(here.ends(pair.0)?, there.ends(pair.1)?) {
            let text = String::from_utf8(spelt(pair, &came_from)).ok()?;
            return proves(&text)?.then_some(Answer::Text(text));
        }
        for byte in &bytes {
            let next = (here.next(pair.0, *byte)?, there.next(pair.1, *byte)?);
            // What neither pattern can match any more is no text that is searched.
            if next.0.is_dead() && next.1.is_dead() || came_from.contains_key(&next) {
                continue;
            }
            if came_from.len() >= MOST_PAIRS {
                return None;
            }
            came_from.insert(next, Some((pair, *byte)));
            waiting.push_back(next);
        }
    }
    Some(Answer::None)
}

/// Texts that a pattern spells out, with nothing and with something for each wildcard. Not all need match.
fn examples(pattern: &Pattern) -> impl Iterator<Item = String> {
    ["", "x"].into_iter().map(|wildcard| {
        let mut text = String::new();
        spell(pattern.root(), wildcard, &mut text);
        text
    })
}

fn spell(node: &Node, wildcard: &str, text: &mut String) {
    if text.len() > MOST_EXAMPLE {
        return;
    }
    match &node.kind {
        NodeKind::Literal(literal) => text.extend(literal.character()),
        NodeKind::Dot => text.push('x'),
        NodeKind::Shorthand(shorthand) => text.push(if shorthand.set == ShorthandSet::Space { ' ' } else { '0' }),
        NodeKind::Class(class) => match class.items.first().map(|item| &item.kind) {
            Some(ClassItemKind::Literal(first) | ClassItemKind::Range(first, _)) if !class.negated => {
                text.extend(first.character());
            }
            _ => text.push('0'),
        },
        NodeKind::Group(GroupKind::Capture { .. } | GroupKind::Plain | GroupKind::Atomic, inner) => {
            spell(inner, wildcard, text);
        }
        NodeKind::Repeat(repeat)
            if repeat.max.is_none() && repeat.min <= 1 && !matches!(repeat.node.kind, NodeKind::Literal(_)) =>
        {
            text.push_str(wildcard);
        }
        NodeKind::Repeat(repeat) => (0..repeat.min.min(MOST_TIMES)).for_each(|_| spell(&repeat.node, wildcard, text)),
        NodeKind::Concat(nodes) => nodes.iter().for_each(|node| spell(node, wildcard, text)),
        NodeKind::Alternation(nodes) => nodes.iter().take(1).for_each(|node| spell(node, wildcard, text)),
        NodeKind::Group(GroupKind::LookAhead { .. } | GroupKind::LookBehind { .. }, _)
        | NodeKind::Empty
        | NodeKind::SetFlags
        | NodeKind::NamedCharacter(_)
        | NodeKind::Assertion(_)
        | NodeKind::LineBreak
        | NodeKind::Grapheme
        | NodeKind::BackReference(_)
        | NodeKind::Unread => {}
    }
}

type Pair = (LazyStateID, LazyStateID);

struct Automaton {
    dfa: DFA,
    cache: Cache,
}

impl Automaton {
    fn new(pattern: &Pattern) -> Option<Self> {
        let translation = translate::translate(&pattern.root, pattern.groups).filter(|found| !found.needs_backtracking)?;
        let config = DFA::config().match_kind(MatchKind::All).cache_capacity(CACHE_LIMIT).skip_cache_capacity_check(true);
        let dfa = DFA::builder()
            .configure(config)
            .thompson(thompson::Config::new().nfa_size_limit(Some(SIZE_LIMIT)))
            .build(&format!("\\A(?:{})\\z", translation.text))
            .ok()?;
        let cache = dfa.create_cache();
        Some(Self { dfa, cache })
    }

    fn start(&mut self) -> Option<LazyStateID> {
        self.dfa.start_state(&mut self.cache, &start::Config::new().anchored(Anchored::Yes)).ok()
    }

    /// The state behind a byte; `None` where the automaton gave up or forgot its states.
    fn next(&mut self, state: LazyStateID, byte: u8) -> Option<LazyStateID> {
        let next = self.dfa.next_state(&mut self.cache, state, byte).ok()?;
        (!next.is_quit() && self.cache.clear_count() == 0).then_some(next)
    }

    /// Whether a text that ends here matches.
    fn ends(&mut self, state: LazyStateID) -> Option<bool> {
        let end = self.dfa.next_eoi_state(&mut self.cache, state).ok()?;
        (!end.is_quit() && self.cache.clear_count() == 0).then_some(end.is_match())
    }
}

/// One byte of each kind that the automata tell apart: the most readable, and those first.
fn distinct_bytes(one: &DFA, other: &DFA) -> Vec<u8> {
    let (here, there) = (one.byte_classes(), other.byte_classes());
    let readable = (b'a'..=b'z').chain(b'A'..=b'Z').chain(b'0'..=b'9').chain(b' '..=b'~');
    let mut known = std::collections::HashSet::new();
    readable.chain(0..=u8::MAX).filter(|byte| known.insert((here.get(*byte), there.get(*byte)))).collect()
}

/// The bytes on the way to a pair.
fn spelt(pair: Pair, came_from: &HashMap<Pair, Option<(Pair, u8)>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut at = pair;
    while let Some(Some((before, byte))) = came_from.get(&at) {
        bytes.push(*byte);
        at = *before;
    }
    bytes.reverse();
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn overlap(one: &str, other: &str, subject: Subject) -> Answer {
        parse(one).unwrap().overlap(&parse(other).unwrap(), subject)
    }

    fn beyond(one: &str, other: &str) -> Answer {
        parse(one).unwrap().beyond(&parse(other).unwrap(), Subject::Message)
    }

    fn text(text: &str) -> Answer {
        Answer::Text(text.to_owned())
    }

    #[test]
    fn statuses_that_two_patterns_share() {
        assert_eq!(overlap(r"4\d{2}", "404", Subject::Status), text("404"));
        assert_eq!(overlap("4..", "5..", Subject::Status), Answer::None);
        assert_eq!(overlap("(?!404)4..", "40[345]", Subject::Status), text("403"));
    }

    #[test]
    fn messages_that_two_patterns_share() {
        let overlap = |one, other| overlap(one, other, Subject::Message);
        assert_eq!(overlap(".*Error.*", ".*BadError.*"), text("BadError"));
        assert_eq!(overlap(r".*\[404\].*", r"\[400\].*"), text("[400][404]"));
        assert_eq!(overlap("Not found.*", "Bad request.*"), Answer::None);
        assert_eq!(overlap(".*", ".+"), text("x"));
        assert_eq!(overlap("(?=a).*", ".*"), Answer::Unknown);
    }

    #[test]
    fn what_one_pattern_takes_beyond_the_other() {
        assert_eq!(beyond(".*BadError.*", ".*Error.*"), Answer::None);
        assert_eq!(beyond(".*", ".+"), text(""));
        assert_eq!(beyond(r"[\s\S]*x[\s\S]*", ".*x.*"), text("x\n"));
        assert_eq!(beyond(r"(?i).*error.*", ".*Error.*"), text("error"));
        assert_eq!(beyond(r".*\[404\].*", r"(.|\n)+"), Answer::None);
        assert_eq!(beyond(r"\p{L}+ü", ".*"), Answer::None);
    }

    #[test]
    fn a_search_has_a_budget() {
        let wide = |letter: char| format!(".*{letter}.{{300}}");
        assert_eq!(overlap(&wide('a'), &wide('b'), Subject::Message), Answer::Unknown);
        assert_eq!(overlap("a{9999}", "a{9998}", Subject::Message), Answer::Unknown);
    }
}
