//! What is wrong with a text whose aliases are expanded.

use std::collections::BTreeMap;

use cfn_igr::edit::Applicability;
use cfn_igr::{Finding, Options, Source, check, fix, syntax};

/// How many findings each rule has in each resource.
pub(crate) type Counts = BTreeMap<(&'static str, Option<String>), usize>;

pub(crate) fn counted(findings: &[Finding]) -> Counts {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry((finding.rule, finding.logical_id.clone())).or_insert(0) += 1;
    }
    counts
}

/// The findings of a text, counted, as they are at most while its aliases go: what is wrong with a text that serves several
/// resources is told of the first, until each has its own.
pub(crate) fn at_most(source: &Source, findings: &[Finding]) -> Counts {
    let mut counts = counted(findings);
    if syntax::parse(source).aliases().is_empty() {
        return counts;
    }
    let only = Options { only: vec!["yaml-alias".to_owned()], ..Options::default() };
    let text = fix(source, &only, Applicability::Safe).text;
    for (key, count) in counted(&check(&Source::new(source.name(), text), &Options::default()).findings) {
        counts.entry(key).and_modify(|before| *before = count.max(*before)).or_insert(count);
    }
    counts
}
