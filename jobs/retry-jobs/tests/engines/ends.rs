//! How a job ends.

use std::time::Duration;

use retry_core::Policy;
use retry_jobs::{State, Turn};

use crate::support::{Server, until};
use crate::waits::ended;

const ONCE: Policy = Policy::new().max_attempts(1);

async fn accept(_: u32, _: Turn) -> Result<(), String> {
    Ok(())
}

pub(crate) async fn a_payload_that_does_not_parse_is_a_dead_letter(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let bad = engine
        .queue::<[String; 1]>(queue)
        .push(&["not a number".to_owned()])
        .await
        .unwrap();
    let jobs = engine.queue::<u32>(queue);
    let good = jobs.push(&1).await.unwrap();
    let runner = jobs.worker(ONCE, accept).slots(1).build().unwrap();
    let both = async { (ended(&jobs, bad).await, ended(&jobs, good).await) };
    let (bad, good) = tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        both = both => both,
    };
    assert_eq!((bad.state, good.state), (State::Dead, State::Done));
    assert_eq!(bad.job.unwrap_err(), "[\"not a number\"]");
    let reason = bad.story.end().unwrap().reason();
    assert!(
        reason.contains("expected u32") && reason.contains("not a number"),
        "{reason}"
    );
    assert_eq!(bad.story.attempts(), 0);
}

pub(crate) async fn a_panic_is_a_dead_letter(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let ids = jobs.push_all(&[0, 1]).await.unwrap();
    let divide = async |job: u32, _: Turn| {
        assert!(job != 0, "nothing divides by {job}");
        Ok::<_, String>(1 / job)
    };
    let runner = jobs.worker(Policy::new(), divide).slots(1).build().unwrap();
    let both = async { (ended(&jobs, ids[0]).await, ended(&jobs, ids[1]).await) };
    let (dead, done) = tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        both = both => both,
    };
    assert_eq!((dead.state, done.state), (State::Dead, State::Done));
    assert_eq!(
        dead.story.last_error(),
        Some("panicked: nothing divides by 0")
    );
    assert_eq!(dead.story.attempts(), 1);
}

pub(crate) async fn a_dead_letter_tells_everything_and_can_be_revived(
    server: &Server,
    queue: &str,
) {
    let engine = server.engine().await;
    let jobs = engine.queue::<u32>(queue);
    let id = jobs.push(&1).await.unwrap();
    let policy = Policy::new()
        .max_attempts(3)
        .fixed(Duration::from_millis(1));
    let fail = async |_: u32, turn: Turn| {
        let before = turn.previous_error().unwrap_or("nothing").to_owned();
        Err::<(), _>(format!("{} after {before}\0", turn.attempt()))
    };
    let runner = jobs.worker(policy, fail).build().unwrap();
    let look = tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        look = ended(&jobs, id) => look,
    };
    let told: Vec<_> = look
        .story
        .chapters()
        .iter()
        .filter_map(|chapter| chapter.error())
        .collect();
    assert_eq!(
        told,
        [
            "1 after nothing",
            "2 after 1 after nothing",
            "3 after 2 after 1 after nothing"
        ]
    );
    assert!(jobs.revive(id).await.unwrap());
    assert!(!jobs.revive(id).await.unwrap(), "it is alive");
    let runner = jobs.worker(policy, accept).build().unwrap();
    let look = tokio::select! {
        () = runner.run_until(std::future::pending()) => unreachable!(),
        look = ended(&jobs, id) => look,
    };
    assert_eq!((look.state, look.story.attempts()), (State::Done, 1));
}

pub(crate) async fn finished_jobs_are_forgotten_in_time(server: &Server, queue: &str) {
    let engine = server.engine().await;
    let jobs = engine.keep(Duration::from_millis(1)).queue::<u32>(queue);
    let id = jobs.push(&1).await.unwrap();
    until("the job is forgotten", async || {
        // Each worker forgets when it begins.
        let runner = jobs.worker(ONCE, accept).build().unwrap();
        runner
            .run_until(tokio::time::sleep(Duration::from_millis(400)))
            .await;
        jobs.look(id).await.unwrap().is_none().then_some(())
    })
    .await;
}
