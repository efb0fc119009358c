//! A service at run time: what its replicas do, and who waits for them.

use std::collections::VecDeque;

use fastrand::Rng;

use crate::duration::nanos;
use crate::service::{Limit, Service};

/// One service.
pub(super) struct Server<'s> {
    pub(super) spec: &'s Service,
    replicas: Vec<Replica>,
    limiter: Limiter,
    /// Requests that succeeded so far.
    pub(super) version: u64,
    pub(super) waiting: u64,
}

#[derive(Clone, Default)]
struct Replica {
    busy: u32,
    queue: VecDeque<u32>,
}

impl<'s> Server<'s> {
    pub(super) fn new(spec: &'s Service) -> Self {
        Self {
            spec,
            replicas: vec![Replica::default(); spec.replicas.max(1) as usize],
            limiter: Limiter::default(),
            version: 0,
            waiting: 0,
        }
    }

    /// Whether the rate limit refuses a request now, and with which hint.
    #[expect(clippy::option_option, reason = "a refusal may have no hint")]
    pub(super) fn refuses(&mut self, now: u64) -> Option<Option<u64>> {
        let limit = self.spec.limit.as_ref()?;
        let refused = !self.limiter.admits(limit, now);
        refused.then(|| limit.retry_after.map(nanos))
    }

    pub(super) fn has_room(&self, replica: u32) -> bool {
        let busy = self.replicas[replica as usize].busy;
        self.spec.capacity.is_none_or(|capacity| busy < capacity)
    }

    /// `false`: the queue is full.
    pub(super) fn enqueue(&mut self, replica: u32, request: u32) -> bool {
        let queue = &mut self.replicas[replica as usize].queue;
        let is_full = self
            .spec
            .queue
            .is_some_and(|most| queue.len() >= most as usize);
        if !is_full {
            queue.push_back(request);
            self.waiting += 1;
        }
        !is_full
    }

    /// A request is begun, and takes so long.
    pub(super) fn begin(&mut self, replica: u32, now: u64, chance: &mut Rng) -> u64 {
        let place = &mut self.replicas[replica as usize];
        place.busy += 1;
        let drawn = self.spec.latency.draw(chance);
        self.spec.takes(drawn, replica, place.busy, now)
    }

    /// A request is done with; the one that comes next, if any waits.
    pub(super) fn end(&mut self, replica: u32) -> Option<u32> {
        let place = &mut self.replicas[replica as usize];
        place.busy -= 1;
        let next = place.queue.pop_front();
        self.waiting -= u64::from(next.is_some());
        next
    }
}

/// A leaky bucket, as nginx's `limit_req` with `nodelay` keeps it: what is over the rate drains away in time.
#[derive(Default)]
struct Limiter {
    excess: f64,
    last: Option<u64>,
}

impl Limiter {
    #[expect(clippy::cast_precision_loss, reason = "seconds")]
    fn admits(&mut self, limit: &Limit, now: u64) -> bool {
        let Some(last) = self.last else {
            self.last = Some(now);
            return true;
        };
        let passed = (now - last) as f64 / 1e9;
        let excess = (self.excess - passed * limit.rate + 1.0).max(0.0);
        let admitted = excess <= f64::from(limit.burst);
        if admitted {
            (self.excess, self.last) = (excess, Some(now));
        }
        admitted
    }
}
