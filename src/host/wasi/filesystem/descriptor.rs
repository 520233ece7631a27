//! Descriptors: open files and directories, and what can be done with them.

use super::codes::ErrorCode;
use super::file::{FileReader, FileWriter, read_at, write_at};
use super::types::{
    DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry, MetadataHash, NewTimestamp, OpenFlags,
    PathFlags,
};
use cap_fs_ext::{
    DirExt, FollowSymlinks, MetadataExt, OpenOptionsFollowExt, OpenOptionsMaybeDirExt, SystemTimeSpec,
};
use cap_std::fs::{Dir, File, Metadata, OpenOptions, ReadDir};
use cap_std::time::SystemTime;
use std::path::Path;
use std::sync::Arc;

/// Most bytes that one read gives.
const MAX_READ: u64 = 1 << 20;

/// What operations give.
type Outcome<T> = Result<T, ErrorCode>;

/// An open file or directory.
pub(super) enum Descriptor {
    File { file: Arc<File>, flags: DescriptorFlags },
    Directory { dir: Arc<Dir>, flags: DescriptorFlags },
}

impl Descriptor {
    /// A directory in which everything is allowed.
    pub(super) fn preopened(dir: Arc<Dir>) -> Descriptor {
        let flags = DescriptorFlags { read: true, mutate_directory: true, ..DescriptorFlags::default() };
        Descriptor::Directory { dir, flags }
    }

    pub(super) fn flags(&self) -> DescriptorFlags {
        match self {
            Descriptor::File { flags, .. } | Descriptor::Directory { flags, .. } => *flags,
        }
    }

    pub(super) fn file(&self) -> Outcome<&Arc<File>> {
        match self {
            Descriptor::File { file, .. } => Ok(file),
            Descriptor::Directory { .. } => Err(ErrorCode::BadDescriptor),
        }
    }

    fn readable(&self) -> Outcome<&Arc<File>> {
        let file = self.file()?;
        if self.flags().read { Ok(file) } else { Err(ErrorCode::BadDescriptor) }
    }

    fn writable(&self) -> Outcome<&Arc<File>> {
        let file = self.file()?;
        if self.flags().write { Ok(file) } else { Err(ErrorCode::BadDescriptor) }
    }

    fn dir(&self) -> Outcome<&Arc<Dir>> {
        match self {
            Descriptor::Directory { dir, .. } => Ok(dir),
            Descriptor::File { .. } => Err(ErrorCode::NotDirectory),
        }
    }

    /// The directory, where its contents may be changed.
    fn mutable_dir(&self) -> Outcome<&Arc<Dir>> {
        let dir = self.dir()?;
        if self.flags().mutate_directory { Ok(dir) } else { Err(ErrorCode::ReadOnly) }
    }

    fn metadata(&self) -> Outcome<Metadata> {
        Ok(match self {
            Descriptor::File { file, .. } => file.metadata()?,
            Descriptor::Directory { dir, .. } => dir.dir_metadata()?,
        })
    }

    fn metadata_at(&self, flags: PathFlags, path: &str) -> Outcome<Metadata> {
        let dir = self.dir()?;
        Ok(if flags.symlink_follow { dir.metadata(path)? } else { dir.symlink_metadata(path)? })
    }

    pub(super) fn kind(&self) -> Outcome<DescriptorType> {
        Ok(DescriptorType::of(self.metadata()?.file_type()))
    }

    pub(super) fn stat(&self) -> Outcome<DescriptorStat> {
        Ok(DescriptorStat::of(&self.metadata()?))
    }

    pub(super) fn stat_at(&self, flags: PathFlags, path: &str) -> Outcome<DescriptorStat> {
        Ok(DescriptorStat::of(&self.metadata_at(flags, path)?))
    }

    pub(super) fn metadata_hash(&self) -> Outcome<MetadataHash> {
        Ok(MetadataHash::of(&self.metadata()?))
    }

    pub(super) fn metadata_hash_at(&self, flags: PathFlags, path: &str) -> Outcome<MetadataHash> {
        Ok(MetadataHash::of(&self.metadata_at(flags, path)?))
    }

