//! Cells beside each other, each wrapped in its column.

use annotate_snippets::renderer::Style as Paint;

use crate::report::Style;
use crate::report::wrap::fit;

/// Blanks between two columns.
pub(super) const GAP: usize = 2;
/// Columns that have to shrink keep at least this many characters.
const LEAST: usize = 6;

/// A text that begins on a line of its own.
#[derive(Clone)]
pub(super) struct Paragraph {
    text: String,
    paint: Option<Paint>,
    /// What follows in a colour of its own.
    tail: Option<(String, Paint)>,
}

/// What stands in one column of one row.
pub(super) type Cell = Vec<Paragraph>;

/// A line with its width in characters, colours not counted.
pub(super) struct Line {
    text: String,
    width: usize,
}

impl Paragraph {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), paint: None, tail: None }
    }

    pub(super) fn painted(text: impl Into<String>, paint: Paint) -> Self {
        Self { text: text.into(), paint: Some(paint), tail: None }
    }

    /// The same and something more, if there is something.
    pub(super) fn and(self, between: &str, tail: Option<(String, Paint)>) -> Self {
        match tail {
            Some((tail, paint)) => Self { text: format!("{}{between}{tail}", self.text), tail: Some((tail, paint)), ..self },
            None => self,
        }
    }

    /// The same with something before it.
    pub(super) fn behind(self, before: &str) -> Self {
        Self { text: format!("{before}{}", self.text), ..self }
    }
}

impl Line {
    fn empty() -> Self {
        Self { text: String::new(), width: 0 }
    }

    /// The line with blanks before it and none behind it.
    pub(super) fn indented(&self, columns: usize) -> String {
        let text = self.text.trim_end();
        if text.is_empty() { "\n".to_owned() } else { format!("{:columns$}{text}\n", "") }
    }
}

/// How wide a column would like to be.
pub(super) fn natural<'c>(cells: impl Iterator<Item = &'c Cell>) -> usize {
    cells.flatten().map(|paragraph| paragraph.text.chars().count()).max().unwrap_or(0)
}

/// Widths that fit into the room, gaps included. The widest columns give way first; one of weight 4 stays twice as wide as one
/// of weight 2.
pub(super) fn fitted(natural: &[usize], weights: &[usize], room: usize) -> Vec<usize> {
    let used = natural.iter().filter(|width| **width > 0).count();
    let room = room.saturating_sub(used.saturating_sub(1) * GAP).max(LEAST);
    let capped = |cap: usize| natural.iter().zip(weights).map(move |(width, weight)| (*width).min(cap * weight / 2));
    let cap = (LEAST..=room).rev().find(|cap| capped(*cap).sum::<usize>() <= room).unwrap_or(LEAST);
    capped(cap).collect()
}

/// How wide a column is once its cells are wrapped in it: lines break before they are full.
pub(super) fn wrapped<'c>(cells: impl Iterator<Item = &'c Cell>, width: usize) -> usize {
    let lines = cells.flatten().flat_map(|paragraph| fit(&paragraph.text, width));
    lines.map(|line| line.chars().count()).max().unwrap_or(0)
}

/// All columns with the gaps between them.
pub(super) fn total(widths: &[usize]) -> usize {
    let used = widths.iter().filter(|width| **width > 0).count();
    widths.iter().sum::<usize>() + used.saturating_sub(1) * GAP
}

/// The lines of a row. Columns without any width are left out.
pub(super) fn row(cells: &[Cell], widths: &[usize], style: &Style) -> Vec<Line> {
    let columns = cells.iter().zip(widths).filter(|(_, width)| **width > 0);
    let mut left: Option<(Vec<Line>, usize)> = None;
    for (cell, width) in columns {
        let lines = column(cell, *width, style);
        left = Some(match left {
            None => (lines, *width),
            Some((left, taken)) => (beside(left, taken, lines), taken + GAP + width),
        });
    }
    left.map_or_else(Vec::new, |(lines, _)| lines)
}

/// The lines of a cell.
fn column(cell: &Cell, width: usize, style: &Style) -> Vec<Line> {
    let lines = cell.iter().flat_map(|paragraph| {
        let fitted = fit(&paragraph.text, width).into_iter();
        fitted.map(|line| Line { width: line.chars().count(), text: painted(&line, paragraph, style) })
    });
    lines.collect()
}

/// Blanks at the beginning stay without colour, and so does a tail that does not fit on one line.
fn painted(line: &str, paragraph: &Paragraph, style: &Style) -> String {
    let text = line.trim_start();
    let blanks = " ".repeat(line.len() - text.len());
    let tail = paragraph.tail.as_ref().and_then(|(tail, paint)| Some((text.strip_suffix(tail.as_str())?, tail, paint)));
    match (tail, paragraph.paint) {
        (Some((before, tail, paint)), _) => format!("{blanks}{before}{}", style.paint(*paint, tail)),
        (None, Some(paint)) => format!("{blanks}{}", style.paint(paint, text)),
        (None, None) => line.to_owned(),
    }
}

/// Two blocks of lines side by side.
pub(super) fn beside(left: Vec<Line>, width: usize, right: Vec<Line>) -> Vec<Line> {
    let count = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let mut lines = Vec::with_capacity(count);
    for _ in 0..count {
        let (first, second) = (left.next().unwrap_or_else(Line::empty), right.next().unwrap_or_else(Line::empty));
        if second.width == 0 {
            lines.push(first);
            continue;
        }
        let blanks = (width + GAP).saturating_sub(first.width);
        let text = format!("{}{:blanks$}{}", first.text, "", second.text);
        lines.push(Line { text, width: first.width + blanks + second.width });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_columns_give_way_first() {
        assert_eq!(fitted(&[5, 40, 100], &[2; 3], 80), [5, 35, 35]);
        assert_eq!(fitted(&[5, 40, 100], &[2, 2, 4], 80), [5, 23, 46]);
        assert_eq!(fitted(&[5, 0, 9], &[2; 3], 80), [5, 0, 9]);
        assert_eq!(fitted(&[50, 50], &[2; 2], 3), [LEAST, LEAST]);
    }
}
