//! What a mapping template says about the JSON that it prints: whether any rendering can be JSON at all, and where in the JSON its
//! references stand.
//!
//! The literal text is read by a JSON automaton. Where the template branches, all branches are followed at once, so there is a
//! set of states; the template is malformed only where no state is left. A reference is one unknown value, a variable that the
//! template set may be a fragment such as a comma.

mod state;

use std::rc::Rc;

use super::velocity::{Block, Directive, DirectiveKind, ExpressionKind, NodeKind, Reference, Span, StepKind, Template};
use crate::template::Text;
use state::{At, Piece, State};

/// States followed at once.
const MAX_STATES: usize = 64;

/// Rounds of a loop until nothing new comes of it.
const MAX_ROUNDS: usize = 4;

/// Steps of the automaton and parts passed; a loop in a loop is gone through again and again.
const MAX_STEPS: usize = 1_000_000;

/// What can be said of a template.
#[derive(Debug)]
pub struct Outline {
    /// Its printed references, in order.
    pub printed: Vec<Printed>,
    /// The first place behind which nothing can become JSON.
    pub fault: Option<Malformed>,
}

/// A reference that is printed.
#[derive(Debug)]
pub struct Printed {
    /// The reference.
    pub reference: Rc<Reference>,
    /// Where it stands.
    pub place: Place,
}

/// Where a reference stands in the JSON around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is all that stands in a text in double quotes.
    WholeString,
    /// In a text in double quotes, with something else.
    InString,
    /// Where a value is awaited.
    Value,
    /// Elsewhere, or it cannot be told.
    Other,
}

/// Why no rendering can be JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The character that cannot stand here, or the end of the template.
    pub span: Span,
    /// What should have come.
    pub awaited: &'static str,
}

/// Reads a template whose text begins like a JSON object, list or text; `None` for any other, and for one that takes too long.
pub fn outline(text: &str, template: &Template) -> Option<Outline> {
    let first = first_text(&template.nodes)?;
    if !first.starts_with(['{', '[', '"']) {
        return None;
    }
    let mut reader = Reader { text, states: vec![State::start()], printed: Vec::new(), fault: None, fresh: None, steps: 0 };
    reader.block(&template.nodes);
    if reader.steps > MAX_STEPS {
        return None;
    }
    reader.finish();
    Some(Outline { printed: reader.printed, fault: reader.fault })
}

/// The first text that is printed, without the white space before it. Branches are looked into, loops are not.
fn first_text(nodes: &Block) -> Option<&str> {
    for node in nodes {
        match &node.kind {
            NodeKind::Text(text) | NodeKind::Raw(text) if !text.trim().is_empty() => return Some(text.trim_start()),
            NodeKind::Text(_) | NodeKind::Raw(_) | NodeKind::Comment(_) | NodeKind::Set(_) => {}
            NodeKind::If(found) => {
                let bodies = found.branches.iter().map(|branch| &branch.body).chain(&found.otherwise);
                if let Some(text) = bodies.into_iter().find_map(first_text) {
                    return Some(text);
                }
            }
            NodeKind::Directive(directive) if matches!(directive.kind, DirectiveKind::Define | DirectiveKind::Macro) => {}
            NodeKind::Reference(_) | NodeKind::Directive(_) => return None,
        }
    }
    None
}

struct Reader<'x> {
    text: &'x str,
    /// In order, each once.
    states: Vec<State>,
    printed: Vec<Printed>,
    fault: Option<Malformed>,
    /// The last printed reference, if it stands at the beginning of a string and nothing was printed since.
    fresh: Option<usize>,
    steps: usize,
}

