//! Order in the house: rules are one file each, pages have their headings, modules look one way.

#![expect(clippy::unwrap_used, reason = "a file of the repository that cannot be read fails the test")]

#[path = "harness/failures.rs"]
mod failures;
#[path = "harness/pages.rs"]
mod pages;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cfn_igr::catalogue::{self, Entry};
use cfn_igr::edit::Applicability;
use cfn_igr::rule::{FixPromise, Registered};
use cfn_igr::rules::RULES;
use failures::Failures;

const HEADINGS: [&str; 5] = ["What it does", "Why it matters", "Example", "When not to use it", "Fix"];

/// Which modules each module may use: the stages to its left (ARCHITECTURE.md).
const DIRECTIONS: [(&str, &[&str]); 22] = [
    ("text", &[]),
    ("syntax", &["text"]),
    ("edit", &["syntax", "text"]),
    ("finding", &["edit", "syntax", "text"]),
    ("template", &["syntax", "text"]),
    ("api", &["template", "syntax", "text"]),
    // Of the template only texts with holes; nodes, sections and rules are not for the small languages.
    ("lang", &["template::{Hole, Part, Piece, Text}"]),
    ("suppress", &["edit", "finding", "lang", "syntax", "text"]),
    ("rule", &["api", "edit", "finding", "lang", "suppress", "syntax", "template", "text"]),
    ("rules", &["api", "edit", "finding", "lang", "rule", "suppress", "syntax", "template", "text"]),
    // Metadata of rules, and no rule.
    ("guard", &["edit", "finding", "rule::{FixPromise, RuleMeta}", "syntax", "text"]),
    ("catalogue", &["guard", "rule", "rules"]),
    ("engine", &["api", "finding", "guard", "rule", "rules", "suppress", "syntax", "template", "text"]),
    ("excuse", &["edit", "engine", "finding", "suppress", "syntax", "text"]),
    ("baseline", &["finding", "text"]),
    ("config", &["edit", "finding", "lang", "suppress", "syntax", "text"]),
    ("fix", &["edit", "engine", "finding", "syntax", "text"]),
    ("routes", &["api", "engine", "finding", "lang", "syntax", "template", "text"]),
    ("report", &["catalogue", "edit", "engine", "finding", "fix", "guard", "routes", "rule", "syntax", "text"]),
    (
        "cli",
        &[
            "baseline", "config", "edit", "engine", "excuse", "finding", "fix", "report", "routes", "rule", "rules",
            "suppress", "syntax", "template", "text",
        ],
    ),
    ("lib", &[]),
    ("main", &["cli"]),
];

/// Words that do not belong into sources, with the reason.
const UNWANTED: [(&str, &str); 8] = [
    ("#[ignore", "a test that does not run shows nothing"),
    ("#[should_panic", "assert the value instead"),
    ("#[allow(", "say why with #[expect(…, reason = …)]"),
    ("todo!(", "write it or leave it out"),
    ("dbg!(", "left from searching"),
    ("TODO", "name its condition, or make it an issue"),
    ("/tmp/", "paths of one machine"),
    ("/home/", "paths of one machine"),
];

#[test]
fn rules_are_named_alike_everywhere() {
    let mut failures = Failures::default();
    let files: BTreeSet<String> = sources("src/rules").iter().map(|file| stem(file)).filter(|stem| stem != "mod").collect();
    let listed: BTreeSet<String> = RULES.iter().map(|rule| rule.rule.meta().name.replace('-', "_")).collect();
    assert_eq!(files, listed, "src/rules and the names of the rules");
    for registered in RULES {
        let name = registered.rule.meta().name;
        let source = fs::read_to_string(root().join(format!("src/rules/{}.rs", name.replace('-', "_")))).unwrap();
        let words = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
        if !source.contains(&format!("struct {};", words.collect::<String>())) && !source.contains("struct Rule") {
            failures.add(name, "the type is not called like the rule");
        }
        if registered.page.lines().next() != Some(&format!("# {name}")) {
            failures.add(name, "the page has another title");
        }
    }
    let names: Vec<_> = RULES.iter().map(|rule| rule.rule.meta().name).collect();
    assert!(names.is_sorted(), "rules are not in order: {names:?}");
    failures.report();
}

