//! Functions that may block, and what tells the host of destructors.

use super::{Graph, State, names};
use crate::abi::types::ResourceId;
use crate::abi::{BuiltIn, FlatType};
use crate::dfg::{BuiltInUse, InstanceId, Trampoline, TrampolineId};
use crate::id::Id;
use wasmi::{Caller, Extern, Func, FuncType, Store, Val};

/// A function of the scheduler: records its calls with the first argument. Attempts give 7, or say that they must wait
/// and give rubbish; what is resumed gives 9.
pub(super) fn scheduler(store: &mut Store<State>, name: &str, ty: &FuncType) -> Func {
    let name = name.to_string();
    Func::new(&mut *store, ty.clone(), move |mut caller: Caller<'_, State>, params, results| {
        let first = params.first().map_or(0, super::integer);
        caller.data_mut().calls.push((name.clone(), first));
        let must_wait = caller.data().blocks && name.starts_with("try");
        if must_wait {
            let Some(Extern::Global(blocked)) = caller.get_export(names::BLOCKED) else {
                panic!("the runtime exports the global");
            };
            blocked.set(&mut caller, Val::I32(1)).unwrap();
        }
        let value = if name.starts_with("try") && !must_wait { 7 } else { 9 };
        for result in results {
            *result = match result {
                Val::I64(_) => Val::I64(value.into()),
                _ => Val::I32(if must_wait { 666 } else { value }),
            };
        }
        Ok(())
    })
}

fn uses(graph: &mut Graph, instance: usize, built_in: BuiltIn, is_async: bool) -> TrampolineId {
    let instance = InstanceId::from_index(instance);
    let used = BuiltInUse { instance, built_in, ty: None, options: None, is_async, thread: None };
    graph.dfg.trampolines.intern(Trampoline::BuiltIn(used))
}

#[test]
fn only_what_must_wait_waits() {
    let mut graph = Graph::new(1);
    let id = uses(&mut graph, 1, BuiltIn::SubtaskCancel, false);
    let mut rig = graph.build();
    let name = rig.runtime.trampolines[&id].clone();
    assert_eq!(rig.call(&name, &[5]), Ok(7));
    assert_eq!(rig.store.data().calls, [("try0".to_string(), 5)]);

    rig.store.data_mut().calls.clear();
    rig.store.data_mut().blocks = true;
    assert_eq!(rig.call(&name, &[6]), Ok(9));
    let calls = ["try0", "wait", "resumed i32"].map(str::to_string).into_iter().zip([6, 0, 0]);
    assert_eq!(rig.store.data().calls, calls.collect::<Vec<_>>());
    assert_eq!(rig.global(names::BLOCKED), 0);
}

#[test]
fn what_never_blocks_is_the_hosts_alone() {
    let mut graph = Graph::new(1);
    uses(&mut graph, 1, BuiltIn::SubtaskCancel, true);
    uses(&mut graph, 1, BuiltIn::WaitableSetPoll, false);
    let runtime = graph.emit();
    assert!(runtime.trampolines.is_empty() && !runtime.has_blocked && runtime.has_async_handles);
}

#[test]
fn the_host_is_told_of_destructors_in_instances_that_observe_tasks() {
    for observes in [false, true] {
        let mut graph = Graph::new(2);
        let resource: ResourceId = graph.resource(1, FlatType::I32, true);
        graph.uses(1, resource);
        graph.uses(2, resource);
        // Whether the other instance does is of no account.
        uses(&mut graph, 2, BuiltIn::ThreadIndex, false);
        if observes {
            uses(&mut graph, 1, BuiltIn::ThreadIndex, false);
        }
        let mut rig = graph.build();
        rig.record_dtor(resource);
        let handle = rig.new_own(1, resource, 40);
        rig.call("resource_drop2.0", &[handle]).unwrap();
        let all = [("enter i1", 0), ("dtor0", 40), ("leave", 0)].map(|(name, arg)| (name.to_string(), arg));
        let expected = if observes { &all[..] } else { &all[1..2] };
        assert_eq!(rig.store.data().calls, expected);
    }
}
