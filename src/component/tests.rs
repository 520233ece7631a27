//! Tests of reading that goldens cannot show: borrowed bytes, errors, features, large inputs.

use super::{Kind, from_text_or_binary, read};
use crate::error::{Feature, Unsupported};
use std::borrow::Cow;
use wasm_encoder::{
    CodeSection, Component, CustomSection, Function, FunctionSection, Instruction, Module, ModuleSection,
    NestedComponentSection, Ordering, RawSection, TypeSection, ValType,
};

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's text is right")
}

fn error(bytes: &[u8]) -> String {
    match read(bytes) {
        Ok(_) => panic!("it was accepted"),
        Err(error) => format!("{error:#}"),
    }
}

#[test]
fn modules_are_parts_of_the_input_and_not_copies() {
    let bytes = binary(r#"(component (core module (func (export "f"))) (component (core module)))"#);
    let component = read(&bytes).unwrap();
    let modules: Vec<_> = component.modules.values().collect();
    for module in &modules {
        let start = module.bytes.as_ptr() as usize - bytes.as_ptr() as usize;
        assert_eq!(start as u64, module.offset);
        assert_eq!(&module.bytes[..8], b"\0asm\x01\0\0\0");
        wasmparser::validate(module.bytes).unwrap();
    }
    assert_eq!(modules.len(), 2);
    assert_eq!(modules[0].exports[0].name.as_ref(), "f");
    assert_eq!(modules[1].bytes.len(), 8);
}

#[test]
fn binary_input_stays_where_it_is_and_text_is_assembled() {
    let bytes = binary("(component)");
    assert!(matches!(from_text_or_binary(&bytes).unwrap(), Cow::Borrowed(same) if same == bytes));
    assert_eq!(from_text_or_binary(b"(component)").unwrap(), bytes);
    let error = from_text_or_binary(b"(component (nonsense))").unwrap_err();
    assert!(format!("{error:#}").contains("1:13"), "{error:#}");
    let long = from_text_or_binary(&[b'('; 100_000]).unwrap_err();
    assert!(format!("{long:#}").len() < 300 && format!("{long:#}").contains("--> the input:1:2"), "{long:#}");
    assert!(from_text_or_binary(&[0xff, 0xfe]).is_err());
}

#[test]
fn a_core_module_is_told_from_a_component() {
    let error = error(&binary("(module)"));
    assert!(error.contains("core module") && error.contains("wasm-tools component new"), "{error}");
}

#[test]
fn broken_input_is_an_error_with_an_offset() {
    let bytes =
        binary(r#"(component (core module (func (export "f") nop)) (component (import "x" (func))))"#);
    for length in 0..bytes.len() {
        // Where a section ends the rest is missed by nobody.
        if let Err(error) = read(&bytes[..length]) {
            assert!(format!("{error:#}").contains("offset 0x"), "{length}: {error:#}");
        }
    }
    assert!(error(b"").contains("offset 0x0"));
    assert!(error(b"\0asm\x09\0\x01\0").contains("0x"));
}

#[test]
fn single_changed_bytes_never_panic() {
    let bytes = binary(
        r#"(component $c (import "i" (instance $i (export "f" (func (param "x" string)))))
            (core module $m (memory (export "m") 1) (func (export "g") (local i32) i32.const 1 drop))
            (core instance $m (instantiate $m)) (alias core export $m "m" (core memory $mem))
            (core func (canon lower (func $i "f") (memory $mem)))
            (type $r (resource (rep i32))) (core func (canon resource.drop $r))
            (func (export "g") (canon lift (core func $m "g"))))"#,
    );
    for position in 0..bytes.len() {
        for change in [1, 0x40, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[position] ^= change;
            if let Ok(component) = read(&changed) {
                let _outcome = crate::dfg::inline(&component).is_ok();
            }
        }
    }
}

#[test]
fn an_error_says_in_which_function_of_which_module_of_which_component_it_is() {
    let bad = "(import \"a\" \"f\" (func)) (func) (func (result i32) i64.const 0)";
    let cases = [
        (
            format!("(component (core module) (core module {bad}))"),
            "function 2 of core module 1 of component `root`",
        ),
        (
            format!(
                "(component (import \"c\" (core module)) (component) (component (component (core module {bad}))))"
            ),
            "function 2 of core module 0 of component `root/component1/component0`",
        ),
        // The module is in the body's index space, wherever it came from.
        (
            format!(
                "(component (core module $m) (component (alias outer 1 $m (core module)) (core module {bad})))"
            ),
            "function 2 of core module 1 of component `root/component0`",
        ),
        // Not in a body, so that it is found when the section is read.
        (
            "(component (component) (component (core module) (core module (start 0))))".to_string(),
            "core module 1 of component `root/component1`",
        ),
        (
            "(component (component) (component (component)) (component (export \"f\" (func 0))))".to_string(),
            "component `root/component2`",
        ),
    ];
    for (text, place) in cases {
        let error = error(&binary(&text));
        assert!(error.starts_with(&format!("the component is not valid: in {place}: ")), "{error}");
        assert!(error.contains("at offset 0x"), "{error}");
    }
    let error = error(&binary("(component (export \"f\" (func 0)))"));
    assert!(error.starts_with("the component is not valid: unknown function 0"), "{error}");
}

#[test]
fn a_feature_refused_in_a_function_body_says_in_which_component_it_is() {
    let bytes = binary(
        "(component (component) (component (core module
            (global i32 (i32.const 0)) (func (drop (global.atomic.get seqcst 0))))))",
    );
    let error = read(&bytes).err().expect("it is refused");
    let refusal = error.downcast_ref::<Unsupported>().map(|refusal| (refusal.feature, &*refusal.path));
    assert_eq!(refusal, Some((Feature::SharedThreads, "root/component1")), "{error:#}");
}

