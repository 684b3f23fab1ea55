//! The formats of reports, held against the published schemas of those who read them (`tests/schemas/`), on the samples and
//! on templates that try to be more than text: forged annotations, terminal escapes, ends of XML, reordered text.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use cfn_igr::finding::{Suppressed, SuppressedBy};
use cfn_igr::report::escape::is_hidden;
use cfn_igr::report::{Format, Input, Summary};
use cfn_igr::{Options, Source, check};
use serde_json::{Value, json};
use uppsala::{Document, NodeId, XsdValidator};

/// Everything that means something to a terminal, a log, a browser or a parser.
const HOSTILE: &str = "::error file=x::forged\n::add-mask::y\r\n%0A::z ]]> \u{1b}]0;owned\u{7}\u{9b}31m\u{202e}cba\u{200b} \"/><x a='&#0;'> \
    ##[error]w ##vso[task.complete] | `c` <script> [l](javascript:0) {0} \u{b}\u{ffff}\u{2028} -::error::v";

const FORMATS: [&str; 9] = ["text", "short", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle"];

/// A template with the text as key and value wherever there can be one.
fn hostile_template() -> String {
    let value = json!({
        "StatusCode": HOSTILE,
        "SelectionPattern": format!("{{{HOSTILE}"),
        "ContentHandling": HOSTILE,
        "ResponseParameters": {
            format!("method.response.header.{HOSTILE}"): HOSTILE,
            "method.response.header.X": HOSTILE,
            "method.response.header.Y": format!("method.request.{HOSTILE}"),
            HOSTILE: HOSTILE,
        },
        "ResponseTemplates": { HOSTILE: HOSTILE, "application/json": format!("{HOSTILE} #if($x)"), "a/b": format!("$context.{HOSTILE}") },
    });
    let method = json!({
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "HttpMethod": HOSTILE,
            "AuthorizationType": HOSTILE,
            "RequestParameters": { format!("method.request.header.{HOSTILE}"): true },
            "Integration": {
                "Type": "HTTP",
                "IntegrationHttpMethod": "GET",
                "Uri": format!("https://example.com/{HOSTILE}"),
                "RequestParameters": { format!("integration.request.header.{HOSTILE}"): HOSTILE },
                "IntegrationResponses": [value, { "StatusCode": "200" }, { "StatusCode": "404" }],
            },
            "MethodResponses": [
                { "StatusCode": "200", "ResponseParameters": { "method.response.header.X": HOSTILE }, "ResponseModels": { HOSTILE: HOSTILE } },
            ],
        },
    });
    let gateway = json!({ "Type": "AWS::ApiGateway::GatewayResponse", "Properties": { "ResponseType": HOSTILE, "RestApiId": HOSTILE } });
    let name = Value::from(HOSTILE);
    // One key twice, which no value can hold.
    format!("{{\"Resources\": {{{name}: {method},\n{name}: {method},\n\"Gateway\": {gateway}}}}}\n")
}

/// A folder with hostile templates, one of them under a hostile name.
fn hostile_folder() -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let template = hostile_template();
    // In YAML the text also stands as it is, in a comment and a block; control characters it forbids.
    let plain: String = HOSTILE.chars().filter(|c| !c.is_control() && *c != '\u{ffff}').collect();
    let yaml = format!(
        "# {plain}\nResources:\n  M:\n    Type: AWS::ApiGateway::Method\n    Properties:\n      HttpMethod: GET\n      Integration:\n        \
         Type: HTTP\n        IntegrationHttpMethod: GET\n        Uri: https://example.com\n        IntegrationResponses:\n          \
         - StatusCode: '200'\n            ResponseParameters:\n              method.response.header.X: |-\n                {plain}\n\
         ::error::at the beginning of a line: x\n"
    );
    let mut names = vec!["t.json".to_owned(), "t.yaml".to_owned()];
    fs::write(folder.path().join("t.json"), &template).unwrap();
    fs::write(folder.path().join("t.yaml"), yaml).unwrap();
    if cfg!(target_os = "linux") {
        let name = HOSTILE.replace(['/', '\u{0}'], "") + ".json";
        fs::write(folder.path().join(&name), &template).unwrap();
        names.push(name);
    }
    names.push(HOSTILE.to_owned());
    (folder, names)
}

fn run(folder: &Path, command: &[&str], names: &[String]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_cfn-igr"));
    program.args(command).arg("--").args(names).current_dir(folder);
    program.env_remove("GITHUB_ACTIONS").env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    program.output().unwrap()
}

fn stdout(folder: &Path, format: &str, names: &[String]) -> String {
    String::from_utf8(run(folder, &["check", "--format", format], names).stdout).unwrap()
}

