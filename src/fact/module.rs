//! One adapter module: its adapters, the functions they share, and its sections.
//!
//! Functions that adapters share (translations of large types, strings, transcoders, the report of a trap) are
//! made on demand and once for each thing they depend on, which [`Shared`] lists. They are compiled from a
//! worklist, not recursively, so that no input makes the compiler's stack grow.

use super::body::{Body, Callee};
use super::borrows::Borrows;
use super::code::{FuncIndex, val_type};
use super::imports::Imports;
use super::needs::Needs;
use super::place::{Side, SideId};
use super::runtime::Lookup;
use super::runtime::names::{self, HandleFunction};
use super::transcode::Transcode;
use super::{GeneratedModule, TaskFunction, adapter, async_adapter, translate};
use crate::abi::FlatType;
use crate::abi::types::TypeId;
use crate::dfg::{AdapterId, CoreDef, Dfg, OptionsId};
use crate::id::{Id, IdVec, define_id};
use crate::intern::Interner;
use indexmap::IndexMap;
use std::collections::{BTreeSet, VecDeque};
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, FunctionSection, Module, NameMap, NameSection, TypeSection,
    ValType,
};

define_id! {
    /// A function that an adapter module defines.
    pub(super) struct FunctionId;
    /// A function type of an adapter module.
    pub(super) struct CoreTypeId;
}

/// A core function type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct CoreType {
    params: Vec<ValType>,
    results: Vec<ValType>,
}

impl CoreType {
    /// The type with these parameters and results.
    pub(super) fn new(params: &[FlatType], results: &[FlatType]) -> CoreType {
        let [params, results] = [params, results].map(|types| types.iter().map(|&ty| val_type(ty)).collect());
        CoreType { params, results }
    }

    /// The type with these parameters after its own.
    pub(super) fn and_params(mut self, params: impl IntoIterator<Item = ValType>) -> CoreType {
        self.params.extend(params);
        self
    }
}

/// Whether a value is on the stack or in memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum PlaceKind {
    /// In flat form.
    Stack,
    /// At an address.
    Memory,
}

/// A function that several adapters may share, and all that its code depends on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Shared {
    /// `(code, site)`: stores both and traps.
    Trap,
    /// Translates a value of one type. Parameters: the flat value or its address; for a destination in memory
    /// its address; the scopes that `borrows` says; the site. Results: the flat value, if it goes to the stack.
    Translate {
        /// The type.
        ty: TypeId,
        /// Where values come from.
        from: (SideId, PlaceKind),
        /// Where they go to.
        to: (SideId, PlaceKind),
        /// How borrows are dealt with; the default where the type has none.
        borrows: Borrows,
    },
    /// `(pointer, length word, site) -> (pointer, length word)`: copies a string.
    String {
        /// Where strings come from.
        from: SideId,
        /// Where they go to.
        to: SideId,
    },
    /// A loop over a string.
    Transcode(Transcode),
    /// `(handle, site) -> rep`: the rep of a borrowed handle.
    Lookup(Lookup),
}

/// An adapter module under construction.
pub(super) struct ModuleBuilder<'a> {
    /// The graph.
    pub(super) dfg: &'a Dfg<'a>,
    /// What exists at run time.
    pub(super) needs: &'a Needs,
    /// What is imported.
    pub(super) imports: Imports,
    /// Callers and callees.
    pub(super) sides: Interner<SideId, Side>,
    types: Interner<CoreTypeId, CoreType>,
    functions: IdVec<FunctionId, Function>,
    adapters: IndexMap<AdapterId, FunctionId>,
    exports: IndexMap<String, FunctionId>,
    shared: IndexMap<Shared, FunctionId>,
    pending: VecDeque<(FunctionId, Shared)>,
    features: BTreeSet<&'static str>,
}

struct Function {
    ty: CoreTypeId,
    name: String,
    code: Option<Code>,
}

enum Code {
    Built(Body),
    /// Calls at most imports, so that its bytes are final.
    Final(Vec<u8>),
}

