//! One input from text to findings.
//!
//! Pure: the same text and options give the same findings, on every machine, in every run.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::api;
use crate::finding::{Finding, Severity};
use crate::guard::{self, Fault, Guard, Ran};
use crate::rule::{Ctx, Patterns, Registered, Templates};
use crate::rules::RULES;
use crate::suppress::{self, Date, Names, Suppression, Verdict};
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
    /// Severities that take the place of the rules' own, by name.
    pub severities: BTreeMap<String, Severity>,
    /// Whether suppressions in the text are passed over.
    pub no_ignores: bool,
    /// The day on which suppressions are judged; without one those are over that were before this program was written.
    pub today: Option<Date>,
}

impl Options {
    fn wants(&self, rule: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == rule)
    }

    /// Whether these are Guard rules that run. A bundled one that is named runs even if it is not in the set.
    fn runs_guard(&self, rule: &str) -> bool {
        let named = !self.only.is_empty() && guard::BUNDLED.iter().any(|bundled| bundled.meta.name == rule);
        self.wants(rule) && (named || self.guard.names().any(|name| name == rule))
    }
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

    /// Whether a rule looked at all of the text under these options, so that what it did not find is not there.
    pub fn ran(&self, rule: &str, options: &Options) -> bool {
        let native = RULES.iter().any(|registered| registered.rule.meta().name == rule);
        let guarded = || self.failed_guard.is_empty() && !self.not_fully_analysed && options.runs_guard(rule);
        self.document != Document::Broken
            && !self.failed_rules.contains(&rule)
            && (native && options.wants(rule) || guarded())
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
    let ctx = Ctx { tree, template: &template, api: &api, patterns: &patterns, templates: &templates, suppressions: &[] };
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
    let suppressions = if options.no_ignores { Vec::new() } else { suppress::read(tree) };
    // What a suppression is worth is told by all rules, also where the findings of a few are wanted.
    let judged = !suppressions.is_empty() && suppress::OWN_RULES.iter().any(|rule| options.wants(rule));
    let runs = |registered: &&Registered| {
        let rule = registered.rule;
        let wanted = judged || options.wants(rule.meta().name);
        wanted && !rule.reads_findings() && (document == Document::Template || rule.reads_broken_files())
    };
    for registered in RULES.iter().filter(runs) {
        run(registered, &ctx, &mut checked);
    }
    in_order(&mut checked.findings);
    let verdicts = judge(suppressions, &mut checked, options);
    if judged && document == Document::Template {
        let ctx = Ctx { suppressions: &verdicts, ..ctx };
        for registered in RULES.iter().filter(|registered| registered.rule.reads_findings()) {
            run(registered, &ctx, &mut checked);
        }
        in_order(&mut checked.findings);
    }
    checked.findings.retain(|finding| options.wants(finding.rule));
    for finding in &mut checked.findings {
        if let Some(severity) = options.severities.get(finding.rule) {
            finding.severity = *severity;
        }
    }
    checked.not_fully_analysed = guarded.exhausted || template.is_exhausted();
    checked
}

/// Runs one rule; a defect in it must not take the others' findings away.
fn run<'a>(registered: &'static Registered, ctx: &'a Ctx<'a>, checked: &mut Checked) {
    let mut findings = Vec::new();
    match catch_unwind(AssertUnwindSafe(|| registered.rule.run(ctx, &mut findings))) {
        Ok(()) => {
            for finding in findings.iter_mut().filter(|finding| finding.fix.is_none() && finding.no_fix.is_none()) {
                finding.no_fix = Some(registered.no_fix(finding, ctx.tree));
            }
            checked.findings.append(&mut findings);
        }
        Err(_) => checked.failed_rules.push(registered.rule.meta().name),
    }
}

/// In order of the text. One text that serves several resources (a loop, an anchor) is one defect, told of the first.
fn in_order(findings: &mut Vec<Finding>) {
    findings.sort_by_key(|finding| (finding.span, finding.rule));
    findings.dedup_by(|later, first| later.rule == first.rule && later.span == first.span);
}

/// Puts the suppressions on the findings.
fn judge(suppressions: Vec<Suppression>, checked: &mut Checked, options: &Options) -> Vec<Verdict> {
    if suppressions.is_empty() {
        return Vec::new();
    }
    let native = RULES.iter().map(|registered| registered.rule.meta().name);
    let bundled = guard::BUNDLED.iter().map(|rule| rule.meta.name);
    let known: Vec<&str> = native.clone().chain(bundled).chain(options.guard.names()).collect();
    // All native rules ran. Of Guard rules those ran that are wanted.
    let failed = &checked.failed_rules;
    let native: Vec<&str> = native.collect();
    let guarded = |rule: &str| options.wants(rule) && options.guard.names().any(|name| name == rule);
    let ran =
        |rule: &str| !failed.contains(&rule) && (native.contains(&rule) || checked.failed_guard.is_empty() && guarded(rule));
    let names = Names { known: &known, ran: &ran };
    suppress::judge(suppressions, &mut checked.findings, &names, options.today)
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