#[test]
fn pages_have_their_headings_and_examples() {
    let mut failures = Failures::default();
    for Registered { rule, page } in RULES {
        let name = rule.meta().name;
        let headings: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        if headings != HEADINGS {
            failures.add(name, format!("headings are {headings:?}"));
        }
        let examples = pages::examples(page);
        if examples.iter().any(|example| !matches!(example.language.as_str(), "yaml" | "json") || example.text.is_empty()) {
            failures.add(name, "an example is neither yaml nor json, or empty");
        }
        let kinds: Vec<_> = examples.into_iter().map(|example| example.kind).collect();
        let has = |wanted: &[&str]| kinds.iter().any(|kind| wanted.contains(&kind.as_str()));
        if !has(&["bad"]) || !has(&["good", "fixed"]) {
            failures.add(name, format!("examples are {kinds:?}"));
        }
    }
    failures.report();
}

/// A Guard rule is a file, its tests, and a page with the same headings and its controls.
#[test]
#[cfg(feature = "guard")]
fn guard_rules_have_their_page_and_tests() {
    use cfn_igr::guard::BUNDLED;
    let mut failures = Failures::default();
    let files = fs::read_dir(root().join("guard-rules")).unwrap().map(|file| file.unwrap().path());
    let files: BTreeSet<_> = files.filter(|path| !path.is_dir()).map(|path| stem(&path)).collect();
    let listed: BTreeSet<String> = BUNDLED.iter().map(|rule| rule.meta.name.to_owned()).collect();
    assert_eq!(files, listed, "guard-rules and the names of the rules");
    let tests = fs::read_dir(root().join("guard-rules/tests")).unwrap().map(|file| stem(&file.unwrap().path()));
    let tests: BTreeSet<_> = tests.map(|name| name.trim_end_matches("_tests").to_owned()).collect();
    assert_eq!(tests, listed, "guard-rules/tests and the names of the rules");
    for rule in BUNDLED {
        let name = rule.meta.name;
        let source = fs::read_to_string(root().join(rule.file)).unwrap();
        if !source.starts_with(&format!("# # {name}\n")) {
            failures.add(name, "the page has another title");
        }
        if !source.contains(&format!("\nrule {} {{\n", name.replace('-', "_"))) {
            failures.add(name, "there is no rule of this name");
        }
        let headings: Vec<_> = rule.page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        if headings != [HEADINGS.as_slice(), &["Controls"]].concat() {
            failures.add(name, format!("headings are {headings:?}"));
        }
        let kinds: Vec<_> = pages::examples(rule.page).into_iter().map(|example| example.kind).collect();
        if kinds.first().is_none_or(|kind| kind != "bad") || !kinds.iter().any(|kind| kind == "good" || kind == "fixed") {
            failures.add(name, format!("examples are {kinds:?}"));
        }
        if RULES.iter().any(|native| native.rule.meta().name == name) {
            failures.add(name, "a native rule has this name");
        }
    }
    failures.report();
}

#[test]
fn metadata_is_complete() {
    let mut failures = Failures::default();
    for Entry { meta, page, .. } in catalogue::all() {
        if meta.summary.is_empty() || meta.summary.ends_with('.') || meta.summary.contains('\n') {
            failures.add(meta.name, "the summary is one line without a full stop");
        }
        if meta.sources.is_empty() || !meta.sources.iter().all(|source| source.starts_with("https://")) {
            failures.add(meta.name, "each rule names a page that shows the defect");
        }
        if meta.since.split('.').filter(|part| part.parse::<u32>().is_ok()).count() != 3 {
            failures.add(meta.name, "`since` is no version");
        }
        let fix = page.split("## Fix").nth(1).unwrap_or("").trim();
        let told = match meta.fix {
            // What follows the colon is told with each finding.
            FixPromise::Never => fix.starts_with("None: "),
            FixPromise::Sometimes(Applicability::Safe) => fix.contains("Safe"),
            FixPromise::Sometimes(Applicability::Unsafe) => fix.contains("Unsafe"),
            FixPromise::Sometimes(Applicability::Display) => !fix.is_empty(),
        };
        if !told {
            failures.add(meta.name, format!("the page says of the fix: {fix}"));
        }
    }
    failures.report();
}

