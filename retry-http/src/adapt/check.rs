//! `check()`: an error status becomes an error that keeps what a classifier needs.

use std::time::SystemTime;

use reqwest::Response;

use crate::facts::error::Error;
use crate::facts::redirects;
use crate::resend::drain;

/// What this crate adds to `reqwest::Response`.
pub trait ResponseExt: Sized {
    /// Turns an error status, 400 and up, into an [`Error`].
    ///
    /// Unlike `error_for_status` it keeps the headers, so the hint survives, and it reads the body, so the connection
    /// can be used again: at most 64 KiB, for at most a second, and no longer than an `attempt_timeout` allows.
    ///
    /// # Errors
    ///
    /// An [`Error`] with the status, the headers and the beginning of the body. A body that breaks off is kept as far
    /// as it came: the status is what matters.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), retry_http::Error> {
    /// use retry_http::{ResponseExt, reqwest};
    ///
    /// let text = reqwest::get("http://127.0.0.1:8080/").await?.check().await?.text().await?;
    /// # Ok(())
    /// # }
    /// ```
    fn check(self) -> impl Future<Output = Result<Self, Error>> + Send;
}

impl ResponseExt for Response {
    async fn check(self) -> Result<Self, Error> {
        let redirected = redirects::led_to(self.url());
        checked(self, redirected).await
    }
}

/// As [`ResponseExt::check`], for those who know whether a redirect led to the response.
pub(crate) async fn checked(response: Response, redirected: bool) -> Result<Response, Error> {
    if response.status().as_u16() < 400 {
        return Ok(response);
    }
    let received = SystemTime::now();
    let url = response.url().clone();
    let (head, body) = http::Response::from(response).into_parts();
    let body = drain::beginning(body).await;
    Err(Error::refused(url, head, received, body, redirected))
}
