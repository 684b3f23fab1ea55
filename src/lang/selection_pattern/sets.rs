//! Which statuses match, told from the tree at once for all of them, without an engine.
//!
//! A status is three digits, so a match stands at one of four places. For each place a set tells
//! which statuses the pattern can have come that far with; each node moves the sets on. That is
//! exact for all but back references, atomic groups and possessive repetition, where it matters
//! which way is tried first.

use std::cell::Cell;
use std::sync::LazyLock;

use super::ast::{
    Assertion, Class, ClassItem, ClassItemKind, GroupKind, Literal, Node, NodeKind, Repeat, RepeatMode, Shorthand,
    ShorthandSet,
};
use super::statuses::StatusSet;

/// The statuses that have come to each of the four places.
type Places = [StatusSet; 4];

/// A set of the ten digits: bit n for digit n.
type Digits = u16;

const NOWHERE: Places = [StatusSet::EMPTY; 4];
const ALL_DIGITS: Digits = 0x3FF;

/// Most nodes to be walked: repetitions inside repetitions multiply.
const MOST_STEPS: u32 = 20_000;

/// Most levels of the tree to be walked down: each takes room on the stack.
const MOST_LEVELS: u32 = 60;

/// What may still be walked.
#[derive(Debug)]
struct Budget {
    steps: Cell<u32>,
    levels: Cell<u32>,
}

/// Gives the statuses that a pattern matches; none where the tree alone does not tell.
pub(super) fn matched(root: &Node) -> Option<StatusSet> {
    let budget = Budget { steps: Cell::new(MOST_STEPS), levels: Cell::new(MOST_LEVELS) };
    let [_, _, _, end] = walk(root, only(0, StatusSet::FULL), &budget)?;
    Some(end)
}

/// Statuses by place of a digit (0 to 2) and by digit.
static BY_DIGIT: LazyLock<[[StatusSet; 10]; 3]> = LazyLock::new(|| {
    let mut table = [[StatusSet::EMPTY; 10]; 3];
    for status in StatusSet::FULL.iter() {
        let digits = [status / 100, status / 10 % 10, status % 10];
        for (row, digit) in table.iter_mut().zip(digits) {
            if let Some(set) = row.get_mut(usize::from(digit)) {
                set.insert(status);
            }
        }
    }
    table
});

fn walk(node: &Node, from: Places, budget: &Budget) -> Option<Places> {
    budget.steps.set(budget.steps.get().checked_sub(1)?);
    let levels = budget.levels.get();
    budget.levels.set(levels.checked_sub(1)?);
    let found = step(node, from, budget);
    budget.levels.set(levels);
    found
}

fn step(node: &Node, from: Places, budget: &Budget) -> Option<Places> {
    match &node.kind {
        NodeKind::Empty | NodeKind::SetFlags => Some(from),
        NodeKind::Literal(literal) => Some(consume(from, digit_of(*literal))),
        NodeKind::Dot | NodeKind::Grapheme => Some(consume(from, ALL_DIGITS)),
        NodeKind::Shorthand(shorthand) => Some(consume(from, shorthand_digits(shorthand)?)),
        NodeKind::Class(class) => Some(consume(from, class_digits(class)?)),
        NodeKind::LineBreak => Some(NOWHERE),
        NodeKind::Assertion(assertion) => Some(keep(from, *assertion)),
        NodeKind::Concat(nodes) => nodes.iter().try_fold(from, |from, node| walk(node, from, budget)),
        NodeKind::Alternation(nodes) => {
            nodes.iter().try_fold(NOWHERE, |found, node| Some(either(found, walk(node, from, budget)?)))
        }
        NodeKind::Group(kind, inner) => group(kind, inner, from, budget),
        NodeKind::Repeat(repeat) => repeated(repeat, from, budget),
        NodeKind::NamedCharacter(_) | NodeKind::BackReference(_) | NodeKind::Unread => None,
    }
}

fn group(kind: &GroupKind, inner: &Node, from: Places, budget: &Budget) -> Option<Places> {
    match kind {
        GroupKind::Capture { .. } | GroupKind::Plain => walk(inner, from, budget),
        GroupKind::LookAhead { negated } => look(from, *negated, |place| {
            let found = walk(inner, only(place, StatusSet::FULL), budget)?;
            Some(found.into_iter().fold(StatusSet::EMPTY, StatusSet::or))
        }),
        GroupKind::LookBehind { negated, counted: true } => look(from, *negated, |place| {
            (0..=place).try_fold(StatusSet::EMPTY, |found, start| {
                let ends = walk(inner, only(start, StatusSet::FULL), budget)?;
                Some(found.or(ends.into_iter().nth(place)?))
            })
        }),
        GroupKind::Atomic | GroupKind::LookBehind { counted: false, .. } => None,
    }
}

/// Keeps at each place the statuses for which a look-around holds there, or does not.
fn look(from: Places, negated: bool, holds: impl Fn(usize) -> Option<StatusSet>) -> Option<Places> {
    let mut found = from;
    for (place, set) in found.iter_mut().enumerate() {
        let held = holds(place)?;
        *set = if negated { set.without(held) } else { set.and(held) };
    }
    Some(found)
}

