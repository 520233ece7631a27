//! What happens around the translation of values: flags, context slots, post-return, refusal to enter or leave.

use crate::harness::{Case, Event, Flat, Guest, World, callee, caller, root};
use corefuse::abi::{FlatType, Trap, TypeDef};
use corefuse::dfg::{InstanceId, Resource, Trampoline};
use corefuse::fact::fuse;
use corefuse::fact::runtime::names::{context, may_leave};
use corefuse::id::Id;

/// Passes a string and returns one; both instances have something that must not be called in a realloc.
fn strings() -> Case {
    let mut case = Case::new(|types| {
        let string = types.intern(TypeDef::String);
        (vec![string], Some(string))
    });
    let resource = corefuse::abi::ResourceId::from_index(0);
    case.resources = vec![Resource::Defined { instance: callee(), rep: FlatType::I32, dtor: None }];
    case.built_ins = vec![Trampoline::ResourceDrop { instance: callee(), resource }];
    case.post_return = true;
    case
}

fn uses_context(case: &mut Case, instance: InstanceId, ty: FlatType) {
    case.built_ins.push(Trampoline::ContextGet { instance, ty, slot: 0 });
    case.built_ins.push(Trampoline::ContextSet { instance, ty, slot: 1 });
}

/// Calls with a string of four bytes; the callee returns one of three.
fn call(world: &mut World) {
    world.set_callee(|memory, _| {
        memory[64..72].copy_from_slice(&[80, 0, 0, 0, 3, 0, 0, 0]);
        vec![Flat::I32(64)]
    });
    assert_eq!(world.call(&[Flat::I32(16), Flat::I32(4), Flat::I32(32)]), Ok(vec![]));
}

fn seen(world: &World) -> Vec<Vec<u64>> {
    let bits = |values: &Vec<Flat>| values.iter().map(|value| value.bits()).collect();
    world.store.data().seen.iter().map(bits).collect()
}

#[test]
fn calls_come_in_order_and_may_leave_is_cleared_where_it_must() {
    let mut world = strings().link();
    let flags = [may_leave(callee()), may_leave(caller())];
    world.watch(&flags.each_ref().map(String::as_str));
    call(&mut world);
    let pointer = 1024;
    assert_eq!(
        world.events(),
        [
            Event::Realloc(Guest::Callee, [0, 0, 1, 4], pointer),
            Event::Call(vec![Flat::I32(pointer as u32), Flat::I32(4)]),
            Event::Realloc(Guest::Caller, [0, 0, 1, 3], pointer),
            Event::PostReturn(vec![Flat::I32(64)]),
        ]
    );
    // Callee's flag, caller's flag.
    assert_eq!(seen(&world), [[0, 1], [1, 1], [1, 0], [0, 1]]);
    assert_eq!(flags.map(|flag| world.global(&flag)), [Flat::I32(1); 2]);
}

#[test]
fn a_caller_that_may_not_leave_traps_before_anything_else() {
    let mut world = strings().link();
    world.set_global(&may_leave(caller()), Flat::I32(0));
    let params = [Flat::I32(u32::MAX), Flat::I32(4), Flat::I32(32)];
    assert_eq!(world.call(&params), Err(Trap::CannotLeave));
    assert_eq!(world.events(), []);
}

#[test]
fn context_slots_are_fresh_in_calls_and_reallocs_and_restored_after() {
    for (ty, flat) in
        [(FlatType::I32, Flat::I32 as fn(u32) -> Flat), (FlatType::I64, |n| Flat::I64(n.into()))]
    {
        let mut case = strings();
        uses_context(&mut case, callee(), ty);
        uses_context(&mut case, caller(), ty);
        let mut world = case.link();
        let slots = [context(callee()), context(caller())].concat();
        let slots: Vec<&str> = slots.iter().map(String::as_str).collect();
        world.watch(&slots);
        for (i, slot) in slots.iter().enumerate() {
            world.set_global(slot, flat(10 + i as u32));
        }
        // Every guest function leaves something in its slots.
        let globals: Vec<_> = slots.iter().map(|slot| world.runtime_global(slot)).collect();
        world.store.data_mut().scribbles = globals.into_iter().map(|global| (global, flat(99))).collect();
        call(&mut world);
        let [realloc, call, caller_realloc, post_return] =
            [[0, 0, 12, 13], [0, 0, 12, 13], [99, 99, 0, 0], [99, 99, 12, 13]];
        assert_eq!(seen(&world), [realloc, call, caller_realloc, post_return]);
        for (i, slot) in slots.iter().enumerate() {
            assert_eq!(world.global(slot), flat(10 + i as u32), "{slot} is restored");
        }
    }
}

#[test]
fn calls_within_an_instance_and_its_ancestors_trap_when_they_happen() {
    for (from, to) in [(caller(), caller()), (root(), caller()), (caller(), root())] {
        let mut case = Case::new(|types| (vec![types.intern(TypeDef::Bool)], None));
        (case.caller_instance, case.callee_instance) = (from, to);
        let mut world = case.link();
        world.set_callee(|_, _| vec![]);
        assert_eq!(world.call(&[Flat::I32(0)]), Err(Trap::CannotEnter), "{from:?} -> {to:?}");
        assert_eq!(world.events(), []);
    }
}

#[test]
fn exceptions_are_stopped_only_where_one_can_be_thrown() {
    for may_throw in [false, true] {
        let mut case = Case::new(|types| (vec![types.intern(TypeDef::Bool)], None));
        case.may_throw = may_throw;
        let fused = fuse(&case.dfg()).expect("the case is supported");
        let module = fused.modules.values().next().expect("a bool needs an adapter");
        assert_eq!(module.features.contains(&"exceptions"), may_throw);
        let wat = wasmprinter::print_bytes(&module.wasm).expect("generated modules can be printed");
        assert_eq!(wat.contains("catch_all"), may_throw);
    }
}
