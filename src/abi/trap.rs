//! The one table of trap reasons that generated code can give.
//!
//! Generated code stores a reason's code in a global and executes `unreachable`; hosts turn the code into the
//! message. The plan carries the messages, so hosts hold no copy of this table. `{arg}` in a message stands for
//! the runtime's `trap_arg` global, read as an unsigned number.

macro_rules! traps {
    ($($(#[doc = $doc:literal])* $name:ident = $message:literal,)*) => {
        /// Why generated code trapped.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u32)]
        pub enum Trap {
            $($(#[doc = $doc])* $name,)*
        }

        impl Trap {
            /// All reasons, in code order.
            pub const ALL: &[Trap] = &[$(Trap::$name),*];

            /// What the host reports.
            pub fn message(self) -> &'static str {
                match self { $(Trap::$name => $message),* }
            }
        }
    };
}

traps! {
    /// A spilled area, or the result of a realloc, is not aligned as its type needs.
    UnalignedPointer = "unaligned pointer",
    /// A spilled area, or the result of a realloc for one, is outside the memory.
    OutOfBounds = "out of bounds memory access",
    /// A string is outside the memory, too long, or its realloc result is.
    StringOutOfBounds = "string content out-of-bounds",
    /// A list is outside the memory, too long, or its realloc result is.
    ListOutOfBounds = "list content out-of-bounds",
    /// Bytes of a string are not UTF-8.
    InvalidUtf8 = "invalid utf8 encoding",
    /// Code units of a string contain an unpaired surrogate.
    InvalidUtf16 = "invalid utf16 encoding",
    /// A char is a surrogate or above 0x10FFFF.
    InvalidChar = "invalid `char` bit pattern",
    /// A discriminant names no case.
    InvalidDiscriminant = "invalid variant discriminant",
    /// A call out of an instance while it may not leave (in realloc or post-return).
    CannotLeave = "cannot leave component instance",
    /// A call into an instance that may not be entered.
    CannotEnter = "cannot enter component instance",
    /// A guest exception reached a component boundary.
    UncaughtException = "uncaught exception propagated out of component (thrown Wasm exception)",
    /// No handle has this index.
    UnknownHandle = "unknown handle index {arg}",
    /// The handle is not of the resource type expected.
    WrongHandleType = "handle index {arg} used with the wrong type, expected guest-defined resource but found a different guest-defined resource",
    /// The handle is lent out to a call that is still running.
    HandleLent = "cannot remove owned resource while borrowed",
    /// A borrow was passed where an own is needed.
    OwnFromBorrow = "cannot lift own resource from a borrow",
    /// A call ended before it dropped the borrows it was given.
    BorrowsRemain = "borrow handles still remain at the end of the call",
    /// A handle table is full.
    TableFull = "handle table is full: an instance may hold at most 2^28-1 handles",
    /// The runtime's memory cannot grow.
    OutOfMemory = "out of memory: the handle tables cannot grow",
}

impl Trap {
    /// The number stored in the runtime's `trap_code` global; 0 there means that no generated code trapped.
    pub fn code(self) -> u32 {
        self as u32 + 1
    }
}