/// What no output may hold, whoever reads it.
fn assert_harmless(text: &str, of: &str) {
    assert_visible(text, of);
    for marker in ["##[", "##vso["] {
        assert!(!text.contains(marker), "{of}: {marker}\n{text}");
    }
}

/// Nothing that a reader does not see, or sees elsewhere.
fn assert_visible(text: &str, of: &str) {
    let hidden: Vec<_> = text.chars().filter(|c| is_hidden(*c) && *c != '\n').collect();
    assert!(hidden.is_empty(), "{of}: {hidden:?}\n{text:?}");
}

/// No line is a command to GitHub's runner, which passes over blanks before it.
fn assert_no_command(text: &str, of: &str) {
    let command = text.lines().find(|line| line.trim_start().starts_with("::"));
    assert_eq!(command, None, "{of}");
}

#[test]
fn hostile_text_is_clean_in_every_format() {
    let (folder, names) = hostile_folder();
    for format in FORMATS {
        for more in [&[][..], &["--verbose"], &["--quiet"]] {
            let output = run(folder.path(), &[&["check", "--format", format], more].concat(), &names);
            assert_eq!(output.status.code(), Some(3), "{format}: a name that is no file");
            for stream in [output.stdout, output.stderr] {
                let text = String::from_utf8(stream).unwrap();
                if format == "github" {
                    // All of a line is one command; another one within it is text.
                    assert_visible(&text, format);
                } else {
                    assert_harmless(&text, format);
                    assert_no_command(&text, format);
                }
            }
        }
    }
    for format in ["text", "json"] {
        let output = run(folder.path(), &["routes", "--format", format], &names);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("forged"), "{text}");
        assert_harmless(&text, "routes");
        assert_no_command(&text, "routes");
    }
}

/// The findings of the JSON report, which everything else is compared with.
fn findings(folder: &Path, names: &[String]) -> Vec<Value> {
    let report: Value = serde_json::from_str(&stdout(folder, "json", names)).unwrap();
    let schema = serde_json::from_str(&fs::read_to_string("docs/report.schema.json").unwrap()).unwrap();
    assert_valid(&jsonschema::draft202012::new(&schema).unwrap(), &report);
    report.pointer("/findings").and_then(Value::as_array).unwrap().clone()
}

fn assert_valid(schema: &jsonschema::Validator, value: &Value) {
    let wrong: Vec<_> = schema.iter_errors(value).map(|error| format!("{error} at {}", error.instance_path)).collect();
    assert!(wrong.is_empty(), "{}\n{value}", wrong.join("\n"));
}

/// Folders to report on: hostile templates, and the samples with their many rules.
fn folders() -> Vec<(tempfile::TempDir, Vec<String>)> {
    let samples = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    for entry in fs::read_dir("sample-templates").unwrap().chain(fs::read_dir("tests/cli/files").unwrap()) {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "json") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            fs::copy(&path, samples.path().join(&name)).unwrap();
            names.push(name);
        }
    }
    names.sort();
    vec![hostile_folder(), (samples, names)]
}

#[test]
fn lines_say_what_the_object_says() {
    let mut schema: Value = serde_json::from_str(&fs::read_to_string("docs/report.schema.json").unwrap()).unwrap();
    let root = schema.as_object_mut().unwrap();
    root.retain(|key, _| key == "$schema" || key == "$defs");
    root.insert("$ref".to_owned(), json!("#/$defs/line"));
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    for (folder, names) in folders() {
        let text = stdout(folder.path(), "jsonl", &names);
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for line in &lines {
            assert_valid(&schema, line);
        }
        assert_eq!(lines[0], json!({"version": 1}));
        let found: Vec<_> = lines.iter().filter_map(|line| line.get("finding").cloned()).collect();
        assert_eq!(found, findings(folder.path(), &names));
        assert!(lines.last().unwrap().get("end").is_some());
    }
}

fn sarif_schema() -> jsonschema::Validator {
    let schema = fs::read_to_string("tests/schemas/sarif-schema-2.1.0.json").unwrap();
    jsonschema::draft7::new(&serde_json::from_str(&schema).unwrap()).unwrap()
}

