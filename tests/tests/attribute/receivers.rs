//! Methods: every receiver that Rust has.

use super::shapes::third;
use retry_core::retry;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

#[derive(Clone, Default)]
struct Client {
    calls: u32,
}

impl Client {
    #[retry(fixed_ms = 1)]
    async fn by_mut(&mut self, url: &str) -> Result<usize, String> {
        third(&mut self.calls)?;
        Ok(url.len())
    }

    #[retry(fixed_ms = 1)]
    async fn by_ref(&self, calls: &mut u32) -> Result<u32, String> {
        third(calls).map(|calls| calls + self.calls)
    }

    #[retry(fixed_ms = 1)]
    async fn by_value(self, calls: &mut u32) -> Result<u32, String> {
        third(calls).map(|calls| calls + self.calls)
    }

    /// What an attempt does to `self` is what the next one finds.
    #[retry(fixed_ms = 1)]
    async fn by_mut_value(mut self) -> Result<u32, String> {
        third(&mut self.calls)
    }

    #[retry(fixed_ms = 1)]
    async fn by_box(self: Box<Self>, calls: &mut u32) -> Result<u32, String> {
        third(calls).map(|calls| calls + self.calls)
    }

    #[retry(fixed_ms = 1)]
    async fn by_arc(self: Arc<Self>, calls: &mut u32) -> Result<u32, String> {
        third(calls).map(|calls| calls + self.calls)
    }

    #[retry(fixed_ms = 1)]
    async fn by_ref_to_rc(self: &Rc<Self>, calls: &mut u32) -> Result<u32, String> {
        third(calls).map(|calls| calls + self.calls)
    }

    #[retry(fixed_ms = 1)]
    async fn by_pin(mut self: Pin<&mut Self>) -> Result<u32, String> {
        third(&mut self.calls)
    }

    #[retry(fixed_ms = 1)]
    async fn none(calls: &mut u32) -> Result<Self, String> {
        third(calls).map(|calls| Self { calls })
    }

    #[retry(fixed_ms = 1)]
    fn blocking(&mut self) -> Result<u32, String> {
        third(&mut self.calls)
    }

    #[retry(fixed_ms = 1)]
    fn blocking_by_value(self, calls: &mut u32) -> Result<u32, String> {
        third(calls).map(|calls| calls + self.calls)
    }

    #[retry(fixed_ms = 1)]
    async fn lends(&self, calls: &mut u32) -> Result<&u32, String> {
        third(calls)?;
        Ok(&self.calls)
    }
}

struct Generic<T, const N: usize>(T);

impl<T: Clone, const N: usize> Generic<T, N>
where
    T: Send,
{
    #[retry(fixed_ms = 1)]
    async fn get(&mut self, calls: &AtomicU32) -> Result<(T, usize), String> {
        super::shapes::third_of(calls)?;
        Ok((self.0.clone(), N))
    }
}

#[tokio::test(start_paused = true)]
async fn every_receiver_is_retried_until_it_succeeds() {
    let client = Client::default;
    assert_eq!(client().by_mut("abcd").await, Ok(4));
    assert_eq!(client().by_ref(&mut 0).await, Ok(3));
    assert_eq!(client().by_value(&mut 0).await, Ok(3));
    assert_eq!(client().by_mut_value().await, Ok(3));
    assert_eq!(Box::new(client()).by_box(&mut 0).await, Ok(3));
    assert_eq!(Arc::new(client()).by_arc(&mut 0).await, Ok(3));
    assert_eq!(Rc::new(client()).by_ref_to_rc(&mut 0).await, Ok(3));
    assert_eq!(Pin::new(&mut client()).by_pin().await, Ok(3));
    assert_eq!(Client::none(&mut 0).await.map(|client| client.calls), Ok(3));
    assert_eq!(client().blocking(), Ok(3));
    assert_eq!(client().blocking_by_value(&mut 0), Ok(3));
    assert_eq!(client().lends(&mut 0).await, Ok(&0));
    assert_eq!(
        Generic::<_, 5>("x").get(&AtomicU32::new(0)).await,
        Ok(("x", 5))
    );
}
