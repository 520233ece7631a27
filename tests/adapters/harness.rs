//! Runs one adapter on wasmi with the test in the role of both guests.
//!
//! A [`Case`] describes a function and the canonical options of its caller and callee. [`Case::link`] makes the
//! graph, fuses it and instantiates what was generated; memories, reallocs, the callee and its post-return are
//! the test's, so that it sees every pointer and every flag, and can misbehave.

use corefuse::abi::{FuncType, PointerWidth, StringEncoding, Trap, TypeId, Types};
use corefuse::dfg::{
    Adapter, CoreDef, CoreExport, CoreInstance, CoreInstanceId, CoreInstanceSource, Dfg, Effect, Instance,
    InstanceId, LiftedFunc, Module, Options, Resource, Trampoline, TrampolineId,
};
use corefuse::fact::runtime::names::may_leave;
use corefuse::fact::{Fused, GeneratedModule, ImportSource, Placement, fuse};
use corefuse::id::Id;
use wasmi::{
    AsContext, AsContextMut, Caller, Engine, Extern, ExternType, Func, Global, Memory, MemoryType, Store, Val,
};

/// One of the two guests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Guest {
    Callee,
    Caller,
}

/// Canonical options of a guest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SideOptions {
    pub(crate) encoding: StringEncoding,
    pub(crate) pointer: PointerWidth,
}

/// What a test links.
pub(crate) struct Case {
    pub(crate) types: Types,
    pub(crate) params: Vec<TypeId>,
    pub(crate) result: Option<TypeId>,
    pub(crate) caller: SideOptions,
    pub(crate) callee: SideOptions,
    pub(crate) post_return: bool,
    /// Makes flags and context slots exist in both guests, as built-ins of theirs would.
    pub(crate) built_ins: Vec<Trampoline>,
    pub(crate) resources: Vec<Resource>,
    /// The callee's module could throw.
    pub(crate) may_throw: bool,
    /// Instances whose options the call has, where they are not `root/caller` and `root/callee`.
    pub(crate) caller_instance: InstanceId,
    pub(crate) callee_instance: InstanceId,
}

/// Something a guest saw.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Event {
    /// A call of realloc: old pointer, old size, alignment, new size, and what it returned.
    Realloc(Guest, [u64; 4], u64),
    /// The call of the callee, with its flat parameters.
    Call(Vec<Flat>),
    /// The call of post-return, with the flat results.
    PostReturn(Vec<Flat>),
}

/// A flat value, as bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flat {
    I32(u32),
    I64(u64),
    F32(u32),
    F64(u64),
}

/// What the callee does: gets its memory and the flat parameters, returns the flat results.
pub(crate) type Behaviour = Box<dyn FnMut(&mut [u8], &[Flat]) -> Vec<Flat> + Send + Sync>;

/// What a realloc does instead of allocating: gets guest and arguments, returns the pointer.
pub(crate) type Allocator = Box<dyn FnMut(Guest, [u64; 4]) -> Option<u64> + Send + Sync>;

/// The state of both guests.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) memories: [Option<Memory>; 2],
    /// Where the next allocation goes.
    pub(crate) next: [u64; 2],
    pub(crate) events: Vec<Event>,
    /// Globals of the runtime whose values are recorded at every event.
    pub(crate) watched: Vec<Global>,
    pub(crate) seen: Vec<Vec<Flat>>,
    /// Globals that guest functions of the callee (first half) and of the caller (second half) overwrite.
    pub(crate) scribbles: Vec<(Global, Flat)>,
    pub(crate) callee: Option<Behaviour>,
    /// Built-ins that the callee calls, each with one of its parameters.
    pub(crate) callee_calls: Vec<(Func, usize)>,
    pub(crate) allocator: Option<Allocator>,
}

/// A linked case.
pub(crate) struct World {
    pub(crate) store: Store<State>,
    pub(crate) fused: Fused,
    /// The case's, in the order of their ids.
    built_ins: Vec<Trampoline>,
    adapter: Option<Func>,
    runtime: Option<wasmi::Instance>,
}

