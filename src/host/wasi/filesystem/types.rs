//! The records, flags and enums of `wasi:filesystem/types`.

use super::codes::ErrorCode;
use crate::host::wasi::clocks::Datetime;
use cap_fs_ext::MetadataExt;
use cap_std::fs::{FileType, Metadata};

crate::enumeration! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum DescriptorType {
        "unknown" => Unknown,
        "block-device" => BlockDevice,
        "character-device" => CharacterDevice,
        "directory" => Directory,
        "fifo" => Fifo,
        "symbolic-link" => SymbolicLink,
        "regular-file" => RegularFile,
        "socket" => Socket,
    }
}

impl DescriptorType {
    pub(super) fn of(file_type: FileType) -> DescriptorType {
        if file_type.is_dir() {
            DescriptorType::Directory
        } else if file_type.is_file() {
            DescriptorType::RegularFile
        } else if file_type.is_symlink() {
            DescriptorType::SymbolicLink
        } else {
            special(file_type)
        }
    }
}

#[cfg(unix)]
fn special(file_type: FileType) -> DescriptorType {
    use cap_std::fs::FileTypeExt;
    if file_type.is_block_device() {
        DescriptorType::BlockDevice
    } else if file_type.is_char_device() {
        DescriptorType::CharacterDevice
    } else if file_type.is_fifo() {
        DescriptorType::Fifo
    } else if file_type.is_socket() {
        DescriptorType::Socket
    } else {
        DescriptorType::Unknown
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> DescriptorType {
    DescriptorType::Unknown
}

crate::flags! {
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub(super) struct DescriptorFlags {
        "read" => read,
        "write" => write,
        "file-integrity-sync" => file_integrity_sync,
        "data-integrity-sync" => data_integrity_sync,
        "requested-write-sync" => requested_write_sync,
        "mutate-directory" => mutate_directory,
    }
}

crate::flags! {
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub(super) struct PathFlags {
        "symlink-follow" => symlink_follow,
    }
}

crate::flags! {
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub(super) struct OpenFlags {
        "create" => create,
        "directory" => directory,
        "exclusive" => exclusive,
        "truncate" => truncate,
    }
}

crate::record! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) struct DescriptorStat {
        "type" => kind: DescriptorType,
        "link-count" => link_count: u64,
        "size" => size: u64,
        "data-access-timestamp" => accessed: Option<Datetime>,
        "data-modification-timestamp" => modified: Option<Datetime>,
        "status-change-timestamp" => changed: Option<Datetime>,
    }
}

impl DescriptorStat {
    pub(super) fn of(metadata: &Metadata) -> DescriptorStat {
        let time = |time: std::io::Result<cap_std::time::SystemTime>| {
            time.ok().and_then(|time| Datetime::of(time.into_std()))
        };
        DescriptorStat {
            kind: DescriptorType::of(metadata.file_type()),
            link_count: MetadataExt::nlink(metadata),
            size: metadata.len(),
            accessed: time(metadata.accessed()),
            modified: time(metadata.modified()),
            changed: changed(metadata),
        }
    }
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> Option<Datetime> {
    use cap_std::fs::MetadataExt;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    Some(Datetime { seconds, nanoseconds: u32::try_from(metadata.ctime_nsec()).ok()? })
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> Option<Datetime> {
    None
}

crate::variant! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum NewTimestamp {
        "no-change" => NoChange,
        "now" => Now,
        "timestamp" => Timestamp(Datetime),
    }
}

impl NewTimestamp {
    /// The time to set, if any.
    pub(super) fn time(self) -> Result<Option<std::time::SystemTime>, ErrorCode> {
        match self {
            NewTimestamp::NoChange => Ok(None),
            NewTimestamp::Now => Ok(Some(std::time::SystemTime::now())),
            NewTimestamp::Timestamp(datetime) => {
                datetime.to_system_time().map(Some).ok_or(ErrorCode::Overflow)
            }
        }
    }
}

crate::record! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(super) struct DirectoryEntry {
        "type" => kind: DescriptorType,
        "name" => name: String,
    }
}

crate::enumeration! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum Advice {
        "normal" => Normal,
        "sequential" => Sequential,
        "random" => Random,
        "will-need" => WillNeed,
        "dont-need" => DontNeed,
        "no-reuse" => NoReuse,
    }
}

crate::record! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) struct MetadataHash {
        "lower" => lower: u64,
        "upper" => upper: u64,
    }
}

impl MetadataHash {
    /// A hash that changes when the file does, and from which its inode cannot be seen.
    pub(super) fn of(metadata: &Metadata) -> MetadataHash {
        use sha2::{Digest, Sha256};
        let stat = DescriptorStat::of(metadata);
        let mut hash = Sha256::new();
        hash.update(MetadataExt::dev(metadata).to_le_bytes());
        hash.update(MetadataExt::ino(metadata).to_le_bytes());
        hash.update(stat.size.to_le_bytes());
        for time in [stat.modified, stat.changed].into_iter().flatten() {
            hash.update(time.seconds.to_le_bytes());
            hash.update(time.nanoseconds.to_le_bytes());
        }
        let bytes = hash.finalize();
        let half = |at: usize| bytes[at..at + 8].iter().fold(0, |n, &byte| n << 8 | u64::from(byte));
        MetadataHash { lower: half(0), upper: half(8) }
    }
}
