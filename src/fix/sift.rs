//! Finding the fixes that spoil a result among many, in few trials.

use std::collections::{BTreeMap, BTreeSet};

use super::known::Spoilt;

/// Fixes in groups that have nothing to do with each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    /// The fixes of each group, in order.
    pub(super) members: Vec<Vec<usize>>,
    /// Which group has to do with a section of the template.
    by_section: BTreeMap<String, usize>,
}

impl Groups {
    /// Fixes that touch the same section are in one group, and so on.
    pub(super) fn new(fixes: impl IntoIterator<Item = (usize, Vec<String>)>) -> Self {
        let mut groups = Self::default();
        // Where a group went that was put together with another one.
        let mut into: Vec<usize> = Vec::new();
        for (fix, sections) in fixes {
            let mut group = groups.members.len();
            groups.members.push(vec![fix]);
            into.push(group);
            for section in sections {
                let other = root(&mut into, *groups.by_section.entry(section).or_insert(group));
                let (small, large) = match (groups.members.get(group), groups.members.get(other)) {
                    (Some(one), Some(two)) if one.len() > two.len() => (other, group),
                    _ => (group, other),
                };
                if small != large
                    && let Some(moved) = groups.members.get_mut(small).map(std::mem::take)
                    && let Some(members) = groups.members.get_mut(large)
                {
                    members.extend(moved);
                    into.iter_mut().skip(small).take(1).for_each(|to| *to = large);
                }
                group = large;
            }
        }
        groups.members.iter_mut().for_each(|members| members.sort_unstable());
        for group in groups.by_section.values_mut() {
            *group = root(&mut into, *group);
        }
        groups
    }

    /// The group that a section belongs to.
    fn of(&self, section: &str) -> Option<usize> {
        self.by_section.get(section).copied()
    }

    /// Which of these groups are to blame, and why; none where that is not known.
    pub(super) fn blamed<'s>(&self, among: &[usize], spoilt: &'s Spoilt) -> BTreeMap<usize, &'s str> {
        let found = spoilt.blamed.iter().filter_map(|(section, reason)| Some((self.of(section)?, reason.as_str())));
        let mut blamed: BTreeMap<usize, &str> = found.filter(|(group, _)| among.contains(group)).collect();
        if let ([one], true) = (among, blamed.is_empty()) {
            blamed.insert(*one, &spoilt.reason);
        }
        blamed
    }
}

fn root(into: &mut [usize], group: usize) -> usize {
    let mut at = group;
    while let Some(next) = into.get(at).copied().filter(|next| *next != at) {
        // Each step is made half as long for those who come after.
        let beyond = into.get(next).copied().unwrap_or(next);
        into.iter_mut().skip(at).take(1).for_each(|to| *to = beyond);
        at = next;
    }
    at
}

/// What [`sift`] found. Fixes in neither list are right alone, or were not tried; they wait for the next round.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sifted {
    /// Right together.
    pub(super) kept: Vec<usize>,
    /// Not even right alone, and why.
    pub(super) refused: Vec<(usize, String)>,
}

