//! Repairing one text: choose fixes, apply them, look at the result, again, until nothing changes.
//!
//! Pure like the engine. A result is only returned if it parses, is exactly what was planned, and has no
//! finding that the original did not have.

use std::collections::BTreeMap;

use crate::edit::{Applicability, Change, apply, is_as_intended, merge, plan};
use crate::engine::{Checked, Document, Options, check_tree};
use crate::finding::{Finding, NoFix};
use crate::syntax::{self, Tree};
use crate::text::{Position, Source};

/// Rounds of repairing; what is left then stays as it is.
const MAX_ROUNDS: usize = 10;

/// Checks of the text that are spent on finding fixes that spoil it. Each costs as much as the first check, and
/// a file in which more is needed has another problem.
const MAX_TRIALS: usize = 200;

/// Fixes that are tried a second time, with those that were kept: more are a matter of another kind.
const MAX_SECOND_TRIALS: usize = 8;

/// Bytes of a large file that are checked for that, beyond a few trials.
const MAX_TRIED: usize = 16 * 1024 * 1024;

const UNSURE: &str = "the place cannot be edited surely";
const UNTRIED: &str = "too many other repairs of this file would not have been right";

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
    let original = Known::new(&checked.findings, source.text());
    let mut run = Run {
        options: &all,
        only: &options.only,
        grade,
        original,
        refused: BTreeMap::new(),
        dropped: Vec::new(),
        trials: trials_of(source.text().len()),
    };
    let mut fixed = run.rounds(source, &tree, checked, 0);
    fixed.applied.reverse();
    fixed.dropped = run.dropped;
    mark_dropped(&mut fixed.remaining.findings, &fixed.dropped);
    if !options.only.is_empty() {
        fixed.remaining.findings.retain(|finding| options.only.iter().any(|name| name == finding.rule));
    }
    fixed
}

/// A large file has fewer trials, since each costs more.
fn trials_of(bytes: usize) -> usize {
    MAX_TRIALS.min(16 + MAX_TRIED / bytes.max(1))
}

/// Takes the fixes away from findings for which they were tried in vain, and says why instead.
pub fn mark_dropped(findings: &mut [Finding], dropped: &[Dropped]) {
    let reasons: BTreeMap<Key, &String> = dropped.iter().map(|dropped| (key(&dropped.finding), &dropped.reason)).collect();
    for finding in findings.iter_mut().filter(|_| !reasons.is_empty()) {
        if let Some(reason) = reasons.get(&key(finding)).filter(|_| finding.fix.is_some()) {
            finding.fix = None;
            finding.no_fix = Some(NoFix::Spoils((*reason).clone()));
        }
    }
}

/// What makes a finding the same in two rounds: not its place, which moves.
type Key = (&'static str, String);

fn key(finding: &Finding) -> Key {
    (finding.rule, finding.message.clone())
}

/// The text that a finding points at.
fn pointed(finding: &Finding, text: &str) -> Key {
    (finding.rule, text.get(finding.span.range()).unwrap_or_default().to_owned())
}

fn count(keys: impl Iterator<Item = Key>) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_insert(0) += 1;
    }
    counts
}

/// Findings that can be recognized in another text. Either may change with a repair that has nothing to do with the
/// finding: the words, where they name a key that is corrected, or the text, where a value in it is.
struct Known {
    words: BTreeMap<Key, usize>,
    texts: BTreeMap<Key, usize>,
}

impl Known {
    fn new(findings: &[Finding], text: &str) -> Self {
        let texts = count(findings.iter().map(|finding| pointed(finding, text)));
        Self { words: count(findings.iter().map(key)), texts }
    }

    /// What to say of the first finding that is more than there were of its kind, by its words and by its text.
    fn first_new(&self, findings: &[Finding], text: &str, counts: impl Fn(&Finding) -> bool) -> Option<String> {
        let now = Self::new(findings, text);
        let more = |now: &BTreeMap<Key, usize>, before: &BTreeMap<Key, usize>, key: &Key| now.get(key) > before.get(key);
        let is_new = |finding: &&Finding| {
            more(&now.words, &self.words, &key(finding)) && more(&now.texts, &self.texts, &pointed(finding, text))
        };
        let new = findings.iter().filter(|finding| counts(finding)).find(is_new)?;
        Some(format!("the result would have a new finding: {}: {}", new.rule, new.message))
    }
}

