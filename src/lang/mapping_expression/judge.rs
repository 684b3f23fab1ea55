//! Judging one mapping value (section 1.9 of the reference, over texts with holes).

use std::ops::Range;

use super::spelling;
use super::{MappingPlace, Source, SourceFault, merged_items, parse};
use crate::template::{Hole, Part, Text};

/// Blanks that a value can have around it.
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// What a mapping value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A quoted static value or an expression that is legal here.
    Legal,
    /// Cannot be told.
    Unknown,
    /// Meant as an expression and misspelt.
    Misspelt {
        /// What was meant.
        suggestion: String,
        /// How sure that is.
        sure: bool,
        /// Whether only the letter case of a context variable, or a leading dollar, is wrong: whether the
        /// service refuses these is not settled.
        lenient: bool,
    },
    /// An expression of the language that this place cannot read, or none at all in a known namespace.
    IllegalSource {
        /// Where it breaks the language's rules, if it does.
        fault: Option<SourceFault>,
    },
    /// A static value without its quotes.
    Unquoted {
        /// The value with its quotes, where that is sure; holes keep their place.
        quoted: Option<Quoting>,
        /// Whether only blanks stand outside the quotes: that this is refused is not settled.
        padded: bool,
    },
    /// Legal but for line breaks before or behind it.
    LineBreaks,
}

/// How an unquoted value gets its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// The whole known text becomes this.
    Whole(String),
    /// The text with its holes gets a quote at both ends, or the one that it lacks ([`Ends`]).
    Around,
}

/// Judges what stands as the value of a mapping.
pub fn judge(text: &Text, place: MappingPlace) -> Verdict {
    match text.as_known() {
        Some(known) => judge_known(known, place),
        None => judge_open(text),
    }
}

fn judge_known(text: &str, place: MappingPlace) -> Verdict {
    let fault = match parse(text) {
        Ok(source) if !source.is_legal_in(place) => return Verdict::IllegalSource { fault: None },
        Ok(Source::Context(variable)) => {
            return spelling::context_case(variable).map_or(Verdict::Legal, |known| Verdict::Misspelt {
                suggestion: format!("context.{known}"),
                sure: true,
                lenient: true,
            });
        }
        Ok(_) => return Verdict::Legal,
        Err(fault) => fault,
    };
    if let Some(verdict) = judge_padded(text, place) {
        return verdict;
    }
    if let Some((suggestion, sure, lenient)) = spelling::repair(text, place) {
        return Verdict::Misspelt { suggestion, sure, lenient };
    }
    let namespaces = ["method.", "integration.", "context.", "stageVariables.", "route.request.", "gatewayresponse."];
    if namespaces.iter().any(|namespace| text.starts_with(namespace)) || is_foreign(text) {
        return Verdict::IllegalSource { fault };
    }
    Verdict::Unquoted { quoted: quote(text).map(Quoting::Whole), padded: false }
}

/// A text that is legal once the blanks around it are gone.
fn judge_padded(text: &str, place: MappingPlace) -> Option<Verdict> {
    let trimmed = text.trim_matches(BLANKS);
    let source = parse(trimmed).ok().filter(|source| source.is_legal_in(place))?;
    let around = text.len() > trimmed.len();
    let breaks = text.trim_matches([' ', '\t']).len() > trimmed.len();
    match source {
        _ if !around => None,
        _ if breaks => Some(Verdict::LineBreaks),
        Source::Static(_) => Some(Verdict::Unquoted { quoted: Some(Quoting::Whole(trimmed.to_owned())), padded: true }),
        _ => Some(Verdict::Misspelt { suggestion: trimmed.to_owned(), sure: true, lenient: true }),
    }
}

/// An expression of mapping templates, HTTP APIs or another language: `$input.path('$.a')`, `$request.header.X`, `$.a`,
/// `{context.requestId}`, `request.header.X`. In quotes it would become a wrong text without a word.
fn is_foreign(text: &str) -> bool {
    let trimmed = text.trim();
    let reference = trimmed
        .strip_prefix('$')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || ".{!".contains(c)));
    let braces = ["{context.", "{stageVariables.", "{method.", "{integration.", "{{context."];
    let parts = [
        "request.header.",
        "request.querystring.",
        "request.path.",
        "request.body",
        "response.header.",
        "response.body",
        "header.",
    ];
    let begins = |starts: &[&str]| starts.iter().any(|start| trimmed.starts_with(start));
    reference || begins(&braces) || begins(&parts)
}

