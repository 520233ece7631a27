//! Checks types and functions: by building them again and comparing.
//!
//! Layouts are data in a plan so that hosts need not compute them. A wrong one could make a host divide by zero or
//! read the wrong bytes, so they are computed here from the definitions, with the code that the writer used.

use super::{MAX_DEPTH, index, unique};
use crate::abi::types::{self, ResourceId, TypeDef, TypeId, Types};
use crate::abi::{Layout, MAX_FLAT_ASYNC_PARAMS, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, PointerWidth, layout};
use crate::id::Id;
use crate::plan::{Case, Field, Function, Options, Plan, Type, TypeKind};
use anyhow::{Context, Result, ensure};

/// How many types a type may consist of, those it repeats counted again; validation has the same limit.
const MAX_NODES: u32 = 1_000_000;

/// Types are smaller than this, in bytes, in either kind of memory; validation has the same limit.
const SIZE_LIMIT: u32 = 1 << 28;

/// What functions at the host boundary need of canonical options.
pub(super) struct Boundary {
    functions: Vec<Needs>,
    types: Types,
}

/// Of one function, for memories of 32 and 64 bits.
struct Needs {
    is_async: bool,
    params: [Values; 2],
    /// Parameters of an asynchronous lower.
    async_params: [Values; 2],
    results: [Values; 2],
    /// The result of an asynchronous lift, as parameters of `task.return`.
    async_results: [Values; 2],
}

/// What parameters or results need.
#[derive(Clone, Copy)]
struct Values {
    /// There are any.
    any: bool,
    /// They do not fit on the stack.
    spill: bool,
    /// They contain strings or lists.
    pointer: bool,
}

/// Checks the tables of types and functions.
pub(super) fn check(plan: &Plan) -> Result<Boundary> {
    let builder = build(plan)?;
    let functions = plan.functions.iter().enumerate();
    let functions = functions
        .map(|(i, function)| builder.function(function).with_context(|| format!("functions[{i}]")))
        .collect::<Result<_>>()?;
    Ok(Boundary { functions, types: builder.types })
}

/// The types of a plan; each has the number that it has in the plan.
///
/// # Errors
/// The first rule that a type breaks; none where [`check`](super::check) passed.
#[cfg(feature = "host")]
pub(crate) fn types_of(plan: &Plan) -> Result<Types> {
    Ok(build(plan)?.types)
}

fn build(plan: &Plan) -> Result<Builder<'_>> {
    let mut builder = Builder { plan, types: Types::default(), depths: Vec::new() };
    for (i, ty) in plan.types.iter().enumerate() {
        builder.add(ty).with_context(|| format!("types[{i}]"))?;
    }
    Ok(builder)
}

impl Boundary {
    /// Checks the options of an import: what it takes is lifted from the guest, what it gives is lowered.
    pub(super) fn lower_has_what_it_needs(&self, function: usize, options: &Options) -> Result<()> {
        let (needs, width) = self.needs(function, options)?;
        let params = if options.is_async { needs.async_params[width] } else { needs.params[width] };
        let results = needs.results[width];
        let by_pointer = if options.is_async { results.any } else { results.spill };
        let memory = params.spill || params.pointer || by_pointer || results.pointer;
        has(Some(options), memory, results.pointer)
    }

    /// Checks the options of an export: what it takes is lowered into the guest, what it gives is lifted.
    pub(super) fn lift_has_what_it_needs(&self, function: usize, options: &Options) -> Result<()> {
        let (needs, width) = self.needs(function, options)?;
        let params = needs.params[width];
        let results = if options.is_async { needs.async_results[width] } else { needs.results[width] };
        let memory = params.spill || params.pointer || results.spill || results.pointer;
        has(Some(options), memory, params.spill || params.pointer)
    }

    /// Checks the options of a `task.return` of type `ty`.
    pub(super) fn result_has_what_it_needs(
        &self,
        ty: Option<usize>,
        options: Option<&Options>,
    ) -> Result<()> {
        let width = PointerWidth::BOTH[usize::from(options.is_some_and(|options| options.pointer == 64))];
        let types: Vec<TypeId> = ty.map(TypeId::from_index).into_iter().collect();
        let values = values(&self.types, &types, MAX_FLAT_PARAMS, width);
        has(options, values.spill || values.pointer, false)
    }

