//! The one place that calls the library for fixtures and examples.

pub(crate) mod annotations;
pub(crate) mod expanded;
pub(crate) mod failures;
pub(crate) mod invariants;
pub(crate) mod pages;
pub(crate) mod twin;

use std::fs;
use std::path::Path;

use cfn_igr::edit::Applicability;
use cfn_igr::{Guard, Options, Source, catalogue, fix};

/// A text to check.
pub(crate) struct Input {
    /// For messages and for the name of the source.
    pub(crate) name: String,
    /// The text without annotations.
    pub(crate) text: String,
    /// The text with them.
    pub(crate) annotated: String,
}

/// What should come of it.
pub(crate) enum Expect {
    /// Exactly the annotated findings, at least one of this rule, and these texts after fixes (`None`: unchanged).
    Annotated { rule: &'static str, fixed: Option<String>, unsafely: Option<String> },
    /// A finding of this rule, and this text after safe fixes, if there is one.
    Fires { rule: &'static str, fixed: Option<String> },
    /// No finding at all.
    Silent,
    /// Anything, as long as the invariants hold.
    Parses,
}

/// The options under which a rule is tested: all native rules, and for a Guard rule also those that run by default and the
/// rule itself.
pub(crate) fn options_of(rule: &str) -> Options {
    let mut guard = Guard::default();
    if catalogue::find(rule).is_some_and(|entry| entry.is_guard) {
        guard = Guard::bundled();
        guard.add_bundled(rule);
    }
    Options { guard, ..Options::default() }
}

/// Compares what the library says about a text with what is expected.
pub(crate) fn check(input: &Input, expect: &Expect, options: &Options) -> Result<(), String> {
    let source = Source::new(input.name.clone(), input.text.clone());
    let checked = cfn_igr::check(&source, options);
    let found = annotations::of(&source, &checked.findings);
    let fires = |rule: &str| {
        let found = checked.findings.iter().find(|finding| finding.rule == rule);
        found.map(|_| ()).ok_or_else(|| format!("{rule} does not fire"))
    };
    match expect {
        Expect::Annotated { rule, fixed, unsafely } => {
            same("annotations", &annotations::render(&input.text, &found), &input.annotated)?;
            fires(rule)?;
            repairs(&source, options, Applicability::Safe, fixed.as_deref().unwrap_or(&input.text))?;
            let safe = fixed.as_deref().unwrap_or(&input.text);
            repairs(&source, options, Applicability::Unsafe, unsafely.as_deref().unwrap_or(safe))?;
        }
        Expect::Fires { rule, fixed } => {
            fires(rule)?;
            fixed.as_deref().map_or(Ok(()), |fixed| repairs(&source, options, Applicability::Safe, fixed))?;
        }
        Expect::Silent => same("annotations", &annotations::render(&input.text, &found), &input.text)?,
        Expect::Parses => {}
    }
    invariants::hold(&source, options)
}

/// Writes the annotations of a bad fixture and the texts after its fixes.
pub(crate) fn update(folder: &Path, name: &str, options: &Options) {
    let path = folder.join(name);
    let text = annotations::strip(&fs::read_to_string(&path).unwrap());
    let source = Source::new(name, text.clone());
    let found = annotations::of(&source, &cfn_igr::check(&source, options).findings);
    fs::write(&path, annotations::render(&text, &found)).unwrap();
    let mut before = text;
    for (grade, kind) in [(Applicability::Safe, ".fixed."), (Applicability::Unsafe, ".unsafe.")] {
        let after = fix(&source, options, grade).text;
        let file = folder.join(name.replace(".bad.", kind));
        if after != before {
            fs::write(file, &after).unwrap();
        } else if file.exists() {
            fs::remove_file(file).unwrap();
        }
        before = after;
    }
}

fn repairs(source: &Source, options: &Options, grade: Applicability, expected: &str) -> Result<(), String> {
    same(&format!("text after {} fixes", grade.as_str()), &fix(source, options, grade).text, expected)
}

/// An error with the difference, where two texts are not the same.
pub(crate) fn same(what: &str, actual: &str, expected: &str) -> Result<(), String> {
    if actual == expected {
        return Ok(());
    }
    let difference = similar::TextDiff::from_lines(expected, actual).unified_diff().context_radius(2).to_string();
    Err(format!("{what} (- expected, + actual):\n{difference}"))
}
