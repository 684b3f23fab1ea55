//! Lists the rule files and writes the rule tables; tells the binary its commit.
//!
//! A native rule is one file, `src/rules/<name_with_underscores>.rs`, with a type of that name in camel case. A Guard rule
//! is one file, `guard-rules/<name-with-hyphens>.guard`, whose leading comment holds its metadata and its page.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("rule_table.rs"), rule_table(Path::new("src/rules"))?)?;
    fs::write(Path::new(&out).join("guard_table.rs"), guard_table(Path::new("guard-rules"))?)?;
    println!("cargo::rerun-if-changed=src/rules");
    println!("cargo::rerun-if-changed=guard-rules");
    println!("cargo::rerun-if-changed=.git/HEAD");
    println!("cargo::rerun-if-changed=.git/refs");
    println!("cargo::rerun-if-env-changed=CFN_IGR_COMMIT");
    println!("cargo::rustc-env=CFN_IGR_COMMIT={}", commit());
    Ok(())
}

/// The files of a folder with an extension and their stems, in order.
fn files(folder: &Path, extension: &str) -> io::Result<Vec<(PathBuf, String)>> {
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let paths = files.into_iter().map(|file| file.path());
    let with_stem = |path: PathBuf| path.file_stem()?.to_str().map(str::to_owned).map(|stem| (path, stem));
    Ok(paths.filter(|path| path.extension().is_some_and(|found| found == extension)).filter_map(with_stem).collect())
}

fn rule_table(folder: &Path) -> io::Result<String> {
    let (mut modules, mut rows) = (String::new(), String::new());
    for (path, stem) in files(folder, "rs")? {
        let path = path.canonicalize()?;
        if stem == "mod" {
            continue;
        }
        let page = page(&fs::read_to_string(&path)?);
        let file = path.display().to_string();
        let _ = writeln!(modules, "#[path = {file:?}] mod {stem};");
        let _ = writeln!(rows, "    Registered {{ rule: &{stem}::{}, page: {page:?} }},", camel_case(&stem));
    }
    Ok(format!("{modules}\n/// All rules, by name.\npub static RULES: &[Registered] = &[\n{rows}];\n"))
}

fn guard_table(folder: &Path) -> io::Result<String> {
    let mut rows = String::new();
    for (path, stem) in files(folder, "guard")? {
        let source = fs::read_to_string(&path)?;
        let missing = |what: &str| io::Error::other(format!("{}: its comment says nothing of {what}", path.display()));
        let (page, text) = comment_and_rest(&source);
        let (head, body) = page.split_once("\n## ").ok_or_else(|| missing("what the rule does"))?;
        let field = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.ok_or_else(|| missing(name))
        };
        let fix = match field("Fix")? {
            "none" => "FixPromise::Never".to_owned(),
            grade => format!("FixPromise::Sometimes(Applicability::{})", camel_case(grade)),
        };
        let (category, severity) = (camel_case(field("Category")?), camel_case(field("Severity")?));
        let (summary, since, on) = (field("Summary")?, field("Since")?, field("Default")? == "on");
        let listed = |line: &'_ str| line.split(", ").map(str::to_owned).collect::<Vec<_>>();
        let (types, words) = (listed(field("Types")?), field("Words").map(listed).unwrap_or_default());
        let sources: Vec<&str> = head.lines().filter_map(|line| line.strip_prefix("Source: ")).collect();
        let page = format!("# {stem}\n\n## {body}");
        let (guard_name, file) = (stem.replace('-', "_"), format!("guard-rules/{stem}.guard"));
        let _ = writeln!(
            rows,
            "    Bundled {{ meta: RuleMeta {{ name: {stem:?}, summary: {summary:?}, category: Category::{category}, \
             severity: Severity::{severity}, fix: {fix}, since: {since:?}, sources: &{sources:?} }}, page: {page:?}, \
             file: {file:?}, on: {on}, types: &{types:?}, words: &{words:?}, guard_name: {guard_name:?}, text: {text:?} }},"
        );
    }
    Ok(format!("/// All bundled Guard rules, by name.\npub static BUNDLED: &[Bundled] = &[\n{rows}];\n"))
}

/// The leading comment of a Guard file without its signs, and what follows it.
fn comment_and_rest(source: &str) -> (String, &str) {
    let lines = source.lines().map_while(|line| line.strip_prefix('#'));
    let page = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).fold(String::new(), |page, line| page + line + "\n");
    let rest = source.split_inclusive('\n').skip_while(|line| line.starts_with('#')).map(str::len).sum::<usize>();
    (page, &source[source.len() - rest..])
}

/// The file's own documentation: its leading `//!` lines.
fn page(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).fold(String::new(), |page, line| page + line + "\n")
}

fn camel_case(stem: &str) -> String {
    let mut name = String::new();
    for word in stem.split(['_', '-']) {
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
