//! The runtime module, run on wasmi.
//!
//! A [`Rig`] is a graph of a few instances and resources, the runtime module for it, and calls of its exports by
//! name. Traps come back as reason, argument and site.

mod drops;
mod host_handles;
mod lends;
mod tables;
mod waiting;

use super::names::HandleFunction;
use super::{Emission, names};
use crate::abi::types::ResourceId;
use crate::abi::{FlatType, Trap};
use crate::dfg::{
    CoreDef, CoreExport, CoreInstanceId, Dfg, ImportId, Instance, InstanceId, Resource, Trampoline,
};
use crate::fact::needs::Needs;
use crate::fact::{GeneratedImport, ImportSource, Runtime};
use crate::id::Id;
use wasmi::{Config, Engine, Extern, Func, Linker, Module, Ref, Store, StoreLimits, StoreLimitsBuilder, Val};

/// What was called from the runtime: name of what, and the rep.
type Calls = Vec<(String, i64)>;

struct State {
    calls: Calls,
    /// Whether the host says that calls must wait.
    blocks: bool,
    limits: StoreLimits,
}

/// An instantiated runtime module.
struct Rig {
    store: Store<State>,
    instance: wasmi::Instance,
    runtime: Runtime,
}

/// The reason of a trap, its argument and its site.
type Failure = (Trap, i32, i32);

/// A graph under construction.
struct Graph {
    dfg: Dfg<'static>,
    max_handles: u32,
    may_leave: bool,
    pages: usize,
}

impl Graph {
    /// A root and `children` instances inside it.
    fn new(children: usize) -> Graph {
        let mut dfg = Dfg::default();
        let root = dfg.instances.push(Instance { parent: None, path: "root".to_string(), may_throw: false });
        for i in 0..children {
            let path = format!("root/c{i}");
            dfg.instances.push(Instance { parent: Some(root), path, may_throw: false });
        }
        Graph { dfg, max_handles: super::tables::MAX_HANDLES, may_leave: false, pages: 1 }
    }

    /// A resource defined by instance `definer`.
    fn resource(&mut self, definer: usize, rep: FlatType, has_dtor: bool) -> ResourceId {
        let export = CoreExport { instance: CoreInstanceId::from_index(0), name: "dtor".into() };
        let dtor = has_dtor.then_some(CoreDef::Export(export));
        self.dfg.resources.push(Resource::Defined { instance: InstanceId::from_index(definer), rep, dtor })
    }

    /// A resource of the host.
    fn host_resource(&mut self) -> ResourceId {
        self.dfg.resources.push(Resource::Imported(ImportId::from_index(0)))
    }

    /// Lets `instance` use all built-ins of `resource`.
    fn uses(&mut self, instance: usize, resource: ResourceId) {
        let instance = InstanceId::from_index(instance);
        for trampoline in [
            Trampoline::ResourceNew { instance, resource },
            Trampoline::ResourceRep { instance, resource },
            Trampoline::ResourceDrop { instance, resource },
        ] {
            self.dfg.trampolines.intern(trampoline);
        }
    }

    /// Lets `instance` use its context slots.
    fn uses_context(&mut self, instance: usize, ty: FlatType) {
        let instance = InstanceId::from_index(instance);
        for slot in [0, 1] {
            self.dfg.trampolines.intern(Trampoline::ContextGet { instance, ty, slot });
            self.dfg.trampolines.intern(Trampoline::ContextSet { instance, ty, slot });
        }
    }

    fn needs(&self) -> Needs {
        let mut needs = Needs::of(&self.dfg);
        if self.may_leave {
            for instance in self.dfg.instances.ids() {
                needs.instances[instance].may_leave = true;
            }
            needs.trap_globals = true;
        }
        needs
    }

    fn emit(&self) -> Runtime {
        Emission::new(&self.dfg, &self.needs()).run(self.max_handles)
    }

    fn build(&self) -> Rig {
        Rig::new(self.emit(), self.pages)
    }
}

/// Refuses everything beyond what all engines have.
fn validate(runtime: &Runtime) {
    use wasmparser::WasmFeatures;
    let mut features = WasmFeatures::MVP
        | WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::REFERENCE_TYPES;
    features.set(WasmFeatures::EXCEPTIONS, runtime.module.features.contains(&"exceptions"));
    wasmparser::Validator::new_with_features(features).validate_all(&runtime.module.wasm).unwrap();
}

impl Rig {
    fn new(runtime: Runtime, pages: usize) -> Rig {
        validate(&runtime);
        let mut config = Config::default();
        config.wasm_multi_memory(true);
        let engine = Engine::new(&config);
        let limits = StoreLimitsBuilder::new().memory_size(pages << 16).build();
        let mut store = Store::new(&engine, State { calls: Vec::new(), blocks: false, limits });
        store.limiter(|state| &mut state.limits);
        let mut linker = Linker::new(&engine);
        let module = Module::new(&engine, &runtime.module.wasm[..]).unwrap();
        for (GeneratedImport { module, name, source }, import) in
            runtime.module.imports.iter().zip(module.imports())
        {
            let func = match source {
                ImportSource::DropHostResource(_) => recorder(&mut store, name),
                ImportSource::Task(_) => {
                    waiting::scheduler(&mut store, name, import.ty().func().expect("all are functions"))
                }
                other => panic!("the runtime does not import {other:?}"),
            };
            linker.define(module, name, func).unwrap();
        }
        let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
        Rig { store, instance, runtime }
    }

