//! What holds for every text.

use std::collections::BTreeMap;

use cfn_igr::edit::{Applicability, Change, apply, plan};
use cfn_igr::rule::FixPromise;
use cfn_igr::rules::RULES;
use cfn_igr::suppress::{OWN_RULES, Words, place};
use cfn_igr::{Category, Checked, Document, Finding, Fixed, Options, Source, catalogue, check, fix, syntax};

use super::{expanded, same, twin};

/// Findings of one text that are suppressed in turn.
const SUPPRESSED: usize = 3;

/// Asserts all of them.
pub(crate) fn hold(source: &Source, options: &Options) -> Result<(), String> {
    let checked = check(source, options);
    if checked.document == Document::Broken {
        return broken_text_is_left_alone(source, options, &checked);
    }
    tree_fits_its_text(source)?;
    promises_are_kept(&checked)?;
    each_rule_is_for_itself(source, options, &checked)?;
    for grade in [Applicability::Safe, Applicability::Unsafe] {
        repaired_text_is_right(source, options, &checked, grade)
            .map_err(|what| format!("{} fixes: {what}", grade.as_str()))?;
    }
    spelling_does_not_matter(source, options, &checked)?;
    suppressions_are_exact(source, options, &checked)
}

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

/// Every node lies in the text and in its parent, and no edit gives the same bytes.
fn tree_fits_its_text(source: &Source) -> Result<(), String> {
    let tree = syntax::parse(source);
    ensure(tree.errors().is_empty(), || format!("does not parse: {:?}", tree.errors()))?;
    for node in tree.ids() {
        let span = tree.span(node);
        let inside = tree.parent(node).is_none_or(|parent| tree.span(parent).contains(span));
        ensure(inside && source.text().get(span.range()).is_some(), || format!("{node:?} {span:?} lies outside"))?;
    }
    ensure(apply(source.text(), &[]).as_deref() == Some(source.text()), || "no edit changes the text".to_owned())
}

/// What cannot be read to its end has a finding that says so, and is not edited.
fn broken_text_is_left_alone(source: &Source, options: &Options, checked: &Checked) -> Result<(), String> {
    let told = checked.findings.iter().any(|finding| finding.category == Category::Syntax);
    ensure(told, || "nothing says that the text is broken".to_owned())?;
    each_rule_is_for_itself(source, options, checked)?;
    let fixed = fix(source, options, Applicability::Unsafe);
    ensure(fixed.text == source.text() && fixed.applied.is_empty(), || "a broken text was edited".to_owned())?;
    let crlf = twin::with_crlf(source).map(|crlf| check(&crlf, options));
    ensure(crlf.is_none_or(|crlf| keys(&crlf.findings) == keys(&checked.findings)), || {
        "CRLF gives other findings".to_owned()
    })
}

/// A rule that promises no fix has none; none is of a higher grade than promised; each fix can be made.
fn promises_are_kept(checked: &Checked) -> Result<(), String> {
    ensure(checked.document == Document::Template, || "is not taken for a template".to_owned())?;
    ensure(checked.failed_rules.is_empty(), || format!("rules failed: {:?}", checked.failed_rules))?;
    for finding in &checked.findings {
        let Some(fix) = &finding.fix else { continue };
        let promise = catalogue::find(finding.rule).map(|entry| entry.meta.fix);
        let kept = matches!(promise, Some(FixPromise::Sometimes(grade)) if fix.applicability <= grade);
        ensure(kept, || format!("{} has a fix that it does not promise", finding.rule))?;
        let ordered = fix.edits.iter().is_sorted_by(|one, next| one.span.end <= next.span.start);
        ensure(ordered && !fix.edits.is_empty(), || format!("{} has no edits, or in disorder", finding.rule))?;
    }
    for finding in &checked.findings {
        let words = [&finding.message, &finding.label, &finding.help];
        let plain = words.iter().all(|words| !words.ends_with('.') && !words.contains('\n'));
        ensure(plain && !finding.message.is_empty(), || format!("{}: words: {:?}", finding.rule, finding.message))?;
    }
    Ok(())
}

/// A rule alone finds what it finds among all; a second run finds the same.
fn each_rule_is_for_itself(source: &Source, options: &Options, checked: &Checked) -> Result<(), String> {
    ensure(check(source, options).findings == checked.findings, || "a second run differs".to_owned())?;
    // Guard rules are slow; those that find nothing are tested elsewhere.
    let found = |name: &str| checked.findings.iter().any(|finding| finding.rule == name);
    for name in catalogue::all().filter(|entry| !entry.is_guard || found(entry.meta.name)).map(|entry| entry.meta.name) {
        let alone = check(source, &Options { only: vec![name.to_owned()], ..options.clone() });
        let among: Vec<_> = checked.findings.iter().filter(|finding| finding.rule == name).cloned().collect();
        ensure(alone.findings == among, || format!("{name} alone finds something else"))?;
    }
    Ok(())
}

