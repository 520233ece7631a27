//! Expressions: instructions that leave one value on the stack, put together with Rust's operators.
//!
//! Methods for vectors are named as the instructions are; comparisons and shifts of integers are unsigned.

use super::{FuncIndex, Memory, val_type};
use wasm_encoder::{Encode, Instruction, MemArg, MemArgTarget, ValType};

/// Instructions that leave one value on the stack.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(super) ty: ValType,
    pub(super) code: Vec<u8>,
}

/// A parameter or local variable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Local {
    pub(super) index: u32,
    pub(crate) ty: ValType,
}

/// What can be the right operand of something: integers take the type of the left one.
pub(crate) trait Operand {
    /// The operand as an expression, beside a left operand of type `like`.
    fn expr(self, like: ValType) -> Expr;
}

impl Operand for Expr {
    fn expr(self, _like: ValType) -> Expr {
        self
    }
}

impl Operand for Local {
    fn expr(self, _like: ValType) -> Expr {
        self.get()
    }
}

impl Operand for i64 {
    fn expr(self, like: ValType) -> Expr {
        Expr::int(like, self)
    }
}

/// A constant of type i32.
pub(crate) fn i32(value: i64) -> Expr {
    Expr::int(ValType::I32, value)
}

/// The same byte in each lane. Shorter than a v128 constant, and engines make it no slower.
pub(crate) fn splat8(byte: u8) -> Expr {
    i32(byte.into()).i8x16_splat()
}

/// The same unit in each 16-bit lane.
pub(crate) fn splat16(unit: u16) -> Expr {
    i32(unit.into()).i16x8_splat()
}

/// A v128 constant.
pub(crate) fn v128(bytes: [u8; 16]) -> Expr {
    Expr::new(ValType::V128).with(&Instruction::V128Const(i128::from_le_bytes(bytes)))
}

impl Local {
    /// Its value.
    pub(crate) fn get(self) -> Expr {
        Expr::new(self.ty).with(&Instruction::LocalGet(self.index))
    }
}

/// Picks an instruction by the type of its operands.
macro_rules! by_type {
    ($ty:expr, $($want:ident => $instruction:ident),+) => {
        match $ty {
            $(ValType::$want => Instruction::$instruction,)+
            other => panic!("no such instruction for {other:?}"),
        }
    };
}

impl Expr {
    fn new(ty: ValType) -> Expr {
        Expr { ty, code: Vec::new() }
    }

    /// An integer constant of type `ty`. Unsigned values may be given as such.
    pub(crate) fn int(ty: ValType, value: i64) -> Expr {
        Expr::new(ty).with(&match ty {
            ValType::I32 => Instruction::I32Const(value as i32),
            ValType::I64 => Instruction::I64Const(value),
            other => panic!("no integers of type {other:?}"),
        })
    }

    /// The value of a call of a function with one result.
    pub(crate) fn call(callee: FuncIndex, args: impl IntoIterator<Item = Expr>, result: ValType) -> Expr {
        let mut code = Vec::new();
        args.into_iter().for_each(|arg| code.extend(arg.code));
        Expr { ty: result, code }.with(&Instruction::Call(callee.0))
    }

    /// The value of a global.
    pub(crate) fn global(index: u32, ty: ValType) -> Expr {
        Expr::new(ty).with(&Instruction::GlobalGet(index))
    }

    fn with(mut self, instruction: &Instruction<'_>) -> Expr {
        instruction.encode(&mut self.code);
        self
    }

    fn unary(self, from: ValType, to: ValType, instruction: &Instruction<'_>) -> Expr {
        assert_eq!(self.ty, from, "operand of {instruction:?}");
        Expr { ty: to, code: self.code }.with(instruction)
    }

    fn binary(mut self, other: impl Operand, result: ValType, instruction: &Instruction<'_>) -> Expr {
        let other = other.expr(self.ty);
        assert_eq!(self.ty, other.ty, "operands of {instruction:?}");
        self.code.extend(other.code);
        Expr { ty: result, code: self.code }.with(instruction)
    }

    /// Leaves the value in `local` too.
    pub(crate) fn tee(self, local: Local) -> Expr {
        self.unary(local.ty, local.ty, &Instruction::LocalTee(local.index))
    }

    /// As an i64, zero-extended from an i32.
    pub(crate) fn extend(self) -> Expr {
        self.unary(ValType::I32, ValType::I64, &Instruction::I64ExtendI32U)
    }

    /// As an i32, wrapped from an i64.
    pub(crate) fn wrap(self) -> Expr {
        self.unary(ValType::I64, ValType::I32, &Instruction::I32WrapI64)
    }

    /// As an unsigned integer of type `ty`, converted only if it has another.
    pub(crate) fn to(self, ty: ValType) -> Expr {
        match (self.ty, ty) {
            (from, to) if from == to => self,
            (ValType::I32, _) => self.extend(),
            _ => self.wrap(),
        }
    }

