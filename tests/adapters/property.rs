//! Random types, options and values, good and bad: an adapter does exactly what the model does.
//!
//! `ADAPTER_CASES` sets how many types are tried and `ADAPTER_SEED` the first seed, for longer runs.

use crate::harness::{self, Case, Event, Flat, SideOptions, World};
use crate::model::guest::{Guest, MAX_PARAMS, MAX_RESULTS, Values};
use crate::model::layout::{flatten, record_alignment, record_size};
use crate::model::random::{Grammar, Random, random_type};
use crate::model::value::{Value, random_value};
use corefuse::abi::{PointerWidth, StringEncoding, Trap, TypeId, Types};
use std::sync::{Arc, Mutex};

/// Where guests keep what they pass; allocations of adapters are below.
const GUEST_DATA: u64 = 0x8000;
/// Where the caller wants spilled results.
const RESULT_AREA: u64 = 0xF000;
/// How many calls are made with each type.
const CALLS: u32 = 6;

#[test]
fn adapters_do_what_the_specification_says() {
    let number = |name, default| std::env::var(name).map_or(default, |n| n.parse().expect("a number"));
    let (first, cases) = (number("ADAPTER_SEED", 0), number("ADAPTER_CASES", 150));
    let mut calls = Counts::default();
    for seed in first..first + cases {
        try_type(seed, &mut calls);
    }
    println!("{calls:?}");
    assert!(calls.passed > cases / 2 && calls.trapped > cases / 20, "{calls:?}");
}

#[derive(Default, Debug)]
struct Counts {
    passed: u64,
    trapped: u64,
    too_large: u64,
}

/// A random function type between random options.
struct Subject {
    types: Types,
    params: Vec<TypeId>,
    result: Option<TypeId>,
    caller: SideOptions,
    callee: SideOptions,
    post_return: bool,
}

impl Subject {
    fn random(random: &mut Random) -> Subject {
        let mut types = Types::default();
        let grammar = Grammar { owns: &[], borrows: &[] };
        let params = match random.below(8) {
            0 => 17 + random.below(3),
            n => n / 2,
        };
        let params = (0..params)
            .map(|_| {
                let depth = random.below(4) as u32;
                random_type(&mut types, random, grammar, depth)
            })
            .collect();
        let result = (!random.one_in(3)).then(|| random_type(&mut types, random, grammar, 3));
        let options = |random: &mut Random| SideOptions {
            encoding: random.pick(&[
                StringEncoding::Utf8,
                StringEncoding::Utf16,
                StringEncoding::CompactUtf16,
            ]),
            pointer: random.pick(&[PointerWidth::W32, PointerWidth::W32, PointerWidth::W64]),
        };
        let (caller, callee) = (options(random), options(random));
        Subject { types, params, result, caller, callee, post_return: random.one_in(2) }
    }

    fn link(&self) -> World {
        let copy = |types: &mut Types| {
            for (_, def) in self.types.iter() {
                types.intern(def.clone());
            }
            (self.params.clone(), self.result)
        };
        let mut case = Case::new(copy);
        (case.caller, case.callee, case.post_return) = (self.caller, self.callee, self.post_return);
        case.link()
    }

    fn result_spills(&self, width: PointerWidth) -> bool {
        self.result.is_some_and(|ty| flatten(&self.types, ty, width).len() > MAX_RESULTS)
    }
}

fn try_type(seed: u64, counts: &mut Counts) {
    let mut random = Random::new(seed);
    let subject = Subject::random(&mut random);
    let mut world = subject.link();
    if world.is_direct() {
        return;
    }
    for call in 0..CALLS {
        let outcome = try_call(&subject, &mut world, &mut random);
        match outcome {
            Ok(Outcome::Passed) => counts.passed += 1,
            Ok(Outcome::Trapped) => counts.trapped += 1,
            Ok(Outcome::TooLarge) => counts.too_large += 1,
            Err(difference) => panic!("seed {seed}, call {call}: {difference}"),
        }
    }
}

enum Outcome {
    Passed,
    Trapped,
    TooLarge,
}

/// One call, as it is to be made and as the model sees it.
struct Call {
    params: Vec<Flat>,
    caller_memory: Vec<u8>,
    /// What the callee writes into its memory from [`GUEST_DATA`] on.
    callee_writes: Vec<u8>,
    results: Vec<Flat>,
    expected: Expected,
}

