//! Hedged attempts through the driver, on a paused clock: the published tables, and what is reported.

use std::sync::Mutex;
use std::time::Duration;

use retry_core::{Attempt, Hedge, Jitter, Policy, Report, StopReason, Verdict};
use tokio::time::{Instant, sleep};

use crate::failed::Failed;

pub(crate) const MS: Duration = Duration::from_millis(1);
pub(crate) const DELAY: Duration = Duration::from_millis(500);
pub(crate) const ONCE: Policy = Policy::new().max_attempts(1);
/// Three hedges beside the first leg, as in the table of gRPC A6 with its four attempts.
pub(crate) const HEDGE: Hedge<'_> = Hedge::after(DELAY).max_hedges(3);

/// When the legs of an operation start, and what each of them comes to after how many milliseconds.
pub(crate) struct Legs {
    start: Instant,
    started: Mutex<Vec<u64>>,
    script: &'static [(u64, Result<u32, Failed>)],
}

pub(crate) const NEVER: (u64, Result<u32, Failed>) = (u64::MAX, Ok(0));

impl Legs {
    pub(crate) fn new(script: &'static [(u64, Result<u32, Failed>)]) -> Self {
        Self {
            start: Instant::now(),
            started: Mutex::default(),
            script,
        }
    }

    /// One leg; those beyond the script never end.
    pub(crate) fn run(&self) -> impl Future<Output = Result<u32, Failed>> + use<> {
        let mut started = self.started.lock().unwrap();
        let (after, outcome) = self.script.get(started.len()).copied().unwrap_or(NEVER);
        started.push(self.passed());
        async move {
            sleep(Duration::from_millis(after.min(1_000_000_000))).await;
            outcome
        }
    }

    pub(crate) fn passed(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }

    pub(crate) fn started(&self) -> Vec<u64> {
        self.started.lock().unwrap().clone()
    }
}

pub(crate) fn busy(n: u32) -> Result<u32, Failed> {
    Err(Failed::Busy(n))
}

/// `Busy(9)` is permanent, `Busy(300)` asks for 300 ms, all others may pass.
pub(crate) fn verdict(error: &Failed) -> Verdict {
    match error {
        Failed::Busy(9) => Verdict::Permanent,
        Failed::Busy(millis @ 100..) => Verdict::RetryAfter(*millis * MS),
        _ => Verdict::Retry,
    }
}

async fn raced(legs: &Legs) -> (Result<u32, Failed>, Report) {
    let call = ONCE.when_err(verdict).hedge(HEDGE);
    call.report(|| legs.run()).await
}

#[tokio::test(start_paused = true)]
async fn while_none_answers_one_starts_every_delay() {
    let legs = Legs::new(&[]);
    let call = ONCE.hedge(HEDGE);
    let waited = tokio::time::timeout(10 * DELAY, call.retry(|| legs.run())).await;
    assert!(waited.is_err());
    assert_eq!(legs.started(), [0, 500, 1000, 1500]);
}

