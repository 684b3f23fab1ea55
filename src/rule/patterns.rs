//! Selection patterns, each read once however often it stands in the input.

use std::collections::HashMap;

use crate::api::Api;
use crate::lang::selection_pattern::{Pattern, StatusSet, SyntaxError, parse};

/// What a selection pattern is as a regular expression.
#[derive(Debug)]
pub struct Parsed {
    /// The pattern, or why Java refuses it.
    pub result: Result<Pattern, SyntaxError>,
    /// The status codes it matches; `None` where that is not known.
    pub statuses: Option<StatusSet>,
}

impl Parsed {
    fn new(pattern: &str) -> Self {
        let result = parse(pattern);
        let statuses = result.as_ref().ok().and_then(Pattern::statuses);
        Self { result, statuses }
    }
}

/// All known selection patterns of one input.
#[derive(Debug, Default)]
pub struct Patterns<'a> {
    parsed: HashMap<&'a str, Parsed>,
}

impl<'a> Patterns<'a> {
    /// Reads all patterns of the model.
    pub fn new(api: &'a Api) -> Self {
        let integrations = api.methods.iter().flat_map(|method| &method.integrations);
        let responses = integrations.flat_map(|integration| &integration.responses.items);
        let properties = responses.filter_map(|response| response.selection_pattern.as_ref());
        let mut parsed = HashMap::new();
        for pattern in properties.flat_map(|property| &property.values).filter_map(|value| value.known()) {
            parsed.entry(pattern).or_insert_with(|| Parsed::new(pattern));
        }
        Self { parsed }
    }

    /// A pattern of this input.
    pub fn get(&self, pattern: &str) -> Option<&Parsed> {
        self.parsed.get(pattern)
    }
}
