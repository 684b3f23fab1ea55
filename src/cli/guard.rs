//! Guard rule files from disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cfn_igr::Guard;
use cfn_igr::catalogue;
use cfn_igr::guard::{GuardError, RuleFile};
use cfn_igr::report::escape::escape;

use super::outcome::Outcome;
use super::read;

/// Extensions of rule files in a folder, as cfn-guard has them.
const EXTENSIONS: [&str; 2] = ["guard", "ruleset"];

/// Something that is wrong with a rule file, and what the run becomes by it.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) message: String,
    pub(crate) outcome: Outcome,
}

/// The Guard rules of a run: those of files and folders, and of the bundled ones those that run by default and some that do not.
/// What cannot be used is left out, and told.
pub(crate) fn rules(paths: &[PathBuf], also: &[&String], bundled: bool) -> (Guard, Vec<Problem>) {
    let mut guard = if bundled { Guard::bundled() } else { Guard::default() };
    let all = also.iter().any(|name| *name == "all");
    for entry in catalogue::all().filter(|entry| entry.is_guard && !entry.on) {
        if all || also.iter().any(|name| *name == entry.meta.name) {
            guard.add_bundled(entry.meta.name);
        }
    }
    let mut problems = Vec::new();
    let (files, unreadable) = find(paths);
    problems.extend(unreadable);
    for path in files {
        match read(&path) {
            Ok(file) => guard.add(file),
            Err(problem) => problems.push(problem),
        }
    }
    // Rule files say how to check and are no inputs: what is wrong with them is wrong usage, even where they cannot be read.
    for problem in &mut problems {
        problem.outcome = Outcome::Usage;
    }
    (guard, problems)
}

/// The rule files among what was named: files as they are, folders by the extensions; each file once.
pub(crate) fn find(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Problem>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        if fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
            walk(path, &mut files, &mut problems);
        } else {
            files.push(path.clone());
        }
    }
    let mut seen = BTreeSet::new();
    files.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    (files, problems)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>, problems: &mut Vec<Problem>) {
    let before = files.len();
    for entry in ignore::WalkBuilder::new(folder).standard_filters(false).sort_by_file_path(Ord::cmp).build() {
        match entry {
            Ok(entry) => {
                let extension = entry.path().extension().and_then(|extension| extension.to_str());
                if entry.path().is_file() && extension.is_some_and(|extension| EXTENSIONS.contains(&extension)) {
                    files.push(entry.into_path());
                }
            }
            Err(error) => problems.push(unreadable(&format!("cannot look into {}: {error}", folder.to_string_lossy()))),
        }
    }
    if files.len() == before {
        let message = format!("error: there is no rule file (.guard, .ruleset) in {}\n", escape(&folder.to_string_lossy()));
        problems.push(Problem { message, outcome: Outcome::Usage });
    }
}

/// One rule file.
pub(crate) fn read(path: &Path) -> Result<RuleFile, Problem> {
    let name = path.to_string_lossy();
    let cannot = |reason: &str| unreadable(&format!("cannot read {name}: {reason}"));
    let bytes = read::file(path).map_err(|error| cannot(&read::reason(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| cannot("it is no UTF-8 text"))?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    RuleFile::read(&name, text)
        .map_err(|error| Problem { message: format!("error: {}\n", words(&error)), outcome: Outcome::Usage })
}

fn unreadable(message: &str) -> Problem {
    Problem { message: format!("error: {}\n", escape(message)), outcome: Outcome::Unreadable }
}

fn words(error: &GuardError) -> String {
    let place = error.place.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"));
    format!("{}{place}: {}", escape(&error.file), escape(&error.message))
}
