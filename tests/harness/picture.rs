//! A terminal's output as SVG: coloured text, one run of one style after the other.

use std::fmt::Write as _;

/// Width and height of one character's cell, and the room around the text.
const CELL: (f64, f64) = (8.4, 19.0);
const MARGIN: f64 = 22.0;
const BAR: f64 = 38.0;

/// What a run of characters looks like.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    bold: bool,
    color: Option<u8>,
}

/// Draws a text with ANSI colours as a terminal window of so many columns.
pub(crate) fn svg(title: &str, ansi: &str, columns: u32) -> String {
    let lines: Vec<_> = ansi.lines().collect();
    let width = f64::from(columns).mul_add(CELL.0, 2.0 * MARGIN);
    let height = f64::from(u32::try_from(lines.len()).unwrap()).mul_add(CELL.1, BAR + 1.5 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\">\n\
         <title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"10\" fill=\"#0f141b\"/>\n\
         <path d=\"M0 {BAR}V10A10 10 0 0 1 10 0H{:.0}A10 10 0 0 1 {width:.0} 10V{BAR}Z\" fill=\"#1b222c\"/>\n",
        width - 10.0
    );
    for (at, color) in [(20, "#ff5f57"), (40, "#febc2e"), (60, "#28c840")] {
        let _ = writeln!(out, "<circle cx=\"{at}\" cy=\"19\" r=\"6\" fill=\"{color}\"/>");
    }
    out.push_str(
        "<g font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace\" \
         font-size=\"14\" fill=\"#d5dbe3\" xml:space=\"preserve\">\n",
    );
    let mut look = Look::default();
    let mut y = BAR + MARGIN + 6.0;
    for line in lines {
        let mut column = 0;
        for (style, text) in runs(line, &mut look) {
            let length = u32::try_from(text.chars().count()).unwrap();
            let blank = text.len() - text.trim_start().len();
            let shown = text.trim();
            let x = f64::from(column + u32::try_from(blank).unwrap()).mul_add(CELL.0, MARGIN);
            column += length;
            if !shown.is_empty() {
                let room = f64::from(u32::try_from(shown.chars().count()).unwrap()) * CELL.0;
                let _ = writeln!(
                    out,
                    "<text x=\"{x:.1}\" y=\"{y:.0}\" textLength=\"{room:.1}\" lengthAdjust=\"spacingAndGlyphs\"{}>{}</text>",
                    attributes(style),
                    escaped(shown)
                );
            }
        }
        y += CELL.1;
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// The runs of a line; the look goes on into the next line.
fn runs(line: &str, look: &mut Look) -> Vec<(Look, String)> {
    let mut runs: Vec<(Look, String)> = Vec::new();
    let mut parts = line.split("\u{1b}[");
    let mut add = |look: Look, text: &str| match runs.last_mut() {
        Some((last, sofar)) if *last == look => sofar.push_str(text),
        _ => runs.push((look, text.to_owned())),
    };
    add(*look, parts.next().unwrap_or(""));
    for part in parts {
        let (codes, text) = part.split_once('m').unwrap();
        for code in codes.split(';') {
            match code.parse().unwrap() {
                0 => *look = Look::default(),
                1 => look.bold = true,
                color @ (30..=37 | 90..=97) => look.color = Some(color),
                other => assert_eq!(other, 0, "a colour that the picture does not know"),
            }
        }
        add(*look, text);
    }
    runs
}

fn attributes(look: Look) -> String {
    let color = match look.color.map(|color| color % 10) {
        Some(1) => " fill=\"#ff6b6b\"",
        Some(2) => " fill=\"#5fd38d\"",
        Some(3) => " fill=\"#f2c55c\"",
        Some(4) => " fill=\"#6cb2ff\"",
        Some(5) => " fill=\"#d59bff\"",
        Some(6) => " fill=\"#5ad4e6\"",
        None if look.bold => " fill=\"#ffffff\"",
        Some(_) | None => "",
    };
    format!("{color}{}", if look.bold { " font-weight=\"bold\"" } else { "" })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
