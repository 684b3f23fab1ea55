//! The configuration file, `cfn-igr.yaml`: a text in, settings out, or what is wrong with it and where.
//!
//! It reads no file and knows no folder; the program finds the file that is nearest to a template.
//! `docs/cfn-igr.schema.json` describes it, a promise to users.

mod parameters;
mod read;
mod show;

use std::collections::BTreeMap;
use std::fmt;

pub use parameters::{ParameterFile, parameter_file};
pub use read::{check_names, read, read_settings};

use crate::edit::Applicability;
use crate::finding::Severity;
use crate::text::{Source, Span};

/// Name of the file.
pub const FILE_NAME: &str = "cfn-igr.yaml";

/// Its JSON Schema.
pub const SCHEMA: &str = include_str!("../../docs/cfn-igr.schema.json");

/// A file to begin with: every setting, as a comment.
pub const TEMPLATE: &str = include_str!("template.yaml");

/// From which severity on a run fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// From this one on.
    Severity(Severity),
    /// Whatever is found.
    Never,
}

/// Settings about Guard rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardSettings {
    /// Files and folders with rules of the user.
    pub rules: Vec<String>,
    /// Whether the bundled rules run; where nothing is said, they do.
    pub bundled: Option<bool>,
    /// Rules to run that are off by default.
    pub also: Vec<String>,
}

/// Settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The rules and categories to run; all where nothing is said.
    pub select: Option<Vec<String>>,
    /// Rules and categories not to run.
    pub ignore: Vec<String>,
    /// Severities in place of the rules' own; `None` turns a rule off.
    pub severity: BTreeMap<String, Option<Severity>>,
    /// Patterns of files to pass over in folders.
    pub exclude: Vec<String>,
    /// Values of template parameters.
    pub parameters: BTreeMap<String, String>,
    /// Files with values of template parameters.
    pub parameter_files: Vec<String>,
    /// Guard rules.
    pub guard: GuardSettings,
    /// The least grade of the fixes that `--fix` makes.
    pub fix: Option<Applicability>,
    /// From which severity on a run fails.
    pub fail_on: Option<FailOn>,
    /// The baseline.
    pub baseline: Option<String>,
}

/// The keys at the top.
pub const KEYS: [&str; 10] =
    ["select", "ignore", "severity", "exclude", "parameters", "parameter-files", "guard", "fix", "fail-on", "baseline"];

/// The keys under `guard`.
pub const GUARD_KEYS: [&str; 3] = ["rules", "bundled", "also"];

/// What is wrong with a configuration or a file of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Name of the file.
    pub file: String,
    /// Line, 1-based.
    pub line: usize,
    /// Column, 1-based, in characters.
    pub column: usize,
    /// What is wrong and what to do, without a full stop.
    pub message: String,
}

impl ConfigError {
    fn at(source: &Source, span: Span, message: impl Into<String>) -> Self {
        let at = source.position(span.start());
        Self { file: source.name().to_owned(), line: at.line, column: at.column, message: message.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for ConfigError {}