/// Pages of each guest's memory.
const PAGES: u32 = 1;
/// Where allocation begins: not at zero, so that pointers that were never set stand out.
pub(crate) const FIRST_ALLOCATION: u64 = 1024;

pub(crate) const UTF8: SideOptions =
    SideOptions { encoding: StringEncoding::Utf8, pointer: PointerWidth::W32 };

pub(crate) fn root() -> InstanceId {
    InstanceId::from_index(0)
}
pub(crate) fn callee() -> InstanceId {
    InstanceId::from_index(1)
}
pub(crate) fn caller() -> InstanceId {
    InstanceId::from_index(2)
}

impl Flat {
    pub(crate) fn of(value: &Val) -> Flat {
        match value {
            Val::I32(n) => Flat::I32(*n as u32),
            Val::I64(n) => Flat::I64(*n as u64),
            Val::F32(x) => Flat::F32(x.to_bits()),
            Val::F64(x) => Flat::F64(x.to_bits()),
            other => panic!("{other:?} is not flat"),
        }
    }

    pub(crate) fn val(self) -> Val {
        match self {
            Flat::I32(n) => Val::I32(n as i32),
            Flat::I64(n) => Val::I64(n as i64),
            Flat::F32(bits) => Val::F32(wasmi::F32::from_bits(bits)),
            Flat::F64(bits) => Val::F64(wasmi::F64::from_bits(bits)),
        }
    }

    pub(crate) fn bits(self) -> u64 {
        match self {
            Flat::I32(n) | Flat::F32(n) => u64::from(n),
            Flat::I64(n) | Flat::F64(n) => n,
        }
    }
}

impl Case {
    /// A function between two guests with 32-bit memories and UTF-8.
    pub(crate) fn new(signature: impl FnOnce(&mut Types) -> (Vec<TypeId>, Option<TypeId>)) -> Case {
        let mut types = Types::default();
        let (params, result) = signature(&mut types);
        Case {
            types,
            params,
            result,
            caller: UTF8,
            callee: UTF8,
            post_return: false,
            built_ins: Vec::new(),
            resources: Vec::new(),
            may_throw: false,
            caller_instance: caller(),
            callee_instance: callee(),
        }
    }

    /// The graph: `root` has the instances `root/callee` and `root/caller`, each with one core instance.
    pub(crate) fn dfg(self) -> Dfg<'static> {
        let mut dfg = Dfg { types: self.types, ..Dfg::default() };
        for (parent, path, may_throw) in [
            (None, "root", false),
            (Some(root()), "root/callee", self.may_throw),
            (Some(root()), "root/caller", false),
        ] {
            dfg.instances.push(Instance { parent, path: path.into(), may_throw });
        }
        self.resources.into_iter().for_each(|resource| _ = dfg.resources.push(resource));
        self.built_ins.into_iter().for_each(|built_in| _ = dfg.trampolines.intern(built_in));
        let module = dfg.modules.push(Module {
            bytes: b"",
            offset: 0,
            imports: Vec::new(),
            exports: Vec::new(),
            features: Vec::new(),
            may_throw: self.may_throw,
            has_start: false,
        });
        for instance in [callee(), caller()] {
            let source = CoreInstanceSource::Static { module, args: Vec::new() };
            let id = dfg.core_instances.push(CoreInstance { instance, source });
            dfg.effects.push(Effect::Instantiate(id));
        }
        let options = |guest: Guest, side: SideOptions| Options {
            instance: if guest == Guest::Callee { self.callee_instance } else { self.caller_instance },
            encoding: side.encoding,
            memory: Some(core_export(guest, "memory")),
            pointer: side.pointer,
            realloc: Some(CoreDef::Export(core_export(guest, "realloc"))),
            post_return: (guest == Guest::Callee && self.post_return)
                .then(|| CoreDef::Export(core_export(guest, "post-return"))),
            is_async: false,
            callback: None,
        };
        let lift = dfg.options.intern(options(Guest::Callee, self.callee));
        let lower = dfg.options.intern(options(Guest::Caller, self.caller));
        let params = self
            .params
            .iter()
            .enumerate()
            .map(|(i, &ty)| corefuse::abi::types::Field { name: format!("p{i}").into(), ty })
            .collect();
        let ty = dfg.types.intern_func(FuncType { params, result: self.result, is_async: false });
        let callee = CoreDef::Export(core_export(Guest::Callee, "f"));
        dfg.adapters.intern(Adapter {
            callee: LiftedFunc { callee, ty, options: lift },
            lower,
            name: "test:test/i#f".into(),
        });
        dfg
    }

    /// Fuses the graph and instantiates what comes out.
    pub(crate) fn link(self) -> World {
        let widths = [self.callee.pointer, self.caller.pointer];
        let dfg = self.dfg();
        let fused = fuse(&dfg).expect("the case is supported");
        let built_ins = dfg.trampolines.iter().map(|(_, built_in)| *built_in).collect();
        World::new(fused, built_ins, widths)
    }
}

