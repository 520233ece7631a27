//! Arithmetic on pointers and lengths, which are as wide as the addresses of the memory that they are about.

use super::func::FuncBuilder;
use crate::abi::PointerWidth;
use wasm_encoder::InstructionSink;

/// Instructions on pointers and lengths of one width.
pub(super) struct WordSink<'f> {
    sink: InstructionSink<'f>,
    width: PointerWidth,
}

macro_rules! word_instructions {
    ($($(#[$doc:meta])* $name:ident = $w32:ident / $w64:ident;)*) => {
        impl WordSink<'_> {
            $($(#[$doc])* pub(super) fn $name(&mut self) -> &mut Self {
                match self.width {
                    PointerWidth::W32 => self.sink.$w32(),
                    PointerWidth::W64 => self.sink.$w64(),
                };
                self
            })*
        }
    };
}

word_instructions! {
    /// Sum.
    add = i32_add / i64_add;
    /// Difference.
    sub = i32_sub / i64_sub;
    /// Product.
    mul = i32_mul / i64_mul;
    /// Bitwise and.
    and = i32_and / i64_and;
    /// Bitwise or.
    or = i32_or / i64_or;
    /// Bitwise exclusive or.
    xor = i32_xor / i64_xor;
    /// Whether the first is greater, unsigned, as an i32.
    gt_u = i32_gt_u / i64_gt_u;
    /// Whether the first is less, unsigned, as an i32.
    lt_u = i32_lt_u / i64_lt_u;
    /// Whether the first is less, signed, as an i32.
    lt_s = i32_lt_s / i64_lt_s;
}

impl WordSink<'_> {
    /// A constant.
    pub(super) fn constant(&mut self, value: u64) -> &mut Self {
        match self.width {
            PointerWidth::W32 => self.sink.i32_const(value as u32 as i32),
            PointerWidth::W64 => self.sink.i64_const(value as i64),
        };
        self
    }

    /// Whether it is not zero, as an i32 for a branch: not only 1 means yes.
    pub(super) fn is_not_zero(&mut self) -> &mut Self {
        if self.width == PointerWidth::W64 {
            self.sink.i64_const(0).i64_ne();
        }
        self
    }

    /// From this width to an i32; the value is known to fit.
    pub(super) fn wrap_to_i32(&mut self) -> &mut Self {
        if self.width == PointerWidth::W64 {
            self.sink.i32_wrap_i64();
        }
        self
    }

    /// From an i32, unsigned, to this width.
    pub(super) fn extend_i32(&mut self) -> &mut Self {
        if self.width == PointerWidth::W64 {
            self.sink.i64_extend_i32_u();
        }
        self
    }
}

impl FuncBuilder<'_, '_> {
    /// Instructions on pointers and lengths of `width`.
    pub(super) fn word(&mut self, width: PointerWidth) -> WordSink<'_> {
        WordSink { sink: self.ins(), width }
    }
}
