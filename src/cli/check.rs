//! `cfn-igr check`.

use std::fs;
use std::path::Path;

use cfn_igr::edit::Applicability;
use cfn_igr::report::{Summary, diff, escape::escape};

use super::args::{CheckArgs, When};
use super::baseline::Known;
use super::discover::{self, Found};
use super::job::{Done, Job, Repair};
use super::ordered::{default_threads, in_order};
use super::outcome::Outcome;
use super::output::{self, Outputs};
use super::parameters::Declared;
use super::places::{Place, Places};
use super::policy::{Asked, prepare};
use super::progress::Progress;
use super::read;
use super::since::Changes;
use super::statistics::Statistics;
use super::streams::{Sink, Streams};

/// Inputs that one thread takes at a time: Guard rules are parsed once for all of them.
const TOGETHER: usize = 50;

/// Checks, and repairs if asked to.
pub(crate) fn run(args: &CheckArgs, streams: &mut Streams<'_>) -> Outcome {
    let (found, since) = match found(args, streams) {
        Ok(found) => found,
        Err(wrong) => {
            streams.stderr.write(&wrong);
            return Outcome::Usage;
        }
    };
    let stdin = found.contains(&Found::Stdin);
    let repair = repair_of(args);
    let fail_on = args.fail_on.map(super::args::FailOn::setting);
    let (policy, rules, parameters) = (&args.policy, Some(&args.rules), &args.parameters);
    let asked = Asked { policy, rules, parameters, fix: grade_of(args), fail_on };
    let (policies, problem) = match prepare(asked, &found, &mut streams.stderr) {
        Ok(prepared) => prepared,
        Err(outcome) => return outcome,
    };
    let known = args.baseline.clone().or_else(|| policies.here().baseline());
    let used = usage(args, &found, repair);
    let (places, baseline) = match used.and_then(|places| Ok((places, known.as_deref().map(Known::read).transpose()?))) {
        Ok(used) => used,
        Err(wrong) => {
            streams.stderr.write(&wrong);
            return Outcome::Usage;
        }
    };
    let found = policies.without_excluded(found);
    let outputs = match Outputs::open(&places, args, repair, streams) {
        Ok(outputs) => outputs,
        Err(message) => {
            streams.stderr.write(&message);
            return Outcome::Unreadable;
        }
    };
    let job = Job {
        policies,
        baseline,
        asked: !args.parameters.is_empty(),
        formats: outputs.formats(),
        repair,
        diff: places.diff.as_ref().map(|place| diff_style(args, sink(place, streams))),
        stdin: if stdin { read::stream(streams.stdin) } else { Ok(Vec::new()) },
        folder: std::env::current_dir().and_then(fs::canonicalize).ok(),
        below_root: output::below_root(),
        since,
    };
    let progress = Progress::new(found.len(), streams.stderr.is_terminal() && !args.quiet);
    let mut printer = Printer {
        streams,
        outputs,
        places,
        job: &job,
        summary: Summary { folder: job.below_root.clone(), ..Summary::default() },
        declared: Declared::default(),
        statistics: Statistics::default(),
        fails: false,
        gone: 0,
        progress,
    };
    printer.all(&found, args.threads.map_or_else(default_threads, usize::from));
    let Printer { outputs, summary, declared, statistics, fails, gone, .. } = printer;
    // Templates that have not changed may declare the others.
    let unknown = if job.since.is_some() { Vec::new() } else { declared.unknown(&args.parameters) };
    if args.statistics {
        streams.stderr.write(&statistics.table());
    }
    messages(&summary, &unknown, args.color, &mut streams.stderr);
    streams.stderr.write(&told_of_gone(gone));
    let written = outputs.finish(&summary, &mut streams.stderr);
    let used = if unknown.is_empty() { Outcome::Clean } else { Outcome::Usage };
    outcome(&summary, fails).max(problem).max(used).max(written)
}

/// What is to be checked, and which lines count. The error is what to say about arguments that make no sense.
fn found(args: &CheckArgs, streams: &mut Streams<'_>) -> Result<(Vec<Found>, Option<Changes>), String> {
    if let Some(wrong) = grade_as_path(args) {
        return Err(wrong);
    }
    let mut found = discover::find(&args.paths, &args.files, streams.stdin)?;
    let since = args.since.as_deref().map(Changes::since).transpose()?;
    if let Some(since) = &since {
        if found.contains(&Found::Stdin) {
            return Err("error: --since: git knows no lines of standard input; name the file\n".to_owned());
        }
        found.retain(|found| since.touch(found));
    }
    Ok((found, since))
}

/// What to say of a grade behind a blank, which is a path: the run would repair the other files first.
fn grade_as_path(args: &CheckArgs) -> Option<String> {
    let grades = args.paths.iter().filter_map(|path| path.to_str()).filter(|path| matches!(*path, "safe" | "unsafe"));
    let grade = grades.filter(|_| args.fix == Some(None)).find(|path| !Path::new(path).exists())?;
    Some(format!("error: there is no file or folder {grade}; did you mean --fix={grade}?\n"))
}

