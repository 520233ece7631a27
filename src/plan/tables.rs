//! The plan's tables that mirror the graph's, entry for entry.
//!
//! Component instances, resources, imports, exports and adapters keep their numbers: generated code has the
//! numbers of resources and adapters built in, and the others are small.

use super::boundary::Boundary;
use super::{Adapter, HandleFunctions, Import, ImportKind, Instance, Runtime};
use crate::abi::Trap;
use crate::dfg::{self, Dfg, ModuleItem};
use crate::fact::runtime::names::{self, HandleFunction};
use crate::fact::{self, Fused};
use crate::id::Id;

/// [`super::Plan::instances`]
pub(super) fn instances(dfg: &Dfg<'_>, fused: &Fused) -> Vec<Instance> {
    let instances = dfg.instances.iter().map(|(id, instance)| {
        let held = fused.runtime.as_ref().and_then(|runtime| runtime.instances.get(id));
        let held = held.cloned().unwrap_or_default();
        Instance {
            parent: instance.parent.map(Id::index),
            path: instance.path.clone(),
            may_leave: held.may_leave,
            context: held.context,
            table: held.table,
        }
    });
    instances.collect()
}

/// [`super::Plan::runtime`]
pub(super) fn runtime(runtime: &fact::Runtime) -> Runtime {
    let function = |function: HandleFunction| function.name().to_owned();
    Runtime {
        trap_code: names::TRAP_CODE.to_owned(),
        trap_arg: names::TRAP_ARG.to_owned(),
        trap_site: names::TRAP_SITE.to_owned(),
        handles: runtime.has_handles.then(|| HandleFunctions {
            new_own: function(HandleFunction::NewOwn),
            new_borrow: function(HandleFunction::NewBorrow),
            take_own: function(HandleFunction::TakeOwn),
            lend: function(HandleFunction::Lend),
            borrow_rep: function(HandleFunction::BorrowRep),
            drop_borrow: function(HandleFunction::DropBorrow),
            enter_scope: function(HandleFunction::EnterScope),
            leave_scope: function(HandleFunction::LeaveScope),
            count: function(HandleFunction::Count),
            dtors: names::DTORS.to_owned(),
            new_async: runtime.has_async_handles.then(|| function(HandleFunction::NewAsync)),
            of_async: runtime.has_async_handles.then(|| function(HandleFunction::Async)),
            remove_async: runtime.has_async_handles.then(|| function(HandleFunction::RemoveAsync)),
        }),
        blocked: runtime.has_blocked.then(|| names::BLOCKED.to_owned()),
    }
}

/// [`super::Plan::traps`]: none where no generated code could trap with a reason.
pub(super) fn traps(fused: &Fused) -> Vec<String> {
    let traps = if fused.runtime.is_some() { Trap::ALL } else { &[] };
    traps.iter().map(|trap| trap.message().to_owned()).collect()
}

/// [`super::Plan::imports`]
pub(super) fn imports(dfg: &Dfg<'_>, boundary: &Boundary) -> Vec<Import> {
    let imports = dfg.imports.values().map(|import| Import {
        parent: import.parent.map(Id::index),
        name: import.name.to_string(),
        kind: import_kind(&import.kind, boundary),
        implements: import.implements.as_deref().map(str::to_owned),
        external_id: import.external_id.as_deref().map(str::to_owned),
    });
    imports.collect()
}

fn import_kind(kind: &dfg::ImportKind, boundary: &Boundary) -> ImportKind {
    let kind_name = |item: &ModuleItem| item.kind.name().to_owned();
    match kind {
        dfg::ImportKind::Instance => ImportKind::Instance,
        dfg::ImportKind::Func(ty) => ImportKind::Func { function: boundary.function(*ty) },
        dfg::ImportKind::Module { imports, exports } => {
            let imports = imports.iter().map(|i| (i.module.to_string(), i.name.to_string(), kind_name(i)));
            let exports = exports.iter().map(|e| (e.name.to_string(), kind_name(e)));
            ImportKind::Module { imports: imports.collect(), exports: exports.collect() }
        }
        dfg::ImportKind::Resource(id) => ImportKind::Resource { resource: id.index() },
        dfg::ImportKind::Type(ty) => ImportKind::Type { ty: ty.map(|ty| boundary.ty(ty)) },
    }
}

/// [`super::Plan::adapters`]
pub(super) fn adapters(dfg: &Dfg<'_>) -> Vec<Adapter> {
    let instance = |options| dfg.options[options].instance.index();
    let adapters = dfg.adapters.iter().map(|(_, adapter)| Adapter {
        name: adapter.name.to_string(),
        caller: instance(adapter.lower),
        callee: instance(adapter.callee.options),
    });
    adapters.collect()
}
