//! PostgreSQL away under load: nothing lost, nothing twice beyond at-least-once, one line in the log.
//!
//! A short one here; by hand `AWAY=60 cargo test -p retry-jobs --all-features --test outage -- --nocapture`.

mod support;

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use retry_core::Policy;
use retry_jobs::{Chapter, Jobs, State, Turn};
use support::{Kind, until};

const JOBS: usize = 400;
const SLOTS: usize = 8;

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn away(kind: Kind) {
    let Some(server) = kind.start() else { return };
    let seconds = std::env::var("AWAY")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(5);
    let jobs: Jobs<u32> = server.engine().await.queue("outage");
    let ids = jobs.push_all(&vec![1; JOBS]).await.unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&runs);
    let work = move |_: u32, turn: Turn| {
        let count = Arc::clone(&count);
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            count.fetch_add(1, Relaxed);
            if turn.attempt() < 3 {
                Err("again")
            } else {
                Ok(())
            }
        }
    };
    let policy = Policy::new()
        .max_attempts(5)
        .fixed(Duration::from_millis(500));
    let worker = || {
        let worker = jobs
            .worker(policy, work.clone())
            .slots(SLOTS)
            .short(Duration::from_millis(100));
        worker
            .heartbeat(Duration::from_millis(500))
            .build()
            .unwrap()
    };
    let outage = async {
        until("it is under load", async || {
            (runs.load(Relaxed) > JOBS / 2).then_some(())
        })
        .await;
        server.down();
        let before = runs.load(Relaxed);
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        server.up();
        let back = Instant::now();
        until("it goes on", async || {
            (runs.load(Relaxed) > before + 2 * SLOTS).then_some(())
        })
        .await;
        println!(
            "{kind:?} away for {seconds} s: work goes on {:?} after it is back",
            back.elapsed()
        );
        for id in &ids {
            let look = until("each job ends", async || {
                jobs.look(*id)
                    .await
                    .unwrap()
                    .filter(|look| matches!(look.state, State::Done | State::Dead))
            });
            let look = look.await;
            let numbers: Vec<u32> = look.story.chapters().iter().map(Chapter::attempt).collect();
            assert_eq!(
                (look.state, numbers),
                (State::Done, vec![1, 2, 3]),
                "{:?}",
                look.story
            );
        }
    };
    // Two workers, each of which the other must not take for dead when both come back.
    tokio::select! {
        () = worker().run_until(std::future::pending()) => unreachable!(),
        () = worker().run_until(std::future::pending()) => unreachable!(),
        () = outage => {}
    }
    let again = runs.load(Relaxed) - 3 * JOBS;
    println!(
        "{JOBS} jobs: ended attempts {} of {}; run again: {again}",
        3 * JOBS,
        3 * JOBS
    );
    assert!(again <= 2 * SLOTS, "{again}");
}

#[test]
fn an_engine_that_is_away_is_ridden_out_and_told_once() {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(lines).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for kind in [Kind::Postgres, Kind::Redis] {
        log.0.lock().unwrap().clear();
        runtime.block_on(away(kind));
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let ours: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("retry_jobs"))
            .collect();
        let told = |words: &str| ours.iter().filter(|line| line.contains(words)).count();
        println!("{}", ours.join("\n"));
        if kind.is_installed() {
            // One a worker.
            assert_eq!(
                (told("does not answer"), told("answers again")),
                (2, 2),
                "{text}"
            );
            assert_eq!(told("took up jobs"), 0, "{text}");
        }
    }
}
