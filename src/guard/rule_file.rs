//! A rule file that can be run: it parses, and none of its rules leads to itself.

use serde_json::Value;

use super::GuardError;
use super::convention;
use super::cycles::{self, Cycle};
use super::evaluate::on_its_own_stack;
use super::intern::interned;
use super::parse::{self, Wrong};

/// Bytes of a rule file. The largest public rule sets have a tenth of it.
const MAX_BYTES: usize = 1024 * 1024;
/// Brackets in brackets; the parser goes down several calls for each.
const MAX_NESTING: usize = 64;

/// Rules of a file.
#[derive(Debug)]
pub struct RuleFile {
    name: String,
    text: String,
    rules: Vec<&'static str>,
}

impl RuleFile {
    /// Reads the text of a rule file.
    ///
    /// # Errors
    /// Where the text is not in the Guard language, or a rule or variable leads to itself.
    pub fn read(name: &str, text: String) -> Result<Self, GuardError> {
        let error = |wrong: Wrong| GuardError { file: name.to_owned(), place: wrong.place, message: wrong.message };
        bounded(&text).map_err(error)?;
        let rules = on_its_own_stack(|| Ok(rules_of(&text)))
            .map_err(|message| error(Wrong { place: None, message: format!("cfn-guard cannot parse it: {message}") }))?
            .map_err(error)?;
        Ok(Self { name: name.to_owned(), text, rules })
    }

    /// Its name, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names of its rules.
    pub fn rules(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.rules.iter().copied()
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

fn bounded(text: &str) -> Result<(), Wrong> {
    let wrong = |place, message: &str| Err(Wrong { place, message: message.to_owned() });
    if text.len() > MAX_BYTES {
        return wrong(None, "the file has more than 1 MiB; split it");
    }
    let mut depth = 0_usize;
    for (line, content) in text.lines().enumerate() {
        for (column, character) in content.chars().enumerate() {
            match character {
                '{' | '[' | '(' => depth += 1,
                '}' | ']' | ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > MAX_NESTING {
                return wrong(Some((line + 1, column + 1)), "brackets are nested too deeply");
            }
        }
    }
    Ok(())
}

fn rules_of(text: &str) -> Result<Vec<&'static str>, Wrong> {
    let tree = parse::tree(text)?;
    if let Some(cycle) = cycles::find(&tree) {
        return Err(Wrong { place: cycle.place.or_else(|| defined(text, &cycle)), message: words(&cycle) });
    }
    if let Some(fault) = messages(&tree).into_iter().find_map(|message| convention::read(message).fault) {
        return Err(Wrong { place: written(text, &fault.words), message: format!("`{}` {}", fault.words, fault.why) });
    }
    let rules = tree.get("guard_rules").and_then(Value::as_array);
    let names = rules.into_iter().flatten().filter_map(|rule| rule.get("rule_name")?.as_str().map(interned));
    Ok(names.collect())
}

/// The messages of all clauses.
fn messages(tree: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    let mut left = vec![tree];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(entries) => {
                found.extend(entries.get("custom_message").and_then(Value::as_str));
                left.extend(entries.values());
            }
            Value::Array(items) => left.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    found
}

/// Where words of a message begin that stand on one line: the parse tree has no places for messages.
fn written(text: &str, words: &str) -> Option<(usize, usize)> {
    let first = words.split_whitespace().next()?;
    text.lines().enumerate().find_map(|(line, content)| {
        let name = content.trim_start().trim_start_matches("<<").trim_start().split(':').next()?;
        let of_message = matches!(name.to_ascii_lowercase().as_str(), "severity" | "repair") || content.contains("<<");
        let at = content.find(first).filter(|_| of_message)?;
        let same = content
            .get(at..)?
            .split_whitespace()
            .zip(words.split_whitespace())
            .all(|(one, other)| one.trim_end_matches(">>").trim_end_matches(';') == other.trim_end_matches(';'));
        same.then(|| (line + 1, content.get(..at).map_or(1, |before| before.chars().count() + 1)))
    })
}

fn words(cycle: &Cycle) -> String {
    let first = cycle.names.first().map_or("", String::as_str);
    if cycle.too_long {
        return format!("{first} leads on to too many others, one after the other");
    }
    format!("{first} leads to itself ({}), so that it never ends", cycle.names.join(" → "))
}

/// The line on which the first name of the cycle is defined: the parse tree has no place for variables.
fn defined(text: &str, cycle: &Cycle) -> Option<(usize, usize)> {
    let first = cycle.names.first()?;
    let (word, name) = first.strip_prefix('%').map_or(("rule", first.as_str()), |name| ("let", name));
    text.lines().enumerate().find_map(|(line, content)| {
        let rest = content.trim_start().strip_prefix(word)?.trim_start();
        let behind = rest.strip_prefix(name)?;
        let whole = !behind.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        whole.then(|| (line + 1, content.chars().take_while(|c| c.is_whitespace()).count() + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> (Option<(usize, usize)>, String) {
        let error = RuleFile::read("x.guard", text.to_owned()).unwrap_err();
        (error.place, error.message)
    }

    #[test]
    fn rules_have_names() {
        let file = RuleFile::read("x.guard", "rule a { b exists }\nrule c(x) { %x exists }\nrule d { c(e) }\n".to_owned());
        assert_eq!(file.unwrap().rules().collect::<Vec<_>>(), ["a", "d"]);
        assert_eq!(RuleFile::read("x.guard", "# nothing\n".to_owned()).unwrap().rules().count(), 0);
    }

    #[test]
    fn words_of_messages_that_mean_nothing_have_their_place() {
        let (place, message) = error("rule a {\n  b exists <<\n    Violation: x\n    Severity: fatal\n  >>\n}\n");
        assert_eq!((place, message.as_str()), (Some((4, 15)), "`fatal` is no severity: write error, warning or info"));
        let (place, message) = error("rule a { b exists <<Repair: maybe X = 1>> }\n");
        assert_eq!(place, Some((1, 29)), "{message}");
    }

    #[test]
    fn errors_of_syntax_have_their_place() {
        let (place, message) = error("rule a {\n  b exists\n  c ===\n}\n");
        assert!(place.is_some_and(|(line, _)| line >= 2), "{place:?} {message}");
        assert!(message.contains("not the Guard language"), "{message}");
    }

    #[test]
    fn cycles_are_refused() {
        for (text, line) in [
            ("let x = %x\nrule a { %x exists }\n", 1),
            ("let x = %y\nlet y = %x\nrule a { %x exists }\n", 1),
            ("rule a when b { c exists }\nrule b when a { c exists }\n", 1),
            ("rule a { c exists }\nrule b {\n  not b\n}\n", 3),
            ("rule p(x) {\n  %x exists\n  p(%x)\n}\nrule a { p(b) }\n", 3),
            ("rule a {\n  b {\n    let x = %x\n    %x exists\n  }\n}\n", 3),
        ] {
            let (place, message) = error(text);
            assert_eq!(place.map(|(line, _)| line), Some(line), "{text}{message}");
            assert!(message.contains("leads to itself"), "{message}");
        }
    }

    #[test]
    fn what_is_too_large_is_refused() {
        assert!(error(&format!("rule a {{ b == {}{} }}", "[".repeat(5_000), "]".repeat(5_000))).1.contains("nested"));
        let long = (0..500).fold(String::new(), |text, at| text + &format!("rule r{at} when r{} {{ b exists }}\n", at + 1));
        assert!(error(&(long + "rule r500 { b exists }\n")).1.contains("too many"));
        assert!(error(&"#".repeat(MAX_BYTES + 1)).1.contains("1 MiB"));
    }
}
