//! Runs what the guides show: README.md and docs/*.md.
//!
//! A block `console` holds commands behind `$ ` and all that they print; with `UPDATE_DOCS=1` the output is written anew. A
//! block `sh` holds commands that must succeed, or find something. The commands run in a folder with the sample templates,
//! which is a git repository. Blocks of YAML are read: the commands of pipelines are run, hooks and inputs must exist.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_yaml::Value;

/// Programs of which nothing is run here: they build, install, or need a service.
const LEFT_OUT: [&str; 6] = ["cargo", "docker", "make", "pip", "pre-commit", "wget"];

/// A block of code of a guide.
struct Block {
    language: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn guides() -> Vec<PathBuf> {
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut guides: Vec<_> = docs.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    guides.push(root().join("README.md"));
    guides.sort();
    guides
}

fn blocks(guide: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for line in guide.lines() {
        if let Some(language) = line.strip_prefix("```") {
            inside = !inside;
            if inside {
                blocks.push(Block { language: language.to_owned(), text: String::new() });
            }
        } else if inside {
            let _ = writeln!(blocks.last_mut().unwrap().text, "{line}");
        }
    }
    assert!(!inside, "a block is open");
    blocks
}

/// A repository as the guides speak of it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for entry in fs::read_dir(root().join("sample-templates")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, at(path.file_name().unwrap().to_str().unwrap())).unwrap();
    }
    let copies = [
        ("contact-form.yaml", "template.yaml"),
        ("contact-form.yaml", "in.yaml"),
        ("contact-form.yaml", "services/a/template.yaml"),
        ("contact-form.yaml", "shared/api.yaml"),
        ("invoices.json", "cdk.out/Api.template.json"),
        ("lambda-errors.yaml", "sample-templates/lambda-errors.yaml"),
    ];
    for (from, to) in copies {
        fs::create_dir_all(at(to).parent().unwrap()).unwrap();
        fs::copy(root().join("sample-templates").join(from), at(to)).unwrap();
    }
    fs::create_dir_all(at("rules")).unwrap();
    for entry in fs::read_dir(root().join("guard-rules")).unwrap().map(|entry| entry.unwrap()) {
        if entry.path().is_file() {
            fs::copy(entry.path(), at("rules").join(entry.file_name())).unwrap();
        }
    }
    let git = "git init -q && git add -A && git -c user.name=T -c user.email=t@example.com commit -qm x \
               && git update-ref refs/remotes/origin/main HEAD && echo '# more' >> template.yaml";
    let made = shell(git, folder.path());
    assert!(made.status.success(), "{made:?}");
    folder
}

fn shell(script: &str, folder: &Path) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_cfn-igr")).parent().unwrap();
    let search = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["-o", "pipefail", "-c", script]).env("PATH", search).current_dir(folder);
    for name in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

/// The commands of a script, each with the lines that it goes on over.
fn commands(script: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    for line in script.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()) {
        match commands.last_mut() {
            Some(open) if open.ends_with('\\') || open.matches('\'').count() % 2 == 1 => {
                let _ = write!(open, "\n{line}");
            }
            _ => commands.push(line.to_owned()),
        }
    }
    commands
}

