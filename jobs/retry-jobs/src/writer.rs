//! One task that writes for all slots: what comes while a write is under way goes together in the next one. The more there is
//! to write, the larger the groups; alone, a change waits for nothing.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::outage::Outage;
use crate::store::{Change, Store};

/// Changes in one step, at most.
const GROUP: usize = 256;

/// Whether a job was still this worker's when its change was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It was, and the change is safe.
    Ours,
    /// Another worker has it, or this one is stopping.
    Lost,
}

/// Where slots hand in their changes.
#[derive(Clone, Debug)]
pub(crate) struct Writer(mpsc::Sender<Slip>);

type Slip = (Change, oneshot::Sender<bool>);

impl Writer {
    /// A writer, and what it does: it ends when all the writers are gone.
    pub(crate) fn new(
        store: Arc<dyn Store>,
        worker: Arc<str>,
        outage: Arc<Outage>,
    ) -> (Self, impl Future<Output = ()> + Send) {
        let (sender, mut slips) = mpsc::channel::<Slip>(GROUP);
        let work = async move {
            let mut group = Vec::with_capacity(GROUP);
            while slips.recv_many(&mut group, GROUP).await > 0 {
                // What ends in this moment goes along.
                tokio::task::yield_now().await;
                while group.len() < GROUP
                    && let Ok(slip) = slips.try_recv()
                {
                    group.push(slip);
                }
                let (changes, answers): (Vec<_>, Vec<_>) = group.drain(..).unzip();
                let written = outage.ride(|| store.write(&worker, &changes)).await;
                for (answer, ours) in answers.into_iter().zip(written) {
                    // A slot that is gone does not ask any more.
                    let _gone = answer.send(ours);
                }
            }
        };
        (Self(sender), work)
    }

    pub(crate) async fn write(&self, change: Change) -> Written {
        let (answer, written) = oneshot::channel();
        if self.0.send((change, answer)).await.is_err() {
            return Written::Lost;
        }
        match written.await {
            Ok(true) => Written::Ours,
            _ => Written::Lost,
        }
    }
}
