//! Emission of one function: code, locals, labels, and the path that every failing check takes.
//!
//! A check that fails branches to one block at the end of the function, with the reason's code on the stack; the
//! call that reports it is emitted once, there. Checks stay small and the code that never runs is out of the way.
//! Blocks, temporaries and checks are scoped by closures, so none can be left open.

use super::body::{Body, Callee, Relocation};
use super::borrows::{Borrows, Scopes};
use super::code::val_type;
use super::module::{CoreType, ModuleBuilder};
use super::place::SideId;
use crate::abi::{FlatType, Trap};
use crate::dfg::AdapterId;
use crate::id::Id;
use wasm_encoder::{BlockType, Catch, InstructionSink, ValType};

/// A local variable or parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Local {
    index: u32,
    /// Its type.
    pub(super) ty: FlatType,
}

/// An open block that code can branch to.
#[derive(Clone, Copy)]
pub(super) struct Label(u32);

/// Which adapter is to blame for a trap.
#[derive(Clone, Copy)]
pub(super) enum Site {
    /// This one.
    Adapter(AdapterId),
    /// The one whose number is in this parameter: the function is shared by several adapters.
    Param(Local),
    /// None: the host calls the function.
    Host,
}

/// A function under construction.
pub(super) struct FuncBuilder<'m, 'a> {
    /// The module it will be in.
    pub(super) module: &'m mut ModuleBuilder<'a>,
    /// How borrows are dealt with.
    pub(super) borrows: Borrows,
    /// The scopes of the current call, where it has any.
    pub(super) scopes: Option<Scopes>,
    /// How many more types may be translated inline.
    pub(super) fuel: u32,
    site: Site,
    params: Vec<Local>,
    locals: Vec<FlatType>,
    in_use: Vec<Local>,
    free: Vec<Local>,
    code: Vec<u8>,
    relocations: Vec<Relocation>,
    /// How many blocks are open inside the block that traps leave.
    depth: u32,
    has_barrier: bool,
    can_trap: bool,
}

/// Types that one function translates inline before it hands composite ones to other functions.
const FUEL: u32 = 200;

impl<'m, 'a> FuncBuilder<'m, 'a> {
    /// A function with these parameters; the site is `site`, or else the last parameter.
    pub(super) fn new(
        module: &'m mut ModuleBuilder<'a>,
        params: &[FlatType],
        site: Option<AdapterId>,
    ) -> Self {
        let mut f = FuncBuilder::for_host(module, params);
        f.site = match site {
            Some(adapter) => Site::Adapter(adapter),
            None => {
                Site::Param(*f.params.last().expect("a shared function takes the site as its last parameter"))
            }
        };
        f
    }

    /// A function with these parameters that the host calls.
    pub(super) fn for_host(module: &'m mut ModuleBuilder<'a>, params: &[FlatType]) -> Self {
        let params: Vec<Local> =
            params.iter().enumerate().map(|(i, &ty)| Local { index: i as u32, ty }).collect();
        FuncBuilder {
            module,
            borrows: Borrows::default(),
            scopes: None,
            fuel: FUEL,
            site: Site::Host,
            params,
            locals: Vec::new(),
            in_use: Vec::new(),
            free: Vec::new(),
            code: Vec::new(),
            relocations: Vec::new(),
            depth: 0,
            has_barrier: false,
            can_trap: false,
        }
    }

    /// Turns every exception that would leave the function into a trap. To be called before anything is emitted.
    pub(super) fn add_barrier(&mut self) {
        assert!(self.code.is_empty(), "a barrier is around the whole function");
        self.has_barrier = true;
        self.can_trap = true;
        self.depth += 2;
    }

    /// Parameter `i`.
    pub(super) fn param(&self, i: usize) -> Local {
        self.params[i]
    }

    /// All parameters.
    pub(super) fn params(&self) -> Vec<Local> {
        self.params.clone()
    }

    /// Where instructions without operands that need care go.
    pub(super) fn ins(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(&mut self.code)
    }

    /// `local.get`
    pub(super) fn get(&mut self, local: Local) {
        self.ins().local_get(local.index);
    }

    /// `local.set`
    pub(super) fn set(&mut self, local: Local) {
        self.ins().local_set(local.index);
    }

    /// `local.tee`
    pub(super) fn tee(&mut self, local: Local) {
        self.ins().local_tee(local.index);
    }

    /// `i32.const` of an unsigned number.
    pub(super) fn i32_const(&mut self, value: u32) {
        self.ins().i32_const(value as i32);
    }

    /// The site, as handle functions and shared functions take it.
    pub(super) fn push_site(&mut self) {
        match self.site {
            Site::Adapter(adapter) => self.i32_const(adapter.index() as u32 + 1),
            Site::Param(local) => self.get(local),
            Site::Host => self.i32_const(0),
        }
    }

    /// `call`
    pub(super) fn call(&mut self, callee: Callee) {
        self.code.push(0x10);
        self.relocations.push(Relocation { at: self.code.len(), callee });
    }

    /// `ref.func` of a function that is exported.
    pub(super) fn ref_func(&mut self, callee: Callee) {
        self.code.push(0xd2);
        self.relocations.push(Relocation { at: self.code.len(), callee });
    }

    /// Temporaries taken inside `body` are free again after it.
    pub(super) fn scope<R>(&mut self, body: impl FnOnce(&mut Self) -> R) -> R {
        let mark = self.in_use.len();
        let result = body(self);
        self.free.extend(self.in_use.drain(mark..).rev());
        result
    }

