//! What can be written on the command line.

use std::path::PathBuf;

use cfn_igr::config;
use cfn_igr::edit::Applicability;
use cfn_igr::finding::Severity;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::baseline::BaselineArgs;
use super::config::ConfigArgs;
use super::discover::FileArgs;
use super::policy::PolicyArgs;
use super::suppress::SuppressArgs;

/// Checks and repairs CloudFormation templates around API Gateway integration responses.
#[derive(Debug, Parser)]
#[command(
    name = "cfn-igr",
    version,
    long_version = concat!(env!("CARGO_PKG_VERSION"), " (commit ", env!("CFN_IGR_COMMIT"), ")"),
    after_help = "Exit codes:\n  \
        0  nothing at or above --fail-on is left\n  \
        1  findings are left\n  \
        2  wrong usage or configuration, also a --parameter that no template declares\n  \
        3  an input could not be read or written, or is no CloudFormation template\n  \
        4  internal fault",
    disable_help_subcommand = true
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what is wrong in templates, where and why; repair it with --fix
    Check(Box<CheckArgs>),
    /// Show the methods of templates: who may call them, what they call, what clients get
    #[command(after_help = "Exit codes:\n  \
        0  the routes are shown, whatever check finds in them\n  \
        1  a template has broken syntax\n  \
        2  wrong usage or configuration, also a --parameter that no template declares\n  \
        3  an input could not be read, or is no CloudFormation template\n  \
        4  internal fault")]
    Routes(RoutesArgs),
    /// Accept findings: write a comment, or Metadata in JSON, for each that is found now
    #[command(after_help = "Exit codes:\n  \
        0  everything that was found is suppressed\n  \
        2  wrong usage or configuration\n  \
        3  an input could not be read or written, has broken syntax, or is no CloudFormation template")]
    Suppress(Box<SuppressArgs>),
    /// Write down the findings of now, so that `check --baseline` counts only new ones
    #[command(after_help = "Exit codes:\n  \
        0  the baseline is as it should be\n  \
        2  wrong usage or configuration, or a baseline that cannot be used\n  \
        3  an input could not be read, or the baseline not be written")]
    Baseline(BaselineArgs),
    /// Show, describe or begin the configuration
    #[command(after_help = "Exit codes:\n  \
        0  done\n  \
        2  wrong usage, or a configuration that is wrong")]
    Config(ConfigArgs),
    /// Run the tests of Guard rule files and say what differs
    #[command(
        after_help = "The tests of DIR/NAME.guard are the files DIR/tests/NAME*.yaml (.yml, .json), in cfn-guard's own format.\n\n\
        Exit codes:\n  \
        0  every expectation is met\n  \
        1  some are not\n  \
        2  wrong usage, or a rule file that cannot be used\n  \
        3  a file could not be read\n  \
        4  internal fault"
    )]
    TestGuard(TestGuardArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Print the page of a rule: what it finds, why it matters, examples
    Explain(ExplainArgs),
    /// Print the script that completes commands and options in a shell
    Completions(CompletionsArgs),
    /// Print the manual page, for man -l -
    Man(ManArgs),
}

