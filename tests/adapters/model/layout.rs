//! Alignment, size and flat types, written from the specification's definitions and not from the compiler's.
//!
//! Spec: `alignment`, `elem_size`, `flatten_type` in `definitions.py`.

use corefuse::abi::{FlatType, PointerWidth, TypeDef, TypeId, Types};

/// Types as the specification sees them after `despecialize`.
pub(crate) enum Shape {
    Number {
        bytes: u32,
        flat: FlatType,
    },
    /// A string, or a list of records of these types.
    Pointer,
    Record(Vec<TypeId>),
    Variant(Vec<Option<TypeId>>),
}

pub(crate) fn shape(types: &Types, ty: TypeId) -> Shape {
    use FlatType::{F32, F64, I32, I64};
    let number = |bytes, flat| Shape::Number { bytes, flat };
    match types.def(ty) {
        TypeDef::Bool | TypeDef::S8 | TypeDef::U8 => number(1, I32),
        TypeDef::S16 | TypeDef::U16 => number(2, I32),
        TypeDef::S32 | TypeDef::U32 | TypeDef::Char => number(4, I32),
        TypeDef::Own(_) | TypeDef::Borrow(_) => number(4, I32),
        TypeDef::S64 | TypeDef::U64 => number(8, I64),
        TypeDef::F32 => number(4, F32),
        TypeDef::F64 => number(8, F64),
        TypeDef::Flags(labels) => match labels.len() {
            0..=8 => number(1, I32),
            9..=16 => number(2, I32),
            _ => number(4, I32),
        },
        TypeDef::String | TypeDef::List(_) | TypeDef::Map(..) => Shape::Pointer,
        TypeDef::FixedList(element, n) => Shape::Record(vec![*element; *n as usize]),
        TypeDef::Record(fields) => Shape::Record(fields.iter().map(|field| field.ty).collect()),
        TypeDef::Tuple(fields) => Shape::Record(fields.to_vec()),
        TypeDef::Variant(cases) => Shape::Variant(cases.iter().map(|case| case.ty).collect()),
        TypeDef::Enum(names) => Shape::Variant(vec![None; names.len()]),
        TypeDef::Option(some) => Shape::Variant(vec![None, Some(*some)]),
        TypeDef::Result { ok, err } => Shape::Variant(vec![*ok, *err]),
        TypeDef::ErrorContext | TypeDef::Stream(_) | TypeDef::Future(_) => {
            panic!("the model knows no asynchronous types")
        }
    }
}

pub(crate) fn discriminant_bytes(cases: usize) -> u32 {
    match cases {
        0..=256 => 1,
        257..=65536 => 2,
        _ => 4,
    }
}

pub(crate) fn align_to(pointer: u64, align: u32) -> u64 {
    pointer.next_multiple_of(u64::from(align))
}

pub(crate) fn alignment(types: &Types, ty: TypeId, width: PointerWidth) -> u32 {
    match shape(types, ty) {
        Shape::Number { bytes, .. } => bytes,
        Shape::Pointer => width.bytes(),
        Shape::Record(fields) => record_alignment(types, &fields, width),
        Shape::Variant(cases) => {
            max_case_alignment(types, &cases, width).max(discriminant_bytes(cases.len()))
        }
    }
}

pub(crate) fn record_alignment(types: &Types, fields: &[TypeId], width: PointerWidth) -> u32 {
    fields.iter().map(|&ty| alignment(types, ty, width)).max().unwrap_or(1)
}

pub(crate) fn max_case_alignment(types: &Types, cases: &[Option<TypeId>], width: PointerWidth) -> u32 {
    cases.iter().flatten().map(|&ty| alignment(types, ty, width)).max().unwrap_or(1)
}

pub(crate) fn size(types: &Types, ty: TypeId, width: PointerWidth) -> u64 {
    match shape(types, ty) {
        Shape::Number { bytes, .. } => u64::from(bytes),
        Shape::Pointer => 2 * u64::from(width.bytes()),
        Shape::Record(fields) => record_size(types, &fields, width),
        Shape::Variant(cases) => {
            let mut size = u64::from(discriminant_bytes(cases.len()));
            size = align_to(size, max_case_alignment(types, &cases, width));
            size += cases.iter().flatten().map(|&ty| self::size(types, ty, width)).max().unwrap_or(0);
            align_to(size, alignment(types, ty, width))
        }
    }
}

pub(crate) fn record_size(types: &Types, fields: &[TypeId], width: PointerWidth) -> u64 {
    let mut size = 0;
    for &field in fields {
        size = align_to(size, alignment(types, field, width)) + self::size(types, field, width);
    }
    align_to(size, record_alignment(types, fields, width))
}

pub(crate) fn flatten(types: &Types, ty: TypeId, width: PointerWidth) -> Vec<FlatType> {
    match shape(types, ty) {
        Shape::Number { flat, .. } => vec![flat],
        Shape::Pointer => vec![width.flat(); 2],
        Shape::Record(fields) => fields.iter().flat_map(|&field| flatten(types, field, width)).collect(),
        Shape::Variant(cases) => {
            let mut flat = vec![FlatType::I32];
            for &case in cases.iter().flatten() {
                for (i, ty) in flatten(types, case, width).into_iter().enumerate() {
                    match flat.get_mut(i + 1) {
                        Some(slot) => *slot = join(*slot, ty),
                        None => flat.push(ty),
                    }
                }
            }
            flat
        }
    }
}

fn join(a: FlatType, b: FlatType) -> FlatType {
    match (a, b) {
        (a, b) if a == b => a,
        (FlatType::I32, FlatType::F32) | (FlatType::F32, FlatType::I32) => FlatType::I32,
        _ => FlatType::I64,
    }
}