/// Compiles the adapters of one module. Whether the module uses the trap globals is told beside it.
pub(super) fn compile(dfg: &Dfg<'_>, needs: &Needs, adapters: &[AdapterId]) -> (GeneratedModule, bool) {
    let mut module = ModuleBuilder::new(dfg, needs);
    for &id in adapters {
        let function = module.export(export_name(id), adapter::core_type(dfg, id), adapter::name(dfg, id));
        module.adapters.insert(id, function);
    }
    for &id in adapters {
        let body = if dfg.types.func(dfg.adapters[id].callee.ty).is_async {
            async_adapter::compile(&mut module, id)
        } else {
            adapter::compile(&mut module, id)
        };
        let function = module.adapters[&id];
        module.define(function, body);
    }
    module.complete()
}

/// Name of the export for an adapter.
pub(super) fn export_name(id: AdapterId) -> String {
    format!("a{}", id.index())
}

impl<'a> ModuleBuilder<'a> {
    /// An empty module.
    pub(super) fn new(dfg: &'a Dfg<'a>, needs: &'a Needs) -> Self {
        ModuleBuilder {
            dfg,
            needs,
            imports: Imports::default(),
            sides: Interner::new(),
            types: Interner::new(),
            functions: IdVec::new(),
            adapters: IndexMap::new(),
            exports: IndexMap::new(),
            shared: IndexMap::new(),
            pending: VecDeque::new(),
            features: BTreeSet::new(),
        }
    }

    /// The side that has these options.
    pub(super) fn side(&mut self, options: OptionsId) -> SideId {
        let options = &self.dfg.options[options];
        self.sides.intern(Side {
            instance: options.instance,
            encoding: options.encoding,
            width: options.pointer,
            memory: options.memory.clone(),
            realloc: options.realloc.clone(),
        })
    }

    /// Index of the memory of `side`.
    pub(super) fn memory(&mut self, side: SideId) -> u32 {
        let side = &self.sides[side];
        let memory = side.memory.as_ref().expect("validation asks for a memory where one is used");
        self.imports.memory(memory, side.width)
    }

    /// A function type.
    pub(super) fn core_type(&mut self, ty: CoreType) -> CoreTypeId {
        self.types.intern(ty)
    }

    /// A core function of the graph. One that this module defines is called directly.
    pub(super) fn core_function(&mut self, def: &CoreDef, ty: CoreType) -> Callee {
        if let CoreDef::Adapter(id) = def
            && let Some(&function) = self.adapters.get(id)
        {
            return Callee::Defined(function);
        }
        let ty = self.core_type(ty);
        self.imports.function(def, ty)
    }

    /// A function of the runtime module.
    pub(super) fn handle_function(&mut self, function: HandleFunction, rep: FlatType) -> Callee {
        let (params, results) = function.signature(rep);
        let ty = self.core_type(CoreType::new(&params, &results));
        self.imports.runtime_function(function.name_for(rep), ty)
    }

    /// A function of the host's scheduler.
    pub(super) fn task_function(&mut self, function: TaskFunction, ty: CoreType) -> Callee {
        let ty = self.core_type(ty);
        self.imports.task_function(function, ty)
    }

    /// Adds an exported function, whose code comes later. `name` is for the name section.
    pub(super) fn export(&mut self, export: String, ty: CoreType, name: String) -> FunctionId {
        let ty = self.core_type(ty);
        let function = self.functions.push(Function { ty, name, code: None });
        self.exports.insert(export, function);
        function
    }

    /// Exports a function under one more name.
    pub(super) fn export_again(&mut self, export: String, function: FunctionId) {
        self.exports.insert(export, function);
    }

    /// Gives an exported function its code.
    pub(super) fn define(&mut self, function: FunctionId, body: Body) {
        self.functions[function].code = Some(Code::Built(body));
    }

    /// Notes that the module needs an engine feature.
    pub(super) fn require(&mut self, feature: &'static str) {
        self.features.insert(feature);
    }

    /// The function that reports traps.
    pub(super) fn trap_function(&mut self) -> Callee {
        self.shared(Shared::Trap)
    }

    /// A function that adapters share, to be compiled later if it is new.
    pub(super) fn shared(&mut self, shared: Shared) -> Callee {
        if let Some(&function) = self.shared.get(&shared) {
            return Callee::Defined(function);
        }
        let (ty, name) = self.shared_type_and_name(shared);
        let ty = self.core_type(ty);
        let function = self.functions.push(Function { ty, name, code: None });
        self.shared.insert(shared, function);
        self.pending.push_back((function, shared));
        Callee::Defined(function)
    }

