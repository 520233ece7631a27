//! Checks what every later stage relies on. Runs in debug builds and in tests.
//!
//! - Parents come before their children: instances, imports, exports.
//! - Each core instance and each defined resource is exactly one effect; nothing is used before its effect, not
//!   even by way of options, trampolines and adapters.
//! - Options, trampolines and adapters are all used, and none depends on itself.
//! - Static instantiations have an argument for each import; paths are unique; post-return belongs to lifts.

use super::{
    Adapter, AdapterId, CoreDef, CoreExport, CoreInstanceId, CoreInstanceSource, Dfg, Effect, ExportKind,
    ImportKind, LiftedFunc, OptionsId, Resource, Trampoline, TrampolineId,
};
use crate::abi::types::ResourceId;
use crate::id::Id;
use anyhow::{Context, Result, ensure};
use std::collections::HashSet;

/// Checks the invariants of a graph. The error says which one does not hold.
pub fn verify(dfg: &Dfg<'_>) -> Result<()> {
    let mut verifier = Verifier { dfg, instantiated: HashSet::new(), ready: HashSet::new() };
    verifier.instances()?;
    verifier.effects()?;
    verifier.imports()?;
    verifier.exports()?;
    verifier.all_used()
}

/// A value that may depend on others.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Value {
    Options(OptionsId),
    Trampoline(TrampolineId),
    Adapter(AdapterId),
}

/// What a value depends on directly.
#[derive(Default)]
struct Needs {
    cores: Vec<CoreInstanceId>,
    values: Vec<Value>,
}

impl Needs {
    fn export(&mut self, export: &CoreExport) {
        self.cores.push(export.instance);
    }

    fn def(&mut self, def: &CoreDef) {
        match def {
            CoreDef::Export(export) => self.export(export),
            CoreDef::Trampoline(id) => self.values.push(Value::Trampoline(*id)),
            CoreDef::Adapter(id) => self.values.push(Value::Adapter(*id)),
        }
    }

    fn lifted(&mut self, func: &LiftedFunc) {
        self.def(&func.callee);
        self.values.push(Value::Options(func.options));
    }
}

struct Verifier<'d, 'a> {
    dfg: &'d Dfg<'a>,
    /// Core instances so far.
    instantiated: HashSet<CoreInstanceId>,
    /// Values whose needs are met so far.
    ready: HashSet<Value>,
}

impl Verifier<'_, '_> {
    fn instances(&self) -> Result<()> {
        let mut paths = HashSet::new();
        for (id, instance) in self.dfg.instances.iter() {
            let ordered = instance.parent.map_or(id.index() == 0, |p| p.index() < id.index());
            ensure!(ordered, "{id:?} does not come after its parent");
            ensure!(paths.insert(&instance.path), "{id:?} has the path of another instance");
        }
        Ok(())
    }

    fn effects(&mut self) -> Result<()> {
        let mut defined: HashSet<ResourceId> = HashSet::new();
        for effect in &self.dfg.effects {
            match *effect {
                Effect::Instantiate(id) => {
                    let needs = self.core_instance(id)?;
                    self.check(needs)?;
                    ensure!(self.instantiated.insert(id), "{id:?} is two effects");
                }
                Effect::DefineResource(id) => {
                    let resource = self.dfg.resources.get(id).context("an effect defines no resource")?;
                    let Resource::Defined { dtor, .. } = resource else {
                        anyhow::bail!("{id:?} is imported and defined");
                    };
                    let mut needs = Needs::default();
                    dtor.iter().for_each(|dtor| needs.def(dtor));
                    self.check(needs)?;
                    ensure!(defined.insert(id), "{id:?} is two effects");
                }
            }
        }
        ensure!(self.instantiated.len() == self.dfg.core_instances.len(), "a core instance is no effect");
        for (id, resource) in self.dfg.resources.iter() {
            match resource {
                Resource::Imported(import) => {
                    let import = self.dfg.imports.get(*import).context("a resource has no import")?;
                    let same = matches!(import.kind, ImportKind::Resource(resource) if resource == id);
                    ensure!(same, "{id:?} is not what its import says");
                }
                Resource::Defined { instance, .. } => {
                    ensure!(self.dfg.instances.get(*instance).is_some(), "{id:?} is defined nowhere");
                    ensure!(defined.contains(&id), "{id:?} is no effect");
                }
            }
        }
        Ok(())
    }

    fn core_instance(&self, id: CoreInstanceId) -> Result<Needs> {
        let instance = self.dfg.core_instances.get(id).context("an effect instantiates nothing")?;
        ensure!(self.dfg.instances.get(instance.instance).is_some(), "{id:?} is in no instance");
        let mut needs = Needs::default();
        match &instance.source {
            CoreInstanceSource::Static { module, args } => {
                let module = self.dfg.modules.get(*module).context("a core instance has no module")?;
                ensure!(module.imports.len() == args.len(), "{id:?} has not as many arguments as imports");
                args.iter().for_each(|arg| needs.def(arg));
            }
            CoreInstanceSource::Imported { import, args } => {
                let import = self.dfg.imports.get(*import).context("a core instance has no import")?;
                let is_module = matches!(import.kind, ImportKind::Module { .. });
                ensure!(is_module, "{id:?} is an instance of an import that is no module");
                args.values().flat_map(|args| args.values()).for_each(|arg| needs.def(arg));
            }
        }
        Ok(needs)
    }

