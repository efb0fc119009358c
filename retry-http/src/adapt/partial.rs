//! `Partial`: the files beside a target while that is not whole. This blocks.
//!
//! `NAME.part` holds the bytes, `NAME.part.entity` says of what. A process may be killed at any point: the bytes are only
//! ever cut to nothing before the other file says something else, and never written before it says so.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf, is_separator};

use bytes::Bytes;
use reqwest::Url;

use crate::adapt::claim::Claim;
use crate::facts::file_error::{FileError, FileFault};
use crate::facts::secrets::without_secrets;
use crate::resume::digest::fingerprint;
use crate::resume::machine::Resume;

/// The first line of every note.
const MAGIC: &str = "retry-http: a partial file, version 1\n";

#[derive(Debug)]
pub(super) struct Partial {
    target: PathBuf,
    bytes: PathBuf,
    note: PathBuf,
    /// What the note begins with: this library, and which URL.
    head: String,
    file: Option<File>,
    _claim: Claim,
}

impl Partial {
    /// Looks at what is there, and changes nothing.
    ///
    /// With it comes what an earlier process left, if that is of the same URL and can go on.
    pub(super) fn open(target: PathBuf, url: Option<Url>) -> Result<(Self, Resume), FileError> {
        let name = target.as_os_str().as_encoded_bytes();
        let ends_as_folder = name
            .last()
            .is_some_and(|last| is_separator(char::from(*last)));
        if ends_as_folder || target.is_dir() {
            return Err(FileError::of(&target, FileFault::Folder));
        }
        let Some(name) = target.file_name() else {
            return Err(FileError::of(&target, FileFault::NoName));
        };
        let with = |ending: &str| {
            let mut name = name.to_owned();
            name.push(ending);
            target.with_file_name(name)
        };
        // The URL may hold secrets, so that it is told from others by its fingerprint.
        let key = fingerprint(url.as_ref().map_or("", Url::as_str));
        let shown = url.map_or_else(String::new, |url| without_secrets(url).into());
        let mut partial = Self {
            bytes: with(".part"),
            note: with(".part.entity"),
            head: format!("{MAGIC}url {key} {shown}\n"),
            file: None,
            _claim: Claim::of(&target)?,
            target,
        };
        let resume = partial.left()?.unwrap_or_default();
        Ok((partial, resume.rewinds()))
    }

    /// What an earlier process left.
    fn left(&mut self) -> Result<Option<Resume>, FileError> {
        let foreign = |path: &Path| Err(FileError::of(path, FileFault::Foreign));
        let length = match fs::symlink_metadata(&self.bytes) {
            Ok(data) if data.is_file() => data.len(),
            Ok(_) => return foreign(&self.bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(FileError::io(&self.bytes, FileFault::Read)(error)),
        };
        let note = match fs::read(&self.note) {
            Ok(note) if note.is_empty() || note.starts_with(MAGIC.as_bytes()) => note,
            Ok(_) => return foreign(&self.note),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(FileError::io(&self.note, FileFault::Read)(error)),
        };
        if length == 0 {
            return Ok(None);
        }
        let Some(note) = note.strip_prefix(self.head.as_bytes()) else {
            return foreign(&self.bytes);
        };
        let Some(mut resume) = Resume::from_note(note, length) else {
            return Ok(None);
        };
        self.go_on(&mut resume)
            .map_err(FileError::io(&self.bytes, FileFault::Read))?;
        Ok(Some(resume))
    }

    /// Opens the bytes at their end, and shows them to whoever checks them.
    fn go_on(&mut self, resume: &mut Resume) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&self.bytes)?;
        if resume.is_checked() {
            let mut buffer = vec![0; 64 * 1024];
            let mut rest = (&file).take(resume.position());
            loop {
                match rest.read(&mut buffer)? {
                    0 => break,
                    read => resume.recall(&buffer[..read]),
                }
            }
        }
        file.seek(SeekFrom::Start(resume.position()))?;
        self.file = Some(file);
        Ok(())
    }

    /// The bytes begin at 0, and are of what this note says.
    pub(super) fn begin(&mut self, note: &[u8]) -> Result<(), FileError> {
        let write = |path| FileError::io(path, FileFault::Write);
        let opened = OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(&self.bytes);
        let emptied = match opened {
            Ok(file) => Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(write(&self.bytes)(error)),
        };
        let whole_note = [self.head.as_bytes(), note].concat();
        fs::write(&self.note, whole_note).map_err(write(&self.note))?;
        self.file = Some(match emptied {
            Some(file) => file,
            None => File::create_new(&self.bytes).map_err(write(&self.bytes))?,
        });
        Ok(())
    }

    pub(super) fn append(&mut self, pieces: &[Bytes]) -> Result<(), FileError> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        for piece in pieces {
            file.write_all(piece)
                .map_err(FileError::io(&self.bytes, FileFault::Write))?;
        }
        Ok(())
    }

    /// The bytes are all there: they go to the disk, and then to their place.
    pub(super) fn finish(mut self) -> Result<(), FileError> {
        if let Some(file) = self.file.take() {
            file.sync_all()
                .map_err(FileError::io(&self.bytes, FileFault::Write))?;
        }
        fs::rename(&self.bytes, &self.target)
            .map_err(FileError::io(&self.target, FileFault::Rename))?;
        // The target is whole: what is left to do is best done, and no failure.
        let _ = fs::remove_file(&self.note);
        #[cfg(unix)]
        if let Some(folder) = self.target.parent() {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }

    /// The bytes are wrong, and nobody is to go on with them.
    pub(super) fn discard(self) -> Result<(), FileError> {
        for path in [&self.bytes, &self.note] {
            fs::remove_file(path).map_err(FileError::io(path, FileFault::Write))?;
        }
        Ok(())
    }
}
