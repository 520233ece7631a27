//! The Rust host: replays a plan on an embedded engine for core modules, so that components run where no
//! component engine exists.
//!
//! Shape and names follow Wasmtime's `component` module: a [`Component`] is compiled once, a [`Linker`] supplies
//! its imports, [`InstancePre`] is both together with all names resolved and types checked, and an [`Instance`]
//! lives in a [`Store`]. Functions are called with [`Val`]s or, typed, with Rust values.
//!
//! A component and its host in thirty lines:
//!
//! ```
//! use corefuse::host::{Component, Engine, Linker, Result, Store};
//!
//! fn main() -> Result<()> {
//!     let engine = Engine::default();
//!     let component = Component::new(&engine, r#"(component
//!         (import "price-of" (func $price (param "name" char) (result u32)))
//!         (core func $price (canon lower (func $price)))
//!         (core module $m
//!             (import "host" "price" (func $price (param i32) (result i32)))
//!             (func (export "total") (param $name i32) (param $pieces i32) (result i32)
//!                 (i32.mul (call $price (local.get $name)) (local.get $pieces))))
//!         (core instance $i (instantiate $m (with "host" (instance (export "price" (func $price))))))
//!         (func (export "total") (param "name" char) (param "pieces" u32) (result u32)
//!             (canon lift (core func $i "total"))))"#)?;
//!
//!     // What the component imports, by name; types are compared when it is instantiated.
//!     let mut linker = Linker::<Vec<char>>::new(&engine);
//!     linker.root().func_wrap("price-of", |mut store, (name,): (char,)| {
//!         store.data_mut().push(name);
//!         Ok((if name == 'c' { 350u32 } else { 220 },))
//!     })?;
//!
//!     let mut store = Store::new(&engine, Vec::new());
//!     let instance = linker.instantiate(&mut store, &component)?;
//!     let total = instance.get_typed_func::<(char, u32), (u32,)>(&mut store, "total")?;
//!     assert_eq!(total.call(&mut store, ('c', 2))?, (700,));
//!     assert_eq!(store.data(), &['c']);
//!     Ok(())
//! }
//! ```
//!
//! A resource that the host implements is a Rust value in a table; guests hold handles to it:
//!
//! ```
//! use corefuse::host::{Component, Engine, Linker, Resource, ResourceTable, ResourceType, Result, Store};
//!
//! struct Counter(u32);
//!
//! fn main() -> Result<()> {
//!     let engine = Engine::default();
//!     let component = Component::new(&engine, r#"(component
//!         (import "my:app/counters" (instance $c
//!             (export "counter" (type $counter (sub resource)))
//!             (export "[constructor]counter" (func (param "from" u32) (result (own $counter))))
//!             (export "[method]counter.next" (func (param "self" (borrow $counter)) (result u32)))))
//!         (alias export $c "counter" (type $counter))
//!         (core func $new (canon lower (func $c "[constructor]counter")))
//!         (core func $next (canon lower (func $c "[method]counter.next")))
//!         (core func $drop (canon resource.drop $counter))
//!         (core module $m
//!             (import "c" "new" (func $new (param i32) (result i32)))
//!             (import "c" "next" (func $next (param i32) (result i32)))
//!             (import "c" "drop" (func $drop (param i32)))
//!             (func (export "second") (param i32) (result i32)
//!                 (local.set 0 (call $new (local.get 0)))
//!                 (drop (call $next (local.get 0)))
//!                 (call $next (local.get 0))
//!                 (call $drop (local.get 0))))
//!         (core instance $i (instantiate $m (with "c" (instance
//!             (export "new" (func $new)) (export "next" (func $next)) (export "drop" (func $drop))))))
//!         (func (export "second") (param "from" u32) (result u32) (canon lift (core func $i "second"))))"#)?;
//!
//!     let mut linker = Linker::<ResourceTable>::new(&engine);
//!     let mut counters = linker.instance("my:app/counters")?;
//!     // Called when a guest drops a counter that it owns.
//!     counters.resource("counter", ResourceType::host::<Counter>(), |mut store, rep| {
//!         store.data_mut().delete(Resource::<Counter>::new_own(rep)).map(drop)
//!     })?;
//!     counters.func_wrap("[constructor]counter", |mut store, (from,): (u32,)| {
//!         Ok((store.data_mut().push(Counter(from))?,))
//!     })?;
//!     counters.func_wrap("[method]counter.next", |mut store, (this,): (Resource<Counter>,)| {
//!         let counter = store.data_mut().get_mut(&this)?;
//!         counter.0 += 1;
//!         Ok((counter.0,))
//!     })?;
//!
//!     let mut store = Store::new(&engine, ResourceTable::new());
//!     let instance = linker.instantiate(&mut store, &component)?;
//!     let second = instance.get_typed_func::<(u32,), (u32,)>(&mut store, "second")?;
//!     assert_eq!(second.call(&mut store, (10,))?, (12,));
//!     assert!(store.data().is_empty());
//!     Ok(())
//! }
//! ```
//!
//! # What can go wrong
//!
//! A guest that breaks a rule ends in an error that holds a [`Trap`]; its component cannot be entered again. So does
//! one that runs out of [fuel](Config::consume_fuel). [`StoreLimits`] cap what it may take of memories, tables,
//! instances and handles. A bundle from disk is checked, hashes included, before anything of it is compiled. What
//! guests can *not* be kept from is to block in a host function: `wasi`'s clocks and streams wait for as long as a
//! guest asks them to.
//!
//! # Layers
//!
//! From the engine up: `engine` (the only part that names wasmi), `state`, `call_context` with
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
mod type_text;
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
