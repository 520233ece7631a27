//! Size, alignment, offsets and flat form of types, for 32- and 64-bit memories.
//!
//! Spec: `CanonicalABI.md`, "Alignment", "Element Size", "Flattening" (after "Despecialization": tuples are
//! records; enums, options and results are variants; maps are lists of pairs).

use super::MAX_FLAT_PARAMS;
use super::flat::{FlatType, join_cases};
use super::types::{Case, TypeDef, TypeId};
use crate::id::IdVec;

/// Width of a memory's addresses, and so of pointers and lengths in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum PointerWidth {
    /// `i32` addresses.
    #[default]
    W32,
    /// `i64` addresses.
    W64,
}

impl PointerWidth {
    /// Both widths, in the order used by tables of two.
    pub const BOTH: [PointerWidth; 2] = [PointerWidth::W32, PointerWidth::W64];

    /// Size of a pointer, in bytes.
    pub fn bytes(self) -> u32 {
        match self {
            PointerWidth::W32 => 4,
            PointerWidth::W64 => 8,
        }
    }

    /// Flat type of a pointer or length.
    pub fn flat(self) -> FlatType {
        match self {
            PointerWidth::W32 => FlatType::I32,
            PointerWidth::W64 => FlatType::I64,
        }
    }
}

/// What a type needs in a memory of one pointer width, and on the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Size in memory, in bytes (`elem_size`); at most 2^28-1, which validation ensures.
    pub size: u32,
    /// Alignment in memory, in bytes: 1, 2, 4 or 8.
    pub align: u32,
    /// Flat types, or `None` where there are more than [`MAX_FLAT_PARAMS`], so that the value always spills.
    pub flat: Option<Box<[FlatType]>>,
}

/// Everything about a type that does not depend on where it is used.
#[derive(Clone, Debug)]
pub struct Layout {
    forms: [Form; 2],
    /// Holds a borrow handle somewhere.
    pub has_borrow: bool,
    /// Holds an own or borrow handle somewhere.
    pub has_handle: bool,
    /// Holds a string or list somewhere, so that lowering it calls realloc.
    pub has_pointer: bool,
    /// Holds a stream, future or error context somewhere.
    pub has_async: bool,
    /// Every bit pattern is valid and canonical and there is no padding: numbers, and records, tuples and
    /// fixed-length lists of them. Only such bytes may be copied from one memory to another unseen.
    pub is_plain: bool,
    /// How many types it consists of, itself included; what generated code for it grows with.
    pub nodes: u32,
}

impl Layout {
    /// Size, alignment and flat types for memories of `width`.
    pub fn form(&self, width: PointerWidth) -> &Form {
        &self.forms[width as usize]
    }

    /// Holds something that is an index into a handle table.
    pub fn has_handle_of_any_kind(&self) -> bool {
        self.has_handle || self.has_async
    }

    /// Computes the layout of `def` from those of its children.
    pub(super) fn of(def: &TypeDef, children: &IdVec<TypeId, Layout>) -> Layout {
        let parts = parts(def);
        let any = |f: fn(&Layout) -> bool| parts.iter().any(|&t| f(&children[t]));
        let forms = PointerWidth::BOTH.map(|width| form(def, width, children));
        Layout {
            has_borrow: matches!(def, TypeDef::Borrow(_)) || any(|l| l.has_borrow),
            has_handle: matches!(def, TypeDef::Own(_) | TypeDef::Borrow(_)) || any(|l| l.has_handle),
            has_pointer: match def {
                TypeDef::String | TypeDef::List(_) | TypeDef::Map(..) => true,
                // What is passed is a handle; elements are moved later, by other calls.
                TypeDef::Stream(_) | TypeDef::Future(_) => false,
                _ => any(|l| l.has_pointer),
            },
            has_async: matches!(def, TypeDef::ErrorContext | TypeDef::Stream(_) | TypeDef::Future(_))
                || any(|l| l.has_async),
            is_plain: is_plain(def, &forms[0], children),
            nodes: parts.iter().fold(1, |n, &t| children[t].nodes.saturating_add(n)),
            forms,
        }
    }
}

/// The types a definition is made of, in order, with repetitions.
pub fn parts(def: &TypeDef) -> Vec<TypeId> {
    match def {
        TypeDef::List(t) | TypeDef::FixedList(t, _) | TypeDef::Option(t) => vec![*t],
        TypeDef::Stream(t) | TypeDef::Future(t) => t.iter().copied().collect(),
        TypeDef::Map(k, v) => vec![*k, *v],
        TypeDef::Record(fields) => fields.iter().map(|f| f.ty).collect(),
        TypeDef::Tuple(types) => types.to_vec(),
        TypeDef::Variant(cases) => cases.iter().filter_map(|c| c.ty).collect(),
        TypeDef::Result { ok, err } => ok.iter().chain(err).copied().collect(),
        _ => Vec::new(),
    }
}

