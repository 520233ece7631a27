//! The types that the host has to do with, numbered densely.
//!
//! Most types of a graph belong to calls between components inside it and are compiled into adapters; hosts
//! never see them. Kept are those of imported, lowered and exported functions, value types that an import or
//! export names, and what the host's scheduler handles: types of asynchronous calls, streams, futures, task results.

use super::{Case, Field, Function, Type, TypeKind};
use crate::abi::types::{self, FuncTypeId, TypeDef, TypeId};
use crate::abi::{PointerWidth, layout};
use crate::dfg::{Dfg, ExportKind, ImportKind, Trampoline};
use crate::id::Id;
use std::collections::BTreeMap;

/// Numbers of the types and function types that a plan has. Order is that of the graph's ids.
pub(super) struct Boundary {
    /// By graph id; `None` for types that no host sees.
    types: Vec<Option<usize>>,
    functions: BTreeMap<FuncTypeId, usize>,
}

impl Boundary {
    /// Finds all types at the host boundary of `dfg`. Time is linear in the number of types.
    pub(super) fn of(dfg: &Dfg<'_>) -> Boundary {
        let named = named_types(dfg);
        let mut functions: BTreeMap<FuncTypeId, usize> =
            named.functions.into_iter().map(|ty| (ty, 0)).collect();
        let mut used = vec![false; dfg.types.iter().len()];
        named.types.into_iter().for_each(|ty| used[ty.index()] = true);
        for (n, (&ty, number)) in functions.iter_mut().enumerate() {
            *number = n;
            let ty = dfg.types.func(ty);
            ty.params.iter().map(|p| p.ty).chain(ty.result).for_each(|t| used[t.index()] = true);
        }
        // A parent's id is larger than its children's, so one sweep downwards reaches everything.
        for i in (0..used.len()).rev() {
            if used[i] {
                let parts = layout::parts(dfg.types.def(TypeId::from_index(i)));
                parts.into_iter().for_each(|part| used[part.index()] = true);
            }
        }
        let mut numbers = 0..;
        let types = used.into_iter().map(|used| if used { numbers.next() } else { None });
        Boundary { types: types.collect(), functions }
    }

    /// The number of a function type at the boundary.
    pub(super) fn function(&self, ty: FuncTypeId) -> usize {
        self.functions[&ty]
    }

    /// The number of a type at the boundary.
    pub(super) fn ty(&self, ty: TypeId) -> usize {
        self.types[ty.index()].expect("the parts of a boundary type are boundary types")
    }

    /// The plan's table of value types.
    pub(super) fn type_table(&self, dfg: &Dfg<'_>) -> Vec<Type> {
        let used = dfg.types.iter().filter(|(id, _)| self.types[id.index()].is_some());
        used.map(|(id, def)| {
            let forms = PointerWidth::BOTH.map(|width| dfg.types.layout(id).form(width));
            Type {
                kind: self.kind(def),
                size: forms.map(|form| form.size),
                align: forms.map(|form| form.align),
                flat: forms.map(|form| {
                    let flat = form.flat.as_ref()?;
                    Some(flat.iter().map(|ty| ty.name().to_owned()).collect())
                }),
            }
        })
        .collect()
    }

    /// The plan's table of function types.
    pub(super) fn function_table(&self, dfg: &Dfg<'_>) -> Vec<Function> {
        let functions = self.functions.keys().map(|&ty| dfg.types.func(ty));
        functions
            .map(|ty| Function {
                params: self.fields(&ty.params),
                result: ty.result.map(|t| self.ty(t)),
                is_async: ty.is_async,
            })
            .collect()
    }

    fn fields(&self, fields: &[types::Field]) -> Vec<Field> {
        fields.iter().map(|f| Field { name: f.name.to_string(), ty: self.ty(f.ty) }).collect()
    }

