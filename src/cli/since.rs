//! `--since`: which lines are not those of a revision, as git tells it.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use cfn_igr::finding::Finding;
use cfn_igr::report::escape::escape;
use cfn_igr::text::{Source, Span};

use super::discover::Found;

/// The changed lines of each file that has some.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    files: HashMap<PathBuf, Lines>,
    /// What git knows. Everything is new in other files: those that nobody has added yet, and those that are generated.
    known: HashSet<PathBuf>,
}

/// The changed lines of a file, in order, 1-based.
type Lines = Vec<RangeInclusive<usize>>;

impl Changes {
    /// What is different in the working tree since `revision` and the branch here went apart. The error is what to say
    /// where that cannot be told.
    pub(crate) fn since(revision: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("error: --since {}: {why}\n", escape(revision));
        let top =
            git(&["rev-parse", "--show-toplevel"]).map_err(|error| wrong(&error.words("this is no git repository")))?;
        let top = fs::canonicalize(text(&top).trim_end_matches(['\n', '\r'])).map_err(|error| wrong(&error.to_string()))?;
        let unknown =
            || wrong("git knows no such revision; in a shallow clone fetch it first (actions/checkout: fetch-depth: 0)");
        if revision.is_empty() || revision.starts_with('-') {
            return Err(unknown());
        }
        let commit = format!("{revision}^{{commit}}");
        let commit = git(&["rev-parse", "--verify", "--quiet", &commit]).map_err(|_| unknown())?;
        let commit = text(&commit).trim().to_owned();
        // Without a common ancestor, or in a shallow clone, the revision itself has to do.
        let base = git(&["merge-base", &commit, "HEAD"]).map_or(commit, |base| text(&base).trim().to_owned());
        let failed = |error: Failed| wrong(&error.words("git failed"));
        let diff = git(&[
            "-c",
            "core.quotePath=false",
            "diff",
            "--unified=0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--ignore-submodules",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            "--no-relative",
            &base,
            "--",
        ])
        .map_err(failed)?;
        // Told from the top of the tree, as the diff is.
        let known = git(&["-C", &top.to_string_lossy(), "ls-files", "-z"]).map_err(failed)?;
        let known = text(&known).split('\0').map(|name| top.join(name)).collect();
        let files = changed_lines(&text(&diff)).into_iter().map(|(name, lines)| (top.join(name), lines)).collect();
        Ok(Self { files, known })
    }

    /// Whether something changed in a file. What cannot be read is kept, so that this is said.
    pub(crate) fn touch(&self, found: &Found) -> bool {
        match found {
            Found::Named(path) | Found::Walked(path) => {
                fs::canonicalize(path).map_or(true, |path| self.files.contains_key(&path) || !self.known.contains(&path))
            }
            Found::Stdin | Found::Unreadable(..) => true,
        }
    }

    /// Leaves the findings that stand, with their own place or with one that they point to, on changed lines.
    pub(crate) fn keep(&self, findings: &mut Vec<Finding>, source: &Source, path: &Path) {
        let Ok(path) = fs::canonicalize(path) else { return };
        let on = |lines: &Lines, finding: &Finding| {
            let mut spans = finding.labels.iter().map(|label| label.span).chain([finding.span]);
            spans.any(|span| touch(lines, span, source))
        };
        match self.files.get(&path) {
            Some(lines) => findings.retain(|finding| on(lines, finding)),
            None if self.known.contains(&path) => findings.clear(),
            None => {}
        }
    }
}

fn touch(lines: &Lines, span: Span, source: &Source) -> bool {
    let first = source.position(span.start()).line;
    let last = source.position(span.end().saturating_sub(1).max(span.start())).line;
    lines.iter().any(|range| *range.start() <= last && first <= *range.end())
}

/// Why git gave no answer.
enum Failed {
    /// There is no git.
    Missing,
    /// It said this.
    Said(String),
}

