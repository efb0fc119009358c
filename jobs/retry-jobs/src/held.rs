//! What a worker runs, beside what the queue believes it runs. The two differ where the answer to a fetch was lost: then jobs
//! are held by a worker that lives and does not know of them, and nobody else would ever take them up.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::id::JobId;

/// A statement that was given up may still come to its end at the server.
const DOUBT: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub(crate) struct Held {
    running: Arc<Mutex<HashSet<JobId>>>,
    /// Since when, and when it was last looked after.
    doubt: Option<(Instant, Option<Instant>)>,
}

/// A job that runs, for as long as this lives.
#[derive(Debug)]
pub(crate) struct Running {
    all: Arc<Mutex<HashSet<JobId>>>,
    id: JobId,
}

impl Held {
    pub(crate) fn enter(&self, id: JobId) -> Running {
        lock(&self.running).insert(id);
        Running {
            all: Arc::clone(&self.running),
            id,
        }
    }

    /// A fetch was answered at its first call, or not.
    pub(crate) fn fetched(&mut self, at_once: bool) {
        if !at_once {
            self.doubt = Some((Instant::now(), None));
        }
    }

    /// What runs, where it is time to put back all else.
    pub(crate) fn compare(&mut self, pause: Duration) -> Option<Vec<JobId>> {
        let (since, looked) = self.doubt.as_mut()?;
        if looked.is_some_and(|at| at.elapsed() < pause) {
            return None;
        }
        *looked = Some(Instant::now());
        if since.elapsed() > DOUBT {
            self.doubt = None;
        }
        Some(lock(&self.running).iter().copied().collect())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        lock(&self.all).remove(&self.id);
    }
}

fn lock(ids: &Mutex<HashSet<JobId>>) -> MutexGuard<'_, HashSet<JobId>> {
    ids.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_after_a_lost_answer_is_there_something_compare() {
        let mut held = Held::default();
        let running = held.enter(JobId::generate());
        held.fetched(true);
        assert_eq!(held.compare(Duration::ZERO), None);
        held.fetched(false);
        assert_eq!(held.compare(Duration::MAX), Some(vec![running.id]));
        assert_eq!(held.compare(Duration::MAX), None, "not again so soon");
        drop(running);
        assert_eq!(held.compare(Duration::ZERO), Some(Vec::new()));
    }
}
