//! The breaker and the backoff against the tests of resilience4j.

use retry_core::{BreakerState, CircuitBreaker, Jitter, Policy};
use serde_json::Value;
use std::ops::ControlFlow;
use std::time::Duration;
use tests::vectors::{Vector, count, each, number, text_of};

#[test]
fn breaker_and_backoff_do_what_resilience4j_does() {
    let skipped: [(&[&str], &str); 2] = [
        (
            &[
                "exponential_100_x1.5_truncates_each_step#000",
                "defaults_500_x1.5#001",
            ],
            "delays are not cut to whole milliseconds at each step: 506.25 ms, not 505 ms",
        ),
        (
            &["slow_call_rate_60_opens#009"],
            "slow calls are a matter of `attempt_timeout`, not of the breaker",
        ),
    ];
    each("resilience4j", &skipped, |vector| {
        match vector.name.as_str() {
            "exponential_100_x2_cap_100000" => {
                let policy = Policy::new()
                    .exp_multiplier(Duration::from_millis(100))
                    .max_delay(Duration::from_millis(
                        count(&vector.config["max_ms"]).into(),
                    ));
                let expected = vector.expected.as_array().expect("a list");
                for (n, delay) in (1..).zip(expected) {
                    assert_eq!(
                        policy.base_delay(n),
                        Duration::from_millis(count(delay).into())
                    );
                }
            }
            "randomized_100_factor0.5" => the_jitter_reaches(vector),
            "invalid" => invalid(vector),
            "open_at_60pct_on_5th_call" | "sssff_then_f_opens_at_exactly_50" => {
                let breaker = configured(&vector.config);
                for (call, step) in (0..).zip(vector.expected.as_array().expect("a list")) {
                    let now = || Duration::from_secs(call);
                    let permit = breaker.admit(now).expect("closed so far");
                    permit.record(step["e"] == "error", now);
                    assert_eq!(breaker.state(), state(&step["state"]), "call {call}");
                }
            }
            "half_open_permits_4" => {
                let breaker = opened(&vector.config);
                let after = || Duration::from_secs(6);
                let permits: Vec<_> = (0..6).map(|_| breaker.admit(after)).collect();
                let permitted: Vec<_> = permits.iter().map(Result::is_ok).collect();
                assert_eq!(Value::from(permitted), vector.expected);
            }
            "open_wait_strictly_after_5s" => {
                let breaker = opened(&vector.config);
                for step in vector.expected.as_array().expect("a list") {
                    let now = || Duration::from_secs(count(&step["t"]).into());
                    let permit = breaker.admit(now);
                    assert_eq!(permit.is_ok(), step["permitted"]);
                    if let Some(expected) = step.get("state") {
                        assert_eq!(breaker.state(), state(expected));
                    }
                }
            }
            "count_window_10" => the_window_keeps_the_last_ten(vector),
            other => panic!("nobody checks {other}"),
        }
    });
}

/// The time window of the source holds all its calls, so a count window does the same.
fn configured(config: &Value) -> CircuitBreaker {
    CircuitBreaker::new()
        .failure_ratio(number(&config["failureRateThreshold"]) / 100.0)
        .min_calls(count(&config["minimumNumberOfCalls"]))
        .break_time(Duration::from_secs(
            count(&config["waitDurationInOpenState_s"]).into(),
        ))
        .probes(count(&config["permittedNumberOfCallsInHalfOpenState"]))
}

/// Opened at 0 s.
fn opened(config: &Value) -> CircuitBreaker {
    let breaker = configured(config);
    while breaker.state() == BreakerState::Closed {
        let permit = breaker.admit(|| Duration::ZERO).expect("closed");
        permit.record(true, || Duration::ZERO);
    }
    breaker
}

fn state(name: &Value) -> BreakerState {
    match text_of(name) {
        "CLOSED" => BreakerState::Closed,
        "OPEN" => BreakerState::Open,
        "HALF_OPEN" => BreakerState::HalfOpen,
        other => panic!("no state {other}"),
    }
}

/// The source fixes the random number; here many seeds must come near what it gives, and not past the ends.
fn the_jitter_reaches(vector: &Vector) {
    let policy = Policy::new()
        .fixed(Duration::from_millis(
            count(&vector.config["interval_ms"]).into(),
        ))
        .jitter(Jitter::Fraction(number(&vector.config["factor"])));
    let wanted = Duration::from_millis(count(&vector.expected).into());
    let nearest = (0..2000)
        .map(|seed| {
            match policy
                .start()
                .seed(seed)
                .after(Err::<(), ()>(()), Duration::ZERO)
            {
                ControlFlow::Continue(delay) => delay,
                ControlFlow::Break(_) => panic!("attempt 1 of 3 is not the last"),
            }
        })
        .inspect(|delay| assert!((50..=150).contains(&delay.as_millis()), "{delay:?}"))
        .map(|delay| delay.abs_diff(wanted))
        .min();
    assert!(nearest < Some(Duration::from_millis(1)), "{nearest:?}");
}

fn invalid(vector: &Vector) {
    for case in vector.expected.as_array().expect("a list") {
        match text_of(case) {
            // No delay at all is a policy here.
            "interval<1ms -> error" => {
                assert!(Policy::new().fixed(Duration::ZERO).validate().is_ok());
            }
            // There is no attempt 0 to ask for; the number saturates.
            "attempt<1 -> error" => {
                assert_eq!(Policy::new().base_delay(0), Policy::new().base_delay(1));
            }
            "factor<0 or >1 -> error" => {
                for fraction in [-0.1, 1.1] {
                    assert!(
                        Policy::new()
                            .jitter(Jitter::Fraction(fraction))
                            .validate()
                            .is_err()
                    );
                }
            }
            "multiplier 1 accepted" => assert!(Policy::new().exp_base(1.0).validate().is_ok()),
            other => panic!("nobody checks {other}"),
        }
    }
}

/// The rate cannot be read, but a ratio just at it opens the circuit and one just above it does not.
fn the_window_keeps_the_last_ten(vector: &Vector) {
    const TWELVE: &str = "SSFFFFFFSSSS";
    let breaker = |percent: f64| {
        CircuitBreaker::new()
            .window(10)
            .min_calls(count(&vector.config["minimumNumberOfCalls"]))
            .failure_ratio(percent / 100.0)
    };
    let after = |index: usize, rate: i64| {
        assert_eq!(vector.expected[index]["rate"], rate, "step {index}");
    };

    after(0, -1);
    let too_few = breaker(1.0);
    play(&too_few, "SSFF");
    assert_eq!(too_few.state(), BreakerState::Closed);

    after(1, 60);
    let at_the_rate = breaker(60.0);
    play(&at_the_rate, TWELVE);
    assert_eq!(at_the_rate.state(), BreakerState::Open);
    let above_it = breaker(61.0);
    play(&above_it, TWELVE);
    assert_eq!(above_it.state(), BreakerState::Closed);

    after(2, 30);
    // Of the ten the three failures are the oldest: three more replace them, four more make it 70 %.
    play(&above_it, "SSS");
    play(&above_it, "FFFFFF");
    assert_eq!(above_it.state(), BreakerState::Closed);
    play(&above_it, "F");
    assert_eq!(above_it.state(), BreakerState::Open);
}

fn play(breaker: &CircuitBreaker, calls: &str) {
    for call in calls.chars() {
        if let Ok(permit) = breaker.admit(|| Duration::ZERO) {
            permit.record(call == 'F', || Duration::ZERO);
        }
    }
}
