//! Methods of traits: native and through `#[async_trait]`.

use super::shapes::{third, third_of};
use async_trait::async_trait;
use retry_core::{Policy, retry};
use std::sync::atomic::AtomicU32;

trait Fetch {
    async fn fetch(&mut self, url: &str) -> Result<usize, String>;

    #[retry(fixed_ms = 1)]
    async fn with_default(&self, calls: &mut u32) -> Result<u32, String> {
        third(calls).map(|calls| calls + self.step())
    }

    fn step(&self) -> u32 {
        1
    }
}

#[derive(Default)]
struct Client {
    calls: u32,
    policy: Policy,
}

impl Fetch for Client {
    #[retry(fixed_ms = 1)]
    async fn fetch(&mut self, url: &str) -> Result<usize, String> {
        third(&mut self.calls)?;
        Ok(url.len())
    }
}

#[async_trait]
trait Boxed {
    async fn fetch(&mut self, url: &str, body: String) -> Result<usize, String>;

    async fn changed(&self, n: u32, calls: &AtomicU32) -> Result<u32, String>;

    async fn by_value(self: Box<Self>, calls: &AtomicU32) -> Option<u32>;

    #[retry(fixed_ms = 1)]
    async fn with_default(&self, (a, b): (u32, u32), calls: &AtomicU32) -> Result<u32, String> {
        let calls = third_of(calls)?;
        Ok(calls + a + b)
    }
}

#[async_trait]
impl Boxed for Client {
    #[retry(policy = self.policy, max_attempts = 3)]
    async fn fetch(&mut self, url: &str, body: String) -> Result<usize, String> {
        third(&mut self.calls)?;
        Ok(url.len() + body.len())
    }

    #[retry(fixed_ms = 1, clone(n))]
    async fn changed(&self, mut n: u32, calls: &AtomicU32) -> Result<u32, String> {
        n += 1;
        third_of(calls)?;
        Ok(n + self.calls)
    }

    #[retry(fixed_ms = 1)]
    async fn by_value(self: Box<Self>, calls: &AtomicU32) -> Option<u32> {
        if self.calls > 0 {
            return None;
        }
        third_of(calls).ok()
    }
}

#[tokio::test(start_paused = true)]
async fn methods_of_native_traits_are_retried() {
    assert_eq!(Fetch::fetch(&mut Client::default(), "abcd").await, Ok(4));
    assert_eq!(Fetch::with_default(&Client::default(), &mut 0).await, Ok(4));
}

#[tokio::test(start_paused = true)]
async fn methods_of_boxed_traits_are_retried() {
    let calls = || AtomicU32::new(0);
    let mut client: Box<dyn Boxed + Send + Sync> = Box::new(Client::default());
    assert_eq!(client.fetch("abcd", "e".into()).await, Ok(5));
    let client: Box<dyn Boxed + Send + Sync> = Box::new(Client::default());
    assert_eq!(client.changed(0, &calls()).await, Ok(1));
    assert_eq!(client.with_default((1, 1), &calls()).await, Ok(5));
    assert_eq!(client.by_value(&calls()).await, Some(3));
}
