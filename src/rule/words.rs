//! Words that many rules need.

use crate::template::Guard;

/// Longest piece of the author's text that a message repeats, in characters.
const MAX_SHOWN: usize = 60;

/// A text of the author's for a message: in backticks, on one line, cut where it is long.
pub fn shown(text: &str) -> String {
    let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match one_line.char_indices().nth(MAX_SHOWN) {
        Some((at, _)) => format!("`{}…`", one_line.get(..at).unwrap_or("")),
        None => format!("`{one_line}`"),
    }
}

/// Names in a sentence, whatever their order in the text: "A, B and 3 more".
pub fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    match names.as_slice() {
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} and {two}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
        [] => String::new(),
    }
}

/// " when IsProd" for what is only sometimes so, beyond what its owner assumes; else nothing.
pub fn when(value: &Guard, owner: &Guard) -> String {
    let branch = value.beyond(owner);
    if branch.is_always() { String::new() } else { format!(" {branch}") }
}
