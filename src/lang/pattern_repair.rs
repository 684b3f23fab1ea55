//! Selection patterns that are no regular expressions for what was meant, and what was meant.

use super::selection_pattern::{self, BracketClass, ClassItemKind, Pattern};

/// A wildcard of another language where a regular expression is wanted: `4XX`, `4**`, `5//d{2}`. Gives the
/// regular expression for the same status codes.
///
/// `None` where the text is a working pattern for some status, or where the meaning is open.
pub fn status_glob(pattern: &str) -> Option<String> {
    let trimmed = pattern.trim();
    let (open, rest) = trimmed.strip_prefix('^').map_or(("", trimmed), |rest| ("^", rest));
    let (close, rest) = rest.strip_suffix('$').map_or(("", rest), |rest| ("$", rest));
    let (open_group, inside, close_group) = match rest.strip_prefix('(').and_then(|inside| inside.strip_suffix(')')) {
        Some(inside) => ("(", inside, ")"),
        None => ("", rest, ""),
    };
    let words: Option<Vec<String>> = inside.split('|').map(status_word).collect();
    let repaired = format!("{open}{open_group}{}{close_group}{close}", words?.join("|"));
    // `4*` is a regular expression that takes 444, which nobody means.
    (repaired != pattern && repairs(pattern, &repaired, 1)).then_some(repaired)
}

/// One word for status codes, with its wildcards as `\d`.
fn status_word(word: &str) -> Option<String> {
    let word = word.trim().replace("//d", "\\d").replace("/d", "\\d");
    let [first, rest @ ..] = word.as_bytes() else { return None };
    let first = char::from(*first);
    if !matches!(first, '1'..='5') {
        return None;
    }
    match rest {
        // `4*`, `4x`: everything of the class.
        [wildcard] if is_wildcard(*wildcard) => Some(format!("{first}\\d{{2}}")),
        [one, two] if is_wildcard(*one) && is_wildcard(*two) => Some(format!("{first}\\d{{2}}")),
        [digit, wildcard] if digit.is_ascii_digit() && is_wildcard(*wildcard) => {
            Some(format!("{first}{}\\d", char::from(*digit)))
        }
        // A word that is right already may stand beside one that is not.
        _ => statuses(&word).is_some_and(|statuses| !statuses.is_empty()).then_some(word),
    }
}

fn is_wildcard(byte: u8) -> bool {
    matches!(byte, b'x' | b'X' | b'*' | b'?' | b'#' | b'n' | b'N')
}

/// A pattern for status codes without the blanks, quotes or slashes around it or its alternatives: `404 `,
/// `"404"`, `/4\d{2}/`, `400 | 404`.
pub fn status_unwrapped(pattern: &str) -> Option<String> {
    let mut inside = pattern.trim();
    for wrapping in ['"', '\'', '`', '/'] {
        inside = inside.strip_prefix(wrapping).and_then(|rest| rest.strip_suffix(wrapping)).unwrap_or(inside);
    }
    let words: Vec<_> = inside.split('|').map(str::trim).collect();
    let meant = words.join("|");
    (meant != pattern && repairs(pattern, &meant, 0)).then_some(meant)
}

/// A pattern for status codes whose backslashes are doubled (`4\\d{2}`) or lost (`4d{2}`).
pub fn status_backslashes(pattern: &str) -> Option<String> {
    let collapsed = pattern.replace("\\\\", "\\");
    if collapsed != pattern && repairs(pattern, &collapsed, 0) {
        return Some(collapsed);
    }
    let mut restored = String::new();
    let mut before = ' ';
    for c in pattern.chars() {
        if c == 'd' && before != '\\' {
            restored.push('\\');
        }
        restored.push(c);
        before = c;
    }
    (restored != pattern && repairs(pattern, &restored, 0)).then_some(restored)
}

/// A wildcard of another language in a pattern for messages: `*Error*`, `Invalid*`. Gives `.*Error.*`.
pub fn message_glob(pattern: &str) -> Option<String> {
    let words = pattern.trim_matches('*');
    let plain =
        !words.is_empty() && words.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | ':' | '-' | ','));
    let globbed = plain && words.len() != pattern.len() && !pattern.contains("**");
    globbed.then(|| pattern.replace('*', ".*"))
}

/// A pattern for messages in which `\\[` or `\\d` stands for a backslash and something else. Gives it with
/// single backslashes.
pub fn message_backslashes(pattern: &str) -> Option<String> {
    let doubled = ["\\\\[", "\\\\]", "\\\\(", "\\\\)", "\\\\.", "\\\\d", "\\\\s", "\\\\S", "\\\\w"];
    if !doubled.iter().any(|doubled| pattern.contains(doubled)) {
        return None;
    }
    let collapsed = pattern.replace("\\\\", "\\");
    selection_pattern::parse(&collapsed).is_ok().then_some(collapsed)
}

