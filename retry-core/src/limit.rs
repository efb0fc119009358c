//! `attempt_timeout`: how long one attempt may take.

use core::convert::Infallible;
use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

use crate::error::TimedOut;
use crate::timer::Timer;

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
    poll_fn(|cx| match attempt.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        Poll::Pending => deadline
            .as_mut()
            .poll(cx)
            .map(|()| Err(TimedOut::new(limit))),
    })
    .await
}
