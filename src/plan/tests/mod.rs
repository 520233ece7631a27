//! The order of replay on graphs made by hand: what no component can make, and what only large ones do.

use super::{BundleName, CoreDef, Initializer, Plan, linearise};
use crate::abi::types::FuncType;
use crate::abi::{PointerWidth, StringEncoding};
use crate::dfg::{
    self, Adapter, AdapterId, CoreExport, CoreInstance, CoreInstanceId, CoreInstanceSource, CoreKind, Dfg,
    Effect, ImportKind, Instance, InstanceId, LiftedFunc, Module, ModuleItem, OptionsId,
};
use crate::fact::{Fused, GeneratedImport, GeneratedModule, ImportSource, Placement};
use crate::id::Id;
use anyhow::Result;

/// A graph with a root, one module with one import, and one function import `f` of type `func()`.
fn graph() -> Dfg<'static> {
    let mut dfg = Dfg::default();
    dfg.instances.push(Instance { parent: None, path: "root".to_owned(), may_throw: false });
    let import = ModuleItem { module: "m".into(), name: "f".into(), kind: CoreKind::Func };
    let (imports, exports) = (vec![import], vec![]);
    dfg.modules.push(Module {
        bytes: b"guest",
        offset: 0,
        imports,
        exports,
        features: vec![],
        may_throw: false,
        has_start: false,
    });
    let ty = dfg.types.intern_func(FuncType { params: [].into(), result: None, is_async: false });
    let kind = ImportKind::Func(ty);
    dfg.imports.push(dfg::Import {
        parent: None,
        name: "f".into(),
        kind,
        implements: None,
        external_id: None,
    });
    dfg
}

fn root() -> InstanceId {
    InstanceId::from_index(0)
}

/// Instantiates the module with `arg`.
fn instantiate(dfg: &mut Dfg<'_>, arg: dfg::CoreDef) -> CoreInstanceId {
    let module = dfg.modules.ids().next().unwrap();
    let source = CoreInstanceSource::Static { module, args: vec![arg] };
    let id = dfg.core_instances.push(CoreInstance { instance: root(), source });
    dfg.effects.push(Effect::Instantiate(id));
    id
}

fn export(instance: CoreInstanceId, name: &str) -> CoreExport {
    CoreExport { instance, name: name.into() }
}

fn options(dfg: &mut Dfg<'_>, memory: Option<CoreExport>, realloc: Option<dfg::CoreDef>) -> OptionsId {
    dfg.options.intern(dfg::Options {
        instance: root(),
        encoding: StringEncoding::Utf8,
        memory,
        pointer: PointerWidth::W32,
        realloc,
        post_return: None,
        is_async: false,
        callback: None,
    })
}

fn lower_import(dfg: &mut Dfg<'_>, options: OptionsId) -> dfg::CoreDef {
    let (import, ty) = match dfg.imports.iter().next().unwrap() {
        (id, dfg::Import { kind: ImportKind::Func(ty), .. }) => (id, *ty),
        (_, other) => panic!("{other:?} is no function"),
    };
    dfg::CoreDef::Trampoline(dfg.trampolines.intern(dfg::Trampoline::LowerImport { import, ty, options }))
}

fn adapter(dfg: &mut Dfg<'_>, callee: dfg::CoreDef, options: OptionsId) -> AdapterId {
    let dfg::ImportKind::Func(ty) = dfg.imports.values().next().unwrap().kind else {
        panic!("f is a function")
    };
    let name = format!("adapter{}", dfg.adapters.len()).into();
    dfg.adapters.intern(Adapter { callee: LiftedFunc { callee, ty, options }, lower: options, name })
}

fn generated(wasm: &str, imports: impl IntoIterator<Item = ImportSource>) -> GeneratedModule {
    let import = |source| GeneratedImport { module: "m".to_owned(), name: "f".to_owned(), source };
    let imports = imports.into_iter().map(import).collect();
    GeneratedModule { wasm: wasm.as_bytes().to_vec(), imports, features: vec![] }
}

fn plan(dfg: &Dfg<'_>, fused: &Fused) -> Result<Plan> {
    linearise(dfg, fused, &BundleName::default()).map(|linearised| linearised.plan)
}

/// The initializers in short: `module(args)`, `memory`, ...
fn order(plan: &Plan) -> Vec<String> {
    let arg = |def: &CoreDef| match def {
        CoreDef::Export { instance, export } => format!("{instance}.{export}"),
        CoreDef::Trampoline { trampoline } => format!("host{trampoline}"),
    };
    let initializers = plan.initializers.iter();
    initializers
        .map(|initializer| match initializer {
            Initializer::Instantiate { module, args, .. } => {
                format!(
                    "{}({})",
                    plan.modules[*module].file,
                    args.iter().map(arg).collect::<Vec<_>>().join(", ")
                )
            }
            Initializer::InstantiateImported { .. } => "imported".to_owned(),
            Initializer::Resource { resource } => format!("resource {resource}"),
            Initializer::Memory { from } => format!("memory {}", arg(from)),
            Initializer::Realloc { from } => format!("realloc {}", arg(from)),
            Initializer::PostReturn { from } => format!("postReturn {}", arg(from)),
            Initializer::Callback { from } => format!("callback {}", arg(from)),
            Initializer::Table { from } => format!("table {}", arg(from)),
        })
        .collect()
}

