//! `cfn-igr suppress`.

use std::path::PathBuf;

use cfn_igr::engine::Document;
use cfn_igr::excuse::{Excused, excuse};
use cfn_igr::report::{Failed, Summary, escape::escape};
use cfn_igr::suppress::{Date, Words};
use cfn_igr::text::Source;
use clap::Args as ClapArgs;

use super::args::{RulesToRun, When};
use super::check::messages;
use super::discover::{FileArgs, Found};
use super::outcome::Outcome;
use super::policy::{Asked, Policies, PolicyArgs, inputs, today};
use super::streams::Streams;
use super::{input, read, write};

#[derive(Debug, ClapArgs)]
pub(crate) struct SuppressArgs {
    /// Templates, folders with templates, or - for standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) files: FileArgs,

    /// Why the findings are accepted
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub(crate) reason: String,

    /// The last day on which that holds, as in 2027-01-31
    #[arg(long, value_name = "DAY", value_parser = until)]
    pub(crate) until: Option<Date>,

    #[command(flatten)]
    pub(crate) rules: RulesToRun,

    /// Value of a template parameter or pseudo parameter; may be repeated
    #[arg(long = "parameter", value_name = "KEY=VALUE", value_parser = super::args::parameter)]
    pub(crate) parameters: Vec<(String, String)>,

    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
}

/// A reason stands on one line of a comment, so that no character may end the line or be refused by YAML.
fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_plain = |c: char| {
        let breaks = matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        !c.is_control() && !breaks && !turns
    };
    if text.is_empty() {
        return Err("say in a few words why".to_owned());
    }
    if text.chars().all(is_plain) {
        Ok(text.to_owned())
    } else {
        Err("a reason is one line, without control characters".to_owned())
    }
}

/// A day that is over would suppress nothing, and be a finding itself.
fn until(text: &str) -> Result<Date, &'static str> {
    let day: Date = text.parse()?;
    if day < today() { Err("that day is over") } else { Ok(day) }
}

/// Writes suppressions for what is found now.
pub(crate) fn run(args: &SuppressArgs, streams: &mut Streams<'_>) -> Outcome {
    let (policy, rules, parameters) = (&args.policy, Some(&args.rules), &args.parameters);
    let asked = Asked { policy, rules, parameters, fix: None, fail_on: None };
    let (found, policies, problem) = match inputs(&args.paths, &args.files, asked, streams) {
        Ok(inputs) => inputs,
        Err(outcome) => return outcome,
    };
    let stdin = if found.contains(&Found::Stdin) { read::stream(streams.stdin) } else { Ok(Vec::new()) };
    let words = Words { reason: Some(args.reason.clone()), until: args.until };
    let (mut summary, mut total, mut files) = (Summary::default(), 0, 0);
    for found in &found {
        match one(found, &stdin, &policies, &words) {
            Ok((source, excused)) => {
                if excused.suppressed > 0 {
                    total += excused.suppressed;
                    files += 1;
                    let line = format!("{}: {} suppressed\n", escape(source.name()), excused.suppressed);
                    let sink = if *found == Found::Stdin { &mut streams.stderr } else { &mut streams.stdout };
                    sink.write(&line);
                }
                if *found == Found::Stdin {
                    streams.stdout.write(&excused.text);
                }
            }
            Err(failed) => summary.add(*failed),
        }
    }
    messages(&summary, &[], When::Auto, &mut streams.stderr);
    if total == 0 && summary.unreadable.is_empty() && summary.unwritable.is_empty() {
        streams.stderr.write("nothing to suppress\n");
    } else if files > 1 {
        streams.stdout.write(&format!("{total} suppressed in {files} files\n"));
    }
    let failed = !summary.unreadable.is_empty() || !summary.unwritable.is_empty();
    problem.max(if failed { Outcome::Unreadable } else { Outcome::Clean })
}

fn one(
    found: &Found,
    stdin: &std::io::Result<Vec<u8>>,
    policies: &Policies,
    words: &Words,
) -> Result<(Source, Excused), Box<Summary>> {
    let source = input::source(found, stdin).map_err(|refused| Box::new(refused.summary()))?;
    let unwritable = |reason: String| {
        let message = format!("cannot write suppressions into {}: {reason}", escape(source.name()));
        Box::new(Summary { unwritable: vec![Failed { file: source.name().to_owned(), message }], ..Summary::default() })
    };
    let excused = excuse(&source, &policies.of(found).options(found), words)
        .map_err(|reason| unwritable(escape(&reason).into_owned()))?;
    if excused.document == Document::Other {
        input::accept(excused.document, &source, found).map_err(|refused| Box::new(refused.summary()))?;
    }
    if excused.text != source.text() {
        match found {
            Found::Named(path) | Found::Walked(path) => {
                write::replace(path, source.text(), &excused.text).map_err(unwritable)?;
            }
            Found::Stdin | Found::Unreadable(..) => {}
        }
    }
    Ok((source, excused))
}