    fn kind(&self, def: &TypeDef) -> TypeKind {
        let names = |names: &[Box<str>]| names.iter().map(|n| n.to_string()).collect();
        match def {
            TypeDef::Bool => TypeKind::Bool,
            TypeDef::S8 => TypeKind::S8,
            TypeDef::U8 => TypeKind::U8,
            TypeDef::S16 => TypeKind::S16,
            TypeDef::U16 => TypeKind::U16,
            TypeDef::S32 => TypeKind::S32,
            TypeDef::U32 => TypeKind::U32,
            TypeDef::S64 => TypeKind::S64,
            TypeDef::U64 => TypeKind::U64,
            TypeDef::F32 => TypeKind::F32,
            TypeDef::F64 => TypeKind::F64,
            TypeDef::Char => TypeKind::Char,
            TypeDef::String => TypeKind::String,
            TypeDef::ErrorContext => TypeKind::ErrorContext,
            TypeDef::List(t) => TypeKind::List { element: self.ty(*t) },
            TypeDef::FixedList(t, n) => TypeKind::FixedList { element: self.ty(*t), length: *n },
            TypeDef::Map(k, v) => TypeKind::Map { key: self.ty(*k), value: self.ty(*v) },
            TypeDef::Record(fields) => TypeKind::Record { fields: self.fields(fields) },
            TypeDef::Tuple(types) => TypeKind::Tuple { types: types.iter().map(|&t| self.ty(t)).collect() },
            TypeDef::Variant(cases) => TypeKind::Variant { cases: self.cases(cases) },
            TypeDef::Enum(labels) => TypeKind::Enum { names: names(labels) },
            TypeDef::Option(t) => TypeKind::Option { some: self.ty(*t) },
            TypeDef::Result { ok, err } => {
                TypeKind::Result { ok: ok.map(|t| self.ty(t)), err: err.map(|t| self.ty(t)) }
            }
            TypeDef::Flags(labels) => TypeKind::Flags { names: names(labels) },
            TypeDef::Own(r) => TypeKind::Own { resource: r.index() },
            TypeDef::Borrow(r) => TypeKind::Borrow { resource: r.index() },
            TypeDef::Stream(t) => TypeKind::Stream { element: t.map(|t| self.ty(t)) },
            TypeDef::Future(t) => TypeKind::Future { element: t.map(|t| self.ty(t)) },
        }
    }

    fn cases(&self, cases: &[types::Case]) -> Vec<Case> {
        cases.iter().map(|c| Case { name: c.name.to_string(), ty: c.ty.map(|t| self.ty(t)) }).collect()
    }
}

/// What imports, exports and lowered imports name.
#[derive(Default)]
struct Named {
    types: Vec<TypeId>,
    functions: Vec<FuncTypeId>,
}

fn named_types(dfg: &Dfg<'_>) -> Named {
    let mut named = Named::default();
    for import in dfg.imports.values() {
        match &import.kind {
            ImportKind::Func(ty) => named.functions.push(*ty),
            ImportKind::Type(ty) => named.types.extend(ty),
            ImportKind::Instance | ImportKind::Module { .. } | ImportKind::Resource(_) => {}
        }
    }
    for (_, trampoline) in dfg.trampolines.iter() {
        match trampoline {
            Trampoline::LowerImport { ty, .. } => named.functions.push(*ty),
            Trampoline::ResourceNew { .. }
            | Trampoline::ResourceRep { .. }
            | Trampoline::ResourceDrop { .. }
            | Trampoline::ContextGet { .. }
            | Trampoline::ContextSet { .. } => {}
            Trampoline::BuiltIn(used) => named.types.extend(used.ty),
        }
    }
    for (_, adapter) in dfg.adapters.iter() {
        let ty = dfg.types.func(adapter.callee.ty);
        let has_async = |ty: TypeId| dfg.types.layout(ty).has_async;
        if ty.is_async || ty.params.iter().map(|p| p.ty).chain(ty.result).any(has_async) {
            named.functions.push(adapter.callee.ty);
        }
    }
    for export in dfg.exports.values() {
        match &export.kind {
            ExportKind::Func(func) => named.functions.push(func.ty),
            ExportKind::Type(ty) => named.types.extend(ty),
            ExportKind::Instance
            | ExportKind::Import(_)
            | ExportKind::Module(_)
            | ExportKind::Resource(_) => {}
        }
    }
    named
}
