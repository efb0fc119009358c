//! What can happen to a call.

use core::time::Duration;

use crate::decide::stop::StopReason;
use crate::decide::verdict::Verdict;

/// What an [`Observer`](crate::Observer) is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The attempt is about to run.
    Started,
    /// The attempt has ended and was judged.
    Ended(Verdict),
    /// Another attempt will follow this one, after the delay.
    Scheduled(Duration),
    /// The call is over after this attempt, whose number is 0 if a guard let none begin.
    Stopped(StopReason),
    /// The future of the call was dropped before the call was over, or its operation panicked.
    Abandoned,
}