/// Turns of a repetition beyond which another changes nothing: each turn either takes a digit, of
/// which there are three, or takes nothing, which may be done any number of times.
const MOST_TURNS: u32 = 4;

fn repeated(repeat: &Repeat, from: Places, budget: &Budget) -> Option<Places> {
    if repeat.mode == RepeatMode::Possessive {
        return None;
    }
    let mut reached = from;
    for _ in 0..repeat.min.min(MOST_TURNS) {
        reached = walk(&repeat.node, reached, budget)?;
    }
    let more = repeat.max.map_or(MOST_TURNS, |max| max - repeat.min);
    let mut found = reached;
    for _ in 0..more.min(MOST_TURNS) {
        reached = walk(&repeat.node, reached, budget)?;
        found = either(found, reached);
    }
    Some(found)
}

fn only(place: usize, set: StatusSet) -> Places {
    let mut places = NOWHERE;
    if let Some(found) = places.get_mut(place) {
        *found = set;
    }
    places
}

fn either(left: Places, right: Places) -> Places {
    let mut found = left;
    for (set, other) in found.iter_mut().zip(right) {
        *set = set.or(other);
    }
    found
}

/// Moves every place one digit on, for the statuses that have one of the digits there.
fn consume(from: Places, digits: Digits) -> Places {
    let mut found = NOWHERE;
    for ((to, set), row) in found.iter_mut().skip(1).zip(from).zip(BY_DIGIT.iter()) {
        if digits == ALL_DIGITS {
            *to = set;
        } else if digits != 0 && !set.is_empty() {
            let having = row
                .iter()
                .enumerate()
                .filter(|&(digit, _)| digits >> digit & 1 == 1)
                .fold(StatusSet::EMPTY, |having, (_, set)| having.or(*set));
            *to = set.and(having);
        }
    }
    found
}

/// Keeps the places where an assertion holds in a text of three digits.
fn keep(from: Places, assertion: Assertion) -> Places {
    let [first, second, third, last] = from;
    let none = StatusSet::EMPTY;
    match assertion {
        Assertion::LineStart | Assertion::TextStart | Assertion::PreviousMatchEnd => [first, none, none, none],
        Assertion::LineEnd | Assertion::TextEnd | Assertion::TextEndBeforeTerminator => [none, none, none, last],
        Assertion::WordBoundary => [first, none, none, last],
        Assertion::NotWordBoundary => [none, second, third, none],
        Assertion::GraphemeBoundary => from,
    }
}

fn digit_of(literal: Literal) -> Digits {
    digits_between(literal.code, literal.code)
}

fn digits_between(first: u32, last: u32) -> Digits {
    (0..10).filter(|digit| (first..=last).contains(&(0x30 + digit))).fold(0, |digits, digit| digits | 1 << digit)
}

fn shorthand_digits(shorthand: &Shorthand) -> Option<Digits> {
    let has_digits = match shorthand.set {
        ShorthandSet::Digit | ShorthandSet::Word => true,
        ShorthandSet::HorizontalSpace | ShorthandSet::Space | ShorthandSet::VerticalSpace => false,
        ShorthandSet::Property(_) => return None,
    };
    Some(if has_digits == shorthand.negated { 0 } else { ALL_DIGITS })
}

fn class_digits(class: &Class) -> Option<Digits> {
    let digits = items_digits(&class.items)?;
    Some(if class.negated { ALL_DIGITS & !digits } else { digits })
}

fn items_digits(items: &[ClassItem]) -> Option<Digits> {
    let mut digits = 0;
    let mut is_intersected = false;
    for item in items {
        let own = match &item.kind {
            ClassItemKind::Literal(literal) => digit_of(*literal),
            ClassItemKind::Range(first, last) => digits_between(first.code, last.code),
            ClassItemKind::NamedCharacter => return None,
            ClassItemKind::Shorthand(shorthand) => shorthand_digits(shorthand)?,
            ClassItemKind::Class(class) => class_digits(class)?,
            ClassItemKind::Intersect(right) if right.is_empty() => return None,
            ClassItemKind::Intersect(right) => {
                let right = items_digits(right)?;
                digits = if is_first(items, item) { right } else { digits & right };
                is_intersected = true;
                continue;
            }
        };
        if is_intersected {
            return None;
        }
        digits |= own;
    }
    Some(digits)
}

/// An intersection with nothing before it is its right side alone.
fn is_first(items: &[ClassItem], item: &ClassItem) -> bool {
    items.first().is_some_and(|first| std::ptr::eq(first, item))
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    fn statuses(pattern: &str) -> Vec<u16> {
        parse(pattern).unwrap().statuses().unwrap().iter().collect()
    }

    #[test]
    fn common_patterns() {
        assert_eq!(statuses(r"4\d{2}"), (400..500).collect::<Vec<_>>());
        assert_eq!(statuses("404"), [404]);
        assert_eq!(statuses("(?!40[0-8])40."), [409]);
        assert_eq!(statuses("^(200|5[^1-9]3)$"), [200, 503]);
        assert!(statuses(r".*\[404\].*").is_empty());
        assert_eq!(statuses(r"[\s\S]*").len(), 500);
        assert!(statuses("4XX").is_empty());
        assert_eq!(statuses(r"(4)(\d)\2(?<!3)").len(), 9);
    }
}
