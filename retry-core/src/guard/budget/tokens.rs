//! What a budget pays with.

use core::sync::atomic::Ordering::Relaxed;
use core::time::Duration;

use super::TOKEN;
use super::memory::Memory;
use crate::guard::sync::AtomicU64;

pub(super) enum Tokens {
    /// In one bucket.
    Kept(AtomicU64),
    /// In deposits that are forgotten, and what is left of the reserve, which is not.
    Remembered { reserve: AtomicU64, memory: Memory },
}

impl Tokens {
    pub(super) const fn new(reserve: u64, window: Option<Duration>) -> Self {
        let start = AtomicU64::new(reserve);
        match window {
            None => Self::Kept(start),
            Some(window) => Self::Remembered {
                reserve: start,
                memory: Memory::new(window),
            },
        }
    }

    pub(super) const fn window(&self) -> Option<Duration> {
        match self {
            Self::Kept(_) => None,
            Self::Remembered { memory, .. } => Some(memory.window()),
        }
    }

    /// The time is asked for only where something is forgotten.
    pub(super) fn tell(&self, now: impl FnOnce() -> Duration) {
        if let Self::Remembered { memory, .. } = self {
            memory.tell(now());
        }
    }

    pub(super) fn deposit(&self, amount: u64, capacity: u64) {
        match self {
            Self::Kept(tokens) => add(tokens, amount, capacity),
            Self::Remembered { reserve, memory } => memory.deposit(amount, room(reserve, capacity)),
        }
    }

    /// Whether there was a whole one.
    pub(super) fn withdraw(&self, capacity: u64) -> bool {
        match self {
            Self::Kept(tokens) => take(tokens),
            Self::Remembered { reserve, memory } => {
                memory.withdraw(room(reserve, capacity)) || take(reserve)
            }
        }
    }

    pub(super) fn give_back(&self, capacity: u64) {
        match self {
            Self::Kept(tokens) => add(tokens, TOKEN, capacity),
            Self::Remembered { memory, .. } => memory.give_back(),
        }
    }

    pub(super) fn amount(&self, capacity: u64) -> u64 {
        match self {
            Self::Kept(tokens) => tokens.load(Relaxed),
            Self::Remembered { reserve, memory } => {
                memory.tokens(room(reserve, capacity)) + reserve.load(Relaxed)
            }
        }
    }
}

/// What the reserve leaves of the capacity.
fn room(reserve: &AtomicU64, capacity: u64) -> u64 {
    capacity.saturating_sub(reserve.load(Relaxed))
}

// An addition that is corrected afterwards would be wait-free, but others would see the excess and spend it.
// A full bucket is only read: its cache line stays shared between cores.
fn add(tokens: &AtomicU64, amount: u64, capacity: u64) {
    let filled = |tokens: u64| {
        let more = tokens.saturating_add(amount).min(capacity);
        (more != tokens).then_some(more)
    };
    let _full = tokens.fetch_update(Relaxed, Relaxed, filled);
}

fn take(tokens: &AtomicU64) -> bool {
    let taken = |tokens: u64| tokens.checked_sub(TOKEN);
    tokens.fetch_update(Relaxed, Relaxed, taken).is_ok()
}
