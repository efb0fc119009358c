//! What is called: how much it can do, how long it takes, and when it fails.

use std::time::Duration;

use serde::Deserialize;

use crate::duration::{self, nanos};
use crate::latency::Latency;
use crate::span::Span;

/// A service of one or more replicas; a request goes to one of them at random.
///
/// ```
/// use retry_sim::{Latency, Service};
/// use std::time::Duration;
///
/// let server = Service::new(Latency::Exponential(Duration::from_millis(10)))
///     .capacity(40)
///     .queue(100)
///     .outage(Duration::from_secs(20), Duration::from_secs(5));
/// # let _ = server;
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// What stands in charts and tables.
    #[serde(default = "server")]
    pub(crate) name: String,
    pub(crate) latency: Latency,
    /// Longer by this for each request that is being worked on.
    #[serde(default, deserialize_with = "duration::read")]
    pub(crate) slowdown: Duration,
    #[serde(default = "one")]
    pub(crate) replicas: u32,
    /// Requests that a replica works on at once.
    pub(crate) capacity: Option<u32>,
    /// Requests that wait for a replica; more are refused at once.
    pub(crate) queue: Option<u32>,
    /// The share of requests that fail.
    #[serde(default)]
    pub(crate) failure: f64,
    /// Only the first of those worked on at the same time succeeds, as with optimistic locking.
    #[serde(default)]
    pub(crate) contended: bool,
    pub(crate) limit: Option<Limit>,
    #[serde(default)]
    pub(crate) outages: Vec<Outage>,
    #[serde(default)]
    pub(crate) slow: Vec<Slow>,
}

fn server() -> String {
    "server".to_owned()
}

fn one() -> u32 {
    1
}

/// A limit on the rate of requests, as nginx's `limit_req` with `nodelay` counts it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    /// Requests a second.
    pub(crate) rate: f64,
    /// So many more at a time.
    #[serde(default)]
    pub(crate) burst: u32,
    /// What the refusal says in `Retry-After`.
    #[serde(default, deserialize_with = "duration::read_some")]
    pub(crate) retry_after: Option<Duration>,
}

/// A time in which a service, or one replica, does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outage {
    #[serde(deserialize_with = "duration::read")]
    pub(crate) at: Duration,
    #[serde(deserialize_with = "duration::read")]
    pub(crate) lasts: Duration,
    pub(crate) replica: Option<u32>,
    /// Requests get no answer until it is over, where others are refused at once.
    #[serde(default)]
    pub(crate) hangs: bool,
}

/// A time in which a service, or one replica, takes longer.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slow {
    #[serde(deserialize_with = "duration::read")]
    pub(crate) at: Duration,
    #[serde(deserialize_with = "duration::read")]
    pub(crate) lasts: Duration,
    pub(crate) replica: Option<u32>,
    /// How many times as long.
    pub(crate) times: f64,
}

impl Outage {
    pub(crate) const fn span(&self) -> Span {
        Span::new(self.at, self.lasts)
    }
}

impl Slow {
    pub(crate) const fn span(&self) -> Span {
        Span::new(self.at, self.lasts)
    }
}

impl Service {
    /// One that can do any number of requests at once, takes this long for each, and never fails.
    #[must_use]
    pub fn new(latency: Latency) -> Self {
        Self {
            name: server(),
            latency,
            slowdown: Duration::ZERO,
            replicas: 1,
            capacity: None,
            queue: None,
            failure: 0.0,
            contended: false,
            limit: None,
            outages: Vec::new(),
            slow: Vec::new(),
        }
    }

    /// What stands in charts and tables; `server` unless said otherwise.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// A request takes this much longer for each one that its replica works on.
    #[must_use]
    pub const fn slowdown(mut self, each: Duration) -> Self {
        self.slowdown = each;
        self
    }

    /// So many equal servers, of which each request is sent to one at random.
    #[must_use]
    pub const fn replicas(mut self, count: u32) -> Self {
        self.replicas = count;
        self
    }

    /// Each replica works on so many requests at once; the others wait.
    #[must_use]
    pub const fn capacity(mut self, requests: u32) -> Self {
        self.capacity = Some(requests);
        self
    }

    /// So many requests may wait for a replica; any more are refused at once.
    #[must_use]
    pub const fn queue(mut self, requests: u32) -> Self {
        self.queue = Some(requests);
        self
    }

    /// This share of requests fails, each on its own.
    #[must_use]
    pub const fn failure(mut self, share: f64) -> Self {
        self.failure = share;
        self
    }

    /// A request fails if another succeeded while it was worked on, as a write after a read does with optimistic locking.
    #[must_use]
    pub const fn contended(mut self) -> Self {
        self.contended = true;
        self
    }

    /// More than `rate` requests a second, beyond `burst`, are refused, with this `Retry-After`.
    #[must_use]
    pub const fn limit(mut self, rate: f64, burst: u32, retry_after: Option<Duration>) -> Self {
        self.limit = Some(Limit {
            rate,
            burst,
            retry_after,
        });
        self
    }

    /// Every request fails at once from `at` on, for `lasts`.
    #[must_use]
    pub fn outage(self, at: Duration, lasts: Duration) -> Self {
        self.down(at, lasts, None, false)
    }

    /// Every request goes unanswered from `at` on, until `lasts` have passed.
    #[must_use]
    pub fn hang(self, at: Duration, lasts: Duration) -> Self {
        self.down(at, lasts, None, true)
    }

    /// One replica refuses everything from `at` on, for `lasts`.
    #[must_use]
    pub fn replica_outage(self, replica: u32, at: Duration, lasts: Duration) -> Self {
        self.down(at, lasts, Some(replica), false)
    }

    fn down(mut self, at: Duration, lasts: Duration, replica: Option<u32>, hangs: bool) -> Self {
        self.outages.push(Outage {
            at,
            lasts,
            replica,
            hangs,
        });
        self
    }

    /// The replica, counted from 0, takes `times` as long from `at` on, for `lasts`.
    #[must_use]
    pub fn slow_replica(mut self, replica: u32, at: Duration, lasts: Duration, times: f64) -> Self {
        self.slow.push(Slow {
            at,
            lasts,
            replica: Some(replica),
            times,
        });
        self
    }

    /// Whether a replica is down now.
    pub(crate) fn outage_of(&self, replica: u32, now: u64) -> Option<&Outage> {
        let of = |outage: &&Outage| outage.replica.is_none_or(|one| one == replica);
        self.outages
            .iter()
            .filter(of)
            .find(|outage| outage.span().holds(now))
    }

    /// How long a request takes that a replica begins now, beside `busy` others.
    pub(crate) fn takes(&self, drawn: u64, replica: u32, busy: u32, now: u64) -> u64 {
        let more = nanos(self.slowdown).saturating_mul(u64::from(busy));
        let takes = drawn.saturating_add(more);
        let of = |slow: &&Slow| slow.replica.is_none_or(|one| one == replica);
        let slow = self
            .slow
            .iter()
            .filter(of)
            .filter(|slow| slow.span().holds(now));
        slow.fold(takes, |takes, slow| times(takes, slow.times))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the cast of a float saturates and takes NaN to 0"
)]
fn times(length: u64, factor: f64) -> u64 {
    (length as f64 * factor) as u64
}
