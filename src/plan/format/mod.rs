//! The plan's structs, field for field as in the JSON: a file for each topic, here the plan itself.

mod boundary;
mod initializers;
mod instances;
mod modules;
mod trampoline;
mod types;

pub use boundary::{Export, ExportKind, Import, ImportKind};
pub use initializers::{Copier, CoreDef, Initializer, NamedArg, Options};
pub use instances::{HandleFunctions, Instance, Runtime};
pub use modules::{Module, ModuleImport, ModuleKind, Requirement};
pub use trampoline::{Trampoline, TransferKind};
pub use types::{Case, Field, Function, Resource, Type, TypeKind};

use serde::{Deserialize, Serialize};

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

/// Limits of the Canonical ABI.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Largest byte length of a string.
    pub string_bytes: u32,
    /// Largest byte length of a list.
    pub list_bytes: u32,
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

/// A file of generated bindings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BindingsFile {
    /// File beside the plan.
    pub file: String,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
}

/// For fields that are left out where they are false.
fn is_false(value: &bool) -> bool {
    !value
}
