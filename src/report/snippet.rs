//! Lines of source with their underlines, in the width of the terminal.

use annotate_snippets::renderer::Style as Paint;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Message, Renderer, Snippet};

use super::window::{Mark, Window};
use super::{Style, wrap};

/// What a window is rendered with.
pub(super) struct Look<'s> {
    pub(super) style: &'s Style,
    pub(super) level: Level<'static>,
    /// Colour of the finding's own label.
    pub(super) primary: Paint,
    /// Colour of the other labels and of the frame.
    pub(super) frame: Paint,
}

impl Look<'_> {
    /// The renderer's own colour of an info is that of its frame.
    fn info(&self) -> Paint {
        if self.style.color { self.primary } else { Paint::new() }
    }
}

/// The lines of a window, with messages below it.
pub(super) fn render(window: &Window, messages: Vec<Message<'_>>, look: &Look<'_>) -> Vec<String> {
    let gutter = window.digits() + " | ".len();
    let widest = window.text.lines().map(columns).max().unwrap_or(0);
    let window = &window.dedented((gutter + widest).saturating_sub(look.style.width));
    let renderer = if look.style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(look.style.width).info(look.info());
    let annotations = window.marks.iter().map(|mark| annotation(mark, fits(mark, window, look.style.width)));
    let snippet = Snippet::source(window.text.as_str()).line_start(window.line).annotations(annotations);
    let text = renderer.render(&[Group::with_level(look.level.clone()).element(snippet).elements(messages)]);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for mark in window.marks.iter().filter(|mark| !fits(mark, window, look.style.width)) {
        let number = (window.line + line_of(mark, window)).to_string();
        let is_source = |line: &String| {
            let shown = plain(line);
            shown.trim_start().strip_prefix(number.as_str()).is_some_and(|rest| rest.trim_start().starts_with('|'))
        };
        // The underline follows its line, and the words that have no room beside it follow the underline.
        if let Some(at) = lines.iter().position(is_source).map(|at| at + 1) {
            let underline = lines.get(at).map_or_else(String::new, |line| plain(line));
            let below = below(mark, &underline, window.digits(), look);
            lines.splice((at + 1).min(lines.len())..(at + 1).min(lines.len()), below);
        }
    }
    lines
}

fn annotation(mark: &Mark, with_label: bool) -> Annotation<'_> {
    let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    kind.span(mark.range.clone()).label((with_label && !mark.text.is_empty()).then_some(mark.text.as_str()))
}

/// Whether a label has room beside its underline. Where several share a line, they are left to the renderer.
fn fits(mark: &Mark, window: &Window, width: usize) -> bool {
    let line = line_of(mark, window);
    if mark.text.is_empty() || window.marks.iter().filter(|other| line_of(other, window) == line).count() > 1 {
        return true;
    }
    let before = window.text.get(..mark.range.end).unwrap_or("");
    let column = before.lines().last().map_or(0, columns);
    window.digits() + " | ".len() + column + 1 + columns(&mark.text) <= width
}

/// A label on lines of its own: it begins where the underline begins or, without room for that, ends where
/// the underline ends.
fn below(mark: &Mark, underline: &str, digits: usize, look: &Look<'_>) -> Vec<String> {
    let gutter = digits + " | ".len();
    let text = wrap(&mark.text, look.style.width.saturating_sub(gutter).max(20));
    let widest = text.lines().map(columns).max().unwrap_or(0);
    let end = underline.trim_end().chars().count();
    let start = underline.chars().skip(gutter).take_while(|c| *c == ' ').count() + gutter;
    let start = if start + widest <= look.style.width { start } else { end.saturating_sub(widest).max(gutter) };
    let indent = " ".repeat(start - gutter);
    let bar = look.style.paint(look.frame, "|");
    let paint = if mark.primary { look.primary } else { look.frame };
    text.lines().map(|line| format!("{:digits$} {bar} {indent}{}", "", look.style.paint(paint, line))).collect()
}

/// The line of a mark in its window, 0-based.
fn line_of(mark: &Mark, window: &Window) -> usize {
    memchr::memchr_iter(b'\n', window.text.get(..mark.range.start).unwrap_or("").as_bytes()).count()
}

/// Columns in the terminal; a tab is shown as four spaces.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// A rendered line without its colours.
fn plain(line: &str) -> String {
    let mut out = String::new();
    for (number, part) in line.split('\u{1b}').enumerate() {
        out.push_str(if number == 0 { part } else { part.split_once('m').map_or("", |(_, text)| text) });
    }
    out
}
