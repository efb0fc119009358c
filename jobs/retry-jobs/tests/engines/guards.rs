//! Budgets and breakers: a job that they refuse waits, and loses no attempt by it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Cooldown, Policy, Verdict};
use retry_jobs::{Event, State, Turn, What};

use crate::support::Server;
use crate::waits::ended;

pub(crate) async fn an_open_breaker_counts_no_attempt(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let breaker = CircuitBreaker::new()
        .min_calls(1)
        .window(1)
        .break_time(Duration::from_millis(600))
        .probes(1);
    let breaker = Arc::new(breaker);
    let id = jobs.push(&1).await.unwrap();
    let policy = Policy::new()
        .max_attempts(2)
        .fixed(Duration::from_millis(1));
    let refused = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&refused);
    let runner = jobs
        .worker(policy, async |_: u32, turn: Turn| {
            if turn.attempt() == 1 {
                Err("down")
            } else {
                Ok(())
            }
        })
        .breaker(Arc::clone(&breaker))
        .observer(move |event: &Event<'_>| {
            if let What::Refused(..) = event.what() {
                count.fetch_add(1, Relaxed);
            }
        })
        .build()
        .unwrap();
    let look = tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        look = ended(&jobs, id) => look,
    };
    assert_eq!((look.state, look.story.attempts()), (State::Done, 2));
    assert!(refused.load(Relaxed) >= 1);
    let chapters = look.story.chapters();
    assert!(
        chapters[1].began() >= chapters[0].ended() + Duration::from_millis(590),
        "{chapters:?}"
    );
}

pub(crate) async fn an_empty_budget_counts_no_attempt(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    // Each job pays half a retry: the second job's deposit lets the first go on.
    let budget = Arc::new(Budget::new(0.5).reserve(0));
    let id = jobs.push(&1).await.unwrap();
    let policy = Policy::new()
        .max_attempts(2)
        .fixed(Duration::from_millis(1));
    let flaky = async |job: u32, turn: Turn| {
        if job == 1 && turn.attempt() == 1 {
            Err("busy")
        } else {
            Ok(())
        }
    };
    let runner = jobs
        .worker(policy, flaky)
        .budget(Arc::clone(&budget))
        .build()
        .unwrap();
    let check = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(jobs.look(id).await.unwrap().unwrap().story.attempts(), 1);
        jobs.push(&2).await.unwrap();
        ended(&jobs, id).await
    };
    let look = tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        look = check => look,
    };
    assert_eq!((look.state, look.story.attempts()), (State::Done, 2));
    assert_eq!(budget.balance(), 0);
}

pub(crate) async fn patience_ends(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let breaker = CircuitBreaker::new();
    breaker.force_open();
    let id = jobs.push(&1).await.unwrap();
    let runner = jobs
        .worker(Policy::new(), async |_: u32, _: Turn| Ok::<(), String>(()))
        .breaker(breaker)
        .patience(Duration::from_secs(10))
        .build()
        .unwrap();
    let look = tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        look = ended(&jobs, id) => look,
    };
    assert_eq!((look.state, look.story.attempts()), (State::Dead, 0));
    assert_eq!(look.story.end().unwrap().reason(), "circuit_open");
}

pub(crate) async fn one_hint_holds_all_jobs(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let ids = jobs.push_all(&[1, 2, 3]).await.unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&runs);
    let busy = move |_: u32, _: Turn| {
        let first = count.fetch_add(1, Relaxed) == 0;
        async move { if first { Err("slow down") } else { Ok(()) } }
    };
    let runner = jobs
        .worker(Policy::new(), busy)
        .when_err(|_: &&str| Verdict::RetryAfter(Duration::from_secs(1)))
        .cooldown(Cooldown::new())
        // The slot is free at once, so that only the cooldown holds the others.
        .slots(1)
        .short(Duration::from_millis(1))
        .build()
        .unwrap();
    let all = async {
        let mut looks = Vec::new();
        for id in ids {
            looks.push(ended(&jobs, id).await);
        }
        looks
    };
    let looks = tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        looks = all => looks,
    };
    let mut chapters: Vec<_> = looks
        .iter()
        .flat_map(|look| look.story.chapters())
        .collect();
    chapters.sort_by_key(|chapter| chapter.began());
    let calm = chapters[0].ended() + Duration::from_millis(990);
    assert!(
        chapters[1..].iter().all(|chapter| chapter.began() >= calm),
        "{chapters:?}"
    );
    assert_eq!(runs.load(Relaxed), 4);
}
