//! What is about tasks: the host's part of it, as trampolines; whether there is any; why stack switching may be
//! needed.

use super::linearise::{Linearise, Need, done};
use super::{Copier, CoreDef, ExportKind, Plan, Requirement, Trampoline, TransferKind, TypeKind};
use crate::abi::FlatType;
use crate::abi::types::TypeDef;
use crate::dfg::{AdapterId, BuiltInUse, Dfg, InstanceId};
use crate::fact::tasks::{Blocking, Tasks};
use crate::fact::{self, TaskFunction};
use crate::id::Id;
use anyhow::Result;
use std::collections::HashSet;

/// The engine feature that lets a stack wait.
const JSPI: &str = "jspi";

/// How many reasons are given in full.
const MAX_REASONS: usize = 3;

/// What a function of the scheduler needs.
pub(super) fn needs(dfg: &Dfg<'_>, function: TaskFunction) -> Vec<Need> {
    match function {
        TaskFunction::StartCall(id) => {
            let adapter = &dfg.adapters[id];
            vec![Need::Options(adapter.callee.options), Need::Options(adapter.lower)]
        }
        // The options of these come to be later.
        TaskFunction::Try(_) => vec![],
        TaskFunction::Wait | TaskFunction::Resumed(_) => vec![],
        TaskFunction::TaskCode | TaskFunction::TaskExit | TaskFunction::TaskCheck => vec![],
        TaskFunction::TaskReturned(_) | TaskFunction::EnterSync(..) | TaskFunction::ExitSync => vec![],
        TaskFunction::Transfer { .. } => vec![],
    }
}

impl Linearise<'_, '_> {
    /// The trampoline of a built-in, whose options are there.
    pub(super) fn built_in(&mut self, used: &BuiltInUse) -> Result<Trampoline> {
        let table = used.thread.map(|start| self.export(&self.dfg.tables[start.table])).transpose()?;
        Ok(Trampoline::BuiltIn {
            name: used.built_in.name().to_owned(),
            instance: used.instance.index(),
            ty: used.ty.map(|ty| self.boundary.ty(ty)),
            options: used.options.map(|options| done(&self.options[options]).copied()).transpose()?,
            is_async: used.is_async,
            table: table.map(|table| self.out.table(table)),
            start: used.thread.map(|start| start.context.name().to_owned()),
        })
    }

    /// The trampoline for a function of the scheduler.
    pub(super) fn task(&mut self, function: TaskFunction) -> Result<CoreDef> {
        let result = |ty: Option<FlatType>| ty.map(|ty| ty.name().to_owned());
        let trampoline = match function {
            TaskFunction::Try(_) => None,
            TaskFunction::Wait => Some(Trampoline::Wait),
            TaskFunction::Resumed(ty) => Some(Trampoline::Resumed { result: result(ty) }),
            TaskFunction::StartCall(id) => Some(self.start_call(id)?),
            TaskFunction::TaskCode => Some(Trampoline::TaskCode),
            TaskFunction::TaskExit => Some(Trampoline::TaskExit),
            TaskFunction::TaskCheck => Some(Trampoline::TaskCheck),
            TaskFunction::TaskReturned(ty) => Some(Trampoline::TaskReturned { result: result(ty) }),
            TaskFunction::EnterSync(instance, adapter) => {
                Some(Trampoline::EnterSync { instance: instance.index(), adapter: adapter.map(Id::index) })
            }
            TaskFunction::ExitSync => Some(Trampoline::ExitSync),
            TaskFunction::Transfer { ty, from, to } => {
                let (kind, has_type) = match self.dfg.types.def(ty) {
                    TypeDef::Stream(_) => (TransferKind::Stream, true),
                    TypeDef::Future(_) => (TransferKind::Future, true),
                    _ => (TransferKind::ErrorContext, false),
                };
                let ty = has_type.then(|| self.boundary.ty(ty));
                Some(Trampoline::Transfer { kind, ty, from: from.index(), to: to.index() })
            }
        };
        Ok(self.out.task(function, trampoline))
    }

