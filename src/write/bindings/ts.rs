//! TypeScript for value types.
//!
//! The mapping is that of `js-loader/README.md`, "Values": what the loader gives and takes at run time is what is
//! declared here. A type that the component names is referred to by that name, from anywhere.

use super::names::{camel, property, quoted};
use crate::plan::{Plan, TypeKind};
use std::collections::HashMap;

/// Where a declared type is: its scope (such as `Imports.WasiIoStreams`) and its name there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declared {
    /// Dotted path of namespaces.
    pub(super) scope: String,
    /// Name in that namespace.
    pub(super) name: String,
}

/// Which way values of a type go, where that is known. Streams, futures and error contexts differ in it: a component
/// gives readers, and takes whatever can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// The host gives them.
    ToComponent,
    /// The component gives them.
    FromComponent,
    /// Either, as in a type with a name.
    Either,
}

/// What is known of the names of types.
#[derive(Debug)]
pub(super) struct TypeScript<'a> {
    plan: &'a Plan,
    types: HashMap<usize, Vec<Declared>>,
    resources: HashMap<usize, Vec<Declared>>,
}

impl<'a> TypeScript<'a> {
    /// Knows no names yet.
    pub(super) fn new(plan: &'a Plan) -> Self {
        TypeScript { plan, types: HashMap::new(), resources: HashMap::new() }
    }

    /// Makes `declared` a name of a type. Primitive types keep their own name.
    pub(super) fn name_type(&mut self, ty: usize, declared: Declared) {
        self.types.entry(ty).or_default().push(declared);
    }

    /// Makes `declared` the class of a resource.
    pub(super) fn name_resource(&mut self, resource: usize, declared: Declared) {
        self.resources.entry(resource).or_default().push(declared);
    }

