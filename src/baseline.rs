//! Baselines: the findings that a repository had when it began to be checked, and that do not count.
//!
//! A finding is known again by its rule, its resource, its path and its text, not by its line, so that it stays known when
//! lines move. Paths are without indices of lists, which move too; equal findings are counted. This module reads no file.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Suppressed, SuppressedBy};
use crate::text::{Source, Span};

/// Name of the file where nothing else is said.
pub const FILE_NAME: &str = "cfn-igr-baseline.json";

/// The version of the format.
const VERSION: u64 = 1;

/// Equal findings in one file, so that no sum of them overflows.
const MOST: usize = 1_000_000;

/// Findings of old, by file and by what makes them the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    files: BTreeMap<String, BTreeMap<Key, usize>>,
}

/// What makes a finding the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logical_id: Option<String>,
    path: String,
    /// A digest, as the text may be a secret.
    text: String,
}

impl Key {
    fn of(finding: &Finding, source: &Source) -> Self {
        let steps = finding.path.split('/');
        let step = |step: &str| {
            let index = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
            if index { "*".to_owned() } else { step.to_owned() }
        };
        Self {
            rule: finding.rule.to_owned(),
            logical_id: finding.logical_id.clone(),
            path: steps.map(step).collect::<Vec<_>>().join("/"),
            text: digest(source, finding.span),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(flatten)]
    key: Key,
    count: usize,
}

#[derive(Serialize)]
struct File<'f> {
    version: u64,
    findings: BTreeMap<&'f str, Vec<Row>>,
}

/// Why a text is no baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BaselineError {
    /// It is not JSON, or other JSON; with the reason.
    Broken(String),
    /// A later version of this program wrote it.
    Newer(u64),
}

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(reason) => {
                write!(f, "it is no baseline: {reason}; write it anew with: cfn-igr baseline create --force")
            }
            Self::Newer(version) => write!(
                f,
                "it has version {version}, of which this cfn-igr knows nothing (it knows {VERSION}); use the cfn-igr that wrote it"
            ),
        }
    }
}

impl std::error::Error for BaselineError {}

/// How a baseline changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings that are in it now and were not.
    pub added: usize,
    /// Findings that were in it and are not any more.
    pub removed: usize,
    /// Findings that were in it and still are.
    pub kept: usize,
}

impl Baseline {
    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// What it is instead.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let broken = |reason: String| BaselineError::Broken(reason);
        let mut value: serde_json::Value = serde_json::from_str(text).map_err(|error| broken(error.to_string()))?;
        let version = value.get("version").and_then(serde_json::Value::as_u64);
        match version.ok_or_else(|| broken("it has no version".to_owned()))? {
            VERSION => {}
            newer if newer > VERSION => return Err(BaselineError::Newer(newer)),
            other => return Err(broken(format!("there was no version {other}"))),
        }
        let findings =
            value.get_mut("findings").map(serde_json::Value::take).ok_or_else(|| broken("it has no findings".to_owned()))?;
        let rows: BTreeMap<String, Vec<Row>> =
            serde_json::from_value(findings).map_err(|error| broken(error.to_string()))?;
        let mut files = BTreeMap::new();
        for (file, rows) in rows {
            let known: &mut BTreeMap<Key, usize> = files.entry(file).or_default();
            for row in rows {
                let count = known.entry(row.key).or_default();
                *count = count.saturating_add(row.count).min(MOST);
            }
        }
        Ok(Self { files })
    }

    /// The text of the baseline, the same for the same findings in any order.
    pub fn to_json(&self) -> String {
        let row = |(key, count): (&Key, &usize)| Row { key: key.clone(), count: *count };
        let findings = self.files.iter().map(|(file, known)| (file.as_str(), known.iter().map(row).collect()));
        let file = File { version: VERSION, findings: findings.collect() };
        // Structures of text and numbers always serialise.
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }

    /// How many findings it knows.
    pub fn len(&self) -> usize {
        self.files.values().flat_map(BTreeMap::values).sum()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files of which it knows findings.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Adds a finding of a file.
    pub fn add(&mut self, file: &str, finding: &Finding, source: &Source) {
        *self.files.entry(file.to_owned()).or_default().entry(Key::of(finding, source)).or_default() += 1;
    }

    /// Marks the findings of a file that it knows, the first in order of the text where there are more. Gives the number of
    /// those that it knows and that are there no more, of rules that ran.
    pub fn mark(&self, file: &str, findings: &mut [Finding], source: &Source, ran: impl Fn(&str) -> bool) -> usize {
        let Some(known) = self.files.get(file) else { return 0 };
        let mut left = known.clone();
        for finding in findings.iter_mut().filter(|finding| finding.suppressed.is_none()) {
            if let Some(count) = left.get_mut(&Key::of(finding, source)).filter(|count| **count > 0) {
                *count -= 1;
                finding.suppressed = Some(Suppressed { by: SuppressedBy::Baseline, reason: None });
            }
        }
        left.iter().filter(|(key, _)| ran(&key.rule)).map(|(_, count)| count).sum()
    }

    /// Adds what another one knows of a file from rules that did not run, and so say nothing of it.
    pub fn keep(&mut self, file: &str, old: &Self, ran: impl Fn(&str) -> bool) {
        let Some(known) = old.files.get(file) else { return };
        for (key, before) in known.iter().filter(|(key, _)| !ran(&key.rule)) {
            let count = self.files.entry(file.to_owned()).or_default().entry(key.clone()).or_default();
            *count = (*count).max(*before);
        }
    }

    /// Takes what `now` knows of these files; of other files all stays as it is. With `add` off nothing new comes in.
    pub fn replace(&mut self, now: &Self, files: &[String], add: bool) -> Counts {
        let mut counts = Counts::default();
        for file in files {
            let old = self.files.remove(file).unwrap_or_default();
            let new = now.files.get(file).cloned().unwrap_or_default();
            let mut result: BTreeMap<Key, usize> = BTreeMap::new();
            for (key, count) in &new {
                let before = old.get(key).copied().unwrap_or(0);
                let after = if add { *count } else { before.min(*count) };
                counts.kept += before.min(after);
                counts.added += after.saturating_sub(before);
                if after > 0 {
                    result.insert(key.clone(), after);
                }
            }
            counts.removed +=
                old.iter().map(|(key, count)| count.saturating_sub(result.get(key).copied().unwrap_or(0))).sum::<usize>();
            if !result.is_empty() {
                self.files.insert(file.clone(), result);
            }
        }
        counts.kept +=
            self.files.iter().filter(|(file, _)| !files.contains(file)).flat_map(|(_, known)| known.values()).sum::<usize>();
        counts
    }
}

