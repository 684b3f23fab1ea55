//! What goes wrong while `--fix` writes: every file is wholly old or wholly new afterwards.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy takes only the test functions themselves for tests")]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const OLD: &str = include_str!("cli/files/pets.yaml");
const NEW: &str = include_str!("cli/files/fixed.yaml");
const PROGRAM: &str = env!("CARGO_BIN_EXE_cfn-igr");
const FILES: usize = 32;
const NOBODY: u32 = 65_534;

fn folder_of_templates() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for at in 0..FILES {
        fs::write(template(folder.path(), at), OLD).unwrap();
    }
    folder
}

fn template(folder: &Path, at: usize) -> PathBuf {
    folder.join(format!("{at}.yaml"))
}

fn fix(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["check", "--fix", "-q", "."]).current_dir(folder);
    command
}

fn started(command: &mut Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// How many templates are new; the others are old again afterwards.
fn renew(folder: &Path) -> usize {
    let mut new = 0;
    for at in 0..FILES {
        let path = template(folder, at);
        match fs::read_to_string(&path).unwrap() {
            text if text == NEW => {
                new += 1;
                fs::write(&path, OLD).unwrap();
            }
            text => assert_eq!(text, OLD, "{} is half written", path.display()),
        }
    }
    new
}

/// Names in a folder other than those of the templates.
fn left_over(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| Path::new(name).extension().is_none_or(|extension| extension != "yaml")).collect()
}

/// Numbers without a pattern, the same in every run of the test.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }
}

/// Ends runs after any part of the time that a whole one takes; tells how many were amid the writing.
fn interrupt(folder: &Path, times: usize, end: impl Fn(&mut Child)) -> usize {
    let start = Instant::now();
    assert!(started(&mut fix(folder)).wait().unwrap().success());
    let whole = u64::try_from(start.elapsed().as_micros()).unwrap().min(100_000);
    assert_eq!(renew(folder), FILES);
    let mut dice = Dice(1);
    let mut amid = 0;
    for _ in 0..times {
        let mut child = started(&mut fix(folder));
        sleep(Duration::from_micros(dice.below(whole)));
        end(&mut child);
        child.wait().unwrap();
        amid += usize::from((1..FILES).contains(&renew(folder)));
        assert!(left_over(folder).iter().all(|name| name.starts_with(".cfn-igr-")), "{:?}", left_over(folder));
    }
    amid
}

#[test]
fn a_killed_run_leaves_no_file_half_written() {
    let folder = folder_of_templates();
    let amid = interrupt(folder.path(), 500, |child| child.kill().unwrap());
    assert!(amid > 10, "only {amid} of 500 runs were killed amid the writing");
    // What they left behind disturbs no later run, and is left alone by it.
    fs::write(folder.path().join(".cfn-igr-000000"), &OLD[..100]).unwrap();
    let before = left_over(folder.path());
    assert_eq!(fix(folder.path()).output().unwrap().status.code(), Some(0));
    assert_eq!((renew(folder.path()), left_over(folder.path())), (FILES, before));
}

#[test]
fn an_interrupted_run_leaves_no_file_half_written() {
    let folder = folder_of_templates();
    interrupt(folder.path(), 40, |child| {
        // The run may be over already.
        let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).stderr(Stdio::null()).status().unwrap();
    });
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs with `t.yaml`, whose place has a fault, and `other/t.yaml`, whose place has none.
fn run_beside(mut command: Command, faulty: &Path, message: &str) {
    let other = tempfile::tempdir().unwrap();
    let good = other.path().join("t.yaml");
    fs::write(&good, OLD).unwrap();
    if fs::metadata(faulty).unwrap().uid() == NOBODY {
        for path in [other.path(), &good] {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    let before = fs::read_to_string(faulty).unwrap();
    let output = command.arg(faulty).arg(&good).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
    let expected = format!("error: cannot write {}: {message}", faulty.display());
    assert!(errors(&output).contains(&expected), "{expected}\n{}", errors(&output));
    assert_eq!(fs::read_to_string(faulty).unwrap(), before);
    assert_eq!(fs::read_to_string(&good).unwrap(), NEW, "the others are done");
    assert_eq!(left_over(faulty.parent().unwrap()), Vec::<String>::new());
}

/// The program under a limit on the size of files, as a shell sets it.
fn limited(before: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{before} ulimit -f 4; exec \"$0\" check --fix -q \"$@\""), PROGRAM]);
    command
}

fn large() -> String {
    OLD.to_owned() + &"# a line that makes it larger\n".repeat(1000)
}

