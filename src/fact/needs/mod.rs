//! What generated code needs at run time: which flags, tables and slots are worth having.
//!
//! Everything the runtime module could hold costs something in every call that touches it, so only what some
//! guest could observe exists. This is decided here, once, from the whole graph, and adapters, the runtime
//! module and the plan follow it:
//!
//! - A **may-leave flag** matters where the canonical options of an instance can clear it (a realloc or
//!   post-return that really runs) *and* the instance has something that must not be called then *and* could be
//!   (`leaving`).
//! - A **handle table** exists where a handle can enter or leave an instance, or where it uses handles of tasks,
//!   streams and their like.
//! - **Context slots** exist where a guest reads or writes them.

#[cfg(test)]
mod tests;

use super::leaving::Leaving;
use super::runtime::names::TableId;
use super::tasks::Tasks;
use crate::abi::built_in::Subject;
use crate::abi::types::{FuncType, FuncTypeId, ResourceId, TypeDef, TypeId, Types};
use crate::abi::{BuiltIn, FlatType, MAX_FLAT_PARAMS, PointerWidth};
use crate::dfg::{Adapter, BuiltInUse, Dfg, ExportKind, InstanceId, OptionsId, Resource, Trampoline};
use crate::id::{Id, IdVec};
use std::collections::HashSet;

/// The result of the analysis.
#[derive(Clone, Debug)]
pub struct Needs {
    /// By component instance.
    pub instances: IdVec<InstanceId, InstanceNeeds>,
    /// By resource.
    pub resources: IdVec<ResourceId, ResourceNeeds>,
    /// Whether the trap globals must exist. `of` sets it where anything else is in the runtime module, so that plans
    /// can name them wherever there is one; the compiler of adapters must set it too if any adapter can trap.
    pub trap_globals: bool,
    /// Whether handle tables hold other handles than those of resources.
    pub async_handles: bool,
    /// Whether the global exists by which the host tells that a call must wait.
    pub blocked: bool,
    /// Who has to do with tasks.
    pub tasks: Tasks,
}

/// What one component instance needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceNeeds {
    /// Whether it has a may-leave flag. Where it has none, none is ever to be checked or cleared.
    pub may_leave: bool,
    /// Its handle table.
    pub table: Option<TableId>,
    /// Core type of both its context slots (`I32` or `I64`), if it uses any.
    pub context: Option<FlatType>,
}

/// What one resource needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceNeeds {
    /// Core type of its reps: `I32` or `I64`.
    pub rep: FlatType,
    /// Whether a guest can drop a handle of it.
    pub is_dropped: bool,
}

impl Needs {
    /// Analyses a graph.
    pub fn of(dfg: &Dfg<'_>) -> Needs {
        let mut analysis = Analysis::new(dfg);
        for (_, trampoline) in dfg.trampolines.iter() {
            analysis.trampoline(trampoline);
        }
        for (_, adapter) in dfg.adapters.iter().filter(|(_, adapter)| may_enter(dfg, adapter)) {
            analysis.lift(adapter.callee.ty, adapter.callee.options);
            analysis.lower(adapter.callee.ty, adapter.lower);
        }
        for export in dfg.exports.values() {
            if let ExportKind::Func(func) = &export.kind {
                analysis.lift(func.ty, func.options);
            }
        }
        analysis.finish()
    }

    /// Whether any instance has a handle table, so that the handle functions exist.
    pub fn has_handles(&self) -> bool {
        self.instances.values().any(|instance| instance.table.is_some())
    }

    /// Whether the handle functions also exist for reps of 64 bits.
    pub fn has_wide_reps(&self) -> bool {
        self.has_handles() && self.resources.values().any(|resource| resource.rep == FlatType::I64)
    }

    /// Whether there is anything at all to put in a runtime module.
    pub fn has_runtime(&self) -> bool {
        self.trap_globals
    }
}

