//! Suppressions: what authors write into a template so that a finding does not count.
//!
//! In YAML they are comments, in JSON and generated files entries under Metadata. This module finds them, puts them on findings
//! and says which of them are unused, expired or unknown; the words for that are rules like any other. It knows no rule by name
//! but those, and does not look at the clock.

mod comment;
mod date;
mod metadata;
mod place;
mod repair;

use std::collections::BTreeMap;

use memchr::memmem;

pub use date::Date;
pub use place::{Placed, Words, place};

use crate::finding::{Finding, Suppressed, SuppressedBy};
use crate::lang::distance;
use crate::syntax::{NodeId, Tree};
use crate::text::Span;

/// The rules about suppressions, which no suppression can name: they would be about themselves.
pub const OWN_RULES: [&str; 3] = ["expired-suppression", "unknown-suppression", "unused-suppression"];

/// Suppressions of each kind that are read of one text. More are those of a program, which can name all rules in one.
const MAX: usize = 5_000;

/// Where a suppression is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// In a comment.
    Comment,
    /// Under Metadata: the item, or the value of `ignore`.
    Metadata(NodeId),
}

/// What a suppression is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All of the file.
    File,
    /// What begins in these bytes.
    Within(Span),
    /// A resource: its bytes, and whatever names it.
    Resource(Span, String),
    /// Nothing, since nothing follows.
    Nothing,
}

/// A rule's name in a suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As written.
    pub text: String,
    /// Its bytes.
    pub span: Span,
    /// Its node; none in a comment.
    pub node: Option<NodeId>,
}

/// Why a suppression cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, without a full stop.
    pub message: String,
    /// The bytes.
    pub span: Span,
    /// The word that was probably meant in their place.
    pub rename: Option<String>,
    /// The key that holds the word; none in a comment.
    pub node: Option<NodeId>,
}

impl Fault {
    fn at(span: Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), span, rename: None, node: None }
    }
}

/// One suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Its bytes.
    pub span: Span,
    /// Where it is written.
    pub written: Written,
    /// What it is about.
    pub reach: Reach,
    /// The rules that it names.
    pub names: Vec<Name>,
    /// Whether it is about all rules.
    pub all: bool,
    /// Why.
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Why it cannot be read; it suppresses nothing then.
    pub fault: Option<Fault>,
}

impl Suppression {
    fn new(span: Span, written: Written) -> Self {
        Self { span, written, reach: Reach::Nothing, names: Vec::new(), all: false, reason: None, until: None, fault: None }
    }

    /// Whether it is about this finding.
    pub fn covers(&self, finding: &Finding) -> bool {
        let inside = |span: &Span| span.start <= finding.span.start && finding.span.start <= span.end;
        let about = match &self.reach {
            Reach::File => true,
            Reach::Within(span) => inside(span),
            Reach::Resource(span, id) => inside(span) || finding.logical_id.as_ref() == Some(id),
            Reach::Nothing => false,
        };
        let named = || self.all || self.names.iter().any(|name| name.text == finding.rule);
        self.fault.is_none() && about && !OWN_RULES.contains(&finding.rule) && named()
    }

    fn is_expired(&self, today: Option<Date>) -> bool {
        self.until.is_some_and(|until| today.unwrap_or(Date::EARLIEST) > until)
    }

    /// Indices of the names under which nothing was found, of rules that looked.
    fn idle(&self, used: &[bool], names: &Names<'_>) -> Vec<usize> {
        let idle = |name: &Name| names.is_known(&name.text) && (names.ran)(&name.text);
        let all = self.names.iter().zip(used).enumerate();
        all.filter(|(_, (name, used))| !**used && idle(name)).map(|(index, _)| index).collect()
    }

    /// Indices of the names that no rule has, each with the nearest.
    fn unknown(&self, names: &Names<'_>) -> Vec<(usize, Option<String>)> {
        let near = |name: &str| if OWN_RULES.contains(&name) { None } else { nearest(name, names.known) };
        let all = self.names.iter().enumerate().filter(|(_, name)| !names.is_known(&name.text));
        all.map(|(index, name)| (index, near(&name.text))).collect()
    }

    fn mark(&self) -> Suppressed {
        let by = match self.written {
            Written::Comment => SuppressedBy::Comment,
            Written::Metadata(_) => SuppressedBy::Metadata,
        };
        Suppressed { by, reason: self.reason.clone() }
    }
}

