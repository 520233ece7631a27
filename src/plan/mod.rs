//! 4. The plan: everything a host needs to replay a component, as plain data.
//!
//! A plan is JSON. Its structs are below, field for field; `plan.schema.json` is the same as a JSON Schema.
//! Every index is dense and refers to a table of the plan. No name is resolved at replay except host imports
//! and the exports of modules. A host first checks `version`, refuses what it does not know, then executes
//! `initializers` front to back, and then offers `exports`.
//!
//! Rules for hosts, beyond the fields' own docs:
//! - The runtime module, if there is one, is always the first core instance. It holds the handle tables, the
//!   may-leave flags, the context slots and the trap globals; [`Runtime`] names its exports.
//! - Where an instance has no `mayLeave` flag, nothing could ever clear it, so nothing needs to check it.
//! - A plan may come from anywhere: [`json::read`] refuses one that breaks a rule that [`check()`] knows.
//!
//! What [`linearise()`] promises beyond that:
//! - [`Plan::modules`] holds the modules that an initializer or export refers to, and no others: guest modules in
//!   the order of the input (`NAME.core0.wasm`, ...), the runtime module (`NAME.runtime.wasm`), adapter modules in
//!   the order in which they are instantiated (`NAME.adapters0.wasm`, ...). Modules of equal bytes are one entry.
//! - Initializers that make core instances or resources have the order of the component's source. Whatever else an
//!   initializer needs comes just before it, and what only exports need comes last; nothing is made twice.
//! - Tables that mirror the component (instances, resources, imports, exports, adapters) are complete; types,
//!   functions and options are only those that the host has to do with: at its boundary, and in asynchronous calls.
//! - Types are interned: equal indices mean equal types.

mod boundary;
mod check;
pub mod json;
mod linearise;
mod modules;
mod name;
mod output;
mod tables;
mod tasks;
#[cfg(test)]
mod tests;
mod trampoline;

pub use check::check;
#[cfg(feature = "host")]
pub(crate) use check::types_of;
pub use linearise::{Linearised, linearise};
pub use modules::ModuleSource;
pub(crate) use modules::sha256;
pub use name::BundleName;
pub(crate) use name::check_file_name;
pub use trampoline::{Trampoline, TransferKind};

use serde::{Deserialize, Serialize};
use trampoline::is_false;

/// Version of the component model's semantics that the plans of this crate follow.
pub const CM_VERSION: &str = "0.3";

/// Newest format version that this crate writes, and the only major version it reads.
///
/// Minor version 1 added what is about tasks: all [`Trampoline`]s after the second, [`Plan::copiers`],
/// [`Runtime::blocked`], the functions on handles of other things than resources, callbacks and tables. Plans without
/// any of it are still written as version 1.0.
pub const VERSION: [u32; 2] = [1, 1];

/// The JSON Schema of this format version.
pub const SCHEMA: &str = include_str!("plan.schema.json");

/// A whole plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// `[major, minor]`. Another major version must be refused; a larger minor one only adds optional fields.
    pub version: [u32; 2],
    /// Name and version of the writer, for people.
    pub tool: String,
    /// Version of the component model's semantics, such as `0.3`.
    pub cm: String,
    /// Name of the bundle; file names begin with it.
    pub name: String,
    /// Engine features needed beyond the baseline (SIMD, bulk memory, reference types, tail calls, multi-value,
    /// mutable globals).
    pub requires: Vec<Requirement>,
    /// Limits of the Canonical ABI that hosts must enforce.
    pub limits: Limits,
    /// Core modules.
    pub modules: Vec<Module>,
    /// The runtime module's exports, where there is a runtime module.
    pub runtime: Option<Runtime>,
    /// Component instances; the root is the first, a parent comes before its children.
    pub instances: Vec<Instance>,
    /// Value types that cross the host boundary; children come before parents.
    pub types: Vec<Type>,
    /// Function types that cross the host boundary.
    pub functions: Vec<Function>,
    /// Resource types.
    pub resources: Vec<Resource>,
    /// Canonical options of lifts and lowers at the host boundary.
    pub options: Vec<Options>,
    /// Core functions that the host makes.
    pub trampolines: Vec<Trampoline>,
    /// Functions that move elements of streams and futures between component instances.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub copiers: Vec<Copier>,
    /// What to do, in order.
    pub initializers: Vec<Initializer>,
    /// Imports as a forest: a parent comes before its children.
    pub imports: Vec<Import>,
    /// Exports as a forest: a parent comes before its children.
    pub exports: Vec<Export>,
    /// Fused adapters, for messages: `trapSite` n of the runtime is adapter n-1.
    pub adapters: Vec<Adapter>,
    /// Messages of traps in generated code: `trapCode` n is message n-1. `{arg}` stands for `trapArg`.
    pub traps: Vec<String>,
    /// Bindings that were written with the plan. Hosts do not need them; a later build may replace them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub bindings: Vec<BindingsFile>,
}

