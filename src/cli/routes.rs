//! `cfn-igr routes`.

use std::io;

use cfn_igr::engine::{Checked, Document, Options};
use cfn_igr::report::routes::{Broken, Format};
use cfn_igr::report::{self, Input, Style, Summary};
use cfn_igr::routes::{self, Routes};
use cfn_igr::text::Source;

use super::args::{ListFormat, RoutesArgs};
use super::check::messages;
use super::discover::Found;
use super::input::{self, Refused};
use super::outcome::Outcome;
use super::parameters::Declared;
use super::policy::{Asked, inputs};
use super::read;
use super::streams::{Sink, Streams};

/// Shows the routes of all inputs, one after the other.
pub(crate) fn run(args: &RoutesArgs, streams: &mut Streams<'_>) -> Outcome {
    let asked = Asked { policy: &args.policy, rules: None, parameters: &args.parameters, fix: None, fail_on: None };
    let (found, policies, _) = match inputs(&args.paths, &args.files, asked, streams) {
        Ok(inputs) => inputs,
        Err(outcome) => return outcome,
    };
    let stdin = if found.contains(&Found::Stdin) { read::stream(streams.stdin) } else { Ok(Vec::new()) };
    let format = match args.format {
        ListFormat::Json => Format::Json,
        ListFormat::Text => Format::Text(style(args, &streams.stdout)),
    };
    let (summary, declared) = (Summary::default(), Declared::default());
    let mut printer = Printer { args, streams, format, shown: 0, broken: Vec::new(), summary, declared };
    printer.streams.stdout.write(format.begin());
    for found in &found {
        match read(found, &stdin, &policies.of(found).options(found)) {
            Ok(read) => printer.one(&read, found),
            Err(refused) => printer.summary.add(refused.summary()),
        }
        if printer.streams.stdout.is_closed() {
            break;
        }
    }
    printer.end()
}

/// Tables use all of a wide terminal.
fn style(args: &RoutesArgs, sink: &Sink<'_>) -> Style {
    Style { color: sink.color(args.color), width: sink.full_width(), verbose: false, repair: false }
}

/// An input with its routes.
struct Read {
    source: Source,
    routes: Routes,
    checked: Checked,
}

fn read(found: &Found, stdin: &io::Result<Vec<u8>>, options: &Options) -> Result<Read, Refused> {
    let source = input::source(found, stdin)?;
    let (routes, checked) = routes::read(&source, options);
    input::accept(checked.document, &source, found)?;
    Ok(Read { source, routes, checked })
}

/// Prints in the order of the inputs.
struct Printer<'p, 'a> {
    args: &'p RoutesArgs,
    streams: &'p mut Streams<'a>,
    format: Format,
    shown: usize,
    broken: Vec<Broken>,
    summary: Summary,
    declared: Declared,
}

impl Printer<'_, '_> {
    fn one(&mut self, read: &Read, found: &Found) {
        let Read { source, routes, checked } = read;
        let input = Input { source, checked, repaired: &[], dropped: &[], folder: "" };
        if checked.document == Document::Broken {
            self.broken(&input);
        } else if found.is_walked() && routes.apis.is_empty() {
            // It is about another part of API Gateway.
            self.summary.add(Summary::skipped());
            return;
        } else {
            let between = if self.shown > 0 { self.format.between() } else { "" };
            self.streams.stdout.write(between);
            self.streams.stdout.write(&self.format.input(routes, source.name()));
            self.shown += 1;
        }
        self.summary.add(Summary::of(&input));
        if !self.args.parameters.is_empty() {
            self.declared.add(Declared::of(source));
        }
    }

    /// What is wrong is said as `check` says it.
    fn broken(&mut self, input: &Input<'_>) {
        let stderr = &mut self.streams.stderr;
        let style = Style { width: stderr.width(), color: stderr.color(self.args.color), verbose: false, repair: false };
        stderr.write(&report::Format::Text(style).input(input));
        self.broken.extend(input.checked.findings.first().map(|finding| {
            let at = input.source.position(finding.span.start());
            let (line, column) = (at.line, at.column);
            Broken { file: input.source.name().to_owned(), line, column, message: finding.message.clone() }
        }));
    }

    fn end(self) -> Outcome {
        let Self { args, streams, format, shown, broken, summary, declared } = self;
        let unknown = declared.unknown(&args.parameters);
        streams.stdout.write(&format.end(&summary, &broken, shown));
        messages(&summary, &unknown, args.color, &mut streams.stderr);
        if !summary.failed_rules.is_empty() {
            Outcome::Internal
        } else if !summary.unreadable.is_empty() {
            Outcome::Unreadable
        } else if !unknown.is_empty() {
            Outcome::Usage
        } else if broken.is_empty() {
            Outcome::Clean
        } else {
            Outcome::Findings
        }
    }
}
