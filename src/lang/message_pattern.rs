//! Selection patterns for the error messages of Lambda functions that name a part of a message and forget the rest.
//!
//! A pattern must match the whole message (`java.util.regex`, `matches`). What stands in it is judged by what messages
//! look like: a tag such as `[404]`, a part of a JSON text and a part of what the runtime says are never a whole
//! message; a word or a sentence can be one.

use super::pattern_repair::matches_only_statuses;
use super::selection_pattern::{
    Assertion, ClassItemKind, GroupKind, Node, NodeKind, Pattern, RepeatMode, ShorthandSet, parse,
};

/// What the runtime itself says when a function does not end well.
const RUNTIME: [&str; 4] = [
    "2024-05-01T10:00:00.000Z 6a2e1b6c-1f2d-4c3b-9a8e-0123456789ab Task timed out after 3.00 seconds",
    "RequestId: 6a2e1b6c-1f2d-4c3b-9a8e-0123456789ab Error: Task timed out after 3.00 seconds",
    "RequestId: 6a2e1b6c-1f2d-4c3b-9a8e-0123456789ab Process exited before completing request",
    "RequestId: 6a2e1b6c-1f2d-4c3b-9a8e-0123456789ab Error: Runtime exited with error: signal: killed",
];

/// Parts of these texts that patterns name.
const RUNTIME_PARTS: [&str; 3] = ["Task timed out", "Process exited before completing", "Runtime exited"];

/// Spellings of "any text", as they are found in patterns.
const ANY_TEXT: [&str; 12] = [
    "[\\s\\S]*",
    "[\\S\\s]*",
    "[\\w\\W]*",
    "[\\d\\D]*",
    "(\\n|.)*",
    "(.|\\n)*",
    "(?:.|\\n)*",
    "(?:\\n|.)*",
    "(.|\\n|\\r)*",
    ".*",
    ".+",
    ".*?",
];

/// What a pattern names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Names {
    /// A tag in brackets, a key of a JSON text, a word with a colon: something else stands beside it.
    Part,
    /// A part of what the runtime says.
    RuntimePart,
    /// One word, which can be a whole message.
    Word,
    /// Several words, which can well be a whole message.
    Sentence,
    /// A tag at the end of a message, where it can well stand.
    Ending,
}

/// A pattern that names a part of a message and takes nothing beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    /// What it names.
    pub names: Names,
    /// The pattern for messages that hold it.
    pub meant: String,
}

/// Judges a pattern for messages; `None` where it takes what stands beside the text that it names, or nothing can
/// be said. The others are the patterns beside it, whose spelling of "any text" the repair takes over.
pub fn incomplete(pattern: &Pattern, others: &[&str]) -> Option<Incomplete> {
    let shape = Shape::read(pattern)?;
    let names = shape.names(pattern)?;
    let any = others.iter().find_map(|other| any_text(other)).unwrap_or(".*");
    let alternatives = matches!(shape.body, [Node { kind: NodeKind::Alternation(_), .. }]);
    let body = if alternatives { format!("({})", shape.text) } else { shape.text.to_owned() };
    let before = if shape.start.open || shape.start.anchored { "" } else { any };
    let behind = if shape.end.open || shape.end.anchored { "" } else { any };
    let anchor = if shape.start.anchored { "^" } else { "" };
    let end = if shape.end.anchored { "$" } else { "" };
    let meant = format!("{}{anchor}{before}{body}{behind}{end}", shape.flags);
    (meant != pattern.source() && parse(&meant).is_ok()).then_some(Incomplete { names, meant })
}

/// A repaired pattern, with what is missing beside a part that is never a whole message.
pub fn completed(meant: String) -> String {
    let found = parse(&meant).ok().and_then(|pattern| incomplete(&pattern, &[]));
    found.filter(|found| matches!(found.names, Names::Part | Names::RuntimePart)).map_or(meant, |found| found.meant)
}

/// Whether a pattern takes any text somewhere.
pub fn takes_any_text(pattern: &Pattern) -> bool {
    pattern.root().walk().any(is_open)
}

