//! Under which circumstances a value or a resource exists.

use std::fmt;
use std::rc::Rc;

/// One fact about a deployment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A condition of the template holds, or does not.
    Condition(Rc<str>, bool),
    /// A parameter or pseudo parameter has this value.
    Is(Rc<str>, Rc<str>),
}

/// Facts that all hold together; no fact at all is "always".
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guard {
    facts: Option<Rc<Vec<Fact>>>,
}

impl Guard {
    /// The facts in a fixed order.
    pub fn facts(&self) -> &[Fact] {
        self.facts.as_deref().map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether nothing is assumed.
    pub fn is_always(&self) -> bool {
        self.facts().is_empty()
    }

    /// This guard and one more fact.
    #[must_use]
    pub fn with(&self, fact: Fact) -> Self {
        if self.facts().contains(&fact) {
            return self.clone();
        }
        let mut facts = self.facts().to_vec();
        facts.push(fact);
        facts.sort();
        Self { facts: Some(Rc::new(facts)) }
    }

    /// Both guards together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        other.facts().iter().fold(self.clone(), |guard, fact| guard.with(fact.clone()))
    }

    /// The facts that are not in `known`.
    #[must_use]
    pub fn beyond(&self, known: &Self) -> Self {
        let facts: Vec<_> = self.facts().iter().filter(|fact| !known.facts().contains(fact)).cloned().collect();
        Self { facts: (!facts.is_empty()).then(|| Rc::new(facts)) }
    }
}

/// For messages: "when IsProd and Stage is 'dev'".
impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fact) in self.facts().iter().enumerate() {
            write!(f, "{}", if at == 0 { "when " } else { " and " })?;
            match fact {
                Fact::Condition(name, true) => write!(f, "{name}")?,
                Fact::Condition(name, false) => write!(f, "not {name}")?,
                Fact::Is(name, value) => write!(f, "{name} is '{value}'")?,
            }
        }
        Ok(())
    }
}
