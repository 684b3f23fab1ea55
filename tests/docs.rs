//! The generated parts of the documentation: the pages of rules, the routes of a sample in docs/usage.md, and the picture of
//! a terminal. What the guides show is run by tests/examples.rs.
//!
//! With `UPDATE_DOCS=1` they are written anew.

#![cfg(feature = "guard")]
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[path = "harness/picture.rs"]
mod picture;

use std::fs;
use std::path::{Path, PathBuf};

use cfn_igr::edit::Applicability;
use cfn_igr::report::{self, Format, Input, Style, Summary, diff, reference};
use cfn_igr::{Guard, Options, Source, catalogue, check, fix, routes};

/// The sample that the picture shows.
const SAMPLE: &str = "contact-form.yaml";
const COLUMNS: u32 = 104;
/// The sample whose routes docs/usage.md shows.
const SAMPLE_OF_ROUTES: &str = "lambda-errors.yaml";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Compares a file with what it should be, or writes it.
fn current(name: &str, expected: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path(name), expected).unwrap();
    }
    let actual = fs::read_to_string(path(name)).unwrap_or_default();
    assert!(actual == expected, "{name} is out of date; run UPDATE_DOCS=1 cargo test --test docs");
}

#[test]
fn the_routes_of_a_sample_are_current() {
    let guide = fs::read_to_string(path("docs/usage.md")).unwrap();
    current("docs/usage.md", &with_part(&guide, "routes", &routes_of_a_sample()));
}

/// One page for each rule, and no other.
#[test]
fn the_pages_of_rules_are_current() {
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    fs::create_dir_all(path("docs/rules")).unwrap();
    let mut expected = vec!["README.md".to_owned()];
    current("docs/rules/README.md", &reference::index());
    for entry in catalogue::all() {
        let name = format!("{}.md", entry.meta.name);
        current(&format!("docs/rules/{name}"), &reference::page(&entry));
        expected.push(name);
    }
    let mut names: Vec<_> =
        fs::read_dir(path("docs/rules")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    if update {
        for name in names.iter().filter(|name| !expected.contains(name)) {
            fs::remove_file(path("docs/rules").join(name)).unwrap();
        }
        names.retain(|name| expected.contains(name));
    }
    names.sort();
    expected.sort();
    assert_eq!(names, expected, "docs/rules has other pages; run UPDATE_DOCS=1 cargo test --test docs");
}

/// The text with this between the marks of a part.
fn with_part(text: &str, name: &str, part: &str) -> String {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let (before, rest) = text.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}{part}{end}{after}")
}

/// What the program shows of a sample's routes where there is no terminal.
fn routes_of_a_sample() -> String {
    let name = format!("sample-templates/{SAMPLE_OF_ROUTES}");
    let source = Source::new(name.as_str(), fs::read_to_string(path(&name)).unwrap());
    let (routes, _) = routes::read(&source, &Options::default());
    let style = Style { color: false, width: 80, verbose: false, repair: false };
    let shown = report::routes::Format::Text(style).input(&routes, &name);
    format!("```text\n$ cfn-igr routes {name}\n{}\n```\n", shown.trim_end())
}

/// What a terminal shows of a check and a repair, drawn from the program's own text.
#[test]
fn the_picture_of_a_terminal_is_current() {
    let source = Source::new(SAMPLE, fs::read_to_string(path("sample-templates").join(SAMPLE)).unwrap());
    let style = Style { color: true, width: usize::try_from(COLUMNS).unwrap(), verbose: false, repair: false };
    let report = |input: &Input<'_>| {
        let format = Format::Text(style);
        format.input(input) + &format.end(&Summary::of(input))
    };
    let options = Options { guard: Guard::bundled(), ..Options::default() };
    let checked = check(&source, &options);
    let found = report(&Input { source: &source, checked: &checked, repaired: &[], dropped: &[], folder: "" });

    let fixed = fix(&source, &options, Applicability::Safe);
    let changes = diff::unified(SAMPLE, source.text(), &fixed.text, diff::Style { color: true, escape: true });
    let new = Source::new(SAMPLE, fixed.text);
    let input =
        Input { source: &new, checked: &fixed.remaining, repaired: &fixed.applied, dropped: &fixed.dropped, folder: "" };

    let prompt = |command: &str| format!("\u{1b}[32m$\u{1b}[0m \u{1b}[1mcfn-igr {command} {SAMPLE}\u{1b}[0m\n");
    let screen = format!("{}{found}\n{}{changes}{}", prompt("check"), prompt("check --fix"), report(&input));
    current("docs/terminal.svg", &picture::svg("cfn-igr finds two mistakes and repairs them", &screen, COLUMNS));
}
