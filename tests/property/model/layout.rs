//! "Alignment", "Element Size", "Flattening".

use super::{Context, PtrType, Ty, despecialize};

pub(crate) fn alignment(t: &Ty, ptr_type: PtrType) -> u64 {
    match despecialize(t) {
        Ty::Bool | Ty::S8 | Ty::U8 => 1,
        Ty::S16 | Ty::U16 => 2,
        Ty::S32 | Ty::U32 | Ty::F32 | Ty::Char | Ty::Own(_) | Ty::Borrow(_) => 4,
        Ty::S64 | Ty::U64 | Ty::F64 => 8,
        Ty::String | Ty::List(_) => ptr_type.size(),
        Ty::FixedList(t, _) => alignment(&t, ptr_type),
        Ty::Record(fields) => fields.iter().map(|t| alignment(t, ptr_type)).max().unwrap(),
        Ty::Variant(cases) => discriminant_size(&cases).max(max_case_alignment(&cases, ptr_type)),
        Ty::Flags(n) => flags_size(n),
        Ty::Map(..) | Ty::Tuple(_) | Ty::Enum(_) | Ty::Option(_) | Ty::Result(..) => unreachable!(),
    }
}

/// Size, and alignment, of the discriminant in bytes.
pub(crate) fn discriminant_size(cases: &[Option<Ty>]) -> u64 {
    match cases.len() {
        0 => unreachable!("variants have cases"),
        1..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

pub(crate) fn max_case_alignment(cases: &[Option<Ty>], ptr_type: PtrType) -> u64 {
    cases.iter().flatten().map(|t| alignment(t, ptr_type)).max().unwrap_or(1)
}

pub(crate) fn flags_size(n: usize) -> u64 {
    match n {
        1..=8 => 1,
        9..=16 => 2,
        17..=32 => 4,
        _ => unreachable!("flags have 1 to 32 labels"),
    }
}

pub(crate) fn align_to(ptr: u64, alignment: u64) -> u64 {
    ptr.div_ceil(alignment) * alignment
}

pub(crate) fn elem_size(t: &Ty, ptr_type: PtrType) -> u64 {
    match despecialize(t) {
        Ty::Bool | Ty::S8 | Ty::U8 => 1,
        Ty::S16 | Ty::U16 => 2,
        Ty::S32 | Ty::U32 | Ty::F32 | Ty::Char | Ty::Own(_) | Ty::Borrow(_) => 4,
        Ty::S64 | Ty::U64 | Ty::F64 => 8,
        Ty::String | Ty::List(_) => 2 * ptr_type.size(),
        Ty::FixedList(t, n) => n as u64 * elem_size(&t, ptr_type),
        Ty::Record(fields) => {
            let mut s = 0;
            for f in &fields {
                s = align_to(s, alignment(f, ptr_type)) + elem_size(f, ptr_type);
            }
            align_to(s, alignment(t, ptr_type))
        }
        Ty::Variant(cases) => {
            let s = align_to(discriminant_size(&cases), max_case_alignment(&cases, ptr_type));
            let cs = cases.iter().flatten().map(|t| elem_size(t, ptr_type)).max().unwrap_or(0);
            align_to(s + cs, alignment(t, ptr_type))
        }
        Ty::Flags(n) => flags_size(n),
        Ty::Map(..) | Ty::Tuple(_) | Ty::Enum(_) | Ty::Option(_) | Ty::Result(..) => unreachable!(),
    }
}

/// A core value type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flat {
    I32,
    I64,
    F32,
    F64,
}

impl Flat {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Flat::I32 => "i32",
            Flat::I64 => "i64",
            Flat::F32 => "f32",
            Flat::F64 => "f64",
        }
    }
}

impl PtrType {
    pub(crate) fn flat(self) -> Flat {
        match self {
            PtrType::I32 => Flat::I32,
            PtrType::I64 => Flat::I64,
        }
    }
}

pub(crate) fn flatten_types(ts: &[Ty], ptr_type: PtrType) -> Vec<Flat> {
    ts.iter().flat_map(|t| flatten_type(t, ptr_type)).collect()
}

pub(crate) fn flatten_type(t: &Ty, ptr_type: PtrType) -> Vec<Flat> {
    match despecialize(t) {
        Ty::Bool | Ty::S8 | Ty::U8 | Ty::S16 | Ty::U16 | Ty::S32 | Ty::U32 | Ty::Char => vec![Flat::I32],
        Ty::Flags(_) | Ty::Own(_) | Ty::Borrow(_) => vec![Flat::I32],
        Ty::S64 | Ty::U64 => vec![Flat::I64],
        Ty::F32 => vec![Flat::F32],
        Ty::F64 => vec![Flat::F64],
        Ty::String | Ty::List(_) => vec![ptr_type.flat(); 2],
        Ty::FixedList(t, n) => flatten_type(&t, ptr_type).repeat(n),
        Ty::Record(fields) => flatten_types(&fields, ptr_type),
        Ty::Variant(cases) => flatten_variant(&cases, ptr_type),
        Ty::Map(..) | Ty::Tuple(_) | Ty::Enum(_) | Ty::Option(_) | Ty::Result(..) => unreachable!(),
    }
}

pub(crate) fn flatten_variant(cases: &[Option<Ty>], ptr_type: PtrType) -> Vec<Flat> {
    let mut flat: Vec<Flat> = Vec::new();
    for c in cases.iter().flatten() {
        for (i, ft) in flatten_type(c, ptr_type).into_iter().enumerate() {
            if i < flat.len() {
                flat[i] = join(flat[i], ft);
            } else {
                flat.push(ft);
            }
        }
    }
    flat.insert(0, Flat::I32);
    flat
}

fn join(a: Flat, b: Flat) -> Flat {
    match (a, b) {
        (a, b) if a == b => a,
        (Flat::I32, Flat::F32) | (Flat::F32, Flat::I32) => Flat::I32,
        _ => Flat::I64,
    }
}

/// How many core values there may be before they travel through memory: `MAX_FLAT_PARAMS` and so on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) params: usize,
    pub(crate) results: usize,
}

impl Limits {
    pub(crate) const SYNC: Limits = Limits { params: 16, results: 1 };
    pub(crate) const ASYNC_LOWER: Limits = Limits { params: 4, results: 0 };
    /// The results are the parameters of `task.return`.
    pub(crate) const ASYNC_LIFT: Limits = Limits { params: 16, results: 16 };
}

/// Whether values of these types travel through memory.
pub(crate) fn is_spilled(ts: &[Ty], max_flat: usize, ptr_type: PtrType) -> bool {
    flatten_types(ts, ptr_type).len() > max_flat
}

impl Context {
    pub(super) fn align(&self, t: &Ty) -> u64 {
        alignment(t, self.ptr_type)
    }

    pub(super) fn elem_size(&self, t: &Ty) -> u64 {
        elem_size(t, self.ptr_type)
    }
}
