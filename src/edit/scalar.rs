//! Scalars as text.

use std::fmt::Write;

use super::layout::{Language, Layout};
use crate::syntax::ScalarStyle;

/// Where a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    Block,
    /// In brackets or braces.
    Flow,
}

/// A string in the wanted style, or the nearest one in which it stays the same string.
pub(super) fn write(text: &str, wanted: ScalarStyle, context: Context, layout: &Layout) -> String {
    match layout.language {
        Language::Json => return serde_json::Value::from(text).to_string(),
        // Its escapes are those of JSON, and YAML needs some more of them.
        Language::NearlyJson => return double_quoted(text),
        Language::Yaml => {}
    }
    match wanted {
        ScalarStyle::Plain | ScalarStyle::Absent if is_plain_safe(text, context) => text.to_owned(),
        ScalarStyle::Literal | ScalarStyle::Folded if text.contains('\n') => double_quoted(text),
        ScalarStyle::Plain | ScalarStyle::Absent | ScalarStyle::Literal | ScalarStyle::Folded => {
            // JSON inside a YAML string is easier to read in single quotes, whatever the file prefers.
            let escapes = text.contains(['"', '\\']) && !text.contains('\'');
            quoted(text, if escapes { ScalarStyle::SingleQuoted } else { layout.quote }, layout)
        }
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => quoted(text, wanted, layout),
    }
}

fn quoted(text: &str, wanted: ScalarStyle, layout: &Layout) -> String {
    let needs_escapes = text.chars().any(is_special);
    let simpler_in_double = text.contains('\'') && !text.contains(['"', '\\']) && !layout.doubles_quotes;
    if wanted == ScalarStyle::DoubleQuoted || needs_escapes || simpler_in_double {
        double_quoted(text)
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Characters that stay themselves only as an escape.
pub(super) fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_special(c) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether a string without quotes is read back as the same string, by YAML 1.1 and 1.2 alike.
pub(super) fn is_plain_safe(text: &str, context: Context) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second = text.chars().nth(1);
    let begins_well = match first {
        '-' | '?' | ':' => second.is_some_and(|c| c.is_ascii_alphanumeric()),
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' | '=' | '<' => false,
        _ => true,
    };
    let flow_mark = |c: char| matches!(c, ',' | '[' | ']' | '{' | '}');
    let inside_ok = !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && (context == Context::Block || !(text.contains(flow_mark) || text.contains(":,")));
    begins_well
        && inside_ok
        && text.trim() == text
        && !text.chars().any(|c| is_special(c) || (c.is_whitespace() && c != ' '))
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !is_ambiguous(text)
}

/// Whether some YAML reader takes the word for something else than a string.
fn is_ambiguous(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    let named = ["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"].contains(&word.as_str());
    // Numbers, dates and sexagesimal numbers begin so; a few strings get quotes they do not need.
    let digits = word.trim_start_matches(['-', '+']);
    let number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.chars().all(|c| {
            c.is_ascii_hexdigit() || matches!(c, '.' | '_' | ':' | '-' | '+' | 'x' | 'o' | 'i' | 'n' | 't' | 'z' | ' ')
        });
    named || number || word.starts_with('+')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;
    use crate::text::Source;

    fn written(file: &str, text: &str, wanted: ScalarStyle) -> String {
        let source = Source::new("t", file);
        write(text, wanted, Context::Block, &Layout::of(&syntax::parse(&source)))
    }

    #[test]
    fn quotes_inside_ask_for_the_other_quotes() {
        assert_eq!(written("a: 'x'\n", "'*'", ScalarStyle::SingleQuoted), "\"'*'\"");
        assert_eq!(written("a: '''x'''\n", "'*'", ScalarStyle::SingleQuoted), "'''*'''");
        assert_eq!(written("a: 'x'\n", "'\"'", ScalarStyle::SingleQuoted), "'''\"'''");
        assert_eq!(written("a: \"x\"\n", "a\\b\"c", ScalarStyle::DoubleQuoted), "\"a\\\\b\\\"c\"");
    }

    #[test]
    fn a_new_text_with_double_quotes_gets_single_ones() {
        assert_eq!(written("a: \"x\"\n", "{\"a\": 1}", ScalarStyle::Plain), "'{\"a\": 1}'");
    }

    #[test]
    fn plain_stays_plain_where_it_is_the_same_string() {
        for safe in ["abc", "a:b", "a#b", "-x", "a, b", "é", "method.response.header.X", "a{b}"] {
            assert_eq!(written("a: b\n", safe, ScalarStyle::Plain), safe);
        }
        for unsafe_ in [
            "",
            " a",
            "a ",
            "*",
            "true",
            "No",
            "200",
            "1e3",
            "0x1F",
            "2010-09-09",
            "12:30",
            "a: b",
            "a #b",
            "a:",
            "- a",
            "~",
            "=",
            "<<",
            ".5",
            ".inf",
            "y",
            "[a",
            "{{x}}",
            "%a",
            "@a",
            "`a",
            "#a",
            "a\nb",
            "a\tb",
            "---",
            "?",
            "\u{feff}a",
        ] {
            assert_ne!(written("a: b\n", unsafe_, ScalarStyle::Plain), unsafe_, "{unsafe_:?}");
        }
        assert!(!is_plain_safe("a, b", Context::Flow));
    }

    #[test]
    fn json_escapes_as_json() {
        assert_eq!(written("{\"a\": 1}", "'\"\n\u{1}é", ScalarStyle::Plain), "\"'\\\"\\n\\u0001é\"");
    }
}
