//! What stands between `<<` and `>>` in a rule: the words of the finding, how bad it is, and the repair.
//!
//! The lines are those that public rule sets use, `Violation:` and `Fix:`, and a few more; `docs/guard-rules.md` describes
//! them. A line that begins with none of them goes on with the one before.

use crate::edit::{Applicability, Fragment};
use crate::finding::Severity;

/// A message taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    /// What is wrong; empty where nothing is said.
    pub(super) text: String,
    pub(super) severity: Option<Severity>,
    pub(super) note: String,
    pub(super) help: String,
    pub(super) docs: String,
    pub(super) controls: String,
    pub(super) repair: Option<Repair>,
    /// What is said in a way that means nothing.
    pub(super) fault: Option<Fault>,
}

/// Words of a message that mean nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) words: String,
    pub(super) why: &'static str,
}

/// A property and what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repair {
    pub(super) grade: Applicability,
    pub(super) key: String,
    pub(super) value: Fragment,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Violation,
    Severity,
    Note,
    Fix,
    Docs,
    Controls,
    Repair,
}

const FIELDS: [(&str, Field); 7] = [
    ("violation:", Field::Violation),
    ("severity:", Field::Severity),
    ("note:", Field::Note),
    ("fix:", Field::Fix),
    ("docs:", Field::Docs),
    ("controls:", Field::Controls),
    ("repair:", Field::Repair),
];

/// Takes a message apart.
pub(super) fn read(message: &str) -> Message {
    let mut read = Message::default();
    let (mut severity, mut repair) = (String::new(), String::new());
    let mut field = Field::Violation;
    for line in lines(message) {
        let known = FIELDS.iter().find_map(|(name, field)| Some((*field, after(line, name)?)));
        let (new, rest) = known.unwrap_or((field, line));
        field = new;
        let into = match field {
            Field::Violation => &mut read.text,
            Field::Severity => &mut severity,
            Field::Note => &mut read.note,
            Field::Fix => &mut read.help,
            Field::Docs => &mut read.docs,
            Field::Controls => &mut read.controls,
            Field::Repair => &mut repair,
        };
        for word in rest.split_whitespace() {
            if !into.is_empty() {
                into.push(' ');
            }
            into.push_str(word);
        }
    }
    for text in [&mut read.text, &mut read.help] {
        let end = text.trim_end_matches('.').len();
        text.truncate(end);
    }
    read.severity = severity_of(&severity);
    read.repair = repair_of(&repair);
    if read.severity.is_none() && !severity.is_empty() {
        read.fault = Some(Fault { words: severity, why: "is no severity: write error, warning or info" });
    } else if read.repair.is_none() && !repair.is_empty() {
        let why = "is no repair: write safe or unsafe, a property, = and true, false, a whole number or a text in quotes";
        read.fault = Some(Fault { words: repair, why });
    }
    read
}

/// The lines of a message; for some clauses the crate writes semicolons where lines ended.
fn lines(message: &str) -> impl Iterator<Item = &str> {
    message.lines().flat_map(|line| {
        let ends = line.match_indices(';').map(|(at, _)| at).filter(|at| {
            let rest = line.get(at + 1..).unwrap_or("").trim_start_matches([';', ' ', '\t']);
            rest.is_empty() || FIELDS.iter().any(|(name, _)| after(rest, name).is_some())
        });
        let mut parts = Vec::new();
        let mut start = 0;
        for end in ends {
            parts.extend(line.get(start..end));
            start = end + 1;
        }
        parts.extend(line.get(start..));
        parts
            .into_iter()
            .map(|part| part.trim_matches([';', ' ', '\t', '\r']))
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
    })
}

fn after<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let front = line.get(..name.len())?;
    front.eq_ignore_ascii_case(name).then(|| line.get(name.len()..).unwrap_or(""))
}

fn severity_of(word: &str) -> Option<Severity> {
    match word.to_ascii_lowercase().as_str() {
        // Words of public rule sets among them.
        "error" | "critical" | "high" => Some(Severity::Error),
        "warning" | "medium" => Some(Severity::Warning),
        "info" | "informational" | "low" => Some(Severity::Info),
        _ => None,
    }
}

/// `safe CacheDataEncrypted = true`; the value is JSON.
fn repair_of(text: &str) -> Option<Repair> {
    let (grade, rest) = text.split_once(' ')?;
    let grade = match grade {
        "safe" => Applicability::Safe,
        "unsafe" => Applicability::Unsafe,
        _ => return None,
    };
    let (key, value) = rest.split_once('=')?;
    let value = match serde_json::from_str(value.trim()).ok()? {
        serde_json::Value::Bool(value) => Fragment::Bool(value),
        serde_json::Value::String(value) => Fragment::Text(value),
        serde_json::Value::Number(value) => Fragment::Int(value.as_i64()?),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => return None,
    };
    Some(Repair { grade, key: key.trim().to_owned(), value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_public_rule_sets_are_read() {
        let read = read("\n  Violation: All buckets must be encrypted.\n    Really.\n  Fix: Set BucketEncryption.\n");
        assert_eq!(
            (read.text.as_str(), read.help.as_str()),
            ("All buckets must be encrypted. Really", "Set BucketEncryption")
        );
        assert_eq!((read.severity, read.repair), (None, None));
    }

    #[test]
    fn everything_else_is_read() {
        let message =
            read("Severity: Info; Violation: a; b; Note: c; Controls: X.1, Y; Docs: https://a.b/c;;repair: safe K = \"v\"");
        assert_eq!((message.text.as_str(), message.note.as_str(), message.severity), ("a; b", "c", Some(Severity::Info)));
        assert_eq!((message.controls.as_str(), message.docs.as_str()), ("X.1, Y", "https://a.b/c"));
        let value = Fragment::Text("v".to_owned());
        assert_eq!(message.repair, Some(Repair { grade: Applicability::Safe, key: "K".to_owned(), value }));
    }

    #[test]
    fn a_plain_text_is_the_message() {
        assert_eq!(read("do not do this").text, "do not do this");
        assert_eq!(read("").text, "");
    }

    #[test]
    fn words_that_mean_nothing_are_told() {
        for message in ["Repair: maybe K = 1", "Repair: safe K = {\"a\": 1}", "a\nSeverity: fatal", "Severity: Info: b"] {
            assert!(read(message).fault.is_some(), "{message}");
        }
        for message in ["", "a", "Severity: HIGH", "Repair: safe K = 1", "Severity:"] {
            assert_eq!(read(message).fault, None, "{message}");
        }
    }
}
