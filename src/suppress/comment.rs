//! Suppressions in comments: `# cfn-igr: ignore[rule, …] until=2027-01-31 -- reason`.

use super::{Date, Fault, MAX, Name, Reach, Suppression, Written};
use crate::lang::distance;
use crate::syntax::{Collection, NodeId, ScalarStyle, Tree, dash_before};
use crate::text::Span;

const MARK: &str = "cfn-igr";
const LINE: &str = "ignore";
const FILE: &str = "ignore-file";
/// Nodes that begin at one byte, one inside the other, that are looked at.
const DEPTH: usize = 64;

/// What comments of a tree say.
pub(super) fn read(tree: &Tree<'_>) -> Vec<Suppression> {
    let mention = |comment: &&Span| tree.source().slice(**comment).contains(MARK);
    let mut around = Surroundings::new(tree);
    tree.comments().iter().filter(mention).filter_map(|comment| directive(tree, *comment, &mut around)).take(MAX).collect()
}

/// A text with its place in the file, read from the left.
struct Cursor<'a> {
    rest: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn skip(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        (self.rest, self.at) = (rest, self.at + taken.len());
        taken
    }

    fn blanks(&mut self) -> usize {
        let blanks = self.rest.len() - self.rest.trim_start().len();
        self.skip(blanks).len()
    }

    fn takes(&mut self, word: &str) -> bool {
        let there = self.rest.starts_with(word);
        if there {
            self.skip(word.len());
        }
        there
    }

    fn word(&mut self) -> (&'a str, Span) {
        let start = self.at;
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(self.rest.len());
        let word = self.skip(end);
        (word, Span::new(start, self.at))
    }
}

/// A comment as a suppression, or nothing where it is any other comment.
fn directive(tree: &Tree<'_>, comment: Span, around: &mut Surroundings<'_>) -> Option<Suppression> {
    let text = tree.source().slice(comment).trim_end();
    let mut cursor = Cursor { rest: text, at: comment.start() };
    let span = Span::new(comment.start(), comment.start() + text.len());
    if !cursor.takes("#") {
        return None;
    }
    cursor.blanks();
    if !cursor.takes(MARK) {
        return None;
    }
    cursor.blanks();
    if !cursor.takes(":") {
        return None;
    }
    cursor.blanks();
    let (word, at) = cursor.word();
    let mut found = Suppression::new(span, Written::Comment);
    if word != LINE && word != FILE {
        found.fault = Some(misspelt(word, at, &cursor)?);
        return Some(found);
    }
    found.fault = list(&mut cursor, word == FILE, &mut found.names).and_then(|()| behind(&mut cursor, &mut found)).err();
    found.reach = if word == FILE { Reach::File } else { around.reach(comment) };
    found.all = word == FILE && found.names.is_empty();
    if found.fault.is_none() && matches!(found.reach, Reach::Nothing) {
        found.fault = Some(Fault::at(span, "nothing stands below this comment that it could be about"));
    }
    Some(found)
}

/// A word that is not one of the two, where one of them was meant; other words are for people.
fn misspelt(word: &str, at: Span, cursor: &Cursor<'_>) -> Option<Fault> {
    let near = [LINE, FILE].into_iter().filter_map(|known| Some((distance::within(word, known, 2)?, known))).min();
    let listed = cursor.rest.trim_start().starts_with('[');
    if near.is_none() && !listed {
        return None;
    }
    let fault = Fault::at(at, format!("`{word}` says nothing here; there are `{LINE}[…]` and `{FILE}[…]`"));
    Some(Fault { rename: near.map(|(_, known)| known.to_owned()), ..fault })
}

/// The names in brackets.
fn list(cursor: &mut Cursor<'_>, may_lack: bool, names: &mut Vec<Name>) -> Result<(), Fault> {
    let before = Span::at(cursor.at);
    let blanks = cursor.blanks();
    if !cursor.takes("[") {
        let separate = blanks > 0 || cursor.rest.is_empty();
        return if may_lack && separate {
            Ok(())
        } else {
            Err(Fault::at(before, format!("the rules are missing, as in `{LINE}[missing-preflight]`")))
        };
    }
    loop {
        cursor.blanks();
        let start = cursor.at;
        let end = cursor.rest.find([',', ']']).ok_or_else(|| Fault::at(before, "the bracket is not closed"))?;
        let name = cursor.skip(end).trim_end();
        let span = Span::new(start, start + name.len());
        if name.is_empty() {
            return Err(Fault::at(Span::new(start, start + 1), "a rule's name is missing here"));
        }
        names.push(Name { text: name.to_owned(), span, node: None });
        if cursor.skip(1) == "]" {
            return Ok(());
        }
    }
}

/// What follows the names: a day, a reason.
fn behind(cursor: &mut Cursor<'_>, found: &mut Suppression) -> Result<(), Fault> {
    cursor.blanks();
    if cursor.takes("until=") {
        let start = cursor.at;
        let end = cursor.rest.find(char::is_whitespace).unwrap_or(cursor.rest.len());
        let day = cursor.skip(end);
        let date: Result<Date, _> = day.parse();
        found.until = Some(date.map_err(|why| Fault::at(Span::new(start, cursor.at), why))?);
        cursor.blanks();
    }
    if cursor.rest.is_empty() {
        return Ok(());
    }
    let rest = Span::new(cursor.at, cursor.at + cursor.rest.len());
    if !cursor.takes("--") {
        return Err(Fault::at(rest, "this is neither `until=` with a day nor a reason behind `--`"));
    }
    found.reason = Some(cursor.rest.trim().to_owned()).filter(|reason| !reason.is_empty());
    Ok(())
}

