//! Tests of inlining that goldens cannot show: growth, limits, stack use, and that `verify` notices what is broken.

use super::{CoreDef, CoreInstanceSource, Dfg, Effect, ExportKind, Resource, inline, verify};
use crate::component::read;
use crate::error::{Limit, LimitExceeded};
use crate::id::Id;
use std::fmt::Write;
use wasm_encoder::{
    Alias, CanonicalFunctionSection, Component, ComponentAliasSection, ComponentExportKind,
    ComponentExportSection, ComponentImportSection, ComponentInstanceSection, ComponentOuterAliasKind,
    ComponentType, ComponentTypeRef, ComponentTypeSection, NestedComponentSection,
};

/// Stack that is far too small for anything that recurses on the input.
const SMALL_STACK: usize = 512 * 1024;

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's text is right")
}

/// Inlines `bytes` on a small stack and looks at the graph.
fn graph<T: Send + 'static>(bytes: Vec<u8>, look: impl FnOnce(&Dfg<'_>) -> T + Send + 'static) -> T {
    let work = move || {
        let component = read(&bytes).unwrap();
        let dfg = inline(&component).unwrap();
        verify(&dfg).unwrap();
        look(&dfg)
    };
    std::thread::Builder::new().stack_size(SMALL_STACK).spawn(work).unwrap().join().unwrap()
}

fn limit(bytes: &[u8]) -> Option<Limit> {
    let component = read(bytes).unwrap();
    let error = inline(&component).err()?;
    error.downcast_ref::<LimitExceeded>().map(|exceeded| exceeded.limit)
}

/// Text of a component that exports a function `f` lifted from a core module.
const LEAF: &str = r#"(component $leaf
    (core module $m (func (export "f"))) (core instance $m (instantiate $m))
    (func (export "f") (canon lift (core func $m "f"))))"#;

#[test]
fn a_thousand_instantiations_of_each_sort() {
    let mut text = format!("(component {LEAF} (core module $m)");
    for _ in 0..1000 {
        text.push_str("(instance (instantiate $leaf)) (core instance (instantiate $m))");
    }
    text.push(')');
    let counts =
        graph(binary(&text), |dfg| (dfg.instances.len(), dfg.core_instances.len(), dfg.effects.len()));
    assert_eq!(counts, (1001, 2000, 2000));
}

