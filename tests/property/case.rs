//! One case: what goes in, and what the model says must come out.

use crate::hands::{FIRST_LENT_REP, Guest};
use crate::model::{Fault, Flat, Resource};

/// Instead of the number of a call of realloc: post-return.
pub(crate) const IN_POST_RETURN: usize = 0xffff;

/// What a component is set up with.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) bump: u64,
    pub(crate) fault_at: Option<usize>,
    pub(crate) fault_ptr: u64,
    /// The call of realloc in which it calls something outside, or [`IN_POST_RETURN`].
    pub(crate) leave_at: Option<usize>,
    pub(crate) in_place: bool,
    pub(crate) memory: Vec<u8>,
    /// Core values that it gives: parameters in the caller, results in the callee.
    pub(crate) values: Vec<u64>,
    /// What it does with handles: see `hands`.
    pub(crate) script: Vec<u32>,
}

/// A case, ready to be run.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) caller: Setup,
    pub(crate) callee: Setup,
    pub(crate) expected: Expected,
}

/// What must happen.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    Returns(Box<BothSides>),
    Traps {
        fault: Fault,
        /// Whether the callee was called before.
        is_called: bool,
    },
    /// A guest reads what it never wrote: see `Context::read_dead`.
    Unknown,
}

#[derive(Clone, Debug)]
pub(crate) struct BothSides {
    pub(crate) caller: ExpectedSide,
    pub(crate) callee: ExpectedSide,
    /// Sums of the reps that destructors got, of resources that have one.
    pub(crate) dropped: [u32; 2],
}

/// What a component must have seen.
#[derive(Clone, Debug)]
pub(crate) struct ExpectedSide {
    /// Core values with their place among the registers.
    pub(crate) values: Vec<(usize, u64)>,
    pub(crate) reallocs: Vec<[u64; 5]>,
    pub(crate) log: Vec<u64>,
    /// What it saw in its context slots.
    pub(crate) slots: Vec<u64>,
    /// Memories, and which bytes do not count.
    pub(crate) at_call: Option<(Vec<u8>, Vec<bool>)>,
    pub(crate) memory: (Vec<u8>, Vec<bool>),
}

/// Sums of the reps that destructors get from both guests, and from the driver what it lent.
pub(crate) fn dropped(guests: [&Guest; 2], lent: &[Resource]) -> [u32; 2] {
    [Resource::C, Resource::S].map(|resource| {
        let by_driver = lent.iter().zip(FIRST_LENT_REP..);
        let by_driver = by_driver.filter(|&(&lent, _)| lent == resource).map(|(_, rep)| rep);
        let by_guests = guests.map(|guest| guest.dropped[resource as usize]);
        by_driver.chain(by_guests).fold(0, u32::wrapping_add)
    })
}

/// Core values as they are among the registers from an address on.
pub(crate) fn place(at: usize, values: &[u64], types: &[Flat]) -> Vec<(usize, u64)> {
    let bits = |(i, (&value, ty)): (usize, (&u64, &Flat))| {
        let is_wide = matches!(ty, Flat::I64 | Flat::F64);
        (at / 8 + i, if is_wide { value } else { value & 0xffff_ffff })
    };
    values.iter().zip(types).enumerate().map(bits).collect()
}

impl ExpectedSide {
    pub(crate) fn new(
        guest: &Guest,
        values: Vec<(usize, u64)>,
        at_call: Option<(Vec<u8>, Vec<bool>)>,
    ) -> ExpectedSide {
        let cx = &guest.cx;
        ExpectedSide {
            values,
            reallocs: cx.allocator.log.clone(),
            log: guest.log.clone(),
            slots: cx.slots.log.clone(),
            at_call,
            memory: (cx.memory.clone(), cx.dead.clone()),
        }
    }
}
