//! `PerHost`: guards for each host that a client talks to.

use core::fmt;
use core::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;
use retry_core::layers::CanSay;
use retry_core::{
    Attempt, Budget, CircuitBreaker, Classify, Cooldown, Guards, Outcome, Rejected, Retries, Share,
};

/// A budget, a breaker and a cooldown for each authority, such as `api.example.com`: where one client talks to many
/// servers, one of them that is down must not keep the others from being called.
///
/// It is cloned cheaply, and clones share the guards, so keep one beside the client. [`over`](Self::over) puts it over
/// a policy, wherever this crate takes one: `send_with`, [`RetryLayer`](crate::RetryLayer),
/// [`RetryMiddleware`](crate::RetryMiddleware).
///
/// The host is that of the request as it is sent first; a redirect to another host is not followed here. In a stack of tower a
/// call that a cooldown holds keeps the service that was made ready for it: put a concurrency limit above this layer.
///
/// The guards of at most 1,024 authorities are kept, see [`most_hosts`](Self::most_hosts).
///
/// ```
/// use retry_core::{Budget, CircuitBreaker, Cooldown, Policy};
/// use retry_http::{HostGuards, PerHost};
///
/// let hosts = PerHost::new(|_authority| {
///     HostGuards::new()
///         .budget(Budget::new(0.1))
///         .breaker(CircuitBreaker::new())
///         .cooldown(Cooldown::new())
/// });
/// # #[cfg(feature = "reqwest")]
/// # async fn run(client: retry_http::reqwest::Client, hosts: PerHost) -> Result<(), retry_http::Error> {
/// # use retry_http::RequestBuilderExt;
/// let request = client.get("http://127.0.0.1:8080/");
/// let text = request.send_with(hosts.over(Policy::new())).text().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PerHost {
    make: Arc<dyn Fn(&str) -> HostGuards + Send + Sync>,
    hosts: Arc<Mutex<LruCache<Box<str>, OfHost>>>,
    most: NonZeroUsize,
}

/// The guards of one host. What is not said does not guard.
#[derive(Debug, Default)]
pub struct HostGuards {
    budget: Option<Budget>,
    breaker: Option<CircuitBreaker>,
    cooldown: Option<Cooldown>,
}

impl HostGuards {
    /// No guards.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            budget: None,
            breaker: None,
            cooldown: None,
        }
    }

    /// Retries and hedges are paid for from this.
    #[must_use]
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Attempts ask this for leave.
    #[must_use]
    pub fn breaker(mut self, breaker: CircuitBreaker) -> Self {
        self.breaker = Some(breaker);
        self
    }

    /// Hints hold everybody.
    #[must_use]
    pub fn cooldown(mut self, cooldown: Cooldown) -> Self {
        self.cooldown = Some(cooldown);
        self
    }
}

const MOST_HOSTS: NonZeroUsize = NonZeroUsize::new(1024).unwrap();

impl PerHost {
    /// Makes the guards of an authority when the first request goes there.
    ///
    /// It is told the host in lower case and, where it is not the scheme's own, the port: `api.example.com`,
    /// `127.0.0.1:8080`.
    #[must_use]
    pub fn new(make: impl Fn(&str) -> HostGuards + Send + Sync + 'static) -> Self {
        Self {
            make: Arc::new(make),
            hosts: Arc::new(Mutex::new(LruCache::unbounded())),
            most: MOST_HOSTS,
        }
    }

    /// Keeps the guards of so many authorities, at least 1.
    ///
    /// Of more, those that were used longest ago are forgotten, a breaker that is open too. Guards in use stay, so that
    /// as many calls under way to as many authorities may exceed the number.
    #[must_use]
    pub fn most_hosts(mut self, most: usize) -> Self {
        self.most = NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// Retries with `retry`, each call under the guards of the host that its request goes to.
    pub fn over<R>(&self, retry: R) -> OverHosts<R> {
        let hosts = self.clone();
        OverHosts { hosts, retry }
    }

    fn of(&self, authority: &str) -> OfHost {
        if let Some(guards) = self.hosts().get(authority) {
            return guards.clone();
        }
        // Outside the lock, because it is foreign code. Of two that are made at once the first one counts.
        let made = OfHost(Arc::new((self.make)(authority)));
        let mut hosts = self.hosts();
        let guards = hosts.get_or_insert(authority.into(), || made).clone();
        while hosts.len() > self.most.get() {
            let idle = hosts.iter().rev().find(|(_, guards)| guards.is_idle());
            let Some(authority) = idle.map(|(authority, _)| authority.clone()) else {
                break;
            };
            hosts.pop(&authority);
        }
        guards
    }

    /// Poison says nothing here: no foreign code runs under the lock.
    fn hosts(&self) -> MutexGuard<'_, LruCache<Box<str>, OfHost>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for PerHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerHost")
            .field("most_hosts", &self.most)
            .finish_non_exhaustive()
    }
}

/// The guards of a host, as the calls that go there hold them.
#[derive(Clone, Debug)]
pub struct OfHost(Arc<HostGuards>);

impl OfHost {
    fn is_idle(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

impl Share<Budget> for OfHost {
    fn guard(&self) -> Option<&Budget> {
        self.0.budget.as_ref()
    }
}

impl Share<CircuitBreaker> for OfHost {
    fn guard(&self) -> Option<&CircuitBreaker> {
        self.0.breaker.as_ref()
    }
}

impl Share<Cooldown> for OfHost {
    fn guard(&self) -> Option<&Cooldown> {
        self.0.cooldown.as_ref()
    }
}

/// A policy, or a policy with behaviour, under the guards of each host; made by [`PerHost::over`].
#[derive(Clone, Debug)]
pub struct OverHosts<R> {
    hosts: PerHost,
    retry: R,
}

impl<O, R> Retries<O> for OverHosts<R>
where
    O: Send + CanSay<Rejected> + Outcome,
    R: Retries<O>,
{
    const HEDGES: bool = R::HEDGES;

    type ToPeer = R::Guarded<OfHost>;

    fn to_peer(self, peer: impl FnOnce() -> String) -> R::Guarded<OfHost> {
        let guards = self.hosts.of(&peer());
        self.retry.guarded(guards)
    }

    fn may_hedge(self, allowed: bool) -> Self {
        Self {
            retry: self.retry.may_hedge(allowed),
            ..self
        }
    }

    /// Under the guards of nobody in particular: all calls whose peer was not said share them.
    fn run_tidily<C, Op, Fut, T, Tidy>(
        self,
        default: C,
        operation: Op,
        tidy: T,
    ) -> impl Future<Output = O> + Send
    where
        C: Classify<O> + Send + Sync,
        Op: FnMut(Attempt) -> Fut + Send,
        Fut: Future<Output = O> + Send,
        T: FnMut(O) -> Tidy + Send,
        Tidy: Future<Output = ()> + Send,
    {
        let retry = self.to_peer(String::new);
        retry.run_tidily(default, operation, tidy)
    }

    fn run_once<C, Op, Fut>(self, default: C, operation: Op) -> impl Future<Output = O> + Send
    where
        C: Classify<O> + Send + Sync,
        Op: FnOnce(Attempt) -> Fut + Send,
        Fut: Future<Output = O> + Send,
    {
        self.to_peer(String::new).run_once(default, operation)
    }

    type Guarded<G: Guards> = OverHosts<R::Guarded<G>>;

    fn guarded<G: Guards>(self, guards: G) -> Self::Guarded<G>
    where
        O: CanSay<Rejected> + Outcome,
    {
        OverHosts {
            hosts: self.hosts,
            retry: self.retry.guarded(guards),
        }
    }
}
