//! How a worker comes to its end: it takes no more jobs, waits for what runs, and stops.

use tokio::sync::watch;

/// Ordered: a worker never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// At work.
    Running,
    /// No more jobs are fetched, and no job waits in a slot.
    Draining,
    /// Whatever still runs is put back.
    Stopped,
}

/// A view of the phase that many tasks hold.
#[derive(Clone, Debug)]
pub(crate) struct Phases(watch::Receiver<Phase>);

impl Phases {
    pub(crate) fn new() -> (watch::Sender<Phase>, Self) {
        let (sender, receiver) = watch::channel(Phase::Running);
        (sender, Self(receiver))
    }

    pub(crate) fn running(&self) -> bool {
        *self.0.borrow() == Phase::Running
    }

    pub(crate) async fn draining(&self) {
        self.reached(Phase::Draining).await;
    }

    pub(crate) async fn stopped(&self) {
        self.reached(Phase::Stopped).await;
    }

    async fn reached(&self, phase: Phase) {
        // A sender that is gone took the worker with it.
        let mut receiver = self.0.clone();
        let _gone = receiver.wait_for(|now| *now >= phase).await;
    }
}