/// What a text has at its ends that a quote takes the place of when it gets its quotes: blanks, other quotes, or the one quote
/// that is there. Nothing at most ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    front: String,
    back: String,
}

impl Ends {
    /// The ends of a text that is not in quotes; `None` where it is not sure what stands between the quotes, or where more
    /// than the ends has to change.
    pub fn of(text: &Text) -> Option<Self> {
        let shown = text.with_holes();
        let inside = inside(&shown).filter(|_| merged_items(shown.trim()).is_none())?;
        Some(Self { front: shown.get(..inside.start)?.to_owned(), back: shown.get(inside.end..)?.to_owned() })
    }

    /// A text that begins so with its quote, if it begins so.
    pub fn quoted_front(&self, text: &str) -> Option<String> {
        text.strip_prefix(&*self.front).map(|rest| format!("'{rest}"))
    }

    /// A text that ends so with its quote, if it ends so.
    pub fn quoted_back(&self, text: &str) -> Option<String> {
        text.strip_suffix(&*self.back).map(|rest| format!("{rest}'"))
    }

    /// A text that begins and ends so with both quotes.
    pub fn quoted(&self, text: &str) -> Option<String> {
        self.quoted_front(text.strip_suffix(&*self.back)?).map(|text| format!("{text}'"))
    }

    /// Whether nothing has to go in front.
    pub fn keeps_front(&self) -> bool {
        self.front.is_empty()
    }

    /// Whether nothing has to go behind.
    pub fn keeps_back(&self) -> bool {
        self.back.is_empty()
    }
}

/// With quotes around it.
fn quote(text: &str) -> Option<String> {
    merged_items(text.trim()).or_else(|| text.get(inside(text)?).map(|inside| format!("'{inside}'")))
}

/// What of a text belongs between the quotes. A half-quoted text is completed only if its quote stands alone.
fn inside(text: &str) -> Option<Range<usize>> {
    let trimmed = text.trim();
    let start = text.len() - text.trim_start().len();
    let unwrapped = ["\"\"", "``", "\u{2018}\u{2019}", "\u{2019}\u{2019}", "\u{201c}\u{201d}"].iter().find_map(|pair| {
        let (open, close) = (pair.chars().next()?, pair.chars().next_back()?);
        let inside = trimmed.strip_prefix(open)?.strip_suffix(close)?;
        (!inside.contains([open, close])).then_some((start + open.len_utf8(), inside))
    });
    let (start, bare) = unwrapped.unwrap_or((start, trimmed));
    if let Some(inside) = bare.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some(start + 1..start + 1 + inside.len());
    }
    // Quotes in pairs belong to the text: `default-src 'self'`.
    let paired = !bare.starts_with('\'') && bare.matches('\'').count() % 2 == 0;
    let opened = bare.strip_prefix('\'').map(|rest| (start + 1, rest));
    let opened = opened.or_else(|| bare.strip_suffix('\'').map(|rest| (start, rest))).filter(|_| !paired);
    let (start, inside) = opened.unwrap_or((start, bare));
    let sure = !inside.is_empty()
        && !inside.contains(['\n', '\r'])
        && (opened.is_none() || !inside.contains('\''))
        && !has_half_a_pair(inside);
    sure.then_some(start..start + inside.len())
}

/// Whether a quote of another kind stands at one end whose other half is not there. It may be meant as the quote of the value.
fn has_half_a_pair(text: &str) -> bool {
    let curly = ['\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}'];
    let half = |mark: char| (text.starts_with(mark) || text.ends_with(mark)) && text.matches(mark).count() % 2 == 1;
    half('"') || half('`') || text.starts_with(curly) != text.ends_with(curly)
}

