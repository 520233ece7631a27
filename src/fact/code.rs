//! Core code written as expressions and statements.
//!
//! The runtime module and the transcoders are hand-written algorithms. Here their authors write `entry + 4` and
//! `code.if_(..)`, and the instructions come out in stack order, with locals, block depths and the two widths of
//! addresses taken care of. An [`Expr`] is the instructions that leave one value on the stack, and the value's
//! type; a [`Code`] is the body of one function. Mixing up types is a bug of the author, caught by a panic in
//! the first test that emits the function.

use crate::abi::{FlatType, PointerWidth};
use wasm_encoder::{
    BlockType, Encode, Function, Instruction, InstructionSink, MemArg, MemArgTarget, ValType,
};

/// A memory of the module that the code is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Memory {
    /// Its index in that module.
    pub index: u32,
    /// Width of its addresses.
    pub width: PointerWidth,
}

/// A core function that code calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct FuncIndex(pub(super) u32);

/// The core type of a flat value.
pub(super) fn val_type(ty: FlatType) -> ValType {
    match ty {
        FlatType::I32 => ValType::I32,
        FlatType::I64 => ValType::I64,
        FlatType::F32 => ValType::F32,
        FlatType::F64 => ValType::F64,
    }
}

/// Instructions that leave one value on the stack.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    ty: ValType,
    code: Vec<u8>,
}

/// A parameter or local variable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local {
    index: u32,
    pub(super) ty: ValType,
}

