//! Calls inside an attempt of another call: with the feature `nested` one of them retries, without it each of them does.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use retry_core::{Policy, Report, StopReason};

use crate::recorder::Recorder;

const FOUR: Policy = Policy::new().max_attempts(4).fixed(Duration::ZERO);
const SEEN: bool = cfg!(feature = "nested");

/// Counts the calls of the server at the end of the line, which is down.
#[derive(Default)]
struct Server(AtomicU32);

impl Server {
    fn answer(&self) -> Result<(), &'static str> {
        self.0.fetch_add(1, Relaxed);
        Err("down")
    }

    fn calls(self) -> u32 {
        self.0.into_inner()
    }
}

#[tokio::test]
async fn three_layers_of_four_attempts_are_four_calls_or_sixty_four() {
    let server = Server::default();
    let outcome = FOUR
        .name("outer")
        .retry(async || {
            let middle = FOUR.name("middle");
            middle
                .retry(async || FOUR.name("inner").retry(async || server.answer()).await)
                .await
        })
        .await;
    assert_eq!(outcome, Err("down"));
    assert_eq!(server.calls(), if SEEN { 4 } else { 64 });
}

#[test]
fn on_one_thread_too() {
    let server = Server::default();
    let inner = || FOUR.retry_blocking(|| server.answer());
    let outcome = FOUR.retry_blocking(|| FOUR.retry_blocking(inner));
    assert_eq!(outcome, Err("down"));
    assert_eq!(server.calls(), if SEEN { 4 } else { 64 });
}

#[cfg(feature = "macros")]
#[tokio::test]
async fn annotated_functions_too() {
    #[retry_core::retry(max_attempts = 4, fixed_ms = 0)]
    async fn outer(server: &Server) -> Result<(), &'static str> {
        middle(server)
    }
    #[retry_core::retry(max_attempts = 4, fixed_ms = 0)]
    fn middle(server: &Server) -> Result<(), &'static str> {
        inner(server)
    }
    #[retry_core::retry(policy = FOUR)]
    fn inner(server: &Server) -> Result<(), &'static str> {
        server.answer()
    }
    #[retry_core::retry(max_attempts = 4, fixed_ms = 0, attempt_timeout_ms = 1000)]
    async fn limited(server: &Server) -> Result<(), Failed> {
        Ok(stubborn(server)?)
    }
    #[retry_core::retry(max_attempts = 2, fixed_ms = 0, nested)]
    fn stubborn(server: &Server) -> Result<(), &'static str> {
        server.answer()
    }
    #[derive(Debug, PartialEq)]
    enum Failed {
        Down,
        TimedOut,
    }
    impl From<&'static str> for Failed {
        fn from(_: &'static str) -> Self {
            Self::Down
        }
    }
    impl From<retry_core::TimedOut> for Failed {
        fn from(_: retry_core::TimedOut) -> Self {
            Self::TimedOut
        }
    }
    let server = Server::default();
    assert_eq!(outer(&server).await, Err("down"));
    assert_eq!(server.calls(), if SEEN { 4 } else { 64 });
    let server = Server::default();
    assert_eq!(limited(&server).await, Err(Failed::Down));
    assert_eq!(server.calls(), 8, "two attempts in each of four");
}

/// The report of a call inside an attempt of another one.
fn inside(inner: impl Fn() -> Report) -> Report {
    let mut report = None;
    let _down = FOUR.retry_blocking(|| {
        report = Some(inner());
        Err::<(), _>("down")
    });
    report.expect("at least one attempt")
}

#[test]
fn the_report_says_why_there_was_one_attempt() {
    let recorder = Recorder::default();
    let report = inside(|| {
        let call = FOUR.max_attempts(2).observer(&recorder);
        call.report_blocking(|| Err::<(), _>("down")).1
    });
    if SEEN {
        assert_eq!(report.stop_reason(), StopReason::Nested);
        assert_eq!(
            recorder.lines()[..3],
            ["1 started", "1 ended Retry", "1 stopped Nested"]
        );
    } else {
        assert_eq!(report.stop_reason(), StopReason::AttemptsExhausted);
    }
}

#[test]
fn who_says_so_retries_nevertheless() {
    let report = inside(|| FOUR.nested().report_blocking(|| Err::<(), _>("down")).1);
    assert_eq!(report.attempts(), 4);
}

#[test]
fn a_call_of_one_attempt_leaves_the_retrying_to_what_is_inside() {
    let once = FOUR.max_attempts(1);
    let mut report = None;
    let _down = once.retry_blocking(|| {
        report = Some(FOUR.report_blocking(|| Err::<(), _>("down")).1);
        Err::<(), _>("down")
    });
    assert_eq!(report.map(|report| report.attempts()), Some(4));
}

#[tokio::test]
async fn a_spawned_task_is_inside_nothing_and_a_call_beside_it_is_not() {
    let server = std::sync::Arc::new(Server::default());
    let spawned = |server: std::sync::Arc<Server>| async move {
        let task = tokio::spawn(async move { FOUR.retry(async || server.answer()).await });
        task.await.expect("no panic")
    };
    let twice = FOUR.max_attempts(2);
    let outcome = twice.retry(async || spawned(server.clone()).await).await;
    assert_eq!(outcome, Err("down"));
    assert_eq!(server.0.load(Relaxed), 8);
    let (_, report) = FOUR.report(async || server.answer()).await;
    assert_eq!(report.attempts(), 4, "nothing is left over");
}

#[test]
fn a_panic_leaves_nothing_over() {
    let panicked = std::panic::catch_unwind(|| {
        FOUR.retry_blocking(|| -> Result<(), ()> { panic!("on purpose") })
    });
    assert!(panicked.is_err());
    let (_, report) = FOUR.report_blocking(|| Err::<(), _>("down"));
    assert_eq!(report.attempts(), 4);
}
