//! How this author writes.

use super::guard::is_known_tag;
use super::page::Page;
use crate::syntax::{Collection, Format, NodeId, ScalarStyle, ScalarType, Tree};

/// How many nodes are looked at: enough to see the habit, few enough to ask for every fix.
const SAMPLE: usize = 512;

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Yaml,
    Json,
    /// JSON but for something that YAML takes as well, such as trailing commas and comments.
    NearlyJson,
}

/// The habits of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) language: Language,
    /// The line end.
    pub(super) newline: &'static str,
    /// Spaces by which a mapping is indented under its key.
    pub(super) step: usize,
    /// Spaces by which a dash is indented under its key, often 0.
    pub(super) dash: usize,
    /// How strings are written that need no quotes.
    pub(super) string: ScalarStyle,
    /// Which quotes strings get that need some.
    pub(super) quote: ScalarStyle,
    /// Whether the file writes `'''*'''` where `"'*'"` would do.
    pub(super) doubles_quotes: bool,
    pub(super) short_tags: bool,
    /// Whether there are spaces inside of braces.
    pub(super) padded: bool,
    /// Between key and value in flow style.
    pub(super) colon: String,
    /// Between entries on one line.
    pub(super) comma: &'static str,
    /// One level of indentation in JSON.
    pub(super) unit: String,
}

/// Has a repaired text written as the one it came from: what repairs wrote is no habit of the author's.
pub fn keep_habits(of: &Tree<'_>, repaired: &Tree<'_>) {
    if let Some(layout) = of.memo(|| Layout::of(of)) {
        repaired.memo(|| layout.clone());
    }
}

#[derive(Default)]
struct Counts {
    steps: Vec<usize>,
    dashes: Vec<usize>,
    plain: usize,
    single: usize,
    double: usize,
    tripled: usize,
    nested: usize,
    short: usize,
    long: usize,
    padded: usize,
    unpadded: usize,
}

impl Layout {
    /// Whether what is written must be JSON, whatever the file is read as.
    pub(super) fn is_json(&self) -> bool {
        match self.language {
            Language::Yaml => false,
            Language::Json | Language::NearlyJson => true,
        }
    }

    /// Reads the habits of a file from its first nodes.
    pub(super) fn of(tree: &Tree<'_>) -> Self {
        let page = Page::new(tree);
        let mut counts = Counts::default();
        for id in tree.ids().take(SAMPLE) {
            counts.take(&page, id);
        }
        let step = mode(&counts.steps).unwrap_or(2);
        let quote = if counts.double > counts.single { ScalarStyle::DoubleQuoted } else { ScalarStyle::SingleQuoted };
        let language = match tree.format() {
            Format::Json => Language::Json,
            Format::Yaml if is_nearly_json(tree) => Language::NearlyJson,
            Format::Yaml => Language::Yaml,
        };
        let json = language != Language::Yaml;
        let colon = if json { json_colon(&page) } else { ": ".to_owned() };
        Self {
            language,
            newline: tree.source().line_ending().as_str(),
            step,
            dash: mode(&counts.dashes).unwrap_or(step),
            string: if counts.plain >= counts.single + counts.double { ScalarStyle::Plain } else { quote },
            quote,
            doubles_quotes: counts.tripled > counts.nested,
            short_tags: counts.short > 0 && counts.short >= counts.long,
            padded: counts.padded > counts.unpadded,
            comma: if json && colon == ":" { "," } else { ", " },
            colon,
            unit: json_unit(&page),
        }
    }
}

/// Whether all collections of a file are in brackets and all keys in double quotes, and nothing is marked as only YAML can.
fn is_nearly_json(tree: &Tree<'_>) -> bool {
    let Some(root) = tree.root() else { return false };
    let is_quoted = |id| match tree.collection(id) {
        Some(Collection::Flow) => {
            tree.entries(id).all(|entry| tree.scalar_style(entry.key) == Some(ScalarStyle::DoubleQuoted))
        }
        Some(Collection::Block | Collection::Bare) => false,
        None => true,
    };
    let unmarked = !tree.has_anchors() && tree.ids().all(|id| tree.tag(id).is_none());
    tree.entries(root).len() > 0 && unmarked && tree.ids().all(is_quoted)
}

impl Counts {
    fn take(&mut self, page: &Page<'_, '_>, id: NodeId) {
        let tree = page.tree;
        if tree.tag(id).is_some_and(|tag| is_known_tag(&tag.name)) {
            self.short += 1;
        }
        match tree.collection(id) {
            Some(Collection::Block) => self.take_block(page, id),
            Some(Collection::Flow) if tree.is_mapping(id) && tree.entries(id).len() > 0 => {
                match tree.source().slice(tree.span(id)).as_bytes().get(1) {
                    Some(b' ') => self.padded += 1,
                    Some(b'\n' | b'\r' | b'\t') | None => {}
                    Some(_) => self.unpadded += 1,
                }
            }
            Some(Collection::Flow | Collection::Bare) => {}
            None => self.take_scalar(tree, id),
        }
    }

