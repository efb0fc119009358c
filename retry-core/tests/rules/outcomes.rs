//! Whatever the stop reason, the last real outcome comes back by value.

use std::collections::HashSet;
use std::future::ready;
use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Policy, StopReason, Verdict};

use crate::clock::Clock;
use crate::failed::Failed;

const SEC: Duration = Duration::from_secs(1);

/// What an attempt produced: not `Clone`, so that it can only have been handed on.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    attempt: u32,
    verdict: Verdict,
}

/// Runs a call with everything attached, whose attempts answer these verdicts in turn, the last one for ever.
async fn run(
    policy: Policy,
    budget: &Budget,
    breaker: &CircuitBreaker,
    verdicts: &[Verdict],
) -> (u32, StopReason) {
    let clock = Clock::default();
    let mut attempt = 0;
    let (outcome, report) = policy
        .when(|outcome| match outcome {
            Ok(Answer { verdict, .. }) => *verdict,
            Err::<_, Failed>(_) => unreachable!("every attempt answers"),
        })
        .budget(budget)
        .breaker(breaker)
        .attempt_timeout(SEC)
        .timer(&clock)
        .report(|| {
            attempt += 1;
            let verdict = verdicts[verdicts.len().min(attempt as usize) - 1];
            ready(Ok(Answer { attempt, verdict }))
        })
        .await;
    assert_eq!(report.attempts(), attempt);
    (outcome.unwrap().attempt, report.stop_reason())
}

#[tokio::test]
async fn every_stop_reason_gives_the_last_outcome_back() {
    use Verdict::{Done, Permanent, Retry, RetryAfter};

    let policy = Policy::new().max_attempts(4).fixed(SEC);
    let rich = || Budget::new(1.0);
    let healthy = CircuitBreaker::new;
    let opening = || CircuitBreaker::new().min_calls(2).break_time(90 * SEC);
    let table = [
        (
            policy,
            rich(),
            healthy(),
            vec![Retry, Done],
            2,
            StopReason::Done,
        ),
        (
            policy,
            rich(),
            healthy(),
            vec![Retry, Permanent],
            2,
            StopReason::Permanent,
        ),
        (
            policy,
            rich(),
            healthy(),
            vec![Retry],
            4,
            StopReason::AttemptsExhausted,
        ),
        (
            policy.max_elapsed(2 * SEC),
            rich(),
            healthy(),
            vec![Retry],
            2,
            StopReason::ElapsedLimit,
        ),
        (
            policy,
            rich(),
            healthy(),
            vec![Retry, RetryAfter(90 * SEC)],
            2,
            StopReason::HintTooLong,
        ),
        (
            policy,
            Budget::new(1.0).reserve(0),
            healthy(),
            vec![Retry],
            2,
            StopReason::BudgetExhausted,
        ),
        (
            policy,
            rich(),
            opening(),
            vec![Retry],
            2,
            StopReason::CircuitOpen,
        ),
    ];
    let mut reasons = HashSet::from([StopReason::Stopped]);
    for (policy, budget, breaker, verdicts, attempts, reason) in table {
        let stopped = run(policy, &budget, &breaker, &verdicts).await;
        assert_eq!(stopped, (attempts, reason));
        reasons.insert(reason);
    }
    assert_eq!(reasons.len(), 8, "each reason once");

    let clock = Clock::default();
    let mut calls = 0;
    let call = policy.stop_on(ready(())).timer(&clock);
    let operation = || {
        calls += 1;
        ready(Err::<(), _>(calls))
    };
    let (outcome, report) = call.report(operation).await;
    assert_eq!(
        (outcome, report.stop_reason()),
        (Err(1), StopReason::Stopped)
    );
}

#[test]
fn each_stop_reason_has_a_name_and_a_sentence_of_its_own() {
    let reasons = [
        StopReason::Done,
        StopReason::Permanent,
        StopReason::AttemptsExhausted,
        StopReason::ElapsedLimit,
        StopReason::HintTooLong,
        StopReason::BudgetExhausted,
        StopReason::CircuitOpen,
        StopReason::Stopped,
    ];
    let names: HashSet<_> = reasons.iter().map(|reason| reason.as_str()).collect();
    let sentences: HashSet<_> = reasons.iter().map(ToString::to_string).collect();
    assert_eq!(
        (names.len(), sentences.len()),
        (reasons.len(), reasons.len())
    );
}
