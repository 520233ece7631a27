//! Handles of the host's things: one index space with those of resources.

use super::super::names::HandleFunction::{Async, NewAsync, RemoveAsync, TakeOwn};
use super::{Graph, Rig};
use crate::abi::types::ResourceId;
use crate::abi::{BuiltIn, FlatType, Trap};
use crate::dfg::{BuiltInUse, InstanceId, Trampoline};
use crate::id::Id;

/// An instance with a resource that uses waitable sets.
fn rig(rep: FlatType) -> (Rig, ResourceId) {
    let mut graph = Graph::new(1);
    let resource = graph.resource(1, rep, false);
    graph.uses(1, resource);
    let (instance, built_in) = (InstanceId::from_index(1), BuiltIn::WaitableSetNew);
    let used = BuiltInUse { instance, built_in, ty: None, options: None, is_async: false, thread: None };
    graph.dfg.trampolines.intern(Trampoline::BuiltIn(used));
    (graph.build(), resource)
}

#[test]
fn they_are_numbered_with_those_of_resources() {
    for rep in [FlatType::I32, FlatType::I64] {
        let (mut rig, _) = rig(rep);
        assert_eq!(rig.call("resource_new1.0", &[100]), Ok(1));
        assert_eq!(rig.handle(NewAsync, &[0, 55]), Ok(2));
        assert_eq!(rig.handle(NewAsync, &[0, -1]), Ok(3));
        assert_eq!(rig.handle(Async, &[0, 2]), Ok(55));
        assert_eq!(rig.count(0), 3);
        rig.handle(RemoveAsync, &[0, 2]).unwrap();
        rig.call("resource_drop1.0", &[1]).unwrap();
        // The last freed is used first, whatever it was.
        assert_eq!(rig.handle(NewAsync, &[0, 56]), Ok(1));
        assert_eq!(rig.call("resource_new1.0", &[101]), Ok(2));
        assert_eq!(rig.handle(Async, &[0, 1]), Ok(56));
    }
}

#[test]
fn they_are_told_from_resources_and_from_nothing() {
    let (mut rig, resource) = rig(FlatType::I32);
    let own = rig.new_own(0, resource, 9);
    let other = rig.handle(NewAsync, &[0, 9]).unwrap();
    assert_eq!(rig.handle(Async, &[0, own]), Ok(-1));
    for unknown in [0, 3, -1, 1 << 28] {
        let failure = Err((Trap::UnknownHandle, unknown as i32, 0));
        assert_eq!(rig.handle(Async, &[0, unknown]), failure);
    }
    let failure = Err((Trap::WrongHandleType, other as i32, 0));
    assert_eq!(rig.call("resource_rep1.0", &[other]), failure);
    assert_eq!(rig.call("resource_drop1.0", &[other]), failure);
    assert_eq!(rig.handle(TakeOwn, &[0, 0, other, 0]), failure);
    rig.handle(RemoveAsync, &[0, other]).unwrap();
    assert_eq!(rig.handle(Async, &[0, other]), Err((Trap::UnknownHandle, other as i32, 0)));
}
