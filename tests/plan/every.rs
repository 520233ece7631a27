//! A plan with every struct and every variant in it, and every optional field given. It makes no sense.

use corefuse::plan::{
    Adapter, BindingsFile, Case, Copier, CoreDef, Export, ExportKind, Field, Function, HandleFunctions,
    Import, ImportKind, Initializer, Instance, Limits, Module, ModuleImport, ModuleKind, NamedArg, Options,
    Plan, Requirement, Resource, Runtime, Trampoline, TransferKind, Type, TypeKind,
};

fn s(text: &str) -> String {
    text.to_owned()
}

fn def() -> CoreDef {
    CoreDef::Export { instance: 0, export: s("f") }
}

pub(crate) fn plan() -> Plan {
    Plan {
        version: [1, 1],
        tool: s("corefuse 0.0.0"),
        cm: s("0.3"),
        name: s("every"),
        requires: vec![Requirement { feature: s("memory64"), reason: s("why not"), optional: true }],
        limits: Limits { string_bytes: 1, list_bytes: 1 },
        modules: [ModuleKind::Guest, ModuleKind::Adapter, ModuleKind::Runtime].map(module).into(),
        bindings: vec![BindingsFile { file: s("b.js"), sha256: "0".repeat(64) }],
        runtime: Some(runtime()),
        instances: vec![Instance {
            parent: None,
            path: s("root"),
            may_leave: Some(s("m")),
            context: Some([s("c0"), s("c1")]),
            table: Some(0),
        }],
        types: types(),
        functions: vec![Function {
            params: vec![Field { name: s("p"), ty: 0 }],
            result: Some(0),
            is_async: false,
        }],
        resources: vec![
            Resource::Imported { import: 0 },
            Resource::Defined { instance: 0, rep: s("i64"), dtor: Some(def()) },
        ],
        options: vec![Options {
            instance: 0,
            encoding: s("latin1+utf16"),
            memory: Some(0),
            pointer: 64,
            realloc: Some(0),
            post_return: Some(0),
            is_async: false,
            callback: Some(0),
        }],
        trampolines: trampolines(),
        copiers: vec![Copier { ty: 0, from: 0, to: 0, func: def() }],
        initializers: initializers(),
        imports: imports(),
        exports: exports(),
        adapters: vec![Adapter { name: s("f"), caller: 0, callee: 0 }],
        traps: vec![s("trap")],
    }
}

fn trampolines() -> Vec<Trampoline> {
    vec![
        Trampoline::LowerImport { import: 0, function: 0, options: 0 },
        Trampoline::DropHostResource { resource: 0 },
        Trampoline::BuiltIn {
            name: s("stream.read"),
            instance: 0,
            ty: Some(0),
            options: Some(0),
            is_async: true,
            table: Some(0),
            start: Some(s("i32")),
        },
        Trampoline::Wait,
        Trampoline::Resumed { result: None },
        Trampoline::StartCall { adapter: 0, function: 0, lift: 0, options: 0, scoped: true, may_block: true },
        Trampoline::TaskCode,
        Trampoline::TaskExit,
        Trampoline::TaskCheck,
        Trampoline::TaskReturned { result: Some(s("f64")) },
        Trampoline::EnterSync { instance: 0, adapter: None },
        Trampoline::ExitSync,
        Trampoline::Transfer { kind: TransferKind::Stream, ty: Some(0), from: 0, to: 0 },
    ]
}

fn module(kind: ModuleKind) -> Module {
    Module {
        kind,
        file: s("m.wasm"),
        size: 8,
        sha256: "0".repeat(64),
        imports: vec![ModuleImport(s("m"), s("f"))],
        features: vec![s("memory64")],
    }
}