struct Expected {
    outcome: Result<Vec<Flat>, Trap>,
    /// What is wrong with where the caller wants the result, if anything. Adapters look at that before they look
    /// at the result, the specification after.
    result_area: Result<(), Trap>,
    events: Vec<Event>,
    params: Vec<Value>,
    result: Vec<Value>,
    callee: Guest,
    caller: Guest,
}

fn try_call(subject: &Subject, world: &mut World, random: &mut Random) -> Result<Outcome, String> {
    let Some(call) = prepare(subject, random) else { return Ok(Outcome::TooLarge) };
    world.reset();
    world.memory(harness::Guest::Caller).copy_from_slice(&call.caller_memory);
    world.memory(harness::Guest::Callee).fill(0xAA);
    let seen = Arc::new(Mutex::new(Vec::new()));
    world.set_callee({
        let (seen, writes, results) = (seen.clone(), call.callee_writes.clone(), call.results.clone());
        move |memory, _| {
            *seen.lock().expect("nobody panics with it") = memory.to_vec();
            memory[GUEST_DATA as usize..][..writes.len()].copy_from_slice(&writes);
            results.clone()
        }
    });
    let outcome = world.call(&call.params);
    let expected = call.expected;
    if outcome.is_err() && expected.outcome.is_err() {
        let ran_out = world.store.data().next.iter().any(|&next| next > harness::MEMORY_BYTES);
        let is_expected =
            outcome == expected.outcome || outcome.as_ref().err() == expected.result_area.err().as_ref();
        return match is_expected || ran_out {
            true => Ok(Outcome::Trapped),
            false => Err(format!("{outcome:?}, expected {:?}", expected.outcome)),
        };
    }
    if outcome != expected.outcome {
        return Err(format!("{outcome:?}, expected {:?}", expected.outcome));
    }
    if world.events() != expected.events {
        return Err(format!("{:#?}, expected {:#?}", world.events(), expected.events));
    }
    let seen = seen.lock().expect("nobody panics with it").clone();
    let flat = world.events().iter().find_map(|event| match event {
        Event::Call(flat) => Some(flat.clone()),
        _ => None,
    });
    same_memory("callee", &seen, &expected.callee)?;
    let values = Values { types: &subject.types };
    let mut callee = Guest { memory: seen, ..expected.callee };
    let params = values.lift(&mut callee, &flat.unwrap_or_default(), &subject.params, MAX_PARAMS);
    if params.as_ref() != Ok(&expected.params) {
        return Err(format!("parameters {params:?}, expected {:?}", expected.params));
    }
    let memory = world.memory(harness::Guest::Caller).to_vec();
    same_memory("caller", &memory, &expected.caller)?;
    let mut caller = Guest { memory, ..expected.caller };
    let types: Vec<TypeId> = subject.result.into_iter().collect();
    let flat = match subject.result_spills(caller.width()) {
        true => vec![*call.params.last().expect("where results go")],
        false => outcome.expect("compared above"),
    };
    let result = values.lift(&mut caller, &flat, &types, MAX_RESULTS);
    match result.as_ref() == Ok(&expected.result) {
        true => Ok(Outcome::Passed),
        false => Err(format!("result {result:?}, expected {:?}", expected.result)),
    }
}

fn same_memory(name: &str, memory: &[u8], expected: &Guest) -> Result<(), String> {
    let mut memory = memory.to_vec();
    for range in &expected.scratch {
        let range = range.start as usize..range.end as usize;
        memory[range.clone()].copy_from_slice(&expected.memory[range]);
    }
    if memory == expected.memory {
        return Ok(());
    }
    let i = (0..memory.len()).find(|&i| memory[i] != expected.memory[i]).expect("they differ");
    Err(format!("{name} memory at {i:#x}: {:#x}, expected {:#x}", memory[i], expected.memory[i]))
}

