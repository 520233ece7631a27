//! Core signatures of both sides of a call.
//!
//! Spec: `flatten_functype`.

use super::module::CoreType;
use crate::abi::built_in::BuiltInOperands;
use crate::abi::types::{FuncTypeId, TypeId};
use crate::abi::{FlatType, MAX_FLAT_ASYNC_PARAMS, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, PointerWidth};
use crate::dfg::{BuiltInUse, Dfg, Options, Trampoline};

/// Which side of a call a signature is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// The callee's: a result that does not fit on the stack is returned as a pointer.
    Lift,
    /// The caller's: it passes a pointer to where such a result goes.
    Lower,
}

/// The core signature of a lift or lower.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Signature {
    /// Types of the parameters.
    pub(super) params: Vec<FlatType>,
    /// Types of the results: at most one.
    pub(super) results: Vec<FlatType>,
    /// The only parameter for values is a pointer to them.
    pub(super) params_spill: bool,
    /// The result is in memory. The last parameter of a lower, and the result of a lift, points to it. The result of
    /// an asynchronous lift is no matter of its signature: it is passed to `task.return`.
    pub(super) result_spills: bool,
}

impl Signature {
    /// The signature of a function type that is lifted or lowered with `options`.
    pub(super) fn new(dfg: &Dfg<'_>, ty: FuncTypeId, options: &Options, context: Context) -> Signature {
        let ty = dfg.types.func(ty);
        let width = options.pointer;
        let max_params = match (options.is_async, context) {
            (true, Context::Lower) => MAX_FLAT_ASYNC_PARAMS,
            (true, Context::Lift) | (false, _) => MAX_FLAT_PARAMS,
        };
        let params = flatten(dfg, ty.params.iter().map(|param| param.ty), width, max_params);
        if options.is_async {
            let mut signature = Signature {
                params_spill: params.is_none(),
                result_spills: context == Context::Lower && ty.result.is_some(),
                params: params.unwrap_or_else(|| vec![width.flat()]),
                // The status of the subtask, or what the callback would return.
                results: vec![FlatType::I32],
            };
            match context {
                Context::Lower if signature.result_spills => signature.params.push(width.flat()),
                Context::Lift if options.callback.is_none() => signature.results.clear(),
                Context::Lower | Context::Lift => {}
            }
            return signature;
        }
        let results = flatten(dfg, ty.result.into_iter(), width, MAX_FLAT_RESULTS);
        let mut signature = Signature {
            params_spill: params.is_none(),
            result_spills: results.is_none(),
            params: params.unwrap_or_else(|| vec![width.flat()]),
            results: results.unwrap_or_default(),
        };
        if signature.result_spills {
            match context {
                Context::Lift => signature.results.push(width.flat()),
                Context::Lower => signature.params.push(width.flat()),
            }
        }
        signature
    }

    /// The core function type.
    pub(super) fn core_type(&self) -> CoreType {
        CoreType::new(&self.params, &self.results)
    }
}

/// Parameters and results of a trampoline as guests call it.
pub(super) fn trampoline(dfg: &Dfg<'_>, trampoline: &Trampoline) -> (Vec<FlatType>, Vec<FlatType>) {
    let rep = |resource: &crate::abi::types::ResourceId| match &dfg.resources[*resource] {
        crate::dfg::Resource::Imported(_) => FlatType::I32,
        crate::dfg::Resource::Defined { rep, .. } => *rep,
    };
    match trampoline {
        Trampoline::LowerImport { ty, options, .. } => {
            let signature = Signature::new(dfg, *ty, &dfg.options[*options], Context::Lower);
            (signature.params, signature.results)
        }
        Trampoline::ResourceNew { resource, .. } => (vec![rep(resource)], vec![FlatType::I32]),
        Trampoline::ResourceRep { resource, .. } => (vec![FlatType::I32], vec![rep(resource)]),
        Trampoline::ResourceDrop { .. } => (vec![FlatType::I32], vec![]),
        Trampoline::ContextGet { ty, .. } => (vec![], vec![*ty]),
        Trampoline::ContextSet { ty, .. } => (vec![*ty], vec![]),
        Trampoline::BuiltIn(used) => built_in(dfg, used),
    }
}

fn built_in(dfg: &Dfg<'_>, used: &BuiltInUse) -> (Vec<FlatType>, Vec<FlatType>) {
    let pointer = used.options.map(|options| dfg.options[options].pointer).unwrap_or_default();
    let result = match used.built_in {
        crate::abi::BuiltIn::TaskReturn => used.ty,
        _ => None,
    };
    used.built_in.signature(&BuiltInOperands {
        pointer,
        table_index: used.thread.map(|start| start.table_index).unwrap_or_default(),
        thread_context: used.thread.map(|start| start.context),
        task_result: task_result(dfg, result, pointer).unwrap_or_else(|| vec![pointer.flat()]),
    })
}

/// The flat parameters of `task.return` for a result, or nothing where it is in memory instead.
pub(super) fn task_result(
    dfg: &Dfg<'_>,
    result: Option<TypeId>,
    pointer: PointerWidth,
) -> Option<Vec<FlatType>> {
    flatten(dfg, result.into_iter(), pointer, MAX_FLAT_PARAMS)
}

/// Flat types of several values, or nothing where there are more than `max`.
fn flatten(
    dfg: &Dfg<'_>,
    types: impl Iterator<Item = TypeId>,
    width: PointerWidth,
    max: usize,
) -> Option<Vec<FlatType>> {
    let mut all = Vec::new();
    for ty in types {
        all.extend_from_slice(dfg.types.layout(ty).form(width).flat.as_ref()?);
        if all.len() > max {
            return None;
        }
    }
    Some(all)
}
