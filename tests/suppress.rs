//! Suppressions written for whatever is found: in every fixture of the rules, and in layouts that leave little room.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "harness/annotations.rs"]
#[expect(dead_code, reason = "of fixtures only the text is used")]
mod annotations;

use cfn_igr::edit::Applicability;
use cfn_igr::excuse::excuse;
use cfn_igr::suppress::{OWN_RULES, Words};
use cfn_igr::{Document, Finding, Options, Source, check, fix};

const HOSTILE: &str =
    "a \"reason\": 'it' # -- ] [x] {y} &a *b !c %d @e `f` \\n ::error:: ]]> \u{e9}\u{1f600} until=2020-01-01";

fn words(reason: &str) -> Words {
    Words { reason: Some(reason.to_owned()), until: None }
}

/// The findings that are about the template.
fn real(source: &Source, options: &Options) -> Vec<Finding> {
    let checked = check(source, options);
    checked.findings.into_iter().filter(|finding| !OWN_RULES.contains(&finding.rule)).collect()
}

/// What makes a finding the same in another text.
fn keys<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<(&'static str, Option<String>, String)> {
    let mut keys: Vec<_> =
        findings.into_iter().map(|finding| (finding.rule, finding.logical_id.clone(), finding.message.clone())).collect();
    keys.sort();
    keys
}

/// Writes suppressions and looks at what came of them; the new text.
fn excused(source: &Source, reason: &str) -> Result<String, String> {
    let options = Options::default();
    let before = real(source, &options);
    let excused = excuse(source, &options, &words(reason))?;
    let new = Source::new(source.name(), excused.text.as_str());
    let after = real(&new, &options);
    let ensure = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("{what}:\n{}", new.text())) };
    ensure(after.iter().all(|finding| finding.suppressed.is_some()), "a finding is left")?;
    ensure(keys(&before) == keys(&after), "other findings")?;
    let bare = Options { no_ignores: true, ..Options::default() };
    ensure(keys(&real(&new, &bare)) == keys(&real(source, &bare)), "other findings without suppressions")?;
    ensure(
        after.iter().all(|finding| finding.suppressed.as_ref().is_some_and(|by| by.reason.is_some())),
        "a reason is lost",
    )?;
    let again = excuse(&new, &options, &words(reason))?;
    ensure(again.text == new.text() && again.suppressed == 0, "a second time writes more")?;
    // Nothing that is suppressed is repaired.
    let fixed = fix(&new, &options, Applicability::Unsafe);
    ensure(fixed.applied.iter().all(|applied| OWN_RULES.contains(&applied.finding.rule)), "something was repaired")?;
    Ok(excused.text)
}