/// A repaired text parses, has no new finding and nothing left to repair, keeps its comments, and stays as it is when
/// it is repaired again.
fn repaired_text_is_right(
    source: &Source,
    options: &Options,
    checked: &Checked,
    grade: Applicability,
) -> Result<(), String> {
    let fixed = fix(source, options, grade);
    let new = Source::new(source.name(), fixed.text.clone());
    ensure(fixed.dropped.is_empty(), || format!("dropped: {:?}", fixed.dropped))?;
    ensure(fixed.applied.is_empty() == (fixed.text == source.text()), || {
        "changed without a finding, or the reverse".to_owned()
    })?;
    tree_fits_its_text(&new)?;
    let again = check(&new, options);
    let (before, after) = (expanded::at_most(source, &checked.findings), expanded::counted(&again.findings));
    for (key, count) in &after {
        ensure(before.get(key).is_some_and(|before| before >= count), || format!("new finding: {key:?}"))?;
    }
    let left = fixed.remaining.findings.iter().find(|finding| is_repairable(finding, grade));
    ensure(left.is_none(), || format!("left unrepaired: {left:?}"))?;
    same("text after repairing twice", &fix(&new, options, grade).text, &fixed.text)?;
    ensure(deletes(&fixed) || comments(source) == comments(&new), || "comments changed".to_owned())
}

/// CRLF, YAML and JSON give the same findings; the repaired text keeps the line ends.
fn spelling_does_not_matter(source: &Source, options: &Options, checked: &Checked) -> Result<(), String> {
    if let Some(crlf) = twin::with_crlf(source) {
        let words = |source: &Source, findings: &[Finding]| {
            let place = |finding: &Finding| (source.position(finding.span.start()), finding.rule, finding.message.clone());
            findings.iter().map(place).collect::<Vec<_>>()
        };
        let other = check(&crlf, options);
        ensure(words(&crlf, &other.findings) == words(source, &checked.findings), || {
            "CRLF gives other findings".to_owned()
        })?;
        let text = |source: &Source| fix(source, options, Applicability::Safe).text;
        same("repaired text with CRLF", &text(&crlf), &text(source).replace('\n', "\r\n"))?;
    }
    if let Some(other) = twin::of(source) {
        let found = check(&other, options);
        let twin = keys(&found.findings);
        ensure(twin == keys(&checked.findings), || format!("the twin has other findings: {twin:#?}\n{}", other.text()))?;
    }
    Ok(())
}

/// A suppression takes its finding away, and none of another rule; with the name of a rule that finds nothing it is unused.
fn suppressions_are_exact(source: &Source, options: &Options, checked: &Checked) -> Result<(), String> {
    let tree = syntax::parse(source);
    let words = Words { reason: Some("a \"reason\": # with 'signs' -- ]".to_owned()), until: None };
    let wanted = checked.active().filter(|finding| !OWN_RULES.contains(&finding.rule));
    for finding in wanted.take(SUPPRESSED) {
        let written = |changes: &[Change]| {
            let text = plan(&tree, changes).and_then(|edits| apply(source.text(), &edits));
            text.map(|text| Source::new(source.name(), text))
        };
        let placed = place(&tree, &[finding], &words, true);
        let Some(new) = written(&placed.changes).filter(|_| placed.left.is_empty()) else { continue };
        let after = check(&new, options);
        let own = |finding: &&Finding| !OWN_RULES.contains(&finding.rule);
        let others = |checked: &Checked| {
            let others = checked.active().filter(|one| one.rule != finding.rule).filter(own);
            let mut told: Vec<_> = others.map(|one| (one.rule, one.message.clone())).collect();
            told.sort();
            told
        };
        let count = |checked: &Checked| checked.active().filter(|one| one.rule == finding.rule).count();
        let suppressed = |checked: &Checked| checked.findings.iter().filter(|one| one.suppressed.is_some()).count();
        let gone = count(checked).saturating_sub(count(&after));
        ensure(gone > 0 && others(checked) == others(&after), || {
            format!("{finding:?} is not suppressed exactly:\n{}", new.text())
        })?;
        ensure(suppressed(&after) == suppressed(checked) + gone, || format!("findings vanish:\n{}", new.text()))?;
        let idle = RULES
            .iter()
            .map(|rule| rule.rule.meta().name)
            .find(|name| !OWN_RULES.contains(name) && checked.findings.iter().all(|finding| finding.rule != *name));
        let other = Finding { rule: idle.unwrap_or_default(), ..finding.clone() };
        let unused = written(&place(&tree, &[&other], &words, true).changes).map(|new| check(&new, options));
        let told = |checked: &Checked| checked.findings.iter().filter(|one| one.rule == "unused-suppression").count();
        ensure(unused.is_none_or(|unused| told(&unused) > told(checked)), || {
            format!("a suppression of {} seems used", other.rule)
        })?;
    }
    Ok(())
}

fn is_repairable(finding: &Finding, grade: Applicability) -> bool {
    finding.suppressed.is_none() && finding.fix.as_ref().is_some_and(|fix| fix.applicability >= grade)
}

/// Findings without their places, counted.
fn keys(findings: &[Finding]) -> BTreeMap<(&str, &str, &str), usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry((finding.rule, finding.severity.as_str(), finding.message.as_str())).or_insert(0) += 1;
    }
    counts
}

fn comments(source: &Source) -> Vec<String> {
    let tree = syntax::parse(source);
    let mut comments: Vec<_> = tree.comments().iter().map(|span| source.slice(*span).trim_end().to_owned()).collect();
    comments.sort();
    comments
}

/// Whether something was deleted, which takes its own comments along, or a comment.
fn deletes(fixed: &Fixed) -> bool {
    let changes = fixed.applied.iter().filter_map(|applied| applied.finding.fix.as_ref()).flat_map(|fix| &fix.changes);
    changes.into_iter().any(|change| matches!(change, Change::Delete { .. } | Change::Comment { .. }))
}
