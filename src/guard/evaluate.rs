//! Calls of the crate: rule texts and templates in, broken clauses out.
//!
//! A call runs on a thread of its own with a large stack, as the crate goes down one call for each level of nesting, and
//! its values must not leave their thread.

use std::io::Cursor;
use std::thread;

use cfn_guard::commands::Executable;
use cfn_guard::commands::validate::{OutputFormatType, ShowSummaryType};
use cfn_guard::utils::reader::{ReadBuffer, Reader};
use cfn_guard::utils::writer::{WriteBuffer, Writer};
use cfn_guard::{CommandBuilder, ValidateBuilder};
use serde::Deserialize;

use super::THREAD;

const STACK: usize = 64 * 1024 * 1024;
/// What the crate answers where a rule file could not be parsed and was left out.
const NOT_PARSED: i32 = 5;

/// A text with rules. Texts of one group are handed over as one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) group: usize,
    pub(super) text: &'a str,
}

/// What the rules say of one template.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    /// Clauses that do not hold.
    pub(super) violations: Vec<Violation>,
    /// Rules by what became of them.
    pub(super) failed_rules: Vec<String>,
    pub(super) passed: Vec<String>,
    pub(super) skipped: Vec<String>,
    /// Parts that could not be evaluated, with the crate's words.
    pub(super) failed: Vec<(usize, String)>,
}

/// A clause that does not hold; or several of which one has to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    /// The rule's name in the Guard language.
    pub(super) rule: String,
    /// What stands between `<<` and `>>`; empty where there is nothing.
    pub(super) message: String,
    /// The crate's own words, each with the place; of several clauses those that are about one resource.
    pub(super) errors: Vec<String>,
}

