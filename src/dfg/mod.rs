//! 2. One flat graph of definitions: what the component does when it is instantiated, and from what.
//!
//! Instantiating a component only moves names about, except for two effects: instantiating a core module and
//! defining a resource. `inline` executes a component symbolically and keeps exactly those effects, in order;
//! everything else (memories, reallocs, lowered imports, options, adapters) is a value that is looked up when
//! something needs it. The plan is made from this graph by `plan::linearise`, adapters by `fact`.
//!
//! Ids say nothing about order except in [`Dfg::effects`].

mod inline;
#[cfg(test)]
mod tests;
mod verify;

pub use self::inline::inline;
pub use self::verify::verify;
pub use crate::component::{CoreKind, ModuleItem};

use crate::abi::types::{FuncTypeId, ResourceId, TypeId, Types};
use crate::abi::{BuiltIn, FlatType, PointerWidth, StringEncoding};
use crate::id::{IdVec, define_id};
use crate::intern::Interner;
use indexmap::IndexMap;

define_id! {
    /// A core module whose bytes are in the input.
    pub struct ModuleId;
    /// A core instance: one execution of an instantiation.
    pub struct CoreInstanceId;
    /// A component instance: one execution of a component's body. The root is the first.
    pub struct InstanceId;
    /// An import of the root component, or an item inside an imported instance.
    pub struct ImportId;
    /// An export of the root component, or an item inside an exported instance.
    pub struct ExportId;
    /// A core function that the host or the runtime makes.
    pub struct TrampolineId;
    /// A lower that resolved to a lift.
    pub struct AdapterId;
    /// Interned canonical options.
    pub struct OptionsId;
    /// A table of a core instance that `thread.new-indirect` takes functions from.
    pub struct TableId;
}

/// The graph. Lifetimes are those of the input's bytes.
#[derive(Debug, Default)]
pub struct Dfg<'a> {
    /// All value and function types that survive instantiation.
    pub types: Types,
    /// Core modules in order of their place in the input.
    pub modules: IdVec<ModuleId, Module<'a>>,
    /// Component instances; a parent comes before its children.
    pub instances: IdVec<InstanceId, Instance>,
    /// Core instances.
    pub core_instances: IdVec<CoreInstanceId, CoreInstance>,
    /// What must happen, in the order in which it must.
    pub effects: Vec<Effect>,
    /// Resource types. [`ResourceId`]s index this.
    pub resources: IdVec<ResourceId, Resource>,
    /// Imports; a parent comes before its children.
    pub imports: IdVec<ImportId, Import>,
    /// Exports; a parent comes before its children.
    pub exports: IdVec<ExportId, Export>,
    /// Canonical options.
    pub options: Interner<OptionsId, Options>,
    /// Tables that threads start from.
    pub tables: Interner<TableId, CoreExport>,
    /// Lowered imports and intrinsics that something uses.
    pub trampolines: Interner<TrampolineId, Trampoline>,
    /// Lowered functions that resolved to lifted ones and that something uses.
    pub adapters: Interner<AdapterId, Adapter>,
}

/// A core module whose bytes are in the input.
#[derive(Debug)]
pub struct Module<'a> {
    /// The module, byte for byte as in the input.
    pub bytes: &'a [u8],
    /// Where it starts in the input, in bytes.
    pub offset: u64,
    /// Its imports in order.
    pub imports: Vec<ModuleItem>,
    /// Its exports in order (`module` is empty there).
    pub exports: Vec<ModuleItem>,
    /// Engine features beyond the safe baseline that it needs, sorted (`multi-memory`, `memory64`, ...).
    pub features: Vec<&'static str>,
    /// Whether its code could throw a WebAssembly exception.
    pub may_throw: bool,
    /// Whether it has a start function.
    pub has_start: bool,
}

