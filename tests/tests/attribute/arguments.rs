//! Every argument, by what it changes: delays under a paused clock, counts of attempts.

use retry_core::{
    Attempt, Budget, CircuitBreaker, Classify, Event, Jitter, Observer, Policy, Rejected,
    RetryError, StopReason, TimedOut, Verdict, retry,
};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The delays between the attempts of a function that notes when each begins.
async fn delays<F: AsyncFnOnce(&RefCell<Vec<Instant>>)>(call: F) -> Vec<u128> {
    let begun = RefCell::new(Vec::new());
    call(&begun).await;
    let begun = begun.into_inner();
    begun
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_millis())
        .collect()
}

/// A function that always fails under these arguments, and the delays that it shows.
macro_rules! delays_of {
    ($($args:tt)*) => {
        delays(async |begun| {
            #[retry($($args)*)]
            async fn fails(begun: &RefCell<Vec<Instant>>) -> Result<(), ()> {
                begun.borrow_mut().push(Instant::now());
                Err(())
            }
            assert_eq!(fails(begun).await, Err(()));
        })
        .await
    };
}

const MAX: u32 = 3;
const STEP: Duration = Duration::from_millis(250);
static BASE: f64 = 3.0;

mod settings {
    pub(crate) const JITTER: retry_core::Jitter = retry_core::Jitter::None;
    pub(crate) const fn attempts() -> u32 {
        2
    }
}

#[tokio::test(start_paused = true)]
async fn max_attempts_counts_the_first() {
    assert_eq!(delays_of!(fixed_ms = 5).len(), 2);
    assert_eq!(delays_of!(fixed_ms = 5, max_attempts = 1).len(), 0);
    assert_eq!(delays_of!(fixed_ms = 5, max_attempts = 0x5_u32).len(), 4);
    assert_eq!(delays_of!(fixed_ms = 5, max_attempts = MAX + 1).len(), 3);
    assert_eq!(
        delays_of!(fixed_ms = 5, max_attempts = settings::attempts()).len(),
        1
    );
    assert_eq!(
        delays_of!(
            fixed_ms = 5,
            max_attempts = {
                let n = 2;
                n * 2
            },
        )
        .len(),
        3
    );
}

#[tokio::test(start_paused = true)]
async fn unlimited_is_bounded_by_max_elapsed() {
    assert_eq!(
        delays_of!(fixed = "1s", max_attempts = unlimited, max_elapsed = "1m").len(),
        59
    );
}

#[tokio::test(start_paused = true)]
async fn every_backoff_has_both_spellings() {
    assert_eq!(delays_of!(fixed = "1s500ms"), [1500, 1500]);
    assert_eq!(delays_of!(fixed_ms = 1500), [1500, 1500]);
    assert_eq!(delays_of!(fixed = STEP), [250, 250]);
    assert_eq!(delays_of!(fixed = Duration::from_secs(1)), [1000, 1000]);
    assert_eq!(delays_of!(fixed_ms = 2 * 100), [200, 200]);
    assert_eq!(
        delays_of!(exp_multiplier = "1s", jitter = none, max_attempts = 4),
        [1000, 2000, 4000]
    );
    assert_eq!(
        delays_of!(exp_multiplier_ms = 1000, exp_base = 3, jitter = none),
        [1000, 3000]
    );
    assert_eq!(
        delays_of!(exp_multiplier_ms = 1000, exp_base = 1.5, jitter = none),
        [1000, 1500]
    );
    assert_eq!(delays_of!(exp_base = BASE, jitter = none), [100, 300]);
    assert_eq!(
        delays_of!(incr_start_ms = 100, incr_step = "50ms", jitter = none),
        [100, 150]
    );
    assert_eq!(
        delays_of!(fib_multiplier_ms = 10, jitter = none, max_attempts = 6),
        [10, 10, 20, 30, 50]
    );
    assert_eq!(
        delays_of!(random_min_ms = 70, random_max = "70ms"),
        [70, 70]
    );
}

#[tokio::test(start_paused = true)]
async fn max_delay_caps_each_delay() {
    assert_eq!(
        delays_of!(
            exp_multiplier = "1s",
            jitter = none,
            max_attempts = 5,
            max_delay = "3s"
        ),
        [1000, 2000, 3000, 3000]
    );
}