/// A text with holes is wrong only if no filling can make it right: it cannot be a static value when an
/// end is known and is no quote, and it cannot be an expression when a known end does not fit one.
fn judge_open(text: &Text) -> Verdict {
    let first = first_end(text);
    let last = last_end(text);
    let unquoted = matches!(first, End::Bare) || matches!(last, End::Bare);
    let expression = may_be_expression(text);
    match (first, last) {
        (End::Quote, End::Quote) => Verdict::Legal,
        _ if !unquoted || expression => Verdict::Unknown,
        _ if is_quoted_inside_blanks(text) => Verdict::LineBreaks,
        _ => {
            let (opens, closes) = has_quotes_inside_blanks(text);
            let quoted = Some(Quoting::Around).filter(|_| Ends::of(text).is_some() && !may_hold_the_other_quote(text));
            Verdict::Unquoted { quoted, padded: opens && closes }
        }
    }
}

/// Whether there is a quote at one end only and a hole at the other one, which may be filled with one.
fn may_hold_the_other_quote(text: &Text) -> bool {
    let is_open = |part: Option<Part<'_>>| matches!(part, Some(Part::Hole(hole)) if !is_plain(hole));
    // Blanks around the text count for nothing.
    let mut parts = text.parts().filter(|part| !matches!(part, Part::Known(known) if known.trim_matches(BLANKS).is_empty()));
    let first = parts.next();
    let last = parts.next_back().or(first);
    match has_quotes_inside_blanks(text) {
        (true, false) => is_open(last),
        (false, true) => is_open(first),
        (true, true) | (false, false) => false,
    }
}

/// Whether there are quotes at both ends once blanks with a line break are gone.
fn is_quoted_inside_blanks(text: &Text) -> bool {
    let (first, last) = edges(text);
    let quoted = first.trim_start_matches(BLANKS).starts_with('\'') && last.trim_end_matches(BLANKS).ends_with('\'');
    let breaks = |edge: Option<&str>| edge.is_some_and(|edge| edge.contains(['\n', '\r']));
    quoted && (breaks(first.split('\'').next()) || breaks(last.rsplit('\'').next()))
}

/// Whether there is a quote at the beginning and at the end, once blanks are gone.
fn has_quotes_inside_blanks(text: &Text) -> (bool, bool) {
    let (first, last) = edges(text);
    (first.trim_start_matches(BLANKS).starts_with('\''), last.trim_end_matches(BLANKS).ends_with('\''))
}

/// The known text at the beginning and at the end.
fn edges(text: &Text) -> (&str, &str) {
    let known = |part| match part {
        Some(Part::Known(known)) => known,
        Some(Part::Hole(_)) | None => "",
    };
    (known(text.parts().next()), known(text.parts().next_back()))
}

/// What a text begins or ends with.
#[derive(Clone, Copy)]
enum End {
    Quote,
    /// Surely no quote.
    Bare,
    Open,
}

fn first_end(text: &Text) -> End {
    match text.parts().next() {
        Some(Part::Known(known)) if known.starts_with('\'') => End::Quote,
        Some(Part::Known(_)) => End::Bare,
        Some(Part::Hole(hole)) if is_plain(hole) => End::Bare,
        Some(Part::Hole(_)) | None => End::Open,
    }
}

fn last_end(text: &Text) -> End {
    match text.parts().next_back() {
        Some(Part::Known(known)) if known.ends_with('\'') => End::Quote,
        Some(Part::Known(_)) => End::Bare,
        Some(Part::Hole(hole)) if is_plain(hole) => End::Bare,
        Some(Part::Hole(_)) | None => End::Open,
    }
}

/// Holes that are never filled with a quote or an expression: pseudo parameters and ARNs.
fn is_plain(hole: &Hole) -> bool {
    match hole {
        Hole::Pseudo(_) => true,
        Hole::Resource(name) => name.ends_with(".Arn"),
        Hole::Parameter(_) | Hole::Dynamic(_) | Hole::Other => false,
    }
}

