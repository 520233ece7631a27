//! Files at positions: descriptors have no offset of their own, and each stream has its own.

use cap_std::fs::{File, FileExt};
use std::io;
use std::sync::Arc;

/// A stream that reads a file.
pub(crate) struct FileReader {
    file: Arc<File>,
    position: u64,
}

impl FileReader {
    pub(super) fn new(file: Arc<File>, position: u64) -> FileReader {
        FileReader { file, position }
    }

    /// Up to `length` bytes; none at the end.
    pub(crate) fn read(&mut self, length: usize) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = vec![0; length];
        let count = read_at(&self.file, &mut bytes, self.position)?;
        if count == 0 && length > 0 {
            return Ok(None);
        }
        self.position += count as u64;
        bytes.truncate(count);
        Ok(Some(bytes))
    }
}

/// A stream that writes a file.
pub(crate) struct FileWriter {
    file: Arc<File>,
    /// Where the next byte goes; none where that is always the end.
    position: Option<u64>,
}

impl FileWriter {
    pub(super) fn new(file: Arc<File>, position: Option<u64>) -> FileWriter {
        FileWriter { file, position }
    }

    /// Writes all of `bytes`.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut position = match self.position {
            Some(position) => position,
            None => self.file.metadata()?.len(),
        };
        let mut rest = bytes;
        while !rest.is_empty() {
            let count = write_at(&self.file, rest, position)?;
            if count == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            rest = &rest[count..];
            position = position.checked_add(count as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        }
        if self.position.is_some() {
            self.position = Some(position);
        }
        Ok(())
    }
}

/// Reads at a position, as often as it is interrupted.
pub(super) fn read_at(file: &File, bytes: &mut [u8], position: u64) -> io::Result<usize> {
    loop {
        #[cfg(unix)]
        let read = file.read_at(bytes, position);
        #[cfg(windows)]
        let read = file.seek_read(bytes, position);
        match read {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// Writes at a position, as often as it is interrupted.
pub(super) fn write_at(file: &File, bytes: &[u8], position: u64) -> io::Result<usize> {
    loop {
        #[cfg(unix)]
        let written = file.write_at(bytes, position);
        #[cfg(windows)]
        let written = file.seek_write(bytes, position);
        match written {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            written => return written,
        }
    }
}
