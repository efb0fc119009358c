//! `attempt_timeout`: how long one attempt may take.

use core::cell::Cell;
use core::convert::Infallible;
use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, ready};
use core::time::Duration;

use crate::story::error::TimedOut;
use crate::time::timer::Timer;

/// How long an attempt may take.
pub trait AttemptLimit: Copy {
    /// What is said of an attempt that took longer.
    type Expired;

    /// Whether there is a limit, and so a clock.
    const LIMITS: bool;

    /// Runs an attempt, at most for the limit and for what is `left` of the call.
    fn run<F: Future>(
        self,
        timer: &impl Timer,
        left: Option<Duration>,
        attempt: F,
    ) -> impl Future<Output = Result<F::Output, Self::Expired>>;
}

/// As long as it takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLimit;

impl AttemptLimit for NoLimit {
    type Expired = Infallible;
    const LIMITS: bool = false;

    async fn run<F: Future>(
        self,
        _: &impl Timer,
        _: Option<Duration>,
        attempt: F,
    ) -> Result<F::Output, Infallible> {
        Ok(attempt.await)
    }
}

/// At most this long.
#[derive(Clone, Copy, Debug)]
pub struct Within(pub(crate) Duration);

impl AttemptLimit for Within {
    type Expired = TimedOut;
    const LIMITS: bool = true;

    fn run<F: Future>(
        self,
        timer: &impl Timer,
        left: Option<Duration>,
        attempt: F,
    ) -> impl Future<Output = Result<F::Output, TimedOut>> {
        within(timer, left.map_or(self.0, |left| left.min(self.0)), attempt)
    }
}

async fn within<F: Future>(
    timer: &impl Timer,
    limit: Duration,
    attempt: F,
) -> Result<F::Output, TimedOut> {
    let mut attempt = pin!(attempt);
    let mut deadline = pin!(timer.sleep(limit));
    // The attempt first: a result that is ready counts, even at the last moment.
    poll_fn(|cx| {
        if let Poll::Ready(output) = attempt.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        ready!(deadline.as_mut().poll(cx));
        Poll::Ready(match poll_for_the_last_time(attempt.as_mut(), cx) {
            Poll::Ready(output) => Ok(output),
            Poll::Pending => Err(TimedOut::new(limit)),
        })
    })
    .await
}

thread_local! {
    static OUT_OF_TIME: Cell<bool> = const { Cell::new(false) };
}

fn poll_for_the_last_time<F: Future>(
    attempt: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    /// Attempts nest, and may panic.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            OUT_OF_TIME.set(self.0);
        }
    }
    let _restore = Restore(OUT_OF_TIME.replace(true));
    attempt.poll(cx)
}

/// Whether the attempt that is being polled has used up its `attempt_timeout`, and is polled for the last time.
///
/// For futures that know their outcome before they are done with it: one that tidies up, such as reading the rest of a
/// body, ends at once where this is true, and its outcome is not lost. It is false everywhere else.
///
/// ```
/// use retry_core::{Policy, TimedOut, out_of_time};
/// use std::future::poll_fn;
/// use std::task::Poll;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// # struct Failed;
/// # impl From<TimedOut> for Failed { fn from(_: TimedOut) -> Self { Self } }
/// let outcome: Result<&str, Failed> = Policy::new()
///     .attempt_timeout(Duration::from_millis(1))
///     .retry(async || {
///         let tidied = poll_fn(|_| if out_of_time() { Poll::Ready(()) } else { Poll::Pending });
///         tidied.await;
///         Ok("known all along")
///     })
///     .await;
/// assert!(matches!(outcome, Ok("known all along")));
/// assert!(!out_of_time());
/// # }
/// ```
#[must_use]
pub fn out_of_time() -> bool {
    OUT_OF_TIME.get()
}
