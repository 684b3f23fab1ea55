//! Which stream gets what.

use std::path::{Path, PathBuf};

use super::args::{CheckArgs, FormatName, Output};
use super::job::Repair;

/// Where something is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Stdout,
    Stderr,
    /// A file that `--output` names.
    File(PathBuf),
}

/// A report and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) format: FormatName,
    pub(crate) place: Place,
}

/// Where everything is printed. Messages about the run itself are always on standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) reports: Vec<Report>,
    pub(crate) diff: Option<Place>,
    /// Whether a repaired template goes to standard output.
    pub(crate) template: bool,
}

impl Places {
    /// A machine format on standard output stands there alone, and so does a template. `in_actions` tells that this is a
    /// workflow of GitHub Actions.
    ///
    /// # Errors
    /// What makes no sense together.
    pub(crate) fn new(args: &CheckArgs, repair: Repair, stdin: bool, in_actions: bool) -> Result<Self, String> {
        let template = stdin && matches!(repair, Repair::Write(_));
        let reports = reports(args, repair, in_actions);
        for (number, report) in reports.iter().enumerate() {
            let twice = reports.iter().skip(number + 1).any(|other| other.place == report.place);
            if let Some(place) = place_name(&report.place).filter(|_| twice) {
                return Err(format!(
                    "error: two reports would stand on {place}; name a file for one, as in --output sarif:out.sarif\n"
                ));
            }
        }
        let on_stdout = reports.iter().any(|report| report.place == Place::Stdout);
        if template && on_stdout {
            return Err("error: --fix prints the repaired template on standard output, where the report would stand too; \
                 write the report to a file, as in --output json:report.json\n"
                .to_owned());
        }
        let diff = match repair {
            Repair::None => None,
            Repair::Show(_) | Repair::Write(_) if on_stdout => None,
            Repair::Show(_) | Repair::Write(_) if template => Some(Place::Stderr),
            Repair::Show(_) | Repair::Write(_) => Some(Place::Stdout),
        };
        Ok(Self { reports, diff, template })
    }

    /// The files that reports go to.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.reports.iter().filter_map(|report| match &report.place {
            Place::File(path) => Some(path.as_path()),
            Place::Stdout | Place::Stderr => None,
        })
    }
}

/// All that are asked for; one of its own choice where none is.
fn reports(args: &CheckArgs, repair: Repair, in_actions: bool) -> Vec<Report> {
    let asked = args.format.map(|format| Output { format, file: None });
    let mut reports: Vec<Report> = asked.iter().chain(&args.output).map(|output| report(args, output, repair)).collect();
    if reports.is_empty() {
        let mut chosen = report(args, &Output { format: FormatName::Text, file: None }, repair);
        if in_actions {
            // Nobody asked for annotations, so they leave a diff in peace as the text would. The runner reads both streams.
            chosen.format = FormatName::Github;
        }
        reports.push(chosen);
    }
    reports
}

fn report(args: &CheckArgs, output: &Output, repair: Repair) -> Report {
    let format = if args.quiet && output.format == FormatName::Text { FormatName::Short } else { output.format };
    let place = match (&output.file, format, repair) {
        (Some(file), _, _) => Place::File(file.clone()),
        (None, FormatName::Text | FormatName::Short, Repair::Show(_) | Repair::Write(_)) => Place::Stderr,
        (
            None,
            FormatName::Text
            | FormatName::Short
            | FormatName::Json
            | FormatName::Jsonl
            | FormatName::Sarif
            | FormatName::Github
            | FormatName::Gitlab
            | FormatName::Junit
            | FormatName::Checkstyle,
            _,
        ) => Place::Stdout,
    };
    Report { format, place }
}

/// The name of a stream.
fn place_name(place: &Place) -> Option<&'static str> {
    match place {
        Place::Stdout => Some("standard output"),
        Place::Stderr => Some("standard error"),
        Place::File(_) => None,
    }
}
