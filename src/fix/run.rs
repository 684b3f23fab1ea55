//! One run over a text: rounds of repairs until nothing changes.

use std::collections::BTreeMap;

use super::known::{Key, Known, Repaired, Spoilt, section, sections};
use super::sift::{Groups, sift};
use super::trail::Trail;
use super::{Applied, Dropped, Fixed};
use crate::edit::{Applicability, Change, Edit, apply, is_as_intended, keep_habits, merge, plan};
use crate::engine::{Checked, Document, Options, check_tree};
use crate::finding::{Finding, NoFix};
use crate::syntax::{self, Tree};
use crate::text::{Source, Span};

/// Rounds of repairing; what is left then stays as it is.
const MAX_ROUNDS: usize = 10;

/// Checks of the text that are spent on finding fixes that spoil it. Each costs as much as the first check, and
/// a file in which more is needed has another problem.
const MAX_TRIALS: usize = 200;

/// Bytes of a large file that are checked for that, beyond a few trials.
const MAX_TRIED: usize = 16 * 1024 * 1024;

const UNSURE: &str = "the place cannot be edited surely";
const UNTRIED: &str = "too many other repairs of this file would not have been right";

/// What a run came to.
pub(super) struct Reached {
    pub(super) fixed: Fixed,
    /// From the text before the run to the one after it.
    pub(super) trail: Trail,
    /// Whether another run would surely change nothing.
    pub(super) settled: bool,
    /// The findings before the run.
    pub(super) before: Known,
}

/// Repairs a text, which earlier runs made of `author`'s. `options` are for all rules, `only` names those whose fixes are made.
pub(super) fn run(
    source: &Source,
    author: Option<&Source>,
    (options, only): (&Options, &[String]),
    grade: Applicability,
) -> Reached {
    let tree = syntax::parse(source);
    if let Some(author) = author {
        keep_habits(&syntax::parse(author), &tree);
    }
    let checked = check_tree(&tree, options);
    let before = Known::new(&checked.findings, source.text());
    let mut run = Run {
        options,
        only,
        grade,
        original: &before,
        first: source,
        trail: Trail::default(),
        refused: BTreeMap::new(),
        dropped: Vec::new(),
        trials: trials_of(source.text().len()),
    };
    let mut end = run.rounds(source, &tree, checked, 0);
    end.applied.reverse();
    let unchanged = end.text == source.text();
    let settled = unchanged || !end.unfinished && run.dropped.is_empty();
    let dropped = run.dropped.into_iter().map(|(_, dropped)| dropped).collect();
    let fixed = Fixed { text: end.text, applied: end.applied, dropped, remaining: end.remaining, rounds: end.rounds };
    Reached { fixed, trail: end.trail, settled, before }
}

/// A large file has fewer trials, since each costs more.
fn trials_of(bytes: usize) -> usize {
    MAX_TRIALS.min(16 + MAX_TRIED / bytes.max(1))
}

struct Run<'r> {
    options: &'r Options,
    only: &'r [String],
    grade: Applicability,
    original: &'r Known,
    /// The text before the run.
    first: &'r Source,
    /// From the text before the run to the one at hand.
    trail: Trail,
    /// What is not tried again, and why.
    refused: BTreeMap<Key, String>,
    /// The same in the order in which it was refused.
    dropped: Vec<(Key, Dropped)>,
    /// How often a set of fixes may still be tried to find those that spoil the result.
    trials: usize,
}

/// The text after all rounds.
struct End {
    text: String,
    remaining: Checked,
    /// In reverse order.
    applied: Vec<Applied>,
    trail: Trail,
    rounds: usize,
    /// Whether there are fixes left that were not refused.
    unfinished: bool,
}

