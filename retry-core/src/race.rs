//! A hedged attempt as a state machine, for those who drive one themselves: a simulator, another runtime.
//!
//! It is told what the legs do and what time it is, and answers when the next leg starts and whose outcome stands. Times are
//! nanoseconds on the caller's clock. [`policy.hedge`](crate::Policy::hedge) is a driver of it.
//!
//! ```
//! use retry_core::Verdict;
//! use retry_core::race::{Race, RaceStep, RaceTerms};
//!
//! const MS: u64 = 1_000_000;
//! let mut race = Race::begin(RaceTerms::new(Some(20 * MS)), 0);
//! assert_eq!(race.tick(0), RaceStep::WaitUntil(20 * MS));
//! assert_eq!(race.tick(20 * MS), RaceStep::Start);
//! assert_eq!(race.started(20 * MS), RaceStep::Wait);
//! let RaceStep::Finish(end) = race.outcome(1, Verdict::Done, "fast", 25 * MS) else {
//!     panic!("the first success ends the race");
//! };
//! assert_eq!((end.leg, end.outcome), (1, "fast"));
//! ```

pub use crate::decide::race::{Race, RaceEnd, RaceStep, RaceTerms};
