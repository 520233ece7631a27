//! The runtime module: the state that adapters, guests and the host share, and the functions on it.
//!
//! It is generated for each graph and holds only what [`Needs`] asks for. It is the first core instance of a
//! plan, so that everything else can import from it; it imports nothing but what tells the host that one of
//! its resources was dropped and, where something may block, the host's part of that. That keeps resource built-ins and handle transfers wasm-to-wasm.
//!
//! Built from the bottom up: `trap`, `memory` (an allocator), `tables` and `scopes` (what handles are), then what
//! is exported: `handles` for adapters and hosts, `resources` and context slots for guests.
//!
//! A destructor runs in the instance that defines the resource, which may already be running. The specification
//! forbids that only where the instance is *entered* again from one that is not inside it, and since an instance
//! can only use what existed before it, that takes a destructor of an enclosing component that drops handles of
//! the components inside it. Like adapters, the runtime keeps no track of that case and lets it happen.

mod blocking;
mod handles;
mod lookup;
mod memory;
mod module;
pub mod names;
mod resources;
mod scopes;
mod tables;
#[cfg(test)]
mod tests;
mod trap;

use super::code::{Expr, FuncIndex, val_type};
use super::needs::Needs;
use super::{GeneratedImport, GeneratedModule, ImportSource, InstanceRuntime, Runtime};
use crate::abi::types::ResourceId;
use crate::dfg::{Dfg, InstanceId, Resource, Trampoline, TrampolineId};
use crate::id::{Id, IdVec};
use blocking::Blocking;
use indexmap::IndexMap;
pub(super) use lookup::Lookup;
use memory::Heap;
use module::{GlobalIndex, ModuleBuilder};
use resources::BuiltIn;
use tables::{Layout, Tables};
use trap::Traps;
use wasm_encoder::ValType;

/// First name of the functions that the host supplies.
const HOST: &str = "host";

/// Emits the runtime module, or nothing where nothing needs one.
pub fn emit(dfg: &Dfg<'_>, needs: &Needs) -> Option<Runtime> {
    needs.has_runtime().then(|| Emission::new(dfg, needs).run(tables::MAX_HANDLES))
}

/// The globals of one component instance.
#[derive(Clone, Copy, Default)]
struct InstanceGlobals {
    may_leave: Option<GlobalIndex>,
    context: Option<(ValType, [GlobalIndex; 2])>,
}

struct Emission<'a> {
    dfg: &'a Dfg<'a>,
    needs: &'a Needs,
    module: ModuleBuilder,
    imports: Vec<GeneratedImport>,
    globals: IdVec<InstanceId, InstanceGlobals>,
    /// What destroys a resource: a host function, or one that calls the destructor.
    destroy: IndexMap<ResourceId, FuncIndex>,
    blocking: Blocking,
}

impl<'a> Emission<'a> {
    fn new(dfg: &'a Dfg<'a>, needs: &'a Needs) -> Self {
        Emission {
            dfg,
            needs,
            module: ModuleBuilder::default(),
            imports: Vec::new(),
            globals: IdVec::new(),
            destroy: IndexMap::new(),
            blocking: Blocking::default(),
        }
    }

    fn run(mut self, max_handles: u32) -> Runtime {
        self.import_host_drops();
        self.blocking = Blocking::import(&mut self.module, &mut self.imports, self.dfg);
        self.import_sync_calls();
        let traps = Traps::add(&mut self.module);
        self.add_globals();
        let tables = self.needs.has_handles().then(|| self.add_tables(traps, max_handles));
        let blocked = self.needs.blocked.then(|| self.module.global(names::BLOCKED, ValType::I32, 0, true));
        let trampolines = self.add_trampolines(tables.as_ref(), blocked);
        Runtime {
            has_handles: tables.is_some(),
            has_async_handles: tables.is_some() && self.needs.async_handles,
            has_blocked: self.needs.blocked,
            trampolines,
            instances: self.instances(),
            module: GeneratedModule {
                features: self.features(),
                wasm: self.module.finish("runtime"),
                imports: self.imports,
            },
        }
    }

