//! Names, versions, nested instances, core modules, and what is refused before anything runs.

use crate::support::live;
use corefuse::host::{Component, Engine, Linker, Module, Store, Val};

const NESTED: &str = r#"(component
    (import "ns:pkg/api@0.2.3" (instance $api (export "f" (func (result u32)))))
    (core func $f (canon lower (func $api "f")))
    (core module $m (import "" "f" (func $f (result i32)))
      (func (export "g") (result i32) (i32.add (call $f) (i32.const 1))))
    (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
    (func $g (result u32) (canon lift (core func $i "g")))
    (instance $inner (export "g" (func $g)))
    (instance $outer (export "inner" (instance $inner)) (export "g" (func $g)))
    (export "ns:pkg/out@1.0.0" (instance $outer))
    (export "api-again" (instance $api)))"#;

fn linker(engine: &Engine, name: &str) -> Linker<()> {
    let mut linker = Linker::new(engine);
    linker.instance(name).unwrap().func_wrap("f", |_, ()| Ok((41u32,))).unwrap();
    linker
}

#[test]
fn imports_are_found_by_track_and_without_version() {
    let engine = Engine::default();
    let component = Component::new(&engine, NESTED).unwrap();
    for name in ["ns:pkg/api@0.2.3", "ns:pkg/api@0.2.99", "ns:pkg/api"] {
        linker(&engine, name).instantiate_pre(&component).unwrap();
    }
    for name in ["ns:pkg/api@0.3.0", "ns:pkg/ap"] {
        let error = linker(&engine, name).instantiate_pre(&component).unwrap_err();
        let error = format!("{error:#}");
        assert_eq!(error, "in import `ns:pkg/api@0.2.3#f`: the linker has no func of this name");
    }
}

#[test]
fn exports_of_nested_instances_are_found_once_by_index() {
    let engine = Engine::default();
    let component = Component::new(&engine, NESTED).unwrap();
    let outer = component.get_export_index(None, "ns:pkg/out@1.2.0").unwrap();
    let inner = component.get_export_index(Some(&outer), "inner").unwrap();
    let g = component.get_export_index(Some(&inner), "g").unwrap();
    assert!(component.get_export_index(Some(&inner), "h").is_none());
    let mut store = Store::new(&engine, ());
    let pre = linker(&engine, "ns:pkg/api").instantiate_pre(&component).unwrap();
    let instance = pre.instantiate(&mut store).unwrap();
    let g = instance.get_typed_func::<(), (u32,)>(&mut store, g).unwrap();
    assert_eq!(g.call(&mut store, ()).unwrap(), (42,));
    // An instance is no function.
    assert!(instance.get_func(&store, outer).is_none());
}

#[test]
fn re_exported_host_functions_are_the_hosts() {
    let engine = Engine::default();
    let component = Component::new(&engine, NESTED).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker(&engine, "ns:pkg/api").instantiate(&mut store, &component).unwrap();
    let api = instance.get_export_index(&store, None, "api-again").unwrap();
    let f = instance.get_export_index(&store, Some(&api), "f").unwrap();
    let f = instance.get_func(&store, f).unwrap();
    let mut results = [Val::Bool(false)];
    f.call(&mut store, &[], &mut results).unwrap();
    assert_eq!(results, [Val::U32(41)]);
}

#[test]
fn values_pass_through_re_exported_host_functions() {
    let text = r#"(component
        (import "f" (func $f (param "s" (list string)) (result (tuple string u8))))
        (export "g" (func $f)))"#;
    let mut live = live(text, |linker| {
        let f = |_: corefuse::host::StoreContextMut<'_, _>, (s,): (Vec<String>,)| {
            Ok(((s.concat(), s.len() as u8),))
        };
        linker.root().func_wrap("f", f).unwrap();
    });
    let list = Val::List(vec![Val::String("a".into()), Val::String("é".into())]);
    let result = live.call("g", &[list]).unwrap();
    assert_eq!(result, Val::Tuple(vec![Val::String("aé".into()), Val::U8(2)]));
}

