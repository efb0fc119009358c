//! An error that tells who made it, and operations that give outcomes in turn.

use retry_core::{Rejected, TimedOut};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// Of the operation, and which attempt it was.
    Busy(u32),
    TimedOut(TimedOut),
    Rejected(Rejected),
}

impl From<TimedOut> for Failed {
    fn from(timed_out: TimedOut) -> Self {
        Self::TimedOut(timed_out)
    }
}

impl From<Rejected> for Failed {
    fn from(open: Rejected) -> Self {
        Self::Rejected(open)
    }
}

/// Fails until it has been called often enough, and then gives the number of the call.
pub(crate) fn failing(failures: u32) -> impl FnMut() -> Result<u32, Failed> {
    let mut calls = 0;
    move || {
        calls += 1;
        if calls > failures {
            Ok(calls)
        } else {
            Err(Failed::Busy(calls))
        }
    }
}

/// Gives these outcomes in turn.
pub(crate) fn script<O>(outcomes: impl IntoIterator<Item = O>) -> impl FnMut() -> O {
    let mut outcomes = outcomes.into_iter();
    move || {
        outcomes
            .next()
            .expect("no more attempts than the script allows")
    }
}
