//! Whole calls: how often the operation is called, what it waits, who is told, how it ends.

use std::sync::Mutex;
use std::time::Duration;

use retry_core::test_util::ManualClock;
use retry_core::{Attempt, Event, Observer, Policy, Report, StopReason, Verdict};
use serde_json::{Value, json};
use tests::vectors::{Vector, count, text_of};

/// What the call gives: a value, or an exception by its name.
pub(crate) type Outcome = Result<Value, String>;

/// How one library tells its hooks and its errors.
pub(crate) struct Dialect {
    /// Whether a hook runs before each wait.
    pub(crate) before_sleep: bool,
    /// Whether the last exception comes in a wrapper.
    pub(crate) wraps: bool,
}

/// The hooks of both libraries, by an observer.
#[derive(Default)]
struct Hooks {
    called: Mutex<Vec<Value>>,
    sleeps: Mutex<Vec<f64>>,
}

impl Hooks {
    fn before_sleep(&self, attempt: &Attempt, delay: Duration) {
        let delay = delay.as_secs_f64();
        self.sleeps.lock().unwrap().push(delay);
        let hook = json!(["before_sleep", attempt.number(), delay]);
        self.called.lock().unwrap().push(hook);
    }
}

impl Observer for Hooks {
    fn observe(&self, attempt: &Attempt, event: Event) {
        let when = match event {
            Event::Started => "before",
            // Theirs runs after rejected attempts only.
            Event::Ended(verdict) if verdict.is_retry() => "after",
            Event::Scheduled(delay) => return self.before_sleep(attempt, delay),
            _ => return,
        };
        let call = json!([when, attempt.number()]);
        self.called.lock().unwrap().push(call);
    }
}

/// Runs the outcomes of a vector, the last one for ever, and checks everything it says.
pub(crate) fn runs(
    vector: &Vector,
    dialect: &Dialect,
    policy: Policy,
    rule: Option<&dyn Fn(u32) -> Duration>,
    retried: impl Fn(&Outcome) -> Verdict,
) {
    let (clock, hooks) = (ManualClock::skipping(), Hooks::default());
    let outcomes = vector.whole["outcomes"].as_array().expect("outcomes");
    let mut calls = 0;
    let operation = || {
        calls += 1;
        match &outcomes[calls.min(outcomes.len()) - 1] {
            Value::String(exception) => Err(exception.clone()),
            value => Ok(value.clone()),
        }
    };
    let call = policy.when(retried).observer(&hooks).timer(&clock);
    let (outcome, report) = match rule {
        Some(rule) => call.wait_with(rule).report_blocking(operation),
        None => call.report_blocking(operation),
    };

    let expected = &vector.expected;
    assert_eq!(expected["calls"], calls);
    assert_eq!(
        expected["sleeps_s"],
        json!(hooks.sleeps.into_inner().unwrap())
    );
    let mut called = hooks.called.into_inner().unwrap();
    called.retain(|hook| dialect.before_sleep || hook[0] != "before_sleep");
    assert_eq!(expected["hooks"], json!(called));
    ends(expected, outcome, &report, dialect.wraps);
    if let Some(statistics) = expected.get("statistics") {
        assert_eq!(count(&statistics["attempt_number"]), report.attempts());
        let idle_for = statistics["idle_for"].as_f64();
        assert_eq!(idle_for, Some(report.waited().as_secs_f64()));
    }
}

fn ends(expected: &Value, outcome: Outcome, report: &Report, wraps: bool) {
    let result = &expected["result"];
    if let Some(value) = result.get("ok") {
        assert_eq!(
            (outcome.as_ref(), report.stop_reason()),
            (Ok(value), StopReason::Done)
        );
        return;
    }
    match text_of(&result["error"]) {
        "RetryError" => {
            let last = result
                .get("last_attempt")
                .unwrap_or(&result["last_attempt_number"]);
            assert_eq!(count(last), report.attempts());
            match outcome {
                // A value that was to be retried comes back as it is; theirs is inside the error.
                Ok(_) => assert_eq!(report.stop_reason(), StopReason::AttemptsExhausted),
                Err(exception) => {
                    assert!(wraps, "an exception is wrapped on request");
                    let cause = result.get("cause").unwrap_or(&result["last_value"]);
                    let error = report.wrap_error::<(), _>(Err(exception)).unwrap_err();
                    assert_eq!(count(last), error.attempts());
                    assert_eq!(text_of(cause), error.into_inner());
                }
            }
        }
        exception => assert_eq!(outcome, Err(exception.to_owned())),
    }
}
