//! The types of a plan as the host uses them: checked, interned, with every offset computed once.
//!
//! A plan may come from anywhere, so its layouts are not believed: they are computed again by `abi` and
//! compared. Spec: `CanonicalABI.md`, "Alignment", "Element Size", "Flattening".

use crate::abi::layout::{align_to, record_fields, record_layout};
use crate::abi::types::{Case, Field, FuncType, ResourceId};
use crate::abi::{FlatType, MAX_FLAT_PARAMS, PointerWidth, TypeDef, TypeId, Types, VariantShape};
use crate::id::{Id, IdVec};
use crate::plan;
use anyhow::{Context as _, Result, bail, ensure};
use std::collections::HashSet;

/// Deepest nesting of types that is accepted, which bounds the recursion of lifting and lowering; validation
/// of components has the same limit.
const MAX_DEPTH: u32 = 100;

/// Types and function types of a plan.
#[derive(Debug)]
pub(crate) struct TypeTable {
    types: Types,
    shapes: IdVec<TypeId, Shape>,
    functions: Vec<FuncShape>,
}

/// Where the parts of a type's values are; pairs are for 32- and 64-bit memories.
#[derive(Debug, Default)]
struct Shape {
    depth: u32,
    /// Records, tuples and pairs of maps: offsets of the fields in memory, in bytes.
    offsets: [Vec<u32>; 2],
    /// Maps: size and alignment of a pair, in bytes.
    pair: [(u32, u32); 2],
    /// Variants: size of the discriminant in bytes, offset of the payload in bytes, and the cases.
    discriminant_bytes: u32,
    payload_offset: [u32; 2],
    cases: Vec<Option<TypeId>>,
}

/// A function type with all that its calls need.
#[derive(Debug)]
pub(crate) struct FuncShape {
    /// The type.
    pub(crate) ty: FuncType,
    /// Types of the parameters.
    pub(crate) params: Vec<TypeId>,
    /// Whether a parameter holds a borrow.
    pub(crate) has_borrow: bool,
    /// Resources of which parameters hold borrows.
    pub(crate) borrows: Vec<ResourceId>,
    forms: [FuncForm; 2],
}

/// A function type for one pointer width.
#[derive(Debug)]
pub(crate) struct FuncForm {
    /// Flat types of all parameters; absent where they spill to memory.
    pub(crate) params: Option<Vec<FlatType>>,
    /// Flat types of the result; absent where it spills to memory.
    pub(crate) result: Option<Vec<FlatType>>,
    /// Offsets of spilled parameters, in bytes.
    pub(crate) offsets: Vec<u32>,
    /// Size and alignment of spilled parameters, in bytes.
    pub(crate) size: u32,
    pub(crate) align: u32,
}

impl TypeTable {
    /// Reads the tables of `plan`.
    pub(crate) fn read(plan: &plan::Plan) -> Result<TypeTable> {
        let mut reader = Reader { table: TypeTable::empty(), ids: Vec::new(), plan };
        for (index, ty) in plan.types.iter().enumerate() {
            reader.read_type(ty).with_context(|| format!("in type {index} of the plan"))?;
        }
        for (index, function) in plan.functions.iter().enumerate() {
            let shape = reader.function(function);
            reader
                .table
                .functions
                .push(shape.with_context(|| format!("in function type {index} of the plan"))?);
        }
        Ok(reader.table)
    }

    fn empty() -> TypeTable {
        TypeTable { types: Types::default(), shapes: IdVec::new(), functions: Vec::new() }
    }

    pub(crate) fn def(&self, ty: TypeId) -> &TypeDef {
        self.types.def(ty)
    }

    /// Size in memory, in bytes.
    pub(crate) fn size(&self, ty: TypeId, width: PointerWidth) -> u32 {
        self.types.layout(ty).form(width).size
    }