    fn imports(&self) -> Result<()> {
        for (id, import) in self.dfg.imports.iter() {
            let Some(parent) = import.parent else { continue };
            ensure!(parent.index() < id.index(), "{id:?} does not come after its parent");
            let is_instance = matches!(self.dfg.imports[parent].kind, ImportKind::Instance);
            ensure!(is_instance, "the parent of {id:?} is no instance");
        }
        Ok(())
    }

    fn exports(&mut self) -> Result<()> {
        for (id, export) in self.dfg.exports.iter() {
            if let Some(parent) = export.parent {
                ensure!(parent.index() < id.index(), "{id:?} does not come after its parent");
                let is_instance = matches!(self.dfg.exports[parent].kind, ExportKind::Instance);
                ensure!(is_instance, "the parent of {id:?} is no instance");
            }
            match &export.kind {
                ExportKind::Func(func) => {
                    let mut needs = Needs::default();
                    needs.lifted(func);
                    self.check(needs)?;
                }
                ExportKind::Import(import) => {
                    ensure!(self.dfg.imports.get(*import).is_some(), "{id:?} is no import");
                }
                ExportKind::Module(module) => {
                    ensure!(self.dfg.modules.get(*module).is_some(), "{id:?} is no module");
                }
                ExportKind::Resource(resource) => {
                    ensure!(self.dfg.resources.get(*resource).is_some(), "{id:?} is no resource");
                }
                ExportKind::Instance | ExportKind::Type(_) => {}
            }
        }
        Ok(())
    }

    /// Checks that all of `needs` is there by now.
    fn check(&mut self, needs: Needs) -> Result<()> {
        for core in &needs.cores {
            ensure!(self.instantiated.contains(core), "{core:?} is used before it is instantiated");
        }
        // Values wait on an explicit stack for those they depend on.
        let mut pending = needs.values;
        let mut waiting = HashSet::new();
        while let Some(&value) = pending.last() {
            if self.ready.contains(&value) {
                pending.pop();
                continue;
            }
            let needs = self.needs(value)?;
            let unknown: Vec<Value> =
                needs.values.iter().copied().filter(|v| !self.ready.contains(v)).collect();
            if unknown.is_empty() {
                for core in &needs.cores {
                    let there = self.instantiated.contains(core);
                    ensure!(there, "{value:?} uses {core:?} before it is instantiated");
                }
                self.ready.insert(value);
                pending.pop();
            } else {
                ensure!(waiting.insert(value), "{value:?} depends on itself");
                pending.extend(unknown);
            }
        }
        Ok(())
    }

    fn needs(&self, value: Value) -> Result<Needs> {
        let mut needs = Needs::default();
        match value {
            Value::Options(id) => {
                let options = &self.dfg.options[id];
                ensure!(self.dfg.instances.get(options.instance).is_some(), "{id:?} are of no instance");
                options.memory.iter().for_each(|memory| needs.export(memory));
                let funcs = [&options.realloc, &options.post_return, &options.callback];
                funcs.into_iter().flatten().for_each(|func| needs.def(func));
            }
            Value::Trampoline(id) => {
                if let Trampoline::BuiltIn(used) = self.dfg.trampolines[id] {
                    needs.values.extend(used.options.map(Value::Options));
                    used.thread.iter().for_each(|start| needs.export(&self.dfg.tables[start.table]));
                }
                if let Trampoline::LowerImport { import, options, .. } = self.dfg.trampolines[id] {
                    let import = self.dfg.imports.get(import).context("a trampoline lowers nothing")?;
                    ensure!(matches!(import.kind, ImportKind::Func(_)), "{id:?} lowers no function");
                    self.lower_options(options)?;
                    needs.values.push(Value::Options(options));
                }
            }
            Value::Adapter(id) => {
                let Adapter { callee, lower, .. } = &self.dfg.adapters[id];
                self.lower_options(*lower)?;
                needs.lifted(callee);
                needs.values.push(Value::Options(*lower));
            }
        }
        Ok(needs)
    }

    fn lower_options(&self, id: OptionsId) -> Result<()> {
        let options = &self.dfg.options[id];
        ensure!(
            options.post_return.is_none() && options.callback.is_none(),
            "{id:?} are not those of a lower"
        );
        Ok(())
    }

    /// Everything that was interned is needed by an effect or an export.
    fn all_used(&self) -> Result<()> {
        let options = self.dfg.options.iter().map(|(id, _)| Value::Options(id));
        let trampolines = self.dfg.trampolines.iter().map(|(id, _)| Value::Trampoline(id));
        let adapters = self.dfg.adapters.iter().map(|(id, _)| Value::Adapter(id));
        for value in options.chain(trampolines).chain(adapters) {
            ensure!(self.ready.contains(&value), "nothing uses {value:?}");
        }
        Ok(())
    }
}