impl Run<'_> {
    /// One round and those after it.
    fn rounds(&mut self, source: &Source, tree: &Tree<'_>, checked: Checked, round: usize) -> End {
        let unfinished = loop {
            let wanted = self.candidates(&checked);
            if wanted.is_empty() || round >= MAX_ROUNDS {
                break !wanted.is_empty();
            }
            let merged = merge(&changes_of(&checked, &wanted), tree);
            let chosen: Vec<usize> = merged.fixes.iter().filter_map(|index| wanted.get(*index).copied()).collect();
            if chosen.is_empty() {
                self.refuse(&checked, &wanted, UNSURE);
                continue;
            }
            // What spoilt the text was done in an earlier round, so none of these is to blame.
            let made = if self.compare(&checked, source, |finding| !self.is_candidate(finding)).is_err() {
                let Ok(end) = self.trial(tree, &checked, &chosen, round) else { break true };
                Some((end, chosen))
            } else {
                self.best(tree, &checked, &chosen, round)
            };
            if let Some((mut end, made)) = made {
                end.applied.extend(made.iter().rev().filter_map(|index| {
                    let finding = checked.findings.get(*index)?.clone();
                    let origin = self.trail.origin(finding.span).span;
                    Some(Applied { position: self.first.position(origin.start()), origin, finding })
                }));
                return end;
            }
        };
        self.end(source, checked, round, unfinished)
    }

    /// The text as it is; its findings whose fixes were refused say so.
    fn end(&self, source: &Source, mut checked: Checked, rounds: usize, unfinished: bool) -> End {
        for finding in checked.findings.iter_mut().filter(|finding| finding.fix.is_some() && !self.refused.is_empty()) {
            if let Some(reason) = self.refused.get(&Key::of(finding, &self.trail)) {
                finding.fix = None;
                finding.no_fix = Some(NoFix::Spoils(reason.clone()));
            }
        }
        let (text, trail) = (source.text().to_owned(), self.trail.clone());
        End { text, remaining: checked, applied: Vec::new(), trail, rounds, unfinished }
    }

    /// The end with all chosen fixes, else with those that are right together, else with some of them. Where there
    /// is none, a fix was refused.
    fn best(&mut self, tree: &Tree<'_>, checked: &Checked, chosen: &[usize], round: usize) -> Option<(End, Vec<usize>)> {
        let spoilt = match self.trial(tree, checked, chosen, round) {
            Ok(end) => return Some((end, chosen.to_vec())),
            Err(spoilt) => spoilt,
        };
        if chosen.len() == 1 || self.trials == 0 {
            let reason = if chosen.len() == 1 { &spoilt.reason } else { UNTRIED };
            self.refuse(checked, chosen, reason);
            return None;
        }
        let groups = Groups::new(chosen.iter().map(|index| (*index, touched(tree, checked, *index))));
        // The other half is for what later rounds make of them.
        let mut trials = self.trials.div_ceil(2);
        self.trials -= trials;
        let sifted = sift(&groups, &mut trials, |some| self.try_together(tree, checked, some));
        self.trials += trials;
        for (index, reason) in &sifted.refused {
            self.refuse(checked, &[*index], reason);
        }
        if sifted.kept.is_empty() {
            if sifted.refused.is_empty() {
                self.refuse(checked, chosen, UNTRIED);
            }
            return None;
        }
        let known = (sifted.kept == chosen).then_some(spoilt);
        self.some_of(tree, checked, (&groups, sifted.kept), known, round)
    }

    /// The end with these fixes, which are right together, or with a part of them: what later rounds make of them may
    /// not be right. Those that remain are candidates of the next round.
    fn some_of(
        &mut self,
        tree: &Tree<'_>,
        checked: &Checked,
        (groups, fixes): (&Groups, Vec<usize>),
        mut known: Option<Spoilt>,
        round: usize,
    ) -> Option<(End, Vec<usize>)> {
        let members =
            |members: &Vec<usize>| members.iter().copied().filter(|fix| fixes.binary_search(fix).is_ok()).collect();
        let mut parts: BTreeMap<usize, Vec<usize>> = groups.members.iter().map(members).enumerate().collect();
        parts.retain(|_, part| !part.is_empty());
        while !parts.is_empty() {
            let mut fixes: Vec<usize> = parts.values().flatten().copied().collect();
            fixes.sort_unstable();
            let spoilt = match known.take() {
                Some(spoilt) => spoilt,
                None => match self.trial(tree, checked, &fixes, round) {
                    Ok(end) => return Some((end, fixes)),
                    Err(spoilt) => spoilt,
                },
            };
            if self.trials == 0 {
                self.refuse(checked, &fixes, UNTRIED);
                return None;
            }
            let among: Vec<usize> = parts.keys().copied().collect();
            let blamed = groups.blamed(&among, &spoilt);
            if blamed.is_empty() {
                let half = among.len() / 2;
                parts.retain(|group, _| among.iter().take(half).any(|kept| kept == group));
            } else if blamed.len() < parts.len() {
                parts.retain(|group, _| !blamed.contains_key(group));
            } else {
                for (group, part) in &mut parts {
                    if let ([one], Some(reason)) = (part.as_slice(), blamed.get(group)) {
                        self.refuse(checked, &[*one], reason);
                    }
                    part.truncate(part.len() / 2);
                }
                parts.retain(|_, part| !part.is_empty());
            }
        }
        None
    }

    /// Applies the chosen fixes and, if the result is right, goes on from there.
    fn trial(&mut self, tree: &Tree<'_>, checked: &Checked, chosen: &[usize], round: usize) -> Result<End, Spoilt> {
        self.trials = self.trials.checked_sub(1).ok_or_else(|| Spoilt::because(UNTRIED))?;
        let made = spliced(tree, checked, chosen)?;
        let new = syntax::parse(&made.source);
        keep_habits(tree, &new);
        let after = self.judge(tree, &made.changes, &new)?;
        let refused = self.dropped.len();
        self.go_on((tree, checked, chosen), &made, &after)?;
        let end = self.rounds(&made.source, &new, after, round + 1);
        self.trail.pop();
        // A new finding is only bearable if a later round repaired it.
        let right = self.original.check(&end.remaining.findings, &end.text, &end.trail, |_| true);
        if right.is_err() {
            // What was refused in a text that never came to be is not refused.
            for (key, _) in self.dropped.drain(refused..) {
                self.refused.remove(&key);
            }
        }
        right.map(|()| end)
    }

    fn try_together(&mut self, tree: &Tree<'_>, checked: &Checked, chosen: &[usize]) -> Result<(), Spoilt> {
        let made = spliced(tree, checked, chosen)?;
        let new = syntax::parse(&made.source);
        keep_habits(tree, &new);
        let after = self.judge(tree, &made.changes, &new)?;
        self.go_on((tree, checked, chosen), &made, &after)?;
        let right = self.compare(&after, &made.source, |finding| !self.is_candidate(finding));
        self.trail.pop();
        right
    }

    /// Goes on behind a round that makes the chosen fixes, unless one of the findings that they repair is there as before.
    fn go_on(
        &mut self,
        (tree, checked, chosen): (&Tree<'_>, &Checked, &[usize]),
        made: &Spliced,
        after: &Checked,
    ) -> Result<(), Spoilt> {
        let repaired = Repaired::new(chosen.iter().filter_map(|index| checked.findings.get(*index)), &self.trail);
        self.trail.push(&made.edits, &copies(tree, &made.changes));
        let right = repaired.check(&after.findings, &self.trail);
        if right.is_err() {
            self.trail.pop();
        }
        right
    }

    /// Whether the text at hand has no new finding, of those that count.
    fn compare(&self, checked: &Checked, source: &Source, counts: impl Fn(&Finding) -> bool) -> Result<(), Spoilt> {
        self.original.check(&checked.findings, source.text(), &self.trail, counts)
    }

    /// Checks a new text against the plan.
    fn judge(&self, old: &Tree<'_>, changes: &[Change], new: &Tree<'_>) -> Result<Checked, Spoilt> {
        if let Some(error) = new.errors().first() {
            return Err(Spoilt::because(format!("the result would not parse: {}", error.message)));
        }
        if !is_as_intended(old, changes, new) {
            return Err(Spoilt::because("the result would differ outside the planned places"));
        }
        let after = check_tree(new, self.options);
        if after.document == Document::Template {
            Ok(after)
        } else {
            Err(Spoilt::because("the result would be no template"))
        }
    }

    fn candidates(&self, checked: &Checked) -> Vec<usize> {
        let wanted = checked.findings.iter().enumerate().filter(|(_, finding)| self.is_candidate(finding));
        wanted.map(|(index, _)| index).collect()
    }

    fn is_candidate(&self, finding: &Finding) -> bool {
        let graded = finding.fix.as_ref().is_some_and(|fix| fix.applicability >= self.grade && !fix.edits.is_empty());
        let asked = self.only.is_empty() || self.only.iter().any(|name| name == finding.rule);
        graded
            && asked
            && finding.suppressed.is_none()
            && (self.refused.is_empty() || !self.refused.contains_key(&Key::of(finding, &self.trail)))
    }

    fn refuse(&mut self, checked: &Checked, chosen: &[usize], reason: &str) {
        for finding in chosen.iter().filter_map(|index| checked.findings.get(*index)) {
            let key = Key::of(finding, &self.trail);
            if self.refused.insert(key.clone(), reason.to_owned()).is_none() {
                let origin = key.origin().span;
                let position = self.first.position(origin.start());
                let dropped = Dropped { finding: finding.clone(), position, origin, reason: reason.to_owned() };
                self.dropped.push((key, dropped));
            }
        }
    }
}

