//! Random templates with planted defects in random layouts: repairing gives the template without them, and
//! touches nothing else.
//!
//! `FIX_PROPERTY_CASES` says how many templates are made, `FIX_PROPERTY_SEED` which is the first. A failure
//! prints its seed and a template made as small as it gets.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests; clippy takes only the test functions themselves for tests"
)]

mod generated;
#[path = "harness/second.rs"]
mod second;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use cfn_igr::edit::{Applicability, Change, Edit, Fix, apply, merge, plan};
use cfn_igr::rules::RULES;
use cfn_igr::{Checked, Document, Finding, Fixed, Options, Source, check, fix, syntax};
use generated::node::{Node, View};
use generated::tape::{Tape, reduced};
use generated::template::Draft;
use generated::{json, yaml};

/// `make properties` asks for more of an optimized build.
const CASES: u64 = 800;
const GRADES: [(Applicability, View); 2] = [(Applicability::Safe, View::Safe), (Applicability::Unsafe, View::Unsafe)];

/// A template in both languages.
struct Case {
    node: Node,
    planted: BTreeMap<&'static str, usize>,
    yaml: Source,
    json: Source,
    shares: bool,
    /// Whether the JSON text is repaired as well.
    both: bool,
    /// Whether the dear properties are tried as well, and in which order the rules.
    order: Option<Vec<usize>>,
}

fn case(tape: &mut Tape) -> Case {
    let mut draft = Draft { tape, planted: BTreeMap::new(), parameters: Vec::new(), maps: Vec::new(), outputs: Vec::new() };
    let node = draft.template();
    let planted = draft.planted;
    let shares = tape.chance(15);
    let text = yaml::write(&node, tape, shares);
    let twin = json::write(&node, tape);
    let order = tape.chance(6).then(|| {
        let mut order: Vec<usize> = (0..RULES.len()).collect();
        tape.shuffle(&mut order);
        order
    });
    let both = order.is_some() || tape.chance(40);
    Case { both, node, planted, yaml: Source::new("t.yaml", text), json: Source::new("t.json", twin), shares, order }
}

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

fn all_hold(case: &Case) -> Result<(), String> {
    let checked = check(&case.yaml, &Options::default());
    finds_what_was_planted(case, &checked)?;
    let twin = check(&case.json, &Options::default());
    ensure(placed(case, &checked) == placed(case, &twin), || {
        format!("the twins differ:\n{:#?}\n{:#?}\n{}", placed(case, &checked), placed(case, &twin), case.json.text())
    })?;
    for (source, checked) in [(&case.yaml, &checked), (&case.json, &twin)] {
        let is_json = source.name().ends_with("json");
        let read = second::value(source.text(), is_json).map_err(|error| format!("the generator's own text: {error}"))?;
        ensure(read == case.node.value(View::Bad), || "the generator's own text means something else".to_owned())?;
        if is_json && !case.both {
            continue;
        }
        for (grade, view) in GRADES {
            // Where unsafe fixes have nothing more to do, they are the safe ones.
            if view == View::Unsafe && case.order.is_none() && case.node.value(view) == case.node.value(View::Safe) {
                continue;
            }
            let told = |what: String| format!("{} fixes of {}: {what}", grade.as_str(), source.name());
            let fixed = fix(source, &Options::default(), grade);
            is_repaired(case, source, checked, &fixed, grade).map_err(told)?;
            // An anchor keeps some unsafe fixes away, even without an alias.
            if view == View::Safe || !case.shares {
                restores(case, &fixed, view, is_json).map_err(told)?;
            }
        }
    }
    case.order.as_ref().map_or(Ok(()), |order| order_of_rules_is_irrelevant(case, order))
}

