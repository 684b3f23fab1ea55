//! The baseline: read for `check`, written by `cfn-igr baseline`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use cfn_igr::baseline::{Baseline, Counts, FILE_NAME};
use cfn_igr::engine::{Checked, Options, check};
use cfn_igr::report::{Summary, escape::escape};
use cfn_igr::text::Source;
use clap::{Args as ClapArgs, Subcommand};

use super::args::{RulesToRun, When};
use super::check::messages;
use super::discover::{FileArgs, Found};
use super::input::{self, Refused};
use super::ordered::{default_threads, in_order};
use super::outcome::Outcome;
use super::policy::{Asked, Policies, PolicyArgs, inputs};
use super::streams::Streams;
use super::{read, write};

#[derive(Debug, ClapArgs)]
pub(crate) struct BaselineArgs {
    #[command(subcommand)]
    pub(crate) command: BaselineCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BaselineCommand {
    /// Write all findings of now into a new baseline
    Create(CreateArgs),
    /// Bring the baseline up to date: add what is new, take out what is gone
    Update(WriteArgs),
    /// Take out what is gone, and add nothing
    Prune(WriteArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    pub(crate) write: WriteArgs,

    /// Write it anew in place of the one that is there, whatever that holds
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct WriteArgs {
    /// Templates, folders with templates, or - for standard input [default: .]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) files: FileArgs,

    /// The baseline [default: that of the configuration, else cfn-igr-baseline.json]
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Value of a template parameter or pseudo parameter; may be repeated
    #[arg(long = "parameter", value_name = "KEY=VALUE", value_parser = super::args::parameter)]
    pub(crate) parameters: Vec<(String, String)>,

    #[command(flatten)]
    pub(crate) rules: RulesToRun,

    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
}

/// A baseline that was read, with the folder from which it names files.
#[derive(Debug, Default)]
pub(crate) struct Known {
    folder: PathBuf,
    baseline: Baseline,
}

impl Known {
    /// Reads a baseline.
    ///
    /// # Errors
    /// What to say about a file that is none.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let name = path.to_string_lossy();
        let name = escape(&name);
        let bytes = read::file(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => format!("error: there is no baseline {name}; write it with: cfn-igr baseline create\n"),
            _ => format!("error: cannot read {name}: {}\n", read::reason(&error)),
        })?;
        let text = String::from_utf8(bytes).map_err(|_| format!("error: {name}: it is no baseline: it is not UTF-8\n"))?;
        let baseline = Baseline::parse(&text).map_err(|error| format!("error: {name}: {}\n", escape(&error.to_string())))?;
        Ok(Self { folder: folder_of(path), baseline })
    }

    /// Marks the findings of an input that it knows; gives the number of those that are gone.
    pub(crate) fn mark(&self, found: &Found, checked: &mut Checked, source: &Source, options: &Options) -> usize {
        let mut findings = std::mem::take(&mut checked.findings);
        let gone = self.baseline.mark(&self.name_of(found), &mut findings, source, |rule| checked.ran(rule, options));
        checked.findings = findings;
        gone
    }

    /// The name of an input in the baseline: its path from the baseline's folder, with slashes on every system.
    fn name_of(&self, found: &Found) -> String {
        let path = match found {
            Found::Named(path) | Found::Walked(path) => path,
            Found::Stdin => return "<stdin>".to_owned(),
            Found::Unreadable(name, _) => return name.clone(),
        };
        let folder = path
            .parent()
            .and_then(|folder| fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }).ok());
        let whole = folder.zip(path.file_name()).map_or_else(|| path.clone(), |(folder, name)| folder.join(name));
        let inside = whole.strip_prefix(&self.folder).unwrap_or(&whole);
        let steps = inside.components().filter(|step| *step != Component::CurDir).map(|step| match step {
            Component::RootDir => String::new(),
            step => step.as_os_str().to_string_lossy().into_owned(),
        });
        steps.collect::<Vec<_>>().join("/")
    }
}

fn folder_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf())
}

/// `cfn-igr baseline`.
pub(crate) fn run(args: &BaselineArgs, streams: &mut Streams<'_>) -> Outcome {
    let args_of = match &args.command {
        BaselineCommand::Create(args) => &args.write,
        BaselineCommand::Update(args) | BaselineCommand::Prune(args) => args,
    };
    let (policy, rules, parameters) = (&args_of.policy, Some(&args_of.rules), &args_of.parameters);
    let asked = Asked { policy, rules, parameters, fix: None, fail_on: None };
    let (found, policies, problem) = match inputs(&args_of.paths, &args_of.files, asked, streams) {
        Ok(inputs) => inputs,
        Err(outcome) => return outcome,
    };
    let path = args_of.baseline.clone().or_else(|| policies.here().baseline()).unwrap_or_else(|| PathBuf::from(FILE_NAME));
    let old = match old(&args.command, &path) {
        Ok(old) => old,
        Err(message) => {
            streams.stderr.write(&message);
            return Outcome::Usage;
        }
    };
    let stdin = if found.contains(&Found::Stdin) { read::stream(streams.stdin) } else { Ok(Vec::new()) };
    let mut seen: Vec<Seen> = Vec::new();
    let see = |found: &Found| Seen::of(found, &stdin, &policies, &old);
    in_order(
        &found,
        default_threads(),
        see,
        |_| 0,
        |one| {
            seen.push(one);
            true
        },
    );
    let add = !matches!(args.command, BaselineCommand::Prune(_));
    let (new, counts, summary) = brought_up(&old, seen, add);
    messages(&summary, &[], When::Auto, &mut streams.stderr);
    let trouble = problem.max(if summary.unreadable.is_empty() { Outcome::Clean } else { Outcome::Unreadable });
    let anew = matches!(args.command, BaselineCommand::Create(_));
    match save(&path, Some(&old.baseline).filter(|_| !anew), &new) {
        Ok(()) => {
            streams.stdout.write(&told(&path, &new, counts));
            trouble
        }
        Err(reason) => {
            streams.stderr.write(&format!("error: cannot write {}: {reason}\n", escape(&path.to_string_lossy())));
            Outcome::Unreadable
        }
    }
}

