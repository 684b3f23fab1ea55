//! The command line from outside: the cases of `tests/cli/*.toml`.
//!
//! A case runs the program once, in a folder that holds its files and nothing else. Of the output only what
//! it names is checked. Of the files all are: none may change, appear or vanish unless `after` says so. JSON
//! reports are always held against the published schema. A text that begins with `@` names a file in
//! `tests/cli/files`.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suite {
    /// Files of all cases.
    #[serde(default)]
    files: BTreeMap<String, String>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    args: Vec<String>,
    exit: i32,
    /// The whole output.
    stdout: Option<String>,
    stderr: Option<String>,
    /// Parts of the output.
    #[serde(default)]
    stdout_has: Vec<String>,
    #[serde(default)]
    stderr_has: Vec<String>,
    /// Parts that must not be there.
    #[serde(default)]
    stdout_lacks: Vec<String>,
    /// Values in the JSON on standard output, by pointer.
    #[serde(default)]
    json: BTreeMap<String, toml::Value>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Files given as hexadecimal digits.
    #[serde(default)]
    bytes: BTreeMap<String, String>,
    /// Files given as a beginning, a text, how often it is repeated, and an end.
    #[serde(default)]
    long: BTreeMap<String, (String, String, usize, String)>,
    #[serde(default)]
    read_only: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    stdin: Option<String>,
    /// Files that are different afterwards.
    #[serde(default)]
    after: BTreeMap<String, String>,
}

/// The published schemas.
struct Schemas {
    check: jsonschema::Validator,
    routes: jsonschema::Validator,
}

fn schema(name: &str) -> jsonschema::Validator {
    let text = fs::read_to_string(format!("docs/{name}.schema.json")).unwrap();
    jsonschema::draft202012::new(&serde_json::from_str(&text).unwrap()).unwrap()
}

#[test]
fn cases() {
    let mut failures = Vec::new();
    let mut suites: Vec<_> = fs::read_dir("tests/cli").unwrap().map(|entry| entry.unwrap().path()).collect();
    suites.sort();
    let schemas = Schemas { check: schema("report"), routes: schema("routes") };
    let mut count = 0;
    for path in suites.iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml")) {
        // A build without Guard rules has nothing to show of them.
        if !cfg!(feature = "guard") && path.file_stem().is_some_and(|stem| stem == "guard") {
            continue;
        }
        let suite: Suite =
            toml::from_str(&fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in &suite.case {
            count += 1;
            let wrong = run(&suite, case, &schemas);
            if !wrong.is_empty() {
                failures.push(format!("== {}: {}\n{}", path.display(), case.name, wrong.join("\n")));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} cases fail\n\n{}", failures.len(), failures.join("\n\n"));
}

/// Runs a case; what is not as expected.
fn run(suite: &Suite, case: &Case, schemas: &Schemas) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let before = prepare(folder.path(), suite, case);
    let output = execute(folder.path(), case);
    let mut wrong = Vec::new();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.code() != Some(case.exit) {
        wrong.push(format!(
            "exit code {:?}, expected {}\n--- stdout\n{stdout}\n--- stderr\n{stderr}",
            output.status, case.exit
        ));
    }
    streams(case, &stdout, &stderr, &mut wrong);
    if case.args.iter().any(|argument| argument == "json") && output.status.code() != Some(2) && !stdout.is_empty() {
        json(case, &stdout, schemas, &mut wrong);
    }
    let mut expected = before;
    expected.extend(case.after.iter().map(|(name, text)| (name.clone(), text_of(text).into_bytes())));
    files(folder.path(), &expected, &mut wrong);
    wrong
}

fn prepare(folder: &Path, suite: &Suite, case: &Case) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for (name, text) in suite.files.iter().chain(&case.files) {
        files.insert(name.clone(), text_of(text).into_bytes());
    }
    for (name, digits) in &case.bytes {
        let digits: Vec<u8> = digits.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        files.insert(name.clone(), digits.chunks(2).map(byte).collect());
    }
    for (name, (start, text, times, end)) in &case.long {
        files.insert(name.clone(), format!("{start}{}{end}", text.repeat(*times)).into_bytes());
    }
    for (name, bytes) in &files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        if case.read_only.contains(name) {
            let mut permissions = fs::metadata(&path).unwrap().permissions();
            permissions.set_readonly(true);
            fs::set_permissions(&path, permissions).unwrap();
        }
    }
    files
}

