//! `stream`: a body that is handed on as it comes, and goes on where it broke off.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use retry_core::Retries;
use tokio::sync::mpsc::error::SendError;
use tokio::sync::mpsc::{self, OwnedPermit, Receiver, Sender};

use crate::adapt::fetch::{Fetch, Sink};
use crate::adapt::send::SendWith;
use crate::facts::error::Error;
use crate::resume::machine::Resume;

impl<'r, R> SendWith<'r, R>
where
    R: Retries<Result<u64, Error>> + Send + 'r,
{
    /// The body of a GET as a stream of its bytes, each byte once. Nothing is sent before it is first polled.
    ///
    /// After a fault in the body the rest is asked for, with `Range` and `If-Range`, if the server gave a strong validator
    /// and a length. The stream ends with an error where that is not so, and where the server has something else
    /// meanwhile: [`Error::resume_error`] tells which. Two entities are never mixed. A `Repr-Digest` is checked over the
    /// whole, a `Content-Digest` over each answer, and the length always; but what the stream has given by then, it has
    /// given.
    ///
    /// `max_attempts` counts attempts without progress: whenever 64 KiB have come, the attempt that brought the last of
    /// them counts as the first. Each attempt is one request, and all guards and limits are in force for it. An
    /// `attempt_timeout` includes the time that the consumer takes; it may be short, for what was given is not lost. A
    /// server that is silent is noticed by it or by the client's `read_timeout`, which
    /// [`client_builder`](crate::client_builder) sets. Bodies that resume are not hedged.
    ///
    /// Every request says `Accept-Encoding: identity`. A coding that comes all the same is not undone: its bytes are handed
    /// on and resumed as they were sent. A client that undoes codings by itself hides their length, and such a body is
    /// not resumed.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), retry_http::Error> {
    /// # use std::{io::{Read, Write}, net::TcpListener};
    /// # let server = TcpListener::bind("127.0.0.1:0").unwrap();
    /// # let url = format!("http://{}", server.local_addr().unwrap());
    /// # std::thread::spawn(move || for answer in [
    /// #     "HTTP/1.1 200 OK\r\netag: \"1\"\r\ncontent-length: 9\r\nconnection: close\r\n\r\nhalf",
    /// #     "HTTP/1.1 206 Partial\r\netag: \"1\"\r\ncontent-range: bytes 4-8/9\r\ncontent-length: 5\r\n\r\n-full",
    /// # ] {
    /// #     let (mut stream, _) = server.accept().unwrap();
    /// #     let _ = stream.read(&mut [0; 4096]);
    /// #     stream.write_all(answer.as_bytes()).unwrap();
    /// # });
    /// use retry_core::Policy;
    /// use retry_http::RequestBuilderExt;
    ///
    /// let client = retry_http::client_builder().build()?;
    /// // The server breaks off after `half`.
    /// let mut body = client.get(url).send_with(Policy::new()).stream();
    /// let mut text = Vec::new();
    /// while let Some(bytes) = body.chunk().await? {
    ///     text.extend_from_slice(&bytes);
    /// }
    /// assert_eq!(text, b"half-full");
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> BodyStream<'r> {
        let (sender, chunks) = mpsc::channel(1);
        let channel = Channel {
            sender,
            permit: None,
        };
        let run = async move {
            let call = self.call()?;
            Fetch::new(Resume::new(), channel).run(call).await
        };
        BodyStream {
            run: Some(Box::pin(run)),
            chunks,
        }
    }
}

type Run<'r> = Pin<Box<dyn Future<Output = Result<u64, Error>> + Send + 'r>>;

/// The bytes of a body that resumes; made by [`SendWith::stream`].
///
/// It ends after its first error.
#[must_use = "nothing is sent until this is polled"]
pub struct BodyStream<'r> {
    /// `None` when the body is whole, or given up.
    run: Option<Run<'r>>,
    chunks: Receiver<Bytes>,
}

impl BodyStream<'_> {
    /// The next bytes; `None` after the last.
    ///
    /// # Errors
    ///
    /// The last attempt's error, or why the body cannot go on.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let next = core::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx));
        next.await.transpose()
    }
}

impl Stream for BodyStream<'_> {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Ok(bytes) = self.chunks.try_recv() {
            return Poll::Ready(Some(Ok(bytes)));
        }
        let Some(run) = &mut self.run else {
            return Poll::Ready(None);
        };
        let end = run.as_mut().poll(cx);
        if end.is_ready() {
            self.run = None;
        }
        match (self.chunks.try_recv(), end) {
            // Only an error comes in the same poll as the bytes before it; it is kept for the next one.
            (Ok(bytes), Poll::Ready(Err(error))) => {
                self.run = Some(Box::pin(async { Err(error) }));
                Poll::Ready(Some(Ok(bytes)))
            }
            (Ok(bytes), _) => Poll::Ready(Some(Ok(bytes))),
            (Err(_), Poll::Ready(Ok(_))) => Poll::Ready(None),
            (Err(_), Poll::Ready(Err(error))) => Poll::Ready(Some(Err(error))),
            (Err(_), Poll::Pending) => Poll::Pending,
        }
    }
}

impl fmt::Debug for BodyStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream").finish_non_exhaustive()
    }
}

/// The way from the attempts to the stream: room for one piece.
struct Channel {
    sender: Sender<Bytes>,
    permit: Option<OwnedPermit<Bytes>>,
}

impl Sink for Channel {
    async fn begin(&mut self, _: &Resume) -> Result<(), Error> {
        Ok(())
    }

    async fn ready(&mut self) -> Result<(), Error> {
        if self.permit.is_none() {
            match self.sender.clone().reserve_owned().await {
                Ok(permit) => self.permit = Some(permit),
                // Nobody listens, so nobody polls this.
                Err(SendError(())) => core::future::pending().await,
            }
        }
        Ok(())
    }

    fn take(&mut self, bytes: Bytes, _: &Resume) {
        if let Some(permit) = self.permit.take() {
            permit.send(bytes);
        }
    }
}
