//! Turns drafts into nodes of the graph, when something needs them.
//!
//! A lowered function may call a lifted one, whose core function may be a lowered one again, and so on as far as
//! the input likes. What must be resolved first therefore waits on an explicit stack.

use super::Inliner;
use super::items::{
    BuiltInDraft, BuiltInId, CoreFunc, CoreRef, DraftOptions, Func, FuncName, LiftId, LowerId,
};
use super::paths::shorten;
use crate::abi::built_in::Subject;
use crate::abi::types::TypeDef;
use crate::component;
use crate::dfg::{
    Adapter, BuiltInUse, CoreDef, CoreExport, ImportKind, InstanceId, LiftedFunc, Options, OptionsId,
    ThreadStart, Trampoline,
};
use crate::error::Limit;
use anyhow::Result;

/// Longest part of an adapter's name, in characters.
const MAX_NAME: usize = 160;

/// A draft that is needed.
#[derive(Clone, Copy)]
enum Draft {
    Lift(LiftId),
    Lower(LowerId),
    BuiltIn(BuiltInId),
}

impl Draft {
    /// What must be resolved before `func` is known.
    fn of(func: CoreFunc<'_>) -> Option<Draft> {
        match func {
            CoreFunc::Lowered(lower) => Some(Draft::Lower(lower)),
            CoreFunc::Draft(built_in) => Some(Draft::BuiltIn(built_in)),
            CoreFunc::Export(_) | CoreFunc::BuiltIn(_) => None,
        }
    }
}

