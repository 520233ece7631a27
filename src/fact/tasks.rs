//! Which component instances have to do with tasks: whose code can tell what the current task is, and whose code can
//! block the thread it runs on.
//!
//! An instance *observes tasks* if it uses a built-in that depends on the current task or thread, or calls a function
//! of an asynchronous type. Only calls into such instances tell the host that a task begins and ends.
//!
//! An instance *may block* if it uses a built-in that blocks, calls a function of an asynchronous type synchronously,
//! or makes a synchronous call into an instance that may block. A plan with no instance that may block needs no stack
//! switching. Of the functions of one that may, `blocking` finds those that can get to something that blocks: only their
//! stacks are entered in the way that lets them be suspended.

use super::blocking::BlockingFunctions;
use super::needs::may_enter;
use crate::abi::BuiltIn;
use crate::dfg::{
    AdapterId, CoreDef, Dfg, ImportId, InstanceId, LiftedFunc, Resource, Trampoline, TrampolineId,
};
use crate::id::IdVec;
use std::collections::HashSet;

/// The result of the analysis.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    /// By component instance.
    pub instances: IdVec<InstanceId, InstanceTasks>,
    /// What can block, in the order of the graph, each once.
    pub reasons: Vec<(InstanceId, Blocking)>,
    /// Which functions of those instances may block; `None` where that is not known.
    functions: Option<BlockingFunctions>,
}

/// What is known of one component instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InstanceTasks {
    /// Its code can tell which task is the current one.
    pub observes: bool,
    /// Its code may block.
    pub may_block: bool,
}

/// Why an instance's own code may block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blocking {
    /// It uses this built-in.
    BuiltIn(BuiltIn),
    /// It calls this imported function, which is asynchronous, synchronously.
    Import(ImportId),
    /// It makes this call, of an asynchronous function, synchronously.
    Call(AdapterId),
}

impl Tasks {
    /// Whether a call of `func`, or its callback, may block. Graphs made by hand may know nothing of it.
    pub fn may_block(&self, dfg: &Dfg<'_>, func: &LiftedFunc) -> bool {
        self.instance_may_block(dfg.options[func.options].instance)
            && self.functions.as_ref().is_none_or(|functions| functions.contains(dfg, func))
    }

    fn instance_may_block(&self, instance: InstanceId) -> bool {
        self.instances.get(instance).is_some_and(|tasks| tasks.may_block)
    }

    /// Analyses a graph. Time is linear in its size, and that of the modules of instances that may block.
    pub fn of(dfg: &Dfg<'_>) -> Tasks {
        let mut analysis = Analysis::new(dfg);
        for (id, trampoline) in dfg.trampolines.iter() {
            analysis.trampoline(id, trampoline);
        }
        for (id, _) in dfg.adapters.iter().filter(|(_, adapter)| may_enter(dfg, adapter)) {
            analysis.adapter(id);
        }
        analysis.finish()
    }
}

struct Analysis<'a> {
    dfg: &'a Dfg<'a>,
    tasks: Tasks,
    seen: HashSet<(InstanceId, Blocking)>,
    /// The functions by which they block.
    sources: Vec<CoreDef>,
    /// Who calls into an instance synchronously.
    callers: IdVec<InstanceId, Vec<InstanceId>>,
}

impl<'a> Analysis<'a> {
    fn new(dfg: &'a Dfg<'a>) -> Self {
        let instances = dfg.instances.ids().map(|_| InstanceTasks::default()).collect();
        Analysis {
            dfg,
            tasks: Tasks { instances, reasons: Vec::new(), functions: None },
            seen: HashSet::new(),
            sources: Vec::new(),
            callers: dfg.instances.ids().map(|_| Vec::new()).collect(),
        }
    }

    fn trampoline(&mut self, id: TrampolineId, trampoline: &Trampoline) {
        match *trampoline {
            Trampoline::BuiltIn(used) => {
                self.tasks.instances[used.instance].observes |= used.built_in.observes_task();
                if used.may_block() {
                    self.blocks(used.instance, Blocking::BuiltIn(used.built_in), CoreDef::Trampoline(id));
                }
            }
            Trampoline::LowerImport { import, ty, options } if self.dfg.types.func(ty).is_async => {
                let options = &self.dfg.options[options];
                self.tasks.instances[options.instance].observes = true;
                if !options.is_async {
                    self.blocks(options.instance, Blocking::Import(import), CoreDef::Trampoline(id));
                }
            }
            // A destructor is a synchronous call into the instance that defines the resource.
            Trampoline::ResourceDrop { instance, resource } => {
                if let Resource::Defined { instance: definer, dtor: Some(_), .. } =
                    self.dfg.resources[resource]
                {
                    self.callers[definer].push(instance);
                }
            }
            Trampoline::LowerImport { .. }
            | Trampoline::ResourceNew { .. }
            | Trampoline::ResourceRep { .. }
            | Trampoline::ContextGet { .. }
            | Trampoline::ContextSet { .. } => {}
        }
    }

