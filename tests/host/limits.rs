//! Runaway guests and hogs: everything ends in an error.

use crate::support::{allocator, live};
use corefuse::host::{Component, Config, Engine, Linker, Store, StoreLimits, Val};

fn store_with(engine: &Engine, limits: StoreLimits) -> Store<()> {
    let mut store = Store::new(engine, ());
    store.set_limits(limits);
    store
}

#[test]
fn runaway_loops_run_out_of_fuel() {
    let text = r#"(component
        (core module $m (func (export "f") (loop (br 0))) (func (export "g")))
        (core instance $m (instantiate $m))
        (func (export "f") (canon lift (core func $m "f")))
        (func (export "g") (canon lift (core func $m "g"))))"#;
    let engine = Engine::new(Config::new().consume_fuel(true));
    let component = Component::new(&engine, text).unwrap();
    let mut store = Store::new(&engine, ());
    store.set_fuel(1_000_000).unwrap();
    let instance = Linker::new(&engine).instantiate(&mut store, &component).unwrap();
    let g = instance.get_typed_func::<(), ()>(&mut store, "g").unwrap();
    g.call(&mut store, ()).unwrap();
    assert!(store.get_fuel().unwrap() < 1_000_000);
    let f = instance.get_typed_func::<(), ()>(&mut store, "f").unwrap();
    let error = format!("{:#}", f.call(&mut store, ()).unwrap_err());
    assert!(error.contains("all fuel consumed"), "{error}");
    let error = Store::new(&Engine::default(), ()).set_fuel(1).unwrap_err();
    assert!(error.to_string().contains("fuel"), "{error}");
}

#[test]
fn runaway_recursion_overflows_the_guests_stack() {
    let text = r#"(component
        (core module $m (func $f (export "f") (call $f)))
        (core instance $m (instantiate $m))
        (func (export "f") (canon lift (core func $m "f"))))"#;
    let error = live(text, |_| {}).error("f", &[]);
    assert!(error.contains("call stack exhausted"), "{error}");
}

#[test]
fn memories_share_a_cap() {
    let text = r#"(component
        (core module $m (memory 1)
          (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
        (core instance $a (instantiate $m))
        (core instance $b (instantiate $m))
        (func (export "a") (param "pages" u32) (result s32) (canon lift (core func $a "grow")))
        (func (export "b") (param "pages" u32) (result s32) (canon lift (core func $b "grow"))))"#;
    let engine = Engine::default();
    let component = Component::new(&engine, text).unwrap();
    let pre = Linker::new(&engine).instantiate_pre(&component).unwrap();
    let mut store = store_with(&engine, StoreLimits::default().memory_bytes(4 << 16));
    let instance = pre.instantiate(&mut store).unwrap();
    let [a, b] = ["a", "b"].map(|name| instance.get_typed_func::<(u32,), (i32,)>(&mut store, name).unwrap());
    assert_eq!(a.call(&mut store, (1,)).unwrap(), (1,));
    assert_eq!(b.call(&mut store, (2,)).unwrap(), (-1,));
    assert_eq!(b.call(&mut store, (1,)).unwrap(), (1,));
    let mut store = store_with(&engine, StoreLimits::default().memory_bytes(1 << 16));
    let error = format!("{:#}", pre.instantiate(&mut store).unwrap_err());
    assert!(error.contains("limiter") || error.contains("memory"), "{error}");
}

#[test]
fn overlapping_lists_cannot_fill_the_hosts_memory() {
    // 4096 lists that are all the same 32 KiB.
    let libc = allocator("i32");
    let text = format!(
        r#"(component {libc}
        (core module $m (import "libc" "memory" (memory 1))
          (func (export "f") (result i32) (local $i i32)
            (loop $l
              (i32.store (i32.shl (local.get $i) (i32.const 3)) (i32.const 0))
              (i32.store offset=4 (i32.shl (local.get $i) (i32.const 3)) (i32.const 32768))
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (br_if $l (i32.lt_u (local.get $i) (i32.const 4096))))
            (i32.store (i32.const 40000) (i32.const 0)) (i32.store (i32.const 40004) (i32.const 4096))
            (i32.const 40000)))
        (core instance $m (instantiate $m (with "libc" (instance $libc))))
        (func (export "f") (result (list (list u8))) (canon lift (core func $m "f") (memory $memory))))"#
    );
    let mut first = live(&text, |_| {});
    first.store.set_limits(StoreLimits::default().transfer_bytes(1 << 20));
    let error = first.error("f", &[]);
    assert!(error.contains("take more than 1048576 bytes on the host"), "{error}");
}

