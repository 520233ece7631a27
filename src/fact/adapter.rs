//! The body of one adapter of a synchronous function: a synchronous lower calling a synchronous lift.
//!
//! What is the same where the function is asynchronous is used from here by [`super::async_adapter`].
//!
//! In order: the caller must be allowed to leave; the callee must be one that may be entered; parameters are
//! translated; the callee is called; its borrows must be gone; its result is translated; post-return is called.
//! Flags and context slots are kept as the specification has them at every moment when guest code runs.
//!
//! Spec: `canon_lower`, `canon_lift`, `lift_flat_values`, `lower_flat_values`.

use super::TaskFunction;
use super::body::Body;
use super::borrows::{self, Borrows, Scopes};
use super::func::{FuncBuilder, Local};
use super::memory::{Bytes, Range};
use super::module::{CoreType, ModuleBuilder};
use super::needs;
use super::place::{Address, Destination, DestinationPlace, SideId, Source, SourcePlace};
use super::runtime::names::{self, HandleFunction};
use super::signature::{Context, Signature};
use crate::abi::layout::record_layout;
use crate::abi::types::TypeId;
use crate::abi::{FlatType, Trap};
use crate::dfg::{Adapter, AdapterId, Dfg, InstanceId, Options};

/// Core type of an adapter: that of the lower.
pub(super) fn core_type(dfg: &Dfg<'_>, id: AdapterId) -> CoreType {
    let adapter = &dfg.adapters[id];
    Signature::new(dfg, adapter.callee.ty, &dfg.options[adapter.lower], Context::Lower).core_type()
}

/// Name of an adapter for the name section.
pub(super) fn name(dfg: &Dfg<'_>, id: AdapterId) -> String {
    let adapter = &dfg.adapters[id];
    let path = |options| &dfg.instances[dfg.options[options].instance].path;
    format!("adapter {} -> {} {}", path(adapter.lower), path(adapter.callee.options), adapter.name)
}

/// Compiles the adapter of a synchronous function.
pub(super) fn compile(module: &mut ModuleBuilder<'_>, id: AdapterId) -> Body {
    let dfg = module.dfg;
    let call = Call::new(module, id);
    let mut f = FuncBuilder::new(module, &call.lower.params, Some(id));
    if !needs::may_enter(dfg, call.adapter) {
        f.check_may_leave(call.caller.instance);
        f.trap(Trap::CannotEnter);
        return f.finish();
    }
    call.add_barrier(&mut f);
    f.borrows = call.borrows;
    f.check_may_leave(call.caller.instance);
    call.emit(&mut f, id);
    f.finish()
}

/// One call: everything known about it before code is emitted.
pub(super) struct Call<'a> {
    pub(super) adapter: &'a Adapter,
    params: Vec<TypeId>,
    pub(super) result: Option<TypeId>,
    /// The caller's signature, which is the adapter's.
    pub(super) lower: Signature,
    /// The callee's signature.
    pub(super) lift: Signature,
    pub(super) lower_options: &'a Options,
    pub(super) lift_options: &'a Options,
    pub(super) caller: Party,
    pub(super) callee: Party,
    pub(super) borrows: Borrows,
}

/// A result that was given to an adapter: where it is on the callee's side, and where it goes on the caller's.
pub(super) struct Given<'l> {
    /// Its flat values, or a pointer to it.
    pub(super) from: &'l [Local],
    /// It is in memory.
    pub(super) spills: bool,
    /// Where the caller wants it, if that is in memory.
    pub(super) pointer: Option<Local>,
}

/// Caller or callee.
#[derive(Clone, Copy)]
pub(super) struct Party {
    pub(super) side: SideId,
    pub(super) instance: InstanceId,
    /// Whether code of its core modules could throw.
    may_throw: bool,
}

