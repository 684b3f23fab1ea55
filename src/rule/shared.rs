//! Fixes of text that serves several places through aliases: every place must want them.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::{Applicability, Change, Fix};
use crate::finding::{Finding, NoFix};
use crate::syntax::NodeId;

/// Findings whose fix changes several places, and the places that they are about.
#[derive(Default)]
pub(super) struct SharedFixes {
    noted: Vec<(usize, Option<Vec<usize>>)>,
}

/// A place that wants a fix.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    /// Somewhere in this resource.
    Resource(Option<String>),
    /// This one.
    Place(usize),
}

/// Findings that want the same changes.
struct Ballot {
    findings: Vec<usize>,
    wishes: BTreeSet<Wish>,
    /// How many places would change.
    places: usize,
    /// The lowest grade that the fix has for one of them.
    grade: Applicability,
}

impl SharedFixes {
    /// Notes the finding with this index. Without numbers it speaks for one place in its resource.
    pub(super) fn note(&mut self, finding: usize, places: Option<Vec<usize>>) {
        self.noted.push((finding, places));
    }

    /// Takes the fixes away that fewer places want than would change.
    pub(super) fn keep_unanimous(self, findings: &mut [Finding]) {
        for ballot in self.count(findings) {
            let unanimous = ballot.wishes.len() >= ballot.places;
            for index in ballot.findings {
                let Some(finding) = findings.get_mut(index) else { continue };
                match &mut finding.fix {
                    Some(fix) if unanimous => fix.applicability = ballot.grade,
                    _ => {
                        finding.fix = None;
                        finding.no_fix = Some(NoFix::Shared);
                    }
                }
            }
        }
    }

    fn count(self, findings: &[Finding]) -> Vec<Ballot> {
        let mut ballots: Vec<Ballot> = Vec::new();
        let mut by_nodes: BTreeMap<Vec<NodeId>, Vec<usize>> = BTreeMap::new();
        let fix_of = |index: usize| findings.get(index).and_then(|finding| finding.fix.as_ref());
        for (index, places) in self.noted {
            let (Some(finding), Some(fix)) = (findings.get(index), fix_of(index)) else { continue };
            let same_nodes = by_nodes.entry(fix.changes.iter().map(Change::node).collect()).or_default();
            let is_same = |ballot: &Ballot| {
                let first = ballot.findings.first().and_then(|first| fix_of(*first));
                first.is_some_and(|first| first.changes == fix.changes)
            };
            let found = same_nodes.iter().copied().find(|at| ballots.get(*at).is_some_and(is_same));
            let at = found.unwrap_or_else(|| {
                same_nodes.push(ballots.len());
                ballots.push(Ballot::of(fix));
                ballots.len() - 1
            });
            let Some(ballot) = ballots.get_mut(at) else { continue };
            ballot.findings.push(index);
            ballot.grade = ballot.grade.min(fix.applicability);
            match places {
                Some(places) => ballot.wishes.extend(places.into_iter().map(Wish::Place)),
                None => drop(ballot.wishes.insert(Wish::Resource(finding.logical_id.clone()))),
            }
        }
        ballots
    }
}

impl Ballot {
    fn of(fix: &Fix) -> Self {
        Self { findings: Vec::new(), wishes: BTreeSet::new(), places: fix.places, grade: fix.applicability }
    }
}