#[tokio::test(start_paused = true)]
async fn jitter_is_a_word_a_fraction_or_a_constant() {
    let within = |delays: Vec<u128>, least: u128, longest: u128| {
        assert!(
            delays.iter().all(|delay| (least..=longest).contains(delay)),
            "{delays:?}"
        );
    };
    within(
        delays_of!(exp_multiplier_ms = 1000, jitter = full, seed = 1),
        0,
        2000,
    );
    within(
        delays_of!(exp_multiplier_ms = 1000, jitter = equal, seed = 1),
        500,
        2000,
    );
    within(
        delays_of!(exp_multiplier_ms = 1000, jitter = decorrelated, seed = 1),
        1000,
        9000,
    );
    within(
        delays_of!(fixed_ms = 1000, jitter = 0.25, seed = 1),
        750,
        1250,
    );
    assert_eq!(
        delays_of!(exp_multiplier_ms = 1000, jitter = settings::JITTER),
        [1000, 2000]
    );
    assert_eq!(
        delays_of!(exp_multiplier_ms = 1000, jitter = Jitter::None),
        [1000, 2000]
    );
}

#[tokio::test(start_paused = true)]
async fn a_seed_makes_delays_repeatable() {
    let first = delays_of!(seed = 7, max_attempts = 6);
    assert_eq!(delays_of!(seed = 7, max_attempts = 6), first);
    assert_ne!(delays_of!(seed = 8, max_attempts = 6), first);
}

#[tokio::test(start_paused = true)]
async fn wait_with_is_a_rule_of_the_users_own() {
    let squares = delays_of!(
        wait_with = |n| Duration::from_millis(u64::from(n * n)),
        jitter = none,
        max_attempts = 4
    );
    assert_eq!(squares, [1, 4, 9]);
}

