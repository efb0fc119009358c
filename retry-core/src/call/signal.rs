//! Signals that end a wait.

use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};

/// What may end the waiting of a call.
pub trait Signal {
    /// What of an outcome is alive while the call waits.
    type Held<O>;

    /// Keeps the outcome for the case that the signal fires, or gives it back.
    fn hold<O>(outcome: O) -> (Self::Held<O>, Option<O>);

    /// The outcome, if it was kept.
    fn release<O>(held: Self::Held<O>) -> Option<O>;

    /// Whether the signal has fired. It does not wait, so that no outcome is alive over an await.
    fn fired(self: Pin<&mut Self>) -> bool;

    /// How a wait ended.
    type Ended;

    /// Waits for `sleep` or for the signal.
    fn wait<F: Future<Output = ()>>(
        self: Pin<&mut Self>,
        sleep: F,
    ) -> impl Future<Output = Self::Ended>;

    /// Whether the signal ended the wait.
    fn ended_by_signal(ended: Self::Ended) -> bool;
}

/// Nothing ends the waiting, so no outcome is alive while it lasts, and a `!Send` error does no harm.
#[derive(Clone, Copy, Debug, Default)]
pub struct Never;

impl Signal for Never {
    type Held<O> = ();

    fn hold<O>(outcome: O) -> ((), Option<O>) {
        ((), Some(outcome))
    }

    fn release<O>((): ()) -> Option<O> {
        None
    }

    fn fired(self: Pin<&mut Self>) -> bool {
        false
    }

    type Ended = ();

    /// The sleep itself, so that it is stored once.
    fn wait<F: Future<Output = ()>>(self: Pin<&mut Self>, sleep: F) -> impl Future<Output = ()> {
        sleep
    }

    fn ended_by_signal((): ()) -> bool {
        false
    }
}

/// `stop_on`: any future. It is dropped once it has fired, because a future must not be polled again.
impl<S: Future> Signal for Option<S> {
    type Held<O> = O;

    fn hold<O>(outcome: O) -> (O, Option<O>) {
        (outcome, None)
    }

    fn release<O>(held: O) -> Option<O> {
        Some(held)
    }

    fn fired(self: Pin<&mut Self>) -> bool {
        // The wait polls again, with the waker of the task.
        poll_signal(self, &mut Context::from_waker(Waker::noop()))
    }

    type Ended = bool;

    async fn wait<F: Future<Output = ()>>(mut self: Pin<&mut Self>, sleep: F) -> bool {
        let mut sleep = pin!(sleep);
        poll_fn(|cx| {
            if poll_signal(self.as_mut(), cx) {
                return Poll::Ready(true);
            }
            sleep.as_mut().poll(cx).map(|()| false)
        })
        .await
    }

    fn ended_by_signal(fired: bool) -> bool {
        fired
    }
}

fn poll_signal<S: Future>(mut signal: Pin<&mut Option<S>>, cx: &mut Context<'_>) -> bool {
    match signal.as_mut().as_pin_mut() {
        None => true,
        Some(pending) => {
            let fired = pending.poll(cx).is_ready();
            if fired {
                signal.set(None);
            }
            fired
        }
    }
}