/// As many findings of each rule as were planted.
fn finds_what_was_planted(case: &Case, checked: &Checked) -> Result<(), String> {
    ensure(checked.document == Document::Template && checked.failed_rules.is_empty(), || {
        format!("{:?}, failed rules {:?}, {:?}", checked.document, checked.failed_rules, checked.findings)
    })?;
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &checked.findings {
        *found.entry(finding.rule).or_insert(0) += 1;
    }
    let rules: BTreeSet<&str> = found.keys().chain(case.planted.keys()).copied().collect();
    for rule in rules {
        let (planted, found) = (case.planted.get(rule).unwrap_or(&0), found.get(rule).unwrap_or(&0));
        ensure(planted == found, || {
            let messages: Vec<_> = checked.findings.iter().map(|finding| &finding.message).collect();
            format!("{rule}: {planted} planted, {found} found: {messages:#?}")
        })?;
    }
    Ok(())
}

/// Rule, resource and place of each finding; intrinsic functions are no part of a place.
fn placed(case: &Case, checked: &Checked) -> Vec<(&'static str, Option<String>, String)> {
    let steps = |finding: &Finding| {
        // What an alias stands for is elsewhere.
        if case.shares {
            return String::new();
        }
        let steps = finding.path.split('/').filter(|step| !step.starts_with("Fn::") && *step != "Ref");
        steps.collect::<Vec<_>>().join("/")
    };
    let mut placed: Vec<_> =
        checked.findings.iter().map(|finding| (finding.rule, finding.logical_id.clone(), steps(finding))).collect();
    placed.sort();
    placed
}

/// How many findings each rule has in each resource.
fn counted(findings: &[Finding]) -> BTreeMap<(&str, Option<&str>), usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry((finding.rule, finding.logical_id.as_deref())).or_insert(0) += 1;
    }
    counts
}

/// Nothing is dropped, new, left or changed by another run; only planned bytes are others.
fn is_repaired(case: &Case, source: &Source, checked: &Checked, fixed: &Fixed, grade: Applicability) -> Result<(), String> {
    let dropped = fixed.dropped.first();
    ensure(dropped.is_none(), || {
        format!("dropped {:?}", dropped.map(|dropped| (dropped.finding.rule, &dropped.reason, &dropped.finding.message)))
    })?;
    ensure(fixed.applied.is_empty() == (fixed.text == source.text()), || "changed without a finding, or not".to_owned())?;
    let new = Source::new(source.name(), fixed.text.clone());
    let tree = syntax::parse(&new);
    ensure(tree.errors().is_empty(), || format!("does not parse: {:?}\n{}", tree.errors(), fixed.text))?;
    let again = &fixed.remaining;
    if case.order.is_some() {
        let check = check(&new, &Options::default());
        ensure(check.findings == again.findings, || "what is left is told wrong".to_owned())?;
    }
    let before = counted(&checked.findings);
    for (key, count) in counted(&again.findings) {
        ensure(before.get(&key).is_some_and(|before| *before >= count), || format!("new finding {key:?}\n{}", fixed.text))?;
    }
    let repairable = |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| fix.applicability >= grade);
    let left = again.findings.iter().find(repairable);
    ensure(left.is_none(), || format!("left unrepaired: {:?}\n{}", left.map(|finding| &finding.message), fixed.text))?;
    if !fixed.applied.is_empty() || case.order.is_some() {
        let twice = fix(&new, &Options::default(), grade);
        ensure(twice.text == fixed.text && twice.rounds == 0, || {
            format!("a second run changes\n{}\n{}", fixed.text, twice.text)
        })?;
    }
    keeps_comments(source, &new)?;
    let made: Vec<&Fix> = fixed.applied.iter().filter_map(|applied| applied.finding.fix.as_ref()).collect();
    match fixed.rounds {
        0 => Ok(()),
        1 => keeps_bytes(source, &made, &fixed.text),
        _ => keeps_bytes_of_each_round(source, &made, fixed),
    }
}

