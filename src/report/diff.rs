//! Unified diffs that `git apply` and `patch -p1` take.

use std::fmt::Write as _;

use similar::{Algorithm, ChangeTag, TextDiff};

use super::escape::escape_source;

/// How a diff is shown. Neither is on where it goes to a file or a program: a patch is exact bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// With hidden characters shown as escapes.
    pub escape: bool,
}

/// The diff between two texts of the file `path`, whose bytes need be no text; empty where they are equal.
///
/// The path is that from the folder in which the patch will be applied, its steps parted by slashes. Steps that say nothing
/// (`.`, and doubled slashes) and a slash at the beginning are left out. What `..` leads to only the file system can tell, so it stays, and
/// `git apply` and `patch` refuse it.
///
/// # Examples
/// ```
/// use cfn_igr::report::diff::{Style, unified};
/// assert_eq!(
///     unified("t.yaml", "a\n", "b\n", Style::default()),
///     "--- a/t.yaml\n+++ b/t.yaml\n@@ -1 +1 @@\n-a\n+b\n"
/// );
/// ```
pub fn unified(path: impl AsRef<[u8]>, old: &str, new: &str, style: Style) -> String {
    let path = path.as_ref();
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).newline_terminated(true).diff_slices(&old, &new);
    let mut out = String::new();
    for hunk in diff.unified_diff().iter_hunks() {
        if out.is_empty() {
            out.push_str(&painted(&format!("--- {}", quoted("a/", path)), BOLD, style));
            out.push_str(&painted(&format!("+++ {}", quoted("b/", path)), BOLD, style));
        }
        out.push_str(&painted(&hunk.header().to_string(), CYAN, style));
        for change in hunk.iter_changes() {
            let (sign, paint) = match change.tag() {
                ChangeTag::Equal => (' ', ""),
                ChangeTag::Delete => ('-', RED),
                ChangeTag::Insert => ('+', GREEN),
            };
            let line = change.value();
            let ended = line.strip_suffix('\n');
            let shown = ended.unwrap_or(line);
            let shown = if style.escape { escape_source(shown) } else { shown.into() };
            out.push_str(&painted(&format!("{sign}{shown}"), paint, style));
            if ended.is_none() {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}

const BOLD: &str = "1";
const CYAN: &str = "36";
const RED: &str = "31";
const GREEN: &str = "32";

fn painted(line: &str, paint: &str, style: Style) -> String {
    if style.color && !paint.is_empty() { format!("\u{1b}[{paint}m{line}\u{1b}[0m\n") } else { format!("{line}\n") }
}

/// A name as git writes it: in quotes with octal escapes where it has anything special, with a tab behind
/// it where it has a space.
fn quoted(prefix: &str, path: &[u8]) -> String {
    let path = tidy(path);
    let special = |byte: u8| !(0x20..0x7f).contains(&byte) || matches!(byte, b'"' | b'\\');
    let named = str::from_utf8(&path).ok().filter(|path| !path.bytes().any(special));
    if let Some(path) = named {
        let tab = if path.contains(' ') { "\t" } else { "" };
        return format!("{prefix}{path}{tab}");
    }
    let mut out = format!("\"{prefix}");
    for byte in path.iter().copied() {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            _ if special(byte) => {
                let _ = write!(out, "\\{byte:03o}");
            }
            _ => out.push(char::from(byte)),
        }
    }
    out.push('"');
    out
}

/// A path without steps that lead nowhere.
fn tidy(path: &[u8]) -> Vec<u8> {
    let steps = path.split(|byte| *byte == b'/').filter(|step| !step.is_empty() && *step != b".");
    steps.collect::<Vec<_>>().join(&b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(path: &str, old: &str, new: &str) -> String {
        unified(path, old, new, Style::default())
    }

    #[test]
    fn lines_end_only_at_line_feeds() {
        assert_eq!(plain("t", "a\rb\r\n", "a\rc\r\n"), "--- a/t\n+++ b/t\n@@ -1 +1 @@\n-a\rb\r\n+a\rc\r\n");
    }

    #[test]
    fn a_missing_last_line_end_is_said() {
        let expected =
            "--- a/t\n+++ b/t\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n";
        assert_eq!(plain("t", "a", "a\nb"), expected);
    }

    #[test]
    fn names_are_written_as_git_writes_them() {
        assert_eq!(quoted("a/", b"/x/y z.yaml"), "a/x/y z.yaml\t");
        assert_eq!(quoted("a/", "caf\u{e9}\".yaml".as_bytes()), "\"a/caf\\303\\251\\\".yaml\"");
        assert_eq!(quoted("a/", b"caf\xe9.yaml"), "\"a/caf\\351.yaml\"");
        assert_eq!(quoted("b/", b".//in/./t.yaml"), "b/in/t.yaml");
        assert_eq!(quoted("b/", b"in/../../t.yaml"), "b/in/../../t.yaml");
    }

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(plain("t", "a", "a"), "");
    }
}
