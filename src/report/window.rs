//! The few lines of a source that a finding shows.
//!
//! Rendering costs time by the length of the text it is given, so it never gets the whole file: only lines
//! near the labels, and of very long lines only the part around them.

use std::ops::Range;

use super::escape::escape_source;
use crate::finding::Finding;
use crate::text::{Source, Span};

/// Unlabelled lines between two labels up to which they are shown; farther labels get windows of their own.
const BETWEEN: usize = 2;
/// Characters of a line around a label; the terminal shows far fewer.
const AROUND: usize = 240;
/// Characters of a label's own text; the rest is cut.
const LABELLED: usize = 480;

/// Lines to be shown together.
#[derive(Debug)]
pub(super) struct Window {
    /// Number of the first line, 1-based.
    pub(super) line: usize,
    /// The lines, cut and escaped.
    pub(super) text: String,
    /// What is underlined in them.
    pub(super) marks: Vec<Mark>,
}

/// Underlined bytes of a window.
#[derive(Debug)]
pub(super) struct Mark {
    /// Bytes of the window's text.
    pub(super) range: Range<usize>,
    /// The words, escaped.
    pub(super) text: String,
    /// Whether it is the finding itself.
    pub(super) primary: bool,
}

/// A label on one line of the source; of several lines the first is underlined.
struct Wanted<'f> {
    line: usize,
    range: Range<usize>,
    text: &'f str,
    primary: bool,
}

/// The windows of a finding, the one with the finding itself first.
pub(super) fn windows(source: &Source, finding: &Finding) -> Vec<Window> {
    let mut wanted = vec![Wanted::new(source, finding.span, &finding.label, true)];
    wanted.extend(finding.labels.iter().map(|label| Wanted::new(source, label.span, &label.text, false)));
    wanted.sort_by_key(|wanted| (wanted.line, wanted.range.start, wanted.range.end));
    wanted.dedup_by(|later, first| later.line == first.line && later.range == first.range && later.text == first.text);
    let together = |one: &Wanted<'_>, next: &Wanted<'_>| {
        let near = next.range.start.saturating_sub(one.range.end) <= 2 * AROUND;
        if one.line == next.line { near } else { next.line - one.line <= BETWEEN + 1 }
    };
    let mut windows: Vec<Window> = wanted.chunk_by(together).filter_map(|group| window(source, group)).collect();
    windows.sort_by_key(|window| !window.marks.iter().any(|mark| mark.primary));
    windows
}

impl<'f> Wanted<'f> {
    fn new(source: &Source, span: Span, text: &'f str, primary: bool) -> Self {
        let line = source.lines().line(span.start());
        let bytes = line_bytes(source, line);
        let start = span.start().clamp(bytes.start, bytes.end);
        let end = span.end().clamp(start, bytes.end);
        let labelled = source.text().get(start..end).unwrap_or("");
        let end = labelled.char_indices().nth(LABELLED).map_or(end, |(at, _)| start + at);
        Self { line, range: start..end, text, primary }
    }
}

