//! Edits whose exact text matters: how a person would have made them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests; clippy takes only the test functions themselves for tests"
)]

use cfn_igr::edit::{Applicability, Change, Fix, Fragment, Place, apply, is_as_intended, plan};
use cfn_igr::syntax::{self, NodeId, Tree};
use cfn_igr::text::Source;

/// The node at a path of keys and indices; `key:` gives the key itself.
fn at(tree: &Tree<'_>, path: &str) -> NodeId {
    let mut node = tree.root().unwrap();
    for step in path.split('/').filter(|step| !step.is_empty()) {
        node = match step.strip_suffix(':') {
            Some(key) => tree.entry(node, key).unwrap().key,
            None => tree.get(node, step).unwrap_or_else(|| tree.items(node)[step.parse::<usize>().unwrap()]),
        };
    }
    node
}

fn text(text: &str) -> Fragment {
    Fragment::Text(text.to_owned())
}

fn sub(argument: &str) -> Fragment {
    Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(text(argument)) }
}

fn map(entries: &[(&str, Fragment)]) -> Fragment {
    Fragment::Mapping(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

fn replace(path: &'static str, with: Fragment) -> impl Fn(&Tree<'_>) -> Change {
    move |tree| Change::Replace { node: at(tree, path), with: with.clone() }
}

fn insert(path: &'static str, key: &'static str, value: Fragment) -> impl Fn(&Tree<'_>) -> Change {
    move |tree| Change::Insert { parent: at(tree, path), key: key.to_owned(), value: value.clone(), place: Place::Last }
}

fn insert_first(path: &'static str, key: &'static str, value: Fragment) -> impl Fn(&Tree<'_>) -> Change {
    move |tree| Change::Insert { parent: at(tree, path), key: key.to_owned(), value: value.clone(), place: Place::First }
}

fn item(path: &'static str, value: Fragment) -> impl Fn(&Tree<'_>) -> Change {
    move |tree| Change::InsertItem { parent: at(tree, path), value: value.clone(), place: Place::Last }
}

fn delete(path: &'static str) -> impl Fn(&Tree<'_>) -> Change {
    move |tree| Change::Delete { node: at(tree, path) }
}

type Make<'m> = &'m dyn Fn(&Tree<'_>) -> Change;

fn edited(file: &str, makes: &[Make<'_>]) -> Option<String> {
    let source = Source::new("t", file);
    let tree = syntax::parse(&source);
    assert!(tree.errors().is_empty(), "{:?}", tree.errors());
    let changes: Vec<Change> = makes.iter().map(|make| make(&tree)).collect();
    let out = apply(file, &plan(&tree, &changes)?).unwrap();
    let new = Source::new("new", out.clone());
    assert!(is_as_intended(&tree, &changes, &syntax::parse(&new)), "not as intended:\n{out}");
    Some(out)
}

#[track_caller]
fn check(file: &str, makes: &[Make<'_>], expected: &str) {
    let out = edited(file, makes).expect("no plan");
    assert!(out == expected, "--- got\n{out}\n--- expected\n{expected}");
}

#[track_caller]
fn refused(file: &str, make: Make<'_>) {
    assert_eq!(edited(file, &[make]), None);
}

fn headers() -> Fragment {
    map(&[("method.response.header.X", text("'*'"))])
}

#[test]
fn quotes_are_kept() {
    check("a: \"*\" # c\n", &[&replace("a", text("'*'"))], "a: \"'*'\" # c\n");
    check("a: '*'\n", &[&replace("a", text("'*'"))], "a: \"'*'\"\n");
    check("b: '''x'''\na: '*'\n", &[&replace("a", text("'*'"))], "b: '''x'''\na: '''*'''\n");
    check("a: plain\n", &[&replace("a", text("other"))], "a: other\n");
    check("a: plain\n", &[&replace("a", text("200"))], "a: '200'\n");
    check("a: [x, y]\n", &[&replace("a/0", text("k, l"))], "a: ['k, l', y]\n");
    check("a: 1\n", &[&replace("a", Fragment::Bool(true))], "a: true\n");
    check("{\"a\":\"*\"}", &[&replace("a", text("'\"'"))], "{\"a\":\"'\\\"'\"}");
}

#[test]
fn escapes_outside_the_changed_part_are_kept() {
    check(r#"{"a": "a\/\u00fc*"}"#, &[&replace("a", text("'a/\u{fc}*'"))], r#"{"a": "'a\/\u00fc*'"}"#);
    check(
        r#"{"a": "\ud83d\ude00 x \u00fc"}"#,
        &[&replace("a", text("\u{1f600} \"\n \u{fc}"))],
        r#"{"a": "\ud83d\ude00 \"\n \u00fc"}"#,
    );
    check("a: \"caf\\xe9\"\n", &[&replace("a", text("'caf\u{e9}'"))], "a: \"'caf\\xe9'\"\n");
    check(
        "a: \"one \\\n  two\n  three\\n\n\n  four\" # c\n",
        &[&replace("a", text("'one two three\n\nfour'"))],
        "a: \"'one \\\n  two\n  three\\n\n\n  four'\" # c\n",
    );
    check("a: !Sub \"${O}\\t\"\n", &[&replace("a", sub("'${O}\t'"))], "a: !Sub \"'${O}\\t'\"\n");
    check("- \"a\n  b\"\n", &[&replace("0", text("a c"))], "- \"a\n  c\"\n");
    check(
        "\"\\x61b\": 1\n",
        &[&|tree: &Tree<'_>| Change::Rename { key: at(tree, "ab:"), to: "ac".to_owned() }],
        "\"\\x61c\": 1\n",
    );
    check("a: \"\\x41\"\n", &[&replace("a", text("b"))], "a: \"b\"\n");
}

#[test]
fn intrinsics_keep_the_authors_spelling() {
    let sub = || Fragment::Tagged { function: "Fn::Sub".to_owned(), value: Box::new(text("'${O}'")) };
    check("a: !Sub \"${O}\"\n", &[&replace("a", sub())], "a: !Sub \"'${O}'\"\n");
    check("a:\n  Fn::Sub: '${O}'\n", &[&replace("a", sub())], "a:\n  Fn::Sub: \"'${O}'\"\n");
    check("{\"a\": {\"Fn::Sub\": \"${O}\"}}", &[&replace("a", sub())], "{\"a\": {\"Fn::Sub\": \"'${O}'\"}}");
    check("{\"a\": \"x\"}", &[&replace("a", sub())], "{\"a\": {\"Fn::Sub\": \"'${O}'\"}}");
    check(
        "a:\n  # c\n  !If\n  - b\nd: e\n",
        &[&replace("a", Fragment::Int(1)), &|tree: &Tree<'_>| Change::Insert {
            parent: at(tree, ""),
            key: "k".to_owned(),
            value: text("v"),
            place: Place::After(at(tree, "a:")),
        }],
        "a: 1\nk: v\n  # c\nd: e\n",
    );
    check("a: !Ref b\n", &[&replace("a", text("c"))], "a: c\n");
    check("a: b\n", &[&replace("a", sub())], "a: !Sub \"'${O}'\"\n");
}

#[test]
fn block_scalars_stay_block_scalars() {
    check("a: | # c\n    x\n    y\nb: 1\n", &[&replace("a", text("p\n\nq\n"))], "a: | # c\n    p\n\n    q\nb: 1\n");
    check("a: >\n  x\nb: 1\n", &[&replace("a", text("p"))], "a: >-\n  p\nb: 1\n");
    check("- |-\n  x\n", &[&replace("0", text("p\n\n\n"))], "- \"p\\n\\n\\n\"\n");
}

/// A trailing comma or a comment makes YAML of it for those who read it, not for its author.
#[test]
fn what_is_written_as_json_stays_json() {
    let file = "{\n  \"a\": {\"Ref\": \"B\"}, # c\n  \"d\": [\n    {\"e\": 'f',},\n  ],\n}\n";
    let becomes = |make: Make<'_>, from: &str, to: &str| check(file, &[make], &file.replacen(from, to, 1));
    becomes(&replace("a", sub("x")), "{\"Ref\": \"B\"}", "{\"Fn::Sub\": \"x\"}");
    becomes(&replace("d/0/e", text("'f'")), "'f'", "\"'f'\"");
    becomes(&replace("d/0/e", text("é\u{85}\u{2028}")), "'f'", "\"é\\u0085\\u2028\"");
    becomes(&replace("d/0/e", Fragment::Int(1)), "'f'", "1");
    becomes(&insert("d/0", "k", text("v")), "'f',", "'f', \"k\": \"v\",");
    becomes(&item("d", map(&[("k", sub("v"))])), "\n  ],", "\n    {\"k\": {\"Fn::Sub\": \"v\"}},\n  ],");
    becomes(&|tree: &Tree<'_>| Change::Rename { key: at(tree, "d/0/e:"), to: "g".to_owned() }, "\"e\"", "\"g\"");
    refused("{\"a\": {\"b\": 1, # c\n},}", &replace("a", text("v")));
    check("{\"a\": {\"Ref\": \"B\" # c\n},}", &[&replace("a", sub("v"))], "{\"a\": {\"Fn::Sub\": \"v\" # c\n},}");
    check("{\"a\": !Ref B, \"c\": d}", &[&replace("c", sub("v"))], "{\"a\": !Ref B, \"c\": !Sub v}");
}

/// The same file with both kinds of line ends: one word of the text of `a` becomes another one, and no other byte changes.
#[track_caller]
fn word_changes(file: &str) {
    for file in [file.to_owned(), file.replace('\n', "\r\n")] {
        let source = Source::new("t", file.as_str());
        let tree = syntax::parse(&source);
        let old = tree.text(at(&tree, "a")).unwrap();
        assert!(old.contains("word"), "{old:?}");
        check(&file, &[&replace("a", text(&old.replace("word", "'*'\\")))], &file.replace("word", "'*'\\"));
        check(&file, &[&replace("a", text(&old.replace("word", "")))], &file.replace("word", ""));
        check(&file, &[&replace("a", text(&old.replace("word", "word\u{e9}: #")))], &file.replace("word", "word\u{e9}: #"));
    }
}

#[test]
fn one_word_of_a_block_scalar_changes_by_itself() {
    for header in ["|", "|-", "|+", ">", ">-", ">+"] {
        for comment in ["", " # a 'comment'", " #"] {
            word_changes(&format!("a: {header}{comment}\n  one\n  a word more\n\n  two\nb: 1\n"));
            word_changes(&format!("a: {header}{comment}\n    one word\n\n\n# c\nb: 1\n"));
            word_changes(&format!("a: {header}{comment}\n\n\n  one\n  a word\n    deep\n   word\n\n"));
            word_changes(&format!("a: {header}{comment}\n  \tone\n  \t\ta word\n  two\nb: 1\n"));
            word_changes(&format!("a: {header}{comment}\n  one\n   \t \n    \n  a word here \n  two\t\n \nb: 1\n"));
            word_changes(&format!("a: {header}{comment}\n  one # no comment\n  a word here"));
        }
    }
    for header in ["|2", "|2-", "|2+", "|+2", "|-2", ">2", ">2-", ">-2", ">2+"] {
        word_changes(&format!("a: {header} # c\n    one\n  a word here\n     two\n\nb: 1\n"));
        word_changes(&format!("a: {header}\n\n   a word here\nb: 1\n"));
    }
    check(
        "p:\n- - k: |2 # c\n        a word\n\n",
        &[&replace("p/0/0/k", text("  a name\n"))],
        "p:\n- - k: |2 # c\n        a name\n\n",
    );
    check("- !Sub |1+\n   a word\n\n", &[&replace("0", sub("  a name\n\n"))], "- !Sub |1+\n   a name\n\n");
}

#[test]
fn words_far_apart_change_by_themselves() {
    for header in ["|", ">-"] {
        let between = "  some words in between\n".repeat(200);
        let file = format!("a: {header} # c\n  a word\n{between}  the last word\nb: 1\n");
        word_changes(&file);
    }
    let long = "x".repeat(5_000);
    check(&format!("a: |\n  {long}\n"), &[&replace("a", text("y\n"))], "a: |\n  y\n");
    check(
        &format!("a: |\n  a {long} b\n"),
        &[&replace("a", text(&format!("c {long}y d\n")))],
        &format!("a: |\n  c {long}y d\n"),
    );
    let between = "some words in ''between''\n  ".repeat(200);
    let file = format!("a: 'a word {between} the last word'\n");
    let to = format!("a name {} the last name", "some words in 'between' ".repeat(200).trim_end());
    check(&file, &[&replace("a", text(&to))], &file.replace("a word", "a name").replace("last word", "last name"));
}

#[test]
fn one_word_in_quotes_changes_by_itself() {
    for (before, old, new, after) in [
        ("a: 'one\n  word\n\n  it''s' # c\n", "word", "'name'", "a: 'one\n  ''name''\n\n  it''s' # c\n"),
        ("a: 'it''s a word'\n", "word", "name", "a: 'it''s a name'\n"),
        ("a: \"one\n\n  word\\n \\\n  two\" # c\n", "word", "\"\t", "a: \"one\n\n  \\\"\\t\\n \\\n  two\" # c\n"),
        ("a: one\n  word\n\n  two # c\n", "word", "na'me", "a: one\n  na'me\n\n  two # c\n"),
        ("a: [one\n  word, b]\n", "word", "name", "a: [one\n  name, b]\n"),
        ("a: ['one\n  word', b]\n", "word", "name", "a: ['one\n  name', b]\n"),
    ] {
        for newline in ["\n", "\r\n"] {
            let (file, after) = (before.replace('\n', newline), after.replace('\n', newline));
            let path = if file.contains('[') { "a/0" } else { "a" };
            let source = Source::new("t", file.as_str());
            let tree = syntax::parse(&source);
            let to = tree.text(at(&tree, path)).unwrap().replace(old, new);
            check(&file, &[&replace(path, text(&to))], &after);
        }
    }
    // Without quotes it would be another text, or none.
    check("a: one\n  word\n", &[&replace("a", text("one: word"))], "a: 'one: word'\n");
    check("a: [one\n  word]\n", &[&replace("a/0", text("one, word"))], "a: ['one, word']\n");
}

#[test]
fn lines_of_a_block_scalar_come_and_go() {
    let file = "a: | # c\n\n  one \n  \ttwo\n    \n  three\n\nb: 1\n";
    let old = "\none \n\ttwo\n  \nthree\n";
    let becomes = |to: &str, expected: &str| check(file, &[&replace("a", text(to))], expected);
    becomes(&old.replace("one \n", ""), "a: | # c\n\n  \ttwo\n    \n  three\n\nb: 1\n");
    becomes(&old.replace("three\n", "three\n\nfour\n"), "a: | # c\n\n  one \n  \ttwo\n    \n  three\n\n  four\n\nb: 1\n");
    becomes(&old.replace("three\n", "three"), "a: |- # c\n\n  one \n  \ttwo\n    \n  three\n\nb: 1\n");
    becomes(&old.replacen('\n', "zero\n", 1), "a: | # c\n  zero\n  one \n  \ttwo\n    \n  three\n\nb: 1\n");
    becomes(&old.replace("\n  \n", "\n"), "a: | # c\n\n  one \n  \ttwo\n  three\n\nb: 1\n");
    check("a: |\n  x", &[&replace("a", text("two\nlines\n"))], "a: \"two\\nlines\\n\"");
    check("a: |\n  x", &[&replace("a", text("two\nlines"))], "a: |-\n  two\n  lines");
    check("a: |2+ # c\n    x\n\n\nb: 1\n", &[&replace("a", text("  x"))], "a: |2- # c\n    x\n\n\nb: 1\n");
    check("a: >+ # c\n  x\n  y\n\nb: 1\n", &[&replace("a", text("x y\n"))], "a: > # c\n  x\n  y\n\nb: 1\n");
    check(
        "a: |+\n  x\n\n\nb: 1\n",
        &[&replace("a", text("y\n\n\n")), &|tree: &Tree<'_>| Change::Insert {
            parent: at(tree, ""),
            key: "k".to_owned(),
            value: text("x"),
            place: Place::After(at(tree, "a:")),
        }],
        "a: |+\n  y\n\n\nk: x\nb: 1\n",
    );
}

#[test]
fn a_text_on_lines_of_its_own_keeps_them_behind_another_tag() {
    check("a: | # c\n  x ${B}\n  y\n", &[&replace("a", sub("x ${B}\ny\n"))], "a: !Sub | # c\n  x ${B}\n  y\n");
    check("a: !Sub |\n  x\n  y\n", &[&replace("a", text("z\ny\n"))], "a: |\n  z\n  y\n");
    check("a: \"x\\t${B}\" # c\n", &[&replace("a", sub("x\t${B}"))], "a: !Sub \"x\\t${B}\" # c\n");
    check("a: !Sub | # c\n  x\nb: 1\n", &[&replace("a", text("y"))], "a: |- # c\n  y\nb: 1\n");
}

#[test]
fn an_absent_parent_becomes_a_mapping() {
    for (before, after) in [
        ("p:\n  a:\n  b: 1\n", "p:\n  a:\n    method.response.header.X: \"'*'\"\n  b: 1\n"),
        ("p:\n  a: # c\n  b: 1\n", "p:\n  a: # c\n    method.response.header.X: \"'*'\"\n  b: 1\n"),
        ("p:\n  a: {} # c\n", "p:\n  a: # c\n    method.response.header.X: \"'*'\"\n"),
        ("p:\n  a: null\n", "p:\n  a:\n    method.response.header.X: \"'*'\"\n"),
        ("p:\n  a: ~", "p:\n  a:\n    method.response.header.X: \"'*'\""),
        ("p:\n  a:\n    # nothing\n  b: 1\n", "p:\n  a:\n    method.response.header.X: \"'*'\"\n    # nothing\n  b: 1\n"),
        ("p: {a: , b: 1}\n", "p: {a: {method.response.header.X: \"'*'\"}, b: 1}\n"),
        ("{\"p\": {\"a\": {}}}", "{\"p\": {\"a\": {\"method.response.header.X\": \"'*'\"}}}"),
        (
            "{\n\t\"p\": {\n\t\t\"a\": null\n\t}\n}\n",
            "{\n\t\"p\": {\n\t\t\"a\": {\n\t\t\t\"method.response.header.X\": \"'*'\"\n\t\t}\n\t}\n}\n",
        ),
    ] {
        check(before, &[&insert("p/a", "method.response.header.X", text("'*'"))], after);
    }
    check("p:\n-\n- a\n", &[&item("p/0", text("x"))], "p:\n- - x\n- a\n");
}

#[test]
fn entries_come_in_the_authors_layout() {
    check(
        "p:\n    - StatusCode: 200 # ok\n      R:\n          A: b # c\n    - StatusCode: 404\n",
        &[&insert("p/0", "H", headers()), &insert("p/0/R", "B", text("c")), &insert_first("p/1", "First", text("x"))],
        "p:\n    - StatusCode: 200 # ok\n      R:\n          A: b # c\n          B: c\n      H:\n          method.response.header.X: \"'*'\"\n    - First: x\n      StatusCode: 404\n",
    );
    check("a:\r\n- b", &[&item("a", headers())], "a:\r\n- b\r\n- method.response.header.X: \"'*'\"");
    check(
        "a:\n  b: 1\n  # about c\n  c: 1\n",
        &[&|tree: &Tree<'_>| Change::Insert {
            parent: at(tree, "a"),
            key: "k".to_owned(),
            value: text("x"),
            place: Place::Before(at(tree, "a/c:")),
        }],
        "a:\n  b: 1\n  k: x\n  # about c\n  c: 1\n",
    );
    check("a: {b: 1, c: 2}\n", &[&insert("a", "d", text("x"))], "a: {b: 1, c: 2, d: x}\n");
    check("a: { b: 1 }\n", &[&insert("a", "d", headers())], "a: { b: 1, d: { method.response.header.X: \"'*'\" } }\n");
    check("a: [\n  b, # c\n  d # e\n]\n", &[&item("a", text("x"))], "a: [\n  b, # c\n  d, # e\n  x\n]\n");
    check("a: [b,]\n", &[&item("a", text("x"))], "a: [b, x,]\n");
    check("{\"a\":[1]}", &[&item("a", headers())], "{\"a\":[1,{\"method.response.header.X\":\"'*'\"}]}");
    check("\"a\": \"x\"\n", &[&insert("", "b", text("y"))], "\"a\": \"x\"\n\"b\": \"y\"\n");
    check(
        "a: |+\n  x\n\n\nb: 1\n",
        &[&|tree: &Tree<'_>| Change::Insert {
            parent: at(tree, ""),
            key: "k".to_owned(),
            value: text("x"),
            place: Place::After(at(tree, "a:")),
        }],
        "a: |+\n  x\n\n\nk: x\nb: 1\n",
    );
}

#[test]
fn several_insertions_keep_their_order() {
    check(
        "{\n  \"a\": 1\n}\n",
        &[&insert("", "b", Fragment::Int(2)), &insert("", "c", Fragment::Int(3)), &insert_first("", "z", Fragment::Int(0))],
        "{\n  \"z\": 0,\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n",
    );
    check("a: 1\n", &[&insert("", "b", text("x")), &insert("", "c", text("w"))], "a: 1\nb: x\nc: w\n");
}

#[test]
fn deleted_entries_take_their_own_comments() {
    let file = "a: 1 # a\n# b1\n# b2\nb:\n  x: 1 # b3\n    # b4\n# c\nc: 1\n";
    check(file, &[&delete("b:")], "a: 1 # a\n# c\nc: 1\n");
    check(file, &[&delete("a:")], "# b1\n# b2\nb:\n  x: 1 # b3\n    # b4\n# c\nc: 1\n");
    check(file, &[&delete("b:"), &delete("c:")], "a: 1 # a\n");
    check(file, &[&delete("b/x:")], "a: 1 # a\n# b1\n# b2\nb: {}\n# c\nc: 1\n");
    check("a: 1\n\nb: 2\n\nc: 3\n", &[&delete("b:")], "a: 1\n\nc: 3\n");
    check("a:\n- |+\n  x\n-\nb: 1\n\nc: 2\n", &[&delete("a/1"), &delete("b:")], "a:\n- |+\n  x\nc: 2\n");
    check("p:\n- a: 1\n  b: 2\n", &[&delete("p/0/a:")], "p:\n- b: 2\n");
    check("p:\n- a: 1 # a\n  # b\n  b: 2\n", &[&delete("p/0/a:")], "p:\n-\n  # b\n  b: 2\n");
    check("p:\n- a: 1 # a\n- b\n", &[&delete("p/0/a:")], "p:\n- {}\n- b\n");
    check("p: &x\n  a: 1\n", &[&delete("p/a:")], "p: &x {}\n");
    check("p:\n- a\n", &[&delete("p/0")], "p: []\n");
    check("a: {b: 1, c: 2, d: 3}\n", &[&delete("a/b:"), &delete("a/d:")], "a: {c: 2}\n");
    check("a: {b: 1}\n", &[&delete("a/b:")], "a: {}\n");
    check("a: [\n  b, # b\n  c # c\n]\n", &[&delete("a/1")], "a: [\n  b # b\n]\n");
    check("{\n  \"a\": 1,\n  \"b\": 2\n}\n", &[&delete("b:")], "{\n  \"a\": 1\n}\n");
    check("{\n  \"a\": 1,\n  \"b\": 2\n}\n", &[&delete("a:")], "{\n  \"b\": 2\n}\n");
    check("{\n  \"a\": 1,\n  \"b\": 2\n}\n", &[&delete("a:"), &delete("b:")], "{}\n");
    check("{\"a\":1,\"b\":2,\"c\":3}", &[&delete("b:")], "{\"a\":1,\"c\":3}");
    check("a: 1\nb: 2", &[&delete("b:"), &insert("", "c", text("x"))], "a: 1\nc: x\n");
    check("\u{feff}a: 1\nb: é\n", &[&delete("a:")], "\u{feff}b: é\n");
}

fn move_to(
    path: &'static str,
    parent: &'static str,
    place: impl Fn(&Tree<'_>) -> Place + 'static,
) -> impl Fn(&Tree<'_>) -> Change {
    move |tree| Change::Move { node: at(tree, path), parent: at(tree, parent), place: place(tree) }
}

fn last(_: &Tree<'_>) -> Place {
    Place::Last
}

fn first(_: &Tree<'_>) -> Place {
    Place::First
}

fn after(path: &'static str) -> impl Fn(&Tree<'_>) -> Place {
    move |tree| Place::After(at(tree, path))
}

#[test]
fn what_moves_takes_its_comments_along() {
    let file = "a:\n  # b1\n  b: 1 # b2\n    # b3\n  # c\n  c: 2\nd:\n    e: 3 # e\n";
    check(
        file,
        &[&move_to("a/b:", "d", last)],
        "a:\n  # c\n  c: 2\nd:\n    e: 3 # e\n    # b1\n    b: 1 # b2\n      # b3\n",
    );
    check(file, &[&move_to("d/e:", "a", first)], "a:\n  e: 3 # e\n  # b1\n  b: 1 # b2\n    # b3\n  # c\n  c: 2\nd: {}\n");
    check(file, &[&move_to("a/b:", "a", last)], "a:\n  # c\n  c: 2\n  # b1\n  b: 1 # b2\n    # b3\nd:\n    e: 3 # e\n");
    check("- a # a\n- b # b\n- c\n", &[&move_to("0", "", after("1"))], "- b # b\n- a # a\n- c\n");
    check("- a # a\n- b # b\n- c\n", &[&move_to("2", "", first)], "- c\n- a # a\n- b # b\n");
    check("p:\n- a: 1 # a\n  b: 2\n- c: 3\n", &[&move_to("p/0/a:", "p/1", last)], "p:\n- b: 2\n- c: 3\n  a: 1 # a\n");
    check("a: 1\r\nb: 2", &[&move_to("b:", "", first)], "b: 2\r\na: 1\r\n");
}

#[test]
fn lines_that_move_are_indented_anew() {
    check(
        "a:\n    b: |\n        x\n\n          y\n    c: >-\n      z\nd:\n  e: 1\n",
        &[&move_to("a/b:", "d", last), &move_to("a/c:", "d", last)],
        "a: {}\nd:\n  e: 1\n  b: |\n      x\n\n        y\n  c: >-\n    z\n",
    );
    check(
        "a:\n- b:\n  - c: [\n      1,\n      2 ]\n    d: 3\n- e\n",
        &[&move_to("a/0/b/0", "a", last)],
        "a:\n- b: []\n- e\n- c: [\n    1,\n    2 ]\n  d: 3\n",
    );
    check(
        "{\n  \"a\": {\n    \"b\": {\n      \"c\": 1\n    },\n    \"d\": 2\n  },\n  \"e\": 3\n}\n",
        &[&move_to("a/b:", "", after("e:"))],
        "{\n  \"a\": {\n    \"d\": 2\n  },\n  \"e\": 3,\n  \"b\": {\n    \"c\": 1\n  }\n}\n",
    );
    check("{\"a\":{\"b\":1},\"c\":2}", &[&move_to("a/b:", "", last)], "{\"a\":{},\"c\":2,\"b\":1}");
    check("a: [1, 2, 3]\nb: [4]\n", &[&move_to("a/1", "b", first)], "a: [1, 3]\nb: [2, 4]\n");
}

#[test]
fn what_cannot_move_surely_stays() {
    refused("a: &x\n  b: 1\nc:\n  d: *x\n  e: 2\n", &move_to("c/d:", "", last));
    refused("a: &x\n  b: 1\nc:\n  d: *x\n  e: 2\n", &move_to("a:", "c", last));
    refused("a: &x\n  b: 1\nc:\n  d: *x\n  e: 2\n", &move_to("c/e:", "a", last));
    refused("a:\n  b: 1\nc: {d: 2}\n", &move_to("a/b:", "c", last));
    refused("a:\n  b: 1\nc: [2]\n", &move_to("c/0", "a", last));
    refused("a:\n  b: 1\nb: 2\n", &move_to("a/b:", "", last));
    refused("a:\n  b:\n    c: 1\n", &move_to("a:", "a/b", last));
    refused("a: 1\nb: 2\n", &move_to("a:", "", after("a:")));
    refused("a: 1\nb: |\n  x", &move_to("b:", "", first));
    refused("a: |+\n  x\n\nb: 1\n", &move_to("a:", "", last));
    refused("a:\n    b: \"x\n  y\"\nc: 1\n", &move_to("a/b:", "", last));
    refused("a: [ # one\n  1,\n  2 ]\nb: [3]\n", &move_to("a/0", "b", last));
}

#[test]
fn keys_keep_their_quotes() {
    let to = |path: &'static str, to: &'static str| {
        move |tree: &Tree<'_>| Change::Rename { key: at(tree, path), to: to.to_owned() }
    };
    check("'a': 1\n", &[&to("a:", "b")], "'b': 1\n");
    check("a: 1\n", &[&to("a:", "200")], "'200': 1\n");
    check("{\"a\": 1}", &[&to("a:", "é\"")], "{\"é\\\"\": 1}");
    refused("a: 1\nb: 2\n", &to("a:", "b"));
}

#[test]
fn anchors_stay_for_their_aliases() {
    let file = "a: &x\n  b: {c: 1}\nd: *x\ne:\n  <<: *x\n  f: 1\ng: &y 1\nh: !Own {i: 1}\n";
    refused(file, &delete("a:"));
    refused(file, &replace("a", text("v")));
    refused(file, &replace("d", text("v")));
    refused(file, &insert("d", "n", text("v")));
    refused(file, &insert("e", "n", text("v")));
    refused(file, &delete("e/f:"));
    refused(file, &replace("g", map(&[("v", text("w"))])));
    refused(file, &replace("h", text("v")));
    check("h: !Own {i: 1}\n", &[&insert("h", "k", text("v"))], "h: !Own {i: 1, k: v}\n");
    check("a: &x 1\nd: *x\ne: 1\n", &[&delete("d:")], "a: &x 1\ne: 1\n");
    check("a: &x 1\nd: *x\ne: b\n", &[&replace("e", text("c"))], "a: &x 1\nd: *x\ne: c\n");
}

#[test]
fn shared_text_changes_in_all_its_places() {
    let file = "a: &x\n  b: {c: 1}\nd: *x\n";
    check(file, &[&replace("a/b", text("v"))], "a: &x\n  b: v\nd: *x\n");
    check(file, &[&insert("a/b", "m", text("v"))], "a: &x\n  b: {c: 1, m: v}\nd: *x\n");
    check(file, &[&delete("a/b/c:")], "a: &x\n  b: {}\nd: *x\n");
    check("a: &x \"*\" # c\nb: *x\n", &[&replace("a", text("'*'"))], "a: &x \"'*'\" # c\nb: *x\n");
    check("a: &x\n  y\nb: *x\n", &[&replace("a", text("z"))], "a: &x\n  z\nb: *x\n");
    check("a: &x >-\n  y\nb: *x\n", &[&replace("a", text("z"))], "a: &x >-\n  z\nb: *x\n");
    check("a: [&x y, *x]\n", &[&replace("a/0", Fragment::Bool(true))], "a: [&x true, *x]\n");
    check("a: &x !Sub ${B}\nb: *x\n", &[&replace("a", sub("'${B}'"))], "a: &x !Sub \"'${B}'\"\nb: *x\n");
    check("a: !Sub &x ${B}\nb: *x\n", &[&replace("a", sub("'${B}'"))], "a: !Sub &x \"'${B}'\"\nb: *x\n");
    check("a: &x\nb: *x\n", &[&replace("a", text("z"))], "a: &x z\nb: *x\n");
}

#[test]
fn the_tag_of_a_string_goes_with_the_text() {
    check("a: !!str abc # c\n", &[&replace("a", text("'abc'"))], "a: \"'abc'\" # c\n");
    check("a: !!str 200\n", &[&replace("a", text("201"))], "a: '201'\n");
    check("a: [!!str x, y]\n", &[&replace("a/0", sub("${B}"))], "a: [!Sub '${B}', y]\n");
    check("a: !!str\n  abc\n", &[&replace("a", text("x"))], "a: x\n");
    check("a: !!str |\n  abc\nb: 1\n", &[&replace("a", text("x y"))], "a: x y\nb: 1\n");
    refused("a: !!int 5\n", &replace("a", text("x")));
    refused("a: !!binary YQ==\n", &replace("a", text("x")));
    refused("a: &x !!str y\nb: *x\n", &replace("a", text("x")));
}

#[test]
fn a_fix_says_how_many_places_it_changes() {
    let places = |file: &str, make: Make<'_>| {
        let source = Source::new("t", file);
        let tree = syntax::parse(&source);
        Fix::new(&tree, Applicability::Safe, "t", vec![make(&tree)]).map(|fix| fix.places)
    };
    let file = "a: &x\n  b: &y 1\n  c: {d: 2}\ne: *x\nf: [*y, *x]\ng: {<<: *x}\nh: 1\n";
    assert_eq!(places(file, &replace("a/b", text("v"))), Some(5));
    assert_eq!(places(file, &insert("a/c", "n", text("v"))), Some(4));
    assert_eq!(places(file, &replace("h", text("v"))), Some(1));
    assert_eq!(places("a: &x\n  b: 1\n  c: *x\n", &replace("a/b", text("v"))), Some(usize::MAX));
}

#[test]
fn a_mapping_with_a_key_that_is_not_written_is_left_alone() {
    refused("a:\n  - b:\n      : c\n", &insert("a/0/b", "d", text("x")));
}

#[test]
fn places_that_are_not_sure_are_refused() {
    refused("? a\n: b\nc: 1\n", &insert("", "n", text("v")));
    refused("[a: b]\n", &insert("0", "n", text("v")));
    refused("a: 1\n", &insert("", "a", text("v")));
    refused("a: |\n  x", &insert("", "n", text("v")));
    refused("a: 1\n", &insert("a", "n", text("v")));
}

#[test]
fn a_new_item_is_written_as_the_one_beside_it() {
    let code = || map(&[("StatusCode", text("400"))]);
    check(
        "{\n  \"a\": [\n    {\"b\": 1},\n    {\"c\": 2}\n  ]\n}\n",
        &[&item("a", code())],
        "{\n  \"a\": [\n    {\"b\": 1},\n    {\"c\": 2},\n    {\"StatusCode\": \"400\"}\n  ]\n}\n",
    );
    check(
        "{\n  \"a\": [\n    {\n      \"b\": 1\n    }\n  ]\n}\n",
        &[&item("a", code())],
        "{\n  \"a\": [\n    {\n      \"b\": 1\n    },\n    {\n      \"StatusCode\": \"400\"\n    }\n  ]\n}\n",
    );
    check(
        "{\n  \"a\": {\"b\": 1}\n}\n",
        &[&insert("", "c", code())],
        "{\n  \"a\": {\"b\": 1},\n  \"c\": {\"StatusCode\": \"400\"}\n}\n",
    );
}

#[test]
fn an_intrinsic_with_comments_becomes_another_one_in_its_long_form() {
    for (before, after) in [
        ("a:\n  Ref: O # why\nb: 1\n", "a:\n  Fn::Sub: \"'${O}'\" # why\nb: 1\n"),
        (
            "a: # x\n  # up\n  'Ref': # y\n    O\n  # below\n",
            "a: # x\n  # up\n  'Fn::Sub': # y\n    \"'${O}'\"\n  # below\n",
        ),
        ("a: {\n  # up\n  Ref: O # why\n  } # end\nb: 1\n", "a: {\n  # up\n  Fn::Sub: \"'${O}'\" # why\n  } # end\nb: 1\n"),
        ("a: {Ref: # why\n  O}\n", "a: {Fn::Sub: # why\n  \"'${O}'\"}\n"),
        ("a:\n  Ref: O\nb: 1 # c\n", "a: !Sub \"'${O}'\"\nb: 1 # c\n"),
    ] {
        check(before, &[&replace("a", sub("'${O}'"))], after);
    }
    check("a: [{Ref: # why\n   O }, b]\n", &[&replace("a/0", sub("x"))], "a: [{Fn::Sub: # why\n   x }, b]\n");
}

#[test]
fn comments_inside_a_value_survive_it() {
    let join = "  Fn::Join: # j\n  - ''\n  - - \"'\" # q\n    - !Ref O # o\n  # below\nb: 1\n";
    for (before, with, after) in [
        (format!("a: # x\n{join}"), sub("x"), "a: !Sub 'x' # x\n  # j\n  # q\n  # o\n  # below\nb: 1\n"),
        (format!("a:\n{join}"), map(&[("k", text("v"))]), "a:\n  k: 'v' # o\n  # j\n  # q\n  # below\nb: 1\n"),
        ("a: {\n  # up\n  k: O\n  }\nb: 1\n".to_owned(), text("v"), "a: v # up\nb: 1\n"),
        ("a: {\n  # up\n  k: O # c\n  } # end\nb: 1\n".to_owned(), text("v"), "a: v # end\n  # up\n  # c\nb: 1\n"),
        ("a: {\n  k: O # c\n  }".to_owned(), map(&[("l", text("v"))]), "a:\n  l: v\n  # c"),
        ("a: !Ref # c\n  O\n".to_owned(), text("v"), "a: v # c\n"),
        ("a: | # c\n  O\n".to_owned(), text(" v\u{7}"), "a: \" v\\u0007\" # c\n"),
        ("a:\n  - b # c\n  - d".to_owned(), text("v"), "a: v\n  # c"),
        ("a:\r\n  - b # c\r\n  - d\r\n".to_owned(), text("v"), "a: v\r\n  # c\r\n"),
        ("a:\n- b: 1 # c\n  d: 2\n".to_owned(), sub("x"), "a: !Sub x\n# c\n"),
    ] {
        check(&before, &[&replace("a", with)], after);
    }
    check("- !Join # j\n  - '' # k\n  - !Ref O # o\n- b\n", &[&replace("0", text("v"))], "- v # j\n  # k\n  # o\n- b\n");
    check("- k: 1 # c\n  l: 2 # d\n- b\n", &[&replace("0", text("v"))], "- v # d\n  # c\n- b\n");
    refused("a: [{k: 1, # why\n   l: 2 }, b]\n", &replace("a/0", text("v")));
}
