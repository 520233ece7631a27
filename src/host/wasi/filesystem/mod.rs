//! `wasi:filesystem`, below directories that the embedder opened beforehand.
//!
//! Paths are resolved by `cap-std`, relative to a directory that is open: no path and no symbolic link leads out
//! of it, whoever changes the file system meanwhile.

mod codes;
mod descriptor;
mod file;
mod types;

pub(super) use file::{FileReader, FileWriter};

use super::streams::{Failure, InputStream, OutputStream};
use super::{WasiView, define, define_resources};
use crate::host::{Linker, Resource, Result};
use cap_std::fs::Dir;
use codes::ErrorCode;
use descriptor::{Descriptor, Entries};
use std::sync::Arc;
use types::{Advice, DescriptorFlags, NewTimestamp, OpenFlags, PathFlags};

/// A directory that a component may use from the start.
pub(super) struct Preopen {
    dir: Arc<Dir>,
    name: String,
}

impl Preopen {
    pub(super) fn new(dir: Dir, name: String) -> Preopen {
        Preopen { dir: Arc::new(dir), name }
    }
}

type This = Resource<Descriptor>;

pub(super) fn add_to_linker<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    let mut types = linker.instance("wasi:filesystem/types@0.2.0")?;
    define_resources! { types;
        "descriptor" = Descriptor;
        "directory-entry-stream" = Entries;
    }
    define! { types;
        "filesystem-error-code" = |wasi, (failure,): (Resource<Failure>,)| {
            Ok((Some(ErrorCode::of(&wasi.table.get(&failure)?.0)),))
        };
    }
    define! { linker.instance("wasi:filesystem/preopens@0.2.0")?;
        "get-directories" = |wasi, (): ()| {
            let mut directories = Vec::new();
            for preopen in &wasi.preopens {
                let descriptor = Descriptor::preopened(preopen.dir.clone());
                directories.push((wasi.table.push(descriptor)?, preopen.name.clone()));
            }
            Ok((directories,))
        };
    }
    streams(linker)?;
    descriptors(linker)?;
    paths(linker)?;
    two_descriptors(linker)
}

/// Methods that make streams.
fn streams<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    define! { linker.instance("wasi:filesystem/types@0.2.0")?;
        "[method]descriptor.read-via-stream" = |wasi, (this, offset): (This, u64)| {
            Ok((match wasi.table.get(&this)?.reader(offset) {
                Ok(reader) => Ok(wasi.table.push(InputStream::File(reader))?),
                Err(code) => Err(code),
            },))
        };
        "[method]descriptor.write-via-stream" = |wasi, (this, offset): (This, u64)| {
            Ok((match wasi.table.get(&this)?.writer(Some(offset)) {
                Ok(writer) => Ok(wasi.table.push(OutputStream::file(writer))?),
                Err(code) => Err(code),
            },))
        };
        "[method]descriptor.append-via-stream" = |wasi, (this,): (This,)| {
            Ok((match wasi.table.get(&this)?.writer(None) {
                Ok(writer) => Ok(wasi.table.push(OutputStream::file(writer))?),
                Err(code) => Err(code),
            },))
        };
        "[method]descriptor.read-directory" = |wasi, (this,): (This,)| {
            Ok((match wasi.table.get(&this)?.entries() {
                Ok(entries) => Ok(wasi.table.push(entries)?),
                Err(code) => Err(code),
            },))
        };
        "[method]directory-entry-stream.read-directory-entry" = |wasi, (this,): (Resource<Entries>,)| {
            Ok((wasi.table.get_mut(&this)?.next(),))
        };
    }
    Ok(())
}

