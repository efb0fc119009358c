//! How long something takes: a distribution that durations are drawn from.

use std::time::Duration;

use fastrand::Rng;
use serde::Deserialize;

use crate::duration::{self, nanos};

/// A distribution of durations.
///
/// In a file: `{ fixed = "10ms" }`, `{ exponential = "10ms" }`, `{ normal = { mean = "10ms", deviation = "2ms" } }` or
/// `{ two_humped = { fast = "10ms", slow = "1s", share = 0.05 } }`.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Latency {
    /// Always this.
    Fixed(#[serde(deserialize_with = "duration::read")] Duration),
    /// Exponential with this mean: many short ones, few long ones.
    Exponential(#[serde(deserialize_with = "duration::read")] Duration),
    /// Normal; what would be negative is taken as positive.
    #[serde(rename_all = "snake_case")]
    Normal {
        /// The middle.
        #[serde(deserialize_with = "duration::read")]
        mean: Duration,
        /// The standard deviation.
        #[serde(deserialize_with = "duration::read")]
        deviation: Duration,
    },
    /// Two humps, each a quarter of its middle wide to either side.
    TwoHumped {
        /// The middle of the fast hump.
        #[serde(deserialize_with = "duration::read")]
        fast: Duration,
        /// The middle of the slow hump.
        #[serde(deserialize_with = "duration::read")]
        slow: Duration,
        /// The share of the slow hump, from 0 to 1.
        share: f64,
    },
}

impl Latency {
    /// No time at all.
    pub const NONE: Self = Self::Fixed(Duration::ZERO);

    /// Whether it is always nothing, so that no event is needed for it.
    pub(crate) fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// Nanoseconds.
    pub(crate) fn draw(self, random: &mut Rng) -> u64 {
        match self {
            Self::Fixed(length) => nanos(length),
            Self::Exponential(mean) => exponential(mean.as_secs_f64(), random),
            Self::Normal { mean, deviation } => {
                let drawn = mean.as_secs_f64() + deviation.as_secs_f64() * standard_normal(random);
                from_secs(drawn.abs())
            }
            Self::TwoHumped { fast, slow, share } => {
                let middle = if random.f64() < share { slow } else { fast };
                from_secs(middle.as_secs_f64() * (0.75 + 0.5 * random.f64()))
            }
        }
    }
}

/// Exponential with this mean in seconds, in nanoseconds.
pub(crate) fn exponential(mean: f64, random: &mut Rng) -> u64 {
    from_secs(-(1.0 - random.f64()).ln() * mean)
}

/// By Box and Muller.
fn standard_normal(random: &mut Rng) -> f64 {
    let radius = (-2.0 * (1.0 - random.f64()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.f64()).cos()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast of a float saturates and takes NaN to 0"
)]
pub(crate) fn from_secs(seconds: f64) -> u64 {
    (seconds * 1e9) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of many draws, in milliseconds.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    fn mean(latency: Latency) -> f64 {
        let mut random = Rng::with_seed(1);
        let total: u64 = (0..100_000).map(|_| latency.draw(&mut random)).sum();
        total as f64 / 100_000.0 / 1e6
    }

    #[test]
    fn draws_have_the_mean_that_was_asked_for() {
        let ms = Duration::from_millis;
        let (mean_of, deviation) = (ms(10), ms(2));
        let humps = Latency::TwoHumped {
            fast: ms(10),
            slow: ms(1000),
            share: 0.05,
        };
        let table = [
            (Latency::NONE, 0.0),
            (Latency::Fixed(ms(7)), 7.0),
            (Latency::Exponential(ms(10)), 10.0),
            (
                Latency::Normal {
                    mean: mean_of,
                    deviation,
                },
                10.0,
            ),
            (humps, 0.95 * 10.0 + 0.05 * 1000.0),
        ];
        for (latency, expected) in table {
            let drawn = mean(latency);
            assert!(
                (drawn - expected).abs() <= expected * 0.03,
                "{latency:?}: {drawn}"
            );
        }
    }
}
