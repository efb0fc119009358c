//! `Error`: what a response with an error status, or a fault on the way, becomes.

pub(crate) mod cause;

use core::fmt;
use std::time::SystemTime;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, StatusCode};
use reqwest::Url;
use retry_core::{Rejected, TimedOut};

use crate::facts::fault::Fault;
use crate::facts::fault::chain::chain;
use crate::facts::fault::kind::FaultKind;
use crate::facts::file_error::FileError;
use crate::facts::resume_error::ResumeError;
use crate::facts::secrets::without_secrets;

use cause::{Cause, EMPTY, Refusal};

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

    pub(crate) fn resume(url: Option<Url>, error: ResumeError) -> Self {
        Self {
            url: url.map(without_secrets),
            cause: Box::new(Cause::Resume(error)),
        }
    }

    /// The status, if the server answered with an error status.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.refusal().map(|refusal| refusal.status)
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

    /// Why a body that resumes could not go on, if that is what happened.
    #[must_use]
    pub fn resume_error(&self) -> Option<&ResumeError> {
        match &*self.cause {
            Cause::Resume(error) => Some(error),
            _ => None,
        }
    }

    /// Whether [`save`](crate::SendWith::save) failed on this side: a full disk, a target that is a folder, a partial
    /// file of something else. The file system's own error, where there was one, is in the chain.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(&*self.cause, Cause::File(_))
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
        Self {
            url,
            cause: Box::new(Cause::of(error)),
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

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self {
            url: None,
            cause: Box::new(Cause::File(error)),
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
            Cause::Resume(error) => write!(f, "{error}"),
            Cause::File(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.error())
    }
}

#[diagnostic::do_not_recommend]
impl Fault for Error {
    fn cause(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self)
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
            cause => out.field("source", &cause.error()),
        };
        out.finish()
    }
}
