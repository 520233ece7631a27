//! The exported handle functions: what adapters and hosts do with handles.
//!
//! Each is `lower_own`, `lift_own` ... of the specification ([`HandleFunction`] says which), for reps of one width.

use super::module::ModuleBuilder;
use super::names::HandleFunction;
use super::tables::{ASYNC, Tables};
use crate::abi::{FlatType, Trap};
use crate::fact::code::{Code, Expr, Local, i32, val_type};
use crate::fact::needs::Needs;
use wasm_encoder::ValType::I32;

/// Adds and exports the handle functions, with those for 64-bit reps and for other handles than those of resources
/// where there are any.
pub(super) fn add(module: &mut ModuleBuilder, tables: &Tables, needs: &Needs) {
    let has_wide_reps = needs.has_wide_reps();
    let others = if needs.async_handles { HandleFunction::ASYNC } else { &[] };
    for &function in HandleFunction::RESOURCES.iter().chain(others) {
        add_one(module, tables, function, FlatType::I32);
        if has_wide_reps && function.has_rep() {
            add_one(module, tables, function, FlatType::I64);
        }
    }
}

fn add_one(module: &mut ModuleBuilder, tables: &Tables, function: HandleFunction, width: FlatType) {
    let name = function.name_for(width);
    let rep = val_type(width);
    let index = match function {
        HandleFunction::NewOwn => {
            module.function(&name, [I32, I32, rep], &[I32], |c, [table, resource, rep]| {
                c.push(tables.insert(table.get(), resource.get(), rep.get(), i32(0)));
            })
        }
        HandleFunction::NewBorrow => {
            module.function(&name, [I32, I32, rep, I32], &[I32], |c, [table, resource, rep, scope]| {
                tables.count_borrow(c, scope);
                c.push(tables.insert(table.get(), resource.get(), rep.get(), scope.get()));
            })
        }
        HandleFunction::TakeOwn => module.function(&name, [I32; 4], &[rep], |c, params| {
            let taken = take_own(c, tables, params);
            c.push(taken.to(rep));
        }),
        HandleFunction::Lend => module.function(&name, [I32; 5], &[rep], |c, params| {
            let [table, resource, handle, scope, site] = params;
            let address = tables.layout.heap.table(table);
            let found = tables.find(c, address, resource.get(), handle, site.get());
            tables.count_lend(c, found);
            tables.note_lend(c, scope, table, handle);
            c.push(tables.rep(found).to(rep));
        }),
        HandleFunction::BorrowRep => module.function(&name, [I32; 4], &[rep], |c, params| {
            let [table, resource, handle, site] = params;
            let address = tables.layout.heap.table(table);
            let found = tables.find(c, address, resource.get(), handle, site.get());
            c.push(tables.rep(found).to(rep));
        }),
        HandleFunction::DropBorrow => module.function(&name, [I32; 2], &[], |c, [table, handle]| {
            let (found, _) = tables.find_any(c, tables.layout.heap.table(table), handle);
            let scope = c.variable(tables.scope(found));
            tables.uncount_borrow(c, scope);
            tables.remove(c, found);
        }),
        HandleFunction::EnterScope => module.function(&name, [], &[I32], |c, []| tables.enter_scope(c)),
        HandleFunction::LeaveScope => {
            module.function(&name, [I32; 2], &[], |c, [scope, site]| tables.leave_scope(c, scope, site))
        }
        HandleFunction::Count => module.function(&name, [I32], &[I32], |c, [table]| {
            tables.count(c, tables.layout.heap.table(table));
        }),
        HandleFunction::NewAsync => module.function(&name, [I32; 2], &[I32], |c, [table, slot]| {
            c.push(tables.insert_async(table.get(), slot.get()));
        }),
        HandleFunction::Async => module.function(&name, [I32; 2], &[I32], |c, [table, handle]| {
            let (found, tag) = tables.find_any(c, tables.layout.heap.table(table), handle);
            c.push(tables.rep(found).to(I32).select(-1, tag.eq(ASYNC)));
        }),
        HandleFunction::RemoveAsync => module.function(&name, [I32; 2], &[], |c, [table, handle]| {
            let (found, _) = tables.find_any(c, tables.layout.heap.table(table), handle);
            tables.remove(c, found);
        }),
    };
    module.export(&name, index);
}

/// Removes an owning handle; the value is its rep. The order of checks is that of `lift_own`.
fn take_own(c: &mut Code, tables: &Tables, params: [Local; 4]) -> Expr {
    let [table, resource, handle, site] = params;
    let address = tables.layout.heap.table(table);
    let found = tables.find(c, address, resource.get(), handle, site.get());
    tables.check_not_lent(c, found, site.get());
    c.if_(tables.scope(found), |c| {
        tables.traps.trap(c, Trap::OwnFromBorrow, handle.get(), site.get());
    });
    let rep = c.variable(tables.rep(found));
    tables.remove(c, found);
    rep.get()
}
