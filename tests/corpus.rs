//! Real templates and labelled defects, which are not part of this repository.
//!
//! `make corpus` names the folder that holds `corpus/` and `bench-sample/` in `CFN_IGR_SHARED`; without it, or where
//! there is no such folder, the tests say so and pass. With `UPDATE_RECORDED=1` the recorded findings are written anew.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use cfn_igr::edit::{Applicability, Change};
use cfn_igr::lang::velocity::{self, Refusal};
use cfn_igr::{Checked, Document, Fixed, Options, Severity, Source, check, fix, syntax};
#[cfg(feature = "guard")]
use cfn_igr::{Finding, Guard, check_all};
use serde::Deserialize;
use serde_yaml::Value;
use similar::{ChangeTag, TextDiff};

const RECORDED: &str = "tests/recorded/corpus-findings.tsv";

/// Extensions of files that can be templates.
const EXTENSIONS: [&str; 4] = ["yaml", "yml", "json", "template"];

/// Cases of `bench-sample` whose classes have no rule yet, each with what is missing.
const NOT_COVERED: [(&str, &str); 1] = [("static-unquoted-openapi-body", "OpenAPI bodies")];

/// A folder beside the tests; `None`, with a line that says so, where it is missing.
fn shared(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("CFN_IGR_SHARED") else {
        println!("skipped: CFN_IGR_SHARED names no folder with {name}/ (see `make corpus`)");
        return None;
    };
    let folder = Path::new(&folder).join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: there is no folder {}", folder.display());
    None
}

/// All files below a folder with their names from there, in order.
fn files(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                found.push((name, path));
            }
        }
    }
    found.sort();
    found
}

/// The files of the corpus that are checked when the folder is: templates, and broken files that were meant to be some.
fn templates(folder: &Path) -> Vec<(Source, Checked)> {
    let mut found = Vec::new();
    for (name, path) in files(folder) {
        // Every file must be read without a panic, also one that is no template.
        let Ok(source) = Source::decode(name.as_str(), fs::read(&path).unwrap()) else { continue };
        let checked = check(&source, &Options::default());
        assert!(checked.failed_rules.is_empty(), "{name}: {:?} failed", checked.failed_rules);
        let named = EXTENSIONS.iter().any(|extension| path.extension().is_some_and(|found| found == *extension));
        let meant = match checked.document {
            Document::Template => true,
            Document::Broken => named && source.text().contains("AWS::") && source.text().contains("ApiGateway"),
            Document::Other => false,
        };
        if meant {
            found.push((source, checked));
        }
    }
    found
}

#[test]
fn findings_are_the_recorded_ones() {
    let Some(folder) = shared("corpus") else { return };
    let mut rows = "file\tline\tcolumn\trule\tseverity\n".to_owned();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let templates = templates(&folder);
    for (source, checked) in &templates {
        for finding in &checked.findings {
            let at = source.position(finding.span.start());
            let (name, rule, severity) = (source.name(), finding.rule, finding.severity.as_str());
            let _ = writeln!(rows, "{name}\t{}\t{}\t{rule}\t{severity}", at.line, at.column);
            *counts.entry(rule).or_default() += 1;
        }
    }
    println!("{} templates", templates.len());
    for (rule, count) in counts {
        println!("{count:6} {rule}");
    }
    recorded(RECORDED, &rows);
}

/// Compares rows with a file of recorded ones, or writes it.
fn recorded(file: &str, rows: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_RECORDED").is_some() {
        fs::write(&path, rows).unwrap();
    }
    let recorded = fs::read_to_string(&path).unwrap_or_default();
    let difference = TextDiff::from_lines(recorded.as_str(), rows).unified_diff().context_radius(0).to_string();
    assert!(
        difference.is_empty(),
        "the findings changed (- recorded, + now):\n{difference}\nread them, then: UPDATE_RECORDED=1 make corpus"
    );
}

