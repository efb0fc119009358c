//! Single decisions: the wait after attempt n, and whether to stop there.

use std::ops::ControlFlow::{Break, Continue};
use std::time::Duration;

use retry_core::test_util::ManualClock;
use retry_core::{Jitter, Policy, StopReason, Verdict};
use serde_json::Value;
use tests::vectors::{Vector, count, number};

/// Without the limits that neither library has: the cap of growing backoffs, jitter, a number of attempts.
pub(crate) const BARE: Policy = Policy::new()
    .unlimited()
    .fixed(Duration::ZERO)
    .jitter(Jitter::None)
    .max_delay(Duration::MAX);

/// A number of units as a duration that a policy can have, saturating.
pub(crate) fn duration(value: f64, unit: Duration) -> Duration {
    const LONGEST: Duration = BARE.fixed(Duration::MAX).base_delay(1);
    Duration::try_from_secs_f64(value * unit.as_secs_f64()).map_or(LONGEST, |d| d.min(LONGEST))
}

fn rows(vector: &Vector) -> &[Value] {
    vector.expected.as_array().expect("a list of rows")
}

/// Checks the base delay after each listed attempt, to the nanosecond.
pub(crate) fn waits(vector: &Vector, column: &str, unit: Duration, policy: Policy) {
    for row in rows(vector) {
        let wait = policy.base_delay(count(&row["attempt"]));
        assert_eq!(wait, duration(number(&row[column]), unit), "{row}");
    }
}

/// Checks the waits of a call whose delays come from a rule.
pub(crate) fn waits_with(
    vector: &Vector,
    column: &str,
    unit: Duration,
    rule: impl Fn(u32) -> Duration,
) {
    let last = rows(vector).iter().map(|row| count(&row["attempt"])).max();
    let clock = ManualClock::skipping();
    let policy = BARE.max_attempts(last.unwrap_or_default() + 1);
    let _ = policy
        .wait_with(rule)
        .timer(&clock)
        .retry_blocking(|| None::<()>);
    for row in rows(vector) {
        let wait = clock.waits()[count(&row["attempt"]) as usize - 1];
        assert_eq!(wait, duration(number(&row[column]), unit), "{row}");
    }
}

/// Checks whether a call stops after an attempt, having waited not at all before it.
pub(crate) fn stops(
    vector: &Vector,
    elapsed: &str,
    unit: Duration,
    policy: impl Fn(&Value) -> Policy,
) {
    for row in rows(vector) {
        let mut attempts = policy(row).start();
        for _ in 1..count(&row["attempt"]) {
            let _ = attempts.decide(Verdict::Retry, Duration::ZERO);
        }
        let stop = match attempts.decide(Verdict::Retry, duration(number(&row[elapsed]), unit)) {
            Break(StopReason::AttemptsExhausted | StopReason::ElapsedLimit) => true,
            Break(reason) => panic!("{row}: {reason}"),
            Continue(_) => false,
        };
        assert_eq!(row["stop"], stop, "{row}");
    }
}

/// The delays after attempt n that many seeds draw.
pub(crate) fn drawn(policy: Policy, n: u32) -> Vec<Duration> {
    let draw = |seed| {
        let mut attempts = policy.start().seed(seed);
        for _ in 1..n {
            let _ = attempts.decide(Verdict::Retry, Duration::ZERO);
        }
        let delay = attempts
            .decide(Verdict::Retry, Duration::ZERO)
            .continue_value();
        delay.expect("nothing stops the call")
    };
    (0..4_000).map(draw).collect()
}
