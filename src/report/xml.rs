//! Text for XML 1.0, in which not even a reference may stand for most control characters.

use super::escape::{escape, escape_lines};

/// The value of an attribute, between double quotes, on one line.
pub(super) fn attribute(text: &str) -> String {
    marked(&escape(text))
}

/// Text between tags, in which tabs and line ends stay.
pub(super) fn content(text: &str) -> String {
    marked(&escape_lines(text))
}

fn marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_what_it_stands_in() {
        assert_eq!(attribute("\"/><x a=']]>&#0;"), "&quot;/&gt;&lt;x a=&apos;]]&gt;&amp;#0;");
        assert_eq!(content("a\nb\u{0}\u{b}\u{1b}\u{ffff}\u{202e}"), "a\nb\\u{0}\\u{b}\\u{1b}\\u{ffff}\\u{202e}");
        assert_eq!(attribute("a\r\nb"), "a\\r\\nb");
    }
}
