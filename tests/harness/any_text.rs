//! What holds for every text at all, template or not: the oracle of the fuzz target.

#[path = "expanded.rs"]
mod expanded;

use std::collections::BTreeMap;

use cfn_igr::edit::{Applicability, Change};
use cfn_igr::finding::NoFix;
use cfn_igr::{Checked, Document, Finding, Fixed, Options, Source, check, fix, syntax};

/// Whether something was repaired; an error in words where something does not hold. A panic is one as well.
pub(crate) fn hold(text: &str) -> Result<bool, String> {
    let source = Source::new("any", text);
    let checked = check(&source, &Options::default());
    ensure(checked.failed_rules.is_empty(), || format!("rules failed: {:?}", checked.failed_rules))?;
    for finding in &checked.findings {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        let labels = finding.labels.iter().map(|label| label.span);
        for span in edits.chain(labels).chain([finding.span]) {
            ensure(text.get(span.range()).is_some(), || format!("{}: {span:?} is no part of the text", finding.rule))?;
        }
    }
    let mut repaired = false;
    for grade in [Applicability::Safe, Applicability::Unsafe] {
        repaired |= is_repaired(&source, &checked, grade).map_err(|what| format!("{} fixes: {what}", grade.as_str()))?;
    }
    Ok(repaired)
}

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

fn is_repaired(source: &Source, checked: &Checked, grade: Applicability) -> Result<bool, String> {
    let fixed = fix(source, &Options::default(), grade);
    ensure(fixed.applied.is_empty() == (fixed.text == source.text()), || "changed without a finding, or not".to_owned())?;
    if checked.document != Document::Template {
        ensure(fixed.applied.is_empty(), || "something else than a template was edited".to_owned())?;
    }
    if fixed.applied.is_empty() {
        return Ok(false);
    }
    let new = Source::new(source.name(), fixed.text.clone());
    ensure(syntax::parse(&new).errors().is_empty(), || format!("does not parse\n{}", fixed.text))?;
    let again = check(&new, &Options::default());
    let told = again.findings.iter().zip(&fixed.remaining.findings).all(|(finding, told)| match &told.no_fix {
        Some(NoFix::Spoils(_)) => {
            finding.fix.is_some() && *told == Finding { fix: None, no_fix: told.no_fix.clone(), ..finding.clone() }
        }
        _ => finding == told,
    });
    ensure(told && again.findings.len() == fixed.remaining.findings.len(), || "what is left is told wrong".to_owned())?;
    let before = expanded::at_most(source, &checked.findings);
    for (key, count) in expanded::counted(&again.findings) {
        ensure(before.get(&key).is_some_and(|before| *before >= count), || format!("new finding {key:?}\n{}", fixed.text))?;
    }
    let repairable = |finding: &Finding| {
        finding.suppressed.is_none() && finding.fix.as_ref().is_some_and(|fix| fix.applicability >= grade)
    };
    let left = again.findings.iter().any(repairable);
    ensure(!left || !fixed.dropped.is_empty(), || format!("left unrepaired\n{}", fixed.text))?;
    let twice = fix(&new, &Options::default(), grade);
    ensure(twice.text == fixed.text, || format!("a second run changes\n{}\n--- to\n{}", fixed.text, twice.text))?;
    let (old, now) = (comments(source), comments(&new));
    let kept = old == now || may_lose_comments(&fixed) && now.iter().all(|(text, count)| old.get(text) >= Some(count));
    ensure(kept, || format!("comments changed\n{}", fixed.text))?;
    Ok(true)
}

fn comments(source: &Source) -> BTreeMap<String, usize> {
    let tree = syntax::parse(source);
    let mut comments = BTreeMap::new();
    // Those that are suppressions are repaired themselves.
    for span in tree.comments().iter().filter(|span| !source.slice(**span).contains("cfn-igr")) {
        *comments.entry(source.slice(*span).trim_end().to_owned()).or_insert(0) += 1;
    }
    comments
}

/// Deleted entries and replaced values take the comments inside along.
fn may_lose_comments(fixed: &Fixed) -> bool {
    let mut changes = fixed.applied.iter().filter_map(|applied| applied.finding.fix.as_ref()).flat_map(|fix| &fix.changes);
    changes.any(|change| matches!(change, Change::Delete { .. } | Change::Replace { .. }))
}