/// The page is the one place where a message is quoted; what finds rules by it is a part of that.
#[test]
fn messages_stand_on_the_page() {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut failures = Failures::default();
    for Registered { rule, page } in RULES {
        let page = plain(page);
        for piece in rule.messages().iter().flat_map(|message| message.split('…')).map(plain) {
            if !page.contains(&piece) {
                failures.add(rule.meta().name, format!("the page does not quote {piece:?}"));
            }
        }
    }
    failures.report();
}

/// A fix that no example and no fixture shows is a claim.
#[test]
fn promised_fixes_are_shown() {
    let mut failures = Failures::default();
    for Entry { meta, page, .. } in catalogue::all() {
        let folder = fs::read_dir(root().join("tests/rules").join(meta.name)).into_iter().flatten();
        let files: Vec<_> = folder.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        let has = |kind: &str| files.iter().any(|file| file.contains(kind));
        let shown = match meta.fix {
            FixPromise::Sometimes(Applicability::Safe) => has(".fixed.") || page.contains(",fixed\n"),
            FixPromise::Sometimes(Applicability::Unsafe) => has(".unsafe."),
            FixPromise::Sometimes(Applicability::Display) | FixPromise::Never => true,
        };
        if !shown {
            failures.add(meta.name, "no example and no fixture shows its fix");
        }
    }
    failures.report();
}

#[test]
fn modules_look_one_way() {
    let mut failures = Failures::default();
    for file in sources("src") {
        let inside = file.strip_prefix(root().join("src")).unwrap().to_path_buf();
        let first = inside.iter().next().unwrap().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        let Some((_, allowed)) = DIRECTIONS.iter().find(|(name, _)| *name == module) else {
            failures.add(module, "is a new module: say in tests/tidy.rs what it may use");
            continue;
        };
        let source = fs::read_to_string(&file).unwrap();
        for line in source.lines().take_while(|line| !line.starts_with("#[cfg(test)]")) {
            let used = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            let Some(used) = used.strip_prefix("use crate::") else { continue };
            let legal = used.split(['{', ';', ',']).next().unwrap_or("").starts_with(module)
                || allowed.iter().any(|allowed| permits(allowed, used));
            if !legal {
                failures.add(&inside.display().to_string(), format!("may not use {used}"));
            }
        }
    }
    failures.report();
}

#[test]
fn sources_have_no_unwanted_words() {
    let mut failures = Failures::default();
    for file in ["src", "tests", "benches", "examples"].iter().flat_map(|folder| sources(folder)) {
        let source = fs::read_to_string(&file).unwrap();
        for (word, reason) in UNWANTED {
            if source.contains(word) && !file.ends_with("tests/tidy.rs") {
                failures.add(&file.display().to_string(), format!("{word}: {reason}"));
            }
        }
        if !source.starts_with("//!") {
            failures.add(&file.display().to_string(), "begins without saying what it is for");
        }
    }
    failures.report();
}

/// Whether `template` permits `template::{Guard, Value};`, and `template::{Hole, Text}` permits `template::Text;`.
fn permits(allowed: &str, used: &str) -> bool {
    let items = |path: &str| -> Vec<String> {
        let inside = path.split_once("::").map_or("", |(_, inside)| inside);
        inside.trim_matches(['{', '}']).split(", ").map(str::to_owned).collect()
    };
    let used = used.trim_end_matches(';');
    let same_module = used.split([':', '{']).next() == allowed.split(':').next();
    same_module && (!allowed.contains("::") || items(used).iter().all(|item| items(allowed).contains(item)))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// The Rust files below a folder, in order.
fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap().to_str().unwrap().to_owned()
}
