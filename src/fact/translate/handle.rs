//! Handles: own and borrow, whose tables are in the runtime module, and what the host knows behind its handles.
//!
//! Spec: `lift_own`, `lift_borrow`, `lower_own`, `lower_borrow`, `lift_async_value`, `lower_stream`, `lower_future`,
//! `lift_error_context`, `lower_error_context`.

use crate::abi::FlatType;
use crate::abi::types::{ResourceId, TypeId};
use crate::dfg::Resource;
use crate::fact::TaskFunction;
use crate::fact::borrows::Scopes;
use crate::fact::func::{FuncBuilder, Local};
use crate::fact::memory::Access;
use crate::fact::module::{CoreType, Shared};
use crate::fact::place::{Destination, SideId, Source};
use crate::fact::runtime::Lookup;
use crate::fact::runtime::names::{HandleFunction, TableId};
use crate::id::Id;

impl FuncBuilder<'_, '_> {
    /// Moves an owning handle from one table to the other.
    pub(super) fn translate_own(&mut self, resource: ResourceId, from: Source<'_>, to: Destination<'_>) {
        self.store(Access::I32, to, |f| {
            f.push_table_and_resource(to.side, resource);
            f.push_table_and_resource(from.side, resource);
            f.load(Access::I32, from);
            f.push_site();
            f.call_handle_function(HandleFunction::TakeOwn, resource);
            f.call_handle_function(HandleFunction::NewOwn, resource);
        });
    }

    /// Gives the other side a borrow of a handle; the side that defines the resource gets the rep itself.
    pub(super) fn translate_borrow(&mut self, resource: ResourceId, from: Source<'_>, to: Destination<'_>) {
        let instance = self.side(to.side).instance;
        let rep_type = self.module.needs.resources[resource].rep;
        if defines(self.module.dfg, instance, resource) {
            self.store(Access::I32, to, |f| {
                f.push_borrowed_rep(resource, from);
                // The specification gives a borrow one i32 on the stack, also where reps are wider.
                if rep_type == FlatType::I64 {
                    f.ins().i32_wrap_i64();
                }
            });
        } else {
            self.store(Access::I32, to, |f| {
                f.push_table_and_resource(to.side, resource);
                f.push_borrowed_rep(resource, from);
                f.push_scope(|scopes| scopes.borrow);
                f.call_handle_function(HandleFunction::NewBorrow, resource);
            });
        }
    }

    fn push_borrowed_rep(&mut self, resource: ResourceId, from: Source<'_>) {
        if self.borrows.counted {
            self.push_table_and_resource(from.side, resource);
            self.load(Access::I32, from);
            self.push_scope(|scopes| scopes.lend);
            self.push_site();
            self.call_handle_function(HandleFunction::Lend, resource);
        } else {
            self.load(Access::I32, from);
            self.push_site();
            let table = self.table(from.side);
            let lookup = self.module.shared(Shared::Lookup(Lookup { table, resource }));
            self.call(lookup);
        }
    }

    fn push_scope(&mut self, which: fn(Scopes) -> Local) {
        let scopes = self.scopes.expect("a call that makes or lends borrows has a scope");
        self.get(which(scopes));
    }

    /// Passes a stream, future or error context on, which the host does.
    pub(super) fn translate_async(&mut self, ty: TypeId, from: Source<'_>, to: Destination<'_>) {
        let [source, destination] = [from.side, to.side].map(|side| self.side(side).instance);
        self.store(Access::I32, to, |f| {
            f.load(Access::I32, from);
            let transfer = TaskFunction::Transfer { ty, from: source, to: destination };
            let callee = f.module.task_function(transfer, CoreType::new(&[FlatType::I32], &[FlatType::I32]));
            f.call(callee);
        });
    }

    fn push_table_and_resource(&mut self, side: SideId, resource: ResourceId) {
        let table = self.table(side);
        self.i32_const(table.index() as u32);
        self.i32_const(resource.index() as u32);
    }

    fn table(&self, side: SideId) -> TableId {
        let table = self.module.needs.instances[self.side(side).instance].table;
        table.expect("an instance that handles enter or leave has a table")
    }

    fn call_handle_function(&mut self, function: HandleFunction, resource: ResourceId) {
        let rep = self.module.needs.resources[resource].rep;
        let callee = self.module.handle_function(function, rep);
        self.call(callee);
    }
}

/// Whether `instance` is the one that defines `resource`.
pub(in crate::fact) fn defines(
    dfg: &crate::dfg::Dfg<'_>,
    instance: crate::dfg::InstanceId,
    resource: ResourceId,
) -> bool {
    match dfg.resources[resource] {
        Resource::Defined { instance: definer, .. } => definer == instance,
        Resource::Imported(_) => false,
    }
}
