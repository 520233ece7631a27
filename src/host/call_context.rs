//! Values on their way across the host's boundary in one call: the stack, the memory, and what a call owes.
//!
//! A [`CallContext`] is what [`Lift`](super::Lift) and [`Lower`](super::Lower) work on. It knows one side of the
//! boundary, the guest's: its canonical options, its memory and its handle table. Spec: `CanonicalABI.md`,
//! "Lifting and Lowering Context", "Loading", "Storing".

use super::engine::{Context, Func, Global, Memory};
use super::error::{ensure_or_trap, explain, trap};
use super::handle_slots::SlotId;
use super::resource::ResourceType;
use super::state::RootId;
use super::type_table::TypeTable;
use crate::abi::{FlatType, PointerWidth, StringEncoding, TypeDef, TypeId};
use anyhow::{Context as _, Result};

/// Where a value is: flat values from an index of the stack on, or bytes from an address of the memory on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Index of the first flat value.
    Stack(usize),
    /// Address of the first byte.
    Memory(u64),
}

/// The guest's side of a boundary: canonical options with the items they name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Boundary {
    /// The component, in its store.
    pub(crate) root: RootId,
    /// The component instance, an index into the plan's instances.
    pub(crate) instance: usize,
    pub(crate) encoding: StringEncoding,
    pub(crate) width: PointerWidth,
    pub(crate) memory: Option<Memory>,
    pub(crate) realloc: Option<Func>,
    pub(crate) post_return: Option<Func>,
    pub(crate) may_leave: Option<Global>,
    pub(crate) context: Option<[Global; 2]>,
    /// Number of the instance's handle table in the runtime.
    pub(crate) table: Option<u32>,
    /// Largest byte lengths of strings and lists.
    pub(crate) max_string: u32,
    pub(crate) max_list: u32,
}

/// What must be undone when a call ends.
#[derive(Debug, Default)]
pub(crate) struct Loans {
    /// Resources of the host that are lent to the guest.
    pub(crate) lent: Vec<SlotId>,
    /// Resources of guests that are lent to the host.
    pub(crate) borrowed: Vec<SlotId>,
}

/// A memory of the host, for calls that have no guest on either side.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    bytes: Vec<u8>,
    /// Reps behind the handles in it.
    pub(crate) reps: Vec<u64>,
}

/// The state of lifting and lowering in one call. See the module's documentation.
#[derive(Debug)]
pub struct CallContext<'a> {
    pub(crate) core: Context<'a>,
    pub(crate) types: &'a TypeTable,
    pub(crate) resources: &'a [ResourceType],
    pub(crate) boundary: Boundary,
    /// Flat values, each as bits: see `engine`.
    pub(crate) stack: Vec<u64>,
    /// The runtime's scope of this call, where it has one.
    pub(crate) scope: Option<u64>,
    pub(crate) loans: Loans,
    /// Used instead of the guest's memory and handle table.
    pub(crate) scratch: Option<Scratch>,
    /// How many more bytes of host values may be made.
    budget: u64,
}