/// Each round edits the text of the one before; the fixes stand in the order in which they were made.
fn keeps_bytes_of_each_round(source: &Source, made: &[&Fix], fixed: &Fixed) -> Result<(), String> {
    let mut now = Source::new(source.name(), source.text());
    let mut left = made;
    for _ in 0..fixed.rounds {
        let findings = check(&now, &Options::default()).findings;
        let here = |fix: &&&Fix| findings.iter().any(|finding| finding.fix.as_ref() == Some(**fix));
        let (round, rest) = left.split_at(left.iter().take_while(here).count());
        ensure(!round.is_empty(), || format!("nothing in this text asks for the next fix\n{}", now.text()))?;
        now = Source::new(source.name(), repaired_once(&now, round)?);
        left = rest;
    }
    ensure(left.is_empty() && now.text() == fixed.text, || {
        format!("the rounds come to something else\n{}\n--- instead of\n{}", now.text(), fixed.text)
    })
}

/// The text after one round, made here.
fn repaired_once(source: &Source, made: &[&Fix]) -> Result<String, String> {
    let (edits, _) = planned(source, made);
    let text = apply(source.text(), &edits).ok_or("the edits of a round overlap")?;
    keeps_bytes(source, made, &text)?;
    Ok(text)
}

/// The splices of some fixes, and the changes that they make.
fn planned(source: &Source, made: &[&Fix]) -> (Vec<Edit>, Vec<Change>) {
    let tree = syntax::parse(source);
    let changes: Vec<&[Change]> = made.iter().map(|fix| fix.changes.as_slice()).collect();
    let merged = merge(&changes, &tree).changes;
    let mut edits: Vec<Edit> = plan(&tree, &merged).unwrap();
    edits.sort();
    (edits, merged)
}

/// Another parser reads the template as it was before the defects were planted.
fn restores(case: &Case, fixed: &Fixed, view: View, is_json: bool) -> Result<(), String> {
    let read = second::value(&fixed.text, is_json).map_err(|error| format!("another parser: {error}\n{}", fixed.text))?;
    let expected = case.node.value(view);
    ensure(read == expected, || {
        let show = |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap();
        let (read, expected) = (show(&read), show(&expected));
        let difference = similar::TextDiff::from_lines(&expected, &read).unified_diff().context_radius(6).to_string();
        format!("another parser reads something else (- expected, + read):\n{difference}\n{}", fixed.text)
    })
}

/// No comment is new, and only those beside deleted and replaced text may go.
fn keeps_comments(old: &Source, new: &Source) -> Result<(), String> {
    let comments = |source: &Source| {
        let tree = syntax::parse(source);
        let mut comments: Vec<_> = tree.comments().iter().map(|span| source.slice(*span).trim_end().to_owned()).collect();
        comments.sort();
        comments
    };
    let (old, new_ones) = (comments(old), comments(new));
    let kept =
        |comments: &[String]| comments.iter().filter(|text| text.starts_with(yaml::KEPT)).cloned().collect::<Vec<_>>();
    let known =
        new_ones.iter().all(|comment| old.binary_search(comment).is_ok()) && new_ones.windows(2).all(|two| two[0] != two[1]);
    ensure(kept(&old) == kept(&new_ones) && known, || {
        let lost: Vec<_> = old.iter().filter(|comment| !new_ones.contains(comment)).collect();
        format!("comments changed, gone are {lost:?}\n{}", new.text())
    })
}

