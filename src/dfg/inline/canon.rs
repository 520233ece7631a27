//! Lifts, lowers, resources and built-ins: drafts that become nodes of the graph when something needs them.

use super::Inliner;
use super::frame::Frame;
use super::items::{BuiltInDraft, CoreFunc, DraftOptions, Func, FuncName, Lift, Lower, NamedFunc};
use crate::abi::FlatType;
use crate::abi::types::{FuncTypeId, ResourceId, TypeId};
use crate::component::{self, CoreFuncIndex, FuncIndex, Kind, Options};
use crate::dfg::{Effect, Resource, Trampoline};
use anyhow::Result;
use wasmparser::component_types::{ComponentFuncTypeId, ComponentValType, ResourceId as StaticResourceId};

impl<'c, 'a: 'c> Inliner<'c, 'a> {
    pub(super) fn define_resource(
        &mut self,
        frame: &mut Frame<'c>,
        id: StaticResourceId,
        rep: FlatType,
        dtor: Option<CoreFuncIndex>,
    ) -> Result<()> {
        let dtor = dtor.map(|dtor| self.need(frame.instance, frame.core_funcs[dtor])).transpose()?;
        let resource = self.dfg.resources.push(Resource::Defined { instance: frame.instance, rep, dtor });
        frame.scope.bind(id, resource);
        self.effect(frame, Effect::DefineResource(resource))
    }

    pub(super) fn lift(
        &mut self,
        frame: &mut Frame<'c>,
        func: CoreFuncIndex,
        ty: ComponentFuncTypeId,
        options: &Options,
    ) -> Result<()> {
        let ty = self.func_type(frame, ty)?;
        let name = self.component.bodies[frame.body].names.funcs.get(&frame.funcs.next_id()).copied();
        let (callee, options) = (frame.core_funcs[func], draft_options(frame, options));
        let func = Func::Lifted(self.lifts.push(Lift { callee, ty, options, done: None }));
        let name = FuncName { instance: None, func: name.unwrap_or("lifted function") };
        frame.funcs.push(NamedFunc { func, name });
        Ok(())
    }

    pub(super) fn lower(&mut self, frame: &mut Frame<'c>, func: FuncIndex, options: &Options) {
        let (func, options) = (frame.funcs[func], draft_options(frame, options));
        frame.core_funcs.push(CoreFunc::Lowered(self.lowers.push(Lower { func, options, done: None })));
    }

    /// Executes a built-in.
    pub(super) fn built_in(&mut self, frame: &mut Frame<'c>, kind: &Kind<'a>) -> Result<()> {
        let instance = frame.instance;
        let trampoline = match *kind {
            Kind::ResourceNew(id) => {
                Trampoline::ResourceNew { instance, resource: self.resource(frame, id)? }
            }
            Kind::ResourceRep(id) => {
                Trampoline::ResourceRep { instance, resource: self.resource(frame, id)? }
            }
            Kind::ResourceDrop(id) => {
                Trampoline::ResourceDrop { instance, resource: self.resource(frame, id)? }
            }
            Kind::ContextGet { ty, slot } => Trampoline::ContextGet { instance, ty, slot },
            Kind::ContextSet { ty, slot } => Trampoline::ContextSet { instance, ty, slot },
            Kind::BuiltIn(ref written) => return self.async_built_in(frame, written),
            _ => return Err(self.broken("a built-in", instance)),
        };
        frame.core_funcs.push(CoreFunc::BuiltIn(trampoline));
        Ok(())
    }

    fn async_built_in(&mut self, frame: &mut Frame<'c>, written: &component::BuiltInUse) -> Result<()> {
        let component::BuiltInUse { built_in, ty, ref options, is_async, thread } = *written;
        let ty = ty.map(|ty| self.value_type(frame, ty)).transpose()?;
        let thread = thread.map(|start| (start, frame.tables[start.table]));
        let options = options.as_ref().map(|options| draft_options(frame, options));
        let instance = frame.instance;
        let draft = BuiltInDraft { instance, built_in, ty, options, is_async, thread, done: None };
        frame.core_funcs.push(CoreFunc::Draft(self.built_ins.push(draft)));
        Ok(())
    }

    fn resource(&self, frame: &Frame<'c>, id: StaticResourceId) -> Result<ResourceId> {
        frame.scope.resource(id).ok_or_else(|| self.broken("a resource type", frame.instance))
    }

    /// Converts a function type as the frame's scope has it.
    pub(super) fn func_type(&mut self, frame: &mut Frame<'c>, ty: ComponentFuncTypeId) -> Result<FuncTypeId> {
        let converted = self.converter.func(ty, &mut frame.scope, &mut self.dfg.types);
        self.settle(frame.instance)?;
        converted.map_err(|_| self.broken("a resource type", frame.instance))
    }

    fn value_type(&mut self, frame: &mut Frame<'c>, ty: ComponentValType) -> Result<TypeId> {
        let converted = self.converter.value(ty, &mut frame.scope, &mut self.dfg.types);
        self.settle(frame.instance)?;
        converted.map_err(|_| self.broken("a resource type", frame.instance))
    }
}

fn draft_options<'c>(frame: &Frame<'c>, options: &Options) -> DraftOptions<'c> {
    let func = |func: Option<CoreFuncIndex>| func.map(|f| frame.core_funcs[f]);
    DraftOptions {
        instance: frame.instance,
        encoding: options.encoding,
        memory: options.memory.map(|memory| frame.memories[memory]),
        pointer: options.pointer,
        realloc: func(options.realloc),
        post_return: func(options.post_return),
        is_async: options.is_async,
        callback: func(options.callback),
    }
}
