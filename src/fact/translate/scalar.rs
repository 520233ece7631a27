//! Types that are one number: bool, integers, floats, char, flags. (Enums are variants without payloads.)
//!
//! Spec: `load_int`, `convert_int_to_bool`, `convert_i32_to_char`, `lift_flat_unsigned`, `lift_flat_signed`,
//! `unpack_flags_from_int`. NaNs keep their bits, as the specification allows.

use crate::abi::Trap;
use crate::abi::layout::flags_bytes;
use crate::abi::types::TypeDef;
use crate::fact::func::FuncBuilder;
use crate::fact::memory::Access;
use crate::fact::place::{Destination, DestinationPlace, Source, SourcePlace};

/// What lifting does to a number so that it becomes a value of the type.
#[derive(Clone, Copy)]
enum Fix {
    /// Nothing.
    None,
    /// Anything but 0 becomes 1.
    Bool,
    /// Upper bits are cut off; `load` and `store` do so in memory.
    Truncate,
    /// Bits other than these are cut off.
    Mask(u32),
    /// Traps unless it is a Unicode scalar value.
    Char,
}

impl FuncBuilder<'_, '_> {
    pub(super) fn translate_scalar(&mut self, def: &TypeDef, from: Source<'_>, to: Destination<'_>) {
        let (access, fix) = scalar(def).expect("the type is a number");
        let is_in_memory =
            matches!(from.place, SourcePlace::Memory(_)) || matches!(to.place, DestinationPlace::Memory(_));
        match fix {
            Fix::Char => {
                let char = self.load_local(access, from);
                self.check_char(char);
                self.store(access, to, |f| f.get(char));
            }
            Fix::None => self.store(access, to, |f| f.load(access, from)),
            Fix::Bool => self.store(access, to, |f| {
                f.load(access, from);
                f.ins().i32_const(0).i32_ne();
            }),
            Fix::Mask(mask) => self.store(access, to, |f| {
                f.load(access, from);
                f.ins().i32_const(mask as i32).i32_and();
            }),
            Fix::Truncate => self.store(access, to, |f| {
                f.load(access, from);
                if !is_in_memory {
                    f.truncate(access);
                }
            }),
        }
    }

    fn truncate(&mut self, access: Access) {
        match access {
            Access::U8 => _ = self.ins().i32_const(0xFF).i32_and(),
            Access::U16 => _ = self.ins().i32_const(0xFFFF).i32_and(),
            Access::S8 => _ = self.ins().i32_extend8_s(),
            Access::S16 => _ = self.ins().i32_extend16_s(),
            Access::I32 | Access::I64 | Access::F32 | Access::F64 => {}
        }
    }

    /// Surrogates are moved to the top of the range by the first two steps, so that one comparison is enough:
    /// `((c ^ 0xD800) - 0x800) >= 0x110000 - 0x800`.
    fn check_char(&mut self, char: crate::fact::func::Local) {
        self.trap_if(Trap::InvalidChar, |f| {
            f.get(char);
            f.ins().i32_const(0xD800).i32_xor().i32_const(0x800).i32_sub();
            f.ins().i32_const(0x110000 - 0x800).i32_ge_u();
        });
    }
}

/// How a type is accessed in memory and what lifting does to it, if it is one number.
fn scalar(def: &TypeDef) -> Option<(Access, Fix)> {
    Some(match def {
        TypeDef::Bool => (Access::U8, Fix::Bool),
        TypeDef::U8 => (Access::U8, Fix::Truncate),
        TypeDef::S8 => (Access::S8, Fix::Truncate),
        TypeDef::U16 => (Access::U16, Fix::Truncate),
        TypeDef::S16 => (Access::S16, Fix::Truncate),
        TypeDef::U32 | TypeDef::S32 => (Access::I32, Fix::None),
        TypeDef::U64 | TypeDef::S64 => (Access::I64, Fix::None),
        TypeDef::F32 => (Access::F32, Fix::None),
        TypeDef::F64 => (Access::F64, Fix::None),
        TypeDef::Char => (Access::I32, Fix::Char),
        TypeDef::Flags(labels) => {
            let access = Access::unsigned(flags_bytes(labels.len()));
            match labels.len() {
                8 | 16 => (access, Fix::Truncate),
                32.. => (access, Fix::None),
                n => (access, Fix::Mask((1 << n) - 1)),
            }
        }
        TypeDef::String | TypeDef::List(_) | TypeDef::FixedList(..) | TypeDef::Map(..) => return None,
        TypeDef::Record(_) | TypeDef::Tuple(_) | TypeDef::Variant(_) | TypeDef::Enum(_) => return None,
        TypeDef::Option(_) | TypeDef::Result { .. } | TypeDef::Own(_) | TypeDef::Borrow(_) => return None,
        TypeDef::ErrorContext | TypeDef::Stream(_) | TypeDef::Future(_) => return None,
    })
}

/// Whether `def` is a number of which any bits are valid and stay as they are.
pub(in crate::fact) fn is_any_bits(def: &TypeDef) -> bool {
    matches!(scalar(def), Some((_, Fix::None)))
}