#[test]
fn a_file_that_cannot_be_written_to_its_end_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.yaml");
    fs::write(&path, large()).unwrap();
    run_beside(limited("trap '' XFSZ;"), &path, "file too large; the file is as it was");
}

/// Without the trap the system ends the program at the byte that is too much.
#[test]
fn a_run_that_ends_amid_a_file_leaves_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.yaml");
    fs::write(&path, large()).unwrap();
    let output = limited("").arg(&path).output().unwrap();
    assert!(output.status.signal().is_some(), "{}", output.status);
    assert_eq!(fs::read_to_string(&path).unwrap(), large());
    let left = left_over(folder.path());
    assert!(left.len() == 1 && left.iter().all(|name| name.starts_with(".cfn-igr-")), "{left:?}");
    let output = fix(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_eq!(left_over(folder.path()), left);
}

#[test]
fn a_folder_in_which_nothing_can_be_made_keeps_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.yaml");
    fs::write(&path, OLD).unwrap();
    let place = tempfile::tempdir().unwrap();
    let mut command = Command::new(PROGRAM);
    if fs::metadata(folder.path()).unwrap().uid() == 0 {
        // The super-user may write anywhere, and the program may stand where others may not go.
        let copy = place.path().join("cfn-igr");
        fs::copy(PROGRAM, &copy).unwrap();
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
        command = Command::new(copy);
        command.uid(NOBODY).gid(NOBODY);
        for path in [folder.path(), &path] {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    command.args(["check", "--fix", "-q"]);
    run_beside(command, &path, "permission denied; allow this user to write in its folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_is_gone_is_told_and_the_others_are_done() {
    let folder = folder_of_templates();
    fs::remove_file(template(folder.path(), 0)).unwrap();
    let output = Command::new(PROGRAM)
        .args(["check", "--fix", "-q", "0.yaml", "gone/1.yaml", "2.yaml"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    for name in ["0.yaml", "gone/1.yaml"] {
        let expected = format!("error: cannot read {name}: there is no such file or folder");
        assert!(errors(&output).contains(&expected), "{}", errors(&output));
    }
    assert_eq!(fs::read_to_string(template(folder.path(), 2)).unwrap(), NEW);
}

/// A file system in memory; unmounted in the end.
struct Mounted(tempfile::TempDir);

impl Mounted {
    /// `None` where the user may not mount any.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let done = mount(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"], folder.path());
        done.then_some(Self(folder))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

fn mount(arguments: &[&str], place: &Path) -> bool {
    let status = Command::new("mount").args(arguments).arg(place).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Where nothing can be mounted, the tests of the module that writes stand for it.
#[test]
fn a_full_disk_keeps_the_old_file() {
    let Some(mounted) = Mounted::new() else { return };
    let path = mounted.0.path().join("t.yaml");
    fs::write(&path, OLD).unwrap();
    // The last bytes go in one by one: a large write fails as a whole.
    let filler = mounted.0.path().join("filler.yaml");
    let mut size = 1 << 20;
    while size > 0 {
        let mut bytes = fs::read(&filler).unwrap_or_default();
        let before = bytes.len();
        bytes.resize(before + size, b'#');
        if fs::write(&filler, &bytes).is_err() {
            bytes.truncate(before);
            let _ = fs::write(&filler, &bytes);
            size /= 2;
        }
    }
    let mut command = Command::new(PROGRAM);
    command.args(["check", "--fix", "-q"]);
    run_beside(command, &path, "the disk is full; the file is as it was");
}

#[test]
fn a_file_system_that_is_read_only_is_told() {
    let Some(mounted) = Mounted::new() else { return };
    let path = mounted.0.path().join("t.yaml");
    fs::write(&path, OLD).unwrap();
    if !mount(&["-o", "remount,ro"], mounted.0.path()) {
        return;
    }
    let mut command = Command::new(PROGRAM);
    command.args(["check", "--fix", "-q"]);
    for (arguments, name) in [(&["config", "init"], "cfn-igr.yaml"), (&["baseline", "create"], "cfn-igr-baseline.json")] {
        let output = Command::new(PROGRAM).args(arguments).current_dir(mounted.0.path()).output().unwrap();
        let expected = format!("error: cannot write {name}: the file system is read-only\n");
        assert!(errors(&output).ends_with(&expected), "{}", errors(&output));
    }
    run_beside(command, &path, "the file system is read-only; copy the file elsewhere, or see the repair with --diff");
}
