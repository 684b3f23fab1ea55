//! A value as JSON in a random layout.

use std::fmt::Write;

use super::node::{Node, View};
use super::tape::Tape;

struct Writer<'t> {
    tape: &'t mut Tape,
    out: String,
    newline: &'static str,
    /// `None` where all is on one line.
    indent: Option<&'static str>,
    colon: &'static str,
    comma: &'static str,
    escapes: bool,
}

/// The document with its defects.
pub(crate) fn write(node: &Node, tape: &mut Tape) -> String {
    let indent = tape.one_of(&[Some("  "), Some("    "), Some("\t"), None, None]);
    let spaced = indent.is_some() || tape.chance(50);
    let mut writer = Writer {
        newline: if tape.chance(20) { "\r\n" } else { "\n" },
        indent,
        colon: if spaced { ": " } else { ":" },
        comma: if indent.is_none() && spaced { ", " } else { "," },
        escapes: tape.chance(20),
        out: String::new(),
        tape,
    };
    if writer.tape.chance(10) {
        writer.out.push('\u{feff}');
    }
    writer.value(node, 0, false);
    if !writer.tape.chance(15) {
        writer.out.push_str(writer.newline);
    }
    writer.out
}

impl Writer<'_> {
    fn value(&mut self, node: &Node, depth: usize, inline: bool) {
        match node.seen(View::Bad).0 {
            Node::Text(text) => self.string(text),
            Node::Bool(value) => self.out.push_str(&value.to_string()),
            Node::Int(value) => self.out.push_str(&value.to_string()),
            Node::Null => self.out.push_str("null"),
            Node::Map(entries) => {
                let here: Vec<_> =
                    entries.iter().filter_map(|entry| Some((Some(entry.key(View::Bad)?), &entry.value))).collect();
                self.parts(['{', '}'], &here, depth, inline);
            }
            Node::List(items) => {
                let here: Vec<_> = items.iter().filter(|item| item.there[0]).map(|item| (None, &item.value)).collect();
                self.parts(['[', ']'], &here, depth, inline);
            }
            Node::Call(function, argument) => self.parts(['{', '}'], &[(Some(*function), argument)], depth, inline),
            Node::Planted(_) => {}
        }
    }

    fn parts(&mut self, ends: [char; 2], parts: &[(Option<&str>, &Node)], depth: usize, inline: bool) {
        let inline = inline || self.indent.is_none() || parts.is_empty() || self.tape.chance(15);
        self.out.push(ends[0]);
        for (at, (key, node)) in parts.iter().enumerate() {
            if at > 0 {
                self.out.push_str(if inline && self.indent.is_some() { ", " } else { self.comma });
            }
            if !inline {
                self.line(depth + 1);
            }
            if let Some(key) = key {
                self.string(key);
                self.out.push_str(self.colon);
            }
            self.value(node, depth + 1, inline);
        }
        if !inline {
            self.line(depth);
        }
        self.out.push(ends[1]);
    }

    fn line(&mut self, depth: usize) {
        self.out.push_str(self.newline);
        self.out.push_str(&self.indent.unwrap_or("").repeat(depth));
    }

    fn string(&mut self, text: &str) {
        let written = serde_json::to_string(text).unwrap();
        for c in written.chars() {
            let mut units = [0_u16; 2];
            if self.escapes && !c.is_ascii() {
                for unit in c.encode_utf16(&mut units) {
                    let _ = write!(self.out, "\\u{unit:04x}");
                }
            } else {
                self.out.push(c);
            }
        }
    }
}
