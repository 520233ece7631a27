//! Calls across the host's boundary, in both directions.
//!
//! Spec: `CanonicalABI.md`, "canon lift", "canon lower", and for destructors "canon resource.drop". The order of
//! the steps is observable, since realloc and post-return are guest code.

use super::call_context::{Boundary, CallContext, Place, Scratch, zeroed};
use super::component::{ComponentParts, ItemIndex, MissingFeature};
use super::engine::{Context, Func};
use super::error::{ensure_or_trap, explain};
use super::instance::Entry;
use super::linker::{HostCall, HostFunc};
use super::pre::host_func;
use super::state::RootId;
use super::type_table::FuncShape;
use super::types::ComponentFunc;
use crate::abi::types::ResourceId;
use crate::abi::{PointerWidth, TypeId};
use crate::id::Id;
use crate::plan::{self, ExportKind, ImportKind};
use anyhow::{Context as _, Result, bail, ensure};
use std::sync::Arc;

/// Types and places of values.
pub(crate) type Parts = Vec<(TypeId, Place)>;

/// Calls an exported function: `lower` writes the parameters, `lift` reads the result.
pub(crate) fn call_export<R>(
    core: &mut Context<'_>,
    root: RootId,
    item: ItemIndex,
    lower: impl FnOnce(&mut CallContext<'_>, &Parts) -> Result<()>,
    lift: impl FnOnce(&mut CallContext<'_>, &Parts) -> Result<R>,
) -> Result<R> {
    let component = core.state().instances[root].component.clone();
    match item {
        ItemIndex::Export(export) => {
            let called = call_lifted(core, root, &component, export, lower, lift);
            called.with_context(|| format!("in the call of `{}`", component.export_name(export)))
        }
        ItemIndex::Import(import) => {
            let called = call_host_directly(core, root, &component, import, lower, lift);
            called.with_context(|| format!("in the host's `{}`", component.import_name(import)))
        }
    }
}

fn call_lifted<R>(
    core: &mut Context<'_>,
    root: RootId,
    component: &Arc<ComponentParts>,
    export: usize,
    lower: impl FnOnce(&mut CallContext<'_>, &Parts) -> Result<()>,
    lift: impl FnOnce(&mut CallContext<'_>, &Parts) -> Result<R>,
) -> Result<R> {
    let instance = &core.state().instances[root];
    let Some(ExportKind::Func { function, options, .. }) =
        component.plan().exports.get(export).map(|e| &e.kind)
    else {
        bail!("the export is no function")
    };
    let boundary = instance.boundary(root, *options)?;
    let resources = instance.resources.clone();
    let callee =
        instance.callees.get(export).copied().flatten().context("the component is not instantiated yet")?;
    let shape = component.types().function(*function)?;
    // Also where nothing else in the component is: then it was not refused before.
    ensure!(!shape.ty.is_async, MissingFeature::asynchronous("the function is"));
    guarded(core, root, |core| {
        let mut cx = CallContext::new(core.reborrow(), component.types(), &resources, boundary);
        let called = run_lifted(&mut cx, shape, callee, lower, lift);
        let settled = cx.settle();
        called.and_then(|result| settled.map(|()| result))
    })
}

/// Runs guest code on behalf of the host: nothing of the component may run already, and if the code fails,
/// nothing of it will ever run again.
pub(crate) fn guarded<R>(
    core: &mut Context<'_>,
    root: RootId,
    body: impl FnOnce(&mut Context<'_>) -> Result<R>,
) -> Result<R> {
    let entry = &mut core.state_mut().instances[root].entry;
    match *entry {
        Entry::Free => *entry = Entry::Entered,
        Entry::Entered => {
            bail!("cannot enter component instance: a call of the host into it is still running")
        }
        Entry::Poisoned => bail!("cannot enter component instance: it trapped before"),
    }
    let result = body(core).map_err(|error| explain(core, root, error));
    let entry = if result.is_ok() { Entry::Free } else { Entry::Poisoned };
    core.state_mut().instances[root].entry = entry;
    result
}

fn run_lifted<R>(
    cx: &mut CallContext<'_>,
    shape: &FuncShape,
    callee: Func,
    lower: impl FnOnce(&mut CallContext<'_>, &Parts) -> Result<()>,
    lift: impl FnOnce(&mut CallContext<'_>, &Parts) -> Result<R>,
) -> Result<R> {
    let boundary = cx.boundary;
    let saved = boundary.enter_fresh_thread(&mut cx.core)?;
    if cx.needs_scope(shape)? {
        cx.enter_scope()?;
    }
    lower_params(cx, shape, lower)?;
    let params = std::mem::take(&mut cx.stack);
    let (_, result_types) = shape.lifted_signature(cx.width());
    let mut results = zeroed(&result_types);
    callee.call(&mut cx.core, &params, &mut results)?;
    cx.stack = results.clone();
    let parts = result_parts(cx, shape)?;
    let result = lift(cx, &parts)?;
    cx.leave_scope()?;
    if let Some(post_return) = boundary.post_return {
        boundary.set_may_leave(&mut cx.core, false)?;
        let called = post_return.call(&mut cx.core, &results, &mut []);
        called.map_err(|error| explain(&mut cx.core, boundary.root, error)).context("in post-return")?;
        boundary.set_may_leave(&mut cx.core, true)?;
    }
    boundary.restore_thread(&mut cx.core, saved)?;
    cx.check_handle_count()?;
    Ok(result)
}

/// Leaves the core parameters on the stack.
fn lower_params(
    cx: &mut CallContext<'_>,
    shape: &FuncShape,
    lower: impl FnOnce(&mut CallContext<'_>, &Parts) -> Result<()>,
) -> Result<()> {
    let form = shape.form(cx.width());
    match &form.params {
        Some(flat) => {
            cx.stack = zeroed(flat);
            let places = cx.flat_places(&shape.params, 0);
            lower(cx, &zip(&shape.params, places))
        }
        None => {
            let area = cx.allocate(form.align, u64::from(form.size))?;
            lower(cx, &zip(&shape.params, area_places(area, &form.offsets)))?;
            cx.stack = vec![area];
            Ok(())
        }
    }
}

/// Where the result of a lifted function is, which returned what is on the stack.
fn result_parts(cx: &CallContext<'_>, shape: &FuncShape) -> Result<Parts> {
    let Some(ty) = shape.ty.result else { return Ok(Vec::new()) };
    if shape.form(cx.width()).result.is_some() {
        return Ok(vec![(ty, Place::Stack(0))]);
    }
    let area = cx.pointer_from_stack(0)?;
    cx.check_area(area, cx.types.align(ty, cx.width()), cx.size(ty))?;
    Ok(vec![(ty, Place::Memory(area))])
}

fn area_places(area: u64, offsets: &[u32]) -> Vec<Place> {
    offsets.iter().map(|&offset| Place::Memory(area + u64::from(offset))).collect()
}

fn zip(types: &[TypeId], places: Vec<Place>) -> Parts {
    types.iter().copied().zip(places).collect()
}

impl CallContext<'_> {
    /// Whether borrows in the parameters of an export make handles. The instance that defines a resource gets
    /// the rep instead of a handle.
    fn needs_scope(&self, shape: &FuncShape) -> Result<bool> {
        for &resource in &shape.borrows {
            if !self.defined_here(resource)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A pointer among the core values on the stack.
    fn pointer_from_stack(&self, index: usize) -> Result<u64> {
        let bits = self.get(Place::Stack(index), self.width().bytes())?;
        Ok(match self.width() {
            PointerWidth::W32 => u64::from(bits as u32),
            PointerWidth::W64 => bits,
        })
    }

    /// Traps unless an area that holds spilled values is aligned and inside the memory.
    fn check_area(&self, address: u64, align: u32, size: u32) -> Result<()> {
        ensure_or_trap!(address.is_multiple_of(u64::from(align)), "pointer not aligned");
        ensure_or_trap!(self.in_bounds(address, u64::from(size))?, "pointer out of bounds of memory");
        Ok(())
    }

    /// Makes room for the result of a host function; its parameters must have been read.
    pub(crate) fn begin_results(&mut self, call: &HostCall) -> Result<()> {
        self.stack = vec![0; call.flat_results];
        for &(ty, at) in &call.results {
            if let Place::Memory(address) = at {
                self.check_area(address, self.types.align(ty, self.width()), self.size(ty))?;
            }
        }
        Ok(())
    }
}

/// A host function as core code calls it: `results` gets the core results for the core parameters `params`.
pub(crate) struct LoweredImport {
    pub(crate) root: RootId,
    pub(crate) component: Arc<ComponentParts>,
    pub(crate) host: Arc<HostFunc>,
    /// Indices into the plan's imports, functions and options.
    pub(crate) import: usize,
    pub(crate) function: usize,
    pub(crate) options: usize,
}

impl LoweredImport {
    pub(crate) fn call(&self, core: Context<'_>, params: &[u64], results: &mut [u64]) -> Result<()> {
        let called = self.call_inner(core, params, results);
        called.with_context(|| format!("in the host's `{}`", self.component.import_name(self.import)))
    }

    fn call_inner(&self, core: Context<'_>, params: &[u64], results: &mut [u64]) -> Result<()> {
        let instance = &core.state().instances[self.root];
        let boundary = instance.boundary(self.root, self.options)?;
        let resources = instance.resources.clone();
        if let Some(flag) = boundary.may_leave {
            ensure_or_trap!(flag.get(&core)? != 0, "cannot leave component instance");
        }
        let shape = self.component.types().function(self.function)?;
        ensure!(!shape.ty.is_async, "it is async, and this host only has synchronous functions");
        let mut cx = CallContext::new(core, self.component.types(), &resources, boundary);
        cx.stack = params.to_vec();
        let called = self.run(&mut cx, shape, results);
        let settled = cx.settle();
        called.and(settled)
    }

    fn run(&self, cx: &mut CallContext<'_>, shape: &FuncShape, results: &mut [u64]) -> Result<()> {
        if !shape.borrows.is_empty() {
            cx.enter_scope()?;
        }
        let call = self.host_call(cx, shape)?;
        (self.host.call)(cx, &call)?;
        cx.leave_scope()?;
        cx.check_handle_count()?;
        results.copy_from_slice(cx.stack.get(..results.len()).context("a host function gave no result")?);
        Ok(())
    }

    /// Where the values of the call are, whose core parameters are on the stack.
    fn host_call(&self, cx: &CallContext<'_>, shape: &FuncShape) -> Result<HostCall> {
        let form = shape.form(cx.width());
        let places = match &form.params {
            Some(_) => cx.flat_places(&shape.params, 0),
            None => {
                let area = cx.pointer_from_stack(0)?;
                cx.check_area(area, form.align, form.size)?;
                area_places(area, &form.offsets)
            }
        };
        let result_place = match &form.result {
            Some(_) => Place::Stack(0),
            None => Place::Memory(cx.pointer_from_stack(cx.stack.len().saturating_sub(1))?),
        };
        Ok(HostCall {
            ty: self.func_type(cx),
            params: zip(&shape.params, places),
            results: shape.ty.result.map(|ty| (ty, result_place)).into_iter().collect(),
            flat_results: form.result.as_ref().map_or(0, Vec::len),
        })
    }

    fn func_type(&self, cx: &CallContext<'_>) -> ComponentFunc {
        let resources = cx.core.state().instances[self.root].resources.clone();
        ComponentFunc { source: self.component.type_source(resources), function: self.function }
    }
}

/// Calls a function that the component exports just as the host supplied it. No guest is involved, so values
/// pass through a memory of the host.
fn call_host_directly<R>(
    core: &mut Context<'_>,
    root: RootId,
    component: &Arc<ComponentParts>,
    import: usize,
    lower: impl FnOnce(&mut CallContext<'_>, &Parts) -> Result<()>,
    lift: impl FnOnce(&mut CallContext<'_>, &Parts) -> Result<R>,
) -> Result<R> {
    let instance = &core.state().instances[root];
    let Some(ImportKind::Func { function }) = component.plan().imports.get(import).map(|i| &i.kind) else {
        bail!("the export is no function")
    };
    let (host, resources) = (host_func(&instance.imports, import)?, instance.resources.clone());
    let shape = component.types().function(*function)?;
    let mut cx = CallContext::new(core.reborrow(), component.types(), &resources, Boundary::of_scratch(root));
    cx.scratch = Some(Scratch::default());
    let called = (|| {
        let form = shape.form(cx.width());
        let area = cx.allocate(form.align, u64::from(form.size))?;
        let params = zip(&shape.params, area_places(area, &form.offsets));
        lower(&mut cx, &params)?;
        let results = match shape.ty.result {
            None => Vec::new(),
            Some(ty) => {
                let area = cx.allocate(cx.types.align(ty, cx.width()), u64::from(cx.size(ty)))?;
                vec![(ty, Place::Memory(area))]
            }
        };
        let source = component.type_source(resources.clone());
        let ty = ComponentFunc { source, function: *function };
        let call = HostCall { ty, params, results, flat_results: 0 };
        (host.call)(&mut cx, &call)?;
        lift(&mut cx, &call.results)
    })();
    let settled = cx.settle();
    called.and_then(|result| settled.map(|()| result))
}

/// Runs the destructor of a resource that the host owned and a component implements.
pub(crate) fn run_destructor(
    core: &mut Context<'_>,
    root: RootId,
    resource: ResourceId,
    rep: u64,
) -> Result<()> {
    let live = &core.state().instances[root];
    let Some(dtor) = live.dtors.get(resource.index()).copied().flatten() else { return Ok(()) };
    let instance = match live.component.plan().resources.get(resource.index()) {
        Some(plan::Resource::Defined { instance, .. }) => *instance,
        Some(plan::Resource::Imported { .. }) | None => {
            bail!("the component does not implement the resource")
        }
    };
    let flags = live.flags.get(instance).copied().unwrap_or_default();
    let called = guarded(core, root, |core| {
        let boundary = Boundary { context: flags.context, ..Boundary::of_scratch(root) };
        let saved = boundary.enter_fresh_thread(core)?;
        dtor.call(core, &[rep], &mut [])?;
        boundary.restore_thread(core, saved)
    });
    called.context("in the destructor of a resource")
}
