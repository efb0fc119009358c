//! The operation that every subject repeats, and the smallest executor that can drive it.

use std::cell::Cell;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// What an attempt gives.
pub type Outcome = Result<u32, Busy>;

/// The only thing that goes wrong.
#[derive(Clone, Copy, Debug)]
pub struct Busy;

/// In place of an attempt that a guard refuses. None does here.
impl From<retry_core::Rejected> for Busy {
    fn from(_: retry_core::Rejected) -> Self {
        Self
    }
}

/// The predicate of `retry-if`.
#[must_use]
pub fn failed(outcome: &Outcome) -> bool {
    outcome.is_err()
}

/// Fails so many times, then succeeds once, and so on.
#[derive(Debug)]
pub struct Server {
    attempts: Cell<u32>,
    failures: u32,
}

impl Server {
    /// A server that lives as long as the process: some peers ask for `'static`.
    #[must_use]
    pub fn leak(failures: u32) -> &'static Self {
        let attempts = Cell::new(0);
        Box::leak(Box::new(Self { attempts, failures }))
    }

    /// One attempt. The compiler knows nothing of its outcome.
    ///
    /// # Errors
    ///
    /// [`Busy`], until it has failed often enough.
    #[inline]
    pub fn attempt(&self) -> Outcome {
        let attempts = self.attempts.get();
        if black_box(attempts) < self.failures {
            self.attempts.set(attempts + 1);
            Err(Busy)
        } else {
            self.attempts.set(0);
            Ok(black_box(attempts))
        }
    }

    /// The same, to be awaited.
    ///
    /// # Errors
    ///
    /// As [`attempt`](Self::attempt).
    #[expect(clippy::unused_async, reason = "an operation that is ready at once")]
    #[inline]
    pub async fn call(&self) -> Outcome {
        self.attempt()
    }
}

/// Polls a future until it is ready: it must make progress by being polled alone.
pub fn poll_to_end<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
