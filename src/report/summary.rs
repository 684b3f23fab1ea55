//! Counts over a whole run.

use std::collections::BTreeSet;

use super::Input;
use crate::edit::Applicability;
use crate::finding::Severity;
use crate::guard::Fault;

/// An input that could not be read or written, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Its name.
    pub file: String,
    /// Why, and what to do.
    pub message: String,
}

/// A finding that was repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// The input.
    pub file: String,
    /// Where the finding was, 1-based.
    pub line: usize,
    /// Its column, 1-based, in characters.
    pub column: usize,
    /// Its rule.
    pub rule: &'static str,
    /// Its message.
    pub message: String,
    /// What the fix did.
    pub title: String,
}

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Findings that `--fix` repairs.
    pub fixable: usize,
    /// Findings that only `--fix=unsafe` repairs.
    pub fixable_unsafe: usize,
    /// Findings that neither repairs.
    pub unfixable: usize,
    /// Findings that something suppresses; no other number counts them.
    pub suppressed: usize,
    /// Rules that found something, also if it is suppressed.
    pub rules: BTreeSet<&'static str>,
    /// Inputs with findings that count.
    pub files_with_findings: usize,
    /// Inputs that were checked.
    pub checked: usize,
    /// Files that hold nothing to check.
    pub skipped: usize,
    /// Inputs that could not be checked.
    pub unreadable: Vec<Failed>,
    /// Inputs whose repair could not be written.
    pub unwritable: Vec<Failed>,
    /// Names of inputs in which some values were taken as unknown because a budget ran out.
    pub not_fully_analysed: Vec<String>,
    /// What was repaired.
    pub repaired: Vec<Repaired>,
    /// How many inputs were repaired.
    pub files_repaired: usize,
    /// Rules that failed themselves, with the input on which they did.
    pub failed_rules: Vec<(&'static str, String)>,
    /// Rule files of the user that could not be evaluated, with the input on which they could not.
    pub failed_guard: Vec<(Fault, String)>,
    /// The working folder below the root of the repository, as in [`Input`].
    pub folder: String,
}

impl Summary {
    /// The counts of one input.
    pub fn of(input: &Input<'_>) -> Self {
        let mut summary = Self { checked: 1, ..Self::default() };
        let name = input.source.name();
        for finding in input.checked.active() {
            match finding.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Info => summary.infos += 1,
            }
            match finding.fix.as_ref().map(|fix| fix.applicability) {
                Some(Applicability::Safe) => summary.fixable += 1,
                Some(Applicability::Unsafe) => summary.fixable_unsafe += 1,
                Some(Applicability::Display) | None => summary.unfixable += 1,
            }
        }
        summary.files_with_findings = usize::from(summary.findings() > 0);
        summary.rules.extend(input.checked.findings.iter().map(|finding| finding.rule));
        summary.suppressed = input.checked.findings.len() - summary.findings();
        summary.files_repaired = usize::from(!input.repaired.is_empty());
        if input.checked.not_fully_analysed {
            summary.not_fully_analysed.push(name.to_owned());
        }
        summary.failed_guard.extend(input.checked.failed_guard.iter().map(|fault| (fault.clone(), name.to_owned())));
        summary.failed_rules.extend(input.checked.failed_rules.iter().map(|rule| (*rule, name.to_owned())));
        summary.repaired.extend(input.repaired.iter().map(|applied| Repaired {
            file: name.to_owned(),
            line: applied.position.line,
            column: applied.position.column,
            rule: applied.finding.rule,
            message: applied.finding.message.clone(),
            title: applied.finding.fix.as_ref().map_or_else(String::new, |fix| fix.title.clone()),
        }));
        summary
    }

    /// A file that holds nothing to check.
    pub fn skipped() -> Self {
        Self { skipped: 1, ..Self::default() }
    }

    /// An input that could not be checked.
    pub fn unreadable(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self { unreadable: vec![Failed { file: file.into(), message: message.into() }], ..Self::default() }
    }

    /// Adds the counts of another part of the run.
    pub fn add(&mut self, other: Self) {
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.infos += other.infos;
        self.fixable += other.fixable;
        self.fixable_unsafe += other.fixable_unsafe;
        self.unfixable += other.unfixable;
        self.rules.extend(other.rules);
        self.suppressed += other.suppressed;
        self.files_with_findings += other.files_with_findings;
        self.checked += other.checked;
        self.skipped += other.skipped;
        self.files_repaired += other.files_repaired;
        self.unreadable.extend(other.unreadable);
        self.unwritable.extend(other.unwritable);
        self.not_fully_analysed.extend(other.not_fully_analysed);
        self.repaired.extend(other.repaired);
        self.failed_rules.extend(other.failed_rules);
        self.failed_guard.extend(other.failed_guard);
    }

    /// All findings that count.
    pub fn findings(&self) -> usize {
        self.errors + self.warnings + self.infos
    }

    /// Whether a finding is at least this bad.
    pub fn reaches(&self, severity: Severity) -> bool {
        match severity {
            Severity::Error => self.errors > 0,
            Severity::Warning => self.errors + self.warnings > 0,
            Severity::Info => self.findings() > 0,
        }
    }
}
