//! The pages of rules in Markdown: `docs/rules/`, and `cfn-igr rules --format markdown`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::catalogue::{self, Entry};
use crate::finding::Category;
use crate::rule::{FixPromise, RuleMeta};

/// The highest grade of a rule's fixes.
pub fn grade(meta: &RuleMeta) -> Option<&'static str> {
    match meta.fix {
        FixPromise::Never => None,
        FixPromise::Sometimes(grade) => Some(grade.as_str()),
    }
}

/// All rules by category, and by the message that the service or a browser gives. Links lead to the pages beside it.
pub fn index() -> String {
    let all: Vec<Entry> = catalogue::all().collect();
    let mut out = format!(
        "# Rules\n\n{} rules, by what they are about. [By error message](#by-error-message): what CloudFormation, \
         API Gateway or a browser said, and the rules that find the reason.\n",
        all.len()
    );
    for category in Category::ALL {
        let rows: String = all.iter().filter(|entry| entry.meta.category == category).map(row).collect();
        if !rows.is_empty() {
            let head = "| rule | severity | what it finds | repair |\n| --- | --- | --- | --- |";
            let _ = write!(out, "\n## {}\n\n{head}\n{rows}", category.as_str());
        }
    }
    out + &by_message(&all)
}

fn row(entry: &Entry) -> String {
    let meta = entry.meta;
    let (severity, fix) = (meta.severity.as_str(), grade(meta).unwrap_or(""));
    let off = if entry.on { "" } else { ", off by default" };
    format!("| {} | {severity}{off} | {} | {fix} |\n", link(meta.name), meta.summary.replace('|', "\\|"))
}

fn by_message(all: &[Entry]) -> String {
    let mut messages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in all {
        for message in entry.messages {
            messages.entry(message).or_default().push(entry.meta.name);
        }
    }
    let mut out = "\n## By error message\n\n`…` stands for what is different each time. The program does the same search: \
         `cfn-igr explain --error \"Invalid mapping expression specified: *\"`.\n\n| message | rules |\n| --- | --- |\n"
        .to_owned();
    for (message, rules) in messages {
        let rules: Vec<_> = rules.into_iter().map(link).collect();
        let _ = writeln!(out, "| `{}` | {} |", message.replace('|', "\\|"), rules.join(", "));
    }
    out
}

fn link(rule: &str) -> String {
    format!("[{rule}]({rule}.md)")
}

/// The page of one rule.
pub fn page(entry: &Entry) -> String {
    let meta = entry.meta;
    let mut out = String::new();
    let mut code = false;
    for line in entry.page.lines() {
        if let Some(language) = line.strip_prefix("```") {
            code = !code;
            out.push_str(&if code { opening(language) } else { "```\n\n".to_owned() });
        } else if code {
            let _ = writeln!(out, "{line}");
        } else if line.starts_with("# ") {
            let _ = writeln!(out, "{line}\n\n{}.\n\n*{}*", upper(meta.summary), facts(entry));
        } else if line.starts_with("## ") {
            let _ = write!(out, "\n{line}\n\n");
        } else {
            let _ = writeln!(out, "{line}");
        }
    }
    out + &messages(entry) + &sources(meta)
}

/// One line for the head of a page.
pub fn facts(entry: &Entry) -> String {
    let meta = entry.meta;
    let fix = grade(meta).map_or_else(|| "no fix".to_owned(), |grade| format!("{grade} fix"));
    let guard = if entry.is_guard { ", Guard rule" } else { "" };
    let off = if entry.on { "" } else { ", off by default" };
    format!("{}, {}, {fix}, since {}{guard}{off}", meta.severity.as_str(), meta.category.as_str(), meta.since)
}

/// GitHub colours a block only if nothing stands behind the language.
fn opening(written: &str) -> String {
    let (language, kind) = written.split_once(',').unwrap_or((written, ""));
    let words = match kind {
        "bad" => "Wrong:\n\n",
        "good" => "Right:\n\n",
        "fixed" => "Repaired by `--fix`:\n\n",
        _ => "",
    };
    format!("{words}```{language}\n")
}

fn messages(entry: &Entry) -> String {
    bullets("Messages", entry.messages, "`")
}

fn sources(meta: &RuleMeta) -> String {
    bullets("Sources", meta.sources, "")
}

fn bullets(heading: &str, items: &[&str], mark: &str) -> String {
    let mut out = if items.is_empty() { String::new() } else { format!("\n## {heading}\n\n") };
    for item in items {
        let _ = writeln!(out, "- {mark}{item}{mark}");
    }
    out
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default() + letters.as_str()
}