struct Run<'r> {
    options: &'r Options,
    only: &'r [String],
    grade: Applicability,
    original: Known,
    /// What is not tried again, and why.
    refused: BTreeMap<Key, String>,
    dropped: Vec<Dropped>,
    /// How often a set of fixes may still be tried to find those that spoil the result.
    trials: usize,
}

impl Run<'_> {
    /// One round and those after it. `applied` of the result is in reverse order.
    fn rounds(&mut self, source: &Source, tree: &Tree<'_>, checked: Checked, round: usize) -> Fixed {
        loop {
            let wanted = self.candidates(&checked);
            if wanted.is_empty() || round >= MAX_ROUNDS {
                break;
            }
            let merged = merge(&changes_of(&checked, &wanted), tree);
            let chosen: Vec<usize> = merged.fixes.iter().filter_map(|index| wanted.get(*index).copied()).collect();
            if chosen.is_empty() {
                self.refuse(source, &checked, &wanted, UNSURE);
                break;
            }
            // What spoilt the text was done in an earlier round, so none of these is to blame.
            let spoilt = self.original.first_new(&checked.findings, source.text(), |finding| !self.is_candidate(finding));
            let made = if spoilt.is_some() {
                let Ok(result) = self.trial(tree, &checked, &chosen, round) else { break };
                Some(Made { result, made: chosen })
            } else {
                self.best(tree, &checked, &chosen, round)
            };
            if let Some(mut fixed) = made {
                fixed.result.applied.extend(fixed.made.iter().rev().filter_map(|index| {
                    let finding = checked.findings.get(*index)?.clone();
                    Some(Applied { position: source.position(finding.span.start()), finding })
                }));
                return fixed.result;
            }
        }
        Fixed { text: source.text().to_owned(), applied: Vec::new(), dropped: Vec::new(), remaining: checked, rounds: round }
    }

    /// The result with all chosen fixes, else with those that are right together, else with the first of them.
    /// Where there is none, a fix was refused.
    fn best(&mut self, tree: &Tree<'_>, checked: &Checked, chosen: &[usize], round: usize) -> Option<Made> {
        let reason = match self.trial(tree, checked, chosen, round) {
            Ok(result) => return Some(Made { result, made: chosen.to_vec() }),
            Err(reason) => reason,
        };
        if chosen.len() == 1 {
            self.refuse(tree.source(), checked, chosen, &reason);
            return None;
        }
        let mut left = self.trials;
        let sifted = sift(chosen, &mut left, |some| self.try_together(tree, checked, some));
        self.trials = left;
        for (index, reason) in &sifted.refused {
            self.refuse(tree.source(), checked, &[*index], reason);
        }
        if sifted.kept.len() < chosen.len()
            && !sifted.kept.is_empty()
            && let Ok(result) = self.trial(tree, checked, &sifted.kept, round)
        {
            return Some(Made { result, made: sifted.kept });
        }
        // They are right together, and what later rounds make of them is not: one at a time.
        let first = sifted.kept.get(..1)?;
        match self.trial(tree, checked, first, round) {
            Ok(result) => Some(Made { result, made: first.to_vec() }),
            Err(reason) => {
                self.refuse(tree.source(), checked, first, &reason);
                None
            }
        }
    }

    /// Applies the chosen fixes and, if the result is right, goes on from there.
    fn trial(&mut self, tree: &Tree<'_>, checked: &Checked, chosen: &[usize], round: usize) -> Result<Fixed, String> {
        self.trials = self.trials.checked_sub(1).ok_or(UNTRIED)?;
        let (source, changes) = spliced(tree, checked, chosen)?;
        let new = syntax::parse(&source);
        let after = self.judge(tree, &changes, &new)?;
        let fixed = self.rounds(&source, &new, after, round + 1);
        // A new finding is only bearable if a later round repaired it.
        self.original.first_new(&fixed.remaining.findings, &fixed.text, |_| true).map_or(Ok(fixed), Err)
    }

    fn try_together(&self, tree: &Tree<'_>, checked: &Checked, chosen: &[usize]) -> Result<(), String> {
        let (source, changes) = spliced(tree, checked, chosen)?;
        let new = syntax::parse(&source);
        let after = self.judge(tree, &changes, &new)?;
        self.original.first_new(&after.findings, source.text(), |finding| !self.is_candidate(finding)).map_or(Ok(()), Err)
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
        graded && asked && (self.refused.is_empty() || !self.refused.contains_key(&key(finding)))
    }

    fn refuse(&mut self, source: &Source, checked: &Checked, chosen: &[usize], reason: &str) {
        for finding in chosen.iter().filter_map(|index| checked.findings.get(*index)) {
            if self.refused.insert(key(finding), reason.to_owned()).is_none() {
                let position = source.position(finding.span.start());
                self.dropped.push(Dropped { finding: finding.clone(), position, reason: reason.to_owned() });
            }
        }
    }
}

