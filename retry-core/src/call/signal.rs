//! Signals that end a wait.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;

/// What may end the waiting of a call.
pub trait Signal: Default {
    /// What of an outcome is alive while the call waits.
    type Held<O>;

    /// No outcome yet.
    fn nothing<O>() -> Self::Held<O>;

    /// Keeps the outcome for the case that the signal fires, or gives it back.
    fn hold<O>(outcome: O) -> (Self::Held<O>, Option<O>);

    /// The outcome, if it was kept.
    fn release<O>(held: Self::Held<O>) -> Option<O>;

    /// Whether the signal has fired.
    fn poll_fired(&mut self, cx: &mut Context<'_>) -> bool;

    /// Whether the signal has fired by now; whoever waits for it polls again, with the waker of the task.
    fn has_fired(&mut self) -> bool {
        self.poll_fired(&mut Context::from_waker(Waker::noop()))
    }
}

/// Nothing ends the waiting, so no outcome is alive while it lasts, and a `!Send` error does no harm.
#[derive(Clone, Copy, Debug, Default)]
pub struct Never;

impl Signal for Never {
    type Held<O> = ();

    fn nothing<O>() {}

    fn hold<O>(outcome: O) -> ((), Option<O>) {
        ((), Some(outcome))
    }

    fn release<O>((): ()) -> Option<O> {
        None
    }

    fn poll_fired(&mut self, _: &mut Context<'_>) -> bool {
        false
    }
}

/// `stop_on`: any future.
///
/// It is boxed once somebody looks at it, at the first retry: pinned in the call it would cost every call a pointer.
#[derive(Debug)]
pub struct StopOn<F>(State<F>);

#[derive(Debug)]
enum State<F> {
    Unseen(F),
    Pending(Pin<Box<F>>),
    /// Dropped, because a future must not be polled again.
    Fired,
}

/// As if it had fired.
impl<F> Default for StopOn<F> {
    fn default() -> Self {
        Self(State::Fired)
    }
}

impl<F> StopOn<F> {
    pub(crate) const fn new(signal: F) -> Self {
        Self(State::Unseen(signal))
    }
}

impl<F: Future> Signal for StopOn<F> {
    type Held<O> = Option<O>;

    fn nothing<O>() -> Option<O> {
        None
    }

    fn hold<O>(outcome: O) -> (Option<O>, Option<O>) {
        (Some(outcome), None)
    }

    fn release<O>(held: Option<O>) -> Option<O> {
        held
    }

    fn poll_fired(&mut self, cx: &mut Context<'_>) -> bool {
        let mut signal = match core::mem::replace(&mut self.0, State::Fired) {
            State::Unseen(signal) => Box::pin(signal),
            State::Pending(signal) => signal,
            State::Fired => return true,
        };
        let fired = signal.as_mut().poll(cx).is_ready();
        if !fired {
            self.0 = State::Pending(signal);
        }
        fired
    }
}

pin_project! {
    /// A wait that a signal may end; its output is `None` where it did. It lends the signal from the call, so that what
    /// is nothing takes no room.
    #[derive(Debug)]
    pub(crate) struct Interruptible<S, W> {
        signal: S,
        #[pin] wait: W,
    }
}

impl<S, W> Interruptible<S, W> {
    pub(crate) const fn new(signal: S, wait: W) -> Self {
        Self { signal, wait }
    }
}

impl<S: Signal, W: Future> Future for Interruptible<S, W> {
    type Output = (Option<W::Output>, S);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if this.signal.poll_fired(cx) {
            return Poll::Ready((None, core::mem::take(this.signal)));
        }
        this.wait
            .poll(cx)
            .map(|output| (Some(output), core::mem::take(this.signal)))
    }
}