#[test]
fn sarif_is_valid_and_its_texts_are_text() {
    let schema = sarif_schema();
    for (folder, names) in folders() {
        let log: Value = serde_json::from_str(&stdout(folder.path(), "sarif", &names)).unwrap();
        assert_valid(&schema, &log);
        let run = &log["runs"][0];
        let (results, findings) = (run["results"].as_array().unwrap(), findings(folder.path(), &names));
        let found: Vec<_> = findings.iter().map(|finding| &finding["rule"]).collect();
        assert_eq!(results.iter().map(|result| &result["ruleId"]).collect::<Vec<_>>(), found);
        let rules: BTreeSet<_> =
            run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(rules, found.iter().map(|rule| rule.as_str().unwrap()).collect());
        let mut marks = BTreeSet::new();
        for result in results {
            let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            assert!(
                marks.insert(format!("{place} {}", result["partialFingerprints"]["cfnIgr/v1"])),
                "two results have one mark: {result}"
            );
            let uri = place.as_str().unwrap();
            assert!(uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&byte)), "{uri}");
            shown(result, &mut |key, text| {
                assert_visible(text, "SARIF");
                assert!(key != "text" || !text.replace("\\](", "").contains("]("), "a link: {text}");
                let argument = text.replace("{{", "").split('{').skip(1).any(|behind| behind.starts_with("0}"));
                assert!(key != "text" || !argument, "a placeholder: {text}");
            });
        }
    }
}

/// All texts of a result that people see.
fn shown(value: &Value, see: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                match value.as_str() {
                    Some(text) if matches!(key.as_str(), "text" | "name" | "fullyQualifiedName" | "justification") => {
                        see(key, text);
                    }
                    // What is inserted is exact.
                    _ if key == "insertedContent" => {}
                    _ => shown(value, see),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| shown(item, see)),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// The replacements of SARIF do what `--fix` does, by bytes and by lines and columns.
#[test]
fn fixes_in_sarif_can_be_applied() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        fs::read_to_string("tests/cli/files/pets.yaml").unwrap().replace("Resources:", "# caf\u{e9} \u{1f600}\nResources:");
    fs::write(folder.path().join("t.yaml"), &text).unwrap();
    let log: Value = serde_json::from_str(&stdout(folder.path(), "sarif", &["t.yaml".to_owned()])).unwrap();
    let replacements = log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"].as_array().unwrap();
    let source = Source::new("t.yaml", text.clone());
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let mut repaired = text;
    for replacement in replacements.iter().rev() {
        let region = &replacement["deletedRegion"];
        let (start, length) = (number(&region["byteOffset"]), number(&region["byteLength"]));
        let (from, to) = (source.position(start), source.position(start + length));
        assert_eq!((number(&region["startLine"]), number(&region["startColumn"])), (from.line, from.column));
        assert_eq!((number(&region["endLine"]), number(&region["endColumn"])), (to.line, to.column));
        repaired.replace_range(start..start + length, replacement["insertedContent"]["text"].as_str().unwrap_or(""));
    }
    assert!(run(folder.path(), &["check", "--fix"], &["t.yaml".to_owned()]).status.success());
    assert_eq!(repaired, fs::read_to_string(folder.path().join("t.yaml")).unwrap());
}

#[test]
fn gitlab_gets_what_it_reads() {
    let schema = fs::read_to_string("tests/schemas/codeclimate.json").unwrap();
    let schema = jsonschema::draft7::new(&serde_json::from_str(&schema).unwrap()).unwrap();
    for (folder, names) in folders() {
        let issues: Value = serde_json::from_str(&stdout(folder.path(), "gitlab", &names)).unwrap();
        let issues = issues.as_array().unwrap();
        assert_eq!(issues.len(), findings(folder.path(), &names).len());
        for issue in issues {
            assert_valid(&schema, issue);
            assert_visible(issue["description"].as_str().unwrap(), "GitLab");
            assert!(["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap()));
            assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0);
        }
        let marks: BTreeSet<_> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(marks.len(), issues.len(), "fingerprints are unique");
    }
}

/// One command for each finding, whatever the texts hold.
#[test]
fn annotations_are_as_many_as_findings() {
    for (folder, names) in folders() {
        let found = findings(folder.path(), &names).len();
        let failed = names.iter().filter(|name| !folder.path().join(name).is_file()).count();
        let text = stdout(folder.path(), "github", &names);
        assert_eq!(text.lines().count(), found + failed);
        for line in text.lines() {
            assert!(
                ["::error file=", "::warning file=", "::notice file="].iter().any(|start| line.starts_with(start)),
                "{line}"
            );
        }
        let summary = fs::read_to_string(folder.path().join("summary.md")).unwrap();
        assert_harmless(&summary, "job summary");
        let rows: Vec<_> = summary.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(rows.len(), found + 2);
        for row in rows.iter().skip(2) {
            assert_eq!(row.matches('|').count(), 6, "{row}");
            assert!(!row.contains(['<', '>', '[', '`', '@', '$', '*', '(', ':']), "{row}");
        }
    }
}

fn xml(text: &str) -> Document<'_> {
    uppsala::parse(text).map_err(|error| format!("{error}\n{text}")).unwrap()
}

fn elements<'d>(document: &'d Document<'_>, name: &str) -> Vec<(NodeId, &'d uppsala::Element<'d>)> {
    let all = document.get_elements_by_tag_name(name).into_iter();
    all.filter_map(|id| Some((id, document.element(id)?))).collect()
}