fn window(source: &Source, group: &[Wanted<'_>]) -> Option<Window> {
    let mut window = Window { line: group.first()?.line, text: String::new(), marks: Vec::new() };
    let mut line = window.line;
    for labels in group.chunk_by(|one, next| one.line == next.line) {
        let next = labels.first()?.line;
        while line < next {
            window.text.push('\n');
            line += 1;
            if line < next {
                let bytes = line_bytes(source, line);
                window.push(source, bytes.start..bytes.start, &[]);
            }
        }
        let start = labels.iter().map(|label| label.range.start).min()?;
        let end = labels.iter().map(|label| label.range.end).max()?;
        window.push(source, start..end, labels);
    }
    Some(window)
}

impl Window {
    /// Digits of its largest line number.
    pub(super) fn digits(&self) -> usize {
        (self.line + memchr::memchr_iter(b'\n', self.text.as_bytes()).count()).to_string().len()
    }

    /// The same lines with less indent, as far as they all have it: at most `spaces`.
    pub(super) fn dedented(&self, spaces: usize) -> Self {
        let indent = |line: &str| line.bytes().take_while(|byte| *byte == b' ').count();
        let lines = || self.text.split('\n');
        let less = lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0).min(spaces);
        let text: Vec<_> = lines().map(|line| line.get(less..).unwrap_or("")).collect();
        // A blank line may be shorter than what goes.
        let moved = |offset: usize| {
            let line = memchr::memchr_iter(b'\n', self.text.get(..offset).unwrap_or("").as_bytes()).count();
            let gone: usize = lines().take(line + 1).map(|line| line.len().min(less)).sum();
            offset.saturating_sub(gone)
        };
        let marks = self.marks.iter().map(|mark| Mark {
            range: moved(mark.range.start)..moved(mark.range.end),
            text: mark.text.clone(),
            primary: mark.primary,
        });
        Self { line: self.line, text: text.join("\n"), marks: marks.collect() }
    }

    /// Appends the part of a line around `hull`, with the labels that lie in it.
    fn push(&mut self, source: &Source, hull: Range<usize>, labels: &[Wanted<'_>]) {
        let bytes = line_bytes(source, source.lines().line(hull.start));
        let text = source.text();
        let before = text.get(bytes.start..hull.start).unwrap_or("");
        let behind = text.get(hull.end..bytes.end).unwrap_or("");
        let start = before.char_indices().rev().nth(AROUND).map_or(bytes.start, |(at, _)| bytes.start + at);
        let end = behind.char_indices().nth(AROUND).map_or(bytes.end, |(at, _)| hull.end + at);
        let from = self.text.len();
        let at = |offset: usize| from + escape_source(text.get(start..offset).unwrap_or("")).len();
        for label in labels {
            self.marks.push(Mark {
                range: at(label.range.start)..at(label.range.end),
                text: super::escape::escape(label.text).into_owned(),
                primary: label.primary,
            });
        }
        self.text.push_str(&escape_source(text.get(start..end).unwrap_or("")));
    }
}

/// The bytes of a 1-based line without its end and without a byte order mark.
fn line_bytes(source: &Source, line: usize) -> Range<usize> {
    let start = source.lines().line_start(line).unwrap_or(source.text().len());
    let start = if start == 0 { source.bom_len() } else { start };
    let end = source.lines().line_start(line + 1).map_or(source.text().len(), |next| next.saturating_sub(1));
    let text = source.text().get(start..end.max(start)).unwrap_or("");
    start..start + text.strip_suffix('\r').unwrap_or(text).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, check};

    fn finding(span: Span, labels: &[Span]) -> Finding {
        let text = "Resources:\n  M:\n    Type: AWS::ApiGateway::Method\nResources: {}\n";
        let mut checked = check(&Source::new("t", text), &Options::default());
        let mut finding = checked.findings.pop().expect("a duplicate key");
        finding.span = span;
        finding.labels.clear();
        labels.iter().fold(finding, |finding, span| finding.with(*span, "there"))
    }

    #[test]
    fn near_labels_share_a_window_and_lines_keep_their_numbers() {
        let source = Source::new("t", "one\ntwo\nthree\nfour\n");
        let shown = windows(&source, &finding(Span::new(14, 18), &[Span::new(4, 7)]));
        assert_eq!(shown.len(), 1);
        assert_eq!((shown[0].line, shown[0].text.as_str()), (2, "two\nthree\nfour"));
        assert_eq!(shown[0].marks[1].range, 10..14);
        assert!(shown[0].marks[1].primary);
    }

    #[test]
    fn far_labels_cost_no_lines() {
        let text = "a: b\n".repeat(100_000);
        let source = Source::new("t", text);
        let shown = windows(&source, &finding(Span::new(400_000, 400_001), &[Span::new(0, 1)]));
        assert_eq!(shown.iter().map(|window| window.text.len()).sum::<usize>(), 8);
        assert_eq!(shown[0].line, 80_001);
    }

    #[test]
    fn long_lines_are_cut_around_the_label() {
        let source = Source::new("t", "\u{e9}".repeat(100_000));
        let shown = windows(&source, &finding(Span::new(100_000, 200_000), &[]));
        assert_eq!(shown[0].text.chars().count(), AROUND + 1 + LABELLED + AROUND);
    }

    #[test]
    fn marks_move_with_the_indent() {
        let source = Source::new("t", "    one\n\n      two\n");
        let shown = windows(&source, &finding(Span::new(15, 18), &[Span::new(4, 7)]));
        let dedented = shown[0].dedented(10);
        assert_eq!(dedented.text, "one\n\n  two");
        assert_eq!(&dedented.text[dedented.marks[1].range.clone()], "two");
        assert_eq!(shown[0].dedented(1).text, "   one\n\n     two");
    }

    #[test]
    fn labels_stay_on_their_characters_when_others_are_escaped() {
        let source = Source::new("t", "\u{feff}\u{1b}[31m: x\r\n");
        let shown = windows(&source, &finding(Span::new(10, 11), &[]));
        assert_eq!(shown[0].text, "\\u{1b}[31m: x");
        assert_eq!(&shown[0].text[shown[0].marks[0].range.clone()], "x");
    }
}