fn execute(folder: &Path, case: &Case) -> Output {
    let mut command =
        if case.read_only.is_empty() { Command::new(env!("CARGO_BIN_EXE_cfn-igr")) } else { ordinary_user(folder) };
    command.args(&case.args).current_dir(folder).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    command.env_remove("GITHUB_WORKSPACE").env_remove("CI_PROJECT_DIR").envs(&case.env);
    let stdin = if case.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
    let mut child = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if let (Some(text), Some(mut stdin)) = (&case.stdin, child.stdin.take()) {
        // A program that reads nothing closes the pipe; that is its right.
        let _ = stdin.write_all(text_of(text).as_bytes());
    }
    child.wait_with_output().unwrap()
}

/// The program run by someone who owns the folder and is no super-user, since that one may write what is
/// read-only.
#[cfg(unix)]
fn ordinary_user(folder: &Path) -> Command {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    // The program may stand in a folder that is closed to others, so a copy is run.
    static COPY: OnceLock<tempfile::TempDir> = OnceLock::new();
    let program = Path::new(env!("CARGO_BIN_EXE_cfn-igr"));
    if fs::metadata(folder).unwrap().uid() != 0 {
        return Command::new(program);
    }
    let copy = COPY.get_or_init(|| {
        let place = tempfile::tempdir().unwrap();
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
        // By another process: one that is started meanwhile would inherit the open file, which could not be run then.
        assert!(Command::new("cp").arg(program).arg(place.path().join("cfn-igr")).status().unwrap().success());
        place
    });
    let mut paths = vec![folder.to_path_buf()];
    while let Some(path) = paths.pop() {
        chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        if path.is_dir() {
            paths.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    let mut command = Command::new(copy.path().join("cfn-igr"));
    command.uid(NOBODY).gid(NOBODY);
    command
}

#[cfg(not(unix))]
fn ordinary_user(_: &Path) -> Command {
    Command::new(env!("CARGO_BIN_EXE_cfn-igr"))
}

fn streams(case: &Case, stdout: &str, stderr: &str, wrong: &mut Vec<String>) {
    for (name, found, expected) in [("stdout", stdout, &case.stdout), ("stderr", stderr, &case.stderr)] {
        let Some(expected) = expected.as_deref().map(text_of) else { continue };
        if expected != found {
            wrong.push(format!("--- {name} is\n{found}--- expected\n{expected}---\n{found:?}\n{expected:?}"));
        }
    }
    for (name, found, parts) in [("stdout", stdout, &case.stdout_has), ("stderr", stderr, &case.stderr_has)] {
        for part in parts.iter().filter(|part| !found.contains(part.as_str())) {
            wrong.push(format!("{name} lacks {part:?}:\n{found}"));
        }
    }
    for part in case.stdout_lacks.iter().filter(|part| stdout.contains(part.as_str())) {
        wrong.push(format!("stdout has {part:?}:\n{stdout}"));
    }
}

fn json(case: &Case, stdout: &str, schemas: &Schemas, wrong: &mut Vec<String>) {
    let report: Value = match serde_json::from_str(stdout) {
        Ok(report) => report,
        Err(error) => return wrong.push(format!("stdout is no JSON: {error}\n{stdout}")),
    };
    let schema = match case.args.first().map(String::as_str) {
        Some("check") => Some(&schemas.check),
        Some("routes") => Some(&schemas.routes),
        _ => None,
    };
    if let Some(schema) = schema {
        wrong.extend(schema.iter_errors(&report).map(|error| format!("schema: {} at {}", error, error.instance_path)));
    }
    for (pointer, expected) in &case.json {
        let expected = serde_json::to_value(expected).unwrap();
        if report.pointer(pointer) != Some(&expected) {
            wrong.push(format!("{pointer} is {:?}, expected {expected}\n{stdout}", report.pointer(pointer)));
        }
    }
}

fn files(folder: &Path, expected: &BTreeMap<String, Vec<u8>>, wrong: &mut Vec<String>) {
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    for name in expected.keys().chain(found.keys().filter(|name| !expected.contains_key(*name))) {
        let (is, should) = (found.get(name), expected.get(name));
        if is != should {
            let text = |bytes: Option<&Vec<u8>>| bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            wrong.push(format!("file {name} is {:#?}, expected {:#?}", text(is), text(should)));
        }
    }
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            found.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// A text as it is written in the case, or `@` and the name of a file in `tests/cli/files`.
fn text_of(text: &str) -> String {
    match text.strip_prefix('@') {
        Some(name) => fs::read_to_string(Path::new("tests/cli/files").join(name)).unwrap(),
        None => text.to_owned(),
    }
}

const TEMPLATE: &str = include_str!("cli/files/pets.yaml");

fn check(folder: &Path, args: &[impl AsRef<OsStr>]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cfn-igr")).arg("check").args(args).current_dir(folder).output().unwrap()
}

/// Reports for CI services name files from the root of the repository, also where the program runs in a folder of it.
#[test]
fn reports_for_services_begin_at_the_root() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("a b");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("t.yaml"), TEMPLATE).unwrap();
    let report = |variable: &str, value: &Path, format: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_cfn-igr"));
        program.args(["check", "--format", format, "./t.yaml", "none.yaml"]).current_dir(&folder);
        program.env_remove("GITHUB_WORKSPACE").env_remove("CI_PROJECT_DIR").env(variable, value);
        String::from_utf8(program.output().unwrap().stdout).unwrap()
    };
    for (variable, format, parts) in [
        ("GITHUB_WORKSPACE", "github", &["file=a b/t.yaml,line=12", "file=a b/none.yaml,"][..]),
        ("GITHUB_WORKSPACE", "sarif", &["\"uri\":\"a%20b/t.yaml\"", "\"uri\":\"a%20b/none.yaml\""]),
        ("CI_PROJECT_DIR", "gitlab", &["\"path\":\"a b/t.yaml\""]),
    ] {
        let text = report(variable, root.path(), format);
        assert!(parts.iter().all(|part| text.contains(part)) && !text.contains("\"t.yaml\""), "{text}");
        // A root that is elsewhere says nothing.
        let other = report(variable, &root.path().join("none"), format);
        assert!(!other.contains("a b/") && !other.contains("a%20b/"), "{other}");
    }
}

