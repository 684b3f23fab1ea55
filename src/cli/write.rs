//! Writes repaired files: wholly or not at all.
//!
//! The new text goes to a temporary file in the same folder, is forced to the disk, gets the old file's
//! permissions and then takes its place. A symbolic link stays one: the file it leads to is replaced.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::read;

/// Replaces `old` in a file by `new`; refuses where the file holds anything else by now.
///
/// # Errors
/// What failed and what to do, in words.
pub(crate) fn replace(path: &Path, old: &str, new: &str) -> Result<(), String> {
    let target = fs::canonicalize(path).map_err(|error| read::reason(&error))?;
    let metadata = fs::metadata(&target).map_err(|error| read::reason(&error))?;
    // The system decides, not the permission bits: a super-user may write what has none.
    if let Err(error) = fs::OpenOptions::new().write(true).open(&target) {
        return Err(match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "the file is read-only; make it writable (chmod u+w), or see the repair with --diff".to_owned()
            }
            _ => read::reason(&error),
        });
    }
    let folder = target.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let prepared = prepare(&folder, &metadata, new).map_err(|error| failed(&error))?;
    let current = read::file(&target).map_err(|error| read::reason(&error))?;
    if current != old.as_bytes() {
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

fn prepare(folder: &Path, metadata: &fs::Metadata, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix(".cfn-igr-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    keep_owner(file.as_file(), metadata);
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Only the super-user can give a file away; for everyone else owner and file belong together already.
#[cfg(unix)]
fn keep_owner(file: &fs::File, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::File, _: &fs::Metadata) {}

fn failed(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => "permission denied; allow this user to write in its folder".to_owned(),
        _ => read::reason(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.yaml");
        fs::write(&path, "theirs").unwrap();
        assert!(replace(&path, "ours", "new").unwrap_err().contains("changed"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
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