/// A suppression with what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The suppression.
    pub suppression: Suppression,
    /// Whether its day is over.
    pub expired: bool,
    /// Whether there is a finding that it suppresses, or would if its day were not over.
    pub used: bool,
    /// Indices of its names that suppress nothing, 0-based.
    pub unused: Vec<usize>,
    /// Indices of its names that no rule has, 0-based, each with the nearest name that one has.
    pub unknown: Vec<(usize, Option<String>)>,
}

/// The rules as suppressions see them.
pub struct Names<'n> {
    /// All names that there are.
    pub known: &'n [&'n str],
    /// Whether a rule looked at the text, so that it has nothing to say where there is no finding.
    pub ran: &'n dyn Fn(&str) -> bool,
}

impl Names<'_> {
    /// Whether a suppression can name a rule.
    fn is_known(&self, name: &str) -> bool {
        self.known.contains(&name) && !OWN_RULES.contains(&name)
    }
}

/// The suppressions of a text.
pub fn read(tree: &Tree<'_>) -> Vec<Suppression> {
    // Nearly every text has none, and this is the cheapest way to see it.
    if memmem::find(tree.source().text().as_bytes(), b"cfn-igr").is_none() {
        return Vec::new();
    }
    let mut found = comment::read(tree);
    found.extend(metadata::read(tree));
    found.sort_by_key(|suppression| suppression.span);
    found
}

/// Marks the findings that are suppressed, and says what came of each suppression. The findings are in order of the text.
pub fn judge(found: Vec<Suppression>, findings: &mut [Finding], names: &Names<'_>, today: Option<Date>) -> Vec<Verdict> {
    let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        by_id.entry(finding.logical_id.clone().unwrap_or_default()).or_default().push(index);
    }
    let verdict = |suppression: Suppression| {
        let expired = suppression.is_expired(today);
        let (mut used, mut by_name) = (false, vec![false; suppression.names.len()]);
        for index in candidates(&suppression, findings, &by_id) {
            let Some(finding) = findings.get_mut(index).filter(|finding| suppression.covers(finding)) else { continue };
            used = true;
            for (name, used) in suppression.names.iter().zip(&mut by_name) {
                *used |= name.text == finding.rule;
            }
            if !expired {
                // The innermost comes last and speaks most to the point.
                finding.suppressed = Some(suppression.mark());
            }
        }
        let unused = suppression.idle(&by_name, names);
        let unknown = suppression.unknown(names);
        Verdict { suppression, expired, used, unused, unknown }
    };
    let mut verdicts: Vec<Verdict> = found.into_iter().map(verdict).collect();
    share(&mut verdicts);
    verdicts
}

/// A text that serves several resources through an alias is used where one of them uses it.
fn share(verdicts: &mut [Verdict]) {
    let mut by_node: BTreeMap<NodeId, (bool, Vec<usize>)> = BTreeMap::new();
    for verdict in verdicts.iter() {
        if let Written::Metadata(node) = verdict.suppression.written {
            let known = by_node.entry(node).or_insert_with(|| (false, verdict.unused.clone()));
            known.0 |= verdict.used;
            known.1.retain(|index| verdict.unused.contains(index));
        }
    }
    for verdict in verdicts {
        if let Written::Metadata(node) = verdict.suppression.written
            && let Some((used, unused)) = by_node.get(&node)
        {
            verdict.used = *used;
            verdict.unused.clone_from(unused);
        }
    }
}

/// Indices of the findings that a suppression can be about.
fn candidates(suppression: &Suppression, findings: &[Finding], by_id: &BTreeMap<String, Vec<usize>>) -> Vec<usize> {
    let within = |span: &Span| {
        let first = findings.partition_point(|finding| finding.span.start < span.start);
        first..findings.partition_point(|finding| finding.span.start <= span.end)
    };
    match &suppression.reach {
        Reach::File => (0..findings.len()).collect(),
        Reach::Within(span) => within(span).collect(),
        Reach::Resource(span, id) => within(span).chain(by_id.get(id).into_iter().flatten().copied()).collect(),
        Reach::Nothing => Vec::new(),
    }
}

/// The known word that is meant, if one is near enough.
pub fn nearest(word: &str, known: &[&str]) -> Option<String> {
    let word: String = word.chars().take(100).collect::<String>().to_lowercase().replace(['_', ' '], "-");
    let limit = (word.chars().count() / 3).max(1);
    let near = known.iter().filter_map(|known| Some((distance::within(&word, known, limit)?, *known)));
    near.min().map(|(_, known)| known.to_owned())
}
