//! No value of any field and no number of attempts panics: it saturates.

use std::time::Duration;

use proptest::prelude::*;
use retry_core::{Budget, CircuitBreaker, Policy};

use crate::any::{LONGEST, config, duration, policy, verdict};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_policy_can_be_shown_checked_and_asked(policy in policy(), n: u32) {
        let longest = policy.base_delay(u32::MAX);
        prop_assert!(policy.base_delay(n) <= longest);
        prop_assert!(!policy.to_string().is_empty());
        prop_assert!(!policy.preview().to_string().is_empty());
        if let Err(invalid) = policy.validate() {
            prop_assert!(invalid.to_string().contains(invalid.field()));
        }
        let shown = policy.max_attempts(n % 1_000).preview().rows().count();
        prop_assert_eq!(shown, (n as usize % 1_000).max(1) - 1);
        let _ = policy.worst_wait();
    }

    #[test]
    fn any_policy_decides_on_anything(
        policy in policy(),
        told in proptest::collection::vec((verdict(), duration()), 1..30),
        seed in proptest::option::of(any::<u64>()),
    ) {
        let attempts = policy.start();
        let mut attempts = match seed {
            Some(seed) => attempts.seed(seed),
            None => attempts,
        };
        for (n, (verdict, elapsed)) in (1..).zip(told) {
            let _ = attempts.decide(verdict, elapsed);
            prop_assert_eq!(attempts.position().attempts(), n);
        }
    }

    #[test]
    fn a_growing_backoff_reaches_its_cap_and_stays(
        multiplier in duration().prop_filter("nothing never grows", |d| !d.is_zero()),
        cap in duration(),
        n in 1_000_000..=u32::MAX,
    ) {
        let policy = Policy::new().max_delay(cap);
        let cap = cap.min(LONGEST);
        prop_assert_eq!(policy.exp_multiplier(multiplier).base_delay(n), cap);
        prop_assert_eq!(policy.fib_multiplier(multiplier).base_delay(n), cap);
        let step = Duration::from_secs(u64::MAX / 500_000);
        prop_assert_eq!(policy.incr_step(step).base_delay(n), cap);
    }

    #[test]
    fn zero_never_grows(base in prop_oneof![any::<f64>(), Just(f64::INFINITY)], n: u32) {
        let policy = Policy::new().exp_multiplier(Duration::ZERO).exp_base(base);
        prop_assert_eq!(policy.base_delay(n), Duration::ZERO);
        prop_assert_eq!(policy.fib_multiplier(Duration::ZERO).base_delay(n), Duration::ZERO);
    }

    #[test]
    fn budgets_and_breakers_take_any_setting(
        ratio in any::<f64>(),
        counts in any::<[u32; 5]>(),
        time in duration(),
        now in duration(),
        outcomes in proptest::collection::vec(any::<bool>(), 0..50),
    ) {
        let [reserve, capacity, window, min_calls, probes] = counts;
        let budget = Budget::new(ratio).reserve(reserve).capacity(capacity);
        prop_assert_eq!(budget.balance(), reserve.min(capacity));
        budget.deposit();
        prop_assert!(budget.balance() <= capacity);

        let breaker = CircuitBreaker::new()
            .failure_ratio(ratio)
            .window(window % 20)
            .min_calls(min_calls % 20)
            .probes(probes % 20)
            .break_time(time);
        for failed in outcomes {
            if let Ok(permit) = breaker.admit(|| now) {
                permit.record(failed, || now);
            } else {
                prop_assert!(breaker.time_left(|| now) > Some(Duration::ZERO));
            }
        }
    }
}
