//! What counts as a failure: by default, by closure, by classifier; and rules for the delay.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use retry_core::{Classify, Jitter, Outcome, Policy, StopReason, Verdict};

use crate::clock::Clock;
use crate::failed::script;

const SEC: Duration = Duration::from_secs(1);
const FIXED: Policy = Policy::new().fixed(SEC);

/// An outcome that two calls in turn would not confuse.
type Answer = Result<u16, String>;

fn refused() -> Answer {
    Err("refused".to_owned())
}

#[tokio::test]
async fn every_err_and_every_none_is_retried_by_default() {
    let clock = Clock::default();
    let mut results = script([refused(), Ok(200)]);
    assert_eq!(
        FIXED.timer(&clock).retry(|| ready(results())).await,
        Ok(200)
    );
    let mut options = script([None, Some(200)]);
    assert_eq!(
        FIXED.timer(&clock).retry(|| ready(options())).await,
        Some(200)
    );
}

#[tokio::test]
async fn a_type_of_the_users_own_says_what_it_means() {
    enum Light {
        Red,
        Green,
    }
    impl Outcome for Light {
        fn verdict(&self) -> Verdict {
            matches!(self, Self::Red).into()
        }
    }
    let clock = Clock::default();
    let mut next = script([Light::Red, Light::Green]);
    let last = FIXED.timer(&clock).retry(|| ready(next())).await;
    assert!(matches!(last, Light::Green));
}

#[tokio::test]
async fn when_judges_the_whole_outcome_by_a_closure_that_infers() {
    let clock = Clock::default();
    let mut next = script([Ok(503), Ok(404)]);
    let (outcome, report) = FIXED
        .when(|outcome| matches!(outcome, Ok(503)))
        .timer(&clock)
        .report(|| ready::<Answer>(next()))
        .await;
    assert_eq!((outcome, report.attempts()), (Ok(404), 2));
    assert_eq!(report.stop_reason(), StopReason::Done);

    let (outcome, report) = FIXED
        .when(|outcome| matches!(outcome, Ok(503)))
        .timer(&clock)
        .report(|| ready(refused()))
        .await;
    assert_eq!((outcome, report.attempts()), (refused(), 1));
}

#[tokio::test]
async fn when_err_makes_an_error_that_is_not_retried_permanent() {
    let clock = Clock::default();
    let mut next = script([refused(), Err("forbidden".to_owned())]);
    let (outcome, report) = FIXED
        .when_err(|error| *error == "refused")
        .timer(&clock)
        .report(|| ready::<Answer>(next()))
        .await;
    assert_eq!(outcome, Err("forbidden".to_owned()));
    assert_eq!(report.attempts(), 2);
    assert_eq!(report.stop_reason(), StopReason::Permanent);
}

#[tokio::test]
async fn a_closure_may_give_verdicts() {
    let clock = Clock::default();
    let mut next = script([Ok(429), Ok(500), Ok(400)]);
    let (outcome, report) = FIXED
        .when(|outcome| match outcome {
            Ok(429) => Verdict::RetryAfter(9 * SEC),
            Ok(500) => Verdict::Retry,
            _ => Verdict::Permanent,
        })
        .timer(&clock)
        .report(|| ready::<Answer>(next()))
        .await;
    assert_eq!((outcome, report.attempts()), (Ok(400), 3));
    assert_eq!(report.stop_reason(), StopReason::Permanent);
    assert_eq!(clock.waits(), [9 * SEC, SEC]);
}

/// Knows statuses, alone and in answers.
#[derive(Clone, Copy)]
struct Busy;

impl Classify<u16> for Busy {
    fn classify(&self, status: &u16) -> Verdict {
        (*status == 503).into()
    }
}

impl Classify<Answer> for Busy {
    fn classify(&self, answer: &Answer) -> Verdict {
        answer.as_ref().map_or(Verdict::Permanent, |status| {
            Classify::<u16>::classify(self, status)
        })
    }
}

