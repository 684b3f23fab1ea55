//! The names that `\p{…}` knows, and the sets of characters they stand for.
//!
//! Source: the documentation of `java.util.regex.Pattern` (Java 17), "Unicode support", with
//! `Character.UnicodeBlock` and `Character.UnicodeScript` for blocks and scripts.

use super::ast::Flags;
use super::{blocks, scripts};

/// The set of characters that a property stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A set, written as the `regex` crate writes it.
    Set(String),
    /// A set that the `regex` crate has no name for.
    Untold,
}

/// Finds a property by the name between the braces; none where Java knows no such name.
pub(super) fn find(name: &str, flags: Flags) -> Option<Meaning> {
    if let Some((key, value)) = name.split_once('=') {
        return match key.to_lowercase().as_str() {
            "sc" | "script" => script(value),
            "blk" | "block" => block(value),
            "gc" | "general_category" => basic(value, flags),
            _ => None,
        };
    }
    if let Some(name) = name.strip_prefix("In") {
        return block(name);
    }
    if let Some(name) = name.strip_prefix("Is") {
        return unicode_posix(name, flags)
            .or_else(|| binary(name, flags))
            .or_else(|| basic(name, flags))
            .or_else(|| script(name));
    }
    if flags.unicode_class
        && let Some(found) = unicode_posix(name, flags)
    {
        return Some(found);
    }
    basic(name, flags)
}

#[expect(clippy::unnecessary_wraps, reason = "the tables below read better without a `Some` per line")]
fn set(text: &str) -> Option<Meaning> {
    Some(Meaning::Set(text.to_string()))
}

fn script(name: &str) -> Option<Meaning> {
    let full = scripts::full_name(name)?;
    match full {
        "UNKNOWN" => Some(Meaning::Untold),
        _ => Some(Meaning::Set(format!("\\p{{sc={full}}}"))),
    }
}

fn block(name: &str) -> Option<Meaning> {
    let (first, last) = blocks::range_of(name)?;
    // A block of surrogates holds nothing that text in UTF-8 can hold.
    if first > last || (0xD800..=0xDFFF).contains(&first) {
        return Some(Meaning::Untold);
    }
    Some(Meaning::Set(format!("[\\x{{{first:X}}}-\\x{{{last:X}}}]")))
}

/// Letters of any case: what the three cases' names mean under the flag `i`.
const CASED: &str = "[\\p{Lowercase}\\p{Uppercase}\\p{Lt}]";

/// `\p{Is…}` with the name of a binary property, in any case.
fn binary(name: &str, flags: Flags) -> Option<Meaning> {
    let upper = name.to_uppercase();
    match upper.as_str() {
        "LOWERCASE" | "UPPERCASE" | "TITLECASE" if flags.case_insensitive => set(CASED),
        "LOWERCASE" => set("\\p{Lowercase}"),
        "UPPERCASE" => set("\\p{Uppercase}"),
        "TITLECASE" => set("\\p{Lt}"),
        "ALPHABETIC" => set("\\p{Alphabetic}"),
        "LETTER" => set("\\p{L}"),
        "IDEOGRAPHIC" => set("\\p{Ideographic}"),
        "WHITE_SPACE" | "WHITESPACE" => set("\\p{White_Space}"),
        "CONTROL" => set("\\p{Cc}"),
        "PUNCTUATION" => set("\\p{P}"),
        "HEX_DIGIT" | "HEXDIGIT" => set("[\\p{Nd}\\p{Hex_Digit}]"),
        "ASSIGNED" => set("\\P{Cn}"),
        "NONCHARACTER_CODE_POINT" | "NONCHARACTERCODEPOINT" => set("\\p{Noncharacter_Code_Point}"),
        "DIGIT" => set("\\p{Nd}"),
        "ALNUM" => set("[\\p{Alphabetic}\\p{Nd}]"),
        "BLANK" => set("[\\p{Zs}\\t]"),
        "GRAPH" => set("[^\\p{White_Space}\\p{Cc}\\p{Cn}]"),
        "PRINT" => set("[[^\\p{White_Space}\\p{Cn}\\p{Cc}]\\p{Zs}]"),
        "WORD" => set(UNICODE_WORD),
        "JOIN_CONTROL" | "JOINCONTROL" => set("\\p{Join_Control}"),
        _ => None,
    }
}

/// What `\w` means under the flag `U`.
pub(super) const UNICODE_WORD: &str = "[\\p{Alphabetic}\\p{Mn}\\p{Me}\\p{Mc}\\p{Nd}\\p{Pc}\\p{Join_Control}]";

