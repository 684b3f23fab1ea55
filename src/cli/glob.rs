//! Patterns as arguments, for shells that do not expand them and for `**`.

use std::path::{Component, Path, PathBuf};

use cfn_igr::report::escape::escape;
use globset::{GlobBuilder, GlobMatcher};

use super::discover::{Found, wrong_pattern};
use super::exclude::Exclude;
use super::walk;

/// Characters that mean something in a pattern.
const MAGIC: [char; 4] = ['*', '?', '[', '{'];

/// Whether a path is written as a pattern. A file that is really called so comes first; that is the caller's part.
pub(crate) fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(MAGIC)
}

/// The files that a pattern names, and the templates of the folders that it names, by path. What matches and is no template
/// is passed over, as in a folder.
pub(crate) fn expand(pattern: &Path, exclude: &Exclude, found: &mut Vec<Found>) -> Result<(), String> {
    let written = pattern.to_string_lossy();
    let matcher = matcher(written.strip_prefix("./").unwrap_or(&written))
        .map_err(|error| wrong_pattern("", &written, &error.to_string()))?;
    let before = found.len();
    walk::files(&base(pattern), exclude, found, |path| {
        matcher.is_match(path)
            || walk::is_template_name(path) && path.ancestors().skip(1).any(|folder| matcher.is_match(folder))
    });
    if found.len() == before {
        found.push(Found::Unreadable(escape(&written).to_string(), "no file matches this pattern".to_owned()));
    }
    Ok(())
}

/// `*` stays within a folder, `**` goes through all below.
fn matcher(pattern: &str) -> Result<GlobMatcher, globset::Error> {
    Ok(GlobBuilder::new(pattern).literal_separator(true).build()?.compile_matcher())
}

/// The folder below which everything lies that can match.
fn base(pattern: &Path) -> PathBuf {
    let is_plain = |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(MAGIC);
    let base: PathBuf = pattern.components().take_while(is_plain).collect();
    if base.as_os_str().is_empty() { PathBuf::from(".") } else { base }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_begins_where_the_pattern_does() {
        assert_eq!(base(Path::new("a/b*/c.yaml")), Path::new("a"));
        assert_eq!(base(Path::new("**/c.yaml")), Path::new("."));
        assert_eq!(base(Path::new("/x/{a,b}")), Path::new("/x"));
    }

    #[test]
    fn a_star_stays_within_a_folder() {
        let matches = |pattern: &str, path: &str| matcher(pattern).is_ok_and(|matcher| matcher.is_match(path));
        assert!(matches("a/*.yaml", "a/t.yaml") && !matches("a/*.yaml", "a/b/t.yaml"));
        assert!(matches("**/*.yaml", "t.yaml") && matches("**/*.yaml", "a/b/t.yaml"));
        assert!(matches("{a,b}/t.y?ml", "b/t.yaml"));
    }
}
