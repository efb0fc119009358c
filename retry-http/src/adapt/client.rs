//! A client whose own habits do not get in the way of retries.

use core::time::Duration;

use reqwest::ClientBuilder;

use crate::facts::fault::kind::FaultKind;
use crate::facts::redirects;
use crate::facts::repeat::Seen;

/// Less than the 5 seconds after which the first of the common servers, Node, closes an idle connection.
const POOL_IDLE: Duration = Duration::from_secs(4);

/// Only a connect timeout of its own proves that a request was not sent.
const CONNECT: Duration = Duration::from_secs(5);

/// Half of what nginx and AWS's balancer grant a server before they answer 504 themselves.
const SILENCE: Duration = Duration::from_secs(30);

/// A `reqwest::ClientBuilder` with settings that go with retries.
///
/// - The client's own retries are off. By default it sends a request that HTTP/2 refused up to three times at once,
///   so that three attempts here would be nine requests there.
/// - An idle connection is closed after 4 seconds. At reqwest's 90 seconds the server often closes it first, and a
///   request that is sent just then fails, with nothing to tell whether the server saw it.
/// - Connecting may take 5 seconds. A timeout that only spans the whole request leaves open whether it was sent.
/// - A server may be silent for 30 seconds, before its answer or within it. reqwest itself waits for ever. There is no
///   limit on the whole, which would cut long downloads off. An upload counts as silence, because nothing is read
///   meanwhile: where one takes longer, replace the limit by `read_timeout`.
/// - Redirects are followed as reqwest follows them, and noted for 5 minutes: what becomes of the request that a redirect
///   led to says nothing about the first, so a call that must not run twice is not repeated for it. Where `redirect`
///   replaces that policy, choose `reqwest::redirect::Policy::none()` for such calls.
///
/// Everything else is reqwest's default.
///
/// ```
/// let client = retry_http::client_builder().build()?;
/// # Ok::<(), retry_http::reqwest::Error>(())
/// ```
pub fn client_builder() -> ClientBuilder {
    ClientBuilder::new()
        .retry(reqwest::retry::never())
        .pool_idle_timeout(POOL_IDLE)
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .redirect(redirects::noting())
}

/// For a client that is to repeat by itself what HTTP/2 refused: `ClientBuilder::retry(builtin("api.example.com"))`.
///
/// Nothing else is repeated: reqwest's own retries neither wait nor see a hint. Where they are on, an attempt of a
/// policy may be several requests.
///
/// ```
/// use retry_http::reqwest;
///
/// let client = reqwest::Client::builder().retry(retry_http::builtin("127.0.0.1")).build()?;
/// # Ok::<(), reqwest::Error>(())
/// ```
#[must_use]
pub fn builtin(host: &str) -> reqwest::retry::Builder {
    reqwest::retry::for_host(host.to_owned()).classify_fn(|attempt| {
        let not_processed = attempt
            .error()
            .is_some_and(|error| FaultKind::of(error).seen() == Seen::NotProcessed);
        if not_processed {
            attempt.retryable()
        } else {
            attempt.success()
        }
    })
}
