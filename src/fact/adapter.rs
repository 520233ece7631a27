//! The body of one adapter: a synchronous lower calling a synchronous lift.
//!
//! In order: the caller must be allowed to leave; the callee must be one that may be entered; parameters are
//! translated; the callee is called; its borrows must be gone; its result is translated; post-return is called.
//! Flags and context slots are kept as the specification has them at every moment when guest code runs.
//!
//! Spec: `canon_lower`, `canon_lift`, `lift_flat_values`, `lower_flat_values`.

use super::func::{Body, Borrows, FuncBuilder, Local};
use super::memory::{Bytes, Range};
use super::module::{CoreType, ModuleBuilder};
use super::needs;
use super::place::{Address, Destination, DestinationPlace, SideId, Source, SourcePlace};
use super::runtime::names::{self, HandleFunction};
use super::signature::{Context, Signature};
use super::translate;
use crate::abi::layout::{parts, record_layout};
use crate::abi::types::{TypeDef, TypeId};
use crate::abi::{FlatType, Trap};
use crate::dfg::{Adapter, AdapterId, Dfg, InstanceId, Options};
use anyhow::{Result, bail};
use std::collections::HashSet;

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

/// Compiles an adapter.
///
/// # Errors
/// If it needs the asynchronous ABI.
pub(super) fn compile(module: &mut ModuleBuilder<'_>, id: AdapterId) -> Result<Body> {
    let dfg = module.dfg;
    refuse_async(dfg, &dfg.adapters[id])?;
    let call = Call::new(module, id);
    let mut f = FuncBuilder::new(module, &call.lower.params, Some(id));
    if !needs::may_enter(dfg, call.adapter) {
        f.check_may_leave(call.caller.instance);
        f.trap(Trap::CannotEnter);
        return Ok(f.finish());
    }
    if call.may_throw(dfg) {
        f.add_barrier();
        f.module.require("exceptions");
    }
    f.borrows = call.borrows;
    f.check_may_leave(call.caller.instance);
    call.emit(&mut f);
    Ok(f.finish())
}

/// One call: everything known about it before code is emitted.
struct Call<'a> {
    adapter: &'a Adapter,
    params: Vec<TypeId>,
    result: Option<TypeId>,
    /// The caller's signature, which is the adapter's.
    lower: Signature,
    /// The callee's signature.
    lift: Signature,
    lift_options: &'a Options,
    caller: Party,
    callee: Party,
    borrows: Borrows,
}

/// Caller or callee.
#[derive(Clone, Copy)]
struct Party {
    side: SideId,
    instance: InstanceId,
    /// Whether code of its core modules could throw.
    may_throw: bool,
}

impl<'a> Call<'a> {
    fn new(module: &mut ModuleBuilder<'a>, id: AdapterId) -> Call<'a> {
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
            lift_options: &dfg.options[adapter.callee.options],
            caller,
            callee,
            borrows: borrows(dfg, &params, callee.instance),
            params,
        }
    }

    fn may_throw(&self, dfg: &Dfg<'_>) -> bool {
        self.callee.may_throw || (self.caller.may_throw && self.result_allocates(dfg))
    }

    /// Whether translating the parameters calls the callee's realloc.
    fn params_allocate(&self, dfg: &Dfg<'_>) -> bool {
        self.lift.params_spill || self.params.iter().any(|&ty| dfg.types.layout(ty).has_pointer)
    }

    /// Whether translating the result calls the caller's realloc.
    fn result_allocates(&self, dfg: &Dfg<'_>) -> bool {
        self.result.is_some_and(|ty| dfg.types.layout(ty).has_pointer)
    }