impl Reader<'_> {
    fn block(&mut self, nodes: &Block) {
        for node in nodes {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return;
            }
            match &node.kind {
                NodeKind::Text(text) => self.literal(text, node.span),
                NodeKind::Raw(text) => {
                    self.literal(text, Span::new((node.span.start + 3).min(node.span.end), node.span.end));
                }
                NodeKind::Comment(text) if text.is_empty() => {}
                NodeKind::Comment(_) => self.lose(),
                NodeKind::Reference(reference) => self.reference(reference),
                NodeKind::Set(_) => {}
                NodeKind::If(found) => {
                    self.fresh = None;
                    let before = self.states.clone();
                    let mut after = Vec::new();
                    for body in found.branches.iter().map(|branch| &branch.body).chain(&found.otherwise) {
                        after.extend(self.alternative(body, &before));
                    }
                    if found.otherwise.is_none() {
                        after.extend(before);
                    }
                    self.settle(after, node.span);
                }
                NodeKind::Directive(directive) => self.directive(directive, node.span),
            }
        }
    }

    /// The states behind a body that is printed or not; what dies in it only says that this body is not printed there.
    fn alternative(&mut self, body: &Block, before: &[State]) -> Vec<State> {
        let outer = std::mem::replace(&mut self.states, before.to_vec());
        let fault = self.fault;
        self.block(body);
        self.fault = fault;
        self.fresh = None;
        std::mem::replace(&mut self.states, outer)
    }

    fn directive(&mut self, directive: &Directive, span: Span) {
        self.fresh = None;
        match (directive.kind, &directive.body) {
            // Nothing is printed where they are defined.
            (DirectiveKind::Define | DirectiveKind::Macro, _) => {}
            (DirectiveKind::Foreach, Some(body)) => {
                let mut reached = self.states.clone();
                for round in 0..MAX_ROUNDS {
                    let known = self.printed.len();
                    let next = self.alternative(body, &reached);
                    if round > 0 {
                        self.printed.truncate(known);
                    }
                    let before = reached.len();
                    reached.extend(next);
                    in_order(&mut reached);
                    if reached.len() == before {
                        return self.settle(reached, span);
                    }
                }
                self.lose();
            }
            _ => self.lose(),
        }
    }

    fn literal(&mut self, text: &str, span: Span) {
        // Only what is printed as it stands has bytes of its own.
        let exact = span.of(self.text).starts_with(text);
        for (at, c) in text.char_indices() {
            let whole = self.fresh.take().filter(|_| c == '"');
            if let Some(printed) = whole.and_then(|index| self.printed.get_mut(index)) {
                printed.place = Place::WholeString;
            }
            if c != Text::HOLE && self.states.iter().all(|state| state.ignores(c)) {
                continue;
            }
            self.steps += self.states.len();
            if self.steps > MAX_STEPS {
                return;
            }
            if let [state] = self.states.as_mut_slice()
                && let Some(next) = state.behind(c).filter(|_| c != Text::HOLE)
            {
                *state = next;
                continue;
            }
            let next = if c == Text::HOLE {
                self.states.iter().map(State::behind_hole).collect()
            } else {
                self.states.iter().filter_map(|state| state.behind(c)).collect()
            };
            let here = if exact { Span::new(span.start + at, span.start + at + c.len_utf8()) } else { span };
            self.settle(next, here);
        }
    }

    fn reference(&mut self, reference: &Rc<Reference>) {
        self.fresh = None;
        if !reference.form.prefix.is_empty() || !reference.is_live() {
            return self.lose();
        }
        let place = |is_one: fn(&State) -> bool| !self.states.is_empty() && self.states.iter().all(is_one);
        let place = match () {
            () if place(State::is_in_string) => Place::InString,
            () if place(State::awaits_value) => Place::Value,
            () => Place::Other,
        };
        if place == Place::InString && self.states.iter().all(State::is_fresh_string) {
            self.fresh = Some(self.printed.len());
        }
        self.printed.push(Printed { reference: Rc::clone(reference), place });
        let piece = piece(reference);
        let next = self.states.iter().flat_map(|state| state.behind_reference(piece)).collect();
        self.settle(next, reference.span);
    }

    /// From here on nothing is known but where texts begin and end.
    fn lose(&mut self) {
        self.fresh = None;
        if !self.states.is_empty() {
            self.states = self.states.iter().map(State::lost).collect();
            in_order(&mut self.states);
        }
    }

    fn settle(&mut self, mut next: Vec<State>, span: Span) {
        in_order(&mut next);
        if next.is_empty() && self.fault.is_none() {
            let awaited = self.states.first().map_or("", State::awaited);
            self.fault = Some(Malformed { span, awaited });
        }
        self.states = next;
        if self.states.len() > MAX_STATES {
            self.lose();
        }
    }

    fn finish(&mut self) {
        if self.fault.is_none() && !self.states.iter().any(State::may_end) {
            let end = self.text.trim_end().len();
            let awaited = self.states.first().map_or("", State::awaited);
            let last = self.text.get(..end).and_then(|text| text.chars().next_back()).map_or(0, char::len_utf8);
            self.fault = Some(Malformed { span: Span::new(end - last, end), awaited });
        }
    }
}

fn in_order(states: &mut Vec<State>) {
    if states.len() > 1 {
        states.sort_unstable();
        states.dedup();
    }
}

/// What a reference prints, as far as its name tells.
fn piece(reference: &Reference) -> Piece {
    let method = reference.steps.first().map(|step| &step.kind);
    match (reference.name.as_str(), method) {
        ("input", Some(StepKind::Method(name, arguments))) if name == "json" && reference.steps.len() == 1 => {
            let constant = arguments.iter().all(|argument| matches!(argument.kind, ExpressionKind::Text(_)));
            if constant { Piece::Json } else { Piece::Value }
        }
        ("input" | "util" | "context" | "stageVariables", _) => Piece::Value,
        _ => Piece::Fragment,
    }
}

