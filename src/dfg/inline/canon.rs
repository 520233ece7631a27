//! Lifts, lowers, resources and built-ins: drafts that become nodes of the graph when something needs them.

use super::Inliner;
use super::frame::Frame;
use super::items::{CoreFunc, DraftOptions, Func, FuncName, Lift, Lower, NamedFunc, Refusal, RefusalId};
use super::types::not_built;
use crate::abi::FlatType;
use crate::abi::types::{FuncTypeId, ResourceId};
use crate::component::{CoreFuncIndex, FuncIndex, Kind, Options};
use crate::dfg::{Effect, ImportKind, InstanceId, Resource, Trampoline};
use crate::error::Feature;
use anyhow::Result;
use wasmparser::component_types::{ComponentFuncTypeId, ResourceId as StaticResourceId};

/// Either something usable or why it is not.
type Draft<T> = std::result::Result<T, RefusalId>;

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
        let func = match self.draft_lift(frame, func, ty, options) {
            Ok(lift) => Func::Lifted(self.lifts.push(lift)),
            Err(refusal) => Func::Refused(refusal),
        };
        let name = FuncName { instance: None, func: name.unwrap_or("lifted function") };
        frame.funcs.push(NamedFunc { func, name });
        Ok(())
    }

    fn draft_lift(
        &mut self,
        frame: &Frame<'c>,
        func: CoreFuncIndex,
        ty: FuncTypeId,
        options: &Options,
    ) -> Draft<Lift<'c>> {
        if options.is_async {
            return Err(self.refuse(frame, Feature::Async, "canon lift async"));
        }
        if let Some((feature, item)) = not_built(ty, &self.dfg.types) {
            return Err(self.refuse(frame, feature, item));
        }
        let callee = usable(frame.core_funcs[func])?;
        Ok(Lift { callee, ty, options: draft_options(frame, options)?, done: None })
    }

    pub(super) fn lower(&mut self, frame: &mut Frame<'c>, func: FuncIndex, options: &Options) -> Result<()> {
        let func = match self.draft_lower(frame, frame.funcs[func], options)? {
            Ok(lower) => CoreFunc::Lowered(self.lowers.push(lower)),
            Err(refusal) => CoreFunc::Refused(refusal),
        };
        frame.core_funcs.push(func);
        Ok(())
    }

    fn draft_lower(
        &mut self,
        frame: &Frame<'c>,
        func: NamedFunc<'c>,
        options: &Options,
    ) -> Result<Draft<Lower<'c>>> {
        let refused = match func.func {
            Func::Refused(refusal) => return Ok(Err(refusal)),
            _ if options.is_async => Some((Feature::Async, "canon lower async")),
            // A type that is not built would have refused the lift.
            Func::Lifted(_) => None,
            Func::Imported(import) => {
                let ImportKind::Func(ty) = self.dfg.imports[import].kind else {
                    return Err(self.broken("an imported function", frame.instance));
                };
                not_built(ty, &self.dfg.types)
            }
        };
        if let Some((feature, item)) = refused {
            return Ok(Err(self.refuse(frame, feature, item)));
        }
        Ok(draft_options(frame, options).map(|options| Lower { func, options, done: None }))
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
            Kind::NotBuilt { feature, name } => {
                let refusal = self.refuse(frame, feature, name);
                frame.core_funcs.push(CoreFunc::Refused(refusal));
                return Ok(());
            }
            _ => return Err(self.broken("a built-in", instance)),
        };
        frame.core_funcs.push(CoreFunc::BuiltIn(trampoline));
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

    /// Remembers why the definition at hand cannot be used.
    fn refuse(&mut self, frame: &Frame<'c>, feature: Feature, item: &'static str) -> RefusalId {
        let instance: InstanceId = frame.instance;
        self.refusals.push(Refusal { feature, item, offset: self.offset, instance })
    }
}

fn draft_options<'c>(frame: &Frame<'c>, options: &Options) -> Draft<DraftOptions<'c>> {
    let func = |func: Option<CoreFuncIndex>| func.map(|f| usable(frame.core_funcs[f])).transpose();
    Ok(DraftOptions {
        instance: frame.instance,
        encoding: options.encoding,
        memory: options.memory.map(|memory| frame.memories[memory]),
        pointer: options.pointer,
        realloc: func(options.realloc)?,
        post_return: func(options.post_return)?,
    })
}

fn usable(func: CoreFunc<'_>) -> Draft<CoreFunc<'_>> {
    match func {
        CoreFunc::Refused(refusal) => Err(refusal),
        CoreFunc::Export(_) | CoreFunc::BuiltIn(_) | CoreFunc::Lowered(_) => Ok(func),
    }
}
