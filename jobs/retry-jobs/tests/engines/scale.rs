//! Many jobs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant, SystemTime};

use retry_core::{Policy, Verdict};
use retry_jobs::{Job, State, Turn};

use crate::support::{Server, until};
use crate::waits::ended;

/// A thousand jobs that wait an hour, and two slots: a new job runs at once.
pub(crate) async fn jobs_that_wait_hold_no_slot(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let ids = jobs.push_all(&vec![0; 1000]).await.unwrap();
    let hour = |_: &&str| Verdict::RetryAfter(Duration::from_hours(1));
    let policy = Policy::new().max_hint(Duration::from_hours(2));
    let runs = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&runs);
    let work = move |job: u32, _: Turn| {
        count.fetch_add(1, Relaxed);
        async move { if job == 0 { Err("in an hour") } else { Ok(()) } }
    };
    let runner = jobs
        .worker(policy, work)
        .when_err(hour)
        .slots(2)
        .build()
        .unwrap();
    let check = async {
        until("all have run once", async || {
            (runs.load(Relaxed) == 1000).then_some(())
        })
        .await;
        let began = Instant::now();
        let new = jobs.push(&1).await.unwrap();
        assert_eq!(ended(&jobs, new).await.state, State::Done);
        println!(
            "1,000 jobs wait an hour; a new one has ended after {:?}",
            began.elapsed()
        );
        for id in ids.iter().step_by(99) {
            let look = jobs.look(*id).await.unwrap().unwrap();
            assert_eq!((look.state, look.story.attempts()), (State::Waiting, 1));
            assert!(look.due > SystemTime::now() + Duration::from_secs(3500));
        }
    };
    tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        () = check => {}
    }
    assert_eq!(runs.load(Relaxed), 1001);
}

/// Ten thousand that become due in one second: apalis' own promotion dies of eight thousand on Redis.
pub(crate) async fn many_due_at_once(server: &Server, queue: &str) {
    const MANY: usize = 10_000;
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let due = SystemTime::now() + Duration::from_secs(1);
    for _ in 0..MANY / 500 {
        jobs.push_all((0..500).map(|_| Job::new(&1).at(due)))
            .await
            .unwrap();
    }
    let runs = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&runs);
    let work = move |_: u32, _: Turn| {
        count.fetch_add(1, Relaxed);
        std::future::ready(Ok::<(), String>(()))
    };
    let last = jobs.push(Job::new(&1).at(due)).await.unwrap();
    let runner = jobs.worker(Policy::new(), work).slots(64).build().unwrap();
    let began = Instant::now();
    tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        () = until("all have run", async || (runs.load(Relaxed) > MANY).then_some(())) => {}
    }
    println!("{MANY} due at once have run after {:?}", began.elapsed());
    assert_eq!(ended(&jobs, last).await.state, State::Done);
}
