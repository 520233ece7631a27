//! The parts of a plan that grow while its order is found: initializers, and what they make known.

use super::{CoreDef, Initializer, Options, Trampoline};
use crate::abi::types::ResourceId;
use crate::fact::TaskFunction;
use crate::id::Id;
use anyhow::{Context, Result};
use indexmap::IndexMap;

/// See the module's documentation. Everything but [`Output::initializers`] is made once and then shared.
#[derive(Default)]
pub(super) struct Output {
    /// [`super::Plan::initializers`]
    pub(super) initializers: Vec<Initializer>,
    /// [`super::Plan::trampolines`]; what is missing is used already and known later.
    trampolines: Vec<Option<Trampoline>>,
    /// [`super::Plan::options`]
    pub(super) options: Vec<Options>,
    instances: usize,
    memories: IndexMap<CoreDef, usize>,
    reallocs: IndexMap<CoreDef, usize>,
    post_returns: IndexMap<CoreDef, usize>,
    callbacks: IndexMap<CoreDef, usize>,
    tables: IndexMap<CoreDef, usize>,
    host_drops: IndexMap<ResourceId, usize>,
    tasks: IndexMap<TaskFunction, usize>,
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
        self.trampolines.push(Some(trampoline));
        CoreDef::Trampoline { trampoline: self.trampolines.len() - 1 }
    }

    /// The trampoline for dropping handles of a host resource.
    pub(super) fn host_drop(&mut self, resource: ResourceId) -> CoreDef {
        let next = self.trampolines.len();
        let trampoline = *self.host_drops.entry(resource).or_insert(next);
        if trampoline == next {
            self.trampolines.push(Some(Trampoline::DropHostResource { resource: resource.index() }));
        }
        CoreDef::Trampoline { trampoline }
    }

    /// The trampoline for a function of the scheduler. Where it is met for the first time, `trampoline` is it.
    pub(super) fn task(&mut self, function: TaskFunction, trampoline: Option<Trampoline>) -> CoreDef {
        let next = self.trampolines.len();
        let number = *self.tasks.entry(function).or_insert(next);
        if number == next {
            self.trampolines.push(trampoline);
        }
        CoreDef::Trampoline { trampoline: number }
    }

    /// Says what a trampoline is that was used without that.
    pub(super) fn settle(&mut self, function: TaskFunction, trampoline: Trampoline) -> Result<()> {
        let number = self.tasks.get(&function);
        let place = number.and_then(|&number| self.trampolines.get_mut(number));
        *place.context("the runtime module does not import what it is to provide")? = Some(trampoline);
        Ok(())
    }

    /// The table of trampolines.
    pub(super) fn trampolines(&self) -> Result<Vec<Trampoline>> {
        let trampolines = self.trampolines.iter().enumerate();
        trampolines
            .map(|(i, trampoline)| {
                trampoline.clone().with_context(|| format!("trampoline {i} is used but never settled"))
            })
            .collect()
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

    /// The number of a callback function, which is extracted if it was not before.
    pub(super) fn callback(&mut self, from: CoreDef) -> usize {
        extract(&mut self.callbacks, &mut self.initializers, from, |from| Initializer::Callback { from })
    }

    /// The number of a table, which is extracted if it was not before.
    pub(super) fn table(&mut self, from: CoreDef) -> usize {
        extract(&mut self.tables, &mut self.initializers, from, |from| Initializer::Table { from })
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
