//! Names that last as long as the program.
//!
//! A finding names its rule by a text that is never freed, as native rules have it. Each name of a user's rule is kept
//! once, however many files use it and however often they are read.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// The same text, to be kept.
pub(super) fn interned(text: &str) -> &'static str {
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(text) {
        return known;
    }
    let new: &'static str = Box::leak(text.to_owned().into_boxed_str());
    names.insert(new);
    new
}

#[cfg(test)]
mod tests {
    use super::interned;

    #[test]
    fn a_name_is_kept_once() {
        let (one, other) = (interned("my_rule"), interned(&String::from("my_rule")));
        assert!(std::ptr::eq(one, other));
    }
}
