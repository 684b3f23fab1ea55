//! One input: read, check, repair, report. Runs on any thread and prints nothing itself.

use std::io;
use std::path::{Path, PathBuf};

use cfn_igr::edit::Applicability;
use cfn_igr::engine::{Checked, Options, check};
use cfn_igr::fix::{Applied, Dropped, fix, mark_dropped};
use cfn_igr::report::{Failed, Format, Input, Summary, diff, escape::escape};
use cfn_igr::text::Source;

use super::baseline::Known;
use super::discover::Found;
use super::input::{self, Refused};
use super::parameters::Declared;
use super::patch;
use super::policy::Policies;
use super::write;

/// What happens to repairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repair {
    /// Nothing.
    None,
    /// They are shown as a diff.
    Show(Applicability),
    /// They are written.
    Write(Applicability),
}

/// What is the same for all inputs.
pub(crate) struct Job {
    pub(crate) policies: Policies,
    /// What is known of old.
    pub(crate) baseline: Option<Known>,
    /// Whether values of parameters are given.
    pub(crate) asked: bool,
    pub(crate) format: Format,
    pub(crate) repair: Repair,
    pub(crate) diff: Option<diff::Style>,
    pub(crate) stdin: io::Result<Vec<u8>>,
    /// The working folder, resolved.
    pub(crate) folder: Option<PathBuf>,
}

/// What came of one input.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) report: String,
    pub(crate) diff: String,
    /// The template, where it goes to standard output.
    pub(crate) template: String,
    pub(crate) summary: Summary,
    /// The parameters of the template, if any were given.
    pub(crate) declared: Declared,
    /// Whether a finding makes the run fail.
    pub(crate) fails: bool,
    /// Findings of the baseline that are there no more.
    pub(crate) gone: usize,
}

/// A text after the check, and after the repair where one is written.
struct Worked {
    source: Source,
    checked: Checked,
    applied: Vec<Applied>,
    dropped: Vec<Dropped>,
    /// The repaired text, where it is to be shown or was written.
    diff: String,
    unwritable: Option<String>,
    /// Findings of the baseline that are there no more.
    gone: usize,
}

impl Job {
    /// Does everything about one input.
    pub(crate) fn run(&self, found: &Found) -> Done {
        self.worked(found)
            .map_or_else(|refused| Done { summary: refused.summary(), ..Done::default() }, |result| self.done(result, found))
    }

    fn worked(&self, found: &Found) -> Result<Worked, Refused> {
        let mut result = self.checked(input::source(found, &self.stdin)?, found);
        input::accept(result.checked.document, &result.source, found)?;
        if let Some(known) = &self.baseline {
            result.gone = known.mark(found, &mut result.checked.findings, &result.source);
        }
        Ok(result)
    }

    fn done(&self, result: Worked, found: &Found) -> Done {
        let input =
            Input { source: &result.source, checked: &result.checked, repaired: &result.applied, dropped: &result.dropped };
        let mut summary = Summary::of(&input);
        summary
            .unwritable
            .extend(result.unwritable.map(|message| Failed { file: result.source.name().to_owned(), message }));
        let report = self.format.input(&input);
        let to_stdout = matches!((found, self.repair), (Found::Stdin, Repair::Write(_)));
        let template = if to_stdout { result.source.text().to_owned() } else { String::new() };
        let declared = if self.asked { Declared::of(&result.source) } else { Declared::default() };
        let fails = self.policies.of(found).fails(result.checked.active().map(|finding| finding.severity));
        Done { report, diff: result.diff, template, summary, declared, fails, gone: result.gone }
    }

    fn checked(&self, source: Source, found: &Found) -> Worked {
        let policy = self.policies.of(found);
        let options = policy.options(found);
        match self.repair {
            Repair::None => unchanged(source, &options),
            Repair::Show(_) => {
                let grade = policy.fix;
                let mut result = unchanged(source, &options);
                let can = |fix: &cfn_igr::edit::Fix| fix.applicability >= grade;
                if result.checked.active().any(|finding| finding.fix.as_ref().is_some_and(can)) {
                    let fixed = fix(&result.source, &options, grade);
                    result.diff = self.diff(found, &result.source, &fixed.text);
                    mark_dropped(&mut result.checked.findings, &fixed.dropped);
                    result.dropped = fixed.dropped;
                    // Nothing is written, so the places are those of the text that is there.
                    for dropped in &mut result.dropped {
                        dropped.position = result.source.position(dropped.origin.start());
                    }
                }
                result
            }
            Repair::Write(_) => self.repaired(source, found, &options, policy.fix),
        }
    }

    fn repaired(&self, source: Source, found: &Found, options: &Options, grade: Applicability) -> Worked {
        let fixed = fix(&source, options, grade);
        if fixed.text != source.text() {
            let written = match found {
                Found::Named(path) | Found::Walked(path) => write::replace(path, source.text(), &fixed.text),
                Found::Stdin | Found::Unreadable(..) => Ok(()),
            };
            if let Err(reason) = written {
                let message = format!("cannot write {}: {reason}", escape(source.name()));
                return Worked { unwritable: Some(message), ..unchanged(source, options) };
            }
        }
        let diff = self.diff(found, &source, &fixed.text);
        let source = Source::new(source.name(), fixed.text);
        Worked {
            source,
            checked: fixed.remaining,
            applied: fixed.applied,
            dropped: fixed.dropped,
            diff,
            unwritable: None,
            gone: 0,
        }
    }

    /// Names in a diff are relative to the folder in which it will be applied.
    fn diff(&self, found: &Found, source: &Source, new: &str) -> String {
        let Some(style) = self.diff else { return String::new() };
        // Not the source's name, in which bytes that are no text are replaced.
        let path = match found {
            Found::Named(path) | Found::Walked(path) => path,
            Found::Stdin | Found::Unreadable(..) => Path::new(source.name()),
        };
        if source.text() == new {
            return String::new();
        }
        diff::unified(patch::name(path, self.folder.as_deref()), source.text(), new, style)
    }
}

fn unchanged(source: Source, options: &Options) -> Worked {
    let checked = check(&source, options);
    Worked { source, checked, applied: Vec::new(), dropped: Vec::new(), diff: String::new(), unwritable: None, gone: 0 }
}