/// A result, and the fixes by which it came about.
struct Made {
    result: Fixed,
    made: Vec<usize>,
}

/// What [`sift`] found.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sifted {
    /// Right together.
    kept: Vec<usize>,
    /// Not even right alone, or not tried, and why.
    refused: Vec<(usize, String)>,
}

/// Finds the fixes that spoil the result, by halves: one among thousands is found in a dozen trials. Those that
/// are right alone but not with the ones kept are in neither list and wait for the next round.
fn sift(chosen: &[usize], trials: &mut usize, fits: impl Fn(&[usize]) -> Result<(), String>) -> Sifted {
    let mut sifted = Sifted::default();
    // The last part is taken first.
    let mut parts = vec![chosen];
    while let Some(part) = parts.pop() {
        if *trials == 0 {
            sifted.refused.extend(part.iter().map(|index| (*index, UNTRIED.to_owned())));
            continue;
        }
        *trials -= 1;
        let before = sifted.kept.len();
        sifted.kept.extend(part);
        let Err(reason) = fits(&sifted.kept) else { continue };
        sifted.kept.truncate(before);
        if let [one] = part {
            let alone = if before == 0 { Err(reason) } else { fits(part) };
            sifted.refused.extend(alone.err().map(|reason| (*one, reason)));
        } else {
            let (left, right) = part.split_at(part.len() / 2);
            parts.extend([right, left]);
        }
    }
    // What is not right alone can be right with what was kept after it.
    if sifted.refused.len() <= MAX_SECOND_TRIALS {
        for (index, reason) in std::mem::take(&mut sifted.refused) {
            sifted.kept.push(index);
            if *trials == 0 || fits(&sifted.kept).is_err() {
                sifted.kept.pop();
                sifted.refused.push((index, reason));
            }
            *trials = trials.saturating_sub(1);
        }
        sifted.kept.sort_unstable();
    }
    sifted
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
    let text = text.ok_or_else(|| UNSURE.to_owned())?;
    Ok((Source::new(tree.source().name(), text), merged.changes))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn sifted(number: usize, trials: usize, spoils: impl Fn(&[usize]) -> bool) -> (Sifted, usize) {
        let chosen: Vec<usize> = (0..number).collect();
        let calls = Cell::new(0);
        let mut left = trials;
        let sifted = sift(&chosen, &mut left, |some| {
            calls.set(calls.get() + 1);
            if spoils(some) { Err("spoilt".to_owned()) } else { Ok(()) }
        });
        (sifted, calls.get())
    }

    #[test]
    fn the_fix_that_spoils_is_found_in_few_trials() {
        let (found, calls) = sifted(10_000, MAX_TRIALS, |some| some.contains(&7_777));
        assert_eq!((found.kept.len(), found.refused), (9_999, vec![(7_777, "spoilt".to_owned())]));
        assert!(calls < 40, "{calls}");
    }

    #[test]
    fn a_fix_that_needs_a_later_one_is_kept_with_it() {
        let (found, _) = sifted(10, MAX_TRIALS, |some| some.contains(&9) || some.contains(&2) && !some.contains(&7));
        assert_eq!((found.kept, found.refused), ((0..9).collect(), vec![(9, "spoilt".to_owned())]));
    }

    #[test]
    fn fixes_that_only_spoil_each_other_wait() {
        let (found, _) = sifted(10, MAX_TRIALS, |some| some.contains(&3) && some.contains(&8));
        assert_eq!(found, Sifted { kept: vec![0, 1, 2, 3, 4, 5, 6, 7, 9], refused: Vec::new() });
    }

    #[test]
    fn large_files_have_fewer_trials() {
        assert_eq!((trials_of(0), trials_of(50_000), trials_of(50_000_000)), (MAX_TRIALS, MAX_TRIALS, 16));
    }

    #[test]
    fn trials_end() {
        let (found, calls) = sifted(10_000, 50, |_| true);
        assert_eq!((found.kept.len(), found.refused.len()), (0, 10_000));
        assert!(calls <= 100, "{calls}");
    }
}
