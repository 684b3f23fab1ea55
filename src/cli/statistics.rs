//! `--statistics`: how often each rule has found something.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cfn_igr::edit::Applicability;
use cfn_igr::finding::{Finding, Severity};
use cfn_igr::report::escape::escape;

/// Counts by rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Statistics {
    rules: BTreeMap<String, Count>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    findings: usize,
    files: usize,
    safe: usize,
    errors: usize,
}

impl Statistics {
    /// The counts of one file.
    pub(crate) fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut rules: BTreeMap<String, Count> = BTreeMap::new();
        for finding in findings {
            let safe = finding.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe);
            let count = rules.entry(finding.rule.to_string()).or_default();
            count.findings += 1;
            count.files = 1;
            count.safe += usize::from(safe);
            count.errors += usize::from(finding.severity == Severity::Error);
        }
        Self { rules }
    }

    /// Adds those of other files.
    pub(crate) fn add(&mut self, other: Self) {
        for (rule, more) in other.rules {
            let count = self.rules.entry(rule).or_default();
            count.findings += more.findings;
            count.files += more.files;
            count.safe += more.safe;
            count.errors += more.errors;
        }
    }

    /// A table, the most frequent rule first; nothing if no rule has found anything.
    pub(crate) fn table(&self) -> String {
        let mut rows: Vec<_> = self.rules.iter().collect();
        if rows.is_empty() {
            return String::new();
        }
        rows.sort_by(|(one, left), (other, right)| right.findings.cmp(&left.findings).then(one.cmp(other)));
        let mut out = String::from("findings    files   errors     safe  rule\n");
        for (rule, count) in rows {
            let Count { findings, files, safe, errors } = count;
            let _ = writeln!(out, "{findings:8} {files:8} {errors:8} {safe:8}  {}", escape(rule));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_rule_comes_first() {
        let one = |rule: &str, findings| {
            let count = Count { findings, files: 1, safe: 1, errors: 0 };
            Statistics { rules: BTreeMap::from([(rule.to_owned(), count)]) }
        };
        let mut all = one("b", 1);
        all.add(one("a", 1));
        all.add(one("c", 2));
        all.add(one("b", 1));
        let table = all.table();
        let rules: Vec<_> = table.lines().skip(1).filter_map(|row| row.split_whitespace().last()).collect();
        assert_eq!(rules, ["b", "c", "a"]);
        assert!(table.contains("       2        2        0        2  b\n"), "{table}");
    }
}
