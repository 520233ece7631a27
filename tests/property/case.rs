//! One case: what goes in, what the model says must come out, and how that is compared with what came out.

use crate::draw::{self, Side, Signature};
use crate::guest::{self, MEMORY};
use crate::model::{
    Allocator, Context, Fault, Flat, Ty, elem_size, is_spilled, lift_flat_values, lower_flat_values,
};
use crate::rng::Rng;
use std::collections::BTreeSet;

/// Where values are put in each memory, unless there are more.
const VALUES: std::ops::Range<u64> = 0x100..0x6000;

/// What a component is set up with.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) bump: u64,
    pub(crate) fault_at: Option<usize>,
    pub(crate) fault_ptr: u64,
    pub(crate) in_place: bool,
    pub(crate) memory: Vec<u8>,
    /// Core values that it gives: parameters in the caller, results in the callee.
    pub(crate) values: Vec<u64>,
}

/// What a component saw.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    /// The numbers at the start of the second memory, then the calls of realloc: see `guest`.
    pub(crate) registers: Vec<u64>,
    pub(crate) at_call: Vec<u8>,
    pub(crate) memory: Vec<u8>,
}

/// What happened in a call.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Returned { caller: Box<Seen>, callee: Box<Seen> },
    Trapped(String),
}

/// A case, ready to be run.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) caller: Setup,
    pub(crate) callee: Setup,
}

impl Case {
    pub(crate) fn draw(rng: &mut Rng, signature: &Signature) -> Case {
        let results = signature.results();
        let mut caller = Drawn::new(rng, signature.caller, &signature.params, 16);
        let mut callee = Drawn::new(rng, signature.callee, &results, 1);
        if is_spilled(&results, 1, signature.caller.ptr_type) {
            let ptr = caller.result_area(rng, &results[0]);
            caller.flat.push(ptr);
        }
        match rng.below(10) {
            0..=2 => caller.damage(rng, &guest::lowered(signature).0),
            3 | 4 => callee.damage(rng, &guest::lifted(signature).1),
            5 => caller.fault_at = Some(rng.below(4) as usize),
            6 => callee.fault_at = Some(rng.below(4) as usize),
            _ => {}
        }
        Case { caller: caller.setup(rng), callee: callee.setup(rng) }
    }

    /// The differences between the model and an outcome; empty where there are none.
    pub(crate) fn compare(&self, signature: &Signature, outcome: &Outcome) -> Vec<String> {
        match (Expected::of(self, signature), outcome) {
            (Expected::Traps(faults), Outcome::Trapped(message)) => {
                match faults.iter().any(|&fault| message.contains(message_of(fault))) {
                    true => vec![],
                    false => vec![format!("trapped with {message:?}, where the faults are {faults:?}")],
                }
            }
            (Expected::Traps(faults), Outcome::Returned { .. }) => {
                vec![format!("returned, in spite of the faults {faults:?}")]
            }
            (Expected::Returns(_), Outcome::Trapped(message)) => {
                vec![format!("trapped with {message:?}, where nothing is wrong")]
            }
            (Expected::Returns(expected), Outcome::Returned { caller, callee }) => {
                let mut differences = expected.caller.differences("caller", caller);
                differences.extend(expected.callee.differences("callee", callee));
                differences
            }
        }
    }
}

/// What corefuse says where this is wrong.
fn message_of(fault: Fault) -> &'static str {
    match fault {
        Fault::Unaligned => "unaligned pointer",
        Fault::AreaBounds => "out of bounds memory access",
        Fault::StringBounds => "string content out-of-bounds",
        Fault::ListBounds => "list content out-of-bounds",
        Fault::Utf8 => "invalid utf8 encoding",
        Fault::Utf16 => "invalid utf16 encoding",
        Fault::Char => "invalid `char` bit pattern",
        Fault::Discriminant => "invalid variant discriminant",
        Fault::TooManyReallocs => "wasm `unreachable` instruction executed",
    }
}

/// A side of a case while it is drawn.
struct Drawn {
    cx: Context,
    flat: Vec<u64>,
    fault_at: Option<usize>,
}

impl Drawn {
    /// A memory with valid values of these types in it.
    fn new(rng: &mut Rng, side: Side, ts: &[Ty], max_flat: usize) -> Drawn {
        loop {
            let filler = *rng.pick(&[0, 0xa5, 0xff]);
            let allocator = Allocator { bump: VALUES.start, ..Allocator::default() };
            let mut cx = Context::new(side.encoding, side.ptr_type, vec![filler; MEMORY], allocator);
            let values: Vec<_> = ts.iter().map(|t| draw::value(rng, &cx, t)).collect();
            let flat = lower_flat_values(&mut cx, max_flat, &values, ts, None);
            // Values can be too large for the memory, which is no case.
            if cx.faults.is_empty() {
                return Drawn { cx, flat, fault_at: None };
            }
        }
    }