#[test]
fn an_alias_chain_of_500() {
    let mut text = format!("(component {LEAF} (instance $i0 (instantiate $leaf))");
    for i in 0..500 {
        write!(
            text,
            r#"(alias export $i{i} "f" (func $f{i})) (instance $i{} (export "f" (func $f{i})))"#,
            i + 1
        )
        .unwrap();
    }
    text.push_str(r#"(export "f" (func $f499)))"#);
    assert_eq!(graph(binary(&text), |dfg| (dfg.exports.len(), dfg.options.len())), (1, 1));
}

/// `inner` in a component that instantiates it and exports its `f` again, and so on for `levels`.
fn passed_on(inner: Vec<u8>, levels: usize) -> Vec<u8> {
    let mut inner = inner;
    for _ in 0..levels {
        let mut instances = ComponentInstanceSection::new();
        instances.instantiate(0, std::iter::empty::<(&str, ComponentExportKind, u32)>());
        let mut aliases = ComponentAliasSection::new();
        aliases.alias(Alias::InstanceExport { instance: 0, kind: ComponentExportKind::Func, name: "f" });
        let mut exports = ComponentExportSection::new();
        exports.export("f", ComponentExportKind::Func, 0, None);
        let mut outer = Component::new();
        outer.section(&wasm_encoder::RawSection { id: 4, data: &inner });
        outer.section(&instances).section(&aliases).section(&exports);
        inner = outer.finish();
    }
    inner
}

#[test]
fn a_function_passed_on_through_950_components() {
    let bytes = passed_on(binary(LEAF), 950);
    let (instances, exported) = graph(bytes, |dfg| {
        let export = dfg.exports.values().next().unwrap();
        (
            dfg.instances.len(),
            matches!(&export.kind, ExportKind::Func(f) if dfg.options[f.options].instance.index() == 950),
        )
    });
    assert_eq!((instances, exported), (951, true));
}

#[test]
fn lifts_and_lowers_of_each_other_take_no_stack() {
    let mut component = Component::new();
    let head = binary(
        r#"(component (core module (func (export "f"))) (core instance (instantiate 0))
            (alias core export 0 "f" (core func)) (type (func)))"#,
    );
    let mut functions = CanonicalFunctionSection::new();
    for i in 0..20_000 {
        functions.lift(i, 0, []).lower(i, []);
    }
    component.section(&functions);
    let mut instances = wasm_encoder::InstanceSection::new();
    instances.export_items([("f", wasm_encoder::ExportKind::Func, 20_000)]);
    instances.instantiate(1, [("", wasm_encoder::ModuleArg::Instance(1))]);
    let user = wat::parse_str(r#"(module (import "" "f" (func)))"#).unwrap();
    component.section(&wasm_encoder::RawSection { id: 1, data: &user }).section(&instances);
    let bytes = [head, component.finish()[8..].to_vec()].concat();
    assert_eq!(graph(bytes, |dfg| dfg.adapters.len()), 20_000);
}

/// Components that each capture the one before: `a` takes a component and exports one that holds it.
#[test]
fn closures_in_closures_take_no_stack() {
    let mut holder = Component::new();
    let mut aliases = ComponentAliasSection::new();
    aliases.alias(Alias::Outer { kind: ComponentOuterAliasKind::Component, count: 1, index: 0 });
    holder.section(&aliases);
    let mut a = Component::new();
    let mut types = ComponentTypeSection::new();
    types.component(&ComponentType::new());
    let mut imports = ComponentImportSection::new();
    imports.import("f", ComponentTypeRef::Component(0));
    let mut exports = ComponentExportSection::new();
    exports.export("b", ComponentExportKind::Component, 1, None);
    a.section(&types).section(&imports).section(&NestedComponentSection(&holder)).section(&exports);
    let mut root = Component::new();
    root.section(&NestedComponentSection(&a)).section(&NestedComponentSection(&Component::new()));
    for i in 0..990 {
        let mut instances = ComponentInstanceSection::new();
        instances.instantiate(0, [("f", ComponentExportKind::Component, i + 1)]);
        let mut aliases = ComponentAliasSection::new();
        aliases.alias(Alias::InstanceExport { instance: i, kind: ComponentExportKind::Component, name: "b" });
        root.section(&instances).section(&aliases);
    }
    assert_eq!(graph(root.finish(), |dfg| dfg.instances.len()), 991);
}

#[test]
fn types_that_share_parts_are_converted_once() {
    let mut text = String::from("(component (type $t0 (tuple u8 u8))");
    for i in 1..18 {
        write!(text, "(type $t{i} (tuple $t{} $t{}))", i - 1, i - 1).unwrap();
    }
    text.push_str(r#"(import "f" (func (param "x" $t17))))"#);
    assert_eq!(graph(binary(&text), |dfg| dfg.types.iter().len()), 19);
}

#[test]
fn growth_is_limited() {
    // Instance types that hold two of the one before.
    let mut text = String::from("(component (type $t0 (instance))");
    for i in 1..18 {
        let before = i - 1;
        write!(
            text,
            r#"(type $t{i} (instance (alias outer 1 $t{before} (type $t)) (export "a" (instance (type $t)))
                (export "b" (instance (type $t)))))"#
        )
        .unwrap();
    }
    text.push_str(r#"(import "i" (instance (type $t17))))"#);
    assert_eq!(limit(&binary(&text)), Some(Limit::Imports));

    // Few component instances, many core instances in each.
    let many = |what: &str| what.repeat(400);
    let text = format!(
        "(component (component $c (core module $m) {}) {})",
        many("(core instance (instantiate $m))"),
        many("(instance (instantiate $c))")
    );
    assert_eq!(limit(&binary(&text)), Some(Limit::Effects));

    // Few instances, much work in each.
    let text = format!(
        r#"(component (component $c (import "f" (func $f)) {}) (import "f" (func $f)) {})"#,
        "(core func (canon lower (func $f)))".repeat(2000),
        r#"(instance (instantiate $c (with "f" (func $f))))"#.repeat(300)
    );
    assert_eq!(limit(&binary(&text)), Some(Limit::Steps));
}

#[test]
fn outer_aliases_are_limited_before_anything_is_inlined() {
    let mut aliases = ComponentAliasSection::new();
    for _ in 0..900 {
        aliases.alias(Alias::Outer { kind: ComponentOuterAliasKind::CoreModule, count: 990, index: 0 });
    }
    let mut inner = Component::new();
    inner.section(&aliases);
    let mut leaf_twice = Component::new();
    leaf_twice.section(&NestedComponentSection(&inner)).section(&NestedComponentSection(&inner));
    let mut outer = leaf_twice;
    for _ in 0..988 {
        let mut next = Component::new();
        next.section(&NestedComponentSection(&outer));
        outer = next;
    }
    let mut root = Component::new();
    root.section(&wasm_encoder::ModuleSection(&wasm_encoder::Module::new()));
    root.section(&NestedComponentSection(&outer));
    let error = read(&root.finish()).err().expect("it is refused");
    assert_eq!(error.downcast_ref::<LimitExceeded>().map(|e| e.limit), Some(Limit::Captures));
}

#[test]
fn long_names_are_work() {
    let name = "n".repeat(90_000);
    let mut text = format!(
        r#"(component (core module $m (func (export "{name}"))) (core instance $i (instantiate $m))
            (alias core export $i "{name}" (core func $f)) (core instance $short (export "f" (func $f)))
            (core module $user (import "" "f" (func)))"#
    );
    for _ in 0..3000 {
        text.push_str(r#"(core instance (instantiate $user (with "" (instance $short))))"#);
    }
    text.push(')');
    assert_eq!(limit(&binary(&text)), Some(Limit::Steps));
}

/// What a component with every kind of node becomes, for breaking.
fn broken(change: impl FnOnce(&mut Dfg<'_>)) -> String {
    let bytes = binary(
        r#"(component
            (import "r" (type $host (sub resource)))
            (import "log" (func $log (param "r" (own $host))))
            (component $c
                (core module $m (memory (export "m") 1) (func (export "f")) (func (export "d") (param i32)))
                (core instance $m (instantiate $m))
                (type $r (resource (rep i32) (dtor (core func $m "d"))))
                (export "r" (type $r))
                (func (export "f") (canon lift (core func $m "f") (memory (core memory $m "m")))))
            (instance $c (instantiate $c))
            (core func $log (canon lower (func $log)))
            (core func $f (canon lower (func $c "f")))
            (core module $m (import "" "log" (func (param i32))) (import "" "f" (func)))
            (core instance (instantiate $m (with "" (instance (export "log" (func $log)) (export "f" (func $f))))))
            (export "f" (func $c "f")))"#,
    );
    let component = read(&bytes).unwrap();
    let mut dfg = inline(&component).unwrap();
    verify(&dfg).unwrap();
    change(&mut dfg);
    verify(&dfg).expect_err("verify notices").to_string()
}

#[test]
fn verify_notices_effects_that_are_missing_doubled_or_out_of_order() {
    assert!(broken(|dfg| dfg.effects.reverse()).contains("before it is instantiated"));
    assert!(broken(|dfg| dfg.effects.truncate(2)).contains("a core instance is no effect"));
    assert!(broken(|dfg| dfg.effects.push(dfg.effects[0])).contains("is two effects"));
    assert!(
        broken(|dfg| dfg.effects.retain(|e| !matches!(e, Effect::DefineResource(_))))
            .contains("is no effect")
    );
}

#[test]
fn verify_notices_wrong_arguments_and_options() {
    let drop_argument = |dfg: &mut Dfg<'_>| {
        for instance in dfg.core_instances.ids().collect::<Vec<_>>() {
            if let CoreInstanceSource::Static { args, .. } = &mut dfg.core_instances[instance].source {
                args.pop();
            }
        }
    };
    assert!(broken(drop_argument).contains("not as many arguments"));
    let unused = |dfg: &mut Dfg<'_>| {
        let mut options = dfg.options.iter().next().unwrap().1.clone();
        options.encoding = crate::abi::StringEncoding::Utf16;
        dfg.options.intern(options);
    };
    assert!(broken(unused).contains("nothing uses"));
    let post_return = |dfg: &mut Dfg<'_>| {
        let adapter = dfg.adapters.iter().next().unwrap().1.clone();
        let mut options = dfg.options[adapter.lower].clone();
        options.post_return = Some(adapter.callee.callee.clone());
        let lower = dfg.options.intern(options);
        dfg.adapters.intern(super::Adapter { lower, ..adapter });
        let last = super::AdapterId::from_index(dfg.adapters.len() - 1);
        let instance = dfg.core_instances.ids().next_back().unwrap();
        if let CoreInstanceSource::Static { args, .. } = &mut dfg.core_instances[instance].source {
            args[1] = CoreDef::Adapter(last);
        }
    };
    assert!(broken(post_return).contains("not those of a lower"));
}

#[test]
fn verify_notices_what_is_in_the_wrong_place() {
    let path = |dfg: &mut Dfg<'_>| dfg.instances[super::InstanceId::from_index(1)].path = "root".to_string();
    assert!(broken(path).contains("has the path of another"));
    let parent = |dfg: &mut Dfg<'_>| dfg.instances[super::InstanceId::from_index(1)].parent = None;
    assert!(broken(parent).contains("after its parent"));
    let resource = |dfg: &mut Dfg<'_>| {
        let id = dfg.resources.ids().next().unwrap();
        dfg.resources[id] = Resource::Imported(super::ImportId::from_index(1));
    };
    assert!(broken(resource).contains("not what its import says"));
}