/// What can be the right operand of something: integers take the type of the left one.
pub(super) trait Operand {
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
pub(super) fn i32(value: i64) -> Expr {
    Expr::int(ValType::I32, value)
}

/// A v128 constant with the same byte in each lane.
pub(super) fn splat8(byte: u8) -> Expr {
    v128([byte; 16])
}

/// A v128 constant with the same unit in each 16-bit lane.
pub(super) fn splat16(unit: u16) -> Expr {
    v128(std::array::from_fn(|i| unit.to_le_bytes()[i % 2]))
}

/// A v128 constant.
pub(super) fn v128(bytes: [u8; 16]) -> Expr {
    Expr::new(ValType::V128).with(&Instruction::V128Const(i128::from_le_bytes(bytes)))
}

impl Local {
    /// Its value.
    pub(super) fn get(self) -> Expr {
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
    pub(super) fn int(ty: ValType, value: i64) -> Expr {
        Expr::new(ty).with(&match ty {
            ValType::I32 => Instruction::I32Const(value as i32),
            ValType::I64 => Instruction::I64Const(value),
            other => panic!("no integers of type {other:?}"),
        })
    }

    /// The value of a call of a function with one result.
    pub(super) fn call(callee: FuncIndex, args: impl IntoIterator<Item = Expr>, result: ValType) -> Expr {
        let mut code = Vec::new();
        args.into_iter().for_each(|arg| code.extend(arg.code));
        Expr { ty: result, code }.with(&Instruction::Call(callee.0))
    }

    /// The value of a global.
    pub(super) fn global(index: u32, ty: ValType) -> Expr {
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
    pub(super) fn tee(self, local: Local) -> Expr {
        self.unary(local.ty, local.ty, &Instruction::LocalTee(local.index))
    }

    /// As an i64, zero-extended from an i32.
    pub(super) fn extend(self) -> Expr {
        self.unary(ValType::I32, ValType::I64, &Instruction::I64ExtendI32U)
    }

    /// As an i32, wrapped from an i64.
    pub(super) fn wrap(self) -> Expr {
        self.unary(ValType::I64, ValType::I32, &Instruction::I32WrapI64)
    }

    /// As an unsigned integer of type `ty`, converted only if it has another.
    pub(super) fn to(self, ty: ValType) -> Expr {
        match (self.ty, ty) {
            (from, to) if from == to => self,
            (ValType::I32, _) => self.extend(),
            _ => self.wrap(),
        }
    }

    /// 1 if zero, else 0.
    pub(super) fn eqz(self) -> Expr {
        let instruction = by_type!(self.ty, I32 => I32Eqz, I64 => I64Eqz);
        let ty = self.ty;
        self.unary(ty, ValType::I32, &instruction)
    }

    /// Number of trailing zero bits.
    pub(super) fn ctz(self) -> Expr {
        self.unary(ValType::I32, ValType::I32, &Instruction::I32Ctz)
    }

    /// `self` where `condition` is not zero, else `other`.
    pub(super) fn select(self, other: impl Operand, condition: Expr) -> Expr {
        let ty = self.ty;
        let mut both = Expr { ty, code: self.code };
        both.code.extend(other.expr(ty).code);
        assert_eq!(condition.ty, ValType::I32, "a condition is an i32");
        both.code.extend(condition.code);
        both.with(&Instruction::Select)
    }

    /// One lane of a vector as an i32, zero-extended.
    pub(super) fn lane8(self, lane: u8) -> Expr {
        self.unary(ValType::V128, ValType::I32, &Instruction::I8x16ExtractLaneU(lane))
    }

    /// One lane of a vector as an i32, zero-extended.
    pub(super) fn lane16(self, lane: u8) -> Expr {
        self.unary(ValType::V128, ValType::I32, &Instruction::I16x8ExtractLaneU(lane))
    }

    /// The bytes of `self` followed by those of `other`, picked by `lanes`.
    pub(super) fn shuffle(self, other: impl Operand, lanes: [u8; 16]) -> Expr {
        self.binary(other, ValType::V128, &Instruction::I8x16Shuffle(lanes))
    }

    /// One half of a vector as an i64.
    pub(super) fn lane64(self, lane: u8) -> Expr {
        self.unary(ValType::V128, ValType::I64, &Instruction::I64x2ExtractLane(lane))
    }

    /// A vector with this i32 in each 16-bit lane.
    pub(super) fn to_splat16(self) -> Expr {
        self.unary(ValType::I32, ValType::V128, &Instruction::I16x8Splat)
    }

    /// A vector with this i32 in each 8-bit lane.
    pub(super) fn to_splat8(self) -> Expr {
        self.unary(ValType::I32, ValType::V128, &Instruction::I8x16Splat)
    }

    /// Each bit from `self` where `mask` is 1, else from `other`.
    pub(super) fn bitselect(self, other: impl Operand, mask: impl Operand) -> Expr {
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
            pub(super) fn $name(self, other: impl Operand) -> Expr {
                let instruction = by_type!(self.ty, I32 => $i32, I64 => $i64);
                self.binary(other, ValType::I32, &instruction)
            }
        )*}
        impl Local {$(
            $(#[$doc])*
            pub(super) fn $name(self, other: impl Operand) -> Expr {
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
        #[expect(missing_docs, reason = "the names are those of the core specification")]
        impl Expr {
            $(pub(super) fn $binary(self, other: impl Operand) -> Expr {
                self.binary(other, ValType::V128, &Instruction::$b)
            })*
            $(pub(super) fn $shift(mut self, by: i64) -> Expr {
                assert_eq!(self.ty, ValType::V128, "operand of {:?}", Instruction::$s);
                self.code.extend(i32(by).code);
                self.with(&Instruction::$s)
            })*
            $(pub(super) fn $unary(self) -> Expr {
                self.unary(ValType::V128, ValType::$to, &Instruction::$u)
            })*
        }
    };
}

vector_operations! {
    binary {
        i8x16_swizzle => I8x16Swizzle,
        i8x16_add => I8x16Add,
        i8x16_sub_sat_u => I8x16SubSatU,
        i8x16_lt_s => I8x16LtS,
        i8x16_lt_u => I8x16LtU,
        i8x16_ge_u => I8x16GeU,
        i8x16_narrow_i16x8_u => I8x16NarrowI16x8U,
        i16x8_eq => I16x8Eq,
        i16x8_lt_u => I16x8LtU,
        i16x8_add => I16x8Add,
    }
    shift {
        i16x8_shl => I16x8Shl,
        i16x8_shr_u => I16x8ShrU,
    }
    unary {
        i16x8_extend_low_i8x16_u => I16x8ExtendLowI8x16U -> V128,
        i16x8_extend_high_i8x16_u => I16x8ExtendHighI8x16U -> V128,
        i8x16_bitmask => I8x16Bitmask -> I32,
        i16x8_bitmask => I16x8Bitmask -> I32,
        v128_any_true => V128AnyTrue -> I32,
    }
}

impl Memory {
    /// Core type of its addresses.
    pub(super) fn address(self) -> ValType {
        val_type(self.width.flat())
    }

    fn arg(self, offset: u64, align: u32) -> MemArg {
        MemArg { offset, align, target: MemArgTarget::Memory(self.index), ordering: None }
    }

    fn load(self, at: impl Operand, ty: ValType, instruction: &Instruction<'_>) -> Expr {
        at.expr(self.address()).unary(self.address(), ty, instruction)
    }

    /// One byte, zero-extended to an i32.
    pub(super) fn load8(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::I32, &Instruction::I32Load8U(self.arg(offset, 0)))
    }

    /// Two bytes, zero-extended to an i32.
    pub(super) fn load16(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::I32, &Instruction::I32Load16U(self.arg(offset, 0)))
    }

    /// Four bytes.
    pub(super) fn load32(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::I32, &Instruction::I32Load(self.arg(offset, 0)))
    }

    /// Eight bytes.
    pub(super) fn load64(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::I64, &Instruction::I64Load(self.arg(offset, 0)))
    }

