//! The GitHub Action and the scripts beside it: their shell steps, run here.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_yaml::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cfn-igr");
const TEMPLATE: &str = include_str!("cli/files/pets.yaml");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn yaml(name: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(root().join(name)).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A step's environment, with the expressions of the workflow replaced.
fn environment(step: &Value, contexts: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let entries = step["env"].as_mapping().unwrap();
    let replaced = |value: &str| {
        let name = value.strip_prefix("${{ ").and_then(|value| value.strip_suffix(" }}")).unwrap();
        contexts.get(name).unwrap_or_else(|| panic!("the step asks for {name}")).clone()
    };
    entries.iter().map(|(name, value)| (text(name), replaced(value.as_str().unwrap()))).collect()
}

/// Runs the step `number` with these inputs, in a folder, as the runner does.
fn step(number: usize, folder: &Path, given: &[(&str, &str)], path: &Path) -> Output {
    let action = yaml("action.yml");
    let mut contexts: BTreeMap<String, String> = action["inputs"]
        .as_mapping()
        .unwrap()
        .iter()
        .map(|(name, input)| (format!("inputs.{}", text(name)), text(&input["default"])))
        .collect();
    for (name, value) in given {
        assert!(contexts.insert((*name).to_owned(), (*value).to_owned()).is_some() || name.starts_with("github."), "{name}");
    }
    let step = &action["runs"]["steps"][number];
    assert_eq!(step["shell"], "bash");
    let mut command = Command::new("bash");
    let search = format!("{}:{}", path.display(), std::env::var("PATH").unwrap());
    command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"].as_str().unwrap()]);
    command.envs(environment(step, &contexts)).env("PATH", search).current_dir(folder);
    command.env("GITHUB_OUTPUT", folder.join("output")).env("GITHUB_PATH", folder.join("path"));
    command.env("RUNNER_TEMP", folder.join("temp"));
    command.output().unwrap()
}

fn installed() -> PathBuf {
    Path::new(PROGRAM).parent().unwrap().to_path_buf()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.yaml"), TEMPLATE).unwrap();
    fs::write(folder.path().join("with space.yaml"), TEMPLATE).unwrap();
    folder
}

#[test]
fn the_check_annotates_and_tells_its_exit_code() {
    let folder = folder();
    let output = step(1, folder.path(), &[], &installed());
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("::error file=t.yaml,line=12"), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(folder.path().join("output")).unwrap(), "exit-code=1\n");
}

/// What is given is an argument, whatever it holds.
#[test]
fn inputs_are_lines_and_never_commands() {
    let folder = folder();
    let given = [
        ("inputs.paths", "with space.yaml\n$(touch hacked)\n"),
        ("inputs.args", "--fail-on=never\n--only\nmissing-method-response"),
        ("inputs.format", "json"),
    ];
    let output = step(1, folder.path(), &given, &installed());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["files"]["checked"], 1, "{report}");
    assert_eq!(output.status.code(), Some(3), "one of the files is not there");
    assert!(!folder.path().join("hacked").exists());

    let output = step(1, folder.path(), &[("inputs.paths", "--fix")], &installed());
    assert_eq!(output.status.code(), Some(3), "a path is no option");
    assert_eq!(fs::read_to_string(folder.path().join("t.yaml")).unwrap(), TEMPLATE);
}

