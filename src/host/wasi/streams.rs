//! `wasi:io/error` and `wasi:io/streams`. Writes are done when they are asked for, so streams are always ready
//! to be written; reads of files are, too.

use super::filesystem::{FileReader, FileWriter};
use super::input::Input;
use super::output::{self, SharedWriter};
use super::poll::Pollable;
use super::{Wasi, WasiView, define, define_resources};
use crate::host::{Linker, Resource, Result};
use anyhow::ensure;
use std::io;
use std::sync::Arc;

/// Most bytes that a read gives, and that a write may have.
const CHUNK: u64 = 1 << 16;

/// Most bytes that the blocking writes may have, by their definition.
const BLOCKING_CHUNK: u64 = 4096;

/// Where bytes come from.
pub(super) enum InputStream {
    Stdin(Arc<Input>),
    File(FileReader),
}

/// Where bytes go.
pub(super) struct OutputStream {
    sink: Sink,
    /// How many bytes the next write may have.
    permit: u64,
}

enum Sink {
    Shared(SharedWriter),
    File(FileWriter),
}

/// Why an operation on a stream failed: the resource `error`.
pub(super) struct Failure(pub(super) io::Error);

crate::variant! {
    #[derive(Debug)]
    enum StreamError {
        "last-operation-failed" => LastOperationFailed(Resource<Failure>),
        "closed" => Closed,
    }
}

/// What an operation gives: nothing where the stream is at its end.
type Outcome<T> = io::Result<Option<T>>;

impl InputStream {
    fn read(&mut self, length: u64, blocks: bool) -> Outcome<Vec<u8>> {
        let length = length.min(CHUNK) as usize;
        match self {
            InputStream::Stdin(input) => input.read(length, blocks),
            InputStream::File(file) => file.read(length),
        }
    }

    fn pollable(&self) -> Pollable {
        match self {
            InputStream::Stdin(input) => Pollable::Input(input.clone()),
            InputStream::File(_) => Pollable::Ready,
        }
    }
}

impl OutputStream {
    pub(super) fn new(writer: SharedWriter) -> OutputStream {
        OutputStream { sink: Sink::Shared(writer), permit: 0 }
    }

    pub(super) fn file(writer: FileWriter) -> OutputStream {
        OutputStream { sink: Sink::File(writer), permit: 0 }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.sink {
            Sink::Shared(writer) => output::write(writer, bytes),
            Sink::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Shared(writer) => output::flush(writer),
            Sink::File(_) => Ok(()),
        }
    }

    /// Writes what `check-write` allowed; more is the guest's error, and ends it.
    fn write_permitted(&mut self, bytes: &[u8]) -> Result<io::Result<()>> {
        ensure!(bytes.len() as u64 <= self.permit, "a write of more bytes than `check-write` allowed");
        self.permit -= bytes.len() as u64;
        Ok(self.write(bytes))
    }

    fn write_and_flush(&mut self, bytes: &[u8]) -> Result<io::Result<()>> {
        ensure!(bytes.len() as u64 <= BLOCKING_CHUNK, "a blocking write of more than {BLOCKING_CHUNK} bytes");
        Ok(self.write(bytes).and_then(|()| self.flush()))
    }
}

/// The result of an operation as components see it.
fn report<T>(wasi: &mut Wasi, outcome: Outcome<T>) -> Result<(Result<T, StreamError>,)> {
    Ok((match outcome {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(StreamError::Closed),
        Err(error) => Err(StreamError::LastOperationFailed(wasi.table.push(Failure(error))?)),
    },))
}

pub(super) fn add_to_linker<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    let mut error = linker.instance("wasi:io/error@0.2.0")?;
    define_resources! { error; "error" = Failure; }
    define! { error;
        "[method]error.to-debug-string" = |wasi, (this,): (Resource<Failure>,)| {
            Ok((wasi.table.get(&this)?.0.to_string(),))
        };
    }
    let mut streams = linker.instance("wasi:io/streams@0.2.0")?;
    define_resources! { streams;
        "input-stream" = InputStream;
        "output-stream" = OutputStream;
    }
    input(linker)?;
    output(linker)?;
    splice(linker)
}