    fn adapter(&mut self, id: AdapterId) {
        let adapter = &self.dfg.adapters[id];
        let [lower, lift] = [adapter.lower, adapter.callee.options].map(|o| &self.dfg.options[o]);
        if !self.dfg.types.func(adapter.callee.ty).is_async {
            self.callers[lift.instance].push(lower.instance);
            return;
        }
        self.tasks.instances[lower.instance].observes = true;
        if !lower.is_async {
            self.blocks(lower.instance, Blocking::Call(id), CoreDef::Adapter(id));
        }
    }

    fn blocks(&mut self, instance: InstanceId, blocking: Blocking, source: CoreDef) {
        self.sources.push(source);
        if self.seen.insert((instance, blocking)) {
            self.tasks.reasons.push((instance, blocking));
        }
    }

    fn finish(mut self) -> Tasks {
        let mut pending: Vec<InstanceId> = self.tasks.reasons.iter().map(|(instance, _)| *instance).collect();
        while let Some(instance) = pending.pop() {
            let tasks = &mut self.tasks.instances[instance];
            if !std::mem::replace(&mut tasks.may_block, true) {
                pending.extend(self.callers[instance].iter().copied());
            }
        }
        if !self.sources.is_empty() {
            let instances = |instance| self.tasks.instance_may_block(instance);
            self.tasks.functions = BlockingFunctions::of(self.dfg, self.sources, instances);
        }
        self.tasks
    }
}

#[cfg(test)]
mod tests {
    use super::{Blocking, InstanceTasks, Tasks};
    use crate::component;
    use crate::dfg::{Dfg, inline};

    /// What is known of each instance, as `observes`, `blocks`, and why.
    fn of(text: &str) -> (Vec<[bool; 2]>, Vec<Blocking>) {
        let bytes = wat::parse_str(text).unwrap();
        let component = component::read(&bytes).unwrap();
        let dfg: Dfg<'_> = inline(&component).unwrap();
        let tasks = Tasks::of(&dfg);
        let flags = |tasks: &InstanceTasks| [tasks.observes, tasks.may_block];
        (tasks.instances.values().map(flags).collect(), tasks.reasons.iter().map(|(_, why)| *why).collect())
    }

    /// A root with a callee that uses `built_in` and a caller that calls it by `lower`; the function is `effect`.
    fn pair(effect: &str, built_in: &str, lower: &str, status: &str) -> String {
        format!(
            r#"(component
              (component $callee
                (core func $b {built_in})
                (core module $m (import "" "b" (func (param i32) (result i32))) (func (export "f")))
                (core instance $m (instantiate $m (with "" (instance (export "b" (func $b))))))
                (func (export "f") {effect} (canon lift (core func $m "f"))))
              (component $caller
                (import "f" (func $f {effect}))
                (core func $f (canon lower (func $f) {lower}))
                (core module $m (import "" "f" (func {status})))
                (core instance (instantiate $m (with "" (instance (export "f" (func $f)))))))
              (instance $callee (instantiate $callee))
              (instance (instantiate $caller (with "f" (func $callee "f")))))"#
        )
    }

    const BLOCKS: &str = "(canon subtask.cancel)";
    const DOES_NOT: &str = "(canon subtask.cancel async)";
    const QUIET: [bool; 2] = [false, false];

    #[test]
    fn a_synchronous_call_of_what_blocks_blocks() {
        let (flags, reasons) = of(&pair("", BLOCKS, "", ""));
        assert_eq!(flags, [QUIET, [true, true], [false, true]]);
        assert_eq!(reasons.len(), 1);
        let (flags, reasons) = of(&pair("", DOES_NOT, "", ""));
        assert_eq!(flags, [QUIET, [true, false], QUIET]);
        assert!(reasons.is_empty());
    }

    #[test]
    fn an_asynchronous_call_blocks_only_if_it_is_made_synchronously() {
        let (flags, reasons) = of(&pair("async", BLOCKS, "async", "(result i32)"));
        assert_eq!(flags, [QUIET, [true, true], [true, false]]);
        assert_eq!(reasons.len(), 1);
        let (flags, reasons) = of(&pair("async", DOES_NOT, "", ""));
        assert_eq!(flags, [QUIET, [true, false], [true, true]]);
        assert!(matches!(reasons[..], [Blocking::Call(_)]), "{reasons:?}");
    }
}
