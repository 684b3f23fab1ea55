//! Fixes of text that serves several places through aliases: every place must want them.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::Change;
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

/// What wants the same changes of the same nodes.
#[derive(Default)]
struct Ballot {
    changes: Vec<Change>,
    wishes: BTreeSet<Wish>,
}

impl SharedFixes {
    /// Notes the finding with this index.
    pub(super) fn note(&mut self, finding: usize, places: Option<Vec<usize>>) {
        self.noted.push((finding, places));
    }

    /// Takes the fixes away that fewer places want than would change.
    pub(super) fn keep_unanimous(self, findings: &mut [Finding]) {
        let mut ballots: BTreeMap<Vec<NodeId>, Vec<Ballot>> = BTreeMap::new();
        for (index, places) in &self.noted {
            let Some(finding) = findings.get(*index) else { continue };
            let Some(fix) = &finding.fix else { continue };
            let wishes: BTreeSet<Wish> = match places {
                Some(places) => places.iter().copied().map(Wish::Place).collect(),
                None => BTreeSet::from([Wish::Resource(finding.logical_id.clone())]),
            };
            let same_nodes = ballots.entry(nodes(&fix.changes)).or_default();
            match same_nodes.iter_mut().find(|ballot| ballot.changes == fix.changes) {
                Some(ballot) => ballot.wishes.extend(wishes),
                None => same_nodes.push(Ballot { changes: fix.changes.clone(), wishes }),
            }
        }
        for (index, _) in &self.noted {
            let Some(finding) = findings.get_mut(*index) else { continue };
            let unanimous = finding.fix.as_ref().is_some_and(|fix| {
                let same_nodes = ballots.get(&nodes(&fix.changes)).map(Vec::as_slice).unwrap_or_default();
                same_nodes.iter().any(|ballot| ballot.changes == fix.changes && ballot.wishes.len() >= fix.places)
            });
            if !unanimous {
                finding.fix = None;
                finding.no_fix = Some(NoFix::Shared);
            }
        }
    }
}

fn nodes(changes: &[Change]) -> Vec<NodeId> {
    changes.iter().map(Change::node).collect()
}
