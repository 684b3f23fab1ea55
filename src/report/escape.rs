//! Makes text from templates harmless: what a terminal or a reader could take for something else is
//! shown as an escape.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character is invisible, moves the cursor, changes the order of what follows, or is none.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// One line of text in which every hidden character is written as an escape: `\n`, `\u{1b}`. So is a character in each text
/// that the log of a CI service would take for a command: `##[error]`, and `::error::` where a line might begin.
///
/// # Examples
/// ```
/// assert_eq!(cfn_igr::report::escape::escape("a\u{1b}[31mb\n"), r"a\u{1b}[31mb\n");
/// ```
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_where(text, |c, before| is_hidden(c) || ends_marker(c, before) || ends_colons(c, before))
}

/// The same for a text that is no part of a log: commands are text like any other there.
pub(super) fn escape_hidden(text: &str) -> Cow<'_, str> {
    escape_where(text, |c, _| is_hidden(c))
}

/// The same for a whole text that is no part of a log, in which tabs and line ends stay.
pub(super) fn escape_hidden_lines(text: &str) -> Cow<'_, str> {
    escape_where(text, |c, _| is_hidden(c) && !matches!(c, '\t' | '\n'))
}

/// One line of source for a log, in which tabs stay. Other text stands before it, so it begins no line. Whether a character
/// is escaped depends on those before it alone.
pub(super) fn escape_source(text: &str) -> Cow<'_, str> {
    escape_where(text, |c, before| is_hidden(c) && c != '\t' || ends_marker(c, before))
}

/// A whole text for a log, in which tabs and line ends stay.
pub(super) fn escape_lines(text: &str) -> Cow<'_, str> {
    escape_where(text, |c, before| {
        is_hidden(c) && !matches!(c, '\t' | '\n') || ends_marker(c, before) || ends_colons(c, before)
    })
}

/// Whether `##[` or `##word[` ends here, with which commands to GitHub's runner and others begin, anywhere in a line.
fn ends_marker(c: char, before: &str) -> bool {
    c == '[' && before.trim_end_matches(|c: char| c.is_ascii_alphabetic()).ends_with("##")
}

/// Whether `::` ends here, with which commands to GitHub's runner begin, at the beginning of a line; lines are wrapped later.
/// Names of types (`AWS::ApiGateway::Method`) have a letter before it and are never broken there.
fn ends_colons(c: char, before: &str) -> bool {
    let earlier = || before.strip_suffix(':').and_then(|before| before.chars().next_back());
    c == ':' && before.ends_with(':') && !earlier().is_some_and(char::is_alphanumeric)
}

/// Escapes the characters that are to be, asked with the text before them.
fn escape_where(text: &str, hides: impl Fn(char, &str) -> bool) -> Cow<'_, str> {
    let hides = |at: usize, c: char| hides(c, text.get(..at).unwrap_or(""));
    if !text.char_indices().any(|(at, c)| hides(at, c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        match c {
            _ if !hides(at, c) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    Cow::Owned(out)
}

/// JSON text in which hidden characters beyond those that JSON itself escapes are `\uXXXX`. So is the end of `##[`; a
/// bracket that is structure never stands behind such signs.
pub(super) fn escape_json(json: String) -> String {
    let hides = |at: usize, c: char| is_hidden(c) && c != '\n' || ends_marker(c, json.get(..at).unwrap_or(""));
    if !json.char_indices().any(|(at, c)| hides(at, c)) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for (at, c) in json.char_indices() {
        if hides(at, c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_survives() {
        for hidden in ["\u{1b}[2J", "\u{202e}", "\u{9b}31m", "\r", "\u{200b}", "\u{e0041}", "\u{7f}", "\u{0}"] {
            assert!(!escape(hidden).chars().any(is_hidden), "{hidden:?}");
            assert!(!escape_json(format!("\"{hidden}\"")).chars().any(is_hidden), "{hidden:?}");
        }
    }

    #[test]
    fn no_log_takes_a_text_for_a_command() {
        assert_eq!(escape("::error::x"), ":\\u{3a}error::x");
        assert_eq!(escape("a ::error -::add-mask"), "a :\\u{3a}error -:\\u{3a}add-mask");
        assert_eq!(escape(":::"), ":\\u{3a}\\u{3a}");
        assert_eq!(escape("##[error]x ##vso[task.x] ###[group]"), "##\\u{5b}error]x ##vso\\u{5b}task.x] ###\\u{5b}group]");
        assert_eq!(escape_lines("a\n::error"), "a\n:\\u{3a}error");
        assert_eq!(escape_source("##[x] ::y"), "##\\u{5b}x] ::y");
        let value = "##[error] [1]";
        let json = escape_json(serde_json::to_string(value).unwrap());
        assert_eq!(json, r###""##\u005berror] [1]""###);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), value);
    }

    #[test]
    fn types_and_lists_are_as_they_were() {
        for plain in ["AWS::ApiGateway::Method", "a[0]", "## [x]", "#[x]", "http://x"] {
            assert!(matches!(escape(plain), Cow::Borrowed(_)), "{plain}");
        }
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(escape("caf\u{e9} \u{1f600}"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_escapes_keep_the_value() {
        let value = "\u{202e}\u{e0041}x";
        let json = escape_json(serde_json::to_string(value).unwrap());
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), value);
    }
}