/// Whether the pattern can only match status codes: some of them, and no longer text around them.
pub fn matches_only_statuses(pattern: &Pattern) -> bool {
    let Some(first) = pattern.statuses().and_then(|statuses| statuses.iter().next()) else { return false };
    let Some(matcher) = pattern.matcher() else { return false };
    let longer =
        [format!("[{first}] x"), format!("{first} x"), format!("x {first}"), format!("x {first} x"), format!("[{first}]")];
    longer.iter().all(|text| matcher.is_match(text) == Some(false))
}

/// The word that a class spells: only plain characters, and more of them than a set would list.
pub fn spelt_word(class: &BracketClass<'_>, lambda: bool) -> Option<String> {
    let letter = |kind: &ClassItemKind| match kind {
        ClassItemKind::Literal(literal) => {
            literal.character().filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '|' | ':' | '"' | '\''))
        }
        ClassItemKind::Range(..)
        | ClassItemKind::NamedCharacter
        | ClassItemKind::Shorthand(_)
        | ClassItemKind::Class(_)
        | ClassItemKind::Intersect(_) => None,
    };
    let word: String = class.class.items.iter().map(|item| letter(&item.kind)).collect::<Option<String>>()?;
    if class.negated || class.source.len() != word.len() + 2 {
        return None;
    }
    let letters: Vec<char> = word.chars().filter(char::is_ascii_alphanumeric).collect();
    let twice = letters.iter().enumerate().any(|(at, c)| letters.iter().take(at).any(|before| before == c));
    let lower = letters.iter().filter(|c| c.is_ascii_lowercase()).count();
    let capital = letters.first().is_some_and(char::is_ascii_uppercase) && lower >= 3;
    let status = lambda && letters.len() == 3 && word.parse().is_ok_and(|code: u16| (400..600).contains(&code));
    let spells = match letters.len() {
        0..=2 => false,
        3 => status,
        _ => (twice || capital) && lower + letters.iter().filter(|c| c.is_ascii_uppercase()).count() >= 4,
    };
    spells.then_some(word)
}

/// The new pattern takes some status, and the old one at most this many, or is refused.
fn repairs(old: &str, new: &str, most: usize) -> bool {
    let works = statuses(new).is_some_and(|statuses| statuses.len() > most);
    works && statuses(old).is_none_or(|statuses| statuses.len() <= most)
}

fn statuses(pattern: &str) -> Option<selection_pattern::StatusSet> {
    selection_pattern::parse(pattern).ok()?.statuses()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_become_digits() {
        for (glob, wanted) in [
            ("4XX", r"4\d{2}"),
            ("5xx", r"5\d{2}"),
            ("4**", r"4\d{2}"),
            ("4*", r"4\d{2}"),
            ("40x", r"40\d"),
            ("5//d{2}", r"5\d{2}"),
            ("4XX|5XX", r"4\d{2}|5\d{2}"),
            ("(4xx|500)", r"(4\d{2}|500)"),
            ("^4xx$", r"^4\d{2}$"),
        ] {
            assert_eq!(status_glob(glob).as_deref(), Some(wanted), "{glob}");
        }
        for pattern in ["404", r"4\d{2}", "4..", "4[0-9]*", "[45]xx", ".*", "Error", "4.*"] {
            assert_eq!(status_glob(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn backslashes_are_put_right() {
        assert_eq!(status_backslashes(r"4\\d{2}").as_deref(), Some(r"4\d{2}"));
        assert_eq!(status_backslashes("4d{2}").as_deref(), Some(r"4\d{2}"));
        assert_eq!(status_backslashes("5dd").as_deref(), Some(r"5\d\d"));
        assert_eq!(status_backslashes(r"4\d{2}"), None);
        assert_eq!(message_backslashes(r".*\\[404\\].*").as_deref(), Some(r".*\[404\].*"));
        assert_eq!(message_backslashes(r".*\[404\].*"), None);
    }

    #[test]
    fn status_patterns_lose_what_is_around_them() {
        for (pattern, wanted) in
            [("404 ", "404"), ("\"404\"", "404"), ("'4..'", "4.."), ("/5\\d{2}/", "5\\d{2}"), ("403 | 404", "403|404")]
        {
            assert_eq!(status_unwrapped(pattern).as_deref(), Some(wanted), "{pattern}");
        }
        for pattern in ["404", "HTTP 404", "404,410", ".*NotFound.*", "Error ", "404| 410"] {
            assert_eq!(status_unwrapped(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn message_globs_become_wildcards() {
        assert_eq!(message_glob("*Error*").as_deref(), Some(".*Error.*"));
        assert_eq!(message_glob("Invalid*").as_deref(), Some("Invalid.*"));
        assert_eq!(message_glob(".*Error.*"), None);
        assert_eq!(message_glob("Error"), None);
        assert_eq!(message_glob("*"), None);
    }

    #[test]
    fn status_patterns_are_told_from_message_patterns() {
        let only = |pattern: &str| matches_only_statuses(&selection_pattern::parse(pattern).unwrap());
        assert!(only("404") && only(r"4\d{2}") && only("^(400|404)$") && only("..."));
        assert!(!only(".*404.*") && !only(r"\[404\]") && !only(".*") && !only("Error"));
    }
}