    /// 1 if zero, else 0.
    pub(crate) fn eqz(self) -> Expr {
        let instruction = by_type!(self.ty, I32 => I32Eqz, I64 => I64Eqz);
        let ty = self.ty;
        self.unary(ty, ValType::I32, &instruction)
    }

    /// Number of trailing zero bits.
    pub(crate) fn ctz(self) -> Expr {
        self.unary(ValType::I32, ValType::I32, &Instruction::I32Ctz)
    }

    /// `self` where `condition` is not zero, else `other`.
    pub(crate) fn select(self, other: impl Operand, condition: Expr) -> Expr {
        let ty = self.ty;
        let mut both = Expr { ty, code: self.code };
        both.code.extend(other.expr(ty).code);
        assert_eq!(condition.ty, ValType::I32, "a condition is an i32");
        both.code.extend(condition.code);
        both.with(&Instruction::Select)
    }

    /// The bytes of `self` followed by those of `other`, picked by `lanes`.
    pub(crate) fn shuffle(self, other: impl Operand, lanes: [u8; 16]) -> Expr {
        self.binary(other, ValType::V128, &Instruction::I8x16Shuffle(lanes))
    }

    /// One lane of a vector.
    pub(crate) fn lane32(self, lane: u8) -> Expr {
        self.unary(ValType::V128, ValType::I32, &Instruction::I32x4ExtractLane(lane))
    }

    /// A vector with this i32 in each 32-bit lane.
    pub(crate) fn i32x4_splat(self) -> Expr {
        self.unary(ValType::I32, ValType::V128, &Instruction::I32x4Splat)
    }

    /// One half of a vector as an i64.
    pub(crate) fn lane64(self, lane: u8) -> Expr {
        self.unary(ValType::V128, ValType::I64, &Instruction::I64x2ExtractLane(lane))
    }

    /// A vector with this i64 in both halves.
    pub(crate) fn i64x2_splat(self) -> Expr {
        self.unary(ValType::I64, ValType::V128, &Instruction::I64x2Splat)
    }

    /// The vector with `value` for one half.
    pub(crate) fn replace_lane64(mut self, lane: u8, value: impl Operand) -> Expr {
        self.code.extend(value.expr(ValType::I64).code);
        self.unary(ValType::V128, ValType::V128, &Instruction::I64x2ReplaceLane(lane))
    }

    /// A vector with this i32 in each 16-bit lane.
    pub(crate) fn i16x8_splat(self) -> Expr {
        self.unary(ValType::I32, ValType::V128, &Instruction::I16x8Splat)
    }

    /// A vector with this i32 in each 8-bit lane.
    pub(crate) fn i8x16_splat(self) -> Expr {
        self.unary(ValType::I32, ValType::V128, &Instruction::I8x16Splat)
    }

    /// Each bit from `self` where `mask` is 1, else from `other`.
    pub(crate) fn bitselect(self, other: impl Operand, mask: impl Operand) -> Expr {
        let mut both = self;
        both.code.extend(other.expr(ValType::V128).code);
        both.binary(mask, ValType::V128, &Instruction::V128Bitselect)
    }
}