/// All bundled Guard rules run on all of it, also those that are off. What those that are on say above an info is recorded, and
/// nothing of it stands in templates without a defect.
#[test]
#[cfg(feature = "guard")]
fn guard_findings_are_the_recorded_ones() {
    use cfn_igr::guard::{BUNDLED, RuleFile};
    let options = |all: bool| {
        let mut guard = Guard::bundled();
        let more = BUNDLED.iter().filter(|_| all);
        more.for_each(|rule| guard.add_bundled(rule.meta.name));
        Options { guard, ..Options::default() }
    };
    let Some(folder) = shared("corpus") else { return };
    let sources: Vec<Source> = templates(&folder).into_iter().map(|(source, _)| source).collect();
    // The files as a user would name them get whole templates, and fail on the same.
    let mut files_of_rules = Guard::default();
    for rule in BUNDLED {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(rule.file)).unwrap();
        files_of_rules.add(RuleFile::read(rule.file, text).unwrap());
    }
    let others = check_all(&sources, &Options { guard: files_of_rules, ..Options::default() });
    let of_guard = |checked: &Checked| {
        let known = |finding: &&Finding| BUNDLED.iter().any(|rule| rule.meta.name == finding.rule.replace('_', "-"));
        let key = |finding: &Finding| (finding.span, finding.rule.replace('_', "-"));
        let mut keys: Vec<_> = checked.findings.iter().filter(known).map(key).collect();
        keys.sort();
        keys
    };
    for ((source, checked), other) in sources.iter().zip(check_all(&sources, &options(true))).zip(others) {
        assert_eq!(of_guard(&checked), of_guard(&other), "{}", source.name());
        assert!(
            checked.failed_rules.is_empty() && checked.failed_guard.is_empty(),
            "{}: {:?}",
            source.name(),
            checked.failed_rules
        );
    }
    let serious =
        |finding: &Finding| finding.severity > Severity::Info && BUNDLED.iter().any(|rule| rule.meta.name == finding.rule);
    let mut rows = "file\tline\tcolumn\trule\tseverity\n".to_owned();
    for (source, checked) in sources.iter().zip(check_all(&sources, &options(false))) {
        for finding in checked.findings.iter().filter(|finding| serious(finding)) {
            let at = source.position(finding.span.start());
            let (name, rule, severity) = (source.name(), finding.rule, finding.severity.as_str());
            let _ = writeln!(rows, "{name}\t{}\t{}\t{rule}\t{severity}", at.line, at.column);
        }
    }
    recorded("tests/recorded/corpus-guard-findings.tsv", &rows);
    let Some(cases) = shared("bench-sample") else { return };
    for (name, path) in files(&cases.join("cases")).into_iter().filter(|(name, _)| name.contains("/good.")) {
        let checked = check(&Source::new(name.as_str(), fs::read_to_string(path).unwrap()), &options(false));
        assert!(!checked.findings.iter().any(serious), "{name}: {:?}", checked.findings);
    }
}

#[test]
fn repairs_keep_everything_else() {
    let Some(folder) = shared("corpus") else { return };
    let (mut changed, mut repaired, mut several) = (0, 0, 0);
    let mut failures = Vec::new();
    for (source, checked) in templates(&folder) {
        for grade in [Applicability::Safe, Applicability::Unsafe] {
            let fixed = fix(&source, &Options::default(), grade);
            if let Err(what) = keeps_everything_else(&source, &checked, &fixed, grade) {
                failures.push(format!("{} ({}): {what}", source.name(), grade.as_str()));
            }
            changed += usize::from(fixed.text != source.text());
            several += usize::from(fixed.rounds > 1);
            repaired += fixed.applied.len();
        }
    }
    println!("{changed} texts changed by {repaired} repairs, {several} of them in several rounds");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn keeps_everything_else(source: &Source, checked: &Checked, fixed: &Fixed, grade: Applicability) -> Result<(), String> {
    let new = Source::new(source.name(), fixed.text.clone());
    if fixed.text == source.text() {
        return ensure(fixed.applied.is_empty(), "repairs without a change");
    }
    let (tree, after) = (syntax::parse(source), syntax::parse(&new));
    ensure(after.errors().len() <= tree.errors().len(), "does not parse any more")?;
    ensure(!reads(source.text()) || reads(&fixed.text), "another parser does not read it any more")?;
    ensure(fix(&new, &Options::default(), grade).text == fixed.text, "is changed by a second repair")?;
    let deletes = fixed.applied.iter().filter_map(|applied| applied.finding.fix.as_ref()).flat_map(|fix| &fix.changes);
    let deletes = deletes.into_iter().any(|change| matches!(change, Change::Delete { .. }));
    ensure(deletes || comments(source) == comments(&new), "loses or changes comments")?;
    if fixed.rounds == 1 {
        outside_stays(source, checked, fixed)?;
    }
    Ok(())
}

/// Every line that is not the original's stands where an edit of some repaired finding is.
fn outside_stays(source: &Source, checked: &Checked, fixed: &Fixed) -> Result<(), String> {
    let line = |byte: usize| source.position(byte).line;
    let repaired = |finding: &&cfn_igr::Finding| fixed.applied.iter().any(|applied| applied.finding == **finding);
    let repairs = checked.findings.iter().filter(repaired).filter_map(|finding| finding.fix.as_ref());
    let planned: Vec<RangeInclusive<usize>> = repairs
        .flat_map(|fix| &fix.edits)
        // An insertion stands before or behind the line that holds its place.
        .map(|edit| line(edit.span.start()).saturating_sub(1)..=line(edit.span.end()) + 1)
        .collect();
    let mut number = 1;
    for change in TextDiff::from_lines(source.text(), fixed.text.as_str()).iter_all_changes() {
        let inside = planned.iter().any(|lines| lines.contains(&number));
        ensure(change.tag() == ChangeTag::Equal || inside, &format!("line {number} is no place of a repair and changed"))?;
        number += usize::from(change.tag() != ChangeTag::Insert);
    }
    Ok(())
}

fn ensure(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}

/// Whether a parser that has nothing to do with this one reads the text.
fn reads(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') && serde_json::from_str::<serde_json::Value>(text).is_ok() {
        return true;
    }
    serde_yaml::from_str::<Value>(text).is_ok()
}