/// A digest of the words of a text: FNV-1a with 64 bits. White space counts as one blank. Of several lines the first stands for
/// all, so that a change inside a block is no other finding of the block.
fn digest(source: &Source, span: Span) -> String {
    let line = source.slice(span).lines().next().unwrap_or("");
    // Other quotes are no other text.
    let line = line.trim_matches(['"', '\'']);
    let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let hash =
        words.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Options, check};

    const TEXT: &str = "Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Type: AWS::ApiGateway::RestApi\n    Metadata: {a: 1, a: 1}\n";

    fn found(text: &str) -> (Source, Vec<Finding>) {
        let source = Source::new("t.yaml", text);
        let findings = check(&source, &Options::default()).findings;
        (source, findings)
    }

    fn baseline(text: &str) -> Baseline {
        let (source, findings) = found(text);
        let mut baseline = Baseline::default();
        for finding in &findings {
            baseline.add("t.yaml", finding, &source);
        }
        baseline
    }

    #[test]
    fn what_moves_stays_known_and_what_is_new_counts() {
        let old = baseline(TEXT);
        assert_eq!(old.len(), 2);
        assert_eq!(Baseline::parse(&old.to_json()), Ok(old.clone()));
        let moved = TEXT.replace("Resources:\n", "# one\n\nResources:\n  # two\n").replace("{a: 1, ", "{b: 2, a: 1,   ");
        let (source, mut findings) = found(&moved);
        assert_eq!(
            (
                old.mark("t.yaml", &mut findings, &source, |_| true),
                findings.iter().filter(|one| one.suppressed.is_none()).count()
            ),
            (0, 0)
        );
        let (source, mut findings) = found(&TEXT.replace("{a: 1,", "{a: 1, a: 1,"));
        assert_eq!(old.mark("t.yaml", &mut findings, &source, |_| true), 0);
        assert_eq!(findings.iter().filter(|one| one.suppressed.is_none()).count(), 1);
        let (source, mut findings) = found(&TEXT.replace(", a: 1}", "}"));
        assert_eq!(old.mark("t.yaml", &mut findings, &source, |_| true), 1);
        assert_eq!(old.mark("t.yaml", &mut findings, &source, |_| false), 0);
        assert_eq!(old.mark("other.yaml", &mut findings, &source, |_| true), 0);
    }

    #[test]
    fn updates_and_prunings_are_counted() {
        let (old, files) = (baseline(TEXT), ["t.yaml".to_owned()]);
        let now = baseline(&TEXT.replace(", a: 1}", ", b: 1, b: 1}"));
        let (mut updated, mut pruned) = (old.clone(), old.clone());
        assert_eq!(updated.replace(&now, &files, true), Counts { added: 1, removed: 1, kept: 1 });
        assert_eq!(pruned.replace(&now, &files, false), Counts { added: 0, removed: 1, kept: 1 });
        assert_eq!((updated == now, pruned.len()), (true, 1));
        let mut other = old.clone();
        assert_eq!(other.replace(&Baseline::default(), &[], true), Counts { added: 0, removed: 0, kept: 2 });
        assert_eq!(other.replace(&Baseline::default(), &files, true).removed, 2);
        assert!(other.is_empty());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "[]",
            "{}",
            "{\"version\": 1}",
            "{\"version\": 0, \"findings\": {}}",
            "{\"version\": 1, \"findings\": {\"t\": [1]}}",
            "{\"version\": 1, \"findings\": {\"t\": [{\"rule\": \"x\"}]}}",
        ] {
            assert!(matches!(Baseline::parse(text), Err(BaselineError::Broken(_))), "{text}");
        }
        assert_eq!(Baseline::parse("{\"version\": 2, \"anything\": []}"), Err(BaselineError::Newer(2)));
    }
}
