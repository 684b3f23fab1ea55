//! `cfn-igr completions` and `cfn-igr man`: always for the options of this very program.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::{Args, CompletionsArgs, ManArgs};
use super::outcome::Outcome;
use super::streams::Streams;

/// The script for a shell.
pub(crate) fn completions(args: &CompletionsArgs, streams: &mut Streams<'_>) -> Outcome {
    let shell = match args.shell {
        super::args::ShellName::Bash => Shell::Bash,
        super::args::ShellName::Zsh => Shell::Zsh,
        super::args::ShellName::Fish => Shell::Fish,
        super::args::ShellName::Powershell => Shell::PowerShell,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "cfn-igr", &mut script);
    streams.stdout.write_bytes(&script);
    Outcome::Clean
}

/// The manual page of the program, or of one of its commands.
pub(crate) fn page(args: &ManArgs, streams: &mut Streams<'_>) -> Outcome {
    let mut all = Args::command();
    all.build();
    let command = match args.command.as_deref() {
        None => Some(&all),
        Some(name) => all.find_subcommand(name),
    };
    let Some(command) = command else {
        let names: Vec<_> = all.get_subcommands().map(clap::Command::get_name).collect();
        streams.stderr.write(&format!("error: there is no such command; the commands are {}\n", names.join(", ")));
        return Outcome::Usage;
    };
    let command = command.clone().version(env!("CARGO_PKG_VERSION"));
    let mut page = Vec::new();
    // Writing to memory does not fail.
    let _ = clap_mangen::Man::new(command).date(" ").source("cfn-igr").manual("cfn-igr").render(&mut page);
    streams.stdout.write_bytes(&page);
    Outcome::Clean
}
