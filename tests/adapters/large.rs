//! Large types and many adapters: code stays linear in the number of distinct types, modules stay within the
//! limits of engines, and nothing takes long. (Debug builds of the compiler validate every module they make.)

use crate::harness::{Case, Flat, Guest, root};
use corefuse::abi::types::Case as VariantCase;
use corefuse::abi::{FuncType, PointerWidth, StringEncoding, TypeDef, TypeId, Types};
use corefuse::dfg::{
    Adapter, CoreDef, CoreExport, CoreInstance, CoreInstanceId, CoreInstanceSource, Dfg, Effect, Instance,
    LiftedFunc, Module, Options,
};
use corefuse::fact::{Fused, fuse};
use corefuse::id::Id;
use std::time::{Duration, Instant};

/// What may take a second in a release build, with room for debug builds on busy machines.
const PATIENCE: Duration = Duration::from_secs(20);

fn fuse_in_time(case: Case) -> Fused {
    let start = Instant::now();
    let fused = fuse(&case.dfg()).expect("the case is supported");
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
    fused
}

fn bytes(fused: &Fused) -> usize {
    fused.modules.values().map(|module| module.wasm.len()).sum()
}

/// A type of about `nodes` nodes in which nothing occurs twice but leaves: records of options, lists and variants.
fn wide(types: &mut Types, nodes: u32) -> TypeId {
    let leaves: Vec<TypeId> =
        [TypeDef::Bool, TypeDef::String, TypeDef::Char, TypeDef::F64].map(|def| types.intern(def)).into();
    let parts = (0..nodes / 10).map(|i| {
        let leaf = leaves[i as usize % leaves.len()];
        let fixed = types.intern(TypeDef::FixedList(leaf, i + 2));
        let option = types.intern(TypeDef::Option(fixed));
        let list = types.intern(TypeDef::List(option));
        let case = |n: u32, ty| VariantCase { name: format!("c{n}").into(), ty };
        let cases = [case(0, Some(list)), case(1, None), case(2, Some(leaf)), case(3, Some(option))];
        types.intern(TypeDef::Variant(Box::new(cases)))
    });
    let parts: Vec<TypeId> = parts.collect();
    types.intern(TypeDef::Tuple(parts.into()))
}

#[test]
fn code_grows_with_the_type() {
    let size = |nodes| {
        let fused = fuse_in_time(Case::new(|types| (vec![], Some(wide(types, nodes)))));
        bytes(&fused)
    };
    let (small, large) = (size(1000), size(10_000));
    assert!(large < 11 * small, "{small} and {large} bytes");
    assert!(large < 10_000 * 100, "{large} bytes");
}

#[test]
fn a_type_used_twice_in_each_of_many_levels_is_translated_once_for_each() {
    let deep = |levels| {
        let case = Case::new(|types| {
            let mut ty = types.intern(TypeDef::String);
            for _ in 0..levels {
                ty = types.intern(TypeDef::Tuple(Box::new([ty, ty])));
            }
            (vec![types.intern(TypeDef::List(ty))], None)
        });
        bytes(&fuse_in_time(case))
    };
    // The sizes of the values would be 2^25 strings; validation allows no more.
    let (some, more) = (deep(16), deep(24));
    assert!(more < 2 * some, "{some} and {more} bytes");
}

#[test]
fn variants_may_have_thousands_of_payload_types() {
    let mut world = Case::new(|types| {
        let u8 = types.intern(TypeDef::U8);
        let cases = (0..3000).map(|i| VariantCase {
            name: format!("c{i}").into(),
            ty: (i % 3 != 0).then(|| types.intern(TypeDef::FixedList(u8, i + 20))),
        });
        let cases: Box<[VariantCase]> = cases.collect();
        (vec![], Some(types.intern(TypeDef::Variant(cases))))
    })
    .link();
    for case in [0u16, 1, 255, 256, 1500, 2999] {
        world.reset();
        let payload = if case % 3 == 0 { 0 } else { usize::from(case) + 20 };
        world.set_callee(move |memory, _| {
            memory[64..66].copy_from_slice(&case.to_le_bytes());
            memory[66..66 + payload].fill(7);
            vec![Flat::I32(64)]
        });
        world.memory(Guest::Caller).fill(0xAA);
        assert_eq!(world.call(&[Flat::I32(128)]), Ok(vec![]));
        let result = &world.memory(Guest::Caller)[128..];
        assert_eq!(result[..2], case.to_le_bytes());
        assert!(result[2..][..payload].iter().all(|&byte| byte == 7), "case {case}");
        assert_eq!(result[2 + payload], 0xAA, "case {case}");
    }
}

