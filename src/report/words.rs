//! What a finding says, in the one order that all formats keep.
//!
//! Line ends are ours alone: those of a template are escaped, as is everything hidden. Commands to logs are not.

use super::escape::escape_hidden;
use crate::edit::Applicability;
use crate::finding::Finding;

/// The message, and on a line each what the service does, what to do, and who does it.
pub(super) fn paragraphs(finding: &Finding) -> String {
    let mut lines = vec![escape_hidden(&finding.message).into_owned()];
    lines.extend(remarks(finding));
    lines.join("\n")
}

/// The same without the message; empty where there is nothing more to say.
pub(super) fn remarks(finding: &Finding) -> Vec<String> {
    let said = |name: &str, text: &str| (!text.is_empty()).then(|| format!("{name}: {}", escape_hidden(text)));
    let fix = repair(finding).map(|repair| format!("fix: {repair}"));
    [said("note", &finding.note), said("help", &finding.help), fix].into_iter().flatten().collect()
}

/// The option that repairs it and what it then does.
pub(super) fn repair(finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    match fix.applicability {
        Applicability::Safe => Some(format!("--fix can {}", escape_hidden(&fix.title))),
        Applicability::Unsafe => Some(format!("--fix=unsafe can {}", escape_hidden(&fix.title))),
        Applicability::Display => None,
    }
}
