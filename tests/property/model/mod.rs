//! What the specification says: a model of lifting and lowering, written from the text of `CanonicalABI.md` and
//! from nothing else. It shares no code with corefuse.
//!
//! Names are the specification's. Two things differ from its code, and neither changes what a program can see:
//!
//! - Instead of ending at the first trap, the model notes the fault and goes on with a dummy value. The
//!   specification lifts all values before it lowers any, a fused adapter does both value by value; so where
//!   there are several faults, any of them may be the one that is reported.
//! - Floats are bits: an implementation may keep the payloads of NaNs, and ours do.

mod layout;
mod lift;
mod lower;
mod strings;
#[cfg(test)]
mod tests;

pub(crate) use layout::{Flat, elem_size, flatten_types, is_spilled};
pub(crate) use lift::lift_flat_values;
pub(crate) use lower::lower_flat_values;

use std::collections::BTreeSet;

/// A component type. Labels do not matter to the model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ty {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    List(Box<Ty>),
    FixedList(Box<Ty>, usize),
    Map(Box<Ty>, Box<Ty>),
    Record(Vec<Ty>),
    Tuple(Vec<Ty>),
    Variant(Vec<Option<Ty>>),
    Enum(usize),
    Option(Box<Ty>),
    Result(Option<Box<Ty>>, Option<Box<Ty>>),
    Flags(usize),
}

/// "Despecialization"
pub(crate) fn despecialize(t: &Ty) -> Ty {
    match t {
        Ty::Tuple(ts) => Ty::Record(ts.clone()),
        Ty::Enum(n) => Ty::Variant(vec![None; *n]),
        Ty::Option(t) => Ty::Variant(vec![None, Some((**t).clone())]),
        Ty::Result(ok, err) => Ty::Variant(vec![ok.as_deref().cloned(), err.as_deref().cloned()]),
        Ty::Map(k, v) => Ty::List(Box::new(Ty::Record(vec![(**k).clone(), (**v).clone()]))),
        other => other.clone(),
    }
}

/// A component value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    Int(i128),
    F32(u32),
    F64(u64),
    Char(u32),
    String(Text),
    /// Elements of lists and fields of records.
    Many(Vec<Value>),
    Case(usize, Option<Box<Value>>),
    Flags(u32),
}

/// A string with how it was represented where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    pub(crate) chars: Vec<char>,
    pub(crate) encoding: Encoding,
    /// Whether it was UTF-16 in `latin1+utf16`.
    pub(crate) tagged: bool,
    /// Code units it had, without the tag.
    pub(crate) code_units: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16,
    Latin1Utf16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PtrType {
    I32,
    I64,
}

impl PtrType {
    pub(crate) fn size(self) -> u64 {
        match self {
            PtrType::I32 => 4,
            PtrType::I64 => 8,
        }
    }
}

/// Why something traps. The specification gives no reasons; these are as fine as corefuse's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    Unaligned,
    AreaBounds,
    StringBounds,
    ListBounds,
    Utf8,
    Utf16,
    Char,
    Discriminant,
    /// Not a rule of the specification: the guest of the test has room for so many calls of realloc only.
    TooManyReallocs,
}

/// One side of a call: canonical options with the state of the instance behind them.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) encoding: Encoding,
    pub(crate) ptr_type: PtrType,
    pub(crate) memory: Vec<u8>,
    pub(crate) allocator: Allocator,
    pub(crate) faults: BTreeSet<Fault>,
    /// Bytes that were allocated and given up again: what is in them is nobody's business.
    pub(crate) dead: Vec<bool>,
}

/// How the guest's realloc behaves; `guest.rs` has the same in WebAssembly.
#[derive(Clone, Debug, Default)]
pub(crate) struct Allocator {
    /// Address of the next allocation.
    pub(crate) bump: u64,
    /// Number of the call that returns `fault_ptr`, counting from 0.
    pub(crate) fault_at: Option<usize>,
    pub(crate) fault_ptr: u64,
    /// Whether allocations shrink where they are.
    pub(crate) in_place: bool,
    /// Calls so far: old pointer, old size, alignment, new size, result.
    pub(crate) log: Vec<[u64; 5]>,
}

/// How many calls of realloc the guest can log.
pub(crate) const MAX_REALLOCS: usize = 1500;

impl Context {
    pub(crate) fn new(
        encoding: Encoding,
        ptr_type: PtrType,
        memory: Vec<u8>,
        allocator: Allocator,
    ) -> Context {
        let dead = vec![false; memory.len()];
        Context { encoding, ptr_type, memory, allocator, faults: BTreeSet::new(), dead }
    }

    /// Notes a fault if there is one; whether there is.
    fn trap_if(&mut self, condition: bool, fault: Fault) -> bool {
        if condition {
            self.faults.insert(fault);
        }
        condition
    }

    fn is_outside(&self, ptr: u64, byte_length: u64) -> bool {
        u128::from(ptr) + u128::from(byte_length) > self.memory.len() as u128
    }

    fn load_int(&self, ptr: u64, nbytes: u64) -> u64 {
        let bytes = &self.memory[ptr as usize..(ptr + nbytes) as usize];
        bytes.iter().rev().fold(0, |int, &byte| int << 8 | u64::from(byte))
    }

    fn store_int(&mut self, v: u64, ptr: u64, nbytes: u64) {
        let bytes = &v.to_le_bytes()[..nbytes as usize];
        self.memory[ptr as usize..(ptr + nbytes) as usize].copy_from_slice(bytes);
    }

    /// `LiftLowerContext.reallocate`, with the guest's realloc.
    fn reallocate(&mut self, old: u64, old_byte_length: u64, alignment: u64, new_byte_length: u64) -> u64 {
        let size = self.memory.len() as u64;
        let a = &mut self.allocator;
        if a.log.len() == MAX_REALLOCS {
            self.faults.insert(Fault::TooManyReallocs);
            return 0;
        }
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
        ptr
    }

    fn allocate(&mut self, alignment: u64, byte_length: u64) -> u64 {
        self.reallocate(0, 0, alignment, byte_length)
    }

    fn mark(&mut self, ptr: u64, length: u64, dead: bool) {
        let end = ptr.saturating_add(length).min(self.dead.len() as u64);
        for byte in ptr.min(end)..end {
            self.dead[byte as usize] = dead;
        }
    }
}
