//! The published schema of `cfn-igr.yaml` says what the program reads, and the guides show what it does.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use cfn_igr::config::{GUARD_KEYS, KEYS, SCHEMA, TEMPLATE, parameter_file, read};
use cfn_igr::rules::RULES as ALL_RULES;
use cfn_igr::{Options, Source, check, config};
use serde_json::Value;

#[path = "harness/pages.rs"]
mod pages;

const RULES: [&str; 3] = ["all", "duplicate-key", "missing-preflight"];

/// Texts that are right, and what they are as settings written anew.
const RIGHT: [(&str, &str); 9] = [
    ("", ""),
    ("# nothing\n", ""),
    ("select: all\n", "select:\n  - all\n"),
    ("{\"ignore\": [\"duplicate-key\"]}", "ignore:\n  - duplicate-key\n"),
    (
        "severity:\n  duplicate-key: off\n  missing-preflight: info\n",
        "severity:\n  duplicate-key: \"off\"\n  missing-preflight: info\n",
    ),
    ("exclude: [a/, '*.b']\nbaseline: b.json\n", "exclude:\n  - a/\n  - \"*.b\"\nbaseline: \"b.json\"\n"),
    (
        "parameters: {A: 1, B: yes, C: [x, y]}\nparameter-files: p.json\n",
        "parameters:\n  \"A\": \"1\"\n  \"B\": \"yes\"\n  \"C\": \"x,y\"\nparameter-files:\n  - \"p.json\"\n",
    ),
    (
        "guard: {rules: [g], bundled: false, also: [all]}\nignore: [my-own-rule]\n",
        "ignore:\n  - my-own-rule\nguard:\n  rules:\n    - g\n  also:\n    - all\n  bundled: false\n",
    ),
    ("fix: unsafe\nfail-on: never\n", "fix: unsafe\nfail-on: never\n"),
];

/// Texts that are wrong, and what is said of them.
const WRONG: [(&str, &str); 24] = [
    ("- a\n", "1:1: settings are written as a mapping, `key: value`"),
    ("selct: all\n", "1:1: there is no key `selct` here; did you mean `select`?"),
    ("guard:\n  rule: g\n", "2:3: there is no key `rule` here; did you mean `rules`?"),
    ("ignore: [duplicat-key]\n", "1:10: there is no rule and no category `duplicat-key`; did you mean `duplicate-key`?"),
    (
        "severity:\n  x: info\n",
        "2:3: there is no rule and no category `x`; there is `all`, `duplicate-key`, `missing-preflight`",
    ),
    ("severity: {all: fatal}\n", "1:17: there is no severity `fatal`; there is `error`, `warning`, `info`, `off`"),
    ("severity: error\n", "1:11: severities are written as a mapping, `key: value`"),
    ("fail-on: warnings\n", "1:10: a run cannot fail on `warnings`; did you mean `warning`?"),
    ("fix: all\n", "1:6: there are no `all` fixes; there is `safe`, `unsafe`"),
    ("guard: {bundled: maybe}\n", "1:18: this is true or false"),
    ("baseline: [a]\n", "1:11: one value stands here, no list and no mapping"),
    ("exclude: {a: b}\n", "1:10: one value stands here, no list and no mapping"),
    ("parameters: {A: {B: c}}\n", "1:17: one value stands here, no list and no mapping"),
    ("fix: safe\nfix: unsafe\n", "2:1: the key `fix` stands twice"),
    ("select: []\n", "1:9: nothing is selected"),
    ("select:\n", "1:8: a value is missing"),
    ("ignore: [~]\n", "1:10: a value is missing"),
    ("severity:\n", "1:10: a value is missing"),
    ("severity: {all: }\n", "1:16: a value is missing"),
    ("guard: {bundled: null}\n", "1:18: a value is missing"),
    ("fail-on: null\n", "1:10: a value is missing"),
    ("guard: {also: [al]}\n", "1:16: there is no rule `al`; did you mean `all`?"),
    ("guard: {also: [cors]}\n", "1:16: there is no rule `cors`; there is `all`, `duplicate-key`, `missing-preflight`"),
    ("parameters: {A: !Ref B}\n", "1:17: one value stands here, no list and no mapping"),
];

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

fn as_json(text: &str) -> Value {
    serde_json::to_value(serde_yaml::from_str::<serde_yaml::Value>(text).unwrap()).unwrap()
}

#[test]
fn right_settings_are_read_and_fit_the_schema() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for (text, shown) in RIGHT {
        let config = read(&Source::new("c", text), &RULES).unwrap();
        assert_eq!(config.to_yaml(), shown);
        assert!(validator.is_valid(&as_json(text)), "{text}");
        // What is shown can be read again, and says the same.
        assert_eq!(read(&Source::new("c", shown), &RULES).unwrap(), config);
        assert!(validator.is_valid(&as_json(shown)), "{shown}");
    }
}

