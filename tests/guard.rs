//! Guard rules: the bundled ones with their own tests, rules of users, and inputs that harm the crate beneath.

#![cfg(feature = "guard")]
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

#[path = "harness/failures.rs"]
mod failures;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cfn_igr::edit::Applicability;
use cfn_igr::guard::{BUNDLED, RuleFile, test};
use cfn_igr::rule::FixPromise;
use cfn_igr::{Checked, Finding, Guard, Options, Severity, Source, check, check_all, fix};
use failures::Failures;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// Every bundled rule, also those that are off.
fn all() -> Options {
    let mut guard = Guard::bundled();
    for rule in BUNDLED {
        guard.add_bundled(rule.meta.name);
    }
    Options { guard, ..Options::default() }
}

/// Only rules of this text.
fn own(rules: &str) -> Options {
    let mut guard = Guard::default();
    guard.add(RuleFile::read("own.guard", rules.to_owned()).unwrap());
    Options { guard, ..Options::default() }
}

fn checked(text: &str, options: &Options) -> Checked {
    check(&Source::new("t.yaml", text), options)
}

/// The findings of a rule: the text under each, and its message.
fn found<'t>(text: &'t str, options: &Options, rule: &str) -> Vec<(&'t str, String)> {
    let findings = checked(text, options).findings.into_iter().filter(|finding| finding.rule == rule);
    findings.map(|finding| (&text[finding.span.range()], finding.message)).collect()
}

const STAGE: &str = "Resources:\n  Stage:\n    Type: AWS::ApiGateway::Stage\n    Properties:\n      StageName: prod\n";

#[test]
fn bundled_rules_pass_their_own_tests() {
    let mut failures = Failures::default();
    for rule in BUNDLED {
        let text = fs::read_to_string(root().join(rule.file)).unwrap();
        let rules = RuleFile::read(rule.file, text).unwrap();
        let path = format!("guard-rules/tests/{}_tests.yaml", rule.meta.name);
        let tests = Source::new(path.as_str(), fs::read_to_string(root().join(&path)).unwrap_or_default());
        match test(&rules, &tests) {
            Ok(tested) => {
                let name = rule.meta.name.replace('-', "_");
                for status in ["PASS", "FAIL", "SKIP"] {
                    let shown = tests.text().contains(&format!("{name}: {status}"));
                    // It skips a template with an association, and fails on others.
                    let never = status == "PASS" && rule.meta.name == "stage-without-web-acl";
                    if !shown && !never {
                        failures.add(rule.meta.name, format!("no test expects {status}"));
                    }
                }
                for difference in tested.differences {
                    failures.add(rule.meta.name, format!("{difference:?}"));
                }
            }
            Err(error) => failures.add(rule.meta.name, format!("{error:?}")),
        }
    }
    failures.report();
}

/// Bundled rules get only the resources that their heads name, and run only where their words stand: they fail all the same.
#[test]
fn what_is_left_out_for_bundled_rules_changes_nothing() {
    let mut failures = Failures::default();
    for rule in BUNDLED {
        let path = root().join(format!("guard-rules/tests/{}_tests.yaml", rule.meta.name));
        let tests: Vec<serde_json::Value> = serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        for case in tests {
            let source = Source::new("t.json", case["input"].to_string());
            let options = Options { only: vec![rule.meta.name.to_owned()], ..Options::default() };
            let fails = !check(&source, &options).findings.is_empty();
            let relevant = source.text().contains("AWS::ApiGateway");
            let expected = case["expectations"]["rules"][rule.meta.name.replace('-', "_")] == "FAIL" && relevant;
            if fails != expected {
                failures.add(rule.meta.name, format!("{}: fails {fails}", case["name"]));
            }
        }
    }
    failures.report();
}

