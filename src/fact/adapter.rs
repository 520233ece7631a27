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
use super::place::{Address, Destination, DestinationPlace, FieldOffset, SideId, Source, SourcePlace};
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
    Signature::new(dfg, adapter.callee.ty, dfg.options[adapter.lower].pointer, Context::Lower).core_type()
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
    f.borrows = call.borrows;
    if call.may_throw() {
        f.add_barrier();
        f.module.require("exceptions");
    }
    f.check_may_leave(call.caller);
    if needs::may_enter(dfg, call.adapter) {
        call.emit(&mut f);
    } else {
        f.trap(Trap::CannotEnter);
    }
    Ok(f.finish())
}
