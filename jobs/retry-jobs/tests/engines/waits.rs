//! When a job runs again.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use retry_core::{Jitter, Policy, Verdict};
use retry_jobs::{Job, JobId, Jobs, Look, State, Turn};

use crate::support::{Server, until};

/// Runs a worker until the job has ended.
pub(crate) async fn ended(jobs: &Jobs<u32>, id: JobId) -> Look<u32> {
    until("the end of the job", async || {
        let look = jobs.look(id).await.unwrap()?;
        matches!(look.state, State::Done | State::Dead).then_some(look)
    })
    .await
}

pub(crate) async fn the_schedule_is_that_of_one_process(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let policy = Policy::new()
        .max_attempts(6)
        .exp_multiplier(Duration::from_millis(5))
        .jitter(Jitter::Decorrelated);
    let jobs = engine.queue::<u32>(queue);
    let id = jobs.push(&7).await.unwrap();
    let delays = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&delays);
    let fail = move |job: u32, turn: Turn| {
        assert_eq!((job, turn.key()), (7, turn.id().to_string()));
        told.lock().unwrap().push(turn.previous_delay());
        async move { Err::<(), _>(format!("no {}", turn.attempt())) }
    };
    let runner = jobs.worker(policy, fail).build().unwrap();
    let look = tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        look = ended(&jobs, id) => look,
    };
    let mut alone = policy.start().seed(id.seed());
    let mut expected = vec![Duration::ZERO];
    while let std::ops::ControlFlow::Continue(delay) = alone.decide(Verdict::Retry, Duration::ZERO)
    {
        expected.push(delay);
    }
    assert_eq!(*delays.lock().unwrap(), expected);
    assert_eq!(look.state, State::Dead);
    assert_eq!(look.story.end().unwrap().reason(), "attempts_exhausted");
    never_early(&look, &expected[1..]);
}

/// Each attempt began at the end of the one before it plus its delay, or later.
pub(crate) fn never_early<A>(look: &Look<A>, delays: &[Duration]) {
    let chapters = look.story.chapters();
    let numbers: Vec<u32> = chapters.iter().map(retry_jobs::Chapter::attempt).collect();
    assert_eq!(numbers, (1..=look.story.attempts()).collect::<Vec<_>>());
    for (pair, delay) in chapters.windows(2).zip(delays) {
        assert!(
            pair[1].began() >= pair[0].ended() + *delay,
            "{pair:?} before {delay:?}"
        );
    }
}

pub(crate) async fn a_long_delay_goes_back_into_the_queue(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let delay = Duration::from_millis(1300);
    let jobs = engine.queue::<u32>(queue);
    let id = jobs.push(&1).await.unwrap();
    let (first, second) = (Arc::new(Mutex::new(0)), jobs.clone());
    let runs = Arc::clone(&first);
    let twice = move |job: u32, turn: Turn| {
        *runs.lock().unwrap() += 1;
        async move {
            if job == 1 && turn.attempt() < 3 {
                Err("not yet")
            } else {
                Ok(())
            }
        }
    };
    let policy = Policy::new().max_attempts(5).fixed(delay);
    let worker = jobs
        .worker(policy, twice)
        .slots(1)
        .short(Duration::from_millis(1))
        .poll(Duration::from_millis(20));
    let check = async {
        let waiting = until("it is put back", async || {
            let look = second.look(id).await.unwrap()?;
            (look.state == State::Waiting && look.story.attempts() == 1).then_some(look)
        })
        .await;
        assert!(waiting.due >= waiting.story.chapters()[0].ended() + delay);
        // The only slot is free meanwhile.
        let other = second.push(&2).await.unwrap();
        assert_eq!(ended(&second, other).await.state, State::Done);
        assert_eq!(second.look(id).await.unwrap().unwrap().story.attempts(), 1);
        ended(&second, id).await
    };
    let look = tokio::select! {
        () = worker.build().unwrap().run_until(std::future::pending()) => unreachable!(),
        look = check => look,
    };
    assert_eq!((look.state, look.story.attempts()), (State::Done, 3));
    assert_eq!(*first.lock().unwrap(), 4);
    never_early(&look, &[delay, delay]);
}

pub(crate) async fn a_hint_is_honoured_and_a_longer_one_ends_it(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let policy = Policy::new()
        .max_attempts(2)
        .fixed(Duration::ZERO)
        .max_hint(Duration::from_mins(1));
    let judge = |error: &u64| Verdict::RetryAfter(Duration::from_millis(*error));
    let worker = jobs.worker(policy, async |job: u32, _: Turn| {
        Err::<(), u64>(u64::from(job))
    });
    let runner = worker.when_err(judge).build().unwrap();
    let (soon, late) = (
        jobs.push(&400).await.unwrap(),
        jobs.push(&61_000).await.unwrap(),
    );
    let both = async { (ended(&jobs, soon).await, ended(&jobs, late).await) };
    let (soon, late) = tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        both = both => both,
    };
    assert_eq!(soon.story.attempts(), 2);
    never_early(&soon, &[Duration::from_millis(400)]);
    assert_eq!(
        (late.story.attempts(), late.story.end().unwrap().reason()),
        (1, "hint_too_long")
    );
}

pub(crate) async fn a_job_waits_for_its_time_and_its_key_admits_one(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let time = SystemTime::now() + Duration::from_millis(1100);
    let keyed = || Job::new(&5).at(time).key("the one");
    let id = jobs.push(keyed()).await.unwrap();
    assert_eq!(jobs.push(keyed()).await.unwrap(), id);
    assert_ne!(jobs.push(Job::new(&5).at(time)).await.unwrap(), id);
    assert_eq!(jobs.list(9).await.unwrap().len(), 2);
    let runner = jobs
        .worker(Policy::new(), async |_: u32, _: Turn| Ok::<(), String>(()))
        .build()
        .unwrap();
    let began = Instant::now();
    let look = tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        look = ended(&jobs, id) => look,
    };
    assert!(
        look.story.chapters()[0].began() >= time,
        "after {:?}",
        began.elapsed()
    );
}
