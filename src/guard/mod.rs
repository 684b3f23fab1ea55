//! Rules in the language of CloudFormation Guard, run by the cfn-guard crate; what they find becomes findings.
//!
//! Pure like the rest: texts of rule files and trees go in, findings come out. This module reads no file. The template
//! itself is never handed to the crate, only canonical JSON made of its tree: one value on each line, so that the line
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
mod told;

pub use bundled::{BUNDLED, Bundled};
pub use rule_file::RuleFile;
pub use tests_of_rules::test;
pub use told::{Difference, Fault, GuardError, Ran, THREAD, TestError, Tested};

use std::sync::Arc;

use memchr::memmem;

use self::canonical::Canonical;
use self::evaluate::Part;
use crate::syntax::Tree;

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
    ///
    /// # Examples
    /// ```
    /// use cfn_igr::{Guard, Options, Source, check};
    /// let text = "Resources:\n  S:\n    Type: AWS::ApiGateway::Stage\n    Properties: {StageName: prod}\n";
    /// let options = Options { guard: Guard::bundled(), ..Options::default() };
    /// let checked = check(&Source::new("t.yaml", text), &options);
    /// assert!(checked.findings.iter().any(|finding| finding.rule == "access-logging-off"));
    /// ```
    pub fn bundled() -> Self {
        Self { bundled: BUNDLED.iter().filter(|rule| rule.on).collect(), files: Vec::new() }
    }

    /// Adds a bundled rule; one with no such name changes nothing.
    pub fn add_bundled(&mut self, name: &str) {
        let new = BUNDLED.iter().find(|rule| rule.meta.name == name);
        self.bundled.extend(new.filter(|new| self.bundled.iter().all(|rule| rule.meta.name != new.meta.name)));
    }

    /// Adds a rule file.
    ///
    /// # Examples
    /// ```
    /// use cfn_igr::guard::RuleFile;
    /// use cfn_igr::{Guard, Options, Source, check};
    /// let rules = "rule described { Resources.S.Properties.Description exists <<say what it is for>> }\n";
    /// let mut guard = Guard::default();
    /// guard.add(RuleFile::read("mine.guard", rules.to_owned()).unwrap());
    /// let text = "Resources:\n  S:\n    Type: AWS::ApiGateway::Stage\n    Properties: {StageName: prod}\n";
    /// let checked = check(&Source::new("t.yaml", text), &Options { guard, ..Options::default() });
    /// assert_eq!(checked.findings[0].message, "S: say what it is for");
    /// ```
    pub fn add(&mut self, file: RuleFile) {
        self.files.push(Arc::new(file));
    }

    /// Whether one of the rule files has a rule of this name.
    pub fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.rules().any(|rule| rule == name))
    }

    /// The names of all these rules.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        let bundled = self.bundled.iter().map(|rule| rule.meta.name);
        bundled.chain(self.files.iter().flat_map(|file| file.rules()))
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

