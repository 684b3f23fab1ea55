//! A value as YAML in a random layout.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::node::{Entry, Item, Node, View};
use super::scalar;
use super::tape::Tape;

/// Comments that must survive every repair begin so; others may go with what is deleted.
pub(crate) const KEPT: &str = "# kept ";

pub(crate) struct Writer<'t> {
    tape: &'t mut Tape,
    out: String,
    newline: &'static str,
    step: usize,
    dash: usize,
    /// Of a hundred lines, how many have a comment.
    talk: usize,
    comments: usize,
    /// Inside something that a repair may delete, or beside it.
    passing: bool,
    /// Where the last block scalar ends.
    block_end: usize,
    /// Right behind something that a repair may delete.
    went: bool,
    /// Whether equal values become anchors and aliases, and which there are.
    shares: bool,
    anchors: BTreeMap<String, usize>,
    /// Those that aliases stand for.
    aliased: BTreeSet<usize>,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Spot {
    /// The column of the key, or of what stands behind the dash.
    column: usize,
    /// Behind a dash.
    item: bool,
}

/// The document with its defects, and the number of anchors in it that aliases stand for.
pub(crate) fn write(node: &Node, tape: &mut Tape, shares: bool) -> (String, usize) {
    let step = 2 + tape.pick(3);
    let mut writer = Writer {
        newline: if tape.chance(20) { "\r\n" } else { "\n" },
        step,
        dash: if tape.chance(50) { step } else { 0 },
        talk: tape.one_of(&[0, 10, 25]),
        out: String::new(),
        tape,
        comments: 0,
        passing: false,
        went: false,
        block_end: 0,
        shares,
        anchors: BTreeMap::new(),
        aliased: BTreeSet::new(),
    };
    let (Node::Map(entries), _) = node.seen(View::Bad) else { return (String::new(), 0) };
    if writer.tape.chance(10) {
        writer.out.push_str("---");
        writer.trailing();
    }
    writer.mapping(entries, 0, false);
    // Behind a block scalar without a line end nothing can be added.
    let open = writer.block_end == writer.out.len();
    let Writer { out, newline, tape, aliased, .. } = writer;
    let mut out = out.trim_start_matches(['\r', '\n']).to_owned();
    if tape.chance(10) {
        out.insert(0, '\u{feff}');
    }
    if open || !tape.chance(15) {
        out.push_str(newline);
    }
    (out, aliased.len())
}

