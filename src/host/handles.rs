//! Handles between the host and a guest's handle table, which is in the runtime module.
//!
//! The host plays the part of one more component instance, whose table is [`super::handle_slots`]. Spec:
//! `CanonicalABI.md`, "Loading" and "Storing" (`lift_own`, `lift_borrow`, `lower_own`, `lower_borrow`).

use super::call_context::{CallContext, Place};
use super::engine::{Func, Global, Memory};
use super::error::{ensure_or_trap, explain};
use super::resource::ResourceType;
use crate::abi::types::ResourceId;
use crate::id::Id;
use crate::plan;
use anyhow::{Context as _, Result};

/// The runtime module's exports that the host uses.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeItems {
    /// `trap_code`, `trap_arg`, `trap_site`.
    pub(crate) trap: [Global; 3],
    /// The handle functions, where any instance has a table.
    pub(crate) handles: Option<HandleFuncs>,
}

/// The runtime module's handle functions. Pairs are for reps that are i32 and i64.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HandleFuncs {
    pub(crate) new_own: [Option<Func>; 2],
    pub(crate) new_borrow: [Option<Func>; 2],
    pub(crate) take_own: [Option<Func>; 2],
    pub(crate) lend: [Option<Func>; 2],
    pub(crate) enter_scope: Func,
    pub(crate) leave_scope: Func,
    pub(crate) count: Func,
    /// What the tables are in.
    pub(crate) memory: Option<Memory>,
}

/// Fewest bytes of the tables' memory that a handle takes.
const SMALLEST_ENTRY: u64 = 16;

/// The host's number as a site: messages name no adapter then.
const HOST_SITE: u64 = 0;

