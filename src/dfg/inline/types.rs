//! The validator's types to those of the graph, in which resource types are actual ones.
//!
//! The validator describes a component once; every execution of its body binds the resource types in it anew.
//! A [`Scope`] is one such binding. Types without handles mean the same in every scope and are converted once.
//! Conversion is linear in the number of distinct types, and recurses no deeper than the 100 levels that the
//! validator allows.

use super::cost;
use crate::abi::types::{Case, Field, FuncType, FuncTypeId, ResourceId, TypeDef, TypeId, Types};
use std::collections::HashMap;
use wasmparser::PrimitiveValType;
use wasmparser::component_types::{
    ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType, ComponentFuncTypeId,
    ComponentInstanceTypeId, ComponentValType, ResourceId as StaticResourceId,
};

/// What the validator's ids mean in one execution of a body.
#[derive(Default)]
pub(super) struct Scope {
    resources: HashMap<StaticResourceId, ResourceId>,
    values: HashMap<ComponentDefinedTypeId, TypeId>,
    funcs: HashMap<ComponentFuncTypeId, FuncTypeId>,
}

impl Scope {
    /// The actual resource type that `id` stands for.
    pub(super) fn resource(&self, id: StaticResourceId) -> Option<ResourceId> {
        self.resources.get(&id).copied()
    }

    /// Says what `id` stands for, unless that is known.
    pub(super) fn bind(&mut self, id: StaticResourceId, resource: ResourceId) {
        self.resources.entry(id).or_insert(resource);
    }
}

/// Where an instance type first exports a resource type: names from the instance inwards.
pub(super) struct ResourcePath<'c> {
    pub(super) id: StaticResourceId,
    pub(super) path: Box<[&'c str]>,
}

/// Why a conversion failed: the validator's types refer to a resource that is not in scope.
pub(super) struct UnknownResource;

/// Converts types, remembering what it converted.
pub(super) struct Converter<'c> {
    types: &'c wasmparser::types::Types,
    /// Types without handles.
    values: HashMap<ComponentDefinedTypeId, TypeId>,
    funcs: HashMap<ComponentFuncTypeId, FuncTypeId>,
    resource_paths: HashMap<ComponentInstanceTypeId, std::rc::Rc<[ResourcePath<'c>]>>,
    /// Steps that conversions took and nobody has counted yet.
    pub(super) work: usize,
}

impl<'c> Converter<'c> {
    pub(super) fn new(types: &'c wasmparser::types::Types) -> Self {
        Converter {
            types,
            values: HashMap::new(),
            funcs: HashMap::new(),
            resource_paths: HashMap::new(),
            work: 0,
        }
    }

