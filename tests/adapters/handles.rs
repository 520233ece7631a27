//! Own and borrow: what moves, what is lent, and what must be gone when a call ends.

use crate::harness::{Case, Flat, World, callee, caller};
use corefuse::abi::{FlatType, ResourceId, Trap, TypeDef};
use corefuse::dfg::{Resource, Trampoline};
use corefuse::id::Id;

const TABLE_OF_CALLER: &str = "caller";
const TABLE_OF_CALLEE: &str = "callee";

/// Defined by the callee.
fn theirs() -> ResourceId {
    ResourceId::from_index(0)
}

/// Defined by the caller.
fn ours() -> ResourceId {
    ResourceId::from_index(1)
}

fn drop_by_callee(resource: ResourceId) -> Trampoline {
    Trampoline::ResourceDrop { instance: callee(), resource }
}

/// A function with these parameters and this result, between two instances that each define a resource.
fn link(params: &[TypeDef], result: Option<TypeDef>, rep: FlatType) -> World {
    let mut case = Case::new(|types| {
        let params = params.iter().map(|def| types.intern(def.clone())).collect();
        (params, result.map(|def| types.intern(def)))
    });
    case.resources =
        [callee(), caller()].map(|instance| Resource::Defined { instance, rep, dtor: None }).into();
    case.built_ins = vec![drop_by_callee(theirs()), drop_by_callee(ours())];
    let mut world = case.link();
    world.set_callee(|_, _| vec![]);
    world
}

/// Number of the handle table of an instance. Tables are numbered in the order of instances that have one.
fn table(name: &str) -> Flat {
    Flat::I32(u32::from(name == TABLE_OF_CALLER))
}

fn resource(id: ResourceId) -> Flat {
    Flat::I32(id.index() as u32)
}

/// A new owning handle of the caller.
fn caller_owns(world: &mut World, id: ResourceId, rep: u32) -> Flat {
    let params = [table(TABLE_OF_CALLER), resource(id), Flat::I32(rep)];
    world.call_runtime("new_own", &params).expect("a handle is returned")
}

fn count(world: &mut World, table_of: &str) -> u32 {
    world.call_runtime("count", &[table(table_of)]).expect("a number is returned").bits() as u32
}

#[test]
fn own_moves_from_one_table_to_the_other() {
    let mut world = link(&[TypeDef::Own(ours())], None, FlatType::I32);
    let handle = caller_owns(&mut world, ours(), 77);
    let unmoved = caller_owns(&mut world, ours(), 78);
    assert_eq!(world.call(&[handle]), Ok(vec![]));
    assert_eq!(world.call_args(), [Flat::I32(1)], "the callee's first handle");
    assert_eq!((count(&mut world, TABLE_OF_CALLER), count(&mut world, TABLE_OF_CALLEE)), (1, 1));
    let rep = world
        .call_runtime("take_own", &[table(TABLE_OF_CALLEE), resource(ours()), Flat::I32(1), Flat::I32(0)]);
    assert_eq!(rep, Some(Flat::I32(77)));
    assert_eq!(caller_owns(&mut world, ours(), 79), handle, "the index is free again");
    assert_ne!(unmoved, handle);
}

#[test]
fn own_results_move_back() {
    let mut world = link(&[], Some(TypeDef::Own(theirs())), FlatType::I32);
    let params = [table(TABLE_OF_CALLEE), resource(theirs()), Flat::I32(5)];
    let handle = world.call_runtime("new_own", &params).expect("a handle is returned");
    world.set_callee(move |_, _| vec![handle]);
    assert_eq!(world.call(&[]), Ok(vec![Flat::I32(1)]));
    assert_eq!((count(&mut world, TABLE_OF_CALLER), count(&mut world, TABLE_OF_CALLEE)), (1, 0));
}

#[test]
fn handles_that_are_not_there_or_of_another_resource_trap() {
    for def in [TypeDef::Own(ours()), TypeDef::Borrow(ours()), TypeDef::Borrow(theirs())] {
        let mut world = link(std::slice::from_ref(&def), None, FlatType::I32);
        assert_eq!(world.call(&[Flat::I32(9)]), Err(Trap::UnknownHandle), "{def:?}");
        assert_eq!(world.global("trap_arg"), Flat::I32(9));
        assert_eq!(world.global("trap_site"), Flat::I32(1), "the first adapter");
    }
    let mut world = link(&[TypeDef::Borrow(theirs())], None, FlatType::I32);
    let handle = caller_owns(&mut world, ours(), 1);
    assert_eq!(world.call(&[handle]), Err(Trap::WrongHandleType));
}