#[test]
fn wrong_settings_are_told_with_their_place() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for (text, message) in WRONG {
        let error = read(&Source::new("c", text), &RULES).unwrap_err();
        assert_eq!(error.to_string(), format!("c:{message}"));
        // The schema knows no names of rules, no tags and no doubled keys.
        let beyond = message.contains("no rule") || text.contains("!Ref") || text.contains("fix: safe");
        assert!(beyond || !validator.is_valid(&as_json(text)), "{text}");
    }
}

#[test]
fn the_schema_has_the_keys_that_are_read() {
    let schema = schema();
    let keys = |pointer: &str| {
        let mut keys: Vec<_> = schema.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    let sorted = |keys: &[&str]| {
        let mut keys: Vec<_> = keys.iter().map(|key| (*key).to_owned()).collect();
        keys.sort();
        keys
    };
    assert_eq!(keys("/properties"), sorted(&KEYS));
    assert_eq!(keys("/properties/guard/properties"), sorted(&GUARD_KEYS));
    assert!(jsonschema::meta::is_valid(&schema));
}

/// Each setting of the file that `config init` writes is one when its comment sign is taken away.
#[test]
fn the_file_to_begin_with_names_every_setting() {
    assert_eq!(read(&Source::new("c", TEMPLATE), &RULES).unwrap(), config::Config::default());
    let is_setting = |line: &&str| {
        let line = line.trim_start();
        KEYS.iter().any(|key| line.starts_with(&format!("{key}:")))
            || line.starts_with("missing-")
            || line.starts_with("Stage:")
            || GUARD_KEYS.iter().any(|key| line.starts_with(&format!("{key}:")))
    };
    let settings: Vec<&str> = TEMPLATE.lines().filter_map(|line| line.strip_prefix("# ")).filter(is_setting).collect();
    let text = settings.join("\n") + "\n";
    let config = read(&Source::new("c", text.as_str()), &RULES).unwrap();
    for key in KEYS {
        assert!(text.lines().any(|line| line.starts_with(&format!("{key}:"))), "{key} is missing in {text}");
    }
    assert!(config.baseline.is_some() && config.guard.bundled == Some(true) && config.severity.len() == 1);
}

#[test]
fn files_of_parameters_have_four_shapes() {
    let shapes = [
        "{\"A\": \"1\", \"B\": \"x\"}",
        "A: 1\nB: x\n",
        "[{\"ParameterKey\": \"A\", \"ParameterValue\": \"1\"}, {\"ParameterKey\": \"B\", \"ParameterValue\": \"x\"}, {\"ParameterKey\": \"C\", \"UsePreviousValue\": true}]",
        "[\"A=1\", \"B=x\"]",
        "{\"Parameters\": {\"A\": 1, \"B\": \"x\"}, \"Tags\": {\"T\": \"t\"}, \"StackPolicy\": {\"Statement\": []}}",
        "template-file-path: t.yaml\nparameters: {A: 1, B: x}\ntags: {T: t}\n",
    ];
    for (index, text) in shapes.iter().enumerate() {
        let file = parameter_file(&Source::new("p", *text)).unwrap();
        let values: Vec<_> = file.values.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(values, ["A=1", "B=x"], "{text}");
        assert_eq!(file.template.as_deref(), (index == 5).then_some("t.yaml"));
    }
    for (text, message) in [
        ("x", "p:1:1: parameters are written as a mapping, `key: value`"),
        ("[\"A\"]", "p:1:2: write it as Key=Value"),
        ("{\"A\": null}", "p:1:7: a value is missing"),
        ("{\"A\": ", "p:1:7: "),
    ] {
        let error = parameter_file(&Source::new("p", text)).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

/// The templates of the guide have findings, all of them suppressed; its settings are right.
#[test]
fn the_examples_of_the_guides_hold() {
    let guide = |name: &str| std::fs::read_to_string(format!("docs/{name}.md")).unwrap();
    let templates = pages::examples(&guide("suppressions"));
    assert_eq!(templates.iter().filter(|example| example.kind == "template").count(), 2);
    for example in templates.iter().filter(|example| example.kind == "template") {
        let checked = check(&Source::new("t", example.text.as_str()), &Options::default());
        let active: Vec<_> = checked.active().map(|finding| (finding.rule, &finding.message)).collect();
        assert!(active.is_empty() && checked.findings.len() > 1, "{active:?}");
    }
    let names: Vec<&str> = ALL_RULES.iter().map(|rule| rule.rule.meta().name).chain(["all", "cors"]).collect();
    for example in pages::examples(&guide("configuration")) {
        assert_eq!((example.language.as_str(), example.kind.as_str()), ("yaml", "config"));
        let config = read(&Source::new("c", example.text.as_str()), &names).unwrap();
        assert!(KEYS.iter().all(|key| example.text.contains(&format!("{key}:"))));
        let severities = config.severity.keys().all(|name| names.contains(&name.as_str()));
        assert!(severities && config.ignore.iter().all(|name| names.contains(&name.as_str())));
    }
}
