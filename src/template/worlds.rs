//! The search for a world in which formulas over the values of variables hold.
//!
//! A world gives each variable one of the values that the formulas name, or any other, which no formula can tell
//! from a third. This module knows no templates.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Parts of formulas that are looked at, over all worlds tried, before a question is given up.
const MAX_STEPS: usize = 100_000;

/// What is true or false in a world.
#[derive(Clone, Debug)]
pub(super) enum Formula {
    Known(bool),
    /// A variable has a value; opaque atoms have the value `"true"`.
    Is(Rc<str>, Rc<str>),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

/// Values that a variable can have, where they are limited.
pub(super) type Domains = BTreeMap<Rc<str>, Vec<Rc<str>>>;

/// What a search found, and what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Search {
    /// Whether all formulas hold in some world; also where there are too many worlds to try.
    pub(super) found: bool,
    /// Parts of formulas that were looked at.
    pub(super) steps: usize,
}

/// Looks for a world in which all formulas hold. `parts` is the number of their parts.
pub(super) fn search(formulas: &[Formula], parts: usize, domains: &Domains) -> Search {
    let mut variables = Variables { domains, numbers: HashMap::new(), named: Vec::new() };
    let formulas: Vec<_> = formulas.iter().map(|formula| variables.number(formula)).collect();
    let radices = variables.radices();
    let worlds = radices.iter().try_fold(1_usize, |product, radix| product.checked_mul(*radix));
    let Some(worlds) = worlds.filter(|worlds| worlds.saturating_mul(parts.max(1)) <= MAX_STEPS) else {
        return Search { found: true, steps: 0 };
    };
    let mut world = vec![0; radices.len()];
    let found = (0..worlds).position(|_| {
        let all_hold = formulas.iter().all(|formula| formula.holds(&world));
        advance(&mut world, &radices);
        all_hold
    });
    // Reading a part costs about as much as looking at it in some worlds.
    let tried = found.unwrap_or(worlds).saturating_add(16);
    Search { found: found.is_some(), steps: tried.saturating_mul(parts) }
}

/// The variables of some formulas, numbered as they come.
struct Variables<'d> {
    domains: &'d Domains,
    numbers: HashMap<Rc<str>, usize>,
    /// Each variable with the values that formulas name and that it can have.
    named: Vec<(Rc<str>, Vec<Rc<str>>)>,
}

impl Variables<'_> {
    /// The formula with numbers for variables and their values.
    fn number(&mut self, formula: &Formula) -> Numbered {
        match formula {
            Formula::Known(known) => Numbered::Known(*known),
            Formula::Is(name, value) => self.is(name, value),
            Formula::Not(inner) => Numbered::Not(Box::new(self.number(inner))),
            Formula::All(parts) => Numbered::All(parts.iter().map(|part| self.number(part)).collect()),
            Formula::Any(parts) => Numbered::Any(parts.iter().map(|part| self.number(part)).collect()),
        }
    }

    fn is(&mut self, name: &Rc<str>, value: &Rc<str>) -> Numbered {
        if self.domains.get(name).is_some_and(|limited| !limited.contains(value)) {
            return Numbered::Known(false);
        }
        let variable = *self.numbers.entry(name.clone()).or_insert(self.named.len());
        if variable == self.named.len() {
            self.named.push((name.clone(), Vec::new()));
        }
        let Some((_, named)) = self.named.get_mut(variable) else { return Numbered::Known(false) };
        let known = named.iter().position(|known| known == value);
        if known.is_none() {
            named.push(value.clone());
        }
        Numbered::Is { variable, value: known.unwrap_or(named.len() - 1) }
    }

    /// How many values each variable can have: those that are named, and one for all others if there are any.
    fn radices(&self) -> Vec<usize> {
        let has_others = |name: &Rc<str>, named: &[Rc<str>]| match self.domains.get(name) {
            Some(limited) => limited.iter().any(|value| !named.contains(value)),
            None => true,
        };
        self.named.iter().map(|(name, named)| named.len() + usize::from(has_others(name, named))).collect()
    }
}

/// A formula over numbers.
enum Numbered {
    Known(bool),
    Is { variable: usize, value: usize },
    Not(Box<Numbered>),
    All(Vec<Numbered>),
    Any(Vec<Numbered>),
}

impl Numbered {
    fn holds(&self, world: &[usize]) -> bool {
        match self {
            Self::Known(known) => *known,
            Self::Is { variable, value } => world.get(*variable) == Some(value),
            Self::Not(inner) => !inner.holds(world),
            Self::All(parts) => parts.iter().all(|part| part.holds(world)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(world)),
        }
    }
}

/// The next world: one value for each variable, in mixed radix.
fn advance(world: &mut [usize], radices: &[usize]) {
    for (digit, radix) in world.iter_mut().zip(radices) {
        *digit += 1;
        if *digit < *radix {
            return;
        }
        *digit = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Domains, Formula, search};

    fn is(name: &str, value: &str) -> Formula {
        Formula::Is(name.into(), value.into())
    }

    fn not(formula: Formula) -> Formula {
        Formula::Not(Box::new(formula))
    }

    fn stages() -> Domains {
        Domains::from([("Stage".into(), vec!["dev".into(), "test".into(), "prod".into()])])
    }

    #[test]
    fn a_variable_has_one_value() {
        assert!(!search(&[is("A", "1"), is("A", "2")], 2, &Domains::new()).found);
        assert!(search(&[is("A", "1"), is("B", "2")], 2, &Domains::new()).found);
        assert!(!search(&[Formula::All(vec![is("A", "1"), not(is("A", "1"))])], 3, &Domains::new()).found);
    }

    #[test]
    fn values_that_nothing_names_are_one_value() {
        let neither = [not(is("Stage", "dev")), not(is("Stage", "prod"))];
        assert!(search(&neither, 2, &stages()).found, "test is left");
        let none = [not(is("Stage", "dev")), not(is("Stage", "prod")), not(is("Stage", "test"))];
        assert!(!search(&none, 3, &stages()).found);
        assert!(search(&none, 3, &Domains::new()).found, "any other value");
        assert!(!search(&[is("Stage", "staging")], 1, &stages()).found, "not allowed");
    }

    #[test]
    fn too_many_worlds_are_not_tried() {
        let many: Vec<_> = (0..40).map(|at| is(&format!("V{at}"), "on")).chain([is("V0", "off")]).collect();
        let answer = search(&many, many.len(), &Domains::new());
        assert!(answer.found && answer.steps == 0);
    }
}