/// A component instance.
#[derive(Debug)]
pub struct Instance {
    /// The instance whose body instantiated this one; `None` for the root.
    pub parent: Option<InstanceId>,
    /// Name for people, from the root down, such as `root/provider`; unique in a graph.
    pub path: String,
    /// Whether a core module that could throw is instantiated in it (imported modules count as such).
    pub may_throw: bool,
}

/// A core instance.
#[derive(Debug)]
pub struct CoreInstance {
    /// The component instance in whose body it is instantiated.
    pub instance: InstanceId,
    /// Its module and the arguments for the module's imports.
    pub source: CoreInstanceSource,
}

/// What a core instance is an instance of.
#[derive(Debug)]
pub enum CoreInstanceSource {
    /// A module of the input, with one argument for each import, in order.
    Static {
        /// The module.
        module: ModuleId,
        /// Arguments, in the order of [`Module::imports`].
        args: Vec<CoreDef>,
    },
    /// A module the host supplies; arguments are found by their two names.
    Imported {
        /// The import.
        import: ImportId,
        /// Arguments by module name, then item name.
        args: IndexMap<Box<str>, IndexMap<Box<str>, CoreDef>>,
    },
}

/// Where a core item comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CoreDef {
    /// An export of a core instance.
    Export(CoreExport),
    /// A core function made by the host or the runtime.
    Trampoline(TrampolineId),
    /// A core function made by `fact`.
    Adapter(AdapterId),
}

/// An export of a core instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CoreExport {
    /// The instance.
    pub instance: CoreInstanceId,
    /// Name of the export.
    pub name: Box<str>,
}

/// Something that must happen at its place in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Instantiate a core module (memory and table initialisers and the start function run).
    Instantiate(CoreInstanceId),
    /// Define a resource type (its destructor becomes known).
    DefineResource(ResourceId),
}

/// A resource type.
#[derive(Debug)]
pub enum Resource {
    /// The host supplies it.
    Imported(ImportId),
    /// A component defines it.
    Defined {
        /// The instance whose body defines it.
        instance: InstanceId,
        /// Core type of a rep: `i32`, or `i64` with 64-bit memories.
        rep: FlatType,
        /// Called with the rep when an owning handle is dropped.
        dtor: Option<CoreDef>,
    },
}

/// An import of the root, or an item inside an imported instance.
#[derive(Debug)]
pub struct Import {
    /// The imported instance it is an item of; `None` at the root.
    pub parent: Option<ImportId>,
    /// The import's full name, such as `wasi:io/streams@0.2.0` or `read`.
    pub name: Box<str>,
    /// What it is.
    pub kind: ImportKind,
    /// `implements` attribute, if any.
    pub implements: Option<Box<str>>,
    /// `external-id` attribute, if any.
    pub external_id: Option<Box<str>>,
}

/// What is imported.
#[derive(Debug)]
pub enum ImportKind {
    /// An instance; its items follow as imports with this one as parent.
    Instance,
    /// A component function.
    Func(FuncTypeId),
    /// A core module with these imports and exports.
    Module {
        /// What it may ask for.
        imports: Vec<ModuleItem>,
        /// What it must have.
        exports: Vec<ModuleItem>,
    },
    /// A resource type.
    Resource(ResourceId),
    /// Another type: which one, if it is a value type. The host supplies nothing for it. Another name for a resource
    /// type that was imported before is one of these too.
    Type(Option<TypeId>),
}

/// An export of the root, or an item inside an exported instance.
#[derive(Debug)]
pub struct Export {
    /// The exported instance it is an item of; `None` at the root.
    pub parent: Option<ExportId>,
    /// The export's full name.
    pub name: Box<str>,
    /// What it is.
    pub kind: ExportKind,
    /// `implements` attribute, if any.
    pub implements: Option<Box<str>>,
    /// `external-id` attribute, if any.
    pub external_id: Option<Box<str>>,
}