/// Methods for two integers of the same type: `name => (i32 instruction, i64 instruction, is comparison)`.
macro_rules! integer_operations {
    ($($(#[$doc:meta])* $name:ident => $i32:ident, $i64:ident;)*) => {
        impl Expr {$(
            $(#[$doc])*
            pub(crate) fn $name(self, other: impl Operand) -> Expr {
                let instruction = by_type!(self.ty, I32 => $i32, I64 => $i64);
                self.binary(other, ValType::I32, &instruction)
            }
        )*}
        impl Local {$(
            $(#[$doc])*
            pub(crate) fn $name(self, other: impl Operand) -> Expr {
                self.get().$name(other)
            }
        )*}
    };
}

integer_operations! {
    /// Equal.
    eq => I32Eq, I64Eq;
    /// Not equal.
    ne => I32Ne, I64Ne;
    /// Unsigned less than.
    lt => I32LtU, I64LtU;
    /// Unsigned less than or equal.
    le => I32LeU, I64LeU;
    /// Unsigned greater than.
    gt => I32GtU, I64GtU;
    /// Unsigned greater than or equal.
    ge => I32GeU, I64GeU;
}

/// Rust's operators for expressions and locals, on integers and, where given, on whole vectors.
macro_rules! operators {
    ($($trait:ident $method:ident => $($want:ident => $instruction:ident),+;)*) => {$(
        impl<R: Operand> std::ops::$trait<R> for Expr {
            type Output = Expr;
            fn $method(self, other: R) -> Expr {
                let instruction = by_type!(self.ty, $($want => $instruction),+);
                let ty = self.ty;
                self.binary(other, ty, &instruction)
            }
        }
        impl<R: Operand> std::ops::$trait<R> for Local {
            type Output = Expr;
            fn $method(self, other: R) -> Expr {
                std::ops::$trait::$method(self.get(), other)
            }
        }
    )*};
}

operators! {
    Add add => I32 => I32Add, I64 => I64Add;
    Sub sub => I32 => I32Sub, I64 => I64Sub;
    Shl shl => I32 => I32Shl, I64 => I64Shl;
    Shr shr => I32 => I32ShrU, I64 => I64ShrU;
    BitAnd bitand => I32 => I32And, I64 => I64And, V128 => V128And;
    BitOr bitor => I32 => I32Or, I64 => I64Or, V128 => V128Or;
    BitXor bitxor => I32 => I32Xor, I64 => I64Xor, V128 => V128Xor;
}

/// Methods for vectors, named as in the core specification: `(operands) -> result`.
macro_rules! vector_operations {
    (binary { $($binary:ident => $b:ident,)* } shift { $($shift:ident => $s:ident,)* } unary { $($unary:ident => $u:ident -> $to:ident,)* }) => {
        impl Expr {
            $(pub(crate) fn $binary(self, other: impl Operand) -> Expr {
                self.binary(other, ValType::V128, &Instruction::$b)
            })*
            $(pub(crate) fn $shift(mut self, by: i64) -> Expr {
                assert_eq!(self.ty, ValType::V128, "operand of {:?}", Instruction::$s);
                self.code.extend(i32(by).code);
                self.with(&Instruction::$s)
            })*
            $(pub(crate) fn $unary(self) -> Expr {
                self.unary(ValType::V128, ValType::$to, &Instruction::$u)
            })*
        }
    };
}

vector_operations! {
    binary {
        i8x16_swizzle => I8x16Swizzle,
        i8x16_add => I8x16Add,
        i8x16_eq => I8x16Eq,
        i8x16_max_u => I8x16MaxU,
        i8x16_sub_sat_u => I8x16SubSatU,
        i8x16_narrow_i16x8_u => I8x16NarrowI16x8U,
        i16x8_eq => I16x8Eq,
        i16x8_lt_u => I16x8LtU,
        i32x4_sub => I32x4Sub,
        i32x4_gt_s => I32x4GtS,
        v128_andnot => V128AndNot,
    }
    shift {
        i16x8_shl => I16x8Shl,
        i16x8_shr_u => I16x8ShrU,
        i32x4_shl => I32x4Shl,
        i32x4_shr_u => I32x4ShrU,
    }
    unary {
        i16x8_extend_low_i8x16_u => I16x8ExtendLowI8x16U -> V128,
        i16x8_extend_high_i8x16_u => I16x8ExtendHighI8x16U -> V128,
        i32x4_extend_low_i16x8_u => I32x4ExtendLowI16x8U -> V128,
        i32x4_extend_high_i16x8_u => I32x4ExtendHighI16x8U -> V128,
        i8x16_bitmask => I8x16Bitmask -> I32,
        i16x8_bitmask => I16x8Bitmask -> I32,
        v128_any_true => V128AnyTrue -> I32,
    }
}

impl Memory {
    /// Core type of its addresses.
    pub(crate) fn address(self) -> ValType {
        val_type(self.width.flat())
    }

    /// Where a value of `2^log2` bytes is, beside an address.
    pub(super) fn arg(self, offset: u64, log2: u32) -> MemArg {
        let align = if self.is_aligned { log2 } else { 0 };
        MemArg { offset, align, target: MemArgTarget::Memory(self.index), ordering: None }
    }

    fn load(self, at: impl Operand, ty: ValType, instruction: &Instruction<'_>) -> Expr {
        at.expr(self.address()).unary(self.address(), ty, instruction)
    }

    /// One byte, zero-extended to an i32.
    pub(crate) fn load8(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::I32, &Instruction::I32Load8U(self.arg(offset, 0)))
    }

    /// Two bytes, zero-extended to an i32.
    pub(crate) fn load16(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::I32, &Instruction::I32Load16U(self.arg(offset, 1)))
    }

    /// Four bytes.
    pub(crate) fn load32(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::I32, &Instruction::I32Load(self.arg(offset, 2)))
    }

    /// Eight bytes.
    pub(crate) fn load64(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::I64, &Instruction::I64Load(self.arg(offset, 3)))
    }

    /// Sixteen bytes.
    pub(crate) fn load128(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::V128, &Instruction::V128Load(self.arg(offset, 4)))
    }

    /// Four bytes and zeros, as a vector.
    pub(crate) fn load32_zero(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::V128, &Instruction::V128Load32Zero(self.arg(offset, 2)))
    }

    /// Eight bytes and zeros, as a vector.
    pub(crate) fn load64_zero(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::V128, &Instruction::V128Load64Zero(self.arg(offset, 3)))
    }

    /// Its size in pages.
    pub(crate) fn pages(self) -> Expr {
        Expr::new(self.address()).with(&Instruction::MemorySize(self.index))
    }

    /// Grows it by `pages`; the former size in pages, or -1.
    pub(crate) fn grow(self, pages: Expr) -> Expr {
        let ty = self.address();
        pages.unary(ty, ty, &Instruction::MemoryGrow(self.index))
    }
}
