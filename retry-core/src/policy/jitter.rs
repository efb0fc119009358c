//! The random part of a delay.

use fastrand::Rng;

use crate::policy::nanos::{from_f64, to_f64};

/// How a delay is spread, so that clients which failed together do not come back together.
///
/// `d` is the capped base delay; the cap holds for the result too. The formulas are those of the AWS article
/// [Exponential Backoff And Jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/),
/// except for `Fraction`.
///
/// ```
/// use retry_core::{Jitter, Policy};
///
/// // Unless said otherwise: full for growing backoffs, none for a fixed delay.
/// assert_eq!(Policy::new().to_string().contains("full jitter"), true);
/// assert_eq!(Policy::new().jitter(Jitter::Fraction(0.25)).validate().is_ok(), true);
/// assert_eq!(Policy::new().jitter(Jitter::Fraction(1.5)).validate().is_ok(), false);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Jitter {
    /// The delay is `d`.
    None,
    /// Uniform in `0..=d`. The least total work for the server; the default for growing backoffs.
    Full,
    /// Uniform in `d/2..=d`.
    Equal,
    /// Uniform between the delay after attempt 1 and three times the previous delay: a random walk
    /// that forgets how many attempts there were.
    Decorrelated,
    /// Uniform in `d * (1 - f)..=d * (1 + f)`, for `f` from 0 to 1.
    Fraction(f64),
}

/// The [`Jitter`] in one byte: a fraction has its number beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    None,
    Full,
    Equal,
    Decorrelated,
    Fraction,
}

/// Where decorrelated jitter stands, in nanoseconds.
#[derive(Clone, Copy)]
pub(crate) struct Walk {
    /// The capped base delay after attempt 1.
    pub(crate) first: u64,
    /// The delay before this attempt; `first` where there was none.
    pub(crate) previous: u64,
}

impl Jitter {
    /// The word for it in attributes, files and text; that of a fraction is the number itself.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Full => "full",
            Self::Equal => "equal",
            Self::Decorrelated => "decorrelated",
            Self::Fraction(_) => "",
        }
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        let all = [Self::None, Self::Full, Self::Equal, Self::Decorrelated];
        all.into_iter().find(|jitter| jitter.word() == word)
    }

    /// In two parts, which fill the gaps of a struct.
    pub(crate) const fn split(self) -> (Kind, f64) {
        match self {
            Self::None => (Kind::None, 0.0),
            Self::Full => (Kind::Full, 0.0),
            Self::Equal => (Kind::Equal, 0.0),
            Self::Decorrelated => (Kind::Decorrelated, 0.0),
            Self::Fraction(fraction) => (Kind::Fraction, fraction),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn joined(kind: Kind, fraction: f64) -> Self {
        match kind {
            Kind::None => Self::None,
            Kind::Full => Self::Full,
            Kind::Equal => Self::Equal,
            Kind::Decorrelated => Self::Decorrelated,
            Kind::Fraction => Self::Fraction(fraction),
        }
    }

    /// The delay that this jitter makes of the capped base delay.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn spread(self, base: u64, walk: impl FnOnce() -> Walk, draws: &mut Draws) -> u64 {
        match self {
            Self::None => base,
            Self::Full => between(0, base, draws),
            Self::Equal => between(base / 2, base, draws),
            Self::Decorrelated => {
                let Walk { first, previous } = walk();
                between(first, previous.saturating_mul(3), draws)
            }
            Self::Fraction(fraction) => {
                let part = part_of(base, fraction);
                between(base.saturating_sub(part), base.saturating_add(part), draws)
            }
        }
    }
}

/// What a fraction adds or takes at most. What is no number becomes no nanoseconds.
pub(crate) const fn part_of(base: u64, fraction: f64) -> u64 {
    from_f64(to_f64(base) * fraction.clamp(0.0, 1.0))
}

/// Uniform between `low` and `high`, both included; `low` where `high` is less.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn between(low: u64, high: u64, draws: &mut Draws) -> u64 {
    low + draws.up_to(high.saturating_sub(low))
}

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
    /// A generator's first numbers follow its seed too closely to take that as it comes.
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self::Seed(mixed(seed))
    }
}

/// The random numbers for the delay after one attempt, drawn when somebody asks.
///
/// A seeded call keeps no state from one attempt to the next, so that it can be resumed elsewhere and
/// draws there what it would have drawn here. Neighbouring seeds and neighbouring attempts draw independently.
pub(crate) struct Draws {
    random: Random,
    attempt: u32,
    seeded: Option<Rng>,
}

impl Draws {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn new(random: Random, attempt: u32) -> Self {
        Self {
            random,
            attempt,
            seeded: None,
        }
    }

    /// Uniform in `0..=most`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn up_to(&mut self, most: u64) -> u64 {
        match self.random {
            Random::Thread => fastrand::u64(0..=most),
            Random::Seed(seed) => {
                let seed = mixed(seed.wrapping_add(self.attempt.into()));
                self.seeded
                    .get_or_insert_with(|| Rng::with_seed(seed))
                    .u64(0..=most)
            }
        }
    }
}

/// One step of `SplitMix64`: one to one, and each bit of the result depends on all bits given.
const fn mixed(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::nanos::LONGEST;

    const MS: fn(u64) -> u64 = |ms| ms * 1_000_000;

    fn seeded(seed: u64) -> Draws {
        Draws::new(Random::seeded(seed), 1)
    }

    fn draws(jitter: Jitter, base: u64, previous: u64) -> (u64, u64) {
        let walk = || Walk {
            first: MS(100),
            previous: MS(previous),
        };
        let drawn = (0..4000).map(|seed| jitter.spread(MS(base), walk, &mut seeded(seed)));
        drawn.fold((u64::MAX, 0), |(low, high), d| (low.min(d), high.max(d)))
    }

    #[test]
    fn each_kind_fills_its_interval_and_stays_inside() {
        let table = [
            (Jitter::None, 1000, 1000),
            (Jitter::Full, 0, 1000),
            (Jitter::Equal, 500, 1000),
            (Jitter::Decorrelated, 100, 900),
            (Jitter::Fraction(0.25), 750, 1250),
        ];
        for (jitter, least, longest) in table {
            let (low, high) = draws(jitter, 1000, 300);
            assert!(
                MS(least) <= low && high <= MS(longest),
                "{jitter:?}: {low:?}..{high:?}"
            );
            let slack = MS((longest - least) / 100);
            assert!(
                low <= MS(least) + slack && MS(longest) <= high + slack,
                "{jitter:?}: {low:?}..{high:?}"
            );
        }
    }

    #[test]
    fn no_interval_is_empty_and_no_value_overflows() {
        assert_eq!(between(MS(9), MS(3), &mut seeded(1)), MS(9));
        let walk = || Walk {
            first: LONGEST,
            previous: LONGEST,
        };
        for jitter in [
            Jitter::Full,
            Jitter::Equal,
            Jitter::Decorrelated,
            Jitter::Fraction(f64::NAN),
            Jitter::Fraction(9.0),
        ] {
            jitter.spread(LONGEST, walk, &mut Draws::new(Random::Thread, 1));
        }
    }

    #[test]
    fn a_seed_repeats_itself_and_tells_attempts_apart() {
        let draw = |seed, n| Draws::new(Random::seeded(seed), n).up_to(u64::MAX);
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
    }
}
