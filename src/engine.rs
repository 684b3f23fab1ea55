//! One input from text to findings.
//!
//! Pure: the same text and options give the same findings, on every machine, in every run.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::api;
use crate::finding::Finding;
use crate::guard::{self, Fault, Guard, Ran};
use crate::rule::{Ctx, Patterns, Registered, Templates};
use crate::rules::RULES;
use crate::syntax::{self, Tree};
use crate::template::{Inputs, Template};
use crate::text::Source;

/// What to check and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values given for parameters.
    pub inputs: Inputs,
    /// Names of the only rules to run; empty for all.
    pub only: Vec<String>,
    /// The Guard rules to run beside the native ones; none by default.
    pub guard: Guard,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// A CloudFormation template.
    Template,
    /// Something else that can be read, or nothing at all.
    Other,
    /// Cannot be read to its end; a finding says where.
    Broken,
}

/// The result for one input.
#[derive(Debug)]
pub struct Checked {
    /// What the text is.
    pub document: Document,
    /// What is wrong, in order of the text.
    pub findings: Vec<Finding>,
    /// Whether a budget ran out, so that some values were taken as unknown.
    pub not_fully_analysed: bool,
    /// Names of rules that failed themselves, which is a defect of this program.
    pub failed_rules: Vec<&'static str>,
    /// Rule files of the user that could not be evaluated on it.
    pub failed_guard: Vec<Fault>,
}

impl Checked {
    /// The findings that count: those that nothing suppresses.
    pub fn active(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.suppressed.is_none())
    }
}

/// Checks one input.
///
/// # Examples
/// ```
/// use cfn_igr::{Options, Source, check};
/// let source = Source::new("t.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n");
/// assert!(check(&source, &Options::default()).findings.is_empty());
/// ```
pub fn check(source: &Source, options: &Options) -> Checked {
    check_tree(&syntax::parse(source), options)
}

/// Checks many inputs, which costs less than one after the other where there are Guard rules.
pub fn check_all(sources: &[Source], options: &Options) -> Vec<Checked> {
    let trees: Vec<Tree<'_>> = sources.iter().map(syntax::parse).collect();
    let all: Vec<&Tree<'_>> = trees.iter().collect();
    all.iter().zip(guarded(&all, options)).map(|(tree, guarded)| check_with(tree, options, guarded)).collect()
}

/// Checks one input that is already parsed.
pub fn check_tree(tree: &Tree<'_>, options: &Options) -> Checked {
    check_with(tree, options, guarded(&[tree], options).pop().unwrap_or_default())
}

/// What the Guard rules say of templates.
fn guarded(trees: &[&Tree<'_>], options: &Options) -> Vec<Ran> {
    let templates: Vec<_> =
        trees.iter().map(|tree| Some(*tree).filter(|tree| kind_of(tree) == Document::Template)).collect();
    guard::run(&options.guard, &templates, &options.only)
}

/// Runs the native rules and puts all findings in order.
fn check_with(tree: &Tree<'_>, options: &Options, guarded: Ran) -> Checked {
    let document = kind_of(tree);
    let template = Template::new(tree, &options.inputs);
    let api = if document == Document::Template { api::read(&template) } else { api::Api::default() };
    let patterns = Patterns::new(&api);
    let templates = Templates::new(&api);
    let ctx = Ctx { tree, template: &template, api: &api, patterns: &patterns, templates: &templates };
    let mut checked = Checked {
        document,
        findings: guarded.findings,
        not_fully_analysed: template.is_exhausted(),
        failed_rules: guarded.faults.iter().filter_map(|fault| fault.bundled).collect(),
        failed_guard: guarded.faults.into_iter().filter(|fault| fault.bundled.is_none()).collect(),
    };
    if document == Document::Other {
        return checked;
    }
    let runs = |registered: &&Registered| {
        let wanted = options.only.is_empty() || options.only.iter().any(|name| name == registered.rule.meta().name);
        wanted && (document == Document::Template || registered.rule.reads_broken_files())
    };
    for registered in RULES.iter().filter(runs) {
        let mut findings = Vec::new();
        // A defect in one rule must not take the others' findings away.
        match catch_unwind(AssertUnwindSafe(|| registered.rule.run(&ctx, &mut findings))) {
            Ok(()) => {
                for finding in findings.iter_mut().filter(|finding| finding.fix.is_none() && finding.no_fix.is_none()) {
                    finding.no_fix = Some(registered.no_fix(finding, tree));
                }
                checked.findings.append(&mut findings);
            }
            Err(_) => checked.failed_rules.push(registered.rule.meta().name),
        }
    }
    checked.findings.sort_by_key(|finding| (finding.span, finding.rule));
    // One text that serves several resources (a loop, an anchor) is one defect, told of the first.
    checked.findings.dedup_by(|later, first| later.rule == first.rule && later.span == first.span);
    checked.not_fully_analysed = guarded.exhausted || template.is_exhausted();
    checked
}

fn kind_of(tree: &Tree<'_>) -> Document {
    if !tree.errors().is_empty() {
        Document::Broken
    } else if Template::is_template(tree) {
        Document::Template
    } else {
        Document::Other
    }
}
