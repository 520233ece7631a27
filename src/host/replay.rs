//! Replay: executes a plan's initializers front to back.
//!
//! Host imports were found before (`pre`), so the only names looked up here are exports of core modules.

use super::call::LoweredImport;
use super::component::ComponentParts;
use super::engine::{self, Context, Item};
use super::error::explain;
use super::handles::{HandleFuncs, RuntimeItems};
use super::instance::{Entry, InstanceFlags, RootInstance};
use super::pre::{ResolvedImport, host_dtor, host_func};
use super::resource::ResourceType;
use super::state::RootId;
use crate::abi::FlatType;
use crate::abi::types::ResourceId;
use crate::id::Id;
use crate::plan::{self, CoreDef, ExportKind, Initializer};
use anyhow::{Context as _, Result, bail};
use std::sync::Arc;

/// Instantiates a component.
pub(crate) fn replay(
    core: &mut Context<'_>,
    component: Arc<ComponentParts>,
    imports: Arc<[ResolvedImport]>,
    resources: &[ResourceType],
) -> Result<RootId> {
    let plan = component.plan();
    let root = core.state().instances.next_id();
    let store = core.state().id;
    let concrete = |(index, resource): (usize, &plan::Resource)| match resource {
        plan::Resource::Defined { .. } => ResourceType::guest(store, root, ResourceId::from_index(index)),
        plan::Resource::Imported { .. } => resources[index],
    };
    core.state_mut().instances.push(RootInstance {
        component: component.clone(),
        imports,
        resources: plan.resources.iter().enumerate().map(concrete).collect(),
        core: Vec::new(),
        trampolines: vec![None; plan.trampolines.len()],
        memories: Vec::new(),
        reallocs: Vec::new(),
        post_returns: Vec::new(),
        runtime: None,
        flags: vec![InstanceFlags::default(); plan.instances.len()],
        dtors: vec![None; plan.resources.len()],
        callees: vec![None; plan.exports.len()],
        entry: Entry::Entered,
    });
    let mut replay = Replay { core, component: component.clone(), root };
    let replayed = replay.run().map_err(|error| explain(core, root, error));
    let entry = if replayed.is_ok() { Entry::Free } else { Entry::Poisoned };
    core.state_mut().instances[root].entry = entry;
    replayed.with_context(|| format!("while instantiating component `{}`", component.plan().name))?;
    Ok(root)
}

/// A replay in progress.
struct Replay<'a, 'b> {
    core: &'a mut Context<'b>,
    component: Arc<ComponentParts>,
    root: RootId,
}

impl Replay<'_, '_> {
    fn run(&mut self) -> Result<()> {
        let component = self.component.clone();
        for (index, initializer) in component.plan().initializers.iter().enumerate() {
            self.step(initializer).with_context(|| format!("in initializer {index} of the plan"))?;
        }
        for (index, export) in component.plan().exports.iter().enumerate() {
            if let ExportKind::Func { callee, .. } = &export.kind {
                let callee = self.func(callee).with_context(|| format!("in export `{}`", export.name))?;
                self.live().callees[index] = Some(callee);
            }
        }
        Ok(())
    }

    fn live(&mut self) -> &mut RootInstance {
        &mut self.core.state_mut().instances[self.root]
    }

    fn step(&mut self, initializer: &Initializer) -> Result<()> {
        match initializer {
            Initializer::Instantiate { module, instance, args } => self.instantiate(*module, *instance, args),
            Initializer::InstantiateImported { import, instance, args } => {
                self.instantiate_imported(*import, *instance, args)
            }
            Initializer::Resource { resource } => self.define_resource(*resource),
            Initializer::Memory { from } => {
                let Item::Memory(memory) = self.item(from)? else { bail!("{from:?} is no memory") };
                self.live().memories.push(memory);
                Ok(())
            }
            Initializer::Realloc { from } => {
                let realloc = self.func(from)?;
                self.live().reallocs.push(realloc);
                Ok(())
            }
            Initializer::PostReturn { from } => {
                let post_return = self.func(from)?;
                self.live().post_returns.push(post_return);
                Ok(())
            }
            Initializer::Callback { .. } | Initializer::Table { .. } => bail!(ASYNC),
        }
    }

