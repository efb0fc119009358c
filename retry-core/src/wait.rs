//! The wait between two attempts.

use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

pin_project! {
    /// A sleep, or for a zero delay a single yield: it does not touch the timer, and other tasks run nevertheless.
    #[derive(Debug)]
    #[must_use = "a wait does nothing unless it is awaited"]
    #[project = Project]
    pub enum Wait<S> {
        /// Completes when it is polled the second time.
        Yield { polled: bool },
        /// Completes with the timer.
        Sleep { #[pin] sleep: S },
    }
}

impl<S: Future<Output = ()>> Future for Wait<S> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.project() {
            Project::Sleep { sleep } => sleep.poll(cx),
            Project::Yield { polled: true } => Poll::Ready(()),
            Project::Yield { polled } => {
                *polled = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}
