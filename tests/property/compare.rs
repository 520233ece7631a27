//! What happened, and how it differs from what had to happen.

use crate::case::{Case, Expected, ExpectedSide};
use crate::model::Fault;

/// What a component saw.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    /// The numbers at the start of the second memory, then the calls of realloc: see `guest`.
    pub(crate) registers: Vec<u64>,
    /// What it got to know while it played its script.
    pub(crate) log: Vec<u64>,
    /// What it saw in its context slots.
    pub(crate) slots: Vec<u64>,
    pub(crate) at_call: Vec<u8>,
    pub(crate) memory: Vec<u8>,
}

/// What happened in a call.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Returned {
        caller: Box<Seen>,
        callee: Box<Seen>,
        dropped: [u32; 2],
    },
    Trapped {
        message: String,
        /// Whether the callee was called before.
        is_called: bool,
    },
}

impl Case {
    /// The differences between the model and an outcome; empty where there are none.
    pub(crate) fn differences(&self, outcome: &Outcome) -> Vec<String> {
        match (&self.expected, outcome) {
            (Expected::Unknown, _) => vec![],
            (&Expected::Traps { fault, is_called: expected }, Outcome::Trapped { message, is_called }) => {
                let mut differences = vec![];
                if !message.contains(message_of(fault)) {
                    differences.push(format!("trapped with {message:?}, where the fault is {fault:?}"));
                }
                if *is_called != expected {
                    let when = |is_called| if is_called { "after" } else { "before" };
                    let (found, expected) = (when(*is_called), when(expected));
                    differences.push(format!("trapped {found} the call, {fault:?} is {expected} it"));
                }
                differences
            }
            (Expected::Traps { fault, .. }, Outcome::Returned { .. }) => {
                vec![format!("returned, in spite of {fault:?}")]
            }
            (Expected::Returns(_), Outcome::Trapped { message, .. }) => {
                vec![format!("trapped with {message:?}, where nothing is wrong")]
            }
            (Expected::Returns(expected), Outcome::Returned { caller, callee, dropped }) => {
                let mut differences = expected.caller.differences("caller", caller);
                differences.extend(expected.callee.differences("callee", callee));
                if expected.dropped != *dropped {
                    differences
                        .push(format!("destructors: expected {:x?}, found {dropped:x?}", expected.dropped));
                }
                differences
            }
        }
    }
}

/// What corefuse says where this is wrong.
pub(crate) fn message_of(fault: Fault) -> &'static str {
    match fault {
        Fault::Unaligned => "unaligned pointer",
        Fault::AreaBounds => "out of bounds memory access",
        Fault::BufferUnaligned => "pointer not aligned",
        Fault::BufferBounds => "pointer out of bounds of memory",
        Fault::BufferLength => "stream read/write count too large",
        Fault::StringBounds => "string content out-of-bounds",
        Fault::ListBounds => "list content out-of-bounds",
        Fault::Utf8 => "invalid utf8 encoding",
        Fault::Utf16 => "invalid utf16 encoding",
        Fault::Char => "invalid `char` bit pattern",
        Fault::Discriminant => "invalid variant discriminant",
        Fault::UnknownHandle => "unknown handle index",
        Fault::WrongHandleType => "used with the wrong type",
        Fault::HandleLent => "cannot remove owned resource while borrowed",
        Fault::OwnFromBorrow => "cannot lift own resource from a borrow",
        Fault::CannotLeave => "cannot leave component instance",
        Fault::CannotEnter => "cannot enter component instance",
        Fault::BorrowsRemain => "borrow handles still remain at the end of the call",
        Fault::TooManyReallocs => "unreachable",
    }
}

impl ExpectedSide {
    fn differences(&self, who: &str, seen: &Seen) -> Vec<String> {
        let mut differences = Vec::new();
        let found: Vec<&[u64]> = seen.registers[0x80..].chunks(5).collect();
        if !found.iter().copied().eq(self.reallocs.iter().map(|call| &call[..])) {
            differences.push(format!("{who}: realloc: expected {:?}\n  found {found:?}", self.reallocs));
        }
        if seen.log != self.log {
            differences
                .push(format!("{who}: handles and reps: expected {:x?}\n  found {:x?}", self.log, seen.log));
        }
        if seen.slots != self.slots {
            differences
                .push(format!("{who}: context slots: expected {:x?}\n  found {:x?}", self.slots, seen.slots));
        }
        for &(at, value) in &self.values {
            let found = seen.registers[at];
            if found != value {
                differences.push(format!("{who}: at {:#x}: expected {value:#x}, found {found:#x}", 8 * at));
            }
        }
        if let Some(at_call) = &self.at_call {
            differences.extend(memory_difference(
                &format!("{who}: memory at the call"),
                at_call,
                &seen.at_call,
            ));
        }
        differences.extend(memory_difference(&format!("{who}: memory"), &self.memory, &seen.memory));
        differences
    }
}

/// The first difference between memories.
fn memory_difference(what: &str, expected: &(Vec<u8>, Vec<bool>), found: &[u8]) -> Option<String> {
    let (bytes, dead) = expected;
    let differs = |at: &usize| !dead[*at] && bytes[*at] != found[*at];
    let first = (0..bytes.len()).find(differs)?;
    let count = (0..bytes.len()).filter(differs).count();
    let end = (first + 24).min(bytes.len());
    Some(format!(
        "{what}: {count} bytes from {first:#x} on: expected {:02x?}\n  found {:02x?}",
        &bytes[first..end],
        &found[first..end]
    ))
}