/// Runs the rules on templates; many in one call cost less, as the rules are parsed once. Only templates that mention
/// API Gateway are looked at.
pub fn run(guard: &Guard, trees: &[Option<&Tree<'_>>], only: &[String]) -> Vec<Ran> {
    let mut ran: Vec<Ran> = trees.iter().map(|_| Ran::default()).collect();
    let chosen = guard.chosen(only);
    if !chosen.bundled.is_empty() {
        run_bundled(&chosen, trees, only, &mut ran);
    }
    if !chosen.files.is_empty() {
        run_files(&chosen, trees, only, &mut ran);
    }
    ran
}

/// A template as the crate gets it, with its place among all.
struct Handed<'t, 's> {
    at: usize,
    tree: &'t Tree<'s>,
    json: Canonical,
}

/// Bundled rules say which resources they look at and which words have to be there: all others are left out, as the crate's
/// time grows with each. They are one text for it, since each text costs a copy of the template.
fn run_bundled(chosen: &Chosen, trees: &[Option<&Tree<'_>>], only: &[String], ran: &mut [Ran]) {
    let mut handed = Vec::new();
    let mut running: Vec<&'static Bundled> = Vec::new();
    for (at, tree) in templates(trees) {
        let types = canonical::types(tree);
        let rules: Vec<_> = chosen.bundled.iter().copied().filter(|rule| rule.can_fail(tree, &types)).collect();
        let looked_at = rules.iter().flat_map(|rule| rule.types).copied().collect();
        if rules.is_empty() {
            continue;
        }
        match canonical::write_resources(tree, &looked_at) {
            Some(json) => {
                handed.push((Handed { at, tree, json }, rules.clone()));
                let new = |rule: &&Bundled| running.iter().all(|known| known.guard_name != rule.guard_name);
                let new: Vec<_> = rules.into_iter().filter(new).collect();
                running.extend(new);
            }
            None => ran.iter_mut().skip(at).take(1).for_each(|ran| ran.exhausted = true),
        }
    }
    let parts: Vec<_> = running.iter().map(|rule| Part { group: 0, text: rule.text }).collect();
    let texts: Vec<&str> = handed.iter().map(|(handed, _)| handed.json.text.as_str()).collect();
    for ((handed, rules), evaluated) in handed.iter().zip(evaluate::all(&parts, &texts)) {
        let Some(ran) = ran.get_mut(handed.at) else { continue };
        // What another template brought in may miss resources here.
        let own = |name: &str| rules.iter().find(|rule| rule.guard_name == name).copied();
        for broken in evaluated.violations {
            let Some(rule) = own(&broken.rule) else { continue };
            ran.findings.extend(findings::of(&broken, Some(rule), handed.tree, &handed.json, only));
        }
        for (rule, message) in evaluated.failed.into_iter().filter_map(|(part, message)| Some((running.get(part)?, message)))
        {
            ran.faults.push(Fault { file: rule.file.to_owned(), bundled: Some(rule.meta.name), message });
        }
    }
}

/// Rules of users get the whole template.
fn run_files(chosen: &Chosen, trees: &[Option<&Tree<'_>>], only: &[String], ran: &mut [Ran]) {
    let mut handed = Vec::new();
    for (at, tree) in templates(trees) {
        match canonical::write(tree) {
            Some(json) => handed.push(Handed { at, tree, json }),
            None => ran.iter_mut().skip(at).take(1).for_each(|ran| ran.exhausted = true),
        }
    }
    let parts: Vec<_> = chosen.files.iter().enumerate().map(|(group, file)| Part { group, text: file.text() }).collect();
    let texts: Vec<&str> = handed.iter().map(|handed| handed.json.text.as_str()).collect();
    for (handed, evaluated) in handed.iter().zip(evaluate::all(&parts, &texts)) {
        let Some(ran) = ran.get_mut(handed.at) else { continue };
        for broken in evaluated.violations {
            ran.findings.extend(findings::of(&broken, None, handed.tree, &handed.json, only));
        }
        for (part, message) in evaluated.failed {
            let file = chosen.files.get(part).map(|file| file.name().to_owned()).unwrap_or_default();
            ran.faults.push(Fault { file, bundled: None, message });
        }
    }
}

/// The templates to look at, with their places among all.
fn templates<'a, 't, 's>(
    trees: &'a [Option<&'t Tree<'s>>],
) -> impl Iterator<Item = (usize, &'t Tree<'s>)> + use<'a, 't, 's> {
    trees.iter().enumerate().filter_map(|(at, tree)| Some((at, tree.filter(|tree| mentions_api_gateway(tree))?)))
}

/// Told by the bytes: what does not stand there cannot be a type.
fn mentions_api_gateway(tree: &Tree<'_>) -> bool {
    memmem::find(tree.source().text().as_bytes(), b"AWS::ApiGateway").is_some()
}
