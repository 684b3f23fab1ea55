//! One input from what was named to a text, or why there is none.

use std::io;
use std::path::Path;

use cfn_igr::engine::Document;
use cfn_igr::report::{Failed, Summary, escape::escape};
use cfn_igr::syntax;
use cfn_igr::text::{ReadError, Source};
use memchr::memmem;

use super::discover::Found;
use super::read;

const STDIN: &str = "<stdin>";

/// Why there is nothing to be said of an input.
#[derive(Debug)]
pub(crate) enum Refused {
    /// A file of a folder that is about something else.
    Skipped,
    /// An input that cannot be read, or was named and is no template.
    Unreadable(Failed),
}

impl Refused {
    /// What it counts as in a run.
    pub(crate) fn summary(self) -> Summary {
        match self {
            Self::Skipped => Summary::skipped(),
            Self::Unreadable(failed) => Summary::unreadable(&failed.file, failed.message),
        }
    }
}

/// The text of an input.
pub(crate) fn source(found: &Found, stdin: &io::Result<Vec<u8>>) -> Result<Source, Refused> {
    let (name, bytes) = match found {
        Found::Unreadable(name, reason) => return Err(unreadable(name, reason)),
        Found::Stdin => (STDIN.to_owned(), stdin.as_ref().map_err(read::reason).cloned()),
        Found::Named(path) => (name_of(path), read::file(path).map_err(|error| read::reason(&error))),
        Found::Walked(path) => (name_of(path), read::regular(path).map_err(|error| read::reason(&error))),
    };
    let bytes = bytes.map_err(|reason| unreadable(&name, &reason))?;
    let wide = found.is_walked() && !can_matter(&bytes);
    if wide && !can_matter_wide(&bytes) {
        return Err(Refused::Skipped);
    }
    Source::decode(name.as_str(), bytes).map_err(|error| match error {
        ReadError::Binary { .. } if wide => Refused::Skipped,
        error => unreadable(&name, &error.to_string()),
    })
}

/// Whether a text that was read is one to speak of.
pub(crate) fn accept(document: Document, source: &Source, found: &Found) -> Result<(), Refused> {
    match document {
        Document::Other if found.is_walked() => Err(Refused::Skipped),
        Document::Broken if found.is_walked() && !mentions_resources(source.text()) => Err(Refused::Skipped),
        Document::Other => Err(no_template(source)),
        Document::Template | Document::Broken => Ok(()),
    }
}

fn name_of(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn unreadable(name: &str, reason: &str) -> Refused {
    Refused::Unreadable(Failed { file: name.to_owned(), message: format!("cannot read {}: {reason}", escape(name)) })
}

fn no_template(source: &Source) -> Refused {
    let tree = syntax::parse(source);
    let empty = source.text().get(source.bom_len()..).is_none_or(|text| text.trim().is_empty());
    let why = match tree.root() {
        _ if empty => "it is empty",
        None => "it holds only comments",
        Some(root) if tree.is_sequence(root) => "a list stands at the top level",
        Some(root) if tree.is_mapping(root) => "it has no Resources with a Type",
        Some(_) => "it holds a single value",
    };
    let message = format!(
        "{} is no CloudFormation template: {why}; a template is a mapping with a Resources section",
        escape(source.name())
    );
    Refused::Unreadable(Failed { file: source.name().to_owned(), message })
}

/// Whether a file can be a template with API Gateway in it. Told by its bytes, so that others are never parsed.
fn can_matter(bytes: &[u8]) -> bool {
    let mentions = |word: &str| memmem::find(bytes, word.as_bytes()).is_some();
    (mentions("ApiGateway") || mentions("AWS::Serverless")) && mentions("Resources")
}

/// The same of a file in UTF-16 or UTF-32, whose letters stand apart by one zero byte or three. It cannot be checked, and
/// nobody would know if nothing were said.
fn can_matter_wide(bytes: &[u8]) -> bool {
    let mentions = |word: &str, apart: usize| {
        let mut spaced = Vec::with_capacity(word.len() * (apart + 1));
        for letter in word.bytes() {
            // None before the first and none behind the last: they may stand on either side.
            spaced.resize(if spaced.is_empty() { 0 } else { spaced.len() + apart }, 0);
            spaced.push(letter);
        }
        memmem::find(bytes, &spaced).is_some()
    };
    let is_template =
        |apart| (mentions("AWS::ApiGateway", apart) || mentions("AWS::Serverless", apart)) && mentions("Resources", apart);
    memchr::memchr(0, bytes).is_some() && (is_template(1) || is_template(3))
}

/// Whether a file that cannot be parsed was meant to be a template: other files, too, name the service.
fn mentions_resources(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"AWS::").is_some()
}
