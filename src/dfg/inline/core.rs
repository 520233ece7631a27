//! Core instances: instantiation, inline exports, aliases.

use super::frame::Frame;
use super::items::{CoreInstanceItem, CoreItem, CoreRef, ModuleItem};
use super::{Inliner, cost};
use crate::component::{CoreArg, CoreInstanceIndex, ModuleIndex, NamedCoreItem};
use crate::dfg::{CoreDef, CoreInstance, CoreInstanceSource, Effect, ImportId, ImportKind, ModuleId};
use crate::error::Limit;
use crate::{component, dfg};
use anyhow::Result;
use indexmap::IndexMap;
use std::collections::HashMap;

/// Arguments of a core instantiation by name.
type Args<'c> = HashMap<&'c str, CoreInstanceItem>;
/// Arguments of an imported module by module name, then item name.
type NamedArgs = IndexMap<Box<str>, IndexMap<Box<str>, CoreDef>>;

impl<'c, 'a: 'c> Inliner<'c, 'a> {
    pub(super) fn core_instantiate(
        &mut self,
        frame: &mut Frame<'c>,
        module: ModuleIndex,
        args: &'c [CoreArg<'a>],
    ) -> Result<()> {
        let args: Args<'c> = args.iter().map(|arg| (arg.name, frame.core_instances[arg.instance])).collect();
        let (source, may_throw) = match frame.modules[module] {
            ModuleItem::Static(module) => {
                let args = self.positional_args(frame, module, &args)?;
                (CoreInstanceSource::Static { module, args }, self.dfg.modules[module].may_throw)
            }
            ModuleItem::Imported(import) => {
                let args = self.named_args(frame, import, &args)?;
                (CoreInstanceSource::Imported { import, args }, true)
            }
        };
        let instance = self.dfg.core_instances.push(CoreInstance { instance: frame.instance, source });
        self.effect(frame, Effect::Instantiate(instance))?;
        self.dfg.instances[frame.instance].may_throw |= may_throw;
        frame.core_instances.push(CoreInstanceItem::Real(instance));
        Ok(())
    }

    pub(super) fn effect(&mut self, frame: &Frame<'c>, effect: Effect) -> Result<()> {
        self.dfg.effects.push(effect);
        self.check(Limit::Effects, self.dfg.effects.len(), frame.instance)
    }

    /// Arguments for a module of the input, in the order of its imports.
    fn positional_args(
        &mut self,
        frame: &Frame<'c>,
        module: ModuleId,
        args: &Args<'c>,
    ) -> Result<Vec<CoreDef>> {
        let count = self.dfg.modules[module].imports.len();
        let mut defs = Vec::with_capacity(count);
        for i in 0..count {
            let import = &self.dfg.modules[module].imports[i];
            let steps = cost::of_name(&import.module) + cost::of_name(&import.name);
            let item = self.core_arg(args, import);
            let item = item.ok_or_else(|| self.broken("an argument of a core module", frame.instance))?;
            self.spend(frame.instance, steps)?;
            defs.push(self.core_def(frame.instance, item)?);
        }
        Ok(defs)
    }

    /// Arguments for a module that the host supplies, by the names of what it may import.
    fn named_args(&mut self, frame: &Frame<'c>, import: ImportId, args: &Args<'c>) -> Result<NamedArgs> {
        let ImportKind::Module { imports, .. } = &self.dfg.imports[import].kind else {
            return Err(self.broken("an imported module", frame.instance));
        };
        let imports = imports.clone();
        let mut defs = NamedArgs::new();
        for import in imports {
            let item = self.core_arg(args, &import);
            let item = item.ok_or_else(|| self.broken("an argument of a core module", frame.instance))?;
            self.spend_name(frame.instance, &import.module)?;
            self.spend_name(frame.instance, &import.name)?;
            let def = self.core_def(frame.instance, item)?;
            defs.entry(import.module).or_default().insert(import.name, def);
        }
        Ok(defs)
    }

    /// What satisfies an import. Names of real instances' exports are those of the import.
    fn core_arg(&self, args: &Args<'c>, import: &dfg::ModuleItem) -> Option<CoreArgItem<'c>> {
        let instance = *args.get(&*import.module)?;
        match instance {
            CoreInstanceItem::Real(instance) => {
                Some(CoreArgItem::Export(dfg::CoreExport { instance, name: import.name.clone() }))
            }
            CoreInstanceItem::Gathered(items) => {
                self.core_items[items].get(&*import.name).copied().map(CoreArgItem::Item)
            }
        }
    }

    fn core_def(&mut self, instance: dfg::InstanceId, item: CoreArgItem<'c>) -> Result<CoreDef> {
        match item {
            CoreArgItem::Export(export) => {
                self.spend_name(instance, &export.name)?;
                Ok(CoreDef::Export(export))
            }
            CoreArgItem::Item(CoreItem::Func(func)) => self.need(instance, func),
            CoreArgItem::Item(CoreItem::Other(export)) => {
                Ok(CoreDef::Export(self.core_export(instance, export)?))
            }
        }
    }

    pub(super) fn gather_core_items(&mut self, frame: &mut Frame<'c>, items: &'c [NamedCoreItem<'a>]) {
        let items = items.iter().map(|item| (item.name, frame.get_core(item.item))).collect();
        frame.core_instances.push(CoreInstanceItem::Gathered(self.core_items.push(items)));
    }

    pub(super) fn core_alias(
        &mut self,
        frame: &mut Frame<'c>,
        instance: CoreInstanceIndex,
        name: &'c str,
        kind: component::CoreKind,
    ) -> Result<()> {
        let item = match frame.core_instances[instance] {
            CoreInstanceItem::Real(instance) => CoreItem::Other(CoreRef { instance, name }),
            CoreInstanceItem::Gathered(items) => {
                let item = self.core_items[items].get(name).copied();
                item.ok_or_else(|| self.broken("an alias of a core item", frame.instance))?
            }
        };
        frame.push_core(item, kind);
        Ok(())
    }
}

/// What satisfies an import of a core module.
enum CoreArgItem<'c> {
    /// An export of a real instance.
    Export(dfg::CoreExport),
    /// A gathered item.
    Item(CoreItem<'c>),
}