    /// A temporary for the rest of the enclosing [`scope`](Self::scope). Its value is arbitrary at first.
    pub(super) fn temp(&mut self, ty: FlatType) -> Local {
        let local = match self.free.iter().rposition(|local| local.ty == ty) {
            Some(i) => self.free.remove(i),
            None => {
                let index = (self.params.len() + self.locals.len()) as u32;
                self.locals.push(ty);
                Local { index, ty }
            }
        };
        self.in_use.push(local);
        local
    }

    /// A temporary that is set to the value on the stack.
    pub(super) fn pop(&mut self, ty: FlatType) -> Local {
        let local = self.temp(ty);
        self.set(local);
        local
    }

    /// `block`
    pub(super) fn block(&mut self, ty: BlockType, body: impl FnOnce(&mut Self, Label)) {
        self.ins().block(ty);
        self.nested(body);
    }

    /// `loop`
    pub(super) fn loop_(&mut self, body: impl FnOnce(&mut Self, Label)) {
        self.ins().loop_(BlockType::Empty);
        self.nested(body);
    }

    /// `if` without `else`, on the condition on the stack.
    pub(super) fn if_(&mut self, body: impl FnOnce(&mut Self)) {
        self.ins().if_(BlockType::Empty);
        self.nested(|f, _| body(f));
    }

    /// `if` with `else`, on the condition on the stack.
    pub(super) fn if_else(
        &mut self,
        ty: BlockType,
        then: impl FnOnce(&mut Self),
        otherwise: impl FnOnce(&mut Self),
    ) {
        self.ins().if_(ty);
        self.depth += 1;
        then(self);
        self.ins().else_();
        otherwise(self);
        self.depth -= 1;
        self.ins().end();
    }

    /// `count` nested blocks, `inside` in the innermost; after the block of `labels[i]`, which is the `i`th to end,
    /// comes what `after` emits for `i`.
    pub(super) fn blocks(
        &mut self,
        count: usize,
        inside: impl FnOnce(&mut Self, &[Label]),
        mut after: impl FnMut(&mut Self, usize),
    ) {
        let labels: Vec<Label> = (0..count).map(|i| Label(self.depth + (count - i) as u32)).collect();
        for _ in 0..count {
            self.ins().block(BlockType::Empty);
            self.depth += 1;
        }
        inside(self, &labels);
        for i in 0..count {
            self.depth -= 1;
            self.ins().end();
            after(self, i);
        }
    }

    fn nested(&mut self, body: impl FnOnce(&mut Self, Label)) {
        self.depth += 1;
        let label = Label(self.depth);
        body(self, label);
        self.depth -= 1;
        self.ins().end();
    }

    /// `br`
    pub(super) fn br(&mut self, label: Label) {
        let relative = self.relative(label);
        self.ins().br(relative);
    }

    /// `br_if`
    pub(super) fn br_if(&mut self, label: Label) {
        let relative = self.relative(label);
        self.ins().br_if(relative);
    }

    /// `br_table`; the last label is the default.
    pub(super) fn br_table(&mut self, labels: &[Label]) {
        let relative: Vec<u32> = labels.iter().map(|&label| self.relative(label)).collect();
        let (&default, rest) = relative.split_last().expect("a branch table has a default");
        self.ins().br_table(rest.iter().copied(), default);
    }

    fn relative(&self, label: Label) -> u32 {
        self.depth - label.0
    }

    /// Traps.
    pub(super) fn trap(&mut self, trap: Trap) {
        self.can_trap = true;
        let depth = self.depth;
        self.i32_const(trap.code());
        self.ins().br(depth);
    }

    /// Traps if the i32 that `condition` pushes is not zero.
    pub(super) fn trap_if(&mut self, trap: Trap, condition: impl FnOnce(&mut Self)) {
        self.can_trap = true;
        self.i32_const(trap.code());
        condition(self);
        let depth = self.depth;
        self.ins().br_if(depth).drop();
    }

    /// Block type of a block that leaves `results`.
    pub(super) fn block_type(&mut self, results: &[FlatType]) -> BlockType {
        match results {
            [] => BlockType::Empty,
            [one] => BlockType::Result(val_type(*one)),
            many => BlockType::FunctionType(self.module.core_type(CoreType::new(&[], many)).index() as u32),
        }
    }

    /// Ends the function; its results are on the stack.
    pub(super) fn finish(mut self) -> Body {
        assert_eq!(self.depth, if self.has_barrier { 2 } else { 0 }, "every block is closed");
        if !self.can_trap {
            self.ins().end();
            return Body { locals: self.locals, code: self.code, relocations: self.relocations };
        }
        self.ins().return_();
        // (block (result i32)
        //   [(block (try_table (catch_all 0)] ..body.. [) ) (i32.const UncaughtException)]
        // )
        // ..site.. (call $trap) (unreachable)
        let mut start = Vec::new();
        let mut sink = InstructionSink::new(&mut start);
        sink.block(BlockType::Result(ValType::I32));
        if self.has_barrier {
            sink.block(BlockType::Empty).try_table(BlockType::Empty, [Catch::All { label: 0 }]);
            self.ins().end().end();
            self.i32_const(Trap::UncaughtException.code());
        }
        self.ins().end();
        self.push_site();
        let report = self.module.trap_function();
        self.call(report);
        self.ins().unreachable().end();
        for relocation in &mut self.relocations {
            relocation.at += start.len();
        }
        start.append(&mut self.code);
        Body { locals: self.locals, code: start, relocations: self.relocations }
    }

    /// Width and memory of a side, for short.
    pub(super) fn side(&self, side: SideId) -> &super::place::Side {
        &self.module.sides[side]
    }
}