    /// Whether lowering a value of a type calls realloc.
    pub(super) fn has_pointer(&self, ty: usize) -> bool {
        self.types.layout(TypeId::from_index(ty)).has_pointer
    }

    fn needs(&self, function: usize, options: &Options) -> Result<(&Needs, usize)> {
        let needs = &self.functions[function];
        ensure!(!options.is_async || needs.is_async, "the options are async, the function is not");
        Ok((needs, usize::from(options.pointer == 64)))
    }
}

/// Checks that `options` name what is needed.
pub(super) fn has(options: Option<&Options>, memory: bool, realloc: bool) -> Result<()> {
    let has_memory = options.is_some_and(|options| options.memory.is_some());
    ensure!(!memory || has_memory, "the function needs a memory, its options name none");
    let has_realloc = options.is_some_and(|options| options.realloc.is_some());
    ensure!(!realloc || has_realloc, "the function needs a realloc, its options name none");
    Ok(())
}

/// The plan's types as the writer had them.
struct Builder<'p> {
    plan: &'p Plan,
    types: Types,
    /// How deep each type nests; a plan's types have the numbers of their ids.
    depths: Vec<u32>,
}

impl Builder<'_> {
    fn add(&mut self, ty: &Type) -> Result<()> {
        let def = self.def(&ty.kind)?;
        let depths = layout::parts(&def).into_iter().map(|part| self.depths[part.index()]);
        let depth = 1 + depths.max().unwrap_or(0);
        ensure!(depth <= MAX_DEPTH, "nested deeper than {MAX_DEPTH}");
        let id = self.types.intern(def);
        ensure!(id.index() == self.depths.len(), "an earlier type is the same");
        let layout = self.types.layout(id);
        ensure!(layout.nodes <= MAX_NODES, "consists of more than {MAX_NODES} types");
        same_layout(ty, layout)?;
        self.depths.push(depth);
        Ok(())
    }

    /// The type at `index`, which comes before the one that is being added.
    fn child(&self, index: usize) -> Result<TypeId> {
        ensure!(index < self.depths.len(), "type {index} does not come before it");
        Ok(TypeId::from_index(index))
    }

    fn optional(&self, index: Option<usize>) -> Result<Option<TypeId>> {
        index.map(|index| self.child(index)).transpose()
    }

    fn resource(&self, resource: usize) -> Result<ResourceId> {
        index("resource", resource, self.plan.resources.len())?;
        Ok(ResourceId::from_index(resource))
    }

    fn def(&self, kind: &TypeKind) -> Result<TypeDef> {
        Ok(match kind {
            TypeKind::Bool => TypeDef::Bool,
            TypeKind::S8 => TypeDef::S8,
            TypeKind::U8 => TypeDef::U8,
            TypeKind::S16 => TypeDef::S16,
            TypeKind::U16 => TypeDef::U16,
            TypeKind::S32 => TypeDef::S32,
            TypeKind::U32 => TypeDef::U32,
            TypeKind::S64 => TypeDef::S64,
            TypeKind::U64 => TypeDef::U64,
            TypeKind::F32 => TypeDef::F32,
            TypeKind::F64 => TypeDef::F64,
            TypeKind::Char => TypeDef::Char,
            TypeKind::String => TypeDef::String,
            TypeKind::ErrorContext => TypeDef::ErrorContext,
            TypeKind::List { element } => TypeDef::List(self.child(*element)?),
            TypeKind::FixedList { element, length } => {
                ensure!(*length > 0, "length: it must not be 0");
                TypeDef::FixedList(self.child(*element)?, *length)
            }
            TypeKind::Map { key, value } => TypeDef::Map(self.child(*key)?, self.child(*value)?),
            TypeKind::Record { fields } => TypeDef::Record(self.fields(fields)?.into()),
            TypeKind::Tuple { types } => {
                ensure!(!types.is_empty(), "types: there must be one");
                TypeDef::Tuple(types.iter().map(|&ty| self.child(ty)).collect::<Result<_>>()?)
            }
            TypeKind::Variant { cases } => TypeDef::Variant(self.cases(cases)?.into()),
            TypeKind::Enum { names } => TypeDef::Enum(labels(names)?),
            TypeKind::Option { some } => TypeDef::Option(self.child(*some)?),
            TypeKind::Result { ok, err } => {
                TypeDef::Result { ok: self.optional(*ok)?, err: self.optional(*err)? }
            }
            TypeKind::Flags { names } => {
                ensure!(names.len() <= 32, "names: there are more than 32");
                TypeDef::Flags(labels(names)?)
            }
            TypeKind::Own { resource } => TypeDef::Own(self.resource(*resource)?),
            TypeKind::Borrow { resource } => TypeDef::Borrow(self.resource(*resource)?),
            TypeKind::Stream { element } => TypeDef::Stream(self.optional(*element)?),
            TypeKind::Future { element } => TypeDef::Future(self.optional(*element)?),
        })
    }

    fn fields(&self, fields: &[Field]) -> Result<Vec<types::Field>> {
        ensure!(!fields.is_empty(), "fields: there must be one");
        unique("fields", fields.iter().map(|field| &field.name))?;
        let field =
            |field: &Field| Ok(types::Field { name: field.name.as_str().into(), ty: self.child(field.ty)? });
        fields.iter().map(field).collect()
    }

    fn cases(&self, cases: &[Case]) -> Result<Vec<types::Case>> {
        ensure!(!cases.is_empty(), "cases: there must be one");
        unique("cases", cases.iter().map(|case| &case.name))?;
        let case =
            |case: &Case| Ok(types::Case { name: case.name.as_str().into(), ty: self.optional(case.ty)? });
        cases.iter().map(case).collect()
    }

    fn function(&self, function: &Function) -> Result<Needs> {
        let known = |ty: usize| {
            index("type", ty, self.depths.len())?;
            Ok(TypeId::from_index(ty))
        };
        unique("params", function.params.iter().map(|param| &param.name))?;
        let params = function.params.iter().map(|param| known(param.ty)).collect::<Result<Vec<_>>>()?;
        let result = function.result.map(known).transpose()?;
        let result: Vec<TypeId> = result.into_iter().collect();
        let borrows = result.iter().any(|&ty| self.types.layout(ty).has_borrow);
        ensure!(!borrows, "result: it contains a borrow");
        let values =
            |types: &[TypeId], max| PointerWidth::BOTH.map(|width| values(&self.types, types, max, width));
        Ok(Needs {
            is_async: function.is_async,
            params: values(&params, MAX_FLAT_PARAMS),
            async_params: values(&params, MAX_FLAT_ASYNC_PARAMS),
            results: values(&result, MAX_FLAT_RESULTS),
            async_results: values(&result, MAX_FLAT_PARAMS),
        })
    }
}

