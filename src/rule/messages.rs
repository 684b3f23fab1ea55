//! Messages of the service, and what people paste of them.

/// What is different each time.
const HOLE: char = '…';
/// Behind this the service lists what is wrong. What stands before it looks like a message and is only its frame.
const FRAME: &str = "errors : [";
/// A shorter part of a message says nothing.
const LEAST: usize = 12;

/// How much of a rule's message an error carries, in characters; `None` if it is another one. The error may be a part of the
/// message, or have more around it. Case and white space do not count.
///
/// # Examples
/// ```
/// use cfn_igr::rule::carried;
/// assert!(carried("Invalid content type specified: …", "errors: [Invalid content type specified: json]").is_some());
/// assert!(carried("Invalid content type specified: …", "Invalid regex pattern specified").is_none());
/// ```
pub fn carried(message: &str, error: &str) -> Option<usize> {
    let error = plain(error);
    let error = error.split_once(FRAME).map_or(error.as_str(), |(_, listed)| listed);
    let pieces: Vec<String> = message.split(HOLE).map(plain).filter(|piece| !piece.is_empty()).collect();
    let all = pieces.iter().map(|piece| piece.chars().count()).sum();
    if holds(error, &pieces) {
        return Some(all);
    }
    let part = error.chars().count();
    (part >= LEAST && pieces.iter().any(|piece| piece.contains(error))).then_some(part)
}

/// Whether the pieces stand in a text, in order.
fn holds(text: &str, pieces: &[String]) -> bool {
    let mut rest = text;
    pieces.iter().all(|piece| match rest.split_once(piece.as_str()) {
        Some((_, behind)) => {
            rest = behind;
            true
        }
        None => false,
    })
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_of_a_message_counts_more() {
        let error = "Invalid mapping expression specified: method.request.header.X";
        let (some, more) =
            ("Invalid mapping expression specified: …", "Invalid mapping expression specified: method.request.…");
        assert!(carried(some, error) < carried(more, error));
        assert_eq!(carried(more, "Invalid mapping expression specified: *"), None);
    }

    #[test]
    fn a_part_and_another_layout_will_do() {
        let message = "No match for output mapping and no default output mapping configured";
        assert!(carried(message, "no match for\n  OUTPUT mapping").is_some());
        assert_eq!(carried(message, "mapping"), None);
        assert_eq!(carried(message, ""), None);
        assert!(carried("Value '…' at 'statusCode' failed", "x Value '4XX' at 'statusCode' failed y").is_some());
    }
}
