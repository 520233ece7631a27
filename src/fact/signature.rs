//! Core signatures of both sides of a call.
//!
//! Spec: `flatten_functype`.

use super::module::CoreType;
use crate::abi::types::{FuncTypeId, TypeId};
use crate::abi::{FlatType, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, PointerWidth};
use crate::dfg::Dfg;

/// Which side of a call a signature is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// The callee's: a result that does not fit on the stack is returned as a pointer.
    Lift,
    /// The caller's: it passes a pointer to where such a result goes.
    Lower,
}

/// The core signature of a synchronous lift or lower.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Signature {
    /// Types of the parameters.
    pub(super) params: Vec<FlatType>,
    /// Types of the results: at most one.
    pub(super) results: Vec<FlatType>,
    /// The only parameter for values is a pointer to them.
    pub(super) params_spill: bool,
    /// The result is in memory. The last parameter of a lower, and the result of a lift, points to it.
    pub(super) result_spills: bool,
}

impl Signature {
    /// The signature of a function type with pointers of `width`.
    pub(super) fn new(dfg: &Dfg<'_>, ty: FuncTypeId, width: PointerWidth, context: Context) -> Signature {
        let ty = dfg.types.func(ty);
        let params = flatten(dfg, ty.params.iter().map(|param| param.ty), width, MAX_FLAT_PARAMS);
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