fn fixtures() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for rule in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")).unwrap() {
        for file in fs::read_dir(rule.unwrap().path()).into_iter().flatten() {
            let path = file.unwrap().path();
            if path.to_str().unwrap().contains(".bad.") && !path.to_str().unwrap().contains("-suppression/") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn what_is_found_in_fixtures_can_be_suppressed() {
    let (mut failures, mut refused, mut written) = (Vec::new(), Vec::new(), 0);
    for path in fixtures() {
        let text = annotations::strip(&fs::read_to_string(&path).unwrap());
        let source = Source::new(path.file_name().unwrap().to_str().unwrap(), text);
        if check(&source, &Options::default()).document == Document::Broken {
            continue;
        }
        match excused(&source, HOSTILE) {
            Ok(_) => written += 1,
            Err(reason) if reason.contains('\n') => failures.push(format!("{}: {reason}", path.display())),
            Err(reason) => refused.push(format!("{}: {reason}", path.display())),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(refused.is_empty() && written > 200, "{written} written; refused:\n{}", refused.join("\n"));
}

#[test]
fn comments_go_where_there_is_room() {
    let head = "Resources:\n  M:\n    Type: AWS::ApiGateway::Method\n    Properties:\n";
    let comment = "# cfn-igr: ignore[wrong-enum-case] -- x";
    for (before, after) in [
        // A value on a line of its own: above it, also where a comment is behind it.
        ("      HttpMethod: get\n", format!("      {comment}\n      HttpMethod: get\n")),
        ("      HttpMethod: get # y\n", format!("      {comment}\n      HttpMethod: get # y\n")),
        // The last line has no end.
        ("      HttpMethod: get", format!("      {comment}\n      HttpMethod: get")),
        // Above it would be about the whole block: behind it.
        (
            "      Integration: {Type: mock,\n        Uri: x}\n",
            format!("      Integration: {{Type: mock, {comment}\n        Uri: x}}\n"),
        ),
        // In braces like in a block.
        (
            "      Integration: {\n        Type: mock}\n",
            format!("      Integration: {{\n        {comment}\n        Type: mock}}\n"),
        ),
        // There is a comment, and above it would be about the whole block, but there is no other place.
        (
            "      Integration: {Type: mock, # y\n        Uri: x}\n",
            format!("      {comment}\n      Integration: {{Type: mock, # y\n        Uri: x}}\n"),
        ),
        // The value begins on the next line.
        ("      HttpMethod:\n        get\n", format!("      HttpMethod:\n        {comment}\n        get\n")),
        ("      HttpMethod: >-\n        get\n", format!("      HttpMethod: >- {comment}\n        get\n")),
        ("      HttpMethod: \"g\\\n        et\"\n", format!("      HttpMethod: \"g\\\n        et\" {comment}\n")),
    ] {
        let source = Source::new("t.yaml", format!("{head}{before}"));
        let only = Options { only: vec!["wrong-enum-case".to_owned()], ..Options::default() };
        let excused = excuse(&source, &only, &words("x")).unwrap();
        assert_eq!((excused.text, excused.suppressed), (format!("{head}{after}"), 1));
    }
}

#[test]
fn all_that_is_found_in_one_file_is_suppressed_at_once() {
    let template = "Resources:\n  A:\n    Type: AWS::ApiGateway::Method\n    Properties:\n      HttpMethod: get\n      HttpMethod: get\n      Integration:\n        Type: MOCK\n        RequestTemplates:\n          application/json: |\n            #set($x = 1\n            # cfn-igr: ignore[velocity-syntax] is text here\n        IntegrationResponses:\n          - {StatusCode: 404, SelectionPattern: 4xx, ResponseTemplates: {text/plain: \"#if(\\\n              $x)\"}}\n          -   StatusCode: 500\n              SelectionPattern: '5xx' # a comment\n";
    for text in
        [template.to_owned(), template.replace('\n', "\r\n"), format!("\u{feff}{template}"), template.trim_end().to_owned()]
    {
        let source = Source::new("t.yaml", text.as_str());
        assert!(real(&source, &Options::default()).len() > 4);
        for reason in ["x", HOSTILE] {
            excused(&source, reason).unwrap_or_else(|why| panic!("{why}"));
        }
    }
}

#[test]
fn metadata_that_is_there_is_used() {
    let body = "\"Type\": \"AWS::ApiGateway::RestApi\", \"Type\": \"AWS::ApiGateway::RestApi\"";
    for metadata in [
        "\"Metadata\": {}",
        "\"Metadata\": {\"a\": 1}",
        "\"Metadata\": {\"cfn-igr\": {}}",
        "\"Metadata\": {\"cfn-igr\": {\"ignore\": []}}",
        "\"Metadata\": {\"cfn-igr\": {\"ignore\": [\"raw-lambda-arn\"]}}",
        "\"Metadata\": {\"cfn-igr\": {\"ignore\": \"raw-lambda-arn\"}}",
        "\"DeletionPolicy\": \"Retain\"",
    ] {
        let text = format!("{{\"Resources\": {{\"Api\": {{{body}, {metadata}}}}}}}\n");
        excused(&Source::new("t.json", text.as_str()), HOSTILE).unwrap_or_else(|why| panic!("{text}{why}"));
        let text = format!("Resources:\n  Api: {{{body}, {metadata}}}\n");
        excused(&Source::new("t.yaml", text.as_str()), HOSTILE).unwrap_or_else(|why| panic!("{text}{why}"));
    }
}

/// A list that serves several resources through an alias is used if one of them uses it.
#[test]
fn shared_metadata_is_used_if_one_resource_uses_it() {
    let text = "Resources:\n  A:\n    Type: AWS::ApiGateway::RestApi\n    Metadata: &m {cfn-igr: {ignore: [duplicate-key]}}\n  B:\n    Type: AWS::ApiGateway::RestApi\n    Metadata: *m\n    Properties: {Name: a, Name: b}\n";
    let checked = check(&Source::new("t.yaml", text), &Options::default());
    let left: Vec<_> = checked.active().map(|finding| finding.rule).collect();
    assert!(!left.contains(&"unused-suppression") && !left.contains(&"duplicate-key"), "{left:?}");
    let text = text.replace(", Name: b", "");
    let checked = check(&Source::new("t.yaml", text), &Options::default());
    assert!(checked.active().any(|finding| finding.rule == "unused-suppression"));
}

/// Many suppressions of many findings cost no more than they are.
#[test]
fn thousands_of_suppressions_take_no_time() {
    let mut text = "# cfn-igr: ignore[duplicate-key]\n".repeat(20_000) + "Resources:\n";
    for index in 0..3_000 {
        let _ = write!(
            text,
            "  # cfn-igr: ignore[duplicate-key]\n  A{index}:\n    Type: AWS::ApiGateway::RestApi\n    Metadata: {{a: 1, a: 2}} # cfn-igr: ignore[duplicate-key]\n"
        );
    }
    let start = std::time::Instant::now();
    let checked = check(&Source::new("t.yaml", text), &Options::default());
    assert!(checked.findings.len() >= 3_000);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