    /// An area for spilled results, mostly a valid one.
    fn result_area(&mut self, rng: &mut Rng, t: &Ty) -> u64 {
        let size = elem_size(t, self.cx.ptr_type);
        let ptr = self.cx.allocator.bump.next_multiple_of(8);
        self.cx.allocator.bump = ptr + size;
        match rng.below(30) {
            0 => draw::bad_pointer(rng, &self.cx),
            1 => ptr + rng.range(1, 7),
            2..=4 => MEMORY as u64 - size,
            _ => ptr,
        }
    }

    fn damage(&mut self, rng: &mut Rng, types: &[Flat]) {
        let used = VALUES.start..self.cx.allocator.bump.min(MEMORY as u64);
        draw::damage(rng, &mut self.cx, &mut self.flat, types, used);
    }

    fn setup(self, rng: &mut Rng) -> Setup {
        let mut bump = self.cx.allocator.bump.max(VALUES.end) + rng.below(8);
        if rng.chance(4) {
            // So little is left that allocations fail.
            bump = MEMORY as u64 - rng.below(100);
        }
        Setup {
            bump,
            fault_at: self.fault_at,
            fault_ptr: draw::bad_pointer(rng, &self.cx),
            in_place: rng.chance(50),
            memory: self.cx.memory,
            values: self.flat,
        }
    }
}

/// What must happen.
enum Expected {
    Returns(Box<BothSides>),
    /// One of these is reported.
    Traps(BTreeSet<Fault>),
}

struct BothSides {
    caller: ExpectedSide,
    callee: ExpectedSide,
}

/// What a component must have seen.
struct ExpectedSide {
    /// Core values with their place among the registers.
    values: Vec<(usize, u64)>,
    log: Vec<[u64; 5]>,
    /// Memories, and which bytes do not count.
    at_call: Option<(Vec<u8>, Vec<bool>)>,
    memory: (Vec<u8>, Vec<bool>),
}

/// What may be reported when values went from one context to the other.
///
/// An adapter allocates for a string while it decodes it, the model only for one that is valid. So where text is
/// invalid the adapter may be out of memory, or get a wrong pointer, before it comes to what is wrong with the text.
fn reportable(from: &Context, to: &Context) -> BTreeSet<Fault> {
    let mut faults = &from.faults | &to.faults;
    let is_text = faults.contains(&Fault::Utf8) || faults.contains(&Fault::Utf16);
    if is_text {
        faults.extend([Fault::StringBounds, Fault::Unaligned]);
    }
    faults
}

impl Expected {
    fn of(case: &Case, signature: &Signature) -> Expected {
        let (params, results) = (&signature.params, signature.results());
        let mut caller = case.caller.context(signature.caller);
        let mut callee = case.callee.context(signature.callee);
        let values = lift_flat_values(&mut caller, 16, &case.caller.values, params);
        let args = lower_flat_values(&mut callee, 16, &values, params, None);
        if !(caller.faults.is_empty() && callee.faults.is_empty()) {
            return Expected::Traps(reportable(&caller, &callee));
        }
        let at_call = (callee.memory.clone(), callee.dead.clone());
        let values = lift_flat_values(&mut callee, 1, &case.callee.values, &results);
        let out_param = case.caller.values.last().copied();
        let got = lower_flat_values(&mut caller, 1, &values, &results, out_param);
        if !(caller.faults.is_empty() && callee.faults.is_empty()) {
            return Expected::Traps(reportable(&callee, &caller));
        }
        let (arg_types, result_types) = guest::lifted(signature);
        let mut callee_values = place(0x100, &args, &arg_types);
        callee_values.extend([(1, 1), (2, u64::from(signature.has_post_return))]);
        if signature.has_post_return {
            callee_values.extend(place(0x300, &case.callee.values, &result_types));
        }
        let mut caller_values = place(0x100, &got, &guest::lowered(signature).1);
        caller_values.push((1, 1));
        Expected::Returns(Box::new(BothSides {
            caller: ExpectedSide::new(caller, caller_values, None),
            callee: ExpectedSide::new(callee, callee_values, Some(at_call)),
        }))
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

impl Setup {
    fn context(&self, side: Side) -> Context {
        let allocator = Allocator {
            bump: self.bump,
            fault_at: self.fault_at,
            fault_ptr: self.fault_ptr,
            in_place: self.in_place,
            log: vec![],
        };
        Context::new(side.encoding, side.ptr_type, self.memory.clone(), allocator)
    }
}

impl ExpectedSide {
    fn new(cx: Context, values: Vec<(usize, u64)>, at_call: Option<(Vec<u8>, Vec<bool>)>) -> ExpectedSide {
        ExpectedSide { values, log: cx.allocator.log, at_call, memory: (cx.memory, cx.dead) }
    }

    fn differences(&self, who: &str, seen: &Seen) -> Vec<String> {
        let mut differences = Vec::new();
        let found: Vec<&[u64]> = seen.registers[0x80..].chunks(5).collect();
        if !found.iter().copied().eq(self.log.iter().map(|call| &call[..])) {
            differences.push(format!("{who}: realloc: expected {:?}\n  found {found:?}", self.log));
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