/// Whether a call through `adapter` may go ahead. Calls within one instance, and between an instance and one of
/// its ancestors, trap with `CannotEnter` ("for now", say the specification's tests).
pub fn may_enter(dfg: &Dfg<'_>, adapter: &Adapter) -> bool {
    let caller = dfg.options[adapter.lower].instance;
    let callee = dfg.options[adapter.callee.options].instance;
    !is_self_or_ancestor(dfg, caller, callee) && !is_self_or_ancestor(dfg, callee, caller)
}

fn is_self_or_ancestor(dfg: &Dfg<'_>, ancestor: InstanceId, of: InstanceId) -> bool {
    std::iter::successors(Some(of), |&i| dfg.instances[i].parent).any(|i| i == ancestor)
}

/// What has been found of one instance so far.
#[derive(Clone, Default)]
struct Found {
    /// A realloc or post-return of it can run.
    clears_may_leave: bool,
    /// It has something that must not be called while its flag is cleared.
    checks_may_leave: bool,
    has_table: bool,
    context: Option<FlatType>,
}

struct Analysis<'a> {
    dfg: &'a Dfg<'a>,
    found: IdVec<InstanceId, Found>,
    resources: IdVec<ResourceId, ResourceNeeds>,
    /// Types whose lowering into an instance was looked at; keeps the analysis linear in the graph.
    lowered: HashSet<(InstanceId, TypeId)>,
    async_handles: bool,
}

impl<'a> Analysis<'a> {
    fn new(dfg: &'a Dfg<'a>) -> Self {
        let rep = |resource: &Resource| match resource {
            Resource::Imported(_) => FlatType::I32,
            Resource::Defined { rep, .. } => *rep,
        };
        let resources = dfg.resources.values().map(|r| ResourceNeeds { rep: rep(r), is_dropped: false });
        Analysis {
            dfg,
            found: dfg.instances.ids().map(|_| Found::default()).collect(),
            resources: resources.collect(),
            lowered: HashSet::new(),
            async_handles: false,
        }
    }

    fn trampoline(&mut self, trampoline: &Trampoline) {
        match *trampoline {
            Trampoline::LowerImport { ty, options, .. } => self.lower(ty, options),
            Trampoline::ResourceNew { instance, .. } => {
                self.found[instance].has_table = true;
                self.found[instance].checks_may_leave = true;
            }
            Trampoline::ResourceRep { instance, .. } => self.found[instance].has_table = true,
            Trampoline::ResourceDrop { instance, resource } => {
                self.found[instance].has_table = true;
                self.found[instance].checks_may_leave = true;
                self.resources[resource].is_dropped = true;
            }
            Trampoline::ContextGet { instance, ty, .. } | Trampoline::ContextSet { instance, ty, .. } => {
                // Validation lets a component use only one type for its slots.
                self.found[instance].context = Some(ty);
            }
            Trampoline::BuiltIn(used) => self.built_in(&used),
        }
    }

    fn built_in(&mut self, used: &BuiltInUse) {
        let types = &self.dfg.types;
        let found = &mut self.found[used.instance];
        found.checks_may_leave |= !used.built_in.is_exempt();
        if used.built_in.uses_handles() {
            found.has_table = true;
            self.async_handles = true;
        }
        // The host allocates what the message of an error context needs.
        found.clears_may_leave |= used.built_in == BuiltIn::ErrorContextDebugMessage;
        let element = used.ty.and_then(|ty| match types.def(ty) {
            TypeDef::Stream(element) | TypeDef::Future(element) => *element,
            _ => None,
        });
        match (used.built_in.subject(), element) {
            (Subject::Result, _) => {
                found.has_table |= used.ty.is_some_and(|ty| types.layout(ty).has_handle_of_any_kind());
            }
            (Subject::Read, Some(element)) => {
                found.clears_may_leave |= types.layout(element).has_pointer;
            }
            // Whoever moves elements has the stream in a table.
            (Subject::Read | Subject::Write | Subject::End | Subject::None, _) => {}
        }
    }

