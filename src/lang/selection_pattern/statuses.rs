//! A set of HTTP statuses.

/// Lowest status.
const FIRST: u16 = 100;
/// Highest status.
const LAST: u16 = 599;
const WORDS: usize = 8;

/// A set of the statuses from 100 to 599.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusSet {
    words: [u64; WORDS],
}

impl StatusSet {
    /// No status.
    pub const EMPTY: Self = Self { words: [0; WORDS] };

    /// Every status from 100 to 599.
    pub const FULL: Self = {
        let all = u64::MAX;
        // 500 statuses fill seven words and 52 bits.
        Self { words: [all, all, all, all, all, all, all, (1 << 52) - 1] }
    };

    /// Tells whether a status is in the set; never so outside 100 to 599.
    #[must_use]
    pub fn contains(&self, status: u16) -> bool {
        bit_of(status).is_some_and(|(word, bit)| self.words.get(word).is_some_and(|word| word & bit != 0))
    }

    /// Tells whether no status is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::EMPTY
    }

    /// Tells whether every status from 100 to 599 is in the set.
    #[must_use]
    pub fn is_full(&self) -> bool {
        *self == Self::FULL
    }

    /// Gives the number of statuses in the set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| usize::try_from(word.count_ones()).unwrap_or(0)).sum()
    }

    /// Gives the statuses in the set, in rising order.
    pub fn iter(&self) -> impl Iterator<Item = u16> + use<> {
        let set = *self;
        (FIRST..=LAST).filter(move |&status| set.contains(status))
    }

    /// Gives the statuses in both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.combine(other, |left, right| left & right)
    }

    /// Gives the statuses in either set.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.combine(other, |left, right| left | right)
    }

    /// Gives the statuses in this set that are not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        self.combine(other, |left, right| left & !right)
    }

    /// Puts a status into the set; one outside 100 to 599 is left out.
    pub(super) fn insert(&mut self, status: u16) {
        if let Some((word, bit)) = bit_of(status)
            && let Some(word) = self.words.get_mut(word)
        {
            *word |= bit;
        }
    }

    fn combine(self, other: Self, with: impl Fn(u64, u64) -> u64) -> Self {
        let mut words = self.words;
        for (word, other) in words.iter_mut().zip(other.words) {
            *word = with(*word, other);
        }
        Self { words }
    }
}

fn bit_of(status: u16) -> Option<(usize, u64)> {
    if !(FIRST..=LAST).contains(&status) {
        return None;
    }
    let place = status - FIRST;
    Some((usize::from(place / 64), 1 << (place % 64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_was_put_in() {
        let mut set = StatusSet::EMPTY;
        for status in [99, 100, 163, 164, 404, 599, 600] {
            set.insert(status);
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), [100, 163, 164, 404, 599]);
        assert_eq!(set.len(), 5);
        assert!(!set.is_empty() && !set.is_full());
        assert_eq!(StatusSet::FULL.len(), 500);
        assert!(StatusSet::FULL.without(set).or(set).is_full());
        assert!(StatusSet::FULL.without(set).and(set).is_empty());
    }
}