#[tokio::test]
async fn one_classifier_serves_several_types_of_outcome() {
    let clock = Clock::default();
    let mut statuses = script([503, 200]);
    let call = FIXED.classify(Busy).timer(&clock);
    assert_eq!(call.retry(|| ready(statuses())).await, 200);

    let mut answers = script([Ok(503), refused()]);
    let call = FIXED.classify(Busy).timer(&clock);
    assert_eq!(call.retry(|| ready(answers())).await, refused());
}

#[tokio::test]
async fn a_classifier_may_be_a_function() {
    fn busy(answer: &Answer) -> bool {
        *answer == Ok(503)
    }
    let clock = Clock::default();
    let mut next = script([Ok(503), Ok(200), Ok(503), Ok(200)]);
    let by_trait = FIXED.classify(busy).timer(&clock);
    assert_eq!(by_trait.retry(|| ready(next())).await, Ok(200));
    let by_closure = FIXED.when(busy).timer(&clock);
    assert_eq!(by_closure.retry(|| ready(next())).await, Ok(200));
}

#[tokio::test]
async fn wait_with_replaces_the_backoff_and_keeps_its_own_length() {
    let rule = |n| 30 * SEC * n;
    let table = [
        (Policy::new(), [30, 60]),
        (FIXED, [30, 60]),
        (Policy::new().max_delay(40 * SEC), [30, 40]),
    ];
    for (policy, expected) in table {
        let clock = Clock::default();
        let policy = policy.jitter(Jitter::None);
        let call = policy.wait_with(rule).timer(&clock);
        let _ = call.retry(|| ready(None::<()>)).await;
        assert_eq!(clock.waits(), expected.map(|s| s * SEC), "{policy}");
    }
}

#[tokio::test]
async fn the_jitter_of_the_policy_applies_to_wait_with() {
    for seed in 0..50 {
        let clock = Clock::default();
        let policy = Policy::new().jitter(Jitter::Equal);
        let call = policy.wait_with(|_| 10 * SEC).seed(seed).timer(&clock);
        let _ = call.retry(|| ready(None::<()>)).await;
        for wait in clock.waits() {
            assert!(5 * SEC <= wait && wait <= 10 * SEC, "seed {seed}: {wait:?}");
        }
    }
}

#[tokio::test]
async fn a_seed_repeats_the_waits_of_a_call() {
    let waits = async |seed| {
        let clock = Clock::default();
        let policy = Policy::new().max_attempts(6);
        let call = policy.seed(seed).timer(&clock);
        let _ = call.retry(|| ready(None::<()>)).await;
        clock.waits()
    };
    assert_eq!(waits(7).await, waits(7).await);
    assert_ne!(waits(7).await, waits(8).await);
}

#[test]
fn an_error_that_the_classifier_accepts_is_not_called_a_success() {
    let call = FIXED.when(|outcome: &Answer| outcome.is_ok());
    let (outcome, report) = call.timer(Clock::default()).report_blocking(refused);
    assert_eq!(report.stop_reason(), StopReason::Done);
    assert_eq!(
        report.to_string(),
        "1 attempt in 0ns, 0ns of it waiting: the outcome was accepted"
    );
    let error = report.wrap_error(outcome).unwrap_err();
    assert!(error.is_permanent());
    assert_eq!(
        error.to_string(),
        "failed with an error that the classifier accepted"
    );
}

/// Retries the codes that it holds.
struct Codes(Vec<u16>);

impl Classify<Answer> for Codes {
    fn classify(&self, outcome: &Answer) -> Verdict {
        matches!(outcome, Ok(code) if self.0.contains(code)).into()
    }
}

