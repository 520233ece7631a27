//! Adapters that would do nothing observable: callers get the callee itself.
//!
//! That is so if both sides have the same core signature, whatever bits a flat value has are valid and stay as
//! they are, and none of the steps around the call exists.

use super::needs::{self, Needs};
use super::signature::{Context, Signature};
use super::translate;
use crate::abi::layout::parts;
use crate::abi::types::{TypeDef, TypeId};
use crate::dfg::{Adapter, AdapterId, CoreDef, Dfg};
use crate::id::IdVec;

/// For each adapter the core function that can take its place, if one can. It is never such an adapter itself.
pub(super) fn elide(dfg: &Dfg<'_>, needs: &Needs) -> IdVec<AdapterId, Option<CoreDef>> {
    let mut direct: IdVec<AdapterId, Option<CoreDef>> = IdVec::new();
    for (_, adapter) in dfg.adapters.iter() {
        let target = does_nothing(dfg, needs, adapter).then(|| match &adapter.callee.callee {
            // A callee was interned before its caller, so its own fate is known.
            CoreDef::Adapter(id) => direct[*id].clone().unwrap_or(CoreDef::Adapter(*id)),
            def => def.clone(),
        });
        direct.push(target);
    }
    direct
}

fn does_nothing(dfg: &Dfg<'_>, needs: &Needs, adapter: &Adapter) -> bool {
    let (lower, lift) = (&dfg.options[adapter.lower], &dfg.options[adapter.callee.options]);
    let lower_signature = Signature::new(dfg, adapter.callee.ty, lower, Context::Lower);
    let lift_signature = Signature::new(dfg, adapter.callee.ty, lift, Context::Lift);
    let ty = dfg.types.func(adapter.callee.ty);
    needs::may_enter(dfg, adapter)
        && !needs.instances[lower.instance].may_leave
        && needs.instances[lift.instance].context.is_none()
        && !dfg.instances[lift.instance].may_throw
        && !needs.tasks.instances[lift.instance].observes
        && lift.post_return.is_none()
        && !(lift.is_async || lower.is_async || ty.is_async)
        && lower_signature == lift_signature
        && !lower_signature.params_spill
        && !lower_signature.result_spills
        && ty.params.iter().map(|param| param.ty).chain(ty.result).all(|ty| is_unchanged(dfg, ty))
}

/// Whether the flat values of `ty`, of which there are few, pass as they are.
fn is_unchanged(dfg: &Dfg<'_>, ty: TypeId) -> bool {
    let def = dfg.types.def(ty);
    match def {
        TypeDef::Record(_) | TypeDef::Tuple(_) | TypeDef::FixedList(..) => {
            parts(def).into_iter().all(|part| is_unchanged(dfg, part))
        }
        scalar => translate::is_any_bits(scalar),
    }
}
