//! The engine interface: all that replay needs of an engine for core modules.
//!
//! Only the files of this folder name an engine; everything else in `host` speaks of the types exported here.
//! Another engine is another file beside `wasmi.rs` with the same types and methods:
//!
//! | type | methods |
//! |---|---|
//! | `Engine` | `new(&Settings)`, `compile(bytes) -> Module`, `FEATURES`, `NAME` |
//! | `Module` | `imports()`, `exports()`: names and [`Kind`]s in the order of the module |
//! | `Store` | `new(&Engine, State)`, `context()`, `state()`, `into_state()`, `fuel()`, `set_fuel()`: owns all items below |
//! | `Context` | `reborrow()`, `state()`, `state_mut()`: a borrowed store, passed to everything |
//! | `Instance` | `new(cx, &Module, &[Item])`, `export(cx, name)` |
//! | `Func` | `new(cx, params, results, closure)`, `call(cx, params, results)` |
//! | `Memory`, `Global`, `Table` | bytes; `get`/`set`; `set(index, func)` |
//!
//! Core values cross this interface as `u64` bits: an `i32` or `f32` is zero-extended. So the joins of flat
//! variants (`CanonicalABI.md`, "Flattening") need no code: reinterpreting and widening keep these bits, and
//! narrowing is a cast where a value is read.
//!
//! Failures are [`anyhow::Error`]s: a trap of guest code is a [`CoreTrap`] inside, an error that a host function
//! returned comes out as that very error.

mod wasmi;

pub(crate) use self::wasmi::{Context, Engine, Func, Global, Instance, Memory, Module, Store, Table};

use std::fmt;

/// What an engine is configured with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Whether executed instructions consume fuel.
    pub(crate) fuel: bool,
    /// Whether functions are compiled at their first call instead of all at once.
    pub(crate) lazy: bool,
    /// Largest stack of core values, in bytes; the engine's choice where absent.
    pub(crate) max_stack: Option<usize>,
}

/// The kinds of core items an engine can exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Func,
    Table,
    Memory,
    Global,
}

impl Kind {
    /// The name that plans use.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Func => "func",
            Kind::Table => "table",
            Kind::Memory => "memory",
            Kind::Global => "global",
        }
    }
}

/// A core item.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Item {
    Func(Func),
    Table(Table),
    Memory(Memory),
    Global(Global),
}

impl Item {
    /// What it is.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Item::Func(_) => Kind::Func,
            Item::Table(_) => Kind::Table,
            Item::Memory(_) => Kind::Memory,
            Item::Global(_) => Kind::Global,
        }
    }
}

/// An import or export of a core module.
#[derive(Clone, Debug)]
pub(crate) struct ModuleItem {
    /// First level of an import's name; empty for an export.
    pub(crate) module: String,
    /// Name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: Kind,
}

/// Guest code trapped.
#[derive(Clone, Debug)]
pub(crate) struct CoreTrap {
    /// The engine's reason.
    pub(crate) reason: &'static str,
    /// Whether it was an `unreachable` instruction, which is how generated code traps.
    pub(crate) is_unreachable: bool,
}

impl fmt::Display for CoreTrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for CoreTrap {}
