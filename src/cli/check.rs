//! `cfn-igr check`.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use cfn_igr::edit::Applicability;
use cfn_igr::report::{Format, Style, Summary, diff, escape::escape};
use rayon::prelude::*;

use super::args::{CheckArgs, FormatName, When};
use super::baseline::Known;
use super::discover::{self, Found};
use super::job::{Done, Job, Repair};
use super::outcome::Outcome;
use super::parameters::Declared;
use super::places::{Place, Places};
use super::policy::{Asked, prepare};
use super::read;
use super::streams::{Sink, Streams};

/// Inputs that are worked on before their results are printed: bounds memory.
const AT_ONCE: usize = 512;

/// Inputs that one thread takes at a time: Guard rules are parsed once for all of them.
const TOGETHER: usize = 50;

/// Checks, and repairs if asked to.
pub(crate) fn run(args: &CheckArgs, streams: &mut Streams<'_>) -> Outcome {
    let found = discover::find(&args.paths);
    let stdin = found.contains(&Found::Stdin);
    let repair = repair_of(args);
    let places = Places::new(args, repair, stdin);
    let fail_on = args.fail_on.map(super::args::FailOn::setting);
    let (policy, rules, parameters) = (&args.policy, Some(&args.rules), &args.parameters);
    let asked = Asked { policy, rules, parameters, fix: grade_of(args), fail_on };
    let (policies, problem) = match prepare(asked, &found, &mut streams.stderr) {
        Ok(prepared) => prepared,
        Err(outcome) => return outcome,
    };
    let known = args.baseline.clone().or_else(|| policies.here().baseline());
    let baseline = match wrong_usage(args, &found, places).map_or_else(|| known.as_deref().map(Known::read).transpose(), Err)
    {
        Ok(baseline) => baseline,
        Err(wrong) => {
            streams.stderr.write(&wrong);
            return Outcome::Usage;
        }
    };
    let found = policies.without_excluded(found);
    let mut file = match args.output.as_deref().map(open).transpose() {
        Ok(file) => file,
        Err(message) => {
            streams.stderr.write(&message);
            return Outcome::Unreadable;
        }
    };
    let job = Job {
        policies,
        baseline,
        asked: !args.parameters.is_empty(),
        format: format(args, repair, places.report.sink(streams, file.as_mut())),
        repair,
        diff: places.diff.map(|place| diff_style(args, place.sink(streams, None))),
        stdin: if stdin { read::stream(streams.stdin) } else { Ok(Vec::new()) },
        folder: std::env::current_dir().and_then(fs::canonicalize).ok(),
    };
    let mut printer = Printer {
        streams,
        file: file.as_mut(),
        places,
        job: &job,
        begun: false,
        summary: Summary::default(),
        declared: Declared::default(),
        fails: false,
        gone: 0,
    };
    printer.all(&found);
    let (fails, gone) = (printer.fails, printer.gone);
    let (summary, unknown) = (printer.summary, printer.declared.unknown(&args.parameters));
    messages(&summary, &unknown, args.color, &mut streams.stderr);
    streams.stderr.write(&told_of_gone(gone));
    let written = file.map_or(Ok(()), |mut file| file.finish());
    if let Err(error) = &written {
        streams.stderr.write(&format!("error: cannot write the report: {}\n", read::reason(error)));
    }
    let used = if unknown.is_empty() { Outcome::Clean } else { Outcome::Usage };
    let kept = if written.is_ok() { Outcome::Clean } else { Outcome::Unreadable };
    outcome(&summary, fails).max(problem).max(used).max(kept)
}

/// What makes no sense together.
fn wrong_usage(args: &CheckArgs, found: &[Found], places: Places) -> Option<String> {
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
        (true, _) => Repair::Show(grade_of(args).unwrap_or(Applicability::Safe)),
        (false, Some(_)) => Repair::Write(grade_of(args).unwrap_or(Applicability::Safe)),
    }
}

/// The grade that is named.
fn grade_of(args: &CheckArgs) -> Option<Applicability> {
    args.fix.flatten().map(super::args::Grade::applicability)
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
    /// Whether a finding makes the run fail.
    fails: bool,
    /// Findings of the baseline that are there no more.
    gone: usize,
}

impl Printer<'_, '_> {
    fn all(&mut self, found: &[Found]) {
        let format = self.job.format;
        self.report(format.begin());
        for part in found.chunks(AT_ONCE) {
            // Threads cost more than one file does.
            let done: Vec<Done> = match part {
                [_] => self.job.run(part),
                several => {
                    let together = several.len().div_ceil(rayon::current_num_threads()).clamp(1, TOGETHER);
                    several.par_chunks(together).flat_map_iter(|some| self.job.run(some)).collect()
                }
            };
            for done in done {
                self.one(done);
            }
            let read = !self.streams.stdout.is_closed() || matches!(self.job.repair, Repair::Write(_));
            if !read {
                break;
            }
        }
        let end = format.end(&self.summary);
        self.report(&end);
    }

    fn one(&mut self, done: Done) {
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
        self.fails |= done.fails;
        self.gone += done.gone;
    }

    fn report(&mut self, text: &str) {
        self.places.report.sink(self.streams, self.file.as_deref_mut()).write(text);
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