/// A function that moves elements of a stream or future from the memory of one component instance to that of another:
/// `(from, to, count)`, two addresses, aligned and in bounds, each of its own memory's width, and an i32.
///
/// Where there is none for an element type, it is plain numbers, whose bytes are copied as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Copier {
    /// The element type, an index into [`Plan::types`].
    #[serde(rename = "type")]
    pub ty: usize,
    /// Index into [`Plan::options`]: those of the side that writes.
    pub from: usize,
    /// Index into [`Plan::options`]: those of the side that reads.
    pub to: usize,
    /// The function.
    pub func: CoreDef,
}

/// A file of generated bindings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BindingsFile {
    /// File beside the plan.
    pub file: String,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
}

/// An engine feature that a plan needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    /// `multi-memory`, `memory64`, `exceptions`, `gc`, ...
    pub feature: String,
    /// Which module needs it and what for.
    pub reason: String,
    /// Whether the plan can be replayed without it, as far as nothing that the reason names happens.
    #[serde(skip_serializing_if = "is_false", default)]
    pub optional: bool,
}

/// Limits of the Canonical ABI.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Largest byte length of a string.
    pub string_bytes: u32,
    /// Largest byte length of a list.
    pub list_bytes: u32,
}

/// A core module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Module {
    /// Who wrote it.
    pub kind: ModuleKind,
    /// File beside the plan.
    pub file: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Its imports in order; the arguments of an `instantiate` initializer follow this order.
    pub imports: Vec<ModuleImport>,
    /// Engine features it needs beyond the baseline, sorted.
    pub features: Vec<String>,
}

/// Who wrote a core module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ModuleKind {
    /// The input contains it.
    Guest,
    /// Generated: fused adapters.
    Adapter,
    /// Generated: handle tables, flags, context slots.
    Runtime,
}

/// An import of a core module: `[module, name]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleImport(pub String, pub String);

/// A component instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
    /// The instance that instantiated this one.
    pub parent: Option<usize>,
    /// Name for people, such as `root/provider`.
    pub path: String,
    /// Export of the runtime: mutable i32 global, 1 while the instance may call out, else 0.
    pub may_leave: Option<String>,
    /// Exports of the runtime: mutable globals that are the two context slots of the running thread.
    pub context: Option<[String; 2]>,
    /// Number of the instance's handle table in the runtime, the first argument of its handle functions.
    pub table: Option<u32>,
}

/// Exports of the runtime module that hosts use. All are functions unless said otherwise.
///
/// `table` is [`Instance::table`], `resource` an index into [`Plan::resources`], `rep` an i32 (or an i64 where
/// the resource says so: then the export's name with `64` appended is used). A `site` names who calls, for
/// messages: 0 for the host. Functions that trap store a reason in the trap globals first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Runtime {
    /// Mutable i32 global: code of the last trap in generated code, 0 if there was none.
    pub trap_code: String,
    /// Mutable i32 global: what the message's `{arg}` stands for.
    pub trap_arg: String,
    /// Mutable i32 global: number of the adapter that trapped, plus one; 0 if it was none.
    pub trap_site: String,
    /// The handle functions, where any instance has a table.
    pub handles: Option<HandleFunctions>,
    /// Mutable i32 global, where anything may block: the host sets it to 1 where a call must wait; see
    /// [`Trampoline`].
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub blocked: Option<String>,
}

/// Names of the runtime's handle functions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HandleFunctions {
    /// `(table, resource, rep) -> handle`: a new owning handle.
    pub new_own: String,
    /// `(table, resource, rep, scope) -> handle`: a new borrow, to be dropped before `scope` is left.
    pub new_borrow: String,
    /// `(table, resource, handle, site) -> rep`: removes an owning handle.
    pub take_own: String,
    /// `(table, resource, handle, scope, site) -> rep`: lends a handle (own or borrow) until `scope` is left.
    pub lend: String,
    /// `(table, handle)`: takes a borrow back that was made for a call which does not take place after all.
    pub drop_borrow: String,
    /// `() -> scope`: begins a call.
    pub enter_scope: String,
    /// `(scope, site)`: ends a call; traps if borrows made in it remain, returns what was lent in it.
    pub leave_scope: String,
    /// `(table) -> i32`: how many handles are in use.
    pub count: String,
    /// Table of functions: entry `resource` is its destructor `(rep)`, set by the host at the resource's
    /// initializer where it has one.
    pub dtors: String,
    /// `(table, slot) -> handle`: a new handle of something that the host knows by `slot`, an i32.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new_async: Option<String>,
    /// `(table, handle) -> slot`: what such a handle stands for; -1 if it is one of a resource.
    #[serde(rename = "async", skip_serializing_if = "Option::is_none", default)]
    pub of_async: Option<String>,
    /// `(table, handle)`: frees such a handle.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remove_async: Option<String>,
}

