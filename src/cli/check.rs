//! `cfn-igr check`.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use cfn_igr::edit::Applicability;
use cfn_igr::engine::Options;
use cfn_igr::report::{Format, Style, Summary, diff, escape::escape};
use cfn_igr::template::Inputs;
use cfn_igr::{Guard, catalogue};

use super::args::{CheckArgs, FormatName, When};
use super::discover::{self, Found};
use super::job::{Done, Job, Repair};
use super::ordered::{default_threads, in_order};
use super::outcome::Outcome;
use super::parameters::Declared;
use super::places::{Place, Places};
use super::progress::Progress;
use super::read;
use super::since::Changes;
use super::statistics::Statistics;
use super::streams::{Sink, Streams};
use super::{guard, names};

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
    let places = Places::new(args, repair, stdin);
    let (guard, problems) = guard::rules(args);
    let mut problem = Outcome::Clean;
    for wrong in problems {
        streams.stderr.write(&wrong.message);
        problem = problem.max(wrong.outcome);
    }
    if let Some(wrong) = wrong_usage(args, &found, places, &guard) {
        streams.stderr.write(&wrong);
        return Outcome::Usage;
    }
    let mut file = match args.output.as_deref().map(open).transpose() {
        Ok(file) => file,
        Err(message) => {
            streams.stderr.write(&message);
            return Outcome::Unreadable;
        }
    };
    let job = Job {
        options: Options { inputs: inputs(args), only: args.rules.only.clone(), guard },
        format: format(args, repair, places.report.sink(streams, file.as_mut())),
        repair,
        diff: places.diff.map(|place| diff_style(args, place.sink(streams, None))),
        stdin: if stdin { read::stream(streams.stdin) } else { Ok(Vec::new()) },
        folder: std::env::current_dir().and_then(fs::canonicalize).ok(),
        since,
    };
    let progress = Progress::new(found.len(), streams.stderr.is_terminal() && !args.quiet);
    let mut printer = Printer {
        streams,
        file: file.as_mut(),
        places,
        job: &job,
        begun: false,
        summary: Summary::default(),
        declared: Declared::default(),
        statistics: Statistics::default(),
        progress,
    };
    printer.all(&found, args.threads.map_or_else(default_threads, usize::from));
    let (summary, statistics) = (printer.summary, printer.statistics);
    // Templates that have not changed may declare the others.
    let unknown = if job.since.is_some() { Vec::new() } else { printer.declared.unknown(&args.parameters) };
    if args.statistics {
        streams.stderr.write(&statistics.table());
    }
    messages(&summary, &unknown, args.color, &mut streams.stderr);
    let written = file.map_or(Ok(()), |mut file| file.finish());
    if let Err(error) = &written {
        streams.stderr.write(&format!("error: cannot write the report: {}\n", read::reason(error)));
    }
    let used = if unknown.is_empty() { Outcome::Clean } else { Outcome::Usage };
    let kept = if written.is_ok() { Outcome::Clean } else { Outcome::Unreadable };
    outcome(&summary, args).max(problem).max(used).max(kept)
}

/// What is to be checked, and which lines count. The error is what to say about arguments that make no sense.
fn found(args: &CheckArgs, streams: &mut Streams<'_>) -> Result<(Vec<Found>, Option<Changes>), String> {
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

/// What makes no sense together.
fn wrong_usage(args: &CheckArgs, found: &[Found], places: Places, guard: &Guard) -> Option<String> {
    let is_known = |name: &&String| {
        catalogue::find(name).is_some() || guard.has(name) || args.rules.also.contains(*name) && *name == "all"
    };
    if let Some(unknown) = args.rules.only.iter().chain(&args.rules.also).find(|name| !is_known(name)) {
        return Some(names::unknown_rule(unknown));
    }
    if places.template && places.report == Place::Stdout {
        return Some(
            "error: --fix prints the repaired template on standard output, where the report would stand too; \
             write the report to a file with --output\n"
                .to_owned(),
        );
    }
    let output = args.output.as_ref().and_then(|path| fs::canonicalize(path).ok())?;
    let is_output = |path: &PathBuf| fs::canonicalize(path).is_ok_and(|path| path == output);
    let overwrites = found.iter().any(|found| match found {
        Found::Named(path) => is_output(path),
        Found::Walked(_) | Found::Stdin | Found::Unreadable(..) => false,
    });
    overwrites.then(|| "error: --output names a file that is to be checked; the report would replace it\n".to_owned())
}

fn open(path: &Path) -> Result<Sink<'static>, String> {
    let file = File::create(path)
        .map_err(|error| format!("error: cannot write {}: {}\n", escape(&path.to_string_lossy()), read::reason(&error)))?;
    Ok(Sink::plain(BufWriter::new(file)))
}