/// Methods on what is open.
fn descriptors<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    define! { linker.instance("wasi:filesystem/types@0.2.0")?;
        "[method]descriptor.advise" = |wasi, (this, _, _, _): (This, u64, u64, Advice)| {
            // Advice may be ignored.
            Ok((wasi.table.get(&this)?.file().map(drop),))
        };
        "[method]descriptor.sync-data" = |wasi, (this,): (This,)| Ok((wasi.table.get(&this)?.sync(true),));
        "[method]descriptor.sync" = |wasi, (this,): (This,)| Ok((wasi.table.get(&this)?.sync(false),));
        "[method]descriptor.get-flags" = |wasi, (this,): (This,)| {
            Ok((Ok::<_, ErrorCode>(wasi.table.get(&this)?.flags()),))
        };
        "[method]descriptor.get-type" = |wasi, (this,): (This,)| Ok((wasi.table.get(&this)?.kind(),));
        "[method]descriptor.set-size" = |wasi, (this, size): (This, u64)| {
            Ok((wasi.table.get(&this)?.set_size(size),))
        };
        "[method]descriptor.set-times" =
            |wasi, (this, accessed, modified): (This, NewTimestamp, NewTimestamp)| {
            Ok((wasi.table.get(&this)?.set_times(accessed, modified),))
        };
        "[method]descriptor.read" = |wasi, (this, length, offset): (This, u64, u64)| {
            Ok((wasi.table.get(&this)?.read(length, offset),))
        };
        "[method]descriptor.write" = |wasi, (this, bytes, offset): (This, Vec<u8>, u64)| {
            Ok((wasi.table.get(&this)?.write(&bytes, offset),))
        };
        "[method]descriptor.stat" = |wasi, (this,): (This,)| Ok((wasi.table.get(&this)?.stat(),));
        "[method]descriptor.metadata-hash" = |wasi, (this,): (This,)| {
            Ok((wasi.table.get(&this)?.metadata_hash(),))
        };
    }
    Ok(())
}

/// Methods on what is below a directory.
fn paths<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    define! { linker.instance("wasi:filesystem/types@0.2.0")?;
        "[method]descriptor.create-directory-at" = |wasi, (this, path): (This, String)| {
            Ok((wasi.table.get(&this)?.create_directory(&path),))
        };
        "[method]descriptor.stat-at" = |wasi, (this, flags, path): (This, PathFlags, String)| {
            Ok((wasi.table.get(&this)?.stat_at(flags, &path),))
        };
        "[method]descriptor.set-times-at" =
            |wasi, (this, flags, path, accessed, modified): (This, PathFlags, String, NewTimestamp, NewTimestamp)| {
            Ok((wasi.table.get(&this)?.set_times_at(flags, &path, accessed, modified),))
        };
        "[method]descriptor.open-at" =
            |wasi, (this, path_flags, path, open_flags, flags): (This, PathFlags, String, OpenFlags, DescriptorFlags)| {
            Ok((match wasi.table.get(&this)?.open(path_flags, &path, open_flags, flags) {
                Ok(descriptor) => Ok(wasi.table.push(descriptor)?),
                Err(code) => Err(code),
            },))
        };
        "[method]descriptor.readlink-at" = |wasi, (this, path): (This, String)| {
            Ok((wasi.table.get(&this)?.read_link(&path),))
        };
        "[method]descriptor.remove-directory-at" = |wasi, (this, path): (This, String)| {
            Ok((wasi.table.get(&this)?.remove_directory(&path),))
        };
        "[method]descriptor.symlink-at" = |wasi, (this, old, new): (This, String, String)| {
            Ok((wasi.table.get(&this)?.symlink(&old, &new),))
        };
        "[method]descriptor.unlink-file-at" = |wasi, (this, path): (This, String)| {
            Ok((wasi.table.get(&this)?.unlink(&path),))
        };
        "[method]descriptor.metadata-hash-at" = |wasi, (this, flags, path): (This, PathFlags, String)| {
            Ok((wasi.table.get(&this)?.metadata_hash_at(flags, &path),))
        };
    }
    Ok(())
}

/// Methods on two descriptors.
fn two_descriptors<T: WasiView>(linker: &mut Linker<T>) -> Result<()> {
    define! { linker.instance("wasi:filesystem/types@0.2.0")?;
        "[method]descriptor.link-at" =
            |wasi, (this, flags, old, other, new): (This, PathFlags, String, This, String)| {
            let (this, other) = (wasi.table.get(&this)?, wasi.table.get(&other)?);
            Ok((this.link(flags, &old, other, &new),))
        };
        "[method]descriptor.rename-at" = |wasi, (this, old, other, new): (This, String, This, String)| {
            let (this, other) = (wasi.table.get(&this)?, wasi.table.get(&other)?);
            Ok((this.rename(&old, other, &new),))
        };
        "[method]descriptor.is-same-object" = |wasi, (this, other): (This, This)| {
            let (this, other) = (wasi.table.get(&this)?, wasi.table.get(&other)?);
            Ok((this.is_same_object(other),))
        };
    }
    Ok(())
}