    /// Whether declaring `ty` gives it a structure of its own, rather than another name for something.
    pub(super) fn kind(&self, ty: usize) -> &'a TypeKind {
        &self.plan.types[ty].kind
    }

    /// The type as it is written in `scope`.
    pub(super) fn reference(&self, ty: usize, scope: &str, flow: Flow) -> String {
        match best(self.types.get(&ty), scope) {
            Some(name) if is_worth_a_name(self.kind(ty)) => name,
            _ => self.structure(ty, scope, flow),
        }
    }

    /// The class of a resource as it is written in `scope`.
    pub(super) fn class(&self, resource: usize, scope: &str) -> String {
        best(self.resources.get(&resource), scope).unwrap_or_else(|| "object".to_string())
    }

    /// The type's structure, with the types it is made of by name.
    pub(super) fn structure(&self, ty: usize, scope: &str, flow: Flow) -> String {
        let of = |ty: usize| self.reference(ty, scope, flow);
        match self.kind(ty) {
            TypeKind::Bool => "boolean".into(),
            TypeKind::S8 | TypeKind::U8 | TypeKind::S16 | TypeKind::U16 | TypeKind::S32 => "number".into(),
            TypeKind::U32 | TypeKind::F32 | TypeKind::F64 => "number".into(),
            TypeKind::S64 | TypeKind::U64 => "bigint".into(),
            TypeKind::Char | TypeKind::String => "string".into(),
            TypeKind::ErrorContext if flow == Flow::ToComponent => "ErrorContextSource".into(),
            TypeKind::ErrorContext => "ErrorContext".into(),
            TypeKind::List { element } => self.list(*element, scope, flow),
            TypeKind::FixedList { element, length } => fixed_list(&of(*element), *length),
            TypeKind::Map { key, value } => format!("Map<{}, {}>", of(*key), of(*value)),
            TypeKind::Record { fields } => {
                let fields: Vec<_> = fields.iter().map(|f| self.field(&f.name, f.ty, scope, flow)).collect();
                format!("{{ {} }}", fields.join(", "))
            }
            TypeKind::Tuple { types } => {
                format!("[{}]", types.iter().map(|&t| of(t)).collect::<Vec<_>>().join(", "))
            }
            TypeKind::Variant { cases } => {
                let case = |name: &str, ty: Option<usize>| match ty {
                    Some(ty) => format!("{{ tag: {}, val: {} }}", quoted(name), of(ty)),
                    None => format!("{{ tag: {} }}", quoted(name)),
                };
                cases.iter().map(|c| case(&c.name, c.ty)).collect::<Vec<_>>().join(" | ")
            }
            TypeKind::Enum { names } => names.iter().map(|n| quoted(n)).collect::<Vec<_>>().join(" | "),
            TypeKind::Option { some } if self.is_nullable(*some) => format!("Option<{}>", of(*some)),
            TypeKind::Option { some } => format!("{} | undefined", of(*some)),
            TypeKind::Result { ok, err } => {
                let part = |ty: &Option<usize>| ty.map_or("void".to_string(), of);
                format!("Result<{}, {}>", part(ok), part(err))
            }
            TypeKind::Flags { names } => {
                let flags: Vec<_> =
                    names.iter().map(|n| format!("{}?: boolean", property(&camel(n)))).collect();
                format!("{{ {} }}", flags.join(", "))
            }
            TypeKind::Own { resource } | TypeKind::Borrow { resource } => self.class(*resource, scope),
            TypeKind::Stream { element } => self.stream(*element, scope, flow),
            TypeKind::Future { element } => {
                let element = element.map_or("void".into(), of);
                match flow {
                    Flow::FromComponent => format!("FutureReader<{element}>"),
                    Flow::ToComponent => format!("FutureSource<{element}>"),
                    Flow::Either => format!("PromiseLike<{element}>"),
                }
            }
        }
    }

    /// A field of a record; a field that may be undefined may be left out.
    pub(super) fn field(&self, name: &str, ty: usize, scope: &str, flow: Flow) -> String {
        let optional = match self.kind(ty) {
            TypeKind::Option { some } if !self.is_nullable(*some) => "?",
            _ => "",
        };
        format!("{}{optional}: {}", property(&camel(name)), self.reference(ty, scope, flow))
    }

    /// Whether the type's JavaScript form can be `undefined` or null, so that an option of it must be tagged.
    pub(super) fn is_nullable(&self, ty: usize) -> bool {
        matches!(self.kind(ty), TypeKind::Option { .. })
    }

    /// A stream gives numbers in typed arrays, and takes them in any chunks; other values one by one.
    fn stream(&self, element: Option<usize>, scope: &str, flow: Flow) -> String {
        let one = element.map_or("undefined".to_string(), |element| self.reference(element, scope, flow));
        match (flow, element.and_then(|element| self.typed_array(element))) {
            (Flow::FromComponent, Some(array)) => format!("StreamReader<{array}>"),
            (Flow::FromComponent, None) => format!("StreamReader<{one}, Array<{one}>>"),
            (Flow::ToComponent, Some(_)) => format!("NumberStreamSource<{one}>"),
            (Flow::ToComponent, None) => format!("StreamSource<{one}>"),
            (Flow::Either, array) => format!("AsyncIterable<{}>", array.unwrap_or(&one)),
        }
    }

    fn list(&self, element: usize, scope: &str, flow: Flow) -> String {
        let array = self.typed_array(element).map(str::to_string);
        array.unwrap_or_else(|| format!("Array<{}>", self.reference(element, scope, flow)))
    }

    fn typed_array(&self, element: usize) -> Option<&'static str> {
        Some(match self.kind(element) {
            TypeKind::U8 => "Uint8Array",
            TypeKind::S8 => "Int8Array",
            TypeKind::U16 => "Uint16Array",
            TypeKind::S16 => "Int16Array",
            TypeKind::U32 => "Uint32Array",
            TypeKind::S32 => "Int32Array",
            TypeKind::U64 => "BigUint64Array",
            TypeKind::S64 => "BigInt64Array",
            TypeKind::F32 => "Float32Array",
            TypeKind::F64 => "Float64Array",
            _ => return None,
        })
    }
}

fn fixed_list(element: &str, length: u32) -> String {
    /// Longer tuples make TypeScript slow and nobody writes them out.
    const LONGEST_TUPLE: u32 = 16;
    if length <= LONGEST_TUPLE {
        format!("[{}]", vec![element; length as usize].join(", "))
    } else {
        format!("Array<{element}> & {{ length: {length} }}")
    }
}

/// The name to use in `scope`: one from there if there is one, bare; else the first, with its path.
fn best(declared: Option<&Vec<Declared>>, scope: &str) -> Option<String> {
    let declared = declared?;
    let here = declared.iter().find(|d| d.scope == scope).map(|d| d.name.clone());
    here.or_else(|| declared.first().map(|d| format!("{}.{}", d.scope, d.name)))
}

/// Structural types that are clearer by name than written out. Equal types share one entry of the plan, so a
/// `type id = u32` must not rename every u32.
fn is_worth_a_name(kind: &TypeKind) -> bool {
    matches!(
        kind,
        TypeKind::Record { .. } | TypeKind::Variant { .. } | TypeKind::Enum { .. } | TypeKind::Flags { .. }
    )
}
