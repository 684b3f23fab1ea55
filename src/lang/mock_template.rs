//! Request templates of MOCK integrations: finding the status code.
//!
//! The service reads the rendered text with a lenient JSON parser: keys may be unquoted or in single
//! quotes, a trailing comma is taken, odd members are passed over; quotes and braces must match. The value
//! of `statusCode` must be an integer (section 4.5 of the reference).

use std::ops::Range;

use super::velocity::Template;
use crate::template::Text;

/// What a request template says about the status code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MockStatus {
    /// It is this integer.
    Integer(i64),
    /// It cannot be told: the text has template language in it.
    Unknown,
    /// There is nothing in the text.
    Empty,
    /// The value is not an integer; its bytes, and the text that is right, if it follows.
    NotInteger(Range<usize>, Option<String>),
    /// The key has another spelling; its bytes (quotes included) and the text that is right.
    Misspelt(Range<usize>, String),
    /// There is no status code in the object.
    Missing,
    /// The text is no object: quotes or braces do not match.
    Malformed,
}

/// What a request template can say about the status code: for each text that it can render to, each once. Ranges of texts that
/// are rendered say nothing. Holes in the text are taken for values that are not known.
pub fn statuses(text: &str, template: &Template) -> Vec<MockStatus> {
    if !text.contains(['$', '#', Text::HOLE]) {
        return vec![read(text)];
    }
    let Some(renderings) = template.renderings(Text::HOLE) else { return vec![MockStatus::Unknown] };
    let mut found: Vec<MockStatus> = Vec::new();
    for rendering in renderings {
        let status = read(&rendering);
        if !found.contains(&status) {
            found.push(status);
        }
    }
    found
}

fn read(text: &str) -> MockStatus {
    if text.trim().is_empty() {
        return MockStatus::Empty;
    }
    if in_the_open(text, Text::HOLE) {
        return MockStatus::Unknown;
    }
    let mut reader = Reader { text, at: 0 };
    match reader.members() {
        Some(members) => judge(text, &members),
        // The service's parser may be more lenient still: an integer that can be seen is believed.
        None if closes(text) && sees_integer(text) => MockStatus::Unknown,
        None if text.contains(Text::HOLE) => MockStatus::Unknown,
        None => MockStatus::Malformed,
    }
}

/// Whether a character stands outside of quotes, where it can be anything.
fn in_the_open(text: &str, wanted: char) -> bool {
    let mut quote = None;
    let mut escaped = false;
    for c in text.chars() {
        match quote {
            None if c == wanted => return true,
            None => quote = Some(c).filter(|c| matches!(c, '"' | '\'')),
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
        }
    }
    false
}

struct Member {
    key: Range<usize>,
    value: Range<usize>,
}

fn judge(text: &str, members: &[Member]) -> MockStatus {
    let slice = |range: &Range<usize>| text.get(range.clone()).unwrap_or("");
    let bare = |range: &Range<usize>| slice(range).trim_matches(['"', '\'']).to_owned();
    if let Some(member) = members.iter().rev().find(|member| bare(&member.key) == "statusCode") {
        let value = slice(&member.value);
        if value.contains(Text::HOLE) {
            return MockStatus::Unknown;
        }
        if let Ok(code) = value.parse() {
            return MockStatus::Integer(code);
        }
        let inside = bare(&member.value);
        let plain = inside.trim().trim_end_matches('0').strip_suffix('.').unwrap_or(inside.trim());
        // JSON has no zeros and no plus in front of a number.
        let right = plain.parse::<i64>().ok().map(|code| code.to_string());
        return MockStatus::NotInteger(member.value.clone(), right);
    }
    let alike = |name: &str| {
        matches!(
            name.to_lowercase().replace(['_', '-', ' '], "").as_str(),
            "statuscode" | "status" | "code" | "httpstatus" | "httpstatuscode"
        )
    };
    // A number that JSON does not have (`0200`) is not made right by its key.
    let number = |member: &&Member| {
        let (written, code) = (slice(&member.value), bare(&member.value).trim().parse::<i64>());
        code.is_ok_and(|code| written.starts_with(['"', '\'']) || written == code.to_string())
    };
    if members.iter().any(|member| slice(&member.key).contains(Text::HOLE)) {
        return MockStatus::Unknown;
    }
    let mut near = members.iter().filter(|member| alike(&bare(&member.key))).filter(number);
    match (near.next(), near.next()) {
        (Some(member), None) => {
            let quote =
                slice(&member.key).chars().next().filter(|c| matches!(c, '"' | '\'')).map_or(String::new(), String::from);
            MockStatus::Misspelt(member.key.clone(), format!("{quote}statusCode{quote}"))
        }
        _ => MockStatus::Missing,
    }
}

fn closes(text: &str) -> bool {
    let trimmed = text.trim();
    trimmed.starts_with('{') && trimmed.ends_with('}') && trimmed.matches('"').count().is_multiple_of(2)
}