fn any_text(pattern: &str) -> Option<&'static str> {
    ANY_TEXT.into_iter().find(|any| pattern.starts_with(any)).filter(|any| !matches!(*any, ".+" | ".*?"))
}

/// A pattern apart from flags, anchors and "any text" at its ends.
struct Shape<'p> {
    flags: &'p str,
    start: Edge,
    end: Edge,
    body: &'p [Node],
    text: &'p str,
}

/// One end of a pattern.
struct Edge {
    anchored: bool,
    open: bool,
}

impl<'p> Shape<'p> {
    /// `None` where there is "any text" in the middle, or nothing but that.
    fn read(pattern: &'p Pattern) -> Option<Self> {
        let mut body = pattern.pieces();
        let flags = body.iter().take_while(|node| node.kind == NodeKind::SetFlags).count();
        let from = body.get(..flags)?.last().map_or(0, |node| node.span.end);
        body = body.get(flags..)?;
        let (mut start, mut end) = (from, pattern.source().len());
        let first = body.first().filter(|node| is_anchor(node, &[Assertion::LineStart, Assertion::TextStart]));
        if let Some(anchor) = first {
            (start, body) = (anchor.span.end, body.get(1..)?);
        }
        let ends = [Assertion::LineEnd, Assertion::TextEnd, Assertion::TextEndBeforeTerminator];
        let last = body.last().filter(|node| is_anchor(node, &ends));
        if let Some(anchor) = last {
            (end, body) = (anchor.span.start, body.get(..body.len() - 1)?);
        }
        let open_start = body.first().is_some_and(is_open);
        let open_end = body.last().is_some_and(is_open);
        let named = body.get(usize::from(open_start)..body.len().checked_sub(usize::from(open_end))?)?;
        if named.is_empty() || named.iter().any(|node| node.walk().any(|inner| is_open(inner) || is_special(inner))) {
            return None;
        }
        let (flags, text) = (pattern.source().get(..from)?, pattern.source().get(start..end)?);
        let edge = |anchor: Option<&Node>, open| Edge { anchored: anchor.is_some(), open };
        Some(Self { flags, start: edge(first, open_start), end: edge(last, open_end), body: named, text })
    }

    fn names(&self, pattern: &Pattern) -> Option<Names> {
        let both = self.start.anchored && self.end.anchored;
        if both || self.start.open && self.end.open || matches_only_statuses(pattern) {
            return None;
        }
        let mut found = Vec::new();
        alternatives(self.body, &mut found);
        let kinds: Option<Vec<Names>> = found.iter().map(|nodes| self.names_of(nodes, pattern)).collect();
        kinds?.into_iter().max()
    }

    fn names_of(&self, nodes: &[&Node], pattern: &Pattern) -> Option<Names> {
        let text: String = nodes.iter().map(|node| shown(node)).collect();
        if RUNTIME_PARTS.iter().any(|part| text.contains(part)) {
            let matcher = pattern.matcher()?;
            let missed = RUNTIME.iter().all(|message| matcher.is_match(message) == Some(false));
            return missed.then_some(Names::RuntimePart);
        }
        let tag = text.starts_with('[') && text.ends_with(']') && text.matches(']').count() == 1 && text.len() > 2;
        let key = text.starts_with('"') && text.contains("\":") || text.starts_with("\\\"") && text.contains("\\\":");
        let label = text.trim_end().ends_with(':');
        let closed = self.start.open || self.end.open;
        // At one end of a message a tag is well placed, and so is a label before a text.
        if key && !text.trim_end().ends_with('}') || label && !self.end.open || tag && !closed {
            return Some(Names::Part);
        }
        if tag && self.start.open && !self.end.anchored {
            return Some(Names::Ending);
        }
        let literal = nodes.iter().all(|node| matches!(node.kind, NodeKind::Literal(_) | NodeKind::Empty));
        if closed
            || text.starts_with('{')
            || self.start.anchored
            || self.end.anchored
            || !literal
            || text.chars().filter(|c| c.is_alphabetic()).count() < 3
        {
            return None;
        }
        let word = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        Some(if word { Names::Word } else { Names::Sentence })
    }
}