    pub(super) fn is_same_object(&self, other: &Descriptor) -> bool {
        let id = |descriptor: &Descriptor| {
            descriptor.metadata().ok().map(|metadata| (metadata.dev(), metadata.ino()))
        };
        id(self).is_some() && id(self) == id(other)
    }

    pub(super) fn reader(&self, offset: u64) -> Outcome<FileReader> {
        Ok(FileReader::new(self.readable()?.clone(), offset))
    }

    /// A stream that writes from `offset` on, or at the end.
    pub(super) fn writer(&self, offset: Option<u64>) -> Outcome<FileWriter> {
        Ok(FileWriter::new(self.writable()?.clone(), offset))
    }

    /// The bytes, and whether the end was reached.
    pub(super) fn read(&self, length: u64, offset: u64) -> Outcome<(Vec<u8>, bool)> {
        let mut bytes = vec![0; length.min(MAX_READ) as usize];
        let count = read_at(self.readable()?, &mut bytes, offset)?;
        let is_end = count == 0 && !bytes.is_empty();
        bytes.truncate(count);
        Ok((bytes, is_end))
    }

    /// How many bytes were written.
    pub(super) fn write(&self, bytes: &[u8], offset: u64) -> Outcome<u64> {
        Ok(write_at(self.writable()?, bytes, offset)? as u64)
    }

    pub(super) fn set_size(&self, size: u64) -> Outcome<()> {
        Ok(self.writable()?.set_len(size)?)
    }

    pub(super) fn sync(&self, only_content: bool) -> Outcome<()> {
        match self {
            Descriptor::File { file, flags } if flags.write && only_content => Ok(file.sync_data()?),
            Descriptor::File { file, flags } if flags.write => Ok(file.sync_all()?),
            Descriptor::File { .. } | Descriptor::Directory { .. } => Ok(()),
        }
    }

    pub(super) fn set_times(&self, accessed: NewTimestamp, modified: NewTimestamp) -> Outcome<()> {
        match self {
            Descriptor::File { file, .. } => {
                let mut times = std::fs::FileTimes::new();
                if let Some(time) = accessed.time()? {
                    times = times.set_accessed(time);
                }
                if let Some(time) = modified.time()? {
                    times = times.set_modified(time);
                }
                Ok(self.writable().and(Ok(file))?.try_clone()?.into_std().set_times(times)?)
            }
            Descriptor::Directory { .. } => {
                let dir = self.mutable_dir()?;
                Ok(DirExt::set_times(&**dir, ".", spec(accessed)?, spec(modified)?)?)
            }
        }
    }

    pub(super) fn set_times_at(
        &self,
        flags: PathFlags,
        path: &str,
        accessed: NewTimestamp,
        modified: NewTimestamp,
    ) -> Outcome<()> {
        let dir = self.mutable_dir()?;
        let (accessed, modified) = (spec(accessed)?, spec(modified)?);
        match flags.symlink_follow {
            true => dir.set_times(path, accessed, modified)?,
            false => dir.set_symlink_times(path, accessed, modified)?,
        }
        Ok(())
    }

    pub(super) fn entries(&self) -> Outcome<Entries> {
        Ok(Entries(self.dir()?.entries()?))
    }

    pub(super) fn create_directory(&self, path: &str) -> Outcome<()> {
        // cap-std makes nothing of a path that ends in a slash; the root itself is left to it to refuse.
        let trimmed = path.trim_end_matches('/');
        Ok(self.mutable_dir()?.create_dir(if trimmed.is_empty() { path } else { trimmed })?)
    }

    pub(super) fn remove_directory(&self, path: &str) -> Outcome<()> {
        Ok(self.mutable_dir()?.remove_dir(path)?)
    }

    pub(super) fn unlink(&self, path: &str) -> Outcome<()> {
        Ok(DirExt::remove_file_or_symlink(&**self.mutable_dir()?, path)?)
    }

