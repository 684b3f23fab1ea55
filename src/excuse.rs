//! Writes suppressions for what is found in a text.
//!
//! Pure, and as careful as a repair: a result is only returned if it parses, differs from the old text in nothing but the
//! suppressions, and has the same findings, of which exactly the wanted ones are suppressed.

use std::collections::BTreeMap;

use crate::edit::{Change, apply, is_as_intended, plan};
use crate::engine::{Document, Options, check_tree};
use crate::finding::Finding;
use crate::suppress::{self, OWN_RULES, Words};
use crate::syntax::{self, Tree};
use crate::text::Source;

/// A text with suppressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excused {
    /// The new text; the old one where there was nothing to suppress.
    pub text: String,
    /// How many findings are suppressed now that were not before.
    pub suppressed: usize,
    /// What a text is that has no suppressions because it is no template.
    pub document: Document,
}

/// Suppresses all findings of [`Options::only`].
///
/// # Errors
/// Why that cannot be done surely, in words. Then nothing is to be written.
///
/// # Examples
/// ```
/// use cfn_igr::suppress::Words;
/// use cfn_igr::{Options, Source, excuse};
/// let source = Source::new("t.yaml", "Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Type: AWS::ApiGateway::RestApi\n");
/// let words = Words { reason: Some("made by a program".to_owned()), until: None };
/// let excused = excuse::excuse(&source, &Options::default(), &words).unwrap();
/// assert!(excused.text.contains("    # cfn-igr: ignore[duplicate-key] -- made by a program\n    Type:"));
/// ```
pub fn excuse(source: &Source, options: &Options, words: &Words) -> Result<Excused, String> {
    let tree = syntax::parse(source);
    let before = check_tree(&tree, options);
    let wanted: Vec<&Finding> = before.active().filter(|finding| !OWN_RULES.contains(&finding.rule)).collect();
    let excused = |text: &str| Excused { text: text.to_owned(), suppressed: wanted.len(), document: before.document };
    if wanted.is_empty() || before.document == Document::Other {
        return Ok(excused(source.text()));
    }
    if before.document == Document::Broken {
        return Err("its syntax is broken; correct that first".to_owned());
    }
    let job = Job { source, tree: &tree, options, before: &before.findings };
    let mut reason = None;
    // Comments where they can stand, Metadata where one of them would change what the text means.
    for comments in [true, false] {
        let placed = suppress::place(&tree, &wanted, words, comments);
        if let Some(finding) = placed.left.first().and_then(|index| wanted.get(*index)) {
            let at = source.position(finding.span.start());
            reason.get_or_insert(format!("there is no place for a suppression of {} in line {}", finding.rule, at.line));
            continue;
        }
        match job.written(&placed.changes) {
            Ok(text) => return Ok(excused(&text)),
            Err(why) => reason = reason.or(Some(why)),
        }
    }
    Err(reason.unwrap_or_default())
}

struct Job<'j> {
    source: &'j Source,
    tree: &'j Tree<'j>,
    options: &'j Options,
    before: &'j [Finding],
}

/// What makes a finding the same in another text.
type Key<'f> = (&'static str, Option<&'f str>, &'f str);

impl Job<'_> {
    /// The text with the changes, if it is right.
    fn written(&self, changes: &[Change]) -> Result<String, String> {
        let edits = plan(self.tree, changes).ok_or("the place cannot be edited surely")?;
        let text = apply(self.source.text(), &edits).ok_or("the place cannot be edited surely")?;
        let new = Source::new(self.source.name(), text);
        let tree = syntax::parse(&new);
        if let Some(error) = tree.errors().first() {
            return Err(format!("the result would not parse: {}", error.message));
        }
        if !is_as_intended(self.tree, changes, &tree) {
            return Err("the result would differ in more than suppressions".to_owned());
        }
        let after = check_tree(&tree, self.options).findings;
        // Those about suppressions may go, as names that were unused get used.
        let real = |finding: &&Finding| !OWN_RULES.contains(&finding.rule);
        if counted(self.before.iter().filter(real)) != counted(after.iter().filter(real)) {
            return Err("the result would have other findings".to_owned());
        }
        let left = counted(after.iter().filter(real).filter(|finding| finding.suppressed.is_none()));
        if !left.is_empty() {
            let missed = left.keys().next().map_or("", |(rule, _, _)| *rule);
            return Err(format!("{missed} would not be suppressed"));
        }
        Ok(new.text().to_owned())
    }
}

fn counted<'f>(findings: impl Iterator<Item = &'f Finding>) -> BTreeMap<Key<'f>, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry((finding.rule, finding.logical_id.as_deref(), finding.message.as_str())).or_insert(0) += 1;
    }
    counts
}
