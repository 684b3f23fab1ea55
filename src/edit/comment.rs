//! Comments: where one can be put, and which bytes go with one that goes.

use super::change::Change;
use super::page::Page;
use crate::syntax::{Format, NodeId, Tree};
use crate::text::Span;

/// The removal of a comment: with its line where nothing else stands there, else with the white space before it.
///
/// # Examples
/// ```
/// use cfn_igr::edit::{apply, comment, plan};
/// use cfn_igr::{syntax, text::Source};
/// let source = Source::new("t", "# one\na: 1 # two\n");
/// let tree = syntax::parse(&source);
/// let changes: Vec<_> = tree.comments().iter().filter_map(|span| comment::removal(&tree, *span)).collect();
/// assert_eq!(apply(source.text(), &plan(&tree, &changes).unwrap()).unwrap(), "a: 1\n");
/// ```
pub fn removal(tree: &Tree<'_>, comment: Span) -> Option<Change> {
    let page = Page::new(tree);
    let start = comment.start();
    let span = if page.first_on_line(start) {
        Span::new(page.line_start(start), page.next_line(start))
    } else {
        let before = page.prefix(start);
        Span::new(start - (before.len() - before.trim_end().len()), page.line_end(start))
    };
    Some(Change::Comment { near: beside(tree, comment)?, span, text: String::new() })
}

/// Another text in place of a comment's; the white space around it stays.
pub fn replacement(tree: &Tree<'_>, comment: Span, text: &str) -> Option<Change> {
    let written = tree.source().slice(comment).trim_end().len();
    let span = Span::new(comment.start(), comment.start() + written);
    Some(Change::Comment { near: beside(tree, comment)?, span, text: text.to_owned() })
}

/// A comment behind what stands on the line of `at`; `None` where the line ends inside a text, or has a comment.
pub fn behind(tree: &Tree<'_>, at: usize, text: &str) -> Option<Change> {
    let page = Page::new(tree);
    let line = page.between(page.line_start(at), page.line_end(at));
    let end = page.line_start(at) + line.trim_end().len();
    let taken = page.has_comments(page.line_start(at), page.next_line(at));
    if tree.format() == Format::Json || taken || line.trim().is_empty() || ends_in_text(tree, end) {
        return None;
    }
    Some(Change::Comment {
        near: beside(tree, Span::new(at, at))?,
        span: Span::new(end, page.line_end(at)),
        text: format!(" {text}"),
    })
}

/// A comment on a line of its own above the line of `at`, as far to the right; `None` where the line begins inside a text.
pub fn above(tree: &Tree<'_>, at: usize, text: &str) -> Option<Change> {
    let page = Page::new(tree);
    let start = page.line_start(at);
    let inside = tree.ids().any(|node| {
        let span = tree.span(node);
        tree.scalar_style(node).is_some() && span.start() < start && start < span.end()
    });
    if tree.format() == Format::Json || inside {
        return None;
    }
    let line = format!("{}{text}{}", page.indent(at), tree.source().line_ending().as_str());
    Some(Change::Comment { near: beside(tree, Span::new(at, at))?, span: Span::at(start), text: line })
}

/// Whether a byte at the end of a line is inside a scalar, so that a comment there would be a part of it.
fn ends_in_text(tree: &Tree<'_>, end: usize) -> bool {
    use crate::syntax::ScalarStyle::{Absent, DoubleQuoted, Folded, Literal, Plain, SingleQuoted};
    let around = |node: NodeId| {
        let span = tree.span(node);
        // A comment may stand behind the header of a block scalar, and behind the end of any other one.
        match tree.scalar_style(node) {
            Some(Literal | Folded) => {
                let header = tree.source().slice(span).find('\n').map_or(span.end(), |at| span.start() + at);
                header < end && end <= span.end()
            }
            Some(Plain | SingleQuoted | DoubleQuoted) => span.start() < end && end < span.end(),
            Some(Absent) | None => false,
        }
    };
    tree.ids().any(around)
}