/// A POSIX name under the flag `U`, in any case.
fn unicode_posix(name: &str, flags: Flags) -> Option<Meaning> {
    let upper = name.to_uppercase();
    match upper.as_str() {
        "LOWER" | "UPPER" if flags.case_insensitive => set(CASED),
        "LOWER" => set("\\p{Lowercase}"),
        "UPPER" => set("\\p{Uppercase}"),
        "ALPHA" => set("\\p{Alphabetic}"),
        "SPACE" => set("\\p{White_Space}"),
        "CNTRL" => set("\\p{Cc}"),
        "PUNCT" => set("\\p{P}"),
        "XDIGIT" => binary("HEX_DIGIT", flags),
        "DIGIT" | "ALNUM" | "BLANK" | "GRAPH" | "PRINT" => binary(&upper, flags),
        _ => None,
    }
}

/// A general category, a POSIX name or a `java…` name, in the very case Java gives it.
fn basic(name: &str, flags: Flags) -> Option<Meaning> {
    if flags.case_insensitive {
        match name {
            "Lu" | "Ll" | "Lt" => return set("[\\p{Lu}\\p{Ll}\\p{Lt}]"),
            "Lower" | "Upper" => return set("[a-zA-Z]"),
            "javaLowerCase" | "javaUpperCase" | "javaTitleCase" => return set(CASED),
            _ => {}
        }
    }
    category(name).or_else(|| posix(name)).or_else(|| java(name))
}

fn category(name: &str) -> Option<Meaning> {
    match name {
        "Cs" => Some(Meaning::Untold),
        "LC" => set("[\\p{Lu}\\p{Ll}\\p{Lt}]"),
        "LD" => set("[\\p{L}\\p{Nd}]"),
        "L1" => set("[\\x{0}-\\x{FF}]"),
        "all" => set("[\\x{0}-\\x{10FFFF}]"),
        "Cn" | "Lu" | "Ll" | "Lt" | "Lm" | "Lo" | "Mn" | "Me" | "Mc" | "Nd" | "Nl" | "No" | "Zs" | "Zl" | "Zp" | "Cc"
        | "Cf" | "Co" | "Pd" | "Ps" | "Pe" | "Po" | "Sm" | "Sc" | "Sk" | "So" | "Pi" | "Pf" | "Pc" | "L" | "M" | "N"
        | "Z" | "C" | "P" | "S" => Some(Meaning::Set(format!("\\p{{{name}}}"))),
        _ => None,
    }
}

fn posix(name: &str) -> Option<Meaning> {
    match name {
        "ASCII" => set("[\\x{0}-\\x{7F}]"),
        "Alnum" => set("[0-9a-zA-Z]"),
        "Alpha" => set("[a-zA-Z]"),
        "Blank" => set("[ \\t]"),
        "Cntrl" => set("[\\x{0}-\\x{1F}\\x{7F}]"),
        "Digit" => set("[0-9]"),
        "Graph" => set("[!-~]"),
        "Lower" => set("[a-z]"),
        "Print" => set("[ -~]"),
        "Punct" => set("[!-/:-@\\[-`{-~]"),
        "Space" => set("[\\t-\\r ]"),
        "Upper" => set("[A-Z]"),
        "XDigit" => set("[0-9a-fA-F]"),
        _ => None,
    }
}

fn java(name: &str) -> Option<Meaning> {
    match name {
        "javaLowerCase" => set("\\p{Lowercase}"),
        "javaUpperCase" => set("\\p{Uppercase}"),
        "javaTitleCase" => set("\\p{Lt}"),
        "javaAlphabetic" => set("\\p{Alphabetic}"),
        "javaIdeographic" => set("\\p{Ideographic}"),
        "javaDigit" => set("\\p{Nd}"),
        "javaDefined" => set("\\P{Cn}"),
        "javaLetter" => set("\\p{L}"),
        "javaLetterOrDigit" => set("[\\p{L}\\p{Nd}]"),
        "javaSpaceChar" => set("\\p{Z}"),
        "javaWhitespace" => set("[[\\p{Z}--[\\x{A0}\\x{2007}\\x{202F}]]\\t-\\r\\x{1C}-\\x{1F}]"),
        "javaISOControl" => set("[\\x{0}-\\x{1F}\\x{7F}-\\x{9F}]"),
        "javaJavaIdentifierStart" => set("[\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}]"),
        "javaIdentifierIgnorable" => set("[\\x{0}-\\x{8}\\x{E}-\\x{1B}\\x{7F}-\\x{9F}\\p{Cf}]"),
        "javaJavaIdentifierPart" => {
            set("[\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}\\p{Nd}\\p{Mc}\\p{Mn}\\p{Cf}\\x{0}-\\x{8}\\x{E}-\\x{1B}\\x{7F}-\\x{9F}]")
        }
        "javaMirrored" | "javaUnicodeIdentifierStart" | "javaUnicodeIdentifierPart" => Some(Meaning::Untold),
        _ => None,
    }
}
