//! `cfn-igr explain`: a rule's page for the terminal.

use std::fmt::Write as _;

use cfn_igr::catalogue::{self, Entry};
use cfn_igr::report::wrap;

use super::args::ExplainArgs;
use super::names;
use super::outcome::Outcome;
use super::rules::grade;
use super::streams::Streams;

/// Prints the page, or says which rules have nearly this name.
pub(crate) fn run(args: &ExplainArgs, streams: &mut Streams<'_>) -> Outcome {
    let Some(entry) = catalogue::find(&args.rule) else {
        streams.stderr.write(&names::unknown_rule(&args.rule));
        return Outcome::Usage;
    };
    let look = Look { color: streams.stdout.color(args.color), width: streams.stdout.width() };
    let page = look.page(&entry);
    streams.stdout.write(&page);
    Outcome::Clean
}

/// How the page looks.
struct Look {
    color: bool,
    width: usize,
}

impl Look {
    fn page(&self, entry: &Entry) -> String {
        let mut out = String::new();
        let mut paragraph = String::new();
        let mut code = false;
        for line in entry.page.lines() {
            if let Some(language) = line.strip_prefix("```") {
                self.flush(&mut paragraph, &mut out);
                code = !code;
                out.push_str(&if code { self.opening(language) } else { "\n".to_owned() });
            } else if code {
                out.push_str("    ");
                out.push_str(line);
                out.push('\n');
            } else if let Some(title) = line.strip_prefix("# ") {
                let _ = writeln!(out, "{}\n{}", self.paint("1", title), facts(entry));
            } else if let Some(heading) = line.strip_prefix("## ") {
                self.flush(&mut paragraph, &mut out);
                let _ = writeln!(out, "\n{}", self.paint("1", heading));
            } else if line.trim().is_empty() || line.starts_with("* ") || line.starts_with("- ") {
                self.flush(&mut paragraph, &mut out);
                paragraph.push_str(line);
            } else {
                paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
                paragraph.push_str(line);
            }
        }
        self.flush(&mut paragraph, &mut out);
        out
    }

    /// A template of the page; its kind stands behind the language.
    fn opening(&self, language: &str) -> String {
        match language.split(',').nth(1) {
            Some("bad") => format!("  {}\n", self.paint("1;31", "wrong")),
            Some("good") => format!("  {}\n", self.paint("1;32", "right")),
            Some("fixed") => format!("  {}\n", self.paint("1;32", "repaired by --fix")),
            Some(_) | None => String::new(),
        }
    }

    fn flush(&self, paragraph: &mut String, out: &mut String) {
        if paragraph.is_empty() {
            return;
        }
        for line in wrap(&links(paragraph), self.width.saturating_sub(2)).lines() {
            out.push_str("  ");
            out.push_str(&self.inline_code(line));
            out.push('\n');
        }
        paragraph.clear();
    }

    /// Without colours the backticks stay: they set the code apart.
    fn inline_code(&self, line: &str) -> String {
        if !self.color || line.matches('`').count() % 2 == 1 {
            return line.to_owned();
        }
        let parts = line.split('`').enumerate();
        parts.map(|(at, part)| if at % 2 == 1 { self.paint("36", part) } else { part.to_owned() }).collect()
    }

    fn paint(&self, paint: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{paint}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

fn facts(entry: &Entry) -> String {
    let meta = entry.meta;
    let fix = grade(meta).map_or_else(|| "no fix".to_owned(), |grade| format!("{grade} fix"));
    let guard = if entry.is_guard { ", Guard rule" } else { "" };
    let off = if entry.on { "" } else { ", off by default" };
    format!("{}, {}, {fix}, since {}{guard}{off}", meta.severity.as_str(), meta.category.as_str(), meta.since)
}

/// `[words](address)` becomes `words (address)`.
fn links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, (words, (address, behind)))) = next_link(rest) {
        let _ = write!(out, "{before}{words} ({address})");
        rest = behind;
    }
    out + rest
}

type Link<'t> = (&'t str, (&'t str, (&'t str, &'t str)));

fn next_link(text: &str) -> Option<Link<'_>> {
    let (front, behind) = text.split_once("](http")?;
    let (before, words) = front.rsplit_once('[')?;
    let end = behind.find(')')?;
    let from = text.len() - behind.len() - "http".len();
    let address = text.get(from..from + "http".len() + end)?;
    Some((before, (words, (address, behind.get(end + 1..)?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_show_their_address() {
        assert_eq!(links("see [it](https://a.b/c), [x]"), "see it (https://a.b/c), [x]");
    }
}
