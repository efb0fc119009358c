//! `Writer`: writes a partial file on another thread, while the next bytes come.

use core::mem::{replace, take};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::adapt::partial::Partial;
use crate::facts::error::Error;
use crate::facts::file_error::{FileError, FileFault};

/// A thread is asked for so many bytes at once. Twice as much is kept at most, and a piece.
const BATCH: usize = 256 * 1024;

#[derive(Debug)]
pub(super) struct Writer {
    place: Place,
    target: PathBuf,
    batch: Vec<Bytes>,
    size: usize,
}

/// Where the partial file is: whoever has it is the only one to write it.
#[derive(Debug)]
enum Place {
    Here(Partial),
    Away(JoinHandle<(Partial, Result<(), FileError>)>),
    /// Writing has failed, and everything after it would leave a hole.
    Broken,
}

impl Writer {
    pub(super) fn new(partial: Partial, target: PathBuf) -> Self {
        Self {
            place: Place::Here(partial),
            target,
            batch: Vec::new(),
            size: 0,
        }
    }

    /// What is to be written.
    pub(super) fn push(&mut self, bytes: Bytes) {
        self.size += bytes.len();
        self.batch.push(bytes);
    }

    /// Waits until there is room for more.
    pub(super) async fn ready(&mut self) -> Result<(), Error> {
        if self.size < BATCH {
            return Ok(());
        }
        self.write().await
    }

    /// Begins to write what there is, once what came before is written.
    async fn write(&mut self) -> Result<(), Error> {
        self.settle().await?;
        let batch = take(&mut self.batch);
        self.size = 0;
        self.send_away(move |partial| partial.append(&batch));
        Ok(())
    }

    /// The file begins anew: what was to be written is void.
    pub(super) async fn begin(&mut self, note: Vec<u8>) -> Result<(), Error> {
        self.batch.clear();
        self.size = 0;
        self.settle().await?;
        self.send_away(move |partial| partial.begin(&note));
        self.settle().await
    }

    /// The file, with everything written.
    pub(super) async fn into_partial(mut self) -> Result<Partial, Error> {
        self.write().await?;
        self.settle().await?;
        match self.place {
            Place::Here(partial) => Ok(partial),
            Place::Away(_) | Place::Broken => Err(broken(&self.target)),
        }
    }

    fn send_away(
        &mut self,
        work: impl FnOnce(&mut Partial) -> Result<(), FileError> + Send + 'static,
    ) {
        self.place = match replace(&mut self.place, Place::Broken) {
            Place::Here(mut partial) => Place::Away(spawn_blocking(move || {
                let done = work(&mut partial);
                (partial, done)
            })),
            place => place,
        };
    }

    /// Waits for the thread. Whoever is dropped meanwhile leaves it where it is.
    async fn settle(&mut self) -> Result<(), Error> {
        if let Place::Away(thread) = &mut self.place {
            let done = thread.await;
            self.place = Place::Broken;
            let (partial, written) = done.map_err(|_| broken(&self.target))?;
            written?;
            self.place = Place::Here(partial);
        }
        match self.place {
            Place::Here(_) => Ok(()),
            Place::Away(_) | Place::Broken => Err(broken(&self.target)),
        }
    }
}

/// Runs what blocks on a thread that may.
pub(super) async fn blocking<T: Send + 'static>(
    target: PathBuf, // by value: with a reference Rust 1.85 does not see that the future of `save` is `Send`
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, Error> {
    match spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(broken(&target)),
    }
}

/// Writing failed before, or its thread is gone with the runtime.
fn broken(target: &Path) -> Error {
    FileError::of(target, FileFault::Write).into()
}
