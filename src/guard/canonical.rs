//! A template as JSON with one value on each line: the line that the crate reports is the index of the node.
//!
//! Typed as the crate's own loader types YAML, so that a rule says the same of a file here and there; only aliases, which
//! that loader refuses, are written out, and CloudFormation's spellings of true and false count.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::rc::Rc;

use crate::syntax::{Entry, Kind, NodeId, ScalarType, Tree};

/// Nodes of a template with its aliases written out. CloudFormation takes files of a megabyte.
const MAX_NODES: usize = 500_000;
/// Levels of nesting; the crate goes down one call for each.
const MAX_DEPTH: usize = 200;
/// The crate's time for a mapping grows with the square of its entries: this many pairs take a third of a second.
const MAX_PAIRS: usize = 50_000_000;

/// Functions whose short form the crate knows with a text, and with a list.
const OF_TEXT: [&str; 7] = ["Ref", "Base64", "Sub", "GetAZs", "ImportValue", "GetAtt", "Condition"];
const OF_LIST: [&str; 11] = ["GetAtt", "Sub", "Select", "Split", "Join", "FindInMap", "And", "Equals", "If", "Not", "Or"];

/// The text, and on which line which node stands.
#[derive(Debug, Default)]
pub(super) struct Canonical {
    /// The JSON.
    pub(super) text: String,
    /// What stands on each line, from line 0.
    lines: Vec<Line>,
}

/// A value: its node, and the way to it.
#[derive(Debug)]
struct Line {
    node: NodeId,
    /// The line of what it is in; its own for the outermost.
    parent: usize,
    step: Step,
}

/// How a value is reached from what it is in.
#[derive(Clone, Debug)]
enum Step {
    Start,
    Key(NodeId),
    /// The function that a tag is short for.
    Function(Rc<str>),
    Item(usize),
}

impl Canonical {
    /// The node on a line, counted from 0.
    pub(super) fn node(&self, line: usize) -> Option<NodeId> {
        self.lines.get(line).map(|line| line.node)
    }

    /// The path to a line as the crate writes it: keys and indexes with slashes before them.
    pub(super) fn path(&self, tree: &Tree<'_>, line: usize) -> String {
        let mut steps = Vec::new();
        let mut at = line;
        while let Some(Line { parent, step, .. }) = self.lines.get(at) {
            match step {
                Step::Start => break,
                Step::Key(key) => steps.push(key_text(tree, *key).to_owned()),
                Step::Function(name) => steps.push(name.as_ref().to_owned()),
                Step::Item(index) => steps.push(index.to_string()),
            }
            at = *parent;
        }
        steps.iter().rev().fold(String::new(), |path, step| path + "/" + step)
    }
}

/// Only the resources of some types, with nothing around them; `None` past a budget. Rules that look for resources by their
/// types find the same in it, and need not go through all the others.
pub(super) fn write_resources(tree: &Tree<'_>, types: &BTreeSet<&str>) -> Option<Canonical> {
    let root = tree.target(tree.root()?);
    let section = tree.entry(root, "Resources")?;
    let resources = tree.target(section.value);
    let mut writer = Writer { tree, out: Canonical::default(), pairs: 0, parent: 0, step: Step::Start };
    let own = writer.line(root, "{")?;
    writer.key("Resources");
    (writer.parent, writer.step) = (own, Step::Key(section.key));
    let kept = tree.entries(resources).filter(|entry| type_of(tree, entry.value).is_some_and(|kind| types.contains(kind)));
    writer.entries(resources, kept, 1)?;
    writer.out.text.push('}');
    Some(writer.out)
}

/// The types of the resources of a template.
pub(super) fn types<'t>(tree: &'t Tree<'_>) -> BTreeSet<&'t str> {
    let section = tree.root().and_then(|root| tree.get(tree.target(root), "Resources")).map(|node| tree.target(node));
    let entries = section.into_iter().flat_map(|section| tree.entries(section));
    entries.filter_map(|entry| type_of(tree, entry.value)).collect()
}

fn type_of<'t>(tree: &'t Tree<'_>, resource: NodeId) -> Option<&'t str> {
    tree.text(tree.target(tree.get(tree.target(resource), "Type")?))
}

/// The whole template; `None` past a budget.
pub(super) fn write(tree: &Tree<'_>) -> Option<Canonical> {
    write_from(tree, tree.root()?)
}

