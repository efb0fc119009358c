//! Functions that are not `async` and give back a future: it is repeated whole.

use super::shapes::third_of;
use async_trait::async_trait;
use futures_util::future::{BoxFuture, LocalBoxFuture};
use retry_core::retry;
use std::cell::Cell;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};

#[expect(clippy::manual_async_fn, reason = "it is a way to write one")]
#[retry(fixed_ms = 1)]
fn hand_written(calls: &AtomicU32) -> impl Future<Output = Result<u32, String>> + Send {
    async move {
        tokio::task::yield_now().await;
        third_of(calls)
    }
}

#[retry(fixed_ms = 1)]
fn boxed<'a>(
    calls: &'a AtomicU32,
) -> Pin<Box<dyn Future<Output = Result<u32, String>> + Send + 'a>> {
    const STEP: u32 = 0;
    Box::pin(async move { third_of(calls).map(|calls| calls + STEP) })
}

#[retry(fixed_ms = 1)]
fn by_its_short_name(calls: &AtomicU32) -> BoxFuture<'_, Result<u32, String>> {
    Box::pin(async move { third_of(calls) })
}

#[retry(fixed_ms = 1)]
fn local(calls: &Cell<u32>) -> LocalBoxFuture<'_, Option<u32>> {
    Box::pin(async move {
        calls.set(calls.get() + 1);
        (calls.get() == 3).then_some(3)
    })
}

#[retry(fixed_ms = 1)]
fn early_returns(calls: &AtomicU32) -> BoxFuture<'_, Result<u32, String>> {
    Box::pin(async move {
        if calls.load(Ordering::Relaxed) < 9 {
            return third_of(calls);
        }
        Ok(0)
    })
}

#[retry(fixed_ms = 1)]
fn changes_a_copy(n: u32, calls: &AtomicU32) -> BoxFuture<'_, Result<u32, String>> {
    Box::pin(async move {
        let mut n = n;
        n += 1;
        third_of(calls).map(|_| n)
    })
}

#[tokio::test(start_paused = true)]
async fn a_future_that_the_body_makes_is_repeated_whole() {
    let calls = AtomicU32::default;
    assert_eq!(hand_written(&calls()).await, Ok(3));
    assert_eq!(boxed(&calls()).await, Ok(3));
    assert_eq!(by_its_short_name(&calls()).await, Ok(3));
    assert_eq!(local(&Cell::new(0)).await, Some(3));
    assert_eq!(early_returns(&calls()).await, Ok(3));
    assert_eq!(changes_a_copy(0, &calls()).await, Ok(1));
}

/// What `#[async_trait]` wrote before it began to tell the compiler the type of the outcome.
#[retry(fixed_ms = 1, clone(n))]
fn as_async_trait_wrote_it<'a, 'async_trait>(
    n: u32,
    calls: &'a AtomicU32,
) -> Pin<Box<dyn Future<Output = Result<u32, String>> + Send + 'async_trait>>
where
    'a: 'async_trait,
{
    Box::pin(async move {
        let mut n = n;
        let __ret: Result<u32, String> = {
            n += 1;
            third_of(calls).map(|_| n)
        };
        #[allow(unreachable_code)]
        __ret
    })
}

struct Client;

#[async_trait]
trait Boxed {
    async fn nothing(&self, text: String, calls: &AtomicU32);

    async fn shortened(&self, text: &str, calls: &AtomicU32) -> Result<usize, String>;

    async fn parted(&self, pair: (u32, u32), calls: &AtomicU32) -> Result<u32, String>;
}

#[async_trait]
impl Boxed for Client {
    #[retry(fixed_ms = 1, when = |()| self::busy(calls))]
    async fn nothing(&self, text: String, calls: &AtomicU32) {
        assert_eq!(text, "whole");
        calls.fetch_add(1, Ordering::Relaxed);
    }

    #[retry(fixed_ms = 1, clone(text), when_err = self::always)]
    async fn shortened(&self, mut text: &str, calls: &AtomicU32) -> Result<usize, String> {
        text = &text[1..];
        third_of(calls).map(|_| text.len())
    }

    #[retry(fixed_ms = 1, clone(a))]
    async fn parted(&self, (mut a, b): (u32, u32), calls: &AtomicU32) -> Result<u32, String> {
        a += b;
        third_of(calls).map(|_| a)
    }
}

fn busy(calls: &AtomicU32) -> bool {
    calls.load(Ordering::Relaxed) < 3
}

fn always(_: &String) -> bool {
    true
}

#[tokio::test(start_paused = true)]
async fn what_async_trait_makes_is_repeated_without_the_move_of_the_arguments() {
    let calls = AtomicU32::new(0);
    assert_eq!(as_async_trait_wrote_it(0, &calls).await, Ok(1));
    assert_eq!(calls.swap(0, Ordering::Relaxed), 3);
    Client.nothing("whole".into(), &calls).await;
    assert_eq!(calls.swap(0, Ordering::Relaxed), 3);
    assert_eq!(Client.shortened("abc", &calls).await, Ok(2));
    assert_eq!(calls.swap(0, Ordering::Relaxed), 3);
    assert_eq!(Client.parted((1, 2), &calls).await, Ok(3));
}
