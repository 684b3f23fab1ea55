//! How far two words are apart, for suggestions.

/// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other, in characters.
pub fn between(one: &str, other: &str) -> usize {
    // Beyond the longer of the two there is none.
    within(one, other, usize::MAX).unwrap_or_else(|| one.chars().count().max(other.chars().count()))
}

/// The same, if it is at most `limit`. Words that are too far apart are told by their lengths or after a few letters.
pub fn within(one: &str, other: &str, limit: usize) -> Option<usize> {
    if one == other {
        return Some(0);
    }
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let (mut before_last, mut last, mut row): (Vec<usize>, Vec<usize>, Vec<usize>) =
        (vec![0; b.len() + 1], (0..=b.len()).collect(), Vec::with_capacity(b.len() + 1));
    for (i, x) in a.iter().enumerate() {
        row.clear();
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, j + 1) + 1).min(at(&row, j) + 1).min(at(&last, j) + usize::from(x != y));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped && x != y {
                best = best.min(at(&before_last, j - 1) + 1);
            }
            row.push(best);
        }
        // Each later row holds nothing less than the least of two neighbouring ones.
        if row.iter().chain(&last).all(|distance| *distance > limit) {
            return None;
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last.last().copied().filter(|distance| *distance <= limit)
}

/// The candidate nearest to a word, if it is near enough to be meant: at most a third of its letters differ.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = word.to_lowercase();
    let near = candidates.into_iter().filter_map(|candidate| {
        let limit = candidate.chars().count().max(3) / 3;
        Some((within(&lower, &candidate.to_lowercase(), limit)?, candidate))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(between("header", "headers"), 1);
        assert_eq!(between("haeder", "header"), 1);
        assert_eq!(between("", "abc"), 3);
        assert_eq!(between("kitten", "sitting"), 3);
        assert_eq!(between("größe", "grösse"), 2);
    }

    #[test]
    fn a_limit_changes_no_distance() {
        let words = ["", "a", "ab", "ba", "header", "haeder", "headers", "method", "mehtod", "stageVariables"];
        for (one, other) in words.iter().flat_map(|one| words.iter().map(move |other| (one, other))) {
            let whole = between(one, other);
            for limit in 0..16 {
                assert_eq!(within(one, other, limit), (whole <= limit).then_some(whole), "{one} {other} {limit}");
            }
        }
    }

    #[test]
    fn far_words_are_not_suggested() {
        assert_eq!(nearest("haeder", ["header", "path"]), Some("header"));
        assert_eq!(nearest("cookie", ["header", "path"]), None);
    }
}
