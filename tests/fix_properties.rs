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

use cfn_igr::edit::{Applicability, Change, Edit, Fix, apply, keep_habits, merge, plan};
use cfn_igr::engine::check_tree;
use cfn_igr::rules::RULES;
use cfn_igr::syntax::{self, Tree};
use cfn_igr::text::Span;
use cfn_igr::{Checked, Document, Finding, Fixed, Options, Source, fix};
use generated::node::{Node, View};
use generated::tape::{Tape, reduced};
use generated::template::Draft;
use generated::{json, yaml};
use serde_json::Value;

/// `make properties` asks for more of an optimized build.
const CASES: u64 = 800;

/// What is only wrong with the YAML text.
const ALIASES: &str = "yaml-alias";

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
    let mut planted = draft.planted;
    let shares = tape.chance(15);
    let (text, aliased) = yaml::write(&node, tape, shares);
    // Aliases are planted by the layout, of which JSON has none.
    if aliased > 0 {
        planted.insert(ALIASES, aliased);
    }
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

/// One of the twins, read once.
struct Twin<'t> {
    source: &'t Source,
    tree: Tree<'t>,
    checked: Checked,
    comments: Vec<String>,
}

impl<'t> Twin<'t> {
    fn of(source: &'t Source) -> Self {
        let tree = syntax::parse(source);
        Self { source, checked: check_tree(&tree, &Options::default()), comments: comments(&tree), tree }
    }

    fn is_json(&self) -> bool {
        self.source.name().ends_with("json")
    }
}

fn all_hold(case: &Case) -> Result<(), String> {
    let twins = [Twin::of(&case.yaml), Twin::of(&case.json)];
    let [yaml, json] = &twins;
    finds_what_was_planted(case, &yaml.checked)?;
    let places = [yaml, json].map(|twin| placed(case, &twin.checked));
    ensure(places[0] == places[1], || {
        format!("the twins differ:\n{:#?}\n{:#?}\n{}", places[0], places[1], case.json.text())
    })?;
    let wanted = [View::Bad, View::Safe, View::Unsafe].map(|view| case.node.value(view));
    let [bad, safe, guessed] = &wanted;
    for twin in &twins {
        let read = second::value(twin.source.text(), twin.is_json());
        let read = read.map_err(|error| format!("the generator's own text: {error}"))?;
        ensure(read == *bad, || "the generator's own text means something else".to_owned())?;
        if twin.is_json() && !case.both {
            continue;
        }
        for (grade, expected) in [(Applicability::Safe, safe), (Applicability::Unsafe, guessed)] {
            // Where unsafe fixes have nothing more to do, they are the safe ones.
            if grade == Applicability::Unsafe && case.order.is_none() && guessed == safe {
                continue;
            }
            let told = |what: String| format!("{} fixes of {}: {what}", grade.as_str(), twin.source.name());
            let fixed = fix(twin.source, &Options::default(), grade);
            is_repaired(case, twin, &fixed, grade).map_err(told)?;
            // An anchor keeps some unsafe fixes away, even without an alias.
            if grade == Applicability::Safe || !case.shares {
                restores(&fixed, expected, twin.is_json()).map_err(told)?;
            }
        }
    }
    case.order.as_ref().map_or(Ok(()), |order| order_of_rules_is_irrelevant(case, order, safe))
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
    let mut placed: Vec<_> = checked
        .findings
        .iter()
        .filter(|finding| finding.rule != ALIASES)
        .map(|finding| (finding.rule, finding.logical_id.clone(), steps(finding)))
        .collect();
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
fn is_repaired(case: &Case, twin: &Twin<'_>, fixed: &Fixed, grade: Applicability) -> Result<(), String> {
    let dropped = fixed.dropped.first();
    ensure(dropped.is_none(), || {
        format!("dropped {:?}", dropped.map(|dropped| (dropped.finding.rule, &dropped.reason, &dropped.finding.message)))
    })?;
    let unchanged = fixed.text == twin.source.text();
    ensure(fixed.applied.is_empty() == unchanged, || "changed without a finding, or not".to_owned())?;
    let new = Source::new(twin.source.name(), fixed.text.clone());
    let tree = syntax::parse(&new);
    ensure(tree.errors().is_empty(), || format!("does not parse: {:?}\n{}", tree.errors(), fixed.text))?;
    let again = &fixed.remaining;
    let before = counted(&twin.checked.findings);
    for (key, count) in counted(&again.findings) {
        ensure(before.get(&key).is_some_and(|before| *before >= count), || format!("new finding {key:?}\n{}", fixed.text))?;
    }
    let repairable = |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| fix.applicability >= grade);
    let left = again.findings.iter().find(repairable);
    ensure(left.is_none(), || format!("left unrepaired: {:?}\n{}", left.map(|finding| &finding.message), fixed.text))?;
    // With nothing dropped and nothing left to repair, another run finds what this one told: that is looked at in some.
    if case.order.is_some() {
        let check = check_tree(&tree, &Options::default());
        ensure(check.findings == again.findings, || "what is left is told wrong".to_owned())?;
        let twice = fix(&new, &Options::default(), grade);
        ensure(twice.text == fixed.text && twice.rounds == 0, || {
            format!("a second run changes\n{}\n{}", fixed.text, twice.text)
        })?;
    }
    keeps_comments(twin, &tree)?;
    let made: Vec<&Fix> = fixed.applied.iter().filter_map(|applied| applied.finding.fix.as_ref()).collect();
    match fixed.rounds {
        0 => Ok(()),
        1 => keeps_bytes(&twin.tree, &planned(&twin.tree, &made), &fixed.text),
        _ => keeps_bytes_of_each_round(twin, &made, fixed),
    }
}

