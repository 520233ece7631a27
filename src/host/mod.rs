//! The Rust host: replays a plan on an embedded engine for core modules, so that components run where no
//! component engine exists.
//!
//! Shape and names follow Wasmtime's `component` module: a [`Component`] is compiled once, a [`Linker`] supplies
//! its imports, [`InstancePre`] is both together with all names resolved and types checked, and an [`Instance`]
//! lives in a [`Store`]. Functions are called with [`Val`]s or, typed, with Rust values.
//!
//! The layers, from the engine up: `engine` (the only part that names wasmi), `state`, `call_context` with
//! `strings`, `handles` and `typed` (lifting and lowering), `call` (the order of steps of a call), `replay` (the
//! plan's initializers), and on top of them what embedders see.

mod call;
mod call_context;
mod component;
mod engine;
mod error;
mod func;
mod handle_slots;
mod handles;
mod instance;
mod link;
mod linker;
mod names;
mod pre;
mod replay;
mod resource;
mod resource_table;
mod state;
mod store;
mod strings;
mod type_table;
mod typed;
pub mod types;
mod val;
pub mod wasi;
mod wave;

pub use anyhow::{Error, Result};
pub use call_context::{CallContext, Place};
pub use component::{Component, ComponentExportIndex, MissingFeature};
pub use error::Trap;
pub use func::{Func, TypedFunc};
pub use instance::{ExportLookup, Instance};
pub use linker::{Linker, LinkerInstance, Module};
pub use pre::InstancePre;
pub use resource::{Resource, ResourceAny, ResourceType};
pub use resource_table::ResourceTable;
pub use state::StoreLimits;
pub use store::{AsContext, AsContextMut, Config, Engine, Store, StoreContext, StoreContextMut};
pub use typed::{ComponentNamedList, ComponentType, Lift, LiftList, Lower, LowerList};
pub use types::Type;
pub use val::Val;
