//! What `--exclude` leaves out: patterns as in a `.gitignore` of the working folder.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::discover::wrong_pattern;

/// The patterns.
#[derive(Clone, Debug)]
pub(crate) struct Exclude {
    patterns: Gitignore,
    folder: Option<PathBuf>,
}

impl Exclude {
    /// The error is what to say about a pattern that is none.
    pub(crate) fn new(patterns: &[String]) -> Result<Self, String> {
        let mut builder = GitignoreBuilder::new("");
        builder.allow_unclosed_class(false);
        for pattern in patterns {
            let wrong = |error: ignore::Error| wrong_pattern("--exclude ", pattern, &error.to_string());
            builder.add_line(None, pattern.strip_prefix("./").unwrap_or(pattern)).map_err(wrong)?;
        }
        let patterns =
            builder.build().map_err(|error| wrong_pattern("--exclude ", &patterns.join(" "), &error.to_string()))?;
        Ok(Self { patterns, folder: std::env::current_dir().ok() })
    }

    /// Whether this path itself is left out. Those of a folder that is are never asked for.
    pub(crate) fn holds(&self, path: &Path, is_folder: bool) -> bool {
        !self.patterns.is_empty() && self.patterns.matched(self.inside(path), is_folder).is_ignore()
    }

    /// Whether this path or a folder that it lies in is left out.
    pub(crate) fn holds_or_parent(&self, path: &Path, is_folder: bool) -> bool {
        let inside = self.inside(path);
        let mut is_folder = is_folder;
        !self.patterns.is_empty()
            && inside.ancestors().filter(|part| !part.as_os_str().is_empty()).any(|part| {
                let held = self.patterns.matched(part, is_folder).is_ignore();
                is_folder = true;
                held
            })
    }

    /// The path as seen from the working folder.
    fn inside<'p>(&self, path: &'p Path) -> &'p Path {
        let path = self.folder.as_ref().and_then(|folder| path.strip_prefix(folder).ok()).unwrap_or(path);
        path.strip_prefix(".").unwrap_or(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_a_gitignore() {
        let exclude =
            |patterns: &[&str]| Exclude::new(&patterns.iter().map(|&pattern| pattern.to_owned()).collect::<Vec<_>>()).ok();
        let holds = |patterns: &[&str], path: &str| {
            exclude(patterns).is_some_and(|exclude| exclude.holds_or_parent(Path::new(path), false))
        };
        assert!(holds(&["legacy"], "a/legacy/t.yaml"));
        assert!(holds(&["legacy/"], "./legacy/t.yaml"));
        assert!(!holds(&["legacy/"], "legacy"));
        assert!(!holds(&["/legacy"], "a/legacy/t.yaml"));
        assert!(holds(&["*.gen.yaml"], "../x/t.gen.yaml"));
        assert!(!holds(&["a/*", "!a/keep.yaml"], "a/keep.yaml"));
        assert!(exclude(&["[z-a]"]).is_none());
        assert!(exclude(&["["]).is_none());
    }
}
