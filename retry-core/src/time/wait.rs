//! The wait between two attempts, and what goes on beside it.

use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

/// A zero delay: it does not touch the timer, and other tasks run nevertheless. It completes when it is polled the
/// second time.
#[derive(Debug, Default)]
pub(crate) struct Yield {
    polled: bool,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.polled {
            return Poll::Ready(());
        }
        self.polled = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

pin_project! {
    /// A sleep, or for a zero delay a single yield.
    #[derive(Debug)]
    #[must_use = "a wait does nothing unless it is awaited"]
    #[project = Project]
    pub(crate) enum Wait<S> {
        Yield { #[pin] turn: Yield },
        Sleep { #[pin] sleep: S },
    }
}

impl<S: Future<Output = ()>> Future for Wait<S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.project() {
            Project::Sleep { sleep } => sleep.poll(cx),
            Project::Yield { turn } => turn.poll(cx),
        }
    }
}

/// What becomes of an outcome that is followed by another attempt, while the call waits.
pub(crate) trait Rest {
    /// Goes on with it; called again and again, also after its end.
    fn go_on(self: Pin<&mut Self>, cx: &mut Context<'_>);
}

/// It is gone.
impl Rest for () {
    fn go_on(self: Pin<&mut Self>, _: &mut Context<'_>) {}
}

pin_project! {
    /// It is tidied up.
    #[derive(Debug)]
    pub(crate) struct Tidying<F> {
        #[pin] tidying: Option<F>,
    }
}

impl<F> Tidying<F> {
    pub(crate) const fn new(tidying: Option<F>) -> Self {
        Self { tidying }
    }
}

impl<F: Future<Output = ()>> Rest for Tidying<F> {
    fn go_on(self: Pin<&mut Self>, cx: &mut Context<'_>) {
        let mut this = self.project();
        if let Some(tidying) = this.tidying.as_mut().as_pin_mut() {
            if tidying.poll(cx).is_ready() {
                this.tidying.set(None);
            }
        }
    }
}

pin_project! {
    /// A wait with something beside it, which ends when the wait does.
    #[derive(Debug)]
    pub(crate) struct Beside<R, W> {
        #[pin] rest: R,
        #[pin] wait: W,
    }
}

impl<R, W> Beside<R, W> {
    pub(crate) const fn new(rest: R, wait: W) -> Self {
        Self { rest, wait }
    }
}

impl<R: Rest, W: Future> Future for Beside<R, W> {
    type Output = W::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<W::Output> {
        let this = self.project();
        this.rest.go_on(cx);
        this.wait.poll(cx)
    }
}
