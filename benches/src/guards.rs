//! The call succeeds at once, under a guard that lets it: what each guard costs beside the loop by hand.
//!
//! Times come from a clock that stands still, so that what is counted is the guard and not the system's clock.

use std::time::Duration;

use retry_core::{Budget, CircuitBreaker, Cooldown, Timer, retry};

use crate::operation::{Outcome, Server};
use crate::subject::{BY_HAND, Subject, repeat};

/// Every guard alone, and two that look at no time.
pub const SUBJECTS: &[Subject] = &[
    Subject::new(BY_HAND, |n| repeat(n, 0, by_hand)),
    Subject::new("no guard", |n| repeat(n, 0, unguarded)),
    Subject::new("budget", |n| repeat(n, 0, budget)),
    Subject::new("budget with a window", |n| {
        repeat(n, 0, budget_with_a_window);
    }),
    Subject::new("breaker", |n| repeat(n, 0, breaker)),
    Subject::new("breaker with a window", |n| {
        repeat(n, 0, breaker_with_a_window);
    }),
    Subject::new("cooldown", |n| repeat(n, 0, cooldown)),
];

/// A clock that stands still.
struct Still;

impl Timer for Still {
    fn now(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn sleep(&self, _: Duration) {}
}

const WINDOW: Duration = Duration::from_secs(10);
static BUDGET: Budget = Budget::new(0.1);
static FORGETFUL: Budget = Budget::new(0.1).window_time(WINDOW);
static BREAKER: CircuitBreaker = CircuitBreaker::new();
static LATELY: CircuitBreaker = CircuitBreaker::new().window_time(WINDOW);
static COOLDOWN: Cooldown = Cooldown::new();

async fn by_hand(server: &Server) -> Outcome {
    let mut attempts = 0;
    loop {
        let outcome = server.call().await;
        attempts += 1;
        if outcome.is_ok() || attempts == 3 {
            return outcome;
        }
        Still
            .sleep(Duration::from_millis(100) * (1 << (attempts - 1)))
            .await;
    }
}

#[retry(timer = Still)]
async fn unguarded(server: &Server) -> Outcome {
    server.call().await
}

#[retry(timer = Still, budget = &BUDGET)]
async fn budget(server: &Server) -> Outcome {
    server.call().await
}

#[retry(timer = Still, budget = &FORGETFUL)]
async fn budget_with_a_window(server: &Server) -> Outcome {
    server.call().await
}

#[retry(timer = Still, breaker = &BREAKER)]
async fn breaker(server: &Server) -> Outcome {
    server.call().await
}

#[retry(timer = Still, breaker = &LATELY)]
async fn breaker_with_a_window(server: &Server) -> Outcome {
    server.call().await
}

#[retry(timer = Still, cooldown = &COOLDOWN)]
async fn cooldown(server: &Server) -> Outcome {
    server.call().await
}
