//! Types as text. Small ones are written out where they are used, the rest are numbered and listed at the end.
//!
//! Types share parts, so writing everything out could take exponential space; numbering bounds it.

use corefuse::abi::types::{Field, FuncTypeId, ResourceId, TypeDef, TypeId, Types};
use corefuse::id::Id;
use std::collections::BTreeSet;

/// Anonymous types of at most this many parts are written out.
const MAX_INLINE: u32 = 6;

/// Prints types, and remembers which ones the reader has to look up.
pub(super) struct TypePrinter<'t> {
    types: &'t Types,
    /// Numbered types whose definition is not printed yet.
    numbered: BTreeSet<TypeId>,
}

impl<'t> TypePrinter<'t> {
    pub(super) fn new(types: &'t Types) -> Self {
        TypePrinter { types, numbered: BTreeSet::new() }
    }

    /// A function type: `func(a: u32) -> string`.
    pub(super) fn func(&mut self, ty: FuncTypeId) -> String {
        let ty = self.types.func(ty);
        let effect = if ty.is_async { "async " } else { "" };
        let params = self.fields(&ty.params);
        let result = ty.result.map(|ty| format!(" -> {}", self.name(ty))).unwrap_or_default();
        format!("{effect}func({params}){result}")
    }

    /// How a use of `id` is written. Recursion is at most [`MAX_INLINE`] deep.
    pub(super) fn name(&mut self, id: TypeId) -> String {
        let def = self.types.def(id);
        let is_named = match def {
            TypeDef::Record(_) | TypeDef::Variant(_) | TypeDef::Enum(_) | TypeDef::Flags(_) => true,
            _ => self.types.layout(id).nodes > MAX_INLINE,
        };
        if is_named {
            self.numbered.insert(id);
            return format!("t{}", id.index());
        }
        self.definition(def)
    }

    /// The definitions of all types that were named, one a line, in order of their numbers.
    pub(super) fn definitions(mut self) -> String {
        let mut lines = Vec::new();
        // Parts have smaller numbers than what they are a part of, so going down meets each once.
        while let Some(id) = self.numbered.pop_last() {
            lines.push(format!("  t{} = {}\n", id.index(), self.definition(self.types.def(id))));
        }
        lines.into_iter().rev().collect()
    }

    fn definition(&mut self, def: &TypeDef) -> String {
        match def {
            TypeDef::Bool => "bool".to_owned(),
            TypeDef::S8 => "s8".to_owned(),
            TypeDef::U8 => "u8".to_owned(),
            TypeDef::S16 => "s16".to_owned(),
            TypeDef::U16 => "u16".to_owned(),
            TypeDef::S32 => "s32".to_owned(),
            TypeDef::U32 => "u32".to_owned(),
            TypeDef::S64 => "s64".to_owned(),
            TypeDef::U64 => "u64".to_owned(),
            TypeDef::F32 => "f32".to_owned(),
            TypeDef::F64 => "f64".to_owned(),
            TypeDef::Char => "char".to_owned(),
            TypeDef::String => "string".to_owned(),
            TypeDef::ErrorContext => "error-context".to_owned(),
            TypeDef::List(ty) => format!("list<{}>", self.name(*ty)),
            TypeDef::FixedList(ty, length) => format!("list<{}, {length}>", self.name(*ty)),
            TypeDef::Map(key, value) => format!("map<{}, {}>", self.name(*key), self.name(*value)),
            TypeDef::Record(fields) => format!("record {{ {} }}", self.fields(fields)),
            TypeDef::Tuple(types) => {
                let types: Vec<String> = types.iter().map(|&ty| self.name(ty)).collect();
                format!("tuple<{}>", types.join(", "))
            }
            TypeDef::Variant(cases) => {
                let case = |case: &corefuse::abi::types::Case| match case.ty {
                    Some(ty) => format!("{}({})", case.name, self.name(ty)),
                    None => case.name.to_string(),
                };
                format!("variant {{ {} }}", cases.iter().map(case).collect::<Vec<_>>().join(", "))
            }
            TypeDef::Enum(labels) => format!("enum {{ {} }}", labels.join(", ")),
            TypeDef::Option(ty) => format!("option<{}>", self.name(*ty)),
            TypeDef::Result { ok: None, err: None } => "result".to_owned(),
            TypeDef::Result { ok, err: None } => format!("result<{}>", self.optional(*ok)),
            TypeDef::Result { ok, err } => format!("result<{}, {}>", self.optional(*ok), self.optional(*err)),
            TypeDef::Flags(labels) => format!("flags {{ {} }}", labels.join(", ")),
            TypeDef::Own(resource) => format!("own<{}>", resource_name(*resource)),
            TypeDef::Borrow(resource) => format!("borrow<{}>", resource_name(*resource)),
            TypeDef::Stream(ty) => format!("stream<{}>", self.optional(*ty)),
            TypeDef::Future(ty) => format!("future<{}>", self.optional(*ty)),
        }
    }

    fn optional(&mut self, ty: Option<TypeId>) -> String {
        ty.map_or_else(|| "_".to_owned(), |ty| self.name(ty))
    }

    fn fields(&mut self, fields: &[Field]) -> String {
        let fields: Vec<String> =
            fields.iter().map(|field| format!("{}: {}", field.name, self.name(field.ty))).collect();
        fields.join(", ")
    }
}

/// A resource type: `r0`.
pub(super) fn resource_name(resource: ResourceId) -> String {
    format!("r{}", resource.index())
}