    /// Sixteen bytes.
    pub(super) fn load128(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::V128, &Instruction::V128Load(self.arg(offset, 0)))
    }

    /// Four bytes and zeros, as a vector.
    pub(super) fn load32_zero(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::V128, &Instruction::V128Load32Zero(self.arg(offset, 0)))
    }

    /// Eight bytes and zeros, as a vector.
    pub(super) fn load64_zero(self, at: impl Operand, offset: u64) -> Expr {
        self.load(at, ValType::V128, &Instruction::V128Load64Zero(self.arg(offset, 0)))
    }

    /// Its size in pages.
    pub(super) fn pages(self) -> Expr {
        Expr::new(self.address()).with(&Instruction::MemorySize(self.index))
    }

    /// Grows it by `pages`; the former size in pages, or -1.
    pub(super) fn grow(self, pages: Expr) -> Expr {
        let ty = self.address();
        pages.unary(ty, ty, &Instruction::MemoryGrow(self.index))
    }
}

/// Sizes of the values that [`Code::store`] stores.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names are the numbers of bits")]
pub(super) enum Bits {
    B8,
    B16,
    B32,
    B64,
    B128,
}

/// A place that code inside it can branch to: the end of a block, or the start of a loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    depth: u32,
}

/// The body of one function.
#[derive(Debug)]
pub(super) struct Code {
    params: u32,
    locals: Vec<ValType>,
    body: Vec<u8>,
    depth: u32,
}

impl Code {
    /// The empty body of a function with these parameters, and the parameters.
    pub(super) fn new<const N: usize>(params: [ValType; N]) -> (Code, [Local; N]) {
        let code = Code { params: N as u32, locals: Vec::new(), body: Vec::new(), depth: 0 };
        let mut index = 0..;
        let locals = params.map(|ty| Local { index: index.next().expect("an endless range"), ty });
        (code, locals)
    }

    /// The function.
    pub(super) fn finish(mut self) -> Function {
        self.sink().end();
        let mut function = Function::new_with_locals_types(self.locals);
        function.raw(self.body);
        function
    }

    fn sink(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(&mut self.body)
    }

    /// A new local variable, zero at first.
    pub(super) fn local(&mut self, ty: ValType) -> Local {
        let index = self.params + self.locals.len() as u32;
        self.locals.push(ty);
        Local { index, ty }
    }

    /// A new local variable with this value.
    pub(super) fn variable(&mut self, value: Expr) -> Local {
        let local = self.local(value.ty);
        self.set(local, value);
        local
    }

    /// Sets a local variable.
    pub(super) fn set(&mut self, local: Local, value: impl Operand) {
        let value = value.expr(local.ty);
        assert_eq!(value.ty, local.ty, "a variable keeps its type");
        self.push(value);
        self.sink().local_set(local.index);
    }

    /// Sets a global.
    pub(super) fn set_global(&mut self, index: u32, value: Expr) {
        self.push(value);
        self.sink().global_set(index);
    }

    /// Adds to a local variable.
    pub(super) fn add(&mut self, local: Local, value: impl Operand) {
        self.set(local, local + value.expr(local.ty));
    }

    /// Leaves a value on the stack: an argument or a result.
    pub(super) fn push(&mut self, value: Expr) {
        self.body.extend(value.code);
    }

    /// Pops the topmost value into a local variable.
    pub(super) fn pop(&mut self, local: Local) {
        self.sink().local_set(local.index);
    }

    /// Stores the low bits of `value` at `at + offset`.
    pub(super) fn store(
        &mut self,
        bits: Bits,
        to: Memory,
        at: impl Operand,
        offset: u64,
        value: impl Operand,
    ) {
        let (ty, arg) = (to.address(), to.arg(offset, 0));
        let (of, instruction) = match bits {
            Bits::B8 => (ValType::I32, Instruction::I32Store8(arg)),
            Bits::B16 => (ValType::I32, Instruction::I32Store16(arg)),
            Bits::B32 => (ValType::I32, Instruction::I32Store(arg)),
            Bits::B64 => (ValType::I64, Instruction::I64Store(arg)),
            Bits::B128 => (ValType::V128, Instruction::V128Store(arg)),
        };
        let (at, value) = (at.expr(ty), value.expr(of));
        assert_eq!((at.ty, value.ty), (ty, of), "operands of {instruction:?}");
        self.push(at);
        self.push(value);
        instruction.encode(&mut self.body);
    }

