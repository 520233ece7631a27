//! Booleans, numbers, characters and strings. Spec: `CanonicalABI.md`, "Loading", "Flat Lifting".

use super::{ComponentType, Lift, Lower};
use crate::abi::TypeId;
use crate::host::call_context::{CallContext, Place};
use crate::host::error::trap;
use crate::host::types::Type;
use anyhow::{Result, bail};
use std::borrow::Cow;
use std::sync::Arc;

macro_rules! component_type {
    ($($rust:ty => $wit:ident,)*) => {$(
        impl ComponentType for $rust {
            fn typecheck(ty: &Type) -> Result<()> {
                match ty {
                    Type::$wit => Ok(()),
                    other => bail!("expected `{}`, found `{}`", other.desc(), Type::$wit.desc()),
                }
            }
        }
    )*};
}

component_type! {
    bool => Bool, i8 => S8, u8 => U8, i16 => S16, u16 => U16, i32 => S32, u32 => U32, i64 => S64, u64 => U64,
    f32 => Float32, f64 => Float64, char => Char, str => String, String => String,
}

/// Numbers: how to get the bits of a flat value, and the value from bits of which the upper ones do not count.
macro_rules! numbers {
    ($($rust:ty: $to_bits:expr, $from_bits:expr;)*) => {$(
        impl Lower for $rust {
            fn lower(&self, cx: &mut CallContext<'_>, _: TypeId, at: Place) -> Result<()> {
                let to_bits: fn($rust) -> u64 = $to_bits;
                cx.put(at, to_bits(*self), size_of::<$rust>() as u32)
            }

            fn lower_elements(items: &[Self], cx: &mut CallContext<'_>, _: TypeId, at: u64) -> Result<()> {
                let bytes = cx.bytes_mut(at, size_of_val(items) as u64)?;
                for (bytes, item) in bytes.chunks_exact_mut(size_of::<$rust>()).zip(items) {
                    bytes.copy_from_slice(&item.to_le_bytes());
                }
                Ok(())
            }
        }

        impl Lift for $rust {
            fn lift(cx: &mut CallContext<'_>, _: TypeId, at: Place) -> Result<Self> {
                let from_bits: fn(u64) -> $rust = $from_bits;
                Ok(from_bits(cx.get(at, size_of::<$rust>() as u32)?))
            }

            fn lift_elements(cx: &mut CallContext<'_>, _: TypeId, at: u64, count: usize) -> Result<Vec<Self>> {
                let bytes = cx.bytes(at, (count * size_of::<$rust>()) as u64)?;
                let (elements, _) = bytes.as_chunks();
                Ok(elements.iter().map(|&bytes| <$rust>::from_le_bytes(bytes)).collect())
            }
        }
    )*};
}

numbers! {
    u8: u64::from, |bits| bits as u8;
    u16: u64::from, |bits| bits as u16;
    u32: u64::from, |bits| bits as u32;
    u64: |v| v, |bits| bits;
    i8: |v| u64::from(i32::from(v) as u32), |bits| bits as i8;
    i16: |v| u64::from(i32::from(v) as u32), |bits| bits as i16;
    i32: |v| u64::from(v as u32), |bits| bits as i32;
    i64: |v| v as u64, |bits| bits as i64;
    f32: |v| u64::from(v.to_bits()), |bits| f32::from_bits(bits as u32);
    f64: |v| v.to_bits(), f64::from_bits;
}

impl Lower for bool {
    fn lower(&self, cx: &mut CallContext<'_>, _: TypeId, at: Place) -> Result<()> {
        cx.put(at, u64::from(*self), 1)
    }
}

impl Lift for bool {
    fn lift(cx: &mut CallContext<'_>, _: TypeId, at: Place) -> Result<Self> {
        // A flat boolean is an i32, of which all bits count.
        Ok(cx.get(at, 1)? as u32 != 0)
    }
}

impl Lower for char {
    fn lower(&self, cx: &mut CallContext<'_>, _: TypeId, at: Place) -> Result<()> {
        cx.put(at, u64::from(u32::from(*self)), 4)
    }
}

impl Lift for char {
    fn lift(cx: &mut CallContext<'_>, _: TypeId, at: Place) -> Result<Self> {
        let bits = cx.get(at, 4)? as u32;
        match char::from_u32(bits) {
            Some(char) => Ok(char),
            None => {
                trap!("invalid `char` bit pattern: {bits:#x} (converted integer out of range for `char`)")
            }
        }
    }
}

impl Lower for str {
    fn lower(&self, cx: &mut CallContext<'_>, _: TypeId, at: Place) -> Result<()> {
        cx.lower_string(self, at)
    }
}

impl Lower for String {
    fn lower(&self, cx: &mut CallContext<'_>, _: TypeId, at: Place) -> Result<()> {
        cx.lower_string(self, at)
    }
}

impl Lift for String {
    fn lift(cx: &mut CallContext<'_>, _: TypeId, at: Place) -> Result<Self> {
        cx.lift_string(at)
    }
}

impl ComponentType for Cow<'_, str> {
    fn typecheck(ty: &Type) -> Result<()> {
        str::typecheck(ty)
    }
}

impl Lower for Cow<'_, str> {
    fn lower(&self, cx: &mut CallContext<'_>, _: TypeId, at: Place) -> Result<()> {
        cx.lower_string(self, at)
    }
}

macro_rules! pointers_to_str {
    ($($pointer:ty)*) => {$(
        impl Lift for $pointer {
            fn lift(cx: &mut CallContext<'_>, _: TypeId, at: Place) -> Result<Self> {
                cx.lift_string(at).map(Into::into)
            }
        }
    )*};
}

pointers_to_str! { Box<str> Arc<str> }
