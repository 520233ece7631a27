//! What the specification says: a model of lifting and lowering, written from the text of `CanonicalABI.md` and
//! from nothing else. It shares no code with corefuse. Names are the specification's.
//!
//! There is exactly one outcome for a case. The specification gives no reasons for traps, lifts all values before
//! it lowers any, and leaves a few things open; these are the choices of adapters that the model makes too:
//!
//! | choice | why nothing but the reason of a trap can show it |
//! |---|---|
//! | Values are lifted and lowered one by one: a [`Value::Trap`] traps when it would be lowered. | What ran before is a realloc, which cannot call out of an instance that is dead after the trap. |
//! | Text is decoded while it is stored: reallocs before the first invalid place come first. | As above. |
//! | The area of results that the caller gives is checked before the result is looked at. | Both come after the call. |
//! | That borrows remain is noticed before the result is looked at (`Call` in `case.rs`). | Both come after the call. |
//! | Floats are bits. | Allowed: payloads of NaNs are not deterministic. |
//! | Where calls are asynchronous, guests give no NaN but the canonical one as a core float: it goes through JavaScript. | As above. |
//! | The buffer of a stream or future beyond 2^53 is out of bounds, whatever its alignment. | Both are found by the same built-in. |
//! | Bytes of an allocation that its last shrink gave up hold anything; see [`Context::read_dead`]. | Visible, but only to a guest that reads what it never wrote. |
//! | Who yields is stopped, even if nobody else can go on, and who was stopped first goes on first. | Visible: a subtask has returned, or only started. |
//! | A string of tagged utf16 that becomes latin1 is shrunk with alignment 2, and that is checked. | The text has 1; a guest is not wronged by more, and tests of Wasmtime want it. |

mod channel;
mod handles;
mod layout;
mod lift;
mod lower;
mod slots;
mod strings;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use channel::{BLOCKED, End, Kind, Shared};
pub(crate) use handles::{Role, Table};
pub(crate) use layout::{Flat, Limits, elem_size, flatten_types, is_spilled};
pub(crate) use lift::lift_flat_values;
pub(crate) use lower::{lower_flat_values, store_elements};
pub(crate) use slots::Slots;
pub(crate) use types::{Encoding, PtrType, Resource, Text, Ty, Value, despecialize};

/// Why something traps. The specification gives no reasons; these are as fine as corefuse's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    Unaligned,
    AreaBounds,
    /// The same two of a buffer of a stream or future, and that it is too long.
    BufferUnaligned,
    BufferBounds,
    BufferLength,
    StringBounds,
    ListBounds,
    Utf8,
    Utf16,
    Char,
    Discriminant,
    UnknownHandle,
    WrongHandleType,
    HandleLent,
    OwnFromBorrow,
    BorrowsRemain,
    CannotLeave,
    CannotEnter,
    /// Not a rule of the specification: the guest of the test has room for so many calls of realloc only.
    TooManyReallocs,
}

/// One side of a call: canonical options with the state of the instance behind them.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) role: Role,
    pub(crate) encoding: Encoding,
    pub(crate) ptr_type: PtrType,
    pub(crate) memory: Vec<u8>,
    pub(crate) allocator: Allocator,
    pub(crate) table: Table,
    pub(crate) slots: Slots,
    /// Bytes that were allocated and given up again: what is in them is nobody's business.
    pub(crate) dead: Vec<bool>,
    /// Whether such bytes were lifted all the same, so that nothing is certain any more.
    pub(crate) read_dead: bool,
    /// Whether this is a guest that prepares values: it stores strings in the representation that they have.
    pub(crate) prepares: bool,
}

/// How the guest's realloc behaves; `guest` has the same in WebAssembly.
#[derive(Clone, Debug, Default)]
pub(crate) struct Allocator {
    /// Address of the next allocation.
    pub(crate) bump: u64,
    /// Number of the call that returns `fault_ptr`, counting from 0.
    pub(crate) fault_at: Option<usize>,
    pub(crate) fault_ptr: u64,
    /// Number of the call that calls something outside, which it may not.
    pub(crate) leave_at: Option<usize>,
    /// Whether allocations shrink where they are.
    pub(crate) in_place: bool,
    /// Calls so far: old pointer, old size, alignment, new size, result.
    pub(crate) log: Vec<[u64; 5]>,
}

