//! Standard output and error: writers that several streams share.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// A writer that several streams share.
pub(super) type SharedWriter = Arc<Mutex<dyn Write + Send>>;

pub(super) fn shared(writer: impl Write + Send + 'static) -> SharedWriter {
    Arc::new(Mutex::new(writer))
}

/// Writes all of `bytes`.
pub(super) fn write(writer: &SharedWriter, bytes: &[u8]) -> io::Result<()> {
    writer.lock().unwrap_or_else(PoisonError::into_inner).write_all(bytes)
}

/// Passes on what is buffered.
pub(super) fn flush(writer: &SharedWriter) -> io::Result<()> {
    writer.lock().unwrap_or_else(PoisonError::into_inner).flush()
}
