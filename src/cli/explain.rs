//! `cfn-igr explain`: a rule's page for the terminal.

use std::fmt::Write as _;

use cfn_igr::catalogue::{self, Entry};
use cfn_igr::report::reference::facts;
use cfn_igr::report::wrap;
use cfn_igr::rules;

use super::args::ExplainArgs;
use super::names;
use super::outcome::Outcome;
use super::streams::Streams;

/// Prints the page, or says which rules have nearly this name. Or names the rules for an error.
pub(crate) fn run(args: &ExplainArgs, streams: &mut Streams<'_>) -> Outcome {
    let look = Look { color: streams.stdout.color(args.color), width: streams.stdout.width() };
    if let Some(error) = &args.error {
        return by_error(error, &look, streams);
    }
    let name = args.rule.as_deref().unwrap_or_default();
    let Some(entry) = catalogue::find(name) else {
        streams.stderr.write(&names::unknown_rule(name, &[]));
        return Outcome::Usage;
    };
    streams.stdout.write(&look.page(&entry));
    Outcome::Clean
}

/// The rules that find what makes the service say this, the likeliest first.
fn by_error(error: &str, look: &Look, streams: &mut Streams<'_>) -> Outcome {
    let rules = rules::by_error(error);
    let Some(first) = rules.first().map(|rule| rule.rule.meta().name) else {
        streams.stderr.write(
            "error: no rule quotes this message; give its fixed words only, without names and values\n\n\
             List the messages with: cfn-igr rules --format markdown\n",
        );
        return Outcome::Usage;
    };
    for rule in &rules {
        let meta = rule.rule.meta();
        streams.stdout.write(&format!("{}\n  {}\n", look.paint("1", meta.name), meta.summary));
    }
    streams.stdout.write(&format!(
        "\nRead about it with: cfn-igr explain {first}\nFind the place with:  cfn-igr check --only {} TEMPLATE\n",
        rules.iter().map(|rule| rule.rule.meta().name).collect::<Vec<_>>().join(",")
    ));
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
                if !code && !out.ends_with(&format!("{}\n", self.paint("1", "Example"))) {
                    out.push('\n');
                }
                code = !code;
                out.push_str(&if code { self.opening(language) } else { String::new() });
            } else if code {
                let _ = writeln!(out, "{}", self.template_line(line));
            } else if let Some(title) = line.strip_prefix("# ") {
                let _ = writeln!(out, "{}\n{}", self.paint("1", title), facts(entry));
            } else if let Some(heading) = line.strip_prefix("## ") {
                self.flush(&mut paragraph, &mut out);
                let _ = writeln!(out, "\n{}", self.paint("1", heading));
            } else if line.trim().is_empty() || is_item(line) {
                self.flush(&mut paragraph, &mut out);
                paragraph.push_str(line);
            } else {
                paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
                paragraph.push_str(line.trim_start());
            }
        }
        self.flush(&mut paragraph, &mut out);
        out + &self.list("Messages", entry.messages) + &self.list("Sources", entry.meta.sources)
    }

    /// Comments of an example are less loud than the template.
    fn template_line(&self, line: &str) -> String {
        if line.is_empty() {
            return String::new();
        }
        let indented = format!("    {line}");
        if line.trim_start().starts_with('#') { self.paint("2", &indented) } else { indented }
    }

    fn list(&self, heading: &str, items: &[&str]) -> String {
        if items.is_empty() {
            return String::new();
        }
        let mut out = format!("\n{}\n", self.paint("1", heading));
        for item in items {
            self.paragraph(item, &mut out);
        }
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
        if !paragraph.is_empty() {
            self.paragraph(&links(paragraph), out);
        }
        paragraph.clear();
    }

    /// Lines below the first of an item begin where its text does. Code goes on over the end of a line.
    fn paragraph(&self, text: &str, out: &mut String) {
        let hang = if is_item(text) { "    " } else { "  " };
        let mut code = false;
        for (number, line) in wrap(text, self.width.saturating_sub(hang.len())).lines().enumerate() {
            out.push_str(if number == 0 { "  " } else { hang });
            out.push_str(&self.inline_code(line, &mut code));
            out.push('\n');
        }
    }

    /// Without colours the backticks stay: they set the code apart.
    fn inline_code(&self, line: &str, code: &mut bool) -> String {
        if !self.color {
            return line.to_owned();
        }
        let mut out = String::new();
        for (number, part) in line.split('`').enumerate() {
            *code = *code != (number > 0);
            out.push_str(&if *code && !part.is_empty() { self.paint("36", part) } else { part.to_owned() });
        }
        out
    }

    fn paint(&self, paint: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{paint}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

fn is_item(line: &str) -> bool {
    line.starts_with("* ") || line.starts_with("- ")
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