impl<'a> Call<'a> {
    /// What is known of a call through an adapter.
    pub(super) fn new(module: &mut ModuleBuilder<'a>, id: AdapterId) -> Call<'a> {
        let dfg = module.dfg;
        let adapter = &dfg.adapters[id];
        let ty = dfg.types.func(adapter.callee.ty);
        let [caller, callee] = [adapter.lower, adapter.callee.options].map(|options| {
            let instance = dfg.options[options].instance;
            Party { side: module.side(options), instance, may_throw: dfg.instances[instance].may_throw }
        });
        let signature =
            |options, context| Signature::new(dfg, adapter.callee.ty, &dfg.options[options], context);
        let params: Vec<TypeId> = ty.params.iter().map(|param| param.ty).collect();
        Call {
            adapter,
            result: ty.result,
            lower: signature(adapter.lower, Context::Lower),
            lift: signature(adapter.callee.options, Context::Lift),
            lower_options: &dfg.options[adapter.lower],
            lift_options: &dfg.options[adapter.callee.options],
            caller,
            callee,
            borrows: borrows::of(dfg, &params, callee.instance, ty.is_async),
            params,
        }
    }

    /// Keeps exceptions inside, if the callee, or the caller's realloc for the result, can throw any.
    pub(super) fn add_barrier(&self, f: &mut FuncBuilder<'_, '_>) {
        if self.callee.may_throw || (self.caller.may_throw && self.result_allocates(f.module.dfg)) {
            f.add_barrier();
            f.module.require("exceptions");
        }
    }

    /// Whether translating the parameters calls the callee's realloc.
    fn params_allocate(&self, dfg: &Dfg<'_>) -> bool {
        self.lift.params_spill || self.params.iter().any(|&ty| dfg.types.layout(ty).has_pointer)
    }

    /// Whether translating the result calls the caller's realloc.
    fn result_allocates(&self, dfg: &Dfg<'_>) -> bool {
        self.result.is_some_and(|ty| dfg.types.layout(ty).has_pointer)
    }

    fn emit(&self, f: &mut FuncBuilder<'_, '_>, id: AdapterId) {
        let observes = f.module.needs.tasks.instances[self.callee.instance].observes;
        f.scope(|f| {
            if observes {
                f.call_task(TaskFunction::EnterSync(self.callee.instance, Some(id)), &[]);
            }
            if self.borrows.scoped {
                let enter = f.module.handle_function(HandleFunction::EnterScope, FlatType::I32);
                f.call(enter);
                let scope = f.pop(FlatType::I32);
                f.scopes = Scopes::new(&[scope]);
            }
            let callee_context = f.save_context(self.callee.instance);
            self.emit_params(f);
            let results = self.emit_call(f);
            if let Some(Scopes { borrow, .. }) = f.scopes {
                f.leave_scope(borrow);
            }
            let pointer = f.params().last().copied().filter(|_| self.lower.result_spills);
            self.emit_result(f, &Given { from: &results, spills: self.lift.result_spills, pointer });
            self.emit_post_return(f, &results);
            f.restore_context(self.callee.instance, callee_context);
            if observes {
                f.call_task(TaskFunction::ExitSync, &[]);
            }
        });
    }

    /// Calls the callee, whose parameters are on the stack; its results are in the locals.
    pub(super) fn emit_call(&self, f: &mut FuncBuilder<'_, '_>) -> Vec<Local> {
        f.clear_context(self.callee.instance);
        let callee = f.module.core_function(&self.adapter.callee.callee, self.lift.core_type());
        f.call(callee);
        self.lift.results.iter().map(|&ty| f.pop(ty)).collect()
    }

    /// Leaves the callee's flat parameters on the stack.
    pub(super) fn emit_params(&self, f: &mut FuncBuilder<'_, '_>) {
        let allocates = self.params_allocate(f.module.dfg);
        let locals = f.params();
        let place = match self.lower.params_spill {
            false => SourcePlace::Stack(&locals),
            true => SourcePlace::Memory(self.area(f, self.caller, &self.params, locals[0])),
        };
        let from = Source { side: self.caller.side, place };
        if allocates {
            f.set_may_leave(self.callee.instance, false);
        }
        if self.lift.params_spill {
            let range = area_range(f, self.callee, &self.params);
            let base = f.temp(f.width(self.callee.side).flat());
            f.allocate(self.callee.side, base, range);
            let place = DestinationPlace::Memory(Address { base, offset: 0 });
            f.translate_fields(&self.params, from, Destination { side: self.callee.side, place });
            f.get(base);
        } else {
            let place = DestinationPlace::Stack(&self.lift.params);
            f.translate_fields(&self.params, from, Destination { side: self.callee.side, place });
        }
        if allocates {
            f.set_may_leave(self.callee.instance, true);
        }
    }

    /// Leaves the caller's flat results on the stack.
    pub(super) fn emit_result(&self, f: &mut FuncBuilder<'_, '_>, given: &Given<'_>) {
        let Some(ty) = self.result else { return };
        let allocates = self.result_allocates(f.module.dfg);
        let place = match given.spills {
            false => SourcePlace::Stack(given.from),
            true => SourcePlace::Memory(self.area(f, self.callee, &[ty], given.from[0])),
        };
        let from = Source { side: self.callee.side, place };
        let place = match given.pointer {
            None => DestinationPlace::Stack(&self.lower.results),
            Some(pointer) => DestinationPlace::Memory(self.area(f, self.caller, &[ty], pointer)),
        };
        let to = Destination { side: self.caller.side, place };
        if !allocates {
            return f.translate(ty, from, to);
        }
        let context = f.save_context(self.caller.instance);
        f.set_may_leave(self.caller.instance, false);
        f.translate(ty, from, to);
        f.set_may_leave(self.caller.instance, true);
        f.restore_context(self.caller.instance, context);
    }

    /// Calls post-return with the callee's flat results, if there is one.
    pub(super) fn emit_post_return(&self, f: &mut FuncBuilder<'_, '_>, results: &[Local]) {
        let Some(post_return) = &self.lift_options.post_return else { return };
        f.set_may_leave(self.callee.instance, false);
        results.iter().for_each(|&local| f.get(local));
        let callee = f.module.core_function(post_return, CoreType::new(&self.lift.results, &[]));
        f.call(callee);
        f.set_may_leave(self.callee.instance, true);
    }

    /// The checked area of spilled values that `pointer` points to.
    fn area(&self, f: &mut FuncBuilder<'_, '_>, party: Party, types: &[TypeId], pointer: Local) -> Address {
        let range = area_range(f, party, types);
        f.check_range(party.side, pointer, range);
        Address { base: pointer, offset: 0 }
    }
}

/// Size and alignment of the area that values spill to.
fn area_range(f: &FuncBuilder<'_, '_>, party: Party, types: &[TypeId]) -> Range {
    let layout = record_layout(types.iter().copied(), f.width(party.side), f.module.dfg.types.layouts());
    Range { bytes: Bytes::Const(layout.size), align: layout.align, out_of_bounds: Trap::OutOfBounds }
}

impl FuncBuilder<'_, '_> {
    /// Traps unless code of `instance` may call out of it now.
    pub(super) fn check_may_leave(&mut self, instance: InstanceId) {
        if self.module.needs.instances[instance].may_leave {
            let flag = self.module.imports.global(&names::may_leave(instance), FlatType::I32);
            self.trap_if(Trap::CannotLeave, |f| _ = f.ins().global_get(flag).i32_eqz());
        }
    }