/// Evaluates all parts on all templates. Where a call fails, the part and the template that make it fail are searched by
/// halves, so that the others are evaluated.
pub(super) fn all(parts: &[Part<'_>], templates: &[&str]) -> Vec<Evaluated> {
    let mut evaluated: Vec<Evaluated> = templates.iter().map(|_| Evaluated::default()).collect();
    let numbered: Vec<(usize, Part<'_>)> = parts.iter().copied().enumerate().collect();
    some(&numbered, templates, &mut evaluated);
    evaluated
}

fn some(parts: &[(usize, Part<'_>)], templates: &[&str], into: &mut [Evaluated]) {
    if parts.is_empty() || templates.is_empty() {
        return;
    }
    match call(parts, templates) {
        Ok(reports) => {
            for (evaluated, report) in into.iter_mut().zip(reports) {
                report.add_to(evaluated);
            }
        }
        Err(_) if parts.len() > 1 => {
            let (first, second) = parts.split_at(parts.len() / 2);
            some(first, templates, into);
            some(second, templates, into);
        }
        Err(_) if templates.len() > 1 => {
            let middle = templates.len() / 2;
            let (first, second) = templates.split_at(middle);
            let (into_first, into_second) = into.split_at_mut(middle.min(into.len()));
            some(parts, first, into_first);
            some(parts, second, into_second);
        }
        Err(message) => {
            if let ([(part, _)], [evaluated]) = (parts, into) {
                evaluated.failed.push((*part, message));
            }
        }
    }
}

fn call(parts: &[(usize, Part<'_>)], templates: &[&str]) -> Result<Vec<Report>, String> {
    let mut rules: Vec<String> = Vec::new();
    let mut group = None;
    for (_, part) in parts {
        match rules.last_mut().filter(|_| group == Some(part.group)) {
            Some(text) => {
                text.push('\n');
                text.push_str(part.text);
            }
            None => rules.push(part.text.to_owned()),
        }
        group = Some(part.group);
    }
    let payload = serde_json::json!({ "rules": rules, "data": templates }).to_string();
    let reports = on_its_own_stack(|| execute(payload))?;
    if reports.len() == templates.len() { Ok(reports) } else { Err("the answer is not complete".to_owned()) }
}

fn execute(payload: String) -> Result<Vec<Report>, String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let command = ValidateBuilder::default()
        .payload(true)
        .structured(true)
        .output_format(OutputFormatType::JSON)
        .show_summary(vec![ShowSummaryType::None])
        .try_build()
        .map_err(|error| said(&error))?;
    let mut reader = Reader::new(ReadBuffer::Cursor(Cursor::new(payload.into_bytes())));
    let mut writer =
        Writer::new_with_err(WriteBuffer::Vec(Vec::new()), WriteBuffer::Vec(Vec::new())).map_err(|error| said(&error))?;
    let code = command.execute(&mut writer, &mut reader).map_err(|error| said(&error))?;
    if code == NOT_PARSED {
        return Err("a rule file cannot be parsed".to_owned());
    }
    let report = writer.into_string().map_err(|error| said(&error))?;
    serde_json::from_str(&report).map_err(|error| said(&error))
}

/// Runs the crate where deep nesting and a panic do no harm.
pub(super) fn on_its_own_stack<T: Send>(work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(THREAD.to_owned()).stack_size(STACK).spawn_scoped(scope, work);
        let thread = thread.map_err(|error| format!("no thread can be started: {error}"))?;
        thread.join().unwrap_or_else(|_| Err("the evaluation panicked".to_owned()))
    })
}

/// The crate's report of one template, of which only what is needed is kept: values can be nested as deeply as the template.
#[derive(Debug, Deserialize)]
struct Report {
    not_compliant: Vec<Check>,
    not_applicable: Vec<String>,
    compliant: Vec<String>,
}

#[derive(Debug, Deserialize)]
enum Check {
    Rule(RuleReport),
    Block(Clause),
    Disjunctions(Disjunctions),
    Clause(Comparison),
}

#[derive(Debug, Deserialize)]
struct RuleReport {
    name: String,
    checks: Vec<Check>,
}

#[derive(Debug, Deserialize)]
struct Disjunctions {
    checks: Vec<Check>,
}

#[derive(Debug, Deserialize)]
enum Comparison {
    Unary(Clause),
    Binary(Clause),
}

#[derive(Debug, Deserialize)]
struct Clause {
    messages: Messages,
}

#[derive(Debug, Deserialize)]
struct Messages {
    custom_message: Option<String>,
    error_message: Option<String>,
}

impl Report {
    fn add_to(self, evaluated: &mut Evaluated) {
        evaluated.passed.extend(self.compliant);
        evaluated.skipped.extend(self.not_applicable);
        for check in &self.not_compliant {
            let Check::Rule(rule) = check else { continue };
            evaluated.failed_rules.push(rule.name.clone());
            rule.add_to(&rule.name, &mut evaluated.violations);
        }
    }
}

impl RuleReport {
    /// A rule with parameters is a part of the rule that calls it.
    fn add_to(&self, rule: &str, violations: &mut Vec<Violation>) {
        let before = violations.len();
        for check in &self.checks {
            check.add_to(rule, violations);
        }
        // A rule that fails without saying why still fails.
        if violations.len() == before {
            violations.push(Violation { rule: rule.to_owned(), message: String::new(), errors: Vec::new() });
        }
    }
}

impl Check {
    fn add_to(&self, rule: &str, violations: &mut Vec<Violation>) {
        match self {
            Self::Rule(report) => report.add_to(rule, violations),
            Self::Block(clause) | Self::Clause(Comparison::Unary(clause) | Comparison::Binary(clause)) => {
                violations.push(clause.violation(rule));
            }
            Self::Disjunctions(any) => {
                let mut clauses = Vec::new();
                any.checks.iter().for_each(|check| check.add_to(rule, &mut clauses));
                violations.extend(one_for_each_resource(clauses));
            }
        }
    }
}

impl Clause {
    fn violation(&self, rule: &str) -> Violation {
        let text = |text: &Option<String>| text.as_deref().unwrap_or("").to_owned();
        let error = text(&self.messages.error_message);
        Violation { rule: rule.to_owned(), message: text(&self.messages.custom_message), errors: vec![error] }
    }
}

/// Alternatives of which none holds are one defect of each resource in which they stand.
fn one_for_each_resource(clauses: Vec<Violation>) -> Vec<Violation> {
    let mut by_resource: Vec<(String, Violation)> = Vec::new();
    for clause in clauses {
        let resource = clause.errors.iter().find_map(|error| resource_of(error)).unwrap_or("").to_owned();
        match by_resource.iter_mut().find(|(known, _)| *known == resource) {
            Some((_, known)) => {
                if known.message.trim().is_empty() {
                    known.message = clause.message;
                }
                known.errors.extend(clause.errors);
            }
            None => by_resource.push((resource, clause)),
        }
    }
    by_resource.into_iter().map(|(_, violation)| violation).collect()
}

/// The logical ID in `… /Resources/Stage/Properties[L:7,C:0] …`.
fn resource_of(error: &str) -> Option<&str> {
    let (_, inside) = error.split_once("/Resources/")?;
    inside.split(['/', '[', ' ']).next()
}
