//! `save`: a body that becomes a file, in this process or in the next.

use core::fmt;
use core::pin::Pin;
use std::path::PathBuf;

use bytes::Bytes;
use retry_core::Retries;

use crate::adapt::fetch::{Fetch, Sink};
use crate::adapt::partial::Partial;
use crate::adapt::send::SendWith;
use crate::adapt::writer::{Writer, blocking};
use crate::facts::error::Error;
use crate::facts::resume_error::ResumeError;
use crate::resend::replay::Replay;
use crate::resume::machine::Resume;

impl<'r, R: Send + 'r> SendWith<'r, R> {
    /// The body of a GET as a file. Awaited, it gives the length.
    ///
    /// The bytes go to `NAME.part` beside the target, with a note of what they are in `NAME.part.entity`; at the end they
    /// are synced to the disk and moved to the target, which never holds less than the whole. After an error, and after a
    /// process that was killed, both files stay, and the next call with the same URL and target goes on with them. If the
    /// server has something else by then, that call starts again.
    ///
    /// After a fault in the body the rest is asked for, with `Range` and `If-Range`, if the server gave a strong validator
    /// and a length; if not, the file starts again. A body that changes during the call is an error, and so is a server
    /// that sends another part than it was asked for: two entities are never mixed. A `Repr-Digest` is checked over the
    /// whole, a `Content-Digest` over each answer, and the length always; where one is wrong, the partial file is removed.
    /// Attempts are counted, codings treated and silent servers noticed as with [`stream`](Self::stream).
    ///
    /// What it cannot see: a body that is neither chunked nor has a length, cut short (HTTP/1.0); a server that gives
    /// other bytes the same validator, unless it sends a digest; the end of a partial file that a power failure, and not
    /// only the death of its process, has damaged; and another process that saves to the same target at the same time.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use std::{io::{Read, Write}, net::TcpListener};
    /// # let server = TcpListener::bind("127.0.0.1:0")?;
    /// # let url = format!("http://{}/list.txt", server.local_addr()?);
    /// # std::thread::spawn(move || for answer in [
    /// #     "HTTP/1.1 200 OK\r\netag: \"1\"\r\ncontent-length: 9\r\nconnection: close\r\n\r\nhalf",
    /// #     "HTTP/1.1 206 Partial\r\netag: \"1\"\r\ncontent-range: bytes 4-8/9\r\ncontent-length: 5\r\n\r\n-full",
    /// # ] {
    /// #     let (mut stream, _) = server.accept().unwrap();
    /// #     let _ = stream.read(&mut [0; 4096]);
    /// #     stream.write_all(answer.as_bytes()).unwrap();
    /// # });
    /// # let folder = std::env::temp_dir().join(format!("retry-http-save-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// use retry_core::Policy;
    /// use retry_http::RequestBuilderExt;
    ///
    /// let client = retry_http::client_builder().build()?;
    /// // The server breaks off after `half`.
    /// let length = client.get(url).send_with(Policy::new()).save(folder.join("list.txt")).await?;
    /// assert_eq!(length, 9);
    /// assert_eq!(std::fs::read_to_string(folder.join("list.txt"))?, "half-full");
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn save(self, target: impl Into<PathBuf>) -> Save<'r, R> {
        Save {
            request: self,
            target: target.into(),
            progress: None,
        }
    }
}

type Watch<'r> = Box<dyn FnMut(u64, Option<u64>) + Send + 'r>;

/// A body that becomes a file; made by [`SendWith::save`].
///
/// # Errors
///
/// The last attempt's error status or transport fault; why the body could not go on
/// ([`Error::resume_error`]); what is wrong with the files ([`Error::is_file`]).
#[must_use = "nothing is sent until this is awaited"]
pub struct Save<'r, R> {
    request: SendWith<'r, R>,
    target: PathBuf,
    progress: Option<Watch<'r>>,
}

impl<'r, R> Save<'r, R> {
    /// Tells how many bytes are there, and how many there will be where that is known: of what an earlier process left,
    /// when a body begins, and whenever some came. It goes back where the file starts again.
    pub fn on_progress(mut self, watch: impl FnMut(u64, Option<u64>) + Send + 'r) -> Self {
        self.progress = Some(Box::new(watch));
        self
    }
}

impl<R> Save<'_, R>
where
    R: Retries<Result<u64, Error>> + Send,
{
    async fn run(self) -> Result<u64, Error> {
        let call = self.request.call()?;
        let (_, _, request, _) = &call;
        let (path, url) = (self.target.clone(), request.url().cloned());
        let target = self.target;
        let (partial, resume) = blocking(target.clone(), || Partial::open(path, url)).await?;
        let mut file = Saving {
            writer: Writer::new(partial, target.clone()),
            progress: self.progress,
        };
        if resume.position() > 0 {
            file.tell(&resume);
        }
        let fetch = Fetch::new(resume, file);
        let end = fetch.run(call).await;
        let Saving { writer, .. } = fetch.into_sink();
        // Also after an error: what came is kept for the next call.
        let written = writer.into_partial().await;
        match end {
            Ok(length) => {
                let partial = written?;
                blocking(target, || partial.finish()).await?;
                Ok(length)
            }
            Err(error) => {
                if let (true, Ok(partial)) = (is_corrupt(&error), written) {
                    blocking(target, || partial.discard()).await?;
                }
                Err(error)
            }
        }
    }
}

/// Whether what came is of no use to anybody.
fn is_corrupt(error: &Error) -> bool {
    error.resume_error().is_some_and(ResumeError::is_corrupt)
}

impl<'r, R> IntoFuture for Save<'r, R>
where
    R: Retries<Result<u64, Error>> + Send + 'r,
{
    type Output = Result<u64, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'r>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<R: fmt::Debug> fmt::Debug for Save<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Save")
            .field("request", &self.request)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// The file, and who wants to know of it.
struct Saving<'r> {
    writer: Writer,
    progress: Option<Watch<'r>>,
}

impl Saving<'_> {
    fn tell(&mut self, resume: &Resume) {
        if let Some(progress) = &mut self.progress {
            progress(resume.position(), resume.length());
        }
    }
}

impl Sink for Saving<'_> {
    async fn begin(&mut self, resume: &Resume) -> Result<(), Error> {
        self.writer.begin(resume.note()).await?;
        self.tell(resume);
        Ok(())
    }

    async fn ready(&mut self) -> Result<(), Error> {
        self.writer.ready().await
    }

    fn take(&mut self, bytes: Bytes, resume: &Resume) {
        self.writer.push(bytes);
        self.tell(resume);
    }
}
