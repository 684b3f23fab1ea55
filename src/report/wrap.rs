//! Breaks text into lines.

/// Breaks at spaces so that no line is wider than `width` characters, words that are wider apart. Line ends
/// in the text stay.
///
/// # Examples
/// ```
/// assert_eq!(cfn_igr::report::wrap("one two three", 8), "one two\nthree");
/// ```
pub fn wrap(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let mut column = 0;
        for word in line.split(' ') {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > width {
                out.push('\n');
                column = 0;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_wider_than_the_line_stands_alone() {
        assert_eq!(wrap("a https://example.com/x b", 8), "a\nhttps://example.com/x\nb");
        assert_eq!(wrap("a\nb", 80), "a\nb");
        assert_eq!(wrap("", 80), "");
    }
}
