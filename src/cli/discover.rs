//! Finds what is to be checked: files as named, and templates in folders.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::read;

/// Extensions of files that are looked into when a folder is walked.
const EXTENSIONS: &[&str] = &["yaml", "yml", "json", "template", "cfn", "cform", "cf"];

/// Something to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Standard input.
    Stdin,
    /// A file the user named.
    Named(PathBuf),
    /// A file found in a folder the user named.
    Walked(PathBuf),
    /// A place that cannot be looked into, and why.
    Unreadable(String, String),
}

impl Found {
    /// Whether it was found in a folder, so that it may be about something else.
    pub(crate) fn is_walked(&self) -> bool {
        match self {
            Self::Walked(_) => true,
            Self::Stdin | Self::Named(_) | Self::Unreadable(..) => false,
        }
    }
}

/// Everything to be checked, in the order it was named; a folder's files by path. Each file once.
pub(crate) fn find(paths: &[PathBuf]) -> Vec<Found> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let mut found = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            found.push(Found::Stdin);
        } else if fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
            walk(path, &mut found);
        } else {
            found.push(Found::Named(path.clone()));
        }
    }
    if paths.len() > 1 {
        once(&mut found);
    }
    found
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

/// Respects ignore files also outside of git repositories; hidden files and links are passed over.
fn walk(folder: &Path, found: &mut Vec<Found>) {
    let walk = WalkBuilder::new(folder).require_git(false).sort_by_file_path(Ord::cmp).build();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) && is_template_name(entry.path()) => {
                found.push(Found::Walked(tidy(entry.into_path())));
            }
            Ok(_) => {}
            Err(error) => {
                let path = path_of(&error).unwrap_or(folder).to_path_buf();
                let reason = error.io_error().map_or_else(|| error.to_string(), read::reason);
                found.push(Found::Unreadable(tidy(path).to_string_lossy().into_owned(), reason));
            }
        }
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

fn is_template_name(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

/// `./a.yaml` is `a.yaml` to everyone who reads the report.
fn tidy(path: PathBuf) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(inside) if !inside.as_os_str().is_empty() => inside.to_path_buf(),
        Ok(_) | Err(_) => path,
    }
}
