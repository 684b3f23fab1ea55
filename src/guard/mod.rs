//! Rules in the language of CloudFormation Guard, run by the cfn-guard crate; what they find becomes findings.
//!
//! Pure like the rest: texts of rule files and trees go in, findings come out. This module reads no file. The template
//! itself is never handed to the crate, only [`canonical`] JSON made of its tree: one value on each line, so that the line
//! which the crate reports is a node.

mod bundled;
mod canonical;
mod convention;
mod cycles;
mod evaluate;
mod findings;
mod intern;
mod parse;
mod rule_file;
mod tests_of_rules;

pub use bundled::{BUNDLED, Bundled};
pub use rule_file::{GuardError, RuleFile};
pub use tests_of_rules::{Difference, TestError, Tested, test};

use std::sync::Arc;

use memchr::memmem;

use self::evaluate::Part;
use crate::finding::Finding;
use crate::syntax::Tree;

/// The name of the threads on which rules are evaluated, by which a panic there is told from one of the program.
pub const THREAD: &str = "guard";

/// The Guard rules of a run: bundled ones, and those of rule files.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    bundled: Vec<&'static Bundled>,
    files: Vec<Arc<RuleFile>>,
}

impl Guard {
    /// Whether this build can run Guard rules.
    pub const AVAILABLE: bool = true;

    /// The bundled rules that run unless something else is said.
    pub fn bundled() -> Self {
        Self { bundled: BUNDLED.iter().filter(|rule| rule.on).collect(), files: Vec::new() }
    }

    /// Adds a bundled rule; one with no such name changes nothing.
    pub fn add_bundled(&mut self, name: &str) {
        let new = BUNDLED.iter().find(|rule| rule.meta.name == name);
        self.bundled.extend(new.filter(|new| self.bundled.iter().all(|rule| rule.meta.name != new.meta.name)));
    }

    /// Adds a rule file.
    pub fn add(&mut self, file: RuleFile) {
        self.files.push(Arc::new(file));
    }

    /// Whether one of the rule files has a rule of this name.
    pub fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.rules().any(|rule| rule == name))
    }

    /// What is to be run: everything, or the files with these rules. A bundled rule that is named runs even if it is not
    /// in the set.
    fn chosen(&self, only: &[String]) -> Chosen {
        let wanted = |name: &str| only.iter().any(|only| only == name);
        if only.is_empty() {
            return Chosen { bundled: self.bundled.clone(), files: self.files.clone() };
        }
        Chosen {
            bundled: BUNDLED.iter().filter(|rule| wanted(rule.meta.name)).collect(),
            files: self.files.iter().filter(|file| file.rules().any(wanted)).cloned().collect(),
        }
    }
}

/// What a run is made of.
struct Chosen {
    bundled: Vec<&'static Bundled>,
    files: Vec<Arc<RuleFile>>,
}

impl Chosen {
    /// The bundled rules are one text for the crate, as each text costs a copy of the template.
    fn parts(&self) -> Vec<Part<'_>> {
        let bundled = self.bundled.iter().map(|rule| Part { group: 0, text: rule.text });
        let files = self.files.iter().enumerate().map(|(at, file)| Part { group: at + 1, text: file.text() });
        bundled.chain(files).collect()
    }
}

/// What came of one template.
#[derive(Debug, Default)]
pub struct Ran {
    /// What the rules found, in no order.
    pub findings: Vec<Finding>,
    /// Rules that could not be evaluated on it.
    pub faults: Vec<Fault>,
    /// Whether it is too large or nested too deeply, so that no rule was run.
    pub exhausted: bool,
}

/// A rule file that could not be evaluated on a template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Name of the rule file.
    pub file: String,
    /// Name of the bundled rule, whose failure is a defect of this program.
    pub bundled: Option<&'static str>,
    /// What the crate says.
    pub message: String,
}

/// Runs the rules on templates; many in one call cost less, as the rules are parsed once. Only templates that mention
/// API Gateway are looked at.
pub fn run(guard: &Guard, trees: &[Option<&Tree<'_>>], only: &[String]) -> Vec<Ran> {
    let mut ran: Vec<Ran> = trees.iter().map(|_| Ran::default()).collect();
    let chosen = guard.chosen(only);
    let parts = chosen.parts();
    if parts.is_empty() {
        return ran;
    }
    let mut canonical = Vec::new();
    for (at, (tree, ran)) in trees.iter().zip(&mut ran).enumerate() {
        let Some(tree) = tree.filter(|tree| mentions_api_gateway(tree)) else { continue };
        match canonical::write(tree) {
            Some(json) => canonical.push((at, tree, json)),
            None => ran.exhausted = true,
        }
    }
    let texts: Vec<&str> = canonical.iter().map(|(_, _, json)| json.text.as_str()).collect();
    for ((at, tree, json), evaluated) in canonical.iter().zip(evaluate::all(&parts, &texts)) {
        let Some(ran) = ran.get_mut(*at) else { continue };
        for broken in evaluated.violations {
            ran.findings.extend(findings::of(&broken, &chosen, tree, json, only));
        }
        for (part, message) in evaluated.failed {
            ran.faults.push(fault(&chosen, part, message));
        }
    }
    ran
}

fn fault(chosen: &Chosen, part: usize, message: String) -> Fault {
    if let Some(rule) = chosen.bundled.get(part) {
        return Fault { file: rule.file.to_owned(), bundled: Some(rule.meta.name), message };
    }
    let file = chosen.files.get(part - chosen.bundled.len().min(part));
    Fault { file: file.map(|file| file.name().to_owned()).unwrap_or_default(), bundled: None, message }
}

/// Told by the bytes: what does not stand there cannot be a type.
fn mentions_api_gateway(tree: &Tree<'_>) -> bool {
    memmem::find(tree.source().text().as_bytes(), b"AWS::ApiGateway").is_some()
}
