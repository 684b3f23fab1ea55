//! Walks folders.
//!
//! Ignore files count outside of git repositories too; hidden files and links are passed over. In a folder that the AWS CDK
//! made, the templates are looked at and the assets are not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::discover::Found;
use super::exclude::Exclude;
use super::read;

/// Extensions of files that are looked into when a folder is walked.
const EXTENSIONS: &[&str] = &["yaml", "yml", "json", "template", "cfn", "cform", "cf"];

/// The name of the folder into which the CDK writes, and of a file in each such folder.
const CDK: &str = "cdk.out";

/// The files of a folder that can be templates by their names.
pub(crate) fn templates(folder: &Path, exclude: &Exclude, found: &mut Vec<Found>) {
    files(folder, exclude, found, is_template_name);
}

/// The files of a folder with names that are wanted, by path.
pub(crate) fn files(folder: &Path, exclude: &Exclude, found: &mut Vec<Found>, is_wanted: impl Fn(&Path) -> bool) {
    let mut assemblies = BTreeMap::new();
    for entry in builder(folder, exclude).build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                let path = tidy(entry.into_path());
                if is_wanted(&path) && (is_cdk_template(&path) || !is_in_assembly(&path, &mut assemblies)) {
                    found.push(Found::Walked(path));
                }
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

/// What the CDK writes is seldom committed. Who names the folder wants it nevertheless.
fn builder(folder: &Path, exclude: &Exclude) -> WalkBuilder {
    let mut builder = WalkBuilder::new(folder);
    builder.require_git(false).sort_by_file_path(Ord::cmp);
    if folder.ancestors().any(is_assembly) {
        builder.ignore(false).git_ignore(false).git_global(false).git_exclude(false).parents(false);
    }
    let exclude = exclude.clone();
    builder.filter_entry(move |entry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        !(exclude.holds(entry.path(), is_folder) || is_folder && is_asset(entry.path()))
    });
    builder
}

fn is_assembly(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == CDK) || folder.join(CDK).is_file()
}

/// A folder with the code of a function, or with files that it needs.
fn is_asset(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with("asset.")) && folder.parent().is_some_and(is_assembly)
}

fn is_cdk_template(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(".template.json"))
}

/// Asks for each folder once.
fn is_in_assembly(path: &Path, known: &mut BTreeMap<PathBuf, bool>) -> bool {
    let folder = path.parent().unwrap_or(Path::new(""));
    if let Some(known) = known.get(folder) {
        return *known;
    }
    let is = is_assembly(folder);
    known.insert(folder.to_path_buf(), is);
    is
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// Whether a file can be a template by its name.
pub(crate) fn is_template_name(path: &Path) -> bool {
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
