//! `cfn-igr test-guard`.

use std::fs;
use std::path::{Path, PathBuf};

use cfn_igr::guard::{RuleFile, Tested, test};
use cfn_igr::report::escape::escape;
use cfn_igr::text::Source;

use super::args::TestGuardArgs;
use super::guard;
use super::outcome::Outcome;
use super::read;
use super::streams::Streams;

const TESTS: [&str; 4] = ["yaml", "yml", "json", "jsn"];

/// Runs the tests of all rule files.
pub(crate) fn run(args: &TestGuardArgs, streams: &mut Streams<'_>) -> Outcome {
    let here = [PathBuf::from("guard-rules")];
    let paths = if args.paths.is_empty() { here.as_slice() } else { args.paths.as_slice() };
    let (files, problems) = guard::find(paths);
    let mut total = Total::default();
    for problem in problems {
        total.fails(streams, &problem.message, problem.outcome);
    }
    for path in &files {
        match guard::read(path) {
            Ok(rules) => total.file(path, &rules, &tests_of(path, &files), streams),
            Err(problem) => total.fails(streams, &problem.message, problem.outcome),
        }
    }
    let Total { expectations, differences, untested, outcome } = total;
    streams.stdout.write(&format!("{expectations} expectations, {differences} differ"));
    if !untested.is_empty() {
        streams.stdout.write(&format!("; without tests: {}", untested.join(", ")));
    }
    streams.stdout.write("\n");
    outcome
}

struct Total {
    expectations: usize,
    differences: usize,
    untested: Vec<String>,
    outcome: Outcome,
}

impl Default for Total {
    fn default() -> Self {
        Self { expectations: 0, differences: 0, untested: Vec::new(), outcome: Outcome::Clean }
    }
}

impl Total {
    fn file(&mut self, path: &Path, rules: &RuleFile, tests: &[PathBuf], streams: &mut Streams<'_>) {
        if tests.is_empty() {
            self.untested.push(escape(&path.to_string_lossy()).into_owned());
        }
        for file in tests {
            let name = escape(&file.to_string_lossy()).into_owned();
            let text = read::file(file).map_err(|error| read::reason(&error));
            let source = text.and_then(|bytes| Source::decode(name.as_str(), bytes).map_err(|error| error.to_string()));
            match source.map(|source| test(rules, &source)) {
                Ok(Ok(tested)) => self.tested(&name, &tested, streams),
                Ok(Err(error)) => {
                    let message = format!("error: {name}:{}: {}\n", error.line, escape(&error.message));
                    self.fails(streams, &message, Outcome::Usage);
                }
                Err(reason) => {
                    self.fails(streams, &format!("error: cannot read {name}: {reason}\n"), Outcome::Unreadable);
                }
            }
        }
    }

    fn tested(&mut self, file: &str, tested: &Tested, streams: &mut Streams<'_>) {
        self.expectations += tested.expectations;
        self.differences += tested.differences.len();
        for difference in &tested.differences {
            let test = if difference.test.is_empty() { String::new() } else { format!(" ({})", escape(&difference.test)) };
            streams.stdout.write(&format!(
                "{file}:{}: {} says {}, not {}{test}\n",
                difference.line,
                escape(&difference.rule),
                escape(&difference.actual),
                escape(&difference.expected)
            ));
            self.outcome = self.outcome.max(Outcome::Findings);
        }
    }

    fn fails(&mut self, streams: &mut Streams<'_>, message: &str, outcome: Outcome) {
        streams.stderr.write(message);
        self.outcome = self.outcome.max(outcome);
    }
}

/// The test files of a rule file: in the folder `tests` beside it, with names that begin with its own; a file whose name begins
/// with that of another rule file, too, belongs to the longer one.
fn tests_of(path: &Path, files: &[PathBuf]) -> Vec<PathBuf> {
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let own = stem(path);
    let others: Vec<String> = files.iter().map(|file| stem(file)).filter(|other| other.len() > own.len()).collect();
    let folder = path.parent().map_or_else(|| PathBuf::from("tests"), |parent| parent.join("tests"));
    let mut tests: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| file.extension().is_some_and(|found| TESTS.iter().any(|extension| found == *extension)))
        .filter(|file| {
            let name = stem(file);
            name.starts_with(&own) && !others.iter().any(|other| name.starts_with(other.as_str()))
        })
        .collect();
    tests.sort();
    tests
}