#[test]
fn junit_is_valid() {
    let schema = fs::read_to_string("tests/schemas/junit-10.xsd").unwrap();
    let schema = XsdValidator::from_schema(&xml(&schema)).unwrap();
    assert!(
        !schema.validate(&xml("<testsuites><testcase name='x'/></testsuites>")).is_empty(),
        "the schema refuses something"
    );
    for (folder, names) in folders() {
        let text = stdout(folder.path(), "junit", &names);
        let document = xml(&text);
        let wrong: Vec<_> = schema.validate(&document).iter().map(ToString::to_string).collect();
        assert!(wrong.is_empty(), "{}\n{text}", wrong.join("\n"));
        let found = findings(folder.path(), &names);
        let infos = found.iter().filter(|finding| finding["severity"] == "info").count();
        let failures = elements(&document, "failure");
        assert_eq!(failures.len(), found.len() - infos);
        assert_eq!(elements(&document, "system-out").len(), infos);
        assert_eq!(elements(&document, "testsuite").len(), names.len());
        for (_, suite) in elements(&document, "testsuite") {
            assert_harmless(suite.get_attribute("name").unwrap(), "JUnit");
        }
        for (id, failure) in failures {
            assert_harmless(failure.get_attribute("message").unwrap(), "JUnit");
            assert_harmless(&document.text_content_deep(id), "JUnit");
        }
    }
}

/// Checkstyle has no published schema. Its readers ask for a version, and a line, a severity, a message and a source each.
#[test]
fn checkstyle_is_what_its_readers_ask_for() {
    for (folder, names) in folders() {
        let text = stdout(folder.path(), "checkstyle", &names);
        let document = xml(&text);
        let root = document.element(document.document_element().unwrap()).unwrap();
        assert_eq!((&*root.name.local_name, root.get_attribute("version")), ("checkstyle", Some("4.3")));
        assert_eq!(elements(&document, "file").len(), names.len());
        let failed = names.iter().filter(|name| !folder.path().join(name).is_file()).count();
        let errors = elements(&document, "error");
        assert_eq!(errors.len(), findings(folder.path(), &names).len() + failed);
        for (_, error) in errors {
            assert!(error.get_attribute("line").unwrap().parse::<usize>().unwrap() > 0);
            assert!(["error", "warning", "info"].contains(&error.get_attribute("severity").unwrap()));
            assert!(error.get_attribute("source").unwrap().starts_with("cfn-igr"));
            assert_harmless(error.get_attribute("message").unwrap(), "Checkstyle");
        }
    }
}

/// A whole report of one input whose findings are all suppressed.
fn suppressed(format: Format, by: SuppressedBy) -> String {
    let source = Source::new("t.json", hostile_template());
    let mut checked = check(&source, &Options::default());
    for finding in &mut checked.findings {
        finding.suppressed = Some(Suppressed { by, reason: Some(HOSTILE.to_owned()) });
    }
    let input = Input { source: &source, checked: &checked, repaired: &[], dropped: &[], folder: "" };
    format!("{}{}{}", format.begin(), format.input(&input), format.end(&Summary::of(&input)))
}

#[test]
fn suppressed_findings_are_told_where_there_is_a_place_for_them() {
    for (by, kind) in
        [(SuppressedBy::Comment, "inSource"), (SuppressedBy::Metadata, "inSource"), (SuppressedBy::Baseline, "external")]
    {
        let log: Value = serde_json::from_str(&suppressed(Format::Sarif, by)).unwrap();
        assert_valid(&sarif_schema(), &log);
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert!(results.len() > 5);
        for result in results {
            assert_eq!(
                (&result["suppressions"][0]["kind"], &result["suppressions"][0]["status"]),
                (&json!(kind), &json!("accepted"))
            );
            shown(result, &mut |_, text| assert_visible(text, "SARIF"));
        }
        let text = suppressed(Format::JUnit, by);
        let document = xml(&text);
        assert_eq!(elements(&document, "skipped").len(), results.len());
        assert!(elements(&document, "failure").is_empty());
        assert_harmless(&text, "JUnit");
        let report: Value = serde_json::from_str(&suppressed(Format::Json, by)).unwrap();
        assert_eq!(report["findings"][0]["suppressed"], json!({"by": by.as_str(), "reason": HOSTILE}));
        assert_eq!(report["summary"]["suppressed"], json!(results.len()));
        assert_eq!(serde_json::from_str::<Value>(&suppressed(Format::GitLab, by)).unwrap(), json!([]));
        for format in [Format::Short, Format::GitHub, Format::JobSummary] {
            assert_eq!(suppressed(format, by), "");
        }
        assert!(!suppressed(Format::Checkstyle, by).contains("<error"));
    }
}