/// Releases are taken from a folder that stands for the server.
#[cfg(target_os = "linux")]
#[test]
fn the_program_is_installed_from_the_release_with_the_right_checksum() {
    let folder = folder();
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    let releases = folder.path().join("o/r/releases/download/v1");
    fs::create_dir_all(&releases).unwrap();
    let packed = folder.path().join("packed");
    fs::create_dir(&packed).unwrap();
    for name in [".ci", "LICENSE", "README.md", "CHANGELOG.md"] {
        let copied = Command::new("cp").arg("-r").arg(root().join(name)).arg(packed.join(name)).status().unwrap();
        assert!(copied.success());
    }
    let status = Command::new("bash").arg(packed.join(".ci/package")).arg(&target).env("PROGRAM", PROGRAM).status().unwrap();
    assert!(status.success());
    for entry in fs::read_dir(packed.join("dist")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, releases.join(path.file_name().unwrap())).unwrap();
    }

    let source = root().display().to_string();
    let server = format!("file://{}", folder.path().display());
    let given = [
        ("github.action_repository", "o/r"),
        ("github.action_ref", "v1"),
        ("github.action_path", source.as_str()),
        ("github.server_url", server.as_str()),
    ];
    let nothing = folder.path().join("nothing");
    let output = step(0, folder.path(), &given, &nothing);
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && stdout.contains("installed the release v1"), "{output:?}");
    let added = fs::read_to_string(folder.path().join("path")).unwrap();
    let program = Path::new(added.trim_end()).join("cfn-igr");
    assert!(Command::new(program).arg("--version").output().unwrap().status.success());

    // A changed archive is not used; cargo, which would build the program then, is one that fails.
    fs::write(releases.join(format!("cfn-igr-{target}.tar.gz")), "changed").unwrap();
    fs::create_dir(&nothing).unwrap();
    fs::write(nothing.join("cargo"), "#!/bin/sh\necho cargo \"$@\"\nexit 7\n").unwrap();
    assert!(Command::new("chmod").arg("+x").arg(nothing.join("cargo")).status().unwrap().success());
    let output = step(0, folder.path(), &given, &nothing);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("cargo install --locked --path"), "{output:?}");
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn an_installed_program_is_used() {
    let folder = folder();
    let source = root().display().to_string();
    let given = [
        ("github.action_repository", "o/r"),
        ("github.action_ref", "v1"),
        ("github.action_path", source.as_str()),
        ("github.server_url", "file:///nowhere"),
    ];
    let output = step(0, folder.path(), &given, &installed());
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("cfn-igr "), "{output:?}");
    assert!(output.status.success());
}

/// The hooks as pre-commit would run them: with file names that match, of which some are no templates.
#[test]
fn hooks_pass_over_other_files() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    for hook in hooks.as_sequence().unwrap() {
        let folder = folder();
        fs::write(folder.path().join("package.json"), "{}").unwrap();
        let entry = text(&hook["entry"]);
        let arguments: Vec<_> = entry.split(' ').collect();
        assert_eq!(arguments.first(), Some(&"cfn-igr"), "{entry}");
        let run = || {
            let names = ["package.json", "t.yaml", "with space.yaml"];
            Command::new(PROGRAM).args(&arguments[1..]).args(names).current_dir(folder.path()).output().unwrap()
        };
        let fixes = entry.contains("--fix");
        assert_eq!(run().status.code(), Some(i32::from(!fixes)), "{entry}");
        assert_eq!(fs::read_to_string(folder.path().join("t.yaml")).unwrap() != TEMPLATE, fixes, "{entry}");
        let pattern = regex::Regex::new(&text(&hook["files"])).unwrap();
        assert!(pattern.is_match("a/t.template") && pattern.is_match("t.yml") && !pattern.is_match("t.py"));
    }
}

/// No expression of a workflow stands in a script, where it would be run, and nothing may write that need not.
#[test]
fn workflows_have_no_injections() {
    for name in [".github/workflows/ci.yml", ".github/workflows/release.yml"] {
        let workflow = yaml(name);
        assert!(workflow.get("permissions").is_some(), "{name}");
        for (job, steps) in workflow["jobs"].as_mapping().unwrap() {
            for step in steps["steps"].as_sequence().unwrap() {
                let run = step.get("run").and_then(Value::as_str).unwrap_or("");
                assert!(!run.contains("${{"), "{name}, {job:?}: {run}");
                for script in run.split_whitespace().filter(|word| word.starts_with(".ci/")) {
                    assert!(root().join(script).exists(), "{name}: {script}");
                }
            }
        }
    }
    for step in yaml("action.yml")["runs"]["steps"].as_sequence().unwrap() {
        assert!(!step["run"].as_str().unwrap().contains("${{"));
    }
}