#[derive(Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct CheckArgs {
    /// Templates, folders with templates, patterns such as **/*.yaml, or - for standard input [default: .]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) files: FileArgs,

    /// Repair files and print the diff; from standard input print the repaired template
    #[arg(long, value_name = "GRADE", num_args = 0..=1, require_equals = true)]
    #[expect(clippy::option_option, reason = "whether it is given, and whether with a grade")]
    pub(crate) fix: Option<Option<Grade>>,

    /// Print the diff that --fix would make, to be applied in this folder; write nothing
    #[arg(long)]
    pub(crate) diff: bool,

    /// Format of the report [default: text; github in a workflow of GitHub Actions]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<FormatName>,

    /// Report in this format, to a file if one is named; may be repeated
    #[arg(long, value_name = "FORMAT[:FILE]", value_parser = output)]
    pub(crate) output: Vec<Output>,

    /// Lowest severity that makes the exit code 1 [default: warning]
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,

    /// Findings of old that do not count, as `cfn-igr baseline create` writes them
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) policy: PolicyArgs,

    /// Value of a template parameter or pseudo parameter; may be repeated
    #[arg(long = "parameter", value_name = "KEY=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,

    #[command(flatten)]
    pub(crate) rules: RulesToRun,

    /// Report only findings on lines that changed since this revision of git
    #[arg(long, value_name = "REV", conflicts_with_all = ["fix", "diff"])]
    pub(crate) since: Option<String>,

    /// Also print how often each rule has found something, on standard error
    #[arg(long)]
    pub(crate) statistics: bool,

    /// Files that are checked at the same time [default: one for each core]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: When,

    /// One line for each finding, repaired or left, and no summary
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Add links to the documentation
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// Which rules run.
#[derive(Debug, Default, ClapArgs)]
pub(crate) struct RulesToRun {
    /// Run these rules only, whatever else is selected or ignored
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) only: Vec<String>,

    /// Run these rules too, which are off by default (`cfn-igr rules` marks them); `all` for all of them
    #[arg(long, value_name = "RULE", value_delimiter = ',', conflicts_with = "only")]
    pub(crate) also: Vec<String>,

    /// File with Guard rules of your own, or a folder of them (.guard, .ruleset); may be repeated
    #[arg(long, value_name = "PATH")]
    pub(crate) guard: Vec<PathBuf>,

    /// Leave out the bundled Guard rules
    #[arg(long)]
    pub(crate) no_guard: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RoutesArgs {
    /// Templates, folders with templates, patterns such as **/*.yaml, or - for standard input [default: .]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) files: FileArgs,

    /// Format of the routes
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ListFormat,

    /// Value of a template parameter or pseudo parameter; may be repeated
    #[arg(long = "parameter", value_name = "KEY=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,

    #[command(flatten)]
    pub(crate) policy: PolicyArgs,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: When,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TestGuardArgs {
    /// Rule files, or folders with rule files [default: guard-rules]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RulesArgs {
    /// Format of the list
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: RulesFormat,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: When,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExplainArgs {
    /// Name of the rule
    #[arg(value_name = "RULE", required_unless_present = "error", conflicts_with = "error")]
    pub(crate) rule: Option<String>,

    /// Name the rules that find what makes CloudFormation, API Gateway or a browser say this
    #[arg(long, value_name = "TEXT")]
    pub(crate) error: Option<String>,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: When,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: ShellName,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ManArgs {
    /// The command that the page is about; without it the program as a whole
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Grade {
    /// Repairs that change nothing but what their title says
    Safe,
    /// Also repairs that guess what was meant
    Unsafe,
}

impl Grade {
    pub(crate) fn applicability(self) -> Applicability {
        match self {
            Self::Safe => Applicability::Safe,
            Self::Unsafe => Applicability::Unsafe,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatName {
    /// For people
    Text,
    /// One line for each finding
    Short,
    /// One JSON object
    Json,
    /// One JSON object on each line
    Jsonl,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations and the job summary of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
    #[value(help = "JUnit XML")]
    Junit,
    /// Checkstyle XML
    Checkstyle,
}

/// A report that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) format: FormatName,
    pub(crate) file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// The index of docs/rules, by category and by error message
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShellName {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Only errors
    Error,
    /// Warnings and errors
    Warning,
    /// Any finding
    Info,
    /// No finding
    Never,
}

impl FailOn {
    pub(crate) fn setting(self) -> config::FailOn {
        match self {
            Self::Error => config::FailOn::Severity(Severity::Error),
            Self::Warning => config::FailOn::Severity(Severity::Warning),
            Self::Info => config::FailOn::Severity(Severity::Info),
            Self::Never => config::FailOn::Never,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// In a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

fn output(text: &str) -> Result<Output, String> {
    let (name, file) = text.split_once(':').map_or((text, None), |(name, file)| (name, Some(file)));
    if file == Some("") {
        return Err(format!("name the file behind the colon, as in {name}:report.txt"));
    }
    let format = FormatName::from_str(name, false).map_err(|_| {
        let names: Vec<_> = FormatName::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
        let names: Vec<_> = names.iter().map(clap::builder::PossibleValue::get_name).collect();
        format!("write it as FORMAT or FORMAT:FILE, as in sarif:out.sarif; the formats are {}", names.join(", "))
    })?;
    Ok(Output { format, file: file.map(PathBuf::from) })
}

pub(crate) fn parameter(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as Key=Value")?;
    if key.is_empty() || !key.chars().all(|c| c.is_ascii_alphanumeric() || c == ':') {
        return Err("a parameter's name has only letters and digits, as in Stage=prod".to_owned());
    }
    Ok((key.to_owned(), value.to_owned()))
}
