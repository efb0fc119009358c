//! Settings that are constants although their names look like the function's own.

use retry_core::{Policy, retry};
use std::cell::Cell;
use std::time::Duration;

const DELAY: Duration = Duration::ZERO;

mod settings {
    pub(super) const MAX: u32 = 2;
}

struct Settings {
    max: u32,
}

#[retry(fixed = self::DELAY, max_attempts = settings::MAX)]
fn beside_a_module(settings: &Cell<u32>) -> Option<u32> {
    settings.set(settings.get() + 1);
    None
}

#[retry(fixed = DELAY, max_attempts = Settings { max: 4 }.max)]
fn beside_a_field(max: &Cell<u32>) -> Option<u32> {
    max.set(max.get() + 1);
    None
}

#[retry(fixed = DELAY, max_attempts = { let calls = settings::MAX; calls + 1 })]
fn beside_a_local(calls: &Cell<u32>) -> Option<u32> {
    calls.set(calls.get() + 1);
    None
}

/// Beside the default policy the cap would be below the first delay.
#[retry(policy = policy, max_delay = "1ms")]
fn capped(policy: Policy, calls: &Cell<u32>) -> Option<u32> {
    calls.set(calls.get() + 1);
    None
}

/// Beside the default policy the least delay would be above the longest.
#[retry(policy = policy, max_attempts = 1, random_min = "2s", jitter = 0.5)]
fn random(policy: Policy, calls: &Cell<u32>) -> Option<u32> {
    calls.set(calls.get() + 1);
    None
}

#[test]
fn a_constant_may_be_named_as_an_argument() {
    let calls = Cell::new(0);
    assert_eq!(beside_a_module(&calls), None);
    assert_eq!(calls.replace(0), 2);
    assert_eq!(beside_a_field(&calls), None);
    assert_eq!(calls.replace(0), 4);
    assert_eq!(beside_a_local(&calls), None);
    assert_eq!(calls.replace(0), 3);
}

#[test]
fn an_override_is_compared_with_nothing_that_is_not_known() {
    let calls = Cell::new(0);
    let policy = Policy::new().fixed(DELAY).max_attempts(2);
    assert_eq!(capped(policy, &calls), None);
    assert_eq!(calls.replace(0), 2);
    let policy = Policy::new().random_max(Duration::from_secs(9));
    assert_eq!(random(policy, &calls), None);
    assert_eq!(calls.replace(0), 1);
}
