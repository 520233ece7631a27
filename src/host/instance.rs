//! Instances: live components.

use super::call_context::Boundary;
use super::component::{Component, ComponentExportIndex, ComponentParts, ItemIndex};
use super::engine;
use super::func::{Func, TypedFunc};
use super::handles::{HandleFuncs, RuntimeItems};
use super::linker::Module;
use super::pre::ResolvedImport;
use super::resource::ResourceType;
use super::state::{RootId, StoreId};
use super::store::{AsContext, AsContextMut, StoreContextMut};
use super::typed::{LiftList, LowerList};
use super::types::{ComponentFunc, ComponentItem};
use crate::plan::{ExportKind, ImportKind};
use anyhow::{Context as _, Result, ensure};
use std::sync::Arc;

/// What a store knows of an instantiated component.
pub(crate) struct RootInstance {
    pub(crate) component: Arc<ComponentParts>,
    /// By import of the plan.
    pub(crate) imports: Arc<[ResolvedImport]>,
    /// By resource of the plan.
    pub(crate) resources: Arc<[ResourceType]>,
    /// Core instances, in the order of the initializers.
    pub(crate) core: Vec<engine::Instance>,
    /// By trampoline of the plan; made when first used.
    pub(crate) trampolines: Vec<Option<engine::Func>>,
    /// What initializers took out, in their order.
    pub(crate) memories: Vec<engine::Memory>,
    pub(crate) reallocs: Vec<engine::Func>,
    pub(crate) post_returns: Vec<engine::Func>,
    /// The runtime module's exports, where the plan has one.
    pub(crate) runtime: Option<RuntimeItems>,
    /// By instance of the plan.
    pub(crate) flags: Vec<InstanceFlags>,
    /// Destructors, by resource of the plan.
    pub(crate) dtors: Vec<Option<engine::Func>>,
    /// Core functions of exports, by export of the plan.
    pub(crate) callees: Vec<Option<engine::Func>>,
    pub(crate) entry: Entry,
}

/// Whether a component can be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Nothing of it runs.
    Free,
    /// A call of the host into it is running.
    Entered,
    /// It trapped, which ends it.
    Poisoned,
}

/// Globals of the runtime for one component instance.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct InstanceFlags {
    pub(crate) may_leave: Option<engine::Global>,
    pub(crate) context: Option<[engine::Global; 2]>,
}

impl RootInstance {
    /// The guest's side of a boundary, by options of the plan.
    pub(crate) fn boundary(&self, root: RootId, options: usize) -> Result<Boundary> {
        let (dynamic, fixed) = self.component.options(options)?;
        let limits = &self.component.plan().limits;
        let flags = self.flags.get(dynamic.instance).copied().unwrap_or_default();
        Ok(Boundary {
            root,
            instance: dynamic.instance,
            encoding: fixed.encoding,
            width: fixed.width,
            memory: taken(&self.memories, dynamic.memory, "memory")?,
            realloc: taken(&self.reallocs, dynamic.realloc, "realloc")?,
            post_return: taken(&self.post_returns, dynamic.post_return, "post-return")?,
            may_leave: flags.may_leave,
            context: flags.context,
            table: self.component.plan().instances[dynamic.instance].table,
            max_string: limits.string_bytes,
            max_list: limits.list_bytes,
        })
    }

    fn component(&self) -> Component {
        Component { parts: self.component.clone() }
    }

    pub(crate) fn handle_funcs(&self) -> Result<&HandleFuncs> {
        let funcs = self.runtime.as_ref().and_then(|runtime| runtime.handles.as_ref());
        funcs.context("the plan has handles but no handle functions; it is damaged")
    }
}

fn taken<T: Copy>(items: &[T], index: Option<usize>, what: &str) -> Result<Option<T>> {
    match index {
        None => Ok(None),
        Some(index) => match items.get(index) {
            Some(item) => Ok(Some(*item)),
            None => anyhow::bail!(
                "{what} {index} is used before an initializer takes it out; the plan is damaged"
            ),
        },
    }
}

/// An instantiated component. A number into its store; copies are the same instance.
#[derive(Clone, Copy, Debug)]
pub struct Instance {
    pub(crate) store: StoreId,
    pub(crate) root: RootId,
}

/// What finds an export: a name, or an index from [`Component::get_export_index`].
///
/// A path through exported instances is a chain of indices; a name is one at the root.
pub trait ExportLookup {
    #[doc(hidden)]
    fn lookup(&self, component: &Component) -> Option<ComponentExportIndex>;
}

impl<L: ExportLookup + ?Sized> ExportLookup for &L {
    fn lookup(&self, component: &Component) -> Option<ComponentExportIndex> {
        L::lookup(self, component)
    }
}

