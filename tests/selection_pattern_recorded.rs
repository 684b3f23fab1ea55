//! Compares the reading and matching of selection patterns with recorded answers of Java 17's own
//! engine (`tests/recorded/java_regex.tsv`; its first line tells how it was made).

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[path = "harness/base64.rs"]
mod base64;

use base64::decode;
use cfn_igr::lang::selection_pattern::{self, Pattern, Subject, SyntaxError};

const RECORDED: &str = include_str!("recorded/java_regex.tsv");

/// What the engine said of a pattern.
enum Answer {
    Accepted(Vec<(String, bool)>),
    Refused { index: i64, message: String },
}

fn recorded() -> Vec<(String, Answer)> {
    let mut texts = Vec::new();
    let mut rows = Vec::new();
    for line in RECORDED.lines() {
        if let Some(text) = line.strip_prefix("#text\t") {
            texts.push(decode(text));
        } else if !line.starts_with('#') {
            rows.push(read_row(line, &texts));
        }
    }
    rows
}

fn read_row(line: &str, texts: &[String]) -> (String, Answer) {
    let mut fields = line.split('\t');
    let pattern = decode(fields.next().unwrap());
    let verdict = fields.next().unwrap();
    if let Some(error) = verdict.strip_prefix("error ") {
        let (index, message) = error.split_once(' ').unwrap();
        let answer = Answer::Refused { index: index.parse().unwrap(), message: decode(message) };
        return (pattern, answer);
    }
    let digits = fields.next().unwrap();
    let common = texts.iter().cloned().zip(digits.chars().map(|digit| digit == '1'));
    let mut found: Vec<_> = if digits == "-" { Vec::new() } else { common.collect() };
    found.extend(fields.map(|field| {
        // The text itself may end in the padding's `=`.
        let (text, digit) = field.rsplit_once('=').unwrap();
        (decode(text), digit == "1")
    }));
    (pattern, Answer::Accepted(found))
}

/// Where Java's index, counted in characters, stands in bytes; -1 becomes 0, and an index behind
/// the end becomes the end.
fn byte_offset(pattern: &str, index: i64) -> usize {
    let index = usize::try_from(index).unwrap_or(0);
    pattern.char_indices().nth(index).map_or(pattern.len(), |(offset, _)| offset)
}

/// Java counts in the pattern it has rewritten without `\Q…\E`, so its index means nothing there.
fn is_rewritten(pattern: &str) -> bool {
    pattern.contains("\\Q")
}

/// Whether a `\N{NAME}` is refused for a name that is not looked up here.
fn is_unknown_name(message: &str) -> bool {
    message.starts_with("Unknown character name")
}