/// What is exported.
#[derive(Debug)]
pub enum ExportKind {
    /// An instance; its items follow as exports with this one as parent.
    Instance,
    /// A lifted function.
    Func(LiftedFunc),
    /// A host function, instance, module: the very item the host supplied.
    Import(ImportId),
    /// A core module of the input.
    Module(ModuleId),
    /// A resource type.
    Resource(ResourceId),
    /// Another value type.
    Type(Option<TypeId>),
}

/// A core function lifted to a component function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LiftedFunc {
    /// The core function.
    pub callee: CoreDef,
    /// The component function type.
    pub ty: FuncTypeId,
    /// The options of the lift.
    pub options: OptionsId,
}

/// Canonical options of one lift or lower.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// The component instance whose options these are.
    pub instance: InstanceId,
    /// Encoding of strings.
    pub encoding: StringEncoding,
    /// Memory for everything that does not travel on the stack.
    pub memory: Option<CoreExport>,
    /// Width of that memory's addresses.
    pub pointer: PointerWidth,
    /// Allocator.
    pub realloc: Option<CoreDef>,
    /// Called with the flat results once they were lifted; only for lifts.
    pub post_return: Option<CoreDef>,
    /// Whether the asynchronous ABI is used.
    pub is_async: bool,
    /// Callback of an asynchronous lift.
    pub callback: Option<CoreDef>,
}

/// A core function that the host or the runtime makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trampoline {
    /// A host function as core code calls it.
    LowerImport {
        /// The host function.
        import: ImportId,
        /// Its type.
        ty: FuncTypeId,
        /// The options of the lower.
        options: OptionsId,
    },
    /// `canon resource.new`
    ResourceNew {
        /// The instance in whose table the handle goes.
        instance: InstanceId,
        /// The resource type.
        resource: ResourceId,
    },
    /// `canon resource.rep`
    ResourceRep {
        /// The instance in whose table the handle is.
        instance: InstanceId,
        /// The resource type.
        resource: ResourceId,
    },
    /// `canon resource.drop`
    ResourceDrop {
        /// The instance in whose table the handle is.
        instance: InstanceId,
        /// The resource type.
        resource: ResourceId,
    },
    /// `canon context.get`
    ContextGet {
        /// The instance whose slot it is.
        instance: InstanceId,
        /// Core type of the slot.
        ty: FlatType,
        /// Number of the slot: 0 or 1.
        slot: u32,
    },
    /// `canon context.set`
    ContextSet {
        /// The instance whose slot it is.
        instance: InstanceId,
        /// Core type of the slot.
        ty: FlatType,
        /// Number of the slot: 0 or 1.
        slot: u32,
    },
    /// A built-in for tasks, waitables, streams, futures, error contexts or threads.
    BuiltIn(BuiltInUse),
}

/// A built-in with its operands, as far as it has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BuiltInUse {
    /// The instance that calls it.
    pub instance: InstanceId,
    /// Which one.
    pub built_in: BuiltIn,
    /// The stream or future, or the result of a task.
    pub ty: Option<TypeId>,
    /// Canonical options.
    pub options: Option<OptionsId>,
    /// Whether it never blocks.
    pub is_async: bool,
    /// Where `thread.new-indirect` finds start functions.
    pub thread: Option<ThreadStart>,
}

impl BuiltInUse {
    /// Whether it may block the thread that calls it.
    pub fn may_block(&self) -> bool {
        self.built_in.may_block(self.is_async)
    }
}

/// Where `thread.new-indirect` finds start functions, and what they take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadStart {
    /// The table with the functions.
    pub table: TableId,
    /// Width of its indices.
    pub table_index: PointerWidth,
    /// The one parameter of a start function.
    pub context: FlatType,
}

/// A lower that resolved to a lift: a call from one component instance to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Adapter {
    /// The function that is called.
    pub callee: LiftedFunc,
    /// The options of the lower; its `instance` is the caller.
    pub lower: OptionsId,
    /// Name of the function as the caller knows it, such as `ns:pkg/iface@1.0.0#func`.
    pub name: Box<str>,
}