/// A module with `count` bodies of about 1 KiB; those at `bad` are not valid, those at `atomic` need threads.
fn large_module(count: u32, bad: &[u32], atomic: &[u32]) -> Module {
    let mut types = TypeSection::new();
    types.ty().function([], [ValType::I32]);
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for i in 0..count {
        functions.function(0);
        let mut body = Function::new([]);
        for _ in 0..512 {
            body.instruction(&Instruction::Nop).instruction(&Instruction::Nop);
        }
        if atomic.contains(&i) {
            body.instruction(&Instruction::AtomicFence(Ordering::SeqCst));
        }
        let value = if bad.contains(&i) { Instruction::I64Const(0) } else { Instruction::I32Const(0) };
        body.instruction(&value).instruction(&Instruction::End);
        code.function(&body);
    }
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    module
}

fn component_of(modules: &[Module]) -> Vec<u8> {
    let mut component = Component::new();
    for module in modules {
        component.section(&ModuleSection(module));
    }
    component.finish()
}

#[test]
fn bodies_are_validated_in_parallel_with_the_same_result() {
    let modules =
        [large_module(600, &[], &[]), large_module(600, &[], &[17, 599]), large_module(1, &[], &[])];
    let bytes = component_of(&modules);
    let component = read(&bytes).unwrap();
    let features: Vec<_> = component.modules.values().map(|module| module.features.clone()).collect();
    assert_eq!(features, [vec![], vec!["threads"], vec![]]);
}

#[test]
fn the_first_invalid_body_is_reported_whoever_finds_one_first() {
    let few = component_of(&[large_module(8, &[5, 7], &[])]);
    let expected = error(&few);
    assert!(expected.contains("in function 5 of core module 0 of"), "{expected}");
    assert!(expected.contains("expected i32, found i64"), "{expected}");
    let offset = |text: &str| text.rsplit("0x").next().unwrap().trim_end_matches(')').to_string();
    let many = component_of(&[large_module(900, &[5, 400, 899], &[])]);
    for _ in 0..3 {
        // Sizes of the sections before take two bytes more.
        let found = error(&many);
        let (a, b) = (offset(&expected), offset(&found));
        let distance = i64::from_str_radix(&b, 16).unwrap() - i64::from_str_radix(&a, 16).unwrap();
        assert!((0..2048).contains(&distance), "{expected} {found}");
    }
}

