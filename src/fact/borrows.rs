//! What a call does about the borrows among its parameters.
//!
//! Spec: `lift_borrow`, `lower_borrow`; `Task.num_borrows`, `Subtask.lenders`.

use super::func::Local;
use super::translate;
use crate::abi::layout::parts;
use crate::abi::types::{TypeDef, TypeId};
use crate::dfg::{AdapterId, Dfg, InstanceId};
use std::collections::HashSet;

/// How a call deals with the borrows among its parameters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Borrows {
    /// The call has a scope of the runtime, since borrows are made or lent in it.
    pub(super) scoped: bool,
    /// Handles are lent, that is counted, since something could take one of them before the call ends.
    pub(super) counted: bool,
    /// There are two scopes: handles stay lent until the caller knows of the result, borrows end with the task.
    pub(super) split: bool,
}

/// The scopes of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scopes {
    /// Handles are lent to this one.
    pub(super) lend: Local,
    /// Borrows are made for this one.
    pub(super) borrow: Local,
}

impl Borrows {
    /// How many scopes a function is passed.
    pub(super) fn scopes(self) -> usize {
        usize::from(self.scoped) + usize::from(self.scoped && self.split)
    }
}

impl Scopes {
    /// The scopes in these locals: none, both in one, or one each.
    pub(super) fn new(locals: &[Local]) -> Option<Scopes> {
        let (&lend, &borrow) = (locals.first()?, locals.last()?);
        Some(Scopes { lend, borrow })
    }
}

/// Whether a call through an adapter has scopes for borrows.
pub(super) fn is_scoped(dfg: &Dfg<'_>, id: AdapterId) -> bool {
    let adapter = &dfg.adapters[id];
    let ty = dfg.types.func(adapter.callee.ty);
    let params: Vec<TypeId> = ty.params.iter().map(|param| param.ty).collect();
    of(dfg, &params, dfg.options[adapter.callee.options].instance, ty.is_async).scoped
}

/// How a call with these parameters deals with borrows.
///
/// Lending is counted so that a handle cannot be dropped or moved while it is lent. During a synchronous call
/// nothing of the caller runs that could do so, so only an own among the same parameters makes a difference. A
/// scope is needed for that, and for borrows that become handles of the callee. While an asynchronous call runs, the
/// caller may do anything; and its scopes are the host's, which keeps them as long as it must.
pub(super) fn of(dfg: &Dfg<'_>, params: &[TypeId], callee: InstanceId, is_async: bool) -> Borrows {
    let (mut has_own, mut has_borrow, mut makes_borrow) = (false, false, false);
    let mut seen = HashSet::new();
    let mut pending = params.to_vec();
    while let Some(ty) = pending.pop() {
        if !dfg.types.layout(ty).has_handle || !seen.insert(ty) {
            continue;
        }
        match dfg.types.def(ty) {
            TypeDef::Own(_) => has_own = true,
            TypeDef::Borrow(resource) => {
                has_borrow = true;
                makes_borrow |= !translate::defines(dfg, callee, *resource);
            }
            def => pending.extend(parts(def)),
        }
    }
    let counted = has_borrow && (has_own || is_async);
    Borrows { scoped: counted || makes_borrow, counted, split: is_async }
}