impl<'a> CallContext<'a> {
    pub(crate) fn new(
        core: Context<'a>,
        types: &'a TypeTable,
        resources: &'a [ResourceType],
        boundary: Boundary,
    ) -> CallContext<'a> {
        let budget = core.state().usage.limits.transfer_cap();
        CallContext {
            core,
            types,
            resources,
            boundary,
            stack: Vec::new(),
            scope: None,
            loans: Loans::default(),
            scratch: None,
            budget,
        }
    }

    pub(crate) fn width(&self) -> PointerWidth {
        self.boundary.width
    }

    pub(crate) fn def(&self, ty: TypeId) -> &'a TypeDef {
        self.types.def(ty)
    }

    /// Size of a type in this memory, in bytes.
    pub(crate) fn size(&self, ty: TypeId) -> u32 {
        self.types.size(ty, self.width())
    }

    /// The number of the case that the discriminant at `at` names; traps where it names none.
    pub fn discriminant(&self, ty: TypeId, at: Place) -> Result<usize> {
        let bits = self.get(at, self.types.discriminant_bytes(ty))? as u32;
        let cases = self.types.cases(ty).len();
        let case = usize::try_from(bits).unwrap_or(usize::MAX);
        ensure_or_trap!(
            case < cases,
            "invalid variant discriminant: discriminant {bits} out of range [0..{cases})"
        );
        Ok(case)
    }

    /// Writes the discriminant of a variant. Flat values of the payload are zero until they are written.
    pub fn put_discriminant(&mut self, ty: TypeId, case: usize, at: Place) -> Result<()> {
        self.put(at, case as u64, self.types.discriminant_bytes(ty))
    }

    /// Type and place of a case's payload, where it has one.
    pub fn payload(&self, ty: TypeId, case: usize, at: Place) -> Option<(TypeId, Place)> {
        let payload = (*self.types.cases(ty).get(case)?)?;
        let place = match at {
            Place::Stack(index) => Place::Stack(index + 1),
            Place::Memory(address) => {
                Place::Memory(address + u64::from(self.types.payload_offset(ty, self.width())))
            }
        };
        Some((payload, place))
    }

    /// Places of consecutive parts of a record, tuple or list of fixed length at `at`.
    pub(crate) fn part_places(&self, ty: TypeId, parts: &[TypeId], at: Place) -> Vec<Place> {
        match at {
            Place::Stack(first) => self.flat_places(parts, first),
            Place::Memory(address) => {
                let offsets = self.types.offsets(ty, self.width());
                offsets.iter().map(|&offset| Place::Memory(address + u64::from(offset))).collect()
            }
        }
    }

    /// Places of consecutive values on the stack.
    pub(crate) fn flat_places(&self, parts: &[TypeId], first: usize) -> Vec<Place> {
        let mut next = first;
        let place = |&part: &TypeId| {
            let place = Place::Stack(next);
            next += self.types.flat_len(part, self.width());
            place
        };
        parts.iter().map(place).collect()
    }

    /// Place of an element of a list of fixed length, or of a list in memory.
    pub(crate) fn element_place(&self, element: TypeId, index: usize, at: Place) -> Place {
        match at {
            Place::Stack(first) => Place::Stack(first + index * self.types.flat_len(element, self.width())),
            Place::Memory(address) => Place::Memory(address + index as u64 * u64::from(self.size(element))),
        }
    }

    /// Writes a value of `size` bytes; on the stack, `bits` are those of its flat value.
    pub(crate) fn put(&mut self, at: Place, bits: u64, size: u32) -> Result<()> {
        match at {
            Place::Stack(index) => {
                *self.stack.get_mut(index).context("the stack of a call is too short")? = bits;
            }
            Place::Memory(address) => {
                let bytes = bits.to_le_bytes();
                self.bytes_mut(address, u64::from(size))?.copy_from_slice(&bytes[..size as usize]);
            }
        }
        Ok(())
    }

    /// Reads a value of `size` bytes, zero-extended; on the stack, all bits of its flat value.
    pub(crate) fn get(&self, at: Place, size: u32) -> Result<u64> {
        match at {
            Place::Stack(index) => self.stack.get(index).copied().context("the stack of a call is too short"),
            Place::Memory(address) => {
                let mut bits = [0; 8];
                bits[..size as usize].copy_from_slice(self.bytes(address, u64::from(size))?);
                Ok(u64::from_le_bytes(bits))
            }
        }
    }

    /// Writes a pointer and a length, one after the other.
    pub(crate) fn put_pair(&mut self, at: Place, pointer: u64, length: u64) -> Result<()> {
        let bytes = self.width().bytes();
        self.put(at, pointer, bytes)?;
        self.put(self.second(at), length, bytes)
    }

    /// Reads a pointer and a length.
    pub(crate) fn get_pair(&self, at: Place) -> Result<(u64, u64)> {
        let bytes = self.width().bytes();
        let narrow = |bits: u64| match self.width() {
            PointerWidth::W32 => u64::from(bits as u32),
            PointerWidth::W64 => bits,
        };
        Ok((narrow(self.get(at, bytes)?), narrow(self.get(self.second(at), bytes)?)))
    }

    fn second(&self, at: Place) -> Place {
        match at {
            Place::Stack(index) => Place::Stack(index + 1),
            Place::Memory(address) => Place::Memory(address + u64::from(self.width().bytes())),
        }
    }

    /// All of the memory.
    fn all_bytes(&self) -> Result<&[u8]> {
        match (&self.scratch, self.boundary.memory) {
            (Some(scratch), _) => Ok(&scratch.bytes),
            (None, Some(memory)) => Ok(memory.bytes(&self.core)),
            (None, None) => Err(no_option("memory")),
        }
    }

    /// `length` bytes of the memory from `address` on.
    pub(crate) fn bytes(&self, address: u64, length: u64) -> Result<&[u8]> {
        let all = self.all_bytes()?;
        match range(address, length, all.len()) {
            Some(range) => Ok(&all[range]),
            None => trap!("out of bounds memory access"),
        }
    }

    /// `length` bytes of the memory from `address` on.
    pub(crate) fn bytes_mut(&mut self, address: u64, length: u64) -> Result<&mut [u8]> {
        let all = match (&mut self.scratch, self.boundary.memory) {
            (Some(scratch), _) => &mut scratch.bytes[..],
            (None, Some(memory)) => memory.bytes_mut(&mut self.core),
            (None, None) => return Err(no_option("memory")),
        };
        match range(address, length, all.len()) {
            Some(range) => Ok(&mut all[range]),
            None => trap!("out of bounds memory access"),
        }
    }

    /// Whether `length` bytes from `address` on are inside the memory.
    pub(crate) fn in_bounds(&self, address: u64, length: u64) -> Result<bool> {
        Ok(range(address, length, self.all_bytes()?.len()).is_some())
    }

    /// Takes new memory from the guest: its realloc runs as a call of its own, that may not leave the instance.
    pub(crate) fn allocate(&mut self, align: u32, size: u64) -> Result<u64> {
        let address = match &mut self.scratch {
            Some(scratch) => scratch.allocate(align, size)?,
            None => self.call_realloc(align, size)?,
        };
        ensure_or_trap!(address.is_multiple_of(u64::from(align)), "realloc return: result not aligned");
        ensure_or_trap!(self.in_bounds(address, size)?, "realloc return: beyond end of memory");
        Ok(address)
    }

    fn call_realloc(&mut self, align: u32, size: u64) -> Result<u64> {
        let boundary = self.boundary;
        let realloc = boundary.realloc.ok_or_else(|| no_option("realloc"))?;
        let core = &mut self.core;
        let saved = boundary.enter_fresh_thread(core)?;
        boundary.set_may_leave(core, false)?;
        let mut address = [0];
        let called = realloc.call(core, &[0, 0, u64::from(align), size], &mut address);
        called.map_err(|error| explain(core, boundary.root, error)).context("in realloc")?;
        boundary.set_may_leave(core, true)?;
        boundary.restore_thread(core, saved)?;
        Ok(address[0])
    }

    /// Accounts for `bytes` of host values made from guest values.
    pub(crate) fn charge(&mut self, bytes: u64) -> Result<()> {
        match self.budget.checked_sub(bytes) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => trap!(
                "the values of this call take more than {} bytes on the host (see `StoreLimits::transfer_bytes`)",
                self.core.state().usage.limits.transfer_cap()
            ),
        }
    }

    /// Ends the loans of a call that is over.
    pub(crate) fn settle(&mut self) -> Result<()> {
        let slots = &mut self.core.state_mut().handles;
        for slot in self.loans.lent.drain(..) {
            slots.give_back(slot)?;
        }
        for slot in self.loans.borrowed.drain(..) {
            slots.remove(slot)?;
        }
        Ok(())
    }
}