fn comments(source: &Source) -> Vec<String> {
    let tree = syntax::parse(source);
    let mut comments: Vec<_> = tree.comments().iter().map(|span| source.slice(*span).trim_end().to_owned()).collect();
    comments.sort();
    comments
}

const VELOCITY: &str = include_str!("recorded/velocity-corpus.tsv");

/// Every text with a dollar sign or a hash is read as a mapping template, whether it is one or not.
#[test]
fn texts_are_read_as_velocity_reads_them() {
    let Some(folder) = shared("corpus") else { return };
    let rows = VELOCITY.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    let verdicts: BTreeMap<&str, &str> = rows.collect();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (name, path) in files(&folder) {
        let Ok(source) = Source::decode(name.as_str(), fs::read(&path).unwrap()) else { continue };
        let tree = syntax::parse(&source);
        for text in tree.ids().filter_map(|node| tree.text(node)).filter(|text| text.contains(['$', '#'])) {
            let outcome = match velocity::parse(text) {
                Err(Refusal::Syntax(error)) if !error.in_preparation => error.to_string(),
                Ok(_) | Err(Refusal::Syntax(_)) => "ok".to_owned(),
                Err(Refusal::NotAnalysed) => "not analysed".to_owned(),
            };
            seen.insert(hash(text), outcome);
        }
    }
    let asked: Vec<_> =
        seen.iter().filter_map(|(hash, outcome)| Some((hash, verdicts.get(hash.as_str())?, outcome))).collect();
    let refused = asked.iter().filter(|(_, verdict, _)| **verdict != "ok").count();
    println!("{} texts compared, {refused} of them refused", asked.len());
    let wrong: Vec<_> = asked.iter().filter(|(_, verdict, outcome)| (**verdict == "ok") != (*outcome == "ok")).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(asked.len() * 10 > verdicts.len() * 9, "of {} recorded texts only {} were seen", verdicts.len(), asked.len());
}