fn may_be_expression(text: &Text) -> bool {
    let begins = match text.parts().next() {
        Some(Part::Known(known)) => {
            let roots = ["method.", "integration.", "context.", "stageVariables."];
            roots.iter().any(|root| known.starts_with(root) || root.starts_with(known))
        }
        Some(Part::Hole(hole)) => !is_plain(hole),
        None => false,
    };
    let fits = |part: Part<'_>| match part {
        Part::Known(known) => known.chars().all(|c| c.is_ascii_alphanumeric() || "._$-[]'\"@*?()".contains(c)),
        Part::Hole(_) => true,
    };
    begins && text.parts().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Piece;

    fn verdict(text: &str) -> Verdict {
        judge(&Text::known(text), MappingPlace::IntegrationResponse)
    }

    fn quoted(text: &str) -> Option<String> {
        match verdict(text) {
            Verdict::Unquoted { quoted: Some(Quoting::Whole(quoted)), .. } => Some(quoted),
            _ => None,
        }
    }

    fn open(pieces: &[&str]) -> Verdict {
        let text = Text::from_pieces(pieces.iter().map(|piece| match *piece {
            "?" => Piece::Hole(Hole::Parameter("P".into())),
            "region" => Piece::Hole(Hole::Pseudo("AWS::Region".into())),
            known => Piece::Known(known.to_owned()),
        }));
        judge(&text, MappingPlace::IntegrationResponse)
    }

    #[test]
    fn statics_without_quotes_get_them() {
        assert_eq!(quoted("*").as_deref(), Some("'*'"));
        assert_eq!(quoted("\"*\"").as_deref(), Some("'*'"));
        assert_eq!(quoted("GET, POST").as_deref(), Some("'GET, POST'"));
        assert_eq!(quoted(" '*' ").as_deref(), Some("'*'"));
        assert_eq!(quoted("'*").as_deref(), Some("'*'"));
        assert_eq!(quoted("max-age=600").as_deref(), Some("'max-age=600'"));
        assert_eq!(quoted("\u{2018}*\u{2019}").as_deref(), Some("'*'"));
        assert_eq!(quoted("\"a\" and \"b\"").as_deref(), Some("'\"a\" and \"b\"'"));
        assert_eq!(quoted("$5").as_deref(), Some("'$5'"));
        assert_eq!(quoted("'Content-Type',Authorization").as_deref(), Some("'Content-Type,Authorization'"));
        assert_eq!(quoted("'a',b c"), None);
        assert_eq!(quoted("default-src 'self'").as_deref(), Some("'default-src 'self''"));
        assert_eq!(quoted("www.example.com").as_deref(), Some("'www.example.com'"));
    }

    #[test]
    fn expressions_are_never_quoted() {
        for text in [
            "integration.response.headers.X",
            "$context.requestId",
            "context.requestID",
            "method.request.header.Origin",
            "$input.path('$.a')",
            "$request.header.X",
            "$.a.b",
            "{context.requestId}",
            "request.header.Origin",
        ] {
            assert!(!matches!(verdict(text), Verdict::Unquoted { .. } | Verdict::Legal), "{text}");
        }
    }

    #[test]
    fn blanks_around_a_legal_value() {
        assert_eq!(verdict("'*'\n"), Verdict::LineBreaks);
        assert_eq!(verdict("context.requestId\n"), Verdict::LineBreaks);
        assert!(matches!(verdict(" '*'"), Verdict::Unquoted { padded: true, .. }));
        assert!(matches!(verdict("context.requestId "), Verdict::Misspelt { lenient: true, .. }));
        assert!(matches!(verdict("*\n"), Verdict::Unquoted { padded: false, .. }));
    }

    #[test]
    fn holes_are_judged_by_their_surroundings() {
        assert_eq!(open(&["'", "?", "'"]), Verdict::Legal);
        assert_eq!(open(&["?"]), Verdict::Unknown);
        assert_eq!(open(&["https://", "?"]), Verdict::Unquoted { quoted: Some(Quoting::Around), padded: false });
        assert_eq!(open(&["?", "/path"]), Verdict::Unquoted { quoted: Some(Quoting::Around), padded: false });
        assert_eq!(open(&["'", "?"]), Verdict::Unknown);
        assert_eq!(open(&["integration.response.header.", "?"]), Verdict::Unknown);
        assert_eq!(open(&["?", ".header.X"]), Verdict::Unknown);
        assert_eq!(open(&["'", "?", "'\n"]), Verdict::LineBreaks);
        assert_eq!(open(&["?", "'\n"]), Verdict::Unquoted { quoted: None, padded: false });
        assert_eq!(open(&["region"]), Verdict::Unquoted { quoted: Some(Quoting::Around), padded: false });
    }
}
