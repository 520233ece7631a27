//! Resources of the host in guests' tables, and resources of guests in the host's.

use crate::support::live;
use corefuse::host::{
    Linker, Resource, ResourceAny, ResourceTable, ResourceType, Store, StoreContextMut, Val,
};

/// Marks the host's resource type.
struct Log;

type Messages = Vec<String>;

/// A component that uses a resource of the host.
const USES_LOG: &str = r#"(component
    (import "log" (instance $log
      (export "log" (type $log (sub resource)))
      (export "[constructor]log" (func (param "id" u32) (result (own $log))))
      (export "[method]log.id" (func (param "self" (borrow $log)) (result u32)))
      (export "take" (func (param "log" (own $log))))))
    (alias export $log "log" (type $r))
    (core func $new (canon lower (func $log "[constructor]log")))
    (core func $id (canon lower (func $log "[method]log.id")))
    (core func $take (canon lower (func $log "take")))
    (core func $drop (canon resource.drop $r))
    (core module $m
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "id" (func $id (param i32) (result i32)))
      (import "" "take" (func $take (param i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
      (func (export "round") (param i32) (result i32) (local $h i32)
        (local.set $h (call $new (local.get 0)))
        (call $id (local.get $h))
        (call $drop (local.get $h)))
      (func (export "give") (param i32) (call $take (call $new (local.get 0))))
      (func (export "lend") (param i32) (result i32)
        (call $id (local.get 0)) (call $drop (local.get 0)))
      (func (export "keep") (param i32))
      (func (export "own") (param i32) (result i32) (local.get 0))
      (func (export "twice") (param i32) (call $drop (local.get 0)) (call $drop (local.get 0)))
      (func (export "bad") (result i32) (call $id (i32.const 77))))
    (core instance $i (instantiate $m (with "" (instance
      (export "new" (func $new)) (export "id" (func $id)) (export "take" (func $take))
      (export "drop" (func $drop))))))
    (func (export "round") (param "id" u32) (result u32) (canon lift (core func $i "round")))
    (func (export "make") (param "id" u32) (result (own $r)) (canon lift (core func $i "make")))
    (func (export "give") (param "id" u32) (canon lift (core func $i "give")))
    (func (export "lend") (param "log" (borrow $r)) (result u32) (canon lift (core func $i "lend")))
    (func (export "keep") (param "log" (borrow $r)) (canon lift (core func $i "keep")))
    (func (export "own") (param "log" (own $r)) (result (own $r)) (canon lift (core func $i "own")))
    (func (export "twice") (param "log" (own $r)) (canon lift (core func $i "twice")))
    (func (export "bad") (result u32) (canon lift (core func $i "bad"))))"#;

fn define_log(linker: &mut Linker<Messages>) {
    let mut log = linker.instance("log").unwrap();
    let dropped = |mut store: StoreContextMut<'_, Messages>, rep| {
        store.data_mut().push(format!("dropped {rep}"));
        Ok(())
    };
    log.resource("log", ResourceType::host::<Log>(), dropped).unwrap();
    let new = |_: StoreContextMut<'_, Messages>, (id,): (u32,)| Ok((Resource::<Log>::new_own(id + 100),));
    log.func_wrap("[constructor]log", new).unwrap();
    log.func_wrap("[method]log.id", |_, (log,): (Resource<Log>,)| {
        assert!(!log.owned());
        Ok((log.rep() - 100,))
    })
    .unwrap();
    log.func_wrap("take", |mut store: StoreContextMut<'_, Messages>, (log,): (Resource<Log>,)| {
        assert!(log.owned());
        store.data_mut().push(format!("took {}", log.rep()));
        Ok(())
    })
    .unwrap();
}

#[test]
fn guests_use_and_drop_resources_of_the_host() {
    let mut live = live(USES_LOG, define_log);
    assert_eq!(live.call("round", &[Val::U32(7)]).unwrap(), Val::U32(7));
    let give = live.instance.get_typed_func::<(u32,), ()>(&mut live.store, "give").unwrap();
    give.call(&mut live.store, (8,)).unwrap();
    assert_eq!(*live.store.data(), ["dropped 107", "took 108"]);
}

#[test]
fn hosts_lend_and_give_their_resources() {
    let mut live = live(USES_LOG, define_log);
    let lend = live.instance.get_typed_func::<(&Resource<Log>,), (u32,)>(&mut live.store, "lend").unwrap();
    let log = Resource::new_own(105);
    assert_eq!(lend.call(&mut live.store, (&log,)).unwrap(), (5,));
    assert_eq!(lend.call(&mut live.store, (&log,)).unwrap(), (5,));
    let own =
        live.instance.get_typed_func::<(&Resource<Log>,), (Resource<Log>,)>(&mut live.store, "own").unwrap();
    assert_eq!(own.call(&mut live.store, (&log,)).unwrap().0.rep(), 105);
    let error = own.call(&mut live.store, (&log,)).unwrap_err();
    assert!(format!("{error:#}").contains("used up"), "{error:#}");
}

