//! The JSON path behind `body` in a mapping expression: `pets[0].name`, without its dollar (section 1.5).
//!
//! The service evaluates `$.TAIL`, in dot and bracket notation. What is refused here is what no reader of JSON
//! paths takes; everything else is left to it.

use std::ops::Range;

/// Deepest brackets and parentheses that are read; a path that goes deeper is not judged.
const MAX_DEPTH: usize = 20;

/// What is wrong with a path, and where: a byte range of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PathFault {
    pub(super) at: Range<usize>,
    pub(super) what: &'static str,
}

/// Reads a path; `None` where nothing is wrong with it.
pub(super) fn fault(path: &str) -> Option<PathFault> {
    let mut reader = Reader { path, at: 0 };
    if path.is_empty() {
        return Some(PathFault { at: 0..0, what: "a path follows `body.`" });
    }
    let first = if path.starts_with('[') { None } else { reader.name() };
    first.or_else(|| reader.rest().err())
}

struct Reader<'p> {
    path: &'p str,
    at: usize,
}

impl Reader<'_> {
    /// What follows the first name: further names and brackets, to the end.
    fn rest(&mut self) -> Result<(), PathFault> {
        while let Some(next) = self.peek() {
            match next {
                '.' => {
                    self.at += if self.left().starts_with("..") { 2 } else { 1 };
                    if self.peek() != Some('[')
                        && let Some(fault) = self.name()
                    {
                        return Err(fault);
                    }
                }
                '[' => self.bracket()?,
                _ => return Err(self.fault(next.len_utf8(), "a dot or a bracket stands between two names")),
            }
        }
        Ok(())
    }

    /// A name, `*`, or a function such as `length()`.
    fn name(&mut self) -> Option<PathFault> {
        let end = self.left().find(['.', '[', ']', '(', ')', ' ', '\t', '\n', '\r']).unwrap_or(self.left().len());
        if end == 0 {
            let found = self.peek().map_or(0, char::len_utf8);
            return Some(self.fault(found, "a name is missing here"));
        }
        self.at += end;
        match self.peek() {
            Some(blank) if blank.is_whitespace() => Some(self.fault(1, "a name with a blank stands in brackets: ['a b']")),
            Some(']' | ')') => Some(self.fault(1, "this bracket was not opened")),
            Some('(') => self.balanced(')').err(),
            Some(_) | None => None,
        }
    }

    /// `['name']`, `[0]`, `[0:2]`, `[*]`, `[?(…)]`: something between brackets that close.
    fn bracket(&mut self) -> Result<(), PathFault> {
        let start = self.at;
        self.balanced(']')?;
        let inside = self.path.get(start + 1..self.at - 1).unwrap_or("");
        if inside.trim().is_empty() {
            return Err(PathFault { at: start..self.at, what: "an index or a name stands between brackets" });
        }
        Ok(())
    }

    /// Steps behind the bracket that closes the one here; quoted texts are stepped over.
    fn balanced(&mut self, close: char) -> Result<(), PathFault> {
        let start = self.at;
        let mut waiting: Vec<char> = vec![close];
        let mut chars = self.left().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' | '"' => {
                    let mut escaped = false;
                    let ends = chars.by_ref().any(|(_, next)| {
                        let ends = next == c && !escaped;
                        escaped = next == '\\' && !escaped;
                        ends
                    });
                    if !ends {
                        return Err(PathFault { at: start + at..self.path.len(), what: "this quote is not closed" });
                    }
                }
                '[' => waiting.push(']'),
                '(' => waiting.push(')'),
                ']' | ')' if waiting.last() == Some(&c) => {
                    waiting.pop();
                    if waiting.is_empty() {
                        self.at = start + at + 1;
                        return Ok(());
                    }
                }
                _ => {}
            }
            if waiting.len() > MAX_DEPTH {
                self.at = self.path.len();
                return Ok(());
            }
        }
        Err(PathFault { at: start..start + 1, what: "this bracket is not closed" })
    }

    fn left(&self) -> &str {
        self.path.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.left().chars().next()
    }

    fn fault(&self, len: usize, what: &'static str) -> PathFault {
        PathFault { at: self.at..self.at + len, what }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_both_notations() {
        for path in [
            "id",
            "pets[0].name",
            "a.b.c",
            "['a b'].c",
            "a['b']",
            "a[\"b\"]",
            "a[*]",
            "*",
            "a.*",
            "a..b",
            "a[-1:]",
            "a[0,1]",
            "a[?(@.b == 'x]')].c",
            "a.length()",
            "[0].id",
            "error-message",
            "a[(@.length-1)]",
            "é.x",
            "a.[0]",
            "a['it\\'s']",
        ] {
            assert_eq!(fault(path), None, "{path}");
        }
    }

    #[test]
    fn faults_have_their_place() {
        let found = |path: &str| fault(path).map(|fault| fault.at);
        assert_eq!(found(""), Some(0..0));
        assert_eq!(found("a["), Some(1..2));
        assert_eq!(found("a[0"), Some(1..2));
        assert_eq!(found("a[]"), Some(1..3));
        assert_eq!(found("a."), Some(2..2));
        assert_eq!(found("a...b"), Some(3..4));
        assert_eq!(found("a]"), Some(1..2));
        assert_eq!(found("a['b]"), Some(2..5));
        assert_eq!(found("é b"), Some(2..3));
        assert_eq!(found("a[0]b"), Some(4..5));
        assert_eq!(found(&"[".repeat(100)), None);
    }
}
