//! Which stream gets what.

use super::args::{CheckArgs, FormatName};
use super::job::Repair;
use super::streams::{Sink, Streams};

/// Where something is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Stdout,
    Stderr,
    /// The file of `--output`.
    File,
}

/// Where everything is printed. Messages about the run itself are always on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) report: Place,
    pub(crate) diff: Option<Place>,
    /// Whether a repaired template goes to standard output.
    pub(crate) template: bool,
}

impl Places {
    /// A machine format on standard output stands there alone, and so does a template.
    pub(crate) fn new(args: &CheckArgs, repair: Repair, stdin: bool) -> Self {
        let template = stdin && matches!(repair, Repair::Write(_));
        let report = match (&args.output, args.format, repair) {
            (Some(_), _, _) => Place::File,
            (None, FormatName::Text, Repair::Show(_) | Repair::Write(_)) => Place::Stderr,
            (None, FormatName::Text, Repair::None) | (None, FormatName::Json | FormatName::Github, _) => Place::Stdout,
        };
        let diff = match repair {
            Repair::None => None,
            Repair::Show(_) | Repair::Write(_) if report == Place::Stdout => None,
            Repair::Show(_) | Repair::Write(_) if template => Some(Place::Stderr),
            Repair::Show(_) | Repair::Write(_) => Some(Place::Stdout),
        };
        Self { report, diff, template }
    }
}

impl Place {
    pub(crate) fn sink<'s, 'a>(self, streams: &'s mut Streams<'a>, file: Option<&'s mut Sink<'a>>) -> &'s mut Sink<'a> {
        match (self, file) {
            (Self::File, Some(file)) => file,
            (Self::Stdout, _) => &mut streams.stdout,
            (Self::Stderr | Self::File, _) => &mut streams.stderr,
        }
    }
}