fn runtime() -> Runtime {
    Runtime {
        trap_code: s("a"),
        trap_arg: s("b"),
        trap_site: s("c"),
        handles: Some(HandleFunctions {
            new_own: s("d"),
            new_borrow: s("e"),
            take_own: s("f"),
            lend: s("g"),
            borrow_rep: s("q"),
            drop_borrow: s("p"),
            enter_scope: s("h"),
            leave_scope: s("i"),
            count: s("j"),
            dtors: s("k"),
            new_async: Some(s("l")),
            of_async: Some(s("m")),
            remove_async: Some(s("n")),
        }),
        blocked: Some(s("o")),
    }
}

fn types() -> Vec<Type> {
    let kinds = [
        TypeKind::Bool,
        TypeKind::S8,
        TypeKind::U8,
        TypeKind::S16,
        TypeKind::U16,
        TypeKind::S32,
        TypeKind::U32,
        TypeKind::S64,
        TypeKind::U64,
        TypeKind::F32,
        TypeKind::F64,
        TypeKind::Char,
        TypeKind::String,
        TypeKind::ErrorContext,
        TypeKind::List { element: 0 },
        TypeKind::FixedList { element: 0, length: 1 },
        TypeKind::Map { key: 0, value: 0 },
        TypeKind::Record { fields: vec![Field { name: s("a"), ty: 0 }] },
        TypeKind::Tuple { types: vec![0] },
        TypeKind::Variant {
            cases: vec![Case { name: s("a"), ty: Some(0) }, Case { name: s("b"), ty: None }],
        },
        TypeKind::Enum { names: vec![s("a")] },
        TypeKind::Option { some: 0 },
        TypeKind::Result { ok: Some(0), err: None },
        TypeKind::Flags { names: vec![s("a")] },
        TypeKind::Own { resource: 0 },
        TypeKind::Borrow { resource: 0 },
        TypeKind::Stream { element: Some(0) },
        TypeKind::Future { element: None },
    ];
    let flat = || Some(["i32", "i64", "f32", "f64"].map(s).into());
    kinds.map(|kind| Type { kind, size: [8, 8], align: [1, 8], flat: [flat(), None] }).into()
}

fn initializers() -> Vec<Initializer> {
    let arg = || NamedArg { module: s("m"), name: s("f"), def: CoreDef::Trampoline { trampoline: 0 } };
    vec![
        Initializer::Instantiate { module: 0, instance: Some(0), args: vec![def()] },
        Initializer::InstantiateImported { import: 0, instance: 0, args: vec![arg()] },
        Initializer::Resource { resource: 0 },
        Initializer::Memory { from: def() },
        Initializer::Realloc { from: def() },
        Initializer::PostReturn { from: def() },
        Initializer::Callback { from: def() },
        Initializer::Table { from: def() },
    ]
}

fn imports() -> Vec<Import> {
    let kinds = [
        ImportKind::Instance,
        ImportKind::Func { function: 0 },
        ImportKind::Module {
            imports: vec![(s("m"), s("f"), s("func")), (s("m"), s("t"), s("tag"))],
            exports: vec![(s("t"), s("table")), (s("m"), s("memory")), (s("g"), s("global"))],
        },
        ImportKind::Resource { resource: 0 },
        ImportKind::Type { ty: Some(0) },
    ];
    let import = |kind| Import {
        parent: Some(0),
        name: s("n"),
        kind,
        implements: Some(s("i")),
        external_id: Some(s("x")),
    };
    kinds.map(import).into()
}

fn exports() -> Vec<Export> {
    let kinds = [
        ExportKind::Instance,
        ExportKind::Func { function: 0, callee: def(), options: 0, may_block: true },
        ExportKind::Import { import: 0 },
        ExportKind::Module { module: 0 },
        ExportKind::Resource { resource: 0 },
        ExportKind::Type { ty: Some(0) },
    ];
    let export = |kind| Export {
        parent: Some(0),
        name: s("n"),
        kind,
        implements: Some(s("i")),
        external_id: Some(s("x")),
    };
    kinds.map(export).into()
}
