//! `Error`: what a response with an error status, or a fault on the way, becomes.

use core::fmt;
use core::time::Duration;
use std::sync::LazyLock;
use std::time::SystemTime;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, StatusCode};
use reqwest::Url;
use retry_core::{Rejected, TimedOut};

use crate::answer::Answer;
use crate::classifier::Classifier;
use crate::fault::{FaultKind, chain};
use crate::redirects;

/// Why a call gave no usable response: an error status with its headers and the beginning of its body, a fault in the
/// transport, a body that is not the JSON asked for, or an attempt that a limit of `retry_core` ended or prevented.
///
/// It prints the URL without query, fragment and credentials, and neither headers nor bodies.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use retry_http::{ResponseExt, reqwest};
///
/// async fn fetch(url: &str) -> Result<String, retry_http::Error> {
///     Ok(reqwest::get(url).await?.check().await?.text().await?)
/// }
/// // Port 1 is nobody's.
/// let error = fetch("http://user:secret@127.0.0.1:1/a?token=x").await.unwrap_err();
/// assert!(error.is_transport());
/// assert_eq!(error.status(), None);
/// assert_eq!(error.to_string(), "http://127.0.0.1:1/a: no connection could be made");
/// # }
/// ```
pub struct Error {
    url: Option<Url>,
    cause: Box<Cause>,
}

enum Cause {
    Status(Refusal),
    Transport(FaultKind, Lost),
    Json(serde_json::Error),
    TimedOut(TimedOut),
    Rejected(Rejected),
}

/// An error status with all that came along.
///
/// A node of its own in the chain: a `#[error(transparent)]` wrapper hides the error that it wraps, but not what is
/// below that.
#[derive(thiserror::Error)]
#[error("{}", if .status.is_client_error() { "client error" } else { "server error" })]
struct Refusal {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    received: SystemTime,
    /// Whether it answers another request, to which a redirect led.
    redirected: bool,
}

/// An error of the transport, without its URL; whether a redirect came before is known only with it.
enum Lost {
    Direct(reqwest::Error),
    Redirected(AfterRedirect),
}

/// A node of its own in the chain, for those who walk it.
#[derive(Debug, thiserror::Error)]
#[error("after a redirect")]
struct AfterRedirect(#[source] reqwest::Error);

impl Lost {
    fn error(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::Direct(error) => error,
            Self::Redirected(after) => after,
        }
    }
}

impl Error {
    pub(crate) fn refused(
        url: Url,
        head: Parts,
        received: SystemTime,
        body: Bytes,
        redirected: bool,
    ) -> Self {
        let refusal = Refusal {
            redirected,
            status: head.status,
            headers: head.headers,
            body,
            received,
        };
        Self {
            url: Some(without_secrets(url)),
            cause: Box::new(Cause::Status(refusal)),
        }
    }

    pub(crate) fn json(url: Url, error: serde_json::Error) -> Self {
        Self {
            url: Some(without_secrets(url)),
            cause: Box::new(Cause::Json(error)),
        }
    }

