//! The settings of a worker, in the words of `#[retry]` where those have one.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use retry_core::{Budget, CircuitBreaker, Classify, Cooldown, Policy, Verdict};

use crate::decide::is_limited;
use crate::error::Error;
use crate::event::Event;
use crate::jobs::Jobs;
use crate::run::Runner;
use crate::turn::Turn;

type Shared<T> = Arc<dyn Borrow<T> + Send + Sync>;
type Judge<T, E> = dyn Fn(&Result<T, E>) -> Verdict + Send + Sync;
type GuardOf<A> = dyn Fn(&A) -> Shared<CircuitBreaker> + Send + Sync;
type Hear = dyn Fn(&Event<'_>) + Send + Sync;
type Handle<A, T, E> = dyn Fn(A, Turn) -> BoxFuture<'static, Result<T, E>> + Send + Sync;

/// A worker that is not built yet.
///
/// ```no_run
/// use retry_core::{Policy, Verdict};
/// use retry_jobs::{Engine, Error, Turn};
/// use std::time::Duration;
///
/// const DELIVER: Policy = Policy::new()
///     .unlimited()
///     .max_elapsed(Duration::from_hours(3 * 24))
///     .exp_multiplier(Duration::from_secs(10))
///     .max_delay(Duration::from_hours(6));
///
/// async fn deliver(letter: String, turn: Turn) -> Result<(), std::io::Error> {
///     println!("{letter}, attempt {}, key {}", turn.attempt(), turn.key());
///     Ok(())
/// }
///
/// # async fn work() -> Result<(), Error> {
/// let jobs = Engine::open("sqlite:jobs.db").await?.queue::<String>("letters");
/// jobs.worker(DELIVER, deliver)
///     .when_err(|error: &std::io::Error| error.kind() != std::io::ErrorKind::NotFound)
///     .slots(32)
///     .build()?
///     .run_until(std::future::pending())
///     .await;
/// # Ok(())
/// # }
/// ```
#[must_use = "a worker does nothing until it is built and run"]
pub struct Worker<A, T, E> {
    pub(crate) jobs: Jobs<A>,
    pub(crate) policy: Policy,
    pub(crate) handle: Box<Handle<A, T, E>>,
    pub(crate) judge: Box<Judge<T, E>>,
    pub(crate) budget: Option<Shared<Budget>>,
    pub(crate) breaker: Option<Box<GuardOf<A>>>,
    pub(crate) cooldown: Option<Shared<Cooldown>>,
    pub(crate) observer: Option<Box<Hear>>,
    pub(crate) settings: Settings,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) slots: usize,
    pub(crate) short: Duration,
    pub(crate) poll: Duration,
    pub(crate) heartbeat: Duration,
    pub(crate) grace: Duration,
    pub(crate) patience: Duration,
    pub(crate) max_cuts: u32,
}

impl Settings {
    const DEFAULT: Self = Self {
        slots: 16,
        short: Duration::from_secs(5),
        poll: Duration::from_millis(250),
        heartbeat: Duration::from_secs(5),
        grace: Duration::from_secs(30),
        patience: Duration::from_hours(24),
        max_cuts: 10,
    };

    /// A worker that has said nothing for so long is taken for dead.
    pub(crate) const fn silence(&self) -> Duration {
        self.heartbeat.saturating_mul(6)
    }
}

impl<A, T, E> Worker<A, T, E> {
    pub(crate) fn new<F, Fut>(jobs: Jobs<A>, policy: Policy, handler: F) -> Self
    where
        F: Fn(A, Turn) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
    {
        Self {
            jobs,
            policy,
            handle: Box::new(move |job, turn| handler(job, turn).boxed()),
            judge: Box::new(|outcome| outcome.is_err().into()),
            budget: None,
            breaker: None,
            cooldown: None,
            observer: None,
            settings: Settings::DEFAULT,
        }
    }

