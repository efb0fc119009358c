//! A call that is resumed elsewhere goes on as if it had never stopped, and a seed repeats a call.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use retry_core::{Position, Verdict};

use crate::any::{config, duration, policy, verdict};

/// What another process would read.
fn stored(position: Position) -> Position {
    #[cfg(feature = "serde")]
    {
        let text = serde_json::to_string(&position).unwrap();
        serde_json::from_str(&text).unwrap()
    }
    #[cfg(not(feature = "serde"))]
    position
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_resumed_call_decides_as_if_it_had_never_stopped(
        policy in policy(),
        told in vec((verdict(), duration(), any::<bool>()), 1..30),
        seed: u64,
    ) {
        let mut whole = policy.start().seed(seed);
        let mut resumed = policy.start().seed(seed);
        for (verdict, elapsed, stops) in told {
            if stops {
                let position = stored(resumed.position());
                prop_assert_eq!(position, resumed.position());
                resumed = policy.resume(position).seed(seed);
            }
            prop_assert_eq!(whole.decide(verdict, elapsed), resumed.decide(verdict, elapsed));
            prop_assert_eq!(whole.position(), resumed.position());
        }
    }

    #[test]
    fn a_seed_repeats_every_decision(policy in policy(), seed: u64) {
        let policy = policy.unlimited();
        let (mut one, mut other) = (policy.start().seed(seed), policy.start().seed(seed));
        for _ in 0..20 {
            let delay = one.decide(Verdict::Retry, Duration::ZERO);
            prop_assert_eq!(delay, other.decide(Verdict::Retry, Duration::ZERO));
        }
    }
}