/// Each round edits the text of the one before; the fixes stand in the order in which they were made.
fn keeps_bytes_of_each_round(twin: &Twin<'_>, made: &[&Fix], fixed: &Fixed) -> Result<(), String> {
    let mut text = twin.source.text().to_owned();
    let mut left = made;
    for number in 0..fixed.rounds {
        let now = Source::new(twin.source.name(), text);
        let tree = syntax::parse(&now);
        keep_habits(&twin.tree, &tree);
        let findings = if number == 0 { None } else { Some(check_tree(&tree, &Options::default()).findings) };
        let findings = findings.as_ref().unwrap_or(&twin.checked.findings);
        let here = |fix: &&&Fix| findings.iter().any(|finding| finding.fix.as_ref() == Some(**fix));
        let (round, rest) = left.split_at(left.iter().take_while(here).count());
        ensure(!round.is_empty(), || format!("nothing in this text asks for the next fix\n{}", now.text()))?;
        let plan = planned(&tree, round);
        text = apply(now.text(), &plan.0).ok_or("the edits of a round overlap")?;
        keeps_bytes(&tree, &plan, &text)?;
        left = rest;
    }
    ensure(left.is_empty() && text == fixed.text, || {
        format!("the rounds come to something else\n{text}\n--- instead of\n{}", fixed.text)
    })
}

/// The splices of some fixes, and the changes that they make.
fn planned(tree: &Tree<'_>, made: &[&Fix]) -> (Vec<Edit>, Vec<Change>) {
    let changes: Vec<&[Change]> = made.iter().map(|fix| fix.changes.as_slice()).collect();
    let merged = merge(&changes, tree).changes;
    let mut edits: Vec<Edit> = plan(tree, &merged).unwrap();
    edits.sort();
    (edits, merged)
}

/// Another parser reads the template as it was before the defects were planted.
fn restores(fixed: &Fixed, expected: &Value, is_json: bool) -> Result<(), String> {
    let read = second::value(&fixed.text, is_json).map_err(|error| format!("another parser: {error}\n{}", fixed.text))?;
    ensure(read == *expected, || {
        let show = |value: &Value| serde_json::to_string_pretty(value).unwrap();
        let (read, expected) = (show(&read), show(expected));
        let difference = similar::TextDiff::from_lines(&expected, &read).unified_diff().context_radius(6).to_string();
        format!("another parser reads something else (- expected, + read):\n{difference}\n{}", fixed.text)
    })
}

fn comments(tree: &Tree<'_>) -> Vec<String> {
    let text = |span: &Span| tree.source().slice(*span).trim_end().to_owned();
    let mut comments: Vec<_> = tree.comments().iter().map(text).collect();
    comments.sort();
    comments
}

/// No comment is new, and only those beside deleted and replaced text may go.
fn keeps_comments(twin: &Twin<'_>, new: &Tree<'_>) -> Result<(), String> {
    let (old, new_ones) = (&twin.comments, comments(new));
    let kept =
        |comments: &[String]| comments.iter().filter(|text| text.starts_with(yaml::KEPT)).cloned().collect::<Vec<_>>();
    let known =
        new_ones.iter().all(|comment| old.binary_search(comment).is_ok()) && new_ones.windows(2).all(|two| two[0] != two[1]);
    ensure(kept(old) == kept(&new_ones) && known, || {
        let lost: Vec<_> = old.iter().filter(|comment| !new_ones.contains(comment)).collect();
        format!("comments changed, gone are {lost:?}\n{}", new.source().text())
    })
}

/// The text between the edits of one round is there, in order, and no edit covers what was not to change.
fn keeps_bytes(tree: &Tree<'_>, (edits, merged): &(Vec<Edit>, Vec<Change>), text: &str) -> Result<(), String> {
    let source = tree.source();
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
                    Span::new(tree.span(entry.key).start(), tree.span_with_tag(entry.value).end())
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
fn order_of_rules_is_irrelevant(case: &Case, order: &[usize], expected: &Value) -> Result<(), String> {
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
        ensure(read == *expected, || format!("one rule after the other gives\n{}", now.text()))?;
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