    fn emit(&self, f: &mut FuncBuilder<'_, '_>) {
        f.scope(|f| {
            if self.borrows.scoped {
                let enter = f.module.handle_function(HandleFunction::EnterScope, FlatType::I32);
                f.call(enter);
                f.scope = Some(f.pop(FlatType::I32));
            }
            let callee_context = f.save_context(self.callee.instance);
            self.emit_params(f);
            f.clear_context(self.callee.instance);
            let callee = f.module.core_function(&self.adapter.callee.callee, self.lift.core_type());
            f.call(callee);
            let results: Vec<Local> = self.lift.results.iter().map(|&ty| f.pop(ty)).collect();
            if let Some(scope) = f.scope {
                f.get(scope);
                f.push_site();
                let leave = f.module.handle_function(HandleFunction::LeaveScope, FlatType::I32);
                f.call(leave);
            }
            self.emit_result(f, &results);
            self.emit_post_return(f, &results);
            f.restore_context(self.callee.instance, callee_context);
        });
    }

    /// Leaves the callee's flat parameters on the stack.
    fn emit_params(&self, f: &mut FuncBuilder<'_, '_>) {
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
    fn emit_result(&self, f: &mut FuncBuilder<'_, '_>, results: &[Local]) {
        let Some(ty) = self.result else { return };
        let allocates = self.result_allocates(f.module.dfg);
        let place = match self.lift.result_spills {
            false => SourcePlace::Stack(results),
            true => SourcePlace::Memory(self.area(f, self.callee, &[ty], results[0])),
        };
        let from = Source { side: self.callee.side, place };
        let place = match self.lower.result_spills {
            false => DestinationPlace::Stack(&self.lower.results),
            true => {
                let pointer = *f.params().last().expect("the last parameter points to where results go");
                DestinationPlace::Memory(self.area(f, self.caller, &[ty], pointer))
            }
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

    fn emit_post_return(&self, f: &mut FuncBuilder<'_, '_>, results: &[Local]) {
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
    fn check_may_leave(&mut self, instance: InstanceId) {
        if self.module.needs.instances[instance].may_leave {
            let flag = self.module.imports.global(&names::may_leave(instance), FlatType::I32);
            self.trap_if(Trap::CannotLeave, |f| _ = f.ins().global_get(flag).i32_eqz());
        }
    }

    fn set_may_leave(&mut self, instance: InstanceId, may_leave: bool) {
        if self.module.needs.instances[instance].may_leave {
            let flag = self.module.imports.global(&names::may_leave(instance), FlatType::I32);
            self.ins().i32_const(i32::from(may_leave)).global_set(flag);
        }
    }

    /// Locals with what the context slots of `instance` hold; none if it has no slots.
    fn save_context(&mut self, instance: InstanceId) -> Vec<Local> {
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

    fn restore_context(&mut self, instance: InstanceId, saved: Vec<Local>) {
        for (name, local) in names::context(instance).iter().zip(saved) {
            let global = self.module.imports.global(name, local.ty);
            self.get(local);
            self.ins().global_set(global);
        }
    }
}

/// How a call with these parameters deals with borrows.
///
/// Lending is counted so that a handle cannot be dropped or moved while it is lent. During a synchronous call
/// nothing of the caller runs that could do so, so only an own among the same parameters makes a difference. A
/// scope is needed for that, and for borrows that become handles of the callee.
fn borrows(dfg: &Dfg<'_>, params: &[TypeId], callee: InstanceId) -> Borrows {
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
    let counted = has_borrow && has_own;
    Borrows { scoped: counted || makes_borrow, counted }
}

fn refuse_async(dfg: &Dfg<'_>, adapter: &Adapter) -> Result<()> {
    let ty = dfg.types.func(adapter.callee.ty);
    let [lift, lower] = [adapter.callee.options, adapter.lower].map(|options| &dfg.options[options]);
    let mut types = ty.params.iter().map(|param| param.ty).chain(ty.result);
    if ty.is_async || lift.is_async || lower.is_async || types.any(|ty| dfg.types.layout(ty).has_async) {
        bail!("unsupported: asynchronous call of `{}` between components", adapter.name);
    }
    Ok(())
}