/// A value type with its layout. Pairs are for 32- and 64-bit memories, in this order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Type {
    /// What it is.
    #[serde(flatten)]
    pub kind: TypeKind,
    /// Size in memory, in bytes.
    pub size: [u32; 2],
    /// Alignment in memory, in bytes.
    pub align: [u32; 2],
    /// Core types on the stack (`i32`, ...), or null where there are more than 16.
    pub flat: [Option<Vec<String>>; 2],
}

/// The kinds of value types. Numbers are indices into [`Plan::types`] unless said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are those of the specification's value types")]
pub enum TypeKind {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    ErrorContext,
    List { element: usize },
    FixedList { element: usize, length: u32 },
    Map { key: usize, value: usize },
    Record { fields: Vec<Field> },
    Tuple { types: Vec<usize> },
    Variant { cases: Vec<Case> },
    Enum { names: Vec<String> },
    Option { some: usize },
    Result { ok: Option<usize>, err: Option<usize> },
    Flags { names: Vec<String> },
    Own { resource: usize },
    Borrow { resource: usize },
    Stream { element: Option<usize> },
    Future { element: Option<usize> },
}

impl TypeKind {
    /// The types it is made of, as indices into [`Plan::types`], with repetitions.
    pub fn children(&self) -> Vec<usize> {
        match self {
            TypeKind::List { element } | TypeKind::FixedList { element, .. } => vec![*element],
            TypeKind::Map { key, value } => vec![*key, *value],
            TypeKind::Record { fields } => fields.iter().map(|f| f.ty).collect(),
            TypeKind::Tuple { types } => types.clone(),
            TypeKind::Variant { cases } => cases.iter().filter_map(|c| c.ty).collect(),
            TypeKind::Option { some } => vec![*some],
            TypeKind::Result { ok, err } => ok.iter().chain(err).copied().collect(),
            TypeKind::Stream { element } | TypeKind::Future { element } => element.iter().copied().collect(),
            _ => Vec::new(),
        }
    }
}

/// A field of a record, or a parameter of a function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// WIT name.
    pub name: String,
    /// Index into [`Plan::types`].
    #[serde(rename = "type")]
    pub ty: usize,
}

/// A case of a variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// WIT name.
    pub name: String,
    /// Index into [`Plan::types`].
    #[serde(rename = "type")]
    pub ty: Option<usize>,
}

/// A function type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Names and types of the parameters.
    pub params: Vec<Field>,
    /// Type of the result.
    pub result: Option<usize>,
    /// Whether the type has the `async` effect.
    #[serde(rename = "async")]
    pub is_async: bool,
}

/// A resource type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Resource {
    /// The host supplies it.
    Imported {
        /// Index into [`Plan::imports`].
        import: usize,
    },
    /// A component defines it.
    Defined {
        /// Index into [`Plan::instances`].
        instance: usize,
        /// Core type of a rep: `i32` or `i64`.
        rep: String,
        /// Called with the rep when an owning handle is dropped.
        dtor: Option<CoreDef>,
    },
}

/// Canonical options of one lift or lower.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    /// Index into [`Plan::instances`].
    pub instance: usize,
    /// `utf8`, `utf16` or `latin1+utf16`.
    pub encoding: String,
    /// Number of a memory, given by a `memory` initializer.
    pub memory: Option<usize>,
    /// Bits of that memory's addresses: 32 or 64.
    pub pointer: u32,
    /// Number of a realloc function, given by a `realloc` initializer.
    pub realloc: Option<usize>,
    /// Number of a post-return function, given by a `postReturn` initializer.
    pub post_return: Option<usize>,
    /// Whether the asynchronous ABI is used.
    #[serde(rename = "async")]
    pub is_async: bool,
    /// Number of a callback function, given by a `callback` initializer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub callback: Option<usize>,
}

/// Where a core item comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CoreDef {
    /// An export of a core instance.
    Export {
        /// Number of the core instance: how many `instantiate` and `instantiateImported`
        /// initializers came before its own.
        instance: usize,
        /// Name of the export.
        export: String,
    },
    /// A core function that the host makes.
    Trampoline {
        /// Index into [`Plan::trampolines`].
        trampoline: usize,
    },
}

