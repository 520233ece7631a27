//! "Storing", "Flat Lowering", and the lowering half of "Lifting and Lowering Values".

use super::layout::{align_to, discriminant_size, flags_size, flatten_variant, max_case_alignment};
use super::{Context, Fault, Ty, Value, despecialize, is_spilled};

/// `lower_flat_values`; the flat values are bits. Where they spill to memory that the other side gives, it is
/// `out_param`.
///
/// # Errors
/// Where a value could not be lifted, or an allocation cannot be what it is said to be.
pub(crate) fn lower_flat_values(
    cx: &mut Context,
    max_flat: usize,
    vs: &[Value],
    ts: &[Ty],
    out_param: Option<u64>,
) -> Result<Vec<u64>, Fault> {
    if !is_spilled(ts, max_flat, cx.ptr_type) {
        return lower_flat_all(cx, vs.iter().zip(ts));
    }
    let tuple = Ty::Tuple(ts.to_vec());
    let (alignment, size) = (cx.align(&tuple), cx.elem_size(&tuple));
    let (ptr, flat) = match out_param {
        Some(ptr) => (ptr, vec![]),
        None => {
            let ptr = cx.reallocate(0, 0, alignment, size)?;
            (ptr, vec![ptr])
        }
    };
    cx.check_range(ptr, alignment, size, Fault::AreaBounds)?;
    store(cx, &Value::Many(vs.to_vec()), &tuple, ptr)?;
    Ok(flat)
}

fn lower_flat_all<'v>(
    cx: &mut Context,
    values: impl Iterator<Item = (&'v Value, &'v Ty)>,
) -> Result<Vec<u64>, Fault> {
    let mut flat = Vec::new();
    for (v, t) in values {
        flat.extend(lower_flat(cx, v, t)?);
    }
    Ok(flat)
}

fn store(cx: &mut Context, v: &Value, t: &Ty, ptr: u64) -> Result<(), Fault> {
    match (v, despecialize(t)) {
        (&Value::Trap(fault), _) => return Err(fault),
        (Value::Bool(v), Ty::Bool) => cx.store_int((*v).into(), ptr, 1),
        (
            Value::Int(v),
            t @ (Ty::S8 | Ty::U8 | Ty::S16 | Ty::U16 | Ty::S32 | Ty::U32 | Ty::S64 | Ty::U64),
        ) => {
            cx.store_int(*v as u64, ptr, cx.elem_size(&t));
        }
        (Value::F32(v), Ty::F32) => cx.store_int((*v).into(), ptr, 4),
        (Value::F64(v), Ty::F64) => cx.store_int(*v, ptr, 8),
        (Value::Char(v), Ty::Char) => cx.store_int((*v).into(), ptr, 4),
        (Value::String(v), Ty::String) => {
            let pair = cx.store_string_into_range(v)?;
            store_pair(cx, pair, ptr);
        }
        (Value::Many(v), Ty::List(t)) => {
            let pair = store_list_into_range(cx, v, &t)?;
            store_pair(cx, pair, ptr);
        }
        (Value::Many(v), Ty::FixedList(t, n)) => {
            assert_eq!(v.len(), n);
            store_list_into_valid_range(cx, v, ptr, &t)?;
        }
        (Value::Many(v), Ty::Record(fields)) => {
            let mut ptr = ptr;
            for (v, t) in v.iter().zip(&fields) {
                ptr = align_to(ptr, cx.align(t));
                store(cx, v, t, ptr)?;
                ptr += cx.elem_size(t);
            }
        }
        (Value::Case(case_index, payload), Ty::Variant(cases)) => {
            let disc_size = discriminant_size(&cases);
            cx.store_int(*case_index as u64, ptr, disc_size);
            let ptr = align_to(ptr + disc_size, max_case_alignment(&cases, cx.ptr_type));
            if let (Some(v), Some(t)) = (payload, &cases[*case_index]) {
                store(cx, v, t, ptr)?;
            }
        }
        (Value::Flags(v), Ty::Flags(n)) => cx.store_int((*v).into(), ptr, flags_size(n)),
        (v, t @ (Ty::Own(_) | Ty::Borrow(_))) => {
            let i = lower_handle(cx, v, &t);
            cx.store_int(i.into(), ptr, 4);
        }
        (v, t) => unreachable!("{v:?} is no {t:?}"),
    }
    Ok(())
}

