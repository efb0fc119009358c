//! The switch that turns the waits of a thread off, in a user's own tests.

use core::cell::Cell;

thread_local! {
    static MOST_ATTEMPTS: Cell<Option<u32>> = const { Cell::new(None) };
}

/// The most attempts of a call that does not wait; `None` where calls wait.
pub(crate) fn most_attempts() -> Option<u32> {
    MOST_ATTEMPTS.get()
}

/// Turns the switch, and tells how it was.
pub(crate) fn turn(most_attempts: Option<u32>) -> Option<u32> {
    MOST_ATTEMPTS.replace(most_attempts)
}
