//! Hedged attempts through the driver, on a paused clock: the published tables, the guards of each leg, and what is reported.

use std::sync::Mutex;
use std::time::Duration;

use retry_core::{
    Attempt, Budget, CircuitBreaker, Cooldown, Hedge, Latency, Policy, Report, StopReason,
    Timer as _, Verdict,
};
use tokio::time::{Instant, sleep};

use crate::failed::Failed;
use crate::recorder::Recorder;

const MS: Duration = Duration::from_millis(1);
const DELAY: Duration = Duration::from_millis(500);
const ONCE: Policy = Policy::new().max_attempts(1);
/// Three hedges beside the first leg, as in the table of gRPC A6 with its four attempts.
const HEDGE: Hedge<'_> = Hedge::after(DELAY).max_hedges(3);

/// When the legs of an operation start, and what each of them comes to after how many milliseconds.
struct Legs {
    start: Instant,
    started: Mutex<Vec<u64>>,
    script: &'static [(u64, Result<u32, Failed>)],
}

/// Longer than any call below.
const BREAK: Duration = Duration::from_millis(64);
const PROBES: u32 = 24;
const NEVER: (u64, Result<u32, Failed>) = (u64::MAX, Ok(0));

impl Legs {
    fn new(script: &'static [(u64, Result<u32, Failed>)]) -> Self {
        Self {
            start: Instant::now(),
            started: Mutex::default(),
            script,
        }
    }

    /// One leg; those beyond the script never end.
    fn run(&self) -> impl Future<Output = Result<u32, Failed>> + use<> {
        let mut started = self.started.lock().unwrap();
        let (after, outcome) = self.script.get(started.len()).copied().unwrap_or(NEVER);
        started.push(self.passed());
        async move {
            sleep(Duration::from_millis(after.min(1_000_000_000))).await;
            outcome
        }
    }

    fn passed(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }

    fn started(&self) -> Vec<u64> {
        self.started.lock().unwrap().clone()
    }
}

fn busy(n: u32) -> Result<u32, Failed> {
    Err(Failed::Busy(n))
}

