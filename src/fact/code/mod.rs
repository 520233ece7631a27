//! Core code written as expressions and statements.
//!
//! The runtime module and the transcoders are hand-written algorithms. Here their authors write `entry + 4` and
//! `code.if_(..)`, and the instructions come out in stack order, with locals, block depths and the two widths of
//! addresses taken care of. An [`Expr`] is the instructions that leave one value on the stack, and the value's
//! type; a [`Code`] is the body of one function. Mixing up types is a bug of the author, caught by a panic in
//! the first test that emits the function.

mod expr;

pub(super) use expr::{Expr, Local, Operand, i32, splat8, splat16, v128};

use crate::abi::{FlatType, PointerWidth};
use wasm_encoder::{BlockType, Encode, Function, Instruction, InstructionSink, ValType};

/// A memory of the module that the code is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Its index in that module.
    pub(crate) index: u32,
    /// Width of its addresses.
    pub(crate) width: PointerWidth,
    /// Whether all that is loaded and stored is aligned to its size; a hint for engines.
    pub(crate) is_aligned: bool,
}

/// A core function that code calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FuncIndex(pub(crate) u32);

/// The core type of a flat value.
pub(super) fn val_type(ty: FlatType) -> ValType {
    match ty {
        FlatType::I32 => ValType::I32,
        FlatType::I64 => ValType::I64,
        FlatType::F32 => ValType::F32,
        FlatType::F64 => ValType::F64,
    }
}

/// Sizes of the values that [`Code::store`] stores.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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

    /// The empty body of a function with these parameters, however many, and the parameters.
    pub(super) fn with_params(params: &[ValType]) -> (Code, Vec<Local>) {
        let code = Code { params: params.len() as u32, locals: Vec::new(), body: Vec::new(), depth: 0 };
        let local = |(index, &ty): (usize, &ValType)| Local { index: index as u32, ty };
        (code, params.iter().enumerate().map(local).collect())
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

    /// Sets a local variable to the value on the stack.
    pub(super) fn pop(&mut self, local: Local) {
        self.sink().local_set(local.index);
    }

    /// Leaves a value on the stack: an argument or a result.
    pub(super) fn push(&mut self, value: Expr) {
        self.body.extend(value.code);
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
        let ty = to.address();
        let arg = |log2| to.arg(offset, log2);
        let (of, instruction) = match bits {
            Bits::B8 => (ValType::I32, Instruction::I32Store8(arg(0))),
            Bits::B16 => (ValType::I32, Instruction::I32Store16(arg(1))),
            Bits::B32 => (ValType::I32, Instruction::I32Store(arg(2))),
            Bits::B64 => (ValType::I64, Instruction::I64Store(arg(3))),
            Bits::B128 => (ValType::V128, Instruction::V128Store(arg(4))),
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

    /// Runs `then` if `condition` is not zero. Variables made there can be used after it: they are zero if not.
    pub(super) fn if_<R>(&mut self, condition: Expr, then: impl FnOnce(&mut Code) -> R) -> R {
        self.push(condition);
        self.sink().if_(BlockType::Empty);
        let result = self.nested(then);
        self.sink().end();
        result
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

    fn nested<R>(&mut self, body: impl FnOnce(&mut Code) -> R) -> R {
        self.depth += 1;
        let result = body(self);
        self.depth -= 1;
        result
    }
}