    /// The validator's types.
    pub(super) fn types(&self) -> &'c wasmparser::types::Types {
        self.types
    }

    /// Converts a function type.
    pub(super) fn func(
        &mut self,
        id: ComponentFuncTypeId,
        scope: &mut Scope,
        out: &mut Types,
    ) -> Result<FuncTypeId, UnknownResource> {
        if let Some(&known) = self.funcs.get(&id).or_else(|| scope.funcs.get(&id)) {
            return Ok(known);
        }
        let ty = &self.types[id];
        let mut closed = true;
        let mut params = Vec::with_capacity(ty.params.len());
        for (name, ty) in &ty.params {
            let ty = self.value(*ty, scope, out)?;
            closed &= !out.layout(ty).has_handle;
            params.push(Field { name: self.name(name.as_str()), ty });
        }
        let result = self.optional(ty.result, scope, out)?;
        closed &= result.is_none_or(|ty| !out.layout(ty).has_handle);
        let func = out.intern_func(FuncType { params: params.into(), result, is_async: ty.async_ });
        let cache = if closed { &mut self.funcs } else { &mut scope.funcs };
        cache.insert(id, func);
        Ok(func)
    }

    /// Converts a value type.
    pub(super) fn value(
        &mut self,
        ty: ComponentValType,
        scope: &mut Scope,
        out: &mut Types,
    ) -> Result<TypeId, UnknownResource> {
        match ty {
            ComponentValType::Primitive(ty) => Ok(out.intern(primitive(ty))),
            ComponentValType::Type(id) => self.defined(id, scope, out),
        }
    }

    /// Converts a defined type.
    pub(super) fn defined(
        &mut self,
        id: ComponentDefinedTypeId,
        scope: &mut Scope,
        out: &mut Types,
    ) -> Result<TypeId, UnknownResource> {
        if let Some(&known) = self.values.get(&id).or_else(|| scope.values.get(&id)) {
            return Ok(known);
        }
        let def = self.definition(&self.types[id], scope, out)?;
        let ty = out.intern(def);
        self.work += 4;
        let cache = if out.layout(ty).has_handle { &mut scope.values } else { &mut self.values };
        cache.insert(id, ty);
        Ok(ty)
    }

    fn definition(
        &mut self,
        ty: &'c ComponentDefinedType,
        scope: &mut Scope,
        out: &mut Types,
    ) -> Result<TypeDef, UnknownResource> {
        Ok(match ty {
            ComponentDefinedType::Primitive(ty) => primitive(*ty),
            ComponentDefinedType::Record(record) => {
                let mut fields = Vec::with_capacity(record.fields.len());
                for (name, ty) in &record.fields {
                    let ty = self.value(*ty, scope, out)?;
                    fields.push(Field { name: self.name(name.as_str()), ty });
                }
                TypeDef::Record(fields.into())
            }
            ComponentDefinedType::Variant(variant) => {
                let mut cases = Vec::with_capacity(variant.cases.len());
                for (name, case) in &variant.cases {
                    let ty = self.optional(case.ty, scope, out)?;
                    cases.push(Case { name: self.name(name.as_str()), ty });
                }
                TypeDef::Variant(cases.into())
            }
            ComponentDefinedType::List { element, .. } => TypeDef::List(self.value(*element, scope, out)?),
            ComponentDefinedType::Map { key, value, .. } => {
                TypeDef::Map(self.value(*key, scope, out)?, self.value(*value, scope, out)?)
            }
            ComponentDefinedType::FixedLengthList { element, length, .. } => {
                TypeDef::FixedList(self.value(*element, scope, out)?, *length)
            }
            ComponentDefinedType::Tuple(tuple) => {
                let types = tuple.types.iter().map(|ty| self.value(*ty, scope, out));
                TypeDef::Tuple(types.collect::<Result<_, _>>()?)
            }
            ComponentDefinedType::Flags(names) => {
                TypeDef::Flags(names.iter().map(|name| self.name(name.as_str())).collect())
            }
            ComponentDefinedType::Enum(names) => {
                TypeDef::Enum(names.iter().map(|name| self.name(name.as_str())).collect())
            }
            ComponentDefinedType::Option { ty, .. } => TypeDef::Option(self.value(*ty, scope, out)?),
            ComponentDefinedType::Result { ok, err, .. } => {
                TypeDef::Result { ok: self.optional(*ok, scope, out)?, err: self.optional(*err, scope, out)? }
            }
            ComponentDefinedType::Own(id) => {
                TypeDef::Own(scope.resource(id.resource()).ok_or(UnknownResource)?)
            }
            ComponentDefinedType::Borrow(id) => {
                TypeDef::Borrow(scope.resource(id.resource()).ok_or(UnknownResource)?)
            }
            ComponentDefinedType::Future { ty, .. } => TypeDef::Future(self.optional(*ty, scope, out)?),
            ComponentDefinedType::Stream { ty, .. } => TypeDef::Stream(self.optional(*ty, scope, out)?),
        })
    }

    fn optional(
        &mut self,
        ty: Option<ComponentValType>,
        scope: &mut Scope,
        out: &mut Types,
    ) -> Result<Option<TypeId>, UnknownResource> {
        ty.map(|ty| self.value(ty, scope, out)).transpose()
    }

    fn name(&mut self, name: &str) -> Box<str> {
        self.work += cost::of_name(name);
        name.into()
    }

    /// Where an instance type exports resource types, each found once.
    pub(super) fn resource_paths(&mut self, id: ComponentInstanceTypeId) -> std::rc::Rc<[ResourcePath<'c>]> {
        if let Some(known) = self.resource_paths.get(&id) {
            return known.clone();
        }
        let mut search = ResourceSearch { types: self.types, visited: HashMap::new(), found: Vec::new() };
        search.instance(id, &mut Vec::new());
        self.work += search.visited.len();
        let found: std::rc::Rc<[_]> = search.found.into();
        self.resource_paths.insert(id, found.clone());
        found
    }
}

/// Finds resource types in an instance type; each instance type in it is searched once.
struct ResourceSearch<'c> {
    types: &'c wasmparser::types::Types,
    visited: HashMap<ComponentInstanceTypeId, ()>,
    found: Vec<ResourcePath<'c>>,
}

impl<'c> ResourceSearch<'c> {
    fn instance(&mut self, id: ComponentInstanceTypeId, path: &mut Vec<&'c str>) {
        if self.visited.insert(id, ()).is_some() {
            return;
        }
        for (name, item) in &self.types[id].exports {
            path.push(name);
            match item.ty {
                ComponentEntityType::Type { created, .. } => {
                    if let wasmparser::component_types::ComponentAnyTypeId::Resource(id) = created {
                        self.found.push(ResourcePath { id: id.resource(), path: path.as_slice().into() });
                    }
                }
                ComponentEntityType::Instance(inner) => self.instance(inner, path),
                // Functions only refer to types; components and modules have resources of their own.
                ComponentEntityType::Func(_)
                | ComponentEntityType::Module(_)
                | ComponentEntityType::Component(_)
                | ComponentEntityType::Value(_) => {}
            }
            path.pop();
        }
    }
}

fn primitive(ty: PrimitiveValType) -> TypeDef {
    match ty {
        PrimitiveValType::Bool => TypeDef::Bool,
        PrimitiveValType::S8 => TypeDef::S8,
        PrimitiveValType::U8 => TypeDef::U8,
        PrimitiveValType::S16 => TypeDef::S16,
        PrimitiveValType::U16 => TypeDef::U16,
        PrimitiveValType::S32 => TypeDef::S32,
        PrimitiveValType::U32 => TypeDef::U32,
        PrimitiveValType::S64 => TypeDef::S64,
        PrimitiveValType::U64 => TypeDef::U64,
        PrimitiveValType::F32 => TypeDef::F32,
        PrimitiveValType::F64 => TypeDef::F64,
        PrimitiveValType::Char => TypeDef::Char,
        PrimitiveValType::String => TypeDef::String,
        PrimitiveValType::ErrorContext => TypeDef::ErrorContext,
    }
}
