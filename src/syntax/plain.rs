//! What YAML 1.1 makes of a scalar without quotes.
//!
//! Source: the YAML 1.1 type repository. CloudFormation documents YAML 1.1; where its parser is seen to differ it is
//! followed: `y` and `n` are texts (every `DynamoDB` template says `AttributeType: N`), dates are texts.

use super::tree::ScalarType;

/// The type of a plain scalar.
pub(super) fn plain_type(text: &str) -> ScalarType {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return ScalarType::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" | "yes" | "Yes" | "YES" | "no" | "No" | "NO" | "on"
        | "On" | "ON" | "off" | "Off" | "OFF" => return ScalarType::Bool,
        _ => {}
    }
    let digits = unsigned(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return ScalarType::String;
    }
    let whole = all(digits, |c| c.is_ascii_digit())
        || digits.strip_prefix("0x").is_some_and(|hex| all(hex, |c| c.is_ascii_hexdigit()))
        || digits.strip_prefix("0b").is_some_and(|bits| all(bits, |c| matches!(c, '0' | '1')));
    if whole || sexagesimal(digits).is_some() {
        ScalarType::Int
    } else if digits.parse::<f64>().is_ok() {
        ScalarType::Float
    } else {
        ScalarType::String
    }
}

/// What a plain scalar becomes that does not stay the text it is written as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// `yes`, `no`, `on`, `off`: `true` or `false`.
    Bool(bool),
    /// Digits behind a zero: octal, or without the zero; readers differ.
    LeadingZero,
    /// A number that is written in another way, as it is usually printed.
    Number(String),
}

/// How a plain scalar is read where that is another text than its own.
pub(super) fn reading(text: &str) -> Option<Reading> {
    match plain_type(text) {
        ScalarType::Null | ScalarType::String => None,
        ScalarType::Bool => match text.to_ascii_lowercase().as_str() {
            "yes" | "on" => Some(Reading::Bool(true)),
            "no" | "off" => Some(Reading::Bool(false)),
            _ => None,
        },
        ScalarType::Int => int(text),
        ScalarType::Float => float(text),
    }
}

fn int(text: &str) -> Option<Reading> {
    let digits = unsigned(text).replace('_', "");
    if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Reading::LeadingZero);
    }
    let value = match digits.get(..2) {
        Some("0x") => i128::from_str_radix(digits.get(2..)?, 16).ok()?,
        Some("0b") => i128::from_str_radix(digits.get(2..)?, 2).ok()?,
        _ => sexagesimal(&digits).map_or_else(|| digits.parse().ok(), Some)?,
    };
    let printed = if text.starts_with('-') { format!("-{value}") } else { value.to_string() };
    (printed != text).then_some(Reading::Number(printed))
}

/// A number is printed with one digit behind the point at least, and with an exponent where it is large or small.
fn float(text: &str) -> Option<Reading> {
    let value: f64 = text.parse().ok()?;
    let plain = value == 0.0 || (1e-3..1e7).contains(&value.abs());
    let printed = if plain { format!("{value:?}") } else { format!("{value:E}") };
    (printed != text).then_some(Reading::Number(printed))
}

/// The value of a number of base 60: `12:30:45`.
fn sexagesimal(text: &str) -> Option<i128> {
    let (first, rest) = text.split_once(':')?;
    let begins = first.starts_with(|c: char| matches!(c, '1'..='9')) && all(first, |c| c.is_ascii_digit());
    let mut value: i128 = first.replace('_', "").parse().ok().filter(|_| begins)?;
    for part in rest.split(':') {
        let digit: i128 = part.parse().ok().filter(|_| part.len() <= 2 && all(part, |c| c.is_ascii_digit()))?;
        value = value.checked_mul(60)?.checked_add(Some(digit).filter(|digit| *digit < 60)?)?;
    }
    Some(value)
}

/// A plain number as JSON has it: as it is written, or as it is read where that is one number for every reader.
pub fn json_number(text: &str) -> Option<String> {
    let is_json = |text: &str| text.parse::<serde_json::Number>().is_ok();
    if is_json(text) {
        return Some(text.to_owned());
    }
    match reading(text)? {
        // A time of the day is more likely than a number of base 60.
        Reading::Number(printed) => Some(printed).filter(|printed| is_json(printed) && !text.contains(':')),
        Reading::Bool(_) | Reading::LeadingZero => None,
    }
}

/// Whether a plain scalar that is taken for a text is a number to some reader: `.inf`, `1_000.5`, `10:20.5`, `0o17`.
pub(super) fn is_number_elsewhere(text: &str) -> bool {
    let digits = unsigned(text);
    let word = matches!(digits.to_ascii_lowercase().as_str(), ".inf" | ".nan");
    let begins = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let number = |text: &str| text.replace('_', "").parse::<f64>().is_ok();
    let octal = digits.strip_prefix("0o").is_some_and(|rest| all(rest, |c| c.is_digit(8)));
    let parts = || digits.split(':').all(|part| part.starts_with(|c: char| c.is_ascii_digit()) && number(part));
    plain_type(text) == ScalarType::String && (word || octal || begins && (number(digits) || parts()))
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn all(text: &str, ok: fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(|c| ok(c) || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_become_others() {
        let number = |text: &str| Some(Reading::Number(text.to_owned()));
        for (text, read) in [
            ("on", Some(Reading::Bool(true))),
            ("No", Some(Reading::Bool(false))),
            ("012345678901", Some(Reading::LeadingZero)),
            ("0189", Some(Reading::LeadingZero)),
            ("12:30:45", number("45045")),
            ("1_000", number("1000")),
            ("0x1F", number("31")),
            ("0b11", number("3")),
            ("+5", number("5")),
            ("1.10", number("1.1")),
            (".5", number("0.5")),
            ("1e3", number("1000.0")),
            ("12345678.5", number("1.23456785E7")),
        ] {
            assert_eq!(reading(text), read, "{text}");
        }
    }

    #[test]
    fn numbers_become_those_of_json() {
        for (text, json) in [
            ("200", Some("200")),
            ("-1.50", Some("-1.50")),
            ("1e3", Some("1e3")),
            ("0x1F", Some("31")),
            ("-0b11", Some("-3")),
            ("+1", Some("1")),
            (".5", Some("0.5")),
            ("5.", Some("5.0")),
            ("1_000", Some("1000")),
            ("010", None),
            ("12:30", None),
            ("1.e999", None),
        ] {
            assert_eq!(json_number(text).as_deref(), json, "{text}");
        }
    }

    #[test]
    fn readers_differ_about_some_texts() {
        for text in [".inf", "-.INF", ".NaN", "1_000.5", "10:20.5", "0o17"] {
            assert!(is_number_elsewhere(text), "{text}");
        }
        for text in ["", "1.2.3", "10.0.0.1", "2010-09-09", "08:00:00Z", "a", ".", "200", "1.5", "localhost:8080", "inf"] {
            assert!(!is_number_elsewhere(text), "{text}");
        }
    }

    #[test]
    fn what_stays_as_it_is_written_has_no_other_reading() {
        for text in [
            "",
            "~",
            "true",
            "True",
            "false",
            "0",
            "-5",
            "200",
            "123456789012",
            "2.0",
            "0.5",
            "y",
            "N",
            "on-call",
            "2010-09-09",
            "10.0.0.1",
            "1.2.3",
            "12:60",
            "0:30",
            "localhost:8080",
            "08:00:00Z",
            "0x",
            "1a",
        ] {
            assert_eq!(reading(text), None, "{text}");
        }
    }
}
