//! What a selection pattern takes, where that can be told without a checker of Java's regular expressions.
//!
//! A pattern is judged only if it is written in the part of the language that Java and the `regex` crate read
//! alike: literals, `.`, groups, `|`, classes without nesting, greedy and reluctant repetition, `^`, `$`, the
//! classes `\d \D \s \S \w \W`, and escaped punctuation. So `.*`, `[\s\S]*`, `(\n|.)*`, `\d{3}`, `4\d{2}`, `2..`,
//! `400|404` and `(?s).*` are judged; look-around, possessive repetition, `\Q…\E`, `\p{…}` and back references are not.

use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};

/// Whether the pattern matches the whole subject; `None` where it cannot be told.
pub fn takes(pattern: &str, subject: &str) -> Option<bool> {
    Some(compile(pattern)?.is_match(subject))
}

/// The status codes from 100 to 599 that the pattern matches; `None` where it cannot be told.
pub fn statuses(pattern: &str) -> Option<BTreeSet<u16>> {
    let pattern = compile(pattern)?;
    Some((100..600).filter(|status| pattern.is_match(&status.to_string())).collect())
}

fn compile(pattern: &str) -> Option<Regex> {
    if !is_common(pattern) {
        return None;
    }
    // API Gateway matches the whole text (DG-LAMBDAERR).
    RegexBuilder::new(&format!(r"\A(?:{pattern})\z")).size_limit(1 << 20).build().ok()
}

/// Whether Java and the `regex` crate read the pattern alike.
fn is_common(pattern: &str) -> bool {
    let (mut escaped, mut in_class) = (false, false);
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        if escaped {
            if c.is_alphanumeric() && !"dDsSwWnrt".contains(c) || !c.is_ascii() {
                return false;
            }
            escaped = false;
            continue;
        }
        match (c, next) {
            ('\\', _) => escaped = true,
            ('[', _) if in_class => return false,
            ('[', Some(']')) => return false,
            ('[', _) => {
                in_class = true;
                if rest.next_if_eq(&'^').is_some() && rest.peek() == Some(&']') {
                    return false;
                }
            }
            (']', _) if in_class => in_class = false,
            ('&' | '~' | '-', Some(twice)) if in_class && twice == c => return false,
            ('*' | '+' | '?' | '}', Some('+')) if !in_class => return false,
            ('{', Some(',')) if !in_class => return false,
            ('(', Some('?')) if !in_class => {
                let group: String = rest.clone().take(3).collect();
                if !group.starts_with("?:") && group != "?s)" && group != "?i)" {
                    return false;
                }
            }
            _ => {}
        }
    }
    !escaped && !in_class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_text_is_taken_by_patterns_of_nothing() {
        for pattern in ["", ".*", r"[\s\S]*", r"(\n|.)*", "(?s).*", "4*", "(Error)?"] {
            assert_eq!(takes(pattern, ""), Some(true), "{pattern}");
        }
        for pattern in [".+", r".*\[404\].*", "200", "-", "(?!x).*y|.+"] {
            assert_ne!(takes(pattern, ""), Some(true), "{pattern}");
        }
    }

    #[test]
    fn statuses_are_matched_as_a_whole() {
        assert_eq!(statuses("40").map(|found| found.len()), Some(0));
        assert_eq!(statuses(r"4\d{2}").map(|found| found.len()), Some(100));
        assert_eq!(statuses("400|404").map(|found| found.len()), Some(2));
        for pattern in [r"\d{3}", "...", ".*", "[0-9]+", r"[\s\S]*"] {
            assert_eq!(statuses(pattern).map(|found| found.len()), Some(500), "{pattern}");
        }
    }

    #[test]
    fn what_java_reads_in_another_way_is_unknown() {
        for pattern in
            ["(?!200).*", "(?=4).*", r"\Q200\E", r"\p{Digit}+", ".*+", "[a[bc]]", "[a&&b]", r"(.)\1", "[", "*", "\\"]
        {
            assert_eq!(takes(pattern, ""), None, "{pattern}");
        }
    }
}