impl CallContext<'_> {
    /// Takes an owning handle from the guest; the result is the resource's rep.
    pub(crate) fn lift_own(&mut self, resource: ResourceId, at: Place) -> Result<u64> {
        let handle = self.get_handle(at)?;
        if self.scratch.is_some() {
            return self.scratch_rep(handle);
        }
        let func = self.handle_func(resource, |funcs| funcs.take_own)?;
        self.call_handles(func, &[self.table()?, resource.index() as u64, handle, HOST_SITE])
    }

    /// Borrows a resource from the guest for the rest of the call; the result is its rep.
    pub(crate) fn lift_borrow(&mut self, resource: ResourceId, at: Place) -> Result<u64> {
        let handle = self.get_handle(at)?;
        if self.scratch.is_some() {
            return self.scratch_rep(handle);
        }
        let scope = self.scope.context("the plan has a borrow where no call can end; it is damaged")?;
        let func = self.handle_func(resource, |funcs| funcs.lend)?;
        self.call_handles(func, &[self.table()?, resource.index() as u64, handle, scope, HOST_SITE])
    }

    /// Gives the guest an owning handle.
    pub(crate) fn lower_own(&mut self, resource: ResourceId, rep: u64, at: Place) -> Result<()> {
        let handle = match self.scratch.is_some() {
            true => self.new_scratch_handle(rep),
            false => {
                let func = self.handle_func(resource, |funcs| funcs.new_own)?;
                self.call_handles(func, &[self.table()?, resource.index() as u64, rep])?
            }
        };
        self.put(at, handle, 4)
    }

    /// Lends the guest a resource until the call ends. The instance that defines it gets the rep itself.
    pub(crate) fn lower_borrow(&mut self, resource: ResourceId, rep: u64, at: Place) -> Result<()> {
        if self.scratch.is_some() {
            let handle = self.new_scratch_handle(rep);
            return self.put(at, handle, 4);
        }
        if self.defined_here(resource)? {
            return self.put(at, rep, 4);
        }
        let scope = self.scope.context("the plan has a borrow where no call can end; it is damaged")?;
        let func = self.handle_func(resource, |funcs| funcs.new_borrow)?;
        let handle = self.call_handles(func, &[self.table()?, resource.index() as u64, rep, scope])?;
        self.put(at, handle, 4)
    }

    /// The type of a resource of the plan in this store.
    pub(crate) fn resource_type(&self, resource: ResourceId) -> Result<&ResourceType> {
        self.resources.get(resource.index()).context("the plan has no such resource")
    }

    fn get_handle(&self, at: Place) -> Result<u64> {
        Ok(u64::from(self.get(at, 4)? as u32))
    }

    fn new_scratch_handle(&mut self, rep: u64) -> u64 {
        let reps = &mut self.scratch.get_or_insert_default().reps;
        reps.push(rep);
        reps.len() as u64 - 1
    }

    fn scratch_rep(&self, handle: u64) -> Result<u64> {
        let reps = self.scratch.as_ref().map(|scratch| &scratch.reps[..]).unwrap_or_default();
        let rep = usize::try_from(handle).ok().and_then(|handle| reps.get(handle).copied());
        rep.context("a handle of a call between host functions is lost")
    }

    fn table(&self) -> Result<u64> {
        let table = self.boundary.table.context("the plan gives an instance with handles no table")?;
        Ok(u64::from(table))
    }

    fn instance(&self) -> &super::instance::RootInstance {
        &self.core.state().instances[self.boundary.root]
    }

    /// Whether the instance at this boundary defines the resource.
    pub(crate) fn defined_here(&self, resource: ResourceId) -> Result<bool> {
        let resources = &self.instance().component.plan().resources;
        Ok(match resources.get(resource.index()).context("the plan has no such resource")? {
            plan::Resource::Defined { instance, .. } => *instance == self.boundary.instance,
            plan::Resource::Imported { .. } => false,
        })
    }

    /// The handle function for the width of this resource's reps.
    fn handle_func(&self, resource: ResourceId, pick: fn(&HandleFuncs) -> [Option<Func>; 2]) -> Result<Func> {
        let instance = self.instance();
        let is_wide = match instance.component.plan().resources.get(resource.index()) {
            Some(plan::Resource::Defined { rep, .. }) => rep == "i64",
            Some(plan::Resource::Imported { .. }) | None => false,
        };
        let funcs = instance.handle_funcs()?;
        pick(funcs)[usize::from(is_wide)].context("the runtime module lacks a handle function")
    }

    fn call_handles(&mut self, func: Func, params: &[u64]) -> Result<u64> {
        let mut result = [0];
        let called = func.call(&mut self.core, params, &mut result);
        called.map_err(|error| explain(&mut self.core, self.boundary.root, error))?;
        Ok(result[0])
    }

    /// Begins the runtime's scope of this call.
    pub(crate) fn enter_scope(&mut self) -> Result<()> {
        let enter = self.instance().handle_funcs()?.enter_scope;
        self.scope = Some(self.call_handles(enter, &[])?);
        Ok(())
    }

    /// Ends the scope, if there is one: borrows made in it must be gone, what was lent in it is free again.
    pub(crate) fn leave_scope(&mut self) -> Result<()> {
        let Some(scope) = self.scope.take() else { return Ok(()) };
        let leave = self.instance().handle_funcs()?.leave_scope;
        let called = leave.call(&mut self.core, &[scope, HOST_SITE], &mut []);
        called.map_err(|error| explain(&mut self.core, self.boundary.root, error))
    }

    /// Traps where the guest holds more handles than the store allows.
    pub(crate) fn check_handle_count(&mut self) -> Result<()> {
        let (Some(table), None) = (self.boundary.table, &self.scratch) else { return Ok(()) };
        let cap = self.core.state().usage.limits.handle_cap();
        let funcs = self.instance().handle_funcs()?;
        // Counting takes time in proportion to the handles that were freed, so it waits until there is room for more
        // than the cap.
        let has_room = funcs
            .memory
            .is_none_or(|memory| memory.bytes(&self.core).len() as u64 / SMALLEST_ENTRY > u64::from(cap));
        if !has_room {
            return Ok(());
        }
        let used = self.call_handles(funcs.count, &[u64::from(table)])?;
        ensure_or_trap!(
            used <= u64::from(cap),
            "handle table is full: the limit is {cap} handles (see `StoreLimits::handles`)"
        );
        Ok(())
    }
}