#[test]
fn what_a_bundled_rule_says_is_what_its_head_says() {
    let mut failures = Failures::default();
    for rule in BUNDLED {
        let text = fs::read_to_string(root().join(rule.file)).unwrap();
        let body = text.lines().skip_while(|line| line.starts_with('#')).collect::<Vec<_>>().join("\n");
        let lines =
            |key: &str| body.lines().filter_map(|line| line.trim().strip_prefix(key)).map(str::trim).collect::<Vec<_>>();
        let (messages, severities) = (lines("Violation:"), lines("Severity:"));
        if messages.is_empty() || messages.len() != severities.len() || lines("Fix:").len() != messages.len() {
            failures.add(rule.meta.name, "each message says Violation, Fix and Severity");
        }
        if !severities.contains(&rule.meta.severity.as_str()) {
            failures.add(rule.meta.name, "no message has the severity of the head");
        }
        let repairs = lines("Repair:");
        let promised = match rule.meta.fix {
            FixPromise::Never => repairs.is_empty(),
            FixPromise::Sometimes(Applicability::Safe) => repairs.iter().any(|line| line.starts_with("safe ")),
            FixPromise::Sometimes(_) => !repairs.is_empty() && repairs.iter().all(|line| line.starts_with("unsafe ")),
        };
        if !promised {
            failures.add(rule.meta.name, "the repairs are not of the grade that the head promises");
        }
        if !rule.on && rule.meta.severity != Severity::Info && !rule.page.contains("native rule") {
            failures.add(rule.meta.name, "what is off by default is an info, or has a native rule");
        }
    }
    failures.report();
}

/// One rule file for the crate or many, one template in a call or many: the same findings.
#[test]
fn many_templates_at_once_are_checked_as_one() {
    let mut names: Vec<PathBuf> = Vec::new();
    for rule in BUNDLED {
        let folder = fs::read_dir(root().join("tests/rules").join(rule.meta.name)).into_iter().flatten();
        names.extend(folder.map(|file| file.unwrap().path()));
    }
    names.sort();
    let source = |path: &PathBuf| Source::new(path.to_string_lossy(), fs::read_to_string(path).unwrap());
    let sources: Vec<Source> = names.iter().map(source).collect();
    assert!(sources.len() > 10);
    let mut separate = Guard::default();
    for rule in BUNDLED {
        separate.add(RuleFile::read(rule.file, fs::read_to_string(root().join(rule.file)).unwrap()).unwrap());
    }
    let separate = Options { guard: separate, ..Options::default() };
    let others = check_all(&sources, &separate);
    for ((source, together), other) in sources.iter().zip(check_all(&sources, &all())).zip(others) {
        assert_eq!(check(source, &all()).findings, together.findings, "{}", source.name());
        let key = |finding: &Finding| (finding.span, finding.rule.replace('_', "-"), finding.message.clone());
        let (mut one, mut two): (Vec<_>, Vec<_>) =
            (together.findings.iter().map(key).collect(), other.findings.iter().map(key).collect());
        one.sort();
        two.sort();
        // A finding without words of its own names its rule.
        let words = |list: &[(_, String, String)]| list.iter().map(|(_, rule, _)| rule.clone()).collect::<Vec<_>>();
        assert_eq!(words(&one), words(&two), "{}", source.name());
    }
}

#[test]
fn repairs_of_samples_bring_no_new_guard_finding() {
    for file in fs::read_dir(root().join("sample-templates")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            continue;
        }
        let source = Source::new("t", fs::read_to_string(&path).unwrap());
        let options = Options { guard: Guard::bundled(), ..Options::default() };
        let keys = |checked: &Checked| checked.findings.iter().filter(|f| f.category == cfn_igr::Category::Security).count();
        let (before, fixed) = (check(&source, &options), fix(&source, &options, Applicability::Unsafe));
        assert!(keys(&fixed.remaining) <= keys(&before), "{}", path.display());
        let plain = fix(&source, &Options::default(), Applicability::Safe);
        assert_eq!(fix(&source, &options, Applicability::Safe).text, plain.text, "{}", path.display());
    }
}