    /// Calls a function of the host's scheduler that has no result; its parameters are on the stack.
    pub(super) fn call_task(&mut self, function: TaskFunction, params: &[FlatType]) {
        let callee = self.module.task_function(function, CoreType::new(params, &[]));
        self.call(callee);
    }

    /// Ends a scope; traps if borrows made for it remain.
    pub(super) fn leave_scope(&mut self, scope: Local) {
        self.get(scope);
        self.push_site();
        let leave = self.module.handle_function(HandleFunction::LeaveScope, FlatType::I32);
        self.call(leave);
    }

    pub(super) fn set_may_leave(&mut self, instance: InstanceId, may_leave: bool) {
        if self.module.needs.instances[instance].may_leave {
            let flag = self.module.imports.global(&names::may_leave(instance), FlatType::I32);
            self.ins().i32_const(i32::from(may_leave)).global_set(flag);
        }
    }

    /// Locals with what the context slots of `instance` hold; none if it has no slots.
    pub(super) fn save_context(&mut self, instance: InstanceId) -> Vec<Local> {
        let Some(ty) = self.module.needs.instances[instance].context else {
            return Vec::new();
        };
        names::context(instance)
            .iter()
            .map(|name| {
                let global = self.module.imports.global(name, ty);
                self.ins().global_get(global);
                self.pop(ty)
            })
            .collect()
    }

    pub(super) fn restore_context(&mut self, instance: InstanceId, saved: Vec<Local>) {
        for (name, local) in names::context(instance).iter().zip(saved) {
            let global = self.module.imports.global(name, local.ty);
            self.get(local);
            self.ins().global_set(global);
        }
    }
}
