//! Matching whole texts with one of two engines.

use super::translate::Translation;

/// Most bytes that a compiled pattern may take, and its lazily built automaton.
const SIZE_LIMIT: usize = 1 << 20;

/// Most steps back that a match may take before it gives up.
const BACKTRACK_LIMIT: usize = 100_000;

/// A pattern ready to be matched.
#[derive(Debug, Clone)]
pub struct Matcher {
    engine: Engine,
}

#[derive(Debug, Clone)]
enum Engine {
    /// Linear in the text.
    Plain(regex::Regex),
    /// For look-around, back references, atomic groups and possessive repetition.
    Backtracking(Box<fancy_regex::Regex>),
}

impl Matcher {
    /// Compiles a translation; none where it is beyond the engine or its limits.
    pub(super) fn new(translation: &Translation) -> Option<Self> {
        let text = format!("\\A(?:{})\\z", translation.text);
        let engine = if translation.needs_backtracking {
            let regex = fancy_regex::RegexBuilder::new(&text)
                .backtrack_limit(BACKTRACK_LIMIT)
                .delegate_size_limit(SIZE_LIMIT)
                .delegate_dfa_size_limit(SIZE_LIMIT)
                .max_prog_size(SIZE_LIMIT / 16)
                .build()
                .ok()?;
            Engine::Backtracking(Box::new(regex))
        } else {
            let regex = regex::RegexBuilder::new(&text).size_limit(SIZE_LIMIT).dfa_size_limit(SIZE_LIMIT).build().ok()?;
            Engine::Plain(regex)
        };
        Some(Self { engine })
    }

    /// Tells whether the whole text matches; none where the engine gave up at its limit.
    #[must_use]
    pub fn is_match(&self, text: &str) -> Option<bool> {
        match &self.engine {
            Engine::Plain(regex) => Some(regex.is_match(text)),
            Engine::Backtracking(regex) => regex.is_match(text).ok(),
        }
    }
}
