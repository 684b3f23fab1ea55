//! The reports of a run: each in its format, on its stream or in its file, piece by piece.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use cfn_igr::report::{Format, Style, Summary, escape::escape, job_summary};

use super::args::{CheckArgs, FormatName};
use super::job::Repair;
use super::outcome::Outcome;
use super::places::{Place, Places};
use super::read;
use super::streams::{Sink, Streams};
use super::write::NewFile;

/// Bytes of the job summary's table; GitHub refuses a summary of more than 1 MiB for all that a step does.
const SUMMARY_ROOM: usize = 256 * 1024;

/// Whether this is a workflow of GitHub Actions.
pub(crate) fn in_actions() -> bool {
    env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Where CI services say the repository is.
const ROOTS: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// The working folder below the root of the repository, with slashes. Empty where no CI service says where that is, or where
/// the working folder is elsewhere.
pub(crate) fn below_root() -> String {
    let Ok(here) = env::current_dir().and_then(fs::canonicalize) else { return String::new() };
    let roots = ROOTS.iter().filter_map(env::var_os).filter(|root| !root.is_empty());
    let mut folders = roots.filter_map(|root| {
        let root = fs::canonicalize(root).ok()?;
        let parts = here.strip_prefix(root).ok()?.iter().map(|part| part.to_string_lossy());
        Some(parts.collect::<Vec<_>>().join("/"))
    });
    folders.next().unwrap_or_default()
}

/// The reports of a run.
pub(crate) struct Outputs {
    reports: Vec<Open>,
    job: Option<JobSummary>,
}

/// A report that is being written.
struct Open {
    format: Format,
    place: Place,
    file: Option<NewFile>,
    begun: bool,
}

/// The summary of the job in GitHub Actions. The counts stand before the table, so it waits for the end.
struct JobSummary {
    file: PathBuf,
    rows: String,
    is_cut: bool,
}

impl Outputs {
    /// Opens the files.
    ///
    /// # Errors
    /// The file that cannot be written, and why.
    pub(crate) fn open(places: &Places, args: &CheckArgs, repair: Repair, streams: &Streams<'_>) -> Result<Self, String> {
        let mut reports = Vec::new();
        for report in &places.reports {
            let file = match &report.place {
                Place::File(path) => Some(NewFile::create(path).map_err(|error| cannot_write(path, &error))?),
                Place::Stdout | Place::Stderr => None,
            };
            let (color, width) = match (&file, &report.place) {
                (Some(file), _) => (file.sink.color(args.color), file.sink.width()),
                (None, Place::Stderr) => (streams.stderr.color(args.color), streams.stderr.width()),
                (None, Place::Stdout | Place::File(_)) => (streams.stdout.color(args.color), streams.stdout.width()),
            };
            let style = Style { color, width, verbose: args.verbose, repair: repair != Repair::None };
            reports.push(Open { format: format(report.format, style), place: report.place.clone(), file, begun: false });
        }
        let github = places.reports.iter().any(|report| report.format == FormatName::Github);
        let job = env::var_os("GITHUB_STEP_SUMMARY").filter(|file| github && !file.is_empty());
        let job = job.map(|file| JobSummary { file: file.into(), rows: String::new(), is_cut: false });
        Ok(Self { reports, job })
    }

    /// The formats in which each input is wanted.
    pub(crate) fn formats(&self) -> Vec<Format> {
        let job = self.job.as_ref().map(|_| Format::JobSummary);
        self.reports.iter().map(|report| report.format).chain(job).collect()
    }

    pub(crate) fn begin(&mut self, streams: &mut Streams<'_>) {
        for report in &mut self.reports {
            report.write(report.format.begin(), streams);
        }
    }

    /// One input, in each of the formats.
    pub(crate) fn input(&mut self, pieces: &[String], streams: &mut Streams<'_>) {
        for (report, piece) in self.reports.iter_mut().zip(pieces).filter(|(_, piece)| !piece.is_empty()) {
            if report.begun {
                report.write(report.format.between(), streams);
            }
            report.write(piece, streams);
            report.begun = true;
        }
        if let (Some(job), Some(rows)) = (&mut self.job, pieces.get(self.reports.len())) {
            job.add(rows);
        }
    }

    pub(crate) fn end(&mut self, summary: &Summary, streams: &mut Streams<'_>) {
        for report in &mut self.reports {
            report.write(&report.format.end(summary), streams);
        }
    }

    /// Puts the files in their places. What cannot be written is told, and then the run has failed.
    pub(crate) fn finish(self, summary: &Summary, stderr: &mut Sink<'_>) -> Outcome {
        let mut outcome = Outcome::Clean;
        for report in self.reports {
            let (Some(file), Place::File(path)) = (report.file, &report.place) else { continue };
            if let Err(error) = file.finish() {
                stderr.write(&cannot_write(path, &error));
                outcome = Outcome::Unreadable;
            }
        }
        // Nobody asked for it, so the run does not fail by it.
        if let Some(error) = self.job.and_then(|job| job.finish(summary).err()) {
            stderr.write(&format!("warning: cannot write the summary of the job: {}\n", read::reason(&error)));
        }
        outcome
    }
}

impl Open {
    fn write(&mut self, text: &str, streams: &mut Streams<'_>) {
        match (&mut self.file, &self.place) {
            (Some(file), _) => file.sink.write(text),
            (None, Place::Stdout) => streams.stdout.write(text),
            (None, Place::Stderr | Place::File(_)) => streams.stderr.write(text),
        }
    }
}

impl JobSummary {
    /// Whole rows, as many as there is room for.
    fn add(&mut self, rows: &str) {
        for row in rows.split_inclusive('\n') {
            self.is_cut |= self.rows.len() + row.len() > SUMMARY_ROOM;
            if !self.is_cut {
                self.rows.push_str(row);
            }
        }
    }

    /// Behind what other commands of the step have written.
    fn finish(self, summary: &Summary) -> std::io::Result<()> {
        let text = job_summary(&self.rows, self.is_cut, summary);
        OpenOptions::new().create(true).append(true).open(self.file)?.write_all(text.as_bytes())
    }
}

fn format(name: FormatName, style: Style) -> Format {
    match name {
        FormatName::Text => Format::Text(style),
        FormatName::Short => Format::Short,
        FormatName::Json => Format::Json,
        FormatName::Jsonl => Format::JsonLines,
        FormatName::Sarif => Format::Sarif,
        FormatName::Github => Format::GitHub,
        FormatName::Gitlab => Format::GitLab,
        FormatName::Junit => Format::JUnit,
        FormatName::Checkstyle => Format::Checkstyle,
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> String {
    format!("error: cannot write {}: {}\n", escape(&path.to_string_lossy()), read::reason(error))
}

/// What is wrong with the files of reports: one replaces another, or a file that is to be checked.
pub(crate) fn clash(places: &Places, inputs: &[&Path]) -> Option<String> {
    let files: Vec<_> = places.files().map(|path| (path, real(path))).collect();
    for (number, (path, file)) in files.iter().enumerate() {
        let name = path.to_string_lossy();
        if files.iter().skip(number + 1).any(|(_, other)| other == file) {
            return Some(format!(
                "error: two reports would stand in {}; name another file for one of them\n",
                escape(&name)
            ));
        }
        if inputs.iter().any(|input| fs::canonicalize(input).is_ok_and(|input| input == *file)) {
            return Some("error: --output names a file that is to be checked; the report would replace it\n".to_owned());
        }
    }
    None
}

/// The path without links, also of a file that is not there yet.
fn real(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let made = || Some(fs::canonicalize(folder).ok()?.join(path.file_name()?));
    fs::canonicalize(path).ok().or_else(made).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_summary_keeps_whole_rows_and_says_that_some_are_missing() {
        let mut job = JobSummary { file: PathBuf::new(), rows: String::new(), is_cut: false };
        let row = format!("| {} |\n", "x".repeat(99));
        job.add(&row.repeat(10));
        assert!(!job.is_cut);
        job.add(&row.repeat(SUMMARY_ROOM / row.len()));
        job.add("| y |\n");
        assert!(job.is_cut && job.rows.len() <= SUMMARY_ROOM && job.rows.ends_with(&row));
        assert!(
            job_summary(&job.rows, job.is_cut, &Summary::default()).ends_with("the log of the step has all findings.\n")
        );
    }
}
