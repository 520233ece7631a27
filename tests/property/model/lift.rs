//! "Loading", "Flat Lifting", and the lifting half of "Lifting and Lowering Values".

use super::layout::{Flat, align_to, discriminant_size, flags_size, flatten_variant, max_case_alignment};
use super::{Context, Fault, Ty, Value, despecialize, is_spilled, trap_if};

const MAX_LIST_BYTE_LENGTH: u128 = (1 << 28) - 1;

/// `lift_flat_values`; the flat values are bits. What traps is a value of its own: see [`Value::Trap`].
///
/// # Errors
/// If a spilled tuple cannot be where it is said to be.
pub(crate) fn lift_flat_values(
    cx: &mut Context,
    max_flat: usize,
    flat: &[u64],
    ts: &[Ty],
) -> Result<Vec<Value>, Fault> {
    let mut vi = Values { values: flat.iter(), types: Vec::new() };
    if !is_spilled(ts, max_flat, cx.ptr_type) {
        return Ok(ts.iter().map(|t| lift_flat(cx, &mut vi, t)).collect());
    }
    let ptr = vi.next(cx.ptr_type.flat());
    let tuple = Ty::Tuple(ts.to_vec());
    cx.check_range(ptr, cx.align(&tuple), cx.elem_size(&tuple), Fault::AreaBounds)?;
    let Value::Many(values) = load(cx, ptr, &tuple) else { unreachable!("tuples are records") };
    Ok(values)
}

fn load(cx: &mut Context, ptr: u64, t: &Ty) -> Value {
    match despecialize(t) {
        Ty::Bool => Value::Bool(cx.load_int(ptr, 1) != 0),
        Ty::U8 => Value::Int(cx.load_int(ptr, 1).into()),
        Ty::U16 => Value::Int(cx.load_int(ptr, 2).into()),
        Ty::U32 => Value::Int(cx.load_int(ptr, 4).into()),
        Ty::U64 => Value::Int(cx.load_int(ptr, 8).into()),
        Ty::S8 => Value::Int((cx.load_int(ptr, 1) as i8).into()),
        Ty::S16 => Value::Int((cx.load_int(ptr, 2) as i16).into()),
        Ty::S32 => Value::Int((cx.load_int(ptr, 4) as i32).into()),
        Ty::S64 => Value::Int((cx.load_int(ptr, 8) as i64).into()),
        Ty::F32 => Value::F32(cx.load_int(ptr, 4) as u32),
        Ty::F64 => Value::F64(cx.load_int(ptr, 8)),
        Ty::Char => convert_i32_to_char(cx.load_int(ptr, 4) as u32),
        Ty::String => {
            let (begin, tagged_code_units) = load_pair(cx, ptr);
            cx.load_string_from_range(begin, tagged_code_units)
        }
        Ty::List(t) => {
            let (begin, length) = load_pair(cx, ptr);
            load_list_from_range(cx, begin, length, &t)
        }
        Ty::FixedList(t, n) => load_list_from_valid_range(cx, ptr, n as u64, &t),
        Ty::Record(fields) => {
            let mut ptr = ptr;
            let mut record = Vec::new();
            for t in &fields {
                ptr = align_to(ptr, cx.align(t));
                record.push(load(cx, ptr, t));
                ptr += cx.elem_size(t);
            }
            Value::Many(record)
        }
        Ty::Variant(cases) => {
            let disc_size = discriminant_size(&cases);
            let case_index = cx.load_int(ptr, disc_size) as usize;
            if case_index >= cases.len() {
                return Value::Trap(Fault::Discriminant);
            }
            let ptr = align_to(ptr + disc_size, max_case_alignment(&cases, cx.ptr_type));
            Value::Case(case_index, cases[case_index].as_ref().map(|t| Box::new(load(cx, ptr, t))))
        }
        Ty::Flags(n) => unpack_flags_from_int(cx.load_int(ptr, flags_size(n)) as u32, n),
        Ty::Own(resource) => {
            let i = cx.load_int(ptr, 4);
            cx.lift_own(i, resource)
        }
        Ty::Borrow(resource) => {
            let i = cx.load_int(ptr, 4);
            cx.lift_borrow(i, resource)
        }
        Ty::Map(..) | Ty::Tuple(_) | Ty::Enum(_) | Ty::Option(_) | Ty::Result(..) => unreachable!(),
    }
}

fn load_pair(cx: &mut Context, ptr: u64) -> (u64, u64) {
    let size = cx.ptr_type.size();
    (cx.load_int(ptr, size), cx.load_int(ptr + size, size))
}

fn convert_i32_to_char(i: u32) -> Value {
    match i >= 0x11_0000 || (0xd800..=0xdfff).contains(&i) {
        true => Value::Trap(Fault::Char),
        false => Value::Char(i),
    }
}

fn load_list_from_range(cx: &mut Context, ptr: u64, length: u64, t: &Ty) -> Value {
    let bytes = u128::from(length) * u128::from(cx.elem_size(t));
    let checked = trap_if(bytes > MAX_LIST_BYTE_LENGTH, Fault::ListBounds)
        .and_then(|()| cx.check_range(ptr, cx.align(t), bytes as u64, Fault::ListBounds));
    match checked {
        Ok(()) => load_list_from_valid_range(cx, ptr, length, t),
        Err(fault) => Value::Trap(fault),
    }
}

