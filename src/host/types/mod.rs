//! Component types as embedders see them: what a component imports and exports, and the types of its values.

mod expected;
mod items;
mod parts;
mod structure;

#[doc(hidden)]
pub use expected::Typecheck;
pub use items::{Component, ComponentFunc, ComponentItem};
pub use parts::{
    Case, Enum, Field, FixedLengthList, Flags, FutureType, List, Map, OptionType, Record, ResultType,
    StreamType, Tuple, Variant,
};

use super::component::ComponentParts;
use super::resource::ResourceType;
use crate::abi::{ResourceId, TypeDef, TypeId};
use crate::id::Id;
use std::fmt;
use std::sync::Arc;

/// A value type.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the specification's value types")]
pub enum Type {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    Float32,
    Float64,
    Char,
    String,
    ErrorContext,
    List(List),
    FixedLengthList(FixedLengthList),
    Map(Map),
    Record(Record),
    Tuple(Tuple),
    Variant(Variant),
    Enum(Enum),
    Option(OptionType),
    Result(ResultType),
    Flags(Flags),
    Own(ResourceType),
    Borrow(ResourceType),
    Stream(StreamType),
    Future(FutureType),
}

/// A type that has parts.
#[derive(Clone, Debug)]
struct Handle {
    source: TypeSource,
    id: TypeId,
}

impl Handle {
    fn def(&self) -> &TypeDef {
        self.source.component.types().def(self.id)
    }

    fn ty(&self, id: TypeId) -> Type {
        self.source.ty(id)
    }

    fn some(&self, id: Option<TypeId>) -> Option<Type> {
        id.map(|id| self.ty(id))
    }
}

/// Where the definition of a type is, and what the resource types in it are.
#[derive(Clone)]
pub(crate) struct TypeSource {
    pub(crate) component: Arc<ComponentParts>,
    /// By resource of the plan.
    pub(crate) resources: Arc<[ResourceType]>,
}

impl TypeSource {
    /// The public form of a type.
    pub(crate) fn ty(&self, id: TypeId) -> Type {
        let handle = || Handle { source: self.clone(), id };
        let resource = |r: &ResourceId| self.resources[r.index()];
        match self.component.types().def(id) {
            TypeDef::Bool => Type::Bool,
            TypeDef::S8 => Type::S8,
            TypeDef::U8 => Type::U8,
            TypeDef::S16 => Type::S16,
            TypeDef::U16 => Type::U16,
            TypeDef::S32 => Type::S32,
            TypeDef::U32 => Type::U32,
            TypeDef::S64 => Type::S64,
            TypeDef::U64 => Type::U64,
            TypeDef::F32 => Type::Float32,
            TypeDef::F64 => Type::Float64,
            TypeDef::Char => Type::Char,
            TypeDef::String => Type::String,
            TypeDef::ErrorContext => Type::ErrorContext,
            TypeDef::List(_) => Type::List(List(handle())),
            TypeDef::FixedList(..) => Type::FixedLengthList(FixedLengthList(handle())),
            TypeDef::Map(..) => Type::Map(Map(handle())),
            TypeDef::Record(_) => Type::Record(Record(handle())),
            TypeDef::Tuple(_) => Type::Tuple(Tuple(handle())),
            TypeDef::Variant(_) => Type::Variant(Variant(handle())),
            TypeDef::Enum(_) => Type::Enum(Enum(handle())),
            TypeDef::Option(_) => Type::Option(OptionType(handle())),
            TypeDef::Result { .. } => Type::Result(ResultType(handle())),
            TypeDef::Flags(_) => Type::Flags(Flags(handle())),
            TypeDef::Own(r) => Type::Own(resource(r)),
            TypeDef::Borrow(r) => Type::Borrow(resource(r)),
            TypeDef::Stream(_) => Type::Stream(StreamType(handle())),
            TypeDef::Future(_) => Type::Future(FutureType(handle())),
        }
    }
}

impl fmt::Debug for TypeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypeSource")
    }
}

impl Type {
    /// The kind of type, as WIT spells it.
    pub fn desc(&self) -> &'static str {
        match self {
            Type::Bool => "bool",
            Type::S8 => "s8",
            Type::U8 => "u8",
            Type::S16 => "s16",
            Type::U16 => "u16",
            Type::S32 => "s32",
            Type::U32 => "u32",
            Type::S64 => "s64",
            Type::U64 => "u64",
            Type::Float32 => "f32",
            Type::Float64 => "f64",
            Type::Char => "char",
            Type::String => "string",
            Type::ErrorContext => "error-context",
            Type::List(_) => "list",
            Type::FixedLengthList(_) => "list<_, N>",
            Type::Map(_) => "map",
            Type::Record(_) => "record",
            Type::Tuple(_) => "tuple",
            Type::Variant(_) => "variant",
            Type::Enum(_) => "enum",
            Type::Option(_) => "option",
            Type::Result(_) => "result",
            Type::Flags(_) => "flags",
            Type::Own(_) => "own",
            Type::Borrow(_) => "borrow",
            Type::Stream(_) => "stream",
            Type::Future(_) => "future",
        }
    }
}
