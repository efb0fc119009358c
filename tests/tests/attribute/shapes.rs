//! Every way to write a function.
use retry_core::retry;

#[retry(max_attempts = 3, fixed_ms = 10)]
async fn plain(calls: &mut u32) -> Result<u32, String> {
    *calls += 1;
    if *calls < 3 {
        Err("busy")?;
    }
    Ok(*calls)
}

#[retry(max_attempts = 3, fixed_ms = 0)]
fn blocking(calls: &mut u32) -> Option<u32> {
    *calls += 1;
    if *calls < 3 {
        return None;
    }
    Some(*calls)
}

struct Client {
    calls: u32,
}
impl Client {
    #[retry(max_attempts = 3, exp_multiplier_ms = 1000, jitter = none, attempt = attempt, when = |o| o.is_err(),
      on_retry = |e| assert!(e.delay().as_secs() > 0))]
    async fn fetch(&mut self, url: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        self.calls += 1;
        let n: u32 = url.parse()?;
        if attempt.number() < n {
            return Err("again".into());
        }
        Ok(self.calls)
    }

    #[retry(attempt_timeout = "1s", policy = retry_core::Policy::new(), max_attempts = 2)]
    async fn slow(&mut self) -> Result<u32, Slow> {
        self.calls += 1;
        if self.calls < 2 {
            tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        }
        Ok(self.calls)
    }

    #[retry(wrap_error)]
    async fn wrapped(&mut self) -> Result<u32, retry_core::RetryError<String>> {
        self.calls += 1;
        Err("no".to_owned())?;
        Ok(self.calls)
    }
}

struct Slow;
impl From<retry_core::TimedOut> for Slow {
    fn from(_: retry_core::TimedOut) -> Self {
        Self
    }
}

#[tokio::test(start_paused = true)]
async fn smoke() {
    assert_eq!(plain(&mut 0).await, Ok(3));
    assert_eq!(blocking(&mut 0), Some(3));
    let mut client = Client { calls: 0 };
    assert_eq!(client.fetch("3").await.unwrap(), 3);
    client.calls = 0;
    assert_eq!(client.slow().await.ok(), Some(2));
    client.calls = 0;
    assert_eq!(client.wrapped().await.unwrap_err().attempts(), 3);
    dbg!(std::mem::size_of_val(&plain(&mut 0)));
    dbg!(std::mem::size_of_val(&client.slow()));
}
