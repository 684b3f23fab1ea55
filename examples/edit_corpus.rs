//! Tries every kind of change on many nodes of real files and reports what was not done as intended.
//!
//! Usage: `cargo run --release --example edit_corpus -- FILE…`; `TRIES` is the number of changes for each file,
//! `CRLF` gives every file Windows line ends, `SHOW` prints what was refused.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for developers that prints its figures")]

use std::collections::BTreeMap;

use cfn_igr::edit::{Change, Fragment, Place, apply, is_as_intended, merge, plan};
use cfn_igr::syntax::{self, Collection, NodeId, ScalarType, Tree};
use cfn_igr::text::Source;

/// Changes tried at each node.
fn changes(tree: &Tree<'_>, id: NodeId) -> Vec<(&'static str, Change)> {
    let text = |text: &str| Fragment::Text(text.to_owned());
    let block = Fragment::Mapping(vec![
        ("method.response.header.X".to_owned(), text("'*'")),
        ("List".to_owned(), Fragment::Sequence(vec![text("a: b"), Fragment::Bool(true)])),
    ]);
    let sub = |value: Fragment| Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(value) };
    let entry = tree.entry_of(id);
    let bare = |node| tree.collection(node) == Some(Collection::Bare);
    let heads: Vec<NodeId> = tree.entries(id).map(|entry| entry.key).chain(tree.items(id).iter().copied()).collect();
    let null = tree.scalar_type(id) == Some(ScalarType::Null) && tree.tag(id).is_none();
    let mut all = Vec::new();
    let parent_is_bare = tree.parent(id).is_some_and(bare);
    if let Some(entry) = entry
        && entry.key == id
    {
        all.push(("rename", Change::Rename { key: id, to: "It's: new".to_owned() }));
        if !parent_is_bare {
            all.push(("delete entry", Change::Delete { node: id }));
        }
        return all;
    }
    if tree.parent(id).is_some() {
        all.push(("replace by text", Change::Replace { node: id, with: text("'*'") }));
        all.push(("replace by number", Change::Replace { node: id, with: Fragment::Int(200) }));
        all.push(("replace by block", Change::Replace { node: id, with: block.clone() }));
        all.push(("replace by sub", Change::Replace { node: id, with: sub(text("'${Origin}'")) }));
        all.push(("replace by lines", Change::Replace { node: id, with: text("{\n  \"a\": 1\n}\n") }));
        let list = sub(Fragment::Sequence(vec![text("x"), Fragment::Mapping(vec![("y".to_owned(), text("200"))])]));
        all.push(("replace by sub list", Change::Replace { node: id, with: list }));
        if entry.is_none() {
            all.push(("delete item", Change::Delete { node: id }));
        }
    }
    let mut places = vec![Place::First, Place::Last];
    if let Some(middle) = heads.get(heads.len() / 2) {
        places.extend([Place::Before(*middle), Place::After(*middle)]);
    }
    for place in places {
        let key = "New".to_owned();
        if (tree.is_mapping(id) && !bare(id)) || (null && tree.parent(id).is_some()) {
            all.push(("insert", Change::Insert { parent: id, key: key.clone(), value: block.clone(), place }));
            all.push(("insert", Change::Insert { parent: id, key, value: text("200"), place }));
        }
        if tree.is_sequence(id) || (null && tree.parent(id).is_some()) {
            all.push(("insert item", Change::InsertItem { parent: id, value: block.clone(), place }));
            all.push(("insert item", Change::InsertItem { parent: id, value: text("v"), place }));
        }
    }
    all
}

/// A node and all around it, to tell where anchors and aliases make a refusal right.
fn shared(tree: &Tree<'_>, id: NodeId) -> bool {
    tree.has_anchors() && {
        let whole = tree.span_with_tag(tree.parent(id).unwrap_or(id));
        tree.ids().any(|other| {
            tree.anchor(other).is_some() && (tree.span(other).contains(tree.span(id)) || whole.contains(tree.span(other)))
        }) || tree.ids().any(|other| tree.target(other) != other && whole.contains(tree.span(other)))
    }
}

#[derive(Default)]
struct Figures {
    done: usize,
    refused: usize,
    refused_shared: usize,
    wrong: usize,
}

fn main() {
    let budget: usize = std::env::var("TRIES").ok().and_then(|tries| tries.parse().ok()).unwrap_or(400);
    let mut figures: BTreeMap<&str, Figures> = BTreeMap::new();
    let (mut files, mut shown, mut together, mut together_changes) = (0, 0, 0, 0);
    for path in std::env::args().skip(1) {
        let Ok(source) = Source::decode(path.clone(), std::fs::read(&path).unwrap()) else { continue };
        let crlf = std::env::var("CRLF").is_ok();
        let source = if crlf { Source::new(path.clone(), with_crlf(source.text())) } else { source };
        let tree = syntax::parse(&source);
        if !tree.errors().is_empty() || tree.is_empty() {
            continue;
        }
        files += 1;
        let tries: Vec<(&str, Change)> = tree.ids().flat_map(|id| changes(&tree, id)).collect();
        // A stride that meets all kinds of changes.
        let stride = (tries.len() / budget).max(1) | 1;
        let picked: Vec<_> = tries.into_iter().step_by(stride).collect();
        for (kind, change) in &picked {
            let figure = figures.entry(kind).or_default();
            let Some(edits) = plan(&tree, std::slice::from_ref(change)) else {
                if shared(&tree, change.node()) {
                    figure.refused_shared += 1;
                } else {
                    figure.refused += 1;
                    if std::env::var("SHOW").is_ok() {
                        println!("{path}:{}: refused {change:?}", source.position(tree.span(change.node()).start()).line);
                    }
                }
                continue;
            };
            if intended(&source, &tree, std::slice::from_ref(change), &edits, &mut shown) {
                figure.done += 1;
            } else {
                figure.wrong += 1;
            }
        }
        for chunk in picked.chunks(12) {
            let wanted: Vec<&[Change]> = chunk.iter().map(|(_, change)| std::slice::from_ref(change)).collect();
            let merged = merge(&wanted, &tree);
            together += 1;
            together_changes += merged.changes.len();
            let counts = figures.entry("several").or_default();
            match plan(&tree, &merged.changes) {
                Some(edits) if intended(&source, &tree, &merged.changes, &edits, &mut shown) => counts.done += 1,
                Some(_) => counts.wrong += 1,
                None => counts.refused += 1,
            }
        }
    }
    println!("{files} files, {together} sets of several changes with {together_changes} changes");
    for (kind, figure) in figures {
        println!(
            "{kind:20} as intended {:6}, not {:4}, refused {:4}, refused around anchors {:4}",
            figure.done, figure.wrong, figure.refused, figure.refused_shared
        );
    }
}

fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn intended(source: &Source, tree: &Tree<'_>, changes: &[Change], edits: &[cfn_igr::edit::Edit], shown: &mut usize) -> bool {
    let out = apply(source.text(), edits);
    let new = Source::new("new", out.clone().unwrap_or_default());
    let after = syntax::parse(&new);
    let right = out.is_some() && is_as_intended(tree, changes, &after);
    if !right && *shown < 10 {
        *shown += 1;
        let at = source.position(edits.first().map_or(0, |edit| edit.span.start()));
        println!("{}:{}: {changes:?}\n{:?}\n{edits:?}", source.name(), at.line, after.errors().first());
    }
    right
}
