//! One input: read, check, repair, report. Runs on any thread and prints nothing itself.

use std::io;
use std::path::{Path, PathBuf};

use cfn_igr::edit::Applicability;
use cfn_igr::engine::{Checked, check, check_all};
use cfn_igr::fix::{Applied, Dropped, fix, mark_dropped};
use cfn_igr::report::{Failed, Format, Input, Summary, diff, escape::escape};
use cfn_igr::text::Source;

use super::baseline::Known;
use super::discover::Found;
use super::input;
use super::parameters::Declared;
use super::patch;
use super::policy::Policies;
use super::since::Changes;
use super::statistics::Statistics;
use super::write;

/// Bytes of texts that are checked together: bounds memory.
const AT_ONCE: usize = 4 * 1024 * 1024;

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
    pub(crate) formats: Vec<Format>,
    pub(crate) repair: Repair,
    pub(crate) diff: Option<diff::Style>,
    pub(crate) stdin: io::Result<Vec<u8>>,
    /// The working folder, resolved.
    pub(crate) folder: Option<PathBuf>,
    /// The working folder below the root of the repository.
    pub(crate) below_root: String,
    /// The lines on which findings count, if not all do.
    pub(crate) since: Option<Changes>,
}

/// What came of one input.
#[derive(Default)]
pub(crate) struct Done {
    /// The report in each of the formats.
    pub(crate) reports: Vec<String>,
    pub(crate) diff: String,
    /// The template, where it goes to standard output.
    pub(crate) template: String,
    pub(crate) summary: Summary,
    /// The parameters of the template, if any were given.
    pub(crate) declared: Declared,
    pub(crate) statistics: Statistics,
    /// Whether a finding makes the run fail.
    pub(crate) fails: bool,
    /// Findings of the baseline that are there no more.
    pub(crate) gone: usize,
}

impl Done {
    /// Bytes that are to be printed.
    pub(crate) fn weight(&self) -> usize {
        self.reports.iter().map(String::len).sum::<usize>() + self.diff.len() + self.template.len()
    }
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

impl Worked {
    fn unchanged(source: Source, checked: Checked) -> Self {
        Self { source, checked, applied: Vec::new(), dropped: Vec::new(), diff: String::new(), unwritable: None, gone: 0 }
    }
}

impl Job {
    /// Does everything about some inputs, in their order.
    pub(crate) fn run(&self, found: &[Found]) -> Vec<Done> {
        let mut done = Vec::with_capacity(found.len());
        // Texts that are checked together, with their places among the inputs.
        let (mut together, mut sources, mut bytes) = (Vec::new(), Vec::new(), 0);
        for one in found {
            match input::source(one, &self.stdin) {
                Ok(source) => {
                    bytes += source.text().len();
                    together.push(one);
                    sources.push(source);
                }
                Err(refused) => {
                    self.flush(&mut together, &mut sources, &mut done);
                    done.push(Done { summary: refused.summary(), ..Done::default() });
                }
            }
            if bytes > AT_ONCE {
                self.flush(&mut together, &mut sources, &mut done);
                bytes = 0;
            }
        }
        self.flush(&mut together, &mut sources, &mut done);
        done
    }

    fn flush(&self, together: &mut Vec<&Found>, sources: &mut Vec<Source>, done: &mut Vec<Done>) {
        let results = self.checked(std::mem::take(sources), together);
        for (mut result, found) in results.into_iter().zip(together.drain(..)) {
            done.push(match input::accept(result.checked.document, &result.source, found) {
                Ok(()) => {
                    if let Some(known) = &self.baseline {
                        let options = self.policies.of(found).options(found);
                        result.gone = known.mark(found, &mut result.checked, &result.source, &options);
                    }
                    if let (Some(since), Some(path)) = (&self.since, found.path()) {
                        since.keep(&mut result.checked.findings, &result.source, path);
                    }
                    self.done(result, found)
                }
                Err(refused) => Done { summary: refused.summary(), ..Done::default() },
            });
        }
    }

    fn done(&self, result: Worked, found: &Found) -> Done {
        let input = Input {
            source: &result.source,
            checked: &result.checked,
            repaired: &result.applied,
            dropped: &result.dropped,
            folder: &self.below_root,
        };
        let mut summary = Summary::of(&input);
        summary
            .unwritable
            .extend(result.unwritable.map(|message| Failed { file: result.source.name().to_owned(), message }));
        let reports = self.formats.iter().map(|format| format.input(&input)).collect();
        let to_stdout = matches!((found, self.repair), (Found::Stdin, Repair::Write(_)));
        let template = if to_stdout { result.source.text().to_owned() } else { String::new() };
        let declared = if self.asked { Declared::of(&result.source) } else { Declared::default() };
        let fails = self.policies.of(found).fails(result.checked.active().map(|finding| finding.severity));
        let statistics = Statistics::of(result.checked.active());
        Done { reports, diff: result.diff, template, summary, declared, statistics, fails, gone: result.gone }
    }

    fn checked(&self, sources: Vec<Source>, found: &[&Found]) -> Vec<Worked> {
        match self.repair {
            Repair::None => self.unchanged(sources, found),
            Repair::Show(_) => {
                let results = self.unchanged(sources, found).into_iter().zip(found);
                results.map(|(result, found)| self.shown(result, found)).collect()
            }
            Repair::Write(_) => sources.into_iter().zip(found).map(|(source, found)| self.repaired(source, found)).collect(),
        }
    }

    fn shown(&self, mut result: Worked, found: &Found) -> Worked {
        let policy = self.policies.of(found);
        let can = |fix: &cfn_igr::edit::Fix| fix.applicability >= policy.fix;
        if result.checked.active().any(|finding| finding.fix.as_ref().is_some_and(can)) {
            let fixed = fix(&result.source, &policy.options(found), policy.fix);
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

    /// Checks texts, those for which the same holds together.
    fn unchanged(&self, sources: Vec<Source>, found: &[&Found]) -> Vec<Worked> {
        let (mut checked, mut rest) = (Vec::with_capacity(sources.len()), sources.as_slice());
        for group in found.chunk_by(|one, next| self.policies.are_alike(one, next)) {
            let Some((first, (these, others))) = group.first().zip(rest.split_at_checked(group.len())) else { break };
            checked.extend(check_all(these, &self.policies.of(first).options(first)));
            rest = others;
        }
        sources.into_iter().zip(checked).map(|(source, checked)| Worked::unchanged(source, checked)).collect()
    }

    fn repaired(&self, source: Source, found: &Found) -> Worked {
        let policy = self.policies.of(found);
        let options = policy.options(found);
        let fixed = fix(&source, &options, policy.fix);
        if fixed.text != source.text() {
            let written = match found {
                Found::Named(path) | Found::Walked(path) => write::replace(path, source.text(), &fixed.text),
                Found::Stdin | Found::Unreadable(..) => Ok(()),
            };
            if let Err(reason) = written {
                let message = format!("cannot write {}: {reason}", escape(source.name()));
                let checked = check(&source, &options);
                return Worked { unwritable: Some(message), ..Worked::unchanged(source, checked) };
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
