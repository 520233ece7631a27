//! Cases that are a call: what both sides give, and what the model says comes of it.

use crate::case::{BothSides, Case, Expected, ExpectedSide, IN_POST_RETURN, dropped, place};
use crate::draw::{Lift, Relation, Signature};
use crate::guest;
use crate::hands::Guest;
use crate::model::{Fault, Flat, Role, is_spilled, lift_flat_values, lower_flat_values};
use crate::rng::Rng;
use crate::side::Drawn;
use crate::values;

impl Case {
    /// Draws a call of a function.
    pub(crate) fn call(rng: &mut Rng, signature: &Signature) -> Case {
        let results = signature.results();
        let wrong = match rng.below(10) {
            0..=3 => Some(Role::Caller),
            4 | 5 => Some(Role::Callee),
            _ => None,
        };
        // Wrong handles instead of damage, or as well.
        let has_wrong_handles = signature.has_handles && rng.chance(60);
        let wrong_handles = wrong.filter(|_| has_wrong_handles);
        let is_wrong = |role| wrong_handles == Some(role);
        let mut caller = draw_side(rng, signature, Role::Caller, is_wrong(Role::Caller));
        let mut callee = draw_side(rng, signature, Role::Callee, is_wrong(Role::Callee));
        if is_spilled(&results, signature.caller_limits().results, signature.caller.ptr_type) {
            let ptr = caller.result_area(rng, &results[0]);
            caller.flat.push(ptr);
        }
        let (params, given) = (guest::lowered(signature).0, guest::lifted(signature).1);
        if !has_wrong_handles || rng.chance(10) {
            match wrong {
                Some(Role::Caller) => caller.damage(rng, &params),
                Some(Role::Callee) => callee.damage(rng, &given),
                None => {}
            }
        }
        if signature.pairing.is_some() {
            caller.canonicalize_nans(&params);
            callee.canonicalize_nans(&given);
        }
        Drawn::misbehave([(&mut caller, signature.caller), (&mut callee, signature.callee)], rng);
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

/// A side with values of the types that it gives.
fn draw_side(rng: &mut Rng, signature: &Signature, role: Role, passes_wrong_handles: bool) -> Drawn {
    let results = signature.results();
    let (side, ts, max_flat) = match role {
        Role::Caller => (signature.caller, &signature.params, signature.caller_limits().params),
        Role::Callee => (signature.callee, &results, signature.callee_limits().results),
    };
    Drawn::new(rng, role, side, passes_wrong_handles, |rng, guest| {
        if signature.has_handles {
            if role == Role::Caller {
                guest.receive(&signature.lent);
            }
            guest.warm_up(rng);
        }
        let values: Vec<_> = ts.iter().map(|t| values::value(rng, guest, t)).collect();
        lower_flat_values(&mut guest.cx, max_flat, &values, ts, None)
    })
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
        let (signature, params, results) = (self.signature, &self.signature.params, self.signature.results());
        let (lower, lift) = (signature.caller_limits(), signature.callee_limits());
        trap_if_related(signature.relation).map_err(before)?;
        caller.cx.slots.begin_thread();
        caller.cx.slots.look();
        let mut subtask = Subtask::default();
        if signature.is_held() {
            subtask.begin(caller, STARTING);
            subtask.wait(caller, rng).map_err(before)?;
        }
        let had = callee.cx.table.clone();
        let values = lift_flat_values(&mut caller.cx, lower.params, self.params, params).map_err(before)?;
        let args = lower_flat_values(&mut callee.cx, lift.params, &values, params, None).map_err(before)?;
        let at_call = (callee.cx.memory.clone(), callee.cx.dead.clone());

        let waiting = callee.cx.slots.begin_thread();
        callee.cx.slots.look();
        callee.use_arguments(rng, &had);
        callee.cx.slots.look();
        if signature.is_delayed() {
            if signature.is_lowered_async() && !signature.is_held() {
                subtask.begin(caller, STARTED);
                if !signature.is_late() {
                    subtask.wait(caller, rng).map_err(after)?;
                }
            }
            callee.cx.slots.look();
        }
        callee.cx.table.check_no_borrows().map_err(after)?;
        let values = lift_flat_values(&mut callee.cx, lift.results, self.results, &results).map_err(after)?;
        let out_param = self.params.last().copied();
        let got = lower_flat_values(&mut caller.cx, lower.results, &values, &results, out_param);
        let mut got = place(0x100, &got.map_err(after)?, &guest::lowered(signature).1);
        self.end(callee).map_err(after)?;
        callee.cx.slots.end_thread(waiting);

        if signature.is_late() {
            subtask.wait(caller, rng).map_err(after)?;
        }
        if signature.is_lowered_async() {
            got.extend(subtask.end(caller));
        }
        caller.cx.table.end_lends();
        caller.cx.slots.look();
        if signature.has_handles {
            caller.look_around(rng);
            callee.look_around(rng);
        }
        Ok(BothSides {
            dropped: dropped([caller, callee], &signature.lent),
            callee: ExpectedSide::new(callee, self.seen_by_callee(&args), Some(at_call)),
            caller: ExpectedSide::new(caller, [got, vec![(1, 1)]].concat(), None),
        })
    }

    /// What the callee does when its result is with the caller: it overwrites its memory, where it can.
    fn end(&self, callee: &mut Guest) -> Result<(), Fault> {
        if self.signature.lift() == Lift::Sync && !self.signature.has_post_return {
            return Ok(());
        }
        callee.cx.slots.look();
        if self.signature.has_post_return && callee.cx.allocator.leave_at == Some(IN_POST_RETURN) {
            // On the thread of the call, which may not leave the instance any more.
            return Err(Fault::CannotLeave);
        }
        callee.cx.memory.fill(guest::OVERWRITTEN);
        Ok(())
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
}

/// `Subtask.State`
const STARTING: u64 = 0;
const STARTED: u64 = 1;
const RETURNED: u64 = 2;

/// `EventCode.SUBTASK`
const SUBTASK: u64 = 1;

/// `Subtask`, and the waitable set with which the caller waits for it; neither has a handle if it returns at once.
#[derive(Default)]
struct Subtask {
    /// Its state when the call came back.
    state: u64,
    handle: Option<u32>,
    set: Option<u32>,
}

impl Subtask {
    /// The call comes back before it has returned.
    fn begin(&mut self, caller: &mut Guest, state: u64) {
        self.state = state;
        self.handle = Some(caller.cx.table.add_other());
    }

    fn wait(&mut self, caller: &mut Guest, rng: &mut Rng) -> Result<(), Fault> {
        caller.wait(rng)?;
        self.set = Some(caller.cx.table.add_other());
        Ok(())
    }

    /// What the caller sees of a call that has returned; it drops what it made to wait.
    fn end(self, caller: &mut Guest) -> Vec<(usize, u64)> {
        let (Some(handle), Some(set)) = (self.handle, self.set) else {
            return vec![(0x100 / 8, RETURNED)];
        };
        let status = self.state | u64::from(handle) << 4;
        caller.cx.table.remove(handle);
        caller.cx.table.remove(set);
        place(0x100, &[status, set.into(), SUBTASK, handle.into(), RETURNED], &[Flat::I32; 5])
    }
}

/// `canon_lift` on the way in: not into an instance that is running already, and those around it are.
fn trap_if_related(relation: Relation) -> Result<(), Fault> {
    match relation {
        Relation::Siblings => Ok(()),
        Relation::CalleeIsParent | Relation::CallerIsParent => Err(Fault::CannotEnter),
    }
}
