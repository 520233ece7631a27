//! One case: what goes in, and what the model says must come out.

use crate::damage;
use crate::draw::{Exit, Relation, Side, Signature};
use crate::guest::{self, MEMORY};
use crate::hands::{FIRST_LENT_REP, Guest};
use crate::model::{
    Allocator, Context, Fault, Flat, Resource, Role, Ty, elem_size, is_spilled, lift_flat_values,
    lower_flat_values,
};
use crate::rng::Rng;
use crate::values;

/// Where values are put in each memory, unless there are more.
const VALUES: std::ops::Range<u64> = 0x100..0x6000;

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

impl Case {
    pub(crate) fn draw(rng: &mut Rng, signature: &Signature) -> Case {
        let results = signature.results();
        let wrong = match rng.below(10) {
            0..=3 => Some(Role::Caller),
            4 | 5 => Some(Role::Callee),
            _ => None,
        };
        // Wrong handles instead of damage, or as well.
        let has_wrong_handles = signature.has_handles && rng.chance(60);
        let wrong_handles = wrong.filter(|_| has_wrong_handles);
        let mut caller = Drawn::new(rng, signature, Role::Caller, wrong_handles);
        let mut callee = Drawn::new(rng, signature, Role::Callee, wrong_handles);
        if is_spilled(&results, 1, signature.caller.ptr_type) {
            let ptr = caller.result_area(rng, &results[0]);
            caller.flat.push(ptr);
        }
        if !has_wrong_handles || rng.chance(10) {
            match wrong {
                Some(Role::Caller) => caller.damage(rng, &guest::lowered(signature).0),
                Some(Role::Callee) => callee.damage(rng, &guest::lifted(signature).1),
                None => {}
            }
        }
        match rng.below(10) {
            0 => caller.fault_at = Some(rng.below(4) as usize),
            1 => callee.fault_at = Some(rng.below(4) as usize),
            _ => {}
        }
        for (drawn, side) in [(&mut caller, signature.caller), (&mut callee, signature.callee)] {
            if side.exit != Exit::None && rng.chance(25) {
                drawn.leave_at = Some(*rng.pick(&[0, 0, 1, IN_POST_RETURN, IN_POST_RETURN]));
            }
        }
        let (mut caller_setup, mut caller) = caller.set_up(rng);
        let (mut callee_setup, mut callee) = callee.set_up(rng);
        let call = Call { signature, params: &caller_setup.values, results: &callee_setup.values };
        let expected = match call.run(rng, &mut caller, &mut callee) {
            _ if caller.cx.read_dead || callee.cx.read_dead => Expected::Unknown,
            Ok(sides) => Expected::Returns(Box::new(sides)),
            Err(trap) => trap,
        };
        (caller_setup.script, callee_setup.script) = (caller.script, callee.script);
        Case { caller: caller_setup, callee: callee_setup, expected }
    }
}

/// A side of a case while it is drawn.
struct Drawn {
    guest: Guest,
    flat: Vec<u64>,
    fault_at: Option<usize>,
    leave_at: Option<usize>,
}

impl Drawn {
    /// A guest with valid values of these types in its memory, but for handles if they are to be wrong.
    fn new(rng: &mut Rng, signature: &Signature, role: Role, wrong_handles: Option<Role>) -> Drawn {
        let results = signature.results();
        let (side, ts, max_flat) = match role {
            Role::Caller => (signature.caller, &signature.params, 16),
            Role::Callee => (signature.callee, &results, 1),
        };
        loop {
            let mut guest = Guest::new(empty_context(rng, role, side));
            guest.passes_wrong_handles = wrong_handles == Some(role);
            if signature.has_handles {
                if role == Role::Caller {
                    guest.receive(&signature.lent);
                }
                guest.warm_up(rng);
            }
            let values: Vec<_> = ts.iter().map(|t| values::value(rng, &mut guest, t)).collect();
            guest.end();
            // Values can be too large for the memory, which is no case.
            if let Ok(flat) = lower_flat_values(&mut guest.cx, max_flat, &values, ts, None) {
                return Drawn { guest, flat, fault_at: None, leave_at: None };
            }
        }
    }

    /// An area for spilled results, mostly a valid one.
    fn result_area(&mut self, rng: &mut Rng, t: &Ty) -> u64 {
        let cx = &mut self.guest.cx;
        let size = elem_size(t, cx.ptr_type);
        let ptr = cx.allocator.bump.next_multiple_of(8);
        cx.allocator.bump = ptr + size;
        match rng.below(30) {
            0 => damage::bad_pointer(rng, cx),
            1 => ptr + rng.range(1, 7),
            2..=4 => MEMORY as u64 - size,
            _ => ptr,
        }
    }

    fn damage(&mut self, rng: &mut Rng, types: &[Flat]) {
        let used = VALUES.start..self.guest.cx.allocator.bump.min(MEMORY as u64);
        damage::damage(rng, &mut self.guest.cx, &mut self.flat, types, used);
    }

