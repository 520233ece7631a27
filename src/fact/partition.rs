//! Which adapters share a generated module: as few modules as the order of effects allows.
//!
//! One module of many adapters costs an engine 10 to 20 times less per adapter than one module each, so sharing
//! is worth care. An adapter module can be instantiated once everything it imports exists, and must be before
//! the first core instance that imports from it. Instantiating core modules has side effects, so their order is
//! fixed; numbering them 0, 1, ... gives every adapter an interval of moments at which it can come to be:
//!
//! - its *release*: after the last core instance that supplies its callee, its memories, reallocs or post-return;
//! - its *deadline*: before the first effect that needs it, directly or through another adapter or trampoline.
//!
//! Adapters whose intervals have a moment in common can share a module, so the question is how few moments hit
//! all intervals. Waiting until some deadline arrives and then taking every adapter that is released is optimal
//! (the first deadline needs a module no later than there, and no moment before it offers more adapters).
//!
//! An adapter that calls another one may share its module: it calls it directly. Cycles cannot occur: the
//! callee's id was interned as a part of the caller, so it is smaller. That makes one pass in order of ids enough.

use super::AdapterModuleId;
use crate::dfg::{
    Adapter, AdapterId, CoreDef, CoreExport, CoreInstanceId, CoreInstanceSource, Dfg, Effect, Options,
    OptionsId, Resource, TableId, Trampoline, TrampolineId,
};
use crate::id::IdVec;
use anyhow::{Result, ensure};
use std::collections::HashSet;

/// Most memories of guests that one module may import: the limit of the WebAssembly JavaScript interface, 100,
/// without the runtime's memory.
pub(super) const MAX_MEMORIES: usize = 99;

/// The adapters of each generated module, in order of ids. A module uses only modules before it.
pub type Partition = IdVec<AdapterModuleId, Vec<AdapterId>>;

/// A point in the order of effects: before the effect of this number.
pub type Moment = usize;

/// Assigns every adapter that `is_compiled` selects to a module.
///
/// # Errors
/// If the graph breaks its own invariant that what an effect uses comes before it.
pub fn partition(dfg: &Dfg<'_>, is_compiled: impl Fn(AdapterId) -> bool) -> Result<Partition> {
    let releases = Releases::of(dfg);
    let deadlines = Deadlines::of(dfg);
    let end = dfg.effects.len();

    let mut released: Vec<Vec<AdapterId>> = vec![Vec::new(); end + 1];
    for id in dfg.adapters.iter().map(|(id, _)| id).filter(|&id| is_compiled(id)) {
        let (release, deadline) = (releases.adapters[id], deadlines.adapters[id]);
        ensure!(release <= deadline, "the graph uses {id:?} before what it needs is instantiated");
        released[release].push(id);
    }

    let mut modules = Partition::new();
    let mut waiting = Vec::new();
    let mut waiting_until: Vec<usize> = vec![0; end + 1];
    for moment in 0..=end {
        for &id in &released[moment] {
            waiting_until[deadlines.adapters[id]] += 1;
        }
        waiting.append(&mut released[moment]);
        if waiting_until[moment] > 0 {
            for &id in &waiting {
                waiting_until[deadlines.adapters[id]] -= 1;
            }
            waiting.sort_unstable();
            split_by_memories(dfg, std::mem::take(&mut waiting), &mut modules);
        }
    }
    Ok(modules)
}

/// Makes modules of `adapters`, in order, each importing at most [`MAX_MEMORIES`] memories.
fn split_by_memories(dfg: &Dfg<'_>, adapters: Vec<AdapterId>, modules: &mut Partition) {
    let mut module = Vec::new();
    let mut memories: HashSet<&CoreExport> = HashSet::new();
    for id in adapters {
        let used = memories_of(dfg, &dfg.adapters[id]);
        let added = used.iter().filter(|memory| !memories.contains(*memory)).count();
        if memories.len() + added > MAX_MEMORIES {
            modules.push(std::mem::take(&mut module));
            memories.clear();
        }
        memories.extend(used);
        module.push(id);
    }
    modules.push(module);
}

fn memories_of<'a>(dfg: &'a Dfg<'_>, adapter: &Adapter) -> Vec<&'a CoreExport> {
    let mut memories = Vec::new();
    for memory in
        [adapter.lower, adapter.callee.options].iter().filter_map(|&o| dfg.options[o].memory.as_ref())
    {
        if !memories.contains(&memory) {
            memories.push(memory);
        }
    }
    memories
}

/// The first moment at which something can be used.
pub(super) struct Releases<'a> {
    dfg: &'a Dfg<'a>,
    instances: IdVec<CoreInstanceId, Moment>,
    adapters: IdVec<AdapterId, Moment>,
}