    /// Sets the destructor of a resource to a function that records its calls.
    fn record_dtor(&mut self, resource: ResourceId) {
        let dtor = recorder(&mut self.store, &format!("dtor{}", resource.index()));
        self.set_dtor(resource, dtor);
    }

    fn set_dtor(&mut self, resource: ResourceId, dtor: Func) {
        let table = self.instance.get_table(&self.store, names::DTORS).unwrap();
        table.set(&mut self.store, resource.index() as u64, Ref::Func(dtor.into())).unwrap();
    }

    fn global(&self, name: &str) -> i64 {
        integer(&self.instance.get_global(&self.store, name).unwrap().get(&self.store))
    }

    fn set_global(&mut self, name: &str, value: i64) {
        let global = self.instance.get_global(&self.store, name).unwrap();
        let value = match global.get(&self.store) {
            Val::I64(_) => Val::I64(value),
            _ => Val::I32(value as i32),
        };
        global.set(&mut self.store, value).unwrap();
    }

    /// Calls an export.
    fn call(&mut self, name: &str, args: &[i64]) -> Result<i64, Failure> {
        let export = self.instance.get_export(&self.store, name);
        let Some(Extern::Func(function)) = export else {
            panic!("no function {name}");
        };
        let ty = function.ty(&self.store);
        assert_eq!(ty.params().len(), args.len(), "arguments of {name}");
        let typed = ty.params().iter().zip(args).map(|(ty, &arg)| match ty {
            wasmi::ValType::I64 => Val::I64(arg),
            _ => Val::I32(arg as i32),
        });
        let args: Vec<Val> = typed.collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        match function.call(&mut self.store, &args, &mut results) {
            Ok(()) => Ok(results.first().map_or(0, integer)),
            Err(error) => {
                let code = self.global(names::TRAP_CODE);
                let reason = *Trap::ALL
                    .iter()
                    .find(|trap| i64::from(trap.code()) == code)
                    .unwrap_or_else(|| panic!("{error}"));
                self.set_global(names::TRAP_CODE, 0);
                Err((reason, self.global(names::TRAP_ARG) as i32, self.global(names::TRAP_SITE) as i32))
            }
        }
    }

    /// Calls a handle function.
    fn handle(&mut self, function: HandleFunction, args: &[i64]) -> Result<i64, Failure> {
        self.call(function.name(), args)
    }

    fn new_own(&mut self, table: i64, resource: ResourceId, rep: i64) -> i64 {
        self.handle(HandleFunction::NewOwn, &[table, resource.index() as i64, rep]).unwrap()
    }

    fn count(&mut self, table: i64) -> i64 {
        self.handle(HandleFunction::Count, &[table]).unwrap()
    }
}

fn recorder(store: &mut Store<State>, name: &str) -> Func {
    let name = name.to_string();
    Func::wrap(&mut *store, move |mut caller: wasmi::Caller<'_, State>, rep: i32| {
        caller.data_mut().calls.push((name.clone(), rep.into()));
    })
}

fn integer(value: &Val) -> i64 {
    match value {
        Val::I32(value) => (*value).into(),
        Val::I64(value) => *value,
        other => panic!("not an integer: {other:?}"),
    }
}

#[test]
fn every_function_and_global_has_a_name() {
    let mut graph = Graph::new(1);
    let resource = graph.resource(1, FlatType::I32, true);
    graph.uses(1, resource);
    graph.may_leave = true;
    let text = wasmprinter::print_bytes(graph.emit().module.wasm).unwrap();
    assert!(!text.contains("(;") || !text.contains("(func (;"), "{text}");
    for name in ["$trap_code", "$may_leave1", "$dtors", "\"resource.drop root/c0 0\"", "$lend"] {
        assert!(text.contains(name), "{name} in {text}");
    }
}

#[test]
fn emitting_twice_gives_the_same_bytes() {
    let mut graph = Graph::new(2);
    let resource = graph.resource(1, FlatType::I32, true);
    graph.uses(1, resource);
    graph.uses(2, resource);
    assert_eq!(graph.emit().module.wasm, graph.emit().module.wasm);
}

#[test]
fn without_needs_there_is_no_module_and_without_tables_no_memory() {
    let mut graph = Graph::new(1);
    assert!(super::emit(&graph.dfg, &graph.needs()).is_none());
    graph.uses_context(1, FlatType::I32);
    let runtime = graph.emit();
    assert!(!runtime.has_handles);
    let text = wasmprinter::print_bytes(&runtime.module.wasm).unwrap();
    assert!(!text.contains("(memory") && !text.contains("(table"), "{text}");
}

#[test]
fn context_slots_are_separate_and_as_wide_as_asked() {
    let mut graph = Graph::new(2);
    graph.uses_context(1, FlatType::I32);
    graph.uses_context(2, FlatType::I64);
    let mut rig = graph.build();
    rig.call("context_set1.0", &[5]).unwrap();
    rig.call("context_set1.1", &[6]).unwrap();
    rig.call("context_set2.1", &[1 << 40]).unwrap();
    assert_eq!(rig.call("context_get1.0", &[]), Ok(5));
    assert_eq!(rig.call("context_get1.1", &[]), Ok(6));
    assert_eq!(rig.call("context_get2.0", &[]), Ok(0));
    assert_eq!(rig.call("context_get2.1", &[]), Ok(1 << 40));
    assert_eq!(rig.global("context1.1"), 6);
    let names = rig.runtime.instances[InstanceId::from_index(2)].context.clone();
    assert_eq!(names, Some(["context2.0".to_string(), "context2.1".to_string()]));
}
