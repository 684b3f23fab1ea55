//! Repairing one text: choose fixes, apply them, look at the result, again, until nothing changes.
//!
//! Pure like the engine. A result is only returned if it parses, is exactly what was planned, and has no
//! finding that the original did not have.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::{Applicability, Change, apply, is_as_intended, merge, plan};
use crate::engine::{Checked, Document, Options, check_tree};
use crate::finding::Finding;
use crate::syntax::{self, Tree};
use crate::text::{Position, Source};

/// Rounds of repairing; what is left then stays as it is.
const MAX_ROUNDS: usize = 10;

/// A finding that was repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The finding; its bytes are those of the text of its round.
    pub finding: Finding,
    /// Where it stood in the text of its round: in the first round, the original.
    pub position: Position,
}

/// A finding whose fix was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The finding; its bytes are those of the text of its round.
    pub finding: Finding,
    /// Where it stood in the text of its round.
    pub position: Position,
    /// Why, in one line.
    pub reason: String,
}

/// A repaired text.
#[derive(Debug)]
pub struct Fixed {
    /// The new text; the old one where nothing was repaired.
    pub text: String,
    /// What was repaired.
    pub applied: Vec<Applied>,
    /// What could have been repaired, but the result would not have been right.
    pub dropped: Vec<Dropped>,
    /// What is wrong with the new text.
    pub remaining: Checked,
    /// How often fixes were applied.
    pub rounds: usize,
}

/// Repairs a text with all fixes of at least this grade. With [`Options::only`] just those rules' fixes are
/// made and their findings reported; the result is still checked by all rules.
///
/// # Examples
/// ```
/// use cfn_igr::{Options, Source, edit::Applicability, fix};
/// let text = "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n";
/// let fixed = fix(&Source::new("t.yaml", text), &Options::default(), Applicability::Safe);
/// assert_eq!(fixed.text, text);
/// ```
pub fn fix(source: &Source, options: &Options, grade: Applicability) -> Fixed {
    let all = Options { only: Vec::new(), ..options.clone() };
    let tree = syntax::parse(source);
    let checked = check_tree(&tree, &all);
    let original = count(&checked.findings);
    let mut run = Run { options: &all, only: &options.only, grade, original, refused: BTreeSet::new(), dropped: Vec::new() };
    let mut fixed = run.rounds(source, &tree, checked, 0);
    fixed.applied.reverse();
    fixed.dropped = run.dropped;
    if !options.only.is_empty() {
        fixed.remaining.findings.retain(|finding| options.only.iter().any(|name| name == finding.rule));
    }
    fixed
}

/// What makes a finding the same in two rounds: not its place, which moves.
type Key = (&'static str, String);

fn key(finding: &Finding) -> Key {
    (finding.rule, finding.message.clone())
}

fn count(findings: &[Finding]) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(key(finding)).or_insert(0) += 1;
    }
    counts
}

struct Run<'r> {
    options: &'r Options,
    only: &'r [String],
    grade: Applicability,
    original: BTreeMap<Key, usize>,
    refused: BTreeSet<Key>,
    dropped: Vec<Dropped>,
}

