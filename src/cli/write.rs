//! Writes files, repaired ones and reports: wholly or not at all.
//!
//! The new text goes to a temporary file in the same folder, is forced to the disk, gets the old file's
//! permissions and then takes its place. A symbolic link stays one: the file it leads to is replaced. A file with several
//! names (hard links) is left alone: the others would keep the old text, and to write into the file itself could stop half way.
//!
//! A run that is killed meanwhile can leave the temporary file behind, whole or not: hidden, called
//! `.cfn-igr-` and six random characters, looked at by nobody. It is not cleaned up by later runs, since
//! another run might be about to use it, and a file that is deleted by mistake is worse than one too many.

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::read;
use super::streams::Sink;

/// Replaces `old` in a file by `new`; refuses where the file holds anything else by now.
///
/// # Errors
/// What failed and what to do, in words.
pub(crate) fn replace(path: &Path, old: &str, new: &str) -> Result<(), String> {
    replace_bytes(path, old.as_bytes(), new)
}

/// The same for a file that may be no text.
///
/// # Errors
/// What failed and what to do, in words.
pub(crate) fn replace_bytes(path: &Path, old: &[u8], new: &str) -> Result<(), String> {
    replace_by(path, old, new, Write::write_all)
}

/// The same with the way in which bytes get into the temporary file, which can fail at any of them.
fn replace_by(
    path: &Path,
    old: &[u8],
    new: &str,
    put: impl FnOnce(&mut fs::File, &[u8]) -> io::Result<()>,
) -> Result<(), String> {
    let target = fs::canonicalize(path).map_err(|error| read::reason(&error))?;
    let metadata = fs::metadata(&target).map_err(|error| read::reason(&error))?;
    // The system decides, not the permission bits: a super-user may write what has none.
    if let Err(error) = fs::OpenOptions::new().write(true).open(&target) {
        return Err(match error.kind() {
            ErrorKind::PermissionDenied => {
                "the file is read-only; make it writable (chmod u+w), or see the repair with --diff".to_owned()
            }
            ErrorKind::ReadOnlyFilesystem => {
                "the file system is read-only; copy the file elsewhere, or see the repair with --diff".to_owned()
            }
            _ => read::reason(&error),
        });
    }
    if has_other_names(&metadata) {
        return Err(
            "it has several names (hard links), of which a repair would reach only this one; make it a file of its own, \
                    or see the repair with --diff"
                .to_owned(),
        );
    }
    let folder = target.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let prepared = prepare(&folder, &metadata, new, put).map_err(|error| failed(&error))?;
    let current = read::file(&target).map_err(|error| read::reason(&error))?;
    if current != old {
        return Err("the file changed while it was checked; run the command again".to_owned());
    }
    prepared.persist(&target).map_err(|error| failed(&error.error))?;
    // The rename itself reaches the disk with the folder; where that cannot be asked for, it comes later.
    #[cfg(unix)]
    if let Ok(folder) = fs::File::open(&folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn prepare(
    folder: &Path,
    metadata: &fs::Metadata,
    text: &str,
    put: impl FnOnce(&mut fs::File, &[u8]) -> io::Result<()>,
) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix(".cfn-igr-").tempfile_in(folder)?;
    put(file.as_file_mut(), text.as_bytes())?;
    keep_owner(file.as_file(), metadata);
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(unix)]
fn has_other_names(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink() > 1
}

/// Elsewhere the standard library does not tell.
#[cfg(not(unix))]
fn has_other_names(_: &fs::Metadata) -> bool {
    false
}

/// Only the super-user can give a file away; for everyone else owner and file belong together already.
#[cfg(unix)]
fn keep_owner(file: &fs::File, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::File, _: &fs::Metadata) {}

/// Why a file cannot be written, and what to do, in words.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => "permission denied; allow this user to write in its folder".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        _ => read::reason(error),
    }
}

fn failed(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            format!("{}; the file is as it was", read::reason(error))
        }
        _ => reason(error),
    }
}

/// A file for a report. Readers see the old one until the new one is whole.
pub(crate) struct NewFile {
    /// What is written goes here.
    pub(crate) sink: Sink<'static>,
    /// The temporary file and whose place it takes; a device or a pipe is written at once.
    replaces: Option<(tempfile::NamedTempFile, PathBuf)>,
}

