//! The look of the routes in terminals of several widths.
//!
//! `tests/routes/NAME.yaml` is shown as `NAME.80.txt` and `NAME.140.txt`, and `NAME.json`. With `UPDATE_FIXTURES=1` they are
//! written anew: read them before you accept them.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::fs;
use std::path::{Path, PathBuf};

use cfn_igr::report::routes::Format;
use cfn_igr::report::{Style, Summary, escape::is_hidden};
use cfn_igr::routes::{self, Routes};
use cfn_igr::{Options, Source};

const NARROW: usize = 80;
const WIDE: usize = 140;

/// All files with this ending below a folder.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| endings.iter().any(|ending| extension == *ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn source(path: &Path) -> Source {
    Source::decode(path.file_name().unwrap().to_str().unwrap(), fs::read(path).unwrap()).unwrap()
}

fn shown(routes: &Routes, source: &Source, width: usize, color: bool) -> String {
    Format::Text(Style { color, width, verbose: false, repair: false }).input(routes, source.name())
}

#[test]
fn routes_are_shown_as_recorded() {
    let mut wrong = Vec::new();
    let schema = serde_json::from_str(&fs::read_to_string("docs/routes.schema.json").unwrap()).unwrap();
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    let fixtures = files("tests/routes", &["yaml"]);
    assert!(fixtures.len() >= 3, "{fixtures:?}");
    for path in fixtures {
        let source = source(&path);
        let (routes, _) = routes::read(&source, &Options::default());
        let json = Format::Json;
        let json = json.begin().to_owned() + &json.input(&routes, source.name()) + &json.end(&Summary::default(), &[], 1);
        let mut json: serde_json::Value = serde_json::from_str(&json).unwrap();
        // Whether objects keep the order of their keys depends on the crates that are built with.
        json.sort_all_objects();
        wrong.extend(schema.iter_errors(&json).map(|error| format!("{error} at {}", error.instance_path)));
        let json = serde_json::to_string_pretty(&json).unwrap() + "\n";
        let (narrow, wide) = (shown(&routes, &source, NARROW, false), shown(&routes, &source, WIDE, false));
        for (ending, text) in [("80.txt", narrow), ("140.txt", wide), ("json", json)] {
            let recorded = path.with_extension(ending);
            if std::env::var_os("UPDATE_FIXTURES").is_some() {
                fs::write(&recorded, &text).unwrap();
            }
            if fs::read_to_string(&recorded).unwrap_or_default() != text {
                wrong.push(format!("{} should be\n{text}", recorded.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "UPDATE_FIXTURES=1 writes them anew\n\n{}", wrong.join("\n"));
}

/// No line is wider than the terminal, nothing hidden comes through, and colours change nothing else.
#[test]
fn every_text_fits_and_is_harmless() {
    for path in files("tests/rules", &["yaml", "json"]).into_iter().chain(files("sample-templates", &["yaml", "json"])) {
        let source = source(&path);
        let (routes, _) = routes::read(&source, &Options::default());
        for width in [50, 80, 110, 140, 400] {
            let text = shown(&routes, &source, width, false);
            for (number, line) in text.lines().enumerate() {
                // The file's name stands first, in one piece.
                assert!(number == 0 || line.chars().count() <= width, "{}: wider than {width}: {line}", path.display());
                assert!(!line.chars().any(is_hidden) && line.trim_end() == line, "{}: {line:?}", path.display());
            }
            assert_eq!(without_colors(&shown(&routes, &source, width, true)), text, "{}", path.display());
        }
    }
}

fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').unwrap().1)
}