/// The text between the edits of one round is there, in order, and no edit covers what was not to change.
fn keeps_bytes(source: &Source, made: &[&Fix], text: &str) -> Result<(), String> {
    let tree = syntax::parse(source);
    let (edits, merged) = planned(source, made);
    let mut new = text;
    let mut at = 0;
    for (number, edit) in edits.iter().enumerate() {
        if let Some(untouched) = source.text().get(at..edit.span.start()) {
            let found = if number == 0 { new.starts_with(untouched).then_some(0) } else { new.find(untouched) };
            let found = found.ok_or_else(|| format!("lost {untouched:?}\n{text}"))?;
            new = &new[found + untouched.len()..];
        }
        at = at.max(edit.span.end());
    }
    let rest = source.text().get(at..).unwrap_or("");
    ensure(new.ends_with(rest), || format!("lost {rest:?}\n{text}"))?;
    let touched: Vec<_> = merged
        .iter()
        .map(|change| {
            let node = change.node();
            match change {
                Change::Delete { .. } => tree.entry_of(node).map_or(tree.span_with_tag(node), |entry| {
                    cfn_igr::text::Span::new(tree.span(entry.key).start(), tree.span_with_tag(entry.value).end())
                }),
                _ => tree.span_with_tag(node),
            }
        })
        .collect();
    let scalars = tree.ids().filter(|id| tree.scalar_style(*id).is_some() && !tree.span(*id).is_empty());
    for id in scalars {
        let span = tree.span(id);
        let covered = edits.iter().any(|edit| edit.span.start() < span.end() && span.start() < edit.span.end());
        ensure(!covered || touched.iter().any(|touched| touched.contains(span)), || {
            format!("{:?} is edited and was not to change\n{text}", source.slice(span))
        })?;
    }
    Ok(())
}

/// Each rule alone, again and again in some order, comes to the same template.
fn order_of_rules_is_irrelevant(case: &Case, order: &[usize]) -> Result<(), String> {
    for source in [&case.yaml, &case.json] {
        let mut now = Source::new(source.name(), source.text());
        loop {
            let before = now.text().to_owned();
            for at in order {
                let only = vec![RULES[*at].rule.meta().name.to_owned()];
                let fixed = fix(&now, &Options { only, ..Options::default() }, Applicability::Safe);
                // What a rule repairs can need another rule's repair as well.
                if !fixed.dropped.is_empty() {
                    return Ok(());
                }
                now = Source::new(source.name(), fixed.text);
            }
            if before == now.text() {
                break;
            }
        }
        let is_json = source.name().ends_with("json");
        let read = second::value(now.text(), is_json)?;
        ensure(read == case.node.value(View::Safe), || format!("one rule after the other gives\n{}", now.text()))?;
    }
    Ok(())
}

fn report(seed: u64, what: &str) -> String {
    let mut tape = Tape::from_seed(seed);
    case(&mut tape);
    // The first words tell one defect from another.
    let kind = |what: &str| what.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
    let fails = |choices: Vec<u32>| {
        let small = case(&mut Tape::from_choices(choices));
        all_hold(&small).is_err_and(|other| kind(&other) == kind(what))
    };
    let small = case(&mut Tape::from_choices(reduced(tape.into_choices(), fails)));
    let what = all_hold(&small).err().unwrap_or_default();
    let shares = if small.shares { " with anchors" } else { "" };
    format!("seed {seed}{shares}: {what}\n--- yaml\n{}", small.yaml.text())
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn repairing_gives_the_template_without_its_defects() {
    let (cases, first) = (number("FIX_PROPERTY_CASES", CASES), number("FIX_PROPERTY_SEED", 0));
    let (next, failed) = (AtomicU64::new(0), AtomicU64::new(u64::MAX));
    let start = Instant::now();
    let work = || {
        let mut failure = None;
        while failed.load(Ordering::Relaxed) == u64::MAX {
            let seed = first + next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + cases {
                break;
            }
            if let Err(what) = all_hold(&case(&mut Tape::from_seed(seed))) {
                failed.fetch_min(seed, Ordering::Relaxed);
                failure = Some((seed, what));
            }
        }
        failure
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let failures: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().unwrap()).collect()
    });
    if let Some((seed, what)) = failures.into_iter().min() {
        panic!("{}", report(seed, &what));
    }
    eprintln!("{cases} templates from seed {first} in {:.1?} on {threads} threads", start.elapsed());
}