fn input<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    define! { linker.instance("wasi:io/streams@0.2.0")?;
        "[method]input-stream.read" = |wasi, (this, length): (Resource<InputStream>, u64)| {
            let outcome = wasi.table.get_mut(&this)?.read(length, false);
            report(wasi, outcome)
        };
        "[method]input-stream.blocking-read" = |wasi, (this, length): (Resource<InputStream>, u64)| {
            let outcome = wasi.table.get_mut(&this)?.read(length, true);
            report(wasi, outcome)
        };
        "[method]input-stream.skip" = |wasi, (this, length): (Resource<InputStream>, u64)| {
            let outcome = wasi.table.get_mut(&this)?.read(length, false);
            report(wasi, outcome.map(|bytes| bytes.map(|bytes| bytes.len() as u64)))
        };
        "[method]input-stream.blocking-skip" = |wasi, (this, length): (Resource<InputStream>, u64)| {
            let outcome = wasi.table.get_mut(&this)?.read(length, true);
            report(wasi, outcome.map(|bytes| bytes.map(|bytes| bytes.len() as u64)))
        };
        "[method]input-stream.subscribe" = |wasi, (this,): (Resource<InputStream>,)| {
            let pollable = wasi.table.get(&this)?.pollable();
            Ok((wasi.table.push(pollable)?,))
        };
    }
    Ok(())
}

fn output<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    define! { linker.instance("wasi:io/streams@0.2.0")?;
        "[method]output-stream.check-write" = |wasi, (this,): (Resource<OutputStream>,)| {
            wasi.table.get_mut(&this)?.permit = CHUNK;
            report(wasi, Ok(Some(CHUNK)))
        };
        "[method]output-stream.write" = |wasi, (this, bytes): (Resource<OutputStream>, Vec<u8>)| {
            let outcome = wasi.table.get_mut(&this)?.write_permitted(&bytes)?;
            report(wasi, outcome.map(Some))
        };
        "[method]output-stream.write-zeroes" = |wasi, (this, length): (Resource<OutputStream>, u64)| {
            let bytes = vec![0; length.min(CHUNK + 1) as usize];
            let outcome = wasi.table.get_mut(&this)?.write_permitted(&bytes)?;
            report(wasi, outcome.map(Some))
        };
        "[method]output-stream.blocking-write-and-flush" =
            |wasi, (this, bytes): (Resource<OutputStream>, Vec<u8>)| {
            let outcome = wasi.table.get_mut(&this)?.write_and_flush(&bytes)?;
            report(wasi, outcome.map(Some))
        };
        "[method]output-stream.blocking-write-zeroes-and-flush" =
            |wasi, (this, length): (Resource<OutputStream>, u64)| {
            let bytes = vec![0; length.min(BLOCKING_CHUNK + 1) as usize];
            let outcome = wasi.table.get_mut(&this)?.write_and_flush(&bytes)?;
            report(wasi, outcome.map(Some))
        };
        "[method]output-stream.flush" = |wasi, (this,): (Resource<OutputStream>,)| {
            let outcome = wasi.table.get_mut(&this)?.flush();
            report(wasi, outcome.map(Some))
        };
        "[method]output-stream.blocking-flush" = |wasi, (this,): (Resource<OutputStream>,)| {
            let outcome = wasi.table.get_mut(&this)?.flush();
            report(wasi, outcome.map(Some))
        };
        "[method]output-stream.subscribe" = |wasi, (this,): (Resource<OutputStream>,)| {
            wasi.table.get(&this)?;
            Ok((wasi.table.push(Pollable::Ready)?,))
        };
    }
    Ok(())
}

type Splice = (Resource<OutputStream>, Resource<InputStream>, u64);

fn splice<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    define! { linker.instance("wasi:io/streams@0.2.0")?;
        "[method]output-stream.splice" = |wasi, (this, source, length): Splice| {
            let outcome = copy(wasi, &this, &source, length, false)?;
            report(wasi, outcome)
        };
        "[method]output-stream.blocking-splice" = |wasi, (this, source, length): Splice| {
            let outcome = copy(wasi, &this, &source, length, true)?;
            report(wasi, outcome)
        };
    }
    Ok(())
}

/// Copies up to `length` bytes from one stream to another; how many.
fn copy(
    wasi: &mut Wasi,
    to: &Resource<OutputStream>,
    from: &Resource<InputStream>,
    length: u64,
    blocks: bool,
) -> Result<Outcome<u64>> {
    Ok(match wasi.table.get_mut(from)?.read(length, blocks) {
        Ok(Some(bytes)) => wasi.table.get_mut(to)?.write(&bytes).map(|()| Some(bytes.len() as u64)),
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    })
}
