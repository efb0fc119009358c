//! Whether the attempts of a call may have to wait for a cooldown: what that costs those that do not is nothing.

use core::pin::Pin;
use core::task::{Context, Poll};

/// Whether the attempts of a call may have to wait for a cooldown.
pub trait Cooling {
    /// Whether they may.
    const COOLS: bool;

    /// The wait, which takes no room in a call that has none.
    type Sleep<S: Future<Output = ()> + Send>: Future<Output = ()> + Send;

    /// The wait.
    fn sleep<S: Future<Output = ()> + Send>(sleep: impl FnOnce() -> S) -> Self::Sleep<S>;
}

/// Nothing holds them.
#[derive(Clone, Copy, Debug)]
pub struct Unheld;

/// No wait at all.
#[derive(Clone, Copy, Debug)]
pub struct NoWait;

impl Future for NoWait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

impl Cooling for Unheld {
    const COOLS: bool = false;

    type Sleep<S: Future<Output = ()> + Send> = NoWait;

    fn sleep<S: Future<Output = ()> + Send>(_: impl FnOnce() -> S) -> NoWait {
        NoWait
    }
}

/// A cooldown may.
#[derive(Clone, Copy, Debug)]
pub struct MayCool;

impl Cooling for MayCool {
    const COOLS: bool = true;

    type Sleep<S: Future<Output = ()> + Send> = S;

    fn sleep<S: Future<Output = ()> + Send>(sleep: impl FnOnce() -> S) -> S {
        sleep()
    }
}
