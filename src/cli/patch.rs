//! How files are called in patches.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The name of a file in a patch that is applied in the working folder, its steps parted by slashes.
///
/// Links are followed: `git apply` and `patch` do not write through them, and what is repaired is the file they lead to.
/// The name of a file outside of the folder begins with `..`. Both programs refuse that, and should: under any other
/// name they would look inside the folder, where another file could be found.
pub(crate) fn name(path: &Path, folder: Option<&Path>) -> Vec<u8> {
    // What cannot be resolved is no file in the folder: a stream, or one that is gone.
    let file = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let relative = folder.filter(|_| file.is_absolute()).and_then(|folder| from_folder(&file, folder));
    let relative = relative.unwrap_or(file);
    let steps = relative.components().filter_map(|step| match step {
        Component::Prefix(_) | Component::Normal(_) | Component::ParentDir => Some(step.as_os_str().as_encoded_bytes()),
        Component::RootDir | Component::CurDir => None,
    });
    steps.collect::<Vec<_>>().join(&b'/')
}

/// The way from a folder to a file, both resolved; `None` where there is none, as between two drives.
fn from_folder(file: &Path, folder: &Path) -> Option<PathBuf> {
    let shared = file.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    (shared > 0).then(|| up.chain(file.components().skip(shared)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ways_from_the_folder() {
        let way = |file: &str, folder: &str| from_folder(Path::new(file), Path::new(folder)).unwrap();
        assert_eq!(way("/a/b/t", "/a"), Path::new("b/t"));
        assert_eq!(way("/a/t", "/a/b/c"), Path::new("../../t"));
        assert_eq!(way("/x/t", "/a"), Path::new("../x/t"));
    }

    #[test]
    fn what_is_no_file_is_called_as_it_was_named() {
        assert_eq!(name(Path::new("<stdin>"), None), b"<stdin>");
        assert_eq!(name(Path::new("./gone//t.yaml"), Some(Path::new("/a"))), b"gone/t.yaml");
    }
}