impl Boundary {
    /// Sets the may-leave flag, where there is one.
    pub(crate) fn set_may_leave(&self, core: &mut Context<'_>, may: bool) -> Result<()> {
        match self.may_leave {
            Some(flag) => flag.set(core, u64::from(may)),
            None => Ok(()),
        }
    }

    /// Zeroes the context slots for a new thread and returns what they were.
    pub(crate) fn enter_fresh_thread(&self, core: &mut Context<'_>) -> Result<[u64; 2]> {
        let Some(slots) = self.context else { return Ok([0; 2]) };
        let saved = [slots[0].get(core)?, slots[1].get(core)?];
        slots[0].set(core, 0)?;
        slots[1].set(core, 0)?;
        Ok(saved)
    }

    /// Gives the context slots back to the thread that was interrupted.
    pub(crate) fn restore_thread(&self, core: &mut Context<'_>, saved: [u64; 2]) -> Result<()> {
        let Some(slots) = self.context else { return Ok(()) };
        slots[0].set(core, saved[0])?;
        slots[1].set(core, saved[1])
    }

    /// The boundary of a call between the host and itself.
    pub(crate) fn of_scratch(root: RootId) -> Boundary {
        Boundary {
            root,
            instance: 0,
            encoding: StringEncoding::Utf8,
            width: PointerWidth::W32,
            memory: None,
            realloc: None,
            post_return: None,
            may_leave: None,
            context: None,
            table: None,
            max_string: crate::abi::MAX_STRING_BYTES,
            max_list: crate::abi::MAX_LIST_BYTES,
        }
    }
}

impl Scratch {
    fn allocate(&mut self, align: u32, size: u64) -> Result<u64> {
        let start = (self.bytes.len() as u64).next_multiple_of(u64::from(align));
        let end = start.checked_add(size).filter(|&end| end <= u64::from(u32::MAX));
        let end = end.context("the values of a call between host functions take more than 4 GiB")?;
        self.bytes.resize(usize::try_from(end)?, 0);
        Ok(start)
    }
}

fn range(address: u64, length: u64, size: usize) -> Option<std::ops::Range<usize>> {
    let end = address.checked_add(length).filter(|&end| end <= size as u64)?;
    // Both are at most `size`, which is a `usize`.
    Some(address as usize..end as usize)
}

fn no_option(option: &str) -> anyhow::Error {
    anyhow::anyhow!("the plan gives no `{option}` where values need one; it is damaged")
}

/// How many stack slots flat types take.
pub(crate) fn zeroed(types: &[FlatType]) -> Vec<u64> {
    vec![0; types.len()]
}