    /// [`Plan::copiers`]
    pub(super) fn copiers(&self) -> Result<Vec<Copier>> {
        let copiers = self.fused.copiers.iter();
        copiers
            .map(|copier| {
                Ok(Copier {
                    ty: self.boundary.ty(copier.pairing.ty),
                    from: *done(&self.options[copier.pairing.from])?,
                    to: *done(&self.options[copier.pairing.to])?,
                    func: CoreDef::Export {
                        instance: *done(&self.adapter_modules[copier.module])?,
                        export: copier.name.clone(),
                    },
                })
            })
            .collect()
    }

    fn start_call(&self, id: AdapterId) -> Result<Trampoline> {
        let adapter = &self.dfg.adapters[id];
        Ok(Trampoline::StartCall {
            adapter: id.index(),
            function: self.boundary.function(adapter.callee.ty),
            lift: *done(&self.options[adapter.callee.options])?,
            options: *done(&self.options[adapter.lower])?,
            scoped: fact::is_scoped(self.dfg, id),
            may_block: self.fused.tasks.may_block(self.dfg, &adapter.callee),
        })
    }
}

impl Plan {
    /// Whether a function is asynchronous, or passes streams, futures or error contexts.
    ///
    /// # Panics
    /// If the function does not exist.
    pub fn has_tasks(&self, function: usize) -> bool {
        let function = &self.functions[function];
        let mut seen = HashSet::new();
        let mut pending: Vec<usize> = function.params.iter().map(|p| p.ty).chain(function.result).collect();
        let mut found = function.is_async;
        while let Some(ty) = pending.pop() {
            let kind = &self.types[ty].kind;
            found |=
                matches!(kind, TypeKind::Stream { .. } | TypeKind::Future { .. } | TypeKind::ErrorContext);
            if seen.insert(ty) {
                pending.extend(kind.children());
            }
        }
        found
    }
}

/// Whether a host needs a scheduler for the plan, and so must know this minor version of the format.
pub(super) fn is_async(plan: &Plan) -> bool {
    let is_async = |function: usize| plan.functions[function].is_async;
    let exports = || {
        plan.exports.iter().any(|export| match export.kind {
            ExportKind::Func { function, may_block, .. } => may_block || is_async(function),
            _ => false,
        })
    };
    plan.trampolines.iter().any(|trampoline| trampoline.is_async())
        || plan.options.iter().any(|options| options.is_async)
        || exports()
}

/// The requirement of stack switching, with who may wait and in what, where anyone may.
pub(super) fn requirement(dfg: &Dfg<'_>, tasks: &Tasks) -> Option<Requirement> {
    let shown =
        tasks.reasons.iter().take(MAX_REASONS).map(|(instance, blocking)| reason(dfg, *instance, *blocking));
    let mut reasons: Vec<String> = shown.collect();
    if reasons.is_empty() {
        return None;
    }
    if tasks.reasons.len() > MAX_REASONS {
        reasons.push(format!("and {} more", tasks.reasons.len() - MAX_REASONS));
    }
    let reason = format!("only where a stack must really wait: {}", reasons.join("; "));
    Some(Requirement { feature: JSPI.to_owned(), reason, optional: true })
}

fn reason(dfg: &Dfg<'_>, instance: InstanceId, blocking: Blocking) -> String {
    let path = &dfg.instances[instance].path;
    match blocking {
        Blocking::BuiltIn(built_in) => format!("{path} uses {}", built_in.name()),
        Blocking::Import(import) => {
            let import = &dfg.imports[import];
            let name = match import.parent {
                Some(parent) => format!("{}#{}", dfg.imports[parent].name, import.name),
                None => import.name.to_string(),
            };
            format!("{path} calls {name} synchronously")
        }
        Blocking::Call(adapter) => format!("{path} calls {} synchronously", dfg.adapters[adapter].name),
    }
}
