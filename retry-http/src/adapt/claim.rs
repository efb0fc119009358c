//! `Claim`: no two calls of one process save to one target at the same time.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::facts::file_error::{FileError, FileFault};

static CLAIMED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A target that is being saved, until this is dropped.
#[derive(Debug)]
pub(super) struct Claim(PathBuf);

impl Claim {
    pub(super) fn of(target: &Path) -> Result<Self, FileError> {
        let absolute = std::path::absolute(target);
        let path = absolute.map_err(FileError::io(target, FileFault::NoName))?;
        let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
        if claimed.insert(path.clone()) {
            Ok(Self(path))
        } else {
            Err(FileError::of(target, FileFault::Busy))
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
        claimed.remove(&self.0);
    }
}