    /// The status, if the server answered with an error status.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.refusal().map(|refusal| refusal.status)
    }

    /// The delay that the server asked for, counted from the arrival of the response.
    ///
    /// Besides the headers of [`Hint::read`](crate::Hint::read) it reads what can mean one thing only: AWS's
    /// `x-amz-retry-after`, `google.rpc.RetryInfo` in a JSON body, and GitHub's limits where GitHub answered. What a
    /// classifier with other hints sees is [`Classifier::hint`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use retry_http::{ResponseExt, reqwest};
    /// use std::time::Duration;
    ///
    /// let response = http::Response::builder().status(429).header("retry-after", "7");
    /// let error = reqwest::Response::from(response.body("").unwrap()).check().await.unwrap_err();
    /// assert_eq!(error.hint(), Some(Duration::from_secs(7)));
    /// # }
    /// ```
    #[must_use]
    pub fn hint(&self) -> Option<Duration> {
        const ANYBODY: Classifier = Classifier::transient().aws().google();
        // At other servers the same headers count from another time.
        if self.headers().contains_key("x-github-request-id") {
            ANYBODY.github().hint(self)
        } else {
            ANYBODY.hint(self)
        }
    }

    /// The headers of the response with the error status; empty where there was none.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.refusal().map_or(&EMPTY, |refusal| &refusal.headers)
    }

    /// The URL without query, fragment and credentials; `None` where no URL was understood.
    #[must_use]
    pub fn url(&self) -> Option<&Url> {
        self.url.as_ref()
    }

    /// The beginning of the response's body, up to 64 KiB; empty where there was none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.refusal().map_or(&[], |refusal| &refusal.body)
    }

    /// Whether the transport failed: no connection, a refused certificate, no answer, a cut body.
    #[must_use]
    pub fn is_transport(&self) -> bool {
        matches!(&*self.cause, Cause::Transport(fault, _) if fault.is_transport())
    }

    fn refusal(&self) -> Option<&Refusal> {
        match &*self.cause {
            Cause::Status(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// What `error_for_status` made keeps its status; the headers were lost before it came here.
impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        let url = error.url().cloned().map(without_secrets);
        let cause = if let Some(status) = error.status() {
            Cause::Status(Refusal {
                status,
                headers: HeaderMap::new(),
                body: Bytes::new(),
                received: SystemTime::UNIX_EPOCH,
                redirected: error.url().is_some_and(redirects::involve),
            })
        } else {
            let fault = FaultKind::of(&error);
            let redirected = redirects::precede(&error);
            let error = error.without_url();
            let lost = if redirected {
                Lost::Redirected(AfterRedirect(error))
            } else {
                Lost::Direct(error)
            };
            Cause::Transport(fault, lost)
        };
        Self {
            url,
            cause: Box::new(cause),
        }
    }
}

/// What `attempt_timeout` needs.
impl From<TimedOut> for Error {
    fn from(error: TimedOut) -> Self {
        Self {
            url: None,
            cause: Box::new(Cause::TimedOut(error)),
        }
    }
}

/// What `breaker` needs.
impl From<Rejected> for Error {
    fn from(error: Rejected) -> Self {
        Self {
            url: None,
            cause: Box::new(Cause::Rejected(error)),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(url) = &self.url {
            write!(f, "{url}: ")?;
        }
        match &*self.cause {
            Cause::Status(refusal) => write!(f, "{}", refusal.status),
            Cause::Transport(FaultKind::Builder, lost) => {
                write!(f, "{}", FaultKind::Builder)?;
                // The first link says "builder error" and no more.
                let cause = chain(lost.error()).skip(1).last();
                cause.map_or(Ok(()), |cause| write!(f, ": {cause}"))
            }
            Cause::Transport(fault, _) => write!(f, "{fault}"),
            Cause::Json(_) => f.write_str("the response body is not the JSON asked for"),
            Cause::TimedOut(_) => f.write_str("the attempt took too long"),
            Cause::Rejected(_) => f.write_str("not attempted"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(match &*self.cause {
            Cause::Status(refusal) => refusal,
            Cause::Transport(_, lost) => lost.error(),
            Cause::Json(error) => error,
            Cause::TimedOut(error) => error,
            Cause::Rejected(error) => error,
        })
    }
}

/// As safe to log as `Display`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("url", &self.url.as_ref().map(Url::as_str));
        match &*self.cause {
            Cause::Status(refusal) => out.field("status", &refusal.status),
            Cause::Transport(fault, lost) => {
                out.field("fault", fault).field("source", &lost.error())
            }
            Cause::Json(error) => out.field("source", error),
            Cause::TimedOut(error) => out.field("source", error),
            Cause::Rejected(error) => out.field("source", error),
        };
        out.finish()
    }
}

/// Headers may hold cookies, and bodies anything.
impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({})", self.status)
    }
}

static EMPTY: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);

/// The response that one link of a chain of errors stands for.
pub(crate) fn answer<'a>(link: &'a (dyn std::error::Error + 'static)) -> Option<Answer<'a>> {
    if let Some(refusal) = link.downcast_ref::<Refusal>() {
        return Some(Answer {
            status: refusal.status,
            headers: &refusal.headers,
            body: &refusal.body,
            received: Some(refusal.received),
            redirected: refusal.redirected,
        });
    }
    let error = link.downcast_ref::<reqwest::Error>()?;
    Some(Answer {
        redirected: error.url().is_some_and(redirects::involve),
        ..Answer::now(error.status()?, &EMPTY)
    })
}

/// Whether a redirect may have been followed before the fault that this chain of errors tells of.
pub(crate) fn redirected(error: &(dyn std::error::Error + 'static)) -> bool {
    chain(error).any(|link| {
        link.is::<AfterRedirect>()
            || link
                .downcast_ref::<reqwest::Error>()
                .is_some_and(redirects::precede)
    })
}

/// Query strings and user names are where credentials are.
pub(crate) fn without_secrets(mut url: Url) -> Url {
    // Both fail only for URLs that have no place for credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url
}
