//! The parts of a plan that grow while its order is found: initializers, and what they make known.

use super::{CoreDef, Initializer, Options, Trampoline};
use crate::abi::types::ResourceId;
use crate::id::Id;
use indexmap::IndexMap;

/// See the module's documentation. Everything but [`Output::initializers`] is made once and then shared.
#[derive(Default)]
pub(super) struct Output {
    /// [`super::Plan::initializers`]
    pub(super) initializers: Vec<Initializer>,
    /// [`super::Plan::trampolines`]
    pub(super) trampolines: Vec<Trampoline>,
    /// [`super::Plan::options`]
    pub(super) options: Vec<Options>,
    instances: usize,
    memories: IndexMap<CoreDef, usize>,
    reallocs: IndexMap<CoreDef, usize>,
    post_returns: IndexMap<CoreDef, usize>,
    host_drops: IndexMap<ResourceId, usize>,
}

impl Output {
    /// Appends an initializer that makes no core instance.
    pub(super) fn push(&mut self, initializer: Initializer) {
        self.initializers.push(initializer);
    }

    /// Appends an initializer that makes a core instance, and returns its number.
    pub(super) fn instantiate(&mut self, initializer: Initializer) -> usize {
        self.initializers.push(initializer);
        self.instances += 1;
        self.instances - 1
    }

    /// Appends an option set and returns its number.
    pub(super) fn add_options(&mut self, options: Options) -> usize {
        self.options.push(options);
        self.options.len() - 1
    }

    /// Appends a trampoline.
    pub(super) fn add_trampoline(&mut self, trampoline: Trampoline) -> CoreDef {
        self.trampolines.push(trampoline);
        CoreDef::Trampoline { trampoline: self.trampolines.len() - 1 }
    }

    /// The trampoline for dropping handles of a host resource.
    pub(super) fn host_drop(&mut self, resource: ResourceId) -> CoreDef {
        let next = self.trampolines.len();
        let trampoline = *self.host_drops.entry(resource).or_insert(next);
        if trampoline == next {
            self.trampolines.push(Trampoline::DropHostResource { resource: resource.index() });
        }
        CoreDef::Trampoline { trampoline }
    }

    /// The number of a memory, which is extracted if it was not before.
    pub(super) fn memory(&mut self, from: CoreDef) -> usize {
        extract(&mut self.memories, &mut self.initializers, from, |from| Initializer::Memory { from })
    }

    /// The number of a realloc function, which is extracted if it was not before.
    pub(super) fn realloc(&mut self, from: CoreDef) -> usize {
        extract(&mut self.reallocs, &mut self.initializers, from, |from| Initializer::Realloc { from })
    }

    /// The number of a post-return function, which is extracted if it was not before.
    pub(super) fn post_return(&mut self, from: CoreDef) -> usize {
        extract(&mut self.post_returns, &mut self.initializers, from, |from| Initializer::PostReturn { from })
    }
}

fn extract(
    numbers: &mut IndexMap<CoreDef, usize>,
    initializers: &mut Vec<Initializer>,
    from: CoreDef,
    initializer: fn(CoreDef) -> Initializer,
) -> usize {
    if let Some(&number) = numbers.get(&from) {
        return number;
    }
    let number = numbers.len();
    initializers.push(initializer(from.clone()));
    numbers.insert(from, number);
    number
}
