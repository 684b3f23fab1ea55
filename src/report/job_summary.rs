//! The summary of a job in GitHub Actions: a table in GitHub's Markdown.

use std::fmt::Write as _;

use super::escape::escape;
use super::{Input, Summary, text, uri, words};
use crate::finding::Finding;
use crate::text::Source;

/// The rows of the table for one input.
pub(super) fn rows(input: &Input<'_>) -> String {
    input.checked.active().map(|finding| row(finding, input.source)).collect()
}

/// The whole summary around the rows; `is_cut` tells that there are more findings than rows.
pub fn job_summary(rows: &str, is_cut: bool, summary: &Summary) -> String {
    let result: Vec<_> = text::result(summary).lines().map(cell).collect();
    let mut out = format!("### cfn-igr\n\n{}\n", result.join("\n\n"));
    if !rows.is_empty() {
        let _ = write!(out, "\n| place | severity | rule | finding | repair |\n| --- | --- | --- | --- | --- |\n{rows}");
    }
    if is_cut {
        out.push_str("\nThe table is cut; the log of the step has all findings.\n");
    }
    for failed in summary.unreadable.iter().chain(&summary.unwritable) {
        let _ = write!(out, "\n{}\n", cell(&failed.message));
    }
    out
}

fn row(finding: &Finding, source: &Source) -> String {
    let at = source.position(finding.span.start());
    let place = format!("{}:{}:{}", uri::below(source.name()), at.line, at.column);
    let repair = words::repair(finding).unwrap_or_default();
    let cells = [&place, finding.severity.as_str(), finding.rule, &finding.message, &repair];
    format!("| {} |\n", cells.map(cell).join(" | "))
}

/// Text without any meaning to Markdown, HTML or GitHub's own extensions: whatever is more than a letter, a digit or
/// harmless in every place is written as a character reference, which is never structure.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in escape(text).chars() {
        match c {
            ' ' | ',' | ';' | '\'' | '/' | '-' | '?' | '"' => out.push(c),
            _ if c.is_ascii_punctuation() => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_in_its_cell_and_means_nothing() {
        let hostile = "| </td> <script> [x](y) `c` **b** @team #1 http://x $m$ \n\n# h ~~s~~ \u{202e}";
        let cell = cell(hostile);
        for structure in ["|", "<", ">", "[", "]", "(", "`", "*", "@", "://", "$", "\n", "~", "\u{202e}", "#1 "] {
            assert!(!cell.contains(structure), "{structure:?} in {cell}");
        }
        assert!(cell.contains("&#124; &#60;/td&#62;"), "{cell}");
    }
}