/// The node at which a comment stands: the innermost one around it, or the document.
fn beside(tree: &Tree<'_>, comment: Span) -> Option<NodeId> {
    tree.innermost(comment).or_else(|| tree.root())
}

/// Whether nothing but comments and white space goes and comes.
pub(super) fn fits(tree: &Tree<'_>, span: Span, text: &str) -> bool {
    let page = Page::new(tree);
    let mut rest = Vec::new();
    let mut at = span.start();
    for comment in tree.comments().iter().filter(|comment| span.start <= comment.start && comment.start < span.end) {
        rest.push(page.between(at, comment.start()));
        at = page.line_end(comment.start());
    }
    rest.push(page.between(at, span.end()));
    let plain = |line: &str| line.trim().is_empty() || line.trim_start_matches([' ', '\t']).starts_with('#');
    rest.into_iter().all(|text| text.trim_matches([' ', '\t', '\r', '\n']).is_empty()) && text.lines().all(plain)
}

/// The comments in a text of comments.
pub(super) fn comments_of(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{apply, is_as_intended, plan};
    use crate::syntax;
    use crate::text::Source;

    /// The text after a change, if that can be planned and is what was intended.
    fn changed(text: &str, make: impl Fn(&Tree<'_>) -> Option<Change>) -> Option<String> {
        let source = Source::new("t", text);
        let tree = syntax::parse(&source);
        let changes = [make(&tree)?];
        let new = Source::new("t", apply(text, &plan(&tree, &changes)?)?);
        assert!(is_as_intended(&tree, &changes, &syntax::parse(&new)), "{:?}", new.text());
        Some(new.text().to_owned())
    }

    #[test]
    fn comments_go_with_their_lines_and_white_space() {
        let without = |text: &str, index: usize| changed(text, |tree| removal(tree, *tree.comments().get(index)?));
        let text = "# one\r\n# two\r\na: b   # three\r\nc: |+\r\n  d\r\n# four\r\ne: [1, # five\r\n 2]";
        for (index, gone) in ["# one\r\n", "# two\r\n", "   # three", "# four\r\n", " # five"].into_iter().enumerate() {
            assert_eq!(without(text, index), Some(text.replace(gone, "")), "{gone}");
        }
        // The empty line would become a part of the text.
        let text = "a: |+\n  b\n# c\n\nd: 1\n";
        let source = Source::new("t", text);
        let tree = syntax::parse(&source);
        let changes = [removal(&tree, tree.comments()[0]).unwrap()];
        let new = Source::new("t", apply(text, &plan(&tree, &changes).unwrap()).unwrap());
        assert!(!is_as_intended(&tree, &changes, &syntax::parse(&new)));
    }

    #[test]
    fn comments_are_put_where_no_text_is() {
        let text = "a: b\nc: |\n  d # e\n  f\ng: \"h\n  i\"\nj: # k\n- {l: m,\n   n: o}\n";
        let at = |word: &str| text.find(word).unwrap();
        let behind = |word: &str| changed(text, |tree| behind(tree, at(word), "# x"));
        let above = |word: &str| changed(text, |tree| above(tree, at(word), "# x"));
        for (word, line) in
            [("a: b", "a: b"), ("c: |", "c: |"), ("i\"", "  i\""), ("l: m", "- {l: m,"), ("n: o", "   n: o}")]
        {
            assert_eq!(behind(word), Some(text.replace(&format!("{line}\n"), &format!("{line} # x\n"))), "{word}");
        }
        for word in ["d #", "f\n", "h\n", "j: "] {
            assert_eq!(behind(word), None, "{word}");
        }
        assert_eq!(above("g: "), Some(text.replace("g: ", "# x\ng: ")));
        assert_eq!(above("n: "), Some(text.replace("   n: ", "   # x\n   n: ")));
        for word in ["d #", "f\n", "i\""] {
            assert_eq!(above(word), None, "{word}");
        }
    }
}
