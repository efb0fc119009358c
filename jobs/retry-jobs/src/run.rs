//! A worker at work: fetches what its slots can take, beats, and comes to an orderly end.
//!
//! The loop is ours and not apalis' worker, whose heartbeat and acknowledgements stand still while a batch is worked off,
//! which ends at a payload that does not parse, and with an engine that is away for half a minute.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use crate::clock::Moment;
use crate::held::Held;
use crate::id::JobId;
use crate::outage::Outage;
use crate::phase::{Phase, Phases};
use crate::slot::Slot;
use crate::store::{PATIENCE, Store};
use crate::worker::{Settings, Worker};
use crate::writer::Writer;

/// How long a fetch waits for more free slots: jobs whose ends were written together leave theirs within this.
const GATHER: Duration = Duration::from_millis(1);
/// Between two looks for what is old enough to be forgotten.
const PRUNE: Duration = Duration::from_mins(1);

/// A worker that is built: its policy ends, so will its jobs.
#[must_use = "a worker does nothing until it is run"]
pub struct Runner<A, T, E> {
    worker: Arc<Worker<A, T, E>>,
}

impl<A, T, E> fmt::Debug for Runner<A, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.worker.fmt(f)
    }
}

impl<A, T, E> Runner<A, T, E> {
    pub(crate) fn new(worker: Worker<A, T, E>) -> Self {
        Self {
            worker: Arc::new(worker),
        }
    }
}

impl<A, T, E> Runner<A, T, E>
where
    A: Serialize + DeserializeOwned + Send + 'static,
    T: Send + 'static,
    E: fmt::Display + Send + 'static,
{
    /// Works until `shutdown` ends: then fetches no more, puts back what waits, and gives what runs its grace.
    ///
    /// It rides out an engine that is away, however long, with one line in the log.
    pub async fn run_until(self, shutdown: impl Future<Output = ()>) {
        let settings = self.worker.settings;
        let store = Arc::clone(&self.worker.jobs.store);
        // Never used twice: a name that is still taken for alive would be refused, or shared.
        let name: Arc<str> = format!("{}-{}", std::process::id(), JobId::generate()).into();
        let outage = Arc::new(Outage::default());
        let (phase, phases) = Phases::new();
        let (writer, writing) =
            Writer::new(Arc::clone(&store), Arc::clone(&name), Arc::clone(&outage));
        // They end when this future does.
        let mut helpers = JoinSet::new();
        let desk = Desk {
            store,
            name,
            outage,
            settings,
            keep: self.worker.jobs.keep,
        };
        let mut shutdown = pin!(shutdown);
        // Before the first fetch: a job's lock names a worker that is known.
        tokio::select! {
            () = desk.outage.ride(|| desk.store.beat(&desk.name)) => {}
            () = &mut shutdown => return,
        }
        helpers.spawn(writing);
        helpers.spawn(desk.clone().beat());
        let slot = Slot {
            worker: self.worker,
            writer,
            phases,
        };
        let mut serve = pin!(desk.serve(&slot));
        tokio::select! {
            _slots = &mut serve => return,
            () = shutdown => {}
        }
        phase.send_replace(Phase::Draining);
        let deadline = tokio::time::Instant::now() + settings.grace;
        let Ok(mut slots) = tokio::time::timeout_at(deadline, serve).await else {
            return;
        };
        let drained = async { while slots.join_next().await.is_some() {} };
        if tokio::time::timeout_at(deadline, drained).await.is_err() {
            // Each slot drops its attempt and puts the job back.
            phase.send_replace(Phase::Stopped);
            let put_back = async { while slots.join_next().await.is_some() {} };
            let _in_time = tokio::time::timeout(PATIENCE, put_back).await;
        }
    }
}

/// What the loops of one worker share.
#[derive(Clone)]
struct Desk {
    store: Arc<dyn Store>,
    name: Arc<str>,
    outage: Arc<Outage>,
    settings: Settings,
    keep: Duration,
}

impl Desk {
    /// Fills free slots until the worker drains, and hands over what still runs.
    async fn serve<A, T, E>(&self, slot: &Slot<A, T, E>) -> JoinSet<()>
    where
        A: DeserializeOwned + Send + 'static,
        T: Send + 'static,
        E: fmt::Display + Send + 'static,
    {
        let mut running = JoinSet::new();
        let mut held = Held::default();
        let free = Arc::new(Semaphore::new(self.settings.slots));
        while slot.phases.running() {
            let mut permits = tokio::select! {
                permits = self.permits(&free) => permits,
                () = slot.phases.draining() => break,
            };
            while running.try_join_next().is_some() {}
            // Never beside a fetch, whose jobs do not run yet.
            if let Some(runs) = held.compare(self.settings.heartbeat) {
                let outage = &self.outage;
                outage.ride(|| self.store.release(&self.name, &runs)).await;
            }
            let most = permits.len();
            let mut calls = 0_u32;
            let fetch = || {
                calls += 1;
                self.store.fetch(&self.name, most)
            };
            let rows = self.outage.ride(fetch).await;
            held.fetched(calls == 1);
            let emptied = rows.len() < most;
            for row in rows {
                let permit = permits.pop();
                let slot = slot.clone();
                let runs = held.enter(row.id);
                running.spawn(async move {
                    slot.run(row).await;
                    drop((runs, permit));
                });
            }
            drop(permits);
            if emptied {
                tokio::select! {
                    () = tokio::time::sleep(self.settings.poll) => {}
                    () = slot.phases.draining() => {}
                }
            }
        }
        running
    }

    /// All the slots that are free, or are about to be: at least one.
    async fn permits(&self, free: &Arc<Semaphore>) -> Vec<OwnedSemaphorePermit> {
        let mut permits = Vec::new();
        permits.extend(Arc::clone(free).acquire_owned().await);
        let slots = self.settings.slots;
        let more = async {
            while permits.len() < slots {
                permits.extend(Arc::clone(free).acquire_owned().await);
            }
        };
        let _some = tokio::time::timeout(GATHER, more).await;
        while let Ok(permit) = Arc::clone(free).try_acquire_owned() {
            permits.push(permit);
        }
        permits
    }

    /// Says that the worker lives, takes up what dead ones left, and forgets what is old.
    async fn beat(self) {
        let silence = self.settings.silence();
        let mut beaten = Instant::now();
        let mut pruned: Option<Instant> = None;
        // After an outage every worker looks dead. Whoever comes back first gives the others time to say a word.
        let mut trusting: Option<Instant> = None;
        loop {
            self.outage.ride(|| self.store.beat(&self.name)).await;
            if beaten.elapsed() > silence / 2 {
                trusting = Some(Instant::now());
            }
            beaten = Instant::now();
            if trusting.is_none_or(|since| since.elapsed() > silence + PATIENCE * 2) {
                trusting = None;
                let cut = self.outage.ride(|| self.store.recover(silence)).await;
                if let jobs @ 1.. = cut {
                    tracing::warn!(jobs, "took up jobs of a worker that is gone");
                }
            }
            if pruned.is_none_or(|at| at.elapsed() > PRUNE) {
                pruned = Some(Instant::now());
                let old = Moment(
                    Moment::now()
                        .0
                        .saturating_sub(i64::try_from(self.keep.as_millis()).unwrap_or(i64::MAX)),
                );
                self.outage.ride(|| self.store.prune(old)).await;
            }
            tokio::time::sleep(self.settings.heartbeat).await;
        }
    }
}
