//! How a call measures its own time: not at all, or from its first attempt on.

use core::time::Duration;

use crate::story::attempt::CallId;
use crate::time::timer::Clock;

/// The time of one call.
pub trait Stopwatch {
    /// The clock it is read from.
    type Timer: Clock;

    /// The clock it is read from.
    fn timer(&self) -> &Self::Timer;

    /// The call begins now; something limits or shows its time if `asked`.
    fn start(&mut self, asked: bool);

    /// A wait is over.
    fn waited(&mut self, delay: Duration);

    /// The time since the call began, as far as it is measured.
    fn elapsed(&self) -> Duration;

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

    fn timer(&self) -> &T {
        &self.timer
    }

    fn start(&mut self, _: bool) {}

    fn waited(&mut self, _: Duration) {}

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn id(&mut self) -> CallId {
        CallId::next()
    }
}

/// Reads the clock if something limits or shows the time of the call; otherwise adds up the waits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timed<T> {
    timer: T,
    id: Option<CallId>,
    /// When the call began if `running`, the waits so far if not: the parts of a `Duration`, whose own padding would
    /// leave the two flags no room.
    secs: u64,
    nanos: u32,
    asked: bool,
    running: bool,
}

impl<T> Timed<T> {
    /// `asked`: whether the clock runs in any case.
    pub(crate) const fn new(timer: T, asked: bool) -> Self {
        Self {
            timer,
            id: None,
            secs: 0,
            nanos: 0,
            asked,
            running: false,
        }
    }

    const fn since(&self) -> Duration {
        Duration::new(self.secs, self.nanos)
    }

    const fn set_since(&mut self, since: Duration) {
        self.secs = since.as_secs();
        self.nanos = since.subsec_nanos();
    }
}

impl<T: Clock> Stopwatch for Timed<T> {
    type Timer = T;

    fn timer(&self) -> &T {
        &self.timer
    }

    fn start(&mut self, asked: bool) {
        if asked || self.asked {
            self.running = true;
            self.set_since(self.timer.now());
        }
    }

    fn waited(&mut self, delay: Duration) {
        if !self.running {
            self.set_since(self.since().saturating_add(delay));
        }
    }

    fn elapsed(&self) -> Duration {
        if self.running {
            self.timer.now().saturating_sub(self.since())
        } else {
            self.since()
        }
    }

    fn id(&mut self) -> CallId {
        *self.id.get_or_insert_with(CallId::next)
    }
}

/// Reads the clock and adds up the waits too, for a report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tallied<T> {
    timed: Timed<T>,
    waited: Duration,
}

impl<T> Tallied<T> {
    pub(crate) const fn new(timer: T) -> Self {
        Self {
            timed: Timed::new(timer, true),
            waited: Duration::ZERO,
        }
    }

    pub(crate) const fn total_waited(&self) -> Duration {
        self.waited
    }
}

impl<T: Clock> Stopwatch for Tallied<T> {
    type Timer = T;

    fn timer(&self) -> &T {
        self.timed.timer()
    }

    fn start(&mut self, asked: bool) {
        self.timed.start(asked);
    }

    fn waited(&mut self, delay: Duration) {
        self.waited = self.waited.saturating_add(delay);
    }

    fn elapsed(&self) -> Duration {
        self.timed.elapsed()
    }

    fn id(&mut self) -> CallId {
        self.timed.id()
    }
}
