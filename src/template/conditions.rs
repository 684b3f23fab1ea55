//! Whether facts can hold together, by the template's Conditions section.
//!
//! Conditions are turned into formulas over "parameter P has value v" and opaque atoms, and a small
//! search looks for a world in which all facts hold. Both are bounded: past the bound the answer
//! is "possible", since calling a branch impossible silences findings and joins nothing.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::guard::{Fact, Guard};
use super::intrinsic::{Function, call};
use super::worlds::{Domains, Formula, search};
use crate::syntax::{NodeId, Tree};

/// Parts of formulas that are looked at, over all questions about one template, of which a hostile one can ask very many.
const MAX_ALL_STEPS: usize = 20_000_000;

/// Parts of a formula that are read; named conditions can be used in each other many times over.
const MAX_PARTS: usize = 2_000;

/// Deepest nesting of conditions that is read.
const MAX_DEPTH: usize = 40;

/// The Conditions section, ready to be asked.
#[derive(Debug)]
pub struct Conditions<'t> {
    tree: &'t Tree<'t>,
    nodes: BTreeMap<&'t str, NodeId>,
    /// Values that a variable can have, where the template or the caller limits them.
    domains: Domains,
    answers: RefCell<HashMap<Guard, bool>>,
    /// Parts that may still be read for the present question.
    parts: Cell<usize>,
    /// Steps that may still be made for all questions.
    steps: Cell<usize>,
}

impl<'t> Conditions<'t> {
    pub(super) fn new(tree: &'t Tree<'t>, section: Option<NodeId>, domains: Domains) -> Self {
        let entries = section.into_iter().flat_map(|section| tree.entries(section));
        let nodes = entries.filter_map(|entry| Some((tree.text(entry.key)?, entry.value))).collect();
        Self { tree, nodes, domains, answers: RefCell::default(), parts: Cell::new(0), steps: Cell::new(MAX_ALL_STEPS) }
    }

    /// Whether there is a deployment in which all facts hold.
    pub fn possible(&self, guard: &Guard) -> bool {
        if guard.facts().len() < 2 && self.domains.is_empty() && self.nodes.is_empty() {
            return true;
        }
        if let Some(answer) = self.answers.borrow().get(guard) {
            return *answer;
        }
        if self.steps.get() == 0 {
            return true;
        }
        self.parts.set(MAX_PARTS);
        let formulas: Vec<_> = guard.facts().iter().map(|fact| self.formula_of(fact)).collect();
        let answer = self.parts.get() == 0 || self.found(&formulas);
        self.answers.borrow_mut().insert(guard.clone(), answer);
        answer
    }

    /// Whether both can hold together.
    pub fn compatible(&self, one: &Guard, other: &Guard) -> bool {
        one.is_always() || other.is_always() || self.possible(&one.and(other))
    }

    fn found(&self, formulas: &[Formula]) -> bool {
        let search = search(formulas, MAX_PARTS - self.parts.get(), &self.domains);
        self.steps.set(self.steps.get().saturating_sub(search.steps));
        search.found
    }

    fn formula_of(&self, fact: &Fact) -> Formula {
        match fact {
            Fact::Condition(name, holds) => {
                let formula = self.named(name, 0);
                if *holds { formula } else { Formula::Not(Box::new(formula)) }
            }
            Fact::Is(name, value) => Formula::Is(name.clone(), value.clone()),
        }
    }

    fn named(&self, name: &str, depth: usize) -> Formula {
        match self.nodes.get(name) {
            Some(node) if depth < MAX_DEPTH => self.formula(*node, depth + 1),
            Some(_) | None => opaque(&format!("condition {name}")),
        }
    }

    fn formula(&self, node: NodeId, depth: usize) -> Formula {
        let node = self.tree.target(node);
        self.parts.set(self.parts.get().saturating_sub(1));
        let Some(call) = call(self.tree, node, false).filter(|_| self.parts.get() > 0 && depth <= MAX_DEPTH) else {
            return opaque(&format!("node {node:?}"));
        };
        let parts = || self.tree.items(call.argument).iter().map(|item| self.formula(*item, depth + 1)).collect();
        match call.function {
            Function::Condition => {
                self.tree.text(call.argument).map_or(Formula::Known(true), |name| self.named(name, depth))
            }
            Function::Not => match self.tree.items(call.argument) {
                [one] => Formula::Not(Box::new(self.formula(*one, depth + 1))),
                _ => opaque(&format!("node {node:?}")),
            },
            Function::And => Formula::All(parts()),
            Function::Or => Formula::Any(parts()),
            Function::Equals => match self.tree.items(call.argument) {
                [one, other] => self.equals(*one, *other),
                _ => opaque(&format!("node {node:?}")),
            },
            Function::Ref
            | Function::Sub
            | Function::Join
            | Function::If
            | Function::FindInMap
            | Function::Select
            | Function::Split
            | Function::GetAtt
            | Function::ToJsonString
            | Function::Length
            | Function::Transform
            | Function::Opaque => opaque(&format!("node {node:?}")),
        }
    }