/// The sections of the template that a fix has to do with: those that it changes, and its finding's.
fn touched(tree: &Tree<'_>, checked: &Checked, index: usize) -> Vec<String> {
    let Some(finding) = checked.findings.get(index) else { return Vec::new() };
    let mut touched = sections(finding);
    for change in finding.fix.iter().flat_map(|fix| &fix.changes) {
        let nodes = match change {
            Change::Move { node, parent, .. } => vec![*node, *parent],
            Change::Replace { .. }
            | Change::Rename { .. }
            | Change::Insert { .. }
            | Change::InsertItem { .. }
            | Change::Delete { .. }
            | Change::Comment { .. } => vec![change.node()],
        };
        touched.extend(nodes.into_iter().filter_map(|node| section(&tree.pointer(node)).map(str::to_owned)));
    }
    touched.into_iter().collect()
}

fn changes_of<'c>(checked: &'c Checked, wanted: &[usize]) -> Vec<&'c [Change]> {
    let fix = |index: &usize| checked.findings.get(*index).and_then(|finding| finding.fix.as_ref());
    wanted.iter().map(|index| fix(index).map(|fix| fix.changes.as_slice()).unwrap_or_default()).collect()
}

/// The aliases that become what they stand for, each with the rest of its line, and what is copied there.
fn copies(tree: &Tree<'_>, changes: &[Change]) -> Vec<(Span, Span)> {
    let copied = changes.iter().filter_map(|change| {
        let (alias, original) = (change.node(), tree.target(change.node()));
        let (source, start) = (tree.source(), tree.span(alias).start());
        let end = source.lines().line_start(source.lines().line(start) + 1).unwrap_or(source.text().len());
        (alias != original).then(|| (Span::new(start, end), tree.span_with_tag(original)))
    });
    let mut copied: Vec<_> = copied.collect();
    copied.sort_unstable();
    copied
}

/// A text with fixes, and what they change.
struct Spliced {
    source: Source,
    changes: Vec<Change>,
    edits: Vec<Edit>,
}

fn spliced(tree: &Tree<'_>, checked: &Checked, chosen: &[usize]) -> Result<Spliced, Spoilt> {
    let merged = merge(&changes_of(checked, chosen), tree);
    let edits = plan(tree, &merged.changes).filter(|edits| !edits.is_empty());
    let made = edits.and_then(|edits| Some((apply(tree.source().text(), &edits)?, edits)));
    let (text, edits) = made.ok_or_else(|| Spoilt::because(UNSURE))?;
    Ok(Spliced { source: Source::new(tree.source().name(), text), changes: merged.changes, edits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_files_have_fewer_trials() {
        assert_eq!((trials_of(0), trials_of(50_000), trials_of(50_000_000)), (MAX_TRIALS, MAX_TRIALS, 16));
    }
}