impl Run<'_> {
    /// One round and those after it. `applied` of the result is in reverse order.
    fn rounds(&mut self, source: &Source, tree: &Tree<'_>, checked: Checked, round: usize) -> Fixed {
        let mut wanted: Vec<usize> = if round < MAX_ROUNDS { self.candidates(&checked) } else { Vec::new() };
        while !wanted.is_empty() {
            let changes = changes_of(&checked, &wanted);
            let merged = merge(&changes, tree);
            let chosen: Vec<usize> = merged.fixes.iter().filter_map(|index| wanted.get(*index).copied()).collect();
            match self.trial(tree, &checked, &chosen, round) {
                Ok(mut fixed) => {
                    for index in chosen.iter().rev() {
                        if let Some(finding) = checked.findings.get(*index) {
                            let position = source.position(finding.span.start());
                            fixed.applied.push(Applied { finding: finding.clone(), position });
                        }
                    }
                    return fixed;
                }
                Err(reason) if chosen.len() <= 1 => {
                    self.refuse(source, &checked, &chosen, &reason);
                    wanted.retain(|index| !chosen.contains(index) && !merged.fixes.is_empty());
                }
                Err(_) => {
                    // Some fix among several spoils the result: find out which, one by one.
                    for index in &chosen {
                        if let Err(reason) = self.try_alone(tree, &checked, *index) {
                            self.refuse(source, &checked, &[*index], &reason);
                        }
                    }
                    let refused = chosen.iter().filter(|index| self.is_refused(&checked, **index)).count();
                    let before = wanted.len();
                    wanted.retain(|index| !self.is_refused(&checked, *index));
                    if refused == 0 && before == wanted.len() {
                        // Each is right alone and not together: one at a time.
                        wanted.truncate(1);
                    }
                }
            }
        }
        Fixed { text: source.text().to_owned(), applied: Vec::new(), dropped: Vec::new(), remaining: checked, rounds: round }
    }

    /// Applies the chosen fixes and, if the result is right, goes on from there.
    fn trial(&mut self, tree: &Tree<'_>, checked: &Checked, chosen: &[usize], round: usize) -> Result<Fixed, String> {
        let (source, changes) = spliced(tree, checked, chosen)?;
        let new = syntax::parse(&source);
        let after = self.judge(tree, &changes, &new)?;
        let fixed = self.rounds(&source, &new, after, round + 1);
        // A new finding is only bearable if a later round repaired it.
        match fixed.remaining.findings.iter().find(|finding| self.is_new(finding, &fixed.remaining)) {
            Some(finding) => Err(format!("the result would have a new finding: {}: {}", finding.rule, finding.message)),
            None => Ok(fixed),
        }
    }

    fn try_alone(&self, tree: &Tree<'_>, checked: &Checked, index: usize) -> Result<(), String> {
        let (source, changes) = spliced(tree, checked, &[index])?;
        let new = syntax::parse(&source);
        let after = self.judge(tree, &changes, &new)?;
        let unbearable = after.findings.iter().find(|finding| self.is_new(finding, &after) && !self.is_candidate(finding));
        unbearable.map_or(Ok(()), |finding| {
            Err(format!("the result would have a new finding: {}: {}", finding.rule, finding.message))
        })
    }

    /// Checks a new text against the plan.
    fn judge(&self, old: &Tree<'_>, changes: &[Change], new: &Tree<'_>) -> Result<Checked, String> {
        if let Some(error) = new.errors().first() {
            return Err(format!("the result would not parse: {}", error.message));
        }
        if !is_as_intended(old, changes, new) {
            return Err("the result would differ outside the planned places".to_owned());
        }
        let after = check_tree(new, self.options);
        if after.document == Document::Template { Ok(after) } else { Err("the result would be no template".to_owned()) }
    }

    fn candidates(&self, checked: &Checked) -> Vec<usize> {
        let wanted = checked.findings.iter().enumerate().filter(|(_, finding)| self.is_candidate(finding));
        wanted.map(|(index, _)| index).collect()
    }

    fn is_candidate(&self, finding: &Finding) -> bool {
        let graded = finding.fix.as_ref().is_some_and(|fix| fix.applicability >= self.grade && !fix.edits.is_empty());
        let asked = self.only.is_empty() || self.only.iter().any(|name| name == finding.rule);
        graded && asked && !self.refused.contains(&key(finding))
    }

    fn is_new(&self, finding: &Finding, after: &Checked) -> bool {
        let key = key(finding);
        let now = after.findings.iter().filter(|other| other.rule == key.0 && other.message == key.1).count();
        now > self.original.get(&key).copied().unwrap_or(0)
    }

    fn is_refused(&self, checked: &Checked, index: usize) -> bool {
        checked.findings.get(index).is_none_or(|finding| self.refused.contains(&key(finding)))
    }

    fn refuse(&mut self, source: &Source, checked: &Checked, chosen: &[usize], reason: &str) {
        for finding in chosen.iter().filter_map(|index| checked.findings.get(*index)) {
            if self.refused.insert(key(finding)) {
                let position = source.position(finding.span.start());
                self.dropped.push(Dropped { finding: finding.clone(), position, reason: reason.to_owned() });
            }
        }
    }
}

fn changes_of<'c>(checked: &'c Checked, wanted: &[usize]) -> Vec<&'c [Change]> {
    let fix = |index: &usize| checked.findings.get(*index).and_then(|finding| finding.fix.as_ref());
    wanted.iter().map(|index| fix(index).map(|fix| fix.changes.as_slice()).unwrap_or_default()).collect()
}

/// The text with the chosen fixes, and what they change.
fn spliced(tree: &Tree<'_>, checked: &Checked, chosen: &[usize]) -> Result<(Source, Vec<Change>), String> {
    let merged = merge(&changes_of(checked, chosen), tree);
    let edits = plan(tree, &merged.changes).filter(|edits| !edits.is_empty());
    let text = edits.and_then(|edits| apply(tree.source().text(), &edits));
    let text = text.ok_or_else(|| "the place cannot be edited surely".to_owned())?;
    Ok((Source::new(tree.source().name(), text), merged.changes))
}
