//! A guest and its handles: what it holds, what a script makes it do with them, and what it then must see.
//!
//! A script is played before the call, in the callee during the call, and after it: once over, all handles that
//! the model has must be there, stand for what they stood for, and be the right ones to be free.

use crate::model::{Context, Fault, Resource, Table};
use crate::rng::Rng;

/// What the driver lends to the caller has this rep, and the next ones.
pub(crate) const FIRST_LENT_REP: u32 = 0x900;

/// One of the two guests, as the model has it.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    pub(crate) cx: Context,
    /// Numbers that tell the guest what to do; each part ends with 0.
    pub(crate) script: Vec<u32>,
    /// What it gets to know while it plays.
    pub(crate) log: Vec<u64>,
    /// Sum of the reps of owned handles that it dropped, by resource.
    pub(crate) dropped: [u32; 3],
    /// Whether some of the handles that it passes are wrong.
    pub(crate) passes_wrong_handles: bool,
    /// Handles that are good to be lent.
    lendable: Vec<(Resource, u32)>,
}

impl Guest {
    pub(crate) fn new(cx: Context) -> Guest {
        Guest {
            cx,
            script: vec![],
            log: vec![],
            dropped: [0; 3],
            passes_wrong_handles: false,
            lendable: vec![],
        }
    }

    /// Is lent handles by the driver.
    pub(crate) fn receive(&mut self, lent: &[Resource]) {
        for (&resource, rep) in lent.iter().zip(FIRST_LENT_REP..) {
            let i = self.cx.table.add_borrow(resource, rep);
            self.log.push(i.into());
            self.lendable.push((resource, i));
        }
    }

    /// Makes and drops a few handles, so that their numbers are not the obvious ones.
    pub(crate) fn warm_up(&mut self, rng: &mut Rng) {
        for _ in 0..rng.below(7) {
            let owned: Vec<u32> =
                self.cx.table.live().iter().filter(|(_, h)| h.is_own).map(|&(i, _)| i).collect();
            match owned.is_empty() || rng.chance(60) {
                true => _ = self.new_handle(rng),
                false => self.drop_handle(*rng.pick(&owned)),
            }
        }
    }

    /// A handle to be passed as an own, mostly a good one.
    pub(crate) fn own_to_give(&mut self, rng: &mut Rng, resource: Resource) -> u32 {
        if !self.passes_wrong_handles || rng.chance(50) {
            return self.new_handle_of(rng, resource);
        }
        match self.lendable.iter().find(|(known, _)| *known == resource) {
            Some(&(_, lent)) if rng.chance(50) => lent,
            _ => self.any_number(rng),
        }
    }

    /// A handle to be passed as a borrow, mostly a good one.
    pub(crate) fn handle_to_lend(&mut self, rng: &mut Rng, resource: Resource) -> u32 {
        if self.passes_wrong_handles && rng.chance(50) {
            return self.any_number(rng);
        }
        let known: Vec<u32> =
            self.lendable.iter().filter(|(known, _)| *known == resource).map(|&(_, i)| i).collect();
        if !known.is_empty() && rng.chance(50) {
            return *rng.pick(&known);
        }
        let i = self.new_handle_of(rng, resource);
        self.lendable.push((resource, i));
        i
    }

    /// A number that could be taken for a handle.
    fn any_number(&self, rng: &mut Rng) -> u32 {
        let live: Vec<u32> = self.cx.table.live().iter().map(|&(i, _)| i).collect();
        match rng.below(10) {
            0 => 0,
            1 => rng.next() as u32,
            2 => 1 << 28 | rng.below(4) as u32,
            3 => rng.range(1, 20) as u32,
            // Lent in this call already, as likely as not.
            4..=6 if !self.lendable.is_empty() => rng.pick(&self.lendable).1,
            _ if live.is_empty() => 1,
            _ => *rng.pick(&live),
        }
    }

    /// What the callee does during the call: looks at what it was given, and drops what it must. Sometimes it
    /// forgets to.
    pub(crate) fn use_arguments(&mut self, rng: &mut Rng, before: &Table) {
        let before: Vec<u32> = before.live().iter().map(|&(i, _)| i).collect();
        for (i, h) in self.cx.table.live() {
            if before.contains(&i) {
                continue;
            }
            if rng.chance(60) {
                self.look_at(i);
            }
            let is_dropped = if h.is_own { rng.chance(20) } else { rng.chance(96) };
            if is_dropped {
                self.drop_handle(i);
            }
        }
        self.end();
    }

    /// What the caller does while it waits for a call: looks at what it still has. Sometimes it drops what it lent, which
    /// it may not.
    pub(crate) fn wait(&mut self, rng: &mut Rng) -> Result<(), Fault> {
        let live = self.cx.table.live();
        live.iter().for_each(|&(i, _)| {
            if rng.chance(50) {
                self.look_at(i);
            }
        });
        let lent: Vec<_> = live.into_iter().filter(|(_, h)| h.is_lent()).collect();
        let drops = !lent.is_empty() && rng.chance(10);
        if drops {
            let (i, h) = *rng.pick(&lent);
            self.script.extend([Op::Drop.number(h.resource), i]);
        }
        self.end();
        if drops { Err(Fault::HandleLent) } else { Ok(()) }
    }

    /// What a guest does in the end: looks at all handles, fills all holes, and drops many, all borrows included.
    pub(crate) fn look_around(&mut self, rng: &mut Rng) {
        let live = self.cx.table.live();
        live.iter().for_each(|&(i, _)| self.look_at(i));
        (0..=self.cx.table.holes()).for_each(|_| _ = self.new_handle(rng));
        for (i, h) in live {
            if !h.is_own || rng.chance(60) {
                self.drop_handle(i);
            }
        }
        self.end();
    }

    /// Ends a part of the script.
    pub(crate) fn end(&mut self) {
        self.script.push(0);
    }

    fn new_handle(&mut self, rng: &mut Rng) -> u32 {
        let resource = *rng.pick(&Resource::ALL);
        self.new_handle_of(rng, resource)
    }

    fn new_handle_of(&mut self, rng: &mut Rng, resource: Resource) -> u32 {
        let rep = rng.next() as u32;
        let i = self.cx.table.add_own(resource, rep);
        self.script.extend([Op::New.number(resource), rep]);
        self.log.push(i.into());
        i
    }

    fn drop_handle(&mut self, i: u32) {
        let h = self.cx.table.drop(i);
        if h.is_own {
            let sum = &mut self.dropped[h.resource as usize];
            *sum = sum.wrapping_add(h.rep);
        }
        self.script.extend([Op::Drop.number(h.resource), i]);
    }

    fn look_at(&mut self, i: u32) {
        let live = self.cx.table.live();
        let (_, h) = live.iter().find(|&&(live, _)| live == i).expect("it is looked at because it is there");
        self.script.extend([Op::Rep.number(h.resource), i]);
        self.log.push(h.rep.into());
    }
}

/// What a guest can do with a handle.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    /// Makes one with a rep.
    New,
    Drop,
    /// Asks for the rep.
    Rep,
}

impl Op {
    pub(crate) const ALL: [Op; 3] = [Op::New, Op::Drop, Op::Rep];

    /// How scripts call it.
    pub(crate) fn number(self, resource: Resource) -> u32 {
        1 + 3 * self as u32 + resource as u32
    }

    /// Name of the core function that does it.
    pub(crate) fn function(self, resource: Resource) -> String {
        let op = match self {
            Op::New => "new",
            Op::Drop => "drop",
            Op::Rep => "rep",
        };
        format!("{op}-{}", resource.name())
    }
}