/// How many calls of realloc the guest can log.
pub(crate) const MAX_REALLOCS: usize = 1500;

/// Traps if there is a reason to.
fn trap_if(condition: bool, fault: Fault) -> Result<(), Fault> {
    match condition {
        true => Err(fault),
        false => Ok(()),
    }
}

impl Context {
    pub(crate) fn new(
        role: Role,
        (encoding, ptr_type): (Encoding, PtrType),
        memory: Vec<u8>,
        allocator: Allocator,
    ) -> Context {
        let dead = vec![false; memory.len()];
        let (table, slots) = (Table::default(), Slots::default());
        Context {
            role,
            encoding,
            ptr_type,
            memory,
            allocator,
            table,
            slots,
            dead,
            read_dead: false,
            prepares: false,
        }
    }

    fn is_outside(&self, ptr: u64, byte_length: u64) -> bool {
        u128::from(ptr) + u128::from(byte_length) > self.memory.len() as u128
    }

    /// Bytes that are lifted.
    fn load_bytes(&mut self, ptr: u64, length: u64) -> &[u8] {
        let range = ptr as usize..(ptr + length) as usize;
        self.read_dead |= self.dead[range.clone()].contains(&true);
        &self.memory[range]
    }

    fn load_int(&mut self, ptr: u64, nbytes: u64) -> u64 {
        let bytes = self.load_bytes(ptr, nbytes);
        bytes.iter().rev().fold(0, |int, &byte| int << 8 | u64::from(byte))
    }

    fn store_int(&mut self, v: u64, ptr: u64, nbytes: u64) {
        let bytes = &v.to_le_bytes()[..nbytes as usize];
        self.memory[ptr as usize..(ptr + nbytes) as usize].copy_from_slice(bytes);
    }

    /// `LiftLowerContext.reallocate`, with the guest's realloc.
    fn reallocate(
        &mut self,
        old: u64,
        old_byte_length: u64,
        alignment: u64,
        new_byte_length: u64,
    ) -> Result<u64, Fault> {
        let size = self.memory.len() as u64;
        // `call_realloc`: a thread of its own, in an instance that may not be left.
        let waiting = self.slots.begin_thread();
        self.slots.look();
        self.slots.end_thread(waiting);
        let a = &mut self.allocator;
        trap_if(a.leave_at == Some(a.log.len()), Fault::CannotLeave)?;
        trap_if(a.log.len() == MAX_REALLOCS, Fault::TooManyReallocs)?;
        let ptr = if a.fault_at == Some(a.log.len()) {
            a.fault_ptr
        } else if a.in_place && old != 0 && new_byte_length <= old_byte_length {
            old
        } else {
            let ptr = a.bump.next_multiple_of(alignment);
            a.bump = ptr + new_byte_length;
            let kept = old_byte_length.min(new_byte_length);
            if old != 0 && ptr + kept <= size {
                self.memory.copy_within(old as usize..(old + kept) as usize, ptr as usize);
            }
            ptr
        };
        self.allocator.log.push([old, old_byte_length, alignment, new_byte_length, ptr]);
        self.mark(old, old_byte_length, true);
        self.mark(ptr, new_byte_length, false);
        Ok(ptr)
    }

    /// Calls realloc and checks its result.
    fn checked_realloc(
        &mut self,
        old: (u64, u64),
        alignment: u64,
        byte_length: u64,
        out_of_bounds: Fault,
    ) -> Result<u64, Fault> {
        let ptr = self.reallocate(old.0, old.1, alignment, byte_length)?;
        self.check_range(ptr, alignment, byte_length, out_of_bounds)?;
        Ok(ptr)
    }

    fn check_range(&self, ptr: u64, alignment: u64, length: u64, out_of_bounds: Fault) -> Result<(), Fault> {
        trap_if(!ptr.is_multiple_of(alignment), Fault::Unaligned)?;
        trap_if(self.is_outside(ptr, length), out_of_bounds)
    }

    fn mark(&mut self, ptr: u64, length: u64, dead: bool) {
        let end = ptr.saturating_add(length).min(self.dead.len() as u64);
        for byte in ptr.min(end)..end {
            self.dead[byte as usize] = dead;
        }
    }
}