    /// Alignment in memory, in bytes.
    pub(crate) fn align(&self, ty: TypeId, width: PointerWidth) -> u32 {
        self.types.layout(ty).form(width).align
    }

    /// How many flat values a value has; only asked of types that travel on the stack.
    pub(crate) fn flat_len(&self, ty: TypeId, width: PointerWidth) -> usize {
        self.types.layout(ty).form(width).flat.as_ref().map_or(0, |flat| flat.len())
    }

    /// Offsets of a record's, tuple's or pair's fields, in bytes.
    pub(crate) fn offsets(&self, ty: TypeId, width: PointerWidth) -> &[u32] {
        &self.shapes[ty].offsets[width as usize]
    }

    /// Size and alignment of a map's pairs, in bytes.
    pub(crate) fn pair_layout(&self, ty: TypeId, width: PointerWidth) -> (u32, u32) {
        self.shapes[ty].pair[width as usize]
    }

    /// Payload types of a variant's cases.
    pub(crate) fn cases(&self, ty: TypeId) -> &[Option<TypeId>] {
        &self.shapes[ty].cases
    }

    /// Size of a variant's discriminant, in bytes.
    pub(crate) fn discriminant_bytes(&self, ty: TypeId) -> u32 {
        self.shapes[ty].discriminant_bytes
    }

    /// Offset of a variant's payload, in bytes.
    pub(crate) fn payload_offset(&self, ty: TypeId, width: PointerWidth) -> u32 {
        self.shapes[ty].payload_offset[width as usize]
    }

    /// A function type of the plan.
    pub(crate) fn function(&self, index: usize) -> Result<&FuncShape> {
        self.functions.get(index).with_context(|| format!("the plan has no function type {index}"))
    }
}

impl FuncShape {
    pub(crate) fn form(&self, width: PointerWidth) -> &FuncForm {
        &self.forms[width as usize]
    }

    /// Core parameters and results of a lifted function of this type.
    pub(crate) fn lifted_signature(&self, width: PointerWidth) -> (Vec<FlatType>, Vec<FlatType>) {
        let form = self.form(width);
        let params = form.params.clone().unwrap_or_else(|| vec![width.flat()]);
        let results = form.result.clone().unwrap_or_else(|| vec![width.flat()]);
        (params, results)
    }

    /// Core parameters and results of a lowered function of this type.
    pub(crate) fn lowered_signature(&self, width: PointerWidth) -> (Vec<FlatType>, Vec<FlatType>) {
        let form = self.form(width);
        let mut params = form.params.clone().unwrap_or_else(|| vec![width.flat()]);
        match &form.result {
            Some(result) => (params, result.clone()),
            None => {
                params.push(width.flat());
                (params, Vec::new())
            }
        }
    }
}

/// Reading in progress.
struct Reader<'a> {
    table: TypeTable,
    /// What each type of the plan became; equal ones became one.
    ids: Vec<TypeId>,
    plan: &'a plan::Plan,
}