/// Finds the fixes that spoil the result by halves: one among thousands is found in a dozen trials. All groups are
/// searched at once, as long as a trial tells in which of them something is wrong.
pub(super) fn sift(groups: &Groups, trials: &mut usize, mut fits: impl FnMut(&[usize]) -> Result<(), Spoilt>) -> Sifted {
    let mut sifted = Sifted::default();
    // What is still to be tried of each group, the next part last.
    let mut left: Vec<Vec<&[usize]>> = groups.members.iter().map(|members| vec![members.as_slice()]).collect();
    let mut keeps = vec![false; left.len()];
    let open = |left: &[Vec<&[usize]>]| -> Vec<usize> {
        (0..left.len())
            .filter(|group| left.get(*group).and_then(|parts| parts.last()).is_some_and(|part| !part.is_empty()))
            .collect()
    };
    // Groups to be tried together, the next ones last; then those of which only a part was found right or wrong.
    let (mut sets, mut later) = (vec![open(&left)], BTreeSet::new());
    while *trials > 0 {
        let Some(tried) = sets.pop() else {
            let open = open(&left);
            sets.push(std::mem::take(&mut later).into_iter().filter(|group| open.binary_search(group).is_ok()).collect());
            if sets.iter().all(Vec::is_empty) {
                break;
            }
            continue;
        };
        if tried.is_empty() {
            continue;
        }
        *trials -= 1;
        let before = sifted.kept.len();
        sifted.kept.extend(tried.iter().filter_map(|group| left.get(*group)?.last()).flat_map(|part| part.iter()));
        let Err(spoilt) = fits(&sifted.kept) else {
            for group in tried {
                left.get_mut(group).map(Vec::pop);
                keeps.iter_mut().skip(group).take(1).for_each(|keeps| *keeps = true);
                later.insert(group);
            }
            continue;
        };
        sifted.kept.truncate(before);
        let blamed = groups.blamed(&tried, &spoilt);
        if blamed.is_empty() {
            let (first, second) = tried.split_at(tried.len() / 2);
            sets.extend([second.to_vec(), first.to_vec()]);
            continue;
        }
        // What a fix of another group did is found in this one, too; so it is tried again without the others.
        let mut suspects = Vec::new();
        for (group, reason) in &blamed {
            let Some(parts) = left.get_mut(*group) else { continue };
            if blamed.len() < tried.len() && matches!(parts.last(), Some([_])) {
                suspects.push(*group);
                continue;
            }
            match parts.pop() {
                Some([one]) if !keeps.get(*group).is_some_and(|keeps| *keeps) => {
                    sifted.refused.push((*one, (*reason).to_owned()));
                }
                Some([_] | []) | None => {}
                Some(several) => {
                    let (first, second) = several.split_at(several.len() / 2);
                    parts.extend([second, first]);
                }
            }
            later.insert(*group);
        }
        sets.extend([suspects, tried.into_iter().filter(|group| !blamed.contains_key(group)).collect()]);
    }
    sifted.kept.sort_unstable();
    sifted.refused.sort_unstable();
    sifted
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIALS: usize = 200;

    fn one_group(number: usize) -> Groups {
        Groups::new((0..number).map(|fix| (fix, vec!["/Resources/M".to_owned()])))
    }

    fn sifted(groups: &Groups, trials: usize, mut spoils: impl FnMut(&[usize]) -> Option<Spoilt>) -> (Sifted, usize) {
        let mut left = trials;
        let sifted = sift(groups, &mut left, |some| spoils(some).map_or(Ok(()), Err));
        (sifted, trials - left)
    }

    fn spoilt(spoils: bool) -> Option<Spoilt> {
        spoils.then(|| Spoilt::because("spoilt"))
    }

    #[test]
    fn the_fix_that_spoils_is_found_in_few_trials() {
        let (found, calls) = sifted(&one_group(10_000), TRIALS, |some| spoilt(some.contains(&7_777)));
        assert_eq!((found.kept.len(), found.kept.contains(&7_777)), (9_999, false));
        assert!(calls < 40, "{calls}");
    }

    #[test]
    fn a_fix_that_spoils_alone_is_refused() {
        let (found, _) = sifted(&one_group(2), TRIALS, |some| spoilt(!some.is_empty()));
        assert_eq!(found, Sifted { kept: Vec::new(), refused: vec![(0, "spoilt".to_owned()), (1, "spoilt".to_owned())] });
    }

    #[test]
    fn fixes_that_only_spoil_each_other_wait() {
        let (found, _) = sifted(&one_group(10), TRIALS, |some| spoilt(some.contains(&3) && some.contains(&8)));
        assert_eq!(found, Sifted { kept: vec![0, 1, 2, 3, 4, 5, 6, 7, 9], refused: Vec::new() });
    }

    #[test]
    fn all_groups_are_searched_at_once() {
        let name = |fix: usize| format!("/Resources/M{}", fix / 4);
        let groups = Groups::new((0..4_000).map(|fix| (fix, vec![name(fix)])));
        let (found, calls) = sifted(&groups, TRIALS, |some| {
            let wrong = some.iter().filter(|fix| *fix % 4 == 2);
            let blamed: BTreeMap<String, String> = wrong.map(|fix| (name(*fix), format!("{fix} is wrong"))).collect();
            (!blamed.is_empty()).then(|| Spoilt { reason: "spoilt".to_owned(), blamed })
        });
        assert_eq!((found.kept.len(), found.refused.len()), (3_000, 0));
        assert!(calls < 10, "{calls}");
    }

    #[test]
    fn a_group_is_not_to_blame_for_what_another_one_does_to_it() {
        let groups = Groups::new((0..100).map(|fix| (fix, vec![format!("/Resources/M{fix}")])));
        let (found, calls) = sifted(&groups, TRIALS, |some| {
            let blamed = BTreeMap::from([("/Resources/M8".to_owned(), "something new".to_owned())]);
            some.contains(&7).then(|| Spoilt { reason: "something new".to_owned(), blamed })
        });
        assert_eq!((found.kept.len(), found.refused), (99, vec![(7, "something new".to_owned())]));
        assert!(calls < 40, "{calls}");
    }

    #[test]
    fn a_group_that_is_to_blame_unseen_is_found() {
        let groups = Groups::new((0..1_000).map(|fix| (fix, vec![format!("/Resources/M{fix}")])));
        let (found, calls) = sifted(&groups, TRIALS, |some| spoilt(some.contains(&777)));
        assert_eq!((found.kept.len(), found.refused), (999, vec![(777, "spoilt".to_owned())]));
        assert!(calls < 40, "{calls}");
    }

    #[test]
    fn trials_end() {
        let (found, calls) = sifted(&one_group(10_000), 50, |_| spoilt(true));
        assert!(found.kept.is_empty() && found.refused.len() < 50, "{}", found.refused.len());
        assert_eq!(calls, 50);
    }

    #[test]
    fn what_touches_two_sections_joins_their_groups() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let groups = Groups::new([
            (0, names(&["a"])),
            (1, names(&["b"])),
            (2, names(&["c"])),
            (3, names(&["b", "a"])),
            (4, names(&["a"])),
        ]);
        assert_eq!(
            groups.members.iter().filter(|members| !members.is_empty()).cloned().collect::<Vec<_>>(),
            [vec![0, 1, 3, 4], vec![2]]
        );
        assert_eq!(groups.of("a"), groups.of("b"));
        assert_ne!(groups.of("a"), groups.of("c"));
    }
}
