//! Settings as a text that can be read again.

use std::fmt::Write as _;

use super::{Config, FailOn};

impl Config {
    /// The settings as YAML.
    pub fn to_yaml(&self) -> String {
        let mut out = String::new();
        if let Some(select) = &self.select {
            list(&mut out, "select", select);
        }
        list(&mut out, "ignore", &self.ignore);
        if !self.severity.is_empty() {
            out.push_str("severity:\n");
            for (rule, severity) in &self.severity {
                let _ = writeln!(out, "  {}: {}", quoted(rule), severity.map_or("\"off\"", |severity| severity.as_str()));
            }
        }
        list(&mut out, "exclude", &self.exclude);
        if !self.parameters.is_empty() {
            out.push_str("parameters:\n");
            for (key, value) in &self.parameters {
                let _ = writeln!(out, "  {}: {}", quoted(key), quoted(value));
            }
        }
        list(&mut out, "parameter-files", &self.parameter_files);
        self.guard_to_yaml(&mut out);
        if let Some(fix) = self.fix {
            let _ = writeln!(out, "fix: {}", fix.as_str());
        }
        if let Some(fail_on) = self.fail_on {
            let word = match fail_on {
                FailOn::Severity(severity) => severity.as_str(),
                FailOn::Never => "never",
            };
            let _ = writeln!(out, "fail-on: {word}");
        }
        if let Some(baseline) = &self.baseline {
            let _ = writeln!(out, "baseline: {}", quoted(baseline));
        }
        out
    }

    fn guard_to_yaml(&self, out: &mut String) {
        let mut inside = String::new();
        list(&mut inside, "rules", &self.guard.rules);
        list(&mut inside, "also", &self.guard.also);
        if let Some(bundled) = self.guard.bundled {
            let _ = writeln!(inside, "bundled: {bundled}");
        }
        if !inside.is_empty() {
            out.push_str("guard:\n");
            for line in inside.lines() {
                let _ = writeln!(out, "  {line}");
            }
        }
    }
}

fn list(out: &mut String, key: &str, items: &[String]) {
    if !items.is_empty() {
        let _ = writeln!(out, "{key}:");
        for item in items {
            let _ = writeln!(out, "  - {}", quoted(item));
        }
    }
}

/// A text as YAML: bare where nothing can be read into it, else in double quotes as JSON has them.
fn quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || "-/".contains(c));
    let word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text);
    if plain && !word { text.to_owned() } else { serde_json::to_string(text).unwrap_or_default() }
}
