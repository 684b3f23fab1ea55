//! Selection patterns, each read once however often it stands in the input.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::PatternAt;
use crate::api::{Api, Backend};
use crate::lang::selection_pattern::{Answer, Pattern, StatusSet, Subject, SyntaxError, parse};

/// Pairs of patterns that are compared over all messages; what follows counts as unknown.
const MAX_COMPARED: usize = 300;

/// What a selection pattern is as a regular expression.
#[derive(Debug)]
pub struct Parsed {
    /// The pattern, or why Java refuses it.
    pub result: Result<Pattern, SyntaxError>,
    /// The status codes it matches; `None` where that is not known.
    pub statuses: Option<StatusSet>,
}

thread_local! {
    /// Patterns of earlier inputs: the same few stand in nearly every template, and each is compiled once.
    static KNOWN: RefCell<HashMap<String, Rc<Parsed>>> = RefCell::default();
    /// What was found of pairs of messages' patterns in earlier inputs.
    static COMPARED: RefCell<HashMap<(String, String), Answer>> = RefCell::default();
}

/// Patterns kept from one input to the next, and the bytes of the longest.
const MAX_KNOWN: usize = 256;
const MAX_KNOWN_BYTES: usize = 256;

impl Parsed {
    fn known(pattern: &str) -> Rc<Self> {
        if pattern.len() > MAX_KNOWN_BYTES {
            return Rc::new(Self::new(pattern));
        }
        KNOWN.with_borrow_mut(|known| {
            if let Some(parsed) = known.get(pattern) {
                return Rc::clone(parsed);
            }
            if known.len() >= MAX_KNOWN {
                known.clear();
            }
            let parsed = Rc::new(Self::new(pattern));
            known.insert(pattern.to_owned(), Rc::clone(&parsed));
            parsed
        })
    }

    fn new(pattern: &str) -> Self {
        let result = parse(pattern);
        let statuses = result.as_ref().ok().and_then(Pattern::statuses);
        Self { result, statuses }
    }
}

/// All known selection patterns of one input.
#[derive(Debug, Default)]
pub struct Patterns<'a> {
    parsed: HashMap<&'a str, Rc<Parsed>>,
    /// What was asked of pairs before: an input has the same few patterns on many methods.
    compared: RefCell<HashMap<(String, String), Answer>>,
}

impl<'a> Patterns<'a> {
    /// Reads all patterns of the model.
    pub fn new(api: &'a Api) -> Self {
        let integrations = api.methods.iter().flat_map(|method| &method.integrations);
        let responses = integrations.flat_map(|integration| &integration.responses.items);
        let properties = responses.filter_map(|response| response.selection_pattern.as_ref());
        let mut parsed = HashMap::new();
        for pattern in properties.flat_map(|property| &property.values).filter_map(|value| value.known()) {
            parsed.entry(pattern).or_insert_with(|| Parsed::known(pattern));
        }
        Self { parsed, compared: RefCell::default() }
    }

    /// A pattern of this input.
    pub fn get(&self, pattern: &str) -> Option<&Parsed> {
        self.parsed.get(pattern).map(Rc::as_ref)
    }

    /// A text that the first pattern takes and the second does not, of all texts or statuses.
    pub fn beyond(&self, one: &Pattern, other: &Pattern, subject: Subject) -> Answer {
        if subject == Subject::Status {
            return one.beyond(other, subject);
        }
        let mut compared = self.compared.borrow_mut();
        let full = compared.len() >= MAX_COMPARED;
        let key = (one.source().to_owned(), other.source().to_owned());
        match compared.get(&key) {
            Some(known) => known.clone(),
            None if full => Answer::Unknown,
            None => compared.entry(key).or_insert_with_key(|key| beyond(key, one, other)).clone(),
        }
    }
}

/// A message that one pattern takes and the other does not.
fn beyond(key: &(String, String), one: &Pattern, other: &Pattern) -> Answer {
    COMPARED.with_borrow_mut(|known| {
        if let Some(answer) = known.get(key) {
            return answer.clone();
        }
        let answer = one.beyond(other, Subject::Message);
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        if key.0.len().max(key.1.len()) <= MAX_KNOWN_BYTES {
            known.insert(key.clone(), answer.clone());
        }
        answer
    })
}

impl PatternAt<'_> {
    /// What the pattern is matched against; `None` where that cannot be told.
    pub fn subject(&self) -> Option<Subject> {
        match self.integration.backend() {
            Backend::Http | Backend::Service | Backend::Mock => Some(Subject::Status),
            Backend::Lambda => Some(Subject::Message),
            Backend::Proxy | Backend::Unknown => None,
        }
    }

    /// Whether the pattern surely takes everything that it can be matched against: every status, or every message on one
    /// line. The empty message, which stands for a success, counts only if `success` is set.
    pub fn takes_everything(&self, patterns: &Patterns<'_>, success: bool) -> bool {
        // Most patterns name something, and no engine is needed to tell.
        let any = |pattern: &Pattern| {
            !pattern.names_something() && pattern.matcher().is_some_and(|matcher| matcher.is_match("x") == Some(true))
        };
        if self.subject() == Some(Subject::Message) && !self.parsed.result.as_ref().is_ok_and(any) {
            return false;
        }
        let all = Parsed::known(if success { ".*" } else { ".+" });
        match (self.subject(), &self.parsed.result, &all.result) {
            (Some(Subject::Status), ..) => self.parsed.statuses.is_some_and(|statuses| statuses.is_full()),
            (Some(Subject::Message), Ok(pattern), Ok(all)) => {
                patterns.beyond(all, pattern, Subject::Message) == Answer::None
            }
            _ => false,
        }
    }
}