/// The fields of a record or tuple, or of the pair that is a map's element.
pub fn record_fields(def: &TypeDef) -> Option<Vec<TypeId>> {
    match def {
        TypeDef::Record(_) | TypeDef::Tuple(_) | TypeDef::Map(..) => Some(parts(def)),
        _ => None,
    }
}

/// Offsets, size and alignment of fields laid out one after another in a memory of `width`.
pub fn record_layout(
    fields: impl IntoIterator<Item = TypeId>,
    width: PointerWidth,
    layouts: &IdVec<TypeId, Layout>,
) -> RecordLayout {
    let mut out = RecordLayout { offsets: Vec::new(), size: 0, align: 1 };
    for field in fields {
        let form = layouts[field].form(width);
        let offset = align_to(out.size, form.align);
        out.offsets.push(offset);
        out.size = offset.saturating_add(form.size);
        out.align = out.align.max(form.align);
    }
    out.size = align_to(out.size, out.align);
    out
}

/// See [`record_layout`].
#[derive(Debug, PartialEq, Eq)]
pub struct RecordLayout {
    /// Offset of each field, in bytes.
    pub offsets: Vec<u32>,
    /// Size of the whole, in bytes.
    pub size: u32,
    /// Alignment of the whole, in bytes.
    pub align: u32,
}

/// A variant, enum, option or result seen as a variant.
#[derive(Debug)]
pub struct VariantShape {
    /// Payload type of each case.
    pub cases: Vec<Option<TypeId>>,
    /// Size of the discriminant in memory, in bytes: 1, 2 or 4.
    pub discriminant_bytes: u32,
}

impl VariantShape {
    /// The shape of `def`, or `None` where it is not a variant of any kind.
    pub fn of(def: &TypeDef) -> Option<VariantShape> {
        let cases: Vec<Option<TypeId>> = match def {
            TypeDef::Variant(cases) => cases.iter().map(|c: &Case| c.ty).collect(),
            TypeDef::Enum(names) => vec![None; names.len()],
            TypeDef::Option(t) => vec![None, Some(*t)],
            TypeDef::Result { ok, err } => vec![*ok, *err],
            _ => return None,
        };
        let discriminant_bytes = match cases.len() {
            0..=0x100 => 1,
            0x101..=0x1_0000 => 2,
            _ => 4,
        };
        Some(VariantShape { cases, discriminant_bytes })
    }

    /// Offset of every case's payload, in bytes.
    pub fn payload_offset(&self, width: PointerWidth, layouts: &IdVec<TypeId, Layout>) -> u32 {
        align_to(self.discriminant_bytes, self.max_case_align(width, layouts))
    }

    fn max_case_align(&self, width: PointerWidth, layouts: &IdVec<TypeId, Layout>) -> u32 {
        self.cases.iter().flatten().map(|&t| layouts[t].form(width).align).max().unwrap_or(1)
    }
}

/// Size in bytes of a flags type with `labels` labels: 1, 2 or 4 (validation allows at most 32).
pub fn flags_bytes(labels: usize) -> u32 {
    match labels {
        0..=8 => 1,
        9..=16 => 2,
        _ => 4,
    }
}

/// `offset` rounded up to a multiple of `align`, a power of two.
pub fn align_to(offset: u32, align: u32) -> u32 {
    offset.checked_next_multiple_of(align).unwrap_or(u32::MAX)
}

fn is_plain(def: &TypeDef, form: &Form, children: &IdVec<TypeId, Layout>) -> bool {
    match def {
        TypeDef::S8 | TypeDef::U8 | TypeDef::S16 | TypeDef::U16 | TypeDef::S32 => true,
        TypeDef::U32 | TypeDef::S64 | TypeDef::U64 | TypeDef::F32 | TypeDef::F64 => true,
        TypeDef::FixedList(t, _) => children[*t].is_plain,
        TypeDef::Record(_) | TypeDef::Tuple(_) => {
            let parts = parts(def);
            let used = parts.iter().fold(0u32, |n, &t| n.saturating_add(children[t].forms[0].size));
            used == form.size && parts.iter().all(|&t| children[t].is_plain)
        }
        _ => false,
    }
}

fn form(def: &TypeDef, width: PointerWidth, children: &IdVec<TypeId, Layout>) -> Form {
    use FlatType::{F32, F64, I32, I64};
    let scalar = |size, flat| Form { size, align: size, flat: Some(Box::new([flat])) };
    match def {
        TypeDef::Bool | TypeDef::S8 | TypeDef::U8 => scalar(1, I32),
        TypeDef::S16 | TypeDef::U16 => scalar(2, I32),
        TypeDef::S32 | TypeDef::U32 | TypeDef::Char => scalar(4, I32),
        TypeDef::S64 | TypeDef::U64 => scalar(8, I64),
        TypeDef::F32 => scalar(4, F32),
        TypeDef::F64 => scalar(8, F64),
        TypeDef::ErrorContext | TypeDef::Own(_) | TypeDef::Borrow(_) => scalar(4, I32),
        TypeDef::Stream(_) | TypeDef::Future(_) => scalar(4, I32),
        TypeDef::Flags(labels) => scalar(flags_bytes(labels.len()), I32),
        TypeDef::String | TypeDef::List(_) | TypeDef::Map(..) => {
            Form { size: 2 * width.bytes(), align: width.bytes(), flat: Some(Box::new([width.flat(); 2])) }
        }
        TypeDef::FixedList(t, n) => fixed_list_form(children[*t].form(width), *n),
        TypeDef::Record(_) | TypeDef::Tuple(_) => record_form(&parts(def), width, children),
        TypeDef::Variant(_) | TypeDef::Enum(_) | TypeDef::Option(_) | TypeDef::Result { .. } => {
            let shape = VariantShape::of(def).expect("all four kinds have a variant shape");
            variant_form(&shape, width, children)
        }
    }
}

