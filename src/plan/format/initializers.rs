//! The steps of the replay, and what they refer to: core items and canonical options.

use serde::{Deserialize, Serialize};

/// One step of the replay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase")]
pub enum Initializer {
    /// Instantiates a module of the plan.
    Instantiate {
        /// Index into [`Plan::modules`](super::Plan::modules).
        module: usize,
        /// Component instance whose body does this; null for generated modules.
        instance: Option<usize>,
        /// Arguments, in the order of [`Module::imports`](super::Module::imports).
        args: Vec<CoreDef>,
    },
    /// Instantiates a module that the host supplied.
    InstantiateImported {
        /// Index into [`Plan::imports`](super::Plan::imports).
        import: usize,
        /// Component instance whose body does this.
        instance: usize,
        /// Arguments with the two names of the import each is for.
        args: Vec<NamedArg>,
    },
    /// A resource type comes to be; its destructor exists from here on.
    Resource {
        /// Index into [`Plan::resources`](super::Plan::resources).
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
        /// Index into [`Plan::trampolines`](super::Plan::trampolines).
        trampoline: usize,
    },
}

/// Canonical options of one lift or lower.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    /// Index into [`Plan::instances`](super::Plan::instances).
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

/// A function that moves elements of a stream or future from the memory of one component instance to that of another:
/// `(from, to, count)`, two addresses, aligned and in bounds, each of its own memory's width, and an i32.
///
/// Where there is none for an element type, it is plain numbers, whose bytes are copied as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Copier {
    /// The element type, an index into [`Plan::types`](super::Plan::types).
    #[serde(rename = "type")]
    pub ty: usize,
    /// Index into [`Plan::options`](super::Plan::options): those of the side that writes.
    pub from: usize,
    /// Index into [`Plan::options`](super::Plan::options): those of the side that reads.
    pub to: usize,
    /// The function.
    pub func: CoreDef,
}
