//! The report for people: the source line, the characters, what the service does with them, what to do.

use std::fmt::Write as _;

use annotate_snippets::renderer::{AnsiColor, Effects, Style as Paint};
use annotate_snippets::{Level, Message};

use super::escape::escape;
use super::snippet::{Look, render};
use super::window::{Window, windows};
use super::{Input, Summary, wrap};
use crate::edit::Applicability;
use crate::finding::{Finding, Severity};
use crate::fix::Applied;
use crate::text::Source;

/// How the report looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// Width of the terminal in characters.
    pub width: usize,
    /// With links to the documentation.
    pub verbose: bool,
    /// After a repair, or with its diff: with the reason why a finding has none.
    pub repair: bool,
}

pub(super) const YELLOW: Paint = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
pub(super) const RED: Paint = AnsiColor::BrightRed.on_default().effects(Effects::BOLD);
pub(super) const CYAN: Paint = AnsiColor::BrightCyan.on_default().effects(Effects::BOLD);
pub(super) const LINE: Paint = AnsiColor::BrightBlue.on_default().effects(Effects::BOLD);
pub(super) const GREEN: Paint = AnsiColor::Green.on_default().effects(Effects::BOLD);
pub(super) const BOLD: Paint = Paint::new().effects(Effects::BOLD);

impl Style {
    pub(super) fn paint(&self, paint: Paint, text: &str) -> String {
        if self.color { format!("{paint}{text}{paint:#}") } else { text.to_owned() }
    }
}

/// All findings of one input.
pub(super) fn input(input: &Input<'_>, style: &Style) -> String {
    let name = escape(input.source.name());
    let mut out = String::new();
    for applied in input.repaired {
        let title = applied.finding.fix.as_ref().map_or("", |fix| &fix.title);
        let repaired = style.paint(GREEN, "repaired");
        let (at, rule) = (applied.position, applied.finding.rule);
        let _ = writeln!(out, "{repaired} {name}:{}:{}: {rule}: {}", at.line, at.column, escape(title));
    }
    for dropped in input.dropped {
        let kept = style.paint(YELLOW, "not repaired");
        let (at, rule) = (dropped.position, dropped.finding.rule);
        let _ = writeln!(out, "{kept} {name}:{}:{}: {rule}: {}", at.line, at.column, escape(&dropped.reason));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    for finding in input.checked.active() {
        out.push_str(&rendered(finding, input.source, style));
        out.push_str("\n\n");
    }
    if input.checked.not_fully_analysed {
        let note = format!(
            "{name} is not fully analysed: its values have more combinations than are followed, and the rest counts as unknown"
        );
        let _ = writeln!(out, "{}: {}\n", style.paint(GREEN, "note"), wrap(&note, style.width.saturating_sub(6)));
    }
    out
}

/// One line for each finding, those that were repaired first.
pub(super) fn short(input: &Input<'_>) -> String {
    let name = escape(input.source.name());
    let repaired = |applied: &Applied| {
        let (at, title) = (applied.position, applied.finding.fix.as_ref().map_or("", |fix| &fix.title));
        format!("{name}:{}:{}: repaired[{}] {}\n", at.line, at.column, applied.finding.rule, escape(title))
    };
    let line = |finding: &Finding| {
        let at = input.source.position(finding.span.start());
        let (severity, message) = (finding.severity.as_str(), escape(&finding.message));
        format!("{name}:{}:{}: {severity}[{}] {message}\n", at.line, at.column, finding.rule)
    };
    input.repaired.iter().map(repaired).chain(input.checked.active().map(line)).collect()
}

fn rendered(finding: &Finding, source: &Source, style: &Style) -> String {
    let shown = windows(source, finding);
    let digits = shown.iter().map(Window::digits).max().unwrap_or(1);
    let mut out = title(finding, style);
    let at = source.position(finding.span.start());
    let arrow = style.paint(LINE, &format!("{:digits$}-->", ""));
    let _ = write!(out, "\n{arrow} {}:{}:{}", escape(source.name()), at.line, at.column);
    let look = look(finding.severity, style);
    for (number, window) in shown.iter().enumerate() {
        let is_last = number + 1 == shown.len();
        let below = if is_last { messages(finding, style, digits) } else { Vec::new() };
        // Windows are rendered one by one: together they would each repeat the file's name.
        let indent = " ".repeat(digits - window.digits().min(digits));
        // Behind the dots the empty line above the source would say nothing.
        for line in render(window, below, &look).iter().skip(usize::from(number > 0)) {
            let _ = write!(out, "\n{indent}{line}");
        }
        if !is_last {
            let _ = write!(out, "\n{}", style.paint(LINE, "..."));
        }
    }
    out
}

fn look(severity: Severity, style: &Style) -> Look<'_> {
    let (level, primary) = match severity {
        Severity::Error => (Level::ERROR, RED),
        Severity::Warning => (Level::WARNING, YELLOW),
        Severity::Info => (Level::INFO, CYAN),
    };
    Look { style, level, primary, frame: LINE }
}

fn title(finding: &Finding, style: &Style) -> String {
    let head = format!("{}[{}]", finding.severity.as_str(), finding.rule);
    let text = wrap(&format!("{head}: {}", escape(&finding.message)), style.width.saturating_sub(2));
    let message = text.strip_prefix(&head).unwrap_or(&text);
    let lines: Vec<_> = message.lines().map(|line| style.paint(BOLD, line)).collect();
    style.paint(look(finding.severity, style).primary, &head) + &lines.join("\n  ")
}