impl Failed {
    fn words(&self, what: &str) -> String {
        match self {
            Self::Missing => "there is no git; install it, or leave the option out".to_owned(),
            Self::Said(said) if said.is_empty() => what.to_owned(),
            Self::Said(said) => format!("{what}: {}", escape(said)),
        }
    }
}

/// Nothing that a repository's configuration names is run.
fn git(args: &[&str]) -> Result<Vec<u8>, Failed> {
    let mut command = Command::new("git");
    command.args(["-c", "core.fsmonitor=false"]).args(args).env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    let output = command.output().map_err(|_| Failed::Missing)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = text(&output.stderr);
    Err(Failed::Said(said.lines().next().unwrap_or("").trim_start_matches("fatal: ").to_owned()))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The new side of a diff without context.
fn changed_lines(diff: &str) -> Vec<(String, Lines)> {
    let mut files: Vec<(String, Lines)> = Vec::new();
    // Lines of a hunk can look like the head of a file, so they are counted.
    let mut inside = 0;
    for line in diff.lines() {
        if inside > 0 && line.starts_with(['+', '-']) {
            inside -= 1;
        } else if let Some(name) = line.strip_prefix("+++ ") {
            files.extend(new_name(name).map(|name| (name, Lines::new())));
        } else if let Some((removed, start, added)) = hunk(line) {
            inside = removed + added;
            // Where lines were only taken out, those on both sides have a new neighbour.
            let range = if added == 0 { start..=start + 1 } else { start..=start + added - 1 };
            if let Some((_, ranges)) = files.last_mut() {
                ranges.push(range);
            }
        }
    }
    files
}

/// `@@ -3,2 +3 @@`: how many lines are removed, where the new ones begin, how many they are.
fn hunk(line: &str) -> Option<(usize, usize, usize)> {
    let (old, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let part = |text: &str| -> Option<(usize, usize)> {
        let (start, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let ((_, removed), (start, added)) = (part(old)?, part(new)?);
    Some((removed, start, added))
}

/// The name behind `+++ `; none for a file that is gone. Git quotes names with special characters, and puts a tab behind
/// those with blanks.
fn new_name(written: &str) -> Option<String> {
    let written = written.strip_suffix('\t').unwrap_or(written);
    let name = match written.strip_prefix('"') {
        Some(quoted) => unquoted(quoted.strip_suffix('"')?)?,
        None => written.to_owned(),
    };
    name.strip_prefix("b/").map(str::to_owned)
}

/// The escapes of C: `\"`, `\t`, `\303`.
fn unquoted(quoted: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = quoted.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next()? {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'a' => 7,
            b'b' => 8,
            b'v' => 11,
            b'f' => 12,
            digit @ b'0'..=b'3' => {
                let mut octal = || rest.next().and_then(|digit| char::from(digit).to_digit(8));
                let value = u32::from(digit - b'0') * 64 + octal()? * 8 + octal()?;
                u8::try_from(value).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_tell_the_new_lines() {
        let diff = "diff --git a/t.yaml b/t.yaml\n--- a/t.yaml\n+++ b/t.yaml\n@@ -3 +3,2 @@ Resources:\n-old\n+++ b/no.yaml\n+new\n@@ -9,2 +9,0 @@\n-a\n--- b\ndiff --git a/x b/x\n--- a/x\n+++ /dev/null\n";
        assert_eq!(changed_lines(diff), [("t.yaml".to_owned(), vec![3..=4, 9..=10])]);
    }

    #[test]
    fn names_are_unquoted() {
        assert_eq!(new_name("b/a b.yaml\t").as_deref(), Some("a b.yaml"));
        assert_eq!(new_name("\"b/a \\\"b\\\".yaml\"\t").as_deref(), Some("a \"b\".yaml"));
        assert_eq!(new_name(r#""b/q\"\tcaf\303\251.yaml""#).as_deref(), Some("q\"\tcaf\u{e9}.yaml"));
        assert_eq!(new_name("/dev/null"), None);
    }
}
