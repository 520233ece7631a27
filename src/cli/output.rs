//! Standard output and standard error, which the reader may close at any time.

use anyhow::{Context, Result};
use std::io::{ErrorKind, Write};

/// Prints `text`. That the reader has gone, as `head` does, is no failure.
pub(super) fn print(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

/// Prints what the user may want to know on standard error.
pub(super) fn note(text: &str) {
    writeln!(std::io::stderr().lock(), "note: {text}").ok();
}

/// Prints an error with its causes on standard error; there is nobody to tell if that fails.
pub(super) fn error(error: &anyhow::Error) {
    writeln!(std::io::stderr().lock(), "error: {error:#}").ok();
}