    fn take_block(&mut self, page: &Page<'_, '_>, id: NodeId) {
        let Some(entry) = page.tree.entry_of(id) else { return };
        let (key, value) = (page.tree.span(entry.key).start(), page.tree.span(id).start());
        if !page.first_on_line(value) {
            return;
        }
        let step = page.column(value).saturating_sub(page.column(key));
        if page.tree.is_sequence(id) {
            self.dashes.push(step);
        } else if step > 0 {
            self.steps.push(step);
        }
    }

    fn take_scalar(&mut self, tree: &Tree<'_>, id: NodeId) {
        let is_key = tree.entry_of(id).is_some_and(|entry| entry.key == id);
        let text = tree.text(id).unwrap_or("");
        if is_key {
            self.long += usize::from(text.starts_with("Fn::") || text == "Ref");
            return;
        }
        match tree.scalar_style(id) {
            Some(ScalarStyle::Plain) if tree.scalar_type(id) == Some(ScalarType::String) => self.plain += 1,
            Some(ScalarStyle::SingleQuoted) => {
                self.single += 1;
                self.tripled += usize::from(text.contains('\'') && !text.contains(['"', '\\']));
            }
            Some(ScalarStyle::DoubleQuoted) => {
                self.double += 1;
                self.nested += usize::from(text.contains('\''));
            }
            Some(ScalarStyle::Plain | ScalarStyle::Absent | ScalarStyle::Literal | ScalarStyle::Folded) | None => {}
        }
    }
}

/// The commonest number, the smaller of two that are equally common.
fn mode(numbers: &[usize]) -> Option<usize> {
    let count = |wanted: usize| numbers.iter().filter(|number| **number == wanted).count();
    let mut kinds: Vec<usize> = numbers.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    // A file has a handful of indentations; more than that would be noise.
    kinds.iter().take(16).copied().max_by_key(|kind| (count(*kind), std::cmp::Reverse(*kind)))
}

/// What stands between the first key and its value.
fn json_colon(page: &Page<'_, '_>) -> String {
    let first = page.tree.root().and_then(|root| page.tree.entries(root).next());
    let written =
        first.map_or(": ", |entry| page.between(page.tree.span(entry.key).end(), page.tree.span(entry.value).start()));
    if written.chars().all(|c| matches!(c, ' ' | ':')) { written.to_owned() } else { ": ".to_owned() }
}

/// The white space before the first child of the root, which is one level deep.
fn json_unit(page: &Page<'_, '_>) -> String {
    let Some(root) = page.tree.root() else { return "  ".to_owned() };
    let first = page.tree.entries(root).next().map(|entry| entry.key).or_else(|| page.tree.items(root).first().copied());
    let unit =
        first.map(|first| page.tree.span(first).start()).filter(|at| page.first_on_line(*at)).map(|at| page.prefix(at));
    unit.filter(|unit| !unit.is_empty()).unwrap_or("  ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;
    use crate::text::Source;

    fn layout(text: &str) -> Layout {
        let source = Source::new("t", text);
        Layout::of(&syntax::parse(&source))
    }

    #[test]
    fn the_commonest_indentation_counts() {
        let found = layout("a:\n    b:\n      c: 1\n    d:\n        e: 1\nf:\n- g\n");
        assert_eq!((found.step, found.dash), (4, 0));
        assert_eq!((layout("a: 1\n").step, layout("a: 1\n").dash), (2, 2));
    }

    #[test]
    fn quotes_and_intrinsics_are_those_of_the_majority() {
        let found = layout("a: \"x\"\nb: \"'y'\"\nc: 'z'\nd: !Ref e\n");
        assert_eq!((found.string, found.quote), (ScalarStyle::DoubleQuoted, ScalarStyle::DoubleQuoted));
        assert!(found.short_tags && !found.doubles_quotes);
        assert!(layout("a: '''x'''\n").doubles_quotes);
        assert!(!layout("a:\n  Fn::Sub: b\n").short_tags);
    }

    #[test]
    fn json_is_told_by_its_look() {
        for file in ["{\"a\": [1, {}]}", "{\"a\": 1,}", "{ # c\n\"a\": ['x', y],}"] {
            assert!(layout(file).is_json(), "{file}");
        }
        for file in ["{a: 1}", "{\"a\": !Ref b}", "{\"a\": &b 1}", "{\"a\": [\"b\": 1]}", "\"a\": 1\n", "{}\n---\n"] {
            assert!(!layout(file).is_json(), "{file}");
        }
    }

    #[test]
    fn json_is_as_wide_as_it_was() {
        let found = layout("{\n\t\"a\" : {\n\t\t\"b\" : 1\n\t}\n}\n");
        assert_eq!((found.unit.as_str(), found.colon.as_str()), ("\t", " : "));
        assert_eq!((layout("{\"a\":1,}").colon.as_str(), layout("{\"a\":1,}").comma), (":", ","));
        assert_eq!((layout("{\"a\":1}").colon.as_str(), layout("{\"a\":1}").comma), (":", ","));
    }
}
