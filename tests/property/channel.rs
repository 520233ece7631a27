//! Cases that are a stream or future: one side writes what the other reads, in steps that they take in turn.

use crate::case::{BothSides, Case, Expected, ExpectedSide, dropped};
use crate::damage;
use crate::draw::{self, Side};
use crate::guest::MEMORY;
use crate::hands::Guest;
use crate::model::{
    BLOCKED, Context, Encoding, End, Fault, Kind, Role, Shared, Ty, elem_size, store_elements,
};
use crate::rng::Rng;
use crate::side::{Drawn, area};
use crate::values;

/// A stream or future with the options of both sides.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) kind: Kind,
    pub(crate) element: Ty,
    pub(crate) writer: Role,
    pub(crate) caller: Side,
    pub(crate) callee: Side,
    pub(crate) has_handles: bool,
    /// Encoding for reads that do not wait.
    pub(crate) encoding_now: Encoding,
}

/// What a side does in one step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    Copy = 1,
    /// Copies by the built-in that would wait, where it does not have to.
    CopyNow,
    /// Hears of the end of a copy that had to wait.
    Deliver,
    /// Lets the other side take its next step.
    Other,
}

/// Most steps of a case; `guest` has room for twice as many numbers.
const STEPS: u64 = 14;

impl Channel {
    pub(crate) fn draw(rng: &mut Rng) -> Channel {
        let has_handles = rng.chance(40);
        let kind = if rng.chance(75) { Kind::Stream } else { Kind::Future };
        Channel {
            kind,
            element: draw::element(rng, has_handles),
            writer: *rng.pick(&[Role::Caller, Role::Callee]),
            caller: draw::side(rng, has_handles),
            callee: draw::side(rng, has_handles),
            has_handles,
            encoding_now: draw::encoding(rng),
        }
    }

    /// Options of a side for an operation.
    pub(crate) fn options(&self, role: Role, op: Op) -> Side {
        let (&side, end) = self.of(role);
        match (end, op) {
            (End::Reader, Op::CopyNow) => Side { encoding: self.encoding_now, ..side },
            _ => side,
        }
    }

    /// Options of a side, and which end it has.
    pub(crate) fn of(&self, role: Role) -> (&Side, End) {
        let side = match role {
            Role::Caller => &self.caller,
            Role::Callee => &self.callee,
        };
        (side, if role == self.writer { End::Writer } else { End::Reader })
    }

    /// Draws what a side begins with: elements to write, or room for those that it reads.
    fn side(&self, rng: &mut Rng, role: Role, passes_wrong_handles: bool) -> (Drawn, Elements) {
        let (&side, end) = self.of(role);
        let mut drawn = Drawn::new(rng, role, side, passes_wrong_handles, |rng, guest| {
            if self.has_handles {
                guest.warm_up(rng);
            }
            let size = elem_size(&self.element, guest.cx.ptr_type);
            let count = match rng.below(10) {
                _ if self.kind == Kind::Future => 1,
                0 | 1 if size <= 8 => rng.range(7, 70),
                _ => rng.range(1, 6),
            };
            let size = count * size;
            let mut at = area(&mut guest.cx, size);
            if size > MEMORY as u64 / 2 {
                return Err(Fault::BufferBounds);
            }
            if rng.chance(15) {
                at = MEMORY as u64 - size;
            }
            if end == End::Writer {
                let elements: Vec<_> = (0..count).map(|_| values::value(rng, guest, &self.element)).collect();
                store_elements(&mut guest.cx, &elements, &self.element, at)?;
            }
            Ok(vec![at, count])
        });
        let values = std::mem::take(&mut drawn.flat);
        (drawn, Elements { ptr: values[0], count: values[1], done: 0 })
    }
}

/// Elements in a guest's memory, or room for them.
#[derive(Clone, Copy, Debug)]
struct Elements {
    ptr: u64,
    count: u64,
    /// How many were moved.
    done: u64,
}