fn lower_handle(cx: &mut Context, v: &Value, t: &Ty) -> u32 {
    match (v, t) {
        (&Value::Handle(i), _) => i,
        (&Value::Rep(rep), &Ty::Own(resource)) => cx.lower_own(rep, resource),
        (&Value::Rep(rep), &Ty::Borrow(resource)) => cx.lower_borrow(rep, resource),
        (v, t) => unreachable!("{v:?} is no {t:?}"),
    }
}

fn store_pair(cx: &mut Context, (begin, length): (u64, u64), ptr: u64) {
    let size = cx.ptr_type.size();
    cx.store_int(begin, ptr, size);
    cx.store_int(length, ptr + size, size);
}

/// The pointer and the length.
fn store_list_into_range(cx: &mut Context, v: &[Value], t: &Ty) -> Result<(u64, u64), Fault> {
    let byte_length = v.len() as u64 * cx.elem_size(t);
    let ptr = cx.checked_realloc((0, 0), cx.align(t), byte_length, Fault::ListBounds)?;
    store_list_into_valid_range(cx, v, ptr, t)?;
    Ok((ptr, v.len() as u64))
}

/// `WritableBufferGuestImpl.write`: `store_list_into_valid_range`, of elements at `ptr`.
///
/// # Errors
/// As with [`lower_flat_values`].
pub(crate) fn store_elements(cx: &mut Context, v: &[Value], t: &Ty, ptr: u64) -> Result<(), Fault> {
    store_list_into_valid_range(cx, v, ptr, t)
}

fn store_list_into_valid_range(cx: &mut Context, v: &[Value], ptr: u64, t: &Ty) -> Result<(), Fault> {
    let size = cx.elem_size(t);
    for (i, e) in v.iter().enumerate() {
        store(cx, e, t, ptr + i as u64 * size)?;
    }
    Ok(())
}

fn lower_flat(cx: &mut Context, v: &Value, t: &Ty) -> Result<Vec<u64>, Fault> {
    Ok(match (v, despecialize(t)) {
        (&Value::Trap(fault), _) => return Err(fault),
        (Value::Bool(v), Ty::Bool) => vec![(*v).into()],
        (Value::Int(v), Ty::S64 | Ty::U64) => vec![*v as u64],
        (Value::Int(v), _) => vec![(*v as u32).into()],
        (Value::F32(v), Ty::F32) => vec![(*v).into()],
        (Value::F64(v), Ty::F64) => vec![*v],
        (Value::Char(v), Ty::Char) => vec![(*v).into()],
        (Value::String(v), Ty::String) => flat_pair(cx.store_string_into_range(v)?),
        (Value::Many(v), Ty::List(t)) => flat_pair(store_list_into_range(cx, v, &t)?),
        (Value::Many(v), Ty::FixedList(t, _)) => lower_flat_all(cx, v.iter().map(|v| (v, &*t)))?,
        (Value::Many(v), Ty::Record(fields)) => lower_flat_all(cx, v.iter().zip(&fields))?,
        (Value::Case(case_index, payload), Ty::Variant(cases)) => {
            let mut flat = vec![*case_index as u64];
            if let (Some(v), Some(t)) = (payload, &cases[*case_index]) {
                // As bits, every coercion of a payload to the joined types is nothing.
                flat.extend(lower_flat(cx, v, t)?);
            }
            flat.resize(flatten_variant(&cases, cx.ptr_type).len(), 0);
            flat
        }
        (Value::Flags(v), Ty::Flags(_)) => vec![(*v).into()],
        (v, t @ (Ty::Own(_) | Ty::Borrow(_))) => vec![lower_handle(cx, v, &t).into()],
        (v, t) => unreachable!("{v:?} is no {t:?}"),
    })
}

fn flat_pair((begin, length): (u64, u64)) -> Vec<u64> {
    vec![begin, length]
}
