//! Base delays are those that the arithmetic of `Duration` gives, to the nanosecond.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "this is the arithmetic of the base delay once more"
)]

use std::time::Duration;

use proptest::option;
use proptest::prelude::*;
use retry_core::Policy;

use crate::any::{LONGEST, config, modest};

/// Any that a policy keeps as it is.
fn kept() -> BoxedStrategy<Duration> {
    let any = (0..LONGEST.as_nanos() as u64).prop_map(Duration::from_nanos);
    let short = (0..1_000_u64).prop_map(Duration::from_nanos);
    prop_oneof![1 => any, 2 => short, 6 => modest()].boxed()
}

fn attempt() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 1..70_u32, 1 => 1..=u32::MAX]
}

/// What is longer than the cap is the cap.
fn capped(nanos: u128, cap: Duration) -> Duration {
    Duration::from_nanos(nanos.min(cap.as_nanos()) as u64)
}

fn in_f64(delay: Duration) -> f64 {
    delay.as_secs() as f64 * 1e9 + f64::from(delay.subsec_nanos())
}

/// By squaring, from the lowest bit of `steps` upwards.
fn power(base: f64, steps: u32) -> f64 {
    let squares = std::iter::successors(Some(base), |square| Some(square * square));
    let factors = squares.take(32).enumerate();
    let factors = factors.filter(|(bit, _)| steps >> bit & 1 == 1);
    factors.fold(1.0, |product, (_, square)| product * square)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whole_steps(
        (a, b) in (kept(), kept()),
        n in attempt(),
        cap in option::of(kept()),
    ) {
        let with = |policy: Policy| cap.map_or(policy, |cap| policy.max_delay(cap)).base_delay(n);
        let own = cap.unwrap_or(LONGEST);
        prop_assert_eq!(with(Policy::new().fixed(a)), a.min(own));
        prop_assert_eq!(with(Policy::new().random_min(a).random_max(b)), a.max(b).min(own));

        let growing = cap.unwrap_or(Duration::from_secs(20));
        let steps = n - 1;
        let sum = a.saturating_add(b.saturating_mul(steps));
        prop_assert_eq!(with(Policy::new().incr_start(a).incr_step(b)), sum.min(growing));

        let (mut last, mut next) = (0_u128, 1_u128);
        for _ in 0..steps.min(150) {
            (last, next) = (next, last + next);
        }
        let product = a.as_nanos().saturating_mul(next);
        prop_assert_eq!(with(Policy::new().fib_multiplier(a)), capped(product, growing));
    }

    #[test]
    fn powers(
        multiplier in kept(),
        base in prop_oneof![Just(2.0), 1.0..5.0],
        n in attempt(),
        cap in option::of(kept()),
    ) {
        let policy = Policy::new().exp_multiplier(multiplier).exp_base(base);
        let policy = cap.map_or(policy, |cap| policy.max_delay(cap));
        let cap = cap.unwrap_or(Duration::from_secs(20));
        let delay = policy.base_delay(n);
        if base.to_bits() == 2f64.to_bits() && n <= 32 {
            let product = multiplier.as_nanos().saturating_mul(1 << (n - 1));
            prop_assert_eq!(delay, capped(product, cap));
        } else if multiplier.is_zero() {
            prop_assert_eq!(delay, Duration::ZERO);
        } else {
            let nanos = in_f64(multiplier) * power(base, n - 1);
            let shorter = nanos < in_f64(cap);
            let expected = if shorter { capped((nanos + 0.5) as u128, cap) } else { cap };
            prop_assert_eq!(delay, expected);
        }
    }
}