    /// Judges the whole outcome. Without it every `Err` is retried.
    pub fn when<C: Classify<Result<T, E>> + Send + Sync + 'static>(
        mut self,
        classifier: C,
    ) -> Self {
        self.judge = Box::new(move |outcome| classifier.classify(outcome));
        self
    }

    /// Judges the error; one that is not retried is permanent.
    pub fn when_err<C: Classify<E> + Send + Sync + 'static>(mut self, classifier: C) -> Self {
        self.judge = Box::new(move |outcome| {
            match outcome.as_ref().map_err(|error| classifier.classify(error)) {
                Ok(_) => Verdict::Done,
                Err(Verdict::Done) => Verdict::Permanent,
                Err(verdict) => verdict,
            }
        });
        self
    }

    /// Jobs deposit, retries withdraw. A retry that it refuses is put back, and no attempt is counted.
    pub fn budget(mut self, budget: impl Borrow<Budget> + Send + Sync + 'static) -> Self {
        self.budget = Some(Arc::new(budget));
        self
    }

    /// A breaker for all jobs. While it is open, jobs are put back until it lets some try; no attempt is counted.
    pub fn breaker(self, breaker: impl Borrow<CircuitBreaker> + Send + Sync + 'static) -> Self {
        let breaker: Shared<CircuitBreaker> = Arc::new(breaker);
        Self {
            breaker: Some(Box::new(move |_| Arc::clone(&breaker))),
            ..self
        }
    }

    /// The breaker of each job: one for each host, say.
    pub fn breaker_for<G, F>(mut self, of: F) -> Self
    where
        G: Borrow<CircuitBreaker> + Send + Sync + 'static,
        F: Fn(&A) -> G + Send + Sync + 'static,
    {
        self.breaker = Some(Box::new(move |job| Arc::new(of(job))));
        self
    }

    /// The hint of one job holds them all; no attempt is counted while it does.
    pub fn cooldown(mut self, cooldown: impl Borrow<Cooldown> + Send + Sync + 'static) -> Self {
        self.cooldown = Some(Arc::new(cooldown));
        self
    }

    /// Is told what happens, for logs and metrics. It must not block.
    pub fn observer(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Jobs that run at once; 16 unless told otherwise. No more are fetched than there are free slots.
    pub const fn slots(mut self, slots: usize) -> Self {
        self.settings.slots = slots;
        self
    }

    /// Delays up to this are waited in the slot, saved before; longer ones in the queue. 5 seconds unless told otherwise.
    pub const fn short(mut self, threshold: Duration) -> Self {
        self.settings.short = threshold;
        self
    }

    /// How often an empty queue is asked again; 250 ms unless told otherwise.
    pub const fn poll(mut self, interval: Duration) -> Self {
        self.settings.poll = interval;
        self
    }

    /// How often the worker says that it lives; 5 seconds unless told otherwise. After six times this without a word its
    /// jobs are others' to take.
    pub const fn heartbeat(mut self, interval: Duration) -> Self {
        self.settings.heartbeat = interval;
        self
    }

    /// How long attempts that run may take at the end, before they are dropped and their jobs put back; 30 seconds unless
    /// told otherwise.
    pub const fn grace(mut self, time: Duration) -> Self {
        self.settings.grace = time;
        self
    }

    /// How long guards may refuse a job before it becomes a dead letter; a day unless told otherwise.
    pub const fn patience(mut self, time: Duration) -> Self {
        self.settings.patience = time;
        self
    }

    /// An attempt that a kill cut is no attempt, or a deployment would cost one. So that a job which kills its worker does not
    /// come back for ever: after so many cuts without an ended attempt it is a dead letter; 10 unless told otherwise. Each
    /// time it comes back later, at random, so that it does not take its neighbours along.
    pub const fn max_cuts(mut self, cuts: u32) -> Self {
        self.settings.max_cuts = cuts;
        self
    }

    /// # Errors
    /// Where the policy has no limit or a bad value, or there is no slot.
    pub fn build(self) -> Result<Runner<A, T, E>, Error> {
        let policy = self.policy.validate()?;
        if !is_limited(&policy) {
            return Err(Error::Unlimited);
        }
        if self.settings.slots == 0 {
            return Err(Error::NoSlots);
        }
        Ok(Runner::new(self))
    }
}

impl<A, T, E> fmt::Debug for Worker<A, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("policy", &format_args!("{}", self.policy))
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
