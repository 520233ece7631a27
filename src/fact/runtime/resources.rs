//! The resource built-ins as guests call them, and destructors.

use super::memory::Heap;
use super::module::{GlobalIndex, ModuleBuilder, TABLE};
use super::names;
use super::tables::{Found, Tables};
use super::trap::Traps;
use crate::abi::Trap;
use crate::abi::types::ResourceId;
use crate::fact::code::{Code, Expr, FuncIndex, Local, i32};
use crate::id::Id;
use wasm_encoder::ValType::{self, I32};

/// What `resource.new`, `resource.rep` or `resource.drop` is for.
#[derive(Clone, Copy)]
pub(super) struct BuiltIn {
    /// Number of the handle table of the instance that calls it.
    pub(super) table: names::TableId,
    /// May-leave flag of that instance.
    pub(super) may_leave: Option<GlobalIndex>,
    pub(super) resource: ResourceId,
    /// Core type of its reps.
    pub(super) rep: ValType,
}

impl BuiltIn {
    fn resource(&self) -> Expr {
        i32(self.resource.index() as i64)
    }

    fn table(&self) -> Expr {
        i32(self.table.index() as i64)
    }

    fn find(&self, c: &mut Code, tables: &Tables, handle: Local) -> Found {
        let address = Heap::address(self.table);
        tables.find(c, address, self.resource(), handle, i32(0))
    }
}

/// Traps if an instance may not call out.
fn check_may_leave(c: &mut Code, traps: &Traps, flag: Option<GlobalIndex>) {
    if let Some(flag) = flag {
        c.if_(Expr::global(flag.0, I32).eqz(), |c| traps.trap(c, Trap::CannotLeave, i32(0), i32(0)));
    }
}

/// `resource.new`: `(rep) -> handle`
pub(super) fn add_new(module: &mut ModuleBuilder, tables: &Tables, of: BuiltIn, name: &str) -> FuncIndex {
    module.function(name, [of.rep], &[I32], |c, [rep]| {
        check_may_leave(c, &tables.traps, of.may_leave);
        c.push(tables.insert(of.table(), of.resource(), rep.get(), i32(0)));
    })
}

/// `resource.rep`: `(handle) -> rep`. It may be called while the instance may not leave.
pub(super) fn add_rep(module: &mut ModuleBuilder, tables: &Tables, of: BuiltIn, name: &str) -> FuncIndex {
    module.function(name, [I32], &[of.rep], |c, [handle]| {
        let found = of.find(c, tables, handle);
        c.push(tables.rep(found).to(of.rep));
    })
}

/// `resource.drop`: `(handle)`. The order of checks is that of `canon_resource_drop`.
pub(super) fn add_drop(
    module: &mut ModuleBuilder,
    tables: &Tables,
    of: BuiltIn,
    destroy: Option<FuncIndex>,
    name: &str,
) -> FuncIndex {
    module.function(name, [I32], &[], |c, [handle]| {
        check_may_leave(c, &tables.traps, of.may_leave);
        let found = of.find(c, tables, handle);
        tables.check_not_lent(c, found, i32(0));
        let scope = c.variable(tables.scope(found));
        let rep = c.variable(tables.rep(found));
        tables.remove(c, found);
        let drop_borrow = |c: &mut Code| tables.uncount_borrow(c, scope);
        match destroy {
            Some(destroy) => {
                c.if_else(scope.get(), drop_borrow, |c| c.call(destroy, [rep.get().to(of.rep)]));
            }
            None => c.if_(scope.get(), drop_borrow),
        }
    })
}

/// What is known of a destructor.
pub(super) struct Destroy {
    pub(super) resource: ResourceId,
    /// Core type of its reps.
    pub(super) rep: ValType,
    /// Context slots of the instance that defines it.
    pub(super) context: Option<(ValType, [GlobalIndex; 2])>,
    /// What tells the host that the call begins and ends, if that instance observes tasks.
    pub(super) sync_call: Option<[FuncIndex; 2]>,
    /// Whether it could throw.
    pub(super) may_throw: bool,
}

impl Destroy {
    /// Adds the function `(rep)` that calls the destructor.
    pub(super) fn add(&self, module: &mut ModuleBuilder, traps: &Traps) -> FuncIndex {
        let name = format!("destroy {}", self.resource.index());
        let ty = module.ty(&[self.rep], &[]);
        let entry = i32(self.resource.index() as i64);
        module.function(&name, [self.rep], &[], |c, [rep]| {
            self.sync_call.iter().for_each(|[enter, _]| c.call(*enter, []));
            in_new_context(c, self.context, |c| {
                let call = |c: &mut Code| c.call_indirect(TABLE, ty.0, [rep.get()], entry);
                match self.may_throw {
                    true => trap_on_throw(c, traps, call),
                    false => call(c),
                }
            });
            self.sync_call.iter().for_each(|[_, exit]| c.call(*exit, []));
        })
    }
}

/// A destructor runs on a thread of its own, so the instance's context slots are zero in it.
fn in_new_context(c: &mut Code, context: Option<(ValType, [GlobalIndex; 2])>, body: impl FnOnce(&mut Code)) {
    let Some((ty, slots)) = context else {
        return body(c);
    };
    let saved = slots.map(|slot| c.variable(Expr::global(slot.0, ty)));
    slots.into_iter().for_each(|slot| c.set_global(slot.0, Expr::int(ty, 0)));
    body(c);
    slots.into_iter().zip(saved).for_each(|(slot, value)| c.set_global(slot.0, value.get()));
}

/// Exceptions of guests end at the calls that the Canonical ABI makes.
fn trap_on_throw(c: &mut Code, traps: &Traps, body: impl FnOnce(&mut Code)) {
    c.block(|c, done| {
        c.block(|c, thrown| {
            c.catch_all(thrown, body);
            c.br(done);
        });
        traps.trap(c, Trap::UncaughtException, i32(0), i32(0));
    });
}
