//! For a user's own tests: time that tests control, outcomes from a script, and a switch that turns waits off.

use core::future::poll_fn;
use core::marker::PhantomData;
use core::task::{Poll, Waker};
use core::time::Duration;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::decide::hurry;
use crate::time::timer::Timer;

/// A clock that only the test moves, and that remembers every wait.
///
/// Clones share their time. A blocking wait moves the clock itself, because its thread can do nothing else.
///
/// ```
/// use retry_core::{Policy, test_util::ManualClock};
/// use std::time::Duration;
///
/// let clock = ManualClock::skipping();
/// let policy = Policy::new().max_attempts(3).exp_multiplier(Duration::from_secs(1));
/// let policy = policy.jitter(retry_core::Jitter::None);
/// let _ = policy.timer(&clock).retry_blocking(|| None::<u8>);
/// clock.assert_waits(&[Duration::from_secs(1), Duration::from_secs(2)]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ManualClock {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    now: Duration,
    skips: bool,
    waits: Vec<Duration>,
    sleepers: Vec<Waker>,
}

impl ManualClock {
    /// A clock that stands still until [`advance`](Self::advance).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A clock that every wait moves forward by itself, so that no wait takes real time.
    #[must_use]
    pub fn skipping() -> Self {
        let clock = Self::default();
        clock.state().skips = true;
        clock
    }

    /// Moves the clock forward and wakes whoever waited for that.
    pub fn advance(&self, by: Duration) {
        let sleepers = {
            let mut state = self.state();
            state.now = state.now.saturating_add(by);
            core::mem::take(&mut state.sleepers)
        };
        sleepers.into_iter().for_each(Waker::wake);
    }

    /// Every wait that was begun, in order.
    #[must_use]
    pub fn waits(&self) -> Vec<Duration> {
        self.state().waits.clone()
    }

    /// Asserts the waits that were begun.
    ///
    /// # Panics
    ///
    /// If they differ, with both lists.
    #[track_caller]
    pub fn assert_waits(&self, expected: &[Duration]) {
        let waits = self.waits();
        assert!(
            waits == expected,
            "expected the waits {expected:?}, but there were {waits:?}"
        );
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin_wait(&self, delay: Duration) -> Duration {
        let mut state = self.state();
        state.waits.push(delay);
        let end = state.now.saturating_add(delay);
        if state.skips {
            state.now = end;
        }
        end
    }
}

impl Timer for ManualClock {
    fn now(&self) -> Duration {
        self.state().now
    }

    async fn sleep(&self, delay: Duration) {
        let end = self.begin_wait(delay);
        poll_fn(|cx| {
            let mut state = self.state();
            if state.now >= end {
                return Poll::Ready(());
            }
            state.sleepers.push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn sleep_blocking(&self, delay: Duration) {
        let end = self.begin_wait(delay);
        let mut state = self.state();
        state.now = state.now.max(end);
    }
}

/// Outcomes in order, one an attempt.
///
/// ```
/// use retry_core::{Policy, test_util::Script};
///
/// let script = Script::new([Err("busy"), Ok(200)]);
/// let policy = Policy::new().fixed(std::time::Duration::ZERO);
/// assert_eq!(policy.retry_blocking(|| script.next()), Ok(200));
/// script.assert_attempts(2);
/// ```
#[derive(Debug)]
pub struct Script<O> {
    rest: Mutex<std::vec::IntoIter<O>>,
    length: usize,
}

impl<O> Script<O> {
    /// A script of these outcomes.
    pub fn new(outcomes: impl IntoIterator<Item = O>) -> Self {
        let outcomes: Vec<_> = outcomes.into_iter().collect();
        Self {
            length: outcomes.len(),
            rest: Mutex::new(outcomes.into_iter()),
        }
    }

    /// The outcome of the next attempt.
    ///
    /// # Panics
    ///
    /// If the script is over: there was an attempt too many.
    #[track_caller]
    pub fn next(&self) -> O {
        let outcome = self.rest().next();
        let length = self.length;
        outcome.unwrap_or_else(|| panic!("an attempt after the {length} that the script has"))
    }

    /// Asserts how many attempts were made.
    ///
    /// # Panics
    ///
    /// If there were more or fewer.
    #[track_caller]
    pub fn assert_attempts(&self, expected: usize) {
        let made = self.length - self.rest().len();
        assert!(
            made == expected,
            "expected {expected} attempts, but there were {made}"
        );
    }

    fn rest(&self) -> MutexGuard<'_, std::vec::IntoIter<O>> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Turns every wait of this thread's calls off, and caps their attempts, until it is dropped.
///
/// It reaches calls deep inside the code under test, whatever their policies say. A call that runs on another thread
/// is not touched.
///
/// ```
/// use retry_core::{Policy, test_util::WithoutWaits};
/// use std::time::Duration;
///
/// let _fast = WithoutWaits::capped(2);
/// let mut attempts = 0;
/// let policy = Policy::new().max_attempts(9).fixed(Duration::from_secs(3600));
/// let _ = policy.retry_blocking(|| { attempts += 1; None::<u8> });
/// assert_eq!(attempts, 2);
/// ```
#[derive(Debug)]
#[must_use = "the switch is off again as soon as this is dropped"]
pub struct WithoutWaits {
    before: Option<u32>,
    /// The switch belongs to its thread.
    not_send: PhantomData<*const ()>,
}

impl WithoutWaits {
    /// No waits, and at most this many attempts a call; 0 acts as 1.
    pub fn capped(max_attempts: u32) -> Self {
        let before = hurry::turn(Some(max_attempts));
        Self {
            before,
            not_send: PhantomData,
        }
    }
}

impl Drop for WithoutWaits {
    fn drop(&mut self) {
        hurry::turn(self.before);
    }
}
