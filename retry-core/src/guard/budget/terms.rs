//! What a budget was told, in billionths of a token.

/// Decimal, so that ratios written in decimal are exact. `u32::MAX` tokens fit into a `u64` with room to spare.
pub(super) const TOKEN: u64 = 1_000_000_000;
pub(super) const MAX_RATIO: f64 = 1000.0;
pub(super) const DEFAULT_RESERVE: u32 = 10;
pub(super) const DEFAULT_CAPACITY: u32 = 100;

#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) ratio: u64,
    /// As it was said: the capacity may be less.
    pub(super) reserve: u64,
    pub(super) capacity: u64,
}

impl Terms {
    pub(super) const fn new(ratio: f64) -> Self {
        Self {
            ratio: fixed_point(ratio),
            reserve: whole(DEFAULT_RESERVE),
            capacity: whole(DEFAULT_CAPACITY),
        }
    }

    /// What is there before any call.
    pub(super) const fn start(&self) -> u64 {
        if self.reserve < self.capacity {
            self.reserve
        } else {
            self.capacity
        }
    }
}

pub(super) const fn whole(tokens: u32) -> u64 {
    tokens as u64 * TOKEN
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the cast of a float saturates and takes NaN to 0"
)]
const fn fixed_point(ratio: f64) -> u64 {
    let ratio = if ratio > MAX_RATIO { MAX_RATIO } else { ratio };
    (ratio * TOKEN as f64 + 0.5) as u64
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
pub(super) fn in_tokens(amount: u64) -> f64 {
    amount as f64 / TOKEN as f64
}