impl<'a> Releases<'a> {
    pub(super) fn of(dfg: &'a Dfg<'a>) -> Self {
        let mut instances: IdVec<_, _> = dfg.core_instances.ids().map(|_| dfg.effects.len()).collect();
        for (moment, effect) in dfg.effects.iter().enumerate() {
            if let Effect::Instantiate(instance) = *effect {
                instances[instance] = moment + 1;
            }
        }
        let mut releases = Releases { dfg, instances, adapters: IdVec::new() };
        for (_, adapter) in dfg.adapters.iter() {
            let release = releases.of_adapter(adapter);
            releases.adapters.push(release);
        }
        releases
    }

    fn of_adapter(&self, adapter: &Adapter) -> Moment {
        let lower = self.of_options(adapter.lower);
        let lift = self.of_options(adapter.callee.options);
        lower.max(lift).max(self.of_def(&adapter.callee.callee))
    }

    /// When the functions and the memory of these options can be used.
    pub(super) fn of_options(&self, options: OptionsId) -> Moment {
        let options = &self.dfg.options[options];
        let memory = options.memory.as_ref().map(|memory| self.instances[memory.instance]);
        memory.into_iter().chain(functions_of(options).map(|def| self.of_def(def))).max().unwrap_or(0)
    }

    fn of_def(&self, def: &CoreDef) -> Moment {
        match def {
            CoreDef::Export(export) => self.instances[export.instance],
            CoreDef::Adapter(id) => self.adapters[*id],
            CoreDef::Trampoline(id) => {
                let trampoline = &self.dfg.trampolines[*id];
                let options = options_of(trampoline).map(|options| self.of_options(options));
                let table = table_of(trampoline).map(|table| self.instances[self.dfg.tables[table].instance]);
                options.into_iter().chain(table).max().unwrap_or(0)
            }
        }
    }
}

/// The last moment at which an adapter must exist.
struct Deadlines {
    adapters: IdVec<AdapterId, Moment>,
}

impl Deadlines {
    fn of(dfg: &Dfg<'_>) -> Self {
        let end = dfg.effects.len();
        let mut deadlines = Deadlines { adapters: dfg.adapters.iter().map(|_| end).collect() };
        let mut seen = Seen::default();
        for (moment, effect) in dfg.effects.iter().enumerate() {
            // What one effect uses was not used by an earlier one if it was not seen yet, so `moment` is first.
            let mut pending = uses(dfg, *effect);
            while let Some(def) = pending.pop() {
                match def {
                    CoreDef::Export(_) => {}
                    CoreDef::Trampoline(id) if seen.trampolines.insert(*id) => {
                        if let Some(options) = options_of(&dfg.trampolines[*id]) {
                            pending.extend(functions_of(&dfg.options[options]));
                        }
                    }
                    CoreDef::Adapter(id) if seen.adapters.insert(*id) => {
                        deadlines.adapters[*id] = moment;
                        let adapter = &dfg.adapters[*id];
                        pending.push(&adapter.callee.callee);
                        pending.extend(functions_of(&dfg.options[adapter.callee.options]));
                        pending.extend(functions_of(&dfg.options[adapter.lower]));
                    }
                    CoreDef::Trampoline(_) | CoreDef::Adapter(_) => {}
                }
            }
        }
        deadlines
    }
}

#[derive(Default)]
struct Seen {
    trampolines: HashSet<TrampolineId>,
    adapters: HashSet<AdapterId>,
}

/// The core items that must exist when `effect` happens.
fn uses<'a>(dfg: &'a Dfg<'_>, effect: Effect) -> Vec<&'a CoreDef> {
    match effect {
        Effect::Instantiate(instance) => match &dfg.core_instances[instance].source {
            CoreInstanceSource::Static { args, .. } => args.iter().collect(),
            CoreInstanceSource::Imported { args, .. } => args.values().flat_map(|m| m.values()).collect(),
        },
        Effect::DefineResource(resource) => match &dfg.resources[resource] {
            Resource::Imported(_) => Vec::new(),
            Resource::Defined { dtor, .. } => dtor.iter().collect(),
        },
    }
}

fn functions_of(options: &Options) -> impl Iterator<Item = &CoreDef> {
    options.realloc.iter().chain(&options.post_return).chain(&options.callback)
}

fn table_of(trampoline: &Trampoline) -> Option<TableId> {
    match trampoline {
        Trampoline::BuiltIn(used) => used.thread.map(|start| start.table),
        Trampoline::LowerImport { .. } => None,
        Trampoline::ResourceNew { .. } | Trampoline::ResourceRep { .. } | Trampoline::ResourceDrop { .. } => {
            None
        }
        Trampoline::ContextGet { .. } | Trampoline::ContextSet { .. } => None,
    }
}

fn options_of(trampoline: &Trampoline) -> Option<OptionsId> {
    match trampoline {
        Trampoline::LowerImport { options, .. } => Some(*options),
        Trampoline::ResourceNew { .. } | Trampoline::ResourceRep { .. } | Trampoline::ResourceDrop { .. } => {
            None
        }
        Trampoline::ContextGet { .. } | Trampoline::ContextSet { .. } => None,
        Trampoline::BuiltIn(used) => used.options,
    }
}
