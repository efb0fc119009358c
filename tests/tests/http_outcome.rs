//! `transient`, `unprocessed`, `keyed` and `Classifier` over the outcomes that programs really have.

use std::error::Error as StdError;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

use retry_core::{Classify, Policy, Verdict, retry};
use retry_http::{Classifier, Fault, ResponseExt, reqwest};

type Boxed = Box<dyn StdError + Send + Sync>;

fn response(status: u16) -> reqwest::Response {
    let response = http::Response::builder().status(status);
    response.body("body").unwrap().into()
}

async fn http_error(status: u16) -> retry_http::Error {
    response(status).check().await.unwrap_err()
}

/// A connection to a port that is nobody's.
async fn refused() -> reqwest::Error {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get("http://127.0.0.1:1/").send().await.unwrap_err()
}

/// An error of the user's own, which says where it came from.
#[derive(Debug)]
struct Context(Boxed);

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("loading the user")
    }
}

impl StdError for Context {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.0.as_ref())
    }
}

impl Fault for Context {
    fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self)
    }
}

/// A wrapper that shows the source of what it wraps, and not that itself, as `#[error(transparent)]` does.
#[derive(Debug, thiserror::Error)]
enum Transparent {
    #[error(transparent)]
    Http(#[from] retry_http::Error),
    #[error(transparent)]
    Client(#[from] reqwest::Error),
}

impl Fault for Transparent {
    fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Http(error) => Some(error),
            Self::Client(error) => Some(error),
        }
    }
}

#[test]
fn a_response_is_judged_by_its_status() {
    use Verdict::{Done, Permanent, Retry};
    type Outcome = Result<reqwest::Response, reqwest::Error>;
    let judge = |status| {
        let outcome: Outcome = Ok(response(status));
        [
            retry_http::transient(&outcome),
            retry_http::unprocessed(&outcome),
            retry_http::keyed(&outcome),
        ]
    };
    assert_eq!(judge(200), [Done, Done, Done]);
    assert_eq!(judge(404), [Permanent, Permanent, Permanent]);
    assert_eq!(judge(409), [Permanent, Permanent, Retry]);
    assert_eq!(judge(429), [Retry, Retry, Retry]);
    assert_eq!(judge(503), [Retry, Permanent, Retry]);
}

#[test]
fn any_other_value_is_done() {
    assert_eq!(
        retry_http::transient(&Ok::<_, retry_http::Error>(String::new())),
        Verdict::Done
    );
    assert_eq!(retry_http::transient(&Ok::<_, Boxed>(())), Verdict::Done);
}

#[tokio::test]
async fn every_kind_of_error_is_looked_into() {
    for (status, expected) in [(503, Verdict::Retry), (404, Verdict::Permanent)] {
        let plain: Result<(), retry_http::Error> = Err(http_error(status).await);
        assert_eq!(retry_http::transient(&plain), expected);
        let boxed: Result<(), Boxed> = Err(http_error(status).await.into());
        assert_eq!(retry_http::transient(&boxed), expected);
        let local: Result<(), Box<dyn StdError>> = Err(http_error(status).await.into());
        assert_eq!(retry_http::transient(&local), expected);
        let sent: Result<(), Box<dyn StdError + Send>> = Err(Box::new(http_error(status).await));
        assert_eq!(retry_http::transient(&sent), expected);
        let shared: Result<(), std::sync::Arc<dyn StdError + Send + Sync>> =
            Err(std::sync::Arc::new(http_error(status).await));
        assert_eq!(retry_http::transient(&shared), expected);
        let context: Result<(), Context> = Err(Context(http_error(status).await.into()));
        assert_eq!(retry_http::transient(&context), expected);
        let transparent: Result<(), Transparent> = Err(http_error(status).await.into());
        assert_eq!(retry_http::transient(&transparent), expected);
        let anyhow: anyhow::Result<()> =
            Err(anyhow::Error::new(http_error(status).await).context("loading"));
        assert_eq!(retry_http::transient(&anyhow), expected);
        let deep: Result<(), Context> =
            Err(Context(Context(http_error(status).await.into()).into()));
        assert_eq!(retry_http::transient(&deep), expected);
        let io: std::io::Result<()> = Err(std::io::Error::other(http_error(status).await));
        assert_eq!(retry_http::transient(&io), expected);
    }
}

#[tokio::test]
async fn a_fault_in_the_transport_is_found_in_every_kind_of_error() {
    let plain: Result<(), reqwest::Error> = Err(refused().await);
    assert_eq!(retry_http::unprocessed(&plain), Verdict::Retry);
    let ours: Result<(), retry_http::Error> = Err(refused().await.into());
    assert_eq!(retry_http::unprocessed(&ours), Verdict::Retry);
    let transparent: Result<(), Transparent> = Err(refused().await.into());
    assert_eq!(retry_http::unprocessed(&transparent), Verdict::Retry);
    let twice: Result<(), Transparent> = Err(retry_http::Error::from(refused().await).into());
    assert_eq!(retry_http::unprocessed(&twice), Verdict::Retry);
    let boxed: Result<(), Boxed> = Err(refused().await.into());
    assert_eq!(retry_http::unprocessed(&boxed), Verdict::Retry);
    let anyhow: anyhow::Result<()> = Err(refused().await.into());
    assert_eq!(retry_http::unprocessed(&anyhow), Verdict::Retry);
}