impl NewFile {
    /// Makes sure that the file can be written, and changes nothing yet.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        let builder = builder.prefix(".cfn-igr-");
        let (target, old) = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Err(io::Error::from(ErrorKind::IsADirectory)),
            Ok(metadata) if metadata.is_file() => {
                fs::OpenOptions::new().write(true).open(path)?;
                (fs::canonicalize(path)?, Some(metadata))
            }
            Ok(_) => return Ok(Self::at_once(fs::OpenOptions::new().write(true).open(path)?)),
            // A link whose file is not there yet stays a link.
            Err(_) if fs::symlink_metadata(path).is_ok() => return Ok(Self::at_once(fs::File::create(path)?)),
            Err(_) => (path.to_owned(), None),
        };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // What is left of this for others is the user's own choice, by umask.
        #[cfg(unix)]
        let builder = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder)?;
        if let Some(old) = old {
            keep_owner(file.as_file(), &old);
            file.as_file().set_permissions(old.permissions())?;
        }
        let sink = Sink::plain(BufWriter::new(file.as_file().try_clone()?));
        Ok(Self { sink, replaces: Some((file, target)) })
    }

    fn at_once(file: fs::File) -> Self {
        Self { sink: Sink::plain(BufWriter::new(file)), replaces: None }
    }

    /// Puts the file in its place, if all of it could be written.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.sink.finish()?;
        let Some((file, target)) = self.replaces else { return Ok(()) };
        file.persist(target).map(|_| ()).map_err(|error| error.error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_writing_is_about_writing() {
        let said = |kind: ErrorKind| reason(&io::Error::from(kind));
        assert_eq!(said(ErrorKind::PermissionDenied), "permission denied; allow this user to write in its folder");
        assert_eq!(said(ErrorKind::ReadOnlyFilesystem), "the file system is read-only");
        assert_eq!(said(ErrorKind::StorageFull), "the disk is full");
    }

    #[test]
    fn a_file_that_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.yaml");
        fs::write(&path, "theirs").unwrap();
        assert!(replace(&path, "ours", "new").unwrap_err().contains("changed"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_report_is_not_there_before_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.txt");
        let mut new = NewFile::create(&path).unwrap();
        new.sink.write("new");
        assert!(!path.exists());
        new.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        // What is given up leaves the old one, and nothing beside it.
        drop(NewFile::create(&path).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(NewFile::create(folder.path()).err().map(|error| error.kind()), Some(ErrorKind::IsADirectory));
    }

    #[cfg(unix)]
    #[test]
    fn reports_keep_links_and_permissions_and_go_to_devices() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let named = |name: &str| folder.path().join(name);
        let mode = |name: &str| fs::metadata(named(name)).unwrap().permissions().mode() & 0o777;
        fs::write(named("old"), "old").unwrap();
        fs::write(named("plain"), "").unwrap();
        fs::set_permissions(named("old"), fs::Permissions::from_mode(0o640)).unwrap();
        symlink("old", named("link")).unwrap();
        symlink("later", named("dangling")).unwrap();
        for name in ["link", "dangling", "fresh"] {
            let mut new = NewFile::create(&named(name)).unwrap();
            new.sink.write(name);
            new.finish().unwrap();
            assert_eq!(fs::read_to_string(named(name)).unwrap(), name);
        }
        assert!(fs::symlink_metadata(named("link")).unwrap().is_symlink());
        assert!(fs::symlink_metadata(named("dangling")).unwrap().is_symlink());
        assert_eq!(mode("old"), 0o640);
        assert_eq!(mode("fresh"), mode("plain"), "the user's own umask");
        let mut device = NewFile::create(Path::new("/dev/null")).unwrap();
        device.sink.write("x");
        device.finish().unwrap();
    }

    /// A folder with one file, and what is in it after a replacement with a faulty way of writing.
    fn faulty(put: impl FnOnce(&Path, &mut fs::File, &[u8]) -> io::Result<()>) -> (String, Vec<(String, String)>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.yaml");
        fs::write(&path, "old").unwrap();
        let reason = replace_by(&path, b"old", "new", |file, bytes| put(&path, file, bytes)).unwrap_err();
        let read =
            |path: PathBuf| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap());
        let files = fs::read_dir(folder.path()).into_iter().flatten().map(|entry| read(entry.unwrap().path()));
        (reason, files.collect())
    }

    fn one(text: &str) -> Vec<(String, String)> {
        vec![("t.yaml".to_owned(), text.to_owned())]
    }

    #[test]
    fn a_disk_that_gets_full_meanwhile_leaves_the_old_file() {
        let (reason, files) = faulty(|_, file, bytes| {
            file.write_all(bytes.get(..2).unwrap_or_default())?;
            Err(io::Error::from(ErrorKind::StorageFull))
        });
        assert_eq!((reason.as_str(), files), ("the disk is full; the file is as it was", one("old")));
    }

    #[test]
    fn a_change_at_the_last_moment_is_noticed() {
        let (reason, files) = faulty(|path, file, bytes| {
            file.write_all(bytes)?;
            fs::write(path, "theirs")
        });
        assert!(reason.contains("changed"), "{reason}");
        assert_eq!(files, one("theirs"));
    }

    #[test]
    fn a_file_that_vanishes_is_not_made_anew() {
        let (reason, files) = faulty(|path, file, bytes| {
            file.write_all(bytes)?;
            fs::remove_file(path)
        });
        assert_eq!((reason.as_str(), files), ("there is no such file or folder", Vec::new()));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_vanishes_is_told() {
        let (reason, files) = faulty(|path, file, bytes| {
            file.write_all(bytes)?;
            fs::remove_dir_all(path.parent().unwrap())
        });
        assert_eq!((reason.as_str(), files), ("there is no such file or folder", Vec::new()));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_with_two_names_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("t.yaml"), folder.path().join("other.yaml"));
        fs::write(&path, "old").unwrap();
        fs::hard_link(&path, &other).unwrap();
        assert!(replace(&path, "old", "new").unwrap_err().contains("hard links"));
        assert_eq!((fs::read_to_string(&path).unwrap(), fs::read_to_string(&other).unwrap()), ("old".into(), "old".into()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        fs::remove_file(&other).unwrap();
        replace(&path, "old", "new").unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_are_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("t.yaml"), folder.path().join("link.yaml"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("t.yaml", &link).unwrap();
        replace(&link, "old", "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