/// A part of a document.
pub(super) fn write_from(tree: &Tree<'_>, node: NodeId) -> Option<Canonical> {
    let mut writer = Writer { tree, out: Canonical::default(), pairs: 0, parent: 0, step: Step::Start };
    writer.node(node, 0)?;
    Some(writer.out)
}

struct Writer<'t, 's> {
    tree: &'t Tree<'s>,
    out: Canonical,
    pairs: usize,
    /// The way to the value that is written next.
    parent: usize,
    step: Step,
}

impl Writer<'_, '_> {
    fn node(&mut self, node: NodeId, depth: usize) -> Option<()> {
        // An alias that stands for what is around it is no value.
        if matches!(self.tree.node(node).kind, Kind::Alias(None)) {
            return self.line(node, "null").map(drop);
        }
        let target = self.tree.target(node);
        if depth > MAX_DEPTH {
            return None;
        }
        let Some(name) = self.function(target) else { return self.value(target, depth) };
        // The function is a mapping of its own that the author did not write; both lines are the tagged node's.
        let own = self.line(target, "{")?;
        self.key(&name);
        (self.parent, self.step) = (own, Step::Function(name.into()));
        self.value(target, depth + 1)?;
        self.out.text.push('}');
        Some(())
    }

    /// The long name that the node's tag is short for, if the crate knows that it is.
    fn function(&self, node: NodeId) -> Option<String> {
        let name = self.tree.tag(node)?.name.strip_prefix('!')?;
        let known = match self.tree.node(node).kind {
            Kind::Scalar { .. } => OF_TEXT.contains(&name),
            Kind::Sequence(..) => OF_LIST.contains(&name),
            Kind::Mapping(..) | Kind::Alias(_) => false,
        };
        let long = if matches!(name, "Ref" | "Condition") { name.to_owned() } else { format!("Fn::{name}") };
        known.then_some(long)
    }

    fn value(&mut self, node: NodeId, depth: usize) -> Option<()> {
        match &self.tree.node(node).kind {
            Kind::Scalar { .. } => {
                let text = self.scalar(node);
                self.line(node, &text).map(drop)
            }
            Kind::Sequence(..) => {
                let own = self.line(node, "[")?;
                for (at, item) in self.tree.items(node).iter().enumerate() {
                    self.out.text.push_str(if at == 0 { "\n" } else { ",\n" });
                    (self.parent, self.step) = (own, Step::Item(at));
                    self.node(*item, depth + 1)?;
                }
                self.out.text.push(']');
                Some(())
            }
            Kind::Mapping(..) => self.mapping(node, depth),
            Kind::Alias(_) => self.line(node, "null").map(drop),
        }
    }

    fn mapping(&mut self, node: NodeId, depth: usize) -> Option<()> {
        let tree = self.tree;
        self.entries(node, tree.entries(node), depth)
    }

    /// A mapping with some of its entries.
    fn entries(&mut self, node: NodeId, entries: impl Iterator<Item = Entry>, depth: usize) -> Option<()> {
        let own = self.line(node, "{")?;
        for (at, entry) in entries.enumerate() {
            // One more entry is compared with all before it.
            self.pairs = self.pairs.saturating_add(2 * at + 1);
            if self.pairs > MAX_PAIRS {
                return None;
            }
            if at > 0 {
                self.out.text.push(',');
            }
            self.key(key_text(self.tree, entry.key));
            (self.parent, self.step) = (own, Step::Key(entry.key));
            self.node(entry.value, depth + 1)?;
        }
        self.out.text.push('}');
        Some(())
    }

    fn key(&mut self, key: &str) {
        self.out.text.push_str(&quoted(key));
        self.out.text.push_str(":\n");
    }

    /// The beginning of a value, behind which the line goes on until the next value; gives the line.
    fn line(&mut self, node: NodeId, text: &str) -> Option<usize> {
        let line = self.out.lines.len();
        if line >= MAX_NODES {
            return None;
        }
        self.out.text.push_str(text);
        self.out.lines.push(Line { node, parent: self.parent, step: self.step.clone() });
        Some(line)
    }

    fn scalar(&self, node: NodeId) -> String {
        let text = self.tree.text(node).unwrap_or("");
        let kind = self.tree.scalar_type(node).filter(|_| self.tree.tag(node).is_none());
        match kind {
            Some(ScalarType::Bool) => matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on").to_string(),
            // Nothing at all is an empty text to the crate.
            Some(ScalarType::Null) if !text.is_empty() => "null".to_owned(),
            Some(ScalarType::Int | ScalarType::Float) if is_json_number(text) => text.to_owned(),
            Some(ScalarType::Null | ScalarType::Int | ScalarType::Float | ScalarType::String) | None => quoted(text),
        }
    }
}