/// `--diff` writes nothing, whatever else is given; `--fix` then only names the grade.
fn repair_of(args: &CheckArgs) -> Repair {
    match (args.diff, args.fix) {
        (false, None) => Repair::None,
        (true, grade) => Repair::Show(grade.map_or(Applicability::Safe, super::args::Grade::applicability)),
        (false, Some(grade)) => Repair::Write(grade.applicability()),
    }
}

fn inputs(args: &CheckArgs) -> Inputs {
    Inputs { parameters: args.parameters.iter().cloned().collect() }
}

fn format(args: &CheckArgs, repair: Repair, sink: &Sink<'_>) -> Format {
    match args.format {
        FormatName::Json => Format::Json,
        FormatName::Github => Format::GitHub,
        FormatName::Text if args.quiet => Format::Short,
        FormatName::Text => Format::Text(Style {
            color: sink.color(args.color),
            width: sink.width(),
            verbose: args.verbose,
            repair: repair != Repair::None,
        }),
    }
}

fn diff_style(args: &CheckArgs, sink: &Sink<'_>) -> diff::Style {
    diff::Style { color: sink.color(args.color), escape: sink.is_terminal() }
}

/// Prints results in the order of the inputs.
struct Printer<'p, 'a> {
    streams: &'p mut Streams<'a>,
    file: Option<&'p mut Sink<'a>>,
    places: Places,
    job: &'p Job,
    begun: bool,
    summary: Summary,
    declared: Declared,
    statistics: Statistics,
    progress: Progress,
}

impl Printer<'_, '_> {
    fn all(&mut self, found: &[Found], threads: usize) {
        let format = self.job.format;
        self.report(format.begin());
        let job = self.job;
        let together = found.len().div_ceil(threads).clamp(1, TOGETHER);
        let parts: Vec<&[Found]> = found.chunks(together).collect();
        let weight = |done: &Vec<Done>| done.iter().map(Done::weight).sum();
        in_order(
            &parts,
            threads,
            |part| job.run(part),
            weight,
            |done| {
                done.into_iter().for_each(|done| self.one(done));
                !self.streams.stdout.is_closed() || matches!(job.repair, Repair::Write(_))
            },
        );
        self.progress.clear(&mut self.streams.stderr);
        let end = format.end(&self.summary);
        self.report(&end);
    }

    fn one(&mut self, done: Done) {
        if done.weight() > 0 {
            self.progress.clear(&mut self.streams.stderr);
        }
        if !done.report.is_empty() {
            let between = if self.begun { self.job.format.between() } else { "" };
            self.report(between);
            self.report(&done.report);
            self.begun = true;
        }
        if let Some(place) = self.places.diff {
            place.sink(self.streams, None).write(&done.diff);
        }
        self.streams.stdout.write(&done.template);
        self.summary.add(done.summary);
        self.declared.add(done.declared);
        self.statistics.add(done.statistics);
        if self.progress.step() {
            self.streams.stdout.flush();
            self.progress.draw(&mut self.streams.stderr);
        }
    }

    fn report(&mut self, text: &str) {
        self.places.report.sink(self.streams, self.file.as_deref_mut()).write(text);
    }
}

fn outcome(summary: &Summary, args: &CheckArgs) -> Outcome {
    if !summary.failed_rules.is_empty() {
        Outcome::Internal
    } else if !summary.unreadable.is_empty() || !summary.unwritable.is_empty() {
        Outcome::Unreadable
    } else if !summary.failed_guard.is_empty() {
        Outcome::Usage
    } else if args.fail_on.severity().is_some_and(|severity| summary.reaches(severity)) {
        Outcome::Findings
    } else {
        Outcome::Clean
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