    fn instantiate(&mut self, module: usize, instance: Option<usize>, args: &[CoreDef]) -> Result<()> {
        let component = self.component.clone();
        let items = args.iter().map(|arg| self.item(arg)).collect::<Result<Vec<_>>>()?;
        let compiled = component.module(module)?;
        let place = || {
            let path = instance.and_then(|i| component.plan().instances.get(i)).map(|i| i.path.as_str());
            let file = &component.plan().modules[module].file;
            format!("in the core instance of `{file}` for {}", path.unwrap_or("generated code"))
        };
        let made = engine::Instance::new(self.core, compiled, &items)
            .map_err(|error| explain(self.core, self.root, error));
        self.add(made.with_context(place)?)
    }

    fn instantiate_imported(&mut self, import: usize, _: usize, args: &[plan::NamedArg]) -> Result<()> {
        let Some(ResolvedImport::Module(module)) = self.live().imports.get(import) else {
            bail!("the plan's import {import} is no module")
        };
        let module = module.clone();
        let mut items = Vec::new();
        for wanted in module.imports() {
            let arg = args.iter().find(|arg| arg.module == wanted.module && arg.name == wanted.name);
            let arg =
                arg.with_context(|| format!("`{}` `{}` is not supplied", wanted.module, wanted.name))?;
            items.push(self.item(&arg.def)?);
        }
        let made = engine::Instance::new(self.core, &module, &items)
            .map_err(|error| explain(self.core, self.root, error));
        self.add(
            made.with_context(|| format!("in module `{}` of the host", self.component.import_name(import)))?,
        )
    }

    /// Numbers a new core instance. The first one is the runtime module's, if the plan has one.
    fn add(&mut self, instance: engine::Instance) -> Result<()> {
        self.live().core.push(instance);
        if self.live().core.len() > 1 {
            return Ok(());
        }
        let component = self.component.clone();
        let Some(runtime) = &component.plan().runtime else { return Ok(()) };
        let memory = component.plan().initializers.iter().find_map(|initializer| match initializer {
            Initializer::Instantiate { module, .. } => component.module(*module).ok().and_then(only_memory),
            _ => None,
        });
        let exports = Exports { instance, core: self.core };
        let mut items = exports.runtime(runtime)?;
        if let (Some(name), Some(handles)) = (memory, &mut items.handles) {
            handles.memory = exports.memory(&name);
        }
        let flags =
            component.plan().instances.iter().map(|i| exports.flags(i)).collect::<Result<Vec<_>>>()?;
        self.live().runtime = Some(items);
        self.live().flags = flags;
        Ok(())
    }

    fn define_resource(&mut self, resource: usize) -> Result<()> {
        let component = self.component.clone();
        let Some(plan::Resource::Defined { dtor: Some(dtor), .. }) = component.plan().resources.get(resource)
        else {
            return Ok(());
        };
        let dtor = self.func(dtor)?;
        self.live().dtors[resource] = Some(dtor);
        let handles = component.plan().runtime.as_ref().and_then(|runtime| runtime.handles.as_ref());
        let Some(handles) = handles else { return Ok(()) };
        let runtime = *self.live().core.first().context("the runtime module is not instantiated yet")?;
        match runtime.export(self.core, &handles.dtors) {
            Some(Item::Table(table)) => table.set(self.core, u32::try_from(resource)?, dtor),
            _ => bail!("the runtime module lacks table `{}`", handles.dtors),
        }
    }

    fn func(&mut self, def: &CoreDef) -> Result<engine::Func> {
        match self.item(def)? {
            Item::Func(func) => Ok(func),
            other => bail!("expected a function, {def:?} is a {}", other.kind().name()),
        }
    }

    fn item(&mut self, def: &CoreDef) -> Result<Item> {
        match def {
            CoreDef::Export { instance, export } => {
                let instance = self.live().core.get(*instance).copied();
                let instance = instance.with_context(|| format!("{def:?} is not instantiated yet"))?;
                instance.export(self.core, export).with_context(|| format!("{def:?} does not exist"))
            }
            CoreDef::Trampoline { trampoline } => self.trampoline(*trampoline).map(Item::Func),
        }
    }