fn sees_integer(text: &str) -> bool {
    text.match_indices("statusCode").any(|(at, key)| {
        let rest = text.get(at + key.len()..).unwrap_or("").trim_start_matches(['"', '\'']).trim_start();
        let value = rest.trim_start_matches([':', '=']).trim_start();
        value != rest && value.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit())
    })
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    /// The members of the outermost object; `None` when quotes or braces do not match.
    fn members(&mut self) -> Option<Vec<Member>> {
        self.space();
        self.take('{')?;
        let mut members = Vec::new();
        loop {
            self.space();
            if self.take('}').is_some() {
                self.space();
                return self.rest().is_empty().then_some(members);
            }
            if self.take(',').is_some() {
                continue;
            }
            let key = self.token()?;
            self.space();
            self.take(':')?;
            self.space();
            let value = self.value()?;
            members.push(Member { key, value });
            self.space();
            if !self.rest().starts_with([',', '}']) {
                return None;
            }
        }
    }

    /// A value: a token, or brackets with whatever is in them.
    fn value(&mut self) -> Option<Range<usize>> {
        if !self.rest().starts_with(['{', '[']) {
            return self.token();
        }
        let start = self.at;
        let mut open = Vec::new();
        loop {
            let c = self.rest().chars().next()?;
            match c {
                '{' | '[' => open.push(if c == '{' { '}' } else { ']' }),
                '}' | ']' => {
                    let awaited = open.pop()?;
                    if awaited != c {
                        return None;
                    }
                }
                '"' | '\'' => {
                    self.token()?;
                    continue;
                }
                _ => {}
            }
            self.at += c.len_utf8();
            if open.is_empty() {
                return Some(start..self.at);
            }
        }
    }

    /// A quoted text, or a run without separators.
    fn token(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let quote = self.rest().chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some(quote) = quote else {
            let length = self.rest().find([',', ':', '{', '}', '[', ']', '"', '\'', '\n']).unwrap_or(self.rest().len());
            let length = self.rest().get(..length)?.trim_end().len();
            self.at += length;
            return (length > 0).then_some(start..self.at);
        };
        self.at += 1;
        let mut escaped = false;
        let end = self.rest().char_indices().find_map(|(at, c)| match c {
            _ if escaped => {
                escaped = false;
                None
            }
            '\\' => {
                escaped = true;
                None
            }
            c => (c == quote).then_some(at + 1),
        });
        self.at += end?;
        Some(start..self.at)
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn take(&mut self, c: char) -> Option<()> {
        self.rest().starts_with(c).then(|| self.at += c.len_utf8())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lenient_spellings_are_taken() {
        for text in [
            "{\"statusCode\": 200}",
            "{statusCode: 200}",
            "{ 'statusCode' : 200 , }",
            "{\n  statusCode:200\n}\n",
            "{\"a\": {\"b\": [1, \"}\"]}, \"statusCode\": 200}",
        ] {
            assert_eq!(read(text), MockStatus::Integer(200), "{text}");
        }
        assert_eq!(read("{\"statusCode\": -1000}"), MockStatus::Integer(-1000));
    }

    #[test]
    fn wrong_ones_are_told_apart() {
        assert_eq!(read("{\"statusCode\": \"200\"}"), MockStatus::NotInteger(15..20, Some("200".to_owned())));
        assert_eq!(read("{\"status_code\": 200}"), MockStatus::Misspelt(1..14, "\"statusCode\"".to_owned()));
        assert_eq!(read("{StatusCode: 200}"), MockStatus::Misspelt(1..11, "statusCode".to_owned()));
        assert_eq!(read("{}"), MockStatus::Missing);
        assert_eq!(read("{\"a\": 1}"), MockStatus::Missing);
        assert_eq!(read("  "), MockStatus::Empty);
        assert_eq!(read("{\"statusCode\": 200"), MockStatus::Malformed);
        assert_eq!(read("\"statusCode\": 200"), MockStatus::Malformed);
        assert_eq!(read("{\"statusCode: 200}"), MockStatus::Malformed);
    }

    #[test]
    fn template_language_is_followed() {
        let of = |text: &str| statuses(text, &super::super::velocity::parse(text).unwrap());
        let integer = MockStatus::Integer;
        assert_eq!(of("#if($a){\"statusCode\": 200}#{else}{\"statusCode\": 404}#end"), [integer(200), integer(404)]);
        assert_eq!(of("{\"statusCode\": $x}"), [MockStatus::Unknown]);
        assert_eq!(of("{\"statusCode\": 200, \"a\": \"$x\"}"), [integer(200)]);
        assert_eq!(of("{\"statusCode\": 200, \"a\": $x}"), [MockStatus::Unknown]);
        assert_eq!(of("#set($a = '200'){\"statusCode\": \"$a\"}"), [MockStatus::NotInteger(15..20, Some("200".to_owned()))]);
        assert_eq!(of("## {\"statusCode\": 200}"), [MockStatus::Empty]);
        assert_eq!(of("{\"a\": \"$x\"}"), [MockStatus::Missing]);
    }
}
