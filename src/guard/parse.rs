//! A rule file parsed without being evaluated: its errors with their place, and its tree.

use std::io::Cursor;

use cfn_guard::commands::Executable;
use cfn_guard::utils::reader::{ReadBuffer, Reader};
use cfn_guard::utils::writer::{WriteBuffer, Writer};
use cfn_guard::{CommandBuilder, ParseTreeBuilder};
use serde::Deserialize;
use serde_json::Value;

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Line and column, 1-based.
    pub(super) place: Option<(usize, usize)>,
    pub(super) message: String,
}

/// The crate's tree of a text; null for one without rules. To be called where the stack is large: the tree is as deep as the
/// text is nested.
pub(super) fn tree(text: &str) -> Result<Value, Wrong> {
    let plain = |message: String| Wrong { place: None, message };
    let mut reader = Reader::new(ReadBuffer::Cursor(Cursor::new(text.as_bytes().to_vec())));
    let mut writer = Writer::new_with_err(WriteBuffer::Vec(Vec::new()), WriteBuffer::Vec(Vec::new()))
        .map_err(|error| plain(error.to_string()))?;
    let command = ParseTreeBuilder::default().print_json(true).try_build().map_err(|error| plain(error.to_string()))?;
    command.execute(&mut writer, &mut reader).map_err(|error| wrong(&error.to_string()))?;
    let json = writer.into_string().map_err(|error| plain(error.to_string()))?;
    let mut reader = serde_json::Deserializer::from_str(&json);
    reader.disable_recursion_limit();
    Value::deserialize(&mut reader).map_err(|error| plain(error.to_string()))
}

/// `… at line 17 at column 6, when handling CONTEXT, fragment TEXT`.
fn wrong(error: &str) -> Wrong {
    let number = |text: &str| text.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
    let found = error.split_once(" at line ").and_then(|(_, rest)| {
        let (_, behind) = rest.split_once(" at column ")?;
        Some(((number(rest)?, number(behind)?), behind))
    });
    let Some((place, behind)) = found else { return Wrong { place: None, message: shortened(error) } };
    let context = behind.split_once(", when handling ").map_or("", |(_, context)| context);
    let (context, fragment) = context.split_once(", fragment ").unwrap_or((context, ""));
    let fragment = shortened(fragment.trim_end_matches('`').lines().next().unwrap_or(""));
    let why = if context.trim().is_empty() { String::new() } else { format!(": {}", shortened(context)) };
    let at = if fragment.is_empty() { " at the end".to_owned() } else { format!(" at \"{fragment}\"") };
    Wrong { place: Some(place), message: format!("this is not the Guard language{at}{why}") }
}

fn shortened(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => line.get(..end).unwrap_or("").to_owned() + "…",
        None => line,
    }
}
