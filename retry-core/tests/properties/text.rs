//! A policy as one line.

use std::time::Duration;

use proptest::prelude::*;
use retry_core::{Jitter, Policy};

use crate::any::{config, policy, valid_policy};

fn comes_back(policy: Policy) -> Result<(), TestCaseError> {
    let text = policy.to_string();
    let parsed = text.parse::<Policy>();
    let parsed = parsed.map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
    prop_assert_eq!(parsed.to_string(), text);
    // A cap or a jitter that is the default of the backoff is not told apart from none.
    let all_but_these = |policy: Policy| policy.max_delay(Duration::MAX).jitter(Jitter::None);
    prop_assert_eq!(all_but_these(parsed), all_but_these(policy));
    let delays = |policy: Policy| policy.preview().rows().take(20).collect::<Vec<_>>();
    prop_assert_eq!(delays(parsed), delays(policy));
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_valid_policy_is_read_back_from_what_it_prints(policy in valid_policy()) {
        comes_back(policy)?;
    }

    #[test]
    fn so_is_one_at_the_edges(policy in policy()) {
        if policy.validate().is_ok() {
            comes_back(policy)?;
        } else {
            prop_assert!(policy.to_string().parse::<Policy>().is_err());
        }
    }

    #[test]
    fn no_text_panics(text in ".*") {
        let _ = text.parse::<Policy>();
        let _ = format!("fixed {text}").parse::<Policy>();
    }
}
