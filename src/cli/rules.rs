//! `cfn-igr rules`.

use std::fmt::Write as _;

use cfn_igr::catalogue::{self, Entry};
use cfn_igr::finding::Category;
use cfn_igr::report::reference::{self, grade};
use serde::Serialize;

use super::args::{RulesArgs, RulesFormat};
use super::outcome::Outcome;
use super::streams::Streams;

#[derive(Serialize)]
struct List {
    version: u32,
    rules: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    summary: &'static str,
    category: &'static str,
    severity: &'static str,
    fix: Option<&'static str>,
    since: &'static str,
    sources: &'static [&'static str],
    messages: &'static [&'static str],
    /// `native` or `guard`.
    engine: &'static str,
    /// Whether it runs unless something else is said.
    default: bool,
}

/// Lists the rules by category, or as JSON, or as the index of the pages.
pub(crate) fn run(args: &RulesArgs, streams: &mut Streams<'_>) -> Outcome {
    let text = match args.format {
        RulesFormat::Text => table(streams.stdout.color(args.color)),
        RulesFormat::Json => json(),
        RulesFormat::Markdown => reference::index(),
    };
    streams.stdout.write(&text);
    Outcome::Clean
}

fn json() -> String {
    let rows = catalogue::all().map(|Entry { meta, on, is_guard, messages, .. }| Row {
        name: meta.name,
        summary: meta.summary,
        category: meta.category.as_str(),
        severity: meta.severity.as_str(),
        fix: grade(meta),
        since: meta.since,
        sources: meta.sources,
        messages,
        engine: if is_guard { "guard" } else { "native" },
        default: on,
    });
    // Structures of text always serialise.
    serde_json::to_string_pretty(&List { version: 1, rules: rows.collect() }).unwrap_or_default() + "\n"
}

fn table(color: bool) -> String {
    let (bold, reset) = if color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    let entries: Vec<Entry> = catalogue::all().collect();
    let width = entries.iter().map(|entry| entry.meta.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for category in Category::ALL {
        let rules = entries.iter().filter(|entry| entry.meta.category == category);
        let rows: String = rules.map(|entry| row(entry, width)).collect();
        if !rows.is_empty() {
            let _ = write!(out, "{bold}{}{reset}\n{rows}\n", category.as_str());
        }
    }
    let _ = writeln!(out, "{} rules; read about one with: cfn-igr explain RULE", entries.len());
    out
}

fn row(entry: &Entry, width: usize) -> String {
    let meta = entry.meta;
    let fix = grade(meta).map_or_else(String::new, |grade| format!("  [{grade} fix]"));
    let off = if entry.on { "" } else { "  [off]" };
    format!("  {:width$}  {:7}  {}{fix}{off}\n", meta.name, meta.severity.as_str(), meta.summary)
}