    fn trampoline(&mut self, index: usize) -> Result<engine::Func> {
        let component = self.component.clone();
        let made = self.live().trampolines.get(index).copied();
        if let Some(func) = made.with_context(|| format!("the plan has no trampoline {index}"))? {
            return Ok(func);
        }
        let func = match component.plan().trampolines[index] {
            plan::Trampoline::LowerImport { import, function, options } => {
                self.lower_import(import, function, options)?
            }
            plan::Trampoline::DropHostResource { resource } => {
                let resource = component.plan().resources.get(resource);
                let dtor = host_dtor(&self.live().imports, resource)?;
                engine::Func::new(self.core, &[FlatType::I32], &[], move |core, params, _| {
                    dtor(core, params[0] as u32).context("in the host's destructor of a resource")
                })
            }
            // All others are about tasks.
            _ => bail!(ASYNC),
        };
        self.live().trampolines[index] = Some(func);
        Ok(func)
    }

    fn lower_import(&mut self, import: usize, function: usize, options: usize) -> Result<engine::Func> {
        let component = self.component.clone();
        let host = host_func(&self.live().imports, import)?;
        let (_, fixed) = component.options(options)?;
        let (params, results) = component.types().function(function)?.lowered_signature(fixed.width);
        let lowered = LoweredImport { root: self.root, component, host, import, function, options };
        Ok(engine::Func::new(self.core, &params, &results, move |core, params, results| {
            lowered.call(core, params, results)
        }))
    }
}

/// What is said of a step that needs a scheduler; such components are refused when they are compiled.
const ASYNC: &str = "it is asynchronous, and this host only runs synchronous components";

/// Name of the memory that a module exports, if it is just one: the runtime module's holds the handle tables.
fn only_memory(module: &engine::Module) -> Option<String> {
    let mut memories = module.exports().into_iter().filter(|export| export.kind == engine::Kind::Memory);
    memories.next().filter(|_| memories.next().is_none()).map(|export| export.name)
}

/// Exports of the runtime module.
struct Exports<'a, 'b> {
    instance: engine::Instance,
    core: &'a Context<'b>,
}

impl Exports<'_, '_> {
    fn runtime(&self, runtime: &plan::Runtime) -> Result<RuntimeItems> {
        let trap = [
            self.global(&runtime.trap_code)?,
            self.global(&runtime.trap_arg)?,
            self.global(&runtime.trap_site)?,
        ];
        let handles = runtime.handles.as_ref().map(|handles| self.handles(handles)).transpose()?;
        Ok(RuntimeItems { trap, handles })
    }

    fn handles(&self, names: &plan::HandleFunctions) -> Result<HandleFuncs> {
        Ok(HandleFuncs {
            new_own: self.pair(&names.new_own),
            new_borrow: self.pair(&names.new_borrow),
            take_own: self.pair(&names.take_own),
            lend: self.pair(&names.lend),
            enter_scope: self.func(&names.enter_scope)?,
            leave_scope: self.func(&names.leave_scope)?,
            count: self.func(&names.count)?,
            memory: None,
        })
    }

    fn flags(&self, instance: &plan::Instance) -> Result<InstanceFlags> {
        let may_leave = instance.may_leave.as_ref().map(|name| self.global(name)).transpose()?;
        let context = match &instance.context {
            Some([first, second]) => Some([self.global(first)?, self.global(second)?]),
            None => None,
        };
        Ok(InstanceFlags { may_leave, context })
    }

    /// A function for reps that are i32 and its namesake for i64, as far as they exist.
    fn pair(&self, name: &str) -> [Option<engine::Func>; 2] {
        [self.func(name).ok(), self.func(&format!("{name}64")).ok()]
    }

    fn func(&self, name: &str) -> Result<engine::Func> {
        match self.instance.export(self.core, name) {
            Some(Item::Func(func)) => Ok(func),
            _ => bail!("the runtime module lacks function `{name}`"),
        }
    }

    fn memory(&self, name: &str) -> Option<engine::Memory> {
        match self.instance.export(self.core, name) {
            Some(Item::Memory(memory)) => Some(memory),
            _ => None,
        }
    }

    fn global(&self, name: &str) -> Result<engine::Global> {
        match self.instance.export(self.core, name) {
            Some(Item::Global(global)) => Ok(global),
            _ => bail!("the runtime module lacks global `{name}`"),
        }
    }
}
