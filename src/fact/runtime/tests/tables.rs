//! Numbering, look-up, growth.

use super::super::names::HandleFunction::{BorrowRep, NewOwn, TakeOwn};
use super::Graph;
use crate::abi::{FlatType, Trap};
use crate::id::Id;

#[test]
fn indices_start_at_one_and_the_last_freed_is_used_first() {
    let mut graph = Graph::new(1);
    let (a, b) = (graph.resource(1, FlatType::I32, false), graph.resource(1, FlatType::I32, false));
    graph.uses(1, a);
    graph.uses(1, b);
    let mut rig = graph.build();
    // One index space for all resources of an instance.
    assert_eq!(rig.call("resource_new1.0", &[100]), Ok(1));
    assert_eq!(rig.call("resource_new1.1", &[200]), Ok(2));
    assert_eq!(rig.call("resource_new1.0", &[300]), Ok(3));
    assert_eq!(rig.count(0), 3);
    rig.call("resource_drop1.1", &[2]).unwrap();
    rig.call("resource_drop1.0", &[1]).unwrap();
    rig.call("resource_drop1.0", &[3]).unwrap();
    assert_eq!(rig.count(0), 0);
    for (rep, handle) in [(400, 3), (500, 1), (600, 2), (700, 4)] {
        assert_eq!(rig.call("resource_new1.0", &[rep]), Ok(handle));
        assert_eq!(rig.call("resource_rep1.0", &[handle]), Ok(rep));
    }
}

#[test]
fn each_instance_has_its_own_table() {
    let mut graph = Graph::new(2);
    let resource = graph.resource(1, FlatType::I32, false);
    graph.uses(1, resource);
    graph.uses(2, resource);
    let mut rig = graph.build();
    assert_eq!(rig.call("resource_new1.0", &[7]), Ok(1));
    assert_eq!(rig.call("resource_new2.0", &[8]), Ok(1));
    assert_eq!((rig.count(0), rig.count(1)), (1, 1));
    let rep = rig.call("take_own", &[0, 0, 1, 0]).unwrap();
    assert_eq!(rig.new_own(1, resource, rep), 2);
    assert_eq!((rig.count(0), rig.count(1)), (0, 2));
    assert_eq!(rig.call("resource_rep2.0", &[2]), Ok(7));
}

#[test]
fn unknown_handles_and_other_resources_are_told_apart() {
    let mut graph = Graph::new(1);
    let (a, b) = (graph.resource(1, FlatType::I32, false), graph.resource(1, FlatType::I32, false));
    graph.uses(1, a);
    graph.uses(1, b);
    let mut rig = graph.build();
    let handle = rig.new_own(0, a, 1);
    for unknown in [0, 2, 5, -1, 1 << 28] {
        let failure = Err((Trap::UnknownHandle, unknown as i32, 0));
        assert_eq!(rig.call("resource_rep1.0", &[unknown]), failure);
        assert_eq!(rig.call("resource_drop1.0", &[unknown]), failure);
        for function in [TakeOwn, BorrowRep] {
            let failure = Err((Trap::UnknownHandle, unknown as i32, 3));
            assert_eq!(rig.handle(function, &[0, 0, unknown, 3]), failure);
        }
    }
    let failure = Err((Trap::WrongHandleType, 1, 0));
    assert_eq!(rig.call("resource_rep1.1", &[handle]), failure);
    assert_eq!(rig.call("resource_drop1.1", &[handle]), failure);
    assert_eq!(rig.handle(TakeOwn, &[0, b.index() as i64, handle, 9]), Err((Trap::WrongHandleType, 1, 9)));
    // Nothing was removed by the failures.
    assert_eq!(rig.handle(TakeOwn, &[0, 0, handle, 0]), Ok(1));
    assert_eq!(rig.call("resource_rep1.0", &[handle]), Err((Trap::UnknownHandle, 1, 0)));
}