/// Words such as "certificate" count where the client says them, not where the user does.
#[tokio::test]
async fn what_the_users_own_errors_say_is_not_read() {
    let error: anyhow::Error = refused().await.into();
    let outcome: anyhow::Result<()> = Err(error.context("renewing the certificate: SSL routines"));
    assert_eq!(retry_http::unprocessed(&outcome), Verdict::Retry);
}

#[test]
fn an_error_that_tells_nothing_of_http_is_permanent() {
    let parse: Result<(), Context> = Err(Context("x".parse::<u8>().unwrap_err().into()));
    assert_eq!(retry_http::transient(&parse), Verdict::Permanent);
    let boxed: Result<(), Boxed> = Err("no".into());
    assert_eq!(retry_http::transient(&boxed), Verdict::Permanent);
}

#[tokio::test]
async fn a_status_error_of_reqwest_keeps_its_status() {
    let error = response(503).error_for_status().unwrap_err();
    let error = retry_http::Error::from(error);
    let status = error.status();
    assert_eq!(status, Some(reqwest::StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(retry_http::transient(&Err::<(), _>(error)), Verdict::Retry);
}

#[derive(Debug)]
struct Endless;

impl fmt::Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("again")
    }
}

impl StdError for Endless {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&Endless)
    }
}

impl Fault for Endless {
    fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self)
    }
}

#[test]
fn a_chain_without_end_is_given_up() {
    assert_eq!(
        retry_http::transient(&Err::<(), _>(Endless)),
        Verdict::Permanent
    );
}

const POLICY: Policy = Policy::new()
    .max_attempts(3)
    .fixed(std::time::Duration::ZERO);

#[retry(policy = POLICY, when = retry_http::transient)]
async fn attribute_with_a_function(calls: &AtomicU32) -> Result<(), retry_http::Error> {
    calls.fetch_add(1, Ordering::Relaxed);
    Err(http_error(503).await)
}

static GITHUB: Classifier = Classifier::transient().github();

#[retry(policy = POLICY, when = GITHUB)]
async fn attribute_with_a_static(calls: &AtomicU32) -> Result<(), Boxed> {
    calls.fetch_add(1, Ordering::Relaxed);
    response(503).check().await?;
    Ok(())
}

#[retry(policy = POLICY, when = Classifier::transient().never(503))]
async fn attribute_with_a_value(calls: &AtomicU32) -> anyhow::Result<reqwest::Response> {
    calls.fetch_add(1, Ordering::Relaxed);
    Ok(response(503))
}

#[tokio::test]
async fn the_attribute_takes_functions_statics_and_values() {
    let calls = [const { AtomicU32::new(0) }; 3];
    attribute_with_a_function(&calls[0]).await.unwrap_err();
    attribute_with_a_static(&calls[1]).await.unwrap_err();
    attribute_with_a_value(&calls[2]).await.unwrap();
    assert_eq!(calls.map(AtomicU32::into_inner), [3, 3, 1]);
}

#[tokio::test]
async fn the_builder_takes_functions_values_and_closures() {
    let calls = [const { AtomicU32::new(0) }; 6];
    let count = |at: usize| calls[at].fetch_add(1, Ordering::Relaxed);
    let http = |at| async move {
        count(at);
        Err::<(), _>(http_error(503).await)
    };
    let boxed = |at| async move {
        count(at);
        Err::<(), Boxed>(http_error(503).await.into())
    };
    POLICY
        .when(retry_http::transient)
        .retry(|| http(0))
        .await
        .unwrap_err();
    POLICY
        .classify(retry_http::transient)
        .retry(|| boxed(1))
        .await
        .unwrap_err();
    POLICY.classify(GITHUB).retry(|| http(2)).await.unwrap_err();
    POLICY
        .when(|outcome| GITHUB.classify(outcome))
        .retry(|| boxed(3))
        .await
        .unwrap_err();
    POLICY
        .when(retry_http::keyed)
        .retry(|| boxed(4))
        .await
        .unwrap_err();
    POLICY
        .when(retry_http::unprocessed)
        .retry(|| http(5))
        .await
        .unwrap_err();
    assert_eq!(calls.map(AtomicU32::into_inner), [3, 3, 3, 3, 3, 1]);
}

#[test]
fn a_call_judged_without_its_method_is_taken_for_one_that_must_not_run_twice() {
    let outcome: Result<_, reqwest::Error> = Ok(response(500));
    assert_eq!(
        Classifier::by_method().classify(&outcome),
        Verdict::Permanent
    );
    assert_eq!(
        Classify::classify(&Classifier::transient(), &outcome),
        Verdict::Retry
    );
}