/// `Busy(9)` is permanent, `Busy(300)` asks for 300 ms, all others may pass.
fn verdict(error: &Failed) -> Verdict {
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
            &[(100, Err(Failed::Busy(300))), NEVER, (50, Ok(3))],
            Ok(3),
            &[0, 400, 900],
            950,
            2,
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
async fn a_budget_that_is_empty_lets_the_running_legs_run_on() {
    let budget = Budget::new(0.0).reserve(1);
    let legs = Legs::new(&[(1700, Ok(1)), NEVER]);
    let call = ONCE.budget(&budget).hedge(HEDGE);
    let (outcome, report) = call.report(|| legs.run()).await;
    assert_eq!((outcome, legs.passed(), report.hedges()), (Ok(1), 1700, 1));
    assert_eq!(legs.started(), [0, 500], "one token, one hedge");
    assert_eq!(budget.balance(), 0, "the server did the work");
}

#[tokio::test(start_paused = true)]
async fn a_leg_that_loses_gives_its_permit_back_unjudged() {
    let breaker = CircuitBreaker::new()
        .min_calls(1)
        .break_time(DELAY)
        .probes(3);
    let now = || retry_core::DefaultTimer.now();
    breaker.admit(now).unwrap().record(true, now);
    sleep(DELAY).await;
    let legs = Legs::new(&[(1000, Err(Failed::Busy(1))), (200, Ok(2))]);
    let call = ONCE.breaker(&breaker).hedge(HEDGE);
    assert_eq!(call.retry(|| legs.run()).await, Ok(2));
    // One probe has reported, two are free: the loser's is among them.
    let free: Vec<_> = std::iter::from_fn(|| breaker.admit(now).ok()).collect();
    assert_eq!(free.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn each_leg_is_judged_by_its_own_outcome() {
    let breaker = CircuitBreaker::new()
        .min_calls(3)
        .window(3)
        .failure_ratio(0.6);
    let legs = Legs::new(&[
        (600, Err(Failed::Busy(1))),
        (50, Err(Failed::Busy(2))),
        (200, Ok(3)),
    ]);
    let call = ONCE.breaker(&breaker).hedge(HEDGE);
    assert_eq!(call.retry(|| legs.run()).await, Ok(3));
    assert_eq!(
        breaker.state(),
        retry_core::BreakerState::Open,
        "two of three failed"
    );
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_starts_no_hedge() {
    let breaker = CircuitBreaker::new();
    let legs = Legs::new(&[(1700, Ok(1))]);
    let call = ONCE.breaker(&breaker).hedge(HEDGE);
    let outcome = call.retry(|| {
        breaker.force_open();
        legs.run()
    });
    assert_eq!(outcome.await, Ok(1));
    assert_eq!(legs.started(), [0]);
}

#[tokio::test(start_paused = true)]
async fn a_loser_s_hint_is_heard_by_all() {
    let cooldown = Cooldown::new();
    let legs = Legs::new(&[(600, Err(Failed::Busy(5000))), (700, Ok(2))]);
    let call = ONCE.when_err(verdict).cooldown(&cooldown).hedge(HEDGE);
    let (outcome, report) = call.report(|| legs.run()).await;
    assert_eq!((outcome, report.hedges()), (Ok(2), 1));
    let left = cooldown.time_left(|| retry_core::DefaultTimer.now());
    assert_eq!(left, Some(4400 * MS), "5 s from 600 ms on");
}

#[tokio::test(start_paused = true)]
async fn no_hedge_starts_while_a_cooldown_holds() {
    let cooldown = Cooldown::new();
    let legs = Legs::new(&[(1700, Ok(1))]);
    let call = ONCE.cooldown(&cooldown).hedge(HEDGE);
    let outcome = call.retry(|| {
        cooldown.hold(DELAY * 2, || retry_core::DefaultTimer.now());
        legs.run()
    });
    assert_eq!((outcome.await, legs.started()), (Ok(1), vec![0]));
}

#[tokio::test(start_paused = true)]
async fn a_quantile_hedges_only_what_it_knows_and_never_the_first_millisecond() {
    let latency = Latency::new();
    let hedge = Hedge::quantile(&latency, 0.95);
    for _ in 0..20 {
        let legs = Legs::new(&[(10, Ok(1))]);
        let (_, report) = ONCE.hedge(hedge).report(|| legs.run()).await;
        assert_eq!(report.hedges(), 0);
    }
    let legs = Legs::new(&[(5000, Ok(1)), (10, Ok(2))]);
    let (outcome, report) = ONCE.hedge(hedge).report(|| legs.run()).await;
    assert_eq!((outcome, report.hedges()), (Ok(2), 1));
    assert!(legs.started()[1] <= 11, "{:?}", legs.started());

    let quick = Latency::new();
    (0..50).for_each(|_| quick.record(Duration::ZERO));
    let legs = Legs::new(&[(5000, Ok(1)), (10, Ok(2))]);
    ONCE.hedge(Hedge::quantile(&quick, 0.5))
        .retry(|| legs.run())
        .await
        .unwrap();
    assert_eq!(legs.started(), [0, 1]);
}

#[tokio::test(start_paused = true)]
async fn the_loser_s_time_is_recorded_and_a_failure_s_is_not() {
    let latency = Latency::new();
    (0..20).for_each(|_| latency.record(10 * MS));
    let hedge = Hedge::quantile(&latency, 0.5);
    for _ in 0..40 {
        let legs = Legs::new(&[(5000, Ok(1)), (1000, Ok(2))]);
        ONCE.hedge(hedge).retry(|| legs.run()).await.unwrap();
        let legs = Legs::new(&[(1, Err(Failed::Busy(1))), (1, Err(Failed::Busy(2)))]);
        let _failed = ONCE.hedge(hedge).retry(|| legs.run()).await;
    }
    let median = latency.quantile(0.5).unwrap();
    assert!(
        median > 900 * MS,
        "losers keep the slow samples: {median:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_report_says_what_was_wasted_and_an_observer_sees_each_hedge() {
    let recorder = Recorder::default();
    let legs = Legs::new(&[(2000, Ok(1)), NEVER, (100, Ok(3))]);
    let call = ONCE.observer(&recorder).hedge(HEDGE);
    let (outcome, report) = call.report(|| legs.run()).await;
    assert_eq!((outcome, report.winner()), (Ok(3), 2));
    assert_eq!(report.wasted(), (1100 + 600) * MS);
    assert!(
        report
            .to_string()
            .starts_with("1 attempt and 2 hedges in 1.1s"),
        "{report}"
    );
    assert_eq!(
        recorder.lines(),
        [
            "1 started",
            "1 Hedged(1)",
            "1 Hedged(2)",
            "1 ended Done",
            "1 stopped Done"
        ]
    );
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

/// Dropped at each of its awaits, or driven to its end, under random answers: all tokens and permits are back.
#[test]
fn whenever_it_is_dropped_tokens_and_permits_are_balanced() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut random = fastrand::Rng::with_seed(21);
        for _ in 0..100_000 {
            let budget = Budget::new(0.0).reserve(3).capacity(3);
            // Half-open, and too many probes for the reports of one call to decide anything.
            let breaker = CircuitBreaker::new()
                .min_calls(1)
                .break_time(BREAK)
                .probes(PROBES);
            let now = || retry_core::DefaultTimer.now();
            breaker.admit(now).unwrap().record(true, now);
            sleep(BREAK).await;
            let mut plan: Vec<(u64, bool)> = (0..8)
                .map(|_| (random.u64(..6), random.u8(..3) > 0))
                .collect();
            let mut runs = 0;
            let judged = std::cell::Cell::new(0);
            let policy = Policy::new().max_attempts(2).fixed(2 * MS);
            let hedge = Hedge::after(random.u32(..4) * MS).max_hedges(2);
            let call = policy
                .budget(&budget)
                .breaker(&breaker)
                .hedge(hedge)
                .report(|| {
                    runs += 1;
                    let (after, fails) = plan.pop().unwrap();
                    let judged = &judged;
                    async move {
                        sleep(u32::try_from(after).unwrap() * MS).await;
                        judged.set(judged.get() + 1);
                        if fails { busy(1) } else { Ok(1) }
                    }
                });
            let _dropped = tokio::time::timeout(random.u32(..12) * MS, call).await;
            // A run beyond the first one cost a token, and a token bought a run, or is back.
            assert_eq!(budget.balance() + runs, 3 + 1, "of {runs} runs");
            let free: Vec<_> = std::iter::from_fn(|| breaker.admit(now).ok()).collect();
            let free = free.len();
            // The call may not have been polled at all, and the circuit may still be open.
            assert!(
                free + judged.get() == PROBES as usize || runs == 0,
                "{free} free, {judged:?} judged"
            );
        }
    });
}