    /// Stores one lane of a vector.
    pub(super) fn store_lane(
        &mut self,
        bits: Bits,
        to: Memory,
        at: impl Operand,
        offset: u64,
        value: Expr,
        lane: u8,
    ) {
        assert_eq!(value.ty, ValType::V128, "only vectors have lanes");
        self.push(at.expr(to.address()));
        self.push(value);
        let arg = to.arg(offset, 0);
        match bits {
            Bits::B8 => self.sink().v128_store8_lane(arg, lane),
            Bits::B16 => self.sink().v128_store16_lane(arg, lane),
            Bits::B32 => self.sink().v128_store32_lane(arg, lane),
            Bits::B64 => self.sink().v128_store64_lane(arg, lane),
            Bits::B128 => panic!("a lane is less than a vector"),
        };
    }

    /// Copies `len` bytes, which may overlap where the memories are the same.
    pub(super) fn copy(&mut self, to: (Memory, Local), from: (Memory, Local), len: Local) {
        // The length is as wide as the narrower of the two addresses.
        let ty = if to.0.width == from.0.width { to.0.address() } else { ValType::I32 };
        self.push(to.1.get());
        self.push(from.1.get());
        self.push(len.get().to(ty));
        self.sink().memory_copy(to.0.index, from.0.index);
    }

    /// Runs `then` if `condition` is not zero.
    pub(super) fn if_(&mut self, condition: Expr, then: impl FnOnce(&mut Code)) {
        self.push(condition);
        self.sink().if_(BlockType::Empty);
        self.nested(then);
        self.sink().end();
    }

    /// Runs `then` if `condition` is not zero, else `otherwise`.
    pub(super) fn if_else(
        &mut self,
        condition: Expr,
        then: impl FnOnce(&mut Code),
        otherwise: impl FnOnce(&mut Code),
    ) {
        self.push(condition);
        self.sink().if_(BlockType::Empty);
        self.nested(then);
        self.sink().else_();
        self.nested(otherwise);
        self.sink().end();
    }

    /// Runs `body`; a branch to its label leaves it.
    pub(super) fn block(&mut self, body: impl FnOnce(&mut Code, Label)) {
        self.sink().block(BlockType::Empty);
        self.labelled(body);
    }

    /// Runs `body`; a branch to its label runs it again.
    pub(super) fn loop_(&mut self, body: impl FnOnce(&mut Code, Label)) {
        self.sink().loop_(BlockType::Empty);
        self.labelled(body);
    }

    /// Runs `body` as long as `condition` is not zero before it.
    pub(super) fn while_(&mut self, condition: Expr, body: impl FnOnce(&mut Code)) {
        self.loop_(|code, again| {
            code.if_(condition, |code| {
                body(code);
                code.br(again);
            });
        });
    }

    /// Runs `body` in which an exception goes to the label of this block, as if it branched there.
    pub(super) fn catch_all(&mut self, to: Label, body: impl FnOnce(&mut Code)) {
        let depth = self.depth - to.depth;
        self.sink().try_table(BlockType::Empty, [wasm_encoder::Catch::All { label: depth }]);
        self.nested(body);
        self.sink().end();
    }

    /// Goes to a label.
    pub(super) fn br(&mut self, to: Label) {
        let depth = self.depth - to.depth;
        self.sink().br(depth);
    }

    /// Goes to a label if `condition` is not zero.
    pub(super) fn br_if(&mut self, to: Label, condition: Expr) {
        self.push(condition);
        let depth = self.depth - to.depth;
        self.sink().br_if(depth);
    }

    /// Calls a function; its results stay on the stack.
    pub(super) fn call(&mut self, callee: FuncIndex, args: impl IntoIterator<Item = Expr>) {
        args.into_iter().for_each(|arg| self.push(arg));
        self.sink().call(callee.0);
    }

    /// Calls entry `entry` of a table, whose type has index `ty`.
    pub(super) fn call_indirect(
        &mut self,
        table: u32,
        ty: u32,
        args: impl IntoIterator<Item = Expr>,
        entry: Expr,
    ) {
        args.into_iter().for_each(|arg| self.push(arg));
        self.push(entry);
        self.sink().call_indirect(table, ty);
    }

    /// Returns from the function.
    pub(super) fn ret(&mut self, values: impl IntoIterator<Item = Expr>) {
        values.into_iter().for_each(|value| self.push(value));
        self.sink().return_();
    }

    /// Traps.
    pub(super) fn unreachable(&mut self) {
        self.sink().unreachable();
    }

    fn labelled(&mut self, body: impl FnOnce(&mut Code, Label)) {
        let label = Label { depth: self.depth + 1 };
        self.nested(|code| body(code, label));
        self.sink().end();
    }

    fn nested(&mut self, body: impl FnOnce(&mut Code)) {
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }
}
