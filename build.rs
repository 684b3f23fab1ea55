//! Lists the rule files and writes the rule table; tells the binary its commit.
//!
//! A rule is one file, `src/rules/<name_with_underscores>.rs`, with a type of that name in camel case.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("rule_table.rs"), rule_table(Path::new("src/rules"))?)?;
    println!("cargo::rerun-if-changed=src/rules");
    println!("cargo::rerun-if-changed=.git/HEAD");
    println!("cargo::rerun-if-changed=.git/refs");
    println!("cargo::rerun-if-env-changed=CFN_IGR_COMMIT");
    println!("cargo::rustc-env=CFN_IGR_COMMIT={}", commit());
    Ok(())
}

fn rule_table(folder: &Path) -> io::Result<String> {
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let (mut modules, mut rows) = (String::new(), String::new());
    for file in files {
        let path = file.path().canonicalize()?;
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        if path.extension().is_none_or(|extension| extension != "rs") || stem == "mod" {
            continue;
        }
        let page = page(&fs::read_to_string(&path)?);
        let file = path.display().to_string();
        let _ = writeln!(modules, "#[path = {file:?}] mod {stem};");
        let _ = writeln!(rows, "    Registered {{ rule: &{stem}::{}, page: {page:?} }},", camel_case(stem));
    }
    Ok(format!("{modules}\n/// All rules, by name.\npub static RULES: &[Registered] = &[\n{rows}];\n"))
}

/// The file's own documentation: its leading `//!` lines.
fn page(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).fold(String::new(), |page, line| page + line + "\n")
}

fn camel_case(stem: &str) -> String {
    let mut name = String::new();
    for word in stem.split('_') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// The commit this is built from: given by the packager, else asked of git, else unknown.
fn commit() -> String {
    if let Ok(given) = env::var("CFN_IGR_COMMIT") {
        return given;
    }
    let asked = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
    match asked {
        Ok(answer) if answer.status.success() => String::from_utf8_lossy(&answer.stdout).trim().to_owned(),
        Ok(_) | Err(_) => "unknown".to_owned(),
    }
}
