//! Dropping a call at any await leaves budgets, breakers and observers consistent.

use std::cell::Cell;
use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use retry_core::{BreakerState, Budget, CircuitBreaker, Policy};

use crate::clock::Clock;
use crate::failed::Failed;
use crate::recorder::Recorder;

const RESERVE: u32 = 5;
const BREAK: Duration = Duration::from_secs(10);

/// Everything that outlives a call. The breaker lets one probe through, and each failure opens it again.
struct World {
    clock: Clock,
    budget: Budget,
    breaker: CircuitBreaker,
    observer: Recorder,
    started: Cell<u32>,
    running: Cell<u32>,
}

impl World {
    fn new() -> Self {
        let breaker = CircuitBreaker::new()
            .min_calls(1)
            .break_time(BREAK)
            .probes(1);
        breaker
            .admit(|| Duration::ZERO)
            .unwrap()
            .record(true, || Duration::ZERO);
        let clock = Clock::default();
        clock.pass(BREAK);
        Self {
            clock,
            breaker,
            budget: Budget::new(0.0).reserve(RESERVE),
            observer: Recorder::default(),
            started: Cell::new(0),
            running: Cell::new(0),
        }
    }

    /// Fails, with an await on the way.
    async fn attempt(&self) -> Result<(), Failed> {
        struct Running<'a>(&'a Cell<u32>);
        impl Drop for Running<'_> {
            fn drop(&mut self) {
                self.0.set(self.0.get() - 1);
            }
        }
        self.started.set(self.started.get() + 1);
        self.running.set(self.running.get() + 1);
        let _running = Running(&self.running);
        tokio::task::yield_now().await;
        Err(Failed::Busy(self.started.get()))
    }

    fn count(&self, event: &str) -> u32 {
        let lines = self.observer.lines();
        lines
            .iter()
            .filter(|line| line.contains(event))
            .map(|_| 1)
            .sum()
    }

    /// What must hold once a call is gone, however far it came.
    fn assert_consistent(&self, polls: u32) {
        let started = self.started.get();
        assert_eq!(
            self.running.get(),
            0,
            "after {polls} polls: an attempt lives on"
        );
        let paid = started.saturating_sub(1);
        assert_eq!(self.budget.balance(), RESERVE - paid, "after {polls} polls");

        assert_eq!(self.count("started"), started, "after {polls} polls");
        let closed = self.count("stopped") + self.count("abandoned");
        assert_eq!(
            closed,
            started.min(1),
            "after {polls} polls: {:?}",
            self.observer.lines()
        );

        match self.breaker.state() {
            // Half-open with no attempt running: the permit is free at once.
            BreakerState::HalfOpen => {}
            BreakerState::Open => self.clock.pass(BREAK),
            state => panic!("after {polls} polls: {state:?}"),
        }
        let probe = self.breaker.admit(|| self.clock.time());
        assert!(probe.is_ok(), "after {polls} polls: a permit is lost");
    }
}

type Call<'w> = Pin<Box<dyn Future<Output = Result<(), Failed>> + 'w>>;

/// Polls the call until it has been polled often enough or is over, and drops it.
fn polled(call: fn(&World) -> Call<'_>, polls: u32) -> (World, bool) {
    let world = World::new();
    let over = {
        let mut call = call(&world);
        let mut poll = || call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        (0..polls).any(|_| poll().is_ready())
    };
    (world, over)
}

const POLICY: Policy = Policy::new().max_attempts(3).fixed(Duration::from_secs(1));

fn guarded(world: &World) -> Call<'_> {
    let call = POLICY
        .budget(&world.budget)
        .breaker(&world.breaker)
        .observer(&world.observer)
        .timer(&world.clock);
    Box::pin(call.retry(|| world.attempt()))
}

fn guarded_in_another_order_and_limited(world: &World) -> Call<'_> {
    let call = POLICY
        .observer(&world.observer)
        .breaker(&world.breaker)
        .budget(&world.budget)
        .attempt_timeout(Duration::from_secs(60))
        .stop_on(pending::<()>())
        .timer(&world.clock);
    Box::pin(call.retry(|| world.attempt()))
}

#[test]
fn a_call_dropped_at_any_await_leaves_everything_as_if_it_had_ended_there() {
    for call in [guarded, guarded_in_another_order_and_limited] {
        let (mut in_attempts, mut in_waits) = (0, 0);
        let awaits = (0..100).find(|&polls| {
            let (world, over) = polled(call, polls);
            match world.breaker.state() {
                BreakerState::HalfOpen => in_attempts += 1,
                _ => in_waits += 1,
            }
            world.assert_consistent(polls);
            over
        });
        // Three attempts and two waits with an await each, and the poll that ends the call.
        assert_eq!(awaits, Some(6));
        // Before the first poll and after the last one the circuit is open too.
        assert_eq!((in_attempts, in_waits), (3, 4));
    }
}