#[test]
fn accepts_what_java_accepts() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (pattern, answer) in recorded() {
        count += 1;
        match (&answer, selection_pattern::parse(&pattern)) {
            (Answer::Accepted(_), Ok(read)) => assert!(read.is_read()),
            (Answer::Refused { message, .. }, Ok(_)) if is_unknown_name(message) => {}
            (Answer::Refused { .. }, Err(_)) => {}
            (Answer::Accepted(_), Err(error)) => wrong.push(format!("{pattern:?}: {error}")),
            (Answer::Refused { message, .. }, Ok(_)) => {
                wrong.push(format!("{pattern:?}: {message}"));
            }
        }
    }
    assert!(count >= 3500, "{count} patterns");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn errors_are_java_s() {
    let mut wrong = Vec::new();
    for (pattern, answer) in recorded() {
        let Answer::Refused { index, message } = answer else {
            continue;
        };
        let Err(error) = selection_pattern::parse(&pattern) else {
            continue;
        };
        let offset = if is_rewritten(&pattern) { error.offset } else { byte_offset(&pattern, index) };
        let expected = SyntaxError { offset, message };
        if error != expected {
            wrong.push(format!("{pattern:?}: {error}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn matches_as_java_does() {
    let (mut valid, mut known, mut texts) = (0, 0, 0);
    let mut wrong = Vec::new();
    for (pattern, answer) in recorded() {
        let Answer::Accepted(answers) = answer else {
            continue;
        };
        let Ok(read) = selection_pattern::parse(&pattern) else {
            continue;
        };
        valid += 1;
        let Some(matcher) = read.matcher() else {
            continue;
        };
        known += 1;
        for (text, expected) in answers {
            let found = matcher.is_match(&text);
            texts += 1;
            if found.is_some_and(|found| found != expected) {
                wrong.push(format!("{pattern:?} on {text:?}: not {expected}"));
            }
        }
    }
    println!("{valid} valid, {known} with a matcher, {texts} texts");
    assert!(wrong.is_empty(), "{} of {texts}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(known * 100 >= valid * 95, "{known} of {valid} have a matcher");
}

#[test]
fn statuses_agree_with_the_matcher_and_with_java() {
    let mut wrong = Vec::new();
    for (pattern, answer) in recorded() {
        let Answer::Accepted(answers) = answer else {
            continue;
        };
        let Ok(read) = selection_pattern::parse(&pattern) else {
            continue;
        };
        let Some(statuses) = read.statuses() else {
            continue;
        };
        for (text, expected) in answers {
            let Ok(status @ 100..=599) = text.parse() else {
                continue;
            };
            if statuses.contains(status) != expected && text.len() == 3 {
                wrong.push(format!("{pattern:?} on {text}: not {expected}"));
            }
        }
        wrong.extend(status_differences(&pattern, &read));
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

fn status_differences(pattern: &str, read: &Pattern) -> Option<String> {
    let matcher = read.matcher()?;
    let statuses = read.statuses()?;
    let status = (100..600_u16).step_by(37).find(|status| {
        let found = matcher.is_match(&status.to_string());
        found.is_some_and(|found| found != statuses.contains(*status))
    })?;
    Some(format!("{pattern:?} on {status}: set and matcher differ"))
}

/// Gives numbers that look random, the same each time.
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

#[test]
fn no_text_makes_it_panic() {
    let telling = b"()[]{}|*+?^$.\\-&,:<>=!#QEpPNxukbdwiRXG0129aA \n";
    let mut random = Xorshift(0x9E37_79B9_7F4A_7C15);
    for round in 0..20_000 {
        let length = random.below(24);
        let bytes: Vec<u8> = (0..length)
            .map(|_| match round % 4 {
                0 => u8::try_from(random.below(256)).unwrap(),
                _ => telling[random.below(telling.len())],
            })
            .collect();
        let pattern = String::from_utf8_lossy(&bytes);
        let Ok(read) = selection_pattern::parse(&pattern) else {
            continue;
        };
        let _ = (read.literal(), read.classes().count(), read.statuses());
        for node in read.root().walk() {
            assert!(pattern.get(node.span.start..node.span.end).is_some(), "{pattern:?}");
        }
        if round % 16 == 1 {
            let _ = read.matcher().map(|matcher| matcher.is_match("404 a"));
        }
    }
}

#[test]
fn deep_nesting_does_not_overflow() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("(?:", ")*"), ("(?=", ")"), ("(?<=", ")"), ("(?>", ")?"), ("(?:", "|b)+"), ("(?!", ")")]
    {
        for depth in [50, 98, 99, 100, 250, 100_000] {
            let pattern = format!("{}a{}", open.repeat(depth), close.repeat(depth));
            let Ok(read) = selection_pattern::parse(&pattern) else {
                continue;
            };
            let _ = (read.matcher().map(|matcher| matcher.is_match("a")), read.statuses());
        }
    }
    let wide = "(?<=".to_string() + &"(a|b)".repeat(20_000) + ")c";
    assert!(selection_pattern::parse(&wide).is_ok());
}

/// Where nothing is said to be shared, or to be left over, no recorded text is.
#[test]
fn patterns_are_compared_as_java_matches_them() {
    let rows: Vec<_> = recorded()
        .into_iter()
        .filter_map(|(pattern, answer)| match answer {
            Answer::Accepted(texts) if texts.iter().filter(|(_, taken)| *taken).count() > 3 => {
                Some((selection_pattern::parse(&pattern).unwrap(), texts))
            }
            Answer::Accepted(_) | Answer::Refused { .. } => None,
        })
        .collect();
    let some: Vec<_> = rows.iter().step_by(rows.len() / 40 + 1).collect();
    let mut settled = 0;
    for (one, texts) in &some {
        for (other, _) in &some {
            let takes = |pattern: &Pattern, text: &str| pattern.matcher().and_then(|matcher| matcher.is_match(text));
            let shared = one.overlap(other, Subject::Message) == selection_pattern::Answer::None;
            let inside = one.beyond(other, Subject::Message) == selection_pattern::Answer::None;
            settled += usize::from(shared) + usize::from(inside);
            for (text, _) in texts.iter().filter(|(_, taken)| *taken) {
                let there = takes(other, text);
                assert!(!(shared && there == Some(true)), "{} and {} share {text:?}", one.source(), other.source());
                assert!(!(inside && there == Some(false)), "{} goes beyond {} with {text:?}", one.source(), other.source());
            }
        }
    }
    assert!(settled > 40, "only {settled} answers");
}