#[test]
fn a_feature_that_only_a_type_shows_is_found() {
    let bytes = binary(
        "(component (core module (func (local exnref) (local anyref)))
            (core module (func (block (result anyref) unreachable) drop)))",
    );
    let component = read(&bytes).unwrap();
    let features: Vec<_> = component.modules.values().map(|module| module.features.clone()).collect();
    assert_eq!(features, [vec!["exceptions", "gc"], vec!["gc"]]);
}

#[test]
fn imported_memories_count() {
    let bytes = binary(r#"(component (core module (import "a" "m" (memory 1)) (memory 1)))"#);
    assert_eq!(read(&bytes).unwrap().modules.values().next().unwrap().features, ["multi-memory"]);
}

#[test]
fn compact_imports_are_read_and_are_a_feature() {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut module = Module::new();
    module.section(&types);
    // One import section: module "a", then the marker, then the names "x" and "y", both of type 0.
    let imports = [1, 1, b'a', 0, 0x7f, 2, 1, b'x', 0, 0, 1, b'y', 0, 0];
    module.section(&RawSection { id: 2, data: &imports });
    let bytes = component_of(&[module]);
    let component = read(&bytes).unwrap();
    let module = component.modules.values().next().unwrap();
    let names: Vec<_> = module.imports.iter().map(|import| (&*import.module, &*import.name)).collect();
    assert_eq!(names, [("a", "x"), ("a", "y")]);
    assert_eq!(module.features, ["compact-imports"]);
}

#[test]
fn a_malformed_name_section_is_ignored() {
    let mut component = Component::new();
    component.section(&CustomSection { name: "component-name".into(), data: (&[0, 200, 1, 2][..]).into() });
    let bytes = component.finish();
    assert_eq!(read(&bytes).unwrap().bodies.values().next().unwrap().names.component, None);
}

#[test]
fn refused_features_are_named_whether_validated_or_not() {
    let refusal = |text: &str| {
        let bytes = binary(text);
        let error = read(&bytes).err().expect("it is refused");
        error.downcast_ref::<Unsupported>().map(|refusal| (refusal.feature, refusal.offset > 8))
    };
    assert_eq!(
        refusal(r#"(component (import "v" (value u8)) (export "w" (value 0)))"#),
        Some((Feature::Values, true))
    );
    assert_eq!(
        refusal(
            r#"(component (core type $t (func)) (import "f" (func $f)) (core func (canon lower (func $f) gc (core-type $t))))"#
        ),
        Some((Feature::Gc, true))
    );
    assert_eq!(
        refusal("(component (core module (memory 1 (pagesize 1))))"),
        Some((Feature::CustomPageSizes, true))
    );
    // Refused only if it is valid: this value is not used.
    assert_eq!(refusal(r#"(component (import "v" (value u8)))"#), None);
}

#[test]
fn nesting_takes_no_stack() {
    let mut inner = Component::new();
    for _ in 0..990 {
        let mut outer = Component::new();
        outer.section(&NestedComponentSection(&inner));
        inner = outer;
    }
    let bytes = inner.finish();
    let small_stack = std::thread::Builder::new().stack_size(256 * 1024);
    let thread = small_stack.spawn(move || read(&bytes).map(|component| component.bodies.len()).unwrap());
    assert_eq!(thread.unwrap().join().unwrap(), 991);
}

#[test]
fn definitions_have_the_offsets_of_the_input() {
    let bytes = binary(r#"(component (import "a" (func $f)) (core func (canon lower (func $f))))"#);
    let component = read(&bytes).unwrap();
    let body = &component.bodies[component.root()];
    let lower = body.definitions.last().unwrap();
    assert!(matches!(lower.kind, Kind::Lower { .. }));
    assert_eq!(bytes[lower.offset as usize], 0x01);
    let import = &body.definitions[0];
    assert_eq!(&bytes[import.offset as usize + 2..][..1], b"a");
}
