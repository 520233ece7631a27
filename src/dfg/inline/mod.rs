//! Symbolic execution of a component.
//!
//! Instantiating a component is executing its body, definition by definition. Here that is done with names for
//! things instead of things: items are small ids into arenas, and only effects are written down as they happen.
//! A nested instantiation pushes a frame onto an explicit stack; nothing recurses on the input's nesting.
//!
//! Values (lowered functions, options, trampolines, adapters) come to be when something needs them: `resolve`
//! turns the drafts that bodies leave behind into nodes of the graph.
//!
//! Sharing is by ids, so re-exporting an instance a thousand times costs a thousand words. What multiplies (a
//! component that instantiates another twice, which instantiates another twice ...) runs into a [`Limit`].

mod canon;
mod core;
mod cost;
mod exports;
mod frame;
mod imports;
mod instances;
mod items;
mod paths;
mod resolve;
mod types;

use self::frame::Frame;
use self::items::{
    BuiltInDraft, BuiltInId, Closure, ClosureId, CoreItem, CoreItemsId, Ends, Instance, Item, ItemsId, Lift,
    LiftId, Lower, LowerId,
};
use self::paths::Paths;
use self::types::Converter;
use super::{Dfg, InstanceId, Module};
use crate::abi::types::TypeId;
use crate::component::{Component, Definition, Kind};
use crate::error::{Feature, Limit, LimitExceeded, Unsupported};
use crate::id::IdVec;
use anyhow::{Result, anyhow};
use std::collections::HashMap;

/// Inlines `component` to one flat graph.
///
/// Errors: [`Unsupported`] where something is needed that is not built yet, [`LimitExceeded`] where a small
/// component would become an unreasonably large graph.
pub fn inline<'a>(component: &Component<'a>) -> Result<Dfg<'a>> {
    let mut inliner = Inliner::new(component);
    inliner.run()?;
    let dfg = inliner.dfg;
    #[cfg(debug_assertions)]
    super::verify(&dfg)?;
    Ok(dfg)
}

/// The execution: the graph so far, and what frames refer to by id.
struct Inliner<'c, 'a> {
    component: &'c Component<'a>,
    dfg: Dfg<'a>,
    converter: Converter<'c>,
    paths: Paths,
    closures: IdVec<ClosureId, Closure>,
    instances: IdVec<ItemsId, Instance<'c>>,
    core_items: IdVec<CoreItemsId, HashMap<&'c str, CoreItem<'c>>>,
    lifts: IdVec<LiftId, Lift<'c>>,
    lowers: IdVec<LowerId, Lower<'c>>,
    built_ins: IdVec<BuiltInId, BuiltInDraft<'c>>,
    /// Who moves elements of which type.
    ends: HashMap<TypeId, Ends>,
    /// How many pairs of those there are.
    pairs: usize,
    steps: usize,
    /// Where the definition at hand is in the input, for errors.
    offset: u64,
}

