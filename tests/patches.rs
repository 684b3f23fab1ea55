//! The patches of `--diff` are applied for real, by git and by patch, from the folder in which they were made.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const TEMPLATE: &str = include_str!("cli/files/pets.yaml");

/// Programs that apply patches, with their arguments.
const APPLIERS: [Applier; 2] = [("git", &["apply", "-"]), ("patch", &["-p1", "--batch"])];

type Applier = (&'static str, &'static [&'static str]);

fn check(folder: &Path, args: &[impl AsRef<OsStr>]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cfn-igr")).arg("check").args(args).current_dir(folder).output().unwrap()
}

/// The programs that are installed.
fn appliers() -> Vec<Applier> {
    let installed = |(program, _): &Applier| Command::new(program).arg("--version").output().is_ok();
    APPLIERS.into_iter().filter(installed).collect()
}

/// Applies a patch; whether the program says that all of it was applied.
fn applies((program, args): Applier, folder: &Path, patch: &[u8]) -> bool {
    let mut program = Command::new(program);
    // A repository around the folder would be asked for its root.
    program.args(args).current_dir(folder).env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap());
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(patch).unwrap();
    child.wait().unwrap().success()
}

fn header(patch: &[u8]) -> String {
    String::from_utf8_lossy(patch).lines().take(2).collect::<Vec<_>>().join("\n")
}

/// What `--diff` prints is what `--fix` does, whatever the file is called.
#[test]
fn patches_apply() {
    let crlf = TEMPLATE.replace('\n', "\r\n");
    let no_end = TEMPLATE.trim_end();
    let mut names: Vec<OsString> =
        ["t.yaml", "with space.yaml", "caf\u{e9} \"q\".yaml", "deep/er/t.yaml"].map(OsString::from).into();
    // Elsewhere a name must be a text.
    #[cfg(target_os = "linux")]
    names.push(std::os::unix::ffi::OsStringExt::from_vec(b"caf\xe9.yaml".to_vec()));
    for applier in appliers() {
        for name in &names {
            for text in [TEMPLATE, &crlf, no_end] {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, text).unwrap();
                let diff = check(folder.path(), &["--diff".as_ref(), name.as_os_str()]).stdout;
                assert_eq!(fs::read_to_string(&path).unwrap(), text, "--diff writes nothing");
                assert!(applies(applier, folder.path(), &diff), "{name:?}: {}", String::from_utf8_lossy(&diff));
                let applied = fs::read_to_string(&path).unwrap();
                assert_ne!(applied, text);
                fs::write(&path, text).unwrap();
                assert_eq!(check(folder.path(), &["--fix".as_ref(), name.as_os_str()]).stdout, diff);
                assert_eq!(fs::read_to_string(&path).unwrap(), applied, "{name:?}");
                assert_eq!(check(folder.path(), &["--fix".as_ref(), name.as_os_str()]).stdout, b"");
            }
        }
    }
}

/// A folder `here` to stand in, with `t.yaml`, `in/t.yaml` and `far/deep/`, and a `t.yaml` beside it. None of the texts is
/// another's, so that a patch that lands in the wrong file is noticed.
fn folders() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for name in ["here/t.yaml", "here/in/t.yaml", "here/far/t.yaml", "here/far/deep/t.yaml", "t.yaml"] {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{TEMPLATE}# {name}\n")).unwrap();
    }
    root
}

/// Files of [`folders`] that are not as they were.
fn changed(root: &Path) -> Vec<&'static str> {
    let mut names = vec!["here/t.yaml", "here/in/t.yaml", "here/far/t.yaml", "here/far/deep/t.yaml", "t.yaml"];
    names.retain(|name| fs::read_to_string(root.join(name)).unwrap() != format!("{TEMPLATE}# {name}\n"));
    names
}

/// Checks that a file under this name gets a patch which applies to `file` and to nothing else.
fn reaches(name: &OsStr, file: &str, prepare: impl Fn(&Path)) {
    for applier in appliers() {
        let root = folders();
        let here = root.path().join("here");
        prepare(&here);
        let patch = check(&here, &["--diff".as_ref(), name]).stdout;
        assert!(applies(applier, &here, &patch), "{} refuses {}:\n{}", applier.0, name.display(), header(&patch));
        assert_eq!(changed(root.path()), [file], "{} {}:\n{}", applier.0, name.display(), header(&patch));
    }
}

#[test]
fn every_spelling_of_a_path_applies() {
    for (name, file) in [
        ("./t.yaml", "here/t.yaml"),
        (".//t.yaml", "here/t.yaml"),
        ("in/../t.yaml", "here/t.yaml"),
        ("./in//./t.yaml", "here/in/t.yaml"),
        ("in/../far/deep/../t.yaml", "here/far/t.yaml"),
        ("../here/in/t.yaml", "here/in/t.yaml"),
    ] {
        reaches(name.as_ref(), file, |_| {});
    }
    let patch =
        |root: &Path| check(&root.join("here"), &["--diff".as_ref(), root.join("here/in/t.yaml").as_os_str()]).stdout;
    assert_eq!(header(&patch(folders().path())), "--- a/in/t.yaml\n+++ b/in/t.yaml");
}

/// Neither program writes through a link, so the patch names the file that it leads to, which is the one that `--fix` repairs.
#[cfg(unix)]
#[test]
fn patches_name_the_file_behind_links() {
    use std::os::unix::fs::symlink;
    reaches("link.yaml".as_ref(), "here/in/t.yaml", |here| symlink("in/t.yaml", here.join("link.yaml")).unwrap());
    reaches("link/t.yaml".as_ref(), "here/far/deep/t.yaml", |here| symlink("far/deep", here.join("link")).unwrap());
    reaches("link/../t.yaml".as_ref(), "here/far/t.yaml", |here| symlink("far/deep", here.join("link")).unwrap());
}

/// A file outside of the folder has a name that both programs refuse: any other one could be that of another file.
#[test]
fn patches_for_files_outside_are_refused() {
    for absolute in [false, true] {
        for applier in appliers() {
            let root = folders();
            let outside = if absolute { root.path().join("t.yaml").into_os_string() } else { "../t.yaml".into() };
            let patch = check(&root.path().join("here"), &["--diff".as_ref(), outside.as_os_str()]).stdout;
            assert_eq!(header(&patch), "--- a/../t.yaml\n+++ b/../t.yaml");
            assert!(!applies(applier, &root.path().join("here"), &patch), "{}", applier.0);
            assert_eq!(changed(root.path()), [""; 0]);
            // The one who applies it can say which file is meant.
            assert!(appliers().len() < 2 || applies(("patch", &["-s", "../t.yaml"]), &root.path().join("here"), &patch));
        }
    }
}

/// Names are those from the folder of the run, which need not be the root of a repository.
#[test]
fn patches_apply_in_a_folder_of_a_repository() {
    let root = folders();
    let git = Command::new("git").args(["init", "-q"]).current_dir(root.path()).status();
    if !git.is_ok_and(|status| status.success()) {
        return;
    }
    let here = root.path().join("here");
    let patch = check(&here, &["--diff", "./in/t.yaml"]).stdout;
    let mut git = Command::new("git").args(["apply", "-"]).current_dir(&here).stdin(Stdio::piped()).spawn().unwrap();
    git.stdin.take().unwrap().write_all(&patch).unwrap();
    assert!(git.wait().unwrap().success());
    assert_eq!(changed(root.path()), ["here/in/t.yaml"]);
}