/// The reader of a pipe may go away before everything is written.
#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..700 {
        fs::write(folder.path().join(format!("{number}.yaml")), TEMPLATE).unwrap();
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_cfn-igr"))
        .args(["check", "."])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(1));
}

/// The order of the report does not depend on which thread is ready first.
#[test]
fn many_files_are_reported_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<_> = (100..800).map(|number| format!("{number}.yaml")).collect();
    for name in &names {
        fs::write(folder.path().join(name), TEMPLATE).unwrap();
    }
    let output = String::from_utf8(check(folder.path(), &["-q", "--only", "missing-method-response"]).stdout).unwrap();
    let reported: Vec<_> = output.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(reported, names);
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_reported_and_the_rest_is_checked() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    fs::create_dir(&secret).unwrap();
    fs::write(folder.path().join("t.yaml"), TEMPLATE).unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    let output = ordinary_user(folder.path()).args(["check", "-q"]).current_dir(folder.path()).output().unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o700)).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("cannot read secret: permission denied"), "{stderr}");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("t.yaml:12:"));
}

/// Opening a named pipe would wait for someone to write to it.
#[cfg(unix)]
#[test]
fn a_named_pipe_is_no_template_and_one_from_the_shell_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.yaml"), TEMPLATE).unwrap();
    let made = Command::new("mkfifo").arg("pipe.yaml").current_dir(folder.path()).status();
    if made.is_ok_and(|made| made.success()) {
        let output = check(folder.path(), &["pipe.yaml"]);
        assert_eq!(output.status.code(), Some(3));
        assert!(String::from_utf8_lossy(&output.stderr).contains("named pipe"));
    }
    let stdin = fs::File::open(folder.path().join("t.yaml")).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_cfn-igr"));
    let output = program.args(["check", "-q", "/dev/stdin"]).stdin(stdin).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
