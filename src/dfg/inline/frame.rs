//! One instantiation in progress: the index spaces of a body, filled so far.

use super::items::{
    Captured, ClosureId, CoreFunc, CoreInstanceItem, CoreItem, CoreRef, FuncName, Item, ModuleItem,
    NamedFunc, NamedInstance,
};
use super::types::Scope;
use crate::component::{
    BodyId, CaptureSource, ComponentIndex, CoreFuncIndex, CoreGlobalIndex, CoreInstanceIndex, CoreItemRef,
    CoreKind, CoreMemoryIndex, CoreTableIndex, CoreTagIndex, FuncIndex, InstanceIndex, ItemRef, ModuleIndex,
};
use crate::dfg::InstanceId;
use crate::id::IdVec;
use indexmap::IndexMap;
use std::collections::HashMap;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentInstanceTypeId};

/// One execution of a body.
pub(super) struct Frame<'c> {
    pub(super) body: BodyId,
    /// Index of the next definition.
    pub(super) next: usize,
    pub(super) instance: InstanceId,
    /// Holds what the body captured.
    pub(super) closure: ClosureId,
    /// Arguments by name; unused for the root.
    pub(super) args: HashMap<&'c str, Item>,
    /// Type of the result in the frame that waits for it; `None` for the root.
    pub(super) ty: Option<ComponentInstanceTypeId>,
    pub(super) exports: IndexMap<&'c str, Item>,
    /// What types and resources of the validator mean in this execution.
    pub(super) scope: Scope,
    pub(super) modules: IdVec<ModuleIndex, ModuleItem>,
    pub(super) components: IdVec<ComponentIndex, ClosureId>,
    pub(super) instances: IdVec<InstanceIndex, NamedInstance<'c>>,
    pub(super) funcs: IdVec<FuncIndex, NamedFunc<'c>>,
    pub(super) core_instances: IdVec<CoreInstanceIndex, CoreInstanceItem>,
    pub(super) core_funcs: IdVec<CoreFuncIndex, CoreFunc<'c>>,
    pub(super) tables: IdVec<CoreTableIndex, CoreRef<'c>>,
    pub(super) memories: IdVec<CoreMemoryIndex, CoreRef<'c>>,
    globals: IdVec<CoreGlobalIndex, CoreRef<'c>>,
    tags: IdVec<CoreTagIndex, CoreRef<'c>>,
}

impl<'c> Frame<'c> {
    /// A frame at its body's first definition.
    pub(super) fn new(closure: ClosureId, body: BodyId, instance: InstanceId) -> Self {
        Frame {
            body,
            next: 0,
            instance,
            closure,
            args: HashMap::new(),
            ty: None,
            exports: IndexMap::new(),
            scope: Scope::default(),
            modules: IdVec::new(),
            components: IdVec::new(),
            instances: IdVec::new(),
            funcs: IdVec::new(),
            core_instances: IdVec::new(),
            core_funcs: IdVec::new(),
            tables: IdVec::new(),
            memories: IdVec::new(),
            globals: IdVec::new(),
            tags: IdVec::new(),
        }
    }

    /// Whether this executes the root, whose imports and exports are the host's.
    pub(super) fn is_root(&self) -> bool {
        self.ty.is_none()
    }

    /// The item that `item` refers to.
    pub(super) fn get(&self, item: ItemRef) -> Item {
        match item {
            ItemRef::Module(index) => Item::Module(self.modules[index]),
            ItemRef::Component(index) => Item::Component(self.components[index]),
            ItemRef::Instance(index) => Item::Instance(self.instances[index].items),
            ItemRef::Func(index) => Item::Func(self.funcs[index].func),
            ItemRef::Type(ComponentAnyTypeId::Resource(id)) => {
                self.scope.resource(id.resource()).map_or(Item::Type, Item::Resource)
            }
            ItemRef::Type(_) => Item::Type,
        }
    }

    /// Adds `item` to its index space, under a name for messages.
    pub(super) fn push(&mut self, item: Item, name: FuncName<'c>) {
        match item {
            Item::Module(module) => {
                self.modules.push(module);
            }
            Item::Component(closure) => {
                self.components.push(closure);
            }
            Item::Instance(items) => {
                self.instances.push(NamedInstance { items, name: Some(name.func) });
            }
            Item::Func(func) => {
                self.funcs.push(NamedFunc { func, name });
            }
            // The validator keeps the index space of types.
            Item::Resource(_) | Item::Type => {}
        }
    }

    /// Adds what `item` refers to again, with its name.
    pub(super) fn repeat(&mut self, item: ItemRef) {
        match item {
            ItemRef::Module(index) => self.repeat_module(index),
            ItemRef::Component(index) => self.repeat_component(index),
            ItemRef::Instance(index) => {
                self.instances.push(self.instances[index]);
            }
            ItemRef::Func(index) => {
                self.funcs.push(self.funcs[index]);
            }
            // The validator keeps the index space of types.
            ItemRef::Type(_) => {}
        }
    }

    /// Adds a module again.
    pub(super) fn repeat_module(&mut self, module: ModuleIndex) {
        self.modules.push(self.modules[module]);
    }

    /// Adds a component again.
    pub(super) fn repeat_component(&mut self, component: ComponentIndex) {
        self.components.push(self.components[component]);
    }

    /// The core item that `item` refers to.
    pub(super) fn get_core(&self, item: CoreItemRef) -> CoreItem<'c> {
        match item {
            CoreItemRef::Func(index) => CoreItem::Func(self.core_funcs[index]),
            CoreItemRef::Table(index) => CoreItem::Other(self.tables[index]),
            CoreItemRef::Memory(index) => CoreItem::Other(self.memories[index]),
            CoreItemRef::Global(index) => CoreItem::Other(self.globals[index]),
            CoreItemRef::Tag(index) => CoreItem::Other(self.tags[index]),
        }
    }

    /// Adds a core item to the space of `kind`.
    pub(super) fn push_core(&mut self, item: CoreItem<'c>, kind: CoreKind) {
        match (item, kind) {
            (CoreItem::Func(func), _) => {
                self.core_funcs.push(func);
            }
            (CoreItem::Other(export), CoreKind::Func) => {
                self.core_funcs.push(CoreFunc::Export(export));
            }
            (CoreItem::Other(export), CoreKind::Table) => {
                self.tables.push(export);
            }
            (CoreItem::Other(export), CoreKind::Memory) => {
                self.memories.push(export);
            }
            (CoreItem::Other(export), CoreKind::Global) => {
                self.globals.push(export);
            }
            (CoreItem::Other(export), CoreKind::Tag) => {
                self.tags.push(export);
            }
        }
    }

    /// The module at `source`, for a component defined in this body that captures it.
    pub(super) fn capture_module(
        &self,
        source: CaptureSource<ModuleIndex>,
        captured: &[Captured],
    ) -> Option<Captured> {
        match source {
            CaptureSource::Local(index) => Some(Captured::Module(*self.modules.get(index)?)),
            CaptureSource::Captured(id) => captured.get(crate::id::Id::index(id)).copied(),
        }
    }

    /// The component at `source`, for a component defined in this body that captures it.
    pub(super) fn capture_component(
        &self,
        source: CaptureSource<ComponentIndex>,
        captured: &[Captured],
    ) -> Option<Captured> {
        match source {
            CaptureSource::Local(index) => Some(Captured::Component(*self.components.get(index)?)),
            CaptureSource::Captured(id) => captured.get(crate::id::Id::index(id)).copied(),
        }
    }
}
