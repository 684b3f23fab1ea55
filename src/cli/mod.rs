//! The command line: arguments, files, streams, exit codes. All I/O of the program is here.

mod args;
mod baseline;
mod check;
mod config;
mod discover;
mod exclude;
mod explain;
mod glob;
mod guard;
mod input;
mod job;
mod manual;
mod names;
mod ordered;
mod outcome;
mod output;
mod parameters;
mod patch;
mod places;
mod policy;
mod progress;
mod read;
mod routes;
mod rules;
mod since;
mod statistics;
mod streams;
mod suppress;
mod test_guard;
mod walk;
mod write;

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use anstream::{AutoStream, ColorChoice};
use clap::Parser;

use args::{Args, Command};
use outcome::Outcome;
use streams::{Sink, Streams};

/// Runs with the process's own streams; gives the exit code.
pub(crate) fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    std::panic::set_hook(Box::new(|fault| {
        // The evaluation of Guard rules catches what the crate does on its thread, and tells of it.
        if std::thread::current().name() == Some(cfn_igr::guard::THREAD) {
            return;
        }
        let place = fault.location().map(ToString::to_string).unwrap_or_default();
        let words = fault.payload().downcast_ref::<String>().map(String::as_str);
        let what = words.or_else(|| fault.payload().downcast_ref::<&str>().copied()).unwrap_or("unknown");
        let _ = writeln!(io::stderr(), "internal fault at {place}: {}", cfn_igr::report::escape::escape(what));
    }));
    let mut stdin = io::stdin();
    let (stdout, stderr) = (io::stdout(), io::stderr());
    let color = |choice: ColorChoice| choice != ColorChoice::Never;
    let mut streams = Streams {
        stdin: &mut stdin,
        stdout: Sink::stream(BufWriter::new(stdout.lock()), color(AutoStream::choice(&stdout)), stdout.is_terminal()),
        stderr: Sink::stream(BufWriter::new(io::stderr()), color(AutoStream::choice(&stderr)), stderr.is_terminal()),
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| run(args, &mut streams))).unwrap_or_else(|_| {
        streams.stderr.write("error: cfn-igr failed: a defect of its own; report it with the template that shows it\n");
        Outcome::Internal
    });
    let lost = [streams.stdout.finish(), streams.stderr.finish()].into_iter().find_map(Result::err);
    let Some(error) = lost else { return outcome.code() };
    let _ = writeln!(io::stderr(), "error: cannot write the output: {}", read::reason(&error));
    outcome.max(Outcome::Unreadable).code()
}

/// Runs one command.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> Outcome {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => return usage(&error, streams),
    };
    match args.command {
        Command::Check(args) => check::run(&args, streams),
        Command::Routes(args) => routes::run(&args, streams),
        Command::Suppress(args) => suppress::run(&args, streams),
        Command::Baseline(args) => baseline::run(&args, streams),
        Command::Config(args) => config::run(&args, streams),
        Command::TestGuard(args) => test_guard::run(&args, streams),
        Command::Rules(args) => rules::run(&args, streams),
        Command::Explain(args) => explain::run(&args, streams),
        Command::Completions(args) => manual::completions(&args, streams),
        Command::Man(args) => manual::page(&args, streams),
    }
}

/// Help, the version, or what is wrong with the arguments.
fn usage(error: &clap::Error, streams: &mut Streams<'_>) -> Outcome {
    let (sink, outcome) =
        if error.use_stderr() { (&mut streams.stderr, Outcome::Usage) } else { (&mut streams.stdout, Outcome::Clean) };
    let text = error.render();
    let text = if sink.color(args::When::Auto) { text.ansi().to_string() } else { text.to_string() };
    sink.write(&text);
    outcome
}