#[test]
fn outlined_types_pass_as_inline_ones_do() {
    let mut world = Case::new(|types| {
        let mut ty = types.intern(TypeDef::Bool);
        for _ in 0..6 {
            ty = types.intern(TypeDef::Tuple(Box::new([ty, ty, ty])));
        }
        (vec![types.intern(TypeDef::List(ty))], None)
    })
    .link();
    world.set_callee(|_, _| vec![]);
    let sent: Vec<u8> = (0..2 * 729).map(|i| (i * 7 % 3) as u8).collect();
    world.memory(Guest::Caller)[512..][..sent.len()].copy_from_slice(&sent);
    assert_eq!(world.call(&[Flat::I32(512), Flat::I32(2)]), Ok(vec![]));
    let normalised: Vec<u8> = sent.iter().map(|&byte| u8::from(byte != 0)).collect();
    assert_eq!(world.memory(Guest::Callee)[1024..][..sent.len()], normalised);
}

/// `count` instances with a memory, each called by the last one.
fn many_memories(count: u32) -> Dfg<'static> {
    let mut dfg = Dfg::default();
    let module = dfg.modules.push(Module {
        bytes: b"",
        offset: 0,
        imports: Vec::new(),
        exports: Vec::new(),
        features: Vec::new(),
        may_throw: false,
        has_start: false,
    });
    dfg.instances.push(Instance { parent: None, path: "root".into(), may_throw: false });
    let string = dfg.types.intern(TypeDef::String);
    let params = Box::new([corefuse::abi::types::Field { name: "s".into(), ty: string }]);
    let ty = dfg.types.intern_func(FuncType { params, result: None, is_async: false });
    let mut options = Vec::new();
    for i in 0..=count {
        let path = format!("root/i{i}");
        let instance = dfg.instances.push(Instance { parent: Some(root()), path, may_throw: false });
        let source = CoreInstanceSource::Static { module, args: Vec::new() };
        let core = dfg.core_instances.push(CoreInstance { instance, source });
        dfg.effects.push(Effect::Instantiate(core));
        options.push(dfg.options.intern(Options {
            instance,
            encoding: StringEncoding::Utf8,
            memory: Some(export(core, "memory")),
            pointer: PointerWidth::W32,
            realloc: Some(CoreDef::Export(export(core, "realloc"))),
            post_return: None,
            is_async: false,
            callback: None,
        }));
    }
    let (&lower, lifts) = options.split_last().expect("there is a caller");
    for (i, &lift) in lifts.iter().enumerate() {
        let callee = CoreDef::Export(export(CoreInstanceId::from_index(i), "f"));
        let callee = LiftedFunc { callee, ty, options: lift };
        dfg.adapters.intern(Adapter { callee, lower, name: "f".into() });
    }
    dfg
}

fn export(instance: CoreInstanceId, name: &str) -> CoreExport {
    CoreExport { instance, name: name.into() }
}

#[test]
fn no_module_imports_more_memories_than_engines_allow() {
    let fused = fuse(&many_memories(250)).expect("the case is supported");
    let memories = |module: &corefuse::fact::GeneratedModule| {
        module.imports.iter().filter(|import| import.name == "memory").count()
    };
    // One of them is the caller's, and with that of the runtime there could be a hundred.
    assert_eq!(fused.modules.values().map(memories).collect::<Vec<_>>(), [99, 99, 55]);
}

#[test]
fn bytes_grow_with_the_number_of_adapters() {
    let size = |count| {
        let start = Instant::now();
        let fused = fuse(&many_memories(count)).expect("the case is supported");
        assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
        bytes(&fused)
    };
    let (small, large) = (size(100), size(400));
    assert!(large < 5 * small, "{small} and {large} bytes");
}
