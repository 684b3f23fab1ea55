//! The generated parts of the documentation: the tables of rules and the routes of a sample in README.md, and the picture of
//! a terminal.
//!
//! With `UPDATE_DOCS=1` they are written anew.

#![cfg(feature = "guard")]
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[path = "harness/picture.rs"]
mod picture;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cfn_igr::edit::Applicability;
use cfn_igr::report::{self, Format, Input, Style, Summary, diff};
use cfn_igr::rule::FixPromise;
use cfn_igr::{Guard, Options, Source, catalogue, check, fix, routes};

/// The sample that the picture shows.
const SAMPLE: &str = "contact-form.yaml";
const COLUMNS: u32 = 104;
/// The sample whose routes README.md shows.
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

/// One test, as it writes one file.
#[test]
fn the_generated_parts_of_the_readme_are_current() {
    let readme = fs::read_to_string(path("README.md")).unwrap();
    let readme = with_part(&readme, "routes", &routes_of_a_sample());
    let readme = with_part(&readme, "guard", &table_of_guard_rules());
    current("README.md", &with_part(&readme, "rules", &table_of_rules()));
}

/// The text with this between the marks of a part.
fn with_part(text: &str, name: &str, part: &str) -> String {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let (before, rest) = text.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}{part}{end}{after}")
}

fn table_of_rules() -> String {
    let mut table = "| rule | severity | what it finds | repair |\n| --- | --- | --- | --- |\n".to_owned();
    for entry in catalogue::all().filter(|entry| !entry.is_guard) {
        let (meta, file) = (entry.meta, entry.file);
        let (severity, fix) = (meta.severity.as_str(), repair(meta.fix));
        let _ = writeln!(table, "| [`{}`]({file}) | {severity} | {} | {fix} |", meta.name, meta.summary);
    }
    table
}

fn table_of_guard_rules() -> String {
    let mut table = "| rule | severity | runs | what it finds | repair |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for entry in catalogue::all().filter(|entry| entry.is_guard) {
        let (meta, file) = (entry.meta, entry.file);
        let (severity, fix, runs) = (meta.severity.as_str(), repair(meta.fix), if entry.on { "always" } else { "if asked" });
        let _ = writeln!(table, "| [`{}`]({file}) | {severity} | {runs} | {} | {fix} |", meta.name, meta.summary);
    }
    table
}

fn repair(fix: FixPromise) -> &'static str {
    match fix {
        FixPromise::Never => "",
        FixPromise::Sometimes(grade) => grade.as_str(),
    }
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
    let found = report(&Input { source: &source, checked: &checked, repaired: &[], dropped: &[] });

    let fixed = fix(&source, &options, Applicability::Safe);
    let changes = diff::unified(SAMPLE, source.text(), &fixed.text, diff::Style { color: true, escape: true });
    let new = Source::new(SAMPLE, fixed.text);
    let input = Input { source: &new, checked: &fixed.remaining, repaired: &fixed.applied, dropped: &fixed.dropped };

    let prompt = |command: &str| format!("\u{1b}[32m$\u{1b}[0m \u{1b}[1mcfn-igr {command} {SAMPLE}\u{1b}[0m\n");
    let screen = format!("{}{found}\n{}{changes}{}", prompt("check"), prompt("check --fix"), report(&input));
    current("docs/terminal.svg", &picture::svg("cfn-igr finds two mistakes and repairs them", &screen, COLUMNS));
}