/// One step of the replay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase")]
pub enum Initializer {
    /// Instantiates a module of the plan.
    Instantiate {
        /// Index into [`Plan::modules`].
        module: usize,
        /// Component instance whose body does this; null for generated modules.
        instance: Option<usize>,
        /// Arguments, in the order of [`Module::imports`].
        args: Vec<CoreDef>,
    },
    /// Instantiates a module that the host supplied.
    InstantiateImported {
        /// Index into [`Plan::imports`].
        import: usize,
        /// Component instance whose body does this.
        instance: usize,
        /// Arguments with the two names of the import each is for.
        args: Vec<NamedArg>,
    },
    /// A resource type comes to be; its destructor exists from here on.
    Resource {
        /// Index into [`Plan::resources`].
        resource: usize,
    },
    /// Takes a memory out of a core instance; memories are numbered in the order of these.
    Memory {
        /// The memory.
        from: CoreDef,
    },
    /// Takes out a realloc function; they are numbered in the order of these.
    Realloc {
        /// The function.
        from: CoreDef,
    },
    /// Takes out a post-return function; they are numbered in the order of these.
    PostReturn {
        /// The function.
        from: CoreDef,
    },
    /// Takes out a callback function; they are numbered in the order of these.
    Callback {
        /// The function.
        from: CoreDef,
    },
    /// Takes out a table; they are numbered in the order of these.
    Table {
        /// The table.
        from: CoreDef,
    },
}

/// An argument for an import of an imported module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedArg {
    /// First name of the import.
    pub module: String,
    /// Second name of the import.
    pub name: String,
    /// The argument.
    pub def: CoreDef,
}

/// An import of the component, or an item of an imported instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// Index into [`Plan::imports`] of the imported instance it is in.
    pub parent: Option<usize>,
    /// Full name, such as `wasi:io/streams@0.2.0`.
    pub name: String,
    /// What it is.
    #[serde(flatten)]
    pub kind: ImportKind,
    /// `implements` attribute.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub implements: Option<String>,
    /// `external-id` attribute: what the author calls it outside of the component model. Means nothing to a replay.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_id: Option<String>,
}

/// What is imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ImportKind {
    /// An instance; its items follow with this one as parent.
    Instance,
    /// A function.
    Func {
        /// Index into [`Plan::functions`].
        function: usize,
    },
    /// A core module.
    Module {
        /// `[module, name, kind]` of what it may ask for.
        imports: Vec<(String, String, String)>,
        /// `[name, kind]` of what it must have.
        exports: Vec<(String, String)>,
    },
    /// A resource type.
    Resource {
        /// Index into [`Plan::resources`].
        resource: usize,
    },
    /// Another type; the host supplies nothing.
    Type {
        /// Index into [`Plan::types`], where it is a value type: what bindings name.
        #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
        ty: Option<usize>,
    },
}

/// An export of the component, or an item of an exported instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    /// Index into [`Plan::exports`] of the exported instance it is in.
    pub parent: Option<usize>,
    /// Full name.
    pub name: String,
    /// What it is.
    #[serde(flatten)]
    pub kind: ExportKind,
    /// `implements` attribute.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub implements: Option<String>,
    /// `external-id` attribute: what the author calls it outside of the component model. Means nothing to a replay.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_id: Option<String>,
}

/// What is exported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ExportKind {
    /// An instance; its items follow with this one as parent.
    Instance,
    /// A lifted function.
    Func {
        /// Index into [`Plan::functions`].
        function: usize,
        /// The core function.
        callee: CoreDef,
        /// Index into [`Plan::options`].
        options: usize,
        /// Whether it or its callback may block: whether its code can get to something that does.
        #[serde(rename = "mayBlock", skip_serializing_if = "is_false", default)]
        may_block: bool,
    },
    /// The very item that the host supplied.
    Import {
        /// Index into [`Plan::imports`].
        import: usize,
    },
    /// A core module.
    Module {
        /// Index into [`Plan::modules`].
        module: usize,
    },
    /// A resource type.
    Resource {
        /// Index into [`Plan::resources`].
        resource: usize,
    },
    /// Another type.
    Type {
        /// Index into [`Plan::types`], where it is a value type: what bindings name.
        #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
        ty: Option<usize>,
    },
}

/// A fused adapter, for messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adapter {
    /// Function as the caller knows it, such as `ns:pkg/iface#func`.
    pub name: String,
    /// Index into [`Plan::instances`].
    pub caller: usize,
    /// Index into [`Plan::instances`].
    pub callee: usize,
}
