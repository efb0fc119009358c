//! How much of a race has passed: read from the clock where it matters, and not before.

use core::cell::Cell;
use core::time::Duration;

use crate::time::timer::Timer;

/// The time of one race. A success of the first leg needs none.
pub(super) struct Lapse<'t, T> {
    timer: &'t T,
    began: Cell<Option<Duration>>,
}

impl<'t, T: Timer> Lapse<'t, T> {
    /// The race begins now; somebody wants to know how long its legs ran if `asked`.
    pub(super) fn new(timer: &'t T, asked: bool) -> Self {
        let began = Cell::new(asked.then(|| timer.now()));
        Self { timer, began }
    }

    /// A wait for this moment of the race is over.
    pub(super) fn reached(&self, moment: Duration) {
        if self.began.get().is_none() {
            self.began
                .set(Some(self.timer.now().saturating_sub(moment)));
        }
    }

    /// What has passed. Where nobody asked so far, it counts from here.
    pub(super) fn passed(&self) -> Duration {
        match self.began.get() {
            None => {
                self.reached(Duration::ZERO);
                Duration::ZERO
            }
            Some(_) => self.so_far(),
        }
    }

    /// The same, or nothing where nobody asked so far.
    pub(super) fn so_far(&self) -> Duration {
        match self.began.get() {
            None => Duration::ZERO,
            Some(began) => self.timer.now().saturating_sub(began),
        }
    }
}
