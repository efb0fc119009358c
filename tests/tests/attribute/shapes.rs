//! Free functions: each fails twice, then gives what it should.

use retry_core::retry;
use std::cell::Cell;
use std::fmt::{Debug, Display};
use std::sync::atomic::{AtomicU32, Ordering};

/// `Ok` at the third call.
pub(crate) fn third(calls: &mut u32) -> Result<u32, String> {
    *calls += 1;
    if *calls < 3 {
        Err(format!("attempt {calls}"))
    } else {
        Ok(*calls)
    }
}

/// As `third`, for functions that get nothing mutable.
pub(crate) fn third_of(calls: &AtomicU32) -> Result<u32, String> {
    third(&mut calls.fetch_add(1, Ordering::Relaxed)).map(|calls| calls.max(3))
}

#[retry(fixed_ms = 1)]
async fn tail_expression(calls: &mut u32) -> Result<u32, String> {
    third(calls)
}

#[retry(fixed_ms = 1)]
fn blocking(calls: &mut u32) -> Result<u32, String> {
    third(calls)
}

#[retry(fixed_ms = 1)]
async fn borrowed_text(url: &str, calls: &mut u32) -> Result<usize, String> {
    third(calls)?;
    Ok(url.len())
}

#[retry(fixed_ms = 1)]
async fn by_value_but_only_borrowed(body: String, calls: &mut u32) -> Result<usize, String> {
    third(calls)?;
    Ok(body.as_str().len())
}

struct NotClone(usize);

#[retry(fixed_ms = 1)]
async fn not_clone(value: NotClone, calls: &mut u32) -> Result<usize, String> {
    third(calls).map(|_| value.0)
}

#[retry(fixed_ms = 1)]
async fn generic<T: Display + ?Sized, const N: usize>(
    value: &T,
    calls: &mut u32,
) -> Result<String, String>
where
    T: Debug,
{
    third(calls).map(|_| format!("{value} {value:?} {N}"))
}

#[retry(fixed_ms = 1)]
async fn impl_argument(
    value: &impl Display,
    step: impl Fn(u32) -> u32,
    calls: &mut u32,
) -> Result<String, String> {
    third(calls).map(|calls| format!("{value} {}", step(calls)))
}

#[retry(fixed_ms = 1)]
async fn dyn_argument(
    value: &dyn Display,
    step: Box<dyn Fn(u32) -> u32>,
    calls: &mut u32,
) -> Result<String, String> {
    third(calls).map(|calls| format!("{value} {}", step(calls)))
}

#[retry(fixed_ms = 1)]
async fn borrowed_return<'a>(
    text: &'a str,
    calls: &mut u32,
) -> Result<&'a str, Box<dyn std::error::Error + 'a>> {
    third(calls)?;
    Ok(&text[1..])
}

#[retry(fixed_ms = 1)]
fn recursive(depth: u32, calls: &mut u32) -> Result<u32, String> {
    if depth > 0 {
        recursive(depth - 1, calls)
    } else {
        third(calls)
    }
}

#[retry(fixed_ms = 1)]
async fn recursive_async(depth: u32, calls: &mut u32) -> Result<u32, String> {
    if depth > 0 {
        return Box::pin(recursive_async(depth - 1, calls)).await;
    }
    third(calls)
}

// The keyword is the point; nothing unsafe happens inside.
#[expect(unsafe_code, reason = "an unsafe function is a legal function")]
#[retry(fixed_ms = 1)]
unsafe fn marked_unsafe(calls: &mut u32) -> Result<u32, String> {
    third(calls)
}

#[retry(fixed_ms = 1, when = |calls| *calls == 0)]
extern "C" fn foreign(calls: &mut u32) -> u32 {
    third(calls).unwrap_or(0)
}

#[retry(fixed_ms = 1)]
async fn not_send(calls: &Cell<u32>) -> Result<u32, String> {
    let shared = std::rc::Rc::new(calls);
    tokio::task::yield_now().await;
    let mut now = shared.get();
    let outcome = third(&mut now);
    shared.set(now);
    outcome
}

#[retry(fixed_ms = 1)]
async fn nothing_but_a_macro(calls: &mut u32) -> Result<u32, String> {
    matches_third!(calls)
}

macro_rules! matches_third {
    ($calls:expr) => {
        third($calls)
    };
}
use matches_third;

macro_rules! from_a_macro {
    ($name:ident, $calls:ident: $ty:ty, $output:ty, $attempts:expr, $body:block) => {
        #[retry(max_attempts = $attempts, fixed_ms = 1)]
        async fn $name($calls: $ty) -> $output $body
    };
}

macro_rules! judged_by {
    ($name:ident, $when:expr, $on_retry:expr) => {
        #[retry(fixed_ms = 1, when = $when, on_retry = $on_retry)]
        async fn $name(calls: &mut u32) -> Result<u32, String> {
            third(calls)
        }
    };
}
judged_by!(judged_by_a_closure, |outcome| *outcome != Ok(3), |event| {
    assert!(event.outcome().is_err());
});
from_a_macro!(made_by_a_macro, calls: &mut u32, Result<u32, String>, 3, { third(calls) });

#[tokio::test(start_paused = true)]
async fn every_free_function_is_retried_until_it_succeeds() {
    assert_eq!(tail_expression(&mut 0).await, Ok(3));
    assert_eq!(blocking(&mut 0), Ok(3));
    assert_eq!(borrowed_text("abcd", &mut 0).await, Ok(4));
    assert_eq!(
        by_value_but_only_borrowed("abc".into(), &mut 0).await,
        Ok(3)
    );
    assert_eq!(not_clone(NotClone(8), &mut 0).await, Ok(8));
    assert_eq!(generic::<_, 7>("x", &mut 0).await.unwrap(), "x \"x\" 7");
    assert_eq!(impl_argument(&1, |n| n + 1, &mut 0).await.unwrap(), "1 4");
    assert_eq!(
        dyn_argument(&1, Box::new(|n| n + 1), &mut 0).await.unwrap(),
        "1 4"
    );
    assert_eq!(borrowed_return("abc", &mut 0).await.unwrap(), "bc");
    assert_eq!(foreign(&mut 0), 3);
    assert_eq!(not_send(&Cell::new(0)).await, Ok(3));
    assert_eq!(nothing_but_a_macro(&mut 0).await, Ok(3));
    assert_eq!(made_by_a_macro(&mut 0).await, Ok(3));
    assert_eq!(judged_by_a_closure(&mut 0).await, Ok(3));
}

#[test]
#[expect(unsafe_code, reason = "an unsafe function is a legal function")]
fn an_unsafe_function_stays_unsafe() {
    // SAFETY: the function asks for nothing.
    assert_eq!(unsafe { marked_unsafe(&mut 0) }, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn a_recursive_function_retries_at_each_level() {
    let mut calls = 0;
    assert_eq!(recursive(2, &mut calls), Ok(3));
    assert_eq!(recursive_async(2, &mut 0).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn a_failure_to_the_end_gives_back_the_last_outcome() {
    #[retry(max_attempts = 2, fixed_ms = 1)]
    async fn twice(calls: &mut u32) -> Result<u32, String> {
        third(calls)
    }
    assert_eq!(twice(&mut 0).await, Err("attempt 2".into()));
}
