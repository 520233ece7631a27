//! What the plan says of tasks as a whole: whether there are any, and why stack switching may be needed.

use super::{ExportKind, Plan, Requirement, TypeKind};
use crate::dfg::{Dfg, InstanceId};
use crate::fact::tasks::{Blocking, Tasks};
use std::collections::HashSet;

/// The engine feature that lets a stack wait.
const JSPI: &str = "jspi";

/// How many reasons are given in full.
const MAX_REASONS: usize = 3;

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
