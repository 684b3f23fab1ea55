//! Strings in all spellings of YAML.

use std::fmt::Write;

use super::tape::Tape;

/// Whether YAML reads the bare text as this string, in a flow collection or not.
pub(crate) fn may_be_plain(text: &str, flow: bool) -> bool {
    let special = |c: char| "-?:,[]{}#&*!|>'\"%@`~.+".contains(c) || c.is_ascii_digit() || c.is_whitespace();
    let first = text.chars().next();
    let begins = first.is_some_and(|c| !special(c)) || text.starts_with("2010-") || text.starts_with(".*");
    let inside = text.chars().all(|c| !(c.is_control() || flow && ",[]{}:?".contains(c)));
    let word = matches!(text.to_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    begins && inside && !word && !text.ends_with([' ', ':']) && !text.contains(": ") && !text.contains(" #")
}

/// A number, a boolean or nothing, bare.
pub(crate) fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// In double quotes, perhaps with more escapes than needed.
pub(crate) fn double(text: &str, tape: &mut Tape) -> String {
    let escapes = tape.chance(15);
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if escapes && (!c.is_ascii() || c == '*') && u32::from(c) < 0x1_0000 => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A string on one line.
pub(crate) fn string(text: &str, flow: bool, tape: &mut Tape) -> String {
    let plain = may_be_plain(text, flow);
    match tape.pick(4) {
        0 | 1 if plain => text.to_owned(),
        2 if !text.contains(['\n', '\t']) => single(text),
        _ => double(text, tape),
    }
}
