//! Exported functions, with dynamic values or with Rust types.

use super::call;
use super::component::ItemIndex;
use super::instance::{ensure_store, function_type};
use super::state::{RootId, StoreId};
use super::store::{AsContext, AsContextMut};
use super::typed::{Lift, LiftList, Lower, LowerList};
use super::types::ComponentFunc;
use super::val::Val;
use anyhow::{Context as _, Result, ensure};
use std::fmt;
use std::marker::PhantomData;

/// An exported function. A number into its store; copies are the same function.
#[derive(Clone, Copy, Debug)]
pub struct Func {
    pub(crate) store: StoreId,
    pub(crate) root: RootId,
    pub(crate) item: ItemIndex,
}

impl Func {
    /// The type.
    ///
    /// # Errors
    /// Where the function belongs to another store.
    pub fn ty(&self, store: impl AsContext) -> Result<ComponentFunc> {
        let state = store.as_context().state();
        ensure_store(self.store, state.id)?;
        function_type(&state.instances[self.root], self.item)
    }

    /// Calls the function. `results` must be as long as the function has results: none or one.
    ///
    /// # Errors
    /// Where the values do not have the function's types: then no guest code ran. Where the guest trapped, which
    /// ends its component; then the error holds a [`Trap`](super::Trap).
    pub fn call(&self, mut store: impl AsContextMut, params: &[Val], results: &mut [Val]) -> Result<()> {
        let ty = self.ty(store.as_context_mut())?;
        let (wanted, has) = (ty.params().len(), ty.results().len());
        ensure!(params.len() == wanted, "the function has {wanted} parameters, {} are given", params.len());
        ensure!(results.len() == has, "the function has {has} results, there is room for {}", results.len());
        for ((name, ty), value) in ty.params().zip(params) {
            value.check(&ty).with_context(|| format!("in parameter `{name}`"))?;
        }
        let mut store = store.as_context_mut();
        let values = call::call_export(
            store.core_mut(),
            self.root,
            self.item,
            |cx, parts| parts.iter().zip(params).try_for_each(|(&(ty, at), value)| value.lower(cx, ty, at)),
            |cx, parts| parts.iter().map(|&(ty, at)| Val::lift(cx, ty, at)).collect::<Result<Vec<_>>>(),
        )?;
        for (slot, value) in results.iter_mut().zip(values) {
            *slot = value;
        }
        Ok(())
    }

    /// The same function with Rust types: a tuple of parameters and `()` or `(R,)`.
    ///
    /// # Errors
    /// Where its types are others.
    pub fn typed<Params, Return>(&self, store: impl AsContext) -> Result<TypedFunc<Params, Return>>
    where
        Params: LowerList,
        Return: LiftList,
    {
        let ty = self.ty(store)?;
        let params: Vec<_> = ty.params().map(|(_, ty)| ty).collect();
        Params::typecheck_list(&params).context("in the parameters")?;
        Return::typecheck_list(&ty.results().collect::<Vec<_>>()).context("in the result")?;
        Ok(TypedFunc { func: *self, types: PhantomData })
    }
}

/// An exported function with Rust types, which were compared with the component's.
pub struct TypedFunc<Params, Return> {
    func: Func,
    types: PhantomData<fn(Params) -> Return>,
}

impl<Params: LowerList, Return: LiftList> TypedFunc<Params, Return> {
    /// The function without types.
    pub fn func(&self) -> &Func {
        &self.func
    }

    /// Calls the function; post-return runs before this returns.
    ///
    /// # Errors
    /// Where the guest trapped, which ends its component; then the error holds a [`Trap`](super::Trap).
    pub fn call(&self, mut store: impl AsContextMut, params: Params) -> Result<Return> {
        let mut store = store.as_context_mut();
        ensure_store(self.func.store, store.core().state().id)?;
        call::call_export(
            store.core_mut(),
            self.func.root,
            self.func.item,
            |cx, parts| params.lower_list(cx, parts),
            |cx, parts| Return::lift_list(cx, parts),
        )
    }
}

impl<Params, Return> Clone for TypedFunc<Params, Return> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Params, Return> Copy for TypedFunc<Params, Return> {}

impl<Params, Return> fmt::Debug for TypedFunc<Params, Return> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedFunc").field(&self.func).finish()
    }
}
