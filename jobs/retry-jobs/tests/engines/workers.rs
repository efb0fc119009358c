//! Workers that live, end, die, and sleep.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use retry_core::Policy;
use retry_jobs::{Event, State, Turn, What};

use crate::support::{Server, until};
use crate::waits::ended;

const BEAT: Duration = Duration::from_millis(250);

/// Six jobs, each longer than the silence that makes a worker dead, in two workers of one slot.
pub(crate) async fn slow_jobs_of_two_workers_run_once(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let ids = jobs.push_all(&[1, 2, 3, 4]).await.unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let worker = || {
        let runs = Arc::clone(&runs);
        let slow = move |_: u32, _: Turn| {
            runs.fetch_add(1, Relaxed);
            async {
                tokio::time::sleep(BEAT * 12).await;
                Ok::<(), String>(())
            }
        };
        let worker = jobs.worker(Policy::new(), slow).slots(1).heartbeat(BEAT);
        worker.build().unwrap().run_until(std::future::pending())
    };
    let all = async {
        for id in ids {
            assert_eq!(ended(&jobs, id).await.state, State::Done);
        }
    };
    tokio::select! {
        () = worker() => unreachable!(),
        () = worker() => unreachable!(),
        () = all => {}
    }
    assert_eq!(runs.load(Relaxed), 4);
}

pub(crate) async fn the_end_of_a_worker_is_orderly(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    // One ends in its grace, one does not, one waits in its slot.
    let ids = jobs.push_all(&[300, 60_000, 0]).await.unwrap();
    let work = async |job: u32, _: Turn| {
        tokio::time::sleep(Duration::from_millis(job.into())).await;
        if job == 0 { Err("again") } else { Ok(()) }
    };
    let policy = Policy::new().max_attempts(2).fixed(Duration::from_secs(4));
    let worker = jobs.worker(policy, work).grace(Duration::from_secs(1));
    worker
        .build()
        .unwrap()
        .run_until(tokio::time::sleep(Duration::from_millis(200)))
        .await;
    let mut stories = Vec::new();
    for id in ids {
        let look = jobs.look(id).await.unwrap().unwrap();
        stories.push((look.state, look.story.attempts()));
    }
    assert_eq!(
        stories,
        [(State::Done, 1), (State::Waiting, 0), (State::Waiting, 1)]
    );
}

pub(crate) async fn a_dead_worker_is_found_and_a_deadly_job_buried(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let id = jobs.push(&1).await.unwrap();
    let started = Arc::new(AtomicU32::new(0));
    let worker = || {
        let started = Arc::clone(&started);
        let deadly = move |_: u32, turn: Turn| {
            assert_eq!(turn.attempt(), 1, "an attempt that was cut is none");
            started.fetch_add(1, Relaxed);
            std::future::pending::<Result<(), String>>()
        };
        let worker = jobs
            .worker(Policy::new(), deadly)
            .heartbeat(BEAT)
            .max_cuts(2);
        worker.build().unwrap().run_until(std::future::pending())
    };
    for life in 1..=2 {
        tokio::select! {
            () = worker() => unreachable!(),
            // Dropped in the middle of the attempt: as a kill, it says nothing to the queue.
            () = until("it runs", async || (started.load(Relaxed) == life).then_some(())) => {}
        }
    }
    let look = tokio::select! {
        () = worker() => unreachable!(),
        look = ended(&jobs, id) => look,
    };
    assert_eq!((look.state, look.story.attempts()), (State::Dead, 0));
    assert_eq!(
        look.story.end().unwrap().reason(),
        "its worker died 2 times while it ran"
    );
    assert_eq!(started.load(Relaxed), 2);
}

/// The thread of the first worker is blocked for longer than the silence: the second takes its job, and its word counts.
pub(crate) async fn a_worker_that_lost_its_job_does_not_write(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let id = jobs.push(&1).await.unwrap();
    // A pool of its own: connections of a thread that is blocked serve nobody.
    let apart = server.engine().await.queue::<u32>(queue);
    let lost = Arc::new(AtomicU32::new(0));
    let blocked = Arc::new(AtomicU32::new(0));
    let (count, entered) = (Arc::clone(&lost), Arc::clone(&blocked));
    let first = std::thread::spawn(move || {
        let block = move |_: u32, _: Turn| {
            entered.fetch_add(1, Relaxed);
            std::thread::sleep(BEAT * 20);
            std::future::ready(Err::<(), _>("from the past"))
        };
        let told = Arc::clone(&count);
        let worker = apart
            .worker(Policy::new().max_attempts(1), block)
            .heartbeat(BEAT)
            .observer(move |event: &Event<'_>| {
                if event.what() == What::Lost {
                    told.fetch_add(1, Relaxed);
                }
            });
        let gone = until("it is lost", async || {
            (count.load(Relaxed) > 0).then_some(())
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(worker.build().unwrap().run_until(gone));
    });
    until("the first has it", async || {
        (blocked.load(Relaxed) == 1).then_some(())
    })
    .await;
    let second = jobs
        .worker(Policy::new(), async |_: u32, _: Turn| Ok::<(), String>(()))
        .heartbeat(BEAT);
    let look = tokio::select! {
        () = second.build().unwrap().run_until(std::future::pending()) => unreachable!(),
        look = ended(&jobs, id) => look,
    };
    assert_eq!(look.state, State::Done);
    tokio::task::spawn_blocking(|| first.join().unwrap())
        .await
        .unwrap();
    let look = ended(&jobs, id).await;
    assert_eq!((look.state, look.story.last_error()), (State::Done, None));
    assert_eq!(lost.load(Relaxed), 1);
}