/// What the service does, what to do, and who does it.
fn messages(finding: &Finding, style: &Style, digits: usize) -> Vec<Message<'static>> {
    let message = |name: &'static str, text: &str| {
        // Wide enough for ` = note: ` behind the column of line numbers.
        let room = style.width.saturating_sub(digits + name.len() + 5).max(30);
        let level = if name == "note" { Level::NOTE } else { Level::HELP };
        (!text.is_empty()).then(|| level.with_name(name).message(wrap(&escape(text), room)))
    };
    let fix = fix_of(finding, style);
    let docs = if style.verbose { finding.docs } else { "" };
    let all = [("note", finding.note.as_str()), ("help", &finding.help), ("fix", &fix), ("docs", docs)];
    all.into_iter().filter_map(|(name, text)| message(name, text)).collect()
}

/// Who repairs it, or why nobody does.
fn fix_of(finding: &Finding, style: &Style) -> String {
    match (&finding.fix, &finding.no_fix) {
        (Some(fix), _) => match fix.applicability {
            Applicability::Safe => format!("--fix can {}", fix.title),
            Applicability::Unsafe => format!("--fix=unsafe can {}, if that is what you mean", fix.title),
            Applicability::Display => String::new(),
        },
        (None, Some(reason)) if style.repair => format!("none: {reason}"),
        (None, _) => String::new(),
    }
}

/// What came of the run, without colours.
pub(super) fn result(summary: &Summary) -> String {
    end(summary, &Style { color: false, width: 80, verbose: false, repair: false })
}

/// What came of the run.
pub(super) fn end(summary: &Summary, style: &Style) -> String {
    let left = summary.findings() > 0;
    let mut out = String::new();
    if !summary.repaired.is_empty() {
        let repaired = style.paint(GREEN, &format!("repaired {}", count(summary.repaired.len(), "finding")));
        let files = count(summary.files_repaired, "file");
        let _ = writeln!(
            out,
            "{repaired} in {files}; {}",
            if left { "left:".to_owned() } else { format!("nothing left{}", suppressed(summary)) }
        );
    }
    if left {
        let _ = writeln!(out, "{}", style.paint(BOLD, &found(summary, style)));
    } else if summary.repaired.is_empty() && summary.checked > 0 {
        let (nothing, templates) = (style.paint(GREEN, "nothing found"), count(summary.checked, "template"));
        let _ = writeln!(out, "{nothing} in {templates}{}", suppressed(summary));
    } else if summary.checked == 0 && summary.skipped > 0 {
        let files = count(summary.skipped, "file");
        let _ = writeln!(out, "nothing to check: none of {files} is a template with API Gateway resources");
    } else if summary.checked == 0 && summary.unreadable.is_empty() {
        out.push_str("nothing to check: no file is named like a template\n");
    }
    out
}

fn found(summary: &Summary, style: &Style) -> String {
    let severities = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")];
    let severities: Vec<_> =
        severities.into_iter().filter(|(number, _)| *number > 0).map(|(number, word)| count(number, word)).collect();
    let mut repairs = match (summary.fixable, summary.fixable_unsafe) {
        (0, 0) => String::new(),
        (safe, 0) => format!("; {safe} can be repaired with --fix"),
        (0, guessed) => format!("; {guessed} can be repaired with --fix=unsafe"),
        (safe, guessed) => format!("; {safe} can be repaired with --fix, {guessed} more with --fix=unsafe"),
    };
    if style.repair && summary.unfixable > 0 {
        let have = if summary.unfixable == 1 { "has" } else { "have" };
        let _ = write!(repairs, "; {} {have} no repair", summary.unfixable);
    }
    repairs.push_str(&suppressed(summary));
    format!("{} in {}{repairs}", severities.join(", "), count(summary.files_with_findings, "file"))
}

/// How many findings do not count, so that nobody forgets them.
fn suppressed(summary: &Summary) -> String {
    if summary.suppressed == 0 { String::new() } else { format!("; {} suppressed", summary.suppressed) }
}

/// "1 file", "2 files".
pub(super) fn count(number: usize, word: &str) -> String {
    if number == 1 || word == "info" { format!("{number} {word}") } else { format!("{number} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Options, check};
    use crate::finding::{Suppressed, SuppressedBy};

    #[test]
    fn suppressed_findings_are_counted_and_not_shown() {
        let source = Source::new("t", "Resources:\n  M:\n    Type: AWS::ApiGateway::Method\nResources: {}\n");
        let mut checked = check(&source, &Options::default());
        assert_eq!(checked.findings.len(), 1);
        for finding in &mut checked.findings {
            finding.suppressed = Some(Suppressed { by: SuppressedBy::Comment, reason: None });
        }
        let input_of = Input { source: &source, checked: &checked, repaired: &[], dropped: &[], folder: "" };
        let style = Style { color: false, width: 80, verbose: false, repair: false };
        let summary = Summary::of(&input_of);
        assert_eq!((input(&input_of, &style), short(&input_of)), (String::new(), String::new()));
        assert_eq!(end(&summary, &style), "nothing found in 1 template; 1 suppressed\n");
        assert!(!summary.reaches(Severity::Info));
    }
}