    pub(super) fn read_link(&self, path: &str) -> Outcome<String> {
        let target = self.dir()?.read_link(path)?;
        target.into_os_string().into_string().map_err(|_| ErrorCode::IllegalByteSequence)
    }

    pub(super) fn symlink(&self, old: &str, new: &str) -> Outcome<()> {
        let dir = self.mutable_dir()?;
        if Path::new(old).has_root() || old.starts_with('/') {
            return Err(ErrorCode::NotPermitted);
        }
        Ok(DirExt::symlink(&**dir, old, new)?)
    }

    pub(super) fn link(&self, flags: PathFlags, old: &str, other: &Descriptor, new: &str) -> Outcome<()> {
        if flags.symlink_follow {
            return Err(ErrorCode::Invalid);
        }
        Ok(self.mutable_dir()?.hard_link(old, other.mutable_dir()?, new)?)
    }

    pub(super) fn rename(&self, old: &str, other: &Descriptor, new: &str) -> Outcome<()> {
        Ok(self.mutable_dir()?.rename(old, other.mutable_dir()?, new)?)
    }

    pub(super) fn open(
        &self,
        path_flags: PathFlags,
        path: &str,
        open: OpenFlags,
        flags: DescriptorFlags,
    ) -> Outcome<Descriptor> {
        let dir = self.dir()?;
        let changes = open.create || open.truncate || flags.write || flags.mutate_directory;
        if changes && !self.flags().mutate_directory {
            return Err(ErrorCode::ReadOnly);
        }
        if open.directory && (open.create || open.exclusive || open.truncate) {
            return Err(ErrorCode::Invalid);
        }
        if flags.file_integrity_sync || flags.data_integrity_sync || flags.requested_write_sync {
            return Err(ErrorCode::Unsupported);
        }
        let mut options = OpenOptions::new();
        // A file must be open for something; without flags it is open for its metadata.
        options.read(flags.read || !flags.write).write(flags.write).maybe_dir(true);
        match (open.create, open.exclusive) {
            (true, true) => options.create_new(true).write(true),
            (true, false) => options.create(true).write(true),
            (false, _) => &mut options,
        };
        if open.truncate {
            options.truncate(true).write(true);
        }
        let follow = if path_flags.symlink_follow { FollowSymlinks::Yes } else { FollowSymlinks::No };
        options.follow(follow);
        let file = dir.open_with(path, &options)?;
        self.opened(file, open, flags)
    }

    /// What was opened, as a descriptor.
    fn opened(&self, file: File, open: OpenFlags, flags: DescriptorFlags) -> Outcome<Descriptor> {
        if file.metadata()?.is_dir() {
            if flags.write {
                return Err(ErrorCode::IsDirectory);
            }
            let mutate_directory = flags.mutate_directory;
            let flags = DescriptorFlags { read: true, mutate_directory, ..DescriptorFlags::default() };
            return Ok(Descriptor::Directory { dir: Arc::new(Dir::from_std_file(file.into_std())), flags });
        }
        if open.directory {
            return Err(ErrorCode::NotDirectory);
        }
        let flags = DescriptorFlags { mutate_directory: false, ..flags };
        Ok(Descriptor::File { file: Arc::new(file), flags })
    }
}

fn spec(timestamp: NewTimestamp) -> Outcome<Option<SystemTimeSpec>> {
    Ok(match timestamp {
        NewTimestamp::NoChange => None,
        NewTimestamp::Now => Some(SystemTimeSpec::SymbolicNow),
        NewTimestamp::Timestamp(_) => {
            timestamp.time()?.map(|time| SystemTimeSpec::Absolute(SystemTime::from_std(time)))
        }
    })
}

/// Entries of a directory.
pub(super) struct Entries(ReadDir);

impl Entries {
    /// The next entry; none at the end. Names that are not Unicode cannot be told and are left out.
    pub(super) fn next(&mut self) -> Outcome<Option<DirectoryEntry>> {
        for entry in &mut self.0 {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            return Ok(Some(DirectoryEntry { kind: DescriptorType::of(entry.file_type()?), name }));
        }
        Ok(None)
    }
}