impl Writer<'_> {
    fn comment(&mut self) -> String {
        self.comments += 1;
        let kind = if self.passing { "# may go " } else { KEPT };
        format!("{kind}{} - it's: {{ü", self.comments)
    }

    fn trailing(&mut self) {
        if self.tape.chance(self.talk) {
            let comment = self.comment();
            self.out.push_str("  ");
            self.out.push_str(&comment);
        }
    }

    fn line(&mut self, column: usize) {
        self.out.push_str(self.newline);
        self.out.extend(std::iter::repeat_n(' ', column));
    }

    /// Blank lines and comments, then the start of a line at `column`.
    fn lead(&mut self, column: usize) {
        while self.tape.chance(self.talk / 2) {
            if self.tape.chance(40) {
                self.out.push_str(self.newline);
            } else {
                let comment = self.comment();
                let deeper = usize::from(self.tape.chance(20));
                self.line(column + deeper);
                self.out.push_str(&comment);
            }
        }
        self.line(column);
    }

    fn mapping(&mut self, entries: &[Entry], column: usize, on_line: bool) {
        let outer = self.passing;
        let mut on_line = on_line;
        for entry in entries {
            let Some(key) = entry.key(View::Bad) else { continue };
            self.passing = outer || self.went || entry.goes();
            if !std::mem::take(&mut on_line) {
                self.lead(column);
            }
            self.went = false;
            let key = scalar::string(key, false, self.tape);
            self.out.push_str(&key);
            self.out.push(':');
            self.passing = outer || entry.goes();
            self.value(&entry.value, Spot { column, item: false });
            self.went |= entry.goes();
        }
        self.passing = outer;
    }

    fn sequence(&mut self, items: &[Item], column: usize, on_line: bool) {
        let outer = self.passing;
        let mut on_line = on_line;
        for item in items.iter().filter(|item| item.there[0]) {
            self.passing = outer || self.went || item.goes();
            if !std::mem::take(&mut on_line) {
                self.lead(column);
            }
            self.went = false;
            self.out.push('-');
            self.passing = outer || item.goes();
            self.value(&item.value, Spot { column: column + 2, item: true });
            self.went |= item.goes();
        }
        self.passing = outer;
    }

    /// A value behind `key:` or `-`.
    fn value(&mut self, node: &Node, spot: Spot) {
        let outer = self.passing;
        let settled = self.shares && !self.passing && node.is_settled();
        let (node, planted) = node.seen(View::Bad);
        self.passing |= planted;
        if !(settled && self.aliased(node)) {
            self.written(node, spot, settled);
        }
        self.passing = outer;
    }

    /// Writes an alias, perhaps, if there is an anchor with the same value.
    fn aliased(&mut self, node: &Node) -> bool {
        let known = self.anchors.get(&node.value(View::Bad).to_string()).copied();
        if let Some(number) = known.filter(|_| self.tape.chance(60)) {
            let _ = write!(self.out, " *n{number}");
            self.aliased.insert(number);
            self.trailing();
            return true;
        }
        false
    }

    fn anchor(&mut self, node: &Node, settled: bool) {
        if settled && self.tape.chance(12) {
            let number = self.anchors.len();
            let key = node.value(View::Bad).to_string();
            if let std::collections::btree_map::Entry::Vacant(e) = self.anchors.entry(key) {
                e.insert(number);
                let _ = write!(self.out, " &n{number}");
            }
        }
    }

    fn written(&mut self, node: &Node, spot: Spot, settled: bool) {
        let under = if spot.item { spot.column } else { spot.column + self.step };
        match node {
            Node::Text(_) | Node::Bool(_) | Node::Int(_) | Node::Null => {
                self.anchor(node, settled && !matches!(node, Node::Null));
                self.scalar(node, under);
            }
            Node::Map(_) | Node::List(_) if is_empty(node) || self.tape.chance(15) => {
                self.anchor(node, settled);
                self.out.push(' ');
                let broken = (!is_empty(node) && self.tape.chance(40)).then_some(spot.column);
                self.flow(node, broken);
                self.trailing();
            }
            Node::Map(entries) => {
                // An anchor before the first key of a compact mapping would be the key's.
                let compact = spot.item && self.tape.chance(85);
                if compact {
                    self.out.push(' ');
                } else {
                    self.anchor(node, settled);
                    self.trailing();
                }
                self.mapping(entries, under, compact);
            }
            Node::List(items) => {
                self.anchor(node, settled);
                self.trailing();
                let column = if spot.item { spot.column } else { spot.column + self.dash };
                self.sequence(items, column, false);
            }
            Node::Call(function, argument) => {
                // Behind a dash it could be the anchor of the key.
                self.anchor(node, settled && !spot.item);
                self.call(function, argument, spot, under);
            }
            Node::Planted(_) => {}
        }
    }

    fn call(&mut self, function: &str, argument: &Node, spot: Spot, under: usize) {
        let (seen, planted) = argument.seen(View::Bad);
        let nested = matches!(seen, Node::Call(..) | Node::Map(_));
        if !nested && self.tape.chance(75) {
            self.out.push_str(" !");
            self.out.push_str(function.trim_start_matches("Fn::"));
            let outer = self.passing;
            self.passing |= planted;
            match seen {
                Node::List(items) if !is_empty(seen) && self.tape.chance(40) => {
                    self.trailing();
                    self.sequence(items, under, false);
                }
                Node::List(_) => {
                    self.out.push(' ');
                    let broken = self.tape.chance(20).then_some(spot.column);
                    self.flow(seen, broken);
                    self.trailing();
                }
                _ => self.scalar(seen, under),
            }
            self.passing = outer;
            return;
        }
        let entry = super::node::entry(function, argument.clone());
        if self.tape.chance(30) {
            self.out.push(' ');
            self.flow(&Node::Map(vec![entry]), None);
            self.trailing();
        } else {
            if spot.item {
                self.out.push(' ');
            } else {
                self.trailing();
            }
            self.mapping(&[entry], under, spot.item);
        }
    }

    /// A scalar behind a colon, a dash or a tag.
    fn scalar(&mut self, node: &Node, under: usize) {
        let Node::Text(text) = node else {
            let bare = bare(node, self.tape);
            if !bare.is_empty() {
                self.out.push(' ');
                self.out.push_str(&bare);
            }
            self.trailing();
            return;
        };
        if self.tape.chance(6) && self.block_scalar(text, under) {
            return;
        }
        if self.tape.chance(5) {
            self.trailing();
            self.lead(under);
        } else {
            self.out.push(' ');
        }
        let written = scalar::string(text, false, self.tape);
        let written = self.folded(&written, under);
        self.out.push_str(&written);
        self.trailing();
    }

    /// Perhaps with a line break for a space.
    fn folded(&mut self, written: &str, column: usize) -> String {
        let inside = |at: usize| at > 1 && at + 2 < written.len();
        let alone =
            |at: usize| !written[..at].ends_with(' ') && !written[at + 1..].starts_with([' ', '#', '-', '*', '\'', '"']);
        let Some((at, _)) = written.match_indices(' ').find(|(at, _)| inside(*at) && alone(*at)) else {
            return written.to_owned();
        };
        if !self.tape.chance(6) {
            return written.to_owned();
        }
        format!("{}{}{}{}", &written[..at], self.newline, " ".repeat(column + 1), &written[at + 1..])
    }

    fn block_scalar(&mut self, text: &str, column: usize) -> bool {
        let clean = text.trim_end_matches('\n');
        let lines: Vec<&str> = clean.split('\n').collect();
        let plain =
            lines.iter().all(|line| !line.is_empty() && !line.starts_with([' ', '\t']) && !line.ends_with([' ', '\t']));
        let ends = text.len() - clean.len();
        if !plain || ends > 1 || clean.contains('\t') {
            return false;
        }
        let fold = lines.len() == 1 && self.tape.chance(50);
        self.out.push_str(if fold { " >" } else { " |" });
        self.out.push_str(if ends == 0 { "-" } else { "" });
        self.trailing();
        for line in lines {
            self.line(column);
            self.out.push_str(line);
        }
        self.block_end = self.out.len();
        true
    }

    /// A value in a flow collection; `broken` is the column of the opening line if it goes over several.
    fn flow(&mut self, node: &Node, broken: Option<usize>) {
        let outer = self.passing;
        let (node, planted) = node.seen(View::Bad);
        self.passing |= planted;
        match node {
            Node::Text(text) => {
                let written = scalar::string(text, true, self.tape);
                self.out.push_str(&written);
            }
            Node::Bool(_) | Node::Int(_) => self.out.push_str(&bare(node, self.tape)),
            Node::Null => self.out.push_str("null"),
            Node::Call(function, argument) => self.flow_call(function, argument, broken),
            Node::Map(entries) => {
                let here: Vec<_> = entries
                    .iter()
                    .filter_map(|entry| Some((Some(entry.key(View::Bad)?), &entry.value, entry.goes())))
                    .collect();
                self.flow_parts(['{', '}'], &here, broken);
            }
            Node::List(items) => {
                let here = items.iter().filter(|item| item.there[0]);
                let here: Vec<_> = here.map(|item| (None, &item.value, item.goes())).collect();
                self.flow_parts(['[', ']'], &here, broken);
            }
            Node::Planted(_) => {}
        }
        self.passing = outer;
    }

    fn flow_call(&mut self, function: &str, argument: &Node, broken: Option<usize>) {
        let nested = matches!(argument.seen(View::Bad).0, Node::Call(..) | Node::Map(_));
        if nested || self.tape.chance(30) {
            let entry = super::node::entry(function, argument.clone());
            self.flow(&Node::Map(vec![entry]), broken);
        } else {
            self.out.push('!');
            self.out.push_str(function.trim_start_matches("Fn::"));
            self.out.push(' ');
            self.flow(argument, broken);
        }
    }

    fn flow_parts(&mut self, ends: [char; 2], parts: &[(Option<&str>, &Node, bool)], broken: Option<usize>) {
        let outer = self.passing;
        let pad = self.tape.chance(30);
        // A comment before or behind what goes may go with it.
        let near = parts.iter().any(|(_, _, goes)| *goes);
        self.passing |= near;
        self.out.push(ends[0]);
        for (at, (key, node, _)) in parts.iter().enumerate() {
            match broken {
                Some(column) => {
                    if at == 0 {
                        self.trailing();
                    }
                    self.lead(column + self.step);
                }
                None if at > 0 || pad => self.out.push(' '),
                None => {}
            }
            if let Some(key) = key {
                let key = scalar::string(key, true, self.tape);
                self.out.push_str(&key);
                self.out.push_str(": ");
            }
            let inner = broken.filter(|_| self.tape.chance(40)).map(|column| column + self.step);
            self.flow(node, inner.filter(|_| !is_empty(node)));
            if at + 1 < parts.len() || (!parts.is_empty() && self.tape.chance(10)) {
                self.out.push(',');
            }
            if broken.is_some() {
                self.trailing();
            }
        }
        match broken {
            Some(column) => {
                let inner = if self.tape.chance(80) { 1 } else { self.step };
                self.line(column + inner);
            }
            None if pad && !parts.is_empty() => self.out.push(' '),
            None => {}
        }
        self.out.push(ends[1]);
        self.passing = outer;
    }
}

fn bare(node: &Node, tape: &mut Tape) -> String {
    match node {
        Node::Bool(value) => value.to_string(),
        Node::Int(value) => value.to_string(),
        Node::Null => tape.one_of(&["", "~", "null"]).to_owned(),
        Node::Text(_) | Node::Map(_) | Node::List(_) | Node::Call(..) | Node::Planted(_) => String::new(),
    }
}

fn is_empty(node: &Node) -> bool {
    match node.seen(View::Bad).0 {
        Node::Map(entries) => entries.iter().all(|entry| entry.keys[0].is_none()),
        Node::List(items) => items.iter().all(|item| !item.there[0]),
        Node::Text(_) | Node::Bool(_) | Node::Int(_) | Node::Null | Node::Call(..) | Node::Planted(_) => false,
    }
}