impl Case {
    /// Draws what is done with a stream or future.
    pub(crate) fn channel(rng: &mut Rng, channel: &Channel) -> Case {
        let is_wrong = rng.chance(40);
        let has_wrong_handles = is_wrong && channel.has_handles && rng.chance(60);
        let is_wrong_in = |role| has_wrong_handles && channel.writer == role;
        let (mut caller, of_caller) = channel.side(rng, Role::Caller, is_wrong_in(Role::Caller));
        let (mut callee, of_callee) = channel.side(rng, Role::Callee, is_wrong_in(Role::Callee));
        if is_wrong && (!has_wrong_handles || rng.chance(10)) {
            match channel.writer {
                Role::Caller => caller.damage(rng, &[]),
                Role::Callee => callee.damage(rng, &[]),
            }
        }
        Drawn::misbehave([(&mut caller, channel.caller), (&mut callee, channel.callee)], rng);
        let (mut caller_setup, caller) = caller.set_up(rng);
        let (mut callee_setup, callee) = callee.set_up(rng);
        let mut play = Play {
            channel,
            shared: Shared::new(channel.kind, channel.element.clone()),
            players: [Player::new(caller, of_caller), Player::new(callee, of_callee)],
        };
        let played = play.run(rng);
        let [caller, callee] = play.players;
        let expected = match played {
            _ if caller.guest.cx.read_dead || callee.guest.cx.read_dead => Expected::Unknown,
            Ok(sides) => Expected::Returns(Box::new(sides)),
            // Steps follow the call with which the callee gets or gives its end.
            Err(fault) => Expected::Traps { fault, is_called: true },
        };
        (caller_setup.values, caller_setup.script) = (caller.steps, caller.guest.script);
        (callee_setup.values, callee_setup.script) = (callee.steps, callee.guest.script);
        Case { caller: caller_setup, callee: callee_setup, expected }
    }
}

/// A guest with what it has of the stream or future.
struct Player {
    guest: Guest,
    elements: Elements,
    /// Its end, and the waitable set for it.
    end: u32,
    set: u32,
    /// Operation, address and count of each step.
    steps: Vec<u64>,
}

impl Player {
    fn new(guest: Guest, elements: Elements) -> Player {
        Player { guest, elements, end: 0, set: 0, steps: vec![] }
    }

    /// Has an end, and notes it.
    fn hold(&mut self, end: u32) {
        self.end = end;
        self.set = self.guest.cx.table.add_other();
        self.guest.log.extend([self.end, self.set].map(u64::from));
    }
}

/// The steps of a case, while they are drawn: which are possible depends on what came before.
struct Play<'c> {
    channel: &'c Channel,
    shared: Shared,
    /// The caller and the callee.
    players: [Player; 2],
}

