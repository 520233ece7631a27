//! Runaway guests, hogs, and damaged bundles: everything ends in an error.

use crate::support::{allocator, live};
use corefuse::host::{Component, Config, Engine, Linker, Store, StoreLimits, Val};
use corefuse::plan::Plan;
use std::borrow::Cow;

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

const STRINGS: &str = r#"(component
    (import "f" (func $f (param "s" string)))
    (core module $libc (memory (export "m") 1))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $f) (memory (core memory $libc "m"))))
    (core module $m (import "" "f" (func $f (param i32 i32)))
      (func (export "g") (call $f (i32.const 0) (i32.const 0))))
    (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
    (func (export "g") (canon lift (core func $i "g"))))"#;

#[test]
fn bundles_on_disk_are_checked() {
    let directory = tempfile::tempdir().unwrap();
    let bytes = wat::parse_str(STRINGS).unwrap();
    let bundle = corefuse::build(&bytes, &corefuse::BuildOptions::default()).unwrap();
    for (name, bytes) in &bundle.files {
        std::fs::write(directory.path().join(name), bytes).unwrap();
    }
    let engine = Engine::default();
    let plan = directory.path().join("component.plan.json");
    Component::from_bundle_file(&engine, &plan).unwrap();

    let module = directory.path().join(&bundle.plan.modules[0].file);
    let mut bytes = std::fs::read(&module).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&module, &bytes).unwrap();
    let error = format!("{:#}", Component::from_bundle_file(&engine, &plan).unwrap_err());
    assert!(error.contains("not the file that the plan was made with"), "{error}");

    let json = std::fs::read_to_string(&plan).unwrap();
    for (damaged, expected) in [
        (&json[..json.len() / 2], "not JSON"),
        (&json.replace("\"version\": [1, ", "\"version\": [2, ")[..], "plan format 2."),
        (&json.replace("\"op\": \"memory\"", "\"op\": \"memories\"")[..], "unknown variant `memories`"),
    ] {
        assert_ne!(damaged, json);
        std::fs::write(&plan, damaged).unwrap();
        let error = format!("{:#}", Component::from_bundle_file(&engine, &plan).unwrap_err());
        assert!(error.contains(expected), "{error}");
    }
}

/// Changes every number of a plan, one at a time, and compiles and instantiates what comes out.
#[test]
fn no_number_of_a_plan_can_make_the_host_panic() {
    let bytes = wat::parse_str(STRINGS).unwrap();
    let bundle = corefuse::build(&bytes, &corefuse::BuildOptions::default()).unwrap();
    let json = serde_json::to_value(&bundle.plan).unwrap();
    let engine = Engine::default();
    let mut refused = 0;
    let mut changed = 0;
    for pointer in numbers(&json, String::new()) {
        for number in [0u64, 1, 2, 5, 1 << 20, u64::from(u32::MAX)] {
            let mut json = json.clone();
            *json.pointer_mut(&pointer).unwrap() = number.into();
            changed += 1;
            let Ok(plan) = serde_json::from_value::<Plan>(json) else {
                refused += 1;
                continue;
            };
            let read = |file: &str| match bundle.files.get(file) {
                Some(bytes) => Ok(Cow::Borrowed(&bytes[..])),
                None => Err(corefuse::host::Error::msg("no such file")),
            };
            let Ok(component) = Component::from_plan(&engine, plan, read) else {
                refused += 1;
                continue;
            };
            let mut linker = Linker::<()>::new(&engine);
            let f = |_: corefuse::host::StoreContextMut<'_, ()>, (_,): (String,)| Ok(());
            linker.root().func_wrap("f", f).unwrap();
            let mut store = Store::new(&engine, ());
            if let Ok(instance) = linker.instantiate(&mut store, &component)
                && let Ok(g) = instance.get_typed_func::<(), ()>(&mut store, "g")
            {
                let _called = g.call(&mut store, ());
            }
        }
    }
    assert!(changed > 100 && refused > changed / 3, "{refused} of {changed}");
}

/// JSON pointers to all numbers.
fn numbers(json: &serde_json::Value, at: String) -> Vec<String> {
    match json {
        serde_json::Value::Number(_) => vec![at],
        serde_json::Value::Array(items) => {
            items.iter().enumerate().flat_map(|(i, item)| numbers(item, format!("{at}/{i}"))).collect()
        }
        serde_json::Value::Object(fields) => {
            fields.iter().flat_map(|(key, field)| numbers(field, format!("{at}/{key}"))).collect()
        }
        _ => vec![],
    }
}