pub(super) fn load_list_from_valid_range(cx: &mut Context, ptr: u64, length: u64, t: &Ty) -> Value {
    let size = cx.elem_size(t);
    Value::Many((0..length).map(|i| load(cx, ptr + i * size, t)).collect())
}

fn unpack_flags_from_int(i: u32, n: usize) -> Value {
    let mask = if n == 32 { u32::MAX } else { (1 << n) - 1 };
    Value::Flags(i & mask)
}

/// `CoreValueIter`, with the coercions of the variants around the current value.
struct Values<'a> {
    values: std::slice::Iter<'a, u64>,
    /// For each variant around, the joined types that are left, outermost first.
    types: Vec<std::vec::IntoIter<Flat>>,
}

impl Values<'_> {
    fn next(&mut self, want: Flat) -> u64 {
        let depth = self.types.len();
        self.next_at(depth, want)
    }

    /// The next value as the variants down to `depth` see it.
    fn next_at(&mut self, depth: usize, want: Flat) -> u64 {
        let Some(outer) = depth.checked_sub(1) else {
            return narrow(*self.values.next().unwrap(), want);
        };
        let have = self.types[outer].next().unwrap();
        let x = self.next_at(outer, have);
        match (have, want) {
            (Flat::I32, Flat::F32) | (Flat::I64, Flat::F64) => x,
            (Flat::I64, Flat::I32 | Flat::F32) => x & 0xffff_ffff,
            (have, want) => {
                assert_eq!(have, want);
                x
            }
        }
    }
}

/// Bits of a core value of a type.
fn narrow(bits: u64, ty: Flat) -> u64 {
    match ty {
        Flat::I32 | Flat::F32 => bits & 0xffff_ffff,
        Flat::I64 | Flat::F64 => bits,
    }
}

fn lift_flat(cx: &mut Context, vi: &mut Values<'_>, t: &Ty) -> Value {
    match despecialize(t) {
        Ty::Bool => Value::Bool(vi.next(Flat::I32) != 0),
        Ty::U8 => Value::Int((vi.next(Flat::I32) as u8).into()),
        Ty::U16 => Value::Int((vi.next(Flat::I32) as u16).into()),
        Ty::U32 => Value::Int((vi.next(Flat::I32) as u32).into()),
        Ty::U64 => Value::Int(vi.next(Flat::I64).into()),
        Ty::S8 => Value::Int((vi.next(Flat::I32) as i8).into()),
        Ty::S16 => Value::Int((vi.next(Flat::I32) as i16).into()),
        Ty::S32 => Value::Int((vi.next(Flat::I32) as i32).into()),
        Ty::S64 => Value::Int((vi.next(Flat::I64) as i64).into()),
        Ty::F32 => Value::F32(vi.next(Flat::F32) as u32),
        Ty::F64 => Value::F64(vi.next(Flat::F64)),
        Ty::Char => {
            let i = vi.next(Flat::I32);
            convert_i32_to_char(i as u32)
        }
        Ty::String => {
            let (ptr, tagged_code_units) = (vi.next(cx.ptr_type.flat()), vi.next(cx.ptr_type.flat()));
            cx.load_string_from_range(ptr, tagged_code_units)
        }
        Ty::List(t) => {
            let (ptr, length) = (vi.next(cx.ptr_type.flat()), vi.next(cx.ptr_type.flat()));
            load_list_from_range(cx, ptr, length, &t)
        }
        Ty::FixedList(t, n) => Value::Many((0..n).map(|_| lift_flat(cx, vi, &t)).collect()),
        Ty::Record(fields) => Value::Many(fields.iter().map(|t| lift_flat(cx, vi, t)).collect()),
        Ty::Variant(cases) => lift_flat_variant(cx, vi, &cases),
        Ty::Flags(n) => unpack_flags_from_int(vi.next(Flat::I32) as u32, n),
        Ty::Own(resource) => cx.lift_own(vi.next(Flat::I32), resource),
        Ty::Borrow(resource) => cx.lift_borrow(vi.next(Flat::I32), resource),
        Ty::Map(..) | Ty::Tuple(_) | Ty::Enum(_) | Ty::Option(_) | Ty::Result(..) => unreachable!(),
    }
}

fn lift_flat_variant(cx: &mut Context, vi: &mut Values<'_>, cases: &[Option<Ty>]) -> Value {
    let mut flat_types = flatten_variant(cases, cx.ptr_type).into_iter();
    assert_eq!(flat_types.next(), Some(Flat::I32));
    let case_index = vi.next(Flat::I32) as usize;
    vi.types.push(flat_types);
    let value = match cases.get(case_index) {
        None => Value::Trap(Fault::Discriminant),
        Some(case) => {
            let payload = case.as_ref().map(|t| Box::new(lift_flat(cx, vi, t)));
            Value::Case(case_index, payload)
        }
    };
    let unused = vi.types.pop().expect("pushed above");
    for have in unused {
        vi.next(have);
    }
    value
}
