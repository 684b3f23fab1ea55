//! Makes text from templates harmless: what a terminal or a reader could take for something else is
//! shown as an escape.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character is invisible, moves the cursor, or changes the order of what follows.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// One line of text in which every hidden character is written as an escape: `\n`, `\u{1b}`.
///
/// # Examples
/// ```
/// assert_eq!(cfn_igr::report::escape::escape("a\u{1b}[31mb\n"), r"a\u{1b}[31mb\n");
/// ```
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_except(text, |_| false)
}

/// The same for a line of source, in which tabs stay.
pub(super) fn escape_source(text: &str) -> Cow<'_, str> {
    escape_except(text, |c| c == '\t')
}

/// The same for a whole text, in which tabs and line ends stay.
pub(super) fn escape_lines(text: &str) -> Cow<'_, str> {
    escape_except(text, |c| matches!(c, '\t' | '\n'))
}

fn escape_except(text: &str, keep: fn(char) -> bool) -> Cow<'_, str> {
    let hides = |c: char| is_hidden(c) && !keep(c);
    if !text.chars().any(hides) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            _ if !hides(c) => out.push(c),
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

/// JSON text in which hidden characters beyond those that JSON itself escapes are `\uXXXX`.
pub(super) fn escape_json(json: String) -> String {
    if !json.chars().any(|c| is_hidden(c) && c != '\n') {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hidden(c) && c != '\n' {
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