/// Draws values and computes what must come of them; nothing if they do not fit into the memories.
fn prepare(subject: &Subject, random: &mut Random) -> Option<Call> {
    let values = Values { types: &subject.types };
    let mut caller = Guest::new(harness::Guest::Caller, subject.caller);
    let mut params = store_guest_data(values, &mut caller, &subject.params, MAX_PARAMS, random)?;
    let result_types: Vec<TypeId> = subject.result.into_iter().collect();
    let out = subject.result_spills(caller.width()).then(|| {
        let align = record_alignment(&subject.types, &result_types, caller.width());
        match random.below(20) {
            0 => RESULT_AREA + u64::from(align) / 2,
            1 => harness::MEMORY_BYTES - u64::from(align),
            _ => RESULT_AREA,
        }
    });
    params.extend(out.map(|pointer| caller.word(pointer)));

    let mut data = Guest::new(harness::Guest::Callee, subject.callee);
    let results = store_guest_data(values, &mut data, &result_types, MAX_RESULTS, random)?;
    let callee_writes = data.memory[GUEST_DATA as usize..data.next as usize].to_vec();

    let caller_memory = caller.memory.clone();
    let expected = expect(subject, caller, (&params, out), (&callee_writes, &results));
    Some(Call { params, caller_memory, callee_writes, results, expected })
}

/// Lets a guest store random values for a call; sometimes they are spoilt.
fn store_guest_data(
    values: Values<'_>,
    guest: &mut Guest,
    types: &[TypeId],
    max: usize,
    random: &mut Random,
) -> Option<Vec<Flat>> {
    guest.next = GUEST_DATA;
    guest.stores_exactly = true;
    let drawn: Vec<Value> = types.iter().map(|&ty| random_value(values.types, ty, random)).collect();
    let mut flat = values.lower(guest, &drawn, types, max, None).ok()?;
    guest.stores_exactly = false;
    guest.events.clear();
    if guest.next > RESULT_AREA {
        return None;
    }
    let used = guest.next - GUEST_DATA;
    if used > 0 && random.one_in(4) {
        let at = GUEST_DATA + random.below(used);
        guest.memory[at as usize] = random.bits() as u8;
    }
    if !flat.is_empty() && random.one_in(6) {
        let i = random.below(flat.len() as u64) as usize;
        let by = random.pick(&[1, 2, 4, 0x80, 0x100, 0xFFFF, 1 << 31, 1 << 63]);
        flat[i] = match flat[i] {
            Flat::I32(n) => Flat::I32(n.wrapping_add(by as u32)),
            Flat::I64(n) => Flat::I64(n.wrapping_add(by)),
            float => float,
        };
    }
    Some(flat)
}

/// What the specification makes of a call.
fn expect(
    subject: &Subject,
    mut caller: Guest,
    (params, out): (&[Flat], Option<u64>),
    (callee_writes, results): (&[u8], &[Flat]),
) -> Expected {
    let values = Values { types: &subject.types };
    caller.next = harness::FIRST_ALLOCATION;
    let mut expected = Expected {
        outcome: Ok(Vec::new()),
        result_area: result_area(subject, &caller, out),
        events: Vec::new(),
        params: Vec::new(),
        result: Vec::new(),
        callee: Guest::new(harness::Guest::Callee, subject.callee),
        caller,
    };
    let mut run = || -> Result<Vec<Flat>, Trap> {
        let Expected { events, callee, caller, params: lifted_params, result, .. } = &mut expected;
        let lifted = values.lift(caller, params, &subject.params, MAX_PARAMS)?;
        let flat = values.lower(callee, &lifted, &subject.params, MAX_PARAMS, None)?;
        *lifted_params = lifted;
        events.append(&mut callee.events);
        events.push(Event::Call(flat));
        let mut after = callee.clone();
        after.memory[GUEST_DATA as usize..][..callee_writes.len()].copy_from_slice(callee_writes);
        let types: Vec<TypeId> = subject.result.into_iter().collect();
        let lifted = values.lift(&mut after, results, &types, MAX_RESULTS)?;
        let flat = values.lower(caller, &lifted, &types, MAX_RESULTS, out)?;
        *result = lifted;
        events.append(&mut caller.events);
        if subject.post_return {
            events.push(Event::PostReturn(results.to_vec()));
        }
        Ok(flat)
    };
    let outcome = run();
    expected.outcome = outcome;
    expected
}

fn result_area(subject: &Subject, caller: &Guest, out: Option<u64>) -> Result<(), Trap> {
    let types: Vec<TypeId> = subject.result.into_iter().collect();
    let align = record_alignment(&subject.types, &types, caller.width());
    let bytes = record_size(&subject.types, &types, caller.width());
    out.map_or(Ok(()), |pointer| caller.check_range(pointer, bytes, align, Trap::OutOfBounds))
}
