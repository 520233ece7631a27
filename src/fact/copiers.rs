//! Functions that move elements of streams and futures from the memory of one component to that of another.
//!
//! Who reads from whom is known only when it happens, so there is one for each built-in that writes and each that
//! reads elements of the same type in another instance. The host calls them: it knows how many elements both sides
//! have room for, and has checked both ranges. Numbers, the usual elements, need none: their bytes are the same on
//! both sides and the host pairings them.
//!
//! All are in modules of their own that come after everything else, since they need the memories and allocators of
//! all instances. Only a start function may want some earlier: what can be there when one runs is made before it.
//!
//! Spec: `Buffer.read` and `Buffer.write` of `BufferGuestImpl`.

use super::func::FuncBuilder;
use super::module::{CoreType, FunctionId, ModuleBuilder};
use super::needs::Needs;
use super::partition::{MAX_MEMORIES, Moment, Releases};
use super::place::SideId;
use super::{AdapterModuleId, GeneratedModule};
use crate::abi::FlatType;
use crate::abi::built_in::Subject;
use crate::abi::types::{TypeDef, TypeId};
use crate::dfg::{CoreInstanceSource, Dfg, Effect, OptionsId, Trampoline};
use crate::id::Id;
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeMap;

/// A copier and where it is.
#[derive(Clone, Debug)]
pub struct Copier {
    /// What it moves.
    pub pairing: Pairing,
    /// The module.
    pub module: AdapterModuleId,
    /// Name of the export.
    pub name: String,
    /// When it is made.
    pub moment: Moment,
}

/// What a copier moves, from whom to whom.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Pairing {
    /// Type of the elements.
    pub ty: TypeId,
    /// Options of the built-in that writes.
    pub from: OptionsId,
    /// Options of the built-in that reads.
    pub to: OptionsId,
}

impl Pairing {
    /// Name of the export.
    pub(super) fn name(self) -> String {
        format!("copy{}.{}.{}", self.ty.index(), self.from.index(), self.to.index())
    }
}

/// Whoever writes to or reads from streams or futures of one type.
#[derive(Default)]
struct Ends {
    writers: IndexSet<OptionsId>,
    readers: IndexSet<OptionsId>,
}

/// All copiers that can be needed, in groups of those that share a module, by when that is made.
pub(super) fn groups(dfg: &Dfg<'_>) -> Vec<(Moment, Vec<Pairing>)> {
    let mut ends: IndexMap<TypeId, (TypeId, Ends)> = IndexMap::new();
    for (_, trampoline) in dfg.trampolines.iter() {
        let Trampoline::BuiltIn(used) = trampoline else { continue };
        let (Some(ty), Some(options)) = (used.ty, used.options) else { continue };
        let (TypeDef::Stream(Some(element)) | TypeDef::Future(Some(element))) = *dfg.types.def(ty) else {
            continue;
        };
        if dfg.types.def(element).is_number() {
            continue;
        }
        let (_, ends) = ends.entry(ty).or_insert_with(|| (element, Ends::default()));
        match used.built_in.subject() {
            Subject::Write => _ = ends.writers.insert(options),
            Subject::Read => _ = ends.readers.insert(options),
            Subject::None | Subject::Result | Subject::End => {}
        }
    }
    let mut pairings: IndexSet<Pairing> = IndexSet::new();
    for (ty, Ends { writers, readers }) in ends.into_values() {
        for &from in &writers {
            let readers =
                readers.iter().filter(|&&to| dfg.options[to].instance != dfg.options[from].instance);
            pairings.extend(readers.map(|&to| Pairing { ty, from, to }));
        }
    }
    let moments = by_moments(dfg, pairings).into_iter();
    let split =
        |(moment, pairings)| split_by_memories(dfg, pairings).into_iter().map(move |group| (moment, group));
    moments.flat_map(split).collect()
}