/// The baseline that is there; for a new one there may be none.
fn old(command: &BaselineCommand, path: &Path) -> Result<Known, String> {
    match command {
        BaselineCommand::Create(args) if path.exists() && !args.force => {
            let name = path.to_string_lossy();
            let name = escape(&name);
            Err(format!(
                "error: there is a baseline {name} already; bring it up to date with: cfn-igr baseline update, or write it anew with --force\n"
            ))
        }
        BaselineCommand::Create(_) => Ok(Known { folder: folder_of(path), baseline: Baseline::default() }),
        BaselineCommand::Update(_) | BaselineCommand::Prune(_) => Known::read(path),
    }
}

/// What was found in one input.
struct Seen {
    file: String,
    now: Baseline,
    summary: Summary,
    /// Whether it was checked, so that what is not found is not there.
    checked: bool,
}

impl Seen {
    fn of(found: &Found, stdin: &std::io::Result<Vec<u8>>, policies: &Policies, known: &Known) -> Self {
        let file = known.name_of(found);
        let refused = |refused: Refused| {
            let checked = matches!(refused, Refused::Skipped);
            Self { file: file.clone(), now: Baseline::default(), summary: refused.summary(), checked }
        };
        let source = match input::source(found, stdin) {
            Ok(source) => source,
            Err(why) => return refused(why),
        };
        let options = policies.of(found).options(found);
        let checked = check(&source, &options);
        if let Err(why) = input::accept(checked.document, &source, found) {
            return refused(why);
        }
        let mut now = Baseline::default();
        for finding in checked.active() {
            now.add(&file, finding, &source);
        }
        now.keep(&file, &known.baseline, |rule| checked.ran(rule, &options));
        let summary = Summary { checked: 1, ..Summary::default() };
        Self { file, now, summary, checked: true }
    }
}

/// The new baseline. Files that are not there any more have no findings.
fn brought_up(old: &Known, seen: Vec<Seen>, add: bool) -> (Baseline, Counts, Summary) {
    let mut now = Baseline::default();
    let mut summary = Summary::default();
    let mut files: BTreeSet<String> = old
        .baseline
        .files()
        .filter(|file| *file != "<stdin>" && !old.folder.join(file).exists())
        .map(str::to_owned)
        .collect();
    for seen in seen {
        if seen.checked {
            now.replace(&seen.now, std::slice::from_ref(&seen.file), true);
            files.insert(seen.file);
        }
        summary.add(seen.summary);
    }
    let mut new = old.baseline.clone();
    let files: Vec<String> = files.into_iter().collect();
    let counts = new.replace(&now, &files, add);
    (new, counts, summary)
}

/// Writes it wholly or not at all; without an old one, in place of whatever is there.
fn save(path: &Path, old: Option<&Baseline>, new: &Baseline) -> Result<(), String> {
    if path.exists() {
        let current = read::file(path).map_err(|error| read::reason(&error))?;
        // Another layout of the same is left alone.
        return if old == Some(new) { Ok(()) } else { write::replace_bytes(path, &current, &new.to_json()) };
    }
    let folder = folder_of(path);
    let file = tempfile::Builder::new().prefix(".cfn-igr-").tempfile_in(&folder);
    let written = file.and_then(|mut file| {
        file.write_all(new.to_json().as_bytes())?;
        open_to_all(file.as_file())?;
        file.persist_noclobber(path).map_err(|error| error.error)
    });
    written.map(|_| ()).map_err(|error| write::reason(&error))
}

/// A temporary file is for its owner alone; a baseline is shared like any other file of the repository.
#[cfg(unix)]
fn open_to_all(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_all(_: &fs::File) -> std::io::Result<()> {
    Ok(())
}

fn told(path: &Path, new: &Baseline, counts: Counts) -> String {
    let total = new.len();
    let findings = if total == 1 { "finding" } else { "findings" };
    let files = new.files().count();
    let in_files = if files == 1 { "file" } else { "files" };
    let name = path.to_string_lossy();
    format!(
        "{}: {total} {findings} in {files} {in_files} ({} added, {} removed)\n",
        escape(&name),
        counts.added,
        counts.removed
    )
}