#[test]
fn dynamic_values_of_the_hosts_resources() {
    let mut live = live(USES_LOG, define_log);
    let made = live.call("make", &[Val::U32(3)]).unwrap();
    let Val::Resource(any) = made.clone() else { panic!("{made:?}") };
    assert_eq!((any.ty(), any.owned()), (ResourceType::host::<Log>(), true));
    assert_eq!(any.host_rep(&live.store).unwrap(), Some(103));
    assert_eq!(live.call("lend", std::slice::from_ref(&made)).unwrap(), Val::U32(3));
    let returned = live.call("own", std::slice::from_ref(&made)).unwrap();
    // The old value is no resource any more.
    assert!(live.error("own", &[made]).contains("the resource is gone"));
    let Val::Resource(any) = returned else { panic!("{returned:?}") };
    let log = Resource::<Log>::try_from_resource_any(any, &mut live.store).unwrap();
    assert_eq!(log.rep(), 103);
}

#[test]
fn a_borrow_that_is_not_dropped_traps() {
    let mut live = live(USES_LOG, define_log);
    let keep = live.instance.get_typed_func::<(&Resource<Log>,), ()>(&mut live.store, "keep").unwrap();
    let error = keep.call(&mut live.store, (&Resource::new_own(101),)).unwrap_err();
    assert!(format!("{error:#}").contains("borrow handles still remain at the end of the call"), "{error:#}");
}

#[test]
fn handles_that_do_not_exist_trap_by_number() {
    let mut first = live(USES_LOG, define_log);
    let error = first.error("bad", &[]);
    assert!(error.contains("unknown handle index 77"), "{error}");
    assert!(error.contains("in the host's `log#[method]log.id`"), "{error}");
    let mut second = live(USES_LOG, define_log);
    let any = ResourceAny::new_host(&mut second.store, ResourceType::host::<Log>(), 101).unwrap();
    let error = second.error("twice", &[Val::Resource(any)]);
    assert!(error.contains("unknown handle index 1"), "{error}");
}

#[test]
fn resources_of_another_type_are_refused() {
    struct Other;
    let mut live = live(USES_LOG, define_log);
    let error =
        live.instance.get_typed_func::<(&Resource<Other>,), (u32,)>(&mut live.store, "lend").unwrap_err();
    assert!(format!("{error:#}").contains("expected another resource type"), "{error:#}");
    let any = ResourceAny::new_host(&mut live.store, ResourceType::host::<Other>(), 1).unwrap();
    assert!(live.error("lend", &[Val::Resource(any)]).contains("of another type"));
}