impl<'c, 'a: 'c> Inliner<'c, 'a> {
    fn new(component: &'c Component<'a>) -> Self {
        let modules = component.modules.values().map(|module| Module {
            bytes: module.bytes,
            offset: module.offset,
            imports: module.imports.clone(),
            exports: module.exports.clone(),
            features: module.features.clone(),
            may_throw: module.may_throw,
            has_start: module.has_start,
        });
        Inliner {
            component,
            dfg: Dfg { modules: modules.collect(), ..Dfg::default() },
            converter: Converter::new(&component.types),
            paths: Paths::default(),
            closures: IdVec::new(),
            instances: IdVec::new(),
            core_items: IdVec::new(),
            lifts: IdVec::new(),
            lowers: IdVec::new(),
            built_ins: IdVec::new(),
            ends: HashMap::new(),
            pairs: 0,
            steps: 0,
            offset: 0,
        }
    }

    /// Executes the root and, from its instantiations, everything else.
    fn run(&mut self) -> Result<()> {
        let root = self.component.root();
        let closure = self.closures.push(Closure { body: root, captured: Box::default() });
        let instance = self.dfg.instances.push(super::Instance {
            parent: None,
            path: self.paths.root(),
            may_throw: false,
        });
        let mut stack = vec![Frame::new(closure, root, instance)];
        while let Some(frame) = stack.last_mut() {
            let component = self.component;
            match component.bodies[frame.body].definitions.get(frame.next) {
                Some(definition) => {
                    frame.next += 1;
                    if let Some(inner) = self.execute(frame, definition)? {
                        stack.push(inner);
                    }
                }
                None => {
                    let done = stack.pop();
                    if let (Some(done), Some(outer)) = (done, stack.last_mut()) {
                        self.leave(done, outer)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Executes one definition. The result is the frame of an instantiation to be executed first.
    fn execute(
        &mut self,
        frame: &mut Frame<'c>,
        definition: &'c Definition<'a>,
    ) -> Result<Option<Frame<'c>>> {
        self.offset = definition.offset;
        self.spend(frame.instance, cost::of_definition(&definition.kind))?;
        match &definition.kind {
            Kind::Import(import) => self.import(frame, import)?,
            Kind::Export(export) => self.export(frame, export)?,
            Kind::Module(module) => self.define_module(frame, *module),
            Kind::Component(body) => self.close_over(frame, *body)?,
            Kind::CapturedModule(capture) => self.captured_module(frame, *capture)?,
            Kind::CapturedComponent(capture) => self.captured_component(frame, *capture)?,
            Kind::SameModule(module) => frame.repeat_module(*module),
            Kind::SameComponent(component) => frame.repeat_component(*component),
            Kind::CoreInstantiate { module, args } => self.core_instantiate(frame, *module, args)?,
            Kind::CoreItems(items) => self.gather_core_items(frame, items),
            Kind::CoreAlias { instance, name, kind } => self.core_alias(frame, *instance, name, *kind)?,
            Kind::Instantiate { component, args, ty } => {
                return self.instantiate(frame, *component, args, *ty).map(Some);
            }
            Kind::Items(items) => self.gather_items(frame, items),
            Kind::Alias { instance, name } => self.alias(frame, *instance, name)?,
            Kind::Resource { id, rep, dtor } => self.define_resource(frame, *id, *rep, *dtor)?,
            Kind::Lift { func, ty, options } => self.lift(frame, *func, *ty, options)?,
            Kind::Lower { func, options } => self.lower(frame, *func, options),
            Kind::ResourceNew(_)
            | Kind::ResourceRep(_)
            | Kind::ResourceDrop(_)
            | Kind::ContextGet { .. }
            | Kind::ContextSet { .. }
            | Kind::BuiltIn(_) => self.built_in(frame, &definition.kind)?,
        }
        Ok(None)
    }

    /// Counts work, so that a small input cannot cause an unreasonable amount of it.
    fn spend(&mut self, instance: InstanceId, steps: usize) -> Result<()> {
        self.steps = self.steps.saturating_add(steps);
        self.check(Limit::Steps, self.steps, instance)
    }

    /// Like [`spend`](Self::spend) for a copy of `name`.
    fn spend_name(&mut self, instance: InstanceId, name: &str) -> Result<()> {
        self.spend(instance, cost::of_name(name))
    }

    /// Fails if `count` is more than the limit.
    fn check(&self, limit: Limit, count: usize, instance: InstanceId) -> Result<()> {
        if count <= limit.max() {
            return Ok(());
        }
        Err(LimitExceeded { limit, offset: self.offset, path: self.path(instance) }.into())
    }

    /// A refusal of what the definition at hand needs.
    fn unsupported(&self, feature: Feature, item: &'static str, instance: InstanceId) -> anyhow::Error {
        Unsupported { feature, item, offset: self.offset, path: self.path(instance) }.into()
    }

    /// Something the validator excludes was met: a bug in corefuse, not in the input.
    fn broken(&self, what: &str, instance: InstanceId) -> anyhow::Error {
        anyhow!(
            "corefuse lost track of {what} at offset {:#x} in component `{}`; please report this as a bug of \
             corefuse",
            self.offset,
            self.path(instance)
        )
    }

    fn path(&self, instance: InstanceId) -> String {
        self.dfg.instances[instance].path.clone()
    }

    /// The item of an instance with this name.
    fn item(&self, items: ItemsId, name: &str) -> Option<Item> {
        self.instances[items].items.get(name).copied()
    }
}