/// A key that is a list or a mapping has no name under which a rule could ask for it.
fn key_text<'t>(tree: &'t Tree<'_>, key: NodeId) -> &'t str {
    tree.text(tree.target(key)).unwrap_or("?")
}

/// A text in quotes, as the crate's own reader takes it: that one is for YAML, which forbids some characters that JSON does not
/// mind, and takes others for line ends.
fn quoted(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let foreign =
        |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    if !json.contains(foreign) {
        return json;
    }
    json.chars().fold(String::new(), |mut text, c| {
        if foreign(c) {
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
        text
    })
}

fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok_and(|number| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;
    use crate::text::Source;

    fn written(text: &str) -> Option<String> {
        let source = Source::new("t.yaml", text);
        let tree = syntax::parse(&source);
        let canonical = write(&tree)?;
        // Each line has its node.
        assert_eq!(canonical.text.lines().count(), canonical.lines.len());
        serde_json::from_str::<serde_json::Value>(&canonical.text).unwrap();
        Some(canonical.text.replace('\n', ""))
    }

    #[test]
    fn values_have_the_types_of_the_crates_loader() {
        let text = "a: [1, '1', 1.5, true, Yes, null, , ~, 0123, 1e3, 2010-09-09, y]\n".replace(", ,", ",");
        assert_eq!(written(&text).unwrap(), r#"{"a":[1,"1",1.5,true,true,null,null,"0123","1e3","2010-09-09","y"]}"#);
        assert_eq!(written("a:\nb: \"\\u00e4\\n\"\n").unwrap(), r#"{"a":"","b":"ä\n"}"#);
    }

    #[test]
    fn short_functions_become_long_ones() {
        let text = "a: !Ref X\nb: !GetAtt X.Y\nc: !If [A, !Ref B, no]\nd: !Foo x\ne: !Condition C\n";
        assert_eq!(
            written(text).unwrap(),
            r#"{"a":{"Ref":"X"},"b":{"Fn::GetAtt":"X.Y"},"c":{"Fn::If":["A",{"Ref":"B"},false]},"d":"x","e":{"Condition":"C"}}"#
        );
    }

    #[test]
    fn aliases_are_written_out_within_a_budget() {
        assert_eq!(written("a: &a [1]\nb: *a\n").unwrap(), r#"{"a":[1],"b":[1]}"#);
        let bomb = (1..40).fold("a0: &a0 [1, 2]\n".to_owned(), |text, level| {
            text + &format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1)
        });
        assert_eq!(written(&bomb), None);
    }

    #[test]
    fn lines_have_the_paths_of_the_crate() {
        let source = Source::new("t.yaml", "a/b:\n  - &x !If [C, !Ref D]\n  - *x\n");
        let tree = syntax::parse(&source);
        let canonical = write(&tree).unwrap();
        let paths: Vec<_> = (0..canonical.lines.len()).map(|line| canonical.path(&tree, line)).collect();
        let expected = ["", "/a/b", "/a/b/0", "/a/b/0/Fn::If", "/a/b/0/Fn::If/0", "/a/b/0/Fn::If/1", "/a/b/0/Fn::If/1/Ref"];
        assert_eq!(paths.get(..7).unwrap(), expected);
        assert_eq!(paths.get(7).map(String::as_str), Some("/a/b/1"));
        assert_eq!(canonical.node(2), canonical.node(7));
    }

    #[test]
    fn resources_are_chosen_by_their_type() {
        let text = "Metadata: x\nResources:\n  A: {Type: K, B: 1}\n  C: {Type: L}\n  D: [K]\n  E: {Type: !Ref K, F: 2}\n";
        let source = Source::new("t.yaml", text);
        let tree = syntax::parse(&source);
        assert_eq!(types(&tree), BTreeSet::from(["K", "L"]));
        let canonical = write_resources(&tree, &BTreeSet::from(["K"])).unwrap();
        assert_eq!(
            canonical.text.replace('\n', ""),
            r#"{"Resources":{"A":{"Type":"K","B":1},"E":{"Type":{"Ref":"K"},"F":2}}}"#
        );
        assert_eq!(canonical.path(&tree, 4), "/Resources/A/B");
    }

    #[test]
    fn large_mappings_are_refused() {
        let many = (0..8_000).fold("a:\n".to_owned(), |text, at| text + &format!("  k{at}: 1\n"));
        assert_eq!(written(&many), None);
    }
}