/// Each is made before the first start function that may use it, or at the end.
fn by_moments(dfg: &Dfg<'_>, pairings: IndexSet<Pairing>) -> BTreeMap<Moment, Vec<Pairing>> {
    let has_start = |effect: &Effect| match *effect {
        Effect::Instantiate(instance) => match dfg.core_instances[instance].source {
            CoreInstanceSource::Static { module, .. } => dfg.modules[module].has_start,
            CoreInstanceSource::Imported { .. } => true,
        },
        Effect::DefineResource(_) => false,
    };
    let effects = dfg.effects.iter().enumerate();
    let starts: Vec<Moment> =
        effects.filter(|(_, effect)| has_start(effect)).map(|(moment, _)| moment).collect();
    let releases = Releases::of(dfg);
    let mut moments: BTreeMap<Moment, Vec<Pairing>> = BTreeMap::new();
    for pairing in pairings {
        let release = releases.of_options(pairing.from).max(releases.of_options(pairing.to));
        let next = starts.partition_point(|&start| start < release);
        let moment = starts.get(next).copied().unwrap_or(dfg.effects.len());
        moments.entry(moment).or_default().push(pairing);
    }
    moments
}

fn split_by_memories(dfg: &Dfg<'_>, pairings: Vec<Pairing>) -> Vec<Vec<Pairing>> {
    let mut groups: Vec<Vec<Pairing>> = Vec::new();
    let mut memories = IndexSet::new();
    for pairing in pairings {
        let used = [pairing.from, pairing.to].map(|options| dfg.options[options].memory.as_ref());
        let added = used.iter().flatten().filter(|memory| !memories.contains(*memory)).count();
        if groups.is_empty() || memories.len() + added > MAX_MEMORIES {
            groups.push(Vec::new());
            memories.clear();
        }
        memories.extend(used.into_iter().flatten());
        groups.last_mut().expect("there is one by now").push(pairing);
    }
    groups
}

/// Compiles the copiers of one module. Whether it uses the trap globals is told beside it.
pub(super) fn compile(dfg: &Dfg<'_>, needs: &Needs, pairings: &[Pairing]) -> (GeneratedModule, bool) {
    let mut module = ModuleBuilder::new(dfg, needs);
    // Built-ins that differ only in whether they block share one.
    let mut made = IndexMap::new();
    for &pairing in pairings {
        let sides = [pairing.from, pairing.to].map(|options| module.side(options));
        match made.get(&(pairing.ty, sides)) {
            Some(&function) => module.export_again(pairing.name(), function),
            None => _ = made.insert((pairing.ty, sides), add(&mut module, pairing, sides)),
        }
    }
    module.complete()
}

/// Adds the function `(from, to, count)`.
fn add(module: &mut ModuleBuilder<'_>, pairing: Pairing, [from_side, to_side]: [SideId; 2]) -> FunctionId {
    let dfg = module.dfg;
    let Pairing { ty, from, to } = pairing;
    let layout = dfg.types.layout(ty);
    let [source, destination] = [from, to].map(|options| &dfg.options[options]);
    let path = |options: &crate::dfg::Options| &dfg.instances[options.instance].path;
    let name = format!("copy t{} {} -> {}", ty.index(), path(source), path(destination));
    let params = [source.pointer.flat(), destination.pointer.flat(), FlatType::I32];
    let function = module.export(pairing.name(), CoreType::new(&params, &[]), name);

    let mut f = FuncBuilder::for_host(module, &params);
    let instance = destination.instance;
    let allocates = layout.has_pointer;
    if allocates && dfg.instances[instance].may_throw {
        f.add_barrier();
        f.module.require("exceptions");
    }
    f.scope(|f| {
        let [from_pointer, to_pointer, count] = [0, 1, 2].map(|i| f.param(i));
        let context = if allocates { f.save_context(instance) } else { Vec::new() };
        if allocates {
            f.set_may_leave(instance, false);
        }
        f.move_values(ty, (from_side, from_pointer), (to_side, to_pointer), count);
        if allocates {
            f.set_may_leave(instance, true);
        }
        f.restore_context(instance, context);
    });
    let body = f.finish();
    module.define(function, body);
    function
}
