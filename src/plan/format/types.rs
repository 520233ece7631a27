//! Types: of values with their layouts, of functions, and of resources.

use super::CoreDef;
use serde::{Deserialize, Serialize};

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

/// The kinds of value types. Numbers are indices into [`Plan::types`](super::Plan::types) unless said otherwise.
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
    /// The types it is made of, as indices into [`Plan::types`](super::Plan::types), with repetitions.
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
    /// Index into [`Plan::types`](super::Plan::types).
    #[serde(rename = "type")]
    pub ty: usize,
}

/// A case of a variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// WIT name.
    pub name: String,
    /// Index into [`Plan::types`](super::Plan::types).
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
        /// Index into [`Plan::imports`](super::Plan::imports).
        import: usize,
    },
    /// A component defines it.
    Defined {
        /// Index into [`Plan::instances`](super::Plan::instances).
        instance: usize,
        /// Core type of a rep: `i32` or `i64`.
        rep: String,
        /// Called with the rep when an owning handle is dropped.
        dtor: Option<CoreDef>,
    },
}
