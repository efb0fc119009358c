//! Time: where the drivers read it and how they wait.

use core::pin::pin;
use core::task::{Context, Waker};
use core::time::Duration;
use std::sync::Arc;
use std::task::Wake;
use std::thread::{self, Thread};

/// A clock and a way to wait.
///
/// The features `tokio` and `smol` bring one. Any other runtime, a simulator or a test implements it in two lines.
///
/// ```
/// use retry_core::{Policy, Timer};
/// use std::sync::Mutex;
/// use std::time::Duration;
///
/// /// Time that passes only while somebody waits.
/// #[derive(Default)]
/// struct Virtual(Mutex<Duration>);
///
/// impl Timer for Virtual {
///     fn now(&self) -> Duration {
///         *self.0.lock().unwrap()
///     }
///     async fn sleep(&self, delay: Duration) {
///         *self.0.lock().unwrap() += delay;
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let time = Virtual::default();
/// let policy = Policy::new().max_attempts(3).fixed(Duration::from_secs(3600));
/// let outcome: Option<u8> = policy.timer(&time).retry(async || None).await;
/// assert_eq!((outcome, time.now()), (None, Duration::from_secs(7200)));
///
/// let outcome: Option<u8> = policy.timer(&time).retry_blocking(|| None);
/// assert_eq!((outcome, time.now()), (None, Duration::from_secs(14400)));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "no timer to wait with",
    label = "`{Self}` is not a `retry_core::Timer`",
    note = "enable the feature `tokio` or `smol` of `retry-core`, or name a timer of your own with `timer`"
)]
pub trait Timer {
    /// The time since some moment in the past, always the same one.
    fn now(&self) -> Duration;

    /// Completes once `delay` has passed.
    fn sleep(&self, delay: Duration) -> impl Future<Output = ()> + Send;

    /// Returns once `delay` has passed: what the blocking drivers wait with.
    ///
    /// Unless a timer says otherwise, the thread waits for [`sleep`](Self::sleep), which something else has to wake.
    fn sleep_blocking(&self, delay: Duration) {
        block_on(self.sleep(delay));
    }
}

fn block_on(future: impl Future<Output = ()>) {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    while future
        .as_mut()
        .poll(&mut Context::from_waker(&waker))
        .is_pending()
    {
        thread::park();
    }
}

impl<T: Timer + ?Sized> Timer for &T {
    fn now(&self) -> Duration {
        T::now(self)
    }

    fn sleep(&self, delay: Duration) -> impl Future<Output = ()> + Send {
        T::sleep(self, delay)
    }

    fn sleep_blocking(&self, delay: Duration) {
        T::sleep_blocking(self, delay);
    }
}

impl<T: Timer + ?Sized> Timer for Arc<T> {
    fn now(&self) -> Duration {
        T::now(self)
    }

    fn sleep(&self, delay: Duration) -> impl Future<Output = ()> + Send {
        T::sleep(self, delay)
    }

    fn sleep_blocking(&self, delay: Duration) {
        T::sleep_blocking(self, delay);
    }
}

/// The timer of the runtime that the features name.
///
/// With `tokio` and `smol` both on, tokio's timer is used inside a tokio runtime and smol's elsewhere.
/// With neither it can only block.
///
/// # Panics
///
/// With `tokio` alone, waiting outside a tokio runtime panics, as it does in one that was built without `enable_time` (or
/// `enable_all`). It is the first retry that waits, or the first attempt where attempts have a timeout; without one, a call
/// whose first attempt succeeds does not show it.
#[derive(Clone, Copy, Debug, Default)]
pub struct DefaultTimer;

#[cfg(any(feature = "tokio", feature = "smol"))]
impl Timer for DefaultTimer {
    fn now(&self) -> Duration {
        default_clock::now()
    }

    fn sleep_blocking(&self, delay: Duration) {
        thread::sleep(delay);
    }

    #[cfg(not(feature = "smol"))]
    fn sleep(&self, delay: Duration) -> impl Future<Output = ()> + Send {
        // Its own panic would name neither the feature nor the way out.
        assert!(
            tokio::runtime::Handle::try_current().is_ok(),
            "the feature `tokio` of `retry-core` waits inside a tokio runtime only: make the call in one, enable the \
             feature `smol`, or name a timer of your own with `timer`"
        );
        tokio::time::sleep(delay)
    }

    #[cfg(not(feature = "tokio"))]
    async fn sleep(&self, delay: Duration) {
        async_io::Timer::after(delay).await;
    }

    #[cfg(all(feature = "tokio", feature = "smol"))]
    async fn sleep(&self, delay: Duration) {
        if tokio::runtime::Handle::try_current().is_ok() {
            tokio::time::sleep(delay).await;
        } else {
            async_io::Timer::after(delay).await;
        }
    }
}

/// The timer of a bare policy, as a bound that mentions a type parameter: one that mentions none has to hold where it
/// is written, and without a feature the default timer is no [`Timer`].
#[diagnostic::on_unimplemented(
    message = "no timer to wait with",
    label = "no runtime is named",
    note = "enable the feature `tokio` or `smol` of `retry-core`, or name a timer of your own with `timer`"
)]
pub trait RuntimeTimer<O> {
    /// What waits.
    type Timer: Timer;

    /// What waits.
    const TIMER: Self::Timer;
}

#[cfg(any(feature = "tokio", feature = "smol"))]
impl<O> RuntimeTimer<O> for DefaultTimer {
    type Timer = Self;
    const TIMER: Self = Self;
}

/// What the blocking drivers need: every timer, and the default one even where it cannot wait asynchronously.
pub trait Clock {
    /// The time since some moment in the past, always the same one.
    fn now(&self) -> Duration;

    /// Returns once `delay` has passed.
    fn pause(&self, delay: Duration);
}

impl<T: Timer> Clock for T {
    fn now(&self) -> Duration {
        Timer::now(self)
    }

    fn pause(&self, delay: Duration) {
        self.sleep_blocking(delay);
    }
}

#[cfg(not(any(feature = "tokio", feature = "smol")))]
impl Clock for DefaultTimer {
    fn now(&self) -> Duration {
        default_clock::now()
    }

    fn pause(&self, delay: Duration) {
        thread::sleep(delay);
    }
}

mod default_clock {
    use std::sync::OnceLock;
    use std::time::{Duration, Instant};

    /// A day before the first look, because a runtime's paused clock may lie a little in the past.
    static ORIGIN: OnceLock<Instant> = OnceLock::new();
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    pub(super) fn now() -> Duration {
        let origin = ORIGIN.get_or_init(|| {
            let now = Instant::now();
            now.checked_sub(DAY).unwrap_or(now)
        });
        instant().saturating_duration_since(*origin)
    }

    /// Outside a runtime, tokio's clock is the system's.
    #[cfg(feature = "tokio")]
    fn instant() -> Instant {
        tokio::time::Instant::now().into_std()
    }

    #[cfg(not(feature = "tokio"))]
    fn instant() -> Instant {
        Instant::now()
    }
}