#[test]
fn a_rule_of_ones_own_has_its_words_its_place_and_its_repair() {
    let rules = "rule needs_variables {\n  Resources.*[ Type == 'AWS::ApiGateway::Stage' ] {\n    Properties.Description exists <<\n      Violation: nobody knows what the stage is for.\n      Fix: say it.\n      Severity: error\n      Note: see the handbook\n      Docs: https://example.com/handbook\n      Controls: X.1\n      Repair: unsafe Description = \"to be said\"\n    >>\n  }\n}\n";
    let options = own(rules);
    let checked = checked(STAGE, &options);
    let finding = checked.findings.iter().find(|finding| finding.rule == "needs_variables").unwrap();
    assert_eq!(&STAGE[finding.span.range()], "Properties");
    assert_eq!((finding.severity, finding.message.as_str()), (Severity::Error, "Stage: nobody knows what the stage is for"));
    assert_eq!((finding.help.as_str(), finding.note.as_str()), ("say it", "see the handbook; asked for by X.1"));
    assert_eq!((finding.docs, finding.logical_id.as_deref()), ("https://example.com/handbook", Some("Stage")));
    let source = Source::new("t.yaml", STAGE);
    assert_eq!(fix(&source, &options, Applicability::Safe).text, STAGE);
    assert_eq!(fix(&source, &options, Applicability::Unsafe).text, format!("{STAGE}      Description: to be said\n"));
}

#[test]
fn places_are_those_that_a_person_would_point_at() {
    let text = "Resources:\n  Stage:\n    Type: AWS::ApiGateway::Stage\n    Properties:\n      StageName: &n !Sub \"${AWS::StackName}-x\"\n      Tags:\n        - Key: a/b[L:0,C:0]\n          Value: *n\n        - {Key: c, Value: d}\n";
    let at = |clause: &str| {
        let rules = format!("rule r {{ Resources.Stage {{ {clause} }} }}\n");
        found(text, &own(&rules), "r").into_iter().map(|(under, _)| under).collect::<Vec<_>>()
    };
    assert_eq!(at("Type == 'x'"), ["AWS::ApiGateway::Stage"]);
    assert_eq!(at("Properties.Missing exists"), ["Properties"]);
    assert_eq!(at("Properties.Tags[*].Missing exists"), ["Key", "Key"]);
    assert_eq!(at("Properties.Tags[*].Key == 'x'"), ["a/b[L:0,C:0]", "c"]);
    assert_eq!(at("Properties.Tags empty"), ["Tags"]);
    assert_eq!(at("Properties.StageName.'Fn::Sub' == 'x'"), ["&n !Sub \"${AWS::StackName}-x\""]);
    // What an alias stands for is found at its anchor.
    assert_eq!(at("Properties.Tags[0].Value.'Fn::Sub' == 'x'"), ["&n !Sub \"${AWS::StackName}-x\""]);
    assert_eq!(at("Missing exists"), ["Stage"]);
    assert_eq!(found(text, &own("rule r { Nothing exists }\n"), "r")[0].0, "Resources");
}

#[test]
fn a_rule_file_that_fails_does_not_stop_the_others() {
    let mut guard = Guard::bundled();
    for (name, text) in [
        ("unresolved.guard", "rule u { Resources.*[ Type == %nothing ] exists }\n"),
        ("good.guard", "rule g { Resources.Stage.Metadata exists }\n"),
    ] {
        guard.add(RuleFile::read(name, text.to_owned()).unwrap());
    }
    let checked = checked(STAGE, &Options { guard, ..Options::default() });
    let faults: Vec<_> = checked.failed_guard.iter().map(|fault| (fault.file.as_str(), fault.bundled)).collect();
    assert_eq!(faults, [("unresolved.guard", None)]);
    assert!(checked.failed_rules.is_empty());
    let rules: Vec<_> = checked.findings.iter().map(|finding| finding.rule).collect();
    assert!(rules.contains(&"g") && rules.contains(&"access-logging-off"), "{rules:?}");
}

#[test]
fn only_runs_single_rules() {
    let only = |names: &[&str]| {
        let only = names.iter().map(|name| (*name).to_owned()).collect();
        let options = Options { only, ..own("rule a { Resources.X exists }\nrule b { Resources.Y exists }\n") };
        checked(STAGE, &options).findings.into_iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };
    assert_eq!(only(&["b"]), ["b"]);
    // A bundled rule that is named runs even where it is not in the set.
    assert_eq!(only(&["tracing-off"]), ["tracing-off"]);
    assert!(only(&["missing-integration"]).is_empty());
}

#[test]
fn templates_without_api_gateway_are_left_alone() {
    let text = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n";
    assert!(found(text, &own("rule r { Resources.X exists }\n"), "r").is_empty());
}