    fn equals(&self, one: NodeId, other: NodeId) -> Formula {
        match (self.side(one), self.side(other)) {
            (Side::Literal(a), Side::Literal(b)) => Formula::Known(a == b),
            (Side::Variable(name), Side::Literal(value)) | (Side::Literal(value), Side::Variable(name)) => {
                Formula::Is(name, value)
            }
            (Side::Variable(a), Side::Variable(b)) if a == b => Formula::Known(true),
            (a, b) => {
                let mut sides = [a.key(), b.key()];
                sides.sort();
                opaque(&sides.join(" = "))
            }
        }
    }

    fn side(&self, node: NodeId) -> Side {
        let node = self.tree.target(node);
        match call(self.tree, node, false) {
            Some(call) if call.function == Function::Ref => match self.tree.text(call.argument) {
                Some(name) => Side::Variable(name.into()),
                None => Side::Other(self.spelling(node)),
            },
            Some(call) if call.function == Function::Sub => match self.tree.text(call.argument) {
                Some(text) if !text.contains("${") => Side::Literal(text.into()),
                Some(text) => match super::intrinsic::sub_parts(text).as_slice() {
                    [super::intrinsic::SubPart::Variable(name)] => Side::Variable((*name).into()),
                    _ => Side::Other(self.spelling(node)),
                },
                None => Side::Other(self.spelling(node)),
            },
            Some(_) => Side::Other(self.spelling(node)),
            None => match self.tree.text(node) {
                Some(text) => Side::Literal(text.into()),
                None => Side::Other(self.spelling(node)),
            },
        }
    }

    /// The source of an expression without white space: equal spelling, equal value.
    fn spelling(&self, node: NodeId) -> String {
        self.tree.source().slice(self.tree.span_with_tag(node)).split_whitespace().collect()
    }
}

enum Side {
    Literal(Rc<str>),
    Variable(Rc<str>),
    Other(String),
}

impl Side {
    fn key(&self) -> String {
        match self {
            Self::Literal(text) => format!("'{text}'"),
            Self::Variable(name) => format!("Ref {name}"),
            Self::Other(spelling) => spelling.clone(),
        }
    }
}

fn opaque(key: &str) -> Formula {
    Formula::Is(format!("\u{0}{key}").into(), "true".into())
}

#[cfg(test)]
mod tests {
    use crate::syntax::parse;
    use crate::template::{Fact, Guard, Inputs, Template};
    use crate::text::Source;

    fn possible(conditions: &str, facts: &[(&str, bool)]) -> bool {
        let text =
            format!("Parameters:\n  Env: {{Type: String, AllowedValues: [dev, test, prod]}}\nConditions:\n{conditions}");
        let source = Source::new("t", text);
        let (tree, inputs) = (parse(&source), Inputs::default());
        let template = Template::new(&tree, &inputs);
        let guard =
            facts.iter().fold(Guard::default(), |guard, (name, holds)| guard.with(Fact::Condition((*name).into(), *holds)));
        template.conditions().possible(&guard)
    }

    #[test]
    fn values_of_one_parameter_exclude_each_other() {
        let conditions = "  Prod: !Equals [!Ref Env, prod]\n  Dev: !Equals [dev, !Ref Env]\n  Test: !Equals [!Ref Env, test]\n  NotProd: !Not [!Condition Prod]\n";
        assert!(!possible(conditions, &[("Prod", true), ("Dev", true)]));
        assert!(!possible(conditions, &[("Prod", true), ("NotProd", true)]));
        assert!(possible(conditions, &[("NotProd", true), ("Dev", true)]));
        assert!(!possible(conditions, &[("Prod", false), ("Dev", false), ("Test", false)]));
    }

    #[test]
    fn what_is_not_understood_is_possible() {
        let conditions = "  A: !Equals [!FindInMap [M, !Ref Env, x], 'true']\n  B: !Not [!Equals [!FindInMap [M, !Ref Env, x], 'true']]\n";
        assert!(possible(conditions, &[("A", true), ("Unknown", true)]));
        assert!(!possible(conditions, &[("A", true), ("B", true)]), "equal spelling is equal value");
    }

    #[test]
    fn conditions_in_circles_and_towers_end() {
        assert!(possible("  A: !Condition B\n  B: !Condition A\n", &[("A", true), ("B", true)]));
        let storeys = (1..40).map(|at| format!("  C{at}: !And [!Condition C{}, !Condition C{}]\n", at - 1, at - 1));
        let tower = std::iter::once("  C0: !Equals [!Ref Env, prod]\n".to_owned()).chain(storeys).collect::<String>();
        assert!(possible(&tower, &[("C39", true), ("C0", false)]));
    }
}