/// The branches of the outermost alternation, each as its pieces.
fn alternatives<'n>(nodes: &'n [Node], found: &mut Vec<Vec<&'n Node>>) {
    match nodes {
        [Node { kind: NodeKind::Alternation(branches), .. }] => {
            for branch in branches {
                alternatives(std::slice::from_ref(branch), found);
            }
        }
        [Node { kind: NodeKind::Concat(inner), .. }] => alternatives(inner, found),
        [Node { kind: NodeKind::Group(GroupKind::Capture { .. } | GroupKind::Plain, inner), .. }] => {
            alternatives(std::slice::from_ref(inner), found);
        }
        _ => found.push(nodes.iter().filter(|node| node.kind != NodeKind::Empty).collect()),
    }
}

/// A node as one text that it matches, roughly: letters as they are, a digit or a blank for its set.
fn shown(node: &Node) -> String {
    match &node.kind {
        NodeKind::Literal(literal) => literal.character().map(String::from).unwrap_or_default(),
        NodeKind::Shorthand(shorthand) if shorthand.set == ShorthandSet::Digit => "0".to_owned(),
        NodeKind::Shorthand(shorthand) if shorthand.set == ShorthandSet::Space => " ".to_owned(),
        NodeKind::Repeat(repeat) if repeat.min == 0 && repeat.mode == RepeatMode::Greedy => match &repeat.node.kind {
            // `\s*` and `?` may be nothing.
            NodeKind::Shorthand(_) | NodeKind::Literal(_) => String::new(),
            _ => shown(&repeat.node),
        },
        NodeKind::Repeat(repeat) => shown(&repeat.node),
        NodeKind::Group(_, inner) => shown(inner),
        NodeKind::Concat(nodes) => nodes.iter().map(shown).collect(),
        NodeKind::Alternation(nodes) => nodes.first().map(shown).unwrap_or_default(),
        NodeKind::Class(_) => "0".to_owned(),
        _ => String::new(),
    }
}

/// Whether a node takes text of any length that it does not name.
fn is_open(node: &Node) -> bool {
    let NodeKind::Repeat(repeat) = &node.kind else { return false };
    let unbounded = repeat.max.is_none_or(|max| max > 100);
    unbounded
        && match &repeat.node.kind {
            NodeKind::Dot | NodeKind::Group(..) => true,
            NodeKind::Class(class) => class.negated || class.items.len() > 1,
            NodeKind::Shorthand(shorthand) => {
                shorthand.negated || !matches!(shorthand.set, ShorthandSet::Digit | ShorthandSet::Space)
            }
            _ => false,
        }
}

/// Whether a node is not read here: look-around, back references, names of characters, sets that spell words.
fn is_special(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Group(kind, _) => !matches!(kind, GroupKind::Capture { .. } | GroupKind::Plain),
        NodeKind::Class(class) => {
            let ranged =
                class.items.iter().any(|item| matches!(item.kind, ClassItemKind::Range(..) | ClassItemKind::Shorthand(_)));
            class.negated || class.items.len() > 3 && !ranged
        }
        NodeKind::NamedCharacter(_)
        | NodeKind::BackReference(_)
        | NodeKind::Assertion(_)
        | NodeKind::LineBreak
        | NodeKind::Grapheme
        | NodeKind::SetFlags
        | NodeKind::Unread => true,
        NodeKind::Empty
        | NodeKind::Literal(_)
        | NodeKind::Dot
        | NodeKind::Shorthand(_)
        | NodeKind::Repeat(_)
        | NodeKind::Concat(_)
        | NodeKind::Alternation(_) => false,
    }
}