/// What harms the crate where it gets the text itself.
#[test]
fn odd_texts_do_no_harm() {
    let mut long = format!("{STAGE}Metadata:\n");
    let _ = writeln!(long, "  Unparsed: \"{}", "ä".repeat(100));
    let deep = |open: &str, close: &str, depth: usize| {
        format!("{STAGE}Metadata:\n  Deep: {}1{}\n", open.repeat(depth), close.repeat(depth))
    };
    let bomb = (1..40).fold(format!("{STAGE}Metadata:\n  a0: &a0 [1, 2]\n"), |text, at| {
        text + &format!("  a{at}: &a{at} [*a{0}, *a{0}]\n", at - 1)
    });
    let wide = (0..20_000).fold(format!("{STAGE}Metadata:\n"), |text, at| text + &format!("  k{at}: 1\n"));
    for text in [
        "# only a comment\n".to_owned(),
        long,
        deep("[", "]", 200),
        deep("{a: ", "}", 200),
        deep("[", "]", 6_000),
        format!("{STAGE}Metadata:\n  1: a\n  true: b\n  on: c\n  no: d\n  ? [a]\n  : e\n"),
        format!("{STAGE}Metadata:\n  y: !Sub [\"${{y}}\", {{y: 1}}]\n"),
        format!("{STAGE}Metadata:\n  base: &b {{a: 1}}\n  more: {{<<: *b, c: 2}}\n"),
        format!("{STAGE}Metadata: &m\n  self: *m\n"),
        bomb,
        wide,
        format!("{STAGE}Metadata:\n  \"[L:1,C:1]\": \"Path=/Resources[L:3,C:0] << >>\"\n"),
        STAGE.replace("prod", "\"\\u0000\\u001b[31m\\ud83d\\ude00\""),
        STAGE.replace("prod", "\"\\x7f\\x85\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff\\U0001F600\""),
        format!("{STAGE}Metadata:\n  \"\\x7f\\x85\\u2028\\uffff\": \"a\\u2029b\"\n"),
    ] {
        let checked = checked(&text, &all());
        assert!(
            checked.failed_rules.is_empty() && checked.failed_guard.is_empty(),
            "{:?}\n{text:.200}",
            checked.failed_rules
        );
        for finding in &checked.findings {
            assert!(text.get(finding.span.range()).is_some(), "{finding:?}");
        }
    }
}

#[test]
fn a_template_past_the_budget_is_told() {
    let wide = |start: &str| (0..20_000).fold(start.to_owned(), |text, at| text + &format!("        k{at}: 1\n"));
    let bundled = Options { guard: Guard::bundled(), ..Options::default() };
    let inside = wide(&format!("{STAGE}      Variables:\n"));
    assert!(checked(&inside, &bundled).not_fully_analysed);
    assert!(!checked(&inside, &Options::default()).not_fully_analysed);
    // Bundled rules get only the resources that they look at, those of users everything.
    let outside = wide(&format!("{STAGE}Metadata:\n    X:\n"));
    assert!(!checked(&outside, &bundled).not_fully_analysed);
    assert!(checked(&outside, &own("rule r { Resources exists }\n")).not_fully_analysed);
}

#[test]
fn differences_in_tests_are_told() {
    let rules = RuleFile::read("r.guard", "rule r { a == 1 }\n".to_owned()).unwrap();
    let tests = "- name: one\n  input: {a: 1}\n  expectations:\n    rules:\n      r: FAIL\n- input: {a: 2}\n  expectations:\n    rules: {r: FAIL, s: PASS}\n";
    let tested = test(&rules, &Source::new("t.yaml", tests)).unwrap();
    let told: Vec<_> =
        tested.differences.iter().map(|d| (d.line, d.test.as_str(), d.rule.as_str(), d.actual.as_str())).collect();
    assert_eq!((tested.expectations, told), (3, vec![(5, "one", "r", "PASS"), (8, "", "s", "no such rule")]));
    for (text, line) in [("a: 1\n", 1), ("- expectations: {rules: {r: PASS}}\n", 1), ("- input: {}\n", 1), ("- [\n", 1)] {
        assert!(test(&rules, &Source::new("t.yaml", text)).unwrap_err().line >= line, "{text}");
    }
}
