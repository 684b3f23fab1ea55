//! Edits made on a text.

use super::Edit;

/// The text with the edits made; `None` where two overlap or one does not fit the text.
///
/// Insertions at one place come in the order of the slice, before a replacement that begins there.
///
/// # Examples
/// ```
/// use cfn_igr::edit::{Edit, apply};
/// use cfn_igr::text::Span;
///
/// let edit = |start, end, text: &str| Edit { span: Span::new(start, end), text: text.to_owned() };
/// assert_eq!(apply("abc", &[edit(3, 3, "!"), edit(1, 2, "B")]).as_deref(), Some("aBc!"));
/// assert_eq!(apply("abc", &[edit(0, 2, ""), edit(1, 3, "")]), None);
/// ```
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort_by_key(|edit| edit.span);
    let grown: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(text.len().saturating_add(grown));
    let mut at = 0;
    for edit in ordered {
        out.push_str(text.get(at..edit.span.start())?);
        out.push_str(&edit.text);
        at = edit.span.end();
    }
    out.push_str(text.get(at..)?);
    Some(out)
}
