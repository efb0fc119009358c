//! The random part of a delay.

use crate::policy::nanos::{LONGEST, from_f64, shorter, to_f64};
use crate::policy::random::Draws;
use crate::policy::rule::UNUSUAL;

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
///
/// The usual ones are those below [`UNUSUAL`]: their byte is the shift that leaves of a delay what is not left to chance.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// All of it.
    None = 0,
    /// Half of it.
    Equal = 1,
    /// Nothing: the highest bit of a delay is 0.
    Full = 63,
    Decorrelated = UNUSUAL,
    Fraction,
}

impl Kind {
    /// The part of a delay that is not left to chance, of a usual kind.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) const fn certain(self, base: u64) -> u64 {
        base >> self as u8
    }
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
    pub(crate) fn spread(self, base: u64, walk: impl FnOnce() -> Walk, draws: &mut Draws) -> u64 {
        match self {
            Self::None => base,
            Self::Full => between(0, base, draws),
            Self::Equal => between(base / 2, base, draws),
            Self::Decorrelated => {
                let Walk { first, previous } = walk();
                between(first, shorter(previous.saturating_mul(3), LONGEST), draws)
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
pub(crate) fn between(low: u64, high: u64, draws: &mut Draws) -> u64 {
    low + draws.up_to(high.saturating_sub(low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::random::Random;

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
    fn the_byte_of_a_usual_kind_is_the_shift_that_leaves_what_is_certain() {
        for base in [0, 1, 7, LONGEST] {
            assert_eq!(Kind::None.certain(base), base);
            assert_eq!(Kind::Equal.certain(base), base / 2);
            assert_eq!(Kind::Full.certain(base), 0);
        }
    }
}
