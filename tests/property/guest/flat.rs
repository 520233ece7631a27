//! Core types of functions: what of their parameters and results travels on the stack.

use crate::draw::Signature;
use crate::model::{Flat, Ty, flatten_types, is_spilled};

/// Core parameters of the lifted function, and what it gives: results, or what `task.return` is called with.
pub(crate) fn lifted(signature: &Signature) -> (Vec<Flat>, Vec<Flat>) {
    let (ptr_type, limits) = (signature.callee.ptr_type, signature.callee_limits());
    let spilled_or = |ts: &[Ty], max| match is_spilled(ts, max, ptr_type) {
        true => vec![ptr_type.flat()],
        false => flatten_types(ts, ptr_type),
    };
    (spilled_or(&signature.params, limits.params), spilled_or(&signature.results(), limits.results))
}

/// Core parameters and results of the lowered function.
pub(crate) fn lowered(signature: &Signature) -> (Vec<Flat>, Vec<Flat>) {
    let (ptr_type, limits) = (signature.caller.ptr_type, signature.caller_limits());
    let result = signature.results();
    let mut params = match is_spilled(&signature.params, limits.params, ptr_type) {
        true => vec![ptr_type.flat()],
        false => flatten_types(&signature.params, ptr_type),
    };
    let is_result_spilled = is_spilled(&result, limits.results, ptr_type);
    params.extend(is_result_spilled.then_some(ptr_type.flat()));
    let results = match is_result_spilled {
        // The status of the call.
        _ if signature.is_lowered_async() => vec![Flat::I32],
        true => vec![],
        false => flatten_types(&result, ptr_type),
    };
    (params, results)
}
