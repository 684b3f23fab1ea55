//! Examples of a rule's page.

/// A fenced block whose first line is ```` ```yaml,bad ````.
pub(crate) struct Example {
    pub(crate) language: String,
    pub(crate) kind: String,
    pub(crate) text: String,
}

/// The examples of a page, in order.
pub(crate) fn examples(page: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut open: Option<Example> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(example)) => found.push(example),
            (Some(opening), None) => {
                let (language, kind) = opening.split_once(',').unwrap_or((opening, ""));
                open = Some(Example { language: language.to_owned(), kind: kind.to_owned(), text: String::new() });
            }
            (None, Some(mut example)) => {
                example.text += line;
                example.text.push('\n');
                open = Some(example);
            }
            (None, None) => {}
        }
    }
    found
}