impl Play<'_> {
    fn run(&mut self, rng: &mut Rng) -> Result<BothSides, Fault> {
        self.cx(Role::Caller).slots.begin_thread();
        self.cx(Role::Caller).slots.look();
        self.open();
        for _ in 0..rng.range(1, STEPS) {
            let can = |&role: &Role| {
                let (_, end) = self.channel.of(role);
                self.shared.is_idle(end) || self.shared.has_event(end)
            };
            let able: Vec<Role> = [Role::Caller, Role::Callee].into_iter().filter(can).collect();
            if able.is_empty() {
                break;
            }
            match rng.pick(&able) {
                Role::Caller => self.step(rng, Role::Caller)?,
                Role::Callee => self.step_of_callee(rng)?,
            }
        }
        // The step that is none.
        self.players[0].steps.extend([0; 3]);
        (0..3).for_each(|_| self.cx(Role::Caller).slots.look());

        let [caller, callee] = &mut self.players;
        if self.channel.has_handles {
            caller.guest.look_around(rng);
            callee.guest.look_around(rng);
        }
        Ok(BothSides {
            dropped: dropped([&caller.guest, &callee.guest], &[]),
            caller: ExpectedSide::new(&caller.guest, vec![], None),
            callee: ExpectedSide::new(&callee.guest, vec![], None),
        })
    }

    fn cx(&mut self, role: Role) -> &mut Context {
        &mut self.players[role as usize].guest.cx
    }

    /// The writer makes two ends and keeps one.
    fn open(&mut self) {
        let [caller, callee] = &mut self.players;
        let (writer, reader) = match self.channel.writer {
            Role::Caller => (caller, callee),
            Role::Callee => (callee, caller),
        };
        let readable = writer.guest.cx.table.add_other();
        let writable = writer.guest.cx.table.add_other();
        writer.hold(writable);
        writer.guest.cx.table.remove(readable);
        let readable = reader.guest.cx.table.add_other();
        reader.hold(readable);
    }

    fn step_of_callee(&mut self, rng: &mut Rng) -> Result<(), Fault> {
        self.cx(Role::Caller).slots.look();
        self.players[0].steps.extend([Op::Other as u64, 0, 0]);
        let waiting = self.cx(Role::Callee).slots.begin_thread();
        self.step(rng, Role::Callee)?;
        self.cx(Role::Callee).slots.end_thread(waiting);
        self.cx(Role::Caller).slots.look();
        Ok(())
    }

    /// A step of a side that can take one.
    fn step(&mut self, rng: &mut Rng, role: Role) -> Result<(), Fault> {
        let (_, end) = self.channel.of(role);
        self.cx(role).slots.look();
        let payload = match self.shared.has_event(end) {
            true => {
                let (code, payload) = self.shared.deliver(end);
                let player = &mut self.players[role as usize];
                player.steps.extend([Op::Deliver as u64, 0, 0]);
                player.guest.log.extend([code, player.end.into(), payload]);
                payload
            }
            false => self.copy(rng, role, end)?,
        };
        if payload != BLOCKED {
            self.players[role as usize].elements.done += payload >> 4;
        }
        self.cx(role).slots.look();
        Ok(())
    }

    fn copy(&mut self, rng: &mut Rng, role: Role, end: End) -> Result<u64, Fault> {
        let (ptr, n) = self.range(rng, role);
        let can_wait = self.shared.blocks(end, n) || rng.chance(60);
        let op = if can_wait { Op::Copy } else { Op::CopyNow };
        self.players[role as usize].steps.extend([op as u64, ptr, n]);
        self.cx(role).encoding = self.channel.options(role, op).encoding;
        let [caller, callee] = &mut self.players;
        let cxs = match self.channel.writer {
            Role::Caller => [&mut caller.guest.cx, &mut callee.guest.cx],
            Role::Callee => [&mut callee.guest.cx, &mut caller.guest.cx],
        };
        let result = self.shared.copy(end, cxs, (ptr, n))?;
        self.players[role as usize].guest.log.push(result);
        Ok(result)
    }

    /// An address and a count, mostly of elements that were not moved yet.
    fn range(&mut self, rng: &mut Rng, role: Role) -> (u64, u64) {
        let Elements { ptr, count, done } = self.players[role as usize].elements;
        let channel = self.channel;
        // Readers begin again where they have no room any more, and so do writers of what they can write twice.
        let is_over = role == channel.writer && channel.has_handles && done >= count;
        let done = if is_over { done } else { done % count };
        let cx = self.cx(role);
        let size = elem_size(&channel.element, cx.ptr_type);
        let left = count.saturating_sub(done);
        let n = match rng.below(100) {
            _ if channel.kind == Kind::Future => 1,
            0 => *rng.pick(&[(1 << 28) - 1, 1 << 28, 0xffff_ffff]),
            1 | 2 => left + rng.range(1, 3),
            3..=9 => 0,
            10.. if is_over => 0,
            _ => rng.range(1, left.max(1)),
        };
        let next = ptr + done * size;
        let at = match rng.below(100) {
            0 => damage::bad_pointer(rng, cx),
            1 => next + rng.range(1, 7),
            2 => ptr + rng.below(count + 1) * size,
            _ => next,
        };
        (at, n)
    }
}