/// Where everything is printed.
///
/// # Errors
/// What makes no sense together.
fn usage(args: &CheckArgs, found: &[Found], repair: Repair) -> Result<Places, String> {
    let places = Places::new(args, repair, found.contains(&Found::Stdin), output::in_actions())?;
    let named = found.iter().filter_map(|found| match found {
        Found::Named(path) => Some(path.as_path()),
        Found::Walked(_) | Found::Stdin | Found::Unreadable(..) => None,
    });
    output::clash(&places, &named.collect::<Vec<&Path>>()).map_or(Ok(places), Err)
}

fn sink<'s, 'a>(place: &Place, streams: &'s mut Streams<'a>) -> &'s mut Sink<'a> {
    match place {
        Place::Stdout => &mut streams.stdout,
        Place::Stderr | Place::File(_) => &mut streams.stderr,
    }
}

/// `--diff` writes nothing, whatever else is given; `--fix` then only names the grade.
fn repair_of(args: &CheckArgs) -> Repair {
    match (args.diff, args.fix) {
        (false, None) => Repair::None,
        (true, _) => Repair::Show(grade_of(args).unwrap_or(Applicability::Safe)),
        (false, Some(_)) => Repair::Write(grade_of(args).unwrap_or(Applicability::Safe)),
    }
}

/// The grade that is named.
fn grade_of(args: &CheckArgs) -> Option<Applicability> {
    args.fix.flatten().map(super::args::Grade::applicability)
}

fn diff_style(args: &CheckArgs, sink: &Sink<'_>) -> diff::Style {
    diff::Style { color: sink.color(args.color), escape: sink.is_terminal() }
}

/// Prints results in the order of the inputs.
struct Printer<'p, 'a> {
    streams: &'p mut Streams<'a>,
    outputs: Outputs,
    places: Places,
    job: &'p Job,
    summary: Summary,
    declared: Declared,
    statistics: Statistics,
    progress: Progress,
    /// Whether a finding makes the run fail.
    fails: bool,
    /// Findings of the baseline that are there no more.
    gone: usize,
}

impl Printer<'_, '_> {
    fn all(&mut self, found: &[Found], threads: usize) {
        self.outputs.begin(self.streams);
        let job = self.job;
        let together = found.len().div_ceil(threads).clamp(1, TOGETHER);
        let parts: Vec<&[Found]> = found.chunks(together).collect();
        let weight = |done: &Vec<Done>| done.iter().map(Done::weight).sum();
        let elsewhere = self.places.files().next().is_some() || matches!(job.repair, Repair::Write(_));
        in_order(
            &parts,
            threads,
            |part| job.run(part),
            weight,
            |done| {
                for done in done {
                    self.one(done);
                }
                !self.streams.stdout.is_closed() || elsewhere
            },
        );
        self.progress.clear(&mut self.streams.stderr);
        self.outputs.end(&self.summary, self.streams);
    }

    fn one(&mut self, done: Done) {
        if done.weight() > 0 {
            self.progress.clear(&mut self.streams.stderr);
        }
        self.outputs.input(&done.reports, self.streams);
        if let Some(place) = &self.places.diff {
            sink(place, self.streams).write(&done.diff);
        }
        self.streams.stdout.write(&done.template);
        self.summary.add(done.summary);
        self.declared.add(done.declared);
        self.statistics.add(done.statistics);
        if self.progress.step() {
            self.streams.stdout.flush();
            self.progress.draw(&mut self.streams.stderr);
        }
        self.fails |= done.fails;
        self.gone += done.gone;
    }
}

fn outcome(summary: &Summary, fails: bool) -> Outcome {
    if !summary.failed_rules.is_empty() {
        Outcome::Internal
    } else if !summary.unreadable.is_empty() || !summary.unwritable.is_empty() {
        Outcome::Unreadable
    } else if !summary.failed_guard.is_empty() {
        Outcome::Usage
    } else if fails {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}

/// What is said of a baseline that can be made smaller.
fn told_of_gone(gone: usize) -> String {
    match gone {
        0 => String::new(),
        1 => "note: 1 finding of the baseline is gone; take it out with: cfn-igr baseline prune\n".to_owned(),
        _ => format!("note: {gone} findings of the baseline are gone; take them out with: cfn-igr baseline prune\n"),
    }
}

/// What is said about the run itself, and about parameters that no template has.
pub(crate) fn messages(summary: &Summary, unknown: &[String], color: When, stderr: &mut Sink<'_>) {
    let error = if stderr.color(color) { "\u{1b}[1;91merror\u{1b}[0m" } else { "error" };
    for input in summary.unreadable.iter().chain(&summary.unwritable) {
        stderr.write(&format!("{error}: {}\n", input.message));
    }
    for fault in unknown {
        stderr.write(&format!("{error}: {fault}\n"));
    }
    for (fault, name) in &summary.failed_guard {
        stderr.write(&format!(
            "{error}: the rules of {} cannot be evaluated on {}: {}\n",
            escape(&fault.file),
            escape(name),
            escape(&fault.message)
        ));
    }
    for (rule, name) in &summary.failed_rules {
        stderr.write(&format!(
            "{error}: the rule {rule} failed on {}, a defect of cfn-igr itself; report it with the template that shows it\n",
            escape(name)
        ));
    }
}