#[test]
fn handles_are_capped() {
    let text = r#"(component
        (type $r' (resource (rep i32))) (export $r "r" (type $r'))
        (core func $new (canon resource.new $r'))
        (core module $m (import "" "new" (func $new (param i32) (result i32)))
          (func (export "make") (result i32) (call $new (i32.const 0)))
          (func (export "hog") (param $n i32)
            (loop $l (drop (call $new (i32.const 0)))
              (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
        (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
        (func (export "make") (result (own $r)) (canon lift (core func $i "make")))
        (func (export "hog") (param "n" u32) (canon lift (core func $i "hog"))))"#;
    let mut hog = live(text, |_| {});
    hog.store.set_limits(StoreLimits::default().handles(100));
    let hog_some = hog.instance.get_typed_func::<(u32,), ()>(&mut hog.store, "hog").unwrap();
    hog_some.call(&mut hog.store, (100,)).unwrap();
    let error = hog.error("hog", &[Val::U32(1)]);
    assert!(error.contains("handle table is full: the limit is 100 handles"), "{error}");
    let mut host = live(text, |_| {});
    host.store.set_limits(StoreLimits::default().handles(2));
    host.call("make", &[]).unwrap();
    host.call("make", &[]).unwrap();
    let error = host.error("make", &[]);
    assert!(error.contains("the host holds 2 resources, its limit"), "{error}");
}

#[test]
fn handles_made_in_a_loop_end_with_the_memory_for_them() {
    let text = r#"(component
        (type $r (resource (rep i32)))
        (core func $new (canon resource.new $r))
        (core module $m (import "" "new" (func $new (param i32) (result i32)))
          (func (export "hog") (loop $l (drop (call $new (i32.const 0))) (br $l))))
        (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
        (func (export "hog") (canon lift (core func $i "hog"))))"#;
    let engine = Engine::default();
    let component = Component::new(&engine, text).unwrap();
    let mut store = store_with(&engine, StoreLimits::default().memory_bytes(8 << 20));
    let instance = Linker::new(&engine).instantiate(&mut store, &component).unwrap();
    let hog = instance.get_typed_func::<(), ()>(&mut store, "hog").unwrap();
    let error = format!("{:#}", hog.call(&mut store, ()).unwrap_err());
    assert!(error.contains("out of memory: the handle tables cannot grow"), "{error}");
}

#[test]
fn tables_share_a_cap() {
    let text = r#"(component
        (core module $m (table 10 funcref)
          (func (export "grow") (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))
        (core instance $a (instantiate $m))
        (core instance $b (instantiate $m))
        (func (export "a") (param "n" u32) (result s32) (canon lift (core func $a "grow")))
        (func (export "b") (param "n" u32) (result s32) (canon lift (core func $b "grow"))))"#;
    let engine = Engine::default();
    let component = Component::new(&engine, text).unwrap();
    let mut store = store_with(&engine, StoreLimits::default().table_elements(100));
    let instance = Linker::new(&engine).instantiate(&mut store, &component).unwrap();
    let [a, b] = ["a", "b"].map(|name| instance.get_typed_func::<(u32,), (i32,)>(&mut store, name).unwrap());
    assert_eq!(a.call(&mut store, (50,)).unwrap(), (10,));
    assert_eq!(b.call(&mut store, (31,)).unwrap(), (-1,));
    assert_eq!(b.call(&mut store, (30,)).unwrap(), (10,));
    // By default, too, a guest cannot take all there is.
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &component).unwrap();
    let a = instance.get_typed_func::<(u32,), (i32,)>(&mut store, "a").unwrap();
    assert_eq!(a.call(&mut store, (u32::MAX - 10,)).unwrap(), (-1,));
}

#[test]
fn a_long_name_is_paid_for_as_often_as_it_is_given() {
    let name = "a".repeat(10_000);
    let text = format!(
        r#"(component
        (type $e' (enum "{name}")) (export $e "e" (type $e'))
        (core module $m (memory (export "m") 1)
          (func (export "f") (result i32) (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 50000)) (i32.const 0)))
        (core instance $i (instantiate $m))
        (func (export "f") (result (list $e)) (canon lift (core func $i "f") (memory (core memory $i "m")))))"#
    );
    let error = live(&text, |_| {}).error("f", &[]);
    assert!(error.contains("bytes on the host (see `StoreLimits::transfer_bytes`)"), "{error}");
}

#[test]
fn a_guest_cannot_overflow_the_hosts_stack() {
    // A type as deep as types may be, whose values the host lifts and lowers.
    let mut text = String::from("(component (type $t0 (tuple u8))");
    for depth in 1..95 {
        text += &format!("(type $t{depth} (option $t{}))", depth - 1);
    }
    text += r#"(core module $m
          (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8))
          (func (export "f") (param i32) (result i32) (local.get 0)))
        (core instance $i (instantiate $m))
        (func (export "f") (param "v" $t94) (result $t94)
          (canon lift (core func $i "f") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))"#;
    let mut value = Val::Tuple(vec![Val::U8(7)]);
    for _ in 1..95 {
        value = Val::Option(Some(Box::new(value)));
    }
    std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(move || assert_eq!(live(&text, |_| {}).call("f", &[value.clone()]).unwrap(), value))
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn freed_handles_do_not_make_calls_slow() {
    let text = r#"(component
        (type $r (resource (rep i32)))
        (core func $new (canon resource.new $r))
        (core func $drop (canon resource.drop $r))
        (core module $m
          (import "" "new" (func $new (param i32) (result i32)))
          (import "" "drop" (func $drop (param i32)))
          (func (export "churn") (param $n i32) (local $i i32)
            (loop $l (drop (call $new (i32.const 0)))
              (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
            (loop $l (call $drop (local.get $i))
              (br_if $l (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))
          (func (export "idle")))
        (core instance $i (instantiate $m (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
        (func (export "churn") (param "n" u32) (canon lift (core func $i "churn")))
        (func (export "idle") (canon lift (core func $i "idle"))))"#;
    let engine = Engine::new(Config::new().consume_fuel(true));
    let component = Component::new(&engine, text).unwrap();
    let mut store = Store::new(&engine, ());
    store.set_fuel(1 << 40).unwrap();
    let instance = Linker::new(&engine).instantiate(&mut store, &component).unwrap();
    let churn = instance.get_typed_func::<(u32,), ()>(&mut store, "churn").unwrap();
    let idle = instance.get_typed_func::<(), ()>(&mut store, "idle").unwrap();
    churn.call(&mut store, (100_000,)).unwrap();
    let before = store.get_fuel().unwrap();
    idle.call(&mut store, ()).unwrap();
    let used = before - store.get_fuel().unwrap();
    assert!(used < 1000, "{used} units of fuel");
}
