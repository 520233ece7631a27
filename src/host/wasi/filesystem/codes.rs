//! `wasi:filesystem/types`' `error-code`, from the errors of the operating system.

use std::io::{self, ErrorKind};

crate::enumeration! {
    /// Why an operation failed.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) enum ErrorCode {
        "access" => Access,
        "would-block" => WouldBlock,
        "already" => Already,
        "bad-descriptor" => BadDescriptor,
        "busy" => Busy,
        "deadlock" => Deadlock,
        "quota" => Quota,
        "exist" => Exist,
        "file-too-large" => FileTooLarge,
        "illegal-byte-sequence" => IllegalByteSequence,
        "in-progress" => InProgress,
        "interrupted" => Interrupted,
        "invalid" => Invalid,
        "io" => Io,
        "is-directory" => IsDirectory,
        "loop" => Loop,
        "too-many-links" => TooManyLinks,
        "message-size" => MessageSize,
        "name-too-long" => NameTooLong,
        "no-device" => NoDevice,
        "no-entry" => NoEntry,
        "no-lock" => NoLock,
        "insufficient-memory" => InsufficientMemory,
        "insufficient-space" => InsufficientSpace,
        "not-directory" => NotDirectory,
        "not-empty" => NotEmpty,
        "not-recoverable" => NotRecoverable,
        "unsupported" => Unsupported,
        "no-tty" => NoTty,
        "no-such-device" => NoSuchDevice,
        "overflow" => Overflow,
        "not-permitted" => NotPermitted,
        "pipe" => Pipe,
        "read-only" => ReadOnly,
        "invalid-seek" => InvalidSeek,
        "text-file-busy" => TextFileBusy,
        "cross-device" => CrossDevice,
    }
}

/// Numbers of errors that have no [`ErrorKind`] of their own. They are the same on the systems that are named.
#[cfg(unix)]
mod numbers {
    pub(super) const EPERM: i32 = 1;
    pub(super) const EACCES: i32 = 13;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) const ELOOP: i32 = 40;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) const ELOOP: i32 = 62;
}

impl ErrorCode {
    /// The code of an error.
    pub(super) fn of(error: &io::Error) -> ErrorCode {
        #[cfg(unix)]
        match error.raw_os_error() {
            Some(numbers::EPERM) => return ErrorCode::NotPermitted,
            Some(numbers::EACCES) => return ErrorCode::Access,
            Some(numbers::ELOOP) => return ErrorCode::Loop,
            _ => {}
        }
        match error.kind() {
            ErrorKind::NotFound => ErrorCode::NoEntry,
            // Without a number it is cap-std's refusal to leave a directory.
            ErrorKind::PermissionDenied => ErrorCode::NotPermitted,
            ErrorKind::AlreadyExists => ErrorCode::Exist,
            ErrorKind::WouldBlock => ErrorCode::WouldBlock,
            ErrorKind::NotADirectory => ErrorCode::NotDirectory,
            ErrorKind::IsADirectory => ErrorCode::IsDirectory,
            ErrorKind::DirectoryNotEmpty => ErrorCode::NotEmpty,
            ErrorKind::ReadOnlyFilesystem => ErrorCode::ReadOnly,
            ErrorKind::InvalidInput | ErrorKind::InvalidData => ErrorCode::Invalid,
            ErrorKind::StorageFull => ErrorCode::InsufficientSpace,
            ErrorKind::NotSeekable => ErrorCode::InvalidSeek,
            ErrorKind::QuotaExceeded => ErrorCode::Quota,
            ErrorKind::FileTooLarge => ErrorCode::FileTooLarge,
            ErrorKind::ResourceBusy => ErrorCode::Busy,
            ErrorKind::ExecutableFileBusy => ErrorCode::TextFileBusy,
            ErrorKind::Deadlock => ErrorCode::Deadlock,
            ErrorKind::CrossesDevices => ErrorCode::CrossDevice,
            ErrorKind::TooManyLinks => ErrorCode::TooManyLinks,
            ErrorKind::InvalidFilename => ErrorCode::NameTooLong,
            ErrorKind::Interrupted => ErrorCode::Interrupted,
            ErrorKind::Unsupported => ErrorCode::Unsupported,
            ErrorKind::OutOfMemory => ErrorCode::InsufficientMemory,
            ErrorKind::BrokenPipe => ErrorCode::Pipe,
            _ => ErrorCode::Io,
        }
    }
}

impl From<io::Error> for ErrorCode {
    fn from(error: io::Error) -> ErrorCode {
        ErrorCode::of(&error)
    }
}
