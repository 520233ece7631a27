//! The types of a plan as the host uses them: every offset is computed once, when a component is compiled.
//!
//! Spec: `CanonicalABI.md`, "Alignment", "Element Size", "Flattening".

use crate::abi::layout::{parts, record_fields, record_layout};
use crate::abi::types::{Field, FuncType, ResourceId};
use crate::abi::{
    FlatType, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, PointerWidth, TypeDef, TypeId, Types, VariantShape,
};
use crate::id::{Id, IdVec};
use crate::plan::{self, Plan};
use anyhow::{Context as _, Result};
use std::collections::HashSet;

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
    /// Computes the tables of `plan`, which was checked.
    pub(crate) fn of(plan: &Plan) -> Result<TypeTable> {
        let types = plan::types_of(plan)?;
        let shapes = types.iter().map(|(_, def)| Shape::of(def, &types)).collect();
        let functions = plan.functions.iter().map(|function| FuncShape::of(function, &types)).collect();
        Ok(TypeTable { types, shapes, functions })
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

impl Shape {
    fn of(def: &TypeDef, types: &Types) -> Shape {
        let mut shape = Shape::default();
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
        shape
    }
}

impl FuncShape {
    fn of(function: &plan::Function, types: &Types) -> FuncShape {
        let field = |f: &plan::Field| Field { name: f.name.as_str().into(), ty: TypeId::from_index(f.ty) };
        let fields: Box<[Field]> = function.params.iter().map(field).collect();
        let params: Vec<TypeId> = fields.iter().map(|p| p.ty).collect();
        let result = function.result.map(TypeId::from_index);
        FuncShape {
            borrows: borrows(&params, types),
            forms: PointerWidth::BOTH.map(|width| FuncForm::of(&params, result, types, width)),
            params,
            ty: FuncType { params: fields, result, is_async: function.is_async },
        }
    }

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

impl FuncForm {
    fn of(params: &[TypeId], result: Option<TypeId>, types: &Types, width: PointerWidth) -> FuncForm {
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
            Some(ty) => flat(ty).filter(|f| f.len() <= MAX_FLAT_RESULTS).map(<[_]>::to_vec),
        };
        FuncForm { params: flat_params, result, offsets: area.offsets, size: area.size, align: area.align }
    }
}

/// Resources of which values of these types hold borrows. Types share parts, so those that were seen are
/// remembered.
fn borrows(params: &[TypeId], types: &Types) -> Vec<ResourceId> {
    let mut pending = params.to_vec();
    let mut seen: HashSet<TypeId> = pending.iter().copied().collect();
    let mut borrows = Vec::new();
    while let Some(ty) = pending.pop() {
        let def = types.def(ty);
        if let TypeDef::Borrow(resource) = def
            && !borrows.contains(resource)
        {
            borrows.push(*resource);
        }
        let parts = parts(def).into_iter();
        pending.extend(parts.filter(|&t| types.layout(t).has_borrow && seen.insert(t)));
    }
    borrows
}
