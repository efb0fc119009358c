//! One body, fetched in as many attempts as it takes: what `save` and `stream` have in common.
//!
//! Each attempt is one request. The call's policy decides on every one of them, and its guards are asked. Whenever 64 KiB
//! have come, the attempt that brought the last of them counts as the first.

use core::pin::Pin;
use core::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::header::{IF_RANGE, RANGE};
use http::{Method, StatusCode};
use reqwest::Client;
use retry_core::{Attempt, Classify, Retries, Verdict};
use tokio::sync::Mutex;

use crate::adapt::check::checked;
use crate::adapt::send::send;
use crate::facts::error::Error;
use crate::facts::resume_error::{ResumeError, ResumeFault};
use crate::resend::body::Original;
use crate::resend::call::{Judge, to_host};
use crate::resend::replay::Replay;
use crate::resume::machine::{Next, Resume};

/// Less than this is no progress.
const PROGRESS: u64 = 64 * 1024;

/// Where the bytes of a body go.
pub(super) trait Sink: Send {
    /// The body begins at byte 0, perhaps once more.
    fn begin(&mut self, resume: &Resume) -> impl Future<Output = Result<(), Error>> + Send;

    /// Waits until there is room for more.
    fn ready(&mut self) -> impl Future<Output = Result<(), Error>> + Send;

    /// Takes bytes, after [`ready`](Self::ready): at once, so that no attempt that is dropped loses any.
    fn take(&mut self, bytes: Bytes, resume: &Resume);
}

/// The next attempts of one body.
#[derive(Debug)]
pub(super) struct Fetch<S> {
    /// An attempt holds it to its end: a hedge beside it waits, so that no two write at once.
    body: Mutex<(Resume, S)>,
    furthest: AtomicU64,
}

impl<S: Sink> Fetch<S> {
    pub(super) fn new(resume: Resume, sink: S) -> Self {
        Self {
            furthest: AtomicU64::new(resume.furthest()),
            body: Mutex::new((resume, sink)),
        }
    }

    pub(super) fn into_sink(self) -> S {
        self.body.into_inner().1
    }

    /// The length of the whole body, once that is there.
    pub(super) async fn run<R>(
        &self,
        (retry, client, request, judge): (R, Client, Original, Judge),
    ) -> Result<u64, Error>
    where
        R: Retries<Result<u64, Error>>,
    {
        if !can_resume(&request) {
            let error = ResumeFault::Request.into();
            return Err(Error::resume(request.url().cloned(), error));
        }
        self.attempts(retry, &client, &request, &judge).await
    }

    /// Boxed where its lifetimes are known: of a future that holds this one unboxed, Rust 1.85 does not see that it is `Send`.
    fn attempts<'a, R>(
        &'a self,
        retry: R,
        client: &'a Client,
        request: &'a Original,
        judge: &'a Judge,
    ) -> Pin<Box<dyn Future<Output = Result<u64, Error>> + Send + 'a>>
    where
        R: Retries<Result<u64, Error>> + 'a,
    {
        let progress = Progress {
            judge,
            furthest: &self.furthest,
            before: AtomicU64::new(self.furthest.load(Ordering::Relaxed)),
        };
        // Two at once would be two bodies, of which one is thrown away.
        let retry = to_host(retry, request).may_hedge(false);
        let attempts = move |attempt| self.attempt(client, request, judge, attempt);
        Box::pin(retry.run(progress, attempts))
    }

    async fn attempt(
        &self,
        client: &Client,
        original: &Original,
        judge: &Judge,
        attempt: Attempt,
    ) -> Result<u64, Error> {
        let mut body = self.body.lock().await;
        let (resume, sink) = &mut *body;
        let failed = |error: ResumeError| Error::resume(original.url().cloned(), error);
        // An attempt that was dropped in the middle has not said so.
        resume.broke().map_err(failed)?;
        if resume.is_whole() {
            resume.verify().map_err(failed)?;
            return Ok(resume.position());
        }
        let Some(mut request) = original.replay() else {
            return Err(failed(ResumeFault::Request.into()));
        };
        resume.ask(request.headers_mut());
        let mut response = send(client, request, attempt).await?;
        let no_such_part = response.status() == StatusCode::RANGE_NOT_SATISFIABLE;
        if !(no_such_part && resume.asks_for_part()) {
            let redirected = judge.was_left_for(response.url());
            response = checked(response, redirected).await?;
        }
        let next = resume.answer(response.status(), response.headers());
        let next = next.map_err(failed)?;
        if next != Next::Read || resume.position() == 0 {
            sink.begin(resume).await?;
        }
        if next == Next::AskAgain {
            return Err(failed(ResumeFault::Stale.into()));
        }
        loop {
            sink.ready().await?;
            match response.chunk().await {
                Ok(Some(bytes)) => {
                    resume.take(&bytes).map_err(failed)?;
                    self.furthest.store(resume.furthest(), Ordering::Relaxed);
                    sink.take(bytes, resume);
                }
                Ok(None) => {
                    resume.end().map_err(failed)?;
                    return Ok(resume.position());
                }
                Err(fault) => {
                    let fault = Error::from(fault.with_url(response.url().clone()));
                    return match resume.broke() {
                        Ok(()) if resume.is_whole() => Ok(resume.position()),
                        Ok(()) => Err(fault),
                        Err(error) => Err(failed(error.because(fault))),
                    };
                }
            }
        }
    }
}

/// Ranges are defined for GET alone, and the request's own would be taken for ours.
fn can_resume(request: &Original) -> bool {
    let headers = request.headers();
    let is_free = !headers.contains_key(RANGE) && !headers.contains_key(IF_RANGE);
    request.method() == Method::GET && request.can_replay() && is_free
}

/// Judges errors as any other adapter, and knows how far the body came.
#[derive(Debug)]
struct Progress<'a> {
    judge: &'a Judge,
    furthest: &'a AtomicU64,
    /// Where the last attempt that made progress ended.
    before: AtomicU64,
}

impl Classify<Result<u64, Error>> for Progress<'_> {
    fn classify(&self, outcome: &Result<u64, Error>) -> Verdict {
        match outcome {
            Ok(_) => Verdict::Done,
            Err(error) => self.judge.error(error),
        }
    }

    fn progressed(&self, _: &Result<u64, Error>) -> bool {
        let furthest = self.furthest.load(Ordering::Relaxed);
        let before = self.before.load(Ordering::Relaxed);
        let progressed = furthest - before >= PROGRESS;
        if progressed {
            self.before.store(furthest, Ordering::Relaxed);
        }
        progressed
    }
}