fn core_export(guest: Guest, name: &str) -> CoreExport {
    CoreExport { instance: CoreInstanceId::from_index(guest as usize), name: name.into() }
}

impl World {
    fn new(fused: Fused, built_ins: Vec<Trampoline>, widths: [PointerWidth; 2]) -> World {
        let mut config = wasmi::Config::default();
        config.wasm_multi_memory(true).wasm_memory64(true).wasm_simd(true);
        let engine = Engine::new(&config);
        let mut store = Store::new(&engine, State::default());
        let memories = widths.map(|width| {
            let ty = match width {
                PointerWidth::W32 => MemoryType::new(PAGES, Some(PAGES)),
                PointerWidth::W64 => MemoryType::new64(PAGES.into(), Some(PAGES.into())),
            };
            Memory::new(&mut store, ty)
        });
        store.data_mut().memories = memories.map(|memory| Some(memory.expect("the memories fit")));
        store.data_mut().next = [FIRST_ALLOCATION; 2];
        let mut world = World { store, fused, built_ins, adapter: None, runtime: None };
        if let Some(runtime) = &world.fused.runtime {
            let instance = instantiate(&mut world.store, &runtime.module, None);
            world.runtime = Some(instance);
        }
        assert!(world.fused.modules.len() <= 1, "one adapter needs one module");
        if let Some(module) = world.fused.modules.values().next() {
            let instance = instantiate(&mut world.store, module, world.runtime);
            let placement = world.fused.adapters.values().next().expect("there is one adapter");
            let Placement::Export { name, .. } = placement else {
                panic!("an adapter is either direct or in a module")
            };
            world.adapter = instance.get_func(&world.store, name);
        }
        world
    }

    /// Whether the adapter was found to do nothing.
    pub(crate) fn is_direct(&self) -> bool {
        self.adapter.is_none()
    }

    pub(crate) fn memory(&mut self, guest: Guest) -> &mut [u8] {
        let memory = self.store.data().memories[guest as usize].expect("set when linking");
        memory.data_mut(&mut self.store)
    }

    pub(crate) fn set_callee(
        &mut self,
        callee: impl FnMut(&mut [u8], &[Flat]) -> Vec<Flat> + Send + Sync + 'static,
    ) {
        self.store.data_mut().callee = Some(Box::new(callee));
    }

    /// Lets the callee call a built-in, by its name in the runtime, with its parameter `param`.
    pub(crate) fn callee_calls(&mut self, built_in: &Trampoline, param: usize) {
        let id = self.built_ins.iter().position(|known| known == built_in).map(TrampolineId::from_index);
        let exports = &self.fused.runtime.as_ref().expect("there is a runtime module").trampolines;
        let name = &exports[&id.expect("it is one of the case's")];
        let runtime = self.runtime.expect("there is a runtime module");
        let function = runtime.get_func(&self.store, name).expect("the runtime exports built-ins in use");
        self.store.data_mut().callee_calls.push((function, param));
    }

    /// The flat parameters of the last call of the callee.
    pub(crate) fn call_args(&self) -> Vec<Flat> {
        let args = |event: &Event| match event {
            Event::Call(args) => Some(args.clone()),
            Event::Realloc(..) | Event::PostReturn(_) => None,
        };
        self.events().iter().rev().find_map(args).expect("the callee was called")
    }

