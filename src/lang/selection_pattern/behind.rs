//! Whether Java finds an "obvious maximum length" for a look-behind.
//!
//! The documentation does not say what is obvious. The engine counts lengths in 32-bit numbers
//! that may run over, and takes a repeated group for boundless unless each of its turns is alike;
//! both can be seen from outside (`(?<=a*)` is accepted, `(?<=(a|b){2})` is not), so both are
//! followed here.

use super::ast::{GroupKind, Node, NodeKind, Repeat, RepeatMode};

/// What is counted while going through a pattern.
#[derive(Debug, Clone, Copy)]
struct Count {
    longest: i32,
    is_bounded: bool,
    is_fixed: bool,
    ran_over: bool,
}

const NOTHING: Count = Count { longest: 0, is_bounded: true, is_fixed: true, ran_over: false };

impl Count {
    /// Adds to the length, as Java's `int` does.
    fn add(&mut self, length: i32) {
        let (longest, ran_over) = self.longest.overflowing_add(length);
        self.longest = longest;
        self.ran_over |= ran_over;
    }
}

/// Counts the inside of a look-behind: none where Java refuses it, else whether the count is of use.
///
/// Java looks back as far as the count, by 32-bit subtraction from the place in the text. A count
/// that ran over serves all the same where it is greater than any text, or where the subtraction
/// runs over too: for every place that lies behind at least as many characters as the count is
/// past the limit.
pub(super) fn length(inner: &Node) -> Option<bool> {
    let mut count = NOTHING;
    walk(&[inner], &mut count);
    if !count.is_bounded {
        return None;
    }
    let past = count.longest.wrapping_sub(i32::MIN);
    let serves = if count.longest < 0 {
        u32::try_from(past).is_ok_and(|past| past <= shortest(inner))
    } else {
        !count.ran_over || count.longest > i32::MAX / 2
    };
    Some(serves)
}

/// Gives the least number of characters that a node takes.
fn shortest(node: &Node) -> u32 {
    match &node.kind {
        NodeKind::Literal(_)
        | NodeKind::NamedCharacter(_)
        | NodeKind::Dot
        | NodeKind::Shorthand(_)
        | NodeKind::Class(_)
        | NodeKind::LineBreak
        | NodeKind::Grapheme => 1,
        NodeKind::Group(GroupKind::LookAhead { .. } | GroupKind::LookBehind { .. }, _)
        | NodeKind::Empty
        | NodeKind::SetFlags
        | NodeKind::Assertion(_)
        | NodeKind::BackReference(_)
        | NodeKind::Unread => 0,
        NodeKind::Group(_, inner) => shortest(inner),
        NodeKind::Repeat(repeat) => shortest(&repeat.node).saturating_mul(repeat.min),
        NodeKind::Concat(nodes) => nodes.iter().map(shortest).fold(0, u32::saturating_add),
        NodeKind::Alternation(nodes) => nodes.iter().map(shortest).min().unwrap_or(0),
    }
}

/// Counts nodes one after the other. What stands behind a choice is counted from zero and added.
fn walk(nodes: &[&Node], count: &mut Count) {
    let mut done: i32 = 0;
    let mut waiting: Vec<&Node> = nodes.iter().rev().copied().collect();
    while let Some(node) = waiting.pop() {
        let branches = match &node.kind {
            NodeKind::Concat(nodes) => {
                waiting.extend(nodes.iter().rev());
                continue;
            }
            NodeKind::Group(GroupKind::Capture { .. } | GroupKind::Plain, inner) => {
                waiting.push(inner);
                continue;
            }
            NodeKind::Alternation(branches) => branches.as_slice(),
            NodeKind::Repeat(repeat) if is_optional_group(repeat) => node.children(),
            _ => {
                add(node, count);
                continue;
            }
        };
        let is_optional = !matches!(node.kind, NodeKind::Alternation(_));
        choose(branches, is_optional, count);
        count.add(done);
        done = count.longest;
        count.longest = 0;
        count.is_fixed = false;
    }
    count.add(done);
}

fn choose(branches: &[Node], is_optional: bool, count: &mut Count) {
    let mut longest = if is_optional { 0 } else { -1 };
    for branch in branches {
        let mut own = NOTHING;
        walk(&[branch], &mut own);
        longest = longest.max(own.longest);
        count.is_bounded &= own.is_bounded;
        count.ran_over |= own.ran_over;
    }
    count.add(longest);
}

/// A group that may stand once or not at all is a choice between the group and nothing.
fn is_optional_group(repeat: &Repeat) -> bool {
    is_group(&repeat.node) && is_optional(repeat) && repeat.mode != RepeatMode::Possessive
}

fn is_optional(repeat: &Repeat) -> bool {
    (repeat.min, repeat.max) == (0, Some(1))
}

/// Groups that take their repetition in themselves; a look-around or atomic group does not.
fn is_group(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Group(GroupKind::Capture { .. } | GroupKind::Plain, _))
}

/// Counts one node that is no choice and no plain group.
fn add(node: &Node, count: &mut Count) {
    match &node.kind {
        NodeKind::Literal(_) | NodeKind::NamedCharacter(_) | NodeKind::Dot | NodeKind::Shorthand(_) | NodeKind::Class(_) => {
            count.add(1);
        }
        NodeKind::LineBreak => count.add(2),
        NodeKind::Grapheme => count.is_fixed = false,
        NodeKind::BackReference(_) => count.is_bounded = false,
        NodeKind::Group(GroupKind::Atomic, inner) => walk(&[inner], count),
        NodeKind::Repeat(repeat) => add_repeat(repeat, count),
        NodeKind::Empty
        | NodeKind::SetFlags
        | NodeKind::Assertion(_)
        | NodeKind::Group(..)
        | NodeKind::Concat(_)
        | NodeKind::Alternation(_)
        | NodeKind::Unread => {}
    }
}

fn add_repeat(repeat: &Repeat, count: &mut Count) {
    if is_optional(repeat) {
        walk(&[&repeat.node], count);
        count.is_fixed = false;
        return;
    }
    let mut own = NOTHING;
    walk(&[&repeat.node], &mut own);
    let is_one_character = matches!(
        repeat.node.kind,
        NodeKind::Literal(_) | NodeKind::NamedCharacter(_) | NodeKind::Dot | NodeKind::Shorthand(_) | NodeKind::Class(_)
    );
    if is_one_character && repeat.max.is_none() && repeat.mode == RepeatMode::Greedy {
        count.add(i32::MAX);
        count.is_fixed = false;
        return;
    }
    if is_group(&repeat.node) && !own.is_fixed && repeat.mode != RepeatMode::Possessive {
        count.is_bounded = false;
        count.is_fixed = false;
        return;
    }
    let most = repeat.max.and_then(|max| i32::try_from(max).ok()).unwrap_or(i32::MAX);
    let before = count.longest;
    if count.is_bounded && own.is_bounded {
        count.ran_over |= own.ran_over || own.longest.checked_mul(most).is_none();
        count.longest = own.longest.wrapping_mul(most).wrapping_add(before);
        count.is_bounded = count.longest >= before;
    } else {
        count.is_bounded = false;
    }
    let is_fixed = own.is_fixed && repeat.max == Some(repeat.min);
    count.is_fixed &= is_fixed;
}
