//! What holds for every selection pattern, accepted or not. The fuzz target asks for the same.

use cfn_igr::lang::message_pattern;
use cfn_igr::lang::pattern_repair::{message_glob, status_backslashes, status_glob, status_unwrapped};
use cfn_igr::lang::selection_pattern::{Answer, Pattern, Subject, parse};

/// Panics where a pattern, compared with another one on the second line, is read in a way that cannot be right.
pub(crate) fn check(text: &str) {
    let (pattern, other) = text.split_once('\n').unwrap_or((text, "4\\d{2}"));
    for repaired in [status_glob, status_unwrapped, status_backslashes, message_glob].iter().filter_map(|by| by(pattern)) {
        assert!(repaired != pattern && parse(&repaired).is_ok(), "{pattern:?} becomes {repaired:?}");
    }
    let (pattern, other) = match (parse(pattern), parse(other)) {
        (Ok(pattern), Ok(other)) => (pattern, other),
        (Err(error), _) => {
            assert!(pattern.is_char_boundary(error.offset) && !error.message.is_empty(), "{pattern:?}: {error:?}");
            return;
        }
        (Ok(_), Err(_)) => return,
    };
    let source = pattern.source();
    assert!(pattern.classes().all(|class| source.get(class.span.start..class.span.end).is_some()), "{source:?}");
    if let Some(literal) = pattern.literal() {
        assert_ne!(takes(&pattern, &literal), Some(false), "{source:?} is {literal:?}");
    }
    for status in pattern.statuses().into_iter().flat_map(|statuses| statuses.iter()) {
        assert_ne!(takes(&pattern, &status.to_string()), Some(false), "{source:?} takes {status}");
    }
    for subject in [Subject::Status, Subject::Message] {
        if let Answer::Text(text) = pattern.overlap(&other, subject) {
            let both = [takes(&pattern, &text), takes(&other, &text)];
            assert!(!both.contains(&Some(false)), "{source:?} and {:?} on {text:?}: {both:?}", other.source());
        }
        if let Answer::Text(text) = pattern.beyond(&other, subject) {
            let only = [takes(&pattern, &text), takes(&other, &text).map(|takes| !takes)];
            assert!(!only.contains(&Some(false)), "{source:?} beyond {:?} on {text:?}: {only:?}", other.source());
        }
    }
    let _ = message_pattern::incomplete(&pattern, &[other.source()]);
}

fn takes(pattern: &Pattern, text: &str) -> Option<bool> {
    pattern.matcher()?.is_match(text)
}
