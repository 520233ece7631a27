//! The functions of one adapter of an asynchronous function, whose task the host's scheduler runs.
//!
//! The caller calls the first: it asks the host to start the call and passes it the other two. `body` is the code of
//! the callee's task, which the host runs on a stack of its own, at once or when the callee takes calls again: it
//! translates the parameters, calls the callee and, if that is lifted synchronously, translates its result. Otherwise
//! the callee gives its result to `task.return`, in which the host calls `return` to translate it.
//!
//! A caller that lowered synchronously waits in the first function, on its own stack, which holds no frame of host
//! code then. One that lowered asynchronously may have to give way there to a thread of the callee's instance that is
//! about to make room for the call. The callee's context slots are set to zero before it is called, as for any new
//! thread; what was there before comes back when that stops, which is the host's matter. Parameters are read when the call begins, not when it was asked for.
//!
//! Spec: `canon_lower`, `canon_lift`, `canon_task_return`.

use super::TaskFunction;
use super::adapter::{self, Call, Given};
use super::body::{Body, Callee};
use super::borrows::Scopes;
use super::func::{FuncBuilder, Local};
use super::module::{CoreType, FunctionId, ModuleBuilder, export_name};
use super::needs;
use super::runtime::names;
use super::signature::task_result;
use crate::abi::{FlatType, Trap};
use crate::dfg::AdapterId;
use wasm_encoder::{HeapType, RefType, ValType};

/// Compiles the function that the caller calls, and adds the others.
pub(super) fn compile(module: &mut ModuleBuilder<'_>, id: AdapterId) -> Body {
    let call = Call::new(module, id);
    let dfg = module.dfg;
    if !needs::may_enter(dfg, call.adapter) {
        let mut f = FuncBuilder::new(module, &call.lower.params, Some(id));
        f.check_may_leave(call.caller.instance);
        f.trap(Trap::CannotEnter);
        return f.finish();
    }
    let body = add_body(module, &call, id);
    let give = (call.lift_options.is_async && call.result.is_some()).then(|| add_return(module, &call, id));

    let mut f = FuncBuilder::new(module, &call.lower.params, Some(id));
    f.check_may_leave(call.caller.instance);
    f.params().into_iter().for_each(|param| f.get(param));
    f.ref_func(Callee::Defined(body));
    match give {
        Some(give) => f.ref_func(Callee::Defined(give)),
        None => _ = f.ins().ref_null(HeapType::FUNC),
    }
    let start = call.lower.core_type().and_params([ValType::Ref(RefType::FUNCREF); 2]);
    let start = f.module.task_function(TaskFunction::StartCall(id), start);
    f.call(start);
    wait(&mut f, call.lower.results.first().copied());
    f.finish()
}

/// Waits if the host said that the call must; the result of `ty` is on the stack before and after.
fn wait(f: &mut FuncBuilder<'_, '_>, ty: Option<FlatType>) {
    f.scope(|f| {
        let result = ty.map(|ty| f.pop(ty));
        let blocked = f.module.imports.global(names::BLOCKED, FlatType::I32);
        f.ins().global_get(blocked);
        f.if_(|f| {
            f.ins().i32_const(0).global_set(blocked);
            f.call_task(TaskFunction::Wait, &[]);
            let results: Vec<FlatType> = ty.into_iter().collect();
            let resumed = f.module.task_function(TaskFunction::Resumed(ty), CoreType::new(&[], &results));
            f.call(resumed);
            result.into_iter().for_each(|result| f.set(result));
        });
        result.into_iter().for_each(|result| f.get(result));
    });
}

/// Adds the code of the callee's task: `(the caller's flat parameters, scopes)`.
fn add_body(module: &mut ModuleBuilder<'_>, call: &Call<'_>, id: AdapterId) -> FunctionId {
    let lower = &call.lower.params;
    let mut params = lower.clone();
    params.extend(std::iter::repeat_n(FlatType::I32, call.borrows.scopes()));
    let (export, name) = names_of(module, id, "body");
    let function = module.export(export, CoreType::new(&params, &[]), name);

    let mut f = FuncBuilder::new(module, &params, Some(id));
    call.add_barrier(&mut f);
    f.borrows = call.borrows;
    f.scopes = Scopes::new(&f.params()[lower.len()..]);
    f.scope(|f| {
        call.emit_params(f);
        let results = call.emit_call(f);
        match (call.lift_options.is_async, &results[..]) {
            (false, results) => emit_return_of_sync(f, call, results),
            (true, [code]) => {
                f.get(*code);
                f.call_task(TaskFunction::TaskCode, &[FlatType::I32]);
            }
            (true, _) => f.call_task(TaskFunction::TaskExit, &[]),
        }
    });
    let body = f.finish();
    module.define(function, body);
    function
}

/// What follows the call of a callee that is lifted synchronously. The host ends the scope of borrows, which it made.
fn emit_return_of_sync(f: &mut FuncBuilder<'_, '_>, call: &Call<'_>, results: &[Local]) {
    f.call_task(TaskFunction::TaskCheck, &[]);
    let pointer = call.lower.result_spills.then(|| f.param(call.lower.params.len() - 1));
    call.emit_result(f, &Given { from: results, spills: call.lift.result_spills, pointer });
    let returned: Vec<FlatType> = flat_result(call).into_iter().collect();
    f.call_task(TaskFunction::TaskReturned(flat_result(call)), &returned);
    call.emit_post_return(f, results);
    f.call_task(TaskFunction::TaskExit, &[]);
}

/// Adds the function that `task.return` calls: `(its parameters, the caller's result pointer)`.
fn add_return(module: &mut ModuleBuilder<'_>, call: &Call<'_>, id: AdapterId) -> FunctionId {
    let pointer = call.lift_options.pointer;
    let flat = task_result(module.dfg, call.result, pointer);
    let spills = flat.is_none();
    let mut params = flat.unwrap_or_else(|| vec![pointer.flat()]);
    let given = params.len();
    params.extend(call.lower.result_spills.then(|| call.lower_options.pointer.flat()));
    let results: Vec<FlatType> = flat_result(call).into_iter().collect();
    let (export, name) = names_of(module, id, "return");
    let function = module.export(export, CoreType::new(&params, &results), name);

    let mut f = FuncBuilder::new(module, &params, Some(id));
    call.add_barrier(&mut f);
    let locals = f.params();
    let (from, pointer) = (&locals[..given], locals.get(given).copied());
    f.scope(|f| call.emit_result(f, &Given { from, spills, pointer }));
    let body = f.finish();
    module.define(function, body);
    function
}

/// The caller's flat result: an asynchronous caller's is a status, and its result is always in memory.
fn flat_result(call: &Call<'_>) -> Option<FlatType> {
    call.lower.results.first().copied().filter(|_| !call.lower_options.is_async)
}

/// Name of the export, and name for the name section.
fn names_of(module: &ModuleBuilder<'_>, id: AdapterId, part: &str) -> (String, String) {
    (format!("{}.{part}", export_name(id)), format!("{part} of {}", adapter::name(module.dfg, id)))
}
