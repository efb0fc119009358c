//! A breaker for each receiver: one that is down does not hold up the others, nor is it asked for every delivery.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use retry_core::CircuitBreaker;

/// Receivers that are remembered; of more, those with a closed breaker are forgotten.
const MANY: usize = 10_000;

#[derive(Default)]
pub(crate) struct Breakers(Mutex<HashMap<String, Arc<CircuitBreaker>>>);

impl Breakers {
    /// The breaker of the receiver behind this address.
    pub(crate) fn of(&self, url: &str) -> Arc<CircuitBreaker> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY {
            known.retain(|_, breaker| breaker.state() != retry_core::BreakerState::Closed);
        }
        let breaker = known.entry(host(url)).or_insert_with(|| {
            let breaker = CircuitBreaker::new()
                .window(10)
                .min_calls(5)
                .failure_ratio(0.9);
            Arc::new(breaker.break_time(Duration::from_secs(30)).probes(1))
        });
        Arc::clone(breaker)
    }
}

/// The authority, or the whole text where it is no address. (The demonstration's receivers share one, so there the path counts.)
fn host(url: &str) -> String {
    match reqwest::Url::parse(url) {
        Ok(url) if url.host_str().is_some_and(|host| host != "127.0.0.1") => {
            url.authority().to_owned()
        }
        Ok(url) => format!("{}{}", url.authority(), url.path()),
        Err(_) => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_receiver_has_one() {
        let breakers = Breakers::default();
        let one = breakers.of("https://one.example/hook?x=1");
        assert!(Arc::ptr_eq(&one, &breakers.of("https://one.example/other")));
        assert!(!Arc::ptr_eq(&one, &breakers.of("https://two.example/hook")));
    }
}
