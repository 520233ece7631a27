//! Component instances: nested components as closures, instantiation, inline exports, aliases.

use super::frame::Frame;
use super::items::{Captured, Closure, FuncName, Instance, Item, ModuleItem, NamedInstance};
use super::{Inliner, cost};
use crate::component::{
    BodyId, Capture, CaptureId, ComponentIndex, Export, InstanceIndex, NamedItem, StaticModuleId,
};
use crate::dfg::{self, ModuleId};
use crate::error::Limit;
use crate::id::Id;
use anyhow::Result;
use indexmap::IndexMap;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentInstanceTypeId};

impl<'c, 'a: 'c> Inliner<'c, 'a> {
    pub(super) fn define_module(&self, frame: &mut Frame<'c>, module: StaticModuleId) {
        // The graph's modules are those of the component, in the same order.
        frame.modules.push(ModuleItem::Static(ModuleId::from_index(module.index())));
    }

    /// Executes the definition of a nested component: it captures what it needs from here as it is now.
    pub(super) fn close_over(&mut self, frame: &mut Frame<'c>, body: BodyId) -> Result<()> {
        let captures = &self.component.bodies[body].captures;
        self.spend(frame.instance, captures.len())?;
        let outer = &self.closures[frame.closure].captured;
        let captured: Option<Box<[Captured]>> = captures
            .iter()
            .map(|(_, capture)| match *capture {
                Capture::Module(source) => frame.capture_module(source, outer),
                Capture::Component(source) => frame.capture_component(source, outer),
            })
            .collect();
        let captured = captured.ok_or_else(|| self.broken("an outer alias", frame.instance))?;
        frame.components.push(self.closures.push(Closure { body, captured }));
        Ok(())
    }

    pub(super) fn captured_module(&self, frame: &mut Frame<'c>, id: CaptureId) -> Result<()> {
        let Some(Captured::Module(module)) = self.captured(frame, id) else {
            return Err(self.broken("an outer alias of a module", frame.instance));
        };
        frame.modules.push(module);
        Ok(())
    }

    pub(super) fn captured_component(&self, frame: &mut Frame<'c>, id: CaptureId) -> Result<()> {
        let Some(Captured::Component(component)) = self.captured(frame, id) else {
            return Err(self.broken("an outer alias of a component", frame.instance));
        };
        frame.components.push(component);
        Ok(())
    }

    fn captured(&self, frame: &Frame<'c>, id: CaptureId) -> Option<Captured> {
        self.closures[frame.closure].captured.get(id.index()).copied()
    }

    /// Makes the frame that executes the body of a component.
    pub(super) fn instantiate(
        &mut self,
        frame: &Frame<'c>,
        component: ComponentIndex,
        args: &'c [NamedItem<'a>],
        ty: ComponentInstanceTypeId,
    ) -> Result<Frame<'c>> {
        let closure = frame.components[component];
        let body = self.closures[closure].body;
        self.check(Limit::Instances, self.dfg.instances.len() + 1, frame.instance)?;
        let path = self.child_path(frame, body);
        let parent = Some(frame.instance);
        let instance = self.dfg.instances.push(dfg::Instance { parent, path, may_throw: false });
        let mut inner = Frame::new(closure, body, instance);
        inner.args = args.iter().map(|arg| (arg.name, frame.get(arg.item))).collect();
        inner.ty = Some(ty);
        Ok(inner)
    }

    fn child_path(&mut self, frame: &Frame<'c>, body: BodyId) -> String {
        let index = frame.instances.next_id();
        let by_instance = self.component.bodies[frame.body].names.instances.get(&index).copied();
        let name = by_instance.or(self.component.bodies[body].names.component);
        let parent = &self.dfg.instances[frame.instance].path;
        match name {
            Some(name) => self.paths.child(parent, name),
            None => self.paths.child(parent, &format!("instance{}", index.index())),
        }
    }

    /// Ends the frame of an instantiation: its exports are the new instance of the frame that waits for it.
    pub(super) fn leave(&mut self, done: Frame<'c>, outer: &mut Frame<'c>) -> Result<()> {
        let items = self.instances.push(Instance { import: None, items: done.exports });
        outer.instances.push(NamedInstance { items, name: None });
        match done.ty {
            // Here the resources that the component defines get the names they have outside.
            Some(ty) => self.bind(outer, Item::Instance(items), ComponentEntityType::Instance(ty)),
            None => Ok(()),
        }
    }

    pub(super) fn gather_items(&mut self, frame: &mut Frame<'c>, items: &'c [NamedItem<'a>]) {
        let items: IndexMap<_, _> = items.iter().map(|i| (i.name, frame.get(i.item))).collect();
        let items = self.instances.push(Instance { import: None, items });
        frame.instances.push(NamedInstance { items, name: None });
    }

    pub(super) fn alias(
        &mut self,
        frame: &mut Frame<'c>,
        instance: InstanceIndex,
        name: &'c str,
    ) -> Result<()> {
        let NamedInstance { items, name: instance } = frame.instances[instance];
        let item = self.item(items, name).ok_or_else(|| self.broken("an alias", frame.instance))?;
        frame.push(item, FuncName { instance, func: name });
        Ok(())
    }

    pub(super) fn export(&mut self, frame: &mut Frame<'c>, export: &'c Export<'a>) -> Result<()> {
        let item = frame.get(export.item);
        frame.repeat(export.item);
        self.bind(frame, item, export.ty)?;
        if frame.ty.is_some() {
            frame.exports.insert(export.name, item);
            Ok(())
        } else {
            self.export_from_root(frame, export, item)
        }
    }

    /// Says what resource types in `ty` mean in the frame, now that there is an item of this type.
    pub(super) fn bind(&mut self, frame: &mut Frame<'c>, item: Item, ty: ComponentEntityType) -> Result<()> {
        match (ty, item) {
            (ComponentEntityType::Type { created, .. }, Item::Resource(resource)) => {
                if let ComponentAnyTypeId::Resource(id) = created {
                    frame.scope.bind(id.resource(), resource);
                }
                Ok(())
            }
            (ComponentEntityType::Instance(ty), Item::Instance(items)) => {
                let paths = self.converter.resource_paths(ty);
                self.settle(frame.instance)?;
                for resource in paths.iter() {
                    let steps = resource.path.iter().map(|name| cost::of_name(name)).sum();
                    self.spend(frame.instance, steps)?;
                    let mut item = Some(Item::Instance(items));
                    for name in &resource.path {
                        item = match item {
                            Some(Item::Instance(items)) => self.item(items, name),
                            _ => None,
                        };
                    }
                    let Some(Item::Resource(actual)) = item else {
                        return Err(self.broken("a resource type", frame.instance));
                    };
                    frame.scope.bind(resource.id, actual);
                }
                Ok(())
            }
            // Items of other sorts bring no resource types with them.
            _ => Ok(()),
        }
    }

    /// Counts the work that the converter did.
    pub(super) fn settle(&mut self, instance: dfg::InstanceId) -> Result<()> {
        let work = std::mem::take(&mut self.converter.work);
        self.spend(instance, work)
    }
}
