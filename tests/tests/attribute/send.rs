//! The future is `Send` wherever that of the plain function would be, whatever the error is.

use retry_core::{Policy, retry};
use std::rc::Rc;

fn is_send<T: Send>(value: T) -> T {
    value
}

struct Client {
    policy: Policy,
}

type NotSend = Result<u32, Rc<str>>;

#[retry(fixed_ms = 1)]
async fn error_not_send(calls: &mut u32) -> NotSend {
    *calls += 1;
    Err("no".into())
}

#[retry(fixed_ms = 1, when = |outcome| outcome.as_ref().is_err(), on_retry = |event| assert!(!event.delay().is_zero()), attempt = attempt)]
async fn judged_and_told(calls: &mut u32) -> NotSend {
    *calls = attempt.number();
    Err("no".into())
}

#[retry(attempt_timeout = "1s", max_elapsed = "9s", wait_with = |n| std::time::Duration::from_millis(n.into()))]
async fn limited(calls: &mut u32) -> Result<u32, Slow> {
    *calls += 1;
    Err(Slow(Rc::new(())))
}

struct Slow(#[expect(dead_code, reason = "only there to be not `Send`")] Rc<()>);

impl From<retry_core::TimedOut> for Slow {
    fn from(_: retry_core::TimedOut) -> Self {
        Self(Rc::new(()))
    }
}

impl Client {
    #[retry(policy = self.policy)]
    async fn method<T: AsRef<str> + Sync>(
        &mut self,
        value: T,
        text: &str,
    ) -> Result<usize, Rc<str>> {
        tokio::task::yield_now().await;
        if text.is_empty() {
            Err("no".into())
        } else {
            Ok(value.as_ref().len())
        }
    }

    #[retry(wrap_error, clone(value))]
    async fn wrapped(&self, value: Vec<u8>) -> Result<usize, retry_core::RetryError<Rc<str>>> {
        tokio::task::yield_now().await;
        Ok(value.len())
    }
}

#[tokio::test(start_paused = true)]
async fn every_future_can_be_sent() {
    let mut calls = 0;
    assert!(is_send(error_not_send(&mut calls)).await.is_err());
    assert!(is_send(judged_and_told(&mut calls)).await.is_err());
    assert!(is_send(limited(&mut calls)).await.is_err());
    let mut client = Client {
        policy: Policy::new().max_attempts(1),
    };
    assert!(is_send(client.method("a", "b")).await.is_ok());
    assert!(is_send(client.wrapped(vec![1])).await.is_ok());
}

#[tokio::test]
async fn a_method_can_be_spawned() {
    let spawned = tokio::spawn(async {
        let mut client = Client {
            policy: Policy::new(),
        };
        client.method(String::from("abc"), "x").await.ok()
    });
    assert_eq!(spawned.await.ok(), Some(Some(3)));
}
