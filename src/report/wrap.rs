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

/// Blanks before the second line of a text and those that follow.
const HANG: usize = 2;
/// Characters after which a long word is broken: between the parts of an address or a list; else between the parts of a name.
const JOINTS: [&[char]; 2] = [&['/', '?', '&', ',', ';', '|'], &['=', '.', '-', '_', ':', '}', ')']];

/// Lines of at most `width` characters, at least one; all but the first begin with two blanks. Breaks at spaces, and in words
/// that are wider than a line behind the last joint that fits.
pub(super) fn fit(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2 * HANG);
    let mut lines: Vec<String> = Vec::new();
    let (mut line, mut column) = (String::new(), 0);
    let next = |line: &mut String, column: &mut usize, lines: &mut Vec<String>| {
        lines.push(std::mem::replace(line, " ".repeat(HANG)));
        *column = HANG;
    };
    for word in text.split(' ') {
        let mut rest: Vec<char> = word.chars().collect();
        let too_long = rest.len() > width - HANG;
        let part = || width.checked_sub(column + 1).and_then(|room| joint(&rest, room, JOINTS.get(..1)?));
        if column > 0 && (column + 1 + rest.len() <= width || too_long && part().is_some()) {
            line.push(' ');
            column += 1;
        } else if column > 0 && !rest.is_empty() {
            next(&mut line, &mut column, &mut lines);
        }
        while column + rest.len() > width {
            let room = width - column;
            // No line begins with `::`, which might be a command to the log it stands in.
            let room = if matches!(rest.get(room..), Some([':', ':', ..])) { room - room.min(1) } else { room };
            let behind = rest.split_off(joint(&rest, room, &JOINTS).unwrap_or(room).max(1));
            line.extend(std::mem::replace(&mut rest, behind));
            next(&mut line, &mut column, &mut lines);
        }
        column += rest.len();
        line.extend(rest);
    }
    lines.push(line);
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Where a word that is too long is broken: not so early that the line is nearly empty.
fn joint(word: &[char], room: usize, joints: &[&[char]]) -> Option<usize> {
    let is_joint = |at: usize, joints: &[char]| {
        let before = |back: usize| at.checked_sub(back).and_then(|at| word.get(at));
        let (Some(before), earlier, Some(behind)) = (before(1), before(2), word.get(at)) else { return false };
        // `//` and `::` stay in one piece, and an address keeps its scheme.
        joints.contains(before) && !matches!(behind, '/' | ':') && (*before, earlier) != ('/', Some(&'/'))
    };
    joints.iter().find_map(|joints| (room / 3 + 1..=room).rev().find(|at| is_joint(*at, joints)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_break_between_their_parts() {
        let text = "HTTP GET https://example.com/v1/{petId}/photos";
        assert_eq!(fit(text, 20), ["HTTP GET", "  https://example.", "  com/v1/{petId}/", "  photos"]);
        assert_eq!(fit("abcd::efgh", 4), ["abc", "  d:", "  :", "  ef", "  gh"]);
        assert_eq!(fit("abcdefgh", 4), ["abcd", "  ef", "  gh"]);
        assert_eq!(fit("one two", 9), ["one two"]);
        assert_eq!(fit("", 9), [""]);
        assert_eq!(fit("one   two    ", 6), ["one", "  two"]);
        assert_eq!(fit("Allow: GET,POST,PUT,DELETE", 16), ["Allow: GET,POST,", "  PUT,DELETE"]);
    }

    #[test]
    fn a_word_wider_than_the_line_stands_alone() {
        assert_eq!(wrap("a https://example.com/x b", 8), "a\nhttps://example.com/x\nb");
        assert_eq!(wrap("a\nb", 80), "a\nb");
        assert_eq!(wrap("", 80), "");
    }
}
