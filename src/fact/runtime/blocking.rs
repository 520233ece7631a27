//! Functions that may block: the wasm between a guest and the host that lets only a real wait suspend the stack.
//!
//! A suspending import suspends its stack whenever it is called and needs an engine with stack switching. So the guest
//! calls a function here, which first asks the host plainly. Only where the host answers that the call must wait
//! (by the global [`names::BLOCKED`]) does it call the suspending `wait`, and then `resumed` for the result.

use super::module::{GlobalIndex, ModuleBuilder};
use super::names;
use crate::abi::FlatType;
use crate::dfg::{Dfg, InstanceId, TrampolineId};
use crate::fact::code::{Expr, FuncIndex, i32, val_type};
use crate::fact::signature;
use crate::fact::{GeneratedImport, ImportSource, TaskFunction};
use indexmap::IndexMap;
use wasm_encoder::ValType::{self, I32};

/// First name of the scheduler's functions.
const TASK: &str = "task";

/// What is imported from the host's scheduler.
#[derive(Default)]
pub(super) struct Blocking {
    functions: IndexMap<TaskFunction, FuncIndex>,
}

impl Blocking {
    /// Imports what the graph's trampolines that may block need.
    pub(super) fn import(
        module: &mut ModuleBuilder,
        imports: &mut Vec<GeneratedImport>,
        dfg: &Dfg<'_>,
    ) -> Blocking {
        let mut blocking = Blocking::default();
        let mut results = Vec::new();
        for (id, trampoline) in dfg.trampolines.iter() {
            if !names::is_blocking(dfg, trampoline) {
                continue;
            }
            let (params, result) = signature::trampoline(dfg, trampoline);
            blocking.add_import(module, imports, TaskFunction::Try(id), &params, &result);
            let result = result.first().copied();
            if !results.contains(&result) {
                results.push(result);
            }
        }
        if !results.is_empty() {
            blocking.add_import(module, imports, TaskFunction::Wait, &[], &[]);
        }
        for result in results {
            let types: Vec<FlatType> = result.into_iter().collect();
            blocking.add_import(module, imports, TaskFunction::Resumed(result), &[], &types);
        }
        blocking
    }

    /// Imports what tells the host of synchronous calls into `instance`.
    pub(super) fn import_sync_call(
        &mut self,
        module: &mut ModuleBuilder,
        imports: &mut Vec<GeneratedImport>,
        instance: InstanceId,
    ) {
        for function in [TaskFunction::EnterSync(instance, None), TaskFunction::ExitSync] {
            if !self.functions.contains_key(&function) {
                self.add_import(module, imports, function, &[], &[]);
            }
        }
    }

    /// What tells the host that a synchronous call into `instance` begins, and that it ends, if that was imported.
    pub(super) fn sync_call(&self, instance: InstanceId) -> Option<[FuncIndex; 2]> {
        let find = |function| self.functions.get(&function).copied();
        Some([find(TaskFunction::EnterSync(instance, None))?, find(TaskFunction::ExitSync)?])
    }

    /// Imports a function of the scheduler.
    fn add_import(
        &mut self,
        module: &mut ModuleBuilder,
        imports: &mut Vec<GeneratedImport>,
        function: TaskFunction,
        params: &[FlatType],
        results: &[FlatType],
    ) {
        let name = function.name();
        let [params, results] = [params, results].map(val_types);
        self.functions.insert(function, module.import(TASK, &name, &params, &results));
        let source = ImportSource::Task(function);
        imports.push(GeneratedImport { module: TASK.to_string(), name, source });
    }

    /// Adds the function that guests call instead of a trampoline that may block.
    pub(super) fn add(
        &self,
        module: &mut ModuleBuilder,
        blocked: GlobalIndex,
        dfg: &Dfg<'_>,
        id: TrampolineId,
        name: &str,
    ) -> FuncIndex {
        let (params, results) = signature::trampoline(dfg, &dfg.trampolines[id]);
        let result = results.first().copied();
        let [params, results] = [params, results].map(|types| val_types(&types));
        let [attempt, wait, resumed] =
            [TaskFunction::Try(id), TaskFunction::Wait, TaskFunction::Resumed(result)]
                .map(|function| self.functions[&function]);
        module.function_of(name, &params, &results, |c, params| {
            let value = result.map(|ty| c.local(val_type(ty)));
            c.call(attempt, params.iter().map(|param| param.get()));
            value.into_iter().for_each(|value| c.pop(value));
            c.if_(Expr::global(blocked.0, I32), |c| {
                c.set_global(blocked.0, i32(0));
                c.call(wait, []);
                c.call(resumed, []);
                value.into_iter().for_each(|value| c.pop(value));
            });
            value.into_iter().for_each(|value| c.push(value.get()));
        })
    }
}

fn val_types(types: &[FlatType]) -> Vec<ValType> {
    types.iter().map(|&ty| val_type(ty)).collect()
}
