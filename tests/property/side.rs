//! A side of a case while it is drawn: a guest with values in its memory, and what it is set up with.

use crate::case::{IN_POST_RETURN, Setup};
use crate::damage;
use crate::draw::{Exit, Side};
use crate::guest::{self, MEMORY};
use crate::hands::Guest;
use crate::model::{Allocator, Context, Fault, Flat, Role, Ty, elem_size};
use crate::rng::Rng;

/// Where values are put in each memory, unless there are more.
const VALUES: std::ops::Range<u64> = 0x100..0x6000;

/// A side of a case while it is drawn.
pub(crate) struct Drawn {
    pub(crate) guest: Guest,
    /// Core values that it gives.
    pub(crate) flat: Vec<u64>,
    fault_at: Option<usize>,
    leave_at: Option<usize>,
}

impl Drawn {
    /// A guest after `fill` put valid values in its memory, except handles if they are to be wrong, and said which core
    /// values it gives. Where values are too large for the memory, which is no case, others are drawn.
    pub(crate) fn new(
        rng: &mut Rng,
        role: Role,
        side: Side,
        passes_wrong_handles: bool,
        fill: impl Fn(&mut Rng, &mut Guest) -> Result<Vec<u64>, Fault>,
    ) -> Drawn {
        loop {
            let mut guest = Guest::new(empty_context(rng, role, side));
            guest.passes_wrong_handles = passes_wrong_handles;
            let filled = fill(rng, &mut guest);
            guest.end();
            if let Ok(flat) = filled {
                return Drawn { guest, flat, fault_at: None, leave_at: None };
            }
        }
    }

    /// An area for spilled results, mostly a valid one.
    pub(crate) fn result_area(&mut self, rng: &mut Rng, t: &Ty) -> u64 {
        let cx = &mut self.guest.cx;
        let size = elem_size(t, cx.ptr_type);
        let ptr = area(cx, size);
        match rng.below(30) {
            0 => damage::bad_pointer(rng, cx),
            1 => ptr + rng.range(1, 7),
            2..=4 => MEMORY as u64 - size,
            _ => ptr,
        }
    }

    /// Damages its core values, whose types are these, or its memory.
    pub(crate) fn damage(&mut self, rng: &mut Rng, types: &[Flat]) {
        let used = VALUES.start..self.guest.cx.allocator.bump.min(MEMORY as u64);
        damage::damage(rng, &mut self.guest.cx, &mut self.flat, types, used);
    }

    /// Replaces NaNs among its core values, whose types are these, by the canonical ones.
    pub(crate) fn canonicalize_nans(&mut self, types: &[Flat]) {
        for (value, ty) in self.flat.iter_mut().zip(types) {
            match ty {
                Flat::F32 if f32::from_bits(*value as u32).is_nan() => *value = 0x7fc0_0000,
                Flat::F64 if f64::from_bits(*value).is_nan() => *value = 0x7ff8_0000_0000_0000,
                Flat::I32 | Flat::I64 | Flat::F32 | Flat::F64 => {}
            }
        }
    }

    /// Chooses what goes wrong while it is called: in realloc, or because it leaves its instance where it may not.
    pub(crate) fn misbehave(sides: [(&mut Drawn, Side); 2], rng: &mut Rng) {
        let [(caller, caller_side), (callee, callee_side)] = sides;
        match rng.below(10) {
            0 => caller.fault_at = Some(rng.below(4) as usize),
            1 => callee.fault_at = Some(rng.below(4) as usize),
            _ => {}
        }
        for (drawn, side) in [(caller, caller_side), (callee, callee_side)] {
            if side.exit != Exit::None && rng.chance(25) {
                drawn.leave_at = Some(*rng.pick(&[0, 0, 1, IN_POST_RETURN, IN_POST_RETURN]));
            }
        }
    }

    /// What the component is set up with, and the model of it.
    pub(crate) fn set_up(mut self, rng: &mut Rng) -> (Setup, Guest) {
        let cx = &mut self.guest.cx;
        let mut bump = cx.allocator.bump.max(VALUES.end) + rng.below(8);
        if rng.chance(4) {
            // So little is left that allocations fail.
            bump = MEMORY as u64 - rng.below(100);
        }
        cx.prepares = false;
        let setup = Setup {
            bump,
            fault_at: self.fault_at,
            fault_ptr: damage::bad_pointer(rng, cx),
            leave_at: self.leave_at,
            in_place: rng.chance(50),
            memory: cx.memory.clone(),
            values: self.flat,
            script: vec![],
        };
        cx.slots.log.clear();
        cx.allocator = Allocator {
            bump,
            fault_at: setup.fault_at,
            fault_ptr: setup.fault_ptr,
            leave_at: setup.leave_at,
            in_place: setup.in_place,
            log: vec![],
        };
        (setup, self.guest)
    }
}

/// So many bytes of a guest's memory, for itself.
pub(crate) fn area(cx: &mut Context, size: u64) -> u64 {
    let ptr = cx.allocator.bump.next_multiple_of(8);
    cx.allocator.bump = ptr + size;
    ptr
}

fn empty_context(rng: &mut Rng, role: Role, side: Side) -> Context {
    let filler = *rng.pick(&[0, 0xa5, 0xff]);
    let allocator = Allocator { bump: VALUES.start, ..Allocator::default() };
    let memory = vec![filler; MEMORY];
    let mut cx = Context::new(role, (side.encoding, side.ptr_type), memory, allocator);
    cx.prepares = true;
    cx.slots.mark = side.slots.map(guest::slot_mark);
    cx
}