    /// Forgets what happened, a trap included.
    pub(crate) fn reset(&mut self) {
        let state = self.store.data_mut();
        (state.events, state.seen) = (Vec::new(), Vec::new());
        state.next = [FIRST_ALLOCATION; 2];
        let Some(runtime) = self.runtime else { return };
        for guest in [callee(), caller()] {
            if let Some(flag) = runtime.get_global(&self.store, &may_leave(guest)) {
                flag.set(&mut self.store, Val::I32(1)).expect("the flag is mutable");
            }
        }
    }

    /// Calls the adapter.
    pub(crate) fn call(&mut self, params: &[Flat]) -> Result<Vec<Flat>, Trap> {
        let adapter = self.adapter.expect("the adapter was not elided");
        let params: Vec<Val> = params.iter().map(|flat| flat.val()).collect();
        let mut results = vec![Val::I32(0); adapter.ty(&self.store).results().len()];
        match adapter.call(&mut self.store, &params, &mut results) {
            Ok(()) => Ok(results.iter().map(Flat::of).collect()),
            Err(error) => Err(self.trap().unwrap_or_else(|| panic!("not a trap with a reason: {error}"))),
        }
    }

    fn trap(&self) -> Option<Trap> {
        let code = self.global("trap_code").bits();
        Trap::ALL.iter().copied().find(|trap| u64::from(trap.code()) == code)
    }

    /// The value of a global of the runtime.
    pub(crate) fn global(&self, name: &str) -> Flat {
        Flat::of(&self.runtime_global(name).get(&self.store))
    }

    pub(crate) fn set_global(&mut self, name: &str, value: Flat) {
        let global = self.runtime_global(name);
        global.set(&mut self.store, value.val()).expect("the global is mutable");
    }

    /// Records the values of these globals of the runtime at every event, in [`State::seen`].
    pub(crate) fn watch(&mut self, names: &[&str]) {
        self.store.data_mut().watched = names.iter().map(|name| self.runtime_global(name)).collect();
    }

    pub(crate) fn runtime_global(&self, name: &str) -> Global {
        let runtime = self.runtime.expect("there is a runtime module");
        runtime.get_global(&self.store, name).unwrap_or_else(|| panic!("the runtime exports `{name}`"))
    }

    /// Calls a function of the runtime.
    pub(crate) fn call_runtime(&mut self, name: &str, params: &[Flat]) -> Option<Flat> {
        let runtime = self.runtime.expect("there is a runtime module");
        let function = runtime.get_func(&self.store, name).unwrap_or_else(|| panic!("no function `{name}`"));
        let params: Vec<Val> = params.iter().map(|flat| flat.val()).collect();
        let mut results = vec![Val::I32(0); function.ty(&self.store).results().len()];
        function.call(&mut self.store, &params, &mut results).expect("runtime functions do not trap here");
        results.first().map(Flat::of)
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.store.data().events
    }
}

fn instantiate(
    store: &mut Store<State>,
    module: &GeneratedModule,
    runtime: Option<wasmi::Instance>,
) -> wasmi::Instance {
    let compiled = wasmi::Module::new(store.engine(), &module.wasm).expect("wasmi accepts generated modules");
    // wasmi lists imports by kind, not in the order of the section.
    let mut linker = wasmi::Linker::new(store.engine());
    for import in &module.imports {
        let ty = compiled.imports().find(|i| (i.module(), i.name()) == (&import.module, &import.name));
        let ty = ty.expect("the module imports what it is said to").ty().clone();
        let supplied = match &import.source {
            ImportSource::Core(CoreDef::Export(export)) => guest_item(store, export, ty),
            ImportSource::Runtime(name) => {
                let runtime = runtime.expect("the runtime is instantiated first");
                runtime.get_export(&*store, name).unwrap_or_else(|| panic!("the runtime exports `{name}`"))
            }
            ImportSource::DropHostResource(_) => function(store, ty, |_, _| Vec::new()),
            other => panic!("a case supplies no {other:?}"),
        };
        linker.define(&import.module, &import.name, supplied).expect("names are unique");
    }
    linker.instantiate_and_start(store, &compiled).expect("what is supplied fits")
}