#[test]
fn tables_grow_and_keep_their_entries() {
    let mut graph = Graph::new(2);
    let resource = graph.resource(1, FlatType::I32, false);
    graph.uses(1, resource);
    graph.uses(2, resource);
    graph.pages = 8;
    let mut rig = graph.build();
    // Two tables that grow in turn use each other's former blocks.
    for i in 0..5000 {
        assert_eq!(rig.new_own(0, resource, 3 * i), i + 1);
        assert_eq!(rig.new_own(1, resource, 5 * i), i + 1);
    }
    for i in 0..5000 {
        assert_eq!(rig.call("resource_rep1.0", &[i + 1]), Ok(3 * i));
        assert_eq!(rig.call("resource_rep2.0", &[i + 1]), Ok(5 * i));
    }
    assert_eq!(rig.count(0), 5000);
}

#[test]
fn a_full_table_traps_and_recovers() {
    let mut graph = Graph::new(1);
    let resource = graph.resource(1, FlatType::I32, false);
    graph.uses(1, resource);
    graph.max_handles = 40;
    let mut rig = graph.build();
    for i in 0..40 {
        assert_eq!(rig.new_own(0, resource, i), i + 1);
    }
    assert_eq!(rig.handle(NewOwn, &[0, 0, 1]), Err((Trap::TableFull, 0, 0)));
    assert_eq!(rig.call("resource_new1.0", &[1]), Err((Trap::TableFull, 0, 0)));
    rig.call("resource_drop1.0", &[17]).unwrap();
    assert_eq!(rig.handle(NewOwn, &[0, 0, 1]), Ok(17));
}

#[test]
fn memory_that_cannot_grow_is_a_trap() {
    let mut graph = Graph::new(1);
    let resource = graph.resource(1, FlatType::I32, false);
    graph.uses(1, resource);
    let mut rig = graph.build();
    let failure = (0..5000).find_map(|i| rig.handle(NewOwn, &[0, 0, i]).err());
    assert_eq!(failure, Some((Trap::OutOfMemory, 0, 0)));
    let failure = (0..5000).find_map(|_| rig.call("enter_scope", &[]).err());
    assert_eq!(failure, Some((Trap::OutOfMemory, 0, 0)));
}

#[test]
fn reps_of_64_bits_have_their_own_functions() {
    let mut graph = Graph::new(1);
    let (narrow, wide) = (graph.resource(1, FlatType::I32, false), graph.resource(1, FlatType::I64, false));
    graph.uses(1, narrow);
    graph.uses(1, wide);
    let mut rig = graph.build();
    let rep = 0x1234_5678_9abc_def0;
    assert_eq!(rig.call("resource_new1.1", &[rep]), Ok(1));
    assert_eq!(rig.call("resource_rep1.1", &[1]), Ok(rep));
    assert_eq!(rig.call("new_own64", &[0, 1, -rep]), Ok(2));
    assert_eq!(rig.call("new_own", &[0, 0, -5]), Ok(3));
    assert_eq!(rig.call("resource_rep1.0", &[3]), Ok(-5));
    let scope = rig.call("enter_scope", &[]).unwrap();
    assert_eq!(rig.call("lend64", &[0, 1, 2, scope, 0]), Ok(-rep));
    assert_eq!(rig.call("borrow_rep64", &[0, 1, 2, 0]), Ok(-rep));
    assert_eq!(rig.call("take_own64", &[0, 1, 2, 7]), Err((Trap::HandleLent, 2, 7)));
    rig.call("leave_scope", &[scope, 0]).unwrap();
    assert_eq!(rig.call("take_own64", &[0, 1, 2, 0]), Ok(-rep));
    assert_eq!(rig.call("take_own", &[0, 0, 3, 0]), Ok(-5));
    let scope = rig.call("enter_scope", &[]).unwrap();
    assert_eq!(rig.call("new_borrow64", &[0, 1, rep, scope]), Ok(3));
    assert_eq!(rig.call("resource_rep1.1", &[3]), Ok(rep));
}

#[test]
fn without_wide_reps_there_are_no_functions_for_them() {
    let mut graph = Graph::new(1);
    let resource = graph.resource(1, FlatType::I32, false);
    graph.uses(1, resource);
    let rig = graph.build();
    assert!(rig.instance.get_func(&rig.store, "new_own64").is_none());
}