#[tokio::test(start_paused = true)]
async fn the_first_success_is_the_outcome_and_ends_the_race() {
    let table: &[(&'static [_], _, &[u64], u64, u32)] = &[
        (&[(400, Ok(1))], Ok(1), &[0], 400, 0),
        (&[NEVER, (200, Ok(2))], Ok(2), &[0, 500], 700, 1),
        (&[(700, Ok(1)), NEVER], Ok(1), &[0, 500], 700, 0),
        (
            &[(100, Err(Failed::Busy(1))), NEVER, (50, Ok(3))],
            Ok(3),
            &[0, 100, 600],
            650,
            2,
        ),
        (
            &[(100, Err(Failed::Busy(9)))],
            Err(Failed::Busy(9)),
            &[0],
            100,
            0,
        ),
        (
            &[NEVER, (100, Err(Failed::Busy(9)))],
            Err(Failed::Busy(9)),
            &[0, 500],
            600,
            1,
        ),
        (
            &[NEVER, (100, Err(Failed::Busy(2))), (100, Ok(3))],
            Ok(3),
            &[0, 500, 600],
            700,
            2,
        ),
    ];
    for (script, outcome, started, at, winner) in table {
        let legs = Legs::new(script);
        let (last, report) = raced(&legs).await;
        assert_eq!((last, legs.passed()), (*outcome, *at), "{script:?}");
        assert_eq!(legs.started(), *started, "{script:?}");
        assert_eq!(
            (report.winner(), report.attempts()),
            (*winner, 1),
            "{script:?}"
        );
        assert_eq!(report.hedges() as usize + 1, started.len(), "{script:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn if_all_fail_the_first_failure_stands_unless_one_has_a_hint() {
    let legs = Legs::new(&[
        (1, Err(Failed::Busy(1))),
        (1, Err(Failed::Busy(2))),
        (1, Err(Failed::Busy(3))),
        (1, Err(Failed::Busy(4))),
    ]);
    let (outcome, report) = raced(&legs).await;
    assert_eq!(
        (outcome, report.stop_reason()),
        (busy(1), StopReason::AttemptsExhausted)
    );
    assert_eq!(legs.started(), [0, 1, 2, 3]);

    let legs = Legs::new(&[
        (1, Err(Failed::Busy(1))),
        (1, Err(Failed::Busy(70_000))),
        (5, Err(Failed::Busy(3))),
    ]);
    let (outcome, report) = raced(&legs).await;
    assert_eq!(outcome, busy(70_000), "the hint is longer than `max_hint`");
    assert_eq!((legs.started(), report.winner()), (vec![0, 1], 1));
}

/// Nothing runs beside the wait for a hint, so it is the call's own.
#[tokio::test(start_paused = true)]
async fn a_hint_is_waited_for_between_two_races() {
    let legs = Legs::new(&[(100, Err(Failed::Busy(300))), NEVER, (50, Ok(3))]);
    let policy = Policy::new().max_attempts(2).jitter(Jitter::None);
    let call = policy.fixed(Duration::ZERO).when_err(verdict).hedge(HEDGE);
    let (outcome, report) = call.report(|| legs.run()).await;
    assert_eq!((outcome, report.attempts()), (Ok(3), 2));
    assert_eq!(
        (legs.started(), report.waited()),
        (vec![0, 400, 900], 300 * MS)
    );
}

/// Leg 0 hears at 600 ms that it has to wait for 2 s, leg 1 fails at 1.6 s: the retry is due at 2.6 s.
#[tokio::test(start_paused = true)]
async fn a_hint_counts_from_when_it_was_heard() {
    let legs = Legs::new(&[
        (600, Err(Failed::Busy(2000))),
        (1100, Err(Failed::Busy(1))),
        (1, Ok(3)),
    ]);
    let policy = Policy::new().max_attempts(2).jitter(Jitter::None);
    let call = policy.fixed(Duration::ZERO).max_elapsed(3000 * MS);
    let call = call.when_err(verdict).hedge(Hedge::after(DELAY));
    let outcome = call.retry(|| legs.run()).await;
    assert_eq!((outcome, legs.started()), (Ok(3), vec![0, 500, 2600]));
}

#[tokio::test]
async fn a_success_of_the_first_leg_reads_no_clock() {
    struct NoClock;
    impl retry_core::Timer for NoClock {
        fn now(&self) -> Duration {
            panic!("the clock was read")
        }
        async fn sleep(&self, _: Duration) {
            std::future::pending::<()>().await;
        }
    }
    let outcome = ONCE
        .timer(NoClock)
        .hedge(HEDGE)
        .retry(async || Ok::<_, Failed>(1));
    assert_eq!(outcome.await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn each_outcome_is_judged_once() {
    let judged = Mutex::new(0);
    let legs = Legs::new(&[(1, Err(Failed::Busy(1))), (1, Ok(1))]);
    let judge = |outcome: &Result<u32, Failed>| {
        *judged.lock().unwrap() += 1;
        outcome.is_err()
    };
    let outcome = ONCE.when(judge).hedge(HEDGE).retry(|| legs.run()).await;
    assert_eq!((outcome, *judged.lock().unwrap()), (Ok(1), 2));
}

#[tokio::test(start_paused = true)]
async fn a_signal_that_has_fired_starts_no_hedge() {
    let legs = Legs::new(&[(900, Ok(1)), (900, Ok(2))]);
    let call = ONCE.stop_on(sleep(10 * MS)).hedge(HEDGE);
    assert_eq!(call.retry(|| legs.run()).await, Ok(1));
    assert_eq!(legs.started(), [0]);
}

#[tokio::test(start_paused = true)]
async fn a_call_inside_an_attempt_of_another_one_does_not_hedge() {
    let runs = Mutex::new(0);
    let runs = &runs;
    let inner = async || {
        *runs.lock().unwrap() += 1;
        sleep(DELAY * 100).await;
        busy(1)
    };
    let call = ONCE.max_attempts(2).hedge(HEDGE);
    let outer = call.retry(async || ONCE.hedge(HEDGE).retry(inner).await);
    assert!(tokio::time::timeout(DELAY * 10, outer).await.is_err());
    let expected = if cfg!(feature = "nested") { 4 } else { 16 };
    assert_eq!(*runs.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_race_that_failed_is_one_attempt_and_is_retried() {
    let legs = Legs::new(&[
        (1, Err(Failed::Busy(1))),
        (1, Err(Failed::Busy(2))),
        (1, Err(Failed::Busy(3))),
        (1, Ok(4)),
    ]);
    let policy = Policy::new().max_attempts(2).fixed(DELAY);
    let mut told = Vec::new();
    let call = policy.on_retry(|event| {
        let outcome: &Result<u32, Failed> = event.outcome();
        told.push((event.attempt().number(), *outcome));
    });
    let (outcome, report) = call.hedge(Hedge::after(DELAY)).report(|| legs.run()).await;
    assert_eq!((outcome, report.attempts(), report.hedges()), (Ok(4), 2, 2));
    assert_eq!(legs.started(), [0, 1, 502, 503]);
    assert_eq!(told, [(1, busy(1))]);
}

#[tokio::test(start_paused = true)]
async fn no_leg_starts_at_or_after_the_limit_and_each_is_cut_off_there() {
    let legs = Legs::new(&[]);
    let call = ONCE.max_elapsed(1200 * MS).attempt_timeout(10 * DELAY);
    let (outcome, _) = call.hedge(HEDGE).report(|| legs.run()).await;
    assert!(matches!(outcome, Err(Failed::TimedOut(cut)) if cut.after() == 1200 * MS));
    assert_eq!((legs.started(), legs.passed()), (vec![0, 500, 1000], 1200));
}

#[tokio::test(start_paused = true)]
async fn each_leg_has_a_timeout_of_its_own() {
    let legs = Legs::new(&[NEVER, (700, Ok(2))]);
    let call = ONCE.attempt_timeout(800 * MS).hedge(Hedge::after(DELAY));
    let (outcome, report) = call.report(|| legs.run()).await;
    assert_eq!((outcome, legs.passed(), report.winner()), (Ok(2), 1200, 1));
}

#[tokio::test(start_paused = true)]
async fn without_a_delay_all_legs_start_at_once() {
    let legs = Legs::new(&[(30, Ok(1)), (20, Ok(2)), (10, Ok(3)), (40, Ok(4))]);
    let call = ONCE.hedge(Hedge::after(Duration::ZERO).max_hedges(3));
    assert_eq!(call.retry(|| legs.run()).await, Ok(3));
    assert_eq!((legs.started(), legs.passed()), (vec![0; 4], 10));
}

#[tokio::test(start_paused = true)]
async fn the_legs_of_an_attempt_are_told_apart() {
    let seen = Mutex::new(Vec::new());
    let call = Policy::new()
        .max_attempts(2)
        .fixed(DELAY)
        .hedge(Hedge::after(DELAY));
    let outcome = call.retry_with(|attempt: Attempt| {
        seen.lock()
            .unwrap()
            .push((attempt.number(), attempt.hedge(), attempt.elapsed()));
        async move {
            sleep(700 * MS).await;
            busy(1)
        }
    });
    assert_eq!(outcome.await, busy(1));
    let seen = seen.into_inner().unwrap();
    assert_eq!(
        seen,
        [
            (1, 0, Duration::ZERO),
            (1, 1, DELAY),
            (2, 0, 1700 * MS),
            (2, 1, 2200 * MS)
        ]
    );
}
