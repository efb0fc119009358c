//! What can happen to a call.

use core::time::Duration;

use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;

/// What an [`Observer`](crate::Observer) is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A cooldown holds the attempt for this long.
    CoolingDown(Duration),
    /// The attempt is about to run.
    Started,
    /// Another leg of the running attempt, the nth beside the first, is about to run.
    Hedged(u32),
    /// The attempt has ended and was judged.
    Ended(Verdict),
    /// Another attempt will follow this one, after the delay.
    Scheduled(Duration),
    /// The call is over after this attempt, whose number is 0 if a guard let none begin.
    Stopped(StopReason),
    /// The future of the call was dropped before the call was over, or its operation panicked.
    Abandoned,
}
