//! The attribute in a crate that forbids lints: no generated code may ask for an exception.
#![forbid(unreachable_code, unused, clippy::all)]
// A forbidden group is only warned of.
#![deny(forbidden_lint_groups)]

use core::future::Future;
use core::pin::Pin;

use retry_core::{Policy, RetryError, TimedOut, retry};

#[derive(Debug, PartialEq)]
struct Failed;

impl From<TimedOut> for Failed {
    fn from(_: TimedOut) -> Self {
        Self
    }
}

#[retry(fixed_ms = 0, attempt_timeout = "1s", attempt = attempt, on_retry = |event| assert!(event.outcome().is_err()))]
async fn asynchronous() -> Result<u32, Failed> {
    if attempt.is_last() {
        Ok(attempt.number())
    } else {
        Err(Failed)
    }
}

#[retry(policy = Policy::new(), fixed_ms = 0, clone(step), wrap_error)]
fn blocking(mut step: u32) -> Result<u32, RetryError<Failed>> {
    step += 1;
    if step == 1 { Err(Failed) } else { Ok(step) }
}

#[retry(fixed_ms = 0)]
fn boxed(text: &str) -> Pin<Box<dyn Future<Output = Option<usize>> + '_>> {
    Box::pin(async move { text.find('a') })
}

#[derive(Debug, PartialEq)]
enum Never {}

const fn certain(_: &Never) -> bool {
    false
}

#[retry(when = certain)]
async fn diverges() -> Never {
    panic!("on purpose")
}

#[retry]
fn without_end(stop: bool) -> Result<Never, Failed> {
    if stop {
        return Err(Failed);
    }
    loop {
        std::thread::yield_now();
    }
}

#[test]
fn every_form_is_retried() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().build().unwrap();
    assert_eq!(runtime.block_on(asynchronous()), Ok(3));
    assert_eq!(blocking(0).map_err(|error| error.attempts()), Err(3));
    assert_eq!(runtime.block_on(boxed("ba")), Some(1));
    assert_eq!(without_end(true), Err(Failed));
    drop(diverges());
}
