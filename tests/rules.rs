//! Runs every fixture of `tests/rules/<rule>/` and every example of the rules' pages.
//!
//! A fixture is `NAME.bad.yaml` (or `.json`), annotated with its findings; `NAME.fixed.yaml` beside it is its exact text
//! after safe fixes and `NAME.unsafe.yaml` after unsafe ones, and where there is none such fixes change nothing.
//! With `UPDATE_FIXTURES=1` the annotations and the fixed texts of the bad fixtures are written anew; read them before
//! they are committed. `NAME.good.yaml` has no finding of any rule. What holds for every text is asserted for each of them too:
//! see `harness/invariants.rs`.

#![expect(clippy::unwrap_used, reason = "a file of the repository that cannot be read fails the test")]

mod harness;

use std::fs;
use std::path::Path;

use cfn_igr::catalogue;
use harness::failures::Failures;
use harness::{Expect, Input, annotations, check, options_of, pages};

#[test]
fn fixtures() {
    let mut failures = Failures::default();
    for entry in catalogue::all() {
        let rule = entry.meta.name;
        let options = options_of(rule);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(rule);
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            names(&folder)
                .iter()
                .filter(|name| name.contains(".bad."))
                .for_each(|name| harness::update(&folder, name, &options));
        }
        let names = names(&folder);
        for kind in [".bad.", ".good."] {
            // Guard rules have tests of their own kind as well, in guard-rules/tests.
            let needed = !entry.is_guard || entry.on;
            if needed && !names.iter().any(|name| name.contains(kind)) {
                failures.add(rule, format!("there is no {kind} fixture"));
            }
        }
        for name in &names {
            let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
            let sibling = |kind: &str| {
                let name = name.replace(".bad.", kind);
                names.contains(&name).then(|| read(&name))
            };
            let expect = if name.contains(".bad.") {
                Expect::Annotated { rule, fixed: sibling(".fixed."), unsafely: sibling(".unsafe.") }
            } else if name.contains(".good.") {
                Expect::Silent
            } else if names.iter().any(|bad| [".fixed.", ".unsafe."].iter().any(|kind| bad.replace(".bad.", kind) == *name))
            {
                Expect::Parses
            } else {
                failures.add(name, "is neither .bad., .good., nor the .fixed. or .unsafe. of a .bad. fixture");
                continue;
            };
            let input =
                Input { name: format!("{rule}/{name}"), text: annotations::strip(&read(name)), annotated: read(name) };
            if let Err(what) = check(&input, &expect, &options) {
                failures.add(&input.name, what);
            }
        }
    }
    failures.report();
}

/// The files of a folder in order; none where there is no folder.
fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn folders_belong_to_rules() {
    let folders = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")).unwrap();
    for folder in folders {
        let name = folder.unwrap().file_name().into_string().unwrap();
        // Also in a build without Guard rules.
        let guard = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("guard-rules/{name}.guard"));
        assert!(catalogue::find(&name).is_some() || guard.exists(), "no rule is called {name}");
    }
}

#[test]
fn examples_of_the_pages() {
    let mut failures = Failures::default();
    for entry in catalogue::all() {
        let rule = entry.meta.name;
        let options = options_of(rule);
        let examples = pages::examples(entry.page);
        for (at, example) in examples.iter().enumerate() {
            let expect = match example.kind.as_str() {
                "bad" => {
                    let next = examples.get(at + 1).filter(|next| next.kind == "fixed");
                    Expect::Fires { rule, fixed: next.map(|next| next.text.clone()) }
                }
                "good" | "fixed" => Expect::Silent,
                other => {
                    failures.add(rule, format!("the page has an example of kind `{other}`"));
                    continue;
                }
            };
            let name = format!("page of {rule}, example {} ({}).{}", at + 1, example.kind, example.language);
            let input = Input { name, text: example.text.clone(), annotated: example.text.clone() };
            if let Err(what) = check(&input, &expect, &options) {
                failures.add(&input.name, what);
            }
        }
    }
    failures.report();
}