#[test]
fn a_classifier_is_chosen_at_run_time() {
    fn attempts(classifier: impl Classify<Answer>) -> u32 {
        let policy = FIXED.fixed(Duration::ZERO);
        let mut next = script([Ok(503), Ok(404)]);
        let (outcome, report) = policy.classify(classifier).report_blocking(&mut next);
        assert_eq!(
            outcome.is_ok_and(|code| code == 404),
            report.attempts() == 2
        );
        report.attempts()
    }
    type Shared = dyn Classify<Answer> + Send + Sync;
    let codes = || Codes(vec![503]);

    let (local, shared): (&dyn Classify<Answer>, &Shared) = (&codes(), &codes());
    assert_eq!((attempts(local), attempts(shared)), (2, 2));
    let (local, shared): (Box<dyn Classify<Answer>>, Box<Shared>) =
        (Box::new(codes()), Box::new(codes()));
    assert_eq!((attempts(local), attempts(shared)), (2, 2));
    let (local, shared): (Arc<dyn Classify<Answer>>, Arc<Shared>) =
        (Arc::new(codes()), Arc::new(codes()));
    assert_eq!((attempts(local), attempts(shared)), (2, 2));
    assert_eq!(attempts(Arc::new(codes())), 2);

    // A closure in a box is one that was chosen, too.
    let closure: Box<Shared> = Box::new(|outcome: &Answer| *outcome == Ok(404));
    assert_eq!(attempts(closure), 1);
    let nested: Arc<dyn Classify<Answer>> = Arc::new(Arc::new(codes()));
    assert_eq!(attempts(nested), 2);
}

#[test]
fn when_takes_closures_chosen_at_run_time_and_calls_classifiers() {
    let policy = FIXED.fixed(Duration::ZERO);
    let boxed: Box<dyn Fn(&Answer) -> bool + Send + Sync> = Box::new(|o| *o == Ok(503));
    let mut next = script([Ok(503), Ok(404)]);
    assert_eq!(policy.when(&boxed).retry_blocking(&mut next), Ok(404));

    let rule: Box<dyn Classify<Answer>> = Box::new(Codes(vec![503]));
    let mut next = script([Ok(503), Ok(404)]);
    let outcome = policy.when(|outcome| rule.classify(outcome));
    assert_eq!(outcome.retry_blocking(&mut next), Ok(404));
}

#[tokio::test]
async fn the_number_of_the_attempt_is_that_of_the_one_that_ended() {
    let policy = Policy::new().max_attempts(4).fixed(Duration::ZERO);
    let numbers = std::cell::RefCell::new(Vec::new());
    let retry = policy.when_attempt(|number, _: &Option<u8>| {
        numbers.borrow_mut().push(number);
        number < 3
    });
    let outcome = retry.by_ref().retry(async || Some(0)).await;
    assert_eq!(outcome, Some(0));
    retry.by_ref().retry_blocking(|| Some(0));
    assert_eq!(*numbers.borrow(), [1, 2, 3, 1, 2, 3]);
}

#[test]
fn every_listener_is_told_of_an_error() {
    let policy = Policy::new().fixed(Duration::ZERO);
    let (mut events, mut errors, mut past) = (0, Vec::new(), Vec::new());
    let outcome = policy
        .on_retry(|_| events += 1)
        .history(&mut past)
        .on_retry_err(|error: &&str, delay| errors.push((*error, delay)))
        .retry_blocking(|| Err::<(), _>("no"));
    assert_eq!((outcome, events), (Err("no"), 2));
    assert_eq!(errors, [("no", Duration::ZERO); 2]);
    assert_eq!(past, [(Err("no"), Duration::ZERO); 2]);
}

#[test]
fn the_walk_of_a_rule_of_ones_own_begins_at_its_first_delay() {
    let clock = crate::clock::Clock::default();
    let policy = Policy::new()
        .max_attempts(9)
        .jitter(retry_core::Jitter::Decorrelated);
    let call = policy.wait_with(|_| Duration::from_secs(9)).timer(&clock);
    call.seed(7).retry_blocking(|| None::<u8>);
    let waits = clock.waits();
    assert_eq!(waits.len(), 8);
    assert!(
        waits.iter().all(|wait| *wait >= Duration::from_secs(9)),
        "{waits:?}"
    );
}