/// What comments are about. Many of them in a row are about the same, which is looked for once.
struct Surroundings<'t> {
    tree: &'t Tree<'t>,
    last: Option<(NodeId, Below)>,
}

/// What stands below a comment.
#[derive(Clone, Copy)]
struct Below {
    /// White space before it on its line, in bytes.
    indent: usize,
    /// Its first byte: a dash or a key.
    start: usize,
    span: Span,
}

impl<'t> Surroundings<'t> {
    fn new(tree: &'t Tree<'t>) -> Self {
        Self { tree, last: None }
    }

    /// Its line, where something stands before it, else the entry or item below.
    fn reach(&mut self, comment: Span) -> Reach {
        let (text, lines) = (self.tree.source().text(), self.tree.source().lines());
        let line = lines.line(comment.start());
        let start = lines.line_start(line).unwrap_or(0);
        let before = text.get(start..comment.start()).unwrap_or("").trim_start_matches('\u{feff}');
        // Behind a dash alone the item is still to come.
        let alone = before.split_whitespace().all(|word| word == "-");
        if !alone {
            return Reach::Within(whole_texts(self.tree, Span::new(start, comment.start())));
        }
        let column = if before.trim().is_empty() { before.len() } else { 0 };
        let next = lines.line_start(line + 1);
        let below = next.and_then(|next| self.below(next)).filter(|below| below.indent >= column);
        below.map_or(Reach::Nothing, |below| Reach::Within(below.span))
    }

    fn below(&mut self, line: usize) -> Option<Below> {
        let first = first_from(self.tree, line)?;
        let known = self.last.filter(|(node, below)| *node == first && below.start >= line);
        let below = match known {
            Some((_, below)) => below,
            None => below(self.tree, line, first)?,
        };
        self.last = Some((first, below));
        Some(below)
    }
}

/// A line, and all lines of the texts that begin or end on it: no comment can stand inside a text.
fn whole_texts(tree: &Tree<'_>, line: Span) -> Span {
    let is_text = |node: &NodeId| tree.scalar_style(*node).is_some_and(|style| style != ScalarStyle::Absent);
    let on = tree.ids_from(line.start()).take_while(|node| tree.span(*node).start < line.end);
    let around = tree.innermost(Span::at(line.start()));
    let texts = on.chain(around).filter(is_text).map(|node| tree.span_with_tag(node));
    texts.fold(line, Span::to)
}

/// The bytes of the entry or item that begins on the first line from this one on on which anything stands.
pub(super) fn area_below(tree: &Tree<'_>, line: usize) -> Option<Span> {
    below(tree, line, first_from(tree, line)?).map(|below| below.span)
}

fn first_from(tree: &Tree<'_>, line: usize) -> Option<NodeId> {
    tree.ids_from(line).find(|node| !tree.span(*node).is_empty())
}

fn below(tree: &Tree<'_>, line: usize, first: NodeId) -> Option<Below> {
    let source = tree.source();
    let at = tree.span_with_tag(first).start();
    let found = |start: usize, span: Span| {
        let begin = source.lines().line_start(source.lines().line(start)).unwrap_or(0);
        // On a line of its own, or behind other dashes; else it is what stands in the line before.
        let before = source.text().get(begin..start)?;
        let indent = before.len() - before.trim_start().len();
        before.trim_matches([' ', '\t', '\u{feff}']).is_empty().then_some(Below { indent, start, span })
    };
    if let Some((dash, item)) = item_at(tree, first, line) {
        return found(dash, Span::new(dash, tree.span_with_tag(item).end().max(dash + 1)));
    }
    let is_block = |node: &NodeId| {
        let bare = tree.tag(*node).is_none() && tree.anchor(*node).is_none();
        tree.collection(*node) == Some(Collection::Block) && bare
    };
    // A block begins where its first key does, and what is above that is about the key.
    let node = tree.ids_from(tree.span(first).start()).take(DEPTH).find(|node| !is_block(node))?;
    let own = tree.span_with_tag(node);
    let entry = tree.entry_of(node).filter(|entry| entry.key == node);
    found(at, entry.map_or(own, |entry| own.to(tree.span_with_tag(entry.value))))
}

/// The outermost item whose dash stands on the line from which on is searched, or behind it, and before the first node.
fn item_at(tree: &Tree<'_>, first: NodeId, line: usize) -> Option<(usize, NodeId)> {
    let text = tree.source().text();
    let is_item = |node: &NodeId| {
        let parent = tree.parent(*node).filter(|parent| tree.is_sequence(*parent));
        parent.and_then(|parent| tree.collection(parent)) == Some(Collection::Block)
    };
    let near = std::iter::successors(Some(first), |node| tree.parent(*node)).take(DEPTH);
    let inside = tree
        .ids_from(tree.span(first).start())
        .take(DEPTH)
        .take_while(|node| tree.span(*node).start == tree.span(first).start);
    let items = near.chain(inside).filter(is_item);
    let dashes = items.filter_map(|item| Some((dash_before(text, tree.span_with_tag(item).start())?, item)));
    dashes.filter(|(dash, _)| *dash >= line).min()
}
