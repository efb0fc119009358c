//! A client library that retries by a policy which its user may replace, and a program that uses it.

use api::Api;
use flaky::Flaky;

/// What the author of a client library publishes.
#[expect(unreachable_pub, reason = "this module stands for a crate")]
mod api {
    use std::sync::Arc;
    use std::time::Duration;

    use retry_core::{Budget, Policy, RetryError, retry};
    use retry_http::ResponseExt;
    use retry_http::reqwest::Client;
    use serde::Deserialize;

    /// What every call does, unless the user says otherwise: public, so that a user can start from it.
    pub const POLICY: Policy = Policy::new()
        .max_attempts(4)
        .exp_multiplier(Duration::from_millis(100))
        .max_elapsed(Duration::from_secs(10));

    /// A client. Clones share their connections and their budget for retries.
    #[derive(Clone, Debug)]
    pub struct Api {
        http: Client,
        base: String,
        policy: Policy,
        budget: Arc<Budget>,
    }

    /// What the server says.
    #[derive(Debug, Deserialize)]
    pub struct Answer {
        pub status: u16,
    }

    /// The retrying shows in no signature but this.
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        #[error("there is nothing of this name")]
        NotFound,
        #[error("the server could not be asked: {0}")]
        Failed(#[from] RetryError<retry_http::Error>),
    }

    impl Api {
        pub fn new(base: &str) -> Self {
            // A tenth of the calls may be retries; more would not help a server in trouble.
            let budget = Arc::new(Budget::new(0.1));
            Self {
                http: Client::new(),
                base: base.to_owned(),
                policy: POLICY,
                budget,
            }
        }

        /// Replaces [`POLICY`].
        pub fn policy(mut self, policy: Policy) -> Self {
            self.policy = policy;
            self
        }

        pub async fn read(&self, path: &str) -> Result<Answer, Error> {
            self.get(path)
                .await
                .map_err(|error| match error.get_ref().status() {
                    Some(status) if status == 404 => Error::NotFound,
                    _ => Error::Failed(error),
                })
        }

        /// The key is made here, once: whatever is retried below carries the same one.
        pub async fn create(&self, path: &str) -> Result<Answer, Error> {
            let key = format!("\"{:032x}\"", fastrand::u128(..));
            Ok(self.post(path, &key).await?)
        }

        #[retry(policy = self.policy, budget = &self.budget, when = retry_http::transient, wrap_error)]
        async fn get(&self, path: &str) -> Result<Answer, RetryError<retry_http::Error>> {
            let request = self.http.get(format!("{}{path}", self.base));
            Ok(request.send().await?.check().await?.json().await?)
        }

        #[retry(policy = self.policy, budget = &self.budget, when = retry_http::keyed, wrap_error)]
        async fn post(
            &self,
            path: &str,
            key: &str,
        ) -> Result<Answer, RetryError<retry_http::Error>> {
            let request = self
                .http
                .post(format!("{}{path}", self.base))
                .header("Idempotency-Key", key);
            Ok(request.send().await?.check().await?.json().await?)
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let server = Flaky::start()?;
    let api = Api::new(&server.url(""));

    println!("as the library ships:");
    tell(api.read("/sequence/503,503,200?key=a").await);
    tell(api.read("/status/404").await);

    println!("\nwith a policy of the user's own, here one attempt and no retry:");
    let hasty = api.clone().policy(api::POLICY.max_attempts(1));
    tell(hasty.read("/sequence/503,503,200?key=b").await);

    println!("\na POST that is retried carries one key:");
    tell(api.create("/sequence/503,201").await);
    for key in server
        .idempotency_keys("/sequence/503,201")
        .iter()
        .flatten()
    {
        println!("  sent {key}");
    }
    Ok(())
}

fn tell(answer: Result<api::Answer, api::Error>) {
    match answer {
        Ok(answer) => println!("  {}", answer.status),
        Err(error) => println!("  {error}"),
    }
}
