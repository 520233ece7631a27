//! 1. A component as it is written: validated, still nested, in typed index spaces.
//!
//! Reading keeps what instantiation will do, as an ordered list of definitions for each component body, and the
//! type information of `wasmparser`'s validator, which is never derived again. Types themselves are not among the
//! definitions: the validator has resolved them, and only resources (which come into being when a body is
//! executed) and the types of imports, exports and functions matter later.
//!
//! A nested component may refer to modules and components of the bodies around it. Such outer aliases become
//! *captures*: what a body needs from its parent at the point where the parent defines it. Like the upvars of a
//! closure they are passed on through every body in between.
//!
//! Bytes of core modules are never copied; everything here borrows from the input.

mod bodies;
mod built_in;
mod canon;
mod definitions;
mod features;
mod header;
mod module;
mod names;
mod place;
mod read;
mod sections;
#[cfg(test)]
mod tests;
mod text;

pub use definitions::{
    BuiltInUse, Capture, CaptureSource, CoreArg, CoreItemRef, Definition, Export, Import, ItemRef, Kind,
    NamedCoreItem, NamedItem, Options, ThreadStart,
};
pub use features::{ACCEPTED, EngineFeature};
pub use module::{CoreKind, ModuleItem, StaticModule};
pub use names::Names;
pub use read::read;
pub use text::{from_text_or_binary, from_text_or_binary_called};

use crate::id::{IdVec, define_id};
use crate::intern::Interner;

define_id! {
    /// A core module whose bytes are in the input.
    pub struct StaticModuleId;
    /// The body of a component: the root or a nested one.
    pub struct BodyId;
    /// Something a body takes from the bodies around it.
    pub struct CaptureId;
}

define_id! {
    /// Position in a body's index space of core modules.
    pub struct ModuleIndex;
    /// Position in a body's index space of core instances.
    pub struct CoreInstanceIndex;
    /// Position in a body's index space of core functions.
    pub struct CoreFuncIndex;
    /// Position in a body's index space of core tables.
    pub struct CoreTableIndex;
    /// Position in a body's index space of core memories.
    pub struct CoreMemoryIndex;
    /// Position in a body's index space of core globals.
    pub struct CoreGlobalIndex;
    /// Position in a body's index space of core tags.
    pub struct CoreTagIndex;
    /// Position in a body's index space of components.
    pub struct ComponentIndex;
    /// Position in a body's index space of component instances.
    pub struct InstanceIndex;
    /// Position in a body's index space of component functions.
    pub struct FuncIndex;
}

/// A validated component.
pub struct Component<'a> {
    /// What the validator knows; all type ids in definitions refer to it.
    pub types: wasmparser::types::Types,
    /// Core modules in the order of their place in the input.
    pub modules: IdVec<StaticModuleId, StaticModule<'a>>,
    /// Component bodies; the root is the first, a parent comes before its children.
    pub bodies: IdVec<BodyId, Body<'a>>,
}

impl Component<'_> {
    /// The outermost body.
    pub fn root(&self) -> BodyId {
        self.bodies.ids().next().expect("reading makes the root first")
    }
}

/// The body of a component.
pub struct Body<'a> {
    /// The body this one is defined in; `None` for the root.
    pub parent: Option<BodyId>,
    /// Where it starts in the input, in bytes.
    pub offset: u64,
    /// What instantiation does, in order. Each definition adds to the index spaces what [`Kind`] says.
    pub definitions: Vec<Definition<'a>>,
    /// What is taken from the bodies around, with where the parent finds it.
    pub captures: Interner<CaptureId, Capture>,
    /// Names from the name section, for messages.
    pub names: Names<'a>,
}
