//! 4. The plan: everything a host needs to replay a component, as plain data.
//!
//! A plan is JSON. Its structs are in `format/`, field for field; `plan.schema.json` is the same as a JSON Schema.
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
mod format;
pub mod json;
mod linearise;
mod modules;
mod name;
mod output;
mod tables;
mod tasks;
#[cfg(test)]
mod tests;

pub use check::check;
#[cfg(feature = "host")]
pub(crate) use check::types_of;
pub use format::{
    Adapter, BindingsFile, Case, Copier, CoreDef, Export, ExportKind, Field, Function, HandleFunctions,
    Import, ImportKind, Initializer, Instance, Limits, Module, ModuleImport, ModuleKind, NamedArg, Options,
    Plan, Requirement, Resource, Runtime, Trampoline, TransferKind, Type, TypeKind,
};
pub use linearise::{Linearised, linearise};
pub use modules::ModuleSource;
pub(crate) use modules::sha256;
pub use name::BundleName;
pub(crate) use name::check_file_name;

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
