//! The templates of `sample-templates/`.
//!
//! `NAME.yaml` (or `.json`) with a twin `NAME.fixed.yaml` is broken, and the twin is exactly what `--fix` makes of it.
//! `clean.yaml` stands alone and has no finding. With `UPDATE_SAMPLES=1` the twins are written anew; read them before
//! they are committed.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::fs;
use std::path::{Path, PathBuf};

use cfn_igr::edit::Applicability;
use cfn_igr::{Document, Options, Severity, Source, check, fix};

/// Broken samples there are at least.
const BROKEN: usize = 7;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-templates")
}

fn source(name: &str) -> Source {
    Source::new(name, fs::read_to_string(folder().join(name)).unwrap())
}

fn repaired(source: &Source) -> String {
    fix(source, &Options::default(), Applicability::Safe).text
}

/// The templates in the folder.
fn files() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    files.filter(|name| name != "README.md").collect()
}

/// All samples but the twins, in order.
fn names() -> Vec<String> {
    let mut names: Vec<_> = files().into_iter().filter(|name| !name.contains(".fixed.")).collect();
    names.sort();
    names
}

fn twin(name: &str) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap();
    format!("{stem}.fixed.{extension}")
}

/// Nothing of level error or warning, and nothing that a repair would change.
fn assert_clean(source: &Source) {
    let checked = check(source, &Options::default());
    assert_eq!(checked.document, Document::Template, "{}", source.name());
    let serious: Vec<_> = checked.findings.iter().filter(|finding| finding.severity > Severity::Info).collect();
    assert!(serious.is_empty(), "{}: {serious:#?}", source.name());
    assert_eq!(repaired(source), source.text(), "{} is changed once more", source.name());
}

#[test]
fn broken_samples_become_their_twins() {
    let mut broken = 0;
    for name in names().iter().filter(|name| !name.starts_with("clean")) {
        let bad = source(name);
        let checked = check(&bad, &Options::default());
        assert!(checked.findings.iter().any(|finding| finding.severity > Severity::Info), "{name} is not broken");
        if std::env::var_os("UPDATE_SAMPLES").is_some() {
            fs::write(folder().join(twin(name)), repaired(&bad)).unwrap();
        }
        let good = source(&twin(name));
        assert_same(name, &repaired(&bad), good.text());
        assert_clean(&good);
        broken += 1;
    }
    assert!(broken >= BROKEN, "only {broken} samples");
}

#[test]
fn clean_samples_are_clean() {
    let clean: Vec<_> = names().into_iter().filter(|name| name.starts_with("clean")).collect();
    assert!(!clean.is_empty());
    for name in &clean {
        assert_clean(&source(name));
    }
}

#[test]
fn the_list_of_samples_is_complete() {
    let list = fs::read_to_string(folder().join("README.md")).unwrap();
    for name in names() {
        assert!(list.contains(&format!("| `{name}` |")), "sample-templates/README.md does not list {name}");
    }
}

#[test]
fn twins_have_their_broken_sample() {
    let names = names();
    for twin in files().into_iter().filter(|name| name.contains(".fixed.")) {
        assert!(names.contains(&twin.replace(".fixed.", ".")), "{twin} belongs to nothing");
    }
}

fn assert_same(name: &str, actual: &str, expected: &str) {
    let difference = similar::TextDiff::from_lines(expected, actual).unified_diff().to_string();
    assert!(difference.is_empty(), "{name} is repaired in another way (- expected, + actual):\n{difference}");
}
