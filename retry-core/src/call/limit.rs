//! `attempt_timeout`: how long one attempt may take.

use core::cell::Cell;
use core::convert::Infallible;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::story::error::TimedOut;

/// How long an attempt may take.
pub trait AttemptLimit: Copy + Send + Sync {
    /// Whether there is a limit, and so a clock.
    const LIMITS: bool;

    /// What is said of an attempt that took longer.
    type Expired;

    /// What ends an attempt.
    type Deadline<S: Future<Output = ()> + Send>: Deadline<Expired = Self::Expired> + Send;

    /// What ends an attempt that begins now: at most after the limit, and after what is `left` of the call.
    fn deadline<S: Future<Output = ()> + Send>(
        self,
        left: Option<Duration>,
        sleep: impl FnOnce(Duration) -> S,
    ) -> Self::Deadline<S>;
}

/// What ends an attempt.
pub trait Deadline {
    /// What is said of an attempt that took longer.
    type Expired;

    /// Whether the time is up.
    fn poll_end(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Expired>;
}

/// As long as it takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLimit;

impl AttemptLimit for NoLimit {
    const LIMITS: bool = false;

    type Expired = Infallible;

    type Deadline<S: Future<Output = ()> + Send> = ();

    fn deadline<S: Future<Output = ()> + Send>(
        self,
        _: Option<Duration>,
        _: impl FnOnce(Duration) -> S,
    ) {
    }
}

impl Deadline for () {
    type Expired = Infallible;

    fn poll_end(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Infallible> {
        Poll::Pending
    }
}

/// At most this long.
#[derive(Clone, Copy, Debug)]
pub struct Within(pub(crate) Duration);

impl AttemptLimit for Within {
    const LIMITS: bool = true;

    type Expired = TimedOut;

    type Deadline<S: Future<Output = ()> + Send> = After<S>;

    fn deadline<S: Future<Output = ()> + Send>(
        self,
        left: Option<Duration>,
        sleep: impl FnOnce(Duration) -> S,
    ) -> After<S> {
        let limit = left.map_or(self.0, |left| left.min(self.0));
        After {
            sleep: sleep(limit),
            limit,
        }
    }
}

pin_project! {
    /// The end of the time that an attempt is given.
    #[derive(Debug)]
    pub struct After<S> {
        #[pin] sleep: S,
        limit: Duration,
    }
}

impl<S: Future<Output = ()>> Deadline for After<S> {
    type Expired = TimedOut;

    fn poll_end(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<TimedOut> {
        let this = self.project();
        this.sleep.poll(cx).map(|()| TimedOut::new(*this.limit))
    }
}

pin_project! {
    /// An attempt up to its deadline.
    #[derive(Debug)]
    pub struct Attempting<F, D> {
        #[pin] attempt: F,
        #[pin] deadline: D,
    }
}

impl<F, D> Attempting<F, D> {
    pub(crate) const fn new(attempt: F, deadline: D) -> Self {
        Self { attempt, deadline }
    }
}

impl<F: Future, D: Deadline> Future for Attempting<F, D> {
    type Output = Result<F::Output, D::Expired>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        // The attempt first: a result that is ready counts, even at the last moment.
        if let Poll::Ready(output) = this.attempt.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        let expired = ready!(this.deadline.poll_end(cx));
        Poll::Ready(match poll_for_the_last_time(this.attempt, cx) {
            Poll::Ready(output) => Ok(output),
            Poll::Pending => Err(expired),
        })
    }
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
/// The last poll reaches what the attempt polls itself; a task that it spawned, or one of many futures that are polled
/// only when they are woken, does not hear of it.
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

#[cfg(test)]
mod tests {
    use super::*;
    use core::future::{pending, poll_fn};
    use core::pin::pin;
    use core::task::Waker;

    /// Over from the beginning.
    struct Over;

    impl Deadline for Over {
        type Expired = ();

        fn poll_end(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            Poll::Ready(())
        }
    }

    #[test]
    fn an_attempt_within_another_leaves_that_out_of_time() {
        let mut seen = Vec::new();
        let outer = poll_fn(|cx| {
            let before = out_of_time();
            let inner = pin!(Attempting::new(pending::<()>(), Over)).poll(cx);
            assert_eq!(inner, Poll::Ready(Err(())));
            seen.push((before, out_of_time()));
            Poll::<()>::Pending
        });
        let mut cx = Context::from_waker(Waker::noop());
        let ended = pin!(Attempting::new(outer, Over)).poll(&mut cx);
        assert_eq!(ended, Poll::Ready(Err(())));
        assert_eq!(seen, [(false, false), (true, true)]);
        assert!(!out_of_time());
    }
}