fn guest_item(store: &mut Store<State>, export: &CoreExport, ty: ExternType) -> Extern {
    let guest = if export.instance.index() == 0 { Guest::Callee } else { Guest::Caller };
    match &*export.name {
        "memory" => Extern::Memory(store.data().memories[guest as usize].expect("set before linking")),
        "realloc" => function(store, ty, move |caller, args| vec![realloc(caller, guest, args)]),
        "f" => function(store, ty, |caller, args| {
            record(caller, Event::Call(args.to_vec()));
            let mut callee = caller.data_mut().callee.take().expect("a test that calls sets the callee");
            let memory = caller.data().memories[Guest::Callee as usize].expect("set before linking");
            let results = callee(memory.data_mut(caller.as_context_mut()), args);
            caller.data_mut().callee = Some(callee);
            for (built_in, param) in caller.data().callee_calls.clone() {
                let called = built_in.call(&mut *caller, &[args[param].val()], &mut []);
                called.expect("the built-in does not trap");
            }
            results
        }),
        "post-return" => function(store, ty, |caller, args| {
            record(caller, Event::PostReturn(args.to_vec()));
            Vec::new()
        }),
        name => panic!("guests export no `{name}`"),
    }
}

fn function(
    store: &mut Store<State>,
    ty: ExternType,
    body: impl Fn(&mut Caller<'_, State>, &[Flat]) -> Vec<Flat> + Send + Sync + 'static,
) -> Extern {
    let ExternType::Func(ty) = ty else { panic!("{ty:?} is not a function") };
    Extern::Func(Func::new(store, ty, move |mut caller, args, results| {
        let args: Vec<Flat> = args.iter().map(Flat::of).collect();
        let values = body(&mut caller, &args);
        assert_eq!(values.len(), results.len(), "the callee returns what its type says");
        for (slot, value) in results.iter_mut().zip(values) {
            *slot = value.val();
        }
        Ok(())
    }))
}

fn record(caller: &mut Caller<'_, State>, event: Event) {
    let watched = caller.data().watched.clone();
    let values = watched.iter().map(|global| Flat::of(&global.get(caller.as_context()))).collect();
    let scribbles = caller.data().scribbles.clone();
    let (callees, callers) = scribbles.split_at(scribbles.len() / 2);
    let scribbles = if matches!(event, Event::Realloc(Guest::Caller, ..)) { callers } else { callees };
    for (global, value) in scribbles {
        global.set(caller.as_context_mut(), value.val()).expect("the global is mutable");
    }
    caller.data_mut().events.push(event);
    caller.data_mut().seen.push(values);
}

/// Every allocation is new, also those that shrink, so that a pointer used after realloc stands out.
fn realloc(caller: &mut Caller<'_, State>, guest: Guest, args: &[Flat]) -> Flat {
    let words: [u64; 4] = std::array::from_fn(|i| args[i].bits());
    let mut allocator = caller.data_mut().allocator.take();
    let chosen = allocator.as_mut().and_then(|allocator| allocator(guest, words));
    caller.data_mut().allocator = allocator;
    let pointer = chosen.unwrap_or_else(|| {
        let memory = caller.data().memories[guest as usize].expect("set before linking");
        let mut next = caller.data().next[guest as usize];
        let pointer = allocate(memory.data_mut(caller.as_context_mut()), &mut next, words);
        caller.data_mut().next[guest as usize] = next;
        pointer
    });
    record(caller, Event::Realloc(guest, words, pointer));
    match args[0] {
        Flat::I64(_) => Flat::I64(pointer),
        _ => Flat::I32(pointer as u32),
    }
}

/// A bump allocator.
pub(crate) fn allocate(memory: &mut [u8], next: &mut u64, [old, old_size, align, size]: [u64; 4]) -> u64 {
    let pointer = next.next_multiple_of(align);
    *next = pointer + size;
    let kept = old_size.min(size);
    if pointer + kept <= memory.len() as u64 {
        memory.copy_within(old as usize..(old + kept) as usize, pointer as usize);
    }
    pointer
}