    fn shared_type_and_name(&self, shared: Shared) -> (CoreType, String) {
        match shared {
            Shared::Trap => (CoreType::new(&[FlatType::I32; 2], &[]), "trap".to_string()),
            Shared::Translate { ty, from, to, borrows } => (
                translate::outlined_type(self, ty, from, to, borrows),
                translate::outlined_name(self, ty, from, to),
            ),
            Shared::String { from, to } => {
                (translate::string_type(self, from, to), translate::string_name(self, from, to))
            }
            Shared::Transcode(transcode) => {
                (CoreType { params: transcode.params(), results: transcode.results() }, transcode.name())
            }
            Shared::Lookup(lookup) => {
                (CoreType::new(&[FlatType::I32; 2], &[lookup.rep(self.needs)]), lookup.name())
            }
        }
    }

    fn compile_shared(&mut self, shared: Shared) -> Code {
        match shared {
            Shared::Trap => Code::Built(self.compile_trap()),
            Shared::Translate { ty, from, to, borrows } => {
                Code::Built(translate::compile_outlined(self, ty, from, to, borrows))
            }
            Shared::String { from, to } => Code::Built(translate::compile_string(self, from, to)),
            Shared::Transcode(transcode) => Code::Final(transcode.emit().into_raw_body()),
            Shared::Lookup(lookup) => {
                let memory = self.imports.runtime_memory();
                let slow = self.handle_function(HandleFunction::BorrowRep, lookup.rep(self.needs));
                let Callee::Import(slow) = slow else {
                    unreachable!("the runtime's functions are imported");
                };
                Code::Final(lookup.emit(self.needs, memory, FuncIndex(slow)).into_raw_body())
            }
        }
    }

    fn compile_trap(&mut self) -> Body {
        let code_global = self.imports.global(names::TRAP_CODE, FlatType::I32);
        let site_global = self.imports.global(names::TRAP_SITE, FlatType::I32);
        let mut code = Vec::new();
        wasm_encoder::InstructionSink::new(&mut code)
            .local_get(0)
            .global_set(code_global)
            .local_get(1)
            .global_set(site_global)
            .unreachable()
            .end();
        Body { locals: Vec::new(), code, relocations: Vec::new() }
    }

    /// Compiles what the functions so far need, and ends the module. Whether it uses the trap globals is told beside.
    pub(super) fn complete(mut self) -> (GeneratedModule, bool) {
        while let Some((function, shared)) = self.pending.pop_front() {
            let code = self.compile_shared(shared);
            self.functions[function].code = Some(code);
        }
        let uses_trap_globals = self.imports.uses_trap_globals();
        (self.finish(), uses_trap_globals)
    }

    fn finish(mut self) -> GeneratedModule {
        let imported = self.imports.function_count();
        let index = |callee| match callee {
            Callee::Import(index) => index,
            Callee::Defined(id) => (imported + id.index()) as u32,
        };
        let mut types = TypeSection::new();
        for (_, ty) in self.types.iter() {
            types.ty().function(ty.params.iter().copied(), ty.results.iter().copied());
        }
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        let mut function_names: NameMap = self.imports.function_names();
        for (id, function) in self.functions.iter() {
            functions.function(function.ty.index() as u32);
            match function.code.as_ref().expect("every function was compiled") {
                Code::Built(body) => _ = code.raw(&body.encode(index)),
                Code::Final(bytes) => _ = code.raw(bytes),
            }
            function_names.append(index(Callee::Defined(id)), &function.name);
        }
        let mut exports = ExportSection::new();
        for (name, &function) in &self.exports {
            exports.export(name, ExportKind::Func, index(Callee::Defined(function)));
        }
        let mut names = NameSection::new();
        names.module("adapters");
        names.functions(&function_names);
        self.imports.name_others(&mut names);
        let (import_section, imports) = self.imports.section();
        let mut module = Module::new();
        module.section(&types).section(&import_section).section(&functions).section(&exports);
        module.section(&code).section(&names);
        self.features.extend(self.imports.features());
        GeneratedModule { wasm: module.finish(), imports, features: self.features.into_iter().collect() }
    }
}