impl<'c, 'a: 'c> Inliner<'c, 'a> {
    /// The node for a core function.
    pub(super) fn need(&mut self, instance: InstanceId, func: CoreFunc<'c>) -> Result<CoreDef> {
        if let Some(draft) = Draft::of(func) {
            self.resolve(instance, draft)?;
        }
        self.ready(instance, func)
    }

    /// The node for a lifted function.
    pub(super) fn need_lift(&mut self, instance: InstanceId, lift: LiftId) -> Result<LiftedFunc> {
        self.resolve(instance, Draft::Lift(lift))?;
        self.ready_lift(instance, lift)
    }

    /// Resolves `draft` after everything it needs.
    fn resolve(&mut self, instance: InstanceId, draft: Draft) -> Result<()> {
        let mut pending = vec![draft];
        while let Some(&draft) = pending.last() {
            let before = pending.len();
            if !self.is_done(draft) {
                let needed = self.needs(draft).into_iter().flatten();
                pending.extend(needed.filter(|&needed| !self.is_done(needed)));
            }
            if pending.len() > before {
                continue;
            }
            pending.pop();
            if !self.is_done(draft) {
                self.spend(instance, 1)?;
                match draft {
                    Draft::Lift(lift) => self.finish_lift(instance, lift)?,
                    Draft::Lower(lower) => self.finish_lower(instance, lower)?,
                    Draft::BuiltIn(built_in) => self.finish_built_in(instance, built_in)?,
                }
            }
        }
        Ok(())
    }

    fn is_done(&self, draft: Draft) -> bool {
        match draft {
            Draft::Lift(lift) => self.lifts[lift].done.is_some(),
            Draft::Lower(lower) => self.lowers[lower].done.is_some(),
            Draft::BuiltIn(built_in) => self.built_ins[built_in].done.is_some(),
        }
    }

    /// What must be resolved before `draft`.
    fn needs(&self, draft: Draft) -> [Option<Draft>; 4] {
        let core = |func: Option<CoreFunc<'c>>| func.and_then(Draft::of);
        let (options, func) = match draft {
            Draft::Lift(lift) => {
                let lift = &self.lifts[lift];
                (Some(&lift.options), core(Some(lift.callee)))
            }
            Draft::Lower(lower) => {
                let lower = &self.lowers[lower];
                let lift = match lower.func.func {
                    Func::Lifted(lift) => Some(Draft::Lift(lift)),
                    Func::Imported(_) => None,
                };
                (Some(&lower.options), lift)
            }
            Draft::BuiltIn(built_in) => (self.built_ins[built_in].options.as_ref(), None),
        };
        let [realloc, post_return, callback] =
            options.map_or([None; 3], |o| [o.realloc, o.post_return, o.callback]);
        [core(realloc), core(post_return), core(callback), func]
    }

    fn finish_lift(&mut self, instance: InstanceId, id: LiftId) -> Result<()> {
        let (callee, ty, options) = {
            let lift = &self.lifts[id];
            (lift.callee, lift.ty, lift.options)
        };
        let callee = self.ready(instance, callee)?;
        let options = self.options(instance, &options)?;
        self.lifts[id].done = Some(LiftedFunc { callee, ty, options });
        Ok(())
    }

    fn finish_lower(&mut self, instance: InstanceId, id: LowerId) -> Result<()> {
        let (func, options) = {
            let lower = &self.lowers[id];
            (lower.func, lower.options)
        };
        let options = self.options(instance, &options)?;
        let def = match func.func {
            Func::Imported(import) => {
                let ImportKind::Func(ty) = self.dfg.imports[import].kind else {
                    return Err(self.broken("an imported function", instance));
                };
                let trampoline = Trampoline::LowerImport { import, ty, options };
                CoreDef::Trampoline(self.dfg.trampolines.intern(trampoline))
            }
            Func::Lifted(lift) => {
                let callee = self.ready_lift(instance, lift)?;
                let name = full_name(func.name);
                self.spend_name(instance, &name)?;
                CoreDef::Adapter(self.dfg.adapters.intern(Adapter { callee, lower: options, name }))
            }
        };
        self.lowers[id].done = Some(def);
        Ok(())
    }

    fn finish_built_in(&mut self, instance: InstanceId, id: BuiltInId) -> Result<()> {
        let &BuiltInDraft { instance: user, built_in, ty, options, is_async, thread, .. } =
            &self.built_ins[id];
        let options = options.map(|options| self.options(instance, &options)).transpose()?;
        let thread = thread.map(|(start, table)| self.thread_start(instance, start, table)).transpose()?;
        let used = BuiltInUse { instance: user, built_in, ty, options, is_async, thread };
        let before = self.dfg.trampolines.len();
        let trampoline = self.dfg.trampolines.intern(Trampoline::BuiltIn(used));
        if self.dfg.trampolines.len() > before {
            self.count_pairs(&used, instance)?;
        }
        self.built_ins[id].done = Some(CoreDef::Trampoline(trampoline));
        Ok(())
    }

    /// Counts the pairs of built-ins that may move elements of a type to each other.
    fn count_pairs(&mut self, used: &BuiltInUse, instance: InstanceId) -> Result<()> {
        let Some(ty) = used.ty else { return Ok(()) };
        let types = &self.dfg.types;
        match *types.def(ty) {
            TypeDef::Stream(Some(element)) | TypeDef::Future(Some(element))
                if !types.def(element).is_number() => {}
            _ => return Ok(()),
        }
        let ends = self.ends.entry(ty).or_default();
        self.pairs = self.pairs.saturating_add(match used.built_in.subject() {
            Subject::Write => {
                ends.writers += 1;
                ends.readers
            }
            Subject::Read => {
                ends.readers += 1;
                ends.writers
            }
            Subject::None | Subject::Result | Subject::End => 0,
        });
        self.check(Limit::Copiers, self.pairs, instance)
    }

    fn thread_start(
        &mut self,
        instance: InstanceId,
        start: component::ThreadStart,
        table: CoreRef<'c>,
    ) -> Result<ThreadStart> {
        let component::ThreadStart { table_index, context, .. } = start;
        let table = self.core_export(instance, table)?;
        Ok(ThreadStart { table: self.dfg.tables.intern(table), table_index, context })
    }

    fn options(&mut self, instance: InstanceId, draft: &DraftOptions<'c>) -> Result<OptionsId> {
        let memory = draft.memory.map(|memory| self.core_export(instance, memory)).transpose()?;
        let realloc = draft.realloc.map(|func| self.ready(instance, func)).transpose()?;
        let post_return = draft.post_return.map(|func| self.ready(instance, func)).transpose()?;
        let callback = draft.callback.map(|func| self.ready(instance, func)).transpose()?;
        Ok(self.dfg.options.intern(Options {
            instance: draft.instance,
            encoding: draft.encoding,
            memory,
            pointer: draft.pointer,
            realloc,
            post_return,
            is_async: draft.is_async,
            callback,
        }))
    }

    /// The node for a core function whose drafts are resolved.
    fn ready(&mut self, instance: InstanceId, func: CoreFunc<'c>) -> Result<CoreDef> {
        match func {
            CoreFunc::Export(export) => Ok(CoreDef::Export(self.core_export(instance, export)?)),
            CoreFunc::BuiltIn(trampoline) => Ok(CoreDef::Trampoline(self.dfg.trampolines.intern(trampoline))),
            CoreFunc::Draft(built_in) => {
                let done = self.built_ins[built_in].done.clone();
                done.ok_or_else(|| self.broken("a built-in", instance))
            }
            CoreFunc::Lowered(lower) => {
                let done = self.lowers[lower].done.clone();
                done.ok_or_else(|| self.broken("a lowered function", instance))
            }
        }
    }

    fn ready_lift(&mut self, instance: InstanceId, lift: LiftId) -> Result<LiftedFunc> {
        let done = self.lifts[lift].done.clone();
        let done = done.ok_or_else(|| self.broken("a lifted function", instance))?;
        if let CoreDef::Export(export) = &done.callee {
            self.spend_name(instance, &export.name)?;
        }
        Ok(done)
    }

    /// The node for an export of a core instance.
    pub(super) fn core_export(&mut self, instance: InstanceId, export: CoreRef<'c>) -> Result<CoreExport> {
        self.spend_name(instance, export.name)?;
        Ok(CoreExport { instance: export.instance, name: export.name.into() })
    }
}

fn full_name(name: FuncName<'_>) -> Box<str> {
    let func = shorten(name.func, MAX_NAME);
    match name.instance {
        Some(instance) => format!("{}#{func}", shorten(instance, MAX_NAME)).into(),
        None => func.into(),
    }
}
