//! `resource.drop`: who is told, in what context, and what it checks first.

use super::Graph;
use crate::abi::{FlatType, Trap};
use crate::dfg::InstanceId;
use crate::fact::ImportSource;
use crate::id::Id;
use wasmi::{Caller, Func};

#[test]
fn dropping_an_own_calls_the_destructor_after_removing_the_handle() {
    let mut graph = Graph::new(2);
    let (a, b) = (graph.resource(1, FlatType::I32, true), graph.resource(1, FlatType::I32, true));
    graph.uses(2, a);
    graph.uses(2, b);
    let mut rig = graph.build();
    rig.record_dtor(b);
    let count = rig.instance.get_typed_func::<i32, i32>(&rig.store, "count").unwrap();
    let dtor = Func::wrap(&mut rig.store, move |mut caller: Caller<'_, super::State>, rep: i32| {
        let left = count.call(&mut caller, 0).unwrap();
        caller.data_mut().calls.push((format!("{left} left"), rep.into()));
    });
    rig.set_dtor(a, dtor);
    let (x, y) = (rig.new_own(0, a, 41), rig.new_own(0, b, 42));
    rig.call("resource_drop2.1", &[y]).unwrap();
    rig.call("resource_drop2.0", &[x]).unwrap();
    assert_eq!(rig.store.data().calls, [("dtor1".to_string(), 42), ("0 left".to_string(), 41)]);
}

#[test]
fn dropping_a_borrow_or_a_resource_without_destructor_calls_nothing() {
    let mut graph = Graph::new(2);
    let (a, b) = (graph.resource(1, FlatType::I32, true), graph.resource(1, FlatType::I32, false));
    graph.uses(2, a);
    graph.uses(2, b);
    let mut rig = graph.build();
    rig.record_dtor(a);
    let scope = rig.call("enter_scope", &[]).unwrap();
    let borrow = rig.call("new_borrow", &[0, 0, 5, scope]).unwrap();
    rig.call("resource_drop2.0", &[borrow]).unwrap();
    let own = rig.new_own(0, b, 6);
    rig.call("resource_drop2.1", &[own]).unwrap();
    rig.call("leave_scope", &[scope, 0]).unwrap();
    assert_eq!(rig.store.data().calls, []);
    assert_eq!(rig.count(0), 0);
}

#[test]
fn dropping_a_host_resource_tells_the_host() {
    let mut graph = Graph::new(1);
    let (unused, used) = (graph.host_resource(), graph.host_resource());
    graph.uses(1, used);
    let mut rig = graph.build();
    let sources: Vec<_> = rig.runtime.module.imports.iter().map(|import| &import.source).collect();
    assert_eq!(sources, [&ImportSource::DropHostResource(used)]);
    assert_ne!(unused, used);
    let handle = rig.new_own(0, used, 77);
    rig.call("resource_drop1.1", &[handle]).unwrap();
    assert_eq!(rig.store.data().calls, [("drop1".to_string(), 77)]);
}

#[test]
fn an_instance_that_may_not_leave_may_only_read_reps() {
    let mut graph = Graph::new(2);
    let resource = graph.resource(1, FlatType::I32, false);
    graph.uses(1, resource);
    graph.uses(2, resource);
    graph.may_leave = true;
    let mut rig = graph.build();
    assert_eq!(rig.global("may_leave1"), 1);
    let handle = rig.call("resource_new1.0", &[9]).unwrap();
    rig.set_global("may_leave1", 0);
    assert_eq!(rig.call("resource_new1.0", &[9]), Err((Trap::CannotLeave, 0, 0)));
    // The flag is checked before the handle.
    assert_eq!(rig.call("resource_drop1.0", &[99]), Err((Trap::CannotLeave, 0, 0)));
    assert_eq!(rig.call("resource_rep1.0", &[handle]), Ok(9));
    // Flags are per instance.
    assert_eq!(rig.call("resource_new2.0", &[9]), Ok(1));
    rig.set_global("may_leave1", 1);
    rig.call("resource_drop1.0", &[handle]).unwrap();
}

#[test]
fn a_destructor_has_context_slots_of_its_own() {
    for ty in [FlatType::I32, FlatType::I64] {
        let mut graph = Graph::new(2);
        let resource = graph.resource(1, FlatType::I32, true);
        graph.uses(2, resource);
        graph.uses_context(1, ty);
        graph.uses_context(2, ty);
        let mut rig = graph.build();
        let globals: Vec<_> = ["context1.0", "context1.1", "context2.0"]
            .iter()
            .map(|name| rig.instance.get_global(&rig.store, name).unwrap())
            .collect();
        let dtor = Func::wrap(&mut rig.store, move |mut caller: Caller<'_, super::State>, _rep: i32| {
            let seen: Vec<i64> = globals.iter().map(|g| super::integer(&g.get(&caller))).collect();
            caller.data_mut().calls.push((format!("{seen:?}"), 0));
            let value = globals[0].get(&caller);
            globals[1].set(&mut caller, value).unwrap();
        });
        rig.set_dtor(resource, dtor);
        for (name, value) in [("context_set1.0", 5), ("context_set1.1", 6), ("context_set2.0", 7)] {
            rig.call(name, &[value]).unwrap();
        }
        let handle = rig.new_own(0, resource, 1);
        rig.call("resource_drop2.0", &[handle]).unwrap();
        assert_eq!(rig.store.data().calls, [("[0, 0, 7]".to_string(), 0)]);
        assert_eq!((rig.global("context1.0"), rig.global("context1.1")), (5, 6));
    }
}

#[test]
fn only_destructors_that_may_throw_need_exceptions() {
    let mut graph = Graph::new(2);
    let resource = graph.resource(1, FlatType::I32, true);
    graph.uses(2, resource);
    assert_eq!(graph.emit().module.features, [""; 0]);
    graph.dfg.instances[InstanceId::from_index(1)].may_throw = true;
    let runtime = graph.emit();
    assert_eq!(runtime.module.features, ["exceptions"]);
    // wasmi has no exceptions, so that they become traps is tested in engines that do.
    super::validate(&runtime);
    let text = wasmprinter::print_bytes(&runtime.module.wasm).unwrap();
    assert!(text.contains("try_table (catch_all"), "{text}");
}
