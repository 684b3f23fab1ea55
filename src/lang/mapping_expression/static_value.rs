//! Static values: what stands between the single quotes (section 1.4 of the reference).

use crate::template::{Part, Text};

/// Characters that look like quotes and are none to the service.
const TYPOGRAPHIC: [char; 8] =
    ['\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}', '\u{201c}', '\u{201d}', '\u{201e}', '\u{201f}'];

/// Blanks that are not the blank of the keyboard, and marks without any width.
const ODD_BLANKS: [char; 9] =
    ['\u{a0}', '\u{2007}', '\u{202f}', '\u{3000}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'];

/// The text between the quotes, with its holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticText<'t> {
    parts: Vec<Part<'t>>,
}

impl<'t> StaticText<'t> {
    /// Reads a value; `None` where it does not surely begin and end with a single quote.
    pub fn read(text: &'t Text) -> Option<Self> {
        let mut parts: Vec<Part<'t>> = text.parts().collect();
        match parts.as_mut_slice() {
            [Part::Known(only)] => *only = only.strip_prefix('\'')?.strip_suffix('\'')?,
            [Part::Known(first), .., Part::Known(last)] => {
                *first = first.strip_prefix('\'')?;
                *last = last.strip_suffix('\'')?;
            }
            _ => return None,
        }
        Some(Self { parts })
    }

    /// What stands between the quotes, if it is known.
    pub fn known(&self) -> Option<&'t str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Known(only)] => Some(only),
            [..] => None,
        }
    }

    /// What stands between the quotes, with [`Text::HOLE`] for each hole.
    pub fn with_holes(&self) -> String {
        let shown = |part: &Part<'_>| match part {
            Part::Known(known) => (*known).to_owned(),
            Part::Hole(_) => Text::HOLE.to_string(),
        };
        self.parts.iter().map(shown).collect()
    }

    /// Whether nothing stands between the quotes.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Known("")))
    }

    /// Whether there is a line break in it.
    pub fn has_line_break(&self) -> bool {
        self.any(|c| matches!(c, '\n' | '\r'))
    }

    /// The first character that only looks like a quote or a blank.
    pub fn odd_character(&self) -> Option<char> {
        let mut known = self.parts.iter().flat_map(|part| match part {
            Part::Known(text) => text.chars(),
            Part::Hole(_) => "".chars(),
        });
        known.find(|c| is_odd(*c))
    }

    /// Whether it is a list whose items have quotes of their own: `'GET','POST'`.
    ///
    /// Quotes elsewhere belong to the text, as in `default-src 'self'`: each item must be a word.
    pub fn has_quoted_items(&self) -> bool {
        let shown: String = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Known(text) => text,
                // Whatever fills the hole is taken for a word.
                Part::Hole(_) => "x",
            })
            .collect();
        merged_items(&format!("'{shown}'")).is_some()
    }

    fn any(&self, wanted: impl Fn(char) -> bool) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Known(text) => text.contains(&wanted),
            Part::Hole(_) => false,
        })
    }
}

/// A static value with quotes around items of its list becomes one with quotes around the list.
///
/// `None` where no item has quotes of its own, or something is no word.
pub fn merged_items(text: &str) -> Option<String> {
    let mut merged = String::new();
    let items: Vec<&str> = text.split(',').collect();
    let mut quotes = 0;
    for (place, item) in items.iter().enumerate() {
        let word = item.trim();
        let bare = word.trim_matches('\'');
        quotes += word.len() - bare.len();
        if bare.is_empty() || bare.contains(|c: char| c == '\'' || c == '"' || c.is_whitespace()) {
            return None;
        }
        if place > 0 {
            merged.push(',');
            merged.extend(item.chars().take_while(|c| c.is_whitespace()));
        }
        merged.push_str(bare);
    }
    let outer = usize::from(text.starts_with('\'')) + usize::from(text.ends_with('\''));
    (items.len() > 1 && outer > 0 && quotes > outer).then(|| format!("'{merged}'"))
}

/// A static value whose line breaks, with the blanks around them, are one blank each; none behind a comma that has
/// no blank elsewhere. Line breaks around the quotes go.
pub fn without_line_breaks(text: &str) -> String {
    let text = text.trim();
    let dense = !text.contains(", ");
    let mut joined = String::new();
    for line in text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()) {
        let beside = joined.is_empty() || joined == "'" || line == "'" || dense && joined.ends_with(',');
        if !beside {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined
}

/// A static value with the quotes and blanks of the keyboard.
pub fn with_plain_characters(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{2018}'..='\u{201b}' => Some('\''),
        '\u{201c}'..='\u{201f}' => Some('"'),
        '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{3000}' => Some(' '),
        c if is_odd(c) => None,
        c => Some(c),
    };
    text.chars().filter_map(plain).collect()
}

fn is_odd(c: char) -> bool {
    TYPOGRAPHIC.contains(&c) || ODD_BLANKS.contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Hole, Piece};

    #[test]
    fn what_stands_between_the_quotes() {
        let known = |text: &str| StaticText::read(&Text::known(text)).is_some();
        assert!(known("'a'") && known("''") && !known("'") && !known("a") && !known("'a"));
        let open = |pieces: &[&str]| {
            let pieces = pieces.iter().map(|piece| match *piece {
                "?" => Piece::Hole(Hole::Other),
                known => Piece::Known(known.to_owned()),
            });
            Text::from_pieces(pieces)
        };
        assert!(StaticText::read(&open(&["'", "?", "'"])).is_some_and(|text| !text.is_empty()));
        assert!(StaticText::read(&open(&["?", "'"])).is_none());
        assert!(StaticText::read(&open(&["'", "?", "','", "?", "'"])).is_some_and(|text| text.has_quoted_items()));
    }

    #[test]
    fn items_with_quotes_of_their_own() {
        for (text, wanted) in [
            ("'GET','POST'", "'GET,POST'"),
            ("'GET', 'POST'", "'GET, POST'"),
            ("'GET',POST", "'GET,POST'"),
            ("'Content-Type',Authorization", "'Content-Type,Authorization'"),
            ("'GET',POST,'PUT'", "'GET,POST,PUT'"),
            ("''GET','POST''", "'GET,POST'"),
        ] {
            assert_eq!(merged_items(text).as_deref(), Some(wanted), "{text}");
        }
        for text in ["'GET,POST'", "'a'", "'default-src 'self''", "'default-src 'self', x'", "'a,'", "'','a'", "GET,POST"] {
            assert_eq!(merged_items(text), None, "{text}");
        }
    }

    #[test]
    fn line_breaks_become_blanks() {
        for (text, wanted) in [
            ("'*'\n", "'*'"),
            ("'GET,\nPOST'", "'GET,POST'"),
            ("'GET, PUT,\n  POST'", "'GET, PUT, POST'"),
            ("'a\r\nb'", "'a b'"),
            ("'\na\n'", "'a'"),
        ] {
            assert_eq!(without_line_breaks(text), wanted, "{text}");
        }
    }

    #[test]
    fn odd_characters_become_plain() {
        assert_eq!(with_plain_characters("'default-src \u{2018}self\u{2019}'"), "'default-src 'self''");
        assert_eq!(with_plain_characters("'GET,\u{a0}POST\u{200b}'"), "'GET, POST'");
    }
}
