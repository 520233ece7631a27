//! Checks the initializers: that nothing is used before it was made.

use super::{each, index, tasks};
use crate::plan::{CoreDef, ImportKind, Initializer, ModuleKind, Options, Plan, Resource};
use anyhow::{Context, Result, ensure};
use std::collections::HashSet;

/// How much the initializers made up to some point.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Made {
    instances: usize,
    memories: usize,
    reallocs: usize,
    post_returns: usize,
    callbacks: usize,
    tables: usize,
}

impl Made {
    /// What all of `initializers` make.
    pub(super) fn by(initializers: &[Initializer]) -> Made {
        initializers.iter().fold(Made::default(), Made::after)
    }

    fn after(self, initializer: &Initializer) -> Made {
        let Made { instances, memories, reallocs, post_returns, callbacks, tables } = self;
        match initializer {
            Initializer::Instantiate { .. } | Initializer::InstantiateImported { .. } => {
                Made { instances: instances + 1, ..self }
            }
            Initializer::Resource { .. } => self,
            Initializer::Memory { .. } => Made { memories: memories + 1, ..self },
            Initializer::Realloc { .. } => Made { reallocs: reallocs + 1, ..self },
            Initializer::PostReturn { .. } => Made { post_returns: post_returns + 1, ..self },
            Initializer::Callback { .. } => Made { callbacks: callbacks + 1, ..self },
            Initializer::Table { .. } => Made { tables: tables + 1, ..self },
        }
    }

    /// Checks that everything `options` name was made.
    pub(super) fn offers(&self, options: &Options) -> Result<()> {
        let named = [
            ("memory", options.memory, self.memories),
            ("realloc", options.realloc, self.reallocs),
            ("postReturn", options.post_return, self.post_returns),
            ("callback", options.callback, self.callbacks),
        ];
        for (what, number, made) in named {
            if let Some(number) = number {
                index(what, number, made)?;
            }
        }
        Ok(())
    }

    /// Checks that a table was made.
    pub(super) fn has_table(&self, table: usize) -> Result<()> {
        index("table", table, self.tables)
    }
}

/// Checks all initializers front to back.
pub(super) fn check(plan: &Plan) -> Result<()> {
    let mut defined = HashSet::new();
    let mut made = Made::default();
    for (i, initializer) in plan.initializers.iter().enumerate() {
        self::initializer(plan, i, initializer, &made, &mut defined)
            .with_context(|| format!("initializers[{i}]"))?;
        made = made.after(initializer);
    }
    let has_runtime = matches!(plan.initializers.first(),
        Some(Initializer::Instantiate { module, .. }) if plan.modules[*module].kind == ModuleKind::Runtime);
    ensure!(
        has_runtime == plan.runtime.is_some(),
        "runtime: it must be given exactly if the first initializer makes it"
    );
    each("resources", &plan.resources, |i, resource| {
        let is_known = matches!(resource, Resource::Imported { .. }) || defined.contains(&i);
        ensure!(is_known, "no initializer defines it");
        Ok(())
    })
}

fn initializer(
    plan: &Plan,
    place: usize,
    initializer: &Initializer,
    made: &Made,
    defined: &mut HashSet<usize>,
) -> Result<()> {
    match initializer {
        Initializer::Instantiate { module, instance, args } => {
            index("module", *module, plan.modules.len())?;
            let module = &plan.modules[*module];
            let runtime_is_first = module.kind != ModuleKind::Runtime || place == 0;
            ensure!(runtime_is_first, "the runtime module is instantiated elsewhere than first");
            let is_guest = module.kind == ModuleKind::Guest;
            ensure!(instance.is_some() == is_guest, "exactly guest modules belong to a component instance");
            if let Some(instance) = instance {
                index("instance", *instance, plan.instances.len())?;
            }
            let (given, wanted) = (args.len(), module.imports.len());
            ensure!(given == wanted, "{given} arguments for a module with {wanted} imports");
            // The runtime module stands between guests and what may block. It comes before the options of that; the
            // guests that call it come after them.
            let in_the_end = (module.kind == ModuleKind::Runtime).then(|| Made::by(&plan.initializers));
            each("args", args, |_, arg| match (arg, &in_the_end) {
                (CoreDef::Trampoline { trampoline }, Some(made)) if tasks::may_block(plan, *trampoline) => {
                    core_def(plan, arg, made)
                }
                _ => core_def(plan, arg, made),
            })
        }
        Initializer::InstantiateImported { import, instance, args } => {
            index("import", *import, plan.imports.len())?;
            let is_module = matches!(plan.imports[*import].kind, ImportKind::Module { .. });
            ensure!(is_module, "import {import} is no module");
            index("instance", *instance, plan.instances.len())?;
            each("args", args, |_, arg| core_def(plan, &arg.def, made))
        }
        Initializer::Resource { resource } => {
            index("resource", *resource, plan.resources.len())?;
            let Resource::Defined { dtor, .. } = &plan.resources[*resource] else {
                anyhow::bail!("resource {resource} is imported");
            };
            ensure!(defined.insert(*resource), "resource {resource} is defined twice");
            dtor.iter().try_for_each(|dtor| core_def(plan, dtor, made))
        }
        Initializer::Memory { from } | Initializer::Table { from } => {
            let is_export = matches!(from, CoreDef::Export { .. });
            ensure!(is_export, "a memory or table can only come from a core instance");
            core_def(plan, from, made)
        }
        Initializer::Realloc { from } | Initializer::PostReturn { from } | Initializer::Callback { from } => {
            core_def(plan, from, made)
        }
    }
}

/// Checks that `def` exists once `made` was made.
pub(super) fn core_def(plan: &Plan, def: &CoreDef, made: &Made) -> Result<()> {
    match def {
        CoreDef::Export { instance, export: _ } => {
            index("core instance", *instance, made.instances).context("used before it is instantiated")
        }
        CoreDef::Trampoline { trampoline } => {
            index("trampoline", *trampoline, plan.trampolines.len())?;
            let used = &plan.trampolines[*trampoline];
            let early = || format!("trampoline {trampoline} is used before its options are there");
            tasks::options_of(used)
                .try_for_each(|options| made.offers(&plan.options[options]))
                .with_context(early)?;
            tasks::table_of(used).map_or(Ok(()), |table| made.has_table(table)).with_context(early)
        }
    }
}
