//! Many files and changed ones: `--threads`, `--since`.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const TEMPLATE: &str = include_str!("cli/files/pets.yaml");

fn check(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cfn-igr")).arg("check").args(args).current_dir(folder).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A template with some methods, and other files between: every format says the same, byte for byte.
#[test]
fn the_output_is_the_same_for_every_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..400 {
        let name = format!("f{}/{number}.yaml", number % 7);
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = match number % 4 {
            0 => "kind: Deployment\n".to_owned(),
            1 => TEMPLATE.to_owned(),
            2 => "Resources:\n  A: [{Type: AWS::ApiGateway::Method}\n".to_owned(),
            _ => TEMPLATE.replace("GetPet", &format!("GetPet{number}")),
        };
        fs::write(path, text).unwrap();
    }
    for format in ["text", "json", "github"] {
        let run = |threads: &str| check(folder.path(), &["--statistics", "--format", format, "--threads", threads, "."]);
        let one = run("1");
        assert!(stdout(&one).contains("GetPet399"));
        for threads in ["2", "8"] {
            let other = run(threads);
            assert_eq!((stdout(&one), &one.stderr, one.status), (stdout(&other), &other.stderr, other.status));
        }
    }
}

/// Runs git; `None` where there is none.
fn git(folder: &Path, args: &[&str]) -> Option<()> {
    let mut command = Command::new("git");
    let names = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
    let output = command.args(names).args(args).current_dir(folder).output().ok()?;
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

#[test]
fn since_reports_what_stands_on_changed_lines() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    if git(root, &["init", "-q"]).is_none() {
        return;
    }
    let write = |name: &str, text: &str| {
        fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
        fs::write(root.join(name), text).unwrap();
    };
    let commit = || {
        git(root, &["add", "-A"]);
        git(root, &["commit", "-q", "-m", "x"]);
    };
    let second = TEMPLATE.replacen("Resources:\n", "", 1).replace("GetPet", "Second");
    write("old.yaml", TEMPLATE);
    write("in/caf\u{e9} \"q\".yaml", TEMPLATE);
    write("moved.yaml", &format!("{TEMPLATE}{second}"));
    commit();

    let quiet = |args: &[&str]| {
        let output = check(root, &[&["-q"], args].concat());
        (stdout(&output), String::from_utf8(output.stderr).unwrap(), output.status.code().unwrap())
    };
    let nothing = (String::new(), String::new(), 0);
    assert_eq!(quiet(&["--since", "HEAD"]), nothing, "nothing has changed");

    // A finding is added below an old one; another file is new; the line of an old finding is moved only.
    write("in/caf\u{e9} \"q\".yaml", &format!("{TEMPLATE}{second}"));
    write("new.yaml", TEMPLATE);
    git(root, &["mv", "moved.yaml", "there.yaml"]);
    write("there.yaml", &format!("# moved\n\n{TEMPLATE}{second}"));
    let (found, errors, code) = quiet(&["--since", "HEAD"]);
    let found: Vec<_> = found.lines().map(|line| line.split(" GetPet").next().unwrap()).collect();
    assert_eq!(errors, "");
    assert_eq!(
        found,
        [
            "in/caf\u{e9} \"q\".yaml:26:25: error[missing-method-response] Second answers with 404 but has no method response for 404",
            "new.yaml:12:25: error[missing-method-response]",
        ]
    );
    assert_eq!(code, 1);

    // What git ignores is new to it, if it is named.
    write("cdk.out/T.template.json", include_str!("cli/files/cdk.json"));
    write(".gitignore", "cdk.out\n");
    assert!(quiet(&["--since", "HEAD", "cdk.out"]).0.starts_with("cdk.out/T.template.json:1:"));

    // From a folder of the repository, and for a file that is named.
    let inner = check(&root.join("in"), &["-q", "--since", "HEAD"]);
    assert!(stdout(&inner).starts_with("caf\u{e9} \"q\".yaml:26:25:"), "{}", stdout(&inner));
    assert_eq!(quiet(&["--since", "HEAD", "old.yaml"]), nothing);

    // What another branch has done meanwhile is none of this one's changes.
    commit();
    git(root, &["branch", "-q", "topic"]);
    write("old.yaml", &TEMPLATE.replace("404", "405"));
    commit();
    git(root, &["checkout", "-q", "topic"]);
    write("old.yaml", &format!("# here\n{TEMPLATE}"));
    assert_eq!(quiet(&["--since", "main", "old.yaml"]), nothing);

    let (_, errors, code) = quiet(&["--since", "nothing-like-this"]);
    assert_eq!(code, 2);
    assert!(errors.starts_with("error: --since nothing-like-this: git knows no such revision;"), "{errors}");
    let (_, errors, code) = quiet(&["--since=--output=x"]);
    assert_eq!((code, errors.contains("no such revision")), (2, true), "{errors}");
    assert!(!root.join("x").exists());
}
