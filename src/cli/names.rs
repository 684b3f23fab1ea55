//! Rule names as people type them.

use cfn_igr::catalogue;
use cfn_igr::lang::distance;
use cfn_igr::report::escape::escape;

/// What to say about a name that no rule has, neither one of the catalogue nor one of the user's own.
pub(crate) fn unknown_rule(name: &str, own: &[&'static str]) -> String {
    let mut near = nearest(name, own);
    let last = near.pop();
    let hint = match (near.is_empty(), last) {
        (_, None) => String::new(),
        (true, Some(only)) => format!("; did you mean {only}?"),
        (false, Some(last)) => format!("; did you mean {} or {last}?", near.join(", ")),
    };
    format!("error: there is no rule \"{}\"{hint}\n\nList the rules with: cfn-igr rules\n", escape(name))
}

/// At most three names that are near enough, the nearest first.
fn nearest(name: &str, own: &[&'static str]) -> Vec<&'static str> {
    let name = plain(&name.chars().take(100).collect::<String>());
    let known = catalogue::all().map(|entry| entry.meta.name).chain(own.iter().copied());
    let mut near: Vec<_> = known.filter_map(|known| Some((difference(&name, &plain(known))?, known))).collect();
    near.sort_unstable();
    near.dedup();
    // Beside a slip of the finger, names that only share a word are noise.
    let best = near.first().map_or(0, |(difference, _)| *difference);
    near.retain(|(difference, _)| *difference <= best + 2);
    near.into_iter().take(3).map(|(_, known)| known).collect()
}

/// As the rules of the catalogue are written; Guard rules of users often have underscores.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', ' '], "-")
}

/// How far a name is from a known one; `None` if too far to be meant.
fn difference(name: &str, known: &str) -> Option<usize> {
    let distance = distance::between(name, known);
    if distance <= known.len() / 3 {
        return Some(distance);
    }
    let words = |text: &str| text.split('-').filter(|word| word.len() > 3).map(str::to_owned).collect::<Vec<_>>();
    let (typed, known) = (words(name), words(known));
    let shared = typed.iter().filter(|word| known.contains(word)).count();
    (shared > 0).then(|| 100 - shared.min(50))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_comes_first() {
        assert_eq!(nearest("missing_method_respons", &[]).first(), Some(&"missing-method-response"));
        assert_eq!(nearest("syntax", &[]).first(), Some(&"template-syntax"));
        assert!(nearest("xyz", &[]).is_empty());
        assert_eq!(nearest("method_namd", &["method_named"]).first(), Some(&"method_named"));
    }
}
