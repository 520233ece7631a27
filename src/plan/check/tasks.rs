//! Checks what is about tasks: built-ins, asynchronous calls, copiers.

use super::{index, replay, types};
use crate::abi::built_in::{BuiltIn, Subject};
use crate::plan::{Copier, Plan, Trampoline, TransferKind, TypeKind};
use anyhow::{Context, Result, ensure};

/// The options that a trampoline names.
pub(super) fn options_of(trampoline: &Trampoline) -> impl Iterator<Item = usize> {
    let options = match *trampoline {
        Trampoline::LowerImport { options, .. } => [Some(options), None],
        Trampoline::BuiltIn { options, .. } => [options, None],
        Trampoline::StartCall { lift, options, .. } => [Some(lift), Some(options)],
        Trampoline::DropHostResource { .. }
        | Trampoline::Wait
        | Trampoline::Resumed { .. }
        | Trampoline::TaskCode
        | Trampoline::TaskExit
        | Trampoline::TaskCheck
        | Trampoline::TaskReturned { .. }
        | Trampoline::EnterSync { .. }
        | Trampoline::ExitSync
        | Trampoline::Transfer { .. } => [None, None],
    };
    options.into_iter().flatten()
}

/// Whether a trampoline exists and may block its caller.
pub(super) fn may_block(plan: &Plan, trampoline: usize) -> bool {
    match plan.trampolines.get(trampoline) {
        Some(Trampoline::LowerImport { function, options, .. }) => {
            let is_async = plan.functions.get(*function).is_some_and(|function| function.is_async);
            is_async && !plan.options.get(*options).is_some_and(|options| options.is_async)
        }
        Some(Trampoline::BuiltIn { name, is_async, .. }) => {
            BuiltIn::from_name(name).is_some_and(|built_in| built_in.may_block(*is_async))
        }
        _ => false,
    }
}

/// The table that a trampoline names.
pub(super) fn table_of(trampoline: &Trampoline) -> Option<usize> {
    match *trampoline {
        Trampoline::BuiltIn { table, .. } => table,
        _ => None,
    }
}

/// Checks a trampoline that is about tasks.
pub(super) fn trampoline(plan: &Plan, types: &types::Boundary, trampoline: &Trampoline) -> Result<()> {
    let instance = |at: usize| index("instance", at, plan.instances.len());
    match trampoline {
        Trampoline::BuiltIn { .. } => built_in(plan, types, trampoline),
        Trampoline::Resumed { result } | Trampoline::TaskReturned { result } => {
            let known = result.as_deref().is_none_or(|ty| matches!(ty, "i32" | "i64" | "f32" | "f64"));
            ensure!(known, "result: {result:?} is no core type");
            Ok(())
        }
        Trampoline::StartCall { adapter, function, lift, options, .. } => {
            index("adapter", *adapter, plan.adapters.len())?;
            index("function", *function, plan.functions.len())?;
            ensure!(plan.functions[*function].is_async, "function {function} is not async");
            for at in [*lift, *options] {
                index("options", at, plan.options.len())?;
            }
            types.lower_has_what_it_needs(*function, &plan.options[*options])?;
            types.lift_has_what_it_needs(*function, &plan.options[*lift])
        }
        Trampoline::EnterSync { instance: at, adapter } => {
            instance(*at)?;
            adapter.map_or(Ok(()), |adapter| index("adapter", adapter, plan.adapters.len()))
        }
        Trampoline::Transfer { kind, ty, from, to } => {
            instance(*from)?;
            instance(*to)?;
            transferred(plan, *kind, *ty)
        }
        Trampoline::Wait | Trampoline::TaskCode | Trampoline::TaskExit => Ok(()),
        Trampoline::TaskCheck | Trampoline::ExitSync => Ok(()),
        Trampoline::LowerImport { .. } | Trampoline::DropHostResource { .. } => Ok(()),
    }
}

fn transferred(plan: &Plan, kind: TransferKind, ty: Option<usize>) -> Result<()> {
    let found =
        ty.map(|ty| plan.types.get(ty).map(|ty| &ty.kind).context("type: it does not exist")).transpose()?;
    let fits = match kind {
        TransferKind::Stream => matches!(found, Some(TypeKind::Stream { .. })),
        TransferKind::Future => matches!(found, Some(TypeKind::Future { .. })),
        TransferKind::ErrorContext => found.is_none(),
    };
    ensure!(fits, "type: it is not what is passed");
    Ok(())
}

fn built_in(plan: &Plan, types: &types::Boundary, trampoline: &Trampoline) -> Result<()> {
    let Trampoline::BuiltIn { name, instance, ty, options, is_async: _, table, start } = trampoline else {
        return Ok(());
    };
    let known = BuiltIn::from_name(name).with_context(|| format!("name: {name:?} is not known"))?;
    index("instance", *instance, plan.instances.len())?;
    ty.map_or(Ok(()), |ty| index("type", ty, plan.types.len()))?;
    options.map_or(Ok(()), |options| index("options", options, plan.options.len()))?;
    let kind = ty.map(|ty| &plan.types[ty].kind);
    let is_end = match name.split('.').next() {
        Some("stream") => matches!(kind, Some(TypeKind::Stream { .. })),
        Some("future") => matches!(kind, Some(TypeKind::Future { .. })),
        _ => kind.is_none() || known.subject() == Subject::Result,
    };
    ensure!(is_end, "type: it is not what {name} is about");
    let is_thread = known == BuiltIn::ThreadNewIndirect;
    ensure!(table.is_some() == is_thread, "table: thread.new-indirect has one, others have none");
    let start = start.as_deref();
    let starts = if is_thread { matches!(start, Some("i32" | "i64")) } else { start.is_none() };
    ensure!(starts, "start: {start:?} is not what a thread's start function takes");
    let options = options.map(|options| &plan.options[options]);
    match (known, known.subject(), kind) {
        (BuiltIn::WaitableSetWait | BuiltIn::WaitableSetPoll | BuiltIn::ErrorContextNew, _, _) => {
            types::has(options, true, false)
        }
        (BuiltIn::ErrorContextDebugMessage, _, _) => types::has(options, true, true),
        (_, Subject::Result, _) => {
            ensure!(options.is_some(), "options: there must be some");
            types.result_has_what_it_needs(*ty, options)
        }
        (
            _,
            Subject::Read | Subject::Write,
            Some(TypeKind::Stream { element } | TypeKind::Future { element }),
        ) => {
            ensure!(options.is_some(), "options: there must be some");
            let lowers_pointer =
                known.subject() == Subject::Read && element.is_some_and(|ty| types.has_pointer(ty));
            types::has(options, element.is_some(), lowers_pointer)
        }
        _ => Ok(()),
    }
}

/// Checks a copier.
pub(super) fn copier(plan: &Plan, copier: &Copier, made: &replay::Made) -> Result<()> {
    index("type", copier.ty, plan.types.len())?;
    for options in [copier.from, copier.to] {
        index("options", options, plan.options.len())?;
        ensure!(plan.options[options].memory.is_some(), "options {options} name no memory");
    }
    replay::core_def(plan, &copier.func, made)
}
