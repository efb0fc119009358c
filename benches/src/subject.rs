//! What is measured: one way to write one scenario.

use std::hint::black_box;

use crate::operation::{Outcome, Server, poll_to_end};

/// The loop that others are compared with, where a scenario has one.
pub const BY_HAND: &str = "loop by hand";
/// The same for code that blocks.
pub const BY_HAND_BLOCKING: &str = "loop by hand, blocking";

/// One way to write one scenario.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// What it is called in the tables.
    pub name: &'static str,
    /// The name of the subject that it is compared with.
    pub baseline: &'static str,
    /// Makes so many calls.
    pub run: fn(u64),
}

impl Subject {
    /// Compared with [`BY_HAND`].
    #[must_use]
    pub const fn new(name: &'static str, run: fn(u64)) -> Self {
        Self {
            name,
            baseline: BY_HAND,
            run,
        }
    }

    /// Compared with [`BY_HAND_BLOCKING`].
    #[must_use]
    pub const fn blocking(name: &'static str, run: fn(u64)) -> Self {
        Self {
            name,
            baseline: BY_HAND_BLOCKING,
            run,
        }
    }
}

/// Makes `calls` calls of a server that fails `failures` times in each.
///
/// Inside a runtime whose clock is paused, because some peers always wait on tokio's timer.
///
/// # Panics
///
/// Where the system refuses a runtime, or a call ends otherwise than it must.
pub fn repeat<F>(calls: u64, failures: u32, call: impl Fn(&'static Server) -> F)
where
    F: Future<Output = Outcome>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("the system gives a runtime");
    let _inside = runtime.enter();
    let server = Server::leak(failures);
    for _ in 0..calls {
        let outcome = poll_to_end(call(black_box(server)));
        assert!(matches!(outcome, Ok(n) if n == failures));
    }
}

/// The same for code that blocks.
///
/// # Panics
///
/// As [`repeat`].
pub fn repeat_blocking(calls: u64, failures: u32, call: impl Fn(&'static Server) -> Outcome) {
    let server = Server::leak(failures);
    for _ in 0..calls {
        let outcome = call(black_box(server));
        assert!(matches!(outcome, Ok(n) if n == failures));
    }
}