fn is_anchor(node: &Node, anchors: &[Assertion]) -> bool {
    match &node.kind {
        NodeKind::Assertion(assertion) => anchors.contains(assertion),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(pattern: &str) -> Option<(Names, String)> {
        incomplete(&parse(pattern).unwrap(), &[]).map(|found| (found.names, found.meant))
    }

    #[test]
    fn parts_are_never_a_whole_message() {
        for (pattern, meant) in [
            (r"\[404\]", r".*\[404\].*"),
            (r"\[NotFound\]", r".*\[NotFound\].*"),
            (r"\[4\d\d\]", r".*\[4\d\d\].*"),
            (r"\[4\d{2}\]", r".*\[4\d{2}\].*"),
            (r"\[(400|404)\]", r".*\[(400|404)\].*"),
            (r"\[400\]|\[404\]", r".*(\[400\]|\[404\]).*"),
            (r"(\[400\]|\[404\])", r".*(\[400\]|\[404\]).*"),
            (r"^\[404\]", r"^\[404\].*"),
            (r"\[404\]$", r".*\[404\]$"),
            (r"(?i)\[notfound\]", r"(?i).*\[notfound\].*"),
            (r#""status":404"#, r#".*"status":404.*"#),
            (r#""status":\s*404"#, r#".*"status":\s*404.*"#),
            (r#".*"httpStatus":404"#, r#".*"httpStatus":404.*"#),
            ("NotFound:", ".*NotFound:.*"),
            (".*NotFound:", ".*NotFound:.*"),
            ("\\Q[404]\\E", ".*\\Q[404]\\E.*"),
        ] {
            assert_eq!(judged(pattern), Some((Names::Part, meant.to_owned())), "{pattern}");
        }
    }

    #[test]
    fn what_the_runtime_says_is_known() {
        for (pattern, meant) in [
            ("Task timed out", ".*Task timed out.*"),
            ("Task timed out.*", ".*Task timed out.*"),
            (".*Task timed out", ".*Task timed out.*"),
            (r"Task timed out after \d+\.\d+ seconds", r".*Task timed out after \d+\.\d+ seconds.*"),
            (
                "(Process exited before completing request|Task timed out)",
                ".*(Process exited before completing request|Task timed out).*",
            ),
        ] {
            assert_eq!(judged(pattern), Some((Names::RuntimePart, meant.to_owned())), "{pattern}");
        }
        assert_eq!(judged(".*Task timed out after 3.00 seconds"), None);
        assert_eq!(judged(".*Task timed out.*"), None);
    }

    #[test]
    fn words_can_be_messages() {
        assert_eq!(judged("NotFound"), Some((Names::Word, ".*NotFound.*".to_owned())));
        assert_eq!(judged("BadRequest|NotFound"), Some((Names::Word, ".*(BadRequest|NotFound).*".to_owned())));
        assert_eq!(judged("Not Found"), Some((Names::Sentence, ".*Not Found.*".to_owned())));
        assert_eq!(judged(r"NotFound|\[404\]"), Some((Names::Word, r".*(NotFound|\[404\]).*".to_owned())));
    }

    #[test]
    fn tags_can_stand_at_the_end() {
        assert_eq!(judged(r".*\[404\]"), Some((Names::Ending, r".*\[404\].*".to_owned())));
        assert_eq!(judged(r".*\[404\]$"), None);
    }

    #[test]
    fn others_are_left_alone() {
        for pattern in [
            ".*",
            ".+",
            "404",
            r"4\d{2}",
            r"\[404\].*",
            r".*\[404\].*",
            "NotFound.*",
            ".*NotFound",
            "^NotFound$",
            r"^\[404\]$",
            "[NotFound]",
            r"[\s\S]*x[\s\S]*",
            r"(\n|.)+",
            "a.*b",
            r"(?=x)\[a\]",
            "Malformed.*",
            r"\w+Error",
            "[A-Z]+",
            "",
            r"\S+: .+",
            "4*",
            r#"\{"status":404\}"#,
            "x",
        ] {
            assert_eq!(judged(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn the_spelling_of_the_others_is_taken_over() {
        let pattern = parse(r"\[404\]").unwrap();
        let meant = |others: &[&str]| incomplete(&pattern, others).unwrap().meant;
        assert_eq!(meant(&[r"[\s\S]*Error[\s\S]*"]), r"[\s\S]*\[404\][\s\S]*");
        assert_eq!(meant(&["Error", ".*x.*", r"(\n|.)*y"]), r".*\[404\].*");
        assert_eq!(completed(r"\[404\]".to_owned()), r".*\[404\].*");
        assert_eq!(completed("Not Found".to_owned()), "Not Found");
    }
}