/// A component that implements a counter.
const COUNTER: &str = r#"(component
    (core module $dtor
      (memory (export "m") 1)
      (func (export "dtor") (param i32)
        (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))))
    (core instance $dtor (instantiate $dtor))
    (type $c' (resource (rep i32) (dtor (core func $dtor "dtor"))))
    (export $c "counter" (type $c'))
    (core func $new (canon resource.new $c'))
    (core func $rep (canon resource.rep $c'))
    (core func $drop (canon resource.drop $c'))
    (core module $m
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "rep" (func $rep (param i32) (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (import "" "m" (memory 1))
      (func (export "new") (param i32) (result i32) (call $new (local.get 0)))
      (func (export "get") (param i32) (result i32) (local.get 0))
      (func (export "sink") (param i32) (result i32)
        (call $rep (local.get 0)) (call $drop (local.get 0)))
      (func (export "dropped") (result i32) (i32.load (i32.const 0)))
      (func (export "two") (param i32 i32) (result i32)
        (i32.add (local.get 0) (call $rep (local.get 1)))))
    (core instance $i (instantiate $m (with "" (instance
      (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))
      (export "m" (memory $dtor "m"))))))
    (func (export "[constructor]counter") (param "rep" u32) (result (own $c)) (canon lift (core func $i "new")))
    (func (export "[method]counter.get") (param "self" (borrow $c)) (result u32) (canon lift (core func $i "get")))
    (func (export "two") (param "a" (borrow $c)) (param "b" (own $c)) (result u32) (canon lift (core func $i "two")))
    (func (export "sink") (param "c" (own $c)) (result u32) (canon lift (core func $i "sink")))
    (func (export "dropped") (result u32) (canon lift (core func $i "dropped"))))"#;

#[test]
fn the_host_holds_resources_of_a_guest() {
    let mut live = live(COUNTER, |_| {});
    let counter = live.call("[constructor]counter", &[Val::U32(42)]).unwrap();
    let Val::Resource(any) = counter.clone() else { panic!("{counter:?}") };
    assert_eq!(Some(any.ty()), live.instance.get_resource(&live.store, "counter"));
    // The instance that defines the resource gets the rep itself.
    assert_eq!(live.call("[method]counter.get", std::slice::from_ref(&counter)).unwrap(), Val::U32(42));
    any.resource_drop(&mut live.store).unwrap();
    assert_eq!(live.call("dropped", &[]).unwrap(), Val::U32(1));
    assert!(live.error("[method]counter.get", &[counter]).contains("the resource is gone"));
}

#[test]
fn passing_an_owned_resource_moves_it() {
    let mut live = live(COUNTER, |_| {});
    let counter = live.call("[constructor]counter", &[Val::U32(9)]).unwrap();
    assert_eq!(live.call("sink", std::slice::from_ref(&counter)).unwrap(), Val::U32(9));
    assert_eq!(live.call("dropped", &[]).unwrap(), Val::U32(1));
    assert!(live.error("sink", &[counter]).contains("the resource is gone"));
}

#[test]
fn a_lent_resource_cannot_be_moved_in_the_same_call() {
    let mut live = live(COUNTER, |_| {});
    let counter = live.call("[constructor]counter", &[Val::U32(9)]).unwrap();
    let error = live.error("two", &[counter.clone(), counter]);
    assert!(error.contains("cannot remove owned resource while borrowed"), "{error}");
}

#[test]
fn instances_have_resource_types_of_their_own() {
    let engine = corefuse::host::Engine::default();
    let component = corefuse::host::Component::new(&engine, COUNTER).unwrap();
    let mut store = Store::new(&engine, ());
    let pre = Linker::new(&engine).instantiate_pre(&component).unwrap();
    let (a, b) = (pre.instantiate(&mut store).unwrap(), pre.instantiate(&mut store).unwrap());
    assert_ne!(a.get_resource(&store, "counter"), b.get_resource(&store, "counter"));
    let new = a.get_typed_func::<(u32,), (ResourceAny,)>(&mut store, "[constructor]counter").unwrap();
    let (counter,) = new.call(&mut store, (1,)).unwrap();
    let get = b.get_func(&store, "[method]counter.get").unwrap();
    let error = get.call(&mut store, &[Val::Resource(counter)], &mut [Val::Bool(false)]).unwrap_err();
    assert!(format!("{error:#}").contains("of another type"), "{error:#}");
}

#[test]
fn host_tables_number_values_and_reuse_numbers() {
    let mut table = ResourceTable::new();
    let (a, b) = (table.push("a").unwrap(), table.push(1u8).unwrap());
    assert_eq!((a.rep(), b.rep(), table.len()), (0, 1, 2));
    assert!(table.get(&Resource::<u8>::new_borrow(0)).is_err());
    assert_eq!(table.delete(a).unwrap(), "a");
    assert!(table.get(&Resource::<&str>::new_borrow(0)).is_err());
    assert_eq!(table.push("c").unwrap().rep(), 0);
    *table.get_mut(&b).unwrap() += 1;
    assert_eq!(table.delete(b).unwrap(), 2);
}

#[test]
fn a_host_function_can_borrow_for_one_call_only() {
    let mut live = live(USES_LOG, |linker| {
        let mut log = linker.instance("log").unwrap();
        log.resource("log", ResourceType::host::<Log>(), |_, _| Ok(())).unwrap();
        log.func_wrap("[constructor]log", |_, (id,): (u32,)| Ok((Resource::<Log>::new_own(id),))).unwrap();
        log.func_wrap("take", |_, (_,): (Resource<Log>,)| Ok(())).unwrap();
        let id = |mut store: StoreContextMut<'_, Messages>, (log,): (ResourceAny,)| {
            let rep = log.host_rep(&store)?;
            store.data_mut().push(format!("{rep:?}"));
            KEPT.set(Some(log));
            Ok((0u32,))
        };
        log.func_wrap("[method]log.id", id).unwrap();
    });
    live.call("round", &[Val::U32(7)]).unwrap();
    assert_eq!(*live.store.data(), ["Some(7)"]);
    let error = KEPT.take().unwrap().host_rep(&live.store).unwrap_err();
    assert!(error.to_string().contains("borrowed for a call that is over"), "{error}");
}

thread_local! {
    static KEPT: std::cell::Cell<Option<ResourceAny>> = const { std::cell::Cell::new(None) };
}