    /// Dropped resources: those with a destructor that may throw need exceptions.
    fn features(&self) -> Vec<&'static str> {
        let may_throw = |resource: &ResourceId| match &self.dfg.resources[*resource] {
            Resource::Defined { instance, .. } => self.dfg.instances[*instance].may_throw,
            Resource::Imported(_) => false,
        };
        if self.destroy.keys().any(may_throw) { vec!["exceptions"] } else { vec![] }
    }

    fn import_host_drops(&mut self) {
        for (id, resource) in self.dfg.resources.iter() {
            if matches!(resource, Resource::Imported(_)) && self.needs.resources[id].is_dropped {
                let name = names::host_drop(id);
                self.destroy.insert(id, self.module.import(HOST, &name, &[ValType::I32], &[]));
                let source = ImportSource::DropHostResource(id);
                self.imports.push(GeneratedImport { module: HOST.to_string(), name, source });
            }
        }
    }

    /// Destructors are synchronous calls, which instances that observe tasks can tell.
    fn import_sync_calls(&mut self) {
        for (id, resource) in self.dfg.resources.iter() {
            if let Resource::Defined { instance, dtor: Some(_), .. } = *resource
                && self.needs.resources[id].is_dropped
                && self.needs.tasks.instances[instance].observes
            {
                self.blocking.import_sync_call(&mut self.module, &mut self.imports, instance);
            }
        }
    }

    fn add_globals(&mut self) {
        for (id, needs) in self.needs.instances.iter() {
            let module = &mut self.module;
            let may_leave =
                needs.may_leave.then(|| module.global(&names::may_leave(id), ValType::I32, 1, true));
            let context = needs
                .context
                .map(val_type)
                .map(|ty| (ty, names::context(id).map(|name| module.global(&name, ty, 0, true))));
            self.globals.push(InstanceGlobals { may_leave, context });
        }
    }

    fn add_tables(&mut self, traps: Traps, max_handles: u32) -> Tables {
        let tables = self.needs.instances.values().filter(|needs| needs.table.is_some()).count();
        let wide = self.needs.has_wide_reps();
        let heap = Heap::add(&mut self.module, &traps, tables as u32);
        let tables = Tables::add(&mut self.module, Layout::new(heap, wide), traps, max_handles);
        self.module.table(names::DTORS, self.dfg.resources.len() as u32);
        handles::add(&mut self.module, &tables, self.needs);
        for (id, needs) in self.needs.resources.iter().filter(|(_, needs)| needs.is_dropped) {
            let Resource::Defined { instance, dtor: Some(_), .. } = self.dfg.resources[id] else { continue };
            let destroy = resources::Destroy {
                resource: id,
                rep: val_type(needs.rep),
                context: self.globals[instance].context,
                sync_call: self.blocking.sync_call(instance),
                may_throw: self.dfg.instances[instance].may_throw,
            };
            self.destroy.insert(id, destroy.add(&mut self.module, &traps));
        }
        tables
    }

    fn add_trampolines(
        &mut self,
        tables: Option<&Tables>,
        blocked: Option<GlobalIndex>,
    ) -> IndexMap<TrampolineId, String> {
        let mut exports = IndexMap::new();
        for (id, trampoline) in self.dfg.trampolines.iter() {
            let Some(export) = names::trampoline(self.dfg, id) else {
                continue;
            };
            let function = match trampoline {
                Trampoline::LowerImport { .. } | Trampoline::BuiltIn(_) => {
                    let blocked = blocked.expect("where something may block there is the global");
                    let name = self.blocking_name(trampoline);
                    self.blocking.add(&mut self.module, blocked, self.dfg, id, &name)
                }
                _ => self.add_trampoline(tables, trampoline),
            };
            self.module.export(&export, function);
            exports.insert(id, export);
        }
        exports
    }

    /// The function that provides a trampoline. Its name is that of the built-in, with whom and what it is for.
    fn add_trampoline(&mut self, tables: Option<&Tables>, trampoline: &Trampoline) -> FuncIndex {
        let tables = || tables.expect("an instance with resource built-ins has a table");
        match *trampoline {
            Trampoline::LowerImport { .. } | Trampoline::BuiltIn(_) => {
                unreachable!("hosts provide what is about tasks")
            }
            Trampoline::ResourceNew { instance, resource } => {
                let name = self.name("resource.new", instance, resource.index());
                let of = self.built_in(instance, resource);
                resources::add_new(&mut self.module, tables(), of, &name)
            }
            Trampoline::ResourceRep { instance, resource } => {
                let name = self.name("resource.rep", instance, resource.index());
                let of = self.built_in(instance, resource);
                resources::add_rep(&mut self.module, tables(), of, &name)
            }
            Trampoline::ResourceDrop { instance, resource } => {
                let name = self.name("resource.drop", instance, resource.index());
                let of = self.built_in(instance, resource);
                let destroy = self.destroy.get(&resource).copied();
                resources::add_drop(&mut self.module, tables(), of, destroy, &name)
            }
            Trampoline::ContextGet { instance, ty: _, slot } => {
                let name = self.name("context.get", instance, slot as usize);
                let (ty, global) = self.context_slot(instance, slot);
                self.module.function(&name, [], &[ty], |c, []| c.push(Expr::global(global.0, ty)))
            }
            Trampoline::ContextSet { instance, ty: _, slot } => {
                let name = self.name("context.set", instance, slot as usize);
                let (ty, global) = self.context_slot(instance, slot);
                self.module.function(&name, [ty], &[], |c, [value]| c.set_global(global.0, value.get()))
            }
        }
    }

    fn blocking_name(&self, trampoline: &Trampoline) -> String {
        match *trampoline {
            Trampoline::LowerImport { import, options, .. } => {
                let path = &self.dfg.instances[self.dfg.options[options].instance].path;
                format!("call {path} {}", self.dfg.imports[import].name)
            }
            Trampoline::BuiltIn(used) => {
                format!("{} {}", used.built_in.name(), self.dfg.instances[used.instance].path)
            }
            _ => unreachable!("nothing else blocks"),
        }
    }

    fn name(&self, built_in: &str, instance: InstanceId, operand: usize) -> String {
        format!("{built_in} {} {operand}", self.dfg.instances[instance].path)
    }

    fn built_in(&self, instance: InstanceId, resource: ResourceId) -> BuiltIn {
        BuiltIn {
            table: self.needs.instances[instance].table.expect("resource built-ins need a table"),
            may_leave: self.globals[instance].may_leave,
            resource,
            rep: val_type(self.needs.resources[resource].rep),
        }
    }

    fn context_slot(&self, instance: InstanceId, slot: u32) -> (ValType, GlobalIndex) {
        let (ty, slots) = self.globals[instance].context.expect("who uses context slots has them");
        (ty, slots[slot as usize])
    }

    fn instances(&self) -> IdVec<InstanceId, InstanceRuntime> {
        let held = |(id, needs): (InstanceId, &super::needs::InstanceNeeds)| InstanceRuntime {
            may_leave: needs.may_leave.then(|| names::may_leave(id)),
            context: needs.context.map(|_| names::context(id)),
            table: needs.table.map(|table| table.index() as u32),
        };
        self.needs.instances.iter().map(held).collect()
    }
}