    /// The callee's side of a call: parameters are lowered into it, the result is lifted from it.
    fn lift(&mut self, ty: FuncTypeId, options: OptionsId) {
        let (types, options) = (&self.dfg.types, &self.dfg.options[options]);
        let ty = types.func(ty);
        let allocates = spills(types, ty.params.iter().map(|p| p.ty))
            || ty.params.iter().any(|p| types.layout(p.ty).has_pointer);
        let lifts_handle = ty.result.is_some_and(|t| types.layout(t).has_handle_of_any_kind());
        self.async_handles |= moves_async(types, ty);
        let found = &mut self.found[options.instance];
        found.clears_may_leave |= allocates || options.post_return.is_some();
        found.has_table |= lifts_handle;
        for param in &ty.params {
            self.lower_into(options.instance, param.ty);
        }
    }

    /// The caller's side of a call: parameters are lifted from it, the result is lowered into it.
    fn lower(&mut self, ty: FuncTypeId, options: OptionsId) {
        let (types, options) = (&self.dfg.types, &self.dfg.options[options]);
        let ty = types.func(ty);
        let found = &mut self.found[options.instance];
        found.checks_may_leave = true;
        // Subtasks are handles.
        found.has_table |= options.is_async;
        self.async_handles |= options.is_async || moves_async(types, ty);
        // A result that spills goes where the caller says, so only what it points to is allocated.
        found.clears_may_leave |= ty.result.is_some_and(|t| types.layout(t).has_pointer);
        found.has_table |=
            ty.params.iter().map(|p| p.ty).chain(ty.result).any(|t| types.layout(t).has_handle_of_any_kind());
    }

    /// Lowering handles puts them into the table, except borrows of resources that the instance itself defines:
    /// those become reps.
    fn lower_into(&mut self, instance: InstanceId, ty: TypeId) {
        let mut pending = vec![ty];
        while let Some(ty) = pending.pop() {
            if !self.dfg.types.layout(ty).has_handle_of_any_kind() || !self.lowered.insert((instance, ty)) {
                continue;
            }
            match self.dfg.types.def(ty) {
                TypeDef::Own(_) | TypeDef::Stream(_) | TypeDef::Future(_) | TypeDef::ErrorContext => {
                    self.found[instance].has_table = true;
                }
                TypeDef::Borrow(resource) => {
                    let is_own_resource = matches!(self.dfg.resources[*resource],
                        Resource::Defined { instance: definer, .. } if definer == instance);
                    self.found[instance].has_table |= !is_own_resource;
                }
                def => pending.extend(crate::abi::layout::parts(def)),
            }
        }
    }

    fn finish(self) -> Needs {
        let tasks = Tasks::of(self.dfg);
        let mut tables = 0..;
        let mut leaving = Leaving::new(self.dfg);
        let instances: IdVec<InstanceId, InstanceNeeds> = self
            .found
            .iter()
            .map(|(id, found)| InstanceNeeds {
                may_leave: found.clears_may_leave && found.checks_may_leave && leaving.may_call_out(id),
                table: if found.has_table { tables.next().map(TableId::from_index) } else { None },
                context: found.context,
            })
            .collect();
        let is_async = |adapter: &Adapter| self.dfg.types.func(adapter.callee.ty).is_async;
        let mut calls = self.dfg.adapters.iter().map(|(_, adapter)| adapter);
        let starts = calls.any(|adapter| is_async(adapter) && may_enter(self.dfg, adapter));
        let blocked = starts || !tasks.reasons.is_empty();
        let trap_globals =
            blocked || instances.values().any(|i| i.may_leave || i.table.is_some() || i.context.is_some());
        let async_handles = self.async_handles;
        Needs { instances, resources: self.resources, trap_globals, async_handles, blocked, tasks }
    }
}

fn moves_async(types: &Types, ty: &FuncType) -> bool {
    ty.params.iter().map(|p| p.ty).chain(ty.result).any(|ty| types.layout(ty).has_async)
}

/// Whether values of these types, as parameters, travel in memory.
fn spills(types: &Types, params: impl Iterator<Item = TypeId>) -> bool {
    let mut flat = 0;
    for ty in params {
        // The number of flat values does not depend on the width of pointers.
        match &types.layout(ty).form(PointerWidth::W32).flat {
            Some(values) => flat += values.len(),
            None => return true,
        }
    }
    flat > MAX_FLAT_PARAMS
}
