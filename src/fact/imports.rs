//! What an adapter module imports, each thing once.

use super::body::Callee;
use super::code::{Memory, val_type};
use super::module::CoreTypeId;
use super::runtime::names;
use super::{GeneratedImport, ImportSource, TaskFunction};
use crate::abi::{FlatType, PointerWidth};
use crate::dfg::{CoreDef, CoreExport};
use crate::id::Id;
use indexmap::IndexMap;
use wasm_encoder::{EntityType, GlobalType, ImportSection, MemoryType, NameMap, NameSection};

/// The first name of everything that the runtime module provides.
const RUNTIME: &str = "runtime";

/// The imports of one adapter module. Functions, memories and globals have index spaces of their own.
#[derive(Default)]
pub(super) struct Imports {
    entities: IndexMap<ImportSource, EntityType>,
    functions: IndexMap<ImportSource, CoreTypeId>,
    memories: IndexMap<ImportSource, PointerWidth>,
    globals: IndexMap<String, GlobalType>,
}

impl Imports {
    /// A core function of the graph.
    pub(super) fn function(&mut self, def: &CoreDef, ty: CoreTypeId) -> Callee {
        self.import_function(ImportSource::Core(def.clone()), ty)
    }

    /// A function of the runtime module.
    pub(super) fn runtime_function(&mut self, name: String, ty: CoreTypeId) -> Callee {
        self.import_function(ImportSource::Runtime(name), ty)
    }

    /// A function of the host's scheduler.
    pub(super) fn task_function(&mut self, function: TaskFunction, ty: CoreTypeId) -> Callee {
        self.import_function(ImportSource::Task(function), ty)
    }

    fn import_function(&mut self, source: ImportSource, ty: CoreTypeId) -> Callee {
        let entity = EntityType::Function(ty.index() as u32);
        self.entities.entry(source.clone()).or_insert(entity);
        let entry = self.functions.entry(source);
        let index = entry.index();
        // Validation gives a core function one type, whatever it is used for.
        let known = *entry.or_insert(ty);
        assert_eq!(known, ty, "an imported function has one type");
        Callee::Import(index as u32)
    }

    /// A memory of the graph, with addresses of `width`; its index.
    pub(super) fn memory(&mut self, memory: &CoreExport, width: PointerWidth) -> u32 {
        self.import_memory(ImportSource::Core(CoreDef::Export(memory.clone())), width)
    }

    /// The memory of the runtime module, with the handle tables.
    pub(super) fn runtime_memory(&mut self) -> Memory {
        let width = PointerWidth::W32;
        let index = self.import_memory(ImportSource::Runtime(names::HANDLES.to_string()), width);
        Memory { index, width, is_aligned: true }
    }

    fn import_memory(&mut self, source: ImportSource, width: PointerWidth) -> u32 {
        let memory64 = width == PointerWidth::W64;
        let ty = MemoryType { minimum: 0, maximum: None, memory64, shared: false, page_size_log2: None };
        self.entities.entry(source.clone()).or_insert(EntityType::Memory(ty));
        let entry = self.memories.entry(source);
        let index = entry.index();
        entry.or_insert(width);
        index as u32
    }

    /// A mutable global of the runtime module; its index.
    pub(super) fn global(&mut self, name: &str, ty: FlatType) -> u32 {
        let ty = GlobalType { val_type: val_type(ty), mutable: true, shared: false };
        self.entities.entry(ImportSource::Runtime(name.to_string())).or_insert(EntityType::Global(ty));
        let entry = self.globals.entry(name.to_string());
        let index = entry.index();
        entry.or_insert(ty);
        index as u32
    }

    /// How many functions are imported, so that defined ones come after them.
    pub(super) fn function_count(&self) -> usize {
        self.functions.len()
    }

    /// Whether the trap globals are among them.
    pub(super) fn uses_trap_globals(&self) -> bool {
        self.globals.contains_key(names::TRAP_CODE)
    }

    /// Engine features that the imports need.
    pub(super) fn features(&self) -> Vec<&'static str> {
        let mut features = Vec::new();
        if self.memories.values().any(|&width| width == PointerWidth::W64) {
            features.push("memory64");
        }
        if self.memories.len() > 1 {
            features.push("multi-memory");
        }
        features
    }

    /// The import section, and what is to be supplied for each import.
    pub(super) fn section(&self) -> (ImportSection, Vec<GeneratedImport>) {
        let mut section = ImportSection::new();
        let mut imports = Vec::new();
        for (source, entity) in &self.entities {
            let (module, name) = names_of(source);
            section.import(&module, &name, *entity);
            imports.push(GeneratedImport { module, name, source: source.clone() });
        }
        (section, imports)
    }

    /// Names of imported functions, for the name section.
    pub(super) fn function_names(&self) -> NameMap {
        let mut map = NameMap::new();
        for (index, source) in self.functions.keys().enumerate() {
            map.append(index as u32, &readable_name(source));
        }
        map
    }

    /// Adds the names of imported memories and globals.
    pub(super) fn name_others(&self, section: &mut NameSection) {
        let mut memories = NameMap::new();
        for (index, source) in self.memories.keys().enumerate() {
            memories.append(index as u32, &readable_name(source));
        }
        let mut globals = NameMap::new();
        for (index, name) in self.globals.keys().enumerate() {
            globals.append(index as u32, name);
        }
        section.memories(&memories);
        section.globals(&globals);
    }
}

/// Both names of an import; no two sources have the same.
fn names_of(source: &ImportSource) -> (String, String) {
    match source {
        ImportSource::Core(CoreDef::Export(export)) => {
            (format!("core{}", export.instance.index()), export.name.to_string())
        }
        ImportSource::Core(CoreDef::Trampoline(id)) => ("trampoline".to_string(), id.index().to_string()),
        ImportSource::Core(CoreDef::Adapter(id)) => ("adapter".to_string(), id.index().to_string()),
        ImportSource::Runtime(name) => (RUNTIME.to_string(), name.clone()),
        ImportSource::DropHostResource(id) => ("drop".to_string(), id.index().to_string()),
        ImportSource::Task(function) => ("task".to_string(), function.name()),
    }
}

fn readable_name(source: &ImportSource) -> String {
    let (module, name) = names_of(source);
    match source {
        ImportSource::Runtime(_) => name,
        ImportSource::Core(_) | ImportSource::DropHostResource(_) | ImportSource::Task(_) => {
            format!("{module} {name}")
        }
    }
}