#[test]
fn the_definer_gets_the_rep_of_a_borrow() {
    let mut world = link(&[TypeDef::Borrow(theirs())], None, FlatType::I32);
    let handle = caller_owns(&mut world, theirs(), 1234);
    assert_eq!(world.call(&[handle]), Ok(vec![]));
    assert_eq!(world.call_args(), [Flat::I32(1234)]);
    assert_eq!(count(&mut world, TABLE_OF_CALLER), 1);
}

#[test]
fn others_get_a_borrow_that_they_must_drop() {
    let mut world = link(&[TypeDef::Borrow(ours())], None, FlatType::I32);
    let handle = caller_owns(&mut world, ours(), 1234);
    assert_eq!(world.call(&[handle]), Err(Trap::BorrowsRemain));

    let mut world = link(&[TypeDef::Borrow(ours())], None, FlatType::I32);
    let handle = caller_owns(&mut world, ours(), 1234);
    world.callee_calls(&drop_by_callee(ours()), 0);
    for _ in 0..3 {
        assert_eq!(world.call(&[handle]), Ok(vec![]));
    }
    assert_eq!((count(&mut world, TABLE_OF_CALLER), count(&mut world, TABLE_OF_CALLEE)), (1, 0));
}

#[test]
fn a_handle_that_is_lent_cannot_be_moved_in_the_same_call() {
    for borrowed in [ours(), theirs()] {
        let params = [TypeDef::Borrow(borrowed), TypeDef::Own(borrowed)];
        let mut world = link(&params, None, FlatType::I32);
        let handle = caller_owns(&mut world, borrowed, 1);
        assert_eq!(world.call(&[handle, handle]), Err(Trap::HandleLent), "{borrowed:?}");
    }
    // Moved first, it is not there any more.
    let mut world = link(&[TypeDef::Own(theirs()), TypeDef::Borrow(theirs())], None, FlatType::I32);
    let handle = caller_owns(&mut world, theirs(), 1);
    assert_eq!(world.call(&[handle, handle]), Err(Trap::UnknownHandle));
}

#[test]
fn lends_end_with_the_call() {
    let params = [TypeDef::Borrow(theirs()), TypeDef::Own(theirs())];
    let mut world = link(&params, None, FlatType::I32);
    let (lent, moved) = (caller_owns(&mut world, theirs(), 1), caller_owns(&mut world, theirs(), 2));
    assert_eq!(world.call(&[lent, moved]), Ok(vec![]));
    assert_eq!(world.call(&[moved, lent]), Err(Trap::UnknownHandle), "moved before");
    let mut world = link(&params, None, FlatType::I32);
    let (first, second) = (caller_owns(&mut world, theirs(), 1), caller_owns(&mut world, theirs(), 2));
    assert_eq!(world.call(&[first, second]), Ok(vec![]));
    let third = caller_owns(&mut world, theirs(), 3);
    assert_eq!(world.call(&[third, first]), Ok(vec![]), "first is not lent any more");
}

#[test]
fn reps_may_be_wide() {
    let mut world = link(&[TypeDef::Own(ours())], None, FlatType::I64);
    let rep = Flat::I64(0x1_2345_6789);
    let handle = world.call_runtime("new_own64", &[table(TABLE_OF_CALLER), resource(ours()), rep]);
    assert_eq!(world.call(&[handle.expect("a handle is returned")]), Ok(vec![]));
    let params = [table(TABLE_OF_CALLEE), resource(ours()), world.call_args()[0], Flat::I32(0)];
    assert_eq!(world.call_runtime("take_own64", &params), Some(rep));
}

#[test]
fn handles_inside_lists_of_large_types_know_scope_and_site() {
    let list = |types: &mut corefuse::abi::Types| {
        let own = types.intern(TypeDef::Own(ours()));
        let borrow = types.intern(TypeDef::Borrow(theirs()));
        let mut record = types.intern(TypeDef::Tuple(Box::new([own, borrow])));
        // More types than one function translates inline.
        let filler = types.intern(TypeDef::FixedList(own, 3));
        for _ in 0..9 {
            record = types.intern(TypeDef::Tuple(Box::new([record, record, filler])));
        }
        (vec![types.intern(TypeDef::List(record))], None)
    };
    let mut case = Case::new(list);
    case.resources = [callee(), caller()]
        .map(|instance| Resource::Defined { instance, rep: FlatType::I32, dtor: None })
        .into();
    let mut world = case.link();
    world.set_callee(|_, _| vec![]);
    // All handles are 0, which is none.
    assert_eq!(world.call(&[Flat::I32(0), Flat::I32(1)]), Err(Trap::UnknownHandle));
    assert_eq!(world.global("trap_site"), Flat::I32(1));
}
