//! Who calls, and how often.

use std::time::Duration;

use serde::Deserialize;

use crate::duration::{self, nanos};
use crate::span::Span;

/// A fleet of clients: each is a process with guards of its own.
///
/// - **Open**: calls come at random (Poisson) whatever became of earlier ones, as those of a site's visitors do.
/// - **Paced**: the same, but each client makes one call at a time, and a call that is due waits for the one before.
/// - **Closed**: each client makes one call, thinks, and makes the next.
/// - **At once**: each client makes one call, all at the same moment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clients {
    /// How many; 1 unless said otherwise.
    #[serde(default = "one")]
    pub(crate) count: u32,
    /// When they call.
    pub(crate) calls: Calls,
    /// When they call more, or less.
    #[serde(default)]
    pub(crate) surges: Vec<Surge>,
}

fn one() -> u32 {
    1
}

/// When clients call.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Calls {
    /// So many a second, of all clients together.
    Open { rate: f64 },
    /// So many a second of all clients together, one at a time of each.
    Paced { rate: f64 },
    /// One after the other, and this long between them.
    Closed {
        #[serde(deserialize_with = "duration::read")]
        think: Duration,
    },
    /// One each, at this time.
    AtOnce {
        #[serde(deserialize_with = "duration::read")]
        at: Duration,
    },
}

/// A time in which more calls come, or fewer. Where surges overlap, their factors are multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Surge {
    #[serde(deserialize_with = "duration::read")]
    pub(crate) at: Duration,
    #[serde(deserialize_with = "duration::read")]
    pub(crate) lasts: Duration,
    /// How many times as many.
    pub(crate) times: f64,
    /// How many times as many at its end, where that is another number: it grows or falls evenly in between.
    pub(crate) until: Option<f64>,
}

impl Surge {
    pub(crate) const fn span(&self) -> Span {
        Span::new(self.at, self.lasts)
    }

    #[expect(clippy::cast_precision_loss, reason = "a share of a span")]
    fn factor(&self, now: u64) -> f64 {
        if !self.span().holds(now) {
            return 1.0;
        }
        let passed = (now - nanos(self.at)) as f64 / nanos(self.lasts).max(1) as f64;
        self.times + (self.until.unwrap_or(self.times) - self.times) * passed
    }

    fn most(&self) -> f64 {
        self.until.unwrap_or(self.times).max(self.times).max(1.0)
    }
}

impl Clients {
    /// So many calls a second, of all clients together, whatever becomes of them.
    #[must_use]
    pub const fn open(count: u32, rate: f64) -> Self {
        Self::new(count, Calls::Open { rate })
    }

    /// So many calls a second, of all clients together, where each client makes one at a time.
    #[must_use]
    pub const fn paced(count: u32, rate: f64) -> Self {
        Self::new(count, Calls::Paced { rate })
    }

    /// One call after the other, and `think` between the end of one and the next.
    #[must_use]
    pub const fn closed(count: u32, think: Duration) -> Self {
        Self::new(count, Calls::Closed { think })
    }

    /// One call each, all at the time `at`.
    #[must_use]
    pub const fn at_once(count: u32, at: Duration) -> Self {
        Self::new(count, Calls::AtOnce { at })
    }

    const fn new(count: u32, calls: Calls) -> Self {
        Self {
            count,
            calls,
            surges: Vec::new(),
        }
    }

    /// For `lasts` from `at` on, calls come `times` as often.
    #[must_use]
    pub fn surge(self, at: Duration, lasts: Duration, times: f64) -> Self {
        self.ramp(at, lasts, times, times)
    }

    /// For `lasts` from `at` on, calls come `from` times as often at first and `to` times at last.
    #[must_use]
    pub fn ramp(mut self, at: Duration, lasts: Duration, from: f64, to: f64) -> Self {
        self.surges.push(Surge {
            at,
            lasts,
            times: from,
            until: Some(to),
        });
        self
    }

    /// By how much calls are more now.
    pub(crate) fn factor(&self, now: u64) -> f64 {
        self.surges.iter().map(|surge| surge.factor(now)).product()
    }

    /// No factor is ever above this.
    pub(crate) fn most(&self) -> f64 {
        self.surges.iter().map(Surge::most).product()
    }
}