impl ExportLookup for str {
    fn lookup(&self, component: &Component) -> Option<ComponentExportIndex> {
        component.parts.find_export(None, self)
    }
}

impl ExportLookup for String {
    fn lookup(&self, component: &Component) -> Option<ComponentExportIndex> {
        component.parts.find_export(None, self)
    }
}

impl ExportLookup for ComponentExportIndex {
    fn lookup(&self, component: &Component) -> Option<ComponentExportIndex> {
        (self.component == component.parts.id).then_some(*self)
    }
}

impl Instance {
    pub(crate) fn new<T>(store: &StoreContextMut<'_, T>, root: RootId) -> Instance {
        Instance { store: store.core().state().id, root }
    }

    /// Finds an export and what it is; `instance` is the exported instance it is in, if any.
    pub fn get_export(
        &self,
        store: impl AsContext,
        instance: Option<&ComponentExportIndex>,
        name: &str,
    ) -> Option<(ComponentItem, ComponentExportIndex)> {
        let live = self.live(&store)?;
        let index = live.component.find_export(instance, name)?;
        let source = live.component.type_source(live.resources.clone());
        Some((live.component.item(&source, index.item)?, index))
    }

    /// Finds an export; `instance` is the exported instance it is in, if any.
    pub fn get_export_index(
        &self,
        store: impl AsContext,
        instance: Option<&ComponentExportIndex>,
        name: &str,
    ) -> Option<ComponentExportIndex> {
        self.live(&store)?.component.find_export(instance, name)
    }

    /// An exported function; none where there is no such export or it is something else.
    pub fn get_func(&self, store: impl AsContext, name: impl ExportLookup) -> Option<Func> {
        let live = self.live(&store)?;
        let item = name.lookup(&live.component())?.item;
        let plan = live.component.plan();
        let is_func = match item {
            ItemIndex::Export(index) => matches!(plan.exports.get(index)?.kind, ExportKind::Func { .. }),
            ItemIndex::Import(index) => matches!(plan.imports.get(index)?.kind, ImportKind::Func { .. }),
        };
        is_func.then_some(Func { store: self.store, root: self.root, item })
    }

    /// An exported function with Rust types: a tuple of parameters and `()` or `(R,)`.
    ///
    /// # Errors
    /// Where there is no such function or its type is another.
    pub fn get_typed_func<Params, Return>(
        &self,
        mut store: impl AsContextMut,
        name: impl ExportLookup,
    ) -> Result<TypedFunc<Params, Return>>
    where
        Params: LowerList,
        Return: LiftList,
    {
        let func =
            self.get_func(store.as_context_mut(), name).context("the component exports no such function")?;
        func.typed(store)
    }

    /// An exported core module.
    pub fn get_module(&self, store: impl AsContext, name: impl ExportLookup) -> Option<Module> {
        let live = self.live(&store)?;
        let plan = live.component.plan();
        match name.lookup(&live.component())?.item {
            ItemIndex::Export(index) => match plan.exports.get(index)?.kind {
                ExportKind::Module { module } => live.component.module(module).ok().cloned().map(Module),
                _ => None,
            },
            ItemIndex::Import(index) => match live.imports.get(index)? {
                ResolvedImport::Module(module) => Some(Module(module.clone())),
                _ => None,
            },
        }
    }

    /// An exported resource type.
    pub fn get_resource(&self, store: impl AsContext, name: impl ExportLookup) -> Option<ResourceType> {
        let live = self.live(&store)?;
        let index = name.lookup(&live.component())?;
        let source = live.component.type_source(live.resources.clone());
        match live.component.item(&source, index.item)? {
            ComponentItem::Resource(ty) => Some(ty),
            _ => None,
        }
    }

    /// The instance's state; none in another store than its own.
    pub(crate) fn live<'a, C: AsContext>(&self, store: &'a C) -> Option<&'a RootInstance> {
        let state = store.as_context().state();
        if state.id != self.store {
            return None;
        }
        state.instances.get(self.root)
    }
}

/// The type of an export that is a function.
pub(crate) fn function_type(live: &RootInstance, item: ItemIndex) -> Result<ComponentFunc> {
    let source = live.component.type_source(live.resources.clone());
    match live.component.item(&source, item) {
        Some(ComponentItem::ComponentFunc(ty)) => Ok(ty),
        _ => anyhow::bail!("the export is no function"),
    }
}

/// Checks that something belongs to a store.
pub(crate) fn ensure_store(mine: StoreId, store: StoreId) -> Result<()> {
    ensure!(mine == store, "this belongs to another store");
    Ok(())
}