#[test]
fn core_modules_are_imported_and_exported() {
    let text = r#"(component
        (import "m" (core module $m
          (import "env" "base" (func (result i32)))
          (export "f" (func (result i32)))))
        (core module $env (func (export "base") (result i32) (i32.const 40)))
        (core instance $env (instantiate $env))
        (core instance $i (instantiate $m (with "env" (instance $env))))
        (func (export "f") (result u32) (canon lift (core func $i "f")))
        (core module $own (func (export "x")))
        (export "own" (core module $own)))"#;
    let engine = Engine::default();
    let component = Component::new(&engine, text).unwrap();
    let wasm = |text: &str| Module::new(&engine, &wat::parse_str(text).unwrap()).unwrap();
    let module = wasm(
        r#"(module (import "env" "base" (func $base (result i32)))
             (func (export "f") (result i32) (i32.add (call $base) (i32.const 2))))"#,
    );
    let mut linker = Linker::new(&engine);
    linker.root().module("m", &module).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let f = instance.get_typed_func::<(), (u32,)>(&mut store, "f").unwrap();
    assert_eq!(f.call(&mut store, ()).unwrap(), (42,));
    assert!(instance.get_module(&store, "own").is_some());
    assert!(instance.get_module(&store, "f").is_none());

    for (text, expected) in [
        ("(module)", "the module lacks the export func `f`"),
        (
            r#"(module (import "env" "other" (func)) (func (export "f") (result i32) (i32.const 0)))"#,
            "the module imports func `env` `other`, which the component does not supply",
        ),
    ] {
        let mut linker = Linker::<()>::new(&engine);
        linker.root().module("m", &wasm(text)).unwrap();
        let error = linker.instantiate_pre(&component).unwrap_err();
        assert_eq!(format!("{error:#}"), format!("in import `m`: {expected}"));
    }
}

#[test]
fn wrong_definitions_are_named() {
    let engine = Engine::default();
    let component = Component::new(&engine, NESTED).unwrap();
    let error = |define: &dyn Fn(&mut Linker<()>)| {
        let mut linker = Linker::new(&engine);
        define(&mut linker);
        format!("{:#}", linker.instantiate_pre(&component).unwrap_err())
    };
    let wrong_type = error(&|linker| {
        linker.instance("ns:pkg/api").unwrap().func_wrap("f", |_, ()| Ok((1u64,))).unwrap();
    });
    assert_eq!(
        wrong_type,
        "the host's `ns:pkg/api@0.2.3#f` has another type: in the result: expected `u32`, found `u64`"
    );
    let wrong_kind = error(&|linker| {
        linker.root().func_wrap("ns:pkg/api@0.2.3", |_, ()| Ok(())).unwrap();
    });
    assert_eq!(
        wrong_kind,
        "in import `ns:pkg/api@0.2.3`: expected instance, the linker has func of this name"
    );
    let mut linker = linker(&engine, "a");
    assert!(linker.root().func_wrap("a", |_, ()| Ok(())).is_err());
    linker.allow_shadowing(true).root().func_wrap("a", |_, ()| Ok(())).unwrap();
}

#[test]
fn missing_imports_can_trap_when_called() {
    let engine = Engine::default();
    let component = Component::new(&engine, NESTED).unwrap();
    let mut linker = Linker::<()>::new(&engine);
    linker.define_unknown_imports_as_traps(&component).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let out = component.get_export_index(None, "ns:pkg/out@1.0.0").unwrap();
    let g = component.get_export_index(Some(&out), "g").unwrap();
    let g = instance.get_typed_func::<(), (u32,)>(&mut store, g).unwrap();
    let error = format!("{:#}", g.call(&mut store, ()).unwrap_err());
    assert!(error.contains("`ns:pkg/api@0.2.3#f` was called, which this host does not have"), "{error}");
}

#[test]
fn types_of_a_component_can_be_listed() {
    let engine = Engine::default();
    let ty = Component::new(&engine, NESTED).unwrap().component_type();
    let names = |items: &mut dyn Iterator<Item = &str>| items.map(String::from).collect::<Vec<_>>();
    assert_eq!(names(&mut ty.imports().map(|(name, _)| name)), ["ns:pkg/api@0.2.3"]);
    assert_eq!(names(&mut ty.exports().map(|(name, _)| name)), ["ns:pkg/out@1.0.0", "api-again"]);
}