/// A realloc may be an adapter, whose module may import a lowered import, whose options need a memory.
#[test]
fn what_is_needed_comes_first_however_indirectly() {
    let mut dfg = graph();
    let plain = options(&mut dfg, None, None);
    let host = lower_import(&mut dfg, plain);
    let first = instantiate(&mut dfg, host.clone());
    let with_memory = options(&mut dfg, Some(export(first, "memory")), None);
    let lowered = lower_import(&mut dfg, with_memory);
    let realloc = adapter(&mut dfg, lowered.clone(), plain);
    let with_realloc = options(&mut dfg, Some(export(first, "memory")), Some(dfg::CoreDef::Adapter(realloc)));
    let last = lower_import(&mut dfg, with_realloc);
    instantiate(&mut dfg, last);

    let mut fused = Fused::default();
    let module = fused.modules.push(generated("adapters", [ImportSource::Core(lowered)]));
    fused.adapters.push(Placement::Export { module, name: "a0".to_owned() });
    let plan = plan(&dfg, &fused).unwrap();
    assert_eq!(
        order(&plan),
        [
            "component.core0.wasm(host0)",
            "memory 0.memory",
            "component.adapters0.wasm(host1)",
            "realloc 1.a0",
            "component.core0.wasm(host2)",
        ]
    );
    super::check(&plan).unwrap();
}

/// An input can make such chains as long as it likes; a stack overflow could not be caught.
#[test]
fn long_chains_need_no_stack() {
    let length = 20_000;
    let run = move || {
        let mut dfg = graph();
        let plain = options(&mut dfg, None, None);
        let host = lower_import(&mut dfg, plain);
        let first = instantiate(&mut dfg, host);
        let mut fused = Fused::default();
        let mut callee = dfg::CoreDef::Export(export(first, "f"));
        for i in 0..length {
            let id = adapter(&mut dfg, callee.clone(), plain);
            let module = fused.modules.push(generated(&format!("{i}"), [ImportSource::Core(callee)]));
            fused.adapters.push(match i % 2 {
                0 => Placement::Export { module, name: "a".to_owned() },
                _ => Placement::Direct(dfg::CoreDef::Adapter(AdapterId::from_index(i - 1))),
            });
            callee = dfg::CoreDef::Adapter(id);
        }
        instantiate(&mut dfg, callee);
        plan(&dfg, &fused).unwrap()
    };
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(run).unwrap();
    assert_eq!(thread.join().unwrap().initializers.len(), 2 + length / 2);
}

/// What `linearise` says about products that break their rules.
fn complaint(dfg: &Dfg<'_>, fused: &Fused) -> String {
    let error = format!("{:#}", plan(dfg, fused).unwrap_err());
    assert!(error.starts_with("this is a bug in corefuse, please report it with the component: "), "{error}");
    error
}

#[test]
fn broken_products_are_reported_not_followed() {
    let mut dfg = graph();
    let itself = dfg.core_instances.next_id();
    instantiate(&mut dfg, dfg::CoreDef::Export(export(itself, "f")));
    assert!(complaint(&dfg, &Fused::default()).contains("\"f\" of a core instance in root is needed before"));

    let mut dfg = graph();
    let plain = options(&mut dfg, None, None);
    let host = lower_import(&mut dfg, plain);
    let id = adapter(&mut dfg, host, plain);
    instantiate(&mut dfg, dfg::CoreDef::Adapter(id));
    let mut fused = Fused::default();
    fused.adapters.push(Placement::Direct(dfg::CoreDef::Adapter(id)));
    assert!(complaint(&dfg, &fused).contains("Adapter(AdapterId(0)) needs itself"));

    let mut fused = Fused::default();
    let module = fused.modules.push(generated("m", [ImportSource::Runtime("trap_code".to_owned())]));
    fused.adapters.push(Placement::Export { module, name: "a".to_owned() });
    assert!(
        complaint(&dfg, &fused).contains("\"trap_code\" of the runtime is needed, but there is no runtime")
    );

    let mut dfg = graph();
    let resource = dfg.resources.push(dfg::Resource::Imported(dfg.imports.ids().next().unwrap()));
    let trampoline = dfg.trampolines.intern(dfg::Trampoline::ResourceDrop { instance: root(), resource });
    instantiate(&mut dfg, dfg::CoreDef::Trampoline(trampoline));
    assert!(complaint(&dfg, &Fused::default()).contains("the runtime module does not provide ResourceDrop"));
}
