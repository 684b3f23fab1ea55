//! Random choices that can be written down and played again.

/// Choices from a seed, or from a list, after whose end every choice is the first.
pub(crate) struct Tape {
    state: u64,
    given: Option<Vec<u32>>,
    taken: Vec<u32>,
}

impl Tape {
    pub(crate) fn from_seed(seed: u64) -> Self {
        // Mixed first, or the choices of one seed would be those of the one before, moved by one.
        Self { state: mixed(seed ^ 0x1234_5678_9ABC_DEF0), given: None, taken: Vec::new() }
    }

    pub(crate) fn from_choices(choices: Vec<u32>) -> Self {
        Self { state: 0, given: Some(choices), taken: Vec::new() }
    }

    /// What was chosen so far.
    pub(crate) fn into_choices(self) -> Vec<u32> {
        self.taken
    }

    /// A number below `count`.
    pub(crate) fn pick(&mut self, count: usize) -> usize {
        let raw = match &self.given {
            Some(given) => given.get(self.taken.len()).copied().unwrap_or(0),
            None => self.next(),
        };
        let chosen = raw % u32::try_from(count).unwrap();
        self.taken.push(chosen);
        chosen as usize
    }

    /// True in this many of a hundred; false where all choices are the first.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.pick(100) >= 100 - percent
    }

    pub(crate) fn one_of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.pick(from.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in 1..items.len() {
            let other = at - self.pick(at + 1);
            items.swap(at, other);
        }
    }

    /// The generator of Steele, Lea and Flood (`splitmix64`).
    fn next(&mut self) -> u32 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        u32::try_from(mixed(self.state) >> 32).unwrap()
    }
}

fn mixed(state: u64) -> u64 {
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// The shortest list of choices found that still fails.
pub(crate) fn reduced(mut choices: Vec<u32>, fails: impl Fn(Vec<u32>) -> bool) -> Vec<u32> {
    let mut width = choices.len().next_power_of_two() / 2;
    while width > 0 {
        let mut at = 0;
        while at < choices.len() {
            let end = (at + width).min(choices.len());
            let without = [&choices[..at], &choices[end..]].concat();
            let zeroed: Vec<u32> =
                choices.iter().enumerate().map(|(i, c)| if (at..end).contains(&i) { 0 } else { *c }).collect();
            if fails(without.clone()) {
                choices = without;
            } else if zeroed != choices && fails(zeroed.clone()) {
                choices = zeroed;
            } else {
                at = end;
            }
        }
        width /= 2;
    }
    choices
}
