//! `FileError`: what went wrong on this side while a body was saved.

use core::error::Error;
use core::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A file, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct FileError {
    path: PathBuf,
    what: FileFault,
    source: Option<io::Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FileFault {
    #[error("it is a folder")]
    Folder,
    #[error("it names no file")]
    NoName,
    #[error("it is a partial file of something else: remove it, or save to another path")]
    Foreign,
    #[error("it is being saved already")]
    Busy,
    #[error("could not be read")]
    Read,
    #[error("could not be written")]
    Write,
    #[error("could not be moved to its place")]
    Rename,
}

impl FileError {
    pub(crate) fn of(path: &Path, what: FileFault) -> Self {
        Self {
            path: path.to_owned(),
            what,
            source: None,
        }
    }

    /// For `map_err`.
    pub(crate) fn io(path: &Path, what: FileFault) -> impl FnOnce(io::Error) -> Self {
        move |source| Self {
            source: Some(source),
            ..Self::of(path, what)
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.what)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl Error for FileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