/// FNV-1a, 64 bits, as `make_velocity.py` has it.
fn hash(text: &str) -> String {
    let made =
        text.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |made, byte| (made ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    format!("{made:016x}")
}

#[derive(Deserialize)]
struct Case {
    class: String,
    expected_lines: Vec<(usize, usize)>,
    fix_mechanical: bool,
}

#[test]
fn labelled_defects_are_found_and_repaired() {
    let Some(folder) = shared("bench-sample") else { return };
    let mut failures = Vec::new();
    let (mut found, mut repaired, mut silent) = (0, 0, 0);
    let mut folders: Vec<_> = fs::read_dir(folder.join("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let case: Case = serde_yaml::from_str(&fs::read_to_string(folder.join("case.yaml")).unwrap()).unwrap();
        let good = one_of(&folder, "good").expect("a good file");
        let covered = case.class != "trap" && !NOT_COVERED.iter().any(|(slug, _)| name.ends_with(slug));
        let mut expect = |holds: bool, what: String| failures.extend((!holds).then(|| format!("{name}: {what}")));
        let wrong = serious(&good);
        expect(wrong.is_empty(), format!("the good file has findings at {wrong:?}"));
        expect(repair(&good).text == good.text(), "the good file is changed".to_owned());
        silent += 1;
        let Some(bad) = one_of(&folder, "bad") else { continue };
        let after = repair(&bad);
        if !case.fix_mechanical {
            expect(after.text == bad.text(), "a person has to decide, and it is changed".to_owned());
        }
        if !covered {
            continue;
        }
        let lines = serious(&bad);
        let near = |line: &usize| case.expected_lines.iter().any(|(first, last)| (first - 1..=last + 1).contains(line));
        expect(lines.iter().any(near), format!("expected a finding at {:?}, found {lines:?}", case.expected_lines));
        found += 1;
        if case.fix_mechanical {
            let same = meaning(&after.text) == meaning(good.text());
            expect(same, format!("is repaired in another way:\n{}", difference(good.text(), &after.text)));
            repaired += 1;
        }
    }
    println!("{found} defects, {repaired} with a mechanical repair, {silent} good files");
    for (slug, what) in NOT_COVERED {
        println!("not covered: {slug} ({what})");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn one_of(folder: &Path, stem: &str) -> Option<Source> {
    let paths = EXTENSIONS.iter().map(|extension| folder.join(format!("{stem}.{extension}")));
    let path = paths.into_iter().find(|path| path.exists())?;
    Source::decode(path.to_str().unwrap(), fs::read(&path).unwrap()).ok()
}

/// The lines of findings that count.
fn serious(source: &Source) -> Vec<usize> {
    let checked = check(source, &Options::default());
    let findings = checked.findings.iter().filter(|finding| finding.severity > Severity::Info);
    findings.map(|finding| source.position(finding.span.start()).line).collect()
}

fn repair(source: &Source) -> Fixed {
    fix(source, &Options::default(), Applicability::Safe)
}

fn difference(expected: &str, actual: &str) -> String {
    TextDiff::from_lines(expected, actual).unified_diff().context_radius(1).to_string()
}

/// A template without what does not matter: order of keys, of responses and of header names in one header, spelling of
/// numbers and of intrinsic functions.
fn meaning(text: &str) -> serde_json::Value {
    let value: Value = serde_yaml::from_str(text.trim_start_matches('\u{feff}')).unwrap();
    plain(&value, "")
}

fn plain(value: &Value, key: &str) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::String(value.to_string()),
        Value::Number(value) => Json::String(value.to_string()),
        Value::String(text) => serde_json::from_str(text)
            .ok()
            .filter(|_| key == "application/json")
            .unwrap_or_else(|| Json::String(header_names(text, key))),
        Value::Sequence(items) => {
            let mut items: Vec<_> = items.iter().map(|item| plain(item, key)).collect();
            if matches!(key, "IntegrationResponses" | "MethodResponses" | "DependsOn") {
                items.sort_by_key(ToString::to_string);
            }
            Json::Array(items)
        }
        Value::Mapping(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let key = key.as_str().map_or_else(|| plain(key, "").to_string(), str::to_owned);
                let value = plain(value, &key);
                (key, value)
            });
            let mut object: serde_json::Map<_, _> = entries.collect();
            // The model that a response has anyway.
            if object.get("ResponseModels") == Some(&serde_json::json!({"application/json": "Empty"})) {
                object.remove("ResponseModels");
            }
            Json::Object(object)
        }
        Value::Tagged(tagged) => {
            let name = tagged.tag.to_string().trim_start_matches('!').to_owned();
            let long = if matches!(name.as_str(), "Ref" | "Condition") { name } else { format!("Fn::{name}") };
            Json::Object([(long, plain(&tagged.value, key))].into_iter().collect())
        }
    }
}

/// `Allow-Methods` and `Allow-Headers` are lists in one text.
fn header_names(text: &str, key: &str) -> String {
    let listed = ["Access-Control-Allow-Methods", "Access-Control-Allow-Headers"].iter().any(|name| key.ends_with(name));
    let mut names: Vec<_> = text.trim_matches('\'').split(',').map(str::trim).collect();
    names.sort_unstable();
    if listed { format!("'{}'", names.join(",")) } else { text.to_owned() }
}
