//! Finds what is to be checked: files as named, and templates in folders, behind patterns and in lists.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cfn_igr::report::escape::escape;
use clap::Args as ClapArgs;

use super::exclude::Exclude;
use super::glob;
use super::read;
use super::walk;

/// Which files are meant, beside the paths.
#[derive(Debug, Default, ClapArgs)]
pub(crate) struct FileArgs {
    /// Leave out files and folders, written as in a .gitignore of this folder; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,

    /// Also check the files that this file lists, one a line or with zero bytes between; - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) files_from: Option<PathBuf>,

    /// Pass over named files that are no templates with API Gateway, as in a folder
    #[arg(long)]
    pub(crate) templates_only: bool,
}

/// Something to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Standard input.
    Stdin,
    /// A file the user named.
    Named(PathBuf),
    /// A regular file found in a folder or a list, or by a pattern.
    Walked(PathBuf),
    /// A place that cannot be looked into, and why.
    Unreadable(String, String),
}

impl Found {
    /// Whether it was found where other files are too, so that it may be about something else.
    pub(crate) fn is_walked(&self) -> bool {
        match self {
            Self::Walked(_) => true,
            Self::Stdin | Self::Named(_) | Self::Unreadable(..) => false,
        }
    }

    /// Where it is, if it is a file.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Named(path) | Self::Walked(path) => Some(path),
            Self::Stdin | Self::Unreadable(..) => None,
        }
    }
}

/// Everything to be checked, in the order it was named; a folder's files by path. Each file once. The error is what to
/// say about arguments that make no sense.
pub(crate) fn find(paths: &[PathBuf], args: &FileArgs, stdin: &mut dyn io::Read) -> Result<Vec<Found>, String> {
    let exclude = Exclude::new(&args.exclude)?;
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() && args.files_from.is_none() { &here } else { paths };
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    if args.files_from.as_ref().is_some_and(is_stdin) && paths.iter().any(is_stdin) {
        return Err("error: standard input cannot be both the list of --files-from and a template\n".to_owned());
    }
    let mut found = Vec::new();
    for path in paths {
        if is_stdin(path) {
            found.push(Found::Stdin);
        } else {
            named(path, args.templates_only, &exclude, &mut found)?;
        }
    }
    if let Some(list) = &args.files_from {
        listed(list, stdin, &exclude, &mut found);
    }
    if paths.len() > 1 || args.files_from.is_some() {
        once(&mut found);
    }
    Ok(found)
}

/// A path of the command line.
fn named(path: &Path, templates_only: bool, exclude: &Exclude, found: &mut Vec<Found>) -> Result<(), String> {
    let metadata = fs::metadata(path);
    let is_folder = metadata.as_ref().is_ok_and(fs::Metadata::is_dir);
    if metadata.is_err() && glob::is_pattern(path) {
        return glob::expand(path, exclude, found);
    }
    if exclude.holds_or_parent(path, is_folder) {
        return Ok(());
    }
    if is_folder {
        walk::templates(path, exclude, found);
    } else if templates_only && metadata.is_ok_and(|metadata| metadata.is_file()) {
        found.push(Found::Walked(path.to_path_buf()));
    } else {
        found.push(Found::Named(path.to_path_buf()));
    }
    Ok(())
}

/// The entries of a list. Who lists files has looked at their names only, so what is no template is passed over.
fn listed(list: &Path, stdin: &mut dyn io::Read, exclude: &Exclude, found: &mut Vec<Found>) {
    let bytes = if list.as_os_str() == "-" { read::stream(stdin) } else { read::file(list) };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => return found.push(Found::Unreadable(list.to_string_lossy().into_owned(), read::reason(&error))),
    };
    for path in entries(&bytes) {
        let metadata = fs::metadata(&path);
        let is_folder = metadata.as_ref().is_ok_and(fs::Metadata::is_dir);
        if exclude.holds_or_parent(&path, is_folder) {
            continue;
        }
        if is_folder {
            walk::templates(&path, exclude, found);
        } else if metadata.is_ok_and(|metadata| metadata.is_file()) {
            found.push(Found::Walked(path));
        } else {
            // Reading it says what is wrong.
            found.push(Found::Named(path));
        }
    }
}

/// Names may hold line breaks where zero bytes stand between them.
fn entries(bytes: &[u8]) -> Vec<PathBuf> {
    let zero = bytes.contains(&0);
    let parts = bytes.split(|byte| *byte == if zero { 0 } else { b'\n' });
    let parts = parts.map(|part| if zero { part } else { part.strip_suffix(b"\r").unwrap_or(part) });
    parts.filter(|part| !part.is_empty()).map(path_of_bytes).collect()
}

#[cfg(unix)]
fn path_of_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// A file that is reached twice would be reported, and repaired, twice.
fn once(found: &mut Vec<Found>) {
    let mut seen = BTreeSet::new();
    found.retain(|found| match found {
        Found::Stdin => seen.insert(PathBuf::from("-")),
        Found::Named(path) | Found::Walked(path) => seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())),
        Found::Unreadable(..) => true,
    });
}

/// What is wrong with a pattern of the command line.
pub(crate) fn wrong_pattern(option: &str, pattern: &str, error: &str) -> String {
    let words = error.rsplit_once("': ").map_or(error, |(_, words)| words);
    format!("error: {option}\"{}\" is no pattern: {}\n", escape(pattern), escape(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_separated_by_lines_or_by_zero_bytes() {
        let paths = |bytes: &[u8]| entries(bytes).iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
        assert_eq!(paths(b"a b.yaml\r\n\nc.yaml"), ["a b.yaml", "c.yaml"]);
        assert_eq!(paths(b"a\nb.yaml\0c.yaml\0"), ["a\nb.yaml", "c.yaml"]);
        assert!(paths(b"").is_empty());
    }
}