fn fixed_list_form(element: &Form, n: u32) -> Form {
    let flat = element.flat.as_ref().and_then(|flat| {
        let len = flat.len().checked_mul(n as usize)?;
        (len <= MAX_FLAT_PARAMS).then(|| flat.repeat(n as usize).into_boxed_slice())
    });
    Form { size: element.size.saturating_mul(n), align: element.align, flat }
}

fn record_form(fields: &[TypeId], width: PointerWidth, children: &IdVec<TypeId, Layout>) -> Form {
    let layout = record_layout(fields.iter().copied(), width, children);
    let mut flat = Some(Vec::new());
    for &field in fields {
        let more = children[field].form(width).flat.as_deref();
        flat = flat
            .zip(more)
            .map(|(all, more)| [&all, more].concat())
            .filter(|all| all.len() <= MAX_FLAT_PARAMS);
    }
    Form { size: layout.size, align: layout.align, flat: flat.map(Vec::into_boxed_slice) }
}

fn variant_form(shape: &VariantShape, width: PointerWidth, children: &IdVec<TypeId, Layout>) -> Form {
    let align = shape.max_case_align(width, children).max(shape.discriminant_bytes);
    let payloads = || shape.cases.iter().flatten().map(|&t| children[t].form(width));
    let payload_size = payloads().map(|f| f.size).max().unwrap_or(0);
    let size = align_to(shape.payload_offset(width, children).saturating_add(payload_size), align);
    let flat = payloads().map(|f| f.flat.as_deref()).collect::<Option<Vec<_>>>().map(|cases| {
        let mut flat = vec![FlatType::I32];
        flat.extend(join_cases(cases.into_iter()));
        flat
    });
    let flat = flat.filter(|flat| flat.len() <= MAX_FLAT_PARAMS).map(Vec::into_boxed_slice);
    Form { size, align, flat }
}

#[cfg(test)]
mod tests {
    use super::super::types::{TypeDef, Types};
    use super::{FlatType, PointerWidth, VariantShape};

    #[test]
    fn strings_depend_on_pointer_width_and_numbers_do_not() {
        let mut types = Types::default();
        let string = types.intern(TypeDef::String);
        let u64 = types.intern(TypeDef::U64);
        let pair = types.intern(TypeDef::Tuple(Box::new([string, u64])));
        let [w32, w64] = PointerWidth::BOTH.map(|w| types.layout(pair).form(w).clone());
        assert_eq!((w32.size, w32.align, w64.size, w64.align), (16, 8, 24, 8));
        assert_eq!(w32.flat.unwrap()[..], [FlatType::I32, FlatType::I32, FlatType::I64]);
        assert_eq!(w64.flat.unwrap()[..], [FlatType::I64; 3]);
    }

    #[test]
    fn exactly_256_cases_still_use_one_byte() {
        for (cases, bytes) in [(256, 1), (257, 2), (65536, 2), (65537, 4)] {
            let names = (0..cases).map(|i| format!("c{i}").into()).collect();
            assert_eq!(VariantShape::of(&TypeDef::Enum(names)).unwrap().discriminant_bytes, bytes);
        }
    }

    #[test]
    fn padding_and_checked_types_are_not_plain() {
        let mut types = Types::default();
        let (u8, u32, bool) =
            (types.intern(TypeDef::U8), types.intern(TypeDef::U32), types.intern(TypeDef::Bool));
        let padded = types.intern(TypeDef::Tuple(Box::new([u8, u32])));
        let tight = types.intern(TypeDef::Tuple(Box::new([u32, u32])));
        assert!(types.layout(u8).is_plain && types.layout(tight).is_plain);
        assert!(!types.layout(padded).is_plain && !types.layout(bool).is_plain);
    }

    #[test]
    fn more_than_sixteen_flat_values_always_spill() {
        let mut types = Types::default();
        let u32 = types.intern(TypeDef::U32);
        let fits = types.intern(TypeDef::FixedList(u32, 16));
        let spills = types.intern(TypeDef::FixedList(u32, 17));
        assert_eq!(types.layout(fits).form(PointerWidth::W32).flat.as_ref().unwrap().len(), 16);
        assert!(types.layout(spills).form(PointerWidth::W32).flat.is_none());
    }
}