#[tokio::test(start_paused = true)]
async fn a_hint_longer_than_max_hint_stops_the_call() {
    fn asks(_: &Result<(), ()>) -> Verdict {
        Verdict::RetryAfter(Duration::from_secs(30))
    }
    let obeyed = delays_of!(jitter = none, when = asks, max_hint = "30s");
    assert_eq!(obeyed, [30_000, 30_000]);
    assert!(delays_of!(jitter = none, when = asks, max_hint_ms = 29_999).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_the_users_own_is_overridden_by_further_arguments() {
    static POLICY: Policy = Policy::new()
        .max_attempts(5)
        .fixed(Duration::from_millis(9));
    assert_eq!(delays_of!(policy = POLICY), [9, 9, 9, 9]);
    assert_eq!(delays_of!(policy = &POLICY, max_attempts = 2), [9]);
    assert_eq!(
        delays_of!(max_attempts = 2, policy = Policy::new(), fixed = "4ms"),
        [4]
    );

    struct Client {
        policy: Policy,
        calls: Cell<u32>,
    }
    impl Client {
        #[retry(policy = self.policy, max_attempts = limit)]
        async fn fetch(&self, limit: u32) -> Option<()> {
            self.calls.set(self.calls.get() + 1);
            None
        }
    }
    let client = Client {
        policy: POLICY,
        calls: Cell::new(0),
    };
    client.fetch(4).await;
    assert_eq!(client.calls.get(), 4);
}

struct Codes(&'static [u16]);

impl Classify<Result<u16, String>> for Codes {
    fn classify(&self, outcome: &Result<u16, String>) -> Verdict {
        outcome
            .as_ref()
            .is_ok_and(|code| self.0.contains(code))
            .into()
    }
}

impl Classify<String> for Codes {
    fn classify(&self, error: &String) -> Verdict {
        (error == "busy").into()
    }
}

static CODES: Codes = Codes(&[503]);

fn busy(outcome: &Result<u16, String>) -> bool {
    matches!(outcome, Ok(503))
}

/// Attempts made of a function that gives this outcome under these arguments.
macro_rules! attempts_of {
    ($outcome:expr, $($args:tt)*) => {{
        #[retry(fixed_ms = 0, $($args)*)]
        fn call(calls: &mut u32) -> Result<u16, String> {
            *calls += 1;
            $outcome
        }
        let mut calls = 0;
        let _outcome: Result<u16, String> = call(&mut calls);
        calls
    }};
}

#[test]
fn when_takes_closures_functions_and_classifier_values() {
    assert_eq!(
        attempts_of!(Ok(503), when = |outcome| matches!(outcome, Ok(503))),
        3
    );
    assert_eq!(
        attempts_of!(
            Ok(503),
            when = |outcome| if outcome.is_ok() {
                Verdict::Retry
            } else {
                Verdict::Done
            }
        ),
        3
    );
    assert_eq!(
        attempts_of!(
            Err("busy".into()),
            when = |outcome| matches!(outcome, Ok(503))
        ),
        1
    );
    assert_eq!(attempts_of!(Ok(503), when = (busy)), 3);
    assert_eq!(attempts_of!(Ok(503), when = CODES), 3);
    assert_eq!(attempts_of!(Ok(404), when = &CODES), 1);
    assert_eq!(attempts_of!(Ok(404), when = Codes(&[404])), 3);
    assert_eq!(
        attempts_of!(Ok(404), when = std::sync::Arc::new(Codes(&[404]))),
        3
    );
}

#[test]
fn when_takes_classifiers_that_are_chosen_at_run_time() {
    type Answer = Result<u16, String>;
    type Shared = dyn Classify<Answer> + Send + Sync;

    #[retry(fixed_ms = 0, when = rule)]
    fn borrowed(rule: &dyn Classify<Answer>, calls: &mut u32) -> Answer {
        *calls += 1;
        Ok(503)
    }
    #[retry(fixed_ms = 0, when = &*rule)]
    fn boxed(rule: Box<dyn Classify<Answer>>, calls: &mut u32) -> Answer {
        *calls += 1;
        Ok(503)
    }
    struct Client {
        rule: Arc<Shared>,
    }
    impl Client {
        #[retry(fixed_ms = 0, when = self.rule)]
        fn call(&self, calls: &mut u32) -> Answer {
            *calls += 1;
            Ok(503)
        }
    }
    for (codes, attempts) in [(&[503], 3), (&[404], 1)] {
        let mut calls = [0; 3];
        let _last = borrowed(&Codes(codes), &mut calls[0]);
        let _last = boxed(Box::new(Codes(codes)), &mut calls[1]);
        let rule = Arc::new(Codes(codes));
        let _last = Client { rule }.call(&mut calls[2]);
        assert_eq!(calls, [attempts; 3]);
    }
    static SHARED: &Shared = &CODES;
    assert_eq!(attempts_of!(Ok(503), when = SHARED), 3);
    assert_eq!(attempts_of!(Ok(404), when = SHARED), 1);
}

#[test]
fn when_err_takes_closures_functions_and_classifier_values() {
    let busy = || Err("busy".to_owned());
    assert_eq!(attempts_of!(Ok(503), when_err = |_| true), 1);
    assert_eq!(
        attempts_of!(Err("busy".into()), when_err = |error| error == "busy"),
        3
    );
    assert_eq!(
        attempts_of!(Err("gone".into()), when_err = |error| error == "busy"),
        1
    );
    assert_eq!(
        attempts_of!(Err("busy".into()), when_err = String::is_empty),
        1
    );
    assert_eq!(attempts_of!(Err("busy".into()), when_err = CODES), 3);
    assert_eq!(busy().map(|()| 1), Err("busy".into()));
}

#[test]
fn an_error_that_when_err_does_not_retry_is_permanent() {
    #[retry(wrap_error, when_err = |error| *error == 503)]
    fn call(code: u16) -> Result<(), RetryError<u16>> {
        Err(code)
    }
    let error = call(404).unwrap_err();
    assert!(error.is_permanent());
    assert_eq!(error.into_inner(), 404);
}

#[tokio::test(start_paused = true)]
async fn on_retry_sees_the_delay_that_follows_and_may_use_the_arguments() {
    #[retry(fixed_ms = 7, on_retry = |event| told.push((event.attempt().number(), event.delay().as_millis(), *event.outcome())))]
    async fn fails(told: &mut Vec<(u32, u128, Result<(), usize>)>) -> Result<(), usize> {
        told.reserve(1);
        Err(told.len())
    }
    let mut told = Vec::new();
    assert_eq!(fails(&mut told).await, Err(2));
    assert_eq!(told, [(1, 7, Err(0)), (2, 7, Err(1))]);
}

#[tokio::test(start_paused = true)]
async fn on_retry_alone_adds_up_the_delays() {
    #[retry(fixed_ms = 7, on_retry = |event| told.push(event.attempt().elapsed().as_millis()))]
    async fn fails(told: &mut Vec<u128>) -> Option<u8> {
        told.reserve(1);
        None
    }
    let mut told = Vec::new();
    assert_eq!(fails(&mut told).await, None);
    assert_eq!(told, [0, 7]);
}

#[test]
fn on_retry_takes_a_function() {
    thread_local!(static TOLD: Cell<u32> = const { Cell::new(0) });
    fn tell(event: &retry_core::RetryEvent<'_, Option<u8>>) {
        assert!(event.outcome().is_none());
        TOLD.set(TOLD.get() + 1);
    }
    #[retry(fixed_ms = 0, on_retry = tell)]
    fn fails() -> Option<u8> {
        None
    }
    assert_eq!((fails(), TOLD.get()), (None, 2));
}

#[tokio::test(start_paused = true)]
async fn attempt_is_bound_in_the_body() {
    #[retry(fixed_ms = 1000, attempt = which)]
    async fn fails(seen: &mut Vec<Attempt>) -> Result<(), ()> {
        seen.push(which);
        Err(())
    }
    let mut seen = Vec::new();
    assert_eq!(fails(&mut seen).await, Err(()));
    let seen: Vec<_> = seen
        .iter()
        .map(|one| {
            (
                one.number(),
                one.elapsed().as_secs(),
                one.previous_delay().as_secs(),
                one.is_last(),
            )
        })
        .collect();
    assert_eq!(seen, [(1, 0, 0, false), (2, 1, 1, false), (3, 2, 1, true)]);
}

#[tokio::test(start_paused = true)]
async fn wrap_error_tells_the_story_in_the_error() {
    #[retry(fixed = "1s", wrap_error)]
    async fn parse(text: &str) -> Result<u8, RetryError<std::num::ParseIntError>> {
        let number = text.parse()?;
        Ok(number)
    }
    assert_eq!(parse("7").await.ok(), Some(7));
    let error = parse("x").await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.elapsed(), error.stop_reason()),
        (3, Duration::from_secs(2), StopReason::AttemptsExhausted)
    );
}

#[derive(Debug, PartialEq)]
struct Late;

impl From<TimedOut> for Late {
    fn from(_: TimedOut) -> Self {
        Self
    }
}

#[tokio::test(start_paused = true)]
async fn attempt_timeout_ends_an_attempt_and_retries_it() {
    #[retry(fixed_ms = 1, attempt_timeout = limit)]
    async fn slow(begun: &mut Vec<Instant>, limit: Duration) -> Result<usize, Late> {
        begun.push(Instant::now());
        if begun.len() < 3 {
            std::future::pending::<()>().await;
        }
        Ok(begun.len())
    }
    let mut begun = Vec::new();
    let start = Instant::now();
    assert_eq!(slow(&mut begun, Duration::from_secs(5)).await, Ok(3));
    assert_eq!(start.elapsed().as_millis(), 10_002);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_timed_out_is_judged_like_any_outcome() {
    #[retry(fixed_ms = 1, attempt_timeout_ms = 5000, when_err = |_: &Late| false)]
    async fn slow(begun: &mut u32) -> Result<(), Late> {
        *begun += 1;
        std::future::pending().await
    }
    let mut begun = 0;
    assert_eq!(slow(&mut begun).await, Err(Late));
    assert_eq!(begun, 1);
}

#[tokio::test(start_paused = true)]
async fn attempt_timeout_and_wrap_error_go_together() {
    #[retry(fixed_ms = 1, attempt_timeout_ms = 10, wrap_error, max_attempts = 2, attempt = which)]
    async fn slow() -> Result<u32, RetryError<Late>> {
        std::future::pending::<()>().await;
        Ok(which.number())
    }
    let error = slow().await.unwrap_err();
    assert_eq!((error.attempts(), error.into_inner()), (2, Late));
}

#[tokio::test]
async fn a_timer_of_the_users_own_waits() {
    #[derive(Default)]
    struct Virtual(std::sync::Mutex<Duration>);
    impl retry_core::Timer for Virtual {
        fn now(&self) -> Duration {
            *self.0.lock().unwrap()
        }
        async fn sleep(&self, delay: Duration) {
            *self.0.lock().unwrap() += delay;
        }
    }
    #[retry(fixed = "1h", timer = time)]
    async fn fails(time: &Virtual) -> Option<()> {
        None
    }
    let time = Virtual::default();
    fails(&time).await;
    assert_eq!(retry_core::Timer::now(&time), Duration::from_hours(2));
}

#[test]
fn a_name_may_be_a_text_or_a_constant() {
    const NAME: &str = "constant";
    #[retry(name = "orders.fetch", fixed_ms = 0)]
    fn named() -> Option<u8> {
        None
    }
    #[retry(name = NAME, fixed_ms = 0)]
    fn named_by_a_constant() -> Option<u8> {
        None
    }
    assert_eq!((named(), named_by_a_constant()), (None, None));
}

#[tokio::test(start_paused = true)]
async fn a_budget_pays_for_retries_of_all_calls() {
    static BUDGET: Budget = Budget::new(0.0).reserve(3);

    #[retry(fixed_ms = 1, budget = &BUDGET)]
    async fn fails(calls: &mut u32) -> Result<(), ()> {
        *calls += 1;
        Err(())
    }
    let (mut first, mut second) = (0, 0);
    assert_eq!(fails(&mut first).await, Err(()));
    assert_eq!(fails(&mut second).await, Err(()));
    assert_eq!((first, second), (3, 2));
}

#[derive(Debug, PartialEq)]
struct Refused;

impl From<Rejected> for Refused {
    fn from(_: Rejected) -> Self {
        Self
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_lets_no_attempt_begin() {
    static BREAKER: CircuitBreaker = CircuitBreaker::new();

    #[retry(fixed_ms = 1, breaker = &BREAKER)]
    async fn guarded(calls: &mut u32) -> Result<u32, Refused> {
        *calls += 1;
        Ok(*calls)
    }
    #[retry(fixed_ms = 1, breaker = &BREAKER, wrap_error)]
    fn wrapped() -> Result<u32, RetryError<Refused>> {
        Ok(1)
    }
    let mut calls = 0;
    assert_eq!(guarded(&mut calls).await, Ok(1));
    BREAKER.force_open();
    assert_eq!(guarded(&mut calls).await, Err(Refused));
    assert_eq!(calls, 1);
    let error = wrapped().unwrap_err();
    assert_eq!(
        (error.attempts(), error.stop_reason()),
        (0, StopReason::CircuitOpen)
    );
}

#[test]
fn an_observer_is_told_of_every_attempt_and_of_the_end() {
    #[derive(Default)]
    struct Seen(RefCell<Vec<String>>);
    impl Observer for Seen {
        fn observe(&self, attempt: &Attempt, event: Event) {
            match event {
                Event::Started => self.0.borrow_mut().push(attempt.number().to_string()),
                Event::Stopped(reason) => self.0.borrow_mut().push(reason.as_str().to_owned()),
                _ => {}
            }
        }
    }
    #[retry(fixed_ms = 0, max_attempts = 2, observer = seen)]
    fn fails(seen: &Seen) -> Option<u8> {
        seen.0.borrow_mut().push("runs".into());
        None
    }
    let seen = Seen::default();
    assert_eq!(fails(&seen), None);
    assert_eq!(
        seen.0.into_inner(),
        ["1", "runs", "2", "runs", "attempts_exhausted"]
    );
}

/// A blocking function waits with the timer it names.
#[test]
fn a_blocking_function_waits_with_its_timer() {
    use retry_core::test_util::ManualClock;

    #[retry(max_attempts = 3, fixed = "50s", timer = clock)]
    fn ask(clock: &ManualClock) -> Option<u8> {
        let _ = clock;
        None
    }

    let clock = ManualClock::skipping();
    assert_eq!(ask(&clock), None);
    clock.assert_waits(&[Duration::from_secs(50); 2]);
}