/// Why a command does not do what the guide says.
fn failure(command: &str, folder: &Path) -> Option<String> {
    let first = command.split_whitespace().next().unwrap_or("");
    let has_jq = !command.contains("| jq") || shell("command -v jq", folder).status.success();
    if LEFT_OUT.contains(&first) || !has_jq {
        return None;
    }
    let output = shell(command, folder);
    let fits = matches!(output.status.code(), Some(0 | 1));
    (!fits).then(|| format!("{command}\n{}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn commands_of_the_guides_do_what_they_say() {
    let mut failures = Vec::new();
    let mut count = 0;
    for guide in guides() {
        for block in blocks(&fs::read_to_string(&guide).unwrap()).iter().filter(|block| block.language == "sh") {
            // Some commands use what those before them have written.
            let folder = folder();
            for command in commands(&block.text) {
                count += 1;
                failures.extend(failure(&command, folder.path()).map(|what| format!("{}: {what}", guide.display())));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(count > 20, "only {count} commands were found");
}

#[test]
fn output_in_the_guides_is_current() {
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    for guide in guides() {
        let old = fs::read_to_string(&guide).unwrap();
        let mut new = old.clone();
        for block in blocks(&old).iter().filter(|block| block.language == "console") {
            let shown = console(&block.text);
            new = new.replace(&format!("```console\n{}```", block.text), &format!("```console\n{shown}```"));
        }
        if update {
            fs::write(&guide, &new).unwrap();
        } else {
            assert_eq!(old, new, "{}: run UPDATE_DOCS=1 cargo test --test examples", guide.display());
        }
    }
}

/// The commands of a block, each with what it prints now.
fn console(block: &str) -> String {
    let folder = folder();
    let mut shown = String::new();
    for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let output = shell(&format!("{{ {command}\n}} 2>&1"), folder.path());
        let _ = write!(shown, "$ {command}\n{}", String::from_utf8_lossy(&output.stdout));
    }
    shown
}

#[test]
fn pipelines_of_the_guides_are_right() {
    let read = |name: &str| -> Value { serde_yaml::from_str(&fs::read_to_string(root().join(name)).unwrap()).unwrap() };
    let (action, hooks) = (read("action.yml"), read(".pre-commit-hooks.yaml"));
    let mut failures = Vec::new();
    for guide in guides() {
        for block in blocks(&fs::read_to_string(&guide).unwrap()).iter().filter(|block| block.language == "yaml") {
            let value: Value = match serde_yaml::from_str(&block.text) {
                Ok(value) => value,
                Err(error) => {
                    failures.push(format!("{}: {error}\n{}", guide.display(), block.text));
                    continue;
                }
            };
            let mut pipeline = Pipeline::default();
            pipeline.read(&value);
            let known = |hook: &String| hooks.as_sequence().unwrap().iter().any(|known| known["id"] == hook.as_str());
            failures
                .extend(pipeline.hooks.iter().filter(|hook| !known(hook)).map(|hook| format!("no hook is called {hook}")));
            let unknown = pipeline.inputs.iter().filter(|input| action["inputs"].get(input.as_str()).is_none());
            failures.extend(unknown.map(|input| format!("the action has no input {input}")));
            for command in pipeline.scripts.iter().flat_map(|script| commands(script)) {
                failures.extend(failure(&command, folder().path()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// What stands in a pipeline's YAML, wherever it is.
#[derive(Default)]
struct Pipeline {
    scripts: Vec<String>,
    hooks: Vec<String>,
    inputs: Vec<String>,
}

impl Pipeline {
    fn read(&mut self, value: &Value) {
        for item in value.as_sequence().into_iter().flatten() {
            self.read(item);
        }
        for (key, inner) in value.as_mapping().into_iter().flatten() {
            match key.as_str().unwrap_or("") {
                "run" => self.scripts.extend(inner.as_str().map(str::to_owned)),
                "script" => {
                    self.scripts
                        .extend(inner.as_sequence().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
                }
                "id" if value.as_mapping().is_some_and(|entries| entries.len() == 1) => {
                    self.hooks.extend(inner.as_str().map(str::to_owned));
                }
                "with" if value["uses"].as_str().is_some_and(|uses| uses.contains("/cfn-igr@")) => {
                    self.inputs.extend(
                        inner.as_mapping().into_iter().flatten().filter_map(|(key, _)| key.as_str()).map(str::to_owned),
                    );
                }
                _ => self.read(inner),
            }
        }
    }
}

#[test]
fn links_of_the_guides_lead_somewhere() {
    let mut dead = Vec::new();
    for guide in guides() {
        let text = fs::read_to_string(&guide).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for link in links.filter(|link| !link.is_empty() && !link.contains(':')) {
            if !guide.with_file_name(link).exists() {
                dead.push(format!("{}: {link}", guide.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}