impl Reader<'_> {
    fn read_type(&mut self, ty: &plan::Type) -> Result<()> {
        let def = self.def(&ty.kind)?;
        check_parts(&def)?;
        let id = self.table.types.intern(def);
        self.ids.push(id);
        self.check_layout(id, ty)?;
        if id == self.table.shapes.next_id() {
            let shape = self.shape(id)?;
            self.table.shapes.push(shape);
        }
        Ok(())
    }

    fn id(&self, index: usize) -> Result<TypeId> {
        self.ids
            .get(index)
            .copied()
            .with_context(|| format!("it uses type {index}, which does not come before it"))
    }

    fn ids(&self, indices: &[usize]) -> Result<Box<[TypeId]>> {
        indices.iter().map(|&index| self.id(index)).collect()
    }

    fn some_id(&self, index: Option<usize>) -> Result<Option<TypeId>> {
        index.map(|index| self.id(index)).transpose()
    }

    fn resource(&self, index: usize) -> Result<ResourceId> {
        ensure!(index < self.plan.resources.len(), "the plan has no resource {index}");
        Ok(ResourceId::from_index(index))
    }

    fn def(&self, kind: &plan::TypeKind) -> Result<TypeDef> {
        use plan::TypeKind as K;
        let names = |names: &[String]| names.iter().map(|n| n.as_str().into()).collect();
        Ok(match kind {
            K::Bool => TypeDef::Bool,
            K::S8 => TypeDef::S8,
            K::U8 => TypeDef::U8,
            K::S16 => TypeDef::S16,
            K::U16 => TypeDef::U16,
            K::S32 => TypeDef::S32,
            K::U32 => TypeDef::U32,
            K::S64 => TypeDef::S64,
            K::U64 => TypeDef::U64,
            K::F32 => TypeDef::F32,
            K::F64 => TypeDef::F64,
            K::Char => TypeDef::Char,
            K::String => TypeDef::String,
            K::ErrorContext => TypeDef::ErrorContext,
            K::List { element } => TypeDef::List(self.id(*element)?),
            K::FixedList { element, length } => TypeDef::FixedList(self.id(*element)?, *length),
            K::Map { key, value } => TypeDef::Map(self.id(*key)?, self.id(*value)?),
            K::Record { fields } => TypeDef::Record(self.fields(fields)?),
            K::Tuple { types } => TypeDef::Tuple(self.ids(types)?),
            K::Variant { cases } => TypeDef::Variant(self.cases(cases)?),
            K::Enum { names: cases } => TypeDef::Enum(names(cases)),
            K::Option { some } => TypeDef::Option(self.id(*some)?),
            K::Result { ok, err } => TypeDef::Result { ok: self.some_id(*ok)?, err: self.some_id(*err)? },
            K::Flags { names: labels } => TypeDef::Flags(names(labels)),
            K::Own { resource } => TypeDef::Own(self.resource(*resource)?),
            K::Borrow { resource } => TypeDef::Borrow(self.resource(*resource)?),
            K::Stream { element } => TypeDef::Stream(self.some_id(*element)?),
            K::Future { element } => TypeDef::Future(self.some_id(*element)?),
        })
    }

    fn fields(&self, fields: &[plan::Field]) -> Result<Box<[Field]>> {
        let field = |f: &plan::Field| Ok(Field { name: f.name.as_str().into(), ty: self.id(f.ty)? });
        fields.iter().map(field).collect()
    }

    fn cases(&self, cases: &[plan::Case]) -> Result<Box<[Case]>> {
        let case = |c: &plan::Case| Ok(Case { name: c.name.as_str().into(), ty: self.some_id(c.ty)? });
        cases.iter().map(case).collect()
    }

    /// Compares the plan's layout with ours.
    fn check_layout(&self, id: TypeId, ty: &plan::Type) -> Result<()> {
        for width in PointerWidth::BOTH {
            let form = self.table.types.layout(id).form(width);
            let w = width as usize;
            let flat = ty.flat[w].as_deref();
            let same = form.size == ty.size[w]
                && form.align == ty.align[w]
                && match (form.flat.as_deref(), flat) {
                    (None, None) => true,
                    (Some(ours), Some(theirs)) => {
                        ours.iter().map(|f| f.name()).eq(theirs.iter().map(|s| s.as_str()))
                    }
                    _ => false,
                };
            ensure!(same, "its layout is not that of the Canonical ABI; the plan is damaged");
            // Validation ensures this, and the arithmetic of lifting relies on it.
            ensure!(form.size < 1 << 28, "its values are larger than 2^28-1 bytes");
        }
        Ok(())
    }

    fn shape(&self, id: TypeId) -> Result<Shape> {
        let types = &self.table.types;
        let def = types.def(id);
        let mut shape = Shape::default();
        let below = crate::abi::layout::parts(def).into_iter().map(|t| self.table.shapes[t].depth).max();
        shape.depth = below.map_or(0, |depth| depth + 1);
        ensure!(shape.depth <= MAX_DEPTH, "types are nested more than {MAX_DEPTH} deep");
        if let Some(fields) = record_fields(def) {
            let layouts =
                PointerWidth::BOTH.map(|w| record_layout(fields.iter().copied(), w, types.layouts()));
            shape.pair = [&layouts[0], &layouts[1]].map(|layout| (layout.size, layout.align));
            shape.offsets = layouts.map(|layout| layout.offsets);
        }
        if let Some(variant) = VariantShape::of(def) {
            shape.discriminant_bytes = variant.discriminant_bytes;
            shape.payload_offset = PointerWidth::BOTH.map(|w| variant.payload_offset(w, types.layouts()));
            shape.cases = variant.cases;
        }
        Ok(shape)
    }

    fn function(&self, function: &plan::Function) -> Result<FuncShape> {
        let result = self.some_id(function.result)?;
        let ty = FuncType { params: self.fields(&function.params)?, result, is_async: function.is_async };
        let params: Vec<TypeId> = ty.params.iter().map(|p| p.ty).collect();
        let layout = |t: TypeId| self.table.types.layout(t);
        Ok(FuncShape {
            has_borrow: params.iter().any(|&t| layout(t).has_borrow),
            borrows: self.borrows(&params),
            forms: PointerWidth::BOTH.map(|width| self.func_form(&params, result, width)),
            params,
            ty,
        })
    }

    /// Resources of which these types hold borrows. Types share parts, so those that were seen are remembered.
    fn borrows(&self, params: &[TypeId]) -> Vec<ResourceId> {
        let mut pending = params.to_vec();
        let mut seen: HashSet<TypeId> = pending.iter().copied().collect();
        let mut borrows = Vec::new();
        while let Some(ty) = pending.pop() {
            let def = self.table.types.def(ty);
            if let TypeDef::Borrow(resource) = def
                && !borrows.contains(resource)
            {
                borrows.push(*resource);
            }
            let parts = crate::abi::layout::parts(def).into_iter();
            pending.extend(parts.filter(|&t| self.table.types.layout(t).has_borrow && seen.insert(t)));
        }
        borrows
    }

    fn func_form(&self, params: &[TypeId], result: Option<TypeId>, width: PointerWidth) -> FuncForm {
        let types = &self.table.types;
        let area = record_layout(params.iter().copied(), width, types.layouts());
        let flat = |t: TypeId| types.layout(t).form(width).flat.as_deref();
        let mut flat_params = Some(Vec::new());
        for &param in params {
            flat_params = flat_params
                .zip(flat(param))
                .map(|(all, more): (Vec<FlatType>, _)| [&all, more].concat())
                .filter(|all| all.len() <= MAX_FLAT_PARAMS);
        }
        let result = match result {
            None => Some(Vec::new()),
            Some(ty) => flat(ty).filter(|f| f.len() <= crate::abi::MAX_FLAT_RESULTS).map(<[_]>::to_vec),
        };
        let size = align_to(area.size, area.align);
        FuncForm { params: flat_params, result, offsets: area.offsets, size, align: area.align }
    }
}

/// Refuses what validation of components refuses and the code of lifting relies on: types without parts, whose
/// values would take no space, and too many flags.
fn check_parts(def: &TypeDef) -> Result<()> {
    let empty = match def {
        TypeDef::Record(fields) => fields.is_empty(),
        TypeDef::Tuple(types) => types.is_empty(),
        TypeDef::Variant(cases) => cases.is_empty(),
        TypeDef::Enum(names) => names.is_empty(),
        TypeDef::FixedList(_, length) => *length == 0,
        TypeDef::Flags(labels) => {
            ensure!(labels.len() <= 32, "flags have more than 32 labels");
            labels.is_empty()
        }
        _ => false,
    };
    if empty {
        bail!("it has no parts");
    }
    Ok(())
}