impl At {
    /// For messages.
    fn words(self) -> &'static str {
        match self {
            Self::Start => "an object or a list",
            Self::End => "the end",
            Self::Key => "a key or `}`",
            Self::NextKey => "a key",
            Self::Colon => "`:`",
            Self::Value | Self::NextItem => "a value",
            Self::Item => "a value or `]`",
            Self::AfterMember => "`,` or `}`",
            Self::AfterItem => "`,` or `]`",
            Self::Anywhere { .. } => "something else",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::velocity::parse;
    use super::*;

    fn fault(text: &str) -> Option<(String, &'static str)> {
        let template = parse(text).unwrap();
        let fault = outline(text, &template)?.fault?;
        Some((fault.span.of(text).to_owned(), fault.awaited))
    }

    fn places(text: &str) -> Vec<Place> {
        let template = parse(text).unwrap();
        outline(text, &template).unwrap().printed.iter().map(|printed| printed.place).collect()
    }

    #[test]
    fn what_can_be_json_is_left_alone() {
        for text in [
            "{}",
            "[1, -2.5e3, true, null, \"a\\\"b\", {\"c\": []}]",
            "{\"a\": $input.json('$.a'), \"b\": \"$b\"}",
            "#set($x = 1)\n{ \"a\": $x }\n",
            "{\"a\": 1 #if($b) , \"b\": 2 #end }",
            "{\"a\": [#foreach($i in $l)\"$i\"#if($foreach.hasNext),#end #end]}",
            "{#foreach($k in $m.keySet())\"$k\": \"$m.get($k)\"#if($foreach.hasNext), #end#end}",
            "{\"a\": #if($b)1#{else}2#end}",
            "#if($a){\"b\": 1}#{else}{\"c\": 2}#end",
            "{\"a\": 1 $comma \"b\": 2}",
            "{$members}",
            "{\"a\": $input.path('$.a'), $rest}",
            "{$input.json('$.k'): 1}",
            "{statusCode: 200, 'a': 'b'}",
            "{\"a\": \u{FFFC}, \"b\": \"\u{FFFC}\"\u{FFFC}}",
            "#macro(m){]#end{\"a\": #m()}",
            "{\"url\": \"http://a/b\", \"c\": \"x: {y}, [z]\"}",
            "{\"a\": $util.parseJson($x).b}",
            "{\"a\": ${x}.00, \"b\": -$y, ${k}s: 1}",
            "{\"index\": {}}\n{\"a\": 1}\n",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_json_is_told() {
        let is = |text: &str, at: &str, awaited| assert_eq!(fault(text), Some((at.to_owned(), awaited)), "{text}");
        is("\"error\": $input.path('$.error')", ":", "the end");
        is("{\"a\": 1 \"b\": 2}", "\"", "`,` or `}`");
        is("{\"a\": \"$x\"\n \"b\": 2}", "\"", "`,` or `}`");
        is("{\"a\": $input.json('$.a') \"b\": 2}", "\"", "`,` or `}`");
        is("{\"a\": 1", "1", "`,` or `}`");
        is("{\"a\": [1, 2}", "}", "`,` or `]`");
        is("{\"a\": 1}}", "}", "the end");
        is("{\"a\": 1,}", "}", "a key");
        is("{\"a\" 1}", "1", "`:`");
        is("{\"a\": \"b}", "}", "a closing quote");
        is("{\"a\": #if($x)1#end \"b\": 2}", ":", "`,` or `}`");
    }

    #[test]
    fn loops_in_loops_end_soon() {
        let loops = format!("[{}1,{}]", "#foreach($a in $b)[".repeat(60), "]#end".repeat(60));
        assert_eq!(fault(&loops), None);
        let branches = format!("[{}]", "#if($a)1#{else}[2#end,".repeat(5_000));
        assert_eq!(fault(&branches), None);
    }

    #[test]
    fn references_are_placed() {
        use Place::{InString, Other, Value, WholeString};
        assert_eq!(places("{\"a\": $x, \"b\": \"$y\", \"c\": \"- $z\", $w}"), [Value, WholeString, InString, Other]);
        assert_eq!(places("[$a, \"$b $c\"]"), [Value, InString, InString]);
        assert_eq!(places("{\"a\": #m() \"$x\", \"b\": $y}"), [WholeString, Value]);
        assert_eq!(places("{#foreach($i in $l)\"a\": \"$i\"#end}"), [WholeString]);
    }
}
