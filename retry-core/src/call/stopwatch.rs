//! How a call measures its own time: not at all, or from its first attempt on.

use core::time::Duration;

use crate::policy::nanos::{self, Nanos};
use crate::story::attempt::CallId;
use crate::time::timer::Clock;

/// The time of one call.
pub trait Stopwatch {
    /// The clock it is read from.
    type Timer: Clock;

    /// Whether it is read in any case.
    const TIMED: bool;

    /// The clock it is read from.
    fn timer(&self) -> &Self::Timer;

    /// The call begins now; something limits or shows its time if `asked`.
    fn start(&mut self, asked: bool);

    /// A wait is over.
    fn waited(&mut self, delay: Duration);

    /// The time since the call began, as far as it is measured.
    fn elapsed(&self) -> Duration;

    /// The waits that are over, added up.
    fn total_waited(&self) -> Duration;

    /// The id of the call, drawn when first asked for.
    fn id(&mut self) -> CallId;
}

/// Reads no clock and keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Untimed<T> {
    timer: T,
}

impl<T> Untimed<T> {
    pub(crate) const fn new(timer: T) -> Self {
        Self { timer }
    }
}

impl<T: Clock> Stopwatch for Untimed<T> {
    type Timer = T;

    const TIMED: bool = false;

    fn timer(&self) -> &T {
        &self.timer
    }

    fn start(&mut self, _: bool) {}

    fn waited(&mut self, _: Duration) {}

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn total_waited(&self) -> Duration {
        Duration::ZERO
    }

    fn id(&mut self) -> CallId {
        CallId::next()
    }
}

/// What is written down of a call for those who look at it: its id, and the waits so far.
pub trait Ledger: Default {
    /// This ledger, or that other one where this one is empty.
    type Or<L: Ledger>: Ledger;

    /// A wait of so many nanoseconds is over.
    fn waited(&mut self, nanos: u64);

    /// The waits that are over, in nanoseconds.
    fn total_waited(&self) -> u64;

    /// The id of the call.
    fn id(&mut self) -> CallId;
}

/// Nobody looks: nothing is written down.
impl Ledger for () {
    type Or<L: Ledger> = L;

    fn waited(&mut self, _: u64) {}

    fn total_waited(&self) -> u64 {
        0
    }

    fn id(&mut self) -> CallId {
        CallId::next()
    }
}

/// Somebody looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kept {
    id: Option<CallId>,
    waited: u64,
}

impl Ledger for Kept {
    type Or<L: Ledger> = Self;

    fn waited(&mut self, nanos: u64) {
        self.waited = self.waited.saturating_add(nanos);
    }

    fn total_waited(&self) -> u64 {
        self.waited
    }

    fn id(&mut self) -> CallId {
        *self.id.get_or_insert_with(CallId::next)
    }
}

/// Reads the clock, in any case if `ASKED` and otherwise if something limits or shows the time of the call.
///
/// In nanoseconds that saturate after 584 years: a waiting call holds them.
#[derive(Clone, Copy, Debug)]
pub struct Timed<T, L, const ASKED: bool> {
    timer: T,
    /// When the call began, if anybody asked.
    since: Option<Nanos>,
    ledger: L,
}

impl<T, L: Ledger, const ASKED: bool> Timed<T, L, ASKED> {
    pub(crate) fn new(timer: T) -> Self {
        Self {
            timer,
            since: None,
            ledger: L::default(),
        }
    }
}

impl<T: Clock, L: Ledger, const ASKED: bool> Stopwatch for Timed<T, L, ASKED> {
    type Timer = T;

    const TIMED: bool = ASKED;

    fn timer(&self) -> &T {
        &self.timer
    }

    fn start(&mut self, asked: bool) {
        if asked || ASKED {
            self.since = Some(Nanos::of(self.timer.now()));
        }
    }

    fn waited(&mut self, delay: Duration) {
        self.ledger.waited(nanos::of(delay));
    }

    /// Without a clock it is the waits, which an event shows.
    fn elapsed(&self) -> Duration {
        match self.since {
            None => self.total_waited(),
            Some(since) => self.timer.now().saturating_sub(since.duration()),
        }
    }

    fn total_waited(&self) -> Duration {
        Duration::from_nanos(self.ledger.total_waited())
    }

    fn id(&mut self) -> CallId {
        self.ledger.id()
    }
}
