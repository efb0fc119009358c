//! Random numbers, and where they come from.

/// Where random numbers come from.
#[derive(Clone, Copy, Debug, Default)]
pub enum Random {
    /// The thread's generator.
    #[default]
    Thread,
    /// A number that makes every delay of a call repeatable, mixed.
    Seed(u64),
}

impl Random {
    /// Mixed, because neighbouring seeds and neighbouring attempts are added up.
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self::Seed(mixed(seed))
    }

    #[inline]
    pub(crate) const fn is_thread(self) -> bool {
        matches!(self, Self::Thread)
    }
}

/// The random numbers for the delay after one attempt, drawn when somebody asks.
///
/// A seeded call keeps no state from one attempt to the next, so that it can be resumed elsewhere and
/// draws there what it would have drawn here. Neighbouring seeds and neighbouring attempts draw independently.
pub(crate) struct Draws {
    random: Random,
    attempt: u32,
    drawn: u64,
}

impl Draws {
    pub(crate) const fn new(random: Random, attempt: u32) -> Self {
        Self {
            random,
            attempt,
            drawn: 0,
        }
    }

    /// Uniform in `0..=most`.
    pub(crate) fn up_to(&mut self, most: u64) -> u64 {
        drawn_up_to(most, || self.word())
    }

    fn word(&mut self) -> u64 {
        match self.random {
            Random::Thread => thread_word(),
            Random::Seed(seed) => {
                let first = mixed(seed.wrapping_add(self.attempt.into()));
                let word = mixed(first.wrapping_add(STEP.wrapping_mul(self.drawn)));
                self.drawn += 1;
                word
            }
        }
    }
}

/// Any `u64`, from the thread's generator.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn thread_word() -> u64 {
    fastrand::u64(..)
}

/// The same, of which there is one copy a crate: six instructions more, and a hundred bytes less in each function.
#[inline(never)]
pub(crate) fn thread_word_called() -> u64 {
    thread_word()
}

/// Uniform in `0..=most`, made of a random word that is drawn if there is a choice.
///
/// `most` is at most the sum of two durations. It is the high half of `word * (most + 1)`, without a second word where that is not quite even: of 20 s no nanosecond is
/// likelier than another by more than one in 900 million.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn drawn_up_to(most: u64, word: impl FnOnce() -> u64) -> u64 {
    if most == 0 {
        return 0;
    }
    let word = u128::from(word());
    ((word * u128::from(most + 1)) >> 64) as u64
}

/// From one state of `SplitMix64` to the next.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// One step of `SplitMix64`: one to one, and each bit of the result depends on all bits given.
const fn mixed(bits: u64) -> u64 {
    let bits = bits.wrapping_add(STEP);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::nanos::LONGEST;

    const MOST: u64 = 2 * LONGEST;

    #[test]
    fn a_seed_repeats_itself_and_tells_attempts_and_draws_apart() {
        let draws = |seed, attempt| {
            let mut draws = Draws::new(Random::seeded(seed), attempt);
            [draws.up_to(MOST), draws.up_to(MOST)]
        };
        let [first, second] = draws(7, 1);
        assert_eq!(draws(7, 1), [first, second]);
        assert_ne!(first, second);
        assert_ne!(draws(7, 2)[0], first);
        assert_ne!(draws(8, 1)[0], first);
    }

    #[test]
    fn a_word_is_spread_over_the_whole_interval() {
        for most in [1, 2, 9, MOST] {
            assert_eq!(drawn_up_to(most, || 0), 0);
            assert_eq!(drawn_up_to(most, || u64::MAX), most);
        }
        assert_eq!(drawn_up_to(3, || 1 << 63), 2);
    }

    #[test]
    fn no_word_is_drawn_where_there_is_no_choice() {
        assert_eq!(drawn_up_to(0, || unreachable!()), 0);
    }
}