    /// What the component is set up with, and the model of it.
    fn set_up(mut self, rng: &mut Rng) -> (Setup, Guest) {
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

fn empty_context(rng: &mut Rng, role: Role, side: Side) -> Context {
    let filler = *rng.pick(&[0, 0xa5, 0xff]);
    let allocator = Allocator { bump: VALUES.start, ..Allocator::default() };
    let memory = vec![filler; MEMORY];
    let mut cx = Context::new(role, (side.encoding, side.ptr_type), memory, allocator);
    cx.prepares = true;
    cx.slots.mark = side.slots.map(guest::slot_mark);
    cx
}

/// A call, as the specification has it: `canon_lower` and `canon_lift`.
struct Call<'c> {
    signature: &'c Signature,
    /// Core values that the caller gives.
    params: &'c [u64],
    /// Core values that the callee gives.
    results: &'c [u64],
}

impl Call<'_> {
    fn run(&self, rng: &mut Rng, caller: &mut Guest, callee: &mut Guest) -> Result<BothSides, Expected> {
        let before = |fault| Expected::Traps { fault, is_called: false };
        let after = |fault| Expected::Traps { fault, is_called: true };
        let (params, results) = (&self.signature.params, self.signature.results());
        trap_if_related(self.signature.relation).map_err(before)?;
        caller.cx.slots.begin_thread();
        caller.cx.slots.look();
        let held = callee.cx.table.clone();
        let values = lift_flat_values(&mut caller.cx, 16, self.params, params).map_err(before)?;
        let args = lower_flat_values(&mut callee.cx, 16, &values, params, None).map_err(before)?;
        let at_call = (callee.cx.memory.clone(), callee.cx.dead.clone());

        let waiting = callee.cx.slots.begin_thread();
        callee.cx.slots.look();
        callee.use_arguments(rng, &held);
        callee.cx.slots.look();
        callee.cx.table.check_no_borrows().map_err(after)?;
        let values = lift_flat_values(&mut callee.cx, 1, self.results, &results).map_err(after)?;
        let out_param = self.params.last().copied();
        let got = lower_flat_values(&mut caller.cx, 1, &values, &results, out_param).map_err(after)?;
        caller.cx.table.end_lends();
        if self.signature.has_post_return {
            // On the thread of the call, which may not leave the instance any more.
            callee.cx.slots.look();
            if callee.cx.allocator.leave_at == Some(IN_POST_RETURN) {
                return Err(after(Fault::CannotLeave));
            }
            callee.cx.memory.fill(guest::AFTER_POST_RETURN);
        }
        callee.cx.slots.end_thread(waiting);
        caller.cx.slots.look();

        if self.signature.has_handles {
            caller.look_around(rng);
            callee.look_around(rng);
        }
        Ok(BothSides {
            dropped: self.dropped([caller, callee]),
            callee: ExpectedSide::new(callee, self.seen_by_callee(&args), Some(at_call)),
            caller: ExpectedSide::new(caller, self.seen_by_caller(&got), None),
        })
    }

    fn seen_by_callee(&self, args: &[u64]) -> Vec<(usize, u64)> {
        let (arg_types, result_types) = guest::lifted(self.signature);
        let mut values = place(0x100, args, &arg_types);
        values.extend([(1, 1), (2, u64::from(self.signature.has_post_return))]);
        if self.signature.has_post_return {
            values.extend(place(0x300, self.results, &result_types));
        }
        values
    }

    fn seen_by_caller(&self, got: &[u64]) -> Vec<(usize, u64)> {
        let mut values = place(0x100, got, &guest::lowered(self.signature).1);
        values.push((1, 1));
        values
    }

    fn dropped(&self, guests: [&Guest; 2]) -> [u32; 2] {
        [Resource::C, Resource::S].map(|resource| {
            let by_driver = self.signature.lent.iter().zip(FIRST_LENT_REP..);
            let by_driver = by_driver.filter(|&(&lent, _)| lent == resource).map(|(_, rep)| rep);
            let by_guests = guests.map(|guest| guest.dropped[resource as usize]);
            by_driver.chain(by_guests).fold(0, u32::wrapping_add)
        })
    }
}

/// `canon_lift` on the way in: not into an instance that is running already, and those around it are.
fn trap_if_related(relation: Relation) -> Result<(), Fault> {
    match relation {
        Relation::Siblings => Ok(()),
        Relation::CalleeIsParent | Relation::CallerIsParent => Err(Fault::CannotEnter),
    }
}

/// Core values as they are among the registers from an address on.
fn place(at: usize, values: &[u64], types: &[Flat]) -> Vec<(usize, u64)> {
    let bits = |(i, (&value, ty)): (usize, (&u64, &Flat))| {
        let is_wide = matches!(ty, Flat::I64 | Flat::F64);
        (at / 8 + i, if is_wide { value } else { value & 0xffff_ffff })
    };
    values.iter().zip(types).enumerate().map(bits).collect()
}

impl ExpectedSide {
    fn new(guest: &Guest, values: Vec<(usize, u64)>, at_call: Option<(Vec<u8>, Vec<bool>)>) -> ExpectedSide {
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