fn values(types: &Types, of: &[TypeId], max: usize, width: PointerWidth) -> Values {
    let layouts = of.iter().map(|&ty| types.layout(ty));
    let flat = layouts.clone().map(|layout| layout.form(width).flat.as_ref().map(|flat| flat.len()));
    let flat: Option<usize> = flat.sum();
    Values {
        any: !of.is_empty(),
        spill: flat.is_none_or(|flat| flat > max),
        pointer: layouts.clone().any(|layout| layout.has_pointer),
    }
}

fn labels(names: &[String]) -> Result<Box<[Box<str>]>> {
    ensure!(!names.is_empty(), "names: there must be one");
    unique("names", names.iter())?;
    Ok(names.iter().map(|name| name.as_str().into()).collect())
}

fn same_layout(ty: &Type, layout: &Layout) -> Result<()> {
    for (i, width) in PointerWidth::BOTH.into_iter().enumerate() {
        let form = layout.form(width);
        let bits = width.bytes() * 8;
        ensure!(form.size < SIZE_LIMIT, "{SIZE_LIMIT} bytes or more in a {bits}-bit memory");
        ensure!(ty.size[i] == form.size, "size: {} for {bits} bits is not {}", ty.size[i], form.size);
        ensure!(ty.align[i] == form.align, "align: {} for {bits} bits is not {}", ty.align[i], form.align);
        let flat: Option<Vec<&str>> =
            form.flat.as_ref().map(|flat| flat.iter().map(|ty| ty.name()).collect());
        let given: Option<Vec<&str>> =
            ty.flat[i].as_ref().map(|flat| flat.iter().map(String::as_str).collect());
        ensure!(flat == given, "flat: {given:?} for {bits} bits is not {flat:?}");
    }
    Ok(())
}
